#include "vehicle/agent/camera_watch.h"

#include "vehicle/agent/limits.h"

namespace ems::vehicle {

bool CameraWatch::judge(std::string_view health, Ticks now) {
    const bool sees = health == "ok";
    if (health == "off" || sees == !lost_) {
        other_since_.reset();
        return lost_;
    }
    if (!other_since_) {
        other_since_ = now;
    }
    if (now - *other_since_ >= (sees ? kCameraBackAfter : kCameraLostAfter)) {
        lost_ = !sees;
        other_since_.reset();
    }
    return lost_;
}

} // namespace ems::vehicle
