// What of the live picture is shown while more comes than the loop can pass on. In order: waves that
// nobody watches are not even decoded; of watched waves every other batch is left out, which a screen
// shows as the gap it is, for the sample index jumps; vitals come every three seconds and positions
// every second. Alarms, births and the newest position of each unit are never left out, and the
// archive is not concerned: it has its own way. Pure; one thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>

#include "telemetry/base/clock.h"
#include "telemetry/base/ids.h"

namespace ems::dispatch {

// Everything that was left out, by name.
struct LiveCounters {
    std::uint64_t waves_unwatched{0};
    std::uint64_t vitals_unwatched{0};
    std::uint64_t waves_halved{0};
    std::uint64_t vitals_thinned{0};
    std::uint64_t positions_coalesced{0}; // a newer one of the same unit was shown instead
    std::uint64_t queue_dropped{0};       // the oldest: the loop did not come to it in time
    std::uint64_t urgent_dropped{0};      // the same of births and events: they come by the inbox, too
    std::uint64_t bad{0};                 // nobody could read them
};

class LiveLoad {
  public:
    enum class Level : std::uint8_t { calm, busy, crowded };
    // At most about 2 Hz a unit, sent at once when due.
    static constexpr std::chrono::milliseconds kPositionInterval{450};
    static constexpr std::chrono::milliseconds kPositionIntervalCrowded{1000};
    static constexpr std::chrono::milliseconds kVitalsIntervalCrowded{3000};

    // Of the queue between the broker and the loop: busy above a half of it, crowded above three
    // quarters; better again below a quarter and below a half.
    void update(std::size_t size, std::size_t capacity);
    [[nodiscard]] Level level() const { return level_; }

    // Whether this one is shown.
    bool take_wave(UnitId unit);
    bool take_vitals(UnitId unit, Ticks now);
    [[nodiscard]] std::chrono::milliseconds position_interval() const {
        return level_ == Level::crowded ? kPositionIntervalCrowded : kPositionInterval;
    }

    LiveCounters counters; // counted by take_*() and by the owner

  private:
    Level level_{Level::calm};
    std::map<UnitId, bool> wave_skipped_; // the last batch of the unit was left out
    std::map<UnitId, Ticks> vitals_at_;
};

} // namespace ems::dispatch
