// What can become of a call beyond one unit and one order, through the real server, database, broker and ems-ctl.
#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>

#include "tests/dispatch/service/dispatchd_fixture.h"

namespace ems::dispatch {
namespace {

class LifeCycle : public DispatchdTest {
  protected:
    void SetUp() override {
        li_ = desk("dispatcher");
        ASSERT_TRUE(sees(*li_, [&] { return unit(1) != nullptr; }));
    }
    // Every unit free, every call ended: what one test leaves the next does not find.
    void TearDown() override {
        kill_server();
        without_rules(
            "update dispatch.unit_state set state = 1, assignment_id = null, incident_id = null, stamp_assignment_id = null, "
            "  contaminated = false, fuel_range_km = 0, fuel_at = null, told_lat_e7 = null, told_lon_e7 = null, told_at = null;"
            "update dispatch.assignment set state = 'cancelled', ended_at = now() where ended_at is null;"
            "update dispatch.incident set state = 'closed', ended_at = now() where ended_at is null;"
            "update dispatch.posting set state = 'done', ended_at = now() where ended_at is null;"
            "update dispatch.proposal set outcome = 'superseded', resolved_at = now() where outcome = 'open';"
            "update dispatch.outbox set state = 'superseded' where state in ('queued', 'sent');");
    }
    // What only a test may do: the triggers of the database stand aside.
    void without_rules(const std::string& sql) {
        std::string off;
        std::string on;
        for (const char* table : {"unit_state", "assignment", "incident", "posting", "proposal", "outbox"}) {
            off += std::string{"alter table dispatch."} + table + " disable trigger user;";
            on += std::string{"alter table dispatch."} + table + " enable trigger user;";
        }
        postgres_->execute(off + sql + on);
    }
    std::int64_t assign(std::int64_t incident, std::int64_t unit) {
        const auto assigned = ask(*li_, assign_frame(incident, unit));
        EXPECT_TRUE(assigned) << assigned.error().message();
        return assigned ? assigned->assign_ok().assignment_id() : 0;
    }
    // The vehicle's commands so far, each acknowledged as stored once it is there.
    std::vector<wire::CommandBody> orders(Vehicle& vehicle, const std::string& vid) {
        std::vector<wire::CommandBody> out;
        for (const wire::Command& command : vehicle.commands()) {
            wire::CommandBody body;
            EXPECT_TRUE(body.ParseFromString(command.payload()));
            const bool known = std::any_of(out.begin(), out.end(), [&](const auto& b) { return b.id() == body.id(); });
            if (!known) {
                wire::Event stored;
                stored.mutable_command_ack()->set_command_id(body.id());
                stored.mutable_command_ack()->set_result(wire::CommandAck::STORED);
                event(vid, stored, "stored-" + body.id());
                out.push_back(std::move(body));
            }
        }
        return out;
    }
    std::string incident_state(std::int64_t id) {
        return postgres_->value("select state from dispatch.incident where id = " + std::to_string(id));
    }

    std::unique_ptr<client::Client> li_;
};

TEST_F(LifeCycle, ADivertedCrewHearsOfTheEndBeforeItHearsOfTheOther) {
    Vehicle vehicle{*broker_, "amb-1"};
    const std::int64_t sprain = open_call(*li_, "divert-1", 3);
    const std::int64_t arrest = open_call(*li_, "divert-2", 1);
    const std::int64_t first = assign(sprain, 1);
    ASSERT_TRUE(test::eventually([&] { return orders(vehicle, "amb-1").size() == 1; }, 20s));
    std::string output;
    ASSERT_EQ(ctl({"divert", "U1", "#" + std::to_string(arrest), "--reason", "arrest"}, &output), 0) << output;
    EXPECT_EQ(incident_state(sprain), "open");
    EXPECT_EQ(incident_state(arrest), "assigned");
    EXPECT_TRUE(sees(*li_, [&] { return mirror_.incidents().at(sprain).state() == "open"; }));
    ASSERT_TRUE(test::eventually([&] { return orders(vehicle, "amb-1").size() == 3; }, 20s));
    const auto heard = orders(vehicle, "amb-1");
    EXPECT_EQ(heard[1].cancel().assignment_id(), first);
    EXPECT_EQ(heard[2].dispatch().incident_id(), arrest);
    EXPECT_EQ(postgres_->value("select end_reason || ' ' || end_note from dispatch.assignment where id = " +
                               std::to_string(first)),
              "diverted arrest");
}

TEST_F(LifeCycle, TheTimersOfACrewThatIsSilentSurviveARestartAndTheNextUnitIsProposed) {
    Vehicle vehicle{*broker_, "amb-1"};
    const std::int64_t incident = open_call(*li_, "silent", 1);
    const std::int64_t assignment = assign(incident, 1);
    ASSERT_TRUE(test::eventually([&] { return orders(vehicle, "amb-1").size() == 1; }, 20s));
    ASSERT_TRUE(sees(*li_, [&] { return mirror_.assignments().at(assignment).state() == "delivered"; }));
    kill_server();
    // As if the server had been away for the half minute.
    without_rules("update dispatch.assignment set created_at = created_at - interval '31 seconds' where id = " +
                  std::to_string(assignment) + ";");
    start();
    ASSERT_TRUE(sees(*li_, [&] {
        const api::Assignment& row = mirror_.assignments().at(assignment);
        return row.alarm() == "crew_silent" && row.next_unit_id() != 0;
    }));
    const api::Assignment row = mirror_.assignments().at(assignment);
    EXPECT_NE(row.next_unit_id(), 1);
    EXPECT_GT(row.next_total_s(), 0U);
    EXPECT_EQ(postgres_->value("select computed_for from dispatch.recommendation where id = " +
                               std::to_string(row.next_recommendation_id())),
              "system");
    api::ClientFrame swap;
    swap.mutable_swap_unit()->set_assignment_id(assignment);
    swap.mutable_swap_unit()->set_unit_id(row.next_unit_id());
    swap.mutable_swap_unit()->set_recommendation_id(row.next_recommendation_id());
    swap.mutable_swap_unit()->set_reason("crew is silent");
    const auto swapped = ask(*li_, swap);
    ASSERT_TRUE(swapped) << swapped.error().message();
    EXPECT_EQ(incident_state(incident), "assigned");
    EXPECT_TRUE(sees(*li_, [&] { return unit_is(1, wire::UNIT_AVAILABLE); }));
}

TEST_F(LifeCycle, TheListForASilentCrewNamesItAndIsStoredAndToldToEveryDesk) {
    Vehicle vehicle{*broker_, "amb-1"};
    const std::int64_t incident = open_call(*li_, "silent-list", 1);
    const std::int64_t assignment = assign(incident, 1);
    ASSERT_TRUE(test::eventually([&] { return orders(vehicle, "amb-1").size() == 1; }, 20s));
    without_rules("update dispatch.assignment set created_at = created_at - interval '31 seconds' where id = " +
                  std::to_string(assignment) + ";");
    kill_server();
    start();
    const auto wang = desk("dispatcher");
    ASSERT_TRUE(sees(*wang, [&] {
        return mirror_.assignments().contains(assignment) &&
               mirror_.assignments().at(assignment).next_recommendation_id() != 0;
    })) << "also to one that came after";
    const std::int64_t list = mirror_.assignments().at(assignment).next_recommendation_id();
    api::ClientFrame explain;
    explain.mutable_get_explanation()->set_incident_id(incident);
    const auto told = ask(*wang, explain);
    ASSERT_TRUE(told) << told.error().message();
    std::int64_t instead_of = 0;
    for (const api::ExplainedList& shown : told->explanation().lists()) {
        instead_of = shown.shown().id() == list ? shown.shown().instead_of_assignment_id() : instead_of;
    }
    EXPECT_EQ(instead_of, assignment) << "as it is stored";
    api::ClientFrame recommend;
    recommend.mutable_recommend()->set_incident_id(incident);
    const auto asked = ask(*wang, recommend);
    ASSERT_TRUE(asked) << asked.error().message();
    EXPECT_EQ(asked->recommendation().instead_of_assignment_id(), assignment) << "a list that is asked for says so too";
}

TEST_F(LifeCycle, AProposedUnitThatIsTakenMeanwhileIsReplacedByAnother) {
    Vehicle vehicle{*broker_, "amb-1"};
    const std::int64_t assignment = assign(open_call(*li_, "silent-taken", 1), 1);
    ASSERT_TRUE(test::eventually([&] { return orders(vehicle, "amb-1").size() == 1; }, 20s));
    without_rules("update dispatch.assignment set created_at = created_at - interval '31 seconds' where id = " +
                  std::to_string(assignment) + ";");
    kill_server();
    start();
    ASSERT_TRUE(sees(*li_, [&] { return mirror_.assignments().at(assignment).next_unit_id() != 0; }));
    const std::int64_t first = mirror_.assignments().at(assignment).next_unit_id();
    assign(open_call(*li_, "takes-it", 1), first);
    EXPECT_TRUE(sees(*li_, [&] {
        const std::int64_t now = mirror_.assignments().at(assignment).next_unit_id();
        return now != first && now != 0;
    }));
}

TEST_F(LifeCycle, ACrewWhoseBreakdownADispatcherEntersIsToldThatItsTaskHasEnded) {
    Vehicle vehicle{*broker_, "amb-1"};
    const std::int64_t incident = open_call(*li_, "typed-wrong", 1);
    const std::int64_t assignment = assign(incident, 1);
    ASSERT_TRUE(test::eventually([&] { return orders(vehicle, "amb-1").size() == 1; }, 20s));
    std::string output;
    ASSERT_EQ(ctl({"breakdown", "U1", "--reason", "typed wrong"}, &output), 0) << output;
    ASSERT_TRUE(test::eventually([&] { return orders(vehicle, "amb-1").size() == 2; }, 20s));
    const auto heard = orders(vehicle, "amb-1");
    EXPECT_EQ(heard[1].cancel().assignment_id(), assignment);
    EXPECT_EQ(heard[1].cancel().reason(), "typed wrong");
}

TEST_F(LifeCycle, AnIncidentThatLostItsUnitIsToldUntilAnotherIsSent) {
    const std::int64_t incident = open_call(*li_, "lost");
    const std::int64_t assignment = assign(incident, 1);
    ASSERT_TRUE(sees(*li_, [&] { return mirror_.incidents().at(incident).state() == "assigned"; }));
    EXPECT_EQ(mirror_.incidents().at(incident).alarm(), "");
    api::ClientFrame refuse;
    refuse.mutable_refuse_assignment()->set_assignment_id(assignment);
    refuse.mutable_refuse_assignment()->set_reason("no crew");
    ASSERT_TRUE(ask(*li_, refuse));
    ASSERT_TRUE(sees(*li_, [&] {
        const api::Incident& row = mirror_.incidents().at(incident);
        return row.alarm() == "short_of_units" && row.units_short() == 1;
    }));
    kill_server();
    start();
    const auto wang = desk("dispatcher");
    ASSERT_TRUE(sees(*wang, [&] {
        return mirror_.incidents().contains(incident) && mirror_.incidents().at(incident).alarm() == "short_of_units";
    })) << "also after a restart, to one who came later";
    ASSERT_TRUE(ask(*wang, assign_frame(incident, 2)));
    EXPECT_TRUE(sees(*wang, [&] {
        const api::Incident& row = mirror_.incidents().at(incident);
        return row.alarm().empty() && row.units_short() == 0;
    }));
}

TEST_F(LifeCycle, APostingThatIsNotOnItsVehicleIsToldUntilItIs) {
    api::ClientFrame post;
    post.mutable_order_posting()->set_unit_id(1);
    post.mutable_order_posting()->set_kind("relocation");
    post.mutable_order_posting()->set_station_id(2);
    const auto posted = ask(*li_, post);
    ASSERT_TRUE(posted) << posted.error().message();
    const std::int64_t id = posted->posting_ok().posting_id();
    ASSERT_TRUE(sees(*li_, [&] {
        return mirror_.postings().contains(id) && mirror_.postings().at(id).alarm() == "crew_not_reached";
    }));
    acknowledge(posted->posting_ok().command_id(), wire::CommandAck::STORED);
    EXPECT_TRUE(sees(*li_, [&] {
        return mirror_.postings().at(id).state() == "delivered" && mirror_.postings().at(id).alarm().empty();
    }));
}

TEST_F(LifeCycle, TheFuelGaugeOfAVehicleBecomesTheRangeThatTheRankingKnows) {
    postgres_->execute("update registry.vehicle set full_range_km = 400 where vid = 'amb-1'");
    kill_server();
    start();
    wire::Event body;
    body.mutable_inputs()->set_fuel_pct(10);
    event("amb-1", body, "fuel-1");
    EXPECT_TRUE(test::eventually(
        [&] {
            return postgres_->value("select fuel_range_km || ' ' || source from dispatch.unit_state where unit_id = 1") ==
                   "40 device";
        },
        20s));
    EXPECT_EQ(postgres_->value("select fuel_at > clock_timestamp() - interval '1 minute' from dispatch.unit_state where unit_id = 1"), "t");
    EXPECT_EQ(postgres_->value("select actor from dispatch.audit where action = 'unit_facts' order by n desc limit 1"), "amb-1");
}

TEST_F(LifeCycle, AVehiclesFenceProposesAndTheDispatcherConfirmsWhenItWas) {
    const std::int64_t incident = open_call(*li_, "fence");
    const std::int64_t assignment = assign(incident, 1);
    wire::Event body;
    body.set_source(wire::SOURCE_GEOFENCE);
    body.set_assignment_id(assignment);
    body.mutable_proposal()->set_state(wire::UNIT_AT_SCENE);
    event("amb-1", body, "fence-1");
    ASSERT_TRUE(sees(*li_, [&] { return mirror_.proposals().size() == 1; }));
    EXPECT_TRUE(unit_is(1, wire::UNIT_ASSIGNED));
    const std::string stamped = "select count(*) from dispatch.stamp where event = 'at_scene' and at is not null and assignment_id = " +
                                std::to_string(assignment);
    EXPECT_EQ(postgres_->value(stamped), "0");
    std::string output;
    ASSERT_EQ(ctl({"proposal", std::to_string(mirror_.proposals().begin()->first), "confirm"}, &output), 0) << output;
    EXPECT_EQ(postgres_->value("select s.source || ' ' || s.actor || ' ' || (s.at = p.at) from dispatch.stamp s join dispatch.proposal p "
                               "using (assignment_id) where s.event = 'at_scene' and assignment_id = " + std::to_string(assignment)),
              "geofence dispatcher true");
    EXPECT_TRUE(sees(*li_, [&] { return mirror_.proposals().empty() && unit_is(1, wire::UNIT_AT_SCENE); }));
}

TEST_F(LifeCycle, AUnitThatStandsAtTheSceneIsProposedToHaveArrived) {
    const std::int64_t incident = open_call(*li_, "stands");
    const std::int64_t assignment = assign(incident, 2);
    Vehicle vehicle{*broker_, "amb-2"};
    wire::Position position;
    position.set_lat_e7(351'100'100);
    position.set_lon_e7(1'109'100'100);
    position.set_fix_mode(3);
    wire::Envelope envelope;
    envelope.set_spool(7);
    envelope.set_body(position.SerializeAsString());
    EXPECT_TRUE(test::eventually(
        [&] {
            envelope.set_seq(envelope.seq() + 1);
            envelope.set_t_us(std::chrono::duration_cast<std::chrono::microseconds>(
                                  std::chrono::system_clock::now().time_since_epoch())
                                  .count());
            vehicle.publish("gps", envelope.SerializeAsString());
            return postgres_->value("select count(*) from dispatch.proposal where outcome = 'open' and state = 5 and assignment_id = " +
                                    std::to_string(assignment)) == "1";
        },
        60s));
    EXPECT_TRUE(unit_is(2, wire::UNIT_ASSIGNED)) << "nobody has said so";
}

TEST_F(LifeCycle, WhatWasShownAndChosenIsToldAgainAlsoAfterARestart) {
    const std::int64_t incident = open_call(*li_, "explained", 2);
    api::ClientFrame recommend;
    recommend.mutable_recommend()->set_incident_id(incident);
    const auto list = ask(*li_, recommend);
    ASSERT_TRUE(list);
    ASSERT_GE(list->recommendation().candidates_size(), 2);
    const std::int64_t second = list->recommendation().candidates(1).unit_id();
    kill_server();
    start();
    api::ClientFrame frame = assign_frame(incident, second);
    frame.mutable_assign()->set_recommendation_id(list->recommendation().id());
    frame.mutable_assign()->clear_override_reason();
    EXPECT_EQ(ask(*li_, frame).error().code, Code::not_first_in_list) << "the list of the server before still counts";
    frame.mutable_assign()->set_override_reason("knows the farm");
    ASSERT_TRUE(ask(*li_, frame));
    std::string told;
    ASSERT_EQ(ctl({"--json", "explain", std::to_string(incident)}, &told), 0) << told;
    EXPECT_NE(told.find("\"override_reason\":\"knows the farm\""), std::string::npos) << told;
    EXPECT_NE(told.find("\"rank\":2,\"override_reason\""), std::string::npos) << told;
    std::string lines;
    ASSERT_EQ(ctl({"explain", std::to_string(incident)}, &lines), 0);
    EXPECT_NE(lines.find("because: knows the farm"), std::string::npos) << lines;
    kill_server();
    start();
    std::string again;
    ASSERT_TRUE(test::eventually([&] { return ctl({"--json", "explain", std::to_string(incident)}, &again) == 0; }, 20s)) << again;
    EXPECT_EQ(again, told);
    EXPECT_EQ(ctl({"explain", "987654"}, &again), 1);
}

TEST_F(LifeCycle, AChoiceWithoutAListStoresTheListItWasHeldAgainst) {
    const std::int64_t incident = open_call(*li_, "no-list");
    const std::int64_t assignment = assign(incident, 1);
    EXPECT_EQ(postgres_->value("select count(*) from dispatch.assignment a join dispatch.recommendation r on r.id = "
                               "a.recommendation_id and r.incident_id = a.incident_id where a.id = " + std::to_string(assignment)),
              "1");
}

TEST_F(LifeCycle, ATransferWaitsForItsTimeBehindTheEmergencies) {
    const std::time_t tomorrow = std::time(nullptr) + 86'400;
    std::tm parts{};
    gmtime_r(&tomorrow, &parts);
    char planned[32];
    std::strftime(planned, sizeof planned, "%Y-%m-%dT%H:%M:%SZ", &parts);
    std::string output;
    ASSERT_EQ(ctl({"--json", "call", "new", "--complaint", "dialysis", "--address", "ward 3", "--lat", "35.11", "--lon",
                   "110.91", "--level", "4", "--planned", planned, "--to", "H"},
                  &output),
              0)
        << output;
    const std::int64_t emergency = open_call(*li_, "before-the-transfer", 3);
    std::string queue;
    ASSERT_EQ(ctl({"queue"}, &queue), 0);
    const auto first = queue.find("emergency");
    const auto last = queue.find("transfer_planned");
    ASSERT_NE(first, std::string::npos) << queue;
    ASSERT_NE(last, std::string::npos) << queue;
    EXPECT_LT(first, last);
    EXPECT_NE(queue.find("#" + std::to_string(emergency)), std::string::npos) << queue;
    EXPECT_EQ(postgres_->value("select kind || ' ' || destination_id from dispatch.incident order by id desc offset 1 limit 1"),
              "transfer 1");
}

TEST_F(LifeCycle, APostedUnitIsToldWhereAndACallEndsIt) {
    Vehicle vehicle{*broker_, "amb-2"};
    std::string output;
    ASSERT_EQ(ctl({"post", "U2", "relocation", "S1", "--reason", "cover"}, &output), 0) << output;
    ASSERT_TRUE(test::eventually([&] { return orders(vehicle, "amb-2").size() == 1; }, 20s));
    EXPECT_EQ(orders(vehicle, "amb-2")[0].text().text(), "【调站】前往S1");
    ASSERT_TRUE(sees(*li_, [&] {
        return mirror_.postings().size() == 1 && mirror_.postings().begin()->second.state() == "delivered";
    }));
    EXPECT_TRUE(unit_is(2, wire::UNIT_AVAILABLE));
    assign(open_call(*li_, "posted"), 2);
    EXPECT_TRUE(sees(*li_, [&] { return mirror_.postings().empty(); }));
}

TEST_F(LifeCycle, ACrewRefusesAPostingAlsoOfTheServerThatLedBefore) {
    Vehicle vehicle{*broker_, "amb-2"};
    std::string output;
    ASSERT_EQ(ctl({"post", "U2", "relocation", "S1", "--reason", "cover"}, &output), 0) << output;
    ASSERT_TRUE(test::eventually([&] { return orders(vehicle, "amb-2").size() == 1; }, 20s));
    ASSERT_TRUE(sees(*li_, [&] {
        return mirror_.postings().size() == 1 && mirror_.postings().begin()->second.state() == "delivered";
    }));
    kill_server();
    start();
    wire::Event refusal;
    refusal.mutable_command_ack()->set_command_id(orders(vehicle, "amb-2")[0].id());
    refusal.mutable_command_ack()->set_result(wire::CommandAck::REFUSED);
    event("amb-2", refusal, "refused-posting");
    EXPECT_TRUE(sees(*li_, [&] { return mirror_.postings().empty(); }));
    EXPECT_EQ(postgres_->value("select state from dispatch.posting order by id desc limit 1"), "refused");
}

TEST_F(LifeCycle, ABreakdownReopensTheCallAndARefusalByVoiceKeepsItsReason) {
    const std::int64_t incident = open_call(*li_, "breakdown");
    assign(incident, 3);
    std::string output;
    ASSERT_EQ(ctl({"refuse", "V3", "--reason", "no doctor"}, &output), 0) << output;
    EXPECT_EQ(incident_state(incident), "open");
    EXPECT_EQ(postgres_->value("select end_note from dispatch.assignment order by id desc limit 1"), "no doctor");
    assign(incident, 3);
    ASSERT_EQ(ctl({"breakdown", "V3", "--reason", "engine"}, &output), 0) << output;
    EXPECT_EQ(incident_state(incident), "open");
    EXPECT_TRUE(sees(*li_, [&] { return unit_is(3, wire::UNIT_OUT_OF_SERVICE); }));
    EXPECT_EQ(mirror_.units_short(mirror_.incidents().at(incident)), 1U);
}

TEST_F(LifeCycle, ACorrectionStandsBesideTheOriginal) {
    const std::int64_t incident = open_call(*li_, "corrected");
    const std::int64_t assignment = assign(incident, 3);
    const std::string at = postgres_->value(
        "select to_char(at at time zone 'UTC' + interval '1 second', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') from dispatch.stamp "
        "where event = 'unit_assigned' and assignment_id = " + std::to_string(assignment));
    std::string output;
    ASSERT_TRUE(test::eventually(
        [&] {
            return ctl({"correct", "#" + std::to_string(incident), "unit_assigned", at, "--assignment",
                        std::to_string(assignment), "--reason", "heard later"},
                       &output) == 0;
        },
        20s))
        << output;
    EXPECT_EQ(postgres_->value("select count(*) || ' ' || count(corrects) from dispatch.stamp where event = 'unit_assigned' "
                               "and assignment_id = " + std::to_string(assignment)),
              "2 1");
    api::ClientFrame timeline;
    timeline.mutable_get_timeline()->set_incident_id(incident);
    const auto told = ask(*li_, timeline);
    ASSERT_TRUE(told);
    int shown = 0;
    for (const api::Stamp& stamp : told->timeline().stamps()) {
        shown += stamp.event() == "unit_assigned" ? 1 : 0;
    }
    EXPECT_EQ(shown, 1) << "the right one alone";
}

TEST_F(LifeCycle, ACaseThatIsNoLongerInMemoryIsReadAndCorrected) {
    const std::int64_t incident = open_call(*li_, "old");
    const std::int64_t assignment = assign(incident, 1);
    api::ClientFrame cancel;
    cancel.mutable_cancel_assignment()->set_assignment_id(assignment);
    cancel.mutable_cancel_assignment()->set_reason("hoax");
    ASSERT_TRUE(ask(*li_, cancel));
    api::ClientFrame close;
    close.mutable_close_incident()->set_incident_id(incident);
    close.mutable_close_incident()->set_outcome("hoax");
    EXPECT_EQ(ask(*li_, close).error().code, Code::version_stale) << "nobody served it, and which version was seen is not said";
    close.mutable_close_incident()->set_version(
        std::stoull(postgres_->value("select version from dispatch.incident where id = " + std::to_string(incident))));
    ASSERT_TRUE(ask(*li_, close));
    const std::string id = std::to_string(incident);
    without_rules("update dispatch.incident set created_at = created_at - interval '3 days', ended_at = ended_at - interval '2 days' "
                  "where id = " + id + ";"
                  "update dispatch.stamp set at = at - interval '2 days', received_at = received_at - interval '2 days' "
                  "where incident_id = " + id + ";"
                  "update dispatch.outbox set state = 'superseded' where state in ('queued', 'sent');");
    kill_server();
    start();
    api::ClientFrame timeline;
    timeline.mutable_get_timeline()->set_incident_id(incident);
    auto told = ask(*li_, timeline);
    ASSERT_TRUE(told) << told.error().message();
    EXPECT_GT(told->timeline().stamps_size(), 3);
    EXPECT_GT(told->timeline().audit_size(), 2);
    api::ClientFrame correct;
    correct.mutable_correct_stamp()->set_incident_id(incident);
    correct.mutable_correct_stamp()->set_assignment_id(assignment);
    correct.mutable_correct_stamp()->set_event("cancelled");
    correct.mutable_correct_stamp()->set_reason("by the recording");
    for (const api::Stamp& stamp : told->timeline().stamps()) {
        if (stamp.event() == "cancelled" && stamp.at_us() > 0) {
            correct.mutable_correct_stamp()->set_at_us(stamp.at_us() + 1'000'000);
        }
    }
    const auto corrected = ask(*li_, correct);
    ASSERT_TRUE(corrected) << corrected.error().message();
    EXPECT_EQ(postgres_->value("select count(*) from dispatch.stamp where corrects is not null and incident_id = " + id), "1");
    correct.mutable_correct_stamp()->set_incident_id(987'654);
    EXPECT_EQ(ask(*li_, correct).error().code, Code::no_such_incident);
    // Both fit what is stored, and not each other: the second is held against the first.
    const std::int64_t cancelled_us = std::stoll(postgres_->value(
        "select max(dispatch.us(at)) from dispatch.stamp where event = 'cancelled' and assignment_id is not null and incident_id = " + id));
    auto other = desk("dispatcher");
    ASSERT_TRUE(ask(*other, timeline));
    const auto to = [&](client::Client& from, const char* event, std::int64_t at_us) {
        api::ClientFrame frame;
        frame.mutable_correct_stamp()->set_incident_id(incident);
        frame.mutable_correct_stamp()->set_assignment_id(assignment);
        frame.mutable_correct_stamp()->set_event(event);
        frame.mutable_correct_stamp()->set_reason("both at once");
        frame.mutable_correct_stamp()->set_at_us(at_us);
        return std::pair{&from, from.send(frame, 20s)};
    };
    std::vector<std::pair<client::Client*, client::RequestId>> asked{to(*li_, "unit_assigned", cancelled_us - 1),
                                                                     to(*other, "cancelled", cancelled_us - 1'000)};
    std::vector<Code> refused;
    std::size_t answered = 0;
    ASSERT_TRUE(test::eventually(
        [&] {
            for (const auto& [from, request] : asked) {
                for (client::Event& event : from->drain()) {
                    auto* reply = std::get_if<client::ReplyArrived>(&event);
                    const bool ours = reply != nullptr && reply->request == request;
                    answered += ours ? 1U : 0U;
                    if (ours && !reply->frame) {
                        refused.push_back(reply->frame.error().code);
                    }
                }
            }
            return answered == 2;
        },
        20s));
    EXPECT_EQ(refused, std::vector<Code>{Code::stamp_order});
}

TEST_F(LifeCycle, ACallIsChangedFromTheCommandLine) {
    const std::int64_t incident = open_call(*li_, "update");
    std::string output;
    ASSERT_EQ(ctl({"update", "#" + std::to_string(incident), "--level", "1", "--complaint", "not breathing", "--units", "2", "--needs",
                   "ventilator"},
                  &output), 0) << output;
    ASSERT_EQ(ctl({"update", "#" + std::to_string(incident), "--infectious"}, &output), 0) << output;
    EXPECT_EQ(postgres_->value("select level || complaint || units_wanted || need_capabilities || need_isolation from dispatch.incident "
                               "where id = " + std::to_string(incident)),
              "1not breathing2ventilatorinfectious");
    EXPECT_NE(ctl({"update", "#" + std::to_string(incident)}, &output), 0) << "nothing to change";
    EXPECT_NE(ctl({"update", "#" + std::to_string(incident), "--lat", "35.1"}, &output), 0) << "half a place";
}

TEST_F(LifeCycle, WhatACallNeedsIsNamedWhenNobodyBringsIt) {
    api::ClientFrame frame = call_frame("needs");
    frame.mutable_new_call()->mutable_need()->set_isolation("infectious");
    frame.mutable_new_call()->mutable_need()->set_capabilities("ventilator");
    const auto opened = ask(*li_, frame);
    ASSERT_TRUE(opened) << opened.error().message();
    const api::Recommendation& list = opened->new_call_ok().recommendation();
    EXPECT_EQ((std::vector<std::string>{list.shortfalls().begin(), list.shortfalls().end()}),
              (std::vector<std::string>{"no_class_C", "no_ventilator"}));
    std::string output;
    ASSERT_EQ(ctl({"facts", "V3", "--crew-hours", "2", "--fuel-km", "1", "--contaminated"}, &output), 0) << output;
    ASSERT_TRUE(sees(*li_, [&] { return unit(3)->contaminated(); }));
    api::ClientFrame again;
    again.mutable_recommend()->set_incident_id(opened->new_call_ok().incident_id());
    const auto advised = ask(*li_, again);
    ASSERT_TRUE(advised);
    std::string excluded;
    for (const api::Candidate& candidate : advised->recommendation().candidates()) {
        excluded = candidate.unit_id() == 3 ? candidate.excluded() : excluded;
    }
    EXPECT_EQ(excluded, "fuel_out");
    ASSERT_EQ(ctl({"facts", "V3", "--fuel-km", "300", "--clean"}, &output), 0) << output;
}

TEST_F(LifeCycle, ASecondCallOfTheSameTelephoneIsSuggestedAndMergedAndTheCrewHearsWhatItAdds) {
    Vehicle vehicle{*broker_, "amb-1"};
    const std::int64_t first = open_call(*li_, "merge-1", 3);
    assign(first, 1);
    ASSERT_TRUE(test::eventually([&] { return orders(vehicle, "amb-1").size() == 1; }, 20s));
    api::ClientFrame frame = call_frame("merge-2");
    frame.mutable_new_call()->set_level(1);
    frame.mutable_new_call()->set_complaint("not breathing");
    frame.mutable_new_call()->mutable_place()->set_lat_e7(351'900'000);   // another place: the telephone tells
    const auto opened = ask(*li_, frame);
    ASSERT_TRUE(opened) << opened.error().message();
    const std::int64_t second = opened->new_call_ok().incident_id();
    EXPECT_EQ(opened->new_call_ok().same_as_incident_id(), first);
    ASSERT_TRUE(sees(*li_, [&] { return mirror_.incidents().contains(second); }));
    EXPECT_EQ(mirror_.incidents().at(second).same_as_incident_id(), first);
    kill_server();
    start();   // what was suggested is stored
    ASSERT_TRUE(sees(*li_, [&] { return mirror_.incidents().contains(second); }));
    EXPECT_EQ(mirror_.incidents().at(second).same_as_incident_id(), first);
    std::string output;
    ASSERT_EQ(ctl({"merge", "#" + std::to_string(second)}, &output), 0) << output;
    ASSERT_TRUE(sees(*li_, [&] { return mirror_.incidents().at(second).state() == "cancelled"; }));
    EXPECT_EQ(mirror_.incidents().at(second).merged_into_incident_id(), first);
    EXPECT_EQ(mirror_.incidents().at(first).level(), 1U);
    EXPECT_EQ(postgres_->value("select count(*) from dispatch.call where incident_id = " + std::to_string(second)), "1")
        << "nothing of it is lost";
    ASSERT_TRUE(test::eventually([&] { return orders(vehicle, "amb-1").size() == 2; }, 20s)) << "the crew hears of it";
    api::ClientFrame reveal;
    reveal.mutable_reveal_identity()->set_incident_id(second);
    reveal.mutable_reveal_identity()->set_reason("call back");
    const auto identity = ask(*li_, reveal);
    ASSERT_TRUE(identity) << identity.error().message();
    EXPECT_EQ(identity->identity().caller_phone(), "13912343462");
    api::ClientFrame silent = call_frame("merge-3");
    silent.mutable_new_call()->clear_caller_phone();
    silent.mutable_new_call()->mutable_place()->set_lat_e7(352'000'000);
    const auto nobody = ask(*li_, silent);
    ASSERT_TRUE(nobody);
    EXPECT_EQ(nobody->new_call_ok().same_as_incident_id(), 0);
}

TEST_F(LifeCycle, AUnitKnownOnlyByVoiceIsRankedFromWhereItsDispatcherSaysItIsAlsoAfterATakeover) {
    std::string output;
    const auto third = [&](const std::string& key) {
        const auto opened = ask(*li_, call_frame(key));
        EXPECT_TRUE(opened) << opened.error().message();
        for (const api::Candidate& candidate : opened->new_call_ok().recommendation().candidates()) {
            if (candidate.unit_id() == 3) {
                return candidate;
            }
        }
        return api::Candidate{};
    };
    const auto says = [](const api::Candidate& candidate, const char* reason) {
        return std::find(candidate.reasons().begin(), candidate.reasons().end(), reason) != candidate.reasons().end();
    };
    EXPECT_TRUE(says(third("voice-1"), "at_station_no_fix"));
    ASSERT_EQ(ctl({"place", "V3", "--lat", "35.1101", "--lon", "110.9101"}, &output), 0) << output;
    ASSERT_TRUE(sees(*li_, [&] { return unit(3)->told_us() != 0; }));
    EXPECT_EQ(unit(3)->told_place().lat_e7(), 351'101'000);
    kill_server();
    start();
    ASSERT_TRUE(sees(*li_, [&] { return unit(3) != nullptr; }));
    const api::Candidate near = third("voice-2");
    EXPECT_TRUE(says(near, "told_by_voice"));
    EXPECT_LT(near.straight_m(), 100U);
    EXPECT_NE(ctl({"place", "V3", "--lat", "45.1", "--lon", "110.9"}, &output), 0) << "another province";
    // Sent and brought to the hospital by voice: free there, it counts from there.
    assign(open_call(*li_, "voice-3"), 3);
    for (const char* state : {"at_scene", "transporting", "handover", "clearing"}) {
        ASSERT_EQ(ctl({"state", "V3", state}, &output), 0) << output;
    }
    ASSERT_TRUE(sees(*li_, [&] { return unit_is(3, wire::UNIT_CLEARING); }));
    EXPECT_EQ(unit(3)->told_place().lat_e7(), 350'300'000);
    const api::Candidate freed = third("voice-4");
    EXPECT_GT(freed.rank(), 0U);
    EXPECT_GT(freed.straight_m(), 10'000U);
}

TEST_F(LifeCycle, ABusyUnitIsListedWithWhenItCouldBeThere) {
    assign(open_call(*li_, "busy-1"), 1);
    api::ClientFrame press_on;
    for (const wire::UnitState state : {wire::UNIT_AT_SCENE, wire::UNIT_TRANSPORTING, wire::UNIT_HANDOVER}) {
        press_on.mutable_enter_unit_state()->set_unit_id(1);
        press_on.mutable_enter_unit_state()->set_state(state);
        ASSERT_TRUE(ask(*li_, press_on));
    }
    const auto opened = ask(*li_, call_frame("busy-2"));
    ASSERT_TRUE(opened);
    for (const api::Candidate& candidate : opened->new_call_ok().recommendation().candidates()) {
        if (candidate.unit_id() == 1) {
            EXPECT_EQ(candidate.excluded(), "busy");
            EXPECT_GT(candidate.free_in_s(), 0U);
            EXPECT_GE(candidate.free_late_s(), candidate.free_in_s());
            EXPECT_EQ(candidate.total_s(), candidate.free_in_s() + candidate.drive_s());
        }
    }
}

} // namespace
} // namespace ems::dispatch
