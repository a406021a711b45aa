#include "dispatch/core/decide_orders.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "dispatch/core/queue.h"
#include "tests/dispatch/core/decide_world.h"

namespace ems::dispatch {
namespace {

constexpr Code kDone{};

class Orders : public Decide {
  protected:
    Orders() {
        world_.units[{3}] = UnitRow{{3}, UnitState::available, 0, {}, {}, {}, {}, 1};
        call(2);
        world_.incidents.at({2}).level = 3;
    }
    AssignRequest to(std::int64_t unit, std::int64_t incident, std::int64_t assignment) {
        AssignRequest out;
        out.unit = {unit};
        out.incident = {incident};
        out.assignment = {assignment};
        out.now_us = tick();
        return out;
    }
    Code divert(std::int64_t unit, std::int64_t incident, std::int64_t assignment, std::string reason = "arrest") {
        return take(decide_divert(world_, {to(unit, incident, assignment), std::move(reason)}));
    }
    Code swap(std::int64_t out, std::int64_t unit, std::int64_t assignment, std::string reason = "nearer") {
        return take(decide_swap(world_, {{out}, to(unit, 0, assignment), std::move(reason)}));
    }
    Code post(std::int64_t unit, std::int64_t posting, PostingKind kind = PostingKind::relocation) {
        PostingRow row;
        row.id = {posting};
        row.unit = {unit};
        row.kind = kind;
        row.place = {351'000'000, 1'109'000'000};
        row.name = "S2";
        row.command = "text-" + std::to_string(posting);
        return take(decide_posting(world_, {row, "cover the north", "li"}));
    }
    Code post_to(const std::string& name) {
        PostingRow row;
        row.id = {90};
        row.unit = {1};
        row.place = {351'000'000, 1'109'000'000};
        row.name = name;
        return take(decide_posting(world_, {row, "", "li"}));
    }
    Code end_posting(std::int64_t posting, PostingState state) {
        return take(decide_posting_end(world_, {{posting}, state, "", "li"}));
    }
    Code propose(std::int64_t unit, UnitState state, std::int64_t assignment = 0) {
        ProposalRow row;
        row.unit = {unit};
        row.state = state;
        row.at_us = tick();
        return take(decide_proposal(world_, {row, {assignment}, "fence"}));
    }
    Code answer(std::int64_t proposal, Answer what) {
        return take(decide_proposal_answer(world_, {{proposal}, what, tick(), "li"}));
    }
};

TEST_F(Orders, ASecondUnitComesOnlyWhenOneMoreIsAskedFor) {
    ASSERT_TRUE(assign(1, 7));
    EXPECT_EQ(assign(2, 8).error().code, Code::incident_has_its_units);
    ASSERT_TRUE(assign(2, 8, 1, AssignIntent::additional));
    EXPECT_EQ(incident().units_wanted, 2U);
    EXPECT_EQ(world_.units_short({1}), 0U);
}

TEST_F(Orders, ABreakdownOfOneOfTwoDemandsAnotherAndTheIncidentDoesNotCloseWithoutIt) {
    ASSERT_TRUE(assign(1, 7));
    ASSERT_TRUE(assign(2, 8, 1, AssignIntent::additional));
    ASSERT_TRUE(press(1, UnitState::out_of_service));
    EXPECT_EQ(incident().state, IncidentState::assigned);
    EXPECT_EQ(world_.units_short({1}), 1U);
    ASSERT_TRUE(press(2, UnitState::at_scene));
    ASSERT_TRUE(press(2, UnitState::clearing));
    EXPECT_EQ(incident().state, IncidentState::open);
    ASSERT_TRUE(assign(3, 9));
    ASSERT_TRUE(press(3, UnitState::at_scene));
    ASSERT_TRUE(press(3, UnitState::clearing));
    EXPECT_EQ(incident().state, IncidentState::closed);
}

TEST_F(Orders, CallingOneOfTwoBackWantsOneLess) {
    ASSERT_TRUE(assign(1, 7));
    ASSERT_TRUE(assign(2, 8, 1, AssignIntent::additional));
    EXPECT_EQ(take(decide_cancel(world_, {{8}, "not needed", tick(), "li"})), kDone);
    EXPECT_EQ(incident().units_wanted, 1U);
    EXPECT_EQ(world_.units_short({1}), 0U);
    EXPECT_EQ(world_.assignments.at({8}).end_note, "not needed");
}

TEST_F(Orders, CallingOneBackOfACallThatIsShortWantsAsManyAsBefore) {
    world_.incidents.at({1}).units_wanted = 3;
    ASSERT_TRUE(assign(1, 7));
    EXPECT_EQ(take(decide_cancel(world_, {{7}, "the wrong one", tick(), "li"})), kDone);
    EXPECT_EQ(incident().units_wanted, 3U);
    EXPECT_EQ(world_.units_short({1}), 3U);
}

TEST_F(Orders, CallingTheLastBackAfterAnotherHasServedEndsTheIncident) {
    ASSERT_TRUE(assign(1, 7));
    ASSERT_TRUE(assign(2, 8, 1, AssignIntent::additional));
    ASSERT_TRUE(press(1, UnitState::at_scene));
    ASSERT_TRUE(press(1, UnitState::clearing));
    EXPECT_EQ(incident().state, IncidentState::assigned);
    EXPECT_EQ(take(decide_cancel(world_, {{8}, "not needed", tick(), "li"})), kDone);
    EXPECT_EQ(incident().state, IncidentState::closed);
}

TEST_F(Orders, WantingNoMoreThanHaveServedEndsTheIncident) {
    world_.incidents.at({1}).units_wanted = 2;
    ASSERT_TRUE(assign(1, 7));
    UpdateRequest request;
    request.incident = {1};
    request.units_wanted = 1;
    ASSERT_TRUE(press(1, UnitState::at_scene));
    ASSERT_TRUE(press(1, UnitState::clearing));
    ASSERT_EQ(incident().state, IncidentState::open);
    request.version = incident().version;
    EXPECT_EQ(take(decide_update(world_, request)), kDone);
    EXPECT_EQ(incident().state, IncidentState::closed);
}

TEST_F(Orders, ABreakdownWithThePatientOnBoardMovesThePlaceToTheVehicle) {
    ASSERT_TRUE(assign(1, 7));
    ASSERT_TRUE(press(1, UnitState::at_scene));
    ASSERT_TRUE(press(1, UnitState::transporting));
    StateRequest broken{{1}, UnitState::out_of_service, {}, StampSource::dispatcher, {tick()}, "li", "engine",
                        PlaceE7{350'500'000, 1'109'500'000}};
    EXPECT_EQ(take(decide_state(world_, broken)), kDone);
    EXPECT_EQ(incident().state, IncidentState::open);
    EXPECT_EQ(incident().place, (PlaceE7{350'500'000, 1'109'500'000}));
    EXPECT_EQ(incident().place_source, "vehicle");
    EXPECT_EQ(world_.assignments.at({7}).end_note, "engine");
}

TEST_F(Orders, WhatAReportEndsIsKnownToWhoHasToTellTheVehicle) {
    ASSERT_TRUE(assign(1, 7));
    const StateRequest under_way{{1}, UnitState::en_route, {}, StampSource::dispatcher, {tick()}, "li"};
    const auto goes = decide_state(world_, under_way);
    ASSERT_TRUE(goes);
    EXPECT_TRUE(ended_tasks(*goes).empty());
    const StateRequest broken{{1}, UnitState::out_of_service, {}, StampSource::dispatcher, {tick()}, "li", "typed wrong"};
    const auto stops = decide_state(world_, broken);
    ASSERT_TRUE(stops);
    EXPECT_EQ(ended_tasks(*stops), (std::vector<AssignmentId>{{7}}));
}

TEST_F(Orders, ABreakdownOnTheWayLeavesThePlaceOfTheCall) {
    ASSERT_TRUE(assign(1, 7));
    ASSERT_TRUE(press(1, UnitState::en_route));
    const PlaceE7 scene = incident().place;
    StateRequest broken{{1}, UnitState::out_of_service, {}, StampSource::dispatcher, {tick()}, "li", "", PlaceE7{1, 1}};
    EXPECT_EQ(take(decide_state(world_, broken)), kDone);
    EXPECT_EQ(incident().place, scene);
}

TEST_F(Orders, ABreakdownWithoutAKnownPlaceLeavesThePlaceOfTheCall) {
    for (const std::optional<PlaceE7> place : {std::optional<PlaceE7>{}, std::optional{PlaceE7{0, 0}}}) {
        ASSERT_TRUE(assign(1, place ? 8 : 7));
        ASSERT_TRUE(press(1, UnitState::at_scene));
        ASSERT_TRUE(press(1, UnitState::transporting));
        const PlaceE7 scene = incident().place;
        StateRequest broken{{1}, UnitState::out_of_service, {}, StampSource::crew_button, {tick()}, "", "", place};
        EXPECT_EQ(take(decide_state(world_, broken)), kDone);
        EXPECT_EQ(incident().place, scene);
        ASSERT_TRUE(press(1, UnitState::available));
    }
}

TEST_F(Orders, AUnitThatStopsAtTheHospitalHasServedItsPatient) {
    for (const UnitState last : {UnitState::at_hospital, UnitState::handover}) {
        call(3 + static_cast<int>(last));
        const std::int64_t id = 3 + static_cast<int>(last);
        world_.incidents.at({id}).need.isolation = Isolation::infectious;
        ASSERT_TRUE(assign(1, 20 + id, id));
        ASSERT_TRUE(press(1, UnitState::at_scene));
        ASSERT_TRUE(press(1, UnitState::transporting));
        ASSERT_TRUE(press(1, last));
        const PlaceE7 scene = incident(id).place;
        StateRequest stop{{1}, UnitState::out_of_service, {}, StampSource::crew_button, {tick()}, "", "disinfection",
                          PlaceE7{350'500'000, 1'109'500'000}};
        EXPECT_EQ(take(decide_state(world_, stop)), kDone);
        EXPECT_EQ(unit(1).state, UnitState::out_of_service);
        EXPECT_EQ(incident(id).state, IncidentState::closed) << "nobody sends another to the hospital's door";
        EXPECT_EQ(incident(id).place, scene);
        EXPECT_EQ(world_.assignments.at({20 + id}).state, AssignmentState::done);
        EXPECT_EQ(world_.assignments.at({20 + id}).end_reason, "handed_over");
        EXPECT_EQ(incident(id).stamp(StampEvent::left_hospital, {20 + id})->not_applicable, "out of service");
        EXPECT_TRUE(unit(1).contaminated);
        ASSERT_TRUE(press(1, UnitState::available));
        world_.units.at({1}).contaminated = false;
    }
}

TEST_F(Orders, ADispatcherWhoStopsAUnitBeforeTheHandoverIsSignedSaysWhy) {
    ASSERT_TRUE(assign(1, 7));
    ASSERT_TRUE(press(1, UnitState::at_scene));
    ASSERT_TRUE(press(1, UnitState::transporting));
    ASSERT_TRUE(press(1, UnitState::at_hospital));
    StateRequest stop{{1}, UnitState::out_of_service, {}, StampSource::dispatcher, {tick()}, "li", ""};
    EXPECT_EQ(take(decide_state(world_, stop)), Code::handover_not_signed);
    stop.note = "the crew says so";
    EXPECT_EQ(take(decide_state(world_, stop)), kDone);
    EXPECT_EQ(incident().state, IncidentState::closed);
}

TEST_F(Orders, AUnitThatBreaksDownWithAnInfectiousPatientIsNotClean) {
    world_.incidents.at({1}).need.isolation = Isolation::infectious;
    ASSERT_TRUE(assign(1, 7));
    ASSERT_TRUE(press(1, UnitState::en_route));
    ASSERT_TRUE(press(1, UnitState::out_of_service));
    EXPECT_FALSE(unit(1).contaminated) << "it met nobody";
    ASSERT_TRUE(press(1, UnitState::available));
    ASSERT_TRUE(assign(1, 8));
    ASSERT_TRUE(press(1, UnitState::at_scene));
    ASSERT_TRUE(press(1, UnitState::at_patient));
    ASSERT_TRUE(press(1, UnitState::out_of_service));
    EXPECT_TRUE(unit(1).contaminated);
}

TEST_F(Orders, ABreakdownWithThePatientOnBoardLeavesThePlaceWhenTheFixIsOld) {
    ASSERT_TRUE(assign(1, 7));
    ASSERT_TRUE(press(1, UnitState::at_scene));
    ASSERT_TRUE(press(1, UnitState::transporting));
    const PlaceE7 scene = incident().place;
    StateRequest broken{{1}, UnitState::out_of_service, {}, StampSource::dispatcher, {tick()}, "li", "engine",
                        PlaceE7{350'500'000, 1'109'500'000}};
    broken.place_age_us = kPatientPlaceAgeMaxUs + 1;
    const auto writes = decide_state(world_, broken);
    ASSERT_TRUE(writes);
    EXPECT_EQ(take(writes), kDone);
    EXPECT_EQ(incident().place, scene);
    EXPECT_TRUE(std::any_of(writes->operations.begin(), writes->operations.end(), [](const Operation& op) {
        const auto* audit = std::get_if<AddAudit>(&op);
        return audit != nullptr && audit->action == "breakdown" && audit->detail.find("place=kept") != std::string::npos;
    }));
}

TEST_F(Orders, ABreakdownWithThePatientOnBoardLeavesThePlaceToTheOtherUnits) {
    ASSERT_TRUE(assign(1, 7));
    ASSERT_TRUE(assign(2, 8, 1, AssignIntent::additional));
    ASSERT_TRUE(press(1, UnitState::at_scene));
    ASSERT_TRUE(press(1, UnitState::transporting));
    const PlaceE7 scene = incident().place;
    StateRequest broken{{1}, UnitState::out_of_service, {}, StampSource::dispatcher, {tick()}, "li", "engine",
                        PlaceE7{350'500'000, 1'109'500'000}};
    EXPECT_EQ(take(decide_state(world_, broken)), kDone);
    EXPECT_EQ(incident().place, scene);
}

TEST_F(Orders, ASwapNeverLeavesTheIncidentWithoutAUnit) {
    ASSERT_TRUE(assign(1, 7));
    ASSERT_TRUE(press(1, UnitState::en_route));
    EXPECT_EQ(swap(7, 2, 8), kDone);
    EXPECT_EQ(unit(1).state, UnitState::returning);
    EXPECT_EQ(unit(2).assignment, AssignmentId{8});
    EXPECT_EQ(incident().state, IncidentState::assigned);
    EXPECT_EQ(incident().units_wanted, 1U);
    EXPECT_EQ(world_.assignments.at({7}).end_reason, "swapped");
}

TEST_F(Orders, ASwapThatCannotBeChangesNothing) {
    ASSERT_TRUE(assign(1, 7));
    EXPECT_EQ(swap(7, 2, 8, ""), Code::reason_needed);
    EXPECT_EQ(swap(9, 2, 8), Code::no_such_assignment);
    EXPECT_EQ(swap(7, 1, 8), Code::unit_already_assigned);
    EXPECT_EQ(swap(7, 4, 8), Code::no_such_unit);
    ASSERT_TRUE(press(1, UnitState::at_scene));
    ASSERT_TRUE(press(1, UnitState::transporting));
    EXPECT_EQ(swap(7, 2, 8), Code::patient_on_board) << "the patient is on board";
    ASSERT_TRUE(press(1, UnitState::at_hospital));
    ASSERT_TRUE(press(1, UnitState::clearing));
    EXPECT_EQ(swap(7, 2, 8), Code::assignment_ended) << "it has ended";
}

TEST_F(Orders, ASwapTakesAUnitThatIsOnItsWayHome) {
    ASSERT_TRUE(assign(2, 6, 2));
    ASSERT_TRUE(press(2, UnitState::at_scene));
    ASSERT_TRUE(press(2, UnitState::clearing));
    ASSERT_TRUE(assign(1, 7));
    EXPECT_EQ(swap(7, 2, 8), kDone);
    EXPECT_EQ(incident(2).stamp(StampEvent::at_station, {6})->not_applicable, "sent again before");
}

TEST_F(Orders, WordsOfAPostingThatHasEndedDoNotStandBeforeTheOrderToTheCall) {
    const auto post_with_words = [&](std::int64_t posting) {
        CommandRow words;
        words.id = "text-" + std::to_string(posting);
        words.unit = {1};
        words.vid = "amb-1";
        words.kind = "text";
        words.state = "sent";
        world_.commands[words.id] = words;
        return post(1, posting);
    };
    ASSERT_EQ(post_with_words(1), kDone);
    ASSERT_EQ(post_with_words(2), kDone);
    EXPECT_EQ(world_.commands.at("text-1").state, "superseded") << "posted elsewhere";
    ASSERT_EQ(end_posting(2, PostingState::arrived), kDone);
    EXPECT_EQ(world_.commands.at("text-2").state, "sent") << "it has not ended";
    ASSERT_EQ(end_posting(2, PostingState::done), kDone);
    EXPECT_EQ(world_.commands.at("text-2").state, "superseded");
    ASSERT_EQ(post_with_words(3), kDone);
    ASSERT_TRUE(assign(1, 7));
    EXPECT_EQ(world_.commands.at("text-3").state, "superseded") << "sent to a call";
    ASSERT_TRUE(ack(7, Ack::accepted));
}

TEST_F(Orders, ADivertedUnitsFirstIncidentWaitsAgainInItsPlace) {
    call(3);
    world_.incidents.at({3}).level = 3;
    ASSERT_TRUE(assign(1, 7, 2));
    ASSERT_TRUE(press(1, UnitState::en_route));
    EXPECT_EQ(divert(1, 1, 8), kDone);
    EXPECT_EQ(unit(1).state, UnitState::assigned);
    EXPECT_EQ(unit(1).incident, IncidentId{1});
    EXPECT_EQ(incident(2).state, IncidentState::open);
    EXPECT_EQ(incident(1).state, IncidentState::assigned);
    EXPECT_EQ(world_.assignments.at({7}).end_reason, "diverted");
    const auto queue = waiting(world_, now_);
    ASSERT_EQ(queue.size(), 2U);
    EXPECT_EQ(queue[0].incident, IncidentId{2}) << "before the younger one of its level";
}

TEST_F(Orders, ADivertedUnitLeavesAnIncidentWithAnotherUnitOnIt) {
    ASSERT_TRUE(assign(1, 7, 2));
    ASSERT_TRUE(assign(2, 8, 2, AssignIntent::additional));
    EXPECT_EQ(divert(1, 1, 9), kDone);
    EXPECT_EQ(incident(2).state, IncidentState::assigned);
    EXPECT_EQ(world_.units_short({2}), 1U);
}

TEST_F(Orders, OnlyAMoreUrgentCallTakesAUnitAndNoneWithAPatient) {
    ASSERT_TRUE(assign(1, 7, 1));
    EXPECT_EQ(divert(1, 2, 8), Code::not_more_urgent) << "less urgent";
    EXPECT_EQ(divert(1, 1, 8), Code::not_more_urgent) << "its own";
    EXPECT_EQ(divert(2, 1, 8), Code::unit_not_divertible) << "free: assign it";
    EXPECT_EQ(divert(9, 1, 8), Code::no_such_unit);
    EXPECT_EQ(divert(1, 9, 8), Code::no_such_incident);
    EXPECT_EQ(divert(1, 2, 8, ""), Code::reason_needed);
    EXPECT_EQ(divert(1, 2, 8, std::string(501, 'x')), Code::text_too_long);
    ASSERT_TRUE(assign(2, 9, 2));
    EXPECT_EQ(divert(2, 1, 8), Code::incident_has_its_units);
    auto more = to(2, 1, 8);
    more.intent = AssignIntent::additional;
    more.override_reason = std::string(501, 'x');
    EXPECT_EQ(take(decide_divert(world_, {more, "arrest"})), Code::text_too_long);
    ASSERT_TRUE(press(2, UnitState::at_scene));
    more.override_reason.clear();
    EXPECT_EQ(take(decide_divert(world_, {more, "arrest"})), Code::unit_not_divertible);
    ASSERT_TRUE(press(1, UnitState::at_scene));
    ASSERT_TRUE(press(1, UnitState::clearing));
    EXPECT_EQ(divert(2, 1, 8), Code::incident_closed);
}

TEST_F(Orders, ATransferGivesWayToAnEmergencyOfItsLevel) {
    IncidentRow& transfer = world_.incidents.at({2});
    transfer.kind = IncidentKind::transfer;
    transfer.level = 1;
    ASSERT_TRUE(assign(1, 7, 2));
    EXPECT_EQ(divert(1, 1, 8), kDone);
}

TEST_F(Orders, ARefusalByVoiceKeepsItsWordsAndFreesTheUnit) {
    ASSERT_TRUE(assign(1, 7));
    EXPECT_EQ(take(decide_refusal(world_, {{7}, "", tick(), "li"})), Code::reason_needed);
    EXPECT_EQ(take(decide_refusal(world_, {{8}, "x", tick(), "li"})), Code::no_such_assignment);
    const UnitRow gone = unit(1);
    world_.units.erase({1});
    EXPECT_EQ(decide_refusal(world_, {{7}, "x", tick(), "li"}).error().code, Code::assignment_ended);
    world_.units[{1}] = gone;
    EXPECT_EQ(take(decide_refusal(world_, {{7}, "no doctor", tick(), "li"})), kDone);
    EXPECT_EQ(world_.assignments.at({7}).state, AssignmentState::refused);
    EXPECT_EQ(world_.assignments.at({7}).end_note, "no doctor");
    EXPECT_EQ(incident().state, IncidentState::open);
    ASSERT_TRUE(assign(2, 8));
    ASSERT_TRUE(press(2, UnitState::en_route));
    EXPECT_EQ(take(decide_refusal(world_, {{8}, "late", tick(), "li"})), Code::crew_has_accepted);
}

TEST_F(Orders, ARefusalByButtonKeepsTheCrewsWords) {
    ASSERT_TRUE(assign(1, 7));
    EXPECT_EQ(take(decide_ack(world_, {"command-7", Ack::refused, "tyre", {tick()}, "amb-1"})), kDone);
    EXPECT_EQ(world_.assignments.at({7}).end_note, "tyre");
}

TEST_F(Orders, APostingGoesThroughItsLifeAndEndsWithACall) {
    EXPECT_EQ(post(1, 5), kDone);
    EXPECT_EQ(take(decide_ack(world_, {"text-9", Ack::stored, "", {tick()}, "amb-1"})), Code::not_found)
        << "neither such a command nor a posting with it is known";
    order(1, 0);
    world_.commands["text-5"] = world_.commands["command-0"];
    world_.commands["text-5"].id = "text-5";
    EXPECT_EQ(take(decide_ack(world_, {"text-5", Ack::stored, "", {tick()}, "amb-1"})), kDone);
    EXPECT_EQ(world_.posting_of({1})->state, PostingState::delivered);
    EXPECT_EQ(take(decide_ack(world_, {"text-5", Ack::accepted, "", {tick()}, "amb-1"})), kDone) << "nothing new";
    EXPECT_EQ(end_posting(5, PostingState::arrived), kDone);
    EXPECT_EQ(end_posting(5, PostingState::delivered), Code::illegal_transition);
    ASSERT_TRUE(assign(1, 7));
    EXPECT_EQ(world_.posting_of({1}), nullptr);
    EXPECT_EQ(end_posting(5, PostingState::done), Code::posting_over);
}

TEST_F(Orders, APostingIsAnsweredAlsoWhenItsCommandIsNoLongerInMemory) {
    EXPECT_EQ(post(1, 5), kDone);
    ASSERT_FALSE(world_.commands.contains("text-5"));
    EXPECT_EQ(take(decide_ack(world_, {"text-5", Ack::refused, "no fuel", {tick()}, "amb-1"})), kDone);
    EXPECT_EQ(world_.posting_of({1}), nullptr);
}

TEST_F(Orders, ACrewMayRefuseAPosting) {
    EXPECT_EQ(post(2, 6), kDone);
    EXPECT_EQ(post(1, 5), kDone);
    EXPECT_EQ(end_posting(5, PostingState::delivered), Code::illegal_transition) << "the vehicle's to say";
    order(1, 0);
    world_.commands["text-5"] = world_.commands["command-0"];
    world_.commands["text-5"].id = "text-5";
    EXPECT_EQ(take(decide_ack(world_, {"text-5", Ack::expired, "", {tick()}, "amb-1"})), kDone);
    ASSERT_NE(world_.posting_of({1}), nullptr);
    EXPECT_EQ(take(decide_ack(world_, {"text-5", Ack::refused, "no fuel", {tick()}, "amb-1"})), kDone);
    EXPECT_EQ(world_.posting_of({1}), nullptr);
    EXPECT_NE(world_.posting_of({2}), nullptr);
}

TEST_F(Orders, ACrewSaysThatItGoesAndThatItIsThereAndBothAreInTheAudit) {
    const auto says = [&](Ack what) {
        std::string heard;
        const auto writes = decide_ack(world_, {"text-5", what, "", {tick()}, "amb-1"});
        EXPECT_TRUE(writes);
        for (const Operation& operation : writes->operations) {
            if (const auto* audit = std::get_if<AddAudit>(&operation)) {
                heard = audit->action + " " + audit->detail.substr(0, audit->detail.find(" at_us"));
            }
        }
        apply(world_, *writes);
        return heard;
    };
    EXPECT_EQ(post(1, 5), kDone);
    EXPECT_EQ(says(Ack::stored), "");
    EXPECT_EQ(says(Ack::accepted), "crew_posting unit=1 posting=5 answer=accepted");
    EXPECT_EQ(world_.posting_of({1})->state, PostingState::delivered);
    EXPECT_EQ(says(Ack::arrived), "crew_posting unit=1 posting=5 answer=arrived");
    EXPECT_EQ(world_.posting_of({1})->state, PostingState::arrived);
    EXPECT_EQ(says(Ack::arrived), "crew_posting unit=1 posting=5 answer=arrived") << "and stays there";
    EXPECT_EQ(end_posting(5, PostingState::done), kDone);
}

TEST_F(Orders, ANewPostingTakesThePlaceOfTheOldAndABreakdownEndsIt) {
    EXPECT_EQ(post(1, 5), kDone);
    EXPECT_EQ(post(1, 6, PostingKind::go_home), kDone);
    EXPECT_EQ(world_.posting_of({1})->id, PostingId{6});
    ASSERT_TRUE(press(1, UnitState::out_of_service));
    EXPECT_EQ(world_.posting_of({1}), nullptr);
    EXPECT_EQ(post(1, 7), Code::unit_not_available);
    EXPECT_EQ(post(9, 7), Code::no_such_unit);
}

TEST_F(Orders, APostingNeedsAPlaceAndAName) {
    PostingRow row;
    row.id = {5};
    row.unit = {1};
    row.name = "S2";
    EXPECT_EQ(take(decide_posting(world_, {row, "", "li"})), Code::place_not_on_map);
    row.place = {351'000'000, 1'109'000'000};
    row.name = "";
    EXPECT_EQ(take(decide_posting(world_, {row, "", "li"})), Code::place_name_range);
    row.name = std::string(101, 'x');
    EXPECT_EQ(take(decide_posting(world_, {row, "", "li"})), Code::place_name_range);
    row.name = "S2";
    EXPECT_EQ(take(decide_posting(world_, {row, std::string(501, 'x'), "li"})), Code::text_too_long);
    ASSERT_EQ(post(1, 5), kDone);
    EXPECT_EQ(take(decide_posting_end(world_, {{5}, PostingState::done, std::string(501, 'x'), "li"})),
              Code::text_too_long);
}

TEST_F(Orders, WhereAUnitIsByVoiceIsKeptWithItsTime) {
    constexpr PlaceE7 kMill{351'200'000, 1'109'300'000};
    const auto told = [this](PlaceE7 place, std::int64_t at_us) {
        UnitFacts facts;
        facts.unit = {1};
        facts.place = place;
        facts.place_at_us = at_us;
        facts.now_us = now_;
        return take(decide_unit_facts(world_, facts));
    };
    EXPECT_EQ(told(kMill, now_ - 60'000'000), kDone);
    EXPECT_EQ(unit(1).told_place, kMill);
    EXPECT_EQ(unit(1).told_us, now_ - 60'000'000);
    EXPECT_EQ(told({}, 0), Code::place_not_on_map);
    EXPECT_EQ(told(kMill, now_ + 1), Code::place_time_range) << "it is not there yet";
    EXPECT_EQ(told(kMill, now_ - 60'000'001), Code::place_time_range) << "where it was later is known";
    world_.units.at({1}).told_us = 0;
    EXPECT_EQ(told(kMill, now_ - kToldBehindMaxUs - 1), Code::place_time_range);
    EXPECT_EQ(told(kMill, 0), kDone);
    EXPECT_EQ(unit(1).told_us, now_);
    EXPECT_EQ(take(decide_unit_facts(world_, {{1}, {}, 120, {}, now_, "li"})), kDone);
    EXPECT_EQ(unit(1).told_place, kMill) << "another fact leaves it";
}

TEST_F(Orders, FactsMeantForAnotherVersionOfTheUnitChangeNothing) {
    UnitFacts facts;
    facts.unit = {1};
    facts.contaminated = true;
    facts.now_us = now_;
    facts.version = unit(1).version + 1;
    EXPECT_EQ(take(decide_unit_facts(world_, facts)), Code::version_stale);
    facts.version = unit(1).version;
    EXPECT_EQ(take(decide_unit_facts(world_, facts)), kDone);
    EXPECT_EQ(take(decide_unit_facts(world_, facts)), Code::version_stale) << "its sender has not seen what he did";
}

TEST_F(Orders, WhatIsKnownOfAUnitIsKeptAndTheRestStays) {
    EXPECT_EQ(take(decide_unit_facts(world_, {{1}, now_ + 3'600'000'000, 120, {}, now_, "li"})), kDone);
    EXPECT_EQ(take(decide_unit_facts(world_, {{1}, {}, {}, true, now_, "li"})), kDone);
    EXPECT_EQ(unit(1).fuel_range_km, 120U);
    EXPECT_EQ(unit(1).fuel_at_us, now_) << "of the first, which said so";
    EXPECT_EQ(unit(1).crew_until_us, now_ + 3'600'000'000);
    EXPECT_TRUE(unit(1).contaminated);
    const std::int64_t three_days = 72LL * 3600 * 1'000'000;
    EXPECT_EQ(take(decide_unit_facts(world_, {{1}, now_ + three_days, {}, {}, now_, "li"})), Code::shift_end_range);
    EXPECT_EQ(take(decide_unit_facts(world_, {{1}, now_ - three_days, {}, {}, now_, "li"})), Code::shift_end_range);
    EXPECT_EQ(take(decide_unit_facts(world_, {{1}, 0, 2001, {}, now_, "li"})), Code::fuel_range);
    EXPECT_EQ(take(decide_unit_facts(world_, {{9}, {}, {}, {}, now_, "li"})), Code::no_such_unit);
    EXPECT_EQ(take(decide_unit_facts(world_, {{1}, 0, {}, {}, now_, "li"})), kDone);
    EXPECT_EQ(unit(1).crew_until_us, 0);
}

TEST_F(Orders, AShiftThatEndedLongAgoDoesNotStandAgainstAnotherFact) {
    world_.units.at({1}).crew_until_us = now_ - 3LL * 24 * 3600 * 1'000'000;
    EXPECT_EQ(take(decide_unit_facts(world_, {{1}, {}, 90, {}, now_, "li"})), kDone);
    EXPECT_EQ(unit(1).fuel_range_km, 90U);
}

TEST_F(Orders, AnInfectiousPatientLeavesTheVehicleContaminated) {
    world_.incidents.at({1}).need.isolation = Isolation::infectious;
    ASSERT_TRUE(assign(1, 7));
    ASSERT_TRUE(press(1, UnitState::at_scene));
    ASSERT_TRUE(press(1, UnitState::at_patient));
    ASSERT_TRUE(press(1, UnitState::clearing));
    EXPECT_TRUE(unit(1).contaminated);
    ASSERT_TRUE(assign(1, 8, 2));
    ASSERT_TRUE(press(1, UnitState::at_scene));
    ASSERT_TRUE(press(1, UnitState::clearing));
    EXPECT_TRUE(unit(1).contaminated) << "until it is cleaned";
    call(3);
    world_.incidents.at({3}).need.isolation = Isolation::infectious;
    ASSERT_TRUE(assign(2, 9, 3));
    ASSERT_TRUE(press(2, UnitState::at_scene));
    ASSERT_TRUE(press(2, UnitState::clearing));
    EXPECT_FALSE(unit(2).contaminated) << "it met nobody";
}

TEST_F(Orders, APlaceToStandByIsNamedInOneLine) {
    EXPECT_EQ(post_to(""), Code::place_name_range);
    EXPECT_EQ(post_to(" \u3000"), Code::place_name_range);
    EXPECT_EQ(post_to(std::string(101, 'x')), Code::place_name_range);
    EXPECT_EQ(post_to("gate\n2"), Code::terminal_text_invalid);
    EXPECT_EQ(post_to("体育场 2 号门"), kDone);
}

// However a task ends after the crew met its patient.
TEST_F(Orders, AUnitThatIsCalledBackFromAnInfectiousPatientIsNotClean) {
    const auto called_back = [this](UnitState at, Isolation isolation, bool swapped) {
        World kept = world_;
        EXPECT_TRUE(assign(1, 7));
        world_.incidents.at({1}).need.isolation = isolation;
        for (const UnitState state : {UnitState::at_scene, UnitState::at_patient}) {
            if (state <= at) {
                EXPECT_TRUE(press(1, state));
            }
        }
        EXPECT_EQ(swapped ? swap(7, 2, 8) : take(decide_cancel(world_, {{7}, "another goes", tick(), "li"})), kDone);
        const bool contaminated = unit(1).contaminated;
        EXPECT_FALSE(unit(2).contaminated);
        world_ = std::move(kept);
        return contaminated;
    };
    for (const bool swapped : {false, true}) {
        EXPECT_TRUE(called_back(UnitState::at_patient, Isolation::infectious, swapped)) << swapped;
        EXPECT_FALSE(called_back(UnitState::at_scene, Isolation::infectious, swapped)) << "it met nobody";
        EXPECT_FALSE(called_back(UnitState::at_patient, Isolation::none, swapped)) << swapped;
    }
}

TEST_F(Orders, ACorrectionStandsInThePlaceOfTheFirstAndKeepsTheOrderOfTimes) {
    ASSERT_TRUE(assign(1, 7));
    ASSERT_TRUE(press(1, UnitState::en_route));
    const std::int64_t wheels = now_;
    ASSERT_TRUE(press(1, UnitState::at_scene));
    const auto correct = [&](std::int64_t assignment, StampEvent event, std::int64_t at, std::string reason = "heard") {
        return take(decide_correction(world_, {{1}, {assignment}, event, at, std::move(reason), now_, "li"}));
    };
    EXPECT_EQ(correct(7, StampEvent::wheels, wheels - 10'000'000), kDone);
    EXPECT_EQ(incident().stamp(StampEvent::wheels, {7})->at_us, wheels - 10'000'000);
    EXPECT_EQ(correct(7, StampEvent::wheels, kStart - 1), Code::stamp_order) << "before it was sent";
    EXPECT_EQ(correct(7, StampEvent::wheels, now_), Code::stamp_order) << "after it arrived";
    EXPECT_EQ(correct(7, StampEvent::at_scene, now_ + 1), Code::stamp_out_of_bounds) << "not yet";
    EXPECT_EQ(correct(7, StampEvent::at_scene, 0), Code::stamp_out_of_bounds);
    EXPECT_EQ(correct(7, StampEvent::at_scene, 1), Code::stamp_out_of_bounds) << "years ago";
    EXPECT_EQ(correct(7, StampEvent::handover, now_), Code::not_stamped);
    EXPECT_EQ(correct(7, StampEvent::wheels, wheels, ""), Code::reason_needed);
    EXPECT_EQ(take(decide_correction(world_, {{9}, {}, StampEvent::answered, now_, "x", now_, "li"})), Code::no_such_incident);
}

TEST_F(Orders, ATimeOfTheCallIsNotCorrectedToAfterWhatItsUnitsDid) {
    ASSERT_TRUE(assign(1, 7));
    const std::int64_t sent = incident().stamp(StampEvent::unit_assigned, {7})->at_us;
    const auto correct = [&](std::int64_t at) {
        return take(decide_correction(world_, {{1}, {}, StampEvent::case_opened, at, "heard", now_ + 1, "li"}));
    };
    EXPECT_EQ(correct(sent + 1), Code::stamp_order);
    EXPECT_EQ(correct(sent), kDone);
}

TEST_F(Orders, ACancellationIsTheLastOfItsTask) {
    ASSERT_TRUE(assign(1, 7));
    EXPECT_EQ(take(decide_cancel(world_, {{7}, "hoax", tick(), "li"})), kDone);
    ASSERT_TRUE(assign(2, 8));
    const auto correct = [&](StampEvent event, std::int64_t at) {
        return take(decide_correction(world_, {{1}, {7}, event, at, "heard", now_, "li"}));
    };
    const std::int64_t cancelled = incident().stamp(StampEvent::cancelled, {7})->at_us;
    EXPECT_EQ(correct(StampEvent::unit_assigned, cancelled + 1), Code::stamp_order);
    EXPECT_EQ(correct(StampEvent::cancelled, cancelled - 1'000'000), kDone);
    EXPECT_EQ(correct(StampEvent::cancelled, cancelled - 40'000'000), Code::stamp_order) << "before it was sent";
}

TEST_F(Orders, AProposalIsNoStampUntilSomebodySaysSo) {
    ASSERT_TRUE(assign(1, 7));
    EXPECT_EQ(propose(1, UnitState::at_scene), kDone);
    const std::int64_t seen = now_;
    EXPECT_EQ(unit(1).state, UnitState::assigned);
    EXPECT_EQ(incident().stamp(StampEvent::at_scene, {7}), nullptr);
    EXPECT_EQ(propose(1, UnitState::at_scene), kDone) << "again: nothing new";
    ASSERT_EQ(world_.proposals.size(), 1U);
    EXPECT_EQ(answer(1, Answer::confirm), kDone);
    EXPECT_EQ(unit(1).state, UnitState::at_scene);
    const StampRow* stamp = incident().stamp(StampEvent::at_scene, {7});
    ASSERT_NE(stamp, nullptr);
    EXPECT_EQ(stamp->at_us, seen) << "when the fence saw it, not when it was confirmed";
    EXPECT_EQ(stamp->source, StampSource::geofence);
    EXPECT_TRUE(world_.proposals.empty());
    EXPECT_EQ(answer(1, Answer::confirm), Code::proposal_answered);
}

TEST_F(Orders, AFenceThatNamesATaskIsHeardOfAUnitThatKnowsOfNone) {
    world_.units.at({1}).state = UnitState::returning;
    EXPECT_EQ(propose(1, UnitState::available, 7), kDone);
    EXPECT_EQ(world_.proposals.size(), 1U);
}

TEST_F(Orders, ACrewThatDroveHomeWithoutAWordIsProposedToBeAtItsStationByItsOwnVehicleToo) {
    ASSERT_TRUE(assign(1, 7));
    for (const UnitState state : {UnitState::at_scene, UnitState::transporting, UnitState::at_hospital,
                                  UnitState::clearing}) {
        ASSERT_TRUE(press(1, state, 7)) << name(state);
    }
    ASSERT_EQ(unit(1).state, UnitState::clearing);
    ASSERT_FALSE(unit(1).assignment.is_set());
    EXPECT_EQ(propose(1, UnitState::available, 7), kDone) << "the vehicle names its last task";
    const std::int64_t seen = now_;
    ASSERT_EQ(world_.proposals.size(), 1U);
    EXPECT_EQ(answer(1, Answer::confirm), kDone);
    for (const StampEvent event : {StampEvent::available, StampEvent::at_station}) {
        const StampRow* stamp = incident().stamp(event, {7});
        ASSERT_NE(stamp, nullptr) << name(event);
        EXPECT_EQ(stamp->at_us, seen) << name(event);
    }
}

TEST_F(Orders, ADismissedProposalChangesNoState) {
    ASSERT_TRUE(assign(1, 7));
    ASSERT_EQ(propose(1, UnitState::at_scene), kDone);
    EXPECT_EQ(answer(1, Answer::dismiss), kDone);
    EXPECT_EQ(unit(1).state, UnitState::assigned);
    EXPECT_TRUE(world_.proposals.empty());
}

TEST_F(Orders, TheCrewsButtonAnswersAProposalAndOvertakesOthers) {
    ASSERT_TRUE(assign(1, 7));
    ASSERT_TRUE(assign(2, 8, 2));
    ASSERT_EQ(propose(2, UnitState::at_scene), kDone);
    ASSERT_EQ(propose(1, UnitState::en_route), kDone);
    ASSERT_EQ(propose(1, UnitState::at_scene), kDone);
    ASSERT_TRUE(press(1, UnitState::en_route));
    EXPECT_EQ(world_.proposals.size(), 2U) << "that it arrives may still come true";
    ASSERT_TRUE(press(1, UnitState::at_patient));
    EXPECT_EQ(world_.proposals.size(), 1U) << "of another unit";
}

TEST_F(Orders, AProposalOfAnotherTaskOrOfNoUseIsNotKept) {
    EXPECT_EQ(propose(9, UnitState::at_scene), Code::no_such_unit);
    EXPECT_EQ(propose(1, UnitState::at_scene), kDone);
    ASSERT_TRUE(assign(1, 7));
    EXPECT_EQ(propose(1, UnitState::at_scene, 6), kDone);
    EXPECT_TRUE(world_.proposals.empty());
    EXPECT_EQ(propose(1, UnitState::at_scene, 7), kDone);
    EXPECT_EQ(world_.proposals.size(), 1U);
}

TEST_F(Orders, AProposalThatNamesAnOlderTaskThanTheOneWhoseLastStampsAreToComeIsDropped) {
    ASSERT_TRUE(assign(1, 7));
    ASSERT_TRUE(press(1, UnitState::at_scene));
    ASSERT_TRUE(press(1, UnitState::clearing));
    ASSERT_FALSE(unit(1).assignment.is_set());
    ASSERT_EQ(unit(1).stamp_assignment, AssignmentId{7});
    EXPECT_EQ(propose(1, UnitState::available, 6), kDone);
    EXPECT_TRUE(world_.proposals.empty()) << "it would stamp the way home of another task";
    EXPECT_EQ(propose(1, UnitState::available, 7), kDone);
    EXPECT_EQ(world_.proposals.size(), 1U);
}

TEST_F(Orders, ProposalsEndWithTheTaskTheyAreOf) {
    ASSERT_TRUE(assign(1, 7));
    ASSERT_TRUE(assign(3, 6, 2));
    ASSERT_EQ(propose(3, UnitState::at_scene), kDone);
    ASSERT_EQ(propose(1, UnitState::at_scene), kDone);
    ASSERT_TRUE(press(1, UnitState::out_of_service));
    EXPECT_EQ(world_.proposals.size(), 1U) << "of another unit";
    ASSERT_EQ(take(decide_cancel(world_, {{6}, "hoax", tick(), "li"})), kDone);
    EXPECT_TRUE(world_.proposals.empty());
    ASSERT_TRUE(assign(2, 8));
    ASSERT_TRUE(press(2, UnitState::at_scene));
    ASSERT_TRUE(press(2, UnitState::returning));
    ASSERT_EQ(propose(2, UnitState::available), kDone);
    ASSERT_EQ(world_.proposals.size(), 1U);
    ASSERT_TRUE(press(2, UnitState::out_of_service));
    EXPECT_TRUE(world_.proposals.empty());
    ASSERT_TRUE(press(2, UnitState::returning));
    ASSERT_EQ(propose(2, UnitState::available), kDone);
    ASSERT_TRUE(assign(2, 9, 2));
    EXPECT_TRUE(world_.proposals.empty());
}

TEST_F(Orders, AnAnswerMovesThePostingThatItIsOfAndOnlyForward) {
    const auto answer = [this](Ack ack, const std::string& command) {
        return take(decide_ack(world_, {command, ack, "", {tick(), 0, false}, "amb"}));
    };
    for (const std::int64_t id : {1, 2}) {
        PostingRow& row = world_.postings[{id}];
        row.id = {id};
        row.unit = {id};
        row.command = id == 1 ? "p" : "";   // the second was told by voice
        row.version = 1;
    }
    EXPECT_EQ(answer(Ack::expired, "p"), Code::not_found) << "no answer of the crew";
    EXPECT_EQ(answer(Ack::stored, "other"), Code::not_found);
    EXPECT_EQ(answer(Ack::stored, ""), Code::not_found);
    EXPECT_EQ(answer(Ack::stored, "p"), kDone);
    EXPECT_EQ(world_.postings.at({1}).state, PostingState::delivered);
    EXPECT_EQ(answer(Ack::stored, "p"), Code::not_found) << "it is delivered already";
    EXPECT_EQ(answer(Ack::accepted, "p"), kDone) << "that its crew goes is kept";
    EXPECT_EQ(world_.postings.at({1}).state, PostingState::delivered);
    EXPECT_EQ(answer(Ack::arrived, "p"), kDone);
    EXPECT_EQ(answer(Ack::refused, "p"), kDone);
    EXPECT_EQ(world_.postings.at({1}).state, PostingState::arrived) << "too late";
    EXPECT_EQ(world_.postings.at({2}).state, PostingState::ordered);
}

TEST_F(Orders, AnIncidentThatWantsMoreThanHaveServedStaysOpenThoughOneHas) {
    ASSERT_TRUE(assign(1, 7));
    ASSERT_TRUE(assign(2, 8, 1, AssignIntent::additional));
    ASSERT_TRUE(press(1, UnitState::at_scene));
    ASSERT_TRUE(press(1, UnitState::clearing));
    ASSERT_TRUE(ack(8, Ack::refused));
    UpdateRequest more;
    more.incident = {1};
    more.version = incident().version;
    more.units_wanted = 3;
    more.now_us = now_;
    EXPECT_EQ(take(decide_update(world_, more)), kDone);
    EXPECT_EQ(incident().state, IncidentState::open);
}

TEST_F(Orders, ASuggestedBreakdownThatIsConfirmedIsKeptAsConfirmed) {
    ASSERT_TRUE(assign(1, 7));
    ASSERT_EQ(propose(1, UnitState::out_of_service), kDone);
    ASSERT_EQ(propose(1, UnitState::at_scene), kDone);
    const auto writes = decide_proposal_answer(world_, {{1}, Answer::confirm, tick(), "li"});
    ASSERT_TRUE(writes) << writes.error().message();
    std::map<ProposalId, ProposalOutcome> outcomes;
    for (const Operation& operation : writes->operations) {
        if (const auto* set = std::get_if<SetProposal>(&operation)) {
            outcomes[set->id] = set->outcome;
        }
    }
    EXPECT_EQ(outcomes.at({1}), ProposalOutcome::confirmed);
    EXPECT_EQ(outcomes.at({2}), ProposalOutcome::superseded);
}

TEST_F(Orders, ASuggestionOfATaskEndsWhenNoStampOfItIsToCome) {
    ASSERT_TRUE(assign(1, 7));
    ASSERT_TRUE(press(1, UnitState::at_scene));
    ASSERT_EQ(propose(1, UnitState::out_of_service), kDone);
    ASSERT_TRUE(press(1, UnitState::clearing));
    EXPECT_EQ(world_.proposals.size(), 1U) << "its way home is still to be stamped";
    ASSERT_TRUE(press(1, UnitState::available));
    EXPECT_TRUE(world_.proposals.empty()) << "nobody could confirm it any more";
}

TEST_F(Orders, ATransferNeedsATimeAndAHospital) {
    CallRequest request;
    request.open.incident = incident();
    request.open.incident.id = {8};
    request.now_us = now_;
    request.open.answered_us = now_;
    request.open.ring_us = now_;
    IncidentRow& row = request.open.incident;
    row.stamps.clear();
    row.planned_us = now_ + 1;
    EXPECT_EQ(decide_call(request).error().code, Code::emergency_is_now) << "an emergency is now";
    row.kind = IncidentKind::transfer;
    EXPECT_EQ(decide_call(request).error().code, Code::transfer_needs_hospital) << "where to";
    row.destination = {1};
    row.planned_us = now_ + kPlannedAheadMaxUs + 1;
    EXPECT_EQ(decide_call(request).error().code, Code::planned_time_range);
    row.planned_us = now_ - kPlannedBehindMaxUs - 1;
    EXPECT_EQ(decide_call(request).error().code, Code::planned_time_range);
    row.planned_us = now_ + 1;
    EXPECT_EQ(take(decide_call(request)), kDone);
    UpdateRequest later;
    later.incident = {8};
    later.version = incident(8).version;
    later.planned_us = now_ + 3'600'000'000;
    later.units_wanted = 2;
    later.need = Need{VehicleClass::b, 0, Isolation::none};
    later.now_us = now_;
    EXPECT_EQ(take(decide_update(world_, later)), kDone);
    EXPECT_EQ(incident(8).planned_us, now_ + 3'600'000'000);
    EXPECT_EQ(world_.units_short({8}), 2U);
    later.version = incident(8).version;
    later.units_wanted = 21;
    EXPECT_EQ(take(decide_update(world_, later)), Code::units_wanted_range);
    later.units_wanted = 0;
    later.planned_us = now_ + kPlannedAheadMaxUs + 1;
    EXPECT_EQ(take(decide_update(world_, later)), Code::planned_time_range);
}

} // namespace
} // namespace ems::dispatch
