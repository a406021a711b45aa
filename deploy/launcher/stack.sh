# Sourced: the private stack of one state folder: ports, keys, database, broker, configuration, services.
source "$EMS_LAUNCHER/build.sh"
source "$EMS_LAUNCHER/processes.sh"

EMS_REGION=140802
vehicles=(amb-01 amb-02 amb-03 amb-04)
servers=(srv-dispatch-a srv-telemetry-a srv-media-a)
desks=(desk-1 ctl)

stack_running() { ! flock -n "$EMS_STATE/run/lock" true; }

# Held by the launcher while it prepares or plays, so that two starts in one folder cannot undo each other's work.
# Whatever lives longer than the launcher is started without this descriptor.
refuse_if_running() {
  make_state
  exec 7>"$EMS_STATE/run/launcher.lock"
  if ! flock -n 7 || stack_running; then
    die "ems already runs in $EMS_STATE; './ems down' stops it, EMS_STATE=FOLDER uses another folder"
  fi
  if is_anything_left; then say "stopping what an earlier run left behind"; fi
  reap
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

# Ports are chosen once per state folder and may be pinned there by hand.
choose_ports() {
  local file=$EMS_STATE/ports.env names=(PG_PORT MQTT_PORT DESK_PORT MEDIA_PORT) vid i=0 name port
  for vid in "${vehicles[@]}"; do
    vid=${vid//-/_}
    names+=("GNSS_${vid}" "MONITOR_${vid}" "ECG_${vid}")
  done
  if [[ ! -e $file ]]; then
    local ports
    mapfile -t ports < <("$EMS_BIN/ems-admin" free-ports "${#names[@]}")
    [[ ${#ports[@]} -eq ${#names[@]} ]] || die "no free ports between 20000 and 31999"
    for name in "${names[@]}"; do echo "$name=${ports[i++]}"; done >"$file.new"
    mv "$file.new" "$file"
  fi
  source "$file"
  for name in "${names[@]}"; do
    port=${!name:-}
    [[ $port =~ ^[0-9]+$ ]] || die "$file: $name is missing or not a number"
    if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      die "port $port ($name in $file) is in use by another program; free it, or delete that file to have others chosen"
    fi
  done
}

# Repeated at every start: what exists and is good is kept, a certificate is renewed a month before it ends.
make_pki() {
  local pki=$EMS_STATE/pki cn
  "$EMS_BIN/ems-admin" pki init --dir "$pki" >>"$EMS_STATE/log/setup.log" 2>&1 || die "making the keys failed (see $EMS_STATE/log/setup.log)"
  for cn in broker "${servers[@]}" "${vehicles[@]}" "${desks[@]}"; do
    "$EMS_BIN/ems-admin" pki issue --dir "$pki" --cn "$cn" >>"$EMS_STATE/log/setup.log" 2>&1 || die "making the certificate of $cn failed (see $EMS_STATE/log/setup.log)"
  done
}

conninfo() {
  local passfile=$EMS_STATE/pg/pgpass
  passfile=${passfile//\\/\\\\}; passfile=${passfile//\'/\\\'}
  echo "host=127.0.0.1 port=$PG_PORT dbname=ems user=$1 passfile='$passfile'"
}
# A TOML string.
toml() { local text=${1//\\/\\\\}; echo "\"${text//\"/\\\"}\""; }
query() { PGPASSFILE=$EMS_STATE/pg/pgpass psql -X -q -A -t -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$PG_PORT" -U ems_report -d ems "$@"; }

secret_file() {
  local file=$EMS_STATE/secrets/$1.password
  mkdir -p -m 700 "$EMS_STATE/secrets"
  [[ -s $file ]] || (umask 077; head -c 12 /dev/urandom | od -An -tx1 | tr -d ' \n' >"$file")
  echo "$file"
}

# What a map was made from: the extract's path, size and time, and the program that made it.
map_stamp() {
  local from=synth
  [[ -z $1 ]] || from="$1 $(stat -Lc '%s %.9Y' "$1")"
  echo "$from $(sha256sum <"$EMS_BIN/ems-map" | cut -d' ' -f1)"
}

# make_map PBF: STATE/map.new, when the present map was made from something else. It takes its place in take_map.
make_map() {
  local pbf=$1 map=$EMS_STATE/map stamp verb=(synth)
  stamp=$(map_stamp "$pbf")
  rm -rf "$map.new"
  [[ -e $map/.made-from && $(cat "$map/.made-from") == "$stamp" ]] && return 0
  mkdir -p "$map.new"
  if [[ -n $pbf ]]; then verb=(import "$pbf"); progress "ems: importing $pbf"; fi
  { "$EMS_BIN/ems-map" "${verb[@]}" --out "$map.new" >"$EMS_STATE/log/map.log" 2>&1 &&
    "$EMS_BIN/ems-map" sites --map "$map.new" --count 3 --json >"$map.new/sites.json" 2>>"$EMS_STATE/log/map.log"; } ||
    { progress_end; die "$(tail -1 "$EMS_STATE/log/map.log" | sed 's/^ems-map: *//')"; }
  progress_end
  if [[ -n $pbf ]]; then
    say "hospital, stations and caller on this extract:"
    "$EMS_BIN/ems-map" sites --map "$map.new" --count 3 >&2
  fi
  echo "$stamp" >"$map.new/.made-from"
  if is_same_map; then
    mv "$map.new/.made-from" "$map/.made-from"
    rm -rf "$map.new"
  fi
}

is_same_map() {
  local file
  for file in roads.graph places.csv scene.bin info.json sites.json; do
    cmp -s "$EMS_STATE/map/$file" "$EMS_STATE/map.new/$file" || return 1
  done
}

# The registry and the demo's story on the map that is to be used.
make_registry() {
  local conf=$EMS_STATE/conf sites=$EMS_STATE/map/sites.json
  [[ ! -e $EMS_STATE/map.new ]] || sites=$EMS_STATE/map.new/sites.json
  { jq --arg scale "$TIME_SCALE" -f "$EMS_ROOT/deploy/demo/registry.jq" "$sites" >"$conf/registry.json.new" &&
    jq --slurpfile registry "$conf/registry.json.new" -f "$EMS_ROOT/deploy/demo/story.jq" "$sites" >"$conf/story.json.new"; } ||
    die "$sites cannot be read"
}

# Another map, stations or units than those that the data in STATE/pg speak of.
is_other_county() {
  local conf=$EMS_STATE/conf
  [[ ! -e $EMS_STATE/map.new ]] || return 0
  [[ -e $conf/registry.json ]] && ! jq -en --slurpfile was "$conf/registry.json" --slurpfile is "$conf/registry.json.new" \
    '[$was, $is | .[0] | del(.region.time_scale)] | .[0] == .[1]' >/dev/null
}

take_map() {
  local conf=$EMS_STATE/conf
  if [[ -e $EMS_STATE/map.new ]]; then rm -rf "$EMS_STATE/map"; mv "$EMS_STATE/map.new" "$EMS_STATE/map"; fi
  mv "$conf/registry.json.new" "$conf/registry.json"
  mv "$conf/story.json.new" "$conf/story.json"
}

make_database() {
  local cluster=$EMS_ROOT/deploy/postgresql/cluster
  if [[ ! -e $EMS_STATE/pg/complete ]]; then mkdir -p "$EMS_STATE/pg"; touch "$EMS_STATE/pg/unused"; fi
  "$cluster" init "$EMS_STATE/pg" "$PG_PORT" >>"$EMS_STATE/log/setup.log" 2>&1 ||
    die "making the database failed: $(tail -1 "$EMS_STATE/log/setup.log")"
  [[ $(cat "$EMS_STATE/pg/port") == "$PG_PORT" ]] || {
    sed -i "s/^port = .*/port = $PG_PORT/" "$EMS_STATE/pg/data/postgresql.conf"; echo "$PG_PORT" >"$EMS_STATE/pg/port"; }
  "$cluster" start "$EMS_STATE/pg" 7>&- || die "the database did not start (see $EMS_STATE/pg/server.log)"
  "$EMS_BIN/ems-admin" migrate --conninfo "$(conninfo ems_owner)" --dir "$EMS_ROOT/deploy/postgresql/migrations" >>"$EMS_STATE/log/setup.log" 2>&1 ||
    die "migrating the database failed: $(tail -1 "$EMS_STATE/log/setup.log")"
  "$EMS_BIN/ems-admin" seed --conninfo "$(conninfo ems_owner)" --file "$EMS_STATE/conf/registry.json" >>"$EMS_STATE/log/setup.log" 2>&1 ||
    die "writing the registry failed: $(tail -1 "$EMS_STATE/log/setup.log")"
  local user role name users
  users=$("$EMS_BIN/ems-admin" user list --conninfo "$(conninfo ems_owner)" 2>>"$EMS_STATE/log/setup.log") ||
    die "the users cannot be read: $(tail -1 "$EMS_STATE/log/setup.log")"
  while read -r user role name; do
    grep -qw "$user" <<<"$users" ||
      "$EMS_BIN/ems-admin" user add --conninfo "$(conninfo ems_owner)" --name "$user" --role "$role" --display "$name" \
        --password-file "$(secret_file "$user")" >>"$EMS_STATE/log/setup.log" 2>&1 || die "adding the user $user failed: $(tail -1 "$EMS_STATE/log/setup.log")"
  done <<'TXT'
desk1 dispatcher 王晓燕
doctor1 physician 周敏
admin1 admin 管理员
TXT
}

# ---------------------------------------------------------------------------------------------- configuration

# Unix sockets have short names only; a state folder that lies deep gets them in a folder below /tmp.
socket_folder() {
  if (( ${#EMS_STATE} < 70 )); then echo "$EMS_STATE/run"; return; fi
  local file=$EMS_STATE/run/socket-folder
  [[ -e $file && -d $(cat "$file") ]] || mktemp -d /tmp/ems-XXXXXX >"$file"
  cat "$file"
}

write_configuration() {
  local conf=$EMS_STATE/conf pki=$EMS_STATE/pki sockets i vid port
  sockets=$(socket_folder)
  cat >"$conf/telemetryd.toml" <<TOML
region = "$EMS_REGION"
pg.conninfo = $(toml "$(conninfo ems_telemetry)")
mqtt.port = $MQTT_PORT
mqtt.ca = $(toml "$pki/ca.crt")
mqtt.certificate = $(toml "$pki/srv-telemetry-a.crt")
mqtt.key = $(toml "$pki/srv-telemetry-a.key")
TOML
  cat >"$conf/dispatchd.toml" <<TOML
region = "$EMS_REGION"
listen.port = $DESK_PORT
pki.dir = $(toml "$pki")
pg.conninfo = $(toml "$(conninfo ems_dispatch)")
mqtt.port = $MQTT_PORT
map.dir = $(toml "$EMS_STATE/map")
TOML
  cat >"$conf/mediad.toml" <<TOML
region = "$EMS_REGION"
media.port = $MEDIA_PORT
pg.conninfo = $(toml "$(conninfo ems_media)")
mqtt.port = $MQTT_PORT
mqtt.ca = $(toml "$pki/ca.crt")
mqtt.certificate = $(toml "$pki/srv-media-a.crt")
mqtt.key = $(toml "$pki/srv-media-a.key")
data_key = $(toml "$pki/data.key")
record.dir = $(toml "$EMS_STATE/video")
TOML
  cat >"$conf/sim.toml" <<TOML
map.dir = $(toml "$EMS_STATE/map")
state_file = $(toml "$EMS_STATE/run/sim-state")
time_scale = $TIME_SCALE
seed = ${EMS_SEED:-1}
hospital = "$(jq -r '"\(.hospital.lat),\(.hospital.lon)"' "$EMS_STATE/map/sites.json")"
TOML
  rm -f "$EMS_STATE/run/sim-state"
  for i in "${!vehicles[@]}"; do
    vid=${vehicles[i]}; port=${vid//-/_}
    local gnss=GNSS_$port monitor=MONITOR_$port ecg=ECG_$port
    cat >>"$conf/sim.toml" <<TOML

[vehicles.$vid]
gnss_port = ${!gnss}
monitor_port = ${!monitor}
ecg_port = ${!ecg}
crew_socket = $(toml "$sockets/$vid.sock")
station = "$(jq -r ".stations[$i] | \"\(.lat),\(.lon)\"" "$conf/registry.json")"
TOML
    mkdir -p "$EMS_STATE/vehicle/$vid"
    cat >"$conf/$vid.toml" <<TOML
vid = "$vid"
region = "$EMS_REGION"
mqtt.port = $MQTT_PORT
pki.dir = $(toml "$pki")
spool.path = $(toml "$EMS_STATE/vehicle/$vid/spool.db")
gnss.address = "tcp:127.0.0.1:${!gnss}"
monitor.address = "tcp:127.0.0.1:${!monitor}"
ecg.address = "tcp:127.0.0.1:${!ecg}"
crew.socket = $(toml "$sockets/$vid.sock")
camera.source = "test:ball"
time_scale = $TIME_SCALE
TOML
  done
  cat >"$conf/console.toml" <<TOML
server.addresses = ["127.0.0.1:$DESK_PORT"]
pki.ca = $(toml "$pki/ca.crt")
pki.certificate = $(toml "$pki/desk-1.crt")
pki.key = $(toml "$pki/desk-1.key")
map.dir = $(toml "$EMS_STATE/map")
user.name = "desk1"
user.password_file = $(toml "$(secret_file desk1)")
draft.file = $(toml "$EMS_STATE/run/draft")
TOML
  cat >"$conf/ctl.toml" <<TOML
server = "127.0.0.1:$DESK_PORT"
ca = $(toml "$pki/ca.crt")
cert = $(toml "$pki/ctl.crt")
key = $(toml "$pki/ctl.key")
user = "desk1"
password_file = $(toml "$(secret_file desk1)")
TOML
}

# ---------------------------------------------------------------------------------------------- services

service() { printf '%s\t%s\t%s\n' "$1" "$2" "$3" >>"$EMS_STATE/run/services.new"; }
quoted() { printf '%q ' "$@"; }

write_services() {
  local vid
  rm -f "$EMS_STATE/run/services.new"
  service postgres always "$(quoted "$EMS_ROOT/deploy/postgresql/cluster" run "$EMS_STATE/pg")"
  service mosquitto always "$(quoted "$EMS_ROOT/deploy/mosquitto/broker" run "$EMS_STATE/broker")"
  service ems-telemetryd always "$(quoted "$EMS_BIN/ems-telemetryd" --config "$EMS_STATE/conf/telemetryd.toml")"
  service ems-dispatchd always "$(quoted "$EMS_BIN/ems-dispatchd" --config "$EMS_STATE/conf/dispatchd.toml")"
  service ems-mediad always "$(quoted "$EMS_BIN/ems-mediad" --config "$EMS_STATE/conf/mediad.toml")"
  service ems-sim always "$(quoted "$EMS_BIN/ems-sim" run --config "$EMS_STATE/conf/sim.toml")"
  for vid in "${vehicles[@]}"; do
    service "ems-vehicled-$vid" always "$(quoted "$EMS_BIN/ems-vehicled" --config "$EMS_STATE/conf/$vid.toml")"
  done
}

# The database, spools and recordings of an earlier run, kept one generation in STATE/previous. Only data that services
# have worked with take the place of what is kept there: a start that failed has nothing to show (STATE/pg/unused). A move
# that was cut short is finished by the next.
put_aside() {
  local part aside=$EMS_STATE/previous.new
  if [[ ! -e $aside/pg/complete ]]; then
    if [[ ! -e $EMS_STATE/pg/complete || -e $EMS_STATE/pg/unused ]]; then
      rm -rf "$EMS_STATE"/{pg,vehicle,video} "$aside"
      return 0
    fi
    rm -rf "$aside"; mkdir -p "$aside"
    mv "$EMS_STATE/pg" "$aside/pg"
  fi
  for part in vehicle video; do
    if [[ -e $EMS_STATE/$part ]]; then mv "$EMS_STATE/$part" "$aside/$part"; fi
  done
  mkdir -p "$aside/log"
  for part in "$EMS_STATE"/log/ems-*.log; do
    if [[ -e $part ]]; then mv "$part" "$aside/log/"; fi
  done
  rm -rf "$EMS_STATE/previous"
  mv "$aside" "$EMS_STATE/previous"
}

# prepare_inputs PBF: ports, keys, map and registry, all that may be refused. The data of earlier runs are not touched yet.
prepare_inputs() {
  progress "ems: preparing keys, map and database in $EMS_STATE"
  choose_ports
  make_pki
  make_map "$1"
  make_registry
}

# Everything else that must exist before the services start.
prepare_stack() {
  take_map
  make_database
  "$EMS_ROOT/deploy/mosquitto/broker" config "$EMS_STATE/broker" "$MQTT_PORT" "$EMS_STATE/pki" >>"$EMS_STATE/log/setup.log" 2>&1 ||
    die "the broker cannot be configured: $(tail -1 "$EMS_STATE/log/setup.log")"
  write_configuration
  write_services
  "$EMS_ROOT/deploy/postgresql/cluster" stop "$EMS_STATE/pg"
  progress_end
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
  if ! stack_running && ! is_anything_left; then
    say "nothing runs in $EMS_STATE"
    return 0
  fi
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
  printf '%-24s %8s %10s %10s\n' service pid "up" "memory"
  while IFS=$'\t' read -r name policy command; do
    if pid=$(recorded_pid "$EMS_STATE/run/pids/$name"); then
      printf '%-24s %8s %10s %7s MiB\n' "$name" "$pid" "$(ps -o etime= -p "$pid" | tr -d ' ')" "$(( $(ps -o rss= -p "$pid") / 1024 ))"
    else
      printf '%-24s %8s\n' "$name" "down"
    fi
  done <"$EMS_STATE/run/services"
  echo "desk wss://127.0.0.1:$(sed -n 's/^DESK_PORT=//p' "$EMS_STATE/ports.env"), state $EMS_STATE"
}

clean_main() {
  no_options clean "$@" || return 0
  [[ -e $EMS_STATE ]] || { say "there is no state folder $EMS_STATE"; return 0; }
  [[ -e $EMS_STATE/.ems-state ]] || die "$EMS_STATE is not a state folder of ems; nothing is deleted"
  down_main
  rm -rf "$EMS_STATE"
  say "deleted $EMS_STATE"
}
