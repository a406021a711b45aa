#include "vehicle/device/pds.h"

#include <algorithm>
#include <array>
#include <limits>

#include <fmt/format.h>

#include "vehicle/device/hl7_text.h"
#include "vehicle/device/mllp.h"
#include "vehicle/device/numbers.h"
#include "vehicle/device/technical_words.h"

namespace ems::vehicle {
namespace {

constexpr std::size_t kTextMax = 48;
constexpr double kShownMax = 10'000;

struct Parameter {
    int number;
    VitalKind kind;
};
constexpr std::array kParameters{
    Parameter{101, VitalKind::hr},       Parameter{161, VitalKind::pr},
    Parameter{600, VitalKind::pr},       Parameter{160, VitalKind::spo2},
    Parameter{151, VitalKind::rr},       Parameter{170, VitalKind::nibp_sys},
    Parameter{171, VitalKind::nibp_dia}, Parameter{172, VitalKind::nibp_mean},
    Parameter{250, VitalKind::etco2},    Parameter{200, VitalKind::temp},
};

struct AlarmName {
    int number;
    std::string_view code;
};
constexpr std::array kTechnicalNames{AlarmName{5, "ecg_lead_off"},
                                     AlarmName{205, "spo2_sensor_off"}};
constexpr std::array kPhysiologicalNames{AlarmName{10'001, "hr_high"}, AlarmName{10'002, "hr_low"}};

std::optional<int> number(std::string_view text) {
    return digits(text, 0, std::numeric_limits<int>::max());
}

std::optional<VitalValue> take_value(const Hl7Fields& fields) {
    const auto id = number(hl7_component(hl7_field(fields, 3), 1));
    for (const Parameter& parameter : kParameters) {
        if (id != parameter.number) {
            continue;
        }
        VitalValue value{.kind = parameter.kind};
        if (const auto shown = decimal(hl7_field(fields, 5), 0, kShownMax)) {
            value.value = vital_value(parameter.kind, *shown);
        }
        value.measured_at = hl7_time(hl7_field(fields, 14));
        return value;
    }
    return std::nullopt;
}

template <std::size_t N> std::string alarm_code(int id, const std::array<AlarmName, N>& names) {
    for (const AlarmName& name : names) {
        if (name.number == id) {
            return std::string{name.code};
        }
    }
    return fmt::format("monitor_{}", id);
}

bool is_unnamed(int technical_id) {
    return std::none_of(kTechnicalNames.begin(), kTechnicalNames.end(),
                        [&](const AlarmName& name) { return name.number == technical_id; });
}

// Two modules that fail are one alarm of this table: the more urgent one is told.
void add_alarm(MonitorAlarm alarm, std::vector<MonitorAlarm>& alarms) {
    const auto known = std::find_if(alarms.begin(), alarms.end(), [&](const MonitorAlarm& one) {
        return one.code == alarm.code;
    });
    if (known == alarms.end()) {
        alarms.push_back(std::move(alarm));
    } else if (alarm.level < known->level) {
        *known = std::move(alarm);
    }
}

std::optional<MonitorAlarm> take_alarm(const Hl7Fields& fields, PdsKind kind) {
    const Hl7Fields parts = hl7_split(hl7_field(fields, 5), '^', 4);
    const auto id = number(parts.front());
    if (!id) {
        return std::nullopt;
    }
    std::string_view text;
    for (std::size_t i = 1; i < parts.size() && text.empty(); ++i) {
        text = parts[i];
    }
    MonitorAlarm alarm;
    std::size_t stars = 0;
    while (stars < text.size() && text[stars] == '*') {
        ++stars;
    }
    text.remove_prefix(stars);
    const bool technical = kind == PdsKind::technical_alarms;
    alarm.code =
        technical ? alarm_code(*id, kTechnicalNames) : alarm_code(*id, kPhysiologicalNames);
    if (const auto named = technical_code(text); technical && is_unnamed(*id) && !named.empty()) {
        alarm.code = std::string{named};
    }
    // An alarm of a body function without its stars is taken for serious, one of a sensor is not.
    alarm.level = stars >= 3                                 ? AlarmLevel::high
                  : stars == 2 || (stars == 0 && !technical) ? AlarmLevel::medium
                                                             : AlarmLevel::low;
    alarm.text = hl7_readable(text, kTextMax);
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

void take_observation(const Hl7Fields& fields, PdsMessage& out) {
    if (out.kind == PdsKind::numerics || out.kind == PdsKind::aperiodic) {
        if (auto value = take_value(fields)) {
            out.values.push_back(std::move(*value));
        }
    } else if (out.kind == PdsKind::physiological_alarms || out.kind == PdsKind::technical_alarms) {
        if (auto alarm = take_alarm(fields, out.kind)) {
            add_alarm(std::move(*alarm), out.alarms);
        }
    }
}

class PdsMonitor final : public MonitorProtocol {
  public:
    Heard feed(std::string_view bytes, Ticks) override {
        Heard heard;
        const std::uint64_t dropped = framer_.dropped();
        for (const std::string& text : framer_.feed(bytes)) {
            auto parsed = parse_pds(text);
            if (!parsed) {
                ++heard.refused;
                continue;
            }
            if (parsed->kind == PdsKind::keep_alive) {
                heard.send.push_back(mllp_frame(text));
            }
            MonitorMessage message{.values = std::move(parsed->values)};
            if (parsed->kind == PdsKind::physiological_alarms) {
                message.physiological = std::move(parsed->alarms);
            } else if (parsed->kind == PdsKind::technical_alarms) {
                message.technical = std::move(parsed->alarms);
            }
            heard.messages.push_back(std::move(message));
        }
        heard.refused += framer_.dropped() - dropped;
        return heard;
    }
    std::vector<std::string> due(Ticks) override { return {}; }
    [[nodiscard]] std::vector<std::string> farewell() const override { return {}; }

  private:
    MllpFramer framer_;
};

} // namespace

Result<PdsMessage> parse_pds(std::string_view message) {
    PdsMessage out;
    bool has_header = false;
    const std::string readable = hl7_to_utf8(message);
    const bool whole = each_hl7_segment(readable, [&](const Hl7Fields& fields) {
        if (fields.front() == "MSH") {
            // MSH-1 is the separator itself, so MSH-10 is the tenth field counted from the name.
            out.kind = kind_of(hl7_field(fields, 9));
            has_header = true;
        } else if (has_header && fields.front() == "OBX") {
            take_observation(fields, out);
        }
        return has_header;
    });
    if (!has_header) {
        return fail(Code::malformed, "PDS message does not begin with MSH");
    }
    if (!whole) {
        return fail(Code::malformed, "PDS message of too many segments");
    }
    return out;
}

std::string pds_keep_alive() {
    return "MSH|^~\\&|||||||ORU^R01|106|P|2.3.1|\r";
}

std::unique_ptr<MonitorProtocol> make_pds_monitor() {
    return std::make_unique<PdsMonitor>();
}

} // namespace ems::vehicle
