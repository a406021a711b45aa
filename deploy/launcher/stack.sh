# Sourced: the private stack of one state folder: what holds it, what starts and stops it, what is left of it.
source "$EMS_LAUNCHER/build.sh"
source "$EMS_LAUNCHER/processes.sh"
source "$EMS_LAUNCHER/prepare.sh"

stack_running() { ! flock -n "$EMS_STATE/run/lock" true; }

# Held by the launcher while it prepares or plays, so that two starts in one folder cannot undo each other's work.
# Whatever lives longer than the launcher is started without this descriptor.
refuse_if_running() {
  make_state
  take_world
  exec 7>"$EMS_STATE/run/launcher.lock"
  if ! flock -n 7 || stack_running; then
    die "ems already runs in $EMS_STATE; './ems down' stops it, EMS_STATE=FOLDER uses another folder"
  fi
  if is_anything_left; then say "stopping what an earlier run left behind"; fi
  reap
}

# The launcher that holds this folder and what it has just called: whoever has its lock open.
launcher_processes() {
  local file pid
  for file in /proc/[0-9]*/fd/7; do
    pid=${file#/proc/}; pid=${pid%/fd/7}
    if [[ $file -ef $EMS_STATE/run/launcher.lock ]]; then echo "$pid"; fi
  done
}

# A launcher that is told to stop takes its stack down itself; up to a minute is left to it.
stop_launcher() {
  local pid rounds=1200
  for pid in $(launcher_processes); do kill -TERM "$pid" 2>/dev/null || true; done
  while [[ -n $(launcher_processes) ]] && (( rounds-- > 0 )); do sleep 0.05; done
  for pid in $(launcher_processes); do kill -KILL "$pid" 2>/dev/null || true; done
}

database_runs() { [[ -e $EMS_STATE/pg ]] && "$EMS_ROOT/deploy/postgresql/cluster" running "$EMS_STATE/pg" >/dev/null 2>&1; }

is_anything_left() {
  local file
  for file in "$EMS_STATE"/run/pids/* "$EMS_STATE"/run/pids/.supervisor; do
    if recorded_pid "$file" >/dev/null; then return 0; fi
  done
  [[ -n $(stack_processes "$EMS_STATE") ]] || database_runs
}

# The stack's processes but for the database's, which end in order with their server: killing one of them is a crash.
processes_beside_database() {
  local pid
  for pid in $(stack_processes "$EMS_STATE"); do
    [[ /proc/$pid/cwd -ef $EMS_STATE/pg/data ]] || echo "$pid"
  done
}

# await_none LISTER ARG...: up to 5 s, until it prints nothing.
await_none() {
  local rounds=100
  while [[ -n $("$@") ]] && (( rounds-- > 0 )); do sleep 0.05; done
}

# Stops whatever still belongs to this state folder although no supervisor holds the lock.
reap() {
  local pid file
  for file in "$EMS_STATE"/run/pids/* "$EMS_STATE"/run/pids/.supervisor; do
    if [[ ${file##*/} == postgres ]]; then stop_recorded "$file" INT; else stop_recorded "$file" TERM; fi
  done
  for pid in $(processes_beside_database); do kill -TERM "$pid" 2>/dev/null || true; done
  await_none processes_beside_database
  for pid in $(processes_beside_database); do kill -KILL "$pid" 2>/dev/null || true; done
  for file in "$EMS_STATE"/run/pids/*; do
    [[ ${file##*/} == postgres ]] || stop_recorded "$file" KILL
  done
  if database_runs; then
    "$EMS_ROOT/deploy/postgresql/cluster" stop "$EMS_STATE/pg" || die "the database in $EMS_STATE/pg does not stop"
  fi
  # What a killed database server left behind ends when it notices; then there is nothing in it that could be damaged.
  await_none stack_processes "$EMS_STATE"
  for pid in $(stack_processes "$EMS_STATE"); do kill -KILL "$pid" 2>/dev/null || true; done
  rm -f "$EMS_STATE"/run/pids/* "$EMS_STATE"/run/pids/.supervisor
}

# From here on a launcher that ends, for whatever reason, leaves nothing of the stack running.
stop_on_exit() {
  trap 'stop_stack || true' EXIT
  trap 'exit 130' INT TERM
}

start_supervisor() {
  mv "$EMS_STATE/run/services.new" "$EMS_STATE/run/services"
  rm -f "$EMS_STATE/run/failed" "$EMS_STATE/run/closed"
  data_are_new=
  if [[ -e $EMS_STATE/pg/unused ]]; then data_are_new=1; rm "$EMS_STATE/pg/unused"; fi
  setsid "$EMS_LAUNCHER/supervise" "$EMS_STATE" >>"$EMS_STATE/log/supervisor.log" 2>&1 </dev/null 7>&- &
  local supervisor=$! rounds=100
  # Only one that is recorded can be stopped.
  until recorded_pid "$EMS_STATE/run/pids/.supervisor" >/dev/null; do
    kill -0 "$supervisor" 2>/dev/null && (( rounds-- > 0 )) || die "the supervisor did not start (see $EMS_STATE/log/supervisor.log)"
    sleep 0.05
  done
}

port_open() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# start_failed SENTENCE [CODE]
start_failed() {
  [[ -z $data_are_new ]] || touch "$EMS_STATE/pg/unused"
  progress_end
  die "$@"
}

# Ends the launcher (and with it the stack) when a service could not start: it says why in its last line, and that sentence is passed on.
stop_if_failed() {
  local name code why
  while read -r name code; do
    if [[ $code -eq 1 || $code -eq 2 ]]; then
      why=$(tail -1 "$EMS_STATE/log/$name.log")
      start_failed "$name cannot start: $why"
    fi
  done < <(cat "$EMS_STATE/run/failed" 2>/dev/null)
}

# Waits until the desk port answers and nothing has failed at its start.
await_ready() {
  local limit=$(( SECONDS + 60 )) settled=0
  while (( settled < 5 )); do
    stop_if_failed
    [[ -z ${demo_interrupted:-} ]] || start_failed "interrupted" 130
    (( SECONDS < limit )) || start_failed "ems-dispatchd did not answer within 60 s (see $EMS_STATE/log)"
    if port_open "$DESK_PORT"; then settled=$((settled + 1)); fi
    progress "ems: starting"
    sleep 0.1
  done
  progress_end
}

stop_stack() {
  local rounds=300
  if [[ -e $EMS_STATE/run/pids/.supervisor ]]; then
    stop_recorded "$EMS_STATE/run/pids/.supervisor" TERM
    while stack_running && (( rounds-- > 0 )); do sleep 0.05; done
  fi
  if stack_running; then
    stop_recorded "$EMS_STATE/run/pids/.supervisor" KILL
    sleep 0.2
  fi
  reap
}

# check_pbf VERB FILE, check_speed VERB X: before anything is built or moved.
check_pbf() { [[ -f $2 && -r $2 ]] || die "$1: cannot read the extract $2" 2; }
# The simulator's range; below 1 the registry takes none.
check_speed() {
  [[ $2 =~ ^[1-9][0-9]{0,2}(\.[0-9]{1,6})?$ ]] && awk -v x="$2" 'BEGIN { exit !(x <= 200) }' ||
    die "$1: --speed must be a number from 1 to 200" 2
}

up_main() {
  local pbf=
  TIME_SCALE=1
  while [[ $# -gt 0 ]]; do
    case $1 in
      --pbf) needs_value up "$@"; check_pbf up "$2"; pbf=$(readlink -f "$2"); shift ;;
      --speed) needs_value up "$@"; check_speed up "$2"; TIME_SCALE=$2; shift ;;
      --help|-h) echo "usage: ./ems up [--pbf FILE] [--speed X]"; return 0 ;;
      *) die "up: unknown option '$1'" 2 ;;
    esac
    shift
  done
  setup_packages
  build_all programs
  refuse_if_running
  stop_on_exit
  prepare_inputs "$pbf"
  if [[ -e $EMS_STATE/pg/complete ]] && is_other_county; then
    progress_end
    say "another map or registry than before: the data of the earlier runs go to $EMS_STATE/previous"
    put_aside
  fi
  prepare_stack
  start_supervisor
  await_ready
  trap - EXIT INT TERM
  say "running; console: ./build/bin/ems-console --config $EMS_STATE/conf/console.toml"
  say "users desk1 (dispatcher), doctor1 (physician), admin1; passwords in $EMS_STATE/secrets"
  say "./ems status shows it, ./ems down stops it"
}

down_main() {
  no_options down "$@" || return 0
  make_state
  if [[ -z $(launcher_processes) ]] && ! stack_running && ! is_anything_left; then
    say "nothing runs in $EMS_STATE"
    return 0
  fi
  stop_launcher
  stop_stack
  say "stopped"
}

status_main() {
  no_options status "$@" || return 0
  make_state
  if ! stack_running; then
    local left; left=$(stack_processes "$EMS_STATE" | wc -l)
    if [[ $left -gt 0 ]]; then say "no launcher runs, but $left processes of it do; ./ems down stops them"; return 1; fi
    say "nothing runs in $EMS_STATE"
    return 3
  fi
  local name pid policy command
  printf '%-24s %8s %10s %10s  %s\n' service pid "up" "memory" "health"
  while IFS=$'\t' read -r name policy command; do
    if pid=$(recorded_pid "$EMS_STATE/run/pids/$name"); then
      printf '%-24s %8s %10s %7s MiB  %s\n' "$name" "$pid" "$(ps -o etime= -p "$pid" | tr -d ' ')" \
        "$(( $(ps -o rss= -p "$pid") / 1024 ))" "$(health_of "$name")"
    else
      printf '%-24s %8s\n' "$name" "down"
    fi
  done <"$EMS_STATE/run/services"
  echo "desk wss://127.0.0.1:$(sed -n 's/^DESK_PORT=//p' "$EMS_STATE/ports.env"), state $EMS_STATE, $(cat "$EMS_STATE/world" 2>/dev/null || echo real) world"
}

# health_of SERVICE: what its /healthz says, in one line; empty for a service that has none.
health_of() {
  local name=${1#ems-} port line text='' rest=()
  port=$(sed -n "s/^${name^^}_STATUS_PORT=//p" "$EMS_STATE/ports.env")
  [[ -n $port ]] || return 0
  port_open "$port" || { echo "no answer"; return 0; }
  exec 3<>"/dev/tcp/127.0.0.1/$port"
  printf 'GET /healthz HTTP/1.0\r\n\r\n' >&3
  while IFS= read -r -t 5 line <&3; do
    line=${line%$'\r'}
    case $line in
      ok|degraded) text=$line ;;
      # NAME failed DETAIL: the word has its place, a detail may hold it too.
      *' '*) if [[ "${line#* } " == "failed "* ]]; then rest+=("${line/ failed/:}"); fi ;;
    esac
  done
  exec 3>&-
  printf '%s' "${text:-no answer}"
  [[ ${#rest[@]} -eq 0 ]] || { printf ' (%s' "${rest[0]}"; [[ ${#rest[@]} -eq 1 ]] || printf '; %s' "${rest[@]:1}"; printf ')'; }
  echo
}

clean_main() {
  no_options clean "$@" || return 0
  [[ -e $EMS_STATE ]] || { say "there is no state folder $EMS_STATE"; return 0; }
  [[ -e $EMS_STATE/.ems-state ]] || die "$EMS_STATE is not a state folder of ems; nothing is deleted"
  down_main
  rm -rf "$EMS_STATE"
  say "deleted $EMS_STATE"
}
