// Loudness of speech by arithmetic: a meter, and a levelling gain with a limiter behind it. A crew
// whispers beside a sleeping patient and shouts beside a running engine; the other end must
// understand both without a hand on a knob. Done here and not by webrtcdsp's gain control, because
// this one is the same at both ends, needs no device and is checked by values.
//
// Samples are 16-bit mono. One thread per object.
#pragma once

#include <cstdint>
#include <span>

namespace ems::video {

inline constexpr double kSilenceDbfs = -96; // of 16 bits; what a meter shows for nothing at all

// Root mean square and peak of a stretch of samples, in dB below full scale (a full-scale square
// wave is 0).
struct Loudness {
    double rms_dbfs{kSilenceDbfs};
    double peak_dbfs{kSilenceDbfs};
};
Loudness loudness_of(std::span<const std::int16_t> samples);

struct LevellerLimits {
    double target_dbfs{-20};  // rms of speech
    double gain_db_max{24};   // a whisper is not lifted into noise
    double gain_db_min{-12};
    double gate_dbfs{-52};    // below it is no speech: the gain stays
    double rise_db_per_s{8};  // slowly up, so that pauses do not pump
    double fall_db_per_s{60}; // quickly down
    double ceiling_dbfs{-1};  // no sample beyond it
};

class SpeechLeveller {
  public:
    explicit SpeechLeveller(std::uint32_t rate_hz, LevellerLimits limits = {})
        : limits_(limits), rate_hz_(rate_hz) {}
    // In place; any number of samples, best 5 to 20 ms.
    void apply(std::span<std::int16_t> samples);
    [[nodiscard]] double gain_db() const { return gain_db_; }

  private:
    const LevellerLimits limits_;
    const std::uint32_t rate_hz_;
    double gain_db_{0};
    double applied_{1}; // of the last sample, as a factor
};

} // namespace ems::video
