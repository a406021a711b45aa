// A simulated heart on an ECG module, block by block as the module sends it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "vehicle/agent/wave_builder.h"
#include "vehicle/device/ecg_box.h"
#include "vehicle/sim/ecg_model.h"

namespace ems::test {

enum class Oximeter { none, fitted };

class PlayedEcg {
  public:
    static constexpr std::uint16_t kBlockSamples = 20; // 40 ms
    static constexpr double kBlockS = kBlockSamples / sim::kEcgRateHz;

    explicit PlayedEcg(std::uint64_t seed, Oximeter oximeter = Oximeter::none);

    void set(sim::Rhythm rhythm, double rate_bpm = 75);
    // Of the present rhythm, order of signal::Lead.
    void set_st(const sim::LeadValues& st_mv);
    void set(const sim::ArtefactState& artefacts) { heart_.set(artefacts); }
    // Coarse fibrillation of one wandering wave, 4 to 6 Hz, half a millivolt, in place of the
    // heart's own; the pulse ends.
    void fibrillate();
    // A hole in the numbering.
    void skip(std::uint64_t samples) { sample_ += samples; }

    [[nodiscard]] const vehicle::EcgBoxHeader& header() const { return header_; }
    [[nodiscard]] std::uint64_t samples() const { return sample_; }
    [[nodiscard]] double seconds() const { return static_cast<double>(sample_) / sim::kEcgRateHz; }
    vehicle::EcgBlock block();
    vehicle::WaveBuilder::Chunk chunk();
    // Of so much time, in whole blocks.
    std::string bytes(double seconds);

  private:
    sim::EcgModel heart_;
    sim::HeartState state_;
    vehicle::EcgBoxHeader header_;
    std::uint64_t sample_{0};
    std::optional<double> fibrillates_s_;
};

} // namespace ems::test
