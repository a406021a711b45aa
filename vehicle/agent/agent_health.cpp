#include "vehicle/agent/agent_body.h"

#include <algorithm>

namespace ems::vehicle {

void Agent::Body::note_durability() {
    if (spool_.durability() == durability_) {
        return;
    }
    durability_ = spool_.durability();
    tell_own("spool_failed", durability_ == Durability::in_memory);
}

void Agent::Body::tell_own(const char* code, bool active) {
    wire::Alarm alarm;
    alarm.set_code(code);
    alarm.set_technical(true);
    alarm.set_active(active);
    devices_.note_alarm(alarm);
    push_status();
}

// What the crew should know of the vehicle's own computer: a centre that has heard nothing for a
// while, and times that mean nothing.
void Agent::Body::note_own_state(const Moment& now) {
    if (link_up_) {
        link_seen_ = now.ticks;
    }
    const bool lost = now.ticks - link_seen_ >= kCentreLostAfter;
    if (lost != centre_lost_) {
        centre_lost_ = lost;
        tell_own(kCentreLost, lost);
    }
    const bool unset = now.clk == wire::CLOCK_NEVER_SET;
    if (unset != clock_unset_) {
        clock_unset_ = unset;
        tell_own("clock_unset", unset);
    }
}

// Records had to go for lack of room: the chart has a hole, and the link has been away too long.
void Agent::Body::note_overflow(const std::vector<Record>& committed) {
    const Ticks now = clock_.now().ticks;
    if (std::any_of(committed.begin(), committed.end(), is_overflow)) {
        const bool told = overflow_at_.has_value();
        overflow_at_ = now;
        if (!told) {
            tell_own("spool_full", true);
        }
    } else if (overflow_at_ && now - *overflow_at_ >= kSpoolFullFor) {
        overflow_at_.reset();
        tell_own("spool_full", false);
    }
}

void Agent::Body::note_battery(Ticks now) {
    if (battery_read_ && now - *battery_read_ < kBatteryEvery) {
        return;
    }
    battery_read_ = now;
    const bool low = battery_.judge(read_battery(config_.power_supplies));
    if (low != battery_low_) {
        battery_low_ = low;
        tell_own("computer_battery_low", low);
    }
}

// One alarm for all cameras, which names those that are lost. Its grade is said here, since the
// engine's table does not know it. The engine tells its beginning and its end; that another one is
// lost meanwhile, or one of them is back, renews it.
void Agent::Body::note_cameras(Ticks now) {
    std::string lost;
    for (std::size_t i = 0; i < cameras_.size(); ++i) {
        if (camera_watches_.at(i).judge(cameras_[i]->health(), now)) {
            lost.append(lost.empty() ? "" : ", ").append(cameras_[i]->name());
        }
    }
    if (lost == cameras_lost_) {
        return;
    }
    cameras_lost_ = lost;
    wire::Alarm alarm;
    alarm.set_code("camera_lost");
    alarm.set_priority(wire::Alarm::LOW);
    alarm.set_technical(true);
    alarm.set_active(!lost.empty());
    alarm.set_value(lost);
    const ToldAlarms told = devices_.alarms().told_others();
    const bool renews =
        alarm.active() &&
        std::any_of(told.alarms().begin(), told.alarms().end(),
                    [&](const wire::Alarm& one) { return one.code() == alarm.code(); });
    devices_.note_alarm(alarm);
    if (renews) {
        append_alarm(alarm);
        commit();
    }
    push_status();
}

// A slow disk is told until it was quick for a minute; a file that went back in time for this run.
void Agent::Body::note_troubles() {
    const Spool::Troubles now = spool_.troubles();
    const Ticks ticks = clock_.now().ticks;
    if (now.slow_commits > troubles_.slow_commits) {
        if (!slow_at_) {
            tell_own("spool_slow", true);
        }
        slow_at_ = ticks;
    } else if (slow_at_ && ticks - *slow_at_ >= kSpoolSlowFor) {
        slow_at_.reset();
        tell_own("spool_slow", false);
    }
    if (now.went_back > 0 && troubles_.went_back == 0) {
        tell_own("spool_went_back", true);
    }
    troubles_ = now;
}

} // namespace ems::vehicle
