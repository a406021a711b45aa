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

std::optional<Avpu> avpu_of(Acvpu state) {
    switch (state) {
    case Acvpu::alert:
        return Avpu::alert;
    case Acvpu::confusion:
        return std::nullopt;
    case Acvpu::voice:
        return Avpu::voice;
    case Acvpu::pain:
        return Avpu::pain;
    case Acvpu::unresponsive:
        break;
    }
    return Avpu::unresponsive;
}

// What was found lately enough for a score.
class Lately {
  public:
    Lately(const wire::PatientChart& chart, std::int64_t now_us) : chart_(chart), now_us_(now_us) {}

    [[nodiscard]] std::optional<Acvpu> consciousness() const {
        return holds(Findings::kConsciousnessFieldNumber)
                   ? acvpu_of(chart_.findings().consciousness())
                   : std::nullopt;
    }
    [[nodiscard]] std::optional<Oxygen> oxygen() const {
        if (!holds(Findings::kOxygenDlMinFieldNumber)) {
            return std::nullopt;
        }
        return chart_.findings().oxygen_dl_min() > 0 ? Oxygen::supplemental : Oxygen::air;
    }
    [[nodiscard]] Input temp_c() const {
        constexpr int kField = Findings::kTempCdegFieldNumber;
        if (!holds(kField)) {
            return std::nullopt;
        }
        return Measured{chart_.findings().temp_cdeg() / 100.0, 0,
                        now_us_ - wire::found_us(chart_, kField)};
    }
    // Nothing unless all three parts were found and testable.
    [[nodiscard]] std::optional<Finding> gcs_below_best() const {
        const Findings& found = chart_.findings();
        const bool whole = holds(Findings::kGcsEyesFieldNumber) && found.gcs_eyes() > 0 &&
                           holds(Findings::kGcsVerbalFieldNumber) && found.gcs_verbal() > 0 &&
                           holds(Findings::kGcsMotorFieldNumber) && found.gcs_motor() > 0;
        if (!whole) {
            return std::nullopt;
        }
        constexpr std::uint32_t kBest = 15;
        const std::uint32_t total = found.gcs_eyes() + found.gcs_verbal() + found.gcs_motor();
        return total < kBest ? Finding::abnormal : Finding::normal;
    }

  private:
    [[nodiscard]] bool holds(int field) const {
        const std::int64_t at_us = wire::found_us(chart_, field);
        return at_us != 0 && now_us_ - at_us <= kFindingForScoreUs;
    }

    const wire::PatientChart& chart_;
    std::int64_t now_us_;
};

} // namespace

void add_findings(News2Input& input, const wire::PatientChart& chart, std::int64_t now_us) {
    const Lately found{chart, now_us};
    if (const auto consciousness = found.consciousness()) {
        input.consciousness = consciousness;
    }
    if (const auto oxygen = found.oxygen()) {
        input.oxygen = oxygen;
    }
    if (!input.temp_c) {
        input.temp_c = found.temp_c();
    }
}

void add_findings(MewsInput& input, const wire::PatientChart& chart, std::int64_t now_us) {
    const Lately found{chart, now_us};
    if (const auto consciousness = found.consciousness()) {
        input.consciousness = avpu_of(*consciousness);
    }
    if (!input.temp_c) {
        input.temp_c = found.temp_c();
    }
}

void add_findings(QsofaInput& input, const wire::PatientChart& chart, std::int64_t now_us) {
    const Lately found{chart, now_us};
    input.mentation = found.gcs_below_best();
    if (const auto consciousness = found.consciousness();
        consciousness && *consciousness != Acvpu::alert) {
        input.mentation = Finding::abnormal;
    } else if (consciousness && !input.mentation) {
        input.mentation = Finding::normal;
    }
}

} // namespace ems::signal
