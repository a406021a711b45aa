// /metrics, /healthz and the status row of the whole program, with its broker and database taken
// away and given back.
#include <fstream>
#include <gtest/gtest.h>
#include <memory>

#include "tests/support/child_process.h"
#include "tests/support/free_port.h"
#include "tests/support/http_get.h"
#include "tests/support/prometheus_text.h"
#include "tests/support/temp_broker.h"
#include "tests/support/temp_postgres.h"
#include "tests/telemetry/ingest/messages.h"

namespace ems::ingest {
namespace {

using namespace std::chrono_literals;
using test::eventually;

class TelemetrydStatusTest : public ::testing::Test {
  protected:
    TelemetrydStatusTest() {
        postgres_.execute("insert into registry.region (code, name) values ('140802', 'Test'); "
                          "insert into registry.vehicle (vid, region) values ('amb-1', '140802')");
        const std::string conf = (dir_.path() / "telemetryd.toml").string();
        std::ofstream{conf} << "pg.conninfo = \"" << postgres_.conninfo("ems_telemetry")
                            << "\"\nmqtt.port = " << broker_.port() << "\nmqtt.ca = \""
                            << broker_.ca() << "\"\nmqtt.certificate = \""
                            << broker_.certificate("srv-telemetry-a") << "\"\nmqtt.key = \""
                            << broker_.key("srv-telemetry-a") << "\"\nstatus.port = " << port_
                            << "\n";
        start();
    }
    void start() {
        server_ = std::make_unique<test::ChildProcess>(
            std::vector<std::string>{test::program("ems-telemetryd"), "--config",
                                     (dir_.path() / "telemetryd.toml").string()},
            test::ChildProcess::Options{(dir_.path() / "log").string(), {}});
    }
    [[nodiscard]] test::HttpReply health() const { return test::http_get(port_, "/healthz"); }
    // Until /healthz answers so and, when it is 503, names what is missing.
    [[nodiscard]] bool turns(int status, const std::string& line) const {
        return eventually(
            [&] {
                const test::HttpReply reply = health();
                return reply.status == status && reply.body.find(line) != std::string::npos;
            },
            30s);
    }
    [[nodiscard]] Result<test::MetricsPage> page() const {
        return test::MetricsPage::parse(test::http_get(port_, "/metrics").body);
    }
    [[nodiscard]] std::optional<double>
    figure(const std::string& name, const std::map<std::string, std::string>& labels = {}) const {
        const auto now = page();
        return now ? now->value("ems_telemetryd_" + name, labels) : std::nullopt;
    }
    std::unique_ptr<link::MqttSession> vehicle() {
        link::MqttConfig mqtt;
        mqtt.port = broker_.port();
        mqtt.client_id = "amb-1";
        mqtt.ca_file = broker_.ca();
        mqtt.certificate_file = broker_.certificate("amb-1");
        mqtt.key_file = broker_.key("amb-1");
        auto out = std::make_unique<link::MqttSession>(mqtt, link::MqttHandlers{});
        out->start();
        return out;
    }
    static bool send(link::MqttSession& from, const wire::Envelope& record) {
        const link::MqttMessage message = test::live("amb-1", record);
        return from.publish(message.topic, message.payload, link::Qos::at_least_once).has_value();
    }

    test::TempPostgres postgres_;
    test::TempBroker broker_{{"srv-telemetry-a", "amb-1"}};
    test::TempDir dir_;
    std::uint16_t port_{test::free_port()};
    std::unique_ptr<test::ChildProcess> server_;
};

TEST_F(TelemetrydStatusTest, TheHealthPageNamesWhatIsMissingAndOnlyWhileItIs) {
    ASSERT_TRUE(turns(200, "broker ok")) << health().body;
    broker_.kill();
    EXPECT_TRUE(turns(503, "broker failed")) << health().body;
    EXPECT_NE(health().body.find("database ok"), std::string::npos) << health().body;
    broker_.start();
    EXPECT_TRUE(turns(200, "broker ok")) << health().body;
    postgres_.crash();
    EXPECT_TRUE(turns(503, "database failed no answer for")) << health().body;
    EXPECT_NE(health().body.find("broker ok"), std::string::npos) << "the links are held";
    postgres_.start();
    EXPECT_TRUE(turns(200, "database ok")) << health().body;
    server_->signal(SIGTERM);
    EXPECT_EQ(server_->wait_exit(5s), 0);
}

TEST_F(TelemetrydStatusTest, WhatAVehicleSentStandsOnThePageAndInTheStatusRow) {
    ASSERT_TRUE(turns(200, "broker ok")) << health().body;
    const auto from = vehicle();
    ASSERT_TRUE(eventually([&] { return send(*from, test::position(1)); }, 10s));
    ASSERT_TRUE(send(*from, test::wave(1)));
    EXPECT_TRUE(eventually([&] { return figure("records_stored_total") == 2; }, 10s));
    EXPECT_EQ(figure("vehicle_up", {{"vid", "amb-1"}}), 1);
    EXPECT_TRUE(figure("vehicle_live_age_seconds", {{"vid", "amb-1"}, {"stream", "positions"}}));
    EXPECT_TRUE(figure("vehicle_live_age_seconds", {{"vid", "amb-1"}, {"stream", "waves"}}));
    EXPECT_FALSE(figure("vehicle_live_age_seconds", {{"vid", "amb-1"}, {"stream", "vitals"}}));
    EXPECT_EQ(figure("vehicles_registered"), 1);
    EXPECT_GE(figure("commit_seconds_count").value_or(0), 1);
    EXPECT_EQ(figure("broker_up"), 1);
    EXPECT_EQ(figure("oldest_unstored_seconds"), 0);
    const auto now = page();
    ASSERT_TRUE(now) << now.error().detail;

    EXPECT_TRUE(eventually(
        [&] {
            return postgres_.value(
                       "select stored || ' ' || broker_up || ' ' || vehicles_up || ' ' || "
                       "waiting_trends "
                       "from telemetry.server_status where server = 'srv-telemetry-a'") ==
                   "2 true 1 0";
        },
        10s));
    EXPECT_EQ(postgres_.value(
                  "select position_at > now() - interval '1 minute' and wave_at is not null and "
                  "vitals_at is null from telemetry.vehicle_receipt where vid = 'amb-1'"),
              "t");
}

TEST_F(TelemetrydStatusTest, WhileTheDatabaseIsAwayTheOldestRecordsAgeIsTold) {
    ASSERT_TRUE(turns(200, "broker ok")) << health().body;
    const auto from = vehicle();
    ASSERT_TRUE(eventually([&] { return send(*from, test::position(1)); }, 10s));
    ASSERT_TRUE(eventually([&] { return figure("records_stored_total") == 1; }, 10s));
    postgres_.crash();
    ASSERT_TRUE(send(*from, test::position(2)));
    EXPECT_TRUE(
        eventually([&] { return figure("oldest_unstored_seconds").value_or(0) > 0.5; }, 20s));
    postgres_.start();
    EXPECT_TRUE(eventually([&] { return figure("oldest_unstored_seconds") == 0; }, 30s));
    EXPECT_EQ(figure("records_stored_total"), 2);
}

TEST_F(TelemetrydStatusTest, RowsWithoutADayOfTheirOwnDegradeIt) {
    ASSERT_TRUE(turns(200, "retention ok")) << health().body;
    server_->signal(SIGTERM);
    EXPECT_EQ(server_->wait_exit(5s), 0);
    postgres_.execute("insert into telemetry.position values ('amb-1', '2031-01-01', 7, 1, 0, 3, false, now(), "
                      "st_point(110.9, 35.1)::geography, 1200, 0, 0, 0, 9, 3, true)");
    start();
    EXPECT_TRUE(turns(503, "retention failed rows without a partition of their day")) << health().body;
    EXPECT_EQ(figure("retention_tables_without_day"), 1);
    EXPECT_GE(figure("retention_rounds_total"), 1);
}

} // namespace
} // namespace ems::ingest
