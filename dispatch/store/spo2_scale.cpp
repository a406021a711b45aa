#include "dispatch/store/spo2_scale.h"

#include <utility>

#include "dispatch/store/rows_json.h"

namespace ems::dispatch {
namespace {

constexpr const char* kSetSql = "select dispatch.spo2_scale_set($1, $2, $3::jsonb, $4, $5, $6, $7)";

} // namespace

Task<Rows> set_spo2_scale(pg::Connection& db, std::uint64_t term, WriteSet request, NewSpo2Scale scale) {
    pg::Params params = pg::Params::of(term, request.actor, to_json(request), scale.incident, scale.version,
                                       static_cast<std::int32_t>(scale.scale), scale.display);
    auto answer = co_await db.execute(kSetSql, std::move(params));
    if (!answer) {
        Error error = translate(answer.error());
        if (error.code == Code::not_found) {
            error.code = Code::no_such_incident;
        }
        co_return Failure{std::move(error)};
    }
    co_return rows_from_json(answer->text(0, 0).value_or(""));
}

} // namespace ems::dispatch
