# Sourced by ./ems: paths, messages, small tools of the launcher.
EMS_LAUNCHER=$EMS_ROOT/deploy/launcher
EMS_BUILD=${EMS_BUILD:-$EMS_ROOT/build}
EMS_BIN=$EMS_BUILD/bin
state_given=${EMS_STATE:-.ems}
[[ $state_given == /* ]] || state_given=$EMS_ROOT/$state_given
export EMS_STATE=${state_given%/}
# real or drill: of the state folder that this launcher works on.
: "${EMS_WORLD:=real}"
# Texts of apt and numbers with a point are read below: not in the user's language.
unset LANGUAGE
export LC_ALL=C.UTF-8

# One clear sentence and an exit code.
die() { echo "ems: $1" >&2; exit "${2:-1}"; }
say() { echo "ems: $*" >&2; }

# no_options VERB "$@": for a verb that has none; false when the usage was asked for and has been printed.
no_options() {
  local verb=$1; shift
  [[ $# -gt 0 ]] || return 0
  case $1 in
    --help|-h) echo "usage: ./ems $verb"; return 1 ;;
    -*) die "$verb: unknown option '$1'" 2 ;;
    *) die "$verb: unexpected argument '$1'" 2 ;;
  esac
}
# needs_value VERB "$@": the option that comes first has a value behind it.
needs_value() { [[ $# -ge 3 && -n $3 ]] || die "$1: $2 needs a value" 2; }

# A line that is rewritten on a terminal and printed at most every few seconds into a file.
progress_last=0
progress() {
  if [[ -t 2 ]]; then
    printf '\r\033[K%.*s' "$(( ${COLUMNS:-100} - 1 ))" "$*" >&2
  elif (( SECONDS - progress_last >= 10 )); then
    echo "$*" >&2
    progress_last=$SECONDS
  fi
}
progress_end() { if [[ -t 2 ]]; then printf '\r\033[K' >&2; fi; }

# A state folder is one that ems made: it carries a mark, and only such a folder is ever emptied.
make_state() {
  if [[ ! -e $EMS_STATE/.ems-state ]]; then
    [[ ! -d $EMS_STATE || -z $(ls -A "$EMS_STATE") ]] || die "$EMS_STATE is not empty and not a state folder of ems; set EMS_STATE to another folder"
    mkdir -p "$EMS_STATE" 2>/dev/null || die "cannot make the state folder $EMS_STATE; set EMS_STATE to a folder you may write to"
    : >"$EMS_STATE/.ems-state"
    echo '*' >"$EMS_STATE/.gitignore"
  fi
  EMS_STATE=$(cd "$EMS_STATE" && pwd)
  mkdir -p "$EMS_STATE"/{log,run,conf}
}

# A state folder is of one world for good: what a drill has stored never comes under servers that do not say so, and no
# vehicle with keys of the real world hears a drill's orders.
take_world() {
  local file=$EMS_STATE/world was=$EMS_WORLD
  if [[ -e $file ]]; then was=$(cat "$file")
  elif [[ -e $EMS_STATE/pki ]]; then was=real; fi
  if [[ $was != "$EMS_WORLD" ]]; then
    [[ $was != drill ]] || die "$EMS_STATE holds a drill: './ems drill' runs it, EMS_STATE=FOLDER uses another folder"
    die "$EMS_STATE does not hold a drill; EMS_STATE=FOLDER uses another folder"
  fi
  echo "$EMS_WORLD" >"$file"
}
