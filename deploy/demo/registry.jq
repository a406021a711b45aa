# From `ems-map sites --json` to the registry that `ems-admin seed` reads: one unit at the hospital's centre and one at each
# station. $scale is the speed of the simulated world.
def short: sub("(急救站|急救点|急救中心|中心卫生院|卫生院|医院)$"; "") | .[0:20] | sub(" [^ ]*$"; "") | sub(" +$"; "");
def unit_name: short as $s | if ($s | test("[\\x{4e00}-\\x{9fff}]$")) then $s + "01" else $s + " 01" end;
(.note | length > 0) as $schematic
| ([{name: (if $schematic then "急救中心" else .hospital.name end), lat: .hospital.lat, lon: .hospital.lon,
     unit: (if $schematic then "中心01" else (.hospital.name | unit_name) end)}]
   + [.stations[] | {name, lat, lon, unit: (.name | unit_name)}]) as $stations
| {
    region: {code: "140802", name: "盐湖区",
             network_note: (if $schematic then .note else "演示运行 · 路网 " + .map end), time_scale: ($scale | tonumber)},
    hospitals: [.hospital | {name, lat, lon}],
    stations: [$stations[] | {name, lat, lon}],
    vehicles: [range($stations | length) | {vid: "amb-0\(. + 1)", class: (if . == 0 then "B" else "A" end)}],
    units: [range($stations | length) as $i | {name: $stations[$i].unit, station: $stations[$i].name, vid: "amb-0\($i + 1)", turnout_s: 75}]
  }
