# Sourced by bench.sh: the figure of the desk, on the demonstration county.
bench_desk() {
  bench_work=$(mktemp -d "${TMPDIR:-/tmp}/ems-bench-desk-XXXXXX")
  trap 'rm -rf "$bench_work"; rm -f "$bench_values"' EXIT
  local value
  "$EMS_BIN/ems-map" synth --out "$bench_work/map" >/dev/null || die "bench: the map was not made"
  "$EMS_BIN/ems-bench-move-up" --map "$bench_work/map" >"$bench_work/years" || { cat "$bench_work/years"; die "bench: ems-bench-move-up failed"; }
  cat "$bench_work/years"
  value=$(sed -n 's/^figure late_calls_vs_nearest //p' "$bench_work/years")
  measured late_calls_vs_nearest "$value"
}
