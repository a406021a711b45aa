// Figures a console keeps about itself, measured where data enter the model and where pictures are shown. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace ems::console {

// Counts of milliseconds in steps of 1 ms up to 10 s; above that the last step. Percentiles are upper edges.
class AgeHistogram {
  public:
    void add(std::int64_t age_us);
    [[nodiscard]] std::uint64_t count() const { return count_; }
    [[nodiscard]] std::int64_t max_ms() const { return max_ms_; }
    // share 0 to 1; 0 when empty
    [[nodiscard]] std::int64_t percentile_ms(double share) const;

  private:
    static constexpr std::size_t kSteps = 10'001;
    std::array<std::uint32_t, kSteps> steps_{};
    std::uint64_t count_{0};
    std::int64_t max_ms_{0};
};

struct DeskStats {
    AgeHistogram received_to_model;     // positions: server receipt to model
    AgeHistogram device_to_model;       // positions: receiver's stamp to model
    std::int64_t shown_age_max_ms{0};   // oldest position ever shown as current (not crossed out)
    std::int64_t shown_age_now_ms{0};   // oldest one shown as current now
    std::uint64_t positions{0};
    std::uint64_t vitals{0};
    std::uint64_t waves{0};             // batches
    std::uint64_t wave_samples{0};      // per lead
    std::uint64_t alarms{0};
    std::uint64_t snapshots{0};
    std::uint64_t deltas{0};
    std::uint64_t delta_gaps{0};
    std::uint64_t rejected{0};          // malformed or out of bounds
    std::uint64_t video_frames{0};      // rendered
    std::int64_t longest_stall_ms{0};   // the longest the program took to come back to its event loop
    std::int64_t first_picture_us{0};   // UTC of the first painted frame with a unit on it
};

// JSON of one line; `uptime_ms` since the program's start, `alarm_load` of console/model/alarm_load.h, JSON itself.
std::string stats_json(const DeskStats& stats, std::int64_t uptime_ms, const std::string& link,
                       const std::string& alarm_load);

} // namespace ems::console
