#include "vehicle/agent/camera_rest.h"

#include <utility>

namespace ems::vehicle {
namespace {

// Returning it drives home without a patient and takes the next order. Out of service for what
// befell the ambulance, its patient goes on in another.
bool is_free(wire::UnitState state) {
    return state == wire::UNIT_AVAILABLE || state == wire::UNIT_RETURNING ||
           state == wire::UNIT_OUT_OF_SERVICE;
}

} // namespace

void CaseDuty::resume(std::chrono::microseconds ended_ago, Ticks now) {
    if (ended_ago >= std::chrono::microseconds{0} && ended_ago < after_) {
        ended_at_ = now - ended_ago;
    }
}

CameraDuty CaseDuty::judge(wire::UnitState state, Ticks now) {
    const bool was_on_case = std::exchange(on_case_, !is_free(state));
    if (was_on_case && !on_case_) {
        ended_at_ = now;
        ended_ = true;
    }
    const bool behind_case = ended_at_ && now - *ended_at_ < after_;
    return when_ == CameraWhen::always || on_case_ || behind_case ? CameraDuty::works
                                                                  : CameraDuty::rests;
}

bool CaseDuty::take_end() {
    return std::exchange(ended_, false);
}

void CameraRest::follow(CameraDuty duty, Ticks now) {
    duty_ = duty;
    if (duty == CameraDuty::works) {
        // When the duty ends the picture goes on until the first word had its answer.
        awake_until_ = now + kTellEvery;
    }
    rests_ = duty == CameraDuty::rests && now >= awake_until_;
}

bool CameraRest::take_word(Ticks now) {
    const std::chrono::seconds every = rests_ ? kTellEvery : kTellWatched;
    if (duty_ == CameraDuty::works || (told_at_ && now - *told_at_ < every)) {
        return false;
    }
    told_at_ = now;
    return true;
}

} // namespace ems::vehicle
