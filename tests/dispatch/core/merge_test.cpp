// Second calls about one event: found, merged so that nothing is lost, or told apart.
#include "dispatch/core/merge.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "tests/dispatch/core/decide_world.h"

namespace ems::dispatch {
namespace {

constexpr Code kDone{};

class SecondCall : public Decide {
  protected:
    SecondCall() {
        IncidentRow& first = world_.incidents.at({1});
        first.caller = "aa";
        first.number = "0001";
        first.complaint = "crash";
        fresh_.id = {9};
        fresh_.created_us = first.created_us;
        fresh_.place = {340'000'000, 1'100'000'000};   // far away
    }
    // A second incident, 2, that may be the same as the first.
    void second() {
        call(2);
        IncidentRow& row = world_.incidents.at({2});
        row.number = "0002";
        row.same_as = {1};
        row.complaint = "two people burnt";
    }
    Code merge(std::int64_t incident, std::int64_t into = 0, MergeAnswer answer = MergeAnswer::same) {
        const IncidentRow* row = world_.incident({incident});
        return take(decide_merge(world_, {{incident}, row == nullptr ? 0 : row->version, answer, {into}, tick(), "li"}));
    }
    IncidentId found() const { return same_event(world_, fresh_); }

    IncidentRow fresh_;
};

TEST_F(SecondCall, TheSameCallerWithinHalfAnHourMayMeanTheSameEvent) {
    EXPECT_FALSE(found().is_set());
    fresh_.caller = "bb";
    EXPECT_FALSE(found().is_set()) << "another telephone";
    fresh_.caller = "aa";
    EXPECT_EQ(found(), IncidentId{1});
    fresh_.created_us = incident().created_us + kSameCallerUs;
    EXPECT_EQ(found(), IncidentId{1});
    ++fresh_.created_us;
    EXPECT_FALSE(found().is_set()) << "long ago";
}

TEST_F(SecondCall, TheFirstKeepsWhatIsMoreUrgentOrMoreOfItsOwn) {
    second();
    world_.incidents.at({1}).level = 1;
    world_.incidents.at({1}).units_wanted = 3;
    world_.incidents.at({2}).level = 3;
    world_.incidents.at({2}).units_wanted = 2;
    ASSERT_EQ(merge(2), kDone);
    EXPECT_EQ(incident(1).level, 1U);
    EXPECT_EQ(incident(1).units_wanted, 3U);
}

TEST_F(SecondCall, AnEmergencyAndAPlannedTransferAreNotMergedEitherWay) {
    second();
    world_.incidents.at({2}).kind = IncidentKind::transfer;
    for (const auto& [from, into] : {std::pair{1, 2}, std::pair{2, 1}}) {
        EXPECT_EQ(merge(from, into), Code::merge_needs_other);
        EXPECT_EQ(incident(from).state, IncidentState::open);
    }
    EXPECT_EQ(merge(2), Code::merge_needs_other) << "also what was suggested";
    world_.incidents.at({1}).kind = IncidentKind::transfer;
    EXPECT_EQ(merge(2, 1), kDone) << "the same transfer, entered twice";
}

TEST_F(SecondCall, CallersWithoutANumberAreNotTheSameCaller) {
    world_.incidents.at({1}).caller.clear();
    EXPECT_FALSE(found().is_set());
}

TEST_F(SecondCall, ACallFromWithinAHundredMetresAndTenMinutesMayMeanTheSameEvent) {
    const PlaceE7 at = incident().place;
    fresh_.place = {at.lat_e7 + 8'990, at.lon_e7};   // 99.96 m north
    EXPECT_EQ(found(), IncidentId{1});
    fresh_.place = {at.lat_e7 + 9'000, at.lon_e7};
    EXPECT_FALSE(found().is_set());
    fresh_.place = {at.lat_e7, at.lon_e7 + 10'980};  // 99.9 m east at 35.1 degrees north
    EXPECT_EQ(found(), IncidentId{1});
    fresh_.place = {at.lat_e7, at.lon_e7 + 11'000};
    EXPECT_FALSE(found().is_set());
    fresh_.place = at;
    fresh_.created_us = incident().created_us + kSamePlaceUs + 1;
    EXPECT_FALSE(found().is_set());
}

TEST_F(SecondCall, OnlyLiveEmergenciesAreCompared) {
    fresh_.caller = "aa";
    fresh_.kind = IncidentKind::transfer;
    EXPECT_FALSE(found().is_set());
    fresh_.kind = IncidentKind::emergency;
    world_.incidents.at({1}).kind = IncidentKind::transfer;
    EXPECT_FALSE(found().is_set());
    world_.incidents.at({1}).kind = IncidentKind::emergency;
    fresh_.id = {1};
    EXPECT_FALSE(found().is_set()) << "itself";
    fresh_.id = {9};
    world_.incidents.at({1}).state = IncidentState::closed;
    EXPECT_FALSE(found().is_set());
}

TEST_F(SecondCall, OfSeveralTheNewestIsMeant) {
    call(2);
    world_.incidents.at({2}).caller = "aa";
    world_.incidents.at({2}).created_us = incident().created_us - 1;
    fresh_.caller = "aa";
    EXPECT_EQ(found(), IncidentId{1});
    world_.incidents.at({2}).created_us = incident().created_us + 1;
    EXPECT_EQ(found(), IncidentId{2});
}

TEST_F(SecondCall, TheFirstTakesOverWhatIsMoreUrgentAndTheSecondEndsNamedAfterIt) {
    second();
    world_.incidents.at({1}).level = 3;
    IncidentRow& two = world_.incidents.at({2});
    two.level = 1;
    two.units_wanted = 2;
    two.need = {VehicleClass::b, bit(Capability::ventilator), Isolation::infectious};
    world_.incidents.at({1}).need = {VehicleClass::a, bit(Capability::physician), Isolation::none};
    ASSERT_EQ(merge(2), kDone);
    EXPECT_EQ(incident(2).state, IncidentState::cancelled);
    EXPECT_EQ(incident(2).merged_into, IncidentId{1});
    EXPECT_FALSE(incident(2).same_as.is_set());
    EXPECT_EQ(incident(2).complaint, "two people burnt") << "its own words stay";
    EXPECT_GT(incident(2).stamp(StampEvent::cancelled, {})->at_us, 0);
    EXPECT_EQ(incident(1).level, 1U);
    EXPECT_EQ(incident(1).units_wanted, 2U);
    EXPECT_EQ(incident(1).complaint, "crash；two people burnt");
    EXPECT_EQ(incident(1).need,
              (Need{VehicleClass::b, bit(Capability::ventilator) | bit(Capability::physician), Isolation::infectious}));
    EXPECT_EQ(merge(2), Code::incident_closed);
}

TEST_F(SecondCall, ALesserSecondCallTakesNothingFromTheFirst) {
    second();
    world_.incidents.at({1}).need.vehicle_class = VehicleClass::b;
    IncidentRow& two = world_.incidents.at({2});
    two.level = 4;
    two.complaint = "crash";
    two.need.vehicle_class = VehicleClass::a;
    ASSERT_EQ(merge(2), kDone);
    EXPECT_EQ(incident(1).level, 1U);
    EXPECT_EQ(incident(1).complaint, "crash") << "said before";
    EXPECT_EQ(incident(1).need.vehicle_class, VehicleClass::b);
}

TEST_F(SecondCall, WordsThatDoNotFitStayWithTheSecondCall) {
    second();
    world_.incidents.at({1}).complaint = std::string(400, 'a');
    world_.incidents.at({2}).complaint = std::string(100, 'b');
    ASSERT_EQ(merge(2), kDone);
    EXPECT_EQ(incident(1).complaint, std::string(400, 'a'));
    EXPECT_EQ(incident(2).complaint, std::string(100, 'b'));
    call(3);
    world_.incidents.at({1}).complaint.clear();
    world_.incidents.at({1}).need.vehicle_class.reset();
    world_.incidents.at({3}).complaint = "cold";
    world_.incidents.at({3}).need.vehicle_class = VehicleClass::c;
    ASSERT_EQ(merge(3, 1), kDone);
    EXPECT_EQ(incident(1).complaint, "cold");
    EXPECT_EQ(incident(1).need.vehicle_class, VehicleClass::c);
}

TEST_F(SecondCall, ASecondCallThatAUnitIsOnIsNotMergedAwayButTheOtherWayItGoes) {
    second();
    ASSERT_TRUE(assign(1, 7, 2));
    EXPECT_EQ(merge(2), Code::unit_on_incident);
    EXPECT_EQ(merge(1, 2), kDone);
    EXPECT_EQ(incident(1).merged_into, IncidentId{2});
    EXPECT_EQ(incident(2).state, IncidentState::assigned);
    EXPECT_FALSE(incident(2).same_as.is_set()) << "the other is gone";
}

TEST_F(SecondCall, ASecondCallThatWasServedIsClosedAsServed) {
    second();
    world_.incidents.at({2}).units_wanted = 2;
    ASSERT_TRUE(assign(1, 7, 2));
    ASSERT_TRUE(press(1, UnitState::at_scene));
    ASSERT_TRUE(press(1, UnitState::clearing));
    ASSERT_EQ(merge(2), kDone);
    EXPECT_EQ(incident(2).state, IncidentState::closed);
    EXPECT_EQ(incident(2).stamp(StampEvent::cancelled, {}), nullptr);
}

TEST_F(SecondCall, AThirdCallAboutTheSecondIsThenAboutTheFirst) {
    second();
    call(3);
    call(4);
    world_.incidents.at({3}).same_as = {2};
    world_.incidents.at({4}).same_as = {2};
    world_.incidents.at({4}).state = IncidentState::closed;
    ASSERT_EQ(merge(2), kDone);
    EXPECT_EQ(incident(3).same_as, IncidentId{1});
    EXPECT_EQ(incident(4).same_as, IncidentId{2}) << "of the past";
}

TEST_F(SecondCall, WhoSaysItIsAnotherEventEndsTheSuggestionAlone) {
    second();
    EXPECT_EQ(merge(2, 0, MergeAnswer::different), kDone);
    EXPECT_FALSE(incident(2).same_as.is_set());
    EXPECT_EQ(incident(2).state, IncidentState::open);
    EXPECT_EQ(merge(2, 0, MergeAnswer::different), Code::merge_needs_other);
}

TEST_F(SecondCall, RefusesWhatNamesNoOther) {
    second();
    world_.incidents.at({2}).same_as = {};
    EXPECT_EQ(merge(2), Code::merge_needs_other) << "nothing is suggested";
    EXPECT_EQ(merge(2, 2), Code::merge_needs_other);
    EXPECT_EQ(merge(2, 99), Code::no_such_incident);
    EXPECT_EQ(merge(99, 1), Code::no_such_incident);
    EXPECT_EQ(take(decide_merge(world_, {{2}, incident(2).version + 1, MergeAnswer::same, {1}, tick(), "li"})),
              Code::version_stale);
    world_.incidents.at({1}).state = IncidentState::cancelled;
    EXPECT_EQ(merge(2, 1), Code::incident_closed);
}

} // namespace
} // namespace ems::dispatch
