// The caller's number of an order: read for its sending, and in no stored row.
#include <gtest/gtest.h>

#include "dispatch/service/orders.h"
#include "telemetry/wire/ems.pb.h"
#include "tests/support/temp_dir.h"

namespace ems::dispatch {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t kNowUs = 1'800'000'000'000'000;

class CallerOfOrder : public ::testing::Test {
  protected:
    CallerOfOrder()
        : key_(make_key()), relay_(key_, [this](const std::string& vid, std::string payload) {
              wire::Command command;
              wire::CommandBody body;
              EXPECT_TRUE(command.ParseFromString(payload) && body.ParseFromString(command.payload()));
              sent_.push_back(vid + " " + body.dispatch().caller_phone());
              return Result<void>{};
          }) {}

    seal::SigningKey make_key() {
        const std::string secret = (dir_.path() / "command.key").string();
        EXPECT_TRUE(seal::SigningKey::make_files(secret, (dir_.path() / "command.pub").string()));
        return std::move(*seal::SigningKey::load(secret));
    }
    void queue(const std::string& id, std::int64_t unit) {
        AssignmentRow assignment;
        assignment.id = {unit + 100};
        assignment.unit = {unit};
        assignment.incident = {unit + 1'000};
        world_.assignments[assignment.id] = assignment;
        wire::CommandBody body;
        body.mutable_dispatch()->set_address("east end");
        CommandRow row;
        row.id = id;
        row.unit = {unit};
        row.vid = "amb-" + std::to_string(unit);
        row.assignment = assignment.id;
        row.kind = "dispatch";
        row.state = "queued";
        row.unit_seq = 1;
        row.expires_us = kNowUs + kOrderLifeUs;
        row.body = body.SerializeAsString();
        world_.commands[id] = row;
    }
    std::vector<std::string> turn(std::chrono::milliseconds at) {
        sent_.clear();
        relay_.turn(world_, {}, 1, Ticks{at}, kNowUs);
        return sent_;
    }
    std::vector<CallerNumbers::Wanted> follow(std::chrono::milliseconds at) { return relay_.callers().follow(world_, Ticks{at}); }

    test::TempDir dir_;
    seal::SigningKey key_;
    std::vector<std::string> sent_;
    OutboxRelay relay_;
    World world_;
};
using Sent = std::vector<std::string>;

TEST_F(CallerOfOrder, GoesWithTheOrderAsSoonAsItIsReadAndStandsInNoRow) {
    queue("a", 1);
    const auto wanted = follow(10s);
    ASSERT_EQ(wanted.size(), 1U);
    EXPECT_EQ(wanted[0].incident.value, 1'001);
    EXPECT_EQ(turn(10s), Sent{}) << "the order waits for it";
    EXPECT_TRUE(follow(10s).empty()) << "it is read once";
    relay_.callers().read("a", "13912343462");
    EXPECT_EQ(turn(10s), Sent{"amb-1 13912343462"});
    EXPECT_EQ(world_.commands.at("a").body.find("139"), std::string::npos);
    EXPECT_EQ(turn(11s), Sent{"amb-1 13912343462"}) << "sent again it is the same order";
}

TEST_F(CallerOfOrder, AnOrderGoesWithoutItAfterASecond) {
    queue("a", 1);
    follow(10s);
    EXPECT_EQ(turn(10'999ms), Sent{});
    EXPECT_EQ(turn(11s), Sent{"amb-1 "});
}

TEST_F(CallerOfOrder, ThatWaitsHoldsUpNoOtherVehicle) {
    queue("a", 1);
    queue("b", 2);
    follow(10s);
    relay_.callers().read("b", "120");
    EXPECT_EQ(turn(10s), Sent{"amb-2 120"});
}

TEST_F(CallerOfOrder, WhatCouldNotBeReadIsReadAgain) {
    queue("a", 1);
    follow(10s);
    relay_.callers().failed("a");
    EXPECT_EQ(turn(10s), Sent{});
    EXPECT_EQ(follow(10'250ms).size(), 1U);
}

TEST_F(CallerOfOrder, IsForgottenWhenTheVehicleHoldsTheOrder) {
    queue("a", 1);
    follow(10s);
    relay_.callers().read("a", "13912343462");
    world_.commands.at("a").state = "stored";
    follow(12s);
    EXPECT_EQ(relay_.callers().of("a"), "");
    relay_.callers().read("a", "13912343462");
    EXPECT_EQ(relay_.callers().of("a"), "") << "an answer that came late is kept by nobody";
}

TEST_F(CallerOfOrder, IsAskedForOrdersAlone) {
    queue("a", 1);
    world_.commands.at("a").kind = "correction";
    EXPECT_TRUE(follow(10s).empty());
    EXPECT_EQ(turn(10s), Sent{"amb-1 "});
}

} // namespace
} // namespace ems::dispatch
