#include "console/model/desk_state.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "console/model/ageing.h"
#include "console/model/limits.h"

namespace ems::console {
namespace {

constexpr std::int64_t kSecondUs = 1'000'000;
constexpr std::int64_t kLeaderGraceUs = 3 * kSecondUs; // a takeover is over by then

template <class Map> auto find_or_null(const Map& map, std::int64_t id) {
    const auto it = map.find(id);
    return it == map.end() ? nullptr : &it->second;
}

// Sensors hang on their hooks until there is a patient: off then is no alarm, or every standing ambulance would raise two.
bool needs_patient(const std::string& code) { return code == "ecg_lead_off" || code == "spo2_sensor_off"; }

bool has_patient(ems::wire::UnitState state) {
    return state == ems::wire::UNIT_AT_PATIENT || state == ems::wire::UNIT_TRANSPORTING ||
           state == ems::wire::UNIT_AT_HOSPITAL;
}

std::string alarm_key(const api::LiveAlarm& live) {
    return fmt::format("u{}:{}", live.unit_id(), live.alarm().code());
}

bool is_live_state(const std::string& state) {
    return state == "ordered" || state == "delivered" || state == "accepted";
}

// Newer versions replace; an older one that comes late (a retry across a reconnect) does not.
template <class Map, class Message> void put(Map& map, const Message& message) {
    auto [it, added] = map.try_emplace(message.id(), message);
    if (!added && message.version() >= it->second.version()) {
        it->second = message;
    }
}

} // namespace

void DeskState::apply_link(const LinkChange& change, std::int64_t local_us) {
    const bool was_live = is_live();
    link_ = change;
    if (is_live()) {
        lost_since_us_ = 0;
        last_frame_us_ = local_us;
        alarms_.clear("server_lost");
    } else if (was_live) {
        lost_since_us_ = local_us;
    }
    if (!is_live()) {
        leaderless_since_us_ = 0;
    }
}

void DeskState::apply_leader(Leader leader, std::int64_t local_us) {
    if (leader == Leader::present || !is_live()) {
        leaderless_since_us_ = 0;
    } else if (leaderless_since_us_ == 0) {
        leaderless_since_us_ = local_us;
    }
}

bool DeskState::takes_orders(std::int64_t local_us) const {
    return is_live() && (leaderless_since_us_ == 0 || local_us - leaderless_since_us_ < kLeaderGraceUs);
}

void DeskState::apply_login(const api::LogInOk& ok) {
    login_ = ok;
    login_.clear_token(); // the token stays with the link
}

void DeskState::note_server_time(std::int64_t server_us, std::int64_t local_us) {
    last_frame_us_ = local_us;
    if (server_us == 0) {
        return;
    }
    // the largest difference seen is the one with the least delay on the way
    const std::int64_t offset = server_us - local_us;
    if (!has_offset_ || offset > offset_us_) {
        offset_us_ = offset;
        has_offset_ = true;
    }
}

std::int64_t DeskState::shown_us(std::int64_t local_us) const {
    return server_us(is_live() || lost_since_us_ == 0 ? local_us : lost_since_us_);
}

std::int64_t DeskState::arrival_us(std::int64_t from_us, double road_s) const {
    return from_us + std::llround(road_s / time_scale() * 1e6);
}

void DeskState::apply_snapshot(const api::Snapshot& snapshot, std::int64_t local_us) {
    has_offset_ = false;
    note_server_time(snapshot.server_us(), local_us);
    ++stats_.snapshots;
    seq_ = snapshot.seq();
    has_snapshot_ = true;
    units_.clear();
    incidents_.clear();
    assignments_.clear();
    stations_.clear();
    hospitals_.clear();
    for (const auto& u : snapshot.units()) {
        if (units_.size() < kUnitsMax) {
            units_[u.id()] = u;
        }
    }
    for (const auto& i : snapshot.incidents()) {
        incidents_[i.id()] = i;
    }
    for (const auto& a : snapshot.assignments()) {
        assignments_[a.id()] = a;
    }
    for (const auto& s : snapshot.stations()) {
        stations_[s.id()] = s;
    }
    for (const auto& h : snapshot.hospitals()) {
        hospitals_[h.id()] = h;
    }
    for (const auto& p : snapshot.positions()) {
        apply_position(p);
    }
    clear_ended_alarms(snapshot);
    for (const auto& alarm : snapshot.alarms()) {
        apply_alarm(alarm);
    }
    drop_old_incidents();
    if (incident(selected_incident_) == nullptr) {
        selected_incident_ = 0;
    }
}

bool DeskState::apply_delta(const api::Delta& delta, std::int64_t local_us) {
    note_server_time(delta.server_us(), local_us);
    if (!has_snapshot_ || delta.seq() <= seq_) {
        return has_snapshot_; // already in the snapshot
    }
    ++stats_.deltas;
    if (delta.seq() != seq_ + 1) {
        ++stats_.delta_gaps;
        return false;
    }
    seq_ = delta.seq();
    for (const auto& u : delta.units()) {
        if (units_.size() < kUnitsMax || units_.contains(u.id())) {
            put(units_, u);
        }
    }
    for (const auto& i : delta.incidents()) {
        put(incidents_, i);
    }
    for (const auto& a : delta.assignments()) {
        put(assignments_, a);
    }
    drop_old_incidents();
    return true;
}

void DeskState::drop_old_incidents() {
    for (auto it = incidents_.begin(); incidents_.size() > kIncidentsMax && it != incidents_.end();) {
        const bool open = it->second.state() == "open" || it->second.state() == "assigned";
        it = open ? std::next(it) : incidents_.erase(it);
    }
    while (assignments_.size() > 2 * kIncidentsMax) {
        assignments_.erase(assignments_.begin());
    }
}

void DeskState::apply_position(const api::UnitPosition& position) {
    auto [it, added] = positions_.try_emplace(position.unit_id(), position);
    if (!added && position.received_us() >= it->second.received_us()) {
        it->second = position;
    }
    if (positions_.size() > kUnitsMax) {
        positions_.erase(it);
        ++stats_.rejected;
    }
}

void DeskState::apply_live(const api::Live& live, std::int64_t local_us) {
    note_server_time(live.server_us(), local_us);
    const std::int64_t now = server_us(local_us);
    for (const auto& p : live.positions()) {
        apply_position(p);
        ++stats_.positions;
        stats_.received_to_model.add(now - p.received_us());
        stats_.device_to_model.add(now - p.device_us());
    }
    for (const auto& v : live.vitals()) {
        apply_vitals(v);
    }
    for (const auto& w : live.waves()) {
        ++stats_.waves;
        stats_.wave_samples += w.batch().count();
    }
    for (const auto& a : live.alarms()) {
        apply_alarm(a);
    }
}

void DeskState::apply_vitals(const api::LiveVitals& v) {
    ++stats_.vitals;
    auto& track = vitals_[v.unit_id()];
    ++track.received;
    if (v.device_us() < track.newest.device_us()) {
        return; // late: the trend query brings it, it is never shown as now
    }
    track.newest = v;
    const auto& m = v.vitals();
    const auto valid = [&](unsigned bit) { return (m.invalid_mask() & (1U << bit)) == 0; };
    TrendPoint point{v.device_us(), 0, 0, 0};
    point.hr = m.has_hr_bpm() && valid(0) ? m.hr_bpm() : 0;
    point.spo2 = m.has_spo2_pct() && valid(2) ? m.spo2_pct() : 0;
    point.rr = m.has_rr_bpm() && valid(3) ? m.rr_bpm() : 0;
    track.trend.push_back(point);
    if (track.trend.size() > VitalsTrack::kTrendMax) {
        track.trend.pop_front();
    }
}

// What ended while the link was away is in no message, only missing from the snapshot.
void DeskState::clear_ended_alarms(const api::Snapshot& snapshot) {
    std::set<std::string> standing;
    for (const auto& alarm : snapshot.alarms()) {
        standing.insert(alarm_key(alarm));
    }
    for (const auto& [key, live] : vehicle_alarms_) {
        if (!standing.contains(key)) {
            alarms_.clear(key);
        }
    }
    vehicle_alarms_.clear();
}

void DeskState::apply_alarm(const api::LiveAlarm& live) {
    ++stats_.alarms;
    const auto& alarm = live.alarm();
    const std::string key = alarm_key(live);
    limit_alarms_.erase(key); // the vehicle speaks for it now
    if (!alarm.active()) {
        vehicle_alarms_.erase(key);
        alarms_.clear(key);
        return;
    }
    if (vehicle_alarms_.size() < kVehicleAlarmsMax) {
        vehicle_alarms_[key] = live;
    }
    show_alarm(key, live);
}

void DeskState::show_alarm(const std::string& key, const api::LiveAlarm& live) {
    const auto& alarm = live.alarm();
    const api::Unit* u = unit(live.unit_id());
    if (needs_patient(alarm.code()) && (u == nullptr || !has_patient(u->state()))) {
        alarms_.withdraw(key);
        return;
    }
    const api::Incident* i = u == nullptr ? nullptr : incident(u->incident_id());
    AlarmEntry entry;
    entry.key = key;
    entry.grade = alarm.priority() == ems::wire::Alarm::HIGH     ? Grade::high
                  : alarm.priority() == ems::wire::Alarm::MEDIUM ? Grade::medium
                                                                 : Grade::low;
    entry.subject = i != nullptr ? i->number() : (u != nullptr ? u->name() : std::string{});
    entry.code = alarm.code();
    entry.value = alarm.value();
    entry.since_us = live.received_us();
    entry.device_us = live.device_us();
    entry.received_us = live.received_us();
    entry.technical = alarm.technical();
    alarms_.raise(std::move(entry));
}

void DeskState::apply_recommendation(const api::Recommendation& recommendation) {
    // a unit chosen against the list stays chosen in the next one; the first of a list gives way to the next first
    const bool selected = recommendation.incident_id() == selected_incident_;
    const api::Candidate* chosen = selected && selected_rank_ != 1 ? selected_candidate() : nullptr;
    const std::int64_t chosen_unit = chosen == nullptr ? 0 : chosen->unit_id();
    recommendations_[recommendation.incident_id()] = recommendation;
    if (recommendations_.size() > kRecommendationsMax) {
        auto oldest = std::min_element(
            recommendations_.begin(), recommendations_.end(),
            [](const auto& a, const auto& b) { return a.second.computed_us() < b.second.computed_us(); });
        recommendations_.erase(oldest);
    }
    if (selected) {
        const auto& all = recommendation.candidates();
        const auto kept = std::find_if(all.begin(), all.end(), [&](const api::Candidate& c) {
            return c.unit_id() == chosen_unit && c.rank() != 0;
        });
        selected_rank_ = kept == all.end() ? 1 : kept->rank();
    }
}

void DeskState::watch_unit(const api::Unit& u, std::int64_t now_us) {
    const std::string key = fmt::format("u{}:lost", u.id());
    if (u.link() != "lost" && u.link() != "offline") {
        alarms_.clear(key);
        return;
    }
    const api::UnitPosition* p = position(u.id());
    AlarmEntry entry;
    entry.key = key;
    entry.grade = u.incident_id() != 0 ? Grade::medium : Grade::low;
    entry.subject = u.name();
    entry.code = "unit_lost";
    entry.since_us = p == nullptr ? now_us : p->received_us();
    entry.technical = true;
    alarms_.raise(std::move(entry));
}

// A value too old to be shown as now neither raises nor holds an alarm.
void DeskState::watch_limits(std::int64_t now_us) {
    std::set<std::string> broken;
    for (const auto& [unit_id, track] : vitals_) {
        const api::Unit* u = unit(unit_id);
        const api::Incident* i = u == nullptr ? nullptr : incident(u->incident_id());
        const std::int64_t age_ms = (now_us - track.newest.device_us()) / 1'000;
        if (i == nullptr || freshness(age_ms, kNumericAge) == Freshness::lost) {
            continue;
        }
        for (LimitBreach& breach : limit_breaches(track.newest.vitals())) {
            AlarmEntry entry;
            entry.key = fmt::format("u{}:{}", unit_id, breach.code);
            const auto known = std::find_if(alarms_.entries().begin(), alarms_.entries().end(), [&](const AlarmEntry& e) {
                return e.key == entry.key && e.state != AlarmState::returned;
            });
            if (known != alarms_.entries().end() && !limit_alarms_.contains(entry.key)) {
                continue; // the vehicle's own
            }
            broken.insert(entry.key);
            entry.grade = Grade::medium;
            entry.subject = i->number();
            entry.code = std::move(breach.code);
            entry.value = std::move(breach.value);
            entry.since_us = now_us;
            entry.device_us = track.newest.device_us();
            entry.received_us = track.newest.received_us();
            alarms_.raise(std::move(entry));
        }
    }
    for (const std::string& key : limit_alarms_) {
        if (!broken.contains(key)) {
            alarms_.clear(key);
        }
    }
    limit_alarms_ = std::move(broken);
}

void DeskState::watch_targets(std::int64_t local_us) {
    const std::int64_t now = server_us(local_us);
    if (!is_live()) {
        if (lost_since_us_ != 0) { // one alarm stands for all that follow from it
            AlarmEntry entry;
            entry.key = "server_lost";
            entry.grade = Grade::high;
            entry.code = "server_lost";
            entry.since_us = server_us(lost_since_us_);
            entry.technical = true;
            alarms_.raise(std::move(entry));
        }
        return;
    }
    if (takes_orders(local_us)) {
        alarms_.clear("no_leader");
    } else {
        AlarmEntry entry;
        entry.key = "no_leader";
        entry.grade = Grade::high;
        entry.code = "no_leader";
        entry.since_us = server_us(leaderless_since_us_);
        entry.technical = true;
        alarms_.raise(std::move(entry));
    }
    for (const auto& [id, u] : units_) {
        watch_unit(u, now);
    }
    for (const auto& [key, live] : vehicle_alarms_) {
        if (needs_patient(live.alarm().code())) {
            show_alarm(key, live);
        }
    }
    watch_limits(now);
    for (const auto& [id, i] : incidents_) {
        const std::string key = fmt::format("i{}:dispatch_overdue", id);
        const QueueTimer timer = queue_timer(i);
        if (i.state() != "open" || timer.waits_for != Stage::unit_assigned ||
            now - timer.since_us <= timer.target_us) {
            alarms_.clear(key);
            continue;
        }
        AlarmEntry entry;
        entry.key = key;
        entry.grade = Grade::medium;
        entry.subject = i.number();
        entry.code = "dispatch_overdue";
        entry.since_us = timer.since_us;
        alarms_.raise(std::move(entry));
    }
    stats_.shown_age_now_ms = 0;
    for (const auto& [id, p] : positions_) {
        const std::int64_t age = position_age_ms(id, local_us).value_or(0);
        if (units_.contains(id) && freshness(age, kPositionAge) != Freshness::lost) {
            stats_.shown_age_now_ms = std::max(stats_.shown_age_now_ms, age);
        }
    }
    stats_.shown_age_max_ms = std::max(stats_.shown_age_max_ms, stats_.shown_age_now_ms);
}

bool DeskState::acknowledge_alarm(std::span<const std::string> shown, std::int64_t local_us) {
    return alarms_.acknowledge_first(shown, login_.display_name(), server_us(local_us));
}

const api::Unit* DeskState::unit(std::int64_t id) const {
    return find_or_null(units_, id);
}
const api::UnitPosition* DeskState::position(std::int64_t unit_id) const {
    return find_or_null(positions_, unit_id);
}
const api::Incident* DeskState::incident(std::int64_t id) const {
    return find_or_null(incidents_, id);
}
const api::Recommendation* DeskState::recommendation(std::int64_t incident_id) const {
    return find_or_null(recommendations_, incident_id);
}
const VitalsTrack* DeskState::vitals(std::int64_t unit_id) const {
    return find_or_null(vitals_, unit_id);
}

const api::Assignment* DeskState::assignment_of(std::int64_t incident_id) const {
    const api::Assignment* best = nullptr;
    for (const auto& [id, a] : assignments_) {
        if (a.incident_id() != incident_id) {
            continue;
        }
        const bool better = best == nullptr || is_live_state(a.state()) || !is_live_state(best->state());
        best = better ? &a : best;
    }
    return best;
}

const api::Unit* DeskState::unit_of(std::int64_t incident_id) const {
    const api::Assignment* a = assignment_of(incident_id);
    if (a != nullptr && (is_live_state(a->state()) || a->state() == "done")) {
        return unit(a->unit_id());
    }
    for (const auto& [id, u] : units_) {
        if (incident_id != 0 && u.incident_id() == incident_id) {
            return &u;
        }
    }
    return nullptr;
}

std::optional<std::int64_t> DeskState::position_age_ms(std::int64_t unit_id, std::int64_t local_us) const {
    const api::UnitPosition* p = position(unit_id);
    if (p == nullptr) {
        return std::nullopt;
    }
    const std::int64_t here_ms = (server_us(local_us) - p->received_us()) / 1'000;
    return std::max<std::int64_t>(0, here_ms) + p->age_at_receipt_ms();
}

void DeskState::select_incident(std::int64_t id) {
    if (id != selected_incident_) {
        selected_incident_ = id;
        selected_rank_ = 1;
    }
}

const api::Candidate* DeskState::selected_candidate() const {
    const api::Recommendation* r = recommendation(selected_incident_);
    if (r == nullptr) {
        return nullptr;
    }
    for (const auto& c : r->candidates()) {
        if (c.rank() == selected_rank_ && c.rank() != 0) {
            return &c;
        }
    }
    return nullptr;
}

} // namespace ems::console
