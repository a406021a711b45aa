// When the cameras of a vehicle work and when they rest. By `camera.when = "case"` they work from
// the order until the unit is free again and a while behind it (CaseDuty): a crew is not filmed in
// its station, and no SIM card carries pictures of a garage. A camera whose duty rests wakes while
// somebody watches it (CameraRest): it tells the server that it rests, and the answer says whether
// somebody does.
//
// Pure: time is handed in. One thread at a time.
#pragma once

#include <chrono>
#include <optional>

#include "telemetry/base/clock.h"
#include "telemetry/wire/ems.pb.h"

namespace ems::vehicle {

enum class CameraWhen { on_case, always };
enum class CameraDuty { works, rests };

inline constexpr std::chrono::seconds kCameraAfterUsual{120};
inline constexpr std::chrono::seconds kCameraAfterMost{3'600};

class CaseDuty {
  public:
    CaseDuty(CameraWhen when, std::chrono::seconds after) : when_(when), after_(after) {}

    // A case of the run before ended so long ago; below 0: the clock went back, and it is not
    // believed.
    void resume(std::chrono::microseconds ended_ago, Ticks now);
    // Each second, and whenever the unit's state may have changed.
    CameraDuty judge(wire::UnitState state, Ticks now);
    // True once after a case ended.
    bool take_end();

  private:
    const CameraWhen when_;
    const std::chrono::seconds after_;
    bool on_case_{false};
    bool ended_{false};
    std::optional<Ticks> ended_at_;
};

class CameraRest {
  public:
    // Every 200 ms or so.
    void follow(CameraDuty duty, Ticks now);
    // The server says that somebody watches.
    void watched(Ticks now) { awake_until_ = now + kWatchedFor; }
    // Nothing is encoded.
    [[nodiscard]] bool rests() const { return rests_; }
    // True when the server is to be told that the duty rests; counted as told.
    bool take_word(Ticks now);

    static constexpr std::chrono::seconds kWatchedFor{30};
    // About 90 bytes each way: 8 MB a day, and who opens a tile waits no longer than this.
    static constexpr std::chrono::seconds kTellEvery{2};
    static constexpr std::chrono::seconds kTellWatched{10}; // a word or two may be lost

  private:
    CameraDuty duty_{CameraDuty::works};
    bool rests_{false};
    Ticks awake_until_{};
    std::optional<Ticks> told_at_;
};

} // namespace ems::vehicle
