// HL7 v2 observations (ORU^R01, as IHE PCD-01 has them) of a monitor or its gateway, as the same
// checked values Mindray's PDS gives. Pure.
//
// A vital sign is known by its MDC number (OBX-3, of the first or the alternate coding), never by
// its text. It is valid only as a number (OBX-2 NM) in a unit that measures it (OBX-6, MDC or UCUM;
// kPa and degF are converted, a missing or foreign unit is invalid), with a status that stands
// (OBX-11 F, R, P, C, U, V, or empty, as some monitors leave it) and no flag (OBX-8) beyond
// "below, above, abnormal, in alarm, alarms inhibited, early, being measured": INV, QUES, NAV, CAL,
// TEST, DEMO, "<", ">" and flags unknown here make it invalid, as do -100 and other numbers no
// monitor shows. Alarms are not read from OBX-8: it tells no beginning and no priority.
//
// PID and PV1 are not read: a vehicle sends no patient identity. A message of two patients is
// refused, since one of them is not in this vehicle.
#pragma once

#include "telemetry/base/result.h"
#include "vehicle/device/monitor.h"

namespace ems::vehicle {

struct Hl7Message {
    std::vector<VitalValue> values{}; // one of each kind
    // The acknowledgement to be framed and sent: MSA|AA in original mode, MSA|CA where MSH-15 asks
    // for it, AR or CR for a message that is no ORU; "" none asked for.
    std::string acknowledgement{};
    bool operator==(const Hl7Message&) const = default;
};

// Errors: malformed (no MSH|^~\&, two of them, two patients, more than 512 segments).
Result<Hl7Message> parse_hl7(std::string_view message);

// The same over a connection, MLLP.
std::unique_ptr<MonitorProtocol> make_hl7_monitor();

} // namespace ems::vehicle
