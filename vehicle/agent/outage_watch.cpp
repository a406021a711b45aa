#include "vehicle/agent/outage_watch.h"

namespace ems::vehicle {

void OutageWatch::session(Ticks now) {
    session_ = Session::runs;
    heard(now);
}

void OutageWatch::stopped() {
    session_ = Session::stopped;
    away_ = keeps_ = false;
    returned_at_.reset();
}

void OutageWatch::rest() {
    resting_ = true;
    away_ = keeps_ = false;
    returned_at_.reset();
}

void OutageWatch::wake(Ticks now) {
    resting_ = false;
    if (session_ == Session::runs) {
        heard(now);
    }
}

void OutageWatch::heard(Ticks now) {
    heard_at_ = now;
    if (away_) {
        away_ = false;
        returned_at_ = now;
    }
}

void OutageWatch::tick(Ticks now) {
    if (session_ == Session::stopped || resting_) {
        return;
    }
    const Ticks::duration limit =
        session_ == Session::none ? Ticks::duration{kNoSessionAfter} : Ticks::duration{kAwayAfter};
    if (!away_ && now - heard_at_ > limit) {
        away_ = true;
        key_frame_at_ = now;
    }
    if (returned_at_ && now - *returned_at_ >= kKeepOn) {
        returned_at_.reset();
    }
    keeps_ = away_ || returned_at_;
}

bool OutageWatch::take_probe(Ticks now) {
    if (!away_ || session_ != Session::runs || now - probed_at_ < kProbeInterval) {
        return false;
    }
    probed_at_ = now;
    return true;
}

bool OutageWatch::take_key_frame(Ticks now) {
    if (!away_ || now - key_frame_at_ < kKeyFrameInterval) {
        return false;
    }
    key_frame_at_ = now;
    return true;
}

} // namespace ems::vehicle
