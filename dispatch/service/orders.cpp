#include "dispatch/service/orders.h"

#include <utility>

#include "telemetry/base/log.h"
#include "telemetry/seal/random.h"
#include "telemetry/wire/ems.pb.h"

namespace ems::dispatch {
namespace {

CommandRow row_of(const UnitInfo& unit, AssignmentId assignment, std::string kind, wire::CommandBody body,
                  std::int64_t now_us, std::int64_t life_us = kOrderLifeUs) {
    CommandRow row;
    if (unit.vid.empty()) {
        return row;
    }
    row.id = seal::uuid_text();
    row.unit = unit.id;
    row.vid = unit.vid;
    row.assignment = assignment;
    row.kind = std::move(kind);
    row.state = "queued";
    row.issued_us = now_us;
    row.expires_us = now_us + life_us;
    body.set_id(row.id);
    body.set_vid(row.vid);
    body.set_issued_us(row.issued_us);
    body.set_expires_us(row.expires_us);
    row.body = body.SerializeAsString();
    return row;
}

void fill(wire::DestinationOrder& out, const NamedPlace& hospital, AssignmentId assignment) {
    out.set_hospital_id(hospital.id);
    out.set_name(hospital.name);
    out.set_lat_e7(hospital.place.lat_e7);
    out.set_lon_e7(hospital.place.lon_e7);
    out.set_assignment_id(assignment.value);
}

bool open(const CommandRow& row) { return row.state == "queued" || row.state == "sent"; }

// Of each vehicle the open, unexpired command with the lowest number. A vehicle executes nothing below what it has executed:
// a later command that overtakes an earlier one on a lossy link would take it from the crew for good.
std::map<std::string, const CommandRow*> heads(const World& world, std::int64_t now_us) {
    std::map<std::string, const CommandRow*> out;
    for (const auto& [id, row] : world.commands) {
        if (open(row) && now_us < row.expires_us) {
            const CommandRow*& head = out[row.vid];
            head = head == nullptr || row.unit_seq < head->unit_seq ? &row : head;
        }
    }
    return out;
}

// Of the order itself.
std::string order_alarm(const AssignmentRow& assignment, std::int64_t now_us) {
    if (ended(assignment.state) || assignment.state == AssignmentState::accepted || assignment.command_state.empty()) {
        return {};
    }
    const std::int64_t waited_us = now_us - assignment.created_us;
    if (assignment.state == AssignmentState::ordered) {
        return waited_us >= kNotReachedUs ? "crew_not_reached" : "";
    }
    return waited_us >= kSilentUs ? "crew_silent" : "";
}

} // namespace

CommandRow dispatch_order(const OrderInput& input) {
    wire::CommandBody body;
    wire::DispatchOrder& order = *body.mutable_dispatch();
    order.set_incident_id(input.incident.id.value);
    order.set_assignment_id(input.assignment.value);
    order.set_incident_number(input.incident.number);
    order.set_level(input.incident.level);
    order.set_complaint(input.incident.complaint);
    order.set_address(input.incident.address);
    order.set_lat_e7(input.incident.place.lat_e7);
    order.set_lon_e7(input.incident.place.lon_e7);
    order.set_sex(input.incident.sex);
    order.set_age_years(input.incident.age_years);
    if (input.hospital != nullptr) {
        fill(*order.mutable_destination(), *input.hospital, input.assignment);
    }
    return row_of(input.unit, input.assignment, "dispatch", std::move(body), input.now_us);
}

CommandRow cancel_order(const UnitInfo& unit, AssignmentId assignment, const std::string& reason,
                        std::int64_t now_us) {
    wire::CommandBody body;
    body.mutable_cancel()->set_assignment_id(assignment.value);
    body.mutable_cancel()->set_reason(reason);
    return row_of(unit, assignment, "cancel", std::move(body), now_us, kCancelLifeUs);
}

CommandRow destination_order(const UnitInfo& unit, AssignmentId assignment, const NamedPlace& hospital,
                             std::int64_t now_us) {
    wire::CommandBody body;
    fill(*body.mutable_destination(), hospital, assignment);
    return row_of(unit, assignment, "destination", std::move(body), now_us);
}

CommandRow correction_order(const UnitInfo& unit, AssignmentId assignment, const UpdateRequest& update,
                            const IncidentRow& before, std::int64_t now_us) {
    const PlaceE7 place = update.has_place ? update.place : before.place;
    wire::CommandBody body;
    wire::PlaceCorrection& out = *body.mutable_correction();
    out.set_assignment_id(assignment.value);
    out.set_address(update.address.empty() ? before.address : update.address);
    out.set_lat_e7(place.lat_e7);
    out.set_lon_e7(place.lon_e7);
    return row_of(unit, assignment, "correction", std::move(body), now_us);
}

namespace {

std::string_view posting_words(PostingKind kind) {
    switch (kind) {
    case PostingKind::standby: return "【待命】前往";
    case PostingKind::relocation: return "【调站】前往";
    case PostingKind::go_home: return "【返站】返回";
    }
    return "";
}

CommandRow text_order(const UnitInfo& unit, std::string words, std::int64_t now_us) {
    wire::CommandBody body;
    body.mutable_text()->set_text(std::move(words));
    return row_of(unit, {}, "text", std::move(body), now_us);
}

} // namespace

CommandRow posting_order(const UnitInfo& unit, const PostingRow& posting, std::int64_t now_us) {
    return text_order(unit, std::string{posting_words(posting.kind)} + posting.name, now_us);
}

CommandRow posting_end_order(const UnitInfo& unit, const PostingRow& posting, std::int64_t now_us) {
    return text_order(unit, "【取消】" + posting.name, now_us);
}

bool OutboxRelay::send(const CommandRow& row, std::uint64_t term) {
    wire::CommandBody body;
    if (!body.ParseFromString(row.body)) {
        EMS_LOG(error, "outbox", "unreadable command={}", row.id);
        return false;
    }
    // The term is that of the leader who sends, not of the one who decided: a vehicle refuses a past one.
    body.set_term(term);
    body.set_unit_seq(row.unit_seq);
    wire::Command command;
    command.set_payload(body.SerializeAsString());
    command.set_signature(key_.sign(command.payload()));
    const auto published = publish_(row.vid, command.SerializeAsString());
    if (published) {
        ++sent_count_;
    }
    return published.has_value();
}

OutboxRelay::Turn OutboxRelay::turn(const World& world, std::uint64_t term, Ticks now, std::int64_t now_us) {
    Turn out;
    std::map<std::string, Ticks> still_open;
    for (const auto& [id, row] : world.commands) {
        if (open(row) && now_us >= row.expires_us) {
            out.expired.push_back(id);
        }
    }
    for (const auto& [vid, head] : heads(world, now_us)) {
        const CommandRow& row = *head;
        const std::string& id = row.id;
        const auto last = last_sent_.find(id);
        if (last != last_sent_.end() && now - last->second < kResendAfter) {
            still_open[id] = last->second;
            continue;
        }
        if (send(row, term)) {
            still_open[id] = now;
            if (row.state == "queued") {
                out.first_sent.push_back(id);
            }
        }
    }
    last_sent_ = std::move(still_open);
    for (const std::string& id : out.first_sent) {
        EMS_LOG(info, "outbox", "sent command={} vid={}", id, world.commands.at(id).vid);
    }
    return out;
}

void OutboxRelay::hurry(const World& world, const std::string& vid) {
    std::erase_if(last_sent_, [&](const auto& entry) {
        const auto row = world.commands.find(entry.first);
        return row == world.commands.end() || row->second.vid == vid;
    });
}

std::map<AssignmentId, std::string> crew_alarms(const World& world, std::int64_t now_us) {
    std::map<AssignmentId, std::string> out;
    for (const auto& [id, row] : world.assignments) {
        std::string alarm = order_alarm(row, now_us);
        if (!alarm.empty()) {
            out[id] = std::move(alarm);
        }
    }
    // Only the newest of a kind counts: a second destination replaces a first that was lost.
    std::map<std::pair<AssignmentId, std::string>, const CommandRow*> newest;
    for (const auto& [id, row] : world.commands) {
        if (row.kind != "dispatch") {
            const CommandRow*& known = newest[{row.assignment, row.kind}];
            known = known == nullptr || row.unit_seq > known->unit_seq ? &row : known;
        }
    }
    for (const auto& [key, row] : newest) {
        const AssignmentRow* assignment = world.assignment(key.first);
        const bool missing = row->state == "expired" || (open(*row) && now_us - row->issued_us >= kNotReachedUs);
        if (missing && assignment != nullptr && (!ended(assignment->state) || row->kind == "cancel")) {
            out[key.first] = "crew_not_reached";
        }
    }
    return out;
}

} // namespace ems::dispatch
