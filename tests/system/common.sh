# Sourced by the system tests: a state folder of their own, checks that name what failed.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/ems-system-XXXXXX")
chmod 711 "$work"
export EMS_STATE=$work/state
cleanup() {
  local code=$?
  "$root/ems" down >/dev/null 2>&1 || true
  [[ ! -e $EMS_STATE-drill ]] || EMS_STATE=$EMS_STATE-drill "$root/ems" down >/dev/null 2>&1 || true
  if [[ $code -ne 0 && $code -ne 77 ]]; then
    echo "--- last lines of the logs"
    for log in "$EMS_STATE"/log/*.log; do [[ -e $log ]] && { echo "== ${log##*/}"; tail -n 8 "$log"; }; done
  fi
  rm -rf "$work"
}
trap cleanup EXIT
fail() { echo "FAILED: $*"; exit 1; }
# check NAME JQ_EXPRESSION: the expression over summary.json must be true.
check() { jq -e "$2" "$work/out/summary.json" >/dev/null || { jq . "$work/out/summary.json"; fail "$1"; }; echo "ok $1"; }
