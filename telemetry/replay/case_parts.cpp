#include "telemetry/replay/case_parts.h"

#include <tuple>
#include <utility>

namespace ems::replay {

namespace asio = boost::asio;
using pg::Params;

namespace {

// What the archive holds was fixed when the case was closed; before that the task says it.
constexpr const char* kSelect =
    "select p.assignment_id, p.incident_id, p.unit_id, coalesce(c.vid, p.vid, ''), "
    "coalesce(c.from_t, p.from_t), "
    "coalesce(c.to_t, p.to_t), coalesce(c.state, ''), coalesce(c.owed, 0), coalesce(c.not_kept, 0) "
    "from archive.case_part p left join archive.case_copy c on c.assignment_id = p.assignment_id ";

Result<CasePart> read_part(const pg::Rows& rows, std::size_t i) {
    auto row = rows.read<AssignmentId, IncidentId, UnitId, std::string, DeviceTime,
                         std::optional<DeviceTime>, std::string, std::int64_t, std::int64_t>(i);
    if (!row) {
        return Failure{std::move(row).error()};
    }
    CasePart part;
    std::tie(part.assignment, part.incident, part.unit, part.vid, part.from, part.to, part.archive,
             part.owed, part.not_kept) = std::move(*row);
    return part;
}

} // namespace

asio::awaitable<Result<std::vector<CasePart>>> parts_of(pg::Connection& db, IncidentId incident) {
    const Params params = Params::of(incident, static_cast<std::int64_t>(kPartsMax));
    std::string sql{kSelect};
    sql += "where p.incident_id = $1 order by p.assignment_id limit $2";
    auto rows = co_await db.query(std::move(sql), params);
    if (!rows) {
        co_return Failure{std::move(rows).error()};
    }
    std::vector<CasePart> out;
    for (std::size_t i = 0; i < rows->size(); ++i) {
        auto part = read_part(*rows, i);
        if (!part) {
            co_return Failure{std::move(part).error()};
        }
        out.push_back(std::move(*part));
    }
    co_return out;
}

asio::awaitable<Result<CasePart>> part_of(pg::Connection& db, AssignmentId assignment) {
    const Params params = Params::of(assignment);
    std::string sql{kSelect};
    sql += "where p.assignment_id = $1";
    auto rows = co_await db.query(std::move(sql), params);
    if (!rows) {
        co_return Failure{std::move(rows).error()};
    }
    if (rows->empty()) {
        co_return fail(Code::not_found, "no such assignment");
    }
    co_return read_part(*rows, 0);
}

} // namespace ems::replay
