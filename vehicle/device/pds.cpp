#include "vehicle/device/pds.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace ems::vehicle {
namespace {

constexpr std::size_t kSegmentsMax = 512;
constexpr std::size_t kTextMax = 48;

struct Parameter {
    std::uint32_t number;
    VitalKind kind;
    double scale; // to the unit of ems.wire.Vitals
    double most;  // of the monitor's display, in its own unit
};
constexpr std::array kParameters{
    Parameter{101, VitalKind::hr, 1, 350},       Parameter{161, VitalKind::pr, 1, 350},
    Parameter{600, VitalKind::pr, 1, 350},       Parameter{160, VitalKind::spo2, 1, 100},
    Parameter{151, VitalKind::rr, 1, 200},       Parameter{170, VitalKind::nibp_sys, 1, 300},
    Parameter{171, VitalKind::nibp_dia, 1, 300}, Parameter{172, VitalKind::nibp_mean, 1, 300},
    Parameter{250, VitalKind::etco2, 1, 150},    Parameter{200, VitalKind::temp, 100, 50},
};

struct AlarmName {
    std::uint32_t number;
    std::string_view code;
};
constexpr std::array kTechnicalNames{AlarmName{5, "ecg_lead_off"},
                                     AlarmName{205, "spo2_sensor_off"}};
constexpr std::array kPhysiologicalNames{AlarmName{10'001, "hr_high"}, AlarmName{10'002, "hr_low"}};

using Fields = std::vector<std::string_view>;

Fields split(std::string_view text, char separator, std::size_t most) {
    Fields fields;
    while (fields.size() < most) {
        const std::size_t end = std::min(text.find(separator), text.size());
        fields.push_back(text.substr(0, end));
        if (end == text.size()) {
            break;
        }
        text.remove_prefix(end + 1);
    }
    return fields;
}

std::string_view field(const Fields& fields, std::size_t index) {
    return index < fields.size() ? fields[index] : std::string_view{};
}

std::string_view component(std::string_view text) {
    return text.substr(0, text.find('^'));
}

std::optional<std::uint32_t> number(std::string_view text) {
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return value;
}

std::optional<PdsValue> take_value(const Fields& fields) {
    const auto id = number(component(field(fields, 3)));
    for (const Parameter& parameter : kParameters) {
        if (id != parameter.number) {
            continue;
        }
        PdsValue value{.kind = parameter.kind};
        const std::string_view text = field(fields, 5);
        double parsed = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), parsed,
                                                  std::chars_format::fixed);
        const bool whole = error == std::errc{} && end == text.data() + text.size();
        // Written so that a NaN fails too.
        if (whole && parsed >= 0 && parsed <= parameter.most) {
            value.value = static_cast<std::int32_t>(std::lround(parsed * parameter.scale));
        }
        const std::string_view at = field(fields, 14);
        if (at.size() <= 24 && at.find_first_not_of('0') != std::string_view::npos &&
            at.find_first_not_of("0123456789.+-") == std::string_view::npos) {
            value.measured_at = at;
        }
        return value;
    }
    return std::nullopt;
}

template <std::size_t N>
std::string alarm_code(std::uint32_t id, const std::array<AlarmName, N>& names) {
    for (const AlarmName& name : names) {
        if (name.number == id) {
            return std::string{name.code};
        }
    }
    return fmt::format("monitor_{}", id);
}

std::optional<PdsAlarm> take_alarm(const Fields& fields, PdsKind kind) {
    const Fields parts = split(field(fields, 5), '^', 4);
    const auto id = number(parts.front());
    if (!id) {
        return std::nullopt;
    }
    std::string_view text;
    for (std::size_t i = 1; i < parts.size() && text.empty(); ++i) {
        text = parts[i];
    }
    PdsAlarm alarm;
    std::size_t stars = 0;
    while (stars < text.size() && text[stars] == '*') {
        ++stars;
    }
    text.remove_prefix(stars);
    const bool technical = kind == PdsKind::technical_alarms;
    alarm.code =
        technical ? alarm_code(*id, kTechnicalNames) : alarm_code(*id, kPhysiologicalNames);
    // An alarm of a body function without its stars is taken for serious, one of a sensor is not.
    alarm.level = stars >= 3                                 ? AlarmLevel::high
                  : stars == 2 || (stars == 0 && !technical) ? AlarmLevel::medium
                                                             : AlarmLevel::low;
    for (const char c : text.substr(0, kTextMax)) {
        alarm.text.push_back(c >= 0x20 && c < 0x7f ? c : '?');
    }
    return alarm;
}

PdsKind kind_of(std::string_view control) {
    const auto id = number(control);
    switch (id.value_or(0)) {
    case 204:
        return PdsKind::numerics;
    case 503:
        return PdsKind::aperiodic;
    case 54:
        return PdsKind::physiological_alarms;
    case 56:
        return PdsKind::technical_alarms;
    case 106:
        return PdsKind::keep_alive;
    default:
        return PdsKind::other;
    }
}

} // namespace

Result<PdsMessage> parse_pds(std::string_view message) {
    PdsMessage out;
    bool has_header = false;
    std::size_t segments = 0;
    while (!message.empty()) {
        const std::size_t end = std::min(message.find_first_of("\r\n"), message.size());
        const std::string_view segment = message.substr(0, end);
        message.remove_prefix(std::min(message.size(), end + 1));
        if (segment.empty()) {
            continue;
        }
        if (++segments > kSegmentsMax) {
            return fail(Code::malformed, "PDS message of too many segments");
        }
        const Fields fields = split(segment, '|', 24);
        if (fields.front() == "MSH") {
            // MSH-1 is the separator itself, so MSH-10 is the tenth field counted from the name.
            out.kind = kind_of(field(fields, 9));
            has_header = true;
        } else if (!has_header) {
            return fail(Code::malformed, "PDS message does not begin with MSH");
        } else if (fields.front() == "OBX") {
            if (out.kind == PdsKind::numerics || out.kind == PdsKind::aperiodic) {
                if (auto value = take_value(fields)) {
                    out.values.push_back(std::move(*value));
                }
            } else if (out.kind == PdsKind::physiological_alarms ||
                       out.kind == PdsKind::technical_alarms) {
                if (auto alarm = take_alarm(fields, out.kind)) {
                    out.alarms.push_back(std::move(*alarm));
                }
            }
        }
    }
    if (!has_header) {
        return fail(Code::malformed, "PDS message without MSH");
    }
    return out;
}

std::string pds_keep_alive() {
    return "MSH|^~\\&|||||||ORU^R01|106|P|2.3.1|\r";
}

} // namespace ems::vehicle
