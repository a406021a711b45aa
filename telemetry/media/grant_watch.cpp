#include "telemetry/media/grant_watch.h"

#include <utility>

#include <fmt/format.h>

#include "telemetry/base/log.h"

namespace ems::media {

GrantWatch::GrantWatch(pg::Connection& db, std::string_view table, Deeds deeds)
    : db_(db), table_(table), deeds_(std::move(deeds)) {}

void GrantWatch::live(const std::set<std::string>& ids) {
    for (const std::string& id : open_) {
        if (!ids.contains(id)) {
            deeds_.close(id);
        }
    }
    std::erase_if(open_, [&](const std::string& id) {
        const bool is_open = deeds_.is_open(id);
        if (!is_open && ids.contains(id)) {
            refuse(id, "silent while others waited for its place");
        }
        return !is_open;
    });
    std::erase_if(refused_, [&](const std::string& id) { return !ids.contains(id); });
    std::erase_if(waiting_, [&](const std::string& id) { return !ids.contains(id); });
}

bool GrantWatch::is_new(const std::string& id) const {
    return !open_.contains(id) && !refused_.contains(id);
}

GrantWatch::Async<std::optional<std::uint32_t>> GrantWatch::take_over(std::string id) {
    std::string sql = fmt::format(
        "update {} set generation = generation + 1 where grant_id = $1::text "
        "and generation < 255 and revoked_at is null and expires_at > clock_timestamp() "
        "returning generation",
        table_);
    pg::Params params = pg::Params::of(id);
    const auto rows = co_await db_.execute(std::move(sql), std::move(params));
    if (!rows) {
        co_return Failure{rows.error()};
    }
    std::optional<std::uint32_t> generation;
    if (!rows->empty()) {
        const auto value = rows->get<std::int32_t>(0, 0);
        if (!value) {
            co_return Failure{value.error()};
        }
        generation = static_cast<std::uint32_t>(*value);
    }
    co_return generation;
}

void GrantWatch::wait(const std::string& id, const std::string& vid) {
    if (waiting_.insert(id).second) {
        EMS_LOG(warn, "mediad", "grant waits for a place table={} id={} vid={}", table_, id, vid);
    }
}

void GrantWatch::refuse(const std::string& id, std::string_view reason) {
    if (refused_.size() < kRefusedMax) {
        refused_.insert(id);
    }
    EMS_LOG(warn, "mediad", "grant refused table={} id={} reason=\"{}\"", table_, id, reason);
}

void GrantWatch::settle(const std::string& id, const std::string& vid,
                        const Result<void>& opened) {
    waiting_.erase(id);
    if (opened) {
        open_.insert(id);
        EMS_LOG(info, "mediad", "grant open table={} id={} vid={}", table_, id, vid);
        return;
    }
    refuse(id, opened.error().message());
}

bool worth_repeating(const Error& error) {
    return error.code == Code::db_down || error.code == Code::timeout ||
           error.code == Code::db_outcome_unknown || error.code == Code::cancelled ||
           error.code == Code::db_not_replicated;
}

} // namespace ems::media
