// One emergency through the real ems-dispatchd, PostgreSQL and broker, seen by the client library. The test plays the
// vehicle at the broker and ems-telemetryd at the inbox.
#include <gtest/gtest.h>

#include <set>

#include <libpq-fe.h>

#include "telemetry/seal/random.h"
#include "telemetry/seal/signature.h"
#include "telemetry/wire/topics.h"
#include "tests/dispatch/service/dispatchd_fixture.h"

namespace ems::dispatch {
namespace {

TEST_F(DispatchdTest, OneEmergencyGoesFromCallToHandoverThroughAKillInTheMiddle) {
    auto li = desk("dispatcher");
    ASSERT_TRUE(sees(*li, [&] { return mirror_.units().size() >= 3; }));
    Vehicle vehicle{*broker_, "amb-1"};
    wire::Birth birth;
    birth.set_birth_counter(1);
    ASSERT_TRUE(sees(*li, [&] {
        vehicle.publish("birth", birth.SerializeAsString());
        return unit(1) != nullptr && unit(1)->link() == "up";
    }));

    api::ClientFrame call;
    api::NewCall& in = *call.mutable_new_call();
    in.set_caller_phone("13912343462");
    in.set_patient_name("张三");
    in.set_complaint("胸痛");
    in.set_level(1);
    in.set_sex("m");
    in.set_age_months(8);
    in.mutable_place()->set_lat_e7(351'100'000);
    in.mutable_place()->set_lon_e7(1'109'100'000);
    call.set_idempotency_key("call-1");
    const auto opened = ask(*li, call);
    ASSERT_TRUE(opened) << opened.error().message();
    const std::int64_t incident = opened->new_call_ok().incident_id();
    const auto again = ask(*li, call);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->new_call_ok().incident_id(), incident) << "a repeat opens nothing";
    const api::Recommendation& list = opened->new_call_ok().recommendation();
    ASSERT_GE(list.candidates_size(), 3);
    EXPECT_EQ(list.candidates(0).unit_id(), 1);
    EXPECT_EQ(list.degraded(), "no_road_graph");

    api::ClientFrame assign;
    assign.mutable_assign()->set_incident_id(incident);
    assign.mutable_assign()->set_unit_id(2);
    assign.mutable_assign()->set_recommendation_id(list.id());
    EXPECT_EQ(ask(*li, assign).error().code, Code::not_first_in_list) << "not the first, and no reason";
    assign.mutable_assign()->set_unit_id(1);
    const auto assigned = ask(*li, assign);
    ASSERT_TRUE(assigned) << assigned.error().message();
    const std::int64_t assignment = assigned->assign_ok().assignment_id();
    EXPECT_EQ(ask(*li, assign).error().code, Code::unit_already_assigned);

    ASSERT_TRUE(test::eventually([&] { return !vehicle.commands().empty(); }, 10s));
    const wire::Command order = vehicle.commands().front();
    const auto key = seal::VerifyKey::load(broker_->pki_dir() + "/command.pub");
    ASSERT_TRUE(key);
    EXPECT_TRUE(key->verify(order.payload(), order.signature()));
    wire::CommandBody body;
    ASSERT_TRUE(body.ParseFromString(order.payload()));
    EXPECT_EQ(body.dispatch().assignment_id(), assignment);
    EXPECT_EQ(body.dispatch().age_months(), 8U) << "of an infant, through the store to the crew";
    EXPECT_EQ(body.dispatch().age_years(), 0U);
    EXPECT_EQ(body.dispatch().destination().name(), "H");
    EXPECT_GT(body.term(), 0U);
    // Nobody answers: it comes again, and the desk hears that the crew is not reached.
    EXPECT_TRUE(test::eventually([&] { return vehicle.commands().size() >= 3; }, 10s));
    EXPECT_TRUE(sees(*li, [&] {
        const auto row = mirror_.assignments().find(assignment);
        return row != mirror_.assignments().end() && row->second.alarm() == "crew_not_reached";
    }));
    acknowledge(body.id(), wire::CommandAck::STORED);
    acknowledge(body.id(), wire::CommandAck::ACCEPTED);
    ASSERT_TRUE(sees(*li, [&] { return unit_is(1, wire::UNIT_ACKNOWLEDGED); }));
    press(wire::UNIT_EN_ROUTE, assignment);
    ASSERT_TRUE(sees(*li, [&] { return unit_is(1, wire::UNIT_EN_ROUTE); }));

    server_->signal(SIGKILL);
    server_->wait_exit(5s);
    press(wire::UNIT_AT_SCENE, assignment);
    press(wire::UNIT_AT_PATIENT, assignment);
    start();
    ASSERT_TRUE(sees(*li, [&] { return unit_is(1, wire::UNIT_AT_PATIENT); }));
    for (const wire::UnitState state :
         {wire::UNIT_TRANSPORTING, wire::UNIT_AT_HOSPITAL, wire::UNIT_HANDOVER, wire::UNIT_CLEARING}) {
        press(state, assignment);
    }
    ASSERT_TRUE(sees(*li, [&] {
        const auto row = mirror_.incidents().find(incident);
        return row != mirror_.incidents().end() && row->second.state() == "closed";
    }));
    press(wire::UNIT_RETURNING, assignment);
    press(wire::UNIT_AVAILABLE, assignment);
    ASSERT_TRUE(sees(*li, [&] { return unit_is(1, wire::UNIT_AVAILABLE); }));

    api::ClientFrame timeline;
    timeline.mutable_get_timeline()->set_incident_id(incident);
    const auto told = ask(*li, timeline);
    ASSERT_TRUE(told);
    EXPECT_EQ(told->timeline().stamps_size(), 15);
    EXPECT_GT(told->timeline().audit_size(), 5);
    EXPECT_EQ(postgres_->value("select count(*) from dispatch.audit where action = 'order_delivered'"), "1");
    EXPECT_EQ(postgres_->value("select count(*) from dispatch.incident"), "1");
    EXPECT_EQ(postgres_->value("select count(*) from telemetry.inbox where outcome not in ('applied', 'repeated')"), "0");
    EXPECT_EQ(postgres_->value("select dispatch.audit_verify()"), "");
    EXPECT_EQ(postgres_->value("select count(*) from dispatch.patient_identity where "
                               "position(convert_to('13912343462', 'UTF8') in phone_sealed) > 0"),
              "0");
}

TEST_F(DispatchdTest, RightsAreCheckedAndIdentityIsReadWithAReason) {
    auto auditor = desk("auditor");
    ASSERT_TRUE(sees(*auditor, [&] { return !mirror_.units().empty(); }));
    api::ClientFrame call;
    call.mutable_new_call()->set_level(1);
    EXPECT_EQ(ask(*auditor, call).error().code, Code::forbidden);

    auto li = desk("dispatcher");
    EXPECT_EQ(ask(*li, call).error().code, Code::place_not_on_map) << "no place on the map";
    call.mutable_new_call()->set_patient_name("李四");
    call.mutable_new_call()->mutable_place()->set_lat_e7(351'100'000);
    call.mutable_new_call()->mutable_place()->set_lon_e7(1'109'100'000);
    const auto opened = ask(*li, call);
    ASSERT_TRUE(opened);
    api::ClientFrame reveal;
    reveal.mutable_reveal_identity()->set_incident_id(opened->new_call_ok().incident_id());
    EXPECT_EQ(ask(*li, reveal).error().code, Code::reason_needed);
    EXPECT_EQ(ask(*auditor, reveal).error().code, Code::forbidden);
    reveal.mutable_reveal_identity()->set_reason("call back");
    const auto identity = ask(*li, reveal);
    ASSERT_TRUE(identity) << identity.error().message();
    EXPECT_EQ(identity->identity().patient_name(), "李四");
    EXPECT_EQ(postgres_->value("select count(*) from dispatch.audit where action = 'reveal_identity'"), "1");
}

TEST_F(DispatchdTest, TheCrewGetsTheCallersNumberThatNeitherTheOutboxNorTheLogHas) {
    auto li = desk("dispatcher");
    ASSERT_TRUE(sees(*li, [&] { return !mirror_.units().empty(); }));
    Vehicle vehicle{*broker_, "amb-1"};
    api::ClientFrame call = call_frame("caller-call");
    call.mutable_new_call()->set_caller_phone("139 1234-0077");
    const auto opened = ask(*li, call);
    ASSERT_TRUE(opened) << opened.error().message();
    api::ClientFrame assign = assign_frame(opened->new_call_ok().incident_id(), 1);
    assign.set_idempotency_key("caller-order");
    const auto assigned = ask(*li, assign);
    ASSERT_TRUE(assigned) << assigned.error().message();
    ASSERT_TRUE(test::eventually([&] { return !vehicle.commands().empty(); }, 20s));
    wire::CommandBody body;
    ASSERT_TRUE(body.ParseFromString(vehicle.commands().front().payload()));
    EXPECT_EQ(body.dispatch().caller_phone(), "13912340077");
    EXPECT_EQ(postgres_->value("select count(*) from dispatch.outbox where position(convert_to('0077', 'UTF8') in body) > 0"), "0");
    EXPECT_NE(postgres_->value("select count(*) from dispatch.outbox where id = '" + body.id() + "'"), "0");
    std::ifstream log{dir_.path() / "dispatchd.log"};
    const std::string told{std::istreambuf_iterator<char>{log}, {}};
    EXPECT_NE(told.find("sent command="), std::string::npos);
    EXPECT_EQ(told.find("13912340077"), std::string::npos);
    acknowledge(body.id(), wire::CommandAck::STORED);
    api::ClientFrame cancel;
    cancel.mutable_cancel_assignment()->set_assignment_id(assigned->assign_ok().assignment_id());
    cancel.mutable_cancel_assignment()->set_reason("end of the test");
    cancel.set_idempotency_key("caller-cancel");
    EXPECT_TRUE(ask(*li, cancel));
    ASSERT_TRUE(test::eventually([&] { return body.ParseFromString(vehicle.commands().back().payload()) && body.has_cancel(); }, 20s));
    acknowledge(body.id(), wire::CommandAck::STORED);   // nothing of it waits before the orders of the tests behind it
}

TEST_F(DispatchdTest, LivePositionsAndAlarmsReachTheDeskAndWatchingReachesTheVehicle) {
    auto li = desk("dispatcher");
    ASSERT_TRUE(sees(*li, [&] { return !mirror_.units().empty(); }));
    li->watch_vehicle(2, true, true);
    Vehicle vehicle{*broker_, "amb-2"};
    wire::Envelope envelope;
    envelope.set_t_us(1'800'000'000'000'000);
    wire::Position position;
    position.set_lat_e7(351'000'000);
    position.set_lon_e7(1'109'000'000);
    position.set_fix_mode(3);
    envelope.set_body(position.SerializeAsString());
    ASSERT_TRUE(sees(*li, [&] {
        envelope.set_seq(envelope.seq() + 1);
        envelope.set_t_us(envelope.t_us() + 1'000'000);
        vehicle.publish("gps", envelope.SerializeAsString());
        return positions_ > 0;
    }));
    wire::Event alarm;
    alarm.set_event_id("alarm-1");
    alarm.mutable_alarm()->set_code("vf");
    envelope.set_body(alarm.SerializeAsString());
    vehicle.publish("evt", envelope.SerializeAsString());
    EXPECT_TRUE(sees(*li, [&] { return alarms_ > 0; }));
    EXPECT_TRUE(test::eventually([&] { return vehicle.heard("watch"); }, 10s));
}

TEST_F(DispatchdTest, ADrillIsSaidToTheDeskAndOnTheOrderThatReachesTheVehicle) {
    const auto drill_of = [&](client::Client& desk) {
        std::optional<bool> drill;
        EXPECT_TRUE(test::eventually(
            [&] {
                for (const client::Event& event : desk.drain()) {
                    take(event);
                    if (const auto* change = std::get_if<client::PhaseChanged>(&event);
                        change != nullptr && change->phase == client::Phase::live) {
                        drill = change->session.drill();
                    }
                }
                return drill.has_value() && !mirror_.units().empty();
            },
            20s));
        return drill;
    };
    EXPECT_EQ(drill_of(*desk("dispatcher")), false);
    kill_server();
    mark_world("drill");
    std::ifstream file{config_file()};
    const std::string config{std::istreambuf_iterator<char>{file}, {}};
    std::ofstream{config_file()} << "drill = true\n" << config;
    start();
    auto li = desk("dispatcher");
    EXPECT_EQ(drill_of(*li), true);
    Vehicle vehicle{*broker_, "amb-2"};
    api::ClientFrame call = call_frame("drill-call");
    call.mutable_new_call()->set_complaint("胸痛");
    const auto opened = ask(*li, call);
    ASSERT_TRUE(opened) << opened.error().message();
    api::ClientFrame assign = assign_frame(opened->new_call_ok().incident_id(), 2);
    assign.set_idempotency_key("drill-order");
    const auto assigned = ask(*li, assign);
    ASSERT_TRUE(assigned) << assigned.error().message();
    const auto complaint = [&]() -> std::string {
        for (const wire::Command& command : vehicle.commands()) {
            wire::CommandBody body;
            if (body.ParseFromString(command.payload()) && body.has_dispatch()) {
                return body.dispatch().complaint();
            }
        }
        return {};
    };
    EXPECT_TRUE(test::eventually([&] { return !complaint().empty(); }, 20s));
    EXPECT_EQ(complaint(), "【演练】胸痛");
    api::ClientFrame cancel;
    cancel.mutable_cancel_assignment()->set_assignment_id(assigned->assign_ok().assignment_id());
    cancel.mutable_cancel_assignment()->set_reason("end of the drill");
    cancel.set_idempotency_key("drill-cancel");
    EXPECT_TRUE(ask(*li, cancel));
    kill_server();
    mark_world("real");
}

TEST_F(DispatchdTest, AServerDoesNotStartOnTheDatabaseOfTheOtherWorld) {
    {
        auto li = desk("dispatcher");
        ASSERT_TRUE(sees(*li, [&] { return !mirror_.units().empty(); }));
    }
    EXPECT_EQ(postgres_->value("select kind from dispatch.world"), "real") << "the first server that opened it says so";
    kill_server();
    std::ifstream file{config_file()};
    const std::string real{std::istreambuf_iterator<char>{file}, {}};
    const auto refused = [&](const std::string& config) {
        const std::string before = postgres_->value("select max(term) from dispatch.leader");
        std::ofstream{config_file()} << config;
        std::string output;
        EXPECT_EQ(test::run({test::program("ems-dispatchd"), "--config", config_file()}, &output), 1) << output;
        EXPECT_EQ(postgres_->value("select max(term) from dispatch.leader"), before) << "it never led";
        return output.substr(output.rfind("ems-dispatchd: "));
    };
    EXPECT_EQ(refused("drill = true\n" + real), "ems-dispatchd: drill = true, and the database is that of the real world\n");
    mark_world("drill");
    EXPECT_EQ(refused(real), "ems-dispatchd: the database is a drill's, and drill = true is not set\n");
    mark_world("");
    EXPECT_EQ(refused("drill = true\n" + real), "ems-dispatchd: drill = true, and the database is not marked as a drill's "
                                                 "('ems-admin world drill' marks a new one)\n");
    std::ofstream{config_file()} << real;
    start();
    EXPECT_TRUE(test::eventually([&] { return postgres_->value("select count(*) from dispatch.world where kind = 'real'") == "1"; }, 20s));
}

TEST_F(DispatchdTest, AFaultOfTheDatabaseConsumesNoEvent) {
    auto li = desk("dispatcher");
    ASSERT_TRUE(sees(*li, [&] { return unit(2) != nullptr; }));
    wire::UnitState next = wire::UNIT_OUT_OF_SERVICE;
    for (const char* state : {"53100", "42501", "58030", "XX001"}) {
        postgres_->execute(std::string{"create sequence public.tries; "
                                       "create function public.fault() returns trigger language plpgsql security definer "
                                       "as $$ begin perform nextval('public.tries'); "
                                       "raise exception 'no' using errcode = '"} +
                           state +
                           "'; end $$; create trigger fault before update on dispatch.unit_state "
                           "for each row execute function public.fault()");
        wire::Event body;
        body.set_source(wire::SOURCE_CREW_BUTTON);
        body.mutable_state()->set_state(next);
        const std::string id = std::string{"fault-"} + state;
        event("amb-2", body, id);
        EXPECT_TRUE(test::eventually(
            [&] { return std::stoi(postgres_->value("select last_value from public.tries")) >= 3; }, 20s))
            << state;
        postgres_->execute("drop trigger fault on dispatch.unit_state; drop function public.fault(); "
                           "drop sequence public.tries");
        EXPECT_TRUE(sees(*li, [&] { return unit_is(2, next); })) << state;
        EXPECT_EQ(postgres_->value("select outcome from telemetry.inbox where event_id = '" + id + "'"), "applied");
        next = next == wire::UNIT_AVAILABLE ? wire::UNIT_OUT_OF_SERVICE : wire::UNIT_AVAILABLE;
    }
}

// A session of the database that this test holds.
class Holder {
  public:
    explicit Holder(const std::string& conninfo) : connection_(PQconnectdb(conninfo.c_str())) {}
    ~Holder() { PQfinish(connection_); }
    Holder(const Holder&) = delete;
    Holder& operator=(const Holder&) = delete;
    std::string run(const std::string& sql) {
        PGresult* result = PQexec(connection_, sql.c_str());
        const bool good = PQresultStatus(result) == PGRES_TUPLES_OK || PQresultStatus(result) == PGRES_COMMAND_OK;
        EXPECT_TRUE(good) << PQerrorMessage(connection_);
        std::string out = good && PQntuples(result) > 0 ? PQgetvalue(result, 0, 0) : "";
        PQclear(result);
        return out;
    }

  private:
    PGconn* connection_;
};

TEST_F(DispatchdTest, AWriteOfUnknownOutcomeMakesTheServerReadItsStateAnew) {
    auto li = desk("dispatcher");
    ASSERT_TRUE(sees(*li, [&] { return !mirror_.units().empty(); }));
    const std::int64_t unit = fresh_unit(*li);
    const auto opened = ask(*li, call_frame("unknown-outcome"));
    ASSERT_TRUE(opened) << opened.error().message();
    const std::string term = postgres_->value("select term from dispatch.leader");
    Holder holder{postgres_->conninfo("postgres")};
    holder.run("begin");
    holder.run("lock table dispatch.assignment in exclusive mode");
    Holder watcher{postgres_->conninfo("postgres")};   // within a transaction pg_stat_activity stands still
    api::ClientFrame assign;
    assign.mutable_assign()->set_incident_id(opened->new_call_ok().incident_id());
    assign.mutable_assign()->set_unit_id(unit);
    assign.mutable_assign()->set_override_reason("the others are needed");
    assign.set_idempotency_key("assign-unknown-outcome");
    client::RequestId sent = li->send(assign, 20s);
    // One statement finds and ends it. The server gives the write up by itself after a second, which may be over before this
    // process was let look: it is sent anew then, under its key.
    ASSERT_TRUE(test::eventually(
        [&] {
            for (const client::Event& event : li->drain()) {
                take(event);
                if (const auto* reply = std::get_if<client::ReplyArrived>(&event);
                    reply != nullptr && reply->request == sent && !reply->frame) {
                    sent = li->send(assign, 20s);
                }
            }
            return watcher.run("select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name = "
                              "'ems-dispatchd work' and wait_event_type = 'Lock' and query like '%apply%'") == "1";
        },
        10s));
    holder.run("commit");
    EXPECT_TRUE(test::eventually([&] { return postgres_->value("select term > " + term + " from dispatch.leader") == "t"; }, 10s));
    EXPECT_TRUE(test::eventually([&] { return ask(*li, assign).has_value(); }, 20s));
    EXPECT_TRUE(sees(*li, [&] { return unit_is(unit, wire::UNIT_ASSIGNED); }));
    EXPECT_EQ(postgres_->value("select count(*) from dispatch.assignment where unit_id = " + std::to_string(unit)), "1");
}

TEST_F(DispatchdTest, ARepeatOfARequestUnderWayWaitsForItsAnswer) {
    auto li = desk("dispatcher");
    ASSERT_TRUE(sees(*li, [&] { return !mirror_.units().empty(); }));
    const std::int64_t unit = fresh_unit(*li);
    const auto opened = ask(*li, call_frame("overtaken"));
    ASSERT_TRUE(opened) << opened.error().message();
    auto again = desk("dispatcher");
    ASSERT_TRUE(test::eventually([&] { return again->status().phase == client::Phase::live; }, 20s));
    api::ClientFrame assign;
    assign.mutable_assign()->set_incident_id(opened->new_call_ok().incident_id());
    assign.mutable_assign()->set_unit_id(unit);
    assign.mutable_assign()->set_override_reason("the others are needed");
    assign.set_idempotency_key("assign-overtaken");
    Holder holder{postgres_->conninfo("postgres")};
    holder.run("begin");
    holder.run("lock table dispatch.assignment in exclusive mode");
    Holder watcher{postgres_->conninfo("postgres")};   // within a transaction pg_stat_activity stands still
    const client::RequestId first = li->send(assign, 20s);
    const std::string waits = "select count(*) from pg_stat_activity where application_name = 'ems-dispatchd work' and "
                              "wait_event_type = 'Lock' and query like '%apply%'";
    ASSERT_TRUE(test::eventually([&] { return watcher.run(waits) == "1"; }, 10s));
    const std::string taken = "select last_value from dispatch.assignment_id";
    const std::string before = watcher.run(taken);
    const client::RequestId second = again->send(assign, 20s);
    holder.run("commit");
    const auto one = reply_to(*li, first);
    ASSERT_TRUE(one) << one.error().message();
    std::optional<Result<api::ServerFrame>> two;
    ASSERT_TRUE(test::eventually(
        [&] {
            for (client::Event& event : again->drain()) {
                if (auto* reply = std::get_if<client::ReplyArrived>(&event); reply && reply->request == second) {
                    two = std::move(reply->frame);
                }
            }
            return two.has_value();
        },
        20s));
    ASSERT_TRUE(*two) << two->error().message();
    EXPECT_EQ((*two)->assign_ok().assignment_id(), one->assign_ok().assignment_id());
    EXPECT_EQ(watcher.run(taken), before);
}

TEST_F(DispatchdTest, ASlowDatabaseIsNoDeadLink) {
    auto li = desk("dispatcher");
    ASSERT_TRUE(sees(*li, [&] { return !mirror_.units().empty(); }));
    Holder holder{postgres_->conninfo("postgres")};
    holder.run("begin");
    holder.run("set local idle_in_transaction_session_timeout = 0");
    holder.run("lock table dispatch.incident in exclusive mode");
    std::vector<client::RequestId> requests;
    for (int i = 0; i < 8; ++i) {   // each is given up by the server after a second: longer than a silence may last
        requests.push_back(li->send(call_frame("slow-" + std::to_string(i)), 30s));
    }
    for (const client::RequestId request : requests) {
        EXPECT_FALSE(reply_to(*li, request));
    }
    EXPECT_EQ(li->status().connects, 1U);
    holder.run("commit");
    EXPECT_TRUE(ask(*li, call_frame("slow-after")));
}

TEST_F(DispatchdTest, ALockedUserIsPutOutWithinSeconds) {
    auto physician = desk("physician");
    ASSERT_TRUE(sees(*physician, [&] { return !mirror_.units().empty(); }));
    std::string output;
    ASSERT_EQ(test::run({test::program("ems-admin"), "user", "lock", "--conninfo", postgres_->conninfo("ems_owner"),
                         "--name", "physician"},
                        &output),
              0)
        << output;
    EXPECT_TRUE(test::eventually([&] { return physician->status().phase == client::Phase::refused; }, 20s));
    ASSERT_EQ(test::run({test::program("ems-admin"), "user", "unlock", "--conninfo", postgres_->conninfo("ems_owner"),
                         "--name", "physician"},
                        &output),
              0)
        << output;
}

TEST_F(DispatchdTest, AnAlarmThatTheBrokerLostReachesTheDeskAndStandsAfterARestart) {
    auto li = desk("dispatcher");
    ASSERT_TRUE(sees(*li, [&] { return !mirror_.units().empty(); }));
    const auto report = [&](const std::string& id, const char* code, bool active) {
        wire::Event body;
        body.mutable_alarm()->set_code(code);
        body.mutable_alarm()->set_active(active);
        event("amb-2", body, id);
    };
    report("standing-1", "asystole", true);
    report("ended-1", "spo2_low", true);
    report("ended-2", "spo2_low", false);
    EXPECT_TRUE(sees(*li, [&] { return alarms_ >= 3; }));
    server_->signal(SIGKILL);
    server_->wait_exit(5s);
    start();
    std::set<std::string> standing;
    EXPECT_TRUE(test::eventually(
        [&] {
            for (const client::Event& event : li->drain()) {
                const auto* state = std::get_if<client::StateArrived>(&event);
                const auto* snapshot = state != nullptr ? std::get_if<api::Snapshot>(&state->state) : nullptr;
                for (int i = 0; snapshot != nullptr && i < snapshot->alarms_size(); ++i) {
                    standing.insert(snapshot->alarms(i).alarm().code());
                }
                const auto* live = std::get_if<client::LiveArrived>(&event);
                for (int i = 0; live != nullptr && i < live->live.alarms_size(); ++i) {
                    const auto& alarm = live->live.alarms(i).alarm();
                    alarm.active() ? standing.insert(alarm.code()).second : standing.erase(alarm.code()) > 0;
                }
            }
            return standing == std::set<std::string>{"asystole"};
        },
        20s));
}

TEST_F(DispatchdTest, WhatACrewFoundAndTheEcgItSentReachTheDeskAndAreThereAfterARestart) {
    auto li = desk("dispatcher");
    ASSERT_TRUE(sees(*li, [&] { return !mirror_.units().empty(); }));
    const auto found = [&](const std::string& id, const auto& set) {
        wire::Event body;
        body.set_incident_id(34);
        set(*body.mutable_findings());
        event("amb-2", body, id);
    };
    found("found-1", [](wire::PatientFindings& f) { f.set_pain(6); });
    found("found-2", [](wire::PatientFindings& f) { f.set_consciousness(wire::PatientFindings::VOICE); });
    const auto sent = [&](const std::string& id, std::int64_t from_us) {
        wire::Event body;
        body.set_incident_id(34);
        body.mutable_ecg_mark()->set_from_us(from_us);
        body.mutable_ecg_mark()->set_duration_ms(10'000);
        body.mutable_ecg_mark()->set_leads(12);
        event("amb-2", body, id);
    };
    const std::int64_t now_us = SystemClock{}.utc_us();
    sent("ecg-2", now_us - 10'000'000);
    sent("ecg-1", now_us - 90'000'000); // came late, and is not the newest
    bool chart = false;
    std::string mark;
    const auto look = [&](const auto& state) {
        for (const api::LiveFindings& one : state.findings()) {
            const auto& said = one.chart().findings();
            chart |= one.unit_id() == 2 && one.incident_id() == 34 && said.pain() == 6 &&
                     said.consciousness() == wire::PatientFindings::VOICE && one.chart().found_us_size() == 2;
        }
        for (const api::LiveEcgMark& one : state.ecg_marks()) {
            mark = one.unit_id() == 2 && one.incident_id() == 34 ? one.event_id() : mark;
        }
    };
    const auto both_are_there = [&] {
        for (const client::Event& event : li->drain()) {
            if (const auto* live = std::get_if<client::LiveArrived>(&event)) {
                look(live->live);
            }
            const auto* state = std::get_if<client::StateArrived>(&event);
            if (const auto* snapshot = state != nullptr ? std::get_if<api::Snapshot>(&state->state) : nullptr) {
                look(*snapshot);
            }
        }
        return chart && mark == "ecg-2";
    };
    EXPECT_TRUE(test::eventually(both_are_there, 20s));
    kill_server();
    chart = false;
    mark.clear();
    start();
    EXPECT_TRUE(test::eventually(both_are_there, 20s));
}

TEST_F(DispatchdTest, ACorrectedAddressReachesTheCrewThatIsOnItsWay) {
    auto li = desk("dispatcher");
    Vehicle vehicle{*broker_, "amb-2"};
    ASSERT_TRUE(sees(*li, [&] { return unit(2) != nullptr; }));
    const auto opened = ask(*li, call_frame("wrong-village"));
    ASSERT_TRUE(opened) << opened.error().message();
    const std::int64_t incident = opened->new_call_ok().incident_id();
    api::ClientFrame assign;
    assign.mutable_assign()->set_incident_id(incident);
    assign.mutable_assign()->set_unit_id(2);
    assign.mutable_assign()->set_override_reason("nearer");
    const auto assigned = ask(*li, assign);
    ASSERT_TRUE(assigned) << assigned.error().message();
    // The vehicle takes its commands in order: the next comes when it holds the first.
    ASSERT_TRUE(test::eventually([&] { return !vehicle.commands().empty(); }, 20s));
    wire::CommandBody order;
    ASSERT_TRUE(order.ParseFromString(vehicle.commands().front().payload()));
    wire::Event stored;
    stored.mutable_command_ack()->set_command_id(order.id());
    stored.mutable_command_ack()->set_result(wire::CommandAck::STORED);
    event("amb-2", stored, "stored-" + order.id());
    api::ClientFrame update;
    ASSERT_TRUE(sees(*li, [&] { return mirror_.incidents().contains(incident); }));
    update.mutable_update_incident()->set_incident_id(incident);
    update.mutable_update_incident()->set_address("杨家沟村东头");
    update.mutable_update_incident()->set_level(1);
    update.mutable_update_incident()->set_complaint("not breathing");
    update.mutable_update_incident()->mutable_place()->set_lat_e7(351'200'000);
    update.mutable_update_incident()->mutable_place()->set_lon_e7(1'109'200'000);
    Result<api::ServerFrame> updated = fail(Code::internal);
    ASSERT_TRUE(test::eventually(
        [&] {
            update.mutable_update_incident()->set_version(mirror_.incidents().at(incident).version());
            updated = ask(*li, update);
            return updated.has_value() || updated.error().code != Code::version_stale;
        },
        10s));
    ASSERT_TRUE(updated) << updated.error().message();
    wire::PlaceCorrection heard;
    EXPECT_TRUE(test::eventually(
        [&] {
            for (const wire::Command& command : vehicle.commands()) {
                wire::CommandBody body;
                if (body.ParseFromString(command.payload()) && body.has_correction()) {
                    heard = body.correction();
                }
            }
            return heard.assignment_id() != 0;
        },
        20s));
    EXPECT_EQ(heard.assignment_id(), assigned->assign_ok().assignment_id());
    EXPECT_EQ(heard.address(), "杨家沟村东头");
    EXPECT_EQ(heard.level(), 1U);
    EXPECT_EQ(heard.complaint(), "not breathing");
    EXPECT_EQ(heard.lat_e7(), 351'200'000);
}

TEST_F(DispatchdTest, ADispatchersNoteOnAStateIsInTheAudit) {
    auto li = desk("dispatcher");
    ASSERT_TRUE(sees(*li, [&] { return unit(3) != nullptr; }));
    api::ClientFrame enter;
    enter.mutable_enter_unit_state()->set_unit_id(3);
    enter.mutable_enter_unit_state()->set_state(unit_is(3, wire::UNIT_OUT_OF_SERVICE) ? wire::UNIT_AVAILABLE
                                                                                      : wire::UNIT_OUT_OF_SERVICE);
    enter.mutable_enter_unit_state()->set_note("flat tyre, heard by radio");
    const auto entered = ask(*li, enter);
    ASSERT_TRUE(entered) << entered.error().message();
    EXPECT_EQ(postgres_->value("select count(*) from dispatch.audit where action = 'unit_state' and "
                               "detail like '%note=flat tyre, heard by radio'"),
              "1");
}

TEST_F(DispatchdTest, AFrozenDeskDoesNotKeepTheServerFromStopping) {
    const std::string password = (dir_.path() / "password").string();
    test::ChildProcess watcher{{test::program("ems-ctl"), "--server", "127.0.0.1:" + std::to_string(port_), "--ca",
                                broker_->ca(), "--cert", broker_->certificate("desk-1"), "--key", broker_->key("desk-1"),
                                "--user", "dispatcher", "--password-file", password, "watch"},
                               test::ChildProcess::Options{(dir_.path() / "watch.log").string(), {}}};
    const auto logged_in = [&] {
        std::ifstream log{dir_.path() / "dispatchd.log"};
        const std::string text{std::istreambuf_iterator<char>{log}, {}};
        const std::size_t last = text.find("listens on 127.0.0.1:" + std::to_string(port_));
        return last != std::string::npos && text.find("logged in", last) != std::string::npos;
    };
    ASSERT_TRUE(test::eventually(logged_in, 20s));
    watcher.signal(SIGSTOP);
    server_->signal(SIGTERM);
    EXPECT_EQ(server_->wait_exit(10s), 0);
    watcher.signal(SIGKILL);
}

TEST_F(DispatchdTest, ADumpOfTheKeysOfRequestsCannotBeTriedAgainstNumbers) {
    auto li = desk("dispatcher");
    ASSERT_TRUE(sees(*li, [&] { return !mirror_.units().empty(); }));
    api::ClientFrame call = call_frame("a-key-in-a-dump");
    const auto opened = ask(*li, call);
    ASSERT_TRUE(opened) << opened.error().message();
    const auto again = ask(*li, call);
    ASSERT_TRUE(again) << again.error().message();
    EXPECT_EQ(again->new_call_ok().incident_id(), opened->new_call_ok().incident_id());
    call.mutable_new_call()->set_caller_phone("13912343463");
    EXPECT_EQ(ask(*li, call).error().code, Code::key_reused) << "the key of another request";
    api::ClientFrame guess = call_frame("");
    guess.clear_idempotency_key();
    const std::string hash = seal::sha256_hex(guess.SerializeAsString());
    EXPECT_EQ(postgres_->value("select count(*) from dispatch.idempotency where key = 'a-key-in-a-dump' and "
                               "request_hash in (convert_to('" + hash + "', 'UTF8'), decode('" + hash + "', 'hex'))"),
              "0");
}

TEST_F(DispatchdTest, LogInsAndVideoGrantsAreInTheAudit) {
    auto stranger = desk("auditor", "wrong");
    ASSERT_TRUE(test::eventually([&] { return stranger->status().phase == client::Phase::refused; }, 20s));
    auto nobody = desk("no-such-user", "wrong");
    ASSERT_TRUE(test::eventually([&] { return nobody->status().phase == client::Phase::refused; }, 20s));
    auto li = desk("dispatcher");
    ASSERT_TRUE(sees(*li, [&] { return !mirror_.units().empty(); }));
    const auto audited = [&](const std::string& actor, const std::string& action) {
        return postgres_->value("select count(*) > 0 from dispatch.audit where actor = '" + actor + "' and action = '" +
                                action + "'") == "t";
    };
    EXPECT_TRUE(audited("dispatcher", "log_in"));
    EXPECT_TRUE(audited("auditor", "log_in_refused"));
    EXPECT_TRUE(audited("unknown", "log_in_refused"));
    postgres_->execute("insert into media.server (name, host, port, tls_port, seen_at) values ('srv-media-a', "
                       "'127.0.0.1', 5000, 5443, clock_timestamp() + interval '1 hour')");
    api::ClientFrame watch;
    watch.mutable_watch_video()->set_unit_id(1);
    watch.mutable_watch_video()->set_camera("cabin");
    const auto grant = ask(*li, watch);
    ASSERT_TRUE(grant) << grant.error().message();
    EXPECT_EQ(grant->video_grant().port(), 5000U);
    EXPECT_EQ(grant->video_grant().tls_port(), 5443U);
    EXPECT_EQ(grant->video_grant().tls_name(), "srv-media-a");
    EXPECT_EQ(postgres_->value("select bool_and(expires_at <= created_at + interval '1801 s') from media.viewer_grant"), "t");
    EXPECT_EQ(postgres_->value("select count(*) from dispatch.audit where action = 'watch_video'"), "1");
    watch.mutable_watch_video()->set_stop(true);
    ASSERT_TRUE(ask(*li, watch));
    ASSERT_TRUE(ask(*li, watch)) << "nothing left to end";
    EXPECT_EQ(postgres_->value("select count(*) from dispatch.audit where action = 'watch_video_end'"), "1");
    api::ClientFrame talk;
    talk.mutable_open_voice()->set_unit_id(1);
    const auto line = ask(*li, talk);
    ASSERT_TRUE(line) << line.error().message();
    EXPECT_EQ(line->voice_grant().up_key().size(), 28U);
    EXPECT_EQ(line->voice_grant().tls_port(), 5443U);
    ASSERT_TRUE(ask(*li, talk));
    EXPECT_EQ(postgres_->value("select count(*) from media.voice_grant where revoked_at is null"), "1")
        << "a second one ends the first";
    talk.mutable_open_voice()->set_stop(true);
    ASSERT_TRUE(ask(*li, talk));
    EXPECT_EQ(postgres_->value("select count(*) from media.voice_grant where revoked_at is null"), "0");
    EXPECT_EQ(postgres_->value("select count(*) from dispatch.audit where action = 'open_voice'"), "2");
    EXPECT_EQ(postgres_->value("select dispatch.audit_verify()"), "");
}

TEST_F(DispatchdTest, WhoseSessionEndsSeesAndHearsNothingMore) {
    auto li = desk("physician");
    ASSERT_TRUE(sees(*li, [&] { return !mirror_.units().empty(); }));
    postgres_->execute("insert into media.server (name, host, port, seen_at) values ('srv-media-a', '127.0.0.1', 5000, "
                       "clock_timestamp() + interval '1 hour') on conflict do nothing;"
                       "insert into dispatch.session (token_hash, user_id, seat, cert_cn, expires_at) "
                       "select sha256('elsewhere'), id, 'desk', 'desk-2', now() + interval '1 hour' from dispatch.app_user "
                       "where name = 'auditor';"
                       "select media.create_viewer_grant('of-another', 'amb-1', 'cabin', 'auditor', 256, 1, '', '', 60)");
    api::ClientFrame watch;
    watch.mutable_watch_video()->set_unit_id(1);
    watch.mutable_watch_video()->set_camera("cabin");
    ASSERT_TRUE(ask(*li, watch));
    api::ClientFrame talk;
    talk.mutable_open_voice()->set_unit_id(1);
    ASSERT_TRUE(ask(*li, talk));
    postgres_->execute("update dispatch.session set expires_at = clock_timestamp() where cert_cn = 'desk-1'");
    EXPECT_TRUE(test::eventually(
        [&] {
            return postgres_->value("select (select count(*) from media.viewer_grant where user_name = 'physician' and "
                                    "revoked_at is null) + (select count(*) from media.voice_grant where revoked_at is null)") == "0";
        },
        20s));
    EXPECT_EQ(postgres_->value("select count(*) from media.viewer_grant where revoked_at is null"), "1")
        << "who still has a session goes on watching";
    EXPECT_EQ(postgres_->value("select count(*) from dispatch.audit where actor = 'physician' and detail like '%why=no session' "
                               "and action in ('watch_video_end', 'open_voice_end')"),
              "2");
}

TEST_F(DispatchdTest, ADeskEndsItsOwnGrantsAndNotThoseOfTheSamePersonsOtherDesk) {
    auto li = desk("physician");
    ASSERT_TRUE(sees(*li, [&] { return !mirror_.units().empty(); }));
    postgres_->execute("insert into media.server (name, host, port, seen_at) values ('srv-media-a', '127.0.0.1', 5000, "
                       "clock_timestamp() + interval '1 hour') on conflict do nothing;"
                       "insert into dispatch.session (token_hash, user_id, seat, cert_cn, expires_at) "
                       "select sha256('at desk 9'), id, 'desk', 'desk-9', now() + interval '1 hour' from dispatch.app_user "
                       "where name = 'physician';"
                       "select media.create_viewer_grant('v-desk-9', 'amb-1', 'cabin', 'physician', 1280, 9, '', '', 60, 'desk-9', 0);"
                       "select media.create_voice_grant('s-desk-9', 'amb-1', 'physician', 'physician', 256, 512, '', '', 60, "
                       "'desk-9', 0)");
    const auto live = [&](const std::string& table) {
        return postgres_->column("select desk from media." + table +
                                 " where user_name = 'physician' and desk <> '' and revoked_at is null order by desk");
    };
    api::ClientFrame watch;
    watch.mutable_watch_video()->set_unit_id(1);
    watch.mutable_watch_video()->set_camera("cabin");
    ASSERT_TRUE(ask(*li, watch));
    api::ClientFrame talk;
    talk.mutable_open_voice()->set_unit_id(1);
    ASSERT_TRUE(ask(*li, talk));
    EXPECT_EQ(live("viewer_grant"), (std::vector<std::string>{"desk-1", "desk-9"}));
    EXPECT_EQ(live("voice_grant"), (std::vector<std::string>{"desk-1", "desk-9"}));
    watch.mutable_watch_video()->set_stop(true);
    ASSERT_TRUE(ask(*li, watch));
    talk.mutable_open_voice()->set_stop(true);
    ASSERT_TRUE(ask(*li, talk));
    EXPECT_EQ(live("viewer_grant"), std::vector<std::string>{"desk-9"});
    EXPECT_EQ(live("voice_grant"), std::vector<std::string>{"desk-9"});
}

TEST_F(DispatchdTest, GrantsEndWithThePatientTheyWereGivenFor) {
    auto li = desk("dispatcher");
    ASSERT_TRUE(sees(*li, [&] { return !mirror_.units().empty(); }));
    const std::int64_t incident = open_call(*li, "of-grants");
    const auto assigned = ask(*li, assign_frame(incident, 1));
    ASSERT_TRUE(assigned) << assigned.error().message();
    ASSERT_TRUE(sees(*li, [&] { return unit(1)->incident_id() == incident; }));
    postgres_->execute("insert into media.server (name, host, port, seen_at) values ('srv-media-a', '127.0.0.1', 5000, "
                       "clock_timestamp() + interval '1 hour') on conflict do nothing");
    api::ClientFrame watch;
    watch.mutable_watch_video()->set_unit_id(1);
    watch.mutable_watch_video()->set_camera("cabin");
    ASSERT_TRUE(ask(*li, watch));
    api::ClientFrame talk;
    talk.mutable_open_voice()->set_unit_id(1);
    ASSERT_TRUE(ask(*li, talk));
    const auto live = [&] {
        const std::string of_case = "where revoked_at is null and incident_id = " + std::to_string(incident);
        return postgres_->value("select (select count(*) from media.viewer_grant " + of_case +
                                ") + (select count(*) from media.voice_grant " + of_case + ")");
    };
    // Older than the pause that an order is given to be stored; the keeper has looked at them since.
    postgres_->execute("update media.viewer_grant set created_at = created_at - interval '1 minute';"
                       "update media.voice_grant set created_at = created_at - interval '1 minute';"
                       "insert into media.viewer_grant (grant_id, vid, camera, user_name, server, ssrc, viewer_ssrc, srtp_key_sealed, "
                       "srtcp_key_sealed, expires_at) values ('nobodys', 'amb-1', 'cabin', 'nobody', 'srv-media-a', 768, 3, '', '', "
                       "clock_timestamp() + interval '1 hour')");
    ASSERT_TRUE(test::eventually(
        [&] { return postgres_->value("select revoked_at is not null from media.viewer_grant where grant_id = 'nobodys'") == "t"; }, 20s));
    ASSERT_EQ(live(), "2") << "while the vehicle serves the case";
    api::ClientFrame cancel;
    cancel.mutable_cancel_assignment()->set_assignment_id(assigned->assign_ok().assignment_id());
    cancel.mutable_cancel_assignment()->set_reason("caller is well");
    cancel.set_idempotency_key("of-grants-cancel");
    ASSERT_TRUE(ask(*li, cancel));
    EXPECT_TRUE(test::eventually([&] { return live() == "0"; }, 20s));
    EXPECT_EQ(postgres_->value("select count(*) from dispatch.audit where actor = 'dispatcher' and incident_id = " +
                               std::to_string(incident) + " and detail like '%why=case ended'"),
              "2");
}

TEST_F(DispatchdTest, AUnitThatChangesItsVehicleIsHeardAndSentByTheNewOneAtOnce) {
    auto li = desk("dispatcher");
    ASSERT_TRUE(sees(*li, [&] { return unit(1) != nullptr; }));
    const auto add_unit = [&](const std::string& name, const std::string& before) {
        postgres_->execute(before);
        return std::stoll(postgres_->value("insert into registry.unit (name, station_id, vid) values ('" + name +
                                           "', 2, 'amb-9') returning id"));
    };
    wire::Event body;
    body.set_source(wire::SOURCE_CREW_BUTTON);
    body.mutable_state()->set_state(wire::UNIT_OUT_OF_SERVICE);
    const std::int64_t first =
        add_unit("U9", "insert into registry.vehicle (vid, region) values ('amb-9', '140802')");
    event("amb-9", body, "u9-out");
    ASSERT_TRUE(sees(*li, [&] { return unit_is(first, wire::UNIT_OUT_OF_SERVICE); })) << "registered while the server leads";
    const std::int64_t second =
        add_unit("U10", "update registry.unit set vid = null where id = " + std::to_string(first));
    ASSERT_TRUE(sees(*li, [&] { return unit(second) != nullptr; }));
    const std::int64_t incident = open_call(*li, "another-vehicle");
    const auto assigned = ask(*li, assign_frame(incident, second));
    ASSERT_TRUE(assigned) << assigned.error().message();
    EXPECT_EQ(postgres_->value("select vid from dispatch.outbox where unit_id = " + std::to_string(second)), "amb-9");
    event("amb-9", body, "u10-out");
    EXPECT_TRUE(sees(*li, [&] { return unit_is(second, wire::UNIT_OUT_OF_SERVICE); }));
}

TEST_F(DispatchdTest, ARefusedButtonIsToldToEveryDeskUntilOneIsTaken) {
    auto li = desk("dispatcher");
    ASSERT_TRUE(sees(*li, [&] { return unit(1) != nullptr; }));
    const auto pressed = [&](wire::UnitState state, const std::string& id, wire::EventSource source) {
        wire::Event body;
        body.set_source(source);
        body.mutable_state()->set_state(state);
        event("amb-2", body, id);
    };
    const auto stands = [&](bool active) {
        const auto known = newest_alarms_.find("button_refused");
        return known != newest_alarms_.end() && known->second.alarm().active() == active;
    };
    pressed(wire::UNIT_AT_HOSPITAL, "by-a-fence", wire::SOURCE_GEOFENCE);
    pressed(wire::UNIT_AT_HOSPITAL, "of-no-task", wire::SOURCE_CREW_BUTTON);
    ASSERT_TRUE(sees(*li, [&] { return stands(true); }));
    const api::LiveAlarm told = newest_alarms_.at("button_refused");
    EXPECT_EQ(told.unit_id(), 2);
    EXPECT_EQ(told.event_id(), "of-no-task");
    EXPECT_TRUE(told.alarm().technical());
    EXPECT_EQ(told.alarm().value(),
              "UNIT_AT_HOSPITAL " + std::to_string(static_cast<int>(Code::illegal_transition)));
    newest_alarms_.clear();
    auto wang = desk("auditor");
    ASSERT_TRUE(sees(*wang, [&] { return stands(true); })) << "in the snapshot";
    kill_server();
    newest_alarms_.clear();
    start();
    li = desk("dispatcher");
    ASSERT_TRUE(sees(*li, [&] { return stands(true); })) << "under another leader";
    EXPECT_EQ(newest_alarms_.at("button_refused").event_id(), "of-no-task");
    EXPECT_EQ(newest_alarms_.at("button_refused").alarm().value(), told.alarm().value());
    pressed(wire::UNIT_OUT_OF_SERVICE, "taken", wire::SOURCE_CREW_BUTTON);
    EXPECT_TRUE(sees(*li, [&] { return stands(false); }));
    kill_server();
    newest_alarms_.clear();
    start();
    li = desk("dispatcher");
    ASSERT_TRUE(sees(*li, [&] { return unit_is(2, wire::UNIT_OUT_OF_SERVICE); }));
    EXPECT_FALSE(newest_alarms_.contains("button_refused")) << "a later one was taken";
    pressed(wire::UNIT_AT_SCENE, "of-no-task-again", wire::SOURCE_CREW_BUTTON);
    ASSERT_TRUE(sees(*li, [&] { return stands(true); }));
    pressed(wire::UNIT_AVAILABLE, "back", wire::SOURCE_CREW_BUTTON);
    EXPECT_TRUE(sees(*li, [&] { return stands(false); }));
}

TEST_F(DispatchdTest, TakesTheLeadOverADatabaseThatAnswersAfterTwoSeconds) {
    kill_server();
    std::filesystem::remove(dir_.path() / "dispatchd.log");
    test::ChildProcess slow{{"psql", "-X", postgres_->conninfo("postgres"), "-c",
                             "begin; lock table dispatch.incident in access exclusive mode; select pg_sleep(2.5); rollback"},
                            test::ChildProcess::Options{"/dev/null", {}}};
    ASSERT_TRUE(test::eventually(
        [&] {
            return postgres_->value("select count(*) from pg_locks where relation = 'dispatch.incident'::regclass and granted "
                                    "and mode = 'AccessExclusiveLock'") == "1";
        },
        20s));
    start();
    auto li = desk("dispatcher");
    EXPECT_TRUE(sees(*li, [&] { return !mirror_.units().empty(); }));
    std::ifstream log{dir_.path() / "dispatchd.log"};
    const std::string said{std::istreambuf_iterator<char>{log}, {}};
    EXPECT_EQ(said.find("cannot load the state"), std::string::npos) << said;
    slow.wait_exit(10s);
}

TEST_F(DispatchdTest, ARoleThatMayNotSeeTheStateIsToldNothingMore) {
    auto wang = desk("auditor");
    ASSERT_TRUE(sees(*wang, [&] { return !mirror_.units().empty(); }));
    postgres_->execute("update dispatch.app_user set role = 'admin' where name = 'auditor'");
    EXPECT_TRUE(test::eventually(
        [&] {
            wang->drain();
            std::ifstream log{dir_.path() / "dispatchd.log"};
            const std::string said{std::istreambuf_iterator<char>{log}, {}};
            return said.find("role changed user=auditor") != std::string::npos;
        },
        20s));
    wang->drain();
    auto li = desk("dispatcher");
    ASSERT_TRUE(sees(*li, [&] { return !mirror_.units().empty(); }));
    open_call(*li, "after-the-change");
    int states = 0;
    for (const client::Event& event : wang->drain()) {
        states += std::holds_alternative<client::StateArrived>(event) ? 1 : 0;
    }
    EXPECT_EQ(states, 0);
    postgres_->execute("update dispatch.app_user set role = 'auditor' where name = 'auditor'");
}

TEST_F(DispatchdTest, StopsCleanlyAndRefusesABusyPortInOneSentence) {
    auto li = desk("dispatcher");
    ASSERT_TRUE(sees(*li, [&] { return !mirror_.units().empty(); }));
    std::string output;
    EXPECT_EQ(test::run({test::program("ems-dispatchd"), "--config", config_file()}, &output), 1);
    EXPECT_NE(output.find(std::to_string(port_)), std::string::npos) << output;
    const auto before = std::chrono::steady_clock::now();
    server_->signal(SIGTERM);
    EXPECT_EQ(server_->wait_exit(5s), 0);
    EXPECT_LT(std::chrono::steady_clock::now() - before, 3s);
}

} // namespace
} // namespace ems::dispatch
