# Sourced by bench.sh: from antenna to archive under kills, bad networks and load. `--only FIGURE` measures one alone.
# Each part is a program of its own
# that prints "NAME VALUE UNIT" or "figure NAME VALUE"; what else they say is printed, too.

# Figures that come out of one run together stand on one line.
bench_telemetry_parts() {
  cat <<'TXT'
sizes ecg_batch_bytes vitals_bytes
chaos lost_or_double lost_alarms
link live_latency_during_backfill
dead dead_link_noticed
ingest ingest_single_vs_copy ingest_backfill_vs_copy subscriber_vs_raw
fleet fleet_1000_lag_slope fleet_1000_rss_slope
TXT
}

bench_telemetry() {
  local began=$SECONDS part named wanted
  if [[ -n ${bench_only:-} ]] && ! bench_telemetry_parts | grep -qwF "$bench_only"; then
    die "bench telemetry: no figure is named '$bench_only'" 2
  fi
  while read -r part named; do
    wanted=1
    if [[ -n ${bench_only:-} && " $named " != *" $bench_only "* ]]; then wanted=; fi
    [[ -n $wanted ]] || continue
    say "measuring ${named// /, }"
    "telemetry_$part"
  done < <(bench_telemetry_parts)
  say "bench telemetry took $(( (SECONDS - began) / 60 )) min $(( (SECONDS - began) % 60 )) s"
}

# take_lines COMMAND...: runs it, prints what it prints, and takes every figure among its lines.
take_lines() {
  local output line name value rest code=0
  output=$(mktemp)
  "$@" </dev/null >"$output" || code=$?
  while read -r line; do
    echo "$line"
    read -r name value rest <<<"${line#figure }"
    if grep -q "^telemetry	$name	" "$figures_file"; then measured "$name" "$value"; fi
  done <"$output"
  rm -f "$output"
  return "$code"
}

figures_file=$EMS_ROOT/tests/bench/figures.tsv

# Exact: nothing is random in them.
telemetry_sizes() { take_lines "$EMS_BIN/ems-bench-wire" || die "bench: ems-bench-wire failed"; }

# Ten minutes of chaos; 1,000 simulated hours count as lost records, a violation each. A run that found something goes on
# to be a figure; it has printed its seed and kept its folder.
telemetry_chaos() {
  local output violations lost alarms seed=${EMS_CHAOS_SEED:-$RANDOM$RANDOM}
  output=$(mktemp)
  "$EMS_BIN/ems-soak-sim" --hours 1000 --seed "$((seed % 100000 + 1))" </dev/null | tee "$output" || true
  violations=$(sed -n 's/^figure sim_violations //p' "$output")
  [[ -n $violations ]] || die "bench: ems-soak-sim ended without a figure"
  "$EMS_BIN/ems-chaos" --seconds 600 --seed "$((seed + 1))" </dev/null 2>"$output.err" | tee "$output" || true
  lost=$(sed -n 's/^figure lost_or_double //p' "$output")
  alarms=$(sed -n 's/^figure lost_alarms //p' "$output")
  if [[ -z $lost || -z $alarms ]]; then tail -3 "$output.err" >&2; die "bench: ems-chaos ended without a figure"; fi
  if grep -q '^not drained' "$output"; then lost=$((lost + 1)); fi
  rm -f "$output" "$output.err"
  measured lost_or_double "$((lost + violations))"
  measured lost_alarms "$alarms"
}

# Medians of repeats, where a run is a minute and a half.
telemetry_link() {
  local run runs=$(( bench_runs < 3 ? bench_runs : 3 ))
  for (( run = 1; run <= runs; run++ )); do
    take_lines "$EMS_BIN/ems-bench-link" --only live_latency_during_backfill || die "bench: ems-bench-link failed"
  done
}
telemetry_dead() { take_lines "$EMS_BIN/ems-bench-link" --only dead_link_noticed || die "bench: ems-bench-link failed"; }

telemetry_ingest() {
  if [[ ! -x $EMS_BIN/ems-bench-ingest ]]; then echo "ems-bench-ingest is not built: its figures are not measured"; return; fi
  local run runs=$(( bench_runs < 3 ? bench_runs : 3 ))
  for (( run = 1; run <= runs; run++ )); do
    take_lines "$EMS_BIN/ems-bench-ingest" || die "bench: ems-bench-ingest failed"
  done
}

telemetry_fleet() { take_lines "$EMS_BIN/ems-bench-fleet" || die "bench: ems-bench-fleet failed"; }
