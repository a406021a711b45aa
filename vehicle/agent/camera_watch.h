// Whether one camera of the vehicle is lost, by what it says of itself (Camera::health). A camera
// that nobody watches says nothing: what was known of it stays. Pure.
#pragma once

#include <optional>
#include <string_view>

#include "telemetry/base/clock.h"

namespace ems::vehicle {

class CameraWatch {
  public:
    // Once a second: whether it is lost now. One that comes and goes within kCameraLostAfter and
    // kCameraBackAfter (limits.h) stays what it was.
    bool judge(std::string_view health, Ticks now);

  private:
    bool lost_{false};
    std::optional<Ticks> other_since_; // since when it says the opposite
};

} // namespace ems::vehicle
