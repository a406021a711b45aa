// What is known of one case, and of earlier ones of its caller: timeline, notes, the scale of its score, earlier calls.
#include "dispatch/service/verbs.h"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "dispatch/core/neighbour.h"
#include "dispatch/core/request_text.h"
#include "dispatch/core/spo2_scale.h"
#include "dispatch/service/messages.h"

namespace ems::dispatch {
namespace {

constexpr std::ptrdiff_t kNoteCharactersMax = 500;

bool is_note(std::string_view utf8) {
    const auto characters = std::count_if(utf8.begin(), utf8.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
    });
    return characters <= kNoteCharactersMax && !is_blank(utf8) && !holds_control(utf8);
}

} // namespace

Task<api::ServerFrame> Verbs::timeline(api::GetTimeline request) {
    std::vector<StampRow> stamps;
    if (const IncidentRow* incident = c_.centre.world().incident({request.incident_id()})) {
        stamps = incident->stamps;
    } else {
        auto past = co_await c_.store.incident({request.incident_id()});
        if (!past) {
            co_return Failure{past.error()};
        }
        stamps = std::move(past->stamps);
    }
    api::ServerFrame reply;
    api::Timeline& out = *reply.mutable_timeline();
    out.set_incident_id(request.incident_id());
    for (const StampRow& stamp : stamps) {
        *out.add_stamps() = to_message(stamp);
    }
    auto audit = co_await c_.store.audit_of({request.incident_id()});
    if (!audit) {
        co_return Failure{audit.error()};
    }
    for (const AuditEntry& entry : *audit) {
        api::AuditRow& row = *out.add_audit();
        row.set_at_us(entry.at_us);
        row.set_who(entry.actor);
        row.set_action(entry.action);
        row.set_detail(entry.detail);
    }
    auto lease = co_await c_.pool.acquire();
    if (!lease) {
        co_return Failure{lease.error()};
    }
    auto notes = co_await notes_of(**lease, IncidentId{request.incident_id()});
    if (!notes) {
        co_return Failure{notes.error()};
    }
    for (const NoteRow& note : *notes) {
        *out.add_notes() = to_message(note);
    }
    co_return reply;
}

// `decide` and `write` may refer to what the caller keeps: it waits.
Task<api::ServerFrame> Verbs::commit_done(const Call& call, Centre::Decider decide, Centre::Writer write) {
    api::ServerFrame reply;
    reply.mutable_done();
    Centre::Decider whole = keyed(call, reply, std::move(decide));
    auto committed = co_await c_.centre.commit(std::move(whole), call.term, std::move(write));
    if (!committed) {
        co_return Failure{committed.error()};
    }
    co_return reply;
}

Task<Rows> Verbs::write_note(std::uint64_t term, WriteSet request, NewNote note) {
    const IncidentId incident = note.incident;
    auto lease = co_await c_.pool.acquire();
    if (!lease) {
        co_return Failure{lease.error()};
    }
    auto rows = co_await dispatch::add_note(**lease, term, std::move(request), std::move(note));
    if (!rows) {
        co_return Failure{rows.error()};
    }
    // A case of long ago gets its note, and does not come back to the screens for it.
    if (c_.centre.world().incident(incident) == nullptr) {
        rows->incidents.clear();
    }
    co_return std::move(*rows);
}

Task<api::ServerFrame> Verbs::add_note(const Call& call) {
    const api::AddNote& in = call.frame.add_note();
    if (!is_note(in.text())) {
        co_return fail(Code::note_invalid);
    }
    const IncidentId id{in.incident_id()};
    std::uint32_t notes_of_past = 0;
    if (c_.centre.world().incident(id) == nullptr) {
        auto past = co_await c_.store.incident(id);
        if (!past) {
            co_return Failure{past.error()};
        }
        notes_of_past = past->notes;
    }
    Centre::Decider decide = [&call, id, notes_of_past](const World& world) -> Result<WriteSet> {
        const IncidentRow* row = world.incident(id);
        if ((row != nullptr ? row->notes : notes_of_past) >= kNotesMax) {
            return fail(Code::too_many_notes);
        }
        // Never the text: it may name a patient, and the audit is kept and copied apart.
        return WriteSet{call.user.name,
                        {AddAudit{"add_note", id, fmt::format("bytes={}", call.frame.add_note().text().size())}}};
    };
    const NewNote note{id, call.user.display_name.empty() ? call.user.name : call.user.display_name, in.text()};
    Centre::Writer write = [this, &note](std::uint64_t term, WriteSet request) {
        return write_note(term, std::move(request), note);
    };
    co_return co_await commit_done(call, std::move(decide), std::move(write));
}

Task<Rows> Verbs::write_neighbour(std::uint64_t term, WriteSet request, NewNeighbourWord fresh) {
    auto lease = co_await c_.pool.acquire();
    if (!lease) {
        co_return Failure{lease.error()};
    }
    co_return co_await add_neighbour_word(**lease, term, std::move(request), std::move(fresh));
}

Task<api::ServerFrame> Verbs::record_neighbour(const Call& call) {
    const api::RecordNeighbour& in = call.frame.record_neighbour();
    const auto said = neighbour_said_of(in.word().said());
    if (!said) {
        co_return fail(Code::choice_unknown, "asked, agreed or refused");
    }
    NewNeighbourWord fresh{{in.incident_id()}, {}};
    fresh.word = {0,     call.user.display_name.empty() ? call.user.name : call.user.display_name, in.word().name(),
                  *said, in.word().unit(), in.word().eta()};
    const NeighbourRequest request{fresh.incident, in.version(), fresh.word, call.user.name};
    Centre::Decider decide = [&request](const World& world) { return decide_neighbour(world, request); };
    Centre::Writer write = [this, &fresh](std::uint64_t term, WriteSet writes) {
        return write_neighbour(term, std::move(writes), fresh);
    };
    co_return co_await commit_done(call, std::move(decide), std::move(write));
}

Task<Rows> Verbs::write_spo2_scale(std::uint64_t term, WriteSet request, NewSpo2Scale scale) {
    auto lease = co_await c_.pool.acquire();
    if (!lease) {
        co_return Failure{lease.error()};
    }
    auto rows = co_await dispatch::set_spo2_scale(**lease, term, std::move(request), std::move(scale));
    co_return rows;
}

Task<api::ServerFrame> Verbs::set_spo2_scale(const Call& call) {
    const api::SetSpo2Scale& in = call.frame.set_spo2_scale();
    const ScaleRequest request{{in.incident_id()}, in.scale(), in.version(), call.user.name};
    Centre::Decider decide = [&request](const World& world) { return decide_spo2_scale(world, request); };
    const NewSpo2Scale scale{request.incident, request.version, request.scale,
                             call.user.display_name.empty() ? call.user.name : call.user.display_name};
    Centre::Writer write = [this, &scale](std::uint64_t term, WriteSet writes) {
        return write_spo2_scale(term, std::move(writes), scale);
    };
    co_return co_await commit_done(call, std::move(decide), std::move(write));
}

// The number itself is in no audit: that somebody looked, and how much there was, is.
Task<api::ServerFrame> Verbs::caller_history(User user, api::GetCallerHistory request) {
    api::ServerFrame reply;
    api::CallerHistory& out = *reply.mutable_caller_history();
    if (auto fits = check_text(request.caller_phone(), kPhoneMax, "caller_phone"); !fits) {
        co_return Failure{fits.error()};
    }
    // No number is not the number of all who gave none.
    if (request.caller_phone().empty()) {
        co_return reply;
    }
    std::string index = phone_index(request.caller_phone(), c_.data_key);
    auto lease = co_await c_.pool.acquire();
    if (!lease) {
        co_return Failure{lease.error()};
    }
    auto found = co_await calls_of(**lease, std::move(index));
    if (!found) {
        co_return Failure{found.error()};
    }
    AddAudit row{"get_caller_history", {}, fmt::format("earlier={}", found->count)};
    std::string actor = user.name;
    auto noted = co_await c_.store.audit(std::move(actor), std::move(row));
    if (!noted) {
        co_return Failure{noted.error()};
    }
    for (const IncidentRow& incident : found->newest) {
        *out.add_incidents() = to_message(incident);
    }
    out.set_earlier(found->count);
    co_return reply;
}

} // namespace ems::dispatch
