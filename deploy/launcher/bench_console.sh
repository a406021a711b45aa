# Sourced by bench.sh: the figures of the desk, by software rendering. `--only FIGURE` measures one part alone. What a frame
# costs and how memory grows is measured on made-up messages; start and return on a running stack.

bench_console_parts() {
  cat <<'TXT'
paint map_frame_10k_units map_frame_county map_frame_max_pan queue_10k_update ecg_48_traces_core_share video_4_tiles_core_share
keys keystrokes_call_to_dispatch
stack start_to_usable resync_after_60s
soak soak_rss_slope
TXT
}

bench_console() {
  local part named
  if [[ -n ${bench_only:-} ]] && ! bench_console_parts | grep -qwF "$bench_only"; then
    die "bench console: no figure is named '$bench_only'" 2
  fi
  export QT_QPA_PLATFORM=${QT_QPA_PLATFORM:-offscreen}
  while read -r part named; do
    if [[ -n ${bench_only:-} && " $named " != *" $bench_only "* ]]; then continue; fi
    say "measuring ${named// /, }"
    "console_$part"
  done < <(bench_console_parts)
}

# take_figures COMMAND...: runs it, prints what it prints, and takes every figure among its lines.
take_figures() {
  local output word name value rest code=0
  output=$(mktemp)
  "$@" </dev/null >"$output" || code=$?
  while read -r word name value rest; do
    echo "$word $name $value${rest:+ $rest}"
    if [[ $word == figure ]]; then measured "$name" "$value"; fi
  done <"$output"
  rm -f "$output"
  (( code == 0 )) || die "bench: $1 failed"
}

console_paint() {
  local run
  for (( run = 1; run <= bench_runs; run++ )); do take_figures "$EMS_BIN/ems-bench-console" paint; done
}

# Counted by the test that presses them.
console_keys() {
  local keys
  keys=$("$EMS_BIN/console_ui_test" --gtest_filter='*ACallIsDispatchedInFewKeystrokes' | sed -n 's/^keystrokes_call_to_dispatch //p')
  measured keystrokes_call_to_dispatch "$keys"
}

console_soak() { take_figures "$EMS_BIN/ems-bench-console" soak --seconds "${bench_seconds:-600}"; }

console_stack() {
  local run began first pid
  bench_work=$(mktemp -d "${TMPDIR:-/tmp}/ems-bench-XXXXXX")
  chmod 711 "$bench_work"
  trap 'EMS_STATE=$bench_work/state stop_stack >/dev/null 2>&1 || true; rm -rf "$bench_work"; rm -f "$bench_values"' EXIT
  export EMS_STATE=$bench_work/state
  make_state
  TIME_SCALE=1
  prepare_inputs ""
  prepare_stack
  start_supervisor
  await_ready
  local until=$(( SECONDS + 30 ))
  while [[ $(query -c "select count(*) from telemetry.vehicle_latest where position_received_at > now() - interval '5 s'" 2>/dev/null) != 4 ]]; do
    (( SECONDS < until )) || die "bench: the ambulances sent no positions"
    sleep 0.2
  done
  # Usable: the first picture with the units on it, which is after log-in, snapshot and ground.
  for (( run = 1; run <= bench_runs; run++ )); do
    first=$bench_work/first-picture
    rm -f "$first"
    began=$EPOCHREALTIME
    "$EMS_BIN/ems-console" --config "$EMS_STATE/conf/console.toml" --first-picture "$first" >>"$EMS_STATE/log/bench-console.log" 2>&1 </dev/null &
    pid=$!
    until=$(( SECONDS + 30 ))
    while [[ ! -s $first ]]; do
      (( SECONDS < until )) || die "bench: the console showed no unit"
      sleep 0.05
    done
    kill -TERM "$pid"; wait "$pid" || true
    first=$(awk -v a="$began" -v b="$(cat "$first")" 'BEGIN { printf "%.3f", b / 1e6 - a }')
    measured start_to_usable "$first"
  done
  for (( run = 1; run <= (bench_runs < 3 ? bench_runs : 3); run++ )); do
    take_figures "$EMS_BIN/ems-bench-console" resync --server "127.0.0.1:$DESK_PORT" --ca "$EMS_STATE/pki/ca.crt" \
      --cert "$EMS_STATE/pki/desk-1.crt" --key "$EMS_STATE/pki/desk-1.key" --user desk1 --password-file "$(secret_file desk1)" \
      --outage "${bench_seconds:-60}"
  done
  stop_stack
}
