#include "dispatch/service/fleet.h"

#include "dispatch/service/advice.h"
#include "dispatch/service/whereabouts.h"

#include <limits>

#include <gtest/gtest.h>

namespace ems::dispatch {
namespace {

constexpr std::int64_t kS = 1'000'000;
constexpr std::int64_t kNow = 1'773'830'536 * kS;
constexpr UnitId kUnit{1};

Registry one_unit() {
    Registry registry;
    registry.units.push_back({.id = kUnit, .name = "中心01", .vid = "amb-zx01", .station = {}, .turnout_s = 60});
    return registry;
}

class FleetTest : public testing::Test {
  protected:
    // True when the fix was taken.
    bool fix(std::uint64_t spool, std::uint64_t seq, std::int64_t device_us, std::int64_t received_us,
             std::uint32_t hdop_centi = 0) {
        wire::Envelope envelope;
        envelope.set_spool(spool);
        envelope.set_seq(seq);
        envelope.set_t_us(device_us);
        wire::Position position;
        position.set_lat_e7(351'000'000);
        position.set_lon_e7(1'109'000'000);
        position.set_fix_mode(3);
        position.set_hdop_centi(hdop_centi);
        return fleet_.moved(kUnit, envelope, position, received_us).value();
    }
    // Its age when it came, when it was taken.
    std::optional<std::uint32_t> vitals(std::uint64_t spool, std::uint64_t seq, std::int64_t device_us,
                                        std::int64_t received_us) {
        wire::Envelope envelope;
        envelope.set_spool(spool);
        envelope.set_seq(seq);
        envelope.set_t_us(device_us);
        return fleet_.measured(kUnit, envelope, received_us);
    }
    // The same of its terminal.
    bool terminal_fix(std::int64_t device_us, std::int64_t received_us) {
        wire::Envelope envelope;
        envelope.set_t_us(device_us);
        wire::Position position;
        position.set_lat_e7(350'000'000);
        position.set_lon_e7(1'110'000'000);
        position.set_fix_mode(3);
        return fleet_.moved(kUnit, envelope, position, received_us, PositionSource::terminal).value();
    }
    Code at(std::int32_t lat_e7, std::int32_t lon_e7) {
        wire::Position position;
        position.set_lat_e7(lat_e7);
        position.set_lon_e7(lon_e7);
        position.set_fix_mode(3);
        const auto moved = fleet_.moved(kUnit, {}, position, kNow);
        return moved ? Code{} : moved.error().code;
    }
    Link link_at(Ticks now) {
        fleet_.age(now);
        return fleet_.by_unit(kUnit)->link;
    }
    const api::UnitPosition& position() { return *fleet_.by_unit(kUnit)->position; }

    Registry registry_{one_unit()};
    Fleet fleet_{registry_, nullptr};
};

TEST_F(FleetTest, AnOlderFixOfTheSameSpoolNeverReplacesANewer) {
    EXPECT_TRUE(fix(7, 100, kNow, kNow));
    EXPECT_FALSE(fix(7, 99, kNow - kS, kNow + 60 * kS));
    EXPECT_FALSE(fix(7, 100, kNow, kNow + 60 * kS)) << "nor does it come twice";
    EXPECT_EQ(position().received_us(), kNow);
    EXPECT_TRUE(fix(7, 101, kNow + 61 * kS, kNow + 61 * kS));
}

TEST_F(FleetTest, ALaterFixCountsAtOnceThoughTheVehiclesClockWasSetBack) {
    EXPECT_TRUE(fix(7, 100, kNow + 3'600 * kS, kNow));
    EXPECT_TRUE(fix(7, 101, kNow + kS, kNow + kS));
    EXPECT_EQ(position().age_at_receipt_ms(), 0U) << "what was learnt of the clock is forgotten";
}

TEST_F(FleetTest, BetweenTwoSpoolsTheClockDecidesUntilTheOldOneIsSilent) {
    EXPECT_TRUE(fix(7, 100, kNow, kNow));
    EXPECT_FALSE(fix(8, 1, kNow - kS, kNow + 2 * kS));
    EXPECT_TRUE(fix(8, 1, kNow - kS, kNow + 11 * kS));
}

TEST_F(FleetTest, HowFarOffAFixMayLieIsToldOfTheReceiversDilution) {
    ASSERT_TRUE(fix(7, 100, kNow, kNow, 2'400));
    EXPECT_EQ(position().accuracy_m(), 120U);
    ASSERT_TRUE(fix(7, 101, kNow + kS, kNow + kS));
    EXPECT_EQ(position().accuracy_m(), 0U) << "its receiver does not say";
}

TEST_F(FleetTest, OfATerminalsPlaceItIsNotKnownHowFarOffItIs) {
    ASSERT_TRUE(fix(7, 100, kNow, kNow, 2'400));
    ASSERT_TRUE(terminal_fix(kNow + 30 * kS, kNow + 30 * kS));
    EXPECT_EQ(position().accuracy_m(), 0U);
}

TEST_F(FleetTest, ATerminalsPlaceIsSaidToBeOneAndToBeAsOldAsItIs) {
    ASSERT_TRUE(terminal_fix(kNow - 600 * kS, kNow));
    EXPECT_EQ(position().source(), "terminal");
    EXPECT_EQ(position().age_at_receipt_ms(), 600'000U) << "though no fresher one is known of this terminal";
    ASSERT_TRUE(terminal_fix(kNow + 30 * kS, kNow + 31 * kS));
    EXPECT_EQ(position().age_at_receipt_ms(), 1'000U);
}

TEST_F(FleetTest, AServersSlowClockMakesNoReportOfATerminalLookFresh) {
    constexpr std::int64_t kBehind = 120 * kS;
    ASSERT_TRUE(terminal_fix(kNow, kNow - kBehind));
    EXPECT_EQ(position().age_at_receipt_ms(), 0U);
    ASSERT_TRUE(terminal_fix(kNow + 10 * kS, kNow + 100 * kS - kBehind));
    EXPECT_EQ(position().age_at_receipt_ms(), 90'000U);
}

TEST_F(FleetTest, ALateReportOfATerminalNeverMovesThePlaceBack) {
    ASSERT_TRUE(terminal_fix(kNow, kNow));
    EXPECT_FALSE(terminal_fix(kNow - 60 * kS, kNow + 300 * kS)) << "out of the blind area";
    EXPECT_FALSE(terminal_fix(kNow, kNow + 300 * kS)) << "the same again";
    EXPECT_TRUE(terminal_fix(kNow + 60 * kS, kNow + 301 * kS));
}

TEST_F(FleetTest, ATerminalShowsOnceTheVehicleIsSilentAndNeverAnEarlierPlace) {
    ASSERT_TRUE(fix(7, 100, kNow, kNow));
    EXPECT_FALSE(terminal_fix(kNow + 9 * kS, kNow + 9 * kS)) << "the vehicle's own goes first";
    EXPECT_FALSE(terminal_fix(kNow - kS, kNow + 60 * kS)) << "backlog, measured before";
    EXPECT_TRUE(position().source().empty());
    EXPECT_TRUE(terminal_fix(kNow + 12 * kS, kNow + 12 * kS));
    EXPECT_EQ(position().source(), "terminal");
}

TEST_F(FleetTest, BetweenVehicleAndTerminalTheServersClockDecidesWhatIsNewer) {
    constexpr std::int64_t kAhead = 3'600 * kS; // the vehicle's clock
    ASSERT_TRUE(fix(7, 100, kNow + kAhead, kNow));
    EXPECT_TRUE(terminal_fix(kNow + 30 * kS, kNow + 30 * kS));
    EXPECT_FALSE(fix(7, 101, kNow + kAhead + 20 * kS, kNow + 31 * kS)) << "held up on its way, measured before";
    EXPECT_EQ(position().source(), "terminal");
    EXPECT_TRUE(fix(7, 102, kNow + kAhead + 32 * kS, kNow + 32 * kS));
    EXPECT_TRUE(position().source().empty());
    EXPECT_FALSE(fix(7, 101, kNow + kAhead + 20 * kS, kNow + 33 * kS));
}

TEST_F(FleetTest, AnOwnPlaceThatWasNotShownIsStillTheNewestOfItsSpool) {
    ASSERT_TRUE(fix(7, 100, kNow, kNow));
    ASSERT_TRUE(terminal_fix(kNow + 30 * kS, kNow + 30 * kS));
    ASSERT_FALSE(fix(7, 105, kNow + 25 * kS, kNow + 31 * kS));
    EXPECT_FALSE(fix(7, 104, kNow + 60 * kS, kNow + 60 * kS)) << "its number is older than one that came before";
    EXPECT_TRUE(fix(7, 106, kNow + 61 * kS, kNow + 61 * kS));
}

TEST_F(FleetTest, ALinkByTerminalAgesByTheTerminalsRules) {
    const Ticks start = Ticks{} + std::chrono::hours{1};
    EXPECT_EQ(link_at(start), Link::never);
    fleet_.heard_by_terminal(kUnit, start);
    EXPECT_EQ(link_at(start + kOfflineAfter), Link::up) << "it reports every minute";
    EXPECT_EQ(link_at(start + kTerminalLostAfter), Link::lost);
    EXPECT_EQ(link_at(start + kTerminalOfflineAfter), Link::offline);
    fleet_.heard_by_terminal(kUnit, start + kTerminalOfflineAfter);
    EXPECT_EQ(link_at(start + kTerminalOfflineAfter), Link::up);
    fleet_.heard_by_terminal(kUnit, start);
    EXPECT_EQ(link_at(start + kTerminalOfflineAfter), Link::up) << "older news";
}

TEST_F(FleetTest, OfAVehicleThatSpeaksForItselfTheTerminalSaysNothingAboutTheLink) {
    const Ticks start = Ticks{} + std::chrono::hours{1};
    fleet_.heard_by_terminal(kUnit, start);
    ASSERT_EQ(link_at(start), Link::up);
    fleet_.heard(kUnit, start);
    fleet_.heard_by_terminal(kUnit, start + kLostAfter);
    EXPECT_EQ(link_at(start + kLostAfter), Link::lost) << "orders do not reach it by its terminal";
}

TEST_F(FleetTest, VitalsOfBeforeNeverFollowNewerOnes) {
    EXPECT_TRUE(vitals(7, 100, kNow, kNow));
    EXPECT_FALSE(vitals(7, 99, kNow - kS, kNow + kS));
    EXPECT_FALSE(vitals(7, 100, kNow, kNow + kS)) << "nor do they come twice";
    EXPECT_TRUE(vitals(7, 101, kNow - 600 * kS, kNow + kS)) << "the vehicle's clock was set back";
    EXPECT_FALSE(vitals(8, 1, kNow - 601 * kS, kNow + 2 * kS));
    EXPECT_TRUE(vitals(8, 1, kNow - 601 * kS, kNow + 11 * kS));
}

TEST_F(FleetTest, VitalsThatAreOldWhenTheyComeAreSaidToBe) {
    constexpr std::int64_t kAhead = 90 * kS; // the vehicle's clock
    fleet_.told_time(kUnit, kNow + kAhead, kNow);
    EXPECT_EQ(vitals(7, 100, kNow + kAhead - 40 * kS, kNow), 40'000U);
    EXPECT_EQ(fleet_.age_at_receipt_ms(kUnit, kNow + kAhead - 5 * kS, kNow), 5'000U) << "an alarm";
}

TEST_F(FleetTest, ANewRegistryMovesVehiclesToTheirUnitsAndKeepsWhatIsKnownOfTheOthers) {
    registry_.units.push_back({.id = UnitId{2}, .name = "中心02", .vid = "amb-zx02", .station = {}, .turnout_s = 60});
    registry_.units.push_back({.id = UnitId{3}, .name = "中心03", .vid = "amb-zx03", .station = {}, .turnout_s = 60});
    fleet_.adopt(registry_);
    ASSERT_TRUE(fix(7, 100, kNow, kNow));
    std::swap(registry_.units[1].vid, registry_.units[2].vid);
    registry_.units[1].turnout_s = 90;
    fleet_.adopt(registry_);
    EXPECT_EQ(position().seq(), 100U) << "of the unit that nothing changed for";
    ASSERT_NE(fleet_.by_vid("amb-zx02"), nullptr);
    EXPECT_EQ(fleet_.by_vid("amb-zx02")->info.id, UnitId{3});
    EXPECT_EQ(fleet_.by_unit(UnitId{2})->info.turnout_s, 90U);
    registry_.units.erase(registry_.units.begin());
    fleet_.adopt(registry_);
    EXPECT_EQ(fleet_.by_unit(kUnit), nullptr);
    EXPECT_EQ(fleet_.by_vid("amb-zx01"), nullptr);
}

TEST_F(FleetTest, AVehicleThatChangedItsUnitBringsNoOldPlaceAlong) {
    ASSERT_TRUE(fix(7, 100, kNow, kNow));
    registry_.units[0].vid = "amb-zx09";
    fleet_.adopt(registry_);
    EXPECT_FALSE(fleet_.by_unit(kUnit)->position.has_value());
}

TEST_F(FleetTest, AFixThatIsOldWhenItComesIsRankedWithItsAge) {
    constexpr std::int64_t kAhead = 90 * kS; // the vehicle's clock
    fleet_.told_time(kUnit, kNow + kAhead, kNow);
    ASSERT_TRUE(fix(7, 100, kNow - 2'400 * kS + kAhead, kNow));
    EXPECT_EQ(position().age_at_receipt_ms(), 2'400'000U);

    World world;
    world.units[kUnit].id = kUnit;
    const ReleaseHistory history;
    const AdviceInput input{world, fleet_, registry_, nullptr, kNow + 5 * kS, history};
    IncidentRow incident;
    incident.id = IncidentId{34};
    incident.place = {351'000'000, 1'109'100'000};
    const api::Recommendation advice = advise(input, incident);
    ASSERT_EQ(advice.candidates_size(), 1);
    EXPECT_EQ(advice.candidates(0).fix_age_s(), 2'405U);
}

LastKnown stored(std::chrono::milliseconds silent, std::chrono::milliseconds since_receipt,
                 std::chrono::milliseconds age) {
    LastKnown out;
    out.vid = "amb-zx01";
    out.silent = silent;
    out.fix = LastKnown::Fix{{351'000'000, 1'109'000'000}, 0, 0, kNow - 20 * kS, since_receipt, age, false};
    return out;
}

TEST_F(FleetTest, WhatWasStoredIsRecalledWithItsAge) {
    const Ticks now{std::chrono::hours{5}};
    fleet_.recall(stored(std::chrono::seconds{20}, std::chrono::seconds{20}, std::chrono::seconds{21}), kNow, now);
    ASSERT_TRUE(fleet_.by_unit(kUnit)->position);
    EXPECT_EQ(position().received_us(), kNow - 20 * kS);
    EXPECT_EQ(position().age_at_receipt_ms(), 1'000U);
    EXPECT_EQ(fleet_.by_unit(kUnit)->link, Link::lost) << "and not as if it had never been heard";
    EXPECT_EQ(link_at(now + std::chrono::seconds{41}), Link::offline);
    EXPECT_TRUE(fix(7, 1, kNow, kNow)) << "what it says itself is newer";
    EXPECT_EQ(position().received_us(), kNow);
    fleet_.recall(stored(std::chrono::seconds{20}, std::chrono::seconds{20}, std::chrono::seconds{20}), kNow, now);
    EXPECT_EQ(position().received_us(), kNow) << "what was stored before never replaces it";
}

TEST_F(FleetTest, WhatIsStoredOfAVehicleThatNobodyDrivesIsLeft) {
    LastKnown other = stored(std::chrono::seconds{1}, std::chrono::seconds{1}, std::chrono::seconds{1});
    other.vid = "amb-none";
    fleet_.recall(other, kNow, Ticks{std::chrono::hours{5}});
    EXPECT_FALSE(fleet_.by_unit(kUnit)->position);
    LastKnown silent;
    silent.vid = "amb-zx01";
    fleet_.recall(silent, kNow, Ticks{std::chrono::hours{5}});
    EXPECT_EQ(fleet_.by_unit(kUnit)->link, Link::never);
}

// The station lies 11 km from where the fix of FleetTest is.
class WhereaboutsTest : public FleetTest {
  protected:
    WhereaboutsTest() {
        registry_.stations.push_back({5, "中心", kStation});
        registry_.units.front().station = {5};
        fleet_.adopt(registry_);
        UnitRow& row = world_.units[kUnit];
        row.id = kUnit;
    }
    Whereabouts after(std::int64_t seconds, UnitState state) {
        world_.units.at(kUnit).state = state;
        return whereabouts(world_, nullptr, *fleet_.by_unit(kUnit), world_.units.at(kUnit), 1,
                           kNow + seconds * kS);
    }
    static constexpr PlaceE7 kStation{350'000'000, 1'109'000'000};
    World world_;
};

TEST_F(WhereaboutsTest, AnAvailableUnitThatWasNotHeardOfForTenMinutesIsTakenToBeAtItsStation) {
    ASSERT_TRUE(fix(7, 1, kNow, kNow));
    EXPECT_EQ(after(600, UnitState::available).from, PositionFrom::fix);
    EXPECT_FALSE(after(600, UnitState::available).waits_where_seen);
    EXPECT_EQ(after(601, UnitState::available).from, PositionFrom::station);
    EXPECT_EQ(after(601, UnitState::available).place, kStation);
    EXPECT_EQ(after(601, UnitState::returning).from, PositionFrom::fix) << "it may be anywhere";
    EXPECT_NEAR(after(601, UnitState::returning).fix_age_s, 601, 0.1);
}

TEST_F(WhereaboutsTest, AUnitThatWasSeenWhereItStandsByIsStillThere) {
    ASSERT_TRUE(terminal_fix(kNow, kNow));
    registry_.stations.front().place = {350'000'000, 1'110'010'000};
    fleet_.adopt(registry_);
    EXPECT_TRUE(after(7'200, UnitState::available).waits_where_seen);
    EXPECT_EQ(after(7'200, UnitState::available).from, PositionFrom::fix);
    EXPECT_FALSE(after(7'200, UnitState::returning).waits_where_seen) << "it rolls";
    PostingRow& posting = world_.postings[{3}];
    posting.unit = kUnit;
    posting.state = PostingState::arrived;
    posting.place = {352'000'000, 1'109'000'000};
    EXPECT_EQ(after(7'200, UnitState::available).place, posting.place) << "it was posted elsewhere since";
}

TEST_F(WhereaboutsTest, OfTheVehiclesFixAndTheDispatchersWordTheLaterCounts) {
    constexpr PlaceE7 kMill{351'200'000, 1'109'300'000};
    UnitRow& row = world_.units.at(kUnit);
    row.told_place = kMill;
    row.told_us = kNow - 30 * kS;
    EXPECT_EQ(after(0, UnitState::returning).place, kMill);
    EXPECT_TRUE(after(0, UnitState::returning).told);
    EXPECT_NEAR(after(0, UnitState::returning).fix_age_s, 30, 0.1);
    EXPECT_EQ(after(0, UnitState::available).place, kMill) << "free, and not at its station";
    EXPECT_EQ(after(571, UnitState::available).place, kStation) << "ten minutes later it is back";
    ASSERT_TRUE(fix(7, 1, kNow, kNow));
    EXPECT_FALSE(after(5, UnitState::returning).told);
    row.told_us = kNow + kS;
    EXPECT_TRUE(after(5, UnitState::returning).told);
}

TEST_F(WhereaboutsTest, AUnitKnownByVoiceThatDrivesBackMayHaveComeAsFarAsItHadTime) {
    EXPECT_EQ(after(0, UnitState::returning).from, PositionFrom::none) << "its vehicle was not heard yet";
    registry_.units.front().vid.clear();
    fleet_.adopt(registry_);
    EXPECT_EQ(after(0, UnitState::assigned).from, PositionFrom::none) << "it is on its way";
    AssignmentRow& task = world_.assignments[{4}];
    task.id = {4};
    task.unit = kUnit;
    task.created_us = kNow - 120 * kS;
    world_.units.at(kUnit).since_us = kNow;
    const Whereabouts back = after(60, UnitState::returning);
    EXPECT_EQ(back.from, PositionFrom::fix);
    EXPECT_EQ(back.place, kStation);
    EXPECT_NEAR(back.fix_age_s, 180, 0.1);
    EXPECT_FALSE(back.waits_where_seen) << "the age widens";
    task.unit = {99};
    EXPECT_NEAR(after(60, UnitState::clearing).fix_age_s, 60, 0.1) << "nothing but its state is known";
}

TEST_F(FleetTest, APlaceBeyondTheEarthIsNone) {
    constexpr std::int32_t kLeast = std::numeric_limits<std::int32_t>::min();
    EXPECT_EQ(at(kLeast, 1'109'000'000), Code::malformed);
    EXPECT_EQ(at(351'000'000, kLeast), Code::malformed);
    EXPECT_EQ(at(900'000'001, 0), Code::malformed);
    EXPECT_EQ(at(0, 1'800'000'001), Code::malformed);
    EXPECT_EQ(at(-900'000'000, -1'800'000'000), Code{});
}

} // namespace
} // namespace ems::dispatch
