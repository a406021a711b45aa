// What a patient monitor says, whatever it speaks: checked values and alarms, and the port behind
// which the forms (Mindray PDS, HL7 v2 with MDC codes, Philips IntelliVue) stand. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "telemetry/base/clock.h"
#include "telemetry/signal/vitals/vital_kind.h"

namespace ems::vehicle {

using signal::of_cuff;
using signal::vital_value;
using signal::VitalKind;
using signal::kVitalKinds;

struct VitalValue {
    VitalKind kind{VitalKind::hr};
    // In the unit of ems.wire.Vitals; nothing: the monitor says invalid.
    std::optional<std::int32_t> value{};
    // Of the cuff, as the monitor wrote it (its own clock); "" unknown.
    std::string measured_at{};
    bool operator==(const VitalValue&) const = default;
};

enum class AlarmLevel : std::uint8_t { high = 1, medium = 2, low = 3 };

struct MonitorAlarm {
    // "ecg_lead_off", or "monitor_10002" for a number this program has no name for.
    std::string code{};
    AlarmLevel level{AlarmLevel::low};
    std::string text{}; // printable ASCII of what the monitor shows, at most 48 characters
    bool operator==(const MonitorAlarm&) const = default;
};

struct MonitorMessage {
    std::vector<VitalValue> values{};
    // Everything of a family that is active; nothing: the message says nothing of that family.
    std::optional<std::vector<MonitorAlarm>> physiological{};
    std::optional<std::vector<MonitorAlarm>> technical{};
    bool operator==(const MonitorMessage&) const = default;
};

// One monitor's protocol over one connection; a new connection takes a new one. Says what to send;
// any bytes are survived.
class MonitorProtocol {
  public:
    struct Heard {
        std::vector<MonitorMessage> messages{};
        std::vector<std::string> send{}; // in order, each in one piece (a datagram over UDP)
        std::uint64_t refused{0};        // messages of these bytes that were dropped
        std::string trouble{};           // why the monitor gives nothing, for its health; "" none
    };
    virtual ~MonitorProtocol() = default;
    virtual Heard feed(std::string_view bytes, Ticks now) = 0;
    // What the passing of time makes it say: at the opening and then every kMonitorTick.
    virtual std::vector<std::string> due(Ticks now) = 0;
    // What is said before the connection is given up.
    [[nodiscard]] virtual std::vector<std::string> farewell() const = 0;
};
inline constexpr std::chrono::milliseconds kMonitorTick{250};

enum class MonitorForm { pds, hl7, intellivue };
std::unique_ptr<MonitorProtocol> make_monitor(MonitorForm form);

} // namespace ems::vehicle
