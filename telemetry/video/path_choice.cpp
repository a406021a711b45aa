#include "telemetry/video/path_choice.h"

namespace ems::video {

void PathChoice::heard(Way way, Ticks now) {
    heard_at_ = now;
    if (way_ == Way::stream && way == Way::udp && probe_open_) {
        probe_open_ = false;
        if (++answers_ >= 2) {
            answers_ = 0;
            way_ = Way::udp;
            udp_at_ = now;
        }
    }
}

void PathChoice::stream_is_up(Ticks now) {
    if (up_) {
        return;
    }
    up_ = true;
    if (!wants_stream_) {
        return;
    }
    // The way back that was taken did not hold.
    const bool held = !udp_at_ || now - *udp_at_ > kHeld;
    probe_interval_ = held ? Ticks::duration{kProbeInterval}
                           : std::min<Ticks::duration>(2 * probe_interval_, kProbeMost);
    way_ = Way::stream;
    heard_at_ = now;
    probed_at_ = now;
    answers_ = 0;
    probe_open_ = false;
}

void PathChoice::stream_is_down() {
    up_ = false;
    way_ = Way::udp;
}

void PathChoice::tick(Ticks now) {
    if (!heard_at_) {
        return;
    }
    const bool silent = now - *heard_at_ > kSilence;
    if (way_ == Way::udp && silent) {
        wants_stream_ = true;
        if (up_) { // still open from before
            up_ = false;
            stream_is_up(now);
        }
    } else if (way_ == Way::udp && !up_) {
        wants_stream_ = false; // heard before it came up
    } else if (way_ == Way::udp && udp_at_ && now - *udp_at_ > kKeepStream) {
        wants_stream_ = false;
    }
}

bool PathChoice::take_udp_probe(Ticks now) {
    if (way_ != Way::stream || now - probed_at_ < probe_interval_) {
        return false;
    }
    if (probe_open_) {
        answers_ = 0;
    }
    probed_at_ = now;
    probe_open_ = true;
    return true;
}

} // namespace ems::video
