// A stretch of the simulated heart with the beats it knows.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "vehicle/sim/ecg_model.h"

namespace ems::sim {

inline constexpr EcgNoise kNoNoise{0, 0};

struct Trace {
    std::vector<LeadValues> mv;
    std::vector<double> pleth; // 125 Hz
    std::vector<double> breath;
    std::vector<double> co2;
    std::vector<std::size_t> r; // sample of each R peak
    std::vector<std::size_t> p; // of each P wave's centre
    std::uint32_t lead_off_mask{0};

    [[nodiscard]] std::vector<double> lead(signal::Lead lead) const {
        std::vector<double> out;
        for (const LeadValues& values : mv) {
            out.push_back(values[static_cast<std::size_t>(lead)]);
        }
        return out;
    }
};

inline Trace record(EcgModel& model, double seconds) {
    Trace out;
    double last_r_s = model.last_r_s();
    double last_p_s = model.last_p_s();
    const auto count = static_cast<std::size_t>(seconds * kEcgRateHz);
    const std::uint64_t first = model.samples();
    for (std::size_t i = 0; i < count; ++i) {
        const EcgSample sample = model.next();
        out.mv.push_back(sample.mv);
        out.lead_off_mask |= sample.lead_off_mask;
        if ((first + i) % kPlethDivider == 0) {
            out.pleth.push_back(sample.pleth);
            out.breath.push_back(sample.breath);
            out.co2.push_back(sample.co2_mmhg);
        }
        if (model.last_r_s() > last_r_s) {
            last_r_s = model.last_r_s();
            out.r.push_back(i);
        }
        if (model.last_p_s() > last_p_s) {
            last_p_s = model.last_p_s();
            out.p.push_back(i);
        }
    }
    return out;
}

inline double peak_to_peak(const std::vector<double>& values) {
    const auto [least, most] = std::minmax_element(values.begin(), values.end());
    return *most - *least;
}

inline HeartState heart_in(Rhythm rhythm, double rate_bpm) {
    HeartState heart;
    heart.rhythm = rhythm;
    heart.rate_bpm = rate_bpm;
    return heart;
}

} // namespace ems::sim
