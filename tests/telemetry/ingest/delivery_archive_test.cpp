// Deliveries into a real database: what the key knows though the clock does not.
#include <gtest/gtest.h>
#include <optional>

#include "telemetry/ingest/ingest.h"
#include "telemetry/ingest/ingest_figures.h"
#include "tests/support/child_process.h"
#include "tests/support/fake_clock.h"
#include "tests/support/temp_postgres.h"
#include "tests/telemetry/ingest/messages.h"

#include <boost/asio/io_context.hpp>

namespace ems::ingest {
namespace {

using namespace std::chrono_literals;

class DeliveryArchive : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        postgres_ = std::make_unique<test::TempPostgres>();
        postgres_->execute("insert into registry.region (code, name) values ('140802', 'Test'); "
                           "insert into registry.vehicle (vid, region) values ('amb-1', '140802')");
    }
    static void TearDownTestSuite() { postgres_.reset(); }
    void SetUp() override {
        postgres_->execute("truncate telemetry.position, telemetry.vehicle_latest, "
                           "telemetry.vehicle_link");
        engine_.start();
    }
    void TearDown() override {
        engine_.stop();
        context_.run_for(50ms);
    }

    // Delivered again until it is committed, as a terminal does while it is not answered.
    bool deliver(const wire::Envelope& envelope) {
        const auto end = std::chrono::steady_clock::now() + 20s;
        while (std::chrono::steady_clock::now() < end) {
            std::optional<DeliveryOutcome> outcome;
            engine_.deliver({test::vid("amb-1"), Lane::live, {envelope}},
                            [&outcome](DeliveryOutcome told) { outcome = told; });
            while (!outcome && std::chrono::steady_clock::now() < end) {
                context_.run_one_for(20ms);
            }
            if (outcome == DeliveryOutcome::committed) {
                return true;
            }
            context_.run_one_for(20ms);
        }
        return false;
    }
    [[nodiscard]] std::string value(const std::string& sql) { return postgres_->value(sql); }

    static std::unique_ptr<test::TempPostgres> postgres_;
    test::FakeClock clock_;
    boost::asio::io_context context_;
    Ingest engine_{context_.get_executor(),
                   {.region = test::region(),
                    .server = "srv-telemetry-a",
                    .db = {.conninfo = postgres_->conninfo("ems_telemetry")}},
                   clock_,
                   [](const std::string&, std::string, link::Qos) { return Result<void>{}; }};
};
std::unique_ptr<test::TempPostgres> DeliveryArchive::postgres_;

TEST_F(DeliveryArchive, AReportStandsOnceThoughItsClockIsBelievedOnlyWhenItComesAgain) {
    const wire::Envelope early = test::position(7, clock_.utc_us() + 600'000'000);
    ASSERT_TRUE(deliver(early));
    EXPECT_EQ(value("select t_bad::text from telemetry.position"), "true");
    clock_.step_wall(20min); // the server's clock was slow
    ASSERT_TRUE(deliver(early));
    EXPECT_EQ(value("select count(*) from telemetry.position"), "1");
}

TEST_F(DeliveryArchive, AReportStandsOnceThoughItsClockIsNoLongerBelievedWhenItComesAgain) {
    const wire::Envelope right = test::position(8, clock_.utc_us());
    ASSERT_TRUE(deliver(right));
    EXPECT_EQ(value("select t_bad::text from telemetry.position"), "false");
    clock_.step_wall(-20min);
    ASSERT_TRUE(deliver(right));
    EXPECT_EQ(value("select count(*) from telemetry.position"), "1");
}

TEST_F(DeliveryArchive, TwoReportsOfOneTimeAreTwo) {
    ASSERT_TRUE(deliver(test::position(9, clock_.utc_us())));
    ASSERT_TRUE(deliver(test::position(10, clock_.utc_us() - 1000)));
    EXPECT_EQ(value("select count(*) from telemetry.position"), "2");
}

TEST_F(DeliveryArchive, ATerminalsReportSaysNothingOfTheVehiclesOwnClockNorOfItsStreams) {
    wire::Heartbeat beat;
    beat.set_t_us(clock_.utc_us());
    engine_.push(test::message("amb-1", wire::UpKind::hb, beat.SerializeAsString()));
    ASSERT_TRUE(deliver(test::position(8, clock_.utc_us() + 60'000'000)));
    const IngestFigures figures = engine_.figures();
    ASSERT_EQ(figures.vehicles.size(), 1U);
    EXPECT_FALSE(figures.vehicles[0].live[index_of(Stream::positions)]);
    const auto stored = [this] {
        return value("select coalesce(max(clock), '') from telemetry.vehicle_link "
                     "where last_heartbeat is not null");
    };
    ASSERT_TRUE(test::eventually(
        [&] {
            context_.run_one_for(20ms);
            return !stored().empty();
        },
        20s));
    EXPECT_EQ(stored(), "good");
}

} // namespace
} // namespace ems::ingest
