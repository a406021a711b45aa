// Alarms that a desk has seen or put away, and parameters whose alarms are off.
#include "dispatch/service/verbs.h"

#include <fmt/format.h>

#include "dispatch/core/outbox.h"
#include "dispatch/service/alarm_desk.h"

namespace ems::dispatch {
namespace {

bool is_switch(MarkKind kind) {
    return kind == MarkKind::off || kind == MarkKind::on;
}

} // namespace

Result<IncidentId> Verbs::incident_of(const AlarmMarkRow& row) const {
    const World& world = c_.centre.world();
    switch (row.about) {
    case AlarmAbout::unit:
        if (const UnitRow* unit = world.unit({row.about_id})) {
            return unit->incident;
        }
        return fail(Code::no_such_unit);
    case AlarmAbout::assignment:
        if (const AssignmentRow* task = world.assignment({row.about_id})) {
            if (is_switch(row.kind) && ended(task->state)) {
                return fail(Code::assignment_ended);
            }
            return task->incident;
        }
        return fail(Code::no_such_assignment);
    case AlarmAbout::incident:
        if (world.incident({row.about_id}) != nullptr) {
            return IncidentId{row.about_id};
        }
        return fail(Code::no_such_incident);
    case AlarmAbout::posting:
        // A refused posting has ended, and its alarm stands.
        if (world.postings.contains({row.about_id}) || row.code == kPostingRefused) {
            return IncidentId{};
        }
        return fail(Code::posting_over);
    }
    return fail(Code::internal, "an alarm about nothing");
}

Task<api::ServerFrame> Verbs::mark_alarm(const Call& call) {
    if (c_.alarms == nullptr) {
        co_return fail(Code::internal, "this server keeps no marks of alarms");
    }
    auto row = alarm_mark_of(call.frame.mark_alarm());
    if (!row) {
        co_return Failure{row.error()};
    }
    if (is_switch(row->kind) && call.user.role != Role::physician) {
        co_return fail(Code::forbidden, "the alarms of a patient are switched off by a physician");
    }
    const auto incident = incident_of(*row);
    if (!incident) {
        co_return Failure{incident.error()};
    }
    row->display = call.user.display_name.empty() ? call.user.name : call.user.display_name;
    api::ServerFrame reply;
    reply.mutable_done();
    WriteSet request;
    request.actor = call.user.name;
    request.operations.emplace_back(StoreKey{call.user.name, call.frame.idempotency_key(),
                                             call.request_hash, reply.SerializeAsString()});
    std::string detail = fmt::format("{} {}={} code={} grade={}", name(row->kind), name(row->about),
                                     row->about_id, row->code, row->grade);
    if (row->kind == MarkKind::shelved) {
        detail += fmt::format(" minutes={} reason={}", row->minutes, row->reason);
    }
    if (row->kind == MarkKind::off) {
        detail += fmt::format(" reason={}", row->reason);
    }
    request.operations.emplace_back(AddAudit{"mark_alarm", *incident, std::move(detail)});
    auto stored = co_await c_.alarms->add(call.term, std::move(request), std::move(*row));
    if (!stored) {
        co_return Failure{stored.error()};
    }
    co_return reply;
}

} // namespace ems::dispatch
