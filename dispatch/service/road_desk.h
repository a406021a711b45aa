// The conditions of roads that hold or will, as the database has them, and the roads of the moment
// that follow from them. Read anew with every term; each change is stored first and holds from its
// answer on; beginnings and ends come by their time. One thread, the loop's; what takes long is
// RoadThread's.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "dispatch/service/async_lock.h"
#include "dispatch/service/road_thread.h"
#include "dispatch/service/roads.h"
#include "dispatch/store/road_conditions.h"
#include "telemetry/base/clock.h"
#include "telemetry/pg/pool.h"

namespace ems::dispatch {

struct RoadDeskContext {
    Roads& roads;
    RoadThread& thread;
    pg::Pool& pool;
    const Clock& clock;
    std::string region;
};

class RoadDesk {
  public:
    struct Hooks {
        // Rows as they now are, ended ones too.
        std::function<void(const std::vector<RoadConditionRow>&)> changed;
        std::function<void()> roads_changed; // other times hold, or what holds is known now
        // A condition is stored or not: what we read now may come before it. Whoever leads next
        // reads behind it.
        std::function<void()> outcome_unknown;
    };

    RoadDesk(boost::asio::io_context& io, RoadDeskContext context);
    void set_hooks(Hooks hooks) { hooks_ = std::move(hooks); }

    // Runs until stop().
    boost::asio::awaitable<void> run();
    void stop();
    // The lead was taken: what is held here may be past.
    void begin_term();

    // Another number whenever other times hold.
    [[nodiscard]] std::uint64_t revision() const { return revision_; }
    // False from a new term until the conditions were read.
    [[nodiscard]] bool is_loaded() const { return loaded_; }
    [[nodiscard]] const std::map<std::int64_t, RoadConditionRow>& rows() const { return rows_; }

    // As RoadThread::probe.
    Task<std::size_t> probe(RoadConditionRow row);
    Task<std::int64_t> take_id();
    // Stores it with the request's key and audit; when this returns, questions follow it. Errors:
    // those of add_road_condition, not_leader for term_stale.
    Task<void> add(std::uint64_t term, WriteSet request, RoadConditionRow row);
    // Errors: not_found, those of end_road_condition, not_leader for term_stale.
    Task<void> end(std::uint64_t term, WriteSet request, std::int64_t id, std::uint64_t version,
                   std::string reason);

  private:
    boost::asio::awaitable<Result<void>> load();
    boost::asio::awaitable<void> pass_time();
    void take(RoadMoment moment);
    [[nodiscard]] Error refused(Error error);
    void wake();

    RoadDeskContext c_;
    Hooks hooks_;
    AsyncLock lock_; // one change, or one reading, at a time
    boost::asio::steady_timer timer_;
    std::map<std::int64_t, RoadConditionRow> rows_;
    std::shared_ptr<const map::Metric> metric_;
    std::uint64_t revision_{1};
    std::optional<std::int64_t> next_change_us_;
    bool wanted_{false}; // to be read anew
    bool loaded_{false};
    bool stopping_{false};
};

} // namespace ems::dispatch
