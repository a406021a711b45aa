// Keeps the move-up advice up to date: after each coverage it is looked for the one move that adds
// most (dispatch/core/moveup.h); what is advised is stored before it is shown, stands for
// kAdviceStands at least while its unit is free, and is answered by a dispatcher. One thread, the
// loop's; the work is RoadThread's.
//
// A unit counts where it waits: at the station it returns to, or was moved to within kMoveHolds;
// else where it stands. What was declined is not advised again for kDeclineHolds. Calls and busy
// hours of the past are read with every term and each kHistoryEvery.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "dispatch/service/async_lock.h"
#include "dispatch/service/road_thread.h"
#include "dispatch/store/move_ups.h"
#include "telemetry/base/clock.h"
#include "telemetry/pg/pool.h"

namespace ems::dispatch {

inline constexpr std::chrono::minutes kAdviceStands{1};
inline constexpr std::chrono::minutes kMoveHolds{60};
inline constexpr std::chrono::minutes kDeclineHolds{60};
inline constexpr std::chrono::minutes kHistoryEvery{60};

class MoveUpDesk {
  public:
    // The stations and the free units as they stand; nothing while nobody here leads. Of a unit:
    // where it is, and the station it belongs to when it is there or returns there.
    using Fleet = std::function<std::optional<MoveUpFleet>()>;
    struct Context {
        RoadThread& thread;
        pg::Pool& pool;
        const Clock& clock;
        std::string region;
        std::function<std::uint64_t()> term;
    };

    MoveUpDesk(boost::asio::io_context& io, Context context, Fleet fleet);
    // With each advice that is new, answered or gone.
    void on_change(std::function<void(const MoveUpRow&)> hook) { changed_ = std::move(hook); }

    // Runs until stop().
    boost::asio::awaitable<void> run();
    void stop();
    void begin_term();
    // The coverage is another.
    void touch();

    // The open one; null when nothing is advised.
    [[nodiscard]] const MoveUpRow* open() const;
    struct Figures {
        double busy_share{0};
        double expected_share{0};    // of calls that find a free unit in time
        std::int64_t computed_us{0}; // 0: not yet
    };
    [[nodiscard]] const Figures& figures() const { return figures_; }
    // Errors: not_found, those of answer_move_up, not_leader for term_stale.
    Task<void> answer(WriteSet request, MoveUpReply reply);

  private:
    boost::asio::awaitable<Result<void>> load();
    boost::asio::awaitable<Result<void>> advise();
    boost::asio::awaitable<Result<void>> store(std::optional<MoveUpRow> row);
    void put_history(MoveUpFleet& fleet) const;
    [[nodiscard]] bool stands(const MoveUpFleet& fleet) const;
    void take(const MoveUpRow& row);

    Context c_;
    Fleet fleet_;
    std::function<void(const MoveUpRow&)> changed_;
    AsyncLock lock_;
    boost::asio::steady_timer timer_;
    std::vector<MoveUpRow> rows_; // the open one and those answered within a day
    BusyHistory busy_;
    Figures figures_;
    std::int64_t history_us_{0}; // when it was read; 0: to be read
    bool loaded_{false};
    bool touched_{false};
    bool waits_{false};
    bool stopping_{false};
};

} // namespace ems::dispatch
