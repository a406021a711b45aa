#include "telemetry/ingest/server_presence.h"

#include <vector>

#include <gtest/gtest.h>

#include "telemetry/wire/ems.pb.h"

namespace ems::ingest {
namespace {

wire::ServerState parsed(const std::string& payload) {
    wire::ServerState state;
    EXPECT_TRUE(state.ParseFromString(payload));
    return state;
}

// Two servers on one topic: what one publishes both hear, as the broker does it.
class ServerPresenceTest : public testing::Test {
  protected:
    void publish(const std::string& payload) {
        retained_ = payload;
        waiting_.push_back(payload);
    }
    void deliver() {
        for (int rounds = 0; !waiting_.empty(); ++rounds) {
            ASSERT_LT(rounds, 10) << "they answer each other for ever";
            const auto now = std::exchange(waiting_, {});
            for (const std::string& payload : now) {
                a_.heard(payload);
                b_.heard(payload);
            }
        }
    }
    ServerPresence::Publish to_topic() {
        return [this](const std::string& topic, std::string payload) {
            EXPECT_EQ(topic, "ems/v1/140802/srv/state");
            publish(payload);
        };
    }
    const RegionCode region_{RegionCode::parse("140802").value()};
    std::string retained_;
    std::vector<std::string> waiting_;
    ServerPresence a_{region_, "srv-telemetry-a", to_topic()};
    ServerPresence b_{region_, "srv-telemetry-b", to_topic()};
};

TEST_F(ServerPresenceTest, SaysOnlineAfterAConnectAndOfflineByItsWill) {
    a_.link_up();
    deliver();
    EXPECT_TRUE(parsed(retained_).online());
    EXPECT_EQ(parsed(retained_).server(), "srv-telemetry-a");
    EXPECT_EQ(a_.will().topic, "ems/v1/140802/srv/state");
    EXPECT_EQ(a_.will().retain, link::Retain::yes);
    EXPECT_FALSE(parsed(a_.will().payload).online());
}

TEST_F(ServerPresenceTest, TheOneThatStaysSaysSo) {
    a_.link_up();
    b_.link_up();
    deliver();
    const std::string will = a_.will().payload;
    a_.link_down();
    publish(will);
    deliver();
    EXPECT_TRUE(parsed(retained_).online());
    EXPECT_EQ(parsed(retained_).server(), "srv-telemetry-b");
    b_.leave();
    deliver();
    EXPECT_FALSE(parsed(retained_).online()) << "the last one has gone";
}

TEST_F(ServerPresenceTest, WhoLeavesDoesNotAnswerItsOwnFarewell) {
    a_.link_up();
    a_.leave();
    deliver();
    EXPECT_FALSE(parsed(retained_).online());
}

TEST_F(ServerPresenceTest, NonsenseOnTheTopicIsLeftAlone) {
    a_.link_up();
    deliver();
    a_.heard("\xff\xff nonsense");
    EXPECT_TRUE(waiting_.empty());
}

} // namespace
} // namespace ems::ingest
