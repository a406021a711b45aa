# Sourced by bench.sh: live video through the relay. `--only FIGURE` measures one alone.
# Each part prints "figure NAME VALUE"; what else it says is printed, too.

# Figures that come out of one run together stand on one line.
bench_media_parts() {
  cat <<'TXT'
fanout fanout_vs_sendmmsg fanout_gso_vs_sendmmsg full_cost_vs_sendmmsg
fleet cameras_100x4_core_share
loss bad_frames_5 bad_frames_10 bad_frames_20
table
join first_picture_p95
outage outage_recovery_max
latency latency_over_floor_p99
voice voice_mouth_to_ear_p95
kill recording_loss_after_kill
drift latency_drift
TXT
}

bench_media() {
  local began=$SECONDS part named run runs
  if [[ -n ${bench_only:-} ]] && ! bench_media_parts | grep -qwF "$bench_only"; then
    die "bench media: no figure is named '$bench_only'" 2
  fi
  while read -r part named; do
    if [[ -n ${bench_only:-} && " $named " != *" $bench_only "* ]]; then continue; fi
    say "measuring ${named:-what plain RTP and SRT make of the same losses}"
    # Medians of repeats where a run is short; the others are the worst of many already.
    runs=1
    case $part in fanout|fleet) runs=$bench_runs ;; esac
    for (( run = 1; run <= runs; run++ )); do media_part "$part"; done
  done < <(bench_media_parts)
  say "bench media took $(( (SECONDS - began) / 60 )) min $(( (SECONDS - began) % 60 )) s"
}

# Runs one part, prints what it prints, and takes every figure among its lines.
media_part() {
  local output word name value rest code=0
  local -a length=()
  [[ -z ${bench_seconds:-} ]] || length=(--seconds "$bench_seconds")
  if [[ $1 == voice ]]; then
    media_voice
    return
  fi
  output=$(mktemp)
  "$EMS_BIN/ems-bench-media" --only "$1" "${length[@]}" </dev/null >"$output" || code=$?
  while read -r word name value rest; do
    echo "$word $name $value${rest:+ $rest}"
    if [[ $word == figure ]]; then measured "$name" "$value"; fi
  done <"$output"
  rm -f "$output"
  (( code == 0 )) || die "bench: ems-bench-media --only $1 failed"
}

# The intercom's program says "NAME VALUE"; of its lines only mouth to ear has a goal.
media_voice() {
  local output name value code=0
  output=$(mktemp)
  "$EMS_BIN/ems-bench-voice" --seconds "${bench_seconds:-60}" </dev/null >"$output" || code=$?
  while read -r name value; do
    if [[ $name == voice_mouth_to_ear_p95 ]]; then measured "$name" "$value"; else echo "$name $value"; fi
  done <"$output"
  rm -f "$output"
  (( code == 0 )) || die "bench: ems-bench-voice failed"
}
