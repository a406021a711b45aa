# Sourced by bench.sh: every parser under a fuzzer with sanitizers, `--seconds N` each (60), `--only TARGET` one alone. With
# Clang the targets are libFuzzer programs whose corpus grows in the state folder, from the targets' own seeds. What no Clang
# here can build plays damaged copies of its seeds for as long.

bench_security() {
  local began=$SECONDS each=${bench_seconds:-60} target crashes=0 count=0
  make_state
  fuzz_build
  while read -r target; do
    [[ -z ${bench_only:-} || $target == "$bench_only" || $target == "${bench_only}_fuzz" ]] || continue
    count=$((count + 1))
    fuzz_one "$target" "$each" || crashes=$((crashes + 1))
  done < <(cd "$EMS_BIN" && ls | grep '_fuzz$')
  [[ $count -gt 0 ]] || die "bench security: no fuzz target is named '${bench_only:-}'" 2
  echo "$count fuzz targets, $each s each"
  measured fuzz_crashes "$crashes"
  say "bench security took $(( (SECONDS - began) / 60 )) min $(( (SECONDS - began) % 60 )) s"
}

# The newest Clang whose libFuzzer links, or nothing.
fuzz_compiler() {
  local compiler work found=
  work=$(mktemp -d)
  echo 'extern "C" int LLVMFuzzerTestOneInput(const unsigned char*, unsigned long) { return 0; }' >"$work/a.cpp"
  for compiler in clang++-19 clang++-16 clang++-15 clang++; do
    if command -v "$compiler" >/dev/null && "$compiler" -fsanitize=fuzzer,address,undefined "$work/a.cpp" -o "$work/a" 2>/dev/null; then
      found=$compiler
      break
    fi
  done
  rm -rf "$work"
  echo "$found"
}

fuzz_build() {
  local compiler boost log=$EMS_STATE/log/fuzz-build.log build=$EMS_STATE/fuzz-build
  compiler=$(fuzz_compiler)
  if [[ -z $compiler ]]; then say "no Clang with libFuzzer here (Debian package clang-16): damaged copies of the seeds are played instead"; return; fi
  boost=$(boost_include)
  progress "ems: building the fuzz targets with $compiler (log: $log)"
  { cmake -S "$EMS_ROOT" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo "-DCMAKE_CXX_COMPILER=$compiler" -DEMS_FUZZER=ON \
      -DEMS_SANITIZE=address,undefined "-DEMS_BOOST_INCLUDE=$boost" && ninja -C "$build" -j "${EMS_JOBS:-$(nproc)}" fuzz_targets; } >"$log" 2>&1 ||
    { progress_end; grep -E -m 5 'error:|CMake Error' "$log" >&2; die "the fuzz targets were not built (all of it: $log)"; }
  progress_end
}

# fuzz_one TARGET SECONDS: false when it crashed; the input lies beside the corpus then.
fuzz_one() {
  local name=$1 each=$2 program=$EMS_STATE/fuzz-build/bin/$1 corpus=$EMS_STATE/corpus/$1 log=$EMS_STATE/log/$1.log code=0
  progress "ems: fuzzing $name for $each s"
  if [[ -x $program ]]; then
    mkdir -p "$corpus"
    UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 EMS_FUZZ_SEEDS=$corpus "$program" "$corpus" -max_total_time="$each" \
      -max_len=8192 -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="$corpus-" >"$log" 2>&1 || code=$?
    progress_end
    echo "$name $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") runs of libFuzzer, $(ls "$corpus" | wc -l) inputs kept"
  else
    local ends=$((SECONDS + each)) seed=1
    while (( SECONDS < ends && code == 0 )); do
      "$EMS_BIN/$name" --runs 20000 --seed "$seed" >"$log" 2>&1 || code=$?
      seed=$((seed + 1))
    done
    progress_end
    echo "$name $(( (seed - 1) * 20000 )) damaged copies of its seeds"
  fi
  if [[ $code -ne 0 ]]; then
    echo "$name crashed (log: $log)"
    grep -a -m 3 -E 'ERROR:|runtime error|assertion failed|Test unit written' "$log" || tail -2 "$log"
    return 1
  fi
}
