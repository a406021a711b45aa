// What each decision refuses, one by one, and what it leaves alone.
#include <functional>
#include <variant>

#include <limits>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "dispatch/core/task_writes.h"
#include "tests/dispatch/core/decide_world.h"

namespace ems::dispatch {
namespace {

constexpr Code kDone{};

class Refusals : public Decide {
  protected:
    CallRequest good_call() {
        CallRequest request;
        request.now_us = now_;
        request.open.ring_us = now_ - 2;
        request.open.answered_us = now_ - 1;
        IncidentRow& row = request.open.incident;
        row.id = {8};
        row.level = 2;
        row.sex = "f";
        row.place = {351'000'000, 1'109'000'000};
        return request;
    }
    template <class Change> Code with_call(Change change) {
        CallRequest request = good_call();
        change(request);
        const auto writes = decide_call(request);
        return writes ? kDone : writes.error().code;
    }
    Code update(std::int64_t incident) {
        UpdateRequest request;
        request.incident = {incident};
        request.address = "elsewhere";
        const IncidentRow* row = world_.incident({incident});
        request.version = row == nullptr ? 0 : row->version;
        return take(decide_update(world_, request));
    }
    Code close(std::int64_t incident, std::string outcome = "no need") {
        const IncidentRow* row = world_.incident({incident});
        return take(decide_close(world_, {{incident}, std::move(outcome), tick(), "li", row == nullptr ? 0 : row->version}));
    }
    Code destination(std::int64_t assignment) { return take(decide_destination(world_, {{assignment}, {4}, "li"})); }
    Code cancel(std::int64_t assignment) { return take(decide_cancel(world_, {{assignment}, "x", tick(), "li"})); }
    Code hear(const std::string& command, Ack what) {
        return take(decide_ack(world_, {command, what, "", {tick()}, "amb"}));
    }
    Code report(std::int64_t unit, UnitState state, std::int64_t assignment = 0) {
        const auto done = press(unit, state, assignment);
        return done ? kDone : done.error().code;
    }
};

TEST_F(Refusals, ACallIsWithinItsBounds) {
    EXPECT_EQ(with_call([](CallRequest&) {}), kDone);
    EXPECT_EQ(with_call([](CallRequest& c) { c.ring_known = true; }), kDone);
    const std::vector<std::pair<Code, std::function<void(CallRequest&)>>> bad{
        {Code::level_unknown, [](CallRequest& c) { c.open.incident.level = 0; }},
        {Code::level_unknown, [](CallRequest& c) { c.open.incident.level = 5; }},
        {Code::units_wanted_range, [](CallRequest& c) { c.open.incident.units_wanted = 0; }},
        {Code::units_wanted_range, [](CallRequest& c) { c.open.incident.units_wanted = 21; }},
        {Code::age_range, [](CallRequest& c) { c.open.incident.age_years = 151; }},
        {Code::age_contradiction, [](CallRequest& c) { c.open.incident.age_months = 13; }},
        {Code::sex_unknown, [](CallRequest& c) { c.open.incident.sex = "x"; }},
        {Code::text_too_long, [](CallRequest& c) { c.open.incident.complaint = std::string(501, 'x'); }},
        {Code::text_too_long, [](CallRequest& c) { c.open.incident.address = std::string(501, 'x'); }},
        {Code::place_not_on_map, [](CallRequest& c) { c.open.incident.place.lat_e7 = 900'000'001; }},
        {Code::place_not_on_map, [](CallRequest& c) { c.open.incident.place.lat_e7 = -900'000'001; }},
        {Code::place_not_on_map, [](CallRequest& c) { c.open.incident.place.lon_e7 = 1'800'000'001; }},
        {Code::place_not_on_map, [](CallRequest& c) { c.open.incident.place.lon_e7 = -1'800'000'001; }},
        {Code::place_not_on_map, [](CallRequest& c) { c.open.incident.place = {}; }},
        {Code::clock_order, [](CallRequest& c) { c.open.ring_us = c.open.answered_us + 1; }},
        {Code::clock_order, [](CallRequest& c) { c.open.answered_us = c.now_us + 1; }},
        {Code::clock_order, [](CallRequest& c) { c.open.ring_us = c.now_us - kDeviceBehindMaxUs - 1; }},
        {Code::clock_order, [](CallRequest& c) { c.open.ring_us = std::numeric_limits<std::int64_t>::min(); }},
    };
    for (std::size_t i = 0; i < bad.size(); ++i) {
        EXPECT_EQ(with_call(bad[i].second), bad[i].first) << i;
    }
    EXPECT_EQ(with_call([](CallRequest& c) { c.open.incident.sex = "m"; }), kDone);
    EXPECT_EQ(with_call([](CallRequest& c) { c.open.incident.sex = ""; }), kDone);
    EXPECT_EQ(with_call([](CallRequest& c) { c.open.incident.place = {0, 1'000'000}; }), kDone) << "the equator";
    EXPECT_EQ(with_call([](CallRequest& c) { c.open.incident.age_months = 8; }), kDone) << "an infant";
}

TEST_F(Refusals, AnIncidentIsKnownAndLive) {
    EXPECT_EQ(update(9), Code::no_such_incident);
    EXPECT_EQ(close(9), Code::no_such_incident);
    EXPECT_EQ(update(1), kDone);
    EXPECT_EQ(close(1, std::string(501, 'x')), Code::text_too_long);
    EXPECT_EQ(close(1), kDone);
    EXPECT_EQ(incident().state, IncidentState::cancelled) << "nobody served it";
    EXPECT_EQ(close(1), Code::incident_closed);
    EXPECT_EQ(update(1), Code::incident_closed);
    EXPECT_EQ(assign(1, 7).error().code, Code::incident_closed);
}

TEST_F(Refusals, AnIncidentThatChangedSinceItWasSeenIsNotClosed) {
    CloseRequest request{{1}, "no need", tick(), "li"};
    request.version = incident().version + 1;
    EXPECT_EQ(take(decide_close(world_, request)), Code::version_stale);
    EXPECT_EQ(incident().state, IncidentState::open);
    request.version = incident().version;
    EXPECT_EQ(take(decide_close(world_, request)), kDone);
}

TEST_F(Refusals, AnIncidentThatNobodyServedIsDroppedOnlyWithAReasonAndTheVersionThatWasSeen) {
    EXPECT_EQ(close(1, ""), Code::reason_needed);
    EXPECT_EQ(take(decide_close(world_, {{1}, "no need", tick(), "li"})), Code::version_stale);
    EXPECT_EQ(incident().state, IncidentState::open);
    EXPECT_EQ(close(1), kDone);
}

TEST_F(Refusals, AnIncidentThatANeighbourServesIsClosedAndNotCancelled) {
    EXPECT_EQ(close(1, std::string{kServedByNeighbour}), Code::reason_needed) << "which one";
    EXPECT_EQ(close(1, fmt::format("{}夏县120", kServedByNeighbour)), kDone);
    EXPECT_EQ(incident().state, IncidentState::closed);
    const StampRow* stamp = incident().stamp(StampEvent::cancelled, {});
    ASSERT_NE(stamp, nullptr);
    EXPECT_EQ(stamp->at_us, 0);
    EXPECT_EQ(stamp->not_applicable, "served by a neighbour");
}

TEST_F(Refusals, AServedIncidentThatIsStillShortIsClosedByHandAsServed) {
    ASSERT_TRUE(assign(1, 7));
    world_.incidents.at({1}).units_wanted = 2;
    ASSERT_EQ(report(1, UnitState::at_scene), kDone);
    ASSERT_EQ(report(1, UnitState::clearing), kDone);
    EXPECT_EQ(incident().state, IncidentState::open);
    EXPECT_EQ(take(decide_close(world_, {{1}, "", tick(), "li"})), kDone);
    EXPECT_EQ(incident().state, IncidentState::closed);
}

TEST_F(Refusals, AnAssignmentIsKnownAndLive) {
    EXPECT_EQ(destination(9), Code::no_such_assignment);
    EXPECT_EQ(cancel(9), Code::no_such_assignment);
    ASSERT_TRUE(assign(1, 7));
    EXPECT_EQ(destination(7), kDone);
    EXPECT_EQ(unit(1).hospital, HospitalId{4});
    EXPECT_EQ(cancel(7), kDone);
    EXPECT_EQ(destination(7), Code::assignment_ended);
    EXPECT_EQ(cancel(7), Code::assignment_ended);
}

TEST_F(Refusals, ATaskThatHasReachedItsHospitalGoesToNoOther) {
    ASSERT_TRUE(assign(1, 7));
    for (const UnitState state : {UnitState::at_scene, UnitState::transporting}) {
        ASSERT_EQ(report(1, state), kDone);
        EXPECT_EQ(destination(7), kDone);
    }
    for (const UnitState state : {UnitState::at_hospital, UnitState::handover}) {
        ASSERT_EQ(report(1, state), kDone);
        EXPECT_EQ(destination(7), Code::illegal_transition) << name(state);
    }
}

TEST_F(Refusals, AReasonOfBlanksIsNone) {
    EXPECT_EQ(check_reason("").error().code, Code::reason_needed);
    EXPECT_EQ(check_reason("  ").error().code, Code::reason_needed);
    EXPECT_EQ(check_reason(" \u3000").error().code, Code::reason_needed) << "the wide blank of an input method";
    EXPECT_TRUE(check_reason(" \u3001 x"));
    EXPECT_EQ(check_reason(std::string(501, 'x')).error().code, Code::text_too_long);
}

TEST_F(Refusals, ATextIsOneLineWithoutControlCharacters) {
    for (const char* bad : {"\x1b[2J", "a\nb", "a\tb", "a\x7f", "a\u0085", "a\u009fb", "a\u2028b", "a\u2029"}) {
        EXPECT_EQ(check_text(bad, "complaint").error().code, Code::terminal_text_invalid) << bad;
        EXPECT_EQ(check_reason(bad).error().code, Code::terminal_text_invalid) << bad;
    }
    EXPECT_EQ(check_text(std::string_view{"a\0b", 3}, "complaint").error().code, Code::terminal_text_invalid);
    EXPECT_EQ(check_text("\xc2", "complaint").error().code, Code::terminal_text_invalid) << "cut in the middle of a character";
    for (const char* good : {"", "胸痛", "b\u00a0c", "\u2027", "±5°"}) {
        EXPECT_TRUE(check_text(good, "complaint")) << good;
    }
}

TEST_F(Refusals, ACallsComplaintAndAddressAreOneLineEach) {
    EXPECT_EQ(with_call([](CallRequest& c) { c.open.incident.complaint = "胸痛\n"; }), Code::terminal_text_invalid);
    EXPECT_EQ(with_call([](CallRequest& c) { c.open.incident.address = "\x1b"; }), Code::terminal_text_invalid);
}

TEST_F(Refusals, AWorldThatLacksARowIsNotGuessedAt) {
    ASSERT_TRUE(assign(1, 7));
    const World whole = world_;
    world_.units.at({1}).assignment = {6};
    EXPECT_EQ(destination(7), Code::assignment_ended) << "the unit is on another";
    EXPECT_EQ(cancel(7), Code::assignment_ended);
    world_ = whole;
    world_.units.erase({1});
    EXPECT_EQ(destination(7), Code::assignment_ended);
    EXPECT_EQ(cancel(7), Code::assignment_ended);
    EXPECT_TRUE(decide_ack(world_, {"command-7", Ack::stored, "", {now_}, "amb"}));
    world_ = whole;
    world_.incidents.erase({1});
    EXPECT_EQ(report(1, UnitState::at_scene), Code::internal);
    EXPECT_TRUE(decide_ack(world_, {"command-7", Ack::stored, "", {now_}, "amb"}));
    world_ = whole;
    world_.assignments.erase({7});
    EXPECT_EQ(report(1, UnitState::at_scene), Code::internal);
    const auto noted = decide_ack(world_, {"command-7", Ack::accepted, "", {now_}, "amb"});
    ASSERT_TRUE(noted);
    EXPECT_EQ(noted->operations.size(), 1U) << "noted at the command alone";
    world_ = whole;
}

TEST_F(Refusals, AnOrderThatExpiresInAWorldThatLacksARowEndsAlone) {
    ASSERT_TRUE(assign(1, 7));
    const World whole = world_;
    const auto ends_alone = [&] {
        const auto writes = decide_expiry(world_, "command-7", now_);
        world_ = whole;
        return writes && writes->operations.size() == 1;
    };
    world_.commands.at("command-7").kind = "cancel";
    EXPECT_TRUE(ends_alone());
    world_.assignments.erase({7});
    EXPECT_TRUE(ends_alone());
    world_.assignments.at({7}).state = AssignmentState::delivered;
    EXPECT_TRUE(ends_alone()) << "its vehicle holds it";
    world_.units.erase({1});
    EXPECT_TRUE(ends_alone());
    world_.units.at({1}).assignment = {6};
    EXPECT_TRUE(ends_alone());
    world_.incidents.erase({1});
    EXPECT_TRUE(ends_alone());
    EXPECT_FALSE(ends_alone()) << "and whole it ends its task";
}

TEST_F(Refusals, OnlyAnAnswerToALiveOrderMovesAnything) {
    ASSERT_TRUE(assign(1, 7));
    EXPECT_EQ(hear("nonsense", Ack::stored), Code::not_found);
    EXPECT_EQ(hear("command-7", Ack::superseded), kDone);
    EXPECT_EQ(unit(1).state, UnitState::assigned);
    EXPECT_EQ(hear("command-7", Ack::stored), kDone);
    EXPECT_EQ(hear("command-7", Ack::stored), kDone) << "a repeat";
    EXPECT_EQ(world_.assignments.at({7}).state, AssignmentState::delivered);
    EXPECT_EQ(hear("command-7", Ack::accepted), kDone);
    EXPECT_EQ(hear("command-7", Ack::accepted), kDone) << "a repeat";
    EXPECT_EQ(unit(1).state, UnitState::acknowledged);
    world_.commands.at("command-7").kind = "cancel";
    EXPECT_EQ(hear("command-7", Ack::refused), kDone);
    EXPECT_EQ(unit(1).state, UnitState::acknowledged);
    world_.commands.at("command-7").kind = "dispatch";
    ASSERT_EQ(cancel(7), kDone);
    EXPECT_EQ(hear("command-7", Ack::accepted), kDone) << "too late";
    EXPECT_EQ(unit(1).state, UnitState::available);
}

TEST_F(Refusals, AnAnswerThatTheUnitHasLeftBehindMovesTheAssignmentAlone) {
    ASSERT_TRUE(assign(1, 7));
    world_.units.at({1}).assignment = {6};
    const auto accepted = decide_ack(world_, {"command-7", Ack::accepted, "", {tick()}, "amb"});
    ASSERT_TRUE(accepted);
    for (const Operation& operation : accepted->operations) {
        EXPECT_FALSE(std::holds_alternative<SetUnit>(operation));
    }
    const auto refused = decide_ack(world_, {"command-7", Ack::refused, "", {tick()}, "amb"});
    ASSERT_TRUE(refused);
    for (const Operation& operation : refused->operations) {
        EXPECT_FALSE(std::holds_alternative<SetAssignment>(operation));
    }
    world_.units.at({1}).assignment = {7};
}

TEST_F(Refusals, AReportOfNoUnitOrOfAnotherTaskIsRefused) {
    EXPECT_EQ(report(9, UnitState::available), Code::no_such_unit);
    ASSERT_TRUE(assign(1, 7));
    EXPECT_EQ(report(1, UnitState::en_route, 6), Code::task_changed);
    EXPECT_EQ(report(1, UnitState::out_of_service, 6), Code::task_changed) << "of a task that nobody knows";
    world_.assignments[{5}].unit = {2};
    EXPECT_EQ(report(1, UnitState::out_of_service, 5), Code::task_changed) << "another unit's, who drove the vehicle then";
    world_.assignments[{9}].unit = {1};
    EXPECT_EQ(report(1, UnitState::out_of_service, 9), Code::task_changed) << "of no task of the past";
    world_.assignments.erase({5});
    world_.assignments.erase({9});
    ASSERT_EQ(report(1, UnitState::at_scene, 7), kDone);
    ASSERT_EQ(report(1, UnitState::clearing, 7), kDone);
    EXPECT_EQ(report(1, UnitState::returning, 6), Code::task_changed);
    EXPECT_EQ(report(1, UnitState::returning, 7), kDone) << "its last stamps";
}

TEST_F(Refusals, ACrewThatIsOutOfServiceIsBelievedWhateverTaskItsScreenShows) {
    ASSERT_TRUE(assign(1, 7));
    for (const UnitState state : {UnitState::at_scene, UnitState::clearing, UnitState::returning}) {
        ASSERT_EQ(report(1, state, 7), kDone);
    }
    ASSERT_EQ(report(1, UnitState::available), kDone) << "confirmed by the dispatcher, of which the vehicle hears nothing";
    EXPECT_EQ(report(1, UnitState::out_of_service, 7), kDone);
    EXPECT_EQ(unit(1).state, UnitState::out_of_service);
    EXPECT_EQ(report(1, UnitState::available, 7), kDone) << "and back, still by its last task";
    EXPECT_EQ(unit(1).state, UnitState::available);
    call(2);
    ASSERT_TRUE(assign(1, 8, 2));
    EXPECT_EQ(report(1, UnitState::out_of_service, 7), kDone) << "the next order was not seen yet";
    EXPECT_EQ(unit(1).state, UnitState::out_of_service);
    EXPECT_EQ(incident(2).state, IncidentState::open) << "somebody else has to go";
}

TEST_F(Refusals, AUnitThatIsFreeAtTheHospitalNeedsNoWayHome) {
    ASSERT_TRUE(assign(1, 7));
    ASSERT_EQ(report(1, UnitState::at_scene), kDone);
    ASSERT_EQ(report(1, UnitState::clearing), kDone);
    ASSERT_EQ(report(1, UnitState::available), kDone);
    EXPECT_EQ(incident().stamp(StampEvent::at_station, {7})->not_applicable, "return not reported");
    world_.units.at({2}).stamp_assignment = {99};
    ASSERT_EQ(report(2, UnitState::out_of_service), kDone) << "of a task that has left the memory";
    EXPECT_FALSE(unit(2).stamp_assignment.is_set());
}

TEST_F(Refusals, ATimeThatADeviceCannotHaveIsTheServers) {
    EXPECT_EQ((When{100, 0, true}).event_us(), 100) << "no device";
    EXPECT_EQ((When{100, 90, false}).event_us(), 100) << "its clock was never set";
    EXPECT_EQ((When{100, 90, true}).event_us(), 90);
    EXPECT_EQ((When{kDeviceBehindMaxUs + 2, 1, true}).event_us(), kDeviceBehindMaxUs + 2) << "a day behind";
    EXPECT_EQ((When{100, 100 + kDeviceAheadMaxUs + 1, true}).event_us(), 100) << "ahead";
    EXPECT_EQ((When{100, 150, true}).event_us(), 100) << "a little ahead is now";
    EXPECT_EQ((When{100, 0, false, 80}).event_us(), 80) << "seen by a fence";
    EXPECT_EQ((When{100, 0, false, 120}).event_us(), 100);
}

TEST_F(Refusals, OrdersThatAnotherVehicleHoldsAreNotWithdrawn) {
    ASSERT_TRUE(assign(1, 7));
    ASSERT_TRUE(assign(2, 8, 1, AssignIntent::additional));
    CommandRow other = world_.commands.at("command-7");
    other.id = "destination-7";
    other.kind = "destination";
    world_.commands[other.id] = other;
    other.id = "sent-7";
    other.kind = "dispatch";
    other.state = "sent";
    world_.commands[other.id] = other;
    world_.commands.at("command-8").state = "stored";
    ASSERT_EQ(cancel(7), kDone);
    EXPECT_EQ(world_.commands.at("command-7").state, "superseded");
    EXPECT_EQ(world_.commands.at("sent-7").state, "superseded");
    EXPECT_EQ(world_.commands.at("destination-7").state, "queued");
    EXPECT_EQ(world_.commands.at("command-8").state, "stored");
    ASSERT_EQ(cancel(8), kDone);
    EXPECT_EQ(world_.commands.at("command-8").state, "stored") << "it is on the vehicle: the cancellation tells it";
}

TEST_F(Refusals, AnOverrideOfAThousandWordsIsRefused) {
    AssignRequest request;
    request.incident = {1};
    request.unit = {1};
    request.assignment = {7};
    request.override_reason = std::string(501, 'x');
    EXPECT_EQ(take(decide_assign(world_, request)), Code::text_too_long);
    request.incident = {9};
    EXPECT_EQ(take(decide_assign(world_, request)), Code::no_such_incident);
}

} // namespace
} // namespace ems::dispatch
