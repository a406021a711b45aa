# Sourced by bench.sh: the figures of the road map. Maps are generated or imported into a folder of their own. pgRouting is
# Debian's; it is unpacked beside a copy of the PostgreSQL programs there, so nothing is installed, and its server is stopped
# at the end.

bench_map() {
  bench_work=$(mktemp -d "${TMPDIR:-/tmp}/ems-bench-map-XXXXXX")
  chmod 711 "$bench_work"
  trap 'bench_map_stop; rm -rf "$bench_work"; rm -f "$bench_values"' EXIT
  local extracts=$EMS_ROOT/../shared/data/osm maps=() name value run
  say "generating a map of a million nodes and ordering it"
  "$EMS_BIN/ems-map" generate --nodes 1000000 --seed 1 --out "$bench_work/million" >&2
  "$EMS_BIN/ems-map" order --graph "$bench_work/million" >&2
  for name in liechtenstein-20150727 north-bayreuth-2014; do
    if [[ -e $extracts/$name.osm.pbf ]]; then
      "$EMS_BIN/ems-map" import "$extracts/$name.osm.pbf" --out "$bench_work/$name" >/dev/null
      maps+=(--map "$bench_work/$name")
    else
      say "left out: $extracts/$name.osm.pbf is not there"
    fi
  done
  "$EMS_BIN/ems-bench-map" oracle ${maps[@]+"${maps[@]}"} >"$bench_work/oracle"
  "$EMS_BIN/ems-bench-map" figures --map "$bench_work/million" --runs "$bench_runs" >"$bench_work/figures"
  while read -r name value; do measured "$name" "$value"; done < <(cat "$bench_work/oracle" "$bench_work/figures")
  "$EMS_BIN/ems-bench-import" >"$bench_work/import"
  while read -r name value _; do measured "$name" "$value"; done <"$bench_work/import"
  for (( run = 0; run < bench_runs; run++ )); do
    "$EMS_BIN/ems-bench-gazetteer" >"$bench_work/gazetteer"
    read -r name value _ <"$bench_work/gazetteer"
    measured "$name" "$value"
  done
  if bench_map_database; then
    [[ ! -e $bench_work/liechtenstein-20150727 ]] || bench_map_nearest nearest_vs_pgrouting_real "$bench_work/liechtenstein-20150727"
    bench_map_nearest nearest_vs_pgrouting_1m "$bench_work/million"
  fi
  for value in 100000 1000000 5000000; do
    "$EMS_BIN/ems-map" generate --nodes "$value" --seed 1 --out "$bench_work/size" >/dev/null
    "$EMS_BIN/ems-bench-map" size --map "$bench_work/size" >&2
    rm -rf "$bench_work/size"
  done
}

# A private cluster with pgRouting; says why there is none.
bench_map_database() {
  local pg=$bench_work/pg port
  mkdir -p "$pg/usr/lib/postgresql" "$pg/usr/share/postgresql" "$bench_work/deb"
  ( cd "$bench_work/deb" && apt-get download -q postgresql-15-pgrouting postgresql-15-pgrouting-scripts >"$bench_work/log" 2>&1 ) ||
    { say "no figures against pgRouting: $(why "$bench_work/log" '^E: ')"; return 1; }
  cp -r /usr/lib/postgresql/15 "$pg/usr/lib/postgresql/" && cp -r /usr/share/postgresql/15 "$pg/usr/share/postgresql/"
  local deb
  for deb in "$bench_work"/deb/*.deb; do dpkg -x "$deb" "$pg"; done
  export EMS_PG_BIN=$pg/usr/lib/postgresql/15/bin
  port=$("$EMS_BIN/ems-admin" free-ports 1)
  "$EMS_ROOT/deploy/postgresql/cluster" init "$bench_work/cluster" "$port" >>"$bench_work/log" 2>&1 &&
    "$EMS_ROOT/deploy/postgresql/cluster" start "$bench_work/cluster" >>"$bench_work/log" 2>&1 &&
    bench_map_sql <<<'CREATE EXTENSION IF NOT EXISTS postgis; CREATE EXTENSION pgrouting;' >>"$bench_work/log" 2>&1 ||
    { say "no figures against pgRouting: $(tail -1 "$bench_work/log")"; return 1; }
}

bench_map_stop() {
  [[ ! -e $bench_work/cluster/data ]] || "$EMS_ROOT/deploy/postgresql/cluster" stop "$bench_work/cluster" >/dev/null 2>&1 || true
}

bench_map_sql() {
  PGPASSFILE=$bench_work/cluster/pgpass "$EMS_PG_BIN/psql" -X -q -t -A -v ON_ERROR_STOP=1 -h 127.0.0.1 \
    -p "$(cat "$bench_work/cluster/port")" -U postgres -d ems
}

# bench_map_nearest FIGURE MAP: twenty incidents, each asked of the database (who is within 900 s of road, towards the
# incident, in a box of 30 km; the units are not even joined) and of the buckets (all of a thousand units within 900 s,
# ranked); what the bounded search takes for all of them and for ten is told besides. Buckets and search must agree.
bench_map_nearest() {
  local figure=$1 map=$2 node ours all ten units theirs
  "$EMS_BIN/ems-bench-map" edges --map "$map" --out "$map/edges.csv" --targets "$map/targets"
  bench_map_sql <<SQL
DROP TABLE IF EXISTS edges;
CREATE TABLE edges (id bigint, source bigint, target bigint, cost float8, lon float8, lat float8);
\\copy edges FROM '$map/edges.csv' WITH (FORMAT csv)
ALTER TABLE edges ADD COLUMN at point;
UPDATE edges SET at = point(lon, lat);
CREATE INDEX ON edges USING gist (at);
CREATE INDEX ON edges (source);
VACUUM ANALYZE edges;
SQL
  "$EMS_BIN/ems-bench-map" nearest --map "$map" --targets "$map/targets" >"$map/nearest"
  ours=$(cut -d' ' -f1 "$map/nearest" | bench_map_median)
  all=$(cut -d' ' -f2 "$map/nearest" | bench_map_median)
  ten=$(cut -d' ' -f3 "$map/nearest" | bench_map_median)
  units=$(cut -d' ' -f4 "$map/nearest" | bench_map_median)
  theirs=$(while read -r node; do
    bench_map_sql <<SQL | awk '/^Time:/ { print $2 }'
SELECT lon - 0.164 AS west, lon + 0.164 AS east, lat - 0.135 AS south, lat + 0.135 AS north FROM edges WHERE source = $node LIMIT 1
\\gset
\\o /dev/null
\\timing on
SELECT count(*) FROM pgr_drivingDistance('SELECT id, target AS source, source AS target, cost FROM edges WHERE at <@ box(point(' || :west || ',' || :south || '),point(' || :east || ',' || :north || '))', $node, 900);
SQL
  done <"$map/targets" | bench_map_median)
  say "$figure: $units units within 900 s: pgRouting $theirs ms, buckets $ours ms, bounded search $all ms, its first ten $ten ms"
  ours=$(awk -v a="$theirs" -v b="$ours" 'BEGIN { print a / b }')
  measured "$figure" "$ours"
}

bench_map_median() { sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
