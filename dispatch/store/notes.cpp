#include "dispatch/store/notes.h"

#include <algorithm>
#include <utility>

#include "dispatch/store/rows_json.h"

namespace ems::dispatch {
namespace {

constexpr const char* kAddSql = "select dispatch.note_add($1, $2, $3::jsonb, $4, $5, $6)";
constexpr const char* kNotesSql = "select dispatch.note_rows($1, $2)";
constexpr const char* kCallsSql =
    "with calls as (select i.id, i.created_at from dispatch.patient_identity p join dispatch.incident i on i.id = p.incident_id "
    "where p.phone_index = $1 and i.created_at > clock_timestamp() - interval '1 year') "
    "select (select count(*) from calls), jsonb_build_object('units', '[]'::jsonb, 'incidents', dispatch.incident_rows(array("
    "select id from calls order by created_at desc, id desc limit $2)), 'assignments', '[]'::jsonb, 'commands', '[]'::jsonb, "
    "'postings', '[]'::jsonb, 'proposals', '[]'::jsonb)";

Error note_error(Error error) {
    error = translate(std::move(error));
    switch (error.code) {
    case Code::not_found: error.code = Code::no_such_incident; break;
    case Code::too_many_requests: error.code = Code::too_many_notes; break;
    default: break;
    }
    return error;
}

} // namespace

Task<Rows> add_note(pg::Connection& db, std::uint64_t term, WriteSet request, NewNote note) {
    pg::Params params = pg::Params::of(term, request.actor, to_json(request), note.incident, note.display, note.text);
    auto answer = co_await db.execute(kAddSql, std::move(params));
    if (!answer) {
        co_return Failure{note_error(answer.error())};
    }
    co_return rows_from_json(answer->text(0, 0).value_or(""));
}

Task<std::vector<NoteRow>> notes_of(pg::Connection& db, IncidentId incident) {
    pg::Params params = pg::Params::of(incident, static_cast<std::int32_t>(kNotesMax));
    auto answer = co_await db.query(kNotesSql, std::move(params));
    if (!answer) {
        co_return Failure{translate(answer.error())};
    }
    co_return notes_from_json(answer->text(0, 0).value_or(""));
}

Task<CallsOfNumber> calls_of(pg::Connection& db, std::string phone_index) {
    pg::Params params = pg::Params::of(pg::Bytes{std::move(phone_index)}, kCallsShown);
    auto answer = co_await db.query(kCallsSql, std::move(params));
    if (!answer) {
        co_return Failure{translate(answer.error())};
    }
    auto row = answer->read<std::int64_t, std::string>(0);
    if (!row) {
        co_return Failure{row.error()};
    }
    auto rows = rows_from_json(std::get<1>(*row));
    if (!rows) {
        co_return Failure{rows.error()};
    }
    CallsOfNumber out;
    out.count = static_cast<std::uint32_t>(std::get<0>(*row));
    out.newest = std::move(rows->incidents);
    // The rows come by id.
    std::sort(out.newest.begin(), out.newest.end(), [](const IncidentRow& a, const IncidentRow& b) {
        return std::pair{a.created_us, a.id.value} > std::pair{b.created_us, b.id.value};
    });
    co_return out;
}

} // namespace ems::dispatch
