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
        IncidentRow incident;
        incident.id = assignment.incident;
        incident.caller = "hash of " + id;
        world_.incidents[incident.id] = incident;
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
    // Of one order alone.
    CallerNumbers::Wanted wanted(std::chrono::milliseconds at) {
        const auto all = follow(at);
        EXPECT_EQ(all.size(), 1U);
        return all.empty() ? CallerNumbers::Wanted{} : all.front();
    }
    void correct(std::int64_t unit, const std::string& hash) { world_.incidents.at({unit + 1'000}).caller = hash; }

    test::TempDir dir_;
    seal::SigningKey key_;
    std::vector<std::string> sent_;
    OutboxRelay relay_;
    World world_;
};
using Sent = std::vector<std::string>;

TEST_F(CallerOfOrder, GoesWithTheOrderAsSoonAsItIsReadAndStandsInNoRow) {
    queue("a", 1);
    const auto one = wanted(10s);
    EXPECT_EQ(one.incident.value, 1'001);
    EXPECT_EQ(turn(10s), Sent{}) << "the order waits for it";
    EXPECT_TRUE(follow(10s).empty()) << "it is read once";
    relay_.callers().read(one, "13912343462");
    EXPECT_EQ(turn(10s), Sent{"amb-1 13912343462"});
    EXPECT_EQ(world_.commands.at("a").body.find("139"), std::string::npos);
    EXPECT_EQ(turn(11s), Sent{"amb-1 13912343462"}) << "sent again it is the same order";
}

TEST_F(CallerOfOrder, ThatNobodyKnowsIsNotWaitedFor) {
    queue("a", 1);
    correct(1, "");
    EXPECT_TRUE(follow(10s).empty());
    EXPECT_EQ(turn(10s), Sent{"amb-1 "});
}

TEST_F(CallerOfOrder, CorrectedBeforeTheVehicleHoldsTheOrderItIsReadAgain) {
    queue("a", 1);
    relay_.callers().read(wanted(10s), "13912343462");
    correct(1, "another");
    relay_.callers().read(wanted(12s), "13912343463");
    EXPECT_EQ(turn(12s), Sent{"amb-1 13912343463"});
}

TEST_F(CallerOfOrder, CorrectedWhileItIsReadTheOlderIsNotTaken) {
    queue("a", 1);
    const auto older = wanted(10s);
    correct(1, "another");
    const auto newer = wanted(10s);
    relay_.callers().read(older, "13912343462");
    EXPECT_EQ(turn(10s), Sent{});
    relay_.callers().read(newer, "13912343463");
    EXPECT_EQ(turn(10s), Sent{"amb-1 13912343463"});
}

TEST_F(CallerOfOrder, NoMoreAreReadAtOnceThanTheDatabaseCanSpare) {
    for (std::int64_t unit = 1; unit <= 5; ++unit) {
        queue(std::string(1, static_cast<char>('a' + unit)), unit);
    }
    const auto first = follow(10s);
    ASSERT_EQ(first.size(), kCallerReadersMost);
    EXPECT_TRUE(follow(10s).empty());
    relay_.callers().read(first[0], "120");
    EXPECT_EQ(follow(10s).size(), 1U);
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
    relay_.callers().read(follow(10s).at(1), "120");
    EXPECT_EQ(turn(10s), Sent{"amb-2 120"});
}

TEST_F(CallerOfOrder, WhatCouldNotBeReadIsReadAgain) {
    queue("a", 1);
    relay_.callers().failed(wanted(10s), Ticks{10s});
    EXPECT_EQ(turn(10s), Sent{});
    EXPECT_TRUE(follow(10'999ms).empty()) << "not at once";
    EXPECT_EQ(follow(11s).size(), 1U);
}

TEST_F(CallerOfOrder, IsForgottenWhenTheVehicleHoldsTheOrder) {
    queue("a", 1);
    const auto one = wanted(10s);
    relay_.callers().read(one, "13912343462");
    world_.commands.at("a").state = "stored";
    follow(12s);
    EXPECT_EQ(relay_.callers().of("a"), "");
}

TEST_F(CallerOfOrder, ReadTooLateIsKeptByNobody) {
    queue("a", 1);
    const auto one = wanted(10s);
    world_.commands.at("a").state = "stored";
    follow(12s);
    relay_.callers().read(one, "13912343462");
    EXPECT_EQ(relay_.callers().of("a"), "");
}

TEST_F(CallerOfOrder, IsAskedForOrdersAlone) {
    queue("a", 1);
    world_.commands.at("a").kind = "correction";
    EXPECT_TRUE(follow(10s).empty());
    EXPECT_EQ(turn(10s), Sent{"amb-1 "});
}

} // namespace
} // namespace ems::dispatch
