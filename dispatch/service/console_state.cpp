// What every console is told of the state: one snapshot, numbered deltas, the alarms of crews.
#include "dispatch/service/console_hub.h"

#include <algorithm>
#include <utility>

#include "dispatch/core/outbox.h"
#include "dispatch/core/queue.h"
#include "dispatch/service/alarm_desk.h"
#include "dispatch/service/messages.h"
#include "dispatch/service/messages_roads.h"
#include "dispatch/service/road_parts.h"
#include "telemetry/base/log.h"

namespace ems::dispatch {

api::Unit ConsoleHub::unit_message(const UnitRow& row) const {
    const Track* track = c_.fleet != nullptr ? c_.fleet->by_unit(row.id) : nullptr;
    return track == nullptr ? to_message(row, UnitInfo{}, "never")
                            : to_message(row, track->info, std::string{name(track->link)});
}

api::Assignment ConsoleHub::assignment_message(const AssignmentRow& row) const {
    const auto alarm = alarms_.find(row.id);
    api::Assignment out = to_message(row, alarm == alarms_.end() ? std::string{} : alarm->second);
    const auto next = next_.find(row.id);
    if (next != next_.end() && unanswered(row, c_.clock.utc_us())) {
        out.set_next_unit_id(next->second.unit.value);
        out.set_next_total_s(next->second.total_s);
        out.set_next_recommendation_id(next->second.recommendation);
    }
    if (c_.road_parts != nullptr) {
        if (const ExpectedArrival* arrival = c_.road_parts->under_way.of(row.id)) {
            add_arrival(*arrival, out);
        }
    }
    return out;
}

api::Incident ConsoleHub::incident_message(const IncidentRow& row) const {
    api::Incident out = to_message(row);
    out.set_units_short(c_.centre.world().units_short(row.id));
    if (const auto shortage = short_.find(row.id); out.units_short() > 0 && shortage != short_.end()) {
        out.set_alarm(std::string{name(shortage->second.grade)});
    }
    return out;
}

api::Posting ConsoleHub::posting_message(const PostingRow& row) const {
    api::Posting out = to_message(row);
    const auto alarm = posting_alarms_.find(row.id);
    if (row.state == PostingState::ordered && alarm != posting_alarms_.end()) {
        out.set_alarm(alarm->second);
    } else if (row.state == PostingState::refused && told_refusals(c_.centre.world(), c_.clock.utc_us()).contains(row.id)) {
        out.set_alarm(std::string{kPostingRefused});
    }
    return out;
}

std::vector<AssignmentId> ConsoleHub::silent_crews() const {
    std::vector<AssignmentId> out;
    const auto& units = c_.centre.world().units;
    const bool any_free = std::any_of(units.begin(), units.end(),
                                      [](const auto& entry) { return traits(entry.second.state).dispatchable; });
    if (!any_free) {
        return out;   // no list needs computing to know that
    }
    const std::int64_t now_us = c_.clock.utc_us();
    for (const auto& [id, row] : c_.centre.world().assignments) {
        if (unanswered(row, now_us) && !next_.contains(id)) {
            out.push_back(id);
        }
    }
    return out;
}

void ConsoleHub::propose_next(AssignmentId assignment, const Verbs::NextUnit& next) {
    const AssignmentRow* row = c_.centre.world().assignment(assignment);
    // Nobody is no answer to keep: the next turn asks again.
    if (row == nullptr || !next.unit.is_set() || !unanswered(*row, c_.clock.utc_us())) {
        return;
    }
    next_[assignment] = next;
    EMS_LOG(warn, "crew", "silent assignment={} next_unit={}", assignment.value, next.unit.value);
    api::Delta delta;
    *delta.add_assignments() = assignment_message(*row);
    send_delta(std::move(delta));
}

api::Snapshot ConsoleHub::snapshot() const {
    api::Snapshot out;
    out.set_seq(seq_);
    out.set_server_us(c_.clock.utc_us());
    out.set_term(c_.centre.term());
    const World& world = c_.centre.world();
    for (const auto& [id, row] : world.units) {
        *out.add_units() = unit_message(row);
    }
    for (const auto& [id, row] : world.incidents) {
        *out.add_incidents() = incident_message(row);
    }
    for (const auto& [id, row] : world.assignments) {
        *out.add_assignments() = assignment_message(row);
    }
    for (const auto& [id, row] : world.postings) {
        *out.add_postings() = posting_message(row);
    }
    for (const auto& [id, row] : told_refusals(world, c_.clock.utc_us())) {
        *out.add_postings() = posting_message(row);
    }
    for (const auto& [id, row] : world.proposals) {
        *out.add_proposals() = to_message(row);
    }
    *out.mutable_editors() = editors();
    if (c_.fleet != nullptr) {
        for (const auto& [id, track] : c_.fleet->tracks()) {
            if (track.position) {
                *out.add_positions() = *track.position;
            }
        }
    }
    for (const auto& [key, standing] : standing_) {
        if (standing.alarm.alarm().active()) {
            *out.add_alarms() = standing.alarm;
        }
    }
    for (const auto& [unit, button] : refused_buttons_) {
        *out.add_alarms() = button.alarm;
    }
    if (c_.alarms != nullptr) {
        for (api::AlarmMark& mark : c_.alarms->marks()) {
            *out.add_alarm_marks() = std::move(mark);
        }
    }
    // As far back as a server that takes the lead reads (service/centre.cpp).
    constexpr std::int64_t kToldUs = 12LL * 3'600 * 1'000'000;
    const std::int64_t since_us = c_.clock.utc_us() - kToldUs;
    for (const auto& [unit, chart] : charts_) {
        if (chart.newest_us > since_us) {
            *out.add_findings() = chart.told;
        }
    }
    for (const auto& [unit, mark] : ecg_marks_) {
        if (mark.received_us() > since_us) {
            *out.add_ecg_marks() = mark;
        }
    }
    if (c_.road_parts != nullptr) {
        *out.mutable_roads_state() = roads_state(c_.road_parts->desk);
        for (const auto& [id, row] : c_.road_parts->desk.rows()) {
            *out.add_roads() = to_message(row);
        }
        if (const CoverNow* cover = c_.road_parts->cover.now(); cover != nullptr && c_.road_parts->has_places) {
            *out.mutable_coverage() = to_message(*cover);
        }
        if (const MoveUpRow* advice = c_.road_parts->move_up.open()) {
            *out.mutable_move_up() = to_message(*advice);
        }
    }
    if (const Registry* registry = c_.centre.registry()) {
        for (const NamedPlace& place : registry->stations) {
            api::Station& station = *out.add_stations();
            station.set_id(place.id);
            station.set_name(place.name);
            station.set_zone(place.zone);
            *station.mutable_place() = to_message(place.place);
        }
        put_zones(*registry, out);
        for (const Partner& partner : registry->partners) {
            *out.add_partners() = to_message(partner);
        }
        for (const NamedPlace& place : registry->hospitals) {
            api::Hospital& hospital = *out.add_hospitals();
            hospital.set_id(place.id);
            hospital.set_name(place.name);
            *hospital.mutable_place() = to_message(place.place);
        }
    }
    return out;
}

void ConsoleHub::put_zones(const Registry& registry, api::Snapshot& out) const {
    if (c_.zones == nullptr) {
        return;
    }
    for (const map::StationArea& outline : c_.zones->outlines()) {
        const auto station = std::find_if(registry.stations.begin(), registry.stations.end(),
                                          [&](const NamedPlace& s) { return s.name == outline.station; });
        if (station != registry.stations.end()) {
            *out.add_zones() = to_message(outline, station->id);
        }
    }
}

WsBuffer ConsoleHub::encode(const api::ServerFrame& frame) { return make_ws_buffer(frame.SerializeAsString()); }

void ConsoleHub::send(Session& session, const api::ServerFrame& frame, WsClass kind) const {
    session.connection->send(encode(frame), kind);
}

void ConsoleHub::to_subscribers(const api::ServerFrame& frame, WsClass kind) {
    WsBuffer bytes;
    for (Session& session : sessions_) {
        if (session.subscribed) {
            bytes = bytes ? bytes : encode(frame);
            session.connection->send(bytes, kind);
        }
    }
}

void ConsoleHub::send_delta(api::Delta delta) {
    delta.set_seq(++seq_);
    delta.set_server_us(c_.clock.utc_us());
    api::ServerFrame frame;
    *frame.mutable_delta() = std::move(delta);
    to_subscribers(frame, WsClass::state);
}

void ConsoleHub::changed(const Rows& rows) {
    api::Delta delta;
    for (const UnitRow& row : rows.units) {
        *delta.add_units() = unit_message(row);
    }
    for (const IncidentRow& row : rows.incidents) {
        *delta.add_incidents() = incident_message(row);
    }
    for (const AssignmentRow& row : rows.assignments) {
        if (ended(row.state) || row.state == AssignmentState::accepted) {
            alarms_.erase(row.id);   // that of another command, as a cancellation, comes with the next check
        }
        *delta.add_assignments() = assignment_message(row);
    }
    for (const PostingRow& row : rows.postings) {
        if (row.state == PostingState::refused) {
            EMS_LOG(warn, "crew", "alarm=posting_refused posting={}", row.id.value);
            told_refusals_.insert_or_assign(row.id, row);
        }
        *delta.add_postings() = posting_message(row);
    }
    for (const ProposalRow& row : rows.proposals) {
        *delta.add_proposals() = to_message(row);
    }
    if (delta.units_size() + delta.incidents_size() + delta.assignments_size() + delta.postings_size() +
            delta.proposals_size() >
        0) {
        send_delta(std::move(delta));
    }
}

void ConsoleHub::links_changed(const std::vector<UnitId>& units) {
    api::Delta delta;
    for (const UnitId unit : units) {
        if (const UnitRow* row = c_.centre.world().unit(unit)) {
            *delta.add_units() = unit_message(*row);
        }
    }
    if (delta.units_size() > 0) {
        send_delta(std::move(delta));
    }
}

void ConsoleHub::roads_changed(const std::vector<RoadConditionRow>& rows) {
    api::Delta delta;
    for (const RoadConditionRow& row : rows) {
        *delta.add_roads() = to_message(row);
    }
    if (c_.road_parts != nullptr) {
        *delta.mutable_roads_state() = roads_state(c_.road_parts->desk);
    }
    send_delta(std::move(delta));
}

void ConsoleHub::arrivals_changed(const std::vector<AssignmentId>& tasks) {
    api::Delta delta;
    for (const AssignmentId id : tasks) {
        if (const AssignmentRow* row = c_.centre.world().assignment(id)) {
            *delta.add_assignments() = assignment_message(*row);
        }
    }
    if (delta.assignments_size() > 0) {
        send_delta(std::move(delta));
    }
}

void ConsoleHub::coverage_changed() {
    const CoverNow* now = c_.road_parts != nullptr && c_.road_parts->has_places ? c_.road_parts->cover.now() : nullptr;
    if (now == nullptr || !c_.centre.leads()) {
        return;
    }
    api::Coverage coverage = to_message(*now);
    coverage.clear_computed_us();
    std::string bytes = coverage.SerializeAsString();
    if (bytes == coverage_sent_) {
        return;   // units moved, and nobody is reached later or sooner for it
    }
    coverage_sent_ = std::move(bytes);
    api::Delta delta;
    coverage.set_computed_us(now->computed_us);
    *delta.mutable_coverage() = std::move(coverage);
    send_delta(std::move(delta));
}

void ConsoleHub::alarm_marks_changed(const std::vector<api::AlarmMark>& marks) {
    api::Delta delta;
    for (const api::AlarmMark& mark : marks) {
        *delta.add_alarm_marks() = mark;
    }
    send_delta(std::move(delta));
}

void ConsoleHub::move_up_changed(const MoveUpRow& row) {
    api::Delta delta;
    *delta.mutable_move_up() = to_message(row);
    send_delta(std::move(delta));
}

void ConsoleHub::reset() {
    ++seq_;
    coverage_sent_.clear();   // the snapshot may have gone without
    if (!c_.centre.leads()) {
        refused_buttons_.clear();   // what follows them is no longer heard here
        told_refusals_.clear();
        for (Session& session : sessions_) {
            session.editing.reset(); // its desk tells whoever leads next
        }
        return;                     // a server that does not lead has nothing new to say
    }
    // Counted anew before the snapshot, so that no alarm leaves the screens for a moment.
    const std::int64_t now_us = c_.clock.utc_us();
    alarms_ = crew_alarms(c_.centre.world(), now_us);
    posting_alarms_ = posting_alarms(c_.centre.world(), now_us);
    told_refusals_ = told_refusals(c_.centre.world(), now_us);
    short_ = short_of_units(c_.centre.world(), now_us);
    api::ServerFrame frame;
    *frame.mutable_snapshot() = snapshot();
    to_subscribers(frame, WsClass::state);
}

void ConsoleHub::check_alarms() {
    if (!c_.centre.leads()) {
        return;
    }
    api::Delta delta;
    const std::int64_t now_us = c_.clock.utc_us();
    check_crews(now_us, delta);
    check_postings(now_us, delta);
    check_demands(now_us, delta);
    check_buttons();
    if (delta.assignments_size() + delta.postings_size() + delta.incidents_size() > 0) {
        send_delta(std::move(delta));
    }
}

// Its unit has something else to do, or somebody has had the time to read it.
void ConsoleHub::end_refused_postings(std::int64_t now_us, api::Delta& delta) {
    const auto before = std::exchange(told_refusals_, told_refusals(c_.centre.world(), now_us));
    for (const auto& [id, row] : before) {
        if (!told_refusals_.contains(id)) {
            *delta.add_postings() = to_message(row);
        }
    }
}

void ConsoleHub::check_postings(std::int64_t now_us, api::Delta& delta) {
    end_refused_postings(now_us, delta);
    const World& world = c_.centre.world();
    std::map<PostingId, std::string> before = std::exchange(posting_alarms_, posting_alarms(world, now_us));
    for (const auto& [id, alarm] : posting_alarms_) {
        if (before.erase(id) == 0) {
            EMS_LOG(warn, "crew", "alarm={} posting={}", alarm, id.value);
            *delta.add_postings() = posting_message(world.postings.at(id));
        }
    }
    for (const auto& [id, alarm] : before) {
        if (world.postings.contains(id)) {
            *delta.add_postings() = posting_message(world.postings.at(id));
        }
    }
}

void ConsoleHub::check_demands(std::int64_t now_us, api::Delta& delta) {
    const World& world = c_.centre.world();
    std::map<IncidentId, Shortage> before = std::exchange(short_, short_of_units(world, now_us));
    for (const auto& [id, shortage] : short_) {
        const auto known = before.find(id);
        if (known == before.end() || known->second.grade != shortage.grade) {
            EMS_LOG(warn, "demand", "alarm={} units={} incident={}", name(shortage.grade), shortage.units, id.value);
        }
        if (known == before.end() || known->second != shortage) {
            *delta.add_incidents() = incident_message(world.incidents.at(id));
        }
        before.erase(id);
    }
    for (const auto& [id, shortage] : before) {
        if (world.incidents.contains(id)) {
            *delta.add_incidents() = incident_message(world.incidents.at(id));
        }
    }
}

void ConsoleHub::check_crews(std::int64_t now_us, api::Delta& delta) {
    const World& world = c_.centre.world();
    std::map<AssignmentId, std::string> present = crew_alarms(world, now_us);
    std::swap(alarms_, present);
    std::vector<const AssignmentRow*> withdrawn;
    std::erase_if(next_, [&](const auto& entry) {
        const AssignmentRow* row = world.assignment(entry.first);
        const UnitRow* unit = world.unit(entry.second.unit);
        const bool can_go = unit != nullptr && traits(unit->state).dispatchable;
        if (row != nullptr && !can_go) {
            withdrawn.push_back(row);
        }
        return row == nullptr || !can_go || !unanswered(*row, now_us);
    });
    for (const AssignmentRow* row : withdrawn) {
        *delta.add_assignments() = assignment_message(*row);
    }
    for (const auto& [id, alarm] : alarms_) {
        const auto before = present.find(id);
        if (before == present.end() || before->second != alarm) {
            EMS_LOG(warn, "crew", "alarm={} assignment={}", alarm, id.value);
            *delta.add_assignments() = assignment_message(world.assignments.at(id));
        }
    }
    for (const auto& [id, alarm] : present) {
        const AssignmentRow* row = world.assignment(id);
        if (row != nullptr && !alarms_.contains(id)) {
            *delta.add_assignments() = assignment_message(*row);
        }
    }
}

} // namespace ems::dispatch
