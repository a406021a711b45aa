# Sourced: ./ems bench NAME measures the rows of tests/bench/figures.tsv that carry that name.
# A bench is a function bench_NAME in bench_NAME.sh; it calls `measured FIGURE VALUE` once per run. The median is judged,
# every run is printed, a figure without a value counts as failed. A value is computed on a line of its own
# (took=$(...)): where a substitution stands as an argument, a failure in it ends nobody.
source "$EMS_LAUNCHER/stack.sh"
figures=$EMS_ROOT/tests/bench/figures.tsv

# What is no number is no measurement: it ends the bench rather than counting as 0.
measured() {
  [[ $2 =~ ^-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?$ ]] || die "bench: $1 was measured as '$2', which is no number"
  printf '%s\t%s\n' "$1" "$2" >>"$bench_values"
  echo "run $1 $2"
}

bench_list() {
  local name rows
  while read -r name rows; do
    if [[ -e $EMS_LAUNCHER/bench_$name.sh ]]; then echo "$name ($rows figures)"; else echo "$name ($rows figures; its parts are not built yet)"; fi
  done < <(grep -v '^#' "$figures" | cut -f1 | sort | uniq -c | awk '{print $2, $1}')
}

bench_report() {
  local bench=$1 json=$2
  awk -F'\t' -v bench="$bench" -v json="$json" -v values="$bench_values" '
    # Not as a first file: of an empty one awk would not notice the end.
    BEGIN { while ((getline line < values) > 0) { split(line, part, FS); n[part[1]]++; value[part[1], n[part[1]]] = part[2] } }
    /^#/ || $1 != bench { next }
    {
      name = $2; unit = $3; op = $4; goal = $5; total++
      count = n[name]
      if (!count) {
        printf "figure %s none %s goal %s %s\n", name, unit, op, goal
        rows = rows sprintf("%s{\"name\":\"%s\",\"value\":null,\"unit\":\"%s\",\"op\":\"%s\",\"goal\":%s,\"holds\":false}", rows ? "," : "", name, unit, op, goal)
        next
      }
      for (i = 1; i <= count; i++) sorted[i] = value[name, i] + 0
      for (i = 2; i <= count; i++) { x = sorted[i]; for (j = i - 1; j >= 1 && sorted[j] > x; j--) sorted[j + 1] = sorted[j]; sorted[j + 1] = x }
      p50 = sorted[int((count + 1) / 2)]; p99 = sorted[int(count * 0.99 + 0.9999999)]
      holds = op == "<=" ? p50 <= goal + 0 : p50 >= goal + 0
      held += holds
      printf "runs %s p50 %g p99 %g of %d\n", name, p50, p99, count
      printf "figure %s %g %s goal %s %s\n", name, p50, unit, op, goal
      rows = rows sprintf("%s{\"name\":\"%s\",\"value\":%g,\"p99\":%g,\"runs\":%d,\"unit\":\"%s\",\"op\":\"%s\",\"goal\":%s,\"holds\":%s}", rows ? "," : "", name, p50, p99, count, unit, op, goal, holds ? "true" : "false")
    }
    END {
      if (json != "") printf "{\"bench\":\"%s\",\"figures\":[%s]}\n", bench, rows > json
      printf "bench %s: %d of %d figures hold\n", bench, held, total
      exit total > 0 && held == total ? 0 : 1
    }' "$figures"
}

bench_main() {
  local name= json=
  bench_runs=5
  bench_only=
  bench_seconds=
  while [[ $# -gt 0 ]]; do
    case $1 in
      --runs) needs_value bench "$@"; bench_runs=$2; [[ $bench_runs =~ ^[1-9][0-9]*$ ]] || die "bench: --runs needs a whole number" 2; shift ;;
      --only) needs_value bench "$@"; bench_only=$2; shift ;;
      --seconds) needs_value bench "$@"; bench_seconds=$2; [[ $bench_seconds =~ ^[1-9][0-9]*$ ]] || die "bench: --seconds needs a whole number" 2; shift ;;
      --json) needs_value bench "$@"; json=$2; shift ;;
      --help|-h) echo "usage: ./ems bench [NAME] [--runs N] [--json FILE] [--only FIGURE] [--seconds N]"; return 0 ;;
      -*) die "bench: unknown option '$1'" 2 ;;
      *) [[ -z $name ]] || die "bench: one name at a time, not '$name' and '$1'" 2; name=$1 ;;
    esac
    shift
  done
  if [[ -z $name ]]; then bench_list; return 0; fi
  grep -q "^$name	" "$figures" || die "no bench is named '$name'; ./ems bench lists them" 2
  [[ -z $json ]] || { : >"$json"; } 2>/dev/null || die "bench: cannot write $json" 2
  setup_packages
  build_all all
  bench_values=$(mktemp)
  trap 'rm -f "$bench_values"' EXIT
  if [[ -e $EMS_LAUNCHER/bench_$name.sh ]]; then
    source "$EMS_LAUNCHER/bench_$name.sh"
    "bench_$name"
  fi
  bench_report "$name" "$json"
}
