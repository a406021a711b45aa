#include "dispatch/store/alarm_marks.h"

#include <algorithm>
#include <array>
#include <utility>

#include <nlohmann/json.hpp>

#include "dispatch/store/rows_json.h"

namespace ems::dispatch {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 4> kAbouts{"unit", "assignment", "incident", "posting"};
constexpr std::array<std::string_view, 5> kKinds{"acknowledged", "shelved", "taken_back", "off", "on"};

template <class E, std::size_t N>
std::optional<E> find_name(const std::array<std::string_view, N>& names, std::string_view name) {
    const auto found = std::find(names.begin(), names.end(), name);
    return found == names.end() ? std::nullopt
                                : std::optional{static_cast<E>(found - names.begin())};
}

template <class T> T must(std::optional<T> value) {
    if (!value) {
        throw json::other_error::create(501, "unknown name", nullptr);
    }
    return *value;
}

std::string encode(const AlarmMarkRow& row) {
    const json out{{"about", name(row.about)}, {"about_id", row.about_id}, {"code", row.code},
                   {"kind", name(row.kind)},   {"grade", row.grade},       {"minutes", row.minutes},
                   {"reason", row.reason},     {"display", row.display}};
    return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

AlarmMarkRow decode(const json& in) {
    AlarmMarkRow out;
    out.id = in.at("id").get<std::int64_t>();
    out.about = must(alarm_about_of(in.at("about").get<std::string>()));
    out.about_id = in.at("about_id").get<std::int64_t>();
    out.code = in.at("code").get<std::string>();
    out.kind = must(mark_kind_of(in.at("kind").get<std::string>()));
    out.grade = in.at("grade").get<std::uint32_t>();
    out.minutes = in.at("minutes").get<std::uint32_t>();
    out.reason = in.at("reason").get<std::string>();
    out.at_us = in.at("at").get<std::int64_t>();
    out.by = in.at("by").get<std::string>();
    out.display = in.at("display").get<std::string>();
    return out;
}

Result<std::vector<AlarmMarkRow>> rows_of(std::string_view text) {
    try {
        std::vector<AlarmMarkRow> out;
        for (const json& row : json::parse(text)) {
            out.push_back(decode(row));
        }
        return out;
    } catch (const json::exception& error) {
        return fail(Code::corrupt, error.what());
    }
}

} // namespace

std::string_view name(AlarmAbout about) {
    return kAbouts[static_cast<std::size_t>(about)];
}
std::string_view name(MarkKind kind) {
    return kKinds[static_cast<std::size_t>(kind)];
}
std::optional<AlarmAbout> alarm_about_of(std::string_view text) {
    return find_name<AlarmAbout>(kAbouts, text);
}
std::optional<MarkKind> mark_kind_of(std::string_view text) {
    return find_name<MarkKind>(kKinds, text);
}

Task<std::vector<AlarmMarkRow>> alarm_marks(pg::Connection& db, std::string region) {
    pg::Params params = pg::Params::of(region);
    auto answer = co_await db.query("select dispatch.alarm_marks($1)", std::move(params));
    if (!answer) {
        co_return Failure{translate(answer.error())};
    }
    co_return rows_of(answer->text(0, 0).value_or(""));
}

Task<AlarmMarkRow> add_alarm_mark(pg::Connection& db, std::uint64_t term, WriteSet request,
                                  std::string region, AlarmMarkRow row) {
    pg::Params params = pg::Params::of(term, request.actor, to_json(request), region, encode(row));
    auto answer = co_await db.execute(
        "select dispatch.alarm_mark_add($1, $2, $3::jsonb, $4, $5::jsonb)", std::move(params));
    if (!answer) {
        co_return Failure{translate(answer.error())};
    }
    auto rows = rows_of(answer->text(0, 0).value_or(""));
    if (!rows) {
        co_return Failure{rows.error()};
    }
    if (rows->size() != 1) {
        co_return fail(Code::corrupt, "one mark of an alarm was expected");
    }
    co_return std::move(rows->front());
}

} // namespace ems::dispatch
