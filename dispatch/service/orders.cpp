#include "dispatch/service/orders.h"

#include <utility>

#include "telemetry/base/log.h"
#include "telemetry/seal/random.h"
#include "telemetry/wire/ems.pb.h"

namespace ems::dispatch {
namespace {

CommandRow row_of(const UnitInfo& unit, AssignmentId assignment, std::string kind, wire::CommandBody body,
                  std::int64_t now_us, std::int64_t life_us = kOrderLifeUs, std::string id = {}) {
    CommandRow row;
    if (unit.vid.empty()) {
        return row;
    }
    row.id = id.empty() ? seal::uuid_text() : std::move(id);
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

void fill(wire::MapPoint& out, PlaceE7 place) {
    out.set_lat_e7(place.lat_e7);
    out.set_lon_e7(place.lon_e7);
}

// The crew puts on what protects it before it gets out: that a patient is infectious stands before all else.
std::string words_for_crew(const IncidentRow& incident) {
    return (incident.need.isolation == Isolation::infectious ? "【传染】" : "") + incident.complaint;
}

} // namespace

CommandRow dispatch_order(const OrderInput& input) {
    wire::CommandBody body;
    wire::DispatchOrder& order = *body.mutable_dispatch();
    order.set_incident_id(input.incident.id.value);
    order.set_assignment_id(input.assignment.value);
    order.set_incident_number(input.incident.number);
    order.set_level(input.incident.level);
    order.set_complaint(words_for_crew(input.incident));
    order.set_address(input.incident.address);
    order.set_lat_e7(input.incident.place.lat_e7);
    order.set_lon_e7(input.incident.place.lon_e7);
    order.set_sex(input.incident.sex);
    order.set_age_years(input.incident.age_years);
    if (input.incident.age_months) {
        order.set_age_months(*input.incident.age_months);
    }
    if (input.hospital != nullptr) {
        fill(*order.mutable_destination(), *input.hospital, input.assignment);
    }
    if (input.station) {
        fill(*order.mutable_station(), *input.station);
    }
    return row_of(input.unit, input.assignment, "dispatch", std::move(body), input.now_us, kOrderLifeUs, input.id);
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

CommandRow correction_order(const UnitInfo& unit, AssignmentId assignment, const IncidentRow& now, std::int64_t now_us) {
    wire::CommandBody body;
    wire::PlaceCorrection& out = *body.mutable_correction();
    out.set_assignment_id(assignment.value);
    out.set_address(now.address);
    out.set_lat_e7(now.place.lat_e7);
    out.set_lon_e7(now.place.lon_e7);
    out.set_level(now.level);
    out.set_complaint(words_for_crew(now));
    out.set_sex(now.sex);
    out.set_age_years(now.age_years);
    if (now.age_months) {
        out.set_age_months(*now.age_months);
    }
    return row_of(unit, assignment, "correction", std::move(body), now_us);
}

bool tells_otherwise(const IncidentRow& before, const IncidentRow& now) {
    return before.address != now.address || before.place != now.place || before.level != now.level ||
           words_for_crew(before) != words_for_crew(now) || before.sex != now.sex || before.age_years != now.age_years ||
           before.age_months != now.age_months;
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

wire::Posting::Kind wire_kind(PostingKind kind) {
    switch (kind) {
    case PostingKind::standby: return wire::Posting::STANDBY;
    case PostingKind::relocation: return wire::Posting::RELOCATION;
    case PostingKind::go_home: return wire::Posting::GO_HOME;
    }
    return wire::Posting::KIND_UNSPECIFIED;
}

} // namespace

CommandRow posting_order(const UnitInfo& unit, const PostingRow& posting, std::int64_t now_us) {
    wire::CommandBody body;
    body.mutable_text()->set_text(std::string{posting_words(posting.kind)} + posting.name);
    wire::Posting& out = *body.mutable_text()->mutable_posting();
    out.set_kind(wire_kind(posting.kind));
    out.set_name(posting.name);
    fill(*out.mutable_place(), posting.place);
    return row_of(unit, {}, "text", std::move(body), now_us);
}

CommandRow posting_end_order(const UnitInfo& unit, const PostingRow& posting, std::int64_t now_us) {
    wire::CommandBody body;
    body.mutable_text()->set_text((posting.state == PostingState::cancelled ? "【取消】" : "【结束】") + posting.name);
    body.mutable_text()->set_ended_command_id(posting.command);
    return row_of(unit, {}, "text", std::move(body), now_us);
}

void mark_drill(wire::CommandBody& body) {
    const auto mark = [](std::string* text) { text->insert(0, "【演练】"); };
    if (body.has_dispatch()) {
        wire::DispatchOrder& order = *body.mutable_dispatch();
        mark(order.mutable_complaint());
        if (order.has_destination()) {
            mark(order.mutable_destination()->mutable_name());
        }
    } else if (body.has_cancel()) {
        mark(body.mutable_cancel()->mutable_reason());
    } else if (body.has_destination()) {
        mark(body.mutable_destination()->mutable_name());
    } else if (body.has_text()) {
        mark(body.mutable_text()->mutable_text());
        if (body.text().has_posting()) {
            mark(body.mutable_text()->mutable_posting()->mutable_name());
        }
    } else if (body.has_correction()) {
        wire::PlaceCorrection& correction = *body.mutable_correction();
        // An empty complaint says that it is unchanged.
        mark(correction.complaint().empty() ? correction.mutable_address() : correction.mutable_complaint());
    }
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
    if (world_kind_ == WorldKind::drill) {
        mark_drill(body);
    }
    if (body.has_dispatch()) {
        body.mutable_dispatch()->set_caller_phone(callers_.of(row.id));
    }
    wire::Command command;
    command.set_payload(body.SerializeAsString());
    command.set_signature(key_.sign(command.payload()));
    const auto published = publish_(row.vid, command.SerializeAsString());
    if (published) {
        ++sent_count_;
    }
    return published.has_value();
}

OutboxRelay::Turn OutboxRelay::turn(const World& world, const std::set<std::string>& withheld, std::uint64_t term, Ticks now,
                                    std::int64_t now_us) {
    std::set<std::string> waiting = callers_.awaited(now);
    waiting.insert(withheld.begin(), withheld.end());
    OutboxSchedule::Due due = schedule_.due(world, waiting, now, now_us);
    Turn out;
    out.expired = std::move(due.expired);
    for (const std::string& id : due.send) {
        const CommandRow& row = world.commands.at(id);
        if (!send(row, term)) {
            continue;
        }
        schedule_.sent(id, now);
        if (row.state == "queued") {
            out.first_sent.push_back(id);
            EMS_LOG(info, "outbox", "sent command={} vid={}", id, row.vid);
        }
    }
    return out;
}

} // namespace ems::dispatch
