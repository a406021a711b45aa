#include "dispatch/service/road_desk.h"

#include <algorithm>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "dispatch/service/messages_roads.h"
#include "telemetry/base/log.h"

namespace ems::dispatch {
namespace {

constexpr std::chrono::milliseconds kPoll{200};
constexpr std::chrono::milliseconds kRetry{1000};

bool is_over(const RoadConditionRow& row, std::int64_t now_us) {
    return row.ended_us != 0 || (row.until_us != 0 && row.until_us <= now_us);
}

} // namespace

RoadDesk::RoadDesk(boost::asio::io_context& io, RoadDeskContext context)
    : c_(std::move(context)), lock_(io.get_executor()), timer_(io) {}

void RoadDesk::stop() {
    stopping_ = true;
    timer_.cancel();
}

void RoadDesk::wake() {
    timer_.cancel();
}

void RoadDesk::begin_term() {
    loaded_ = false;
    wanted_ = true;
    wake();
}

boost::asio::awaitable<void> RoadDesk::run() {
    bool said = false;
    while (!stopping_) {
        std::chrono::milliseconds pause = kPoll;
        if (wanted_) {
            wanted_ = false;
            auto done = co_await load();
            if (!done) {
                wanted_ = true;
                pause = kRetry;
                if (!said) {
                    EMS_LOG(warn, "roads", "conditions of roads are not read: {}",
                            done.error().message());
                }
            }
            said = !done;
        } else if (next_change_us_ && *next_change_us_ <= c_.clock.utc_us()) {
            co_await pass_time();
        }
        if (stopping_) {
            break;
        }
        timer_.expires_after(pause);
        co_await timer_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    }
}

void RoadDesk::take(RoadMoment moment) {
    next_change_us_ = moment.next_change_us;
    const bool other = metric_ != moment.now.metric;
    metric_ = moment.now.metric;
    c_.roads.use(std::move(moment.now));
    revision_ += other ? 1 : 0;
    if (other && hooks_.roads_changed) {
        hooks_.roads_changed();
    }
}

boost::asio::awaitable<Result<void>> RoadDesk::load() {
    const AsyncLock::Held held = co_await lock_.acquire();
    auto lease = co_await c_.pool.acquire();
    if (!lease) {
        co_return Failure{lease.error()};
    }
    auto rows = co_await road_conditions(**lease, c_.region);
    if (!rows) {
        co_return Failure{rows.error()};
    }
    std::vector<map::RoadCondition> conditions;
    for (const RoadConditionRow& row : *rows) {
        conditions.push_back(to_map(row));
    }
    RoadMoment moment = co_await c_.thread.replace(std::move(conditions), c_.clock.utc_us());
    for (RoadConditionRow& row : *rows) {
        row.without_effect = std::find(moment.without_effect.begin(), moment.without_effect.end(),
                                       row.id) != moment.without_effect.end();
    }
    std::map<std::int64_t, RoadConditionRow> before = std::exchange(rows_, {});
    for (const RoadConditionRow& row : *rows) {
        before.erase(row.id);
        rows_.emplace(row.id, row);
    }
    // Ended while another server led.
    for (auto& [id, row] : before) {
        row.ended_us = row.ended_us == 0 ? c_.clock.utc_us() : row.ended_us;
        rows->push_back(std::move(row));
    }
    loaded_ = true;
    EMS_LOG(info, "roads", "conditions={}", rows_.size());
    take(std::move(moment));
    if (hooks_.changed) {
        hooks_.changed(*rows); // none, perhaps: that is known now
    }
    co_return Result<void>{};
}

boost::asio::awaitable<void> RoadDesk::pass_time() {
    const AsyncLock::Held held = co_await lock_.acquire();
    const std::int64_t now_us = c_.clock.utc_us();
    std::vector<RoadConditionRow> over;
    for (auto row = rows_.begin(); row != rows_.end();) {
        if (is_over(row->second, now_us)) {
            EMS_LOG(info, "roads", "condition={} is over by its time", row->first);
            co_await c_.thread.remove(row->first, now_us);
            over.push_back(std::move(row->second));
            row = rows_.erase(row);
        } else {
            ++row;
        }
    }
    RoadMoment moment = co_await c_.thread.at(now_us);
    take(std::move(moment));
    if (!over.empty() && hooks_.changed) {
        hooks_.changed(over);
    }
}

boost::asio::awaitable<Result<std::size_t>> RoadDesk::probe(RoadConditionRow row) {
    map::RoadCondition condition = to_map(row);
    co_return co_await c_.thread.probe(std::move(condition));
}

Task<std::int64_t> RoadDesk::take_id() {
    auto lease = co_await c_.pool.acquire();
    if (!lease) {
        co_return Failure{lease.error()};
    }
    co_return co_await take_road_condition_id(**lease);
}

// What the store did is not known, or is not what is held here: read it anew.
Error RoadDesk::refused(Error error) {
    if (error.code == Code::term_stale) {
        error.code = Code::not_leader;
    } else if (error.code == Code::db_outcome_unknown && hooks_.outcome_unknown) {
        hooks_.outcome_unknown();
    } else if (error.code != Code::repeated && error.code != Code::too_many_requests) {
        wanted_ = true;
        wake();
    }
    return error;
}

Task<void> RoadDesk::add(std::uint64_t term, WriteSet request, RoadConditionRow row) {
    const AsyncLock::Held held = co_await lock_.acquire();
    std::optional<Result<RoadConditionRow>> stored;
    {
        auto lease = co_await c_.pool.acquire();
        if (!lease) {
            co_return Failure{lease.error()};
        }
        stored = co_await add_road_condition(**lease, term, std::move(request), c_.region,
                                             std::move(row));
    }
    if (!*stored) {
        co_return Failure{refused(stored->error())};
    }
    const RoadConditionRow& now_stored = **stored;
    map::RoadCondition condition = to_map(now_stored);
    auto moment = co_await c_.thread.put(std::move(condition), c_.clock.utc_us());
    if (!moment) {
        // Probed a moment ago on the same map: only the server's own limit can be in the way. It is
        // stored all the same, and is tried once more with all others.
        EMS_LOG(error, "roads", "condition={} is stored and does not hold: {}", now_stored.id,
                moment.error().message());
        wanted_ = true;
        wake();
        co_return Failure{moment.error()};
    }
    rows_[now_stored.id] = now_stored;
    take(std::move(*moment));
    if (hooks_.changed) {
        const std::vector<RoadConditionRow> fresh(1, now_stored);
        hooks_.changed(fresh);
    }
    co_return Result<void>{};
}

Task<void> RoadDesk::end(std::uint64_t term, WriteSet request, std::int64_t id,
                         std::uint64_t version, std::string reason) {
    const AsyncLock::Held held = co_await lock_.acquire();
    if (!rows_.contains(id)) {
        co_return fail(Code::road_condition_over);
    }
    std::optional<Result<RoadConditionRow>> stored;
    {
        auto lease = co_await c_.pool.acquire();
        if (!lease) {
            co_return Failure{lease.error()};
        }
        stored = co_await end_road_condition(**lease, term, std::move(request), id, version,
                                             std::move(reason));
    }
    if (!*stored) {
        co_return Failure{refused(stored->error())};
    }
    rows_.erase(id);
    RoadMoment moment = co_await c_.thread.remove(id, c_.clock.utc_us());
    take(std::move(moment));
    if (hooks_.changed) {
        const std::vector<RoadConditionRow> ended(1, **stored);
        hooks_.changed(ended);
    }
    co_return Result<void>{};
}

} // namespace ems::dispatch
