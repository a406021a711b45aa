// The move-up desk on a real PostgreSQL, with a search that takes as long as the test wants.
#include "dispatch/service/move_up_desk.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "tests/support/patient_pg.h"
#include "tests/support/run_coroutine.h"
#include "tests/support/temp_postgres.h"

namespace ems::dispatch {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

class MoveUpDeskTest : public ::testing::Test {
  protected:
    MoveUpDeskTest()
        : pool_(io_.get_executor(), test::patient_pool(postgres_.conninfo("ems_dispatch"))),
          lead_(io_.get_executor(), test::patient(postgres_.conninfo("ems_dispatch"))),
          gate_(io_, asio::steady_timer::time_point::max()),
          desk_(io_,
                {[this](std::vector<SquareCalls> calls) { return learn(std::move(calls)); },
                 [this](MoveUpFleet fleet) { return search(std::move(fleet)); }, pool_, clock_,
                 "140802", [this] { return term_; }},
                [this] { return fleet_; }) {
        postgres_.execute("insert into registry.region (code, name) values ('140802', 'Yanhu');"
                          "insert into registry.station (region, name, place) values ('140802', "
                          "'S1', st_point(110.9, 35.1)::geography);"
                          "insert into registry.unit (name, station_id) values ('U1', 1)");
        EXPECT_TRUE(test::run_coroutine(io_, lead_.open()));
        term_ = **test::run_coroutine(io_, become_leader(lead_, "test"));
        io_.restart();
        asio::co_spawn(io_, desk_.run(), [](std::exception_ptr error) { EXPECT_FALSE(error); });
    }
    ~MoveUpDeskTest() override {
        desk_.stop();
        gate_.cancel();
        io_.run();
    }
    static MoveUpFleet fleet() {
        MoveUpFleet out;
        out.units.push_back({{1}, {}, 0, {}, 0, {}, {}});
        return out;
    }
    asio::awaitable<std::size_t> learn(std::vector<SquareCalls> calls) { co_return calls.size(); }
    asio::awaitable<MoveUpAnswer> search(MoveUpFleet fleet) {
        ++searches_;
        if (during_search_) {
            during_search_();
        } else if (searches_ > 1) {
            co_await gate_.async_wait(asio::as_tuple(asio::use_awaitable));
        }
        MoveUpAnswer out;
        out.move = Move{fleet.units.front().unit, {1}, 60, 0.5};
        co_return out;
    }
    static Task<void> commit(std::uint64_t term, Centre::Writer write) {
        WriteSet writes{"li", {StoreKey{"li", "k1", "hash", "answer"}}};
        auto rows = co_await write(term, std::move(writes));
        co_return rows.map([](const Rows&) {});
    }
    bool until(const std::function<bool()>& condition) {
        const auto end = std::chrono::steady_clock::now() + 30s;
        while (!condition() && std::chrono::steady_clock::now() < end) {
            io_.run_one_for(100ms);
        }
        return condition();
    }

    test::TempPostgres postgres_;
    asio::io_context io_;
    SystemClock clock_;
    pg::Pool pool_;
    pg::Connection lead_;
    asio::steady_timer gate_;
    std::uint64_t term_{0};
    int searches_{0};
    MoveUpFleet fleet_{fleet()};
    std::function<void()> during_search_;
    MoveUpDesk desk_;
};

TEST_F(MoveUpDeskTest, AnAdviceIsAnsweredWhileTheNextIsSearched) {
    desk_.touch();
    ASSERT_TRUE(until([this] { return desk_.open() != nullptr; }));
    desk_.touch();
    ASSERT_TRUE(until([this] { return searches_ == 2; }));
    std::optional<Result<void>> answered;
    MoveUpReply reply{desk_.open()->id, desk_.open()->version, MoveUpAnswerState::declined, "no"};
    MoveUpDesk::Commit with = [this](Centre::Writer write) { return commit(term_, std::move(write)); };
    asio::co_spawn(io_, desk_.answer(std::move(reply), std::move(with)),
                   [&](std::exception_ptr, Result<void> result) { answered = std::move(result); });
    ASSERT_TRUE(until([&] { return answered.has_value(); })) << "it waits for the search";
    EXPECT_TRUE(*answered) << answered->error().message();
    EXPECT_EQ(desk_.open(), nullptr);
    gate_.cancel();
    ASSERT_TRUE(until([this] { return searches_ == 3; }));
    EXPECT_EQ(postgres_.value("select count(*) from dispatch.move_up where state = 'open'"), "0")
        << "what was found before the answer is thrown away";
}

TEST_F(MoveUpDeskTest, AnAdviceIsGivenAlsoWherePostingsNeverRest) {
    during_search_ = [this] { desk_.posting_changed(); };
    desk_.touch();
    ASSERT_TRUE(until([this] { return desk_.open() != nullptr; }));
    EXPECT_EQ(desk_.open()->unit, UnitId{1});
    EXPECT_EQ(searches_, kSearchesLost);
}

TEST_F(MoveUpDeskTest, WherePostingsNeverRestNobodyIsSentToWhereAnotherGoesMeanwhile) {
    MoveUpUnit other;
    other.unit = {2};
    fleet_.units.push_back(other);
    during_search_ = [this] {
        fleet_.units.back().waits_at = searches_ % kSearchesLost == 0 ? StationId{1} : StationId{};
        desk_.posting_changed();
    };
    desk_.touch();
    ASSERT_TRUE(until([this] { return searches_ == kSearchesLost + 1; }));
    EXPECT_EQ(desk_.open(), nullptr);
}

} // namespace
} // namespace ems::dispatch
