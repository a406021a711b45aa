#include "dispatch/store/neighbours.h"

#include <utility>

#include "dispatch/store/rows_json.h"

namespace ems::dispatch {
namespace {

constexpr const char* kAddSql = "select dispatch.neighbour_add($1, $2, $3::jsonb, $4, $5, $6, $7, $8, $9)";

} // namespace

Task<Rows> add_neighbour_word(pg::Connection& db, std::uint64_t term, WriteSet request, NewNeighbourWord fresh) {
    const NeighbourWord& word = fresh.word;
    pg::Params params = pg::Params::of(term, request.actor, to_json(request), fresh.incident, word.who, word.name,
                                       name(word.said), word.unit, word.eta);
    auto answer = co_await db.execute(kAddSql, std::move(params));
    if (!answer) {
        Error error = translate(answer.error());
        error.code = error.code == Code::too_many_requests ? Code::too_many_neighbour_words : error.code;
        co_return Failure{std::move(error)};
    }
    co_return rows_from_json(answer->text(0, 0).value_or(""));
}

} // namespace ems::dispatch
