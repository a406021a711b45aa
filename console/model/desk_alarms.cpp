// The alarms of a desk: those of vehicles, and those it raises itself from what it knows.
#include "console/model/desk_state.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "console/model/ageing.h"
#include "console/model/alarm_sound.h"
#include "console/model/limits.h"

namespace ems::console {
namespace {

// Sensors hang on their hooks until there is a patient: off then is no alarm, or every standing ambulance would raise two.
bool needs_patient(const std::string& code) {
    const signal::AlarmRow* row = signal::find_alarm(code);
    return row != nullptr && row->needs == signal::Needs::patient;
}

bool has_patient(ems::wire::UnitState state) {
    return state == ems::wire::UNIT_AT_PATIENT || state == ems::wire::UNIT_TRANSPORTING ||
           state == ems::wire::UNIT_AT_HOSPITAL;
}

// So long nothing came of a unit before it is an alarm; the server calls it lost after 4 s.
constexpr std::int64_t kLostOnTaskUs = 10'000'000;
constexpr std::int64_t kLostIdleUs = 60'000'000;

std::string live_key(const api::LiveAlarm& live) {
    return alarm_key('u', live.unit_id(), live.alarm().code());
}

} // namespace

// What ended while the link was away is in no message, only missing from the snapshot.
void DeskState::clear_ended_alarms(const api::Snapshot& snapshot) {
    std::set<std::string> standing;
    for (const auto& alarm : snapshot.alarms()) {
        standing.insert(live_key(alarm));
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
    const std::string key = live_key(live);
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
    const bool is_off_duty = u != nullptr && alarm.technical() && u->state() == ems::wire::UNIT_OUT_OF_SERVICE;
    if (is_off_duty || (needs_patient(alarm.code()) && (u == nullptr || !has_patient(u->state())))) {
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
    entry.since_us = live.since_us() != 0 ? live.since_us() : live.received_us();
    if (const api::Assignment* task = u == nullptr ? nullptr : task_of(u->id())) {
        entry.marks_from_us = std::max(entry.since_us, task->created_us()); // what was seen was about the patient before
    }
    entry.age_at_receipt_us = std::int64_t{live.age_at_receipt_ms()} * 1'000;
    entry.received_us = live.received_us();
    entry.technical = alarm.technical();
    entry.group = group_of_unit(live.unit_id());
    alarms_.raise(std::move(entry));
}

std::string DeskState::group_of_unit(std::int64_t unit_id) const {
    return fmt::format("u{}", unit_id);
}

// With its unit, when it has one alone: it is the same patient.
std::string DeskState::group_of_incident(std::int64_t incident_id) const {
    const auto orders = live_assignments(incident_id);
    return orders.size() == 1 ? group_of_unit(orders.front()->unit_id()) : fmt::format("i{}", incident_id);
}

// In the workshop it is switched off, and nobody waits for it. A gap in the radio shorter than the delay is usual on the road.
void DeskState::watch_unit(const api::Unit& u, std::int64_t now_us) {
    const std::string key = alarm_key('u', u.id(), "unit_lost");
    if (u.state() == ems::wire::UNIT_OUT_OF_SERVICE) {
        alarms_.withdraw(key);
        return;
    }
    if (u.link() != "lost" && u.link() != "offline") {
        alarms_.clear(key);
        return;
    }
    const api::UnitPosition* p = position(u.id());
    const std::int64_t delay_us = u.incident_id() != 0 ? kLostOnTaskUs : kLostIdleUs;
    if (p != nullptr && now_us - p->received_us() < delay_us) {
        return; // one that stands goes on
    }
    AlarmEntry entry;
    entry.group = group_of_unit(u.id());
    entry.key = key;
    entry.grade = u.incident_id() != 0 ? Grade::medium : Grade::low;
    entry.subject = u.name();
    entry.code = "unit_lost";
    entry.since_us = p == nullptr ? now_us : p->received_us();
    entry.technical = true;
    alarms_.raise(std::move(entry));
}

// As a low heart rate is no alarm of its own beside an asystole.
bool DeskState::vehicle_tells_its_cause(std::int64_t unit_id, signal::AlarmId consequence) const {
    return std::any_of(vehicle_alarms_.begin(), vehicle_alarms_.end(), [&](const auto& one) {
        const signal::AlarmRow* cause = signal::find_alarm(one.second.alarm().code());
        return one.second.unit_id() == unit_id && cause != nullptr && hides(*cause, consequence);
    });
}

// A value too old to be shown as now neither raises nor holds an alarm.
void DeskState::watch_limits(std::int64_t now_us) {
    std::set<std::string> broken;
    std::set<std::string> watched;
    for (const auto& [unit_id, track] : vitals_) {
        const api::Unit* u = unit(unit_id);
        const api::Incident* i = u == nullptr ? nullptr : incident(u->incident_id());
        if (i == nullptr) {
            continue;
        }
        for (const std::string& key : limit_alarms_) {
            const std::string own = alarm_key('u', unit_id, "");
            if (key.starts_with(own) && is_watched(track.board(), std::string_view{key}.substr(own.size()), now_us)) {
                watched.insert(key);
            }
        }
        for (LimitBreach& breach : limit_breaches(track.board(), patient_age(i, &track.newest.vitals()).group, now_us)) {
            if (vehicle_tells_its_cause(unit_id, breach.id)) {
                continue;
            }
            AlarmEntry entry;
            entry.key = alarm_key('u', unit_id, breach.code);
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
            // of the number, not of the message: the cuff's may be minutes older
            entry.received_us = track.newest.received_us();
            entry.age_at_receipt_us = std::max<std::int64_t>(0, breach.age_us - (now_us - entry.received_us));
            entry.group = group_of_unit(unit_id);
            alarms_.raise(std::move(entry));
        }
    }
    for (const std::string& key : limit_alarms_) {
        if (!broken.contains(key)) {
            alarms_.clear(key, watched.contains(key) ? Ending::recovered : Ending::unwatched);
        }
    }
    limit_alarms_ = std::move(broken);
}

namespace {

// What is still usual a few seconds after an order.
bool is_first_reminder(const std::string& alarm) {
    return alarm == "tell_by_voice" || alarm == "crew_unanswered";
}

} // namespace

// Not on the vehicle, or not answered: somebody has to call the crew or send another.
void DeskState::watch_orders(std::int64_t now_us) {
    std::set<std::string> standing;
    for (const auto& [id, a] : assignments_) {
        if (a.alarm().empty()) {
            continue;
        }
        const api::Incident* i = incident(a.incident_id());
        const api::Unit* u = unit(a.unit_id());
        AlarmEntry entry;
        entry.key = alarm_key('a', id, a.alarm());
        entry.grade = is_first_reminder(a.alarm()) ? Grade::low : Grade::medium;
        entry.subject = i == nullptr ? std::string{} : i->number();
        entry.code = a.alarm();
        entry.group = group_of_unit(a.unit_id());
        entry.value = u == nullptr ? std::string{} : u->name();
        // of an ended one it is its cancellation that finds no crew, and that bears no time
        entry.since_us = a.end_reason().empty() && a.created_us() != 0 ? a.created_us() : now_us;
        standing.insert(entry.key);
        alarms_.raise(std::move(entry));
    }
    for (const auto& [id, p] : lost_postings_) {
        const api::Unit* u = unit(p.unit_id());
        AlarmEntry entry;
        entry.key = alarm_key('p', id, p.alarm());
        entry.grade = Grade::medium;
        entry.subject = u == nullptr ? std::string{} : u->name();
        entry.code = p.alarm();
        entry.group = group_of_unit(p.unit_id());
        entry.value = p.name();
        entry.since_us = p.created_us() != 0 ? p.created_us() : now_us;
        standing.insert(entry.key);
        alarms_.raise(std::move(entry));
    }
    for (const std::string& key : order_alarms_) {
        if (standing.contains(key)) {
            continue;
        }
        // A reminder that has grown into an alarm of the same order has nothing of its own to say.
        const auto colon = key.find(':');
        const auto same = standing.lower_bound(key.substr(0, colon + 1));
        const bool has_grown = is_first_reminder(key.substr(colon + 1)) && same != standing.end() &&
                               same->starts_with(key.substr(0, colon + 1));
        if (has_grown) {
            alarms_.withdraw(key);
        } else {
            alarms_.clear(key);
        }
    }
    order_alarms_ = std::move(standing);
}

namespace {

// The steps of a call whose timer raises an alarm here when it breaks its target. That of crew_ack is the server's crew_silent.
struct StageAlarm {
    Stage stage;
    std::string_view code;
    Grade grade;
};
constexpr std::array<StageAlarm, 4> kStageAlarms{{{Stage::answered, "answer_overdue", Grade::medium},
                                                  {Stage::unit_assigned, "dispatch_overdue", Grade::medium},
                                                  {Stage::wheels, "turnout_overdue", Grade::medium},
                                                  {Stage::left_scene, "scene_overdue", Grade::low}}};

const StageAlarm* alarm_of(Stage stage) {
    const auto row = std::find_if(kStageAlarms.begin(), kStageAlarms.end(),
                                  [&](const StageAlarm& one) { return one.stage == stage; });
    return row == kStageAlarms.end() ? nullptr : &*row;
}

} // namespace

const AlarmEntry* DeskState::timer_alarm(const api::Incident& incident, const QueueTimer& timer) const {
    const auto standing = [&](const std::string& key) {
        const AlarmEntry* entry = alarms_.find(key);
        return entry != nullptr && entry->state != AlarmState::returned ? entry : nullptr;
    };
    if (timer.waits_for == Stage::crew_ack) {
        for (const api::Assignment* order : live_assignments(incident.id())) {
            if (const AlarmEntry* silent = standing(alarm_key('a', order->id(), "crew_silent"))) {
                return silent;
            }
        }
        return nullptr;
    }
    const StageAlarm* row = alarm_of(timer.waits_for);
    return row == nullptr ? nullptr : standing(alarm_key('i', incident.id(), row->code));
}

// Each step of a call that takes longer than its target; and the server says that a unit is missing that was wanted or lost:
// with an overdue dispatch one alarm.
void DeskState::watch_demands(std::int64_t now_us) {
    std::set<std::string> standing;
    for (const auto& [id, i] : incidents_) {
        const QueueTimer& timer = timers_.at(id);
        const StageAlarm* row = alarm_of(timer.waits_for);
        // planned for later, it waits for nobody: its timer has no target before its time
        const bool is_late = row != nullptr && timer.target_us != 0 && now_us - timer.since_us > timer.target_us;
        const bool is_overdue = is_late && (row->stage == Stage::unit_assigned ? i.state() == "open"
                                            : row->stage == Stage::answered    ? stage_time(i, Stage::ring) != 0
                                                                               : true);
        const bool waits_overdue = is_overdue && row->stage == Stage::unit_assigned;
        if (is_overdue) {
            AlarmEntry entry = demand(i, row->code, row->grade);
            if (waits_overdue && i.alarm() == "units_overdue") {
                entry.grade = Grade::high;
                entry.code = i.alarm();
            }
            standing.insert(entry.key);
            alarms_.raise(std::move(entry));
        }
        if (!waits_overdue && !i.alarm().empty()) {
            AlarmEntry entry = demand(i, "short_of_units", i.alarm() == "units_overdue" ? Grade::high : Grade::medium);
            entry.code = i.alarm();
            standing.insert(entry.key);
            alarms_.raise(std::move(entry));
        }
    }
    for (const std::string& key : demand_alarms_) {
        if (!standing.contains(key)) {
            alarms_.clear(key);
        }
    }
    demand_alarms_ = std::move(standing);
}

AlarmEntry DeskState::demand(const api::Incident& i, std::string_view code, Grade grade) const {
    const QueueTimer& timer = timers_.at(i.id());
    AlarmEntry entry;
    entry.key = alarm_key('i', i.id(), code);
    entry.grade = grade;
    entry.subject = i.number();
    entry.code = code;
    entry.group = group_of_incident(i.id());
    entry.since_us = timer.since_us;
    entry.marks_from_us = timer.since_us;
    for (const std::int64_t order : orders_of(i.id())) { // it had a unit since: waiting again is another matter
        entry.marks_from_us = std::max(entry.marks_from_us, assignments_.at(order).created_us());
    }
    return entry;
}

// What stands when somebody sits down he takes over; it did not come to him.
void DeskState::count_load(std::int64_t now_us) {
    if (load_.since_us() == 0) {
        static_cast<void>(alarms_.take_fresh());
        if (has_snapshot_ && !login_.user().empty()) {
            load_.begin(now_us);
        }
        return;
    }
    load_.pass(now_us);
    const Owner seat = owner_of_role(login_.role());
    for (const Annunciation& one : alarms_.take_fresh()) {
        const AlarmEntry* entry = alarms_.find(one.key);
        const bool asked = entry != nullptr && !entry->is_consequence && !AlarmList::is_held(*entry, now_us) &&
                           is_owed(*entry, seat);
        if (asked) {
            load_.note(one.grade, now_us);
        }
    }
}

void DeskState::watch_targets(std::int64_t local_us) {
    const std::int64_t now = server_us(local_us);
    alarms_.pass(now);
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
        count_load(now);
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
        if (needs_patient(live.alarm().code()) || live.alarm().technical()) { // what its unit does may have changed
            show_alarm(key, live);
        }
    }
    watch_limits(now);
    watch_orders(now);
    watch_demands(now);
    count_load(now);
    stats_.shown_age_now_ms = 0;
    for (const auto& [id, p] : positions_) {
        const std::int64_t age = position_age_ms(id, local_us).value_or(0);
        if (units_.contains(id) && freshness(age, kPositionAge) != Freshness::lost) {
            stats_.shown_age_now_ms = std::max(stats_.shown_age_now_ms, age);
        }
    }
    stats_.shown_age_max_ms = std::max(stats_.shown_age_max_ms, stats_.shown_age_now_ms);
}

} // namespace ems::console
