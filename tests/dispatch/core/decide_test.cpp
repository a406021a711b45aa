#include "dispatch/core/decide.h"

#include <gtest/gtest.h>

#include <set>

#include "dispatch/core/queue.h"
#include "tests/dispatch/core/decide_world.h"

namespace ems::dispatch {
namespace {

TEST_F(Decide, AWholeTaskGetsEveryStampOrAReasonAndClosesTheIncident) {
    ASSERT_TRUE(assign(1, 7));
    ASSERT_TRUE(ack(7, Ack::stored));
    EXPECT_EQ(world_.assignments.at({7}).state, AssignmentState::delivered);
    ASSERT_TRUE(ack(7, Ack::accepted));
    EXPECT_EQ(unit(1).state, UnitState::acknowledged);
    for (const UnitState state :
         {UnitState::en_route, UnitState::at_scene, UnitState::at_patient, UnitState::transporting,
          UnitState::at_hospital, UnitState::handover}) {
        ASSERT_TRUE(press(1, state, 7)) << name(state);
        EXPECT_EQ(incident().state, IncidentState::assigned);
    }
    ASSERT_TRUE(press(1, UnitState::clearing, 7));
    EXPECT_EQ(incident().state, IncidentState::closed);
    EXPECT_EQ(world_.assignments.at({7}).state, AssignmentState::done);
    ASSERT_TRUE(press(1, UnitState::returning, 7));
    ASSERT_TRUE(press(1, UnitState::available, 7));
    std::set<StampEvent> seen;
    std::int64_t last = 0;
    for (const StampRow& stamp : incident().stamps) {
        EXPECT_TRUE(seen.insert(stamp.event).second) << name(stamp.event);
        if (stamp.at_us != 0) {
            EXPECT_GE(stamp.at_us, last) << name(stamp.event);
            last = stamp.at_us;
        }
    }
    EXPECT_EQ(seen.size(), kStampEvents);
    EXPECT_EQ(incident().stamp(StampEvent::cancelled, {7})->not_applicable, "completed");
    EXPECT_GT(incident().stamp(StampEvent::at_station, {7})->at_us, 0);
}

TEST_F(Decide, ASecondOrderForABusyUnitIsRefused) {
    ASSERT_TRUE(assign(1, 7));
    call(2);
    EXPECT_EQ(assign(1, 8, 2).error().code, Code::unit_already_assigned);
    ASSERT_TRUE(press(2, UnitState::out_of_service));
    EXPECT_EQ(assign(2, 8, 2).error().code, Code::unit_not_available);
    EXPECT_EQ(assign(3, 8, 2).error().code, Code::no_such_unit);
}

TEST_F(Decide, ARefusalFreesTheUnitAndReopensTheIncident) {
    ASSERT_TRUE(assign(1, 7));
    ASSERT_TRUE(ack(7, Ack::refused));
    EXPECT_EQ(unit(1).state, UnitState::available);
    EXPECT_EQ(incident().state, IncidentState::open);
    EXPECT_EQ(incident().stamp(StampEvent::at_scene, {7})->not_applicable, "refused by crew");
    ASSERT_TRUE(assign(2, 8));
    EXPECT_EQ(incident().state, IncidentState::assigned);
}

TEST_F(Decide, ARefusalAfterAcceptanceChangesNothing) {
    ASSERT_TRUE(assign(1, 7));
    ASSERT_TRUE(ack(7, Ack::accepted));
    ASSERT_TRUE(ack(7, Ack::refused));
    EXPECT_EQ(unit(1).state, UnitState::acknowledged);
    EXPECT_EQ(world_.assignments.at({7}).state, AssignmentState::accepted);
}

TEST_F(Decide, AnAcceptanceThatAButtonOvertookIsStampedBeforeTheWheels) {
    ASSERT_TRUE(assign(1, 7));
    ASSERT_TRUE(press(1, UnitState::en_route));
    const std::int64_t wheels_us = incident().stamp(StampEvent::wheels, {7})->at_us;
    ASSERT_TRUE(press(1, UnitState::at_scene));
    ASSERT_TRUE(ack(7, Ack::accepted));
    const StampRow* acknowledged = incident().stamp(StampEvent::crew_ack, {7});
    ASSERT_NE(acknowledged, nullptr);
    EXPECT_EQ(acknowledged->at_us, wheels_us) << "not later than what came after it";
    EXPECT_GT(acknowledged->received_us, wheels_us) << "and when it was heard of is kept";
}

TEST_F(Decide, AnAcceptanceOfAKnownTimeIsStampedWithItHoweverLateItIsHeardOf) {
    ASSERT_TRUE(assign(1, 7));
    const std::int64_t accepted_us = tick();
    ASSERT_TRUE(press(1, UnitState::en_route));
    const auto late = decide_ack(world_, {"command-7", Ack::accepted, "", {tick(), accepted_us, true}, "amb"});
    ASSERT_EQ(take(late), Code{});
    EXPECT_EQ(incident().stamp(StampEvent::crew_ack, {7})->at_us, accepted_us);
}

TEST_F(Decide, AnOrderThatWasNeverHeldTimesOutWithItsAssignment) {
    ASSERT_TRUE(assign(1, 7));
    const auto writes = decide_expiry(world_, "command-7", tick());
    ASSERT_TRUE(writes);
    EXPECT_EQ(ended_tasks(*writes), (std::vector<AssignmentId>{{7}})) << "and its vehicle is told";
    apply(world_, *writes);
    EXPECT_EQ(world_.assignments.at({7}).state, AssignmentState::timed_out);
    EXPECT_EQ(unit(1).state, UnitState::available);
    EXPECT_EQ(incident().state, IncidentState::open);
    EXPECT_TRUE(short_of_units(world_, now_).contains({1}));
    EXPECT_TRUE(decide_expiry(world_, "command-7", tick())->operations.empty()) << "once";
    EXPECT_TRUE(decide_expiry(world_, "nothing", tick())->operations.empty());
}

TEST_F(Decide, AnOrderThatItsVehicleHeldOrACrewCarriesOutDoesNotTimeOut) {
    ASSERT_TRUE(assign(1, 7));
    world_.assignments.at({7}).state = AssignmentState::delivered;
    ASSERT_TRUE(decide_expiry(world_, "command-7", tick()));
    EXPECT_TRUE(ended_tasks(*decide_expiry(world_, "command-7", tick())).empty());
    world_.assignments.at({7}).state = AssignmentState::ordered;
    CommandRow& command = world_.commands.at("command-7");
    command.kind = "correction";
    EXPECT_EQ(decide_expiry(world_, "command-7", tick())->operations.size(), 1U);
    EXPECT_EQ(unit(1).state, UnitState::assigned);
}

TEST_F(Decide, AVehicleThatSaysItsOrderHasExpiredEndsTheAssignment) {
    ASSERT_TRUE(assign(1, 7));
    ASSERT_TRUE(ack(7, Ack::expired));
    EXPECT_EQ(world_.assignments.at({7}).state, AssignmentState::timed_out);
    EXPECT_EQ(incident().state, IncidentState::open);
}

TEST_F(Decide, ABreakdownCancelsTheTaskAndKeepsTheUnitOut) {
    ASSERT_TRUE(assign(1, 7));
    ASSERT_TRUE(press(1, UnitState::en_route));
    ASSERT_TRUE(press(1, UnitState::out_of_service));
    EXPECT_EQ(world_.assignments.at({7}).end_reason, "breakdown");
    EXPECT_EQ(incident().state, IncidentState::open);
    EXPECT_EQ(assign(1, 8).error().code, Code::unit_not_available);
}

TEST_F(Decide, TheIncidentWaitsForTheLastOfItsUnits) {
    ASSERT_TRUE(assign(1, 7));
    ASSERT_TRUE(assign(2, 8, 1, AssignIntent::additional));
    ASSERT_TRUE(press(1, UnitState::at_scene));
    ASSERT_TRUE(press(1, UnitState::clearing));
    EXPECT_EQ(world_.assignments.at({7}).end_reason, "no_patient");
    EXPECT_EQ(incident().state, IncidentState::assigned);
    ASSERT_TRUE(press(2, UnitState::at_scene));
    ASSERT_TRUE(press(2, UnitState::at_patient));
    ASSERT_TRUE(press(2, UnitState::available));
    EXPECT_EQ(incident().state, IncidentState::closed);
}

TEST_F(Decide, ALateButtonOfAnEarlierTaskDoesNotTouchTheNextOne) {
    ASSERT_TRUE(assign(1, 7));
    for (const UnitState state : {UnitState::at_scene, UnitState::clearing, UnitState::returning}) {
        ASSERT_TRUE(press(1, state, 7));
    }
    call(2);
    ASSERT_TRUE(assign(1, 8, 2));
    EXPECT_EQ(incident().stamp(StampEvent::at_station, {7})->not_applicable, "sent again before");
    EXPECT_EQ(press(1, UnitState::available, 7).error().code, Code::task_changed);
    EXPECT_EQ(unit(1).assignment, AssignmentId{8});
}

TEST_F(Decide, ARepeatedButtonIsHarmless) {
    ASSERT_TRUE(assign(1, 7));
    ASSERT_TRUE(press(1, UnitState::en_route));
    EXPECT_EQ(*press(1, UnitState::en_route), 0U);
}

TEST_F(Decide, CancellingSendsTheUnitBackUnlessThePatientIsOnBoard) {
    ASSERT_TRUE(assign(1, 7));
    ASSERT_TRUE(press(1, UnitState::en_route));
    const auto writes = decide_cancel(world_, {{7}, "caller rang off", tick(), "li"});
    ASSERT_TRUE(writes);
    apply(world_, *writes);
    EXPECT_EQ(unit(1).state, UnitState::returning);
    EXPECT_GT(incident().stamp(StampEvent::cancelled, {7})->at_us, 0);
    EXPECT_FALSE(decide_cancel(world_, {{7}, "", tick(), "li"}));
    ASSERT_TRUE(assign(2, 8));
    for (const UnitState state : {UnitState::at_scene, UnitState::at_patient, UnitState::transporting}) {
        ASSERT_TRUE(press(2, state));
    }
    EXPECT_EQ(decide_cancel(world_, {{8}, "", tick(), "li"}).error().code, Code::patient_on_board);
}

TEST_F(Decide, AnIncidentWithAUnitOnItIsNotClosedByHand) {
    ASSERT_TRUE(assign(1, 7));
    EXPECT_EQ(decide_close(world_, {{1}, "", tick(), "li"}).error().code, Code::unit_on_incident);
    ASSERT_TRUE(ack(7, Ack::refused));
    const auto writes = decide_close(world_, {{1}, "no need", tick(), "li", incident().version});
    ASSERT_TRUE(writes);
    apply(world_, *writes);
    EXPECT_EQ(incident().state, IncidentState::cancelled);
    EXPECT_EQ(assign(2, 8).error().code, Code::incident_closed);
}

TEST_F(Decide, ADeviceClockThatIsAheadOrBadIsNotBelieved) {
    EXPECT_EQ((When{1'000'000'000, 900'000'000, true}).event_us(), 900'000'000);
    EXPECT_EQ((When{1'000'000'000, 900'000'000, false}).event_us(), 1'000'000'000);
    EXPECT_EQ((When{1'000'000'000, 1'003'000'000, true}).event_us(), 1'000'000'000);
    EXPECT_EQ((When{1'000'000'000, 1'001'000'000, true}).event_us(), 1'000'000'000);
    EXPECT_EQ((When{1'000'000'000, 0, true}).event_us(), 1'000'000'000);
}

TEST_F(Decide, WhatWasSaidIsOfTheDevicesTimeHoweverLongAgoWhereItsClockIsGood) {
    constexpr std::int64_t kNow = 2 * kDeviceBehindMaxUs;
    EXPECT_EQ((When{kNow, 5, true}).said_us(), 5) << "two days in a dead zone";
    EXPECT_EQ((When{kNow, 5, false}).said_us(), kNow);
    EXPECT_EQ((When{kNow, 0, true}).said_us(), kNow);
    EXPECT_EQ((When{kNow, kNow + 1, true}).said_us(), kNow);
    EXPECT_EQ((When{kNow, 5, true, 9}).said_us(), kNow) << "it is said when somebody confirms it";
}

class TakenOutOfService : public Decide {
  protected:
    void enter(UnitState state) {
        StateRequest request;
        request.unit = {1};
        request.state = state;
        request.source = StampSource::dispatcher;
        request.when = {tick()};
        ASSERT_EQ(take(decide_state(world_, request)), Code{}) << name(state);
    }
    // Pressed `before_us` before what was entered last, and heard of a minute after it.
    Result<WriteSet> pressed(UnitState state, std::int64_t before_us, bool clock_good = true) {
        StateRequest request;
        request.unit = {1};
        request.state = state;
        request.when = {now_ + 60'000'000, now_ - before_us, clock_good};
        return decide_state(world_, request);
    }
};

TEST_F(TakenOutOfService, AButtonThatWasPressedBeforeAndHeldUpDoesNotBringTheUnitBack) {
    enter(UnitState::out_of_service);
    EXPECT_EQ(unit(1).entered_us, now_);
    for (const UnitState state : {UnitState::available, UnitState::returning}) {
        const auto late = pressed(state, 1);
        ASSERT_FALSE(late) << name(state);
        EXPECT_EQ(late.error().code, Code::version_stale);
        EXPECT_TRUE(pressed(state, 0)) << "pressed since";
        EXPECT_FALSE(pressed(state, 3 * kDeviceBehindMaxUs)) << "three days ago";
        EXPECT_TRUE(pressed(state, 1, false)) << "nothing says when: it counts as pressed when it comes";
    }
    EXPECT_EQ(take(pressed(UnitState::out_of_service, 1)), Code{}) << "it says the same";
}

TEST_F(TakenOutOfService, TheDispatcherOrALaterButtonBringsItBack) {
    enter(UnitState::out_of_service);
    enter(UnitState::available);
    EXPECT_EQ(unit(1).entered_us, now_);
    ASSERT_TRUE(press(1, UnitState::out_of_service));
    EXPECT_EQ(unit(1).entered_us, 0) << "its crew said so";
    EXPECT_TRUE(pressed(UnitState::available, 100'000'000)) << "what a crew stopped itself its later word starts again";
    ASSERT_TRUE(press(1, UnitState::available));
    enter(UnitState::out_of_service);
    ASSERT_TRUE(press(1, UnitState::available));
    EXPECT_EQ(unit(1).entered_us, 0);
}

TEST_F(TakenOutOfService, TheDispatchersWordCountsAlsoByAClockThatIsBehind) {
    enter(UnitState::out_of_service);
    StateRequest back;
    back.unit = {1};
    back.source = StampSource::dispatcher;
    back.when = {unit(1).entered_us - 1};
    EXPECT_TRUE(decide_state(world_, back)) << "of the server that took over";
}

TEST_F(TakenOutOfService, WhatElseIsKnownOfTheUnitDoesNotHideTheEntry) {
    enter(UnitState::out_of_service);
    UnitFacts facts;
    facts.unit = {1};
    facts.fuel_range_km = 90;
    facts.now_us = tick();
    ASSERT_EQ(take(decide_unit_facts(world_, facts)), Code{});
    EXPECT_EQ(unit(1).entered_us, now_ - 30'000'000);
    EXPECT_FALSE(pressed(UnitState::available, 30'000'001));
    EXPECT_TRUE(pressed(UnitState::available, 30'000'000));
}

TEST_F(TakenOutOfService, ABreakdownThatWasEnteredIsNotUndoneByWhatTheCrewPressedBefore) {
    ASSERT_TRUE(assign(1, 7));
    enter(UnitState::out_of_service);
    EXPECT_FALSE(pressed(UnitState::available, 5));
    enter(UnitState::returning);
    EXPECT_EQ(take(pressed(UnitState::available, 5)), Code{}) << "of any other state the crew knows better";
}

TEST_F(Decide, AStateThatWasMeantForAnotherTaskIsRefused) {
    StateRequest request;
    request.unit = {1};
    request.state = UnitState::out_of_service;
    request.when = {now_};
    request.seen_on = AssignmentId{};
    EXPECT_TRUE(decide_state(world_, request)) << "free, as its sender saw it";
    ASSERT_TRUE(assign(1, 7));
    EXPECT_EQ(decide_state(world_, request).error().code, Code::task_changed) << "sent meanwhile";
    request.state = UnitState::at_scene;
    request.seen_on = AssignmentId{6};
    EXPECT_EQ(decide_state(world_, request).error().code, Code::task_changed) << "diverted meanwhile";
    request.seen_on = AssignmentId{7};
    EXPECT_TRUE(decide_state(world_, request));
}

TEST_F(Decide, ALineThatDoesNotTellWhenItRangGivesNoTimeOfRinging) {
    const StampRow* rang = incident().stamp(StampEvent::ring_start, {});
    ASSERT_NE(rang, nullptr);
    EXPECT_EQ(rang->at_us, 0);
    EXPECT_EQ(rang->not_applicable, "not told by the line");
    CallRequest request;
    request.open.incident.level = 1;
    request.open.incident.place = {1, 1};
    request.open.ring_us = kStart - 5;
    request.open.answered_us = request.now_us = kStart;
    request.ring_known = true;
    const auto told = decide_call(request);
    ASSERT_TRUE(told);
    const auto& stamp = std::get<AddStamp>(told->operations.at(1)).row;
    EXPECT_EQ(stamp.at_us, kStart - 5);
    EXPECT_EQ(stamp.source, StampSource::caller_line);
}

TEST_F(Decide, AbsurdCallsAndUpdatesAreRefused) {
    EXPECT_EQ(decide_update(world_, {{1}, 99, 2, "", "", false, {}, "li"}).error().code, Code::version_stale);
    EXPECT_EQ(decide_update(world_, {{1}, 1, 9, "", "", false, {}, "li"}).error().code, Code::level_unknown);
    EXPECT_EQ(decide_update(world_, {{1}, 1, 2, "", "", true, {2'000'000'000, 0}, "li"}).error().code,
              Code::place_not_on_map);
    EXPECT_EQ(decide_update(world_, {{1}, 1, 2, std::string(501, 'x'), "", false, {}, "li"}).error().code,
              Code::text_too_long);
    CallRequest request;
    request.open.incident.level = 1;
    request.open.incident.place = {1, 1};
    request.open.ring_us = kStart + 1;
    request.open.answered_us = kStart;
    request.now_us = kStart;
    EXPECT_EQ(decide_call(request).error().code, Code::clock_order);
}

TEST_F(Decide, APlaceThatADispatcherEntersIsTheDispatchersWordWhateverItWasBefore) {
    world_.incidents.at({1}).place_source = "vehicle";
    UpdateRequest request{{1}, incident().version, 0, "", "nearer the river", false, {}, "li"};
    ASSERT_EQ(take(decide_update(world_, request)), Code{});
    EXPECT_EQ(incident().place_source, "vehicle") << "the words say nothing of the place";
    request.version = incident().version;
    request.has_place = true;
    request.place = {351'100'000, 1'109'100'000};
    ASSERT_EQ(take(decide_update(world_, request)), Code{});
    EXPECT_EQ(incident().place, request.place);
    EXPECT_EQ(incident().place_source, "dispatcher");
}

TEST_F(Decide, ABrokenVehicleIsContaminatedWhenItMetAnInfectiousPatientOrWasBefore) {
    const auto breaks_down = [this](UnitState at, Isolation isolation, bool before) {
        World kept = world_;
        EXPECT_TRUE(assign(1, 7));
        world_.incidents.at({1}).need.isolation = isolation;
        world_.units.at({1}).contaminated = before;
        for (const UnitState state : {UnitState::at_scene, UnitState::at_patient, UnitState::transporting}) {
            if (state <= at) {
                EXPECT_TRUE(press(1, state));
            }
        }
        EXPECT_TRUE(press(1, UnitState::out_of_service));
        const bool contaminated = unit(1).contaminated;
        world_ = std::move(kept);
        return contaminated;
    };
    EXPECT_TRUE(breaks_down(UnitState::transporting, Isolation::infectious, false));
    EXPECT_TRUE(breaks_down(UnitState::at_patient, Isolation::infectious, false));
    EXPECT_FALSE(breaks_down(UnitState::at_scene, Isolation::infectious, false)) << "it met nobody";
    EXPECT_FALSE(breaks_down(UnitState::at_patient, Isolation::none, false));
    EXPECT_TRUE(breaks_down(UnitState::at_scene, Isolation::none, true)) << "not cleaned since";
}

// A unit known only by voice: each state that is entered says where it is, as far as it does.
TEST_F(Decide, WhatIsEnteredOfAUnitTellsWhereItIs) {
    constexpr PlaceE7 kHospital{350'300'000, 1'109'900'000};
    const PlaceE7 scene = incident().place;
    const auto enter = [&](UnitState state) {
        StateRequest request;
        request.unit = {1};
        request.state = state;
        request.source = StampSource::dispatcher;
        request.when = {tick()};
        request.told_place = place_told_by(world_, unit(1), state, kHospital);
        EXPECT_EQ(take(decide_state(world_, request)), Code{}) << name(state);
        return unit(1).told_place;
    };
    ASSERT_TRUE(assign(1, 7));
    EXPECT_EQ(enter(UnitState::en_route), std::nullopt) << "somewhere on its way";
    EXPECT_EQ(enter(UnitState::at_scene), scene);
    EXPECT_EQ(unit(1).told_us, now_);
    EXPECT_EQ(enter(UnitState::at_patient), scene);
    EXPECT_EQ(enter(UnitState::transporting), scene);
    EXPECT_EQ(enter(UnitState::at_hospital), kHospital);
    EXPECT_EQ(enter(UnitState::handover), kHospital);
    EXPECT_EQ(enter(UnitState::clearing), kHospital);
    const std::int64_t left_us = now_;
    EXPECT_EQ(enter(UnitState::returning), kHospital) << "the last that is known";
    EXPECT_EQ(unit(1).told_us, left_us);
    EXPECT_EQ(enter(UnitState::available), std::nullopt) << "it is back";
    EXPECT_EQ(unit(1).told_us, 0);
    call(2);
    ASSERT_TRUE(assign(1, 8, 2));
    ASSERT_EQ(enter(UnitState::at_scene), scene);
    EXPECT_EQ(enter(UnitState::available), scene) << "free where it stands";
    EXPECT_EQ(place_told_by(world_, unit(1), UnitState::out_of_service, kHospital), std::nullopt);
    EXPECT_EQ(place_told_by(world_, unit(1), UnitState::at_scene, kHospital), std::nullopt) << "it is on no call";
    EXPECT_EQ(place_told_by(world_, unit(1), UnitState::handover, {}), std::nullopt) << "it goes to no hospital";
    ASSERT_TRUE(press(1, UnitState::out_of_service));
    ASSERT_TRUE(press(1, UnitState::returning));
    ASSERT_TRUE(press(1, UnitState::out_of_service));
    EXPECT_EQ(unit(1).told_place, scene) << "it has not said that it is back";
    world_.units.at({1}).state = UnitState::at_hospital;
    EXPECT_EQ(place_told_by(world_, unit(1), UnitState::clearing, kHospital), kHospital);
    world_.units.at({1}).state = UnitState::at_patient;
    world_.units.at({1}).incident = {1};
    EXPECT_EQ(place_told_by(world_, unit(1), UnitState::returning, kHospital), scene);
}

// Every state x every reported state: legal ones move the unit, illegal ones change nothing.
TEST_F(Decide, EveryReportOfTheTableAndNoOtherMovesAUnit) {
    for (const UnitStateRow& from : unit_states()) {
        for (const UnitStateRow& to : unit_states()) {
            World world = world_;
            UnitRow& row = world.units[{1}];
            row.state = from.state;
            if (from.on_task) {
                AssignmentRow assignment;
                assignment.id = {5};
                assignment.incident = {1};
                assignment.unit = {1};
                assignment.state = AssignmentState::accepted;
                assignment.version = 1;
                world.assignments[{5}] = assignment;
                world.incidents[{1}].state = IncidentState::assigned;
                row.assignment = {5};
                row.incident = {1};
            }
            StateRequest request;
            request.unit = {1};
            request.state = to.state;
            request.when = {kStart + 1, 0, false};
            const auto writes = decide_state(world, request);
            if (from.state == to.state) {
                EXPECT_TRUE(writes && writes->operations.empty());
                continue;
            }
            EXPECT_EQ(writes.has_value(), legal(from.state, to.state, Cause::report))
                << from.name << " " << to.name;
            if (writes) {
                apply(world, *writes);
                EXPECT_EQ(world.units[{1}].state, to.state);
            }
        }
    }
}

} // namespace
} // namespace ems::dispatch
