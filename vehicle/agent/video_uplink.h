// The one VideoBudget of a vehicle, shared by the threads of its cameras and the agent's. Locks
// for the time of some arithmetic; waits for nothing.
#pragma once

#include <mutex>
#include <optional>

#include "telemetry/base/clock.h"
#include "vehicle/agent/video_budget.h"

namespace ems::vehicle {

class VideoUplink {
  public:
    explicit VideoUplink(std::size_t cameras) : budget_(cameras) {}

    void takes(std::size_t camera, const CameraPicture& picture) {
        const std::lock_guard lock{mutex_};
        budget_.takes(camera, picture);
    }
    // What the camera may send now; `wanted_kbit` as its session says, none without one.
    VideoShare share(std::size_t camera, std::optional<std::uint32_t> wanted_kbit) {
        const Ticks now = SystemClock{}.ticks();
        const std::lock_guard lock{mutex_};
        budget_.wants(camera, wanted_kbit.value_or(0), now);
        budget_.tick(now);
        return budget_.share(camera);
    }
    void report(std::size_t camera, const video::LinkReport& report) {
        const std::lock_guard lock{mutex_};
        budget_.report(camera, report, SystemClock{}.ticks());
    }
    void vitals_wait() {
        const std::lock_guard lock{mutex_};
        budget_.vitals_wait(SystemClock{}.ticks());
    }
    [[nodiscard]] bool has_room() const {
        const std::lock_guard lock{mutex_};
        return budget_.has_room(SystemClock{}.ticks());
    }

  private:
    mutable std::mutex mutex_;
    VideoBudget budget_;
};

} // namespace ems::vehicle
