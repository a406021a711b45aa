// A stretch of the simulated patient's ECG with the R peaks the simulator knows.
#pragma once

#include <cstdint>
#include <vector>

#include "telemetry/signal/acquired_ecg.h"
#include "telemetry/signal/ecg/beat.h"
#include "vehicle/sim/ecg_model.h"

namespace ems::test {

struct SimEcg {
    signal::AcquiredEcg ecg;
    std::vector<std::int64_t> r;
    [[nodiscard]] std::vector<signal::Beat> beats() const {
        std::vector<signal::Beat> out;
        for (const std::int64_t sample : r) {
            signal::Beat beat;
            beat.r_sample = sample;
            beat.quality = 1;
            beat.shape = signal::BeatShape::dominant;
            beat.rr_s =
                out.empty() ? 0 : static_cast<double>(sample - out.back().r_sample) / ecg.rate_hz;
            out.push_back(beat);
        }
        return out;
    }
};

inline SimEcg take(sim::EcgModel& model, double seconds) {
    SimEcg out;
    out.ecg.rate_hz = sim::kEcgRateHz;
    double last_r_s = model.last_r_s();
    for (std::int64_t i = 0; i < static_cast<std::int64_t>(seconds * sim::kEcgRateHz); ++i) {
        const sim::EcgSample sample = model.next();
        for (std::size_t lead = 0; lead < signal::kAcquiredLeads; ++lead) {
            out.ecg.mv[lead].push_back(static_cast<float>(sample.mv[lead]));
        }
        if (model.last_r_s() > last_r_s) {
            last_r_s = model.last_r_s();
            out.r.push_back(i);
        }
    }
    return out;
}

inline SimEcg simulate(std::uint64_t seed, const sim::HeartState& heart, sim::EcgNoise noise,
                       double seconds = 10) {
    sim::EcgModel model{seed, noise};
    model.set(heart);
    return take(model, seconds);
}

} // namespace ems::test
