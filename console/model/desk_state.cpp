#include "console/model/desk_state.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "telemetry/wire/ecg_mark.h"

namespace ems::console {
namespace {

constexpr std::int64_t kSecondUs = 1'000'000;
constexpr std::int64_t kLeaderGraceUs = 3 * kSecondUs; // a takeover is over by then

template <class Map> auto find_or_null(const Map& map, std::int64_t id) {
    const auto it = map.find(id);
    return it == map.end() ? nullptr : &it->second;
}

bool is_live_state(const std::string& state) {
    return state == "ordered" || state == "delivered" || state == "accepted";
}

void add_in_order(std::vector<std::int64_t>& ids, std::int64_t id) {
    const auto at = std::lower_bound(ids.begin(), ids.end(), id);
    if (at == ids.end() || *at != id) {
        ids.insert(at, id);
    }
}

void remove(std::map<std::int64_t, std::vector<std::int64_t>>& index, std::int64_t of, std::int64_t id) {
    if (const auto it = index.find(of); it != index.end()) {
        std::erase(it->second, id);
        if (it->second.empty()) {
            index.erase(it);
        }
    }
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
    if (login_.user() != ok.user()) {
        load_ = {}; // of another person at this seat
    }
    login_ = ok;
    login_.clear_token(); // the token stays with the link
}

void DeskState::note_server_time(std::int64_t server_us, std::int64_t local_us) {
    last_frame_us_ = local_us;
    if (server_us == 0) {
        return;
    }
    server_clock_.note(server_us, local_us);
}

std::int64_t DeskState::shown_us(std::int64_t local_us) const {
    return server_us(is_live() || lost_since_us_ == 0 ? local_us : lost_since_us_);
}

std::int64_t DeskState::arrival_us(std::int64_t from_us, double road_s) const {
    return from_us + std::llround(road_s / time_scale() * 1e6);
}

void DeskState::apply_snapshot(const api::Snapshot& snapshot, std::int64_t local_us) {
    end_direct();
    server_clock_.forget();
    note_server_time(snapshot.server_us(), local_us);
    ++stats_.snapshots;
    seq_ = snapshot.seq();
    has_snapshot_ = true;
    places_mark_.renew();
    renew_queue();
    const auto units_before = std::exchange(units_, {});
    incidents_.clear();
    timers_.clear();
    assignments_.clear();
    orders_of_.clear();
    units_on_.clear();
    incidents_kept_ = 0;
    stations_.clear();
    hospitals_.clear();
    for (const auto& u : snapshot.units()) {
        apply_unit(u);
        const api::Unit* before = find_or_null(units_before, u.id());
        if (before != nullptr && before->incident_id() != u.incident_id()) {
            vitals_.erase(u.id());
        }
    }
    for (const auto& i : snapshot.incidents()) {
        apply_incident(i);
    }
    for (const auto& a : snapshot.assignments()) {
        apply_assignment(a);
    }
    lost_postings_.clear();
    for (const auto& p : snapshot.postings()) {
        note_posting(p);
    }
    for (const auto& s : snapshot.stations()) {
        stations_[s.id()] = s;
    }
    for (const auto& h : snapshot.hospitals()) {
        hospitals_[h.id()] = h;
    }
    // stamped by a server whose clock was ahead: nothing this one sends would be newer
    std::erase_if(positions_, [&](const auto& p) { return p.second.received_us() > snapshot.server_us(); });
    for (const auto& p : snapshot.positions()) {
        apply_position(p);
    }
    findings_.clear();
    for (const auto& f : snapshot.findings()) {
        findings_[f.unit_id()] = f;
    }
    ecg_marks_.clear();
    for (const auto& mark : snapshot.ecg_marks()) {
        ecg_marks_[mark.unit_id()] = mark;
    }
    centre_.apply(snapshot);
    clear_ended_alarms(snapshot);
    off_of_task_.clear(); // what was switched on while the link was away is in no message
    for (const auto& mark : snapshot.alarm_marks()) {
        apply_mark(mark);
    }
    hold_switched_off();
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
        apply_unit(u);
    }
    for (const auto& i : delta.incidents()) {
        apply_incident(i);
    }
    for (const auto& a : delta.assignments()) {
        apply_assignment(a);
    }
    for (const auto& p : delta.postings()) {
        note_posting(p);
    }
    centre_.apply(delta);
    for (const auto& mark : delta.alarm_marks()) {
        apply_mark(mark);
    }
    hold_switched_off();
    drop_old_incidents();
    return true;
}

void DeskState::note_posting(const api::Posting& posting) {
    if (posting.alarm().empty()) {
        lost_postings_.erase(posting.id());
    } else if (lost_postings_.size() < kUnitsMax) {
        lost_postings_[posting.id()] = posting;
    }
}

void DeskState::apply_unit(const api::Unit& u) {
    const api::Unit* known = unit(u.id());
    if (known == nullptr && units_.size() >= kUnitsMax) {
        return;
    }
    const std::int64_t incident_before = known == nullptr ? u.incident_id() : known->incident_id();
    put(units_, u);
    const std::int64_t incident_now = unit(u.id())->incident_id();
    if (known == nullptr) {
        places_mark_.renew();
    }
    if (known == nullptr || incident_now != incident_before) {
        renew_queue(); // who waits is told by any order that names it
    }
    if (incident_now != incident_before) {
        vitals_.erase(u.id()); // what was measured belongs to the patient before
        remove(units_on_, incident_before, u.id());
    }
    if (incident_now != 0) {
        add_in_order(units_on_[incident_now], u.id());
    }
}

void DeskState::apply_incident(const api::Incident& i) {
    put(incidents_, i);
    timers_[i.id()] = queue_timer(incidents_.at(i.id()));
    note_queue_change(i.id());
}

void DeskState::note_queue_change(std::int64_t incident_id) {
    if (queue_changes_.size() >= kQueueChangesMax) {
        renew_queue();
    }
    queue_changes_.push_back(incident_id);
}

void DeskState::renew_queue() {
    queue_mark_.renew();
    queue_changes_.clear();
}

void DeskState::apply_assignment(const api::Assignment& a) {
    if (const api::Assignment* known = assignment(a.id()); known != nullptr) {
        remove(orders_of_, known->incident_id(), a.id());
        note_queue_change(known->incident_id());
    }
    put(assignments_, a);
    const std::int64_t incident_id = assignments_.at(a.id()).incident_id();
    add_in_order(orders_of_[incident_id], a.id());
    note_queue_change(incident_id);
}

const std::vector<std::int64_t>& DeskState::orders_of(std::int64_t incident_id) const {
    static const std::vector<std::int64_t> kNone;
    const auto it = orders_of_.find(incident_id);
    return it == orders_of_.end() ? kNone : it->second;
}

// Those that have ended; looked for only when there are more incidents than after the last look.
void DeskState::drop_old_incidents() {
    if (incidents_.size() > std::max(kIncidentsMax, incidents_kept_)) {
        for (auto it = incidents_.begin(); incidents_.size() > kIncidentsMax && it != incidents_.end();) {
            const bool open = it->second.state() == "open" || it->second.state() == "assigned";
            if (open) {
                ++it;
                continue;
            }
            timers_.erase(it->first);
            it = incidents_.erase(it);
            renew_queue();
        }
        incidents_kept_ = incidents_.size();
    }
    while (assignments_.size() > 2 * kIncidentsMax) {
        const auto& [id, oldest] = *assignments_.begin();
        remove(orders_of_, oldest.incident_id(), id);
        assignments_.erase(assignments_.begin());
        renew_queue();
    }
}

void DeskState::apply_position(const api::UnitPosition& position) {
    auto [it, added] = positions_.try_emplace(position.unit_id(), position);
    if (!added && position.received_us() >= it->second.received_us()) {
        it->second = position;
    }
    if (added) {
        places_mark_.renew();
    }
    trails_.add(position);
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
    for (const auto& f : live.findings()) {
        findings_[f.unit_id()] = f;
    }
    for (const auto& mark : live.ecg_marks()) {
        ecg_marks_[mark.unit_id()] = mark;
    }
}

void DeskState::apply_vitals(const api::LiveVitals& v) {
    ++stats_.vitals;
    vitals_[v.unit_id()].take(v);
}

std::int64_t DeskState::vitals_begin_us(std::int64_t unit_id) const {
    const api::Unit* known = unit(unit_id);
    if (known == nullptr || known->incident_id() == 0) {
        return 0;
    }
    std::int64_t begin_us = 0;
    if (const api::Assignment* task = task_of(unit_id); task != nullptr && task->incident_id() == known->incident_id()) {
        begin_us = task->created_us();
    }
    if (const api::Incident* its = incident(known->incident_id()); begin_us == 0 && its != nullptr) {
        for (const api::Stamp& stamp : its->stamps()) {
            if (stamp.event() == "unit_assigned" && stamp.unit_id() == unit_id) {
                begin_us = std::max(begin_us, stamp.at_us());
            }
        }
    }
    return begin_us;
}

bool DeskState::apply_history(const api::History& history, std::int64_t incident_id) {
    const api::Unit* known = unit(history.unit_id());
    const std::int64_t begin_us = vitals_begin_us(history.unit_id());
    if (known == nullptr || known->incident_id() != incident_id || begin_us == 0) {
        return false;
    }
    vitals_[history.unit_id()].take_past(history, begin_us);
    return true;
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

void DeskState::apply_mark(const api::AlarmMark& mark) {
    if (note_switch(mark)) {
        return;
    }
    if (std::string key = alarm_key(mark); !key.empty()) {
        alarms_.mark(key, mark_of(mark));
    }
}

std::optional<AlarmEntry> DeskState::acknowledge_alarm(std::span<const std::string> shown, std::int64_t local_us) {
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
const ems::wire::PatientChart* DeskState::chart(std::int64_t unit_id, std::int64_t incident_id) const {
    const auto found = findings_.find(unit_id);
    return found != findings_.end() && found->second.incident_id() == incident_id ? &found->second.chart() : nullptr;
}

const api::LiveEcgMark* DeskState::ecg_mark(std::int64_t unit_id, std::int64_t incident_id) const {
    const api::LiveEcgMark* found = find_or_null(ecg_marks_, unit_id);
    return found != nullptr && found->incident_id() == incident_id ? found : nullptr;
}

std::int64_t ecg_sent_us(const api::LiveEcgMark& mark) {
    constexpr std::int64_t kPlausibleUs = 12LL * 3'600 * 1'000'000; // as long as marks are kept
    const std::int64_t late_us = mark.received_us() - ems::wire::ecg_mark_end_us(mark.mark());
    return late_us >= 0 && late_us < kPlausibleUs ? mark.received_us() - late_us : mark.received_us();
}

const VitalsTrack* DeskState::vitals(std::int64_t unit_id) const {
    return find_or_null(vitals_, unit_id);
}

const api::Assignment* DeskState::assignment_of(std::int64_t incident_id) const {
    const api::Assignment* best = nullptr;
    for (const std::int64_t id : orders_of(incident_id)) {
        const api::Assignment& a = assignments_.at(id);
        const bool better = best == nullptr || is_live_state(a.state()) || !is_live_state(best->state());
        best = better ? &a : best;
    }
    return best;
}

std::vector<const api::Assignment*> DeskState::live_assignments(std::int64_t incident_id) const {
    std::vector<const api::Assignment*> live;
    for (const std::int64_t id : orders_of(incident_id)) {
        const api::Assignment& a = assignments_.at(id);
        if (incident_id != 0 && is_live_state(a.state())) {
            live.push_back(&a);
        }
    }
    return live;
}

bool DeskState::is_served(std::int64_t incident_id) const {
    const auto& orders = orders_of(incident_id);
    return std::any_of(orders.begin(), orders.end(), [this](std::int64_t id) { return assignments_.at(id).state() == "done"; });
}

const api::Assignment* DeskState::assignment(std::int64_t id) const {
    return find_or_null(assignments_, id);
}

const api::Assignment* DeskState::task_of(std::int64_t unit_id) const {
    const api::Unit* u = unit(unit_id);
    const api::Assignment* a = u == nullptr ? nullptr : assignment(u->assignment_id());
    return a != nullptr && is_live_state(a->state()) ? a : nullptr;
}

const api::Incident* DeskState::maybe_same(const api::Incident& row) const {
    const api::Incident* first = incident(row.same_as_incident_id());
    return first != nullptr && (first->state() == "open" || first->state() == "assigned") ? first : nullptr;
}

// As the server counts (dispatch/core/world, units_short): those under way and those that served the call.
std::uint32_t DeskState::units_short(const api::Incident& incident) const {
    if (incident.state() != "open" && incident.state() != "assigned") {
        return 0;
    }
    std::uint32_t has = 0;
    for (const std::int64_t id : orders_of(incident.id())) {
        const std::string& state = assignments_.at(id).state();
        has += is_live_state(state) || state == "done" ? 1U : 0U;
    }
    const std::uint32_t wanted = std::max(1U, incident.units_wanted());
    return wanted > has ? wanted - has : 0;
}

const api::Unit* DeskState::unit_of(std::int64_t incident_id) const {
    const api::Unit* meant = unit(selected_unit_);
    if (meant != nullptr && incident_id != 0 && meant->incident_id() == incident_id) {
        return meant;
    }
    const api::Assignment* a = assignment_of(incident_id);
    if (a != nullptr && is_live_state(a->state())) {
        return unit(a->unit_id());
    }
    if (a != nullptr && a->state() == "done") {
        const api::Unit* u = unit(a->unit_id());
        if (u != nullptr && (u->incident_id() == 0 || u->incident_id() == incident_id)) {
            return u;
        }
    }
    const auto on = units_on_.find(incident_id);
    return incident_id == 0 || on == units_on_.end() ? nullptr : unit(on->second.front());
}

const api::Unit* DeskState::patient_unit_of(std::int64_t incident_id) const {
    const api::Unit* u = unit_of(incident_id);
    return u != nullptr && u->incident_id() == incident_id ? u : nullptr;
}

std::optional<std::int64_t> DeskState::position_age_ms(std::int64_t unit_id, std::int64_t local_us) const {
    const api::UnitPosition* p = position(unit_id);
    return p == nullptr ? std::nullopt : std::optional{age_ms(*p, local_us)};
}

std::int64_t DeskState::age_ms(const api::UnitPosition& position, std::int64_t local_us) const {
    const std::int64_t here_ms = (server_us(local_us) - position.received_us()) / 1'000;
    return std::max<std::int64_t>(0, here_ms) + position.age_at_receipt_ms();
}

void DeskState::select_incident(std::int64_t id) {
    if (id != selected_incident_) {
        selected_incident_ = id;
        select_unit(0);
        selected_rank_ = 1;
    }
}

void DeskState::select_unit(std::int64_t id) {
    if (id != selected_unit_) {
        selected_unit_ = id;
        renew_queue(); // unit_of() goes by it
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
