#include "console/model/degraded.h"

#include <gtest/gtest.h>

#include "tests/console/fake_feed.h"

namespace ems::console {
namespace {

constexpr std::int64_t kS = 1'000'000;
constexpr std::int64_t kNow = 1'774'000'000 * kS;

class DegradedPartsTest : public testing::Test {
  protected:
    DegradedPartsTest() {
        LinkChange up;
        up.state = LinkChange::State::up;
        state_.apply_link(up, kNow);
        FakeFeed feed;
        feed.snapshot(kNow);
        snapshot_ = feed.world;
        snapshot_.mutable_roads_state()->set_revision(3);
        snapshot_.mutable_coverage()->set_computed_us(kNow);
        state_.apply_snapshot(snapshot_, kNow);
        seen_.has_map = true;
        seen_.fleet = fleet(kNow);
    }
    static api::FleetStatus fleet(std::int64_t us) {
        api::FleetStatus out;
        out.set_server_us(us);
        out.mutable_dispatch()->set_broker_up(true);
        out.add_telemetry()->set_updated_us(us - kS);
        out.mutable_telemetry(0)->set_broker_up(true);
        out.add_media()->set_seen_us(us - kS);
        return out;
    }
    void look(std::int64_t at_us) { parts_.look(state_, seen_, at_us); }
    DeskState state_;
    api::Snapshot snapshot_;
    PartsSeen seen_;
    DegradedParts parts_;
};

TEST_F(DegradedPartsTest, NothingIsDegradedWhileEverythingIsThere) {
    look(kNow);
    for (const PartRow& row : parts_.rows()) {
        EXPECT_EQ(row.state, PartState::works) << static_cast<int>(row.part);
    }
    EXPECT_EQ(parts_.count(), 0U);
}

TEST_F(DegradedPartsTest, WithoutAServerTheBrokerIsWhatThisDeskHearsOfIt) {
    LinkChange down;
    down.state = LinkChange::State::down;
    state_.apply_link(down, kNow + 5 * kS);
    state_.apply_broker({true, {}}, kNow + 9 * kS);
    look(kNow + 9 * kS);
    EXPECT_EQ(parts_.row(Part::broker).state, PartState::works);
    state_.apply_broker({false, {}}, kNow + 10 * kS);
    look(kNow + 10 * kS);
    EXPECT_EQ(parts_.row(Part::broker).state, PartState::lost);
    EXPECT_EQ(parts_.row(Part::archive).state, PartState::unknown);
}

TEST_F(DegradedPartsTest, ALostServerIsOneLossAndMakesTheRestUnknown) {
    look(kNow);
    LinkChange down;
    down.state = LinkChange::State::down;
    state_.apply_link(down, kNow + 5 * kS);
    look(kNow + 9 * kS);
    EXPECT_EQ(parts_.row(Part::server).state, PartState::lost);
    EXPECT_EQ(parts_.row(Part::server).since_us, kNow + 5 * kS);
    EXPECT_EQ(parts_.row(Part::broker).state, PartState::unknown);
    EXPECT_EQ(parts_.row(Part::vehicles).state, PartState::unknown);
    EXPECT_EQ(parts_.count(), 1U);
}

TEST_F(DegradedPartsTest, TheBeginningOfALossStaysItsBeginning) {
    seen_.has_sound = false;
    look(kNow + 2 * kS);
    look(kNow + 60 * kS);
    EXPECT_EQ(parts_.row(Part::sound).since_us, kNow + 2 * kS);
    seen_.has_sound = true;
    look(kNow + 61 * kS);
    EXPECT_EQ(parts_.row(Part::sound).since_us, 0);
    seen_.has_sound = false;
    look(kNow + 90 * kS);
    EXPECT_EQ(parts_.row(Part::sound).since_us, kNow + 90 * kS);
}

TEST_F(DegradedPartsTest, AUnitOutOfContactIsNamedAndItsPositionIsNoSecondLoss) {
    api::Delta delta;
    delta.set_seq(snapshot_.seq() + 1);
    *delta.add_units() = snapshot_.units(1);
    delta.mutable_units(0)->set_link("offline");
    ASSERT_TRUE(state_.apply_delta(delta, kNow));
    look(kNow);
    const PartRow& row = parts_.row(Part::vehicles);
    EXPECT_EQ(row.state, PartState::degraded);
    EXPECT_EQ(row.count, 1U);
    EXPECT_EQ(row.total, 4U);
    EXPECT_EQ(row.names, std::vector<std::string>{"席张01"});
    EXPECT_EQ(row.since_us, kNow - kS) << "when it was last heard";
    EXPECT_EQ(parts_.row(Part::positions).state, PartState::works);
    EXPECT_EQ(parts_.row(Part::positions).total, 3U);
}

TEST_F(DegradedPartsTest, AServerThatWritesNoMoreIsLostSinceItsLastWord) {
    seen_.fleet = fleet(kNow);
    seen_.fleet->set_server_us(kNow + 40 * kS);
    look(kNow + 40 * kS);
    EXPECT_EQ(parts_.row(Part::archive).state, PartState::lost);
    EXPECT_EQ(parts_.row(Part::archive).since_us, kNow - kS);
    EXPECT_EQ(parts_.row(Part::media).state, PartState::lost);
    EXPECT_EQ(parts_.row(Part::broker).state, PartState::works);
}

TEST_F(DegradedPartsTest, AnArchiveThatHearsNoBrokerIsDegraded) {
    seen_.fleet->mutable_telemetry(0)->set_broker_up(false);
    look(kNow);
    EXPECT_EQ(parts_.row(Part::archive).state, PartState::degraded);
}

TEST_F(DegradedPartsTest, WhatStandsInADatabaseThatIsAwayIsNotKnown) {
    seen_.fleet->set_database_error("no connection");
    seen_.fleet->clear_media();
    look(kNow);
    EXPECT_EQ(parts_.row(Part::archive).state, PartState::unknown);
    EXPECT_EQ(parts_.row(Part::media).state, PartState::unknown);
}

TEST_F(DegradedPartsTest, WithoutRoadsTheRestOfThemIsNotCountedAgain) {
    snapshot_.clear_roads_state();
    snapshot_.clear_coverage();
    snapshot_.set_seq(9);
    state_.apply_snapshot(snapshot_, kNow);
    look(kNow);
    EXPECT_EQ(parts_.row(Part::roads).state, PartState::lost);
    EXPECT_EQ(parts_.row(Part::closures).state, PartState::unknown);
    EXPECT_EQ(parts_.count(), 1U);
}

TEST_F(DegradedPartsTest, AClockThatIsOffIsSaidWithByHowMuch) {
    DeskState state;
    LinkChange up;
    up.state = LinkChange::State::up;
    state.apply_link(up, kNow);
    api::Snapshot late = snapshot_;
    late.set_server_us(kNow + 7 * kS);
    state.apply_snapshot(late, kNow);
    parts_.look(state, seen_, kNow);
    EXPECT_EQ(parts_.row(Part::clock).state, PartState::degraded);
    EXPECT_EQ(parts_.row(Part::clock).count, 7'000U);
}

} // namespace
} // namespace ems::console
