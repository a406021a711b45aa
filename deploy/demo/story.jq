# From `ems-map sites --json` (input) and the registry ($registry) to the demo's two calls and the unit that is away.
.caller as $caller
| $registry[0] as $r
| {
    busy: {unit: $r.units[$caller.busy_site].name},
    earlier: {phone: "13800000031", name: "李建国", sex: "m", age: 71, complaint: "跌倒后髋部疼痛", level: 3,
              address: ($r.stations[$caller.busy_site].name + "附近"),
              lat: ($r.stations[$caller.busy_site].lat + 0.006), lon: ($r.stations[$caller.busy_site].lon + 0.008)},
    main: {phone: "13900003462", name: "张卫国", sex: "m", age: 58, complaint: "胸痛 40 min，压榨感，出汗", level: 1,
           address: $caller.name, lat: $caller.lat, lon: $caller.lon}
  }
