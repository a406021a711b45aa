# Sourced by bench.sh: the figures of the first emergency. Builds are measured in a clone of the last commit in a folder of
# their own with a compiler cache of their own; the desk's figures on a running stack.

bench_first() {
  bench_work=$(mktemp -d "${TMPDIR:-/tmp}/ems-bench-XXXXXX")
  chmod 711 "$bench_work"
  trap 'EMS_STATE=$bench_work/state stop_stack >/dev/null 2>&1 || true; rm -rf "$bench_work"; rm -f "$bench_values"' EXIT
  bench_first_desk
  bench_first_build
}

# seconds_of COMMAND...: how long it took.
seconds_of() {
  local began=$EPOCHREALTIME
  "$@" >>"$bench_work/log" 2>&1 || { tail -3 "$bench_work/log" >&2; die "bench: $* failed (see the lines above)"; }
  awk -v a="$began" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.2f", b - a }'
}

build_clone() { env CCACHE_DIR="$bench_work/ccache" EMS_STATE="$bench_work/clone-state" EMS_BUILD= "$bench_work/clone/ems" setup; }

bench_first_build() {
  local run took file largest
  for (( run = 1; run <= bench_runs; run++ )); do
    rm -rf "$bench_work/clone" "$bench_work/ccache"
    git clone -q "$EMS_ROOT" "$bench_work/clone"
    took=$(seconds_of build_clone)
    took=$(awk -v s="$took" 'BEGIN { printf "%.2f", s / 60 }')
    measured cold_build "$took"
  done
  for (( run = 1; run <= bench_runs; run++ )); do
    rm -rf "$bench_work/clone"
    git clone -q "$EMS_ROOT" "$bench_work/clone"
    took=$(seconds_of build_clone)
    measured warm_build "$took"
  done
  for (( run = 1; run <= bench_runs; run++ )); do
    largest=0
    for file in dispatch/core/recommend.cpp console/widgets/map_view.cpp; do
      touch "$bench_work/clone/$file"
      took=$(CCACHE_RECACHE=1 seconds_of build_clone)
      largest=$(awk -v a="$largest" -v b="$took" 'BEGIN { print (a > b ? a : b) }')
    done
    measured one_file_rebuild "$largest"
  done
}

# 200 units: the four vehicles and, at villages all over the county, units known by voice.
bench_registry() {
  awk -F, 'NR > 1 && !seen[$2]++ && n < 196 { printf "%s{\"name\":\"%s\",\"lat\":%s,\"lon\":%s}", n++ ? "," : "[", $2 "#" n, $3, $4 } END { print "]" }' \
    "$EMS_STATE/map/places.csv" |
    jq --slurpfile seed "$EMS_STATE/conf/registry.json" '. as $villages | $seed[0] | .stations += $villages
      | .units += [$villages[] | {name: (.name + " V"), station: .name, turnout_s: 90}]'
}

bench_first_desk() {
  local run began first p99 name pid
  export EMS_STATE=$bench_work/state
  make_state
  TIME_SCALE=1
  prepare_inputs ""
  prepare_stack
  bench_registry >"$EMS_STATE/conf/registry-200.json"
  "$EMS_ROOT/deploy/postgresql/cluster" start "$EMS_STATE/pg"
  "$EMS_BIN/ems-admin" seed --conninfo "$(conninfo ems_owner)" --file "$EMS_STATE/conf/registry-200.json" >/dev/null || die "bench: the registry of 200 units was refused"
  "$EMS_ROOT/deploy/postgresql/cluster" stop "$EMS_STATE/pg"
  start_supervisor
  await_ready
  local until=$(( SECONDS + 20 ))
  while [[ $(query -c "select count(*) from telemetry.vehicle_latest where position_received_at > now() - interval '5 s'" 2>/dev/null) != 4 ]] && (( SECONDS < until )); do sleep 0.2; done
  for (( run = 1; run <= bench_runs; run++ )); do
    # A console of its own for each run: its statistics begin at its start.
    rm -f "$EMS_STATE/run/console-stats.json"
    env QT_QPA_PLATFORM=offscreen "$EMS_BIN/ems-console" --config "$EMS_STATE/conf/console.toml" --stats "$EMS_STATE/run/console-stats.json" \
      >>"$EMS_STATE/log/bench-console.log" 2>&1 </dev/null &
    pid=$!
    sleep 40
    kill -TERM "$pid"; wait "$pid" || true
    # Its p99 of nothing would be 0.
    p99=$(jq -e '.position_age.device_to_model | select(.count > 0) | .p99_ms' "$EMS_STATE/run/console-stats.json") ||
      die "bench: the console measured the age of no position"
    measured position_age_p99 "$p99"
  done
  local lat lon
  read -r lat lon < <(jq -r '"\(.caller.lat) \(.caller.lon)"' "$EMS_STATE/map/sites.json")
  for (( run = 1; run <= bench_runs; run++ )); do
    "$EMS_BIN/ems-bench-desk" --server "127.0.0.1:$DESK_PORT" --ca "$EMS_STATE/pki/ca.crt" --cert "$EMS_STATE/pki/ctl.crt" --key "$EMS_STATE/pki/ctl.key" \
      --user desk1 --password-file "$(secret_file desk1)" --count 200 --lat "$lat" --lon "$lon" >"$bench_work/ranked" ||
      die "bench: ems-bench-desk failed"
    p99=$(sort -n "$bench_work/ranked" | awk '{ v[NR] = $1 } END { print v[int(NR * 0.99 + 0.999999)] }')
    measured call_to_ranked_p99 "$p99"
  done
  for name in "$EMS_STATE"/run/pids/*; do
    pid=$(recorded_pid "$name") || continue
    echo "memory ${name##*/} $(( $(awk '/^VmRSS/ { print $2 }' "/proc/$pid/status") / 1024 )) MiB"
  done
  stop_stack
  for (( run = 1; run <= bench_runs; run++ )); do
    began=$EPOCHREALTIME
    "$EMS_ROOT/ems" demo --headless --seconds 20 --out "$bench_work/out" >>"$bench_work/log" 2>&1 || die "bench: the demo failed: $(tail -1 "$bench_work/log")"
    first=$(cat "$EMS_STATE/run/first-picture")
    first=$(awk -v a="$began" -v b="$first" 'BEGIN { printf "%.2f", b / 1e6 - a }')
    measured demo_first_picture "$first"
  done
}
