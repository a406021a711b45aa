#include "dispatch/store/move_ups.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "dispatch/store/rows_json.h"

namespace ems::dispatch {
namespace {

using nlohmann::json;

MoveUpRow decode(const json& in) {
    MoveUpRow out;
    out.id = in.at("id").get<std::int64_t>();
    out.unit = {in.at("unit").get<std::int64_t>()};
    out.station = {in.at("station").get<std::int64_t>()};
    out.drive_s = in.at("drive").get<std::uint32_t>();
    out.expected_before = in.at("before").get<double>();
    out.expected_after = in.at("after").get<double>();
    out.busy_share = in.at("busy").get<double>();
    out.moves_today = in.at("moves_today").get<std::uint32_t>();
    out.moves_max = in.at("moves_max").get<std::uint32_t>();
    out.state = in.at("state").get<std::string>();
    out.created_us = in.at("created").get<std::int64_t>();
    out.answered_us = in.at("answered").get<std::int64_t>();
    out.answered_by = in.at("answered_by").get<std::string>();
    out.reason = in.at("reason").get<std::string>();
    out.version = in.at("version").get<std::uint64_t>();
    return out;
}

Result<std::vector<MoveUpRow>> rows_of(const Result<pg::Rows>& answer) {
    if (!answer) {
        return Failure{translate(answer.error())};
    }
    try {
        std::vector<MoveUpRow> out;
        for (const json& row : json::parse(answer->text(0, 0).value_or(""))) {
            out.push_back(decode(row));
        }
        return out;
    } catch (const json::exception& error) {
        return fail(Code::corrupt, error.what());
    }
}

std::string encode(const MoveUpRow& row) {
    return json{{"unit", row.unit.value},
                {"station", row.station.value},
                {"drive", row.drive_s},
                {"before", std::clamp(row.expected_before, 0.0, 1.0)},
                {"after", std::clamp(row.expected_after, 0.0, 1.0)},
                {"busy", row.busy_share},
                {"moves_today", row.moves_today},
                {"moves_max", row.moves_max}}
        .dump();
}

} // namespace

Task<std::vector<MoveUpRow>> move_ups(pg::Connection& db, std::string region) {
    pg::Params params = pg::Params::of(region);
    auto answer = co_await db.query("select dispatch.move_ups($1)", std::move(params));
    co_return rows_of(answer);
}

Task<std::optional<MoveUpRow>> advise_move_up(pg::Connection& db, std::uint64_t term,
                                              std::string region, std::optional<MoveUpRow> row) {
    const std::optional<std::string> body = row ? std::optional{encode(*row)} : std::nullopt;
    pg::Params params = pg::Params::of(term, region, body);
    auto answer =
        co_await db.execute("select dispatch.move_up_advise($1, $2, $3::jsonb)", std::move(params));
    auto rows = rows_of(answer);
    if (!rows) {
        co_return Failure{rows.error()};
    }
    co_return rows->empty() ? std::optional<MoveUpRow>{} : std::optional{std::move(rows->front())};
}

Task<MoveUpAnswered> answer_move_up(pg::Connection& db, std::uint64_t term, WriteSet writes,
                                    MoveUpReply reply) {
    const std::string state = reply.state == MoveUpAnswerState::accepted ? "accepted" : "declined";
    pg::Params params = pg::Params::of(term, writes.actor, to_json(writes), reply.id, reply.version,
                                       state, reply.reason);
    // One statement is one transaction. The writes go through apply itself, which says what they
    // changed; the answer comes with none of its own.
    auto answer = co_await db.execute(
        "select dispatch.move_up_answer($1, $2, '[]'::jsonb, $4, $5, $6, $7), a.rows "
        "from (select dispatch.apply($1, $2, $3::jsonb) as rows offset 0) a",
        std::move(params));
    auto advice = rows_of(answer);
    if (!advice) {
        co_return Failure{advice.error()};
    }
    if (advice->size() != 1) {
        co_return fail(Code::corrupt, "one advice was expected");
    }
    auto rows = rows_from_json(answer->text(0, 1).value_or(""));
    if (!rows) {
        co_return Failure{rows.error()};
    }
    co_return MoveUpAnswered{std::move(*rows), std::move(advice->front())};
}

Task<std::vector<RelocationRow>> relocations(pg::Connection& db, std::string region) {
    pg::Params params = pg::Params::of(region, kRelocationsMax);
    auto rows = co_await db.query(
        "select * from (select p.unit_id, p.station_id, p.state, dispatch.us(p.created_at), "
        "dispatch.us(p.ended_at), p.id from dispatch.posting p "
        "join registry.station s on s.id = p.station_id "
        "where p.kind = 'relocation' and s.region = $1 "
        "and p.created_at > clock_timestamp() - interval '24 hours' "
        "order by p.id desc limit $2) newest order by id",
        std::move(params));
    if (!rows) {
        co_return Failure{translate(rows.error())};
    }
    std::vector<RelocationRow> out;
    for (std::size_t i = 0; i < rows->size(); ++i) {
        auto row = rows->read<std::int64_t, std::int64_t, std::string, std::int64_t, std::int64_t,
                              std::int64_t>(i);
        if (!row) {
            co_return Failure{row.error()};
        }
        const auto& [unit, station, state, ordered_us, ended_us, id] = *row;
        const auto known = posting_state_of(state);
        if (!known) {
            co_return fail(Code::corrupt, "state of posting " + std::to_string(id));
        }
        out.push_back({{unit}, {station}, *known, ordered_us, ended_us});
    }
    co_return out;
}

Task<std::vector<SquareCalls>> call_history(pg::Connection& db, std::string region) {
    pg::Params params = pg::Params::of(region, kCallHistoryDays);
    auto rows = co_await db.query(
        "select lat_e7, lon_e7, hour, calls from dispatch.call_history($1, $2)", std::move(params));
    if (!rows) {
        co_return Failure{translate(rows.error())};
    }
    std::vector<SquareCalls> out;
    for (std::size_t i = 0; i < rows->size(); ++i) {
        auto row = rows->read<std::int32_t, std::int32_t, std::int32_t, std::int64_t>(i);
        if (!row) {
            co_return Failure{row.error()};
        }
        auto& [lat_e7, lon_e7, hour, calls] = *row;
        out.push_back(
            {{lat_e7, lon_e7}, static_cast<std::uint32_t>(hour), static_cast<double>(calls)});
    }
    co_return out;
}

Task<BusyHistory> busy_history(pg::Connection& db, std::string region) {
    pg::Params params = pg::Params::of(region, kBusyHistoryDays);
    auto rows = co_await db.query("select busy_h, unit_h from dispatch.busy_history($1, $2)",
                                  std::move(params));
    if (!rows) {
        co_return Failure{translate(rows.error())};
    }
    auto row = rows->read<double, double>(0);
    if (!row) {
        co_return Failure{row.error()};
    }
    co_return BusyHistory{std::get<0>(*row), std::get<1>(*row)};
}

} // namespace ems::dispatch
