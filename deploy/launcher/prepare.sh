# Sourced by stack.sh: everything that must exist in a state folder before its services start: ports, keys, map, registry,
# database, configuration.

EMS_REGION=140802
vehicles=(amb-01 amb-02 amb-03 amb-04)
# Names of a drill's vehicles are nobody's in the real world.
[[ $EMS_WORLD != drill ]] || vehicles=(drl-01 drl-02 drl-03 drl-04)
servers=(srv-dispatch-a srv-telemetry-a srv-media-a)
desks=(desk-1 ctl)

# The drill that belongs to this state folder, or the world that this drill stands beside.
world_beside() { if [[ $EMS_WORLD == drill ]]; then echo "${EMS_STATE%-drill}"; else echo "$EMS_STATE-drill"; fi; }

# Ports are chosen once per state folder and may be pinned there by hand. A folder of an earlier version gets those that
# came since. The world beside this one keeps its own, whether it runs just now or not.
choose_ports() {
  local file=$EMS_STATE/ports.env beside vid i=0 name port ports missing=()
  beside=$(world_beside)/ports.env
  local names=(PG_PORT MQTT_PORT DESK_PORT MEDIA_PORT MEDIA_TLS_PORT TELEMETRYD_STATUS_PORT DISPATCHD_STATUS_PORT MEDIAD_STATUS_PORT)
  for vid in "${vehicles[@]}"; do
    vid=${vid//-/_}
    names+=("GNSS_${vid}" "MONITOR_${vid}" "ECG_${vid}")
  done
  for name in "${names[@]}"; do
    [[ -e $file ]] && grep -q "^$name=" "$file" || missing+=("$name")
  done
  if [[ ${#missing[@]} -gt 0 ]]; then
    # Twice as many as there are names, so that enough are left when some stand in a file already.
    mapfile -t ports < <("$EMS_BIN/ems-admin" free-ports "$(( 2 * ${#names[@]} ))" |
      grep -vxFf <(sed -n 's/^.*=//p' "$file" "$beside" 2>/dev/null))
    [[ ${#ports[@]} -ge ${#missing[@]} ]] || die "no free ports between 20000 and 31999"
    {
      if [[ -e $file ]]; then cat "$file"; fi
      for name in "${missing[@]}"; do echo "$name=${ports[i++]}"; done
    } >"$file.new"
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
    "$EMS_BIN/ems-map" sites --graph "$map.new" --count 3 --json >"$map.new/sites.json" 2>>"$EMS_STATE/log/map.log"; } ||
    { progress_end; die "$(tail -1 "$EMS_STATE/log/map.log" | sed 's/^ems-map: *//')"; }
  progress_end
  if [[ -n $pbf ]]; then
    say "hospital, stations and caller on this extract:"
    "$EMS_BIN/ems-map" sites --graph "$map.new" --count 3 >&2
  fi
  echo "$stamp" >"$map.new/.made-from"
  if is_same_map; then
    mv "$map.new/.made-from" "$map/.made-from"
    # Follows from the roads; a map made by an older program lacks it.
    [[ ! -e $map.new/roads.order ]] || mv "$map.new/roads.order" "$map/roads.order"
    rm -rf "$map.new"
  fi
}

is_same_map() {
  local file
  for file in roads.graph places.csv landmarks.csv names.bin scene.bin info.json sites.json; do
    cmp -s "$EMS_STATE/map/$file" "$EMS_STATE/map.new/$file" || return 1
  done
}

# The registry and the demo's story on the map that is to be used.
make_registry() {
  local conf=$EMS_STATE/conf sites=$EMS_STATE/map/sites.json
  [[ ! -e $EMS_STATE/map.new ]] || sites=$EMS_STATE/map.new/sites.json
  { jq --arg scale "$TIME_SCALE" --arg world "$EMS_WORLD" -f "$EMS_ROOT/deploy/demo/registry.jq" "$sites" >"$conf/registry.json.new" &&
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
  "$EMS_BIN/ems-admin" world "$EMS_WORLD" --conninfo "$(conninfo ems_owner)" >>"$EMS_STATE/log/setup.log" 2>&1 ||
    die "marking the database's world failed: $(tail -1 "$EMS_STATE/log/setup.log")"
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
  local conf=$EMS_STATE/conf pki=$EMS_STATE/pki sockets i vid port drill=false
  [[ $EMS_WORLD != drill ]] || drill=true
  sockets=$(socket_folder)
  cat >"$conf/telemetryd.toml" <<TOML
region = "$EMS_REGION"
pg.conninfo = $(toml "$(conninfo ems_telemetry)")
mqtt.port = $MQTT_PORT
mqtt.ca = $(toml "$pki/ca.crt")
mqtt.certificate = $(toml "$pki/srv-telemetry-a.crt")
mqtt.key = $(toml "$pki/srv-telemetry-a.key")
status.port = $TELEMETRYD_STATUS_PORT
TOML
  cat >"$conf/dispatchd.toml" <<TOML
region = "$EMS_REGION"
drill = $drill
listen.port = $DESK_PORT
pki.dir = $(toml "$pki")
pg.conninfo = $(toml "$(conninfo ems_dispatch)")
mqtt.port = $MQTT_PORT
map.dir = $(toml "$EMS_STATE/map")
record.dir = $(toml "$EMS_STATE/video")
status.port = $DISPATCHD_STATUS_PORT
TOML
  cat >"$conf/mediad.toml" <<TOML
region = "$EMS_REGION"
media.port = $MEDIA_PORT
media.tls_port = $MEDIA_TLS_PORT
media.crl = $(toml "$pki/ca.crl")
pg.conninfo = $(toml "$(conninfo ems_media)")
mqtt.port = $MQTT_PORT
mqtt.ca = $(toml "$pki/ca.crt")
mqtt.certificate = $(toml "$pki/srv-media-a.crt")
mqtt.key = $(toml "$pki/srv-media-a.key")
data_key = $(toml "$pki/data.key")
record.dir = $(toml "$EMS_STATE/video")
status.port = $MEDIAD_STATUS_PORT
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
cameras.cabin.source = "test:ball"
ring.dir = $(toml "$EMS_STATE/vehicle/$vid/ring")
ring.mib = 256
time_scale = $TIME_SCALE
TOML
    cat >"$conf/crew-$vid.toml" <<TOML
vehicle.socket = $(toml "$sockets/$vid.sock")
presses.file = $(toml "$EMS_STATE/vehicle/$vid/presses")
text.file = $(toml "$EMS_STATE/vehicle/$vid/text-size")
map.dir = $(toml "$EMS_STATE/map")
drill = $drill
TOML
  done
  cat >"$conf/console.toml" <<TOML
drill = $drill
server.addresses = ["127.0.0.1:$DESK_PORT"]
pki.ca = $(toml "$pki/ca.crt")
pki.certificate = $(toml "$pki/desk-1.crt")
pki.key = $(toml "$pki/desk-1.key")
map.dir = $(toml "$EMS_STATE/map")
user.name = "desk1"
user.password_file = $(toml "$(secret_file desk1)")
draft.file = $(toml "$EMS_STATE/run/draft")
crews.file = $(toml "$EMS_STATE/run/crews")
broker.host = "127.0.0.1"
broker.port = $MQTT_PORT
broker.region = "$EMS_REGION"
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
  "$EMS_ROOT/deploy/mosquitto/broker" config "$EMS_STATE/broker" "$MQTT_PORT" "$EMS_STATE/pki" desk-1 >>"$EMS_STATE/log/setup.log" 2>&1 ||
    die "the broker cannot be configured: $(tail -1 "$EMS_STATE/log/setup.log")"
  write_configuration
  write_services
  "$EMS_ROOT/deploy/postgresql/cluster" stop "$EMS_STATE/pg"
  progress_end
}
