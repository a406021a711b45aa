// Samples <-> WaveBatch. A batch holds the leads of lead_mask one after the other, each as its
// first value and then differences, which zig-zag varints make one or two bytes each.
// decode_waves() is the one place where bytes of a wave become a checked type: after it, counts,
// masks and values hold what this header promises. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "telemetry/base/result.h"

namespace ems::wire {

class WaveBatch;

inline constexpr std::uint32_t kWaveLeadMask = 0x1FF;        // bits 0 to 8
inline constexpr std::uint32_t kWaveRateMhzMax = 10'000'000; // 10 kHz
inline constexpr std::uint32_t kWaveCountMax = 10'000;       // samples per lead and batch
inline constexpr std::uint32_t kWavePlethCountMax = 10'000;
inline constexpr std::uint32_t kWaveGainNvMax = 1'000'000;
inline constexpr std::int32_t kWaveValueMax = 8'388'607; // 24 bits: a difference always fits
inline constexpr std::uint64_t kWaveSampleMax = 1ULL << 53U;

struct WaveBlock {
    std::uint64_t recording{0}; // random identity of one device session, not 0
    std::uint32_t rate_mhz{0}; // samples per 1000 s and lead: 500 Hz = 500000; 0 only without leads
    std::uint32_t lead_mask{0}; // bits as telemetry/signal/ecg_leads.h; 0: pleth only
    std::uint64_t first_sample{0};
    std::uint32_t count{0};            // samples per lead
    std::uint32_t gain_nv{0};          // nanovolt per unit
    std::uint32_t lead_off_mask{0};    // within lead_mask: electrode off, the values mean nothing
    std::vector<std::int32_t> samples; // lead after lead in mask order, count each
    std::uint32_t pleth_rate_mhz{0};
    std::uint64_t pleth_first_sample{0};
    std::vector<std::int32_t> pleth;
    bool simulated{false};

    [[nodiscard]] std::size_t lead_count() const;
    // Samples of one lead by bit number (0 to 8); empty when the block does not hold it.
    [[nodiscard]] std::span<const std::int32_t> lead(unsigned bit) const;
};

// Code::out_of_range or Code::invalid_argument when the block breaks a bound above.
Result<WaveBatch> encode_waves(const WaveBlock& block);
// Code::malformed with the field at fault.
Result<WaveBlock> decode_waves(const WaveBatch& batch);

} // namespace ems::wire
