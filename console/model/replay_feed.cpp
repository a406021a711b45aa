#include "console/model/replay_feed.h"

#include "telemetry/wire/accuracy.h"

#include <algorithm>
#include <iterator>

namespace ems::console {
namespace {

constexpr std::int64_t kTrailUs = 15LL * 60 * 1'000'000;
constexpr std::int64_t kTrendUs = 30LL * 60 * 1'000'000;

// Rows of (after, upto].
template <class Row> std::pair<typename std::vector<Row>::const_iterator, typename std::vector<Row>::const_iterator>
between(const std::vector<Row>& rows, std::int64_t after_us, std::int64_t upto_us) {
    const auto later = [](std::int64_t us, const Row& row) { return us < row.t_us(); };
    return {std::upper_bound(rows.begin(), rows.end(), after_us, later),
            std::upper_bound(rows.begin(), rows.end(), upto_us, later)};
}

void fill(const api::ReplayPosition& in, std::int64_t unit_id, api::UnitPosition& out) {
    out.set_unit_id(unit_id);
    out.mutable_place()->set_lat_e7(in.position().lat_e7());
    out.mutable_place()->set_lon_e7(in.position().lon_e7());
    out.set_speed_cm_s(in.position().speed_cm_s());
    out.set_course_cdeg(in.position().course_cdeg());
    out.set_accuracy_m(wire::horizontal_accuracy_m(in.position().hdop_centi()));
    out.set_device_us(in.t_us());
    out.set_received_us(in.t_us());
}

void fill(const api::ReplayEvent& in, std::int64_t unit_id, api::LiveAlarm& out) {
    out.set_unit_id(unit_id);
    out.set_device_us(in.t_us());
    out.set_received_us(in.t_us());
    out.set_event_id(in.event().event_id());
    *out.mutable_alarm() = in.event().alarm();
}

} // namespace

ReplayFeed::ReplayFeed(const ReplayCase& past, ReplayScenery scenery) : past_(past), scenery_(std::move(scenery)) {}

void ReplayFeed::push(api::ServerFrame frame) {
    events_.emplace_back(std::move(frame));
}

std::vector<api::Unit> ReplayFeed::units_at(std::int64_t us) const {
    std::vector<api::Unit> out;
    for (api::Unit unit : scenery_.units) {
        const auto then = past_.unit_at(unit.id(), us);
        unit.set_state(then ? then->state : ems::wire::UNIT_AVAILABLE);
        unit.set_state_since_us(then ? then->since_us : 0);
        const bool on_task = then && then->state >= ems::wire::UNIT_ASSIGNED && then->state <= ems::wire::UNIT_HANDOVER;
        unit.set_incident_id(on_task ? past_.incident().id() : 0);
        unit.set_assignment_id(on_task ? then->assignment_id : 0);
        unit.set_link("up");
        unit.set_dispatchable(false);
        unit.set_version(static_cast<std::uint64_t>(us));
        out.push_back(std::move(unit));
    }
    for (api::Unit unit : scenery_.others) { // what they did then is not told
        unit.set_state(ems::wire::UNIT_UNSPECIFIED);
        unit.set_link("up");
        unit.set_version(static_cast<std::uint64_t>(us));
        out.push_back(std::move(unit));
    }
    return out;
}

void ReplayFeed::restart(std::int64_t us) {
    events_.clear();
    events_.emplace_back(LinkChange{LinkChange::State::up, {}, 0, 0});
    api::ServerFrame login;
    *login.mutable_log_in_ok() = scenery_.login;
    push(std::move(login));
    api::ServerFrame state;
    api::Snapshot& s = *state.mutable_snapshot();
    s.set_seq(++seq_);
    s.set_server_us(us);
    for (api::Unit& unit : units_at(us)) {
        *s.add_units() = std::move(unit);
    }
    *s.add_incidents() = past_.incident_at(us);
    *s.mutable_stations() = {scenery_.stations.begin(), scenery_.stations.end()};
    *s.mutable_hospitals() = {scenery_.hospitals.begin(), scenery_.hospitals.end()};
    push(std::move(state));
    waves_upto_us_.clear();
    positions_upto_us_.clear();
    at_us_ = us - kTrendUs;
    add_records(at_us_, us);
    add_standing_alarms(us);
    for (const api::Unit& unit : scenery_.units) {
        const std::int64_t back_us = us - kWavesBackUs;
        const bool here = back_us >= past_.from_us() && past_.stretch(unit.id(), back_us) != nullptr;
        waves_upto_us_[unit.id()] = here ? back_us : past_.stretch_start(us) - 1;
    }
    at_us_ = us;
    add_waves(us + kWavesAheadUs);
    if (wake_) {
        wake_();
    }
}

// A condition that began before what is told now, and had not ended.
void ReplayFeed::add_standing_alarms(std::int64_t us) {
    api::ServerFrame frame;
    api::Live& live = *frame.mutable_live();
    live.set_server_us(us);
    for (const api::Unit& unit : scenery_.units) {
        std::map<std::string, const api::ReplayEvent*> standing;
        for (const api::ReplayEvent& e : past_.events(unit.id())) {
            if (e.t_us() > us) {
                break;
            }
            if (e.event().has_alarm()) {
                standing[e.event().alarm().code()] = e.event().alarm().active() ? &e : nullptr;
            }
        }
        for (const auto& [code, event] : standing) {
            if (event != nullptr && event->t_us() <= us - kTrendUs) {
                fill(*event, unit.id(), *live.add_alarms());
            }
        }
    }
    if (live.alarms_size() != 0) {
        push(std::move(frame));
    }
}

void ReplayFeed::add_records(std::int64_t after_us, std::int64_t upto_us) {
    api::ServerFrame frame;
    api::Live& live = *frame.mutable_live();
    live.set_server_us(upto_us);
    for (const api::Unit& unit : scenery_.units) {
        const std::int64_t id = unit.id();
        add_positions(id, upto_us, live);
        const auto vitals = between(past_.vitals(id), after_us, upto_us);
        for (auto it = vitals.first; it != vitals.second; ++it) {
            api::LiveVitals& v = *live.add_vitals();
            v.set_unit_id(id);
            v.set_device_us(it->t_us());
            v.set_received_us(it->t_us());
            *v.mutable_vitals() = it->vitals();
        }
        const auto events = between(past_.events(id), after_us, upto_us);
        for (auto it = events.first; it != events.second; ++it) {
            if (it->event().has_alarm()) {
                fill(*it, id, *live.add_alarms());
            }
        }
    }
    for (const api::Unit& unit : scenery_.others) {
        add_positions(unit.id(), upto_us, live);
    }
    if (live.positions_size() + live.vitals_size() + live.alarms_size() != 0) {
        push(std::move(frame));
    }
}

void ReplayFeed::add_positions(std::int64_t unit_id, std::int64_t upto_us, api::Live& live) {
    std::int64_t& told_us = positions_upto_us_[unit_id];
    const auto positions = between(past_.positions(unit_id), std::max(told_us, upto_us - kTrailUs), upto_us);
    for (auto it = positions.first; it != positions.second; ++it) {
        if (!it->implausible()) {
            fill(*it, unit_id, *live.add_positions());
        }
        told_us = it->t_us();
    }
}

// Those that are here: a stretch that still comes is told when it has come.
void ReplayFeed::add_waves(std::int64_t upto_us) {
    api::ServerFrame frame;
    api::Live& live = *frame.mutable_live();
    live.set_server_us(at_us_);
    for (const api::Unit& unit : scenery_.units) {
        std::int64_t& told_us = waves_upto_us_[unit.id()];
        while (told_us < upto_us) {
            const WaveStretch* stretch = past_.stretch(unit.id(), std::max(told_us + 1, past_.from_us()));
            if (stretch == nullptr || !stretch->complete) {
                break;
            }
            const std::int64_t end_us = std::min(upto_us, stretch->to_us - 1); // the next stretch begins with to_us itself
            const auto waves = between(stretch->waves, told_us, end_us);
            for (auto it = waves.first; it != waves.second; ++it) {
                api::LiveWave& w = *live.add_waves();
                w.set_unit_id(unit.id());
                w.set_device_us(it->t_us());
                w.set_received_us(it->t_us());
                *w.mutable_batch() = it->batch();
            }
            if (end_us <= told_us) {
                break;
            }
            told_us = end_us;
        }
    }
    if (live.waves_size() != 0) {
        push(std::move(frame));
    }
}

void ReplayFeed::advance(std::int64_t us) {
    if (us < at_us_) {
        return;
    }
    const auto has_come = [&](const auto& one) { return one.at_us() > at_us_ && one.at_us() <= us; };
    const bool changed = std::any_of(past_.incident().stamps().begin(), past_.incident().stamps().end(), has_come) ||
                         std::any_of(past_.notes().begin(), past_.notes().end(), has_come);
    if (changed) {
        api::ServerFrame frame;
        api::Delta& d = *frame.mutable_delta();
        d.set_seq(++seq_);
        d.set_server_us(us);
        for (api::Unit& unit : units_at(us)) {
            *d.add_units() = std::move(unit);
        }
        *d.add_incidents() = past_.incident_at(us);
        push(std::move(frame));
    }
    add_records(at_us_, us);
    at_us_ = us;
    add_waves(us + kWavesAheadUs);
    if (!events_.empty() && wake_) {
        wake_();
    }
}

std::vector<FeedEvent> ReplayFeed::drain(std::size_t count_max) {
    const auto count = static_cast<std::ptrdiff_t>(std::min(count_max, events_.size()));
    std::vector<FeedEvent> out{std::make_move_iterator(events_.begin()), std::make_move_iterator(events_.begin() + count)};
    events_.erase(events_.begin(), events_.begin() + count);
    return out;
}

} // namespace ems::console
