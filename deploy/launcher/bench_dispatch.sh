# Sourced by bench.sh: the figures of dispatch.
source "$EMS_LAUNCHER/bench_dispatch_runs.sh"

bench_dispatch() {
  local began=$SECONDS
  bench_work=$(mktemp -d "${TMPDIR:-/tmp}/ems-bench-dispatch-XXXXXX")
  trap 'rm -rf "$bench_work"; rm -f "$bench_values"' EXIT
  if [[ -z $bench_only || $bench_only == core_branch_coverage ]]; then core_branch_coverage; fi
  dispatch_runs
  echo "the bench of dispatch took $(( (SECONDS - began + 30) / 60 )) min"
}

# Branches of dispatch/core taken by its own unit tests, in per cent. Built apart, without optimisation. Left out, as they
# are the compiler's and not ours: branches that gcov marks as (throw), those on lines that hold no code but brackets, and
# the failing side of an EMS_ASSERT, which ends the program.
core_branch_coverage() {
  local build=$bench_work/coverage value
  # -fno-inline: a branch of the standard library stays in its own header.
  cmake -S "$EMS_ROOT" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Debug -DEMS_BOOST_INCLUDE="$(boost_include)" \
    -DCMAKE_CXX_FLAGS="--coverage -O0 -fno-inline" -DCMAKE_CXX_COMPILER_LAUNCHER= >"$bench_work/log" 2>&1 &&
    nice cmake --build "$build" --target dispatch_core_test >>"$bench_work/log" 2>&1 &&
    "$build/bin/dispatch_core_test" >>"$bench_work/log" 2>&1 ||
    die "bench: the unit tests of dispatch/core with coverage: $(tail -1 "$bench_work/log")"
  local objects=$build/dispatch/core/CMakeFiles/ems_dispatch_core.dir
  # Where the compiler stood: the sources may be named from there.
  ( cd "$build" && gcov -b -c -p -o "$objects" "$objects"/*.gcno >gcov.log 2>&1 )
  value=$(core_branches)
  measured core_branch_coverage "$value"
}

# Sums up the .gcov files of dispatch/core in the build folder; what was not taken is named on the error output.
core_branches() {
  awk '
    FNR == 1 { split(FILENAME, part, "#"); file = part[length(part)]; sub(/\.gcov$/, "", file) }
    /^ *[-#=0-9]+[*]?: *[0-9]+:/ {
      line = $0; sub(/^[^:]*: */, "", line); number = line; sub(/:.*/, "", number); sub(/^[0-9]+:/, "", line)
      code = line; gsub(/[ \t{}();]/, "", code); bare = code == "" || code ~ /^\/\//
    }
    /^branch / {
      if (bare || line ~ /EMS_ASSERT/ || /\(throw\)/) next
      total++
      if (/never executed/ || /taken 0( |$)/) { printf "%s:%s %s\n", file, number, line > "/dev/stderr" } else { taken++ }
    }
    END { if (!total) { print "none" } else { printf "%.2f\n", 100 * taken / total } }
  ' "$bench_work"/coverage/*dispatch#core#*.gcov
}
