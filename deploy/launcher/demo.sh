# Sourced: ./ems demo, and what ./ems drill shares with it. One emergency, driven from outside by ems-ctl as a dispatcher
# would; the crews are ems-sim's. Who plays is called demo or drill in what is said.
source "$EMS_LAUNCHER/stack.sh"

demo_usage() {
  cat <<TXT
usage: ./ems $1 [--headless] [--seconds N] [--out DIR] [--pbf FILE] [--speed X] [--seed N]
  --headless   no window: the console runs offscreen and writes screenshots (chosen by itself without a display)
  --seconds N  about how long the emergency takes from ring to handover; 20 to 3600 (default 60 headless, else 300)
  --out DIR    where summary.json and the screenshots go (default out/$([[ $1 == demo ]] || echo "$1/"))
  --pbf FILE   roads, places, hospital and stations of an OpenStreetMap extract instead of the demonstration county
  --seed N     of the simulated crews' durations, hearts and noise (default 1)
  --speed X    how many times faster the simulated world runs, 1 to 200; by default it follows --seconds
TXT
}

ctl() { "$EMS_BIN/ems-ctl" --config "$EMS_STATE/conf/ctl.toml" --json "$@" 2>>"$EMS_STATE/log/ctl.log"; }
story() { echo "$1" >"$EMS_STATE/run/story"; progress "ems: $2"; }

# Ends the demo when somebody ends it: Ctrl-C, a closed console, ./ems down in another terminal.
end_if_ended() {
  [[ -z ${demo_interrupted:-} ]] || demo_stop 130
  stack_running || demo_failed "the services were stopped from outside"
  if console_closed; then
    [[ -z $demo_headless ]] || demo_failed "the console ended by itself"
    demo_stop 0
  fi
}
console_closed() { grep -qsx ems-console "$EMS_STATE/run/closed"; }

# await WHAT LIMIT_S SQL: until the SQL gives t. The database may be away for a moment: that is part of the exercise.
await() {
  local limit=$(( SECONDS + $2 ))
  while [[ $(query -c "$3" 2>/dev/null) != t ]]; do
    (( SECONDS < limit )) || demo_failed "$1 did not happen within $2 s"
    end_if_ended
    sleep 0.2
  done
}

demo_failed() {
  progress_end
  [[ -z ${demo_interrupted:-} ]] || demo_stop 130
  say "$1; logs are in $EMS_STATE/log"
  demo_stop 1
}
demo_stop() {
  trap - INT TERM EXIT
  progress_end
  stop_stack
  exit "$1"
}

# The world's speed: the task of the chest pain takes about 48 min of simulated time on the demonstration county.
demo_speed() { awk -v s="$1" 'BEGIN { x = 2900 / (s - 8); if (x < 1) x = 1; if (x > 200) x = 200; printf "%.1f", x }'; }

demo_main() { play demo "$@"; }

# play VERB OPTION...
play() {
  local verb=$1 headless= seconds= out=$EMS_ROOT/out pbf= speed=
  shift
  [[ $verb == demo ]] || out=$out/$verb
  while [[ $# -gt 0 ]]; do
    case $1 in
      --headless) headless=1 ;;
      --seconds) needs_value "$verb" "$@"; seconds=$2; shift ;;
      --out) needs_value "$verb" "$@"; out=$2; shift ;;
      --pbf) needs_value "$verb" "$@"; check_pbf "$verb" "$2"; pbf=$(readlink -f "$2"); shift ;;
      --speed) needs_value "$verb" "$@"; check_speed "$verb" "$2"; speed=$2; shift ;;
      --seed) needs_value "$verb" "$@"; EMS_SEED=$2; [[ $EMS_SEED =~ ^[0-9]{1,12}$ ]] || die "$verb: --seed must be a whole number" 2; shift ;;
      --help|-h) demo_usage "$verb"; return 0 ;;
      *) demo_usage "$verb" >&2; die "$verb: unknown option '$1'" 2 ;;
    esac
    shift
  done
  [[ -n ${DISPLAY:-}${WAYLAND_DISPLAY:-} ]] || headless=1
  [[ -n $seconds ]] || seconds=$([[ -n $headless ]] && echo 60 || echo 300)
  [[ $seconds =~ ^[0-9]+$ && $seconds -ge 20 && $seconds -le 3600 ]] || die "$verb: --seconds must be a whole number from 20 to 3600" 2
  setup_packages
  build_all programs
  refuse_if_running
  stop_on_exit
  mkdir -p "$out" 2>/dev/null || die "cannot make the folder $out"
  out=$(cd "$out" && pwd)
  demo_out=$out
  demo_headless=$headless
  demo_trainee=
  [[ $verb != drill || -n $headless ]] || demo_trainee=1
  TIME_SCALE=${speed:-$(demo_speed "$seconds")}
  demo_began=$EPOCHREALTIME
  echo waiting >"$EMS_STATE/run/story"
  rm -f "$EMS_STATE"/run/console-stats.json "$EMS_STATE"/run/first-picture
  prepare_inputs "$pbf"
  # Each begins with an empty desk; what an earlier one left stays readable for one generation.
  put_aside
  rm -f "$out"/[0-9][0-9]-*.png "$out"/summary.json
  prepare_stack
  local tour=--tour
  demo_platform=()
  [[ -z $headless ]] || demo_platform=(env QT_QPA_PLATFORM=offscreen)
  [[ -z $headless && $verb == demo ]] || tour=
  service ems-console until-ok "$(quoted "${demo_platform[@]}" "$EMS_BIN/ems-console" --config "$EMS_STATE/conf/console.toml" \
    --follow newest --stats "$EMS_STATE/run/console-stats.json" --first-picture "$EMS_STATE/run/first-picture" \
    --screenshots "$out" --script demo ${tour:+"$tour"})"
  demo_interrupted=
  trap 'demo_interrupted=1' INT TERM
  start_supervisor
  await_ready
  [[ $verb == demo ]] || say "the drill's state is in $EMS_STATE; EMS_STATE=$EMS_STATE ./ems down stops it from elsewhere"
  demo_story "$seconds"
  demo_summary "$out" || demo_failed "the summary could not be written"
  progress_end
  say "handed over; pictures and summary.json are in $out"
  if [[ -z $headless ]]; then
    say "the console stays open; close it or press Ctrl-C to stop everything"
    while [[ -z $demo_interrupted ]] && ! console_closed && stack_running; do sleep 0.3; done
  fi
  demo_stop 0
}

# ---------------------------------------------------------------------------------------------- the story

unit_state_is() { echo "select exists(select from dispatch.unit_state s join registry.unit u on u.id = s.unit_id where u.name = '$1' and s.state in ($2))"; }

demo_story() {
  local seconds=$1 sites=$EMS_STATE/map/sites.json limit=$(( $1 * 2 + 60 ))
  await "the ambulances' first positions" 60 \
    "select count(*) >= ${#vehicles[@]} from telemetry.vehicle_latest where position_received_at > now() - interval '5 s'"
  local busy; busy=$(jq -r .busy.unit "$EMS_STATE/conf/story.json")

  story earlier_patient "an earlier patient keeps $busy away"
  local earlier
  earlier=$(demo_call "$EMS_STATE/conf/story.json" earlier) || demo_failed "the earlier call was not taken"
  ctl assign "$earlier" "$busy" --reason "演示：前一任务" >"$EMS_STATE/run/earlier-assign.json" || demo_failed "$busy could not be sent to the earlier patient"
  await "$busy setting out" 60 "$(unit_state_is "$busy" "4, 5, 6, 7")"

  story ring "the line rings"
  rm -f "$demo_out"/[0-9][0-9]-*.png
  demo_incident=$(demo_call "$EMS_STATE/conf/story.json" main) || demo_failed "the call was not taken"
  ctl recommend "$demo_incident" >"$EMS_STATE/run/recommendation.json" || demo_failed "no recommendation came"
  demo_unit=$(jq -r '.candidates[] | select(.rank == 1) | .unit' "$EMS_STATE/run/recommendation.json")
  [[ -n $demo_unit ]] || demo_failed "no unit can be sent"
  local ready=$EMS_STATE/run/screens-asked
  touch "$ready"
  if [[ -z $demo_trainee ]]; then
    demo_screens "$demo_unit"
    await_picture crew "$EMS_STATE/run/crew.png" "$ready" || true
  fi
  # The dispatcher reads the list; a console without a display takes its picture of it meanwhile.
  local shown=$(( SECONDS + 10 ))
  while (( SECONDS < shown )) && ! compgen -G "$demo_out/01-*.png" >/dev/null; do sleep 0.2; done

  if [[ -n $demo_trainee ]]; then
    story order "the call waits: whoever trains sends an ambulance (F4)"
    await "an ambulance being sent" 3600 "select exists(select from dispatch.assignment where incident_id = $demo_incident)"
    demo_unit=$(query -c "select u.name from dispatch.assignment a join registry.unit u on u.id = a.unit_id where a.incident_id = $demo_incident order by a.id desc limit 1")
    demo_screens "$demo_unit"
  else
    story order "$demo_unit is sent"
    ctl assign "$demo_incident" "$demo_unit" --recommendation "$(jq -r .id "$EMS_STATE/run/recommendation.json")" >"$EMS_STATE/run/assign.json" || demo_failed "$demo_unit could not be sent"
  fi
  await "$demo_unit acknowledging" "$limit" "$(unit_state_is "$demo_unit" "3, 4, 5, 6, 7, 8, 9")"
  story on_the_way "$demo_unit is on its way"
  touch "$ready"
  ! await_picture crew "$EMS_STATE/run/crew.png" "$ready" || cp "$EMS_STATE/run/crew.png" "$demo_out/07-crew-order.png"
  ! await_picture station "$EMS_STATE/run/station.png" "$ready" || cp "$EMS_STATE/run/station.png" "$demo_out/08-station.png"
  await "$demo_unit at the scene" "$limit" "$(unit_state_is "$demo_unit" "5, 6, 7, 8, 9")"
  story at_scene "$demo_unit is at the scene"
  await "$demo_unit leaving the scene" "$limit" "$(unit_state_is "$demo_unit" "7, 8, 9")"
  story transporting "$demo_unit drives to the hospital, the physician watches"
  await "$demo_unit at the hospital" "$limit" "$(unit_state_is "$demo_unit" "8, 9, 10, 11, 1")"
  story handover "the patient is handed over"
  await "the incident's end" "$limit" "select state = 'closed' from dispatch.incident where id = $demo_incident"
  await "$demo_unit being available" "$limit" "select exists(select from dispatch.stamp where incident_id = $demo_incident and event = 'available')"
  story done "the unit is free again"
}

# start_screen NAME COMMAND...: beside the console, and ended with the stack, of whose environment it is.
start_screen() {
  local name=$1
  shift
  EMS_STACK=$EMS_STATE "${demo_platform[@]}" "$@" >>"$EMS_STATE/log/$name.log" 2>&1 </dev/null 7>&- &
  echo "$! $(start_time $!)" >"$EMS_STATE/run/pids/$name"
}

# The terminal in the vehicle of the unit, and the board of its station.
demo_screens() {
  local vid station conf=$EMS_STATE/conf pki=$EMS_STATE/pki
  vid=$(query -c "select vid from registry.unit where name = '$1'")
  station=$(query -c "select s.name from registry.station s join registry.unit u on u.station_id = s.id where u.name = '$1'")
  [[ -n $vid && -n $station ]] || demo_failed "$1 has no vehicle or no station"
  cat >"$conf/station.toml" <<TOML
server.addresses = ["127.0.0.1:$DESK_PORT"]
pki.ca = $(toml "$pki/ca.crt")
pki.certificate = $(toml "$pki/desk-1.crt")
pki.key = $(toml "$pki/desk-1.key")
user.name = "desk1"
user.password_file = $(toml "$(secret_file desk1)")
station = $(toml "$station")
map.dir = $(toml "$EMS_STATE/map")
sound = "off"
TOML
  echo "unit = $(toml "$1")" >>"$conf/crew-$vid.toml" # as the desks call it
  rm -f "$EMS_STATE"/run/crew.png "$EMS_STATE"/run/station.png
  start_screen ems-crew "$EMS_BIN/ems-crew" --config "$conf/crew-$vid.toml" --windowed --picture "$EMS_STATE/run/crew.png"
  start_screen ems-station "$EMS_BIN/ems-station" --config "$conf/station.toml" --windowed --picture "$EMS_STATE/run/station.png"
}

# await_picture WHAT FILE SINCE: a picture that is newer than that file. Each screen makes one a second.
await_picture() {
  local limit=$(( SECONDS + 20 ))
  until [[ -s $2 && $2 -nt $3 ]]; do
    # Somebody who closed a window does not want to see it.
    if [[ -z $demo_headless ]] && ! recorded_pid "$EMS_STATE/run/pids/ems-$1" >/dev/null; then return 1; fi
    (( SECONDS < limit )) || demo_failed "ems-$1 shows nothing (see $EMS_STATE/log/ems-$1.log)"
    end_if_ended
    sleep 0.1
  done
}

# demo_call STORY WHO: takes the call, prints the incident's id.
demo_call() {
  local call; call=$(jq -c ".$2" "$1")
  field() { jq -r ".$1 // \"\"" <<<"$call"; }
  ctl call new --phone "$(field phone)" --name "$(field name)" --sex "$(field sex)" --age "$(field age)" \
    --complaint "$(field complaint)" --level "$(field level)" --address "$(field address)" \
    --lat "$(field lat)" --lon "$(field lon)" --place-source village --rang-s 6 | jq -r .incident_id
}

demo_summary() {
  local out=$1 made ranked console limit=$(( SECONDS + 20 ))
  made=$(query -c "select jsonb_agg(to_jsonb(l)) from telemetry.vehicle_link l") || return 1
  # Everything that had been made by then must be in the archive; what is made later does not count.
  while [[ $(query -v made="$made" -f - <<'SQL'
select bool_and(
  (select count(*) from telemetry.position p where p.vid = m.vid and p.spool = m.spool and p.seq <= m.made_g) >= m.made_g and
  (select count(*) from telemetry.vitals p where p.vid = m.vid and p.spool = m.spool and p.seq <= m.made_v) >= m.made_v and
  (select count(*) from telemetry.wave p where p.vid = m.vid and p.spool = m.spool and p.seq <= m.made_w) >= m.made_w)
  from jsonb_to_recordset(:'made'::jsonb) as m(vid text, spool bigint, made_g bigint, made_v bigint, made_w bigint)
SQL
) != t ]] && (( SECONDS < limit )); do end_if_ended; sleep 0.3; done
  ranked=$(jq -c '[.candidates[] | {rank, unit, total_s, turnout_s, drive_s, distance_m, within_15_min: .within_radius, straight_rank, straight_m, reasons, excluded}]' \
    "$EMS_STATE/run/recommendation.json") || return 1
  console=$(cat "$EMS_STATE/run/console-stats.json" 2>/dev/null || echo '{}')
  # An order carried out twice shows as a second press of one button for one assignment; a repeat of one press has its identity.
  local twice
  twice=$(sed -n 's/.* sim: press vid=\([^ ]*\) button=\([^ ]*\) incident=[0-9]* assignment=\([0-9]*\) event=\(.*\)/\1 \2 \3 \4/p' "$EMS_STATE/log/ems-sim.log" |
    sort -u | awk '{ n[$1 " " $2 " " $3]++ } END { for (k in n) if (n[k] > 1) t++; print t + 0 }')
  query -v incident="$demo_incident" -v made="$made" -v ranked="$ranked" -v console="$console" -v unit="$demo_unit" \
    -v began_us="${demo_began/./}" -v time_scale="$TIME_SCALE" -v executed_twice="$twice" -f "$EMS_ROOT/deploy/demo/summary.sql" >"$out/summary.json.new" || return 1
  mv "$out/summary.json.new" "$out/summary.json"
}
