// Two real servers on one database: what happens to desks and vehicles when the one that leads dies
// or is stopped.
#include <gtest/gtest.h>

#include <csignal>
#include <mutex>
#include <vector>

#include "telemetry/link/mqtt_session.h"
#include "telemetry/wire/ems.pb.h"
#include "tests/support/dispatch_pair.h"

namespace ems::dispatch {
namespace {

using namespace std::chrono_literals;

class TwoServersTest : public ::testing::Test {
  protected:
    void SetUp() override {
        pair_.start(0);
        ASSERT_TRUE(
            test::eventually([&] { return pair_.term() == 1 && pair_.leader() == 0; }, 20s));
        pair_.start(1);
        desk_ = pair_.desk(0);
        ASSERT_TRUE(call("first")) << pair_.log(0);
        ASSERT_TRUE(test::eventually(
            [&] { return pair_.log(1).find("standing by") != std::string::npos; }, 20s));
    }
    bool call(const std::string& key) {
        api::ClientFrame frame;
        api::NewCall& in = *frame.mutable_new_call();
        in.set_level(2);
        in.mutable_place()->set_lat_e7(351'100'000);
        in.mutable_place()->set_lon_e7(1'109'100'000);
        frame.set_idempotency_key(key);
        const auto reply = test::DispatchPair::ask(*desk_, frame, 30s);
        incident_ = reply ? reply->new_call_ok().incident_id() : incident_;
        return reply.has_value();
    }

    test::DispatchPair pair_{1, 1};
    std::unique_ptr<client::Client> desk_;
    std::int64_t incident_{0};
};

TEST_F(TwoServersTest, DesksFollowTheStandbyWhenTheLeaderDies) {
    pair_.kill(0);
    ASSERT_TRUE(call("second")) << pair_.log(1);
    EXPECT_EQ(pair_.leader(), 1U);
    EXPECT_EQ(pair_.term(), 2U);
    // The same request again, to the new leader: its first answer.
    const std::int64_t incident = incident_;
    ASSERT_TRUE(call("first"));
    EXPECT_LT(incident_, incident);
    EXPECT_EQ(pair_.database().value("select count(*) from dispatch.incident"), "2");
}

TEST_F(TwoServersTest, DesksFollowTheLeadWhenItsServerLivesOn) {
    // The session that holds the lead ends, as after a failure between that server and the database.
    pair_.database().execute("select pg_terminate_backend(pid) from pg_stat_activity "
                             "where application_name = 'ems-dispatchd lead' and pid in "
                             "(select pid from pg_locks where locktype = 'advisory' and granted)",
                             "postgres");
    ASSERT_TRUE(test::eventually([&] { return pair_.term() == 2; }, 20s)) << pair_.log(0) << pair_.log(1);
    ASSERT_TRUE(call("second")) << "whoever leads now is found: " << pair_.log(1);
    EXPECT_TRUE(pair_.running(0));
}

TEST_F(TwoServersTest, AVehicleGetsItsOrderFromTheServerThatLeadsNow) {
    api::ClientFrame assign;
    assign.mutable_assign()->set_incident_id(incident_);
    assign.mutable_assign()->set_unit_id(1);
    assign.mutable_assign()->set_override_reason("nearest");
    assign.set_idempotency_key("assign");
    const auto ordered = test::DispatchPair::ask(*desk_, assign, 20s);
    ASSERT_TRUE(ordered) << ordered.error().message();
    pair_.kill(0);
    ASSERT_TRUE(test::eventually([&] { return pair_.term() == 2; }, 20s)) << pair_.log(1);
    std::mutex mutex;
    std::vector<wire::CommandBody> heard;
    link::MqttConfig config;
    config.port = pair_.broker().port();
    config.client_id = "amb-1";
    config.ca_file = pair_.broker().ca();
    config.certificate_file = pair_.broker().certificate("amb-1");
    config.key_file = pair_.broker().key("amb-1");
    config.subscriptions = {{"ems/v1/140802/amb-1/d/#", link::Qos::at_least_once}};
    link::MqttHandlers handlers;
    handlers.message = [&](link::MqttMessage&& message) {
        wire::Command command;
        wire::CommandBody body;
        if (message.topic.ends_with("/d/cmd") && command.ParseFromString(message.payload) &&
            body.ParseFromString(command.payload())) {
            const std::lock_guard lock{mutex};
            heard.push_back(body);
        }
    };
    link::MqttSession vehicle{config, handlers};
    vehicle.start();
    EXPECT_TRUE(test::eventually(
        [&] {
            const std::lock_guard lock{mutex};
            return !heard.empty();
        },
        20s))
        << pair_.log(1);
    vehicle.stop();
    ASSERT_FALSE(heard.empty());
    EXPECT_EQ(heard.front().id(), ordered->assign_ok().command_id());
    EXPECT_EQ(heard.front().term(), 2U);
}

TEST_F(TwoServersTest, AStoppedLeaderLosesTheLeadAndStandsByWhenItGoesOn) {
    pair_.process(0).signal(SIGSTOP);
    ASSERT_TRUE(call("second")) << pair_.log(1);
    EXPECT_EQ(pair_.leader(), 1U);
    pair_.process(0).signal(SIGCONT);
    ASSERT_TRUE(test::eventually(
        [&] { return pair_.log(0).find("steps down term=1") != std::string::npos; }, 20s));
    ASSERT_TRUE(test::eventually(
        [&] { return pair_.log(0).find("standing by") != std::string::npos; }, 20s))
        << pair_.log(0);
    EXPECT_EQ(pair_.term(), 2U);
    // It holds nothing back: when the other dies it leads again.
    pair_.kill(1);
    ASSERT_TRUE(call("third")) << pair_.log(0);
    EXPECT_EQ(pair_.leader(), 0U);
    EXPECT_EQ(pair_.term(), 3U);
}

TEST_F(TwoServersTest, AWriteOfTheTermBeforeIsRefused) {
    pair_.kill(0);
    ASSERT_TRUE(call("second"));
    EXPECT_EQ(pair_.database().value(
                  "create or replace function pg_temp.try_term() returns text language plpgsql as "
                  "$$ begin "
                  "perform dispatch.apply(1, 'late', "
                  "'[{\"op\":\"audit\",\"action\":\"x\",\"incident\":0,\"detail\":\"\"}]'); "
                  "return 'taken'; exception when others then return sqlstate; end $$; select "
                  "pg_temp.try_term()"),
              "DF001");
}

} // namespace
} // namespace ems::dispatch
