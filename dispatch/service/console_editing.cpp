// Who has which case open to change, as the desks say: told to all, stored nowhere, gone with the connection.
#include "dispatch/service/console_hub.h"

#include <algorithm>
#include <utility>

namespace ems::dispatch {

Result<api::ServerFrame> ConsoleHub::tell_editing(Session& session, const api::TellEditing& request) {
    // Whoever leads is told by the desk itself, once it has its snapshot.
    if (!c_.centre.leads()) {
        return fail(Code::not_leader);
    }
    const IncidentId incident{request.incident_id()};
    if (request.incident_id() != 0) {
        const IncidentRow* row = c_.centre.world().incident(incident);
        if (row == nullptr) {
            return fail(Code::no_such_incident);
        }
        if (ended(row->state)) {
            return fail(Code::incident_closed);
        }
    }
    api::ServerFrame reply;
    reply.mutable_done();
    const IncidentId before = session.editing ? session.editing->incident : IncidentId{};
    if (before == incident) {
        return reply;
    }
    session.editing.reset();
    if (incident.is_set()) {
        session.editing = Editing{incident, c_.clock.utc_us()};
    }
    tell_editors();
    return reply;
}

void ConsoleHub::forget_editing(Session& session) {
    if (session.editing) {
        session.editing.reset();
        tell_editors();
    }
}

void ConsoleHub::forget_lost_editing(const Session& resumed) {
    for (Session& other : sessions_) {
        if (&other != &resumed && other.token_hash == resumed.token_hash) {
            forget_editing(other);
        }
    }
}

api::Editors ConsoleHub::editors() const {
    std::vector<const Session*> at_it;
    for (const Session& session : sessions_) {
        if (session.editing && session.user) {
            at_it.push_back(&session);
        }
    }
    std::stable_sort(at_it.begin(), at_it.end(),
                     [](const Session* a, const Session* b) { return a->editing->since_us < b->editing->since_us; });
    api::Editors out;
    for (const Session* session : at_it) {
        api::Editor& editor = *out.add_editors();
        editor.set_incident_id(session->editing->incident.value);
        editor.set_user(session->user->name);
        editor.set_display_name(session->user->display_name);
        editor.set_seat(session->seat);
        editor.set_since_us(session->editing->since_us);
    }
    return out;
}

void ConsoleHub::tell_editors() {
    api::Delta delta;
    *delta.mutable_editors() = editors();
    send_delta(std::move(delta));
}

} // namespace ems::dispatch
