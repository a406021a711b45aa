#include "vehicle/agent/crew_fence.h"

#include <chrono>
#include <cmath>

#include "map/geo/point.h"

namespace ems::vehicle {
namespace {

// A place that was never told is 0, 0: in the sea.
template <class Place>
std::optional<std::uint32_t> distance(const wire::Position& here, const Place& to) {
    if (to.lat_e7() == 0 && to.lon_e7() == 0) {
        return std::nullopt;
    }
    return static_cast<std::uint32_t>(std::lround(map::distance_m(
        map::from_e7({here.lat_e7(), here.lon_e7()}), map::from_e7({to.lat_e7(), to.lon_e7()}))));
}

signal::FenceFix fix_of(const CrewDesk& desk, const wire::Position& here, const Moment& now) {
    const Status& status = desk.status();
    const bool posted = status.has_posting() && !status.posting().arrived();
    const auto& hospital =
        status.has_destination() ? status.destination() : status.order().destination();
    signal::FenceFix out;
    // By monotonic time: a device clock that is set while a rule is held must not end it.
    out.at_us =
        std::chrono::duration_cast<std::chrono::microseconds>(now.ticks.time_since_epoch()).count();
    out.speed_cm_s = here.speed_cm_s();
    out.scene_m = status.has_order() ? distance(here, status.order()) : std::nullopt;
    out.hospital_m = distance(here, hospital);
    out.station_m = distance(here, desk.station());
    out.post_m = posted ? distance(here, status.posting().posting().place()) : std::nullopt;
    return out;
}

} // namespace

bool CrewFence::fix(const wire::Position& position, const Moment& now) {
    const signal::FenceFix fix = fix_of(desk_, position, now);
    bool changed = desk_.withdraw_proposals(
        [&fix](wire::UnitState state) { return signal::has_gone_on(state, fix); });
    const auto told = watch_.see(desk_.status().state(), fix, time_scale_);
    if (!told) {
        return changed;
    }
    const DeviceTime since = now.device + std::chrono::microseconds{told->since_us - fix.at_us};
    const auto proposed = desk_.propose(told->state, since, position, now);
    if (!proposed) {
        watch_.tell_again(told->state); // the spool's group is full: with the next fix
        return changed;
    }
    return *proposed || changed;
}

} // namespace ems::vehicle
