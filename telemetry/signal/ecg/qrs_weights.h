// What the QRS detector weighs of a candidate, and by how much: the weighted sum of its terms is
// the logarithm of the odds that it is a beat. Ratios are natural logarithms, cut to -2.5 to 2. The
// weights are fitted by `ems-fit-qrs` (telemetry/signal/README.md), which prints this table.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ems::signal {

inline constexpr std::size_t kQrsTerms = 23;

// Whether more of a term can only speak for a beat, only against one, or either. A fit that turns a
// sign round has learnt its recordings, not the heart: such a term is left out of it.
enum class QrsSays : std::uint8_t { either, beat, no_beat };

struct QrsTerm {
    std::string_view name;
    QrsSays says;
    float weight;
};

// In the order of QrsTerms.
inline constexpr std::array<QrsTerm, kQrsTerms> kQrsWeights{{
    {"height", QrsSays::beat, 0.271F},          // envelope over the median of accepted ones
    {"amplitude", QrsSays::beat, 0.046F},       // peak to peak over the same
    {"slope", QrsSays::beat, 0.659F},           // steepest slope over the same
    {"least_height", QrsSays::beat, 0.291F},    // envelope over the least of accepted ones
    {"over_noise", QrsSays::beat, 0.627F},      // envelope over the median of refused ones
    {"early", QrsSays::beat, 0.507F},           // interval over the median interval, up to 1
    {"late", QrsSays::beat, 0.090F},            // what of that lies over 1, up to 1 more
    {"shape", QrsSays::beat, 0.413F},           // best correlation with a known shape
    {"close_shape", QrsSays::beat, 0.712F},     // what of that lies over 0.8, times 5
    {"size_change", QrsSays::no_beat, -0.277F}, // |log amplitude ratio| to that shape
    {"overtaken", QrsSays::no_beat, -0.475F},   // a greater envelope follows
    {"over_before", QrsSays::beat, 1.431F},     // over its mean 0.2 to 0.6 s before, in the quiet
    {"over_after", QrsSays::beat, 0.810F},    // envelope over its median 0.15 s after and on
    {"t_zone", QrsSays::no_beat, -0.437F},    // nearness to the T wave of the last beat, 0 to 1
    {"t_zone_slope", QrsSays::beat, 0.694F},  // times slope over the last beat's
    {"t_zone_height", QrsSays::beat, 0.503F}, // times envelope over the last beat's
    {"t_zone_flat", QrsSays::beat, 0.395F},   // times slope below half the last beat's
    {"tall", QrsSays::either, -0.200F},       // height where above the median
    {"small", QrsSays::beat, 0.143F},         // height where below half the median
    {"known_shape", QrsSays::either, 0.158F}, // the shape has been seen more than three times
    {"early_shape", QrsSays::beat, 0.761F},   // early times close_shape
    {"early_small", QrsSays::either, 0.553F}, // what lacks to the median interval, times height
    {"always", QrsSays::either, -1.151F},     // 1
}};

using QrsTerms = std::array<float, kQrsTerms>;

constexpr QrsTerms qrs_weights() {
    QrsTerms out{};
    for (std::size_t i = 0; i < kQrsTerms; ++i) {
        out[i] = kQrsWeights[i].weight;
    }
    return out;
}

// For the fit: sees each candidate as it is decided and may decide in the detector's place.
class QrsTeacher {
  public:
    QrsTeacher() = default;
    QrsTeacher(const QrsTeacher&) = delete;
    QrsTeacher& operator=(const QrsTeacher&) = delete;
    virtual ~QrsTeacher() = default;
    // r_sample: at the recording's rate. odds: what the weights say, a logarithm.
    virtual bool is_beat(std::int64_t r_sample, const QrsTerms& terms, float odds) = 0;
};

} // namespace ems::signal
