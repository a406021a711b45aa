// Keeps the move-up advice up to date: after each coverage it is looked for the one move that adds
// most (dispatch/core/moveup.h); what is advised is stored before it is shown, stands for
// kAdviceStands at least while its unit is free, and is answered by a dispatcher. One thread, the
// loop's; the work is RoadThread's. While it searches an advice can be answered; what was found
// among rows that changed meanwhile is thrown away. Where postings change faster than a search ends,
// every kSearchesLost-th is kept if its move still fits the fleet as it then stands.
//
// A unit counts where it waits (whereabouts.h). How often it was moved within 24 h are the
// relocations that it was ordered and did not refuse, whoever thought of them. What was declined,
// refused by the crew or called off is not advised again for kDeclineHolds. Calls and busy hours of
// the past are read with every term and each kHistoryEvery.
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
#include "dispatch/service/centre.h"
#include "dispatch/service/road_thread.h"
#include "dispatch/store/move_ups.h"
#include "telemetry/base/clock.h"
#include "telemetry/pg/pool.h"

namespace ems::dispatch {

inline constexpr std::chrono::minutes kAdviceStands{1};
inline constexpr std::chrono::minutes kDeclineHolds{60};
inline constexpr std::chrono::minutes kHistoryEvery{60};
inline constexpr int kSearchesLost = 3;

class MoveUpDesk {
  public:
    // The stations and the free units as they stand; nothing while nobody here leads. Of a unit:
    // where it is, and the station it belongs to when it is there or returns there.
    using Fleet = std::function<std::optional<MoveUpFleet>()>;
    struct Context {
        // RoadThread's, on its own thread.
        std::function<boost::asio::awaitable<std::size_t>(std::vector<SquareCalls>)> learn;
        std::function<boost::asio::awaitable<MoveUpAnswer>(MoveUpFleet)> search;
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
    // A posting changed, or may have.
    void posting_changed();

    // The open one; null when nothing is advised.
    [[nodiscard]] const MoveUpRow* open() const;
    struct Figures {
        double busy_share{0};
        double expected_share{0};    // of calls that find a free unit in time
        std::int64_t computed_us{0}; // 0: not yet
    };
    [[nodiscard]] const Figures& figures() const { return figures_; }
    // Decides what comes with the answer and commits it with the writer that is handed over
    // (Centre::commit), which writes both in one transaction.
    using Commit = std::function<Task<void>(Centre::Writer)>;
    // Errors: not_found (gone or answered), db_conflict (another version), those of `commit`.
    Task<void> answer(MoveUpReply reply, Commit commit);

  private:
    struct Question {
        MoveUpFleet fleet;
        std::uint64_t changes{0}; // what it was made from
        std::uint64_t postings{0};
    };
    boost::asio::awaitable<Result<void>> load();
    boost::asio::awaitable<Result<void>> advise();
    // Nothing while nobody here leads.
    boost::asio::awaitable<Result<std::optional<Question>>> ask();
    boost::asio::awaitable<Result<void>> conclude(Question question, MoveUpAnswer answer);
    // The fleet of now when the answer to a question of before fits it; nothing when it does not.
    boost::asio::awaitable<Result<std::optional<MoveUpFleet>>> fitting(const MoveUpFleet& before,
                                                                       const MoveUpAnswer& answer);
    boost::asio::awaitable<Result<void>> store(std::optional<MoveUpRow> row);
    Task<Rows> write(std::uint64_t term, WriteSet writes, MoveUpReply reply,
                     std::optional<MoveUpRow>& answered);
    void put_history(MoveUpFleet& fleet) const;
    [[nodiscard]] bool stands(const MoveUpFleet& fleet) const;
    void take(const MoveUpRow& row);

    Context c_;
    Fleet fleet_;
    std::function<void(const MoveUpRow&)> changed_;
    AsyncLock lock_;
    boost::asio::steady_timer timer_;
    std::vector<MoveUpRow> rows_; // the open one and those answered within a day
    std::vector<RelocationRow> moves_;
    BusyHistory busy_;
    Figures figures_;
    std::int64_t history_us_{0}; // when it was read; 0: to be read
    std::uint64_t changes_{0};   // of rows and terms
    std::uint64_t postings_{0};  // changes of them
    int lost_{0};                // searches in a row that were thrown away for postings
    bool loaded_{false};
    bool moves_known_{false};
    bool touched_{false};
    bool waits_{false};
    bool stopping_{false};
};

} // namespace ems::dispatch
