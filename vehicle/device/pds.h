// Mindray Patient Data Share (HL7 2.3.1): one message of a bedside or transport monitor as checked
// values. Pure.
//
// MSH-10 is the kind. 204 periodic numerics, 503 aperiodic (cuff), 54 physiological and 56
// technical alarms, 106 keep-alive (sent back); other kinds are skipped. Parameters are known by
// number (OBX-3, first component), never by their text, which varies with the firmware. -100 means
// invalid, and so does a number outside the range a monitor can show: shown "--", never 0. Identity
// segments (PID, PV1) are not read: a vehicle sends no patient identity.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "telemetry/base/result.h"

namespace ems::vehicle {

enum class VitalKind : std::uint8_t { // the value is the bit of ems.wire.Vitals.invalid_mask
    hr = 0,
    pr = 1,
    spo2 = 2,
    rr = 3,
    nibp_sys = 4,
    nibp_dia = 5,
    nibp_mean = 6,
    etco2 = 7,
    temp = 8,
};
constexpr std::size_t kVitalKinds = 9;

struct PdsValue {
    VitalKind kind{VitalKind::hr};
    std::optional<std::int32_t>
        value{}; // in the unit of ems.wire.Vitals; nothing: the monitor says invalid
    std::string
        measured_at{}; // of aperiodic values, as the monitor wrote it (its own clock); "" unknown
    bool operator==(const PdsValue&) const = default;
};

enum class AlarmLevel : std::uint8_t { high = 1, medium = 2, low = 3 };

struct PdsAlarm {
    std::string
        code{}; // "ecg_lead_off", or "monitor_10002" for a number this program has no name for
    AlarmLevel level{AlarmLevel::low};
    std::string text{}; // printable ASCII of what the monitor shows, at most 48 characters
    bool operator==(const PdsAlarm&) const = default;
};

enum class PdsKind {
    numerics,
    aperiodic,
    physiological_alarms,
    technical_alarms,
    keep_alive,
    other
};

struct PdsMessage {
    PdsKind kind{PdsKind::other};
    std::vector<PdsValue> values{};
    std::vector<PdsAlarm> alarms{}; // everything that is active, of this kind
    bool operator==(const PdsMessage&) const = default;
};

// Errors: malformed (no MSH, more than 512 segments).
Result<PdsMessage> parse_pds(std::string_view message);

// The keep-alive message, to be framed by mllp_frame.
std::string pds_keep_alive();

} // namespace ems::vehicle
