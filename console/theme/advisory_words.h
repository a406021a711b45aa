// What the running ECG suggests, as one line for a desk and for the crew's terminal. Always with the
// word that it is an advisory; never a diagnosis.
#pragma once

#include <cstdint>
#include <optional>

#include "telemetry/wire/ems.pb.h"

#include <QString>

namespace ems::console {

struct AdvisoryLine {
    QString text;
    std::int64_t age_us{0}; // of the stretch that was measured, when the message was stamped
    bool suggests{false};   // criteria met, fibrillation suspected: to be looked at
};
// Nothing: not known. "ST elevation? V2-V4 · advisory, no diagnosis", or "ST not interpretable: ...".
std::optional<AdvisoryLine> st_line(const wire::EcgAdvisory& advisory);
std::optional<AdvisoryLine> af_line(const wire::EcgAdvisory& advisory);
// Nobody measures ST: fewer than eight leads, or not yet.
QString st_unknown_text();

} // namespace ems::console
