#include "telemetry/signal/scores/from_findings.h"

#include "telemetry/wire/findings.h"

namespace ems::signal {
namespace {

using Findings = wire::PatientFindings;

std::optional<Acvpu> acvpu_of(Findings::Consciousness state) {
    switch (state) {
    case Findings::ALERT:
        return Acvpu::alert;
    case Findings::CONFUSED:
        return Acvpu::confusion;
    case Findings::VOICE:
        return Acvpu::voice;
    case Findings::PAIN:
        return Acvpu::pain;
    case Findings::UNRESPONSIVE:
        return Acvpu::unresponsive;
    default:
        return std::nullopt;
    }
}

} // namespace

void add_findings(News2Input& input, const wire::PatientChart& chart, std::int64_t now_us) {
    const Findings& found = chart.findings();
    const auto holds = [&](int field) {
        const std::int64_t at_us = wire::found_us(chart, field);
        return at_us != 0 && now_us - at_us <= kFindingForScoreUs;
    };
    if (holds(Findings::kConsciousnessFieldNumber)) {
        input.consciousness = acvpu_of(found.consciousness());
    }
    if (holds(Findings::kOxygenDlMinFieldNumber)) {
        input.oxygen = found.oxygen_dl_min() > 0 ? Oxygen::supplemental : Oxygen::air;
    }
    if (!input.temp_c && holds(Findings::kTempCdegFieldNumber)) {
        const std::int64_t at_us = wire::found_us(chart, Findings::kTempCdegFieldNumber);
        input.temp_c = Measured{found.temp_cdeg() / 100.0, 0, now_us - at_us};
    }
}

} // namespace ems::signal
