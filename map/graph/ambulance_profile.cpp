#include "map/graph/ambulance_profile.h"

#include <fmt/format.h>

#include "telemetry/base/config.h"

namespace ems::map {
namespace {

constexpr double kKmhLeast = 1;
constexpr double kKmhMost = 150;
constexpr double kFactorLeast = 0.05;
constexpr double kFactorMost = 1.5;

struct Described {
    ConfigSpec spec{"ems-map"};
    std::string wrong_way_from;
};

// Binds every key to `p`, whose values are the defaults.
void describe(Described& out, AmbulanceProfile& p) {
    ConfigSpec& spec = out.spec;
    for (std::uint8_t c = 0; c < kRoadClassCount; ++c) {
        const auto road_class = static_cast<RoadClass>(c);
        spec.number(fmt::format("kmh.{}", road_class_name(road_class)), p.kmh[c], kKmhLeast,
                    kKmhMost, "with lights and siren, km/h", &p.kmh[c]);
    }
    const auto factor = [&](const char* key, double& value, const char* meaning) {
        spec.number(key, value, kFactorLeast, kFactorMost, meaning, &value);
    };
    factor("factor.limit", p.limit, "with lights and siren, of a signed speed limit");
    spec.number("factor.above_class", p.above_class, 1, 3,
                "most that a generous limit raises the speed of its class", &p.above_class);
    factor("factor.restricted", p.restricted, "private and closed roads, times the speed");
    factor("factor.without_siren", p.without_siren, "without lights and siren");
    factor("factor.night", p.night, "in the dark");
    spec.number("night.from_hour", p.night_from_h, 0, 24, "when the dark begins", &p.night_from_h);
    spec.number("night.to_hour", p.night_to_h, 0, 24, "and ends", &p.night_to_h);
    factor("factor.rain", p.rain, "in rain");
    factor("factor.snow", p.snow, "in snow and ice");
    spec.number("vehicle.height_m", p.height_m, 1, 6, "of the highest vehicle", &p.height_m);
    spec.number("vehicle.width_m", p.width_m, 1, 4, "of the widest, without mirrors", &p.width_m);
    spec.number("vehicle.weight_t", p.weight_t, 1, 40, "of the heaviest, laden", &p.weight_t);
    spec.number("delay.gate_s", p.gate_s, 0, 3'600, "until a private gate is open", &p.gate_s);
    spec.number("delay.ferry_s", p.ferry_wait_s, 0, 14'400, "until a ferry sails", &p.ferry_wait_s);
    spec.number("wrong_way.factor", p.wrong_way, 0, 1, "against one-way roads; 0 forbids it",
                &p.wrong_way);
    spec.text("wrong_way.from", std::string{road_class_name(p.wrong_way_from)},
              "class from which down it is permitted", &out.wrong_way_from);
}

template <class Load> Result<AmbulanceProfile> read(const std::string& name, const Load& load) {
    AmbulanceProfile profile;
    Described described;
    describe(described, profile);
    if (const auto loaded = load(described.spec); !loaded) {
        return Failure{loaded.error()};
    }
    const auto from = parse_road_class(described.wrong_way_from);
    if (!from) {
        return fail(Code::config, fmt::format("{}: wrong_way.from: \"{}\" is no class of road",
                                              name, described.wrong_way_from));
    }
    profile.wrong_way_from = *from;
    return profile;
}

} // namespace

Result<AmbulanceProfile> load_profile(const std::string& path) {
    return read(path, [&](ConfigSpec& spec) { return spec.load(path); });
}

Result<AmbulanceProfile> parse_profile(std::string_view toml, const std::string& name) {
    return read(name, [&](ConfigSpec& spec) { return spec.load_text(toml, name); });
}

std::string print_profile(const AmbulanceProfile& profile) {
    AmbulanceProfile copy = profile;
    Described described;
    describe(described, copy);
    return described.spec.print();
}

} // namespace ems::map
