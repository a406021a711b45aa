// Mindray Patient Data Share (HL7 2.3.1): one message of a bedside or transport monitor as checked
// values. Pure.
//
// MSH-10 is the kind. 204 periodic numerics, 503 aperiodic (cuff), 54 physiological and 56
// technical alarms, 106 keep-alive (sent back); other kinds are skipped. Parameters are known by
// number (OBX-3, first component), never by their text, which varies with the firmware. -100 means
// invalid, and so does a number outside the range a monitor can show: shown "--", never 0. Identity
// segments (PID, PV1) are not read: a vehicle sends no patient identity.
#pragma once

#include "telemetry/base/result.h"
#include "vehicle/device/monitor.h"

namespace ems::vehicle {

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
    std::vector<VitalValue> values{};
    std::vector<MonitorAlarm> alarms{}; // everything that is active, of this kind
    bool operator==(const PdsMessage&) const = default;
};

// Errors: malformed (no MSH, more than 512 segments).
Result<PdsMessage> parse_pds(std::string_view message);

// The keep-alive message, to be framed by mllp_frame.
std::string pds_keep_alive();

// The same over a connection: MLLP, keep-alives sent back as they came.
std::unique_ptr<MonitorProtocol> make_pds_monitor();

} // namespace ems::vehicle
