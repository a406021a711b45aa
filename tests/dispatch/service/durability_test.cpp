// What becomes of an order when the database has forgotten, or may yet forget, what was in it: the real server, database and broker.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <thread>

#include "telemetry/base/clock.h"
#include "tests/dispatch/service/dispatchd_fixture.h"
#include "tests/support/fake_clock.h"
#include "vehicle/agent/crew_desk.h"
#include "vehicle/spool/spool.h"

namespace ems::dispatch {
namespace {

// The vehicle's own desk behind the broker, its events put into the inbox as ems-telemetryd would.
class CrewBehindTheBroker {
  public:
    CrewBehindTheBroker(const test::TempBroker& broker, std::string vid)
        : vid_(std::move(vid)), clock_(SystemClock{}.utc_us()), vehicle_(broker, vid_),
          spool_(std::move(*vehicle::Spool::open({(dir_.path() / "spool").string(), 1 << 30}, clock_))),
          desk_(*spool_, *VehicleId::parse(vid_), [](std::string_view, std::string_view) { return true; }) {}

    void give(const wire::Command& command) {
        const vehicle::Moment now{.device = {clock_.utc_us()},
                                  .clk = wire::CLOCK_NTP,
                                  .server = {clock_.utc_us()},
                                  .ticks = clock_.ticks()};
        static_cast<void>(desk_.take_command(command.SerializeAsString(), now));
    }
    // Of a centre that this database does not remember.
    void has_executed(std::uint64_t term, std::uint64_t unit_seq) {
        wire::CommandBody body;
        body.set_id("before-the-backup");
        body.set_vid(vid_);
        body.set_term(term);
        body.set_unit_seq(unit_seq);
        body.mutable_text()->set_text("drive carefully");
        wire::Command command;
        command.set_payload(body.SerializeAsString());
        give(command);
        static_cast<void>(spool_->commit());
    }
    // Takes what came and answers what it says.
    std::vector<wire::Event> turn() {
        const auto commands = vehicle_.commands();
        std::for_each(commands.begin() + static_cast<std::ptrdiff_t>(taken_), commands.end(),
                      [this](const wire::Command& command) { give(command); });
        taken_ = commands.size();
        std::vector<wire::Event> out;
        for (const vehicle::Record& record : spool_->commit().records) {
            wire::Envelope envelope;
            EXPECT_TRUE(envelope.ParseFromString(record.envelope));
            EXPECT_TRUE(out.emplace_back().ParseFromString(envelope.body()));
        }
        return out;
    }
    wire::CommandBody newest() {
        wire::CommandBody body;
        const auto commands = vehicle_.commands();
        EXPECT_TRUE(commands.empty() || body.ParseFromString(commands.back().payload()));
        return body;
    }
    std::set<std::string> commands() {
        std::set<std::string> out;
        for (const wire::Command& command : vehicle_.commands()) {
            wire::CommandBody body;
            EXPECT_TRUE(body.ParseFromString(command.payload()));
            out.insert(body.id());
        }
        return out;
    }
    [[nodiscard]] std::int64_t assignment() const { return desk_.status().order().assignment_id(); }

  private:
    std::string vid_;
    test::TempDir dir_;
    test::FakeClock clock_;
    Vehicle vehicle_;
    std::unique_ptr<vehicle::Spool> spool_;
    vehicle::CrewDesk desk_;
    std::size_t taken_{0};
};

class Durability : public DispatchdTest {
  protected:
    void SetUp() override {
        li_ = desk("dispatcher");
        ASSERT_TRUE(sees(*li_, [&] { return unit(1) != nullptr; }));
    }
    void pass_on(CrewBehindTheBroker& crew, const std::string& vid) {
        for (const wire::Event& body : crew.turn()) {
            event(vid, body, body.event_id());
        }
    }
    std::uint64_t number(const std::string& sql) { return std::stoull(postgres_->value(sql)); }

    std::unique_ptr<client::Client> li_;
};

TEST_F(Durability, AVehicleThatHasSeenMoreThanARestoredDatabaseGetsItsOrder) {
    CrewBehindTheBroker crew{*broker_, "amb-1"};
    const std::uint64_t seen = number("select term from dispatch.leader") + 40;
    crew.has_executed(seen, 5'000);
    const std::int64_t incident = open_call(*li_, "restored");
    const auto assigned = ask(*li_, assign_frame(incident, 1));
    ASSERT_TRUE(assigned) << assigned.error().message();
    const std::int64_t assignment = assigned->assign_ok().assignment_id();
    EXPECT_TRUE(test::eventually(
        [&] {
            pass_on(crew, "amb-1");
            return crew.assignment() == assignment;
        },
        30s));
    EXPECT_GT(crew.newest().term(), seen);
    EXPECT_GT(crew.newest().unit_seq(), 5'000U);
    EXPECT_EQ(crew.commands().size(), 1U) << "the same order, no second one";
    EXPECT_TRUE(sees(*li_, [&] {
        pass_on(crew, "amb-1");
        return mirror_.assignments().contains(assignment) && mirror_.assignments().at(assignment).state() == "delivered";
    }));
    EXPECT_EQ(postgres_->value("select string_agg(detail, ' ') from dispatch.audit where action = 'numbers_learned'"),
              "vid=amb-1 term=" + std::to_string(seen) + " unit_seq=5000");
    EXPECT_GT(number("select term from dispatch.leader"), seen);
}

TEST_F(Durability, AnOrderThatNoStandbyHoldsWaitsForItAndGoesOutInTheEnd) {
    Vehicle vehicle{*broker_, "amb-2"};
    const std::int64_t incident = open_call(*li_, "standby");
    // An operator who breaks off each wait for the standby.
    std::jthread impatient{[](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            postgres_->execute("select pg_cancel_backend(pid) from pg_stat_activity where wait_event = 'SyncRep'",
                               "postgres");
        }
    }};
    postgres_->execute("alter system set synchronous_standby_names = 'away'", "postgres");
    postgres_->execute("select pg_reload_conf()", "postgres");
    int calls = 0;
    // Until the whole of PostgreSQL has heard of it.
    ASSERT_TRUE(test::eventually(
        [&] {
            const auto opened = ask(*li_, call_frame("away-" + std::to_string(++calls)));
            return !opened && opened.error().code == Code::db_not_replicated;
        },
        40s));
    const auto refused = ask(*li_, assign_frame(incident, 2));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::db_not_replicated);
    EXPECT_TRUE(test::eventually([&] { return !vehicle.commands().empty(); }, 40s));
    EXPECT_NE(postgres_->value("select count(*) from dispatch.audit where action = 'replication_awaited'"), "0")
        << "it was asked for first";
    postgres_->execute("alter system reset synchronous_standby_names", "postgres");
    postgres_->execute("select pg_reload_conf()", "postgres");
}

} // namespace
} // namespace ems::dispatch
