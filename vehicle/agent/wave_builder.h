// Blocks of the ECG module become batches of 0.2 s (somebody watches) or 1 s (nobody does, fewer
// packets), by the leads, or by the pleth where no lead is recorded. A batch has no hole and one
// lead-off mask: a jump of the sample index or a lead that comes off closes it. So does the size of
// a record: a block of the module that does not fit becomes several batches. Pure.
#pragma once

#include <vector>

#include "telemetry/base/clock.h"
#include "telemetry/wire/ems.pb.h"
#include "telemetry/wire/waveform.h"
#include "vehicle/agent/watched.h"
#include "vehicle/device/ecg_box.h"

namespace ems::vehicle {

struct BuiltBatch {
    wire::WaveBatch batch;
    std::int64_t t_us{0}; // arrival of its first sample
};

class WaveBuilder {
  public:
    // A new session of the device: its own identity, from now on. `rate_mhz` as WaveBatch.rate_mhz.
    struct Session {
        std::uint64_t recording{0};
        std::uint32_t rate_mhz{0};
        std::uint32_t gain_nv{0};
        std::uint32_t lead_mask{0};
        std::uint32_t pleth_rate_mhz{0};
        bool simulated{false};
    };
    // Samples of each lead, leads in mask order; count each.
    struct Chunk {
        std::uint64_t first_sample{0};
        std::uint32_t lead_off_mask{0};
        std::vector<std::vector<std::int32_t>> leads{};
        std::uint64_t pleth_first{0};
        std::vector<std::int32_t> pleth{};
        [[nodiscard]] std::size_t count() const;
    };
    static Session session_of(const EcgBoxHeader& header, std::uint64_t recording);
    static Chunk chunk_of(const EcgBoxHeader& header, const EcgBlock& block);

    // What the session before left, if anything.
    std::vector<BuiltBatch> begin(const Session& session);
    std::vector<BuiltBatch> add(const Chunk& chunk, DeviceTime t, Watched watched);
    std::vector<BuiltBatch> flush();

  private:
    // How much of a chunk is taken.
    struct Place {
        std::size_t sample{0};
        std::size_t pleth{0};
        bool operator==(const Place&) const = default;
    };
    [[nodiscard]] bool follows(const Chunk& chunk) const;
    [[nodiscard]] bool due(Watched watched) const;
    [[nodiscard]] std::size_t values() const;
    void append(const Chunk& chunk, Place* place);

    Session session_;
    wire::WaveBlock open_;
    std::vector<std::vector<std::int32_t>> leads_;
    std::int64_t t_us_{0};
    bool is_open_{false}; // then it holds at least one value
};

} // namespace ems::vehicle
