# Sourced by bench.sh: the figures of the ECG analysis. The recordings lie beside the checkout and never ship; without
# them the figures have no value. One run gives every row: nothing in it but the two costs depends on the machine.

bench_signal() {
  local data=${EMS_DATA:-$EMS_ROOT/../shared/data} name value values
  [[ -d $data/ecg/mitdb ]] || { say "no figures: $data/ecg is not there"; return 0; }
  values=$(mktemp)
  trap 'rm -f "$values" "$bench_values"' EXIT
  "$EMS_BIN/ems-bench-signal" --data "$data" >"$values"
  while read -r name value; do measured "$name" "$value"; done <"$values"
}
