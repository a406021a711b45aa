# Sourced by bench_dispatch.sh: what ems-dispatch-sim and ems-bench-dispatch measure. A figure comes from the whole workload
# alone: with --runs or --seconds below it the part runs shorter, says so, and leaves its figure without a value.

# The parts in turn, or with --only those of one figure.
dispatch_runs() {
  local part named
  while read -r part named; do
    if [[ -z ${bench_only:-} || " $named " == *" $bench_only "* ]]; then "dispatch_$part"; fi
  done <<'TXT'
sim sim_violations
bugs planted_bugs_found
race race_double_assignments
latency ranked_p99 assign_commit_p99_vs_insert
restart restart_to_serving_max
takeover takeover_max
store sim_violations
traces sim_violations
TXT
}

# dispatch_take COMMAND...: runs it, prints what it prints, and takes every figure of dispatch among its lines.
dispatch_take() {
  local output name value code=0
  output=$(mktemp)
  "$@" </dev/null >"$output" || code=$?
  cat "$output"
  while read -r name value; do
    if grep -q "^dispatch	$name	" "$figures"; then measured "$name" "$value"; fi
  done < <(sed -n 's/^figure //p' "$output")
  rm -f "$output"
  return "$code"
}

# A run that found something goes on to be a figure; it has printed its seed and the faults that it needs.
dispatch_sim() {
  if [[ -n ${bench_seconds:-} ]]; then
    # About 400 seeds a second on two quiet cores.
    "$EMS_BIN/ems-dispatch-sim" --seeds "$((bench_seconds * 400))" --threads 2 || true
    echo "a shorter run: sim_violations is measured over 100,000 seeds"
    return
  fi
  dispatch_take "$EMS_BIN/ems-dispatch-sim" --seeds 100000 --threads 2 || true
}
dispatch_bugs() { dispatch_take "$EMS_BIN/ems-dispatch-sim" --planted-bugs --seeds 2000 --threads 2 || true; }

dispatch_race() {
  if [[ -n ${bench_seconds:-} ]]; then
    "$EMS_BIN/ems-bench-dispatch" race --attempts "$((bench_seconds * 200))" || true
    echo "a shorter run: race_double_assignments is measured over 200,000 attempts"
    return
  fi
  dispatch_take "$EMS_BIN/ems-bench-dispatch" race --attempts 200000 || true
}
dispatch_latency() { dispatch_take "$EMS_BIN/ems-bench-dispatch" latency || die "bench: ems-bench-dispatch failed"; }
dispatch_restart() { dispatch_take "$EMS_BIN/ems-bench-dispatch" restart --trials 30 || die "bench: ems-bench-dispatch failed"; }
dispatch_takeover() { dispatch_take "$EMS_BIN/ems-bench-dispatch" takeover --trials 30 || die "bench: ems-bench-dispatch failed"; }

# What the simulation rests on: its store answers as PostgreSQL does, on 200 random sequences of write sets (the tests run 40). No
# figure of the table: it ends the bench when one differs.
dispatch_store() {
  EMS_STORE_SEQUENCES=200 "$EMS_BIN/dispatch_store_model_test" --gtest_brief=1 --gtest_filter='*RandomSequences' </dev/null ||
    die "bench: the model of the store does not answer as PostgreSQL does"
}

# The trace hashes of 1,000 seeds under g++ and clang++, without and with optimization. No figure of the table: it ends the
# bench when they differ, or when there is nothing to compare.
dispatch_traces() {
  local compiler level build boost shim=$EMS_ROOT/tests/fuzz/source_location_shim.h first= flags
  make_state
  boost=$(boost_include)
  for compiler in g++ clang++; do
    command -v "$compiler" >/dev/null ||
      die "bench: no $compiler here (Debian package ${compiler%++}): the trace hashes of the simulation are not compared"
    for level in -O0 -O2; do
      build=$EMS_STATE/trace-build/$compiler$level
      flags=$level
      # Clang 14 has no builtin for std::source_location of GCC 12's library.
      [[ $compiler != clang++ ]] || flags="$flags -include $shim"
      { cmake -S "$EMS_ROOT" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=None "-DCMAKE_CXX_COMPILER=$compiler" "-DCMAKE_CXX_FLAGS=$flags" \
          "-DEMS_BOOST_INCLUDE=$boost" && ninja -C "$build" -j "${EMS_JOBS:-$(nproc)}" ems-dispatch-sim; } >"$EMS_STATE/log/trace-build.log" 2>&1 ||
        die "ems-dispatch-sim was not built with $compiler $level (all of it: $EMS_STATE/log/trace-build.log)"
      "$build/bin/ems-dispatch-sim" --traces --seeds 1000 >"$EMS_STATE/trace-build/$compiler$level.txt"
      echo "traces of $compiler $level: $(sha256sum <"$EMS_STATE/trace-build/$compiler$level.txt" | cut -c1-16)"
      first=${first:-$EMS_STATE/trace-build/$compiler$level.txt}
      cmp -s "$first" "$EMS_STATE/trace-build/$compiler$level.txt" || die "bench: $compiler $level runs other seeds than $(basename "$first" .txt)"
    done
  done
}
