#include "dispatch/core/inbox.h"

#include <gtest/gtest.h>

#include "telemetry/wire/ems.pb.h"

namespace ems::dispatch {
namespace {

constexpr std::int64_t kNowUs = 1'800'000'000'000'000;

class InboxTest : public ::testing::Test {
  protected:
    InboxTest() { world_.units[{1}].id = {1}; }
    std::string outcome(const wire::Event& body, UnitId unit = {1}) const {
        return interpret(world_, {unit}, {1, "amb-1", 7, 1, 0, 0, kNowUs, body.SerializeAsString()})
            .outcome;
    }
    EventMeaning fuel(std::uint32_t percent, const Driven& driven, std::int64_t t_us = 0,
                      wire::ClockQuality quality = wire::CLOCK_GNSS) const {
        wire::Event body;
        body.mutable_inputs()->set_fuel_pct(percent);
        return interpret(world_, driven,
                         {1, "amb-1", 7, 1, t_us, quality, kNowUs, body.SerializeAsString()});
    }
    static std::int64_t fuel_at(const EventMeaning& meaning) {
        return std::get<SetUnit>(meaning.writes.operations.back()).row.fuel_at_us;
    }
    std::string acknowledged(wire::CommandAck::Result result,
                             const std::string& command = "c") const {
        wire::Event body;
        body.mutable_command_ack()->set_command_id(command);
        body.mutable_command_ack()->set_result(result);
        return outcome(body);
    }
    World world_;
};

TEST(Interpret, AVehicleReportsForItsCrewItsFenceAndItsDevicesAndForNobodyElse) {
    World world;
    world.units[{1}].id = {1};
    wire::Event body;
    body.mutable_state()->set_state(wire::UNIT_OUT_OF_SERVICE);
    const auto outcome = [&](wire::EventSource source) {
        body.set_source(source);
        const EventMeaning meaning =
            interpret(world, {UnitId{1}}, {1, "amb-1", 7, 1, 0, 0, kNowUs, body.SerializeAsString()});
        EXPECT_EQ(meaning.writes.operations.empty(), meaning.outcome != "applied");
        return meaning.outcome;
    };
    EXPECT_EQ(outcome(wire::SOURCE_CREW_BUTTON), "applied");
    EXPECT_EQ(outcome(wire::SOURCE_GEOFENCE), "applied");
    EXPECT_EQ(outcome(wire::SOURCE_DEVICE), "applied");
    EXPECT_EQ(outcome(wire::SOURCE_DISPATCHER), "refused: not a source of a vehicle");
    EXPECT_EQ(outcome(wire::SOURCE_SYSTEM), "refused: not a source of a vehicle");
}

TEST_F(InboxTest, AnEventThatSaysNothingOrComesFromNobodyIsRefused) {
    EXPECT_EQ(interpret(world_, {{1}}, {1, "amb-1", 7, 1, 0, 0, kNowUs, "\xff"}).outcome,
              "refused: unreadable");
    EXPECT_EQ(outcome({}), "refused: empty");
    EXPECT_EQ(outcome({}, {}), "refused: no unit drives this vehicle");
    wire::Event body;
    body.set_source(wire::SOURCE_CREW_BUTTON);
    body.mutable_state()->set_state(wire::UNIT_UNSPECIFIED);
    EXPECT_EQ(outcome(body), "refused: no such state");
    body.mutable_state()->set_state(wire::UNIT_AVAILABLE);
    EXPECT_EQ(outcome(body), "repeated");
    body.mutable_state()->set_state(wire::UNIT_HANDOVER);
    EXPECT_EQ(outcome(body).substr(0, 8), "refused:");
}

TEST_F(InboxTest, AButtonOfBeforeTheUnitWasTakenOutOfServiceIsRefusedAsOfThePast) {
    world_.units.at({1}).state = UnitState::out_of_service;
    world_.units.at({1}).entered_us = kNowUs - 10;
    wire::Event body;
    body.set_source(wire::SOURCE_CREW_BUTTON);
    body.mutable_state()->set_state(wire::UNIT_AVAILABLE);
    const auto pressed = [&](std::int64_t t_us, wire::ClockQuality quality) {
        return interpret(world_, {{1}}, {1, "amb-1", 7, 1, t_us, quality, kNowUs, body.SerializeAsString()});
    };
    const EventMeaning late = pressed(kNowUs - 11, wire::CLOCK_NTP);
    EXPECT_EQ(late.refusal, Code::version_stale);
    EXPECT_TRUE(late.writes.operations.empty());
    EXPECT_EQ(pressed(kNowUs - 10, wire::CLOCK_NTP).outcome, "applied");
    EXPECT_EQ(pressed(kNowUs - 11, wire::CLOCK_NEVER_SET).outcome, "applied");
}

TEST_F(InboxTest, AButtonThatConfirmsItsFenceIsOfWhenItWasPressed) {
    world_.units.at({1}).state = UnitState::out_of_service;
    world_.units.at({1}).entered_us = kNowUs - 10;
    wire::Event body;
    body.set_source(wire::SOURCE_CREW_BUTTON);
    body.mutable_state()->set_state(wire::UNIT_AVAILABLE);
    const auto pressed = [&](std::int64_t t_us) {
        body.mutable_state()->set_fence_us(t_us - 1'000);
        return interpret(world_, {{1}}, {1, "amb-1", 7, 1, t_us, wire::CLOCK_NTP, kNowUs, body.SerializeAsString()});
    };
    EXPECT_EQ(pressed(kNowUs - 11).refusal, Code::version_stale);
    EXPECT_EQ(pressed(kNowUs - 10).outcome, "applied") << "whatever the fence saw before";
}

TEST(StandingRefusals, AreThoseOfTheNewestButtonOfEachVehicle) {
    std::vector<ConsumedEvent> events;
    const auto consumed = [&](const std::string& vid, wire::EventSource source, const std::string& outcome) {
        wire::Event body;
        body.set_source(source);
        body.mutable_state()->set_state(wire::UNIT_AVAILABLE);
        events.push_back({{static_cast<std::int64_t>(events.size()) + 1, vid, 7, 1, 0, 0, kNowUs, body.SerializeAsString()}, outcome});
    };
    consumed("amb-1", wire::SOURCE_CREW_BUTTON, "refused: illegal_transition: available to handover");
    consumed("amb-2", wire::SOURCE_CREW_BUTTON, "refused: task_changed: another");
    consumed("amb-1", wire::SOURCE_CREW_BUTTON, "applied");
    consumed("amb-2", wire::SOURCE_GEOFENCE, "applied");
    consumed("amb-2", wire::SOURCE_GEOFENCE, "refused: illegal_transition: a to b");
    consumed("amb-3", wire::SOURCE_CREW_BUTTON, "repeated");
    consumed("amb-3", wire::SOURCE_CREW_BUTTON, "refused: version_stale: since");
    events.push_back({{99, "amb-3", 7, 1, 0, 0, kNowUs, "\xff"}, "refused: unreadable"});
    wire::Event answer;
    answer.set_source(wire::SOURCE_CREW_BUTTON);
    answer.mutable_command_ack();
    events.push_back({{100, "amb-3", 7, 1, 0, 0, kNowUs, answer.SerializeAsString()}, "applied"});
    const std::vector<ConsumedEvent> standing = standing_refusals(events);
    ASSERT_EQ(standing.size(), 2U);
    EXPECT_EQ(standing[0].event.id, 2);
    EXPECT_EQ(standing[1].event.id, 7);
}

TEST(StandingRefusals, AnOutcomeNamesItsCode) {
    EXPECT_EQ(refusal_in("refused: illegal_transition: available to handover"), Code::illegal_transition);
    EXPECT_EQ(refusal_in("refused: task_changed"), Code::task_changed);
    EXPECT_EQ(refusal_in("refused by the store: db_query: invalid byte"), Code::db_query);
    EXPECT_EQ(refusal_in("refused: no such state"), Code::malformed);
    EXPECT_EQ(refusal_in("refused: unknown"), Code::malformed);
    EXPECT_EQ(refusal_in("refused"), Code::malformed);
    EXPECT_EQ(refusal_in("applied"), std::nullopt);
    EXPECT_EQ(refusal_in(""), std::nullopt);
}

TEST_F(InboxTest, AlarmsAndOtherNotesAreKeptAsSuch) {
    wire::Event alarm;
    alarm.mutable_alarm()->set_code("vf");
    EXPECT_EQ(outcome(alarm), kAlarmOutcome);
    wire::Event findings;
    findings.mutable_findings()->set_pain(6);
    EXPECT_EQ(outcome(findings), kFindingsOutcome);
    wire::Event gap;
    gap.mutable_gap();
    EXPECT_EQ(outcome(gap), "noted: gap");
    wire::Event inputs;
    inputs.mutable_inputs();
    EXPECT_EQ(outcome(inputs), "noted: inputs");
    wire::Event group;
    group.mutable_patient_group()->set_group(wire::PATIENT_INFANT);
    EXPECT_EQ(outcome(group), "noted: patient group infant");
    group.mutable_patient_group()->set_group(wire::PATIENT_CHILD);
    EXPECT_EQ(outcome(group), "noted: patient group child");
    group.mutable_patient_group()->set_group(wire::PATIENT_ADULT);
    EXPECT_EQ(outcome(group), "noted: patient group adult");
    group.mutable_patient_group()->set_group(wire::PATIENT_GROUP_UNSPECIFIED);
    EXPECT_EQ(outcome(group), "noted: patient group by age");
}

TEST_F(InboxTest, EveryKindOfEventHasAMeaning) {
    const auto* kinds = wire::Event::descriptor()->FindOneofByName("what");
    ASSERT_NE(kinds, nullptr);
    for (int i = 0; i < kinds->field_count(); ++i) {
        wire::Event body;
        body.GetReflection()->MutableMessage(&body, kinds->field(i));
        EXPECT_NE(outcome(body), "refused: empty") << kinds->field(i)->name();
    }
}

// A database that was restored knows less than its vehicles.
class SeenBefore : public InboxTest {
  protected:
    SeenBefore() { command("c", 12, "sent"); }
    void command(const std::string& id, std::uint64_t seq, const std::string& state) {
        CommandRow& row = world_.commands[id];
        row.id = id;
        row.vid = "amb-1";
        row.unit = {1};
        row.kind = "dispatch";
        row.state = state;
        row.unit_seq = seq;
    }
    // Read by a leader of term 20.
    EventMeaning refused(wire::CommandAck::Result result, std::uint64_t term, std::uint64_t executed,
                         const std::string& vid = "amb-1") const {
        wire::Event body;
        body.mutable_command_ack()->set_command_id("c");
        body.mutable_command_ack()->set_result(result);
        body.mutable_command_ack()->set_highest_term(term);
        body.mutable_command_ack()->set_executed_unit_seq(executed);
        return interpret(world_, {{1}, 0, 20}, {1, vid, 7, 1, 0, 0, kNowUs, body.SerializeAsString()});
    }
    // "vid term number", and nothing when nothing is learned.
    static std::string learned(const EventMeaning& meaning) {
        for (const Operation& operation : meaning.writes.operations) {
            if (const auto* op = std::get_if<LearnNumbers>(&operation)) {
                return op->vid + " " + std::to_string(op->term) + " " + std::to_string(op->unit_seq);
            }
        }
        return "";
    }
};

TEST_F(SeenBefore, ALaterTermIsLearnedAndTheLeaderToldThatItHasPassed) {
    const EventMeaning meaning = refused(wire::CommandAck::STALE_TERM, 57, 11);
    EXPECT_EQ(learned(meaning), "amb-1 57 0");
    EXPECT_EQ(meaning.seen_term, 57U);
    EXPECT_EQ(meaning.writes.operations.size(), 2U) << "and its audit; the command stays as it is";
    EXPECT_EQ(std::get<AddAudit>(meaning.writes.operations.back()).detail, "vid=amb-1 term=57 unit_seq=0");
    EXPECT_EQ(learned(refused(wire::CommandAck::STALE_TERM, 57, 500)), "amb-1 57 500") << "both at once";
}

TEST_F(SeenBefore, ANumberThatIsNotBelowOursIsLearnedAndTheOrderStaysOpen) {
    const EventMeaning meaning = refused(wire::CommandAck::SUPERSEDED, 20, 12);
    EXPECT_EQ(learned(meaning), "amb-1 0 12");
    EXPECT_EQ(meaning.seen_term, 0U) << "the lead stays";
    for (const Operation& operation : meaning.writes.operations) {
        EXPECT_FALSE(std::holds_alternative<SetCommand>(operation));
    }
}

TEST_F(SeenBefore, WhatWasLearnedBeforeIsNotedAndGivesNoOrderUp) {
    EXPECT_EQ(refused(wire::CommandAck::SUPERSEDED, 20, 11).outcome, "noted: SUPERSEDED") << "it has a later number since";
    EXPECT_EQ(refused(wire::CommandAck::STALE_TERM, 20, 11).outcome, "noted: STALE_TERM") << "the term is ours";
    EXPECT_EQ(refused(wire::CommandAck::STALE_TERM, 0, 0).outcome, "noted: STALE_TERM") << "it tells nothing";
}

TEST_F(SeenBefore, OfWhatDoesNotWaitForTheVehicleNothingIsLearned) {
    EXPECT_EQ(learned(refused(wire::CommandAck::STORED, 57, 500)), "") << "it is no refusal";
    EXPECT_EQ(refused(wire::CommandAck::SUPERSEDED, 57, 500, "amb-2").outcome, "refused: not a command to this vehicle");
    EXPECT_EQ(refused(wire::CommandAck::SUPERSEDED, 0, 0).outcome, "applied") << "an older vehicle, as before";
    command("c", 12, "stored");
    EXPECT_EQ(learned(refused(wire::CommandAck::SUPERSEDED, 57, 500)), "") << "it was replaced on board";
    EXPECT_EQ(refused(wire::CommandAck::STALE_TERM, 57, 500).outcome, "noted: STALE_TERM");
    world_.commands.clear();
    PostingRow& posting = world_.postings[{5}];
    posting.unit = {1};
    posting.command = "c";
    EXPECT_EQ(learned(refused(wire::CommandAck::SUPERSEDED, 57, 500)), "") << "words that are not open here";
}

TEST_F(InboxTest, TheFuelGaugeTellsTheRangeOfAVehicleWhoseFullRangeIsRegistered) {
    const EventMeaning quarter = fuel(25, {{1}, 480});
    EXPECT_EQ(quarter.outcome, "applied");
    const auto* set = std::get_if<SetUnit>(&quarter.writes.operations.back());
    ASSERT_NE(set, nullptr);
    EXPECT_EQ(set->row.fuel_range_km, 120U);
    EXPECT_EQ(set->source, StampSource::device);
    world_.units.at({1}).fuel_range_km = 120;
    EXPECT_EQ(fuel(25, {{1}, 480}).outcome, "noted: inputs") << "nothing new";
    EXPECT_EQ(fuel(0, {{1}, 480}).outcome, "noted: inputs") << "a broken gauge, and no empty tank";
    const EventMeaning little = fuel(1, {{1}, 48});
    EXPECT_EQ(std::get<SetUnit>(little.writes.operations.back()).row.fuel_range_km, 1U)
        << "0 would mean that it is not known";
}

TEST_F(InboxTest, WhatAGaugeSaidBeforeWhatIsKnownOfTheFuelReplacesNothing) {
    const std::int64_t two_days_ago = kNowUs - 48LL * 3600 * 1'000'000;
    EXPECT_EQ(fuel_at(fuel(10, {{1}, 480}, two_days_ago)), two_days_ago) << "nothing else is known";
    world_.units.at({1}).fuel_at_us = two_days_ago + 1;
    EXPECT_EQ(fuel(10, {{1}, 480}, two_days_ago).outcome, "noted: inputs");
    EXPECT_EQ(fuel_at(fuel(10, {{1}, 480}, two_days_ago + 1)), two_days_ago + 1);
    EXPECT_EQ(fuel_at(fuel(10, {{1}, 480}, two_days_ago, wire::CLOCK_NEVER_SET)), kNowUs)
        << "a clock that was never set tells no time";
    EXPECT_EQ(fuel_at(fuel(10, {{1}, 480}, 0)), kNowUs);
    EXPECT_EQ(fuel_at(fuel(10, {{1}, 480}, kNowUs + 5)), kNowUs) << "nothing is known of later";
}

TEST_F(InboxTest, AGaugeWithoutAFullRangeOrBeyondAFullTankSaysNothing) {
    EXPECT_EQ(fuel(25, {{1}, 0}).outcome, "noted: inputs");
    EXPECT_EQ(fuel(101, {{1}, 480}).outcome, "noted: inputs");
    EXPECT_EQ(fuel(25, {{2}, 480}).outcome, "noted: inputs") << "a unit that is not loaded";
}

TEST_F(InboxTest, AnAcknowledgementCountsForACommandToItsOwnVehicleWhoeverDrivesIt) {
    CommandRow& row = world_.commands["c"];
    row.id = "c";
    row.unit = {1};
    row.vid = "amb-1";
    row.kind = "text";
    EXPECT_EQ(acknowledged(wire::CommandAck::STORED, "d"),
              "refused: not a command to this vehicle");
    for (const wire::CommandAck::Result result :
         {wire::CommandAck::STORED, wire::CommandAck::DUPLICATE, wire::CommandAck::ACCEPTED,
          wire::CommandAck::REFUSED, wire::CommandAck::EXPIRED, wire::CommandAck::SUPERSEDED}) {
        EXPECT_EQ(acknowledged(result), "applied");
    }
    // The order goes out again under the present term.
    EXPECT_EQ(acknowledged(wire::CommandAck::STALE_TERM), "noted: STALE_TERM");
    row.unit = {2};
    EXPECT_EQ(acknowledged(wire::CommandAck::STORED), "applied") << "the vehicle drives for another unit since";
    row.vid = "amb-9";
    EXPECT_EQ(acknowledged(wire::CommandAck::STORED), "refused: not a command to this vehicle");
}

TEST_F(InboxTest, AReportThatEndsATaskItDoesNotNameLeavesItsVehicleUnaware) {
    world_.incidents[{3}].id = {3};
    world_.incidents.at({3}).state = IncidentState::assigned;
    AssignmentRow& task = world_.assignments[{7}];
    task.id = {7};
    task.incident = {3};
    task.unit = {1};
    UnitRow& unit = world_.units.at({1});
    unit.state = UnitState::assigned;
    unit.incident = {3};
    unit.assignment = {7};
    wire::Event body;
    body.set_source(wire::SOURCE_CREW_BUTTON);
    body.mutable_state()->set_state(wire::UNIT_OUT_OF_SERVICE);
    const auto meaning = [&] {
        return interpret(world_, {UnitId{1}}, {1, "amb-1", 7, 1, 0, 0, kNowUs, body.SerializeAsString()});
    };
    EXPECT_EQ(meaning().unaware, (std::vector<AssignmentId>{{7}})) << "pressed before the order came";
    body.set_assignment_id(7);
    EXPECT_TRUE(meaning().unaware.empty());
    EXPECT_EQ(meaning().outcome, "applied");
    world_.assignments[{6}].id = {6};
    world_.assignments.at({6}).unit = {1};
    body.set_assignment_id(6);
    EXPECT_EQ(meaning().unaware, (std::vector<AssignmentId>{{7}})) << "its screen still shows the task before";
    body.set_assignment_id(0);
    body.mutable_state()->set_state(wire::UNIT_EN_ROUTE);
    EXPECT_TRUE(meaning().unaware.empty()) << "it goes";
}

TEST_F(InboxTest, APlaceComesWithAStateOnlyWhereOneIsKnown) {
    wire::Event body;
    body.set_source(wire::SOURCE_CREW_BUTTON);
    body.mutable_state()->set_state(wire::UNIT_OUT_OF_SERVICE);
    for (const auto& [lat_e7, lon_e7] : {std::pair{0, 0}, {351'000'000, 0}, {351'000'000, 1'109'000'000}}) {
        body.mutable_state()->set_lat_e7(lat_e7);
        body.mutable_state()->set_lon_e7(lon_e7);
        EXPECT_EQ(outcome(body), "applied");
    }
}

TEST_F(InboxTest, AFenceOrADeviceSuggestsAndNobodyElse) {
    wire::Event body;
    body.mutable_proposal()->set_state(wire::UNIT_OUT_OF_SERVICE);
    body.set_source(wire::SOURCE_GEOFENCE);
    EXPECT_EQ(outcome(body), "applied");
    body.set_source(wire::SOURCE_DEVICE);
    EXPECT_EQ(outcome(body), "applied");
    body.set_source(wire::SOURCE_CREW_BUTTON);
    EXPECT_EQ(outcome(body), "refused: only a fence or a device proposes");
    body.set_source(wire::SOURCE_SYSTEM);
    EXPECT_EQ(outcome(body), "refused: only a fence or a device proposes");
    body.mutable_proposal()->set_state(wire::UNIT_UNSPECIFIED);
    EXPECT_EQ(outcome(body), "refused: no such state");
}

TEST_F(InboxTest, AnAcknowledgementOfAPostingCountsAlsoWhenItsCommandIsForgotten) {
    PostingRow& row = world_.postings[{3}];
    row.id = {3};
    row.unit = {1};
    EXPECT_EQ(acknowledged(wire::CommandAck::STORED, "p"), "refused: not a command to this vehicle");
    EXPECT_EQ(acknowledged(wire::CommandAck::STORED, ""), "refused: not a command to this vehicle");
    row.command = "p";
    EXPECT_EQ(acknowledged(wire::CommandAck::STORED, "p"), "applied");
    row.unit = {2};
    EXPECT_EQ(acknowledged(wire::CommandAck::STORED, "p"), "refused: not a command to this vehicle");
}

// A button that showed since when the vehicle's fence holds its state for true, and the stamp that follows.
class Confirmed : public InboxTest {
  protected:
    static constexpr std::int64_t kMinuteUs = 60'000'000;
    Confirmed() {
        IncidentRow& incident = world_.incidents[{1}];
        incident.id = {1};
        incident.state = IncidentState::assigned;
        incident.created_us = kNowUs - 600 * kMinuteUs;
        AssignmentRow& assignment = world_.assignments[{7}];
        assignment.id = {7};
        assignment.incident = {1};
        assignment.unit = {1};
        assignment.state = AssignmentState::accepted;
        UnitRow& unit = world_.units[{1}];
        unit.state = UnitState::en_route;
        unit.assignment = {7};
        unit.incident = {1};
    }
    // `device_ahead_us`: the vehicle's clock shows so much more than ours.
    StampRow at_scene(std::int64_t fence_before_us, std::int64_t device_ahead_us = 0,
                      wire::ClockQuality quality = wire::CLOCK_GNSS) const {
        wire::Event body;
        body.set_source(wire::SOURCE_CREW_BUTTON);
        body.set_assignment_id(7);
        body.mutable_state()->set_state(wire::UNIT_AT_SCENE);
        const std::int64_t button_us = kNowUs - kMinuteUs + device_ahead_us;
        body.mutable_state()->set_fence_us(button_us - fence_before_us);
        const EventMeaning meaning = interpret(
            world_, {{1}}, {1, "amb-1", 7, 1, button_us, quality, kNowUs, body.SerializeAsString()});
        for (const Operation& operation : meaning.writes.operations) {
            if (const auto* stamp = std::get_if<AddStamp>(&operation)) {
                return stamp->row;
            }
        }
        ADD_FAILURE() << "no stamp: " << meaning.outcome;
        return {};
    }
};

TEST_F(Confirmed, TheStampHasTheFencesTimeAndTheButtonsBesideIt) {
    const StampRow stamp = at_scene(4 * kMinuteUs);
    EXPECT_EQ(stamp.event, StampEvent::at_scene);
    EXPECT_EQ(stamp.at_us, kNowUs - 5 * kMinuteUs);
    EXPECT_EQ(stamp.source, StampSource::geofence);
    EXPECT_EQ(stamp.device_us, kNowUs - kMinuteUs);
    EXPECT_EQ(stamp.received_us, kNowUs);
}

TEST_F(Confirmed, OfAClockThatWasNeverSetOnlyTheTimeBetweenBothCounts) {
    const StampRow stamp = at_scene(4 * kMinuteUs, -365 * 24 * 60 * kMinuteUs, wire::CLOCK_NEVER_SET);
    EXPECT_EQ(stamp.at_us, kNowUs - 4 * kMinuteUs);
    EXPECT_EQ(stamp.source, StampSource::geofence);
}

TEST_F(Confirmed, WhatCannotBeIsTheButtonsAlone) {
    for (const std::int64_t before_us : {-1 * kMinuteUs, 241 * kMinuteUs}) {
        const StampRow stamp = at_scene(before_us);
        EXPECT_EQ(stamp.at_us, kNowUs - kMinuteUs) << before_us;
        EXPECT_EQ(stamp.source, StampSource::crew_button);
    }
    world_.incidents[{1}].created_us = kNowUs - 2 * kMinuteUs;
    EXPECT_EQ(at_scene(4 * kMinuteUs).at_us, kNowUs - 2 * kMinuteUs) << "not before the call";
}

TEST_F(InboxTest, AnArrivalCountsOnlyForThePostingThatStands) {
    CommandRow& command = world_.commands["c"];
    command.id = "c";
    command.vid = "amb-1";
    command.kind = "dispatch";
    EXPECT_EQ(acknowledged(wire::CommandAck::ARRIVED), "noted: no posting that stands");
    PostingRow& row = world_.postings[{3}];
    row.id = {3};
    row.unit = {1};
    row.command = "c";
    EXPECT_EQ(acknowledged(wire::CommandAck::ARRIVED), "applied");
}

TEST_F(InboxTest, TheMarkStandsFirstInWhatAnEventWrites) {
    const InboxEvent event{9, "amb-1", 7, 1, 0, 0, kNowUs, ""};
    const WriteSet writes = consume_writes(event, {{"", {AddAudit{"x", {}, ""}}}, "applied"});
    EXPECT_EQ(writes.actor, "amb-1");
    ASSERT_EQ(writes.operations.size(), 2U);
    EXPECT_EQ(std::get<ConsumeEvent>(writes.operations.front()).inbox_id, 9);
    EXPECT_EQ(std::get<ConsumeEvent>(writes.operations.front()).outcome, "applied");
    const WriteSet aside = set_aside_writes(event, "no");
    ASSERT_EQ(aside.operations.size(), 1U);
    EXPECT_EQ(std::get<ConsumeEvent>(aside.operations.front()).outcome, "refused by the store: no");
}

} // namespace
} // namespace ems::dispatch
