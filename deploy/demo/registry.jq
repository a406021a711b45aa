# From `ems-map sites --json` to the registry that `ems-admin seed` reads: one unit at the hospital's centre and one at each
# station. $scale is the speed of the simulated world. Maps repeat names (three clinics called "clinic") and names are the
# registry's keys, so every station and unit gets one of its own. $world may be "drill": then the network's note says so, and
# no vehicle has the identifier of a real one.

# At most 20 characters and no half word: the board has room for that.
def short:
  (sub("(急救站|急救点|急救中心|中心卫生院|卫生院|医院)$"; "") | if . == "" then null else . end) // .
  | if length > 20 then .[0:21] | sub(" [^ ]*$"; "") | .[0:20] else . end
  | sub(" +$"; "");
# The second "clinic" of a list becomes "clinic 2", or the next number that no other name has.
def distinct_names: . as $all
  | reduce .[] as $name ([]; . + [. as $taken
      | first(if $taken | index([$name]) | not then $name
              else "\($name) \(range(2; 100))" | select(. as $new | $taken + $all | index([$new]) | not) end)]);
# 冯村 and 冯村 become 冯村01 and 冯村02.
def unit_names:
  reduce .[] as $short ({seen: {}, names: []};
    .seen[$short] += 1
    | ("0\(.seen[$short])" | .[-2:]) as $number
    | .names += [if $short | test("[\\x{4e00}-\\x{9fff}]$") then $short + $number else $short + " " + $number end])
  | .names;

($ARGS.named.world == "drill") as $drill
| (if $drill then "drl" else "amb" end) as $prefix
| (.note | length > 0) as $schematic
| ([{name: (if $schematic then "急救中心" else .hospital.name end), lat: .hospital.lat, lon: .hospital.lon,
     short: (if $schematic then "中心" else (.hospital.name | short) end)}]
   + [.stations[] | {name, lat, lon, short: (.name | short)}]) as $sites
| ([$sites[].name] | distinct_names) as $stations
| ([$sites[].short] | unit_names) as $units
| {
    region: {code: "140802", name: "盐湖区",
             network_note: ((if $drill then "演练 DRILL · " else "" end)
                            + (if $schematic then .note else "演示运行 · 路网 " + .map end)), time_scale: ($scale | tonumber)},
    hospitals: [.hospital | {name, lat, lon}],
    stations: [range($sites | length) as $i | {name: $stations[$i], lat: $sites[$i].lat, lon: $sites[$i].lon}],
    vehicles: [range($sites | length) | {vid: "\($prefix)-0\(. + 1)", class: (if . == 0 then "B" else "A" end)}],
    units: [range($sites | length) as $i | {name: $units[$i], station: $stations[$i], vid: "\($prefix)-0\($i + 1)", turnout_s: 75,
             phone: ("0359-20101" + ("0\($i + 1)" | .[-2:])), radio: ("2" + ("0\($i + 1)" | .[-2:]))}]
  }
