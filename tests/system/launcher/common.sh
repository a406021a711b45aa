# Sourced by the launcher's quick tests: a folder of their own and checks that name what failed. No server is started.
set -euo pipefail
EMS_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
EMS_LAUNCHER=$EMS_ROOT/deploy/launcher
work=$(mktemp -d "${TMPDIR:-/tmp}/ems-launcher-XXXXXX")
chmod 711 "$work"
export EMS_ROOT EMS_STATE=$work/state
cleanup() { rm -rf "$work"; }
trap cleanup EXIT
fail() { echo "FAILED: $*"; exit 1; }
# same NAME GOT WANTED
same() { [[ $2 == "$3" ]] || fail "$1: got '$2', wanted '$3'"; echo "ok $1"; }
# eventually LIMIT_S COMMAND...: until the command succeeds.
eventually() {
  local limit=$(( SECONDS + $1 )); shift
  until "$@"; do (( SECONDS <= limit )) || return 1; sleep 0.05; done
}
# refused NAME PATTERN COMMAND...: fails with a code of our own, and says one sentence that matches.
refused() {
  local name=$1 pattern=$2 code=0; shift 2
  "$@" >"$work/said" 2>&1 </dev/null || code=$?
  [[ $code -ne 0 && $code -lt 126 ]] || { cat "$work/said"; fail "$name: exit $code"; }
  grep -qE "$pattern" <(tail -1 "$work/said") || { cat "$work/said"; fail "$name: said something else"; }
  echo "ok $name: $(tail -1 "$work/said")"
}
