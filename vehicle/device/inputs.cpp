#include "vehicle/device/inputs.h"

#include "vehicle/device/numbers.h"

namespace ems::vehicle {
namespace {

struct Key {
    std::string_view name;
    Input input;
    std::string_view off; // "": a number
    std::string_view on;
    int most; // of a number
};
constexpr std::array<Key, kInputs> kKeys{{
    {"ignition", Input::ignition, "off", "on", 0},
    {"door", Input::door, "closed", "open", 0},
    {"siren", Input::siren, "off", "on", 0},
    {"beacon", Input::beacon, "off", "on", 0},
    {"fuel_pct", Input::fuel_pct, "", "", 100},
    {"speed_kmh", Input::speed_kmh, "", "", 300},
}};

std::optional<std::uint32_t> value_of(const Key& key, std::string_view text) {
    if (key.off.empty()) {
        const auto number = digits(text, 0, key.most);
        return number ? std::optional{static_cast<std::uint32_t>(*number)} : std::nullopt;
    }
    if (text == key.off) {
        return 0;
    }
    return text == key.on ? std::optional<std::uint32_t>{1} : std::nullopt;
}

} // namespace

std::vector<InputReading> InputParser::feed(std::string_view bytes) {
    std::vector<InputReading> readings;
    lines_.feed(bytes, [&](std::string_view line) {
        if (const auto reading = take_line(line)) {
            readings.push_back(*reading);
        }
    });
    return readings;
}

std::optional<InputReading> InputParser::take_line(std::string_view line) {
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos || equals == 0 ||
        line.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") != equals) {
        ++malformed_;
        return std::nullopt;
    }
    const std::string_view text = line.substr(equals + 1);
    for (const Key& key : kKeys) {
        if (key.name != line.substr(0, equals)) {
            continue;
        }
        const auto value = value_of(key, text);
        if (!value && text != "unknown") {
            ++malformed_;
            return std::nullopt;
        }
        return InputReading{key.input, value};
    }
    ++foreign_;
    return std::nullopt;
}

void VehicleInputs::take(const InputReading& reading, Ticks now) {
    heard_.at(static_cast<std::size_t>(reading.input)) = Heard{reading.value, now};
}

std::optional<VehicleInputs::Known> VehicleInputs::get(Input input, Ticks now) const {
    const Heard& heard = heard_.at(static_cast<std::size_t>(input));
    const auto age = std::chrono::duration_cast<std::chrono::milliseconds>(now - heard.at);
    if (!heard.value || age >= kInputFreshFor) {
        return std::nullopt;
    }
    return Known{*heard.value, age};
}

} // namespace ems::vehicle
