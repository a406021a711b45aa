// The real ems-vehicled against a real broker and a scripted centre.
#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <set>

#include <gtest/gtest.h>

#include "telemetry/base/clock.h"
#include "tests/support/child_process.h"
#include "tests/support/fault_proxy.h"
#include "tests/support/temp_dir.h"
#include "tests/vehicle/agent/played_ecg.h"
#include "tests/vehicle/agent/scripted_centre.h"
#include "tests/vehicle/agent/vehicle_peers.h"
#include "tests/vehicle/device/peers.h"
#include "vehicle/device/mllp.h"

namespace ems::vehicle {
namespace {

using namespace std::chrono_literals;
using test::Crew;
using test::eventually;
using test::Receiver;

class VehicledTest : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        broker_ = std::make_unique<test::TempBroker>(
            std::vector<std::string>{"srv-telemetry-a", "srv-dispatch-a", "amb-zx01"});
    }
    static void TearDownTestSuite() { broker_.reset(); }

    void SetUp() override {
        centre_ = std::make_unique<test::ScriptedCentre>(*broker_, "amb-zx01");
        ASSERT_TRUE(eventually([&] { return centre_->ready(); }, 10s));
    }

    [[nodiscard]] std::string path(const std::string& name) const {
        return (dir_.path() / name).string();
    }
    void start_vehicle(const std::string& gnss = "none", const std::string& monitor = "none",
                       const std::string& ecg = "none") {
        std::ofstream{path("v.toml")}
            << "vid = \"amb-zx01\"\n[mqtt]\nport = " << (network_ ? network_->port() : broker_->port())
            << "\n[pki]\ndir = \""
            << broker_->pki_dir() << "\"\n[spool]\npath = \"" << path("spool.db")
            << "\"\n[crew]\nsocket = \"" << path("crew.sock") << "\"\n[gnss]\naddress = \"" << gnss
            << "\"\n[monitor]\naddress = \"" << monitor << "\"\n[ecg]\naddress = \"" << ecg
            << "\"\n";
        vehicle_ = std::make_unique<test::ChildProcess>(
            std::vector<std::string>{test::program("ems-vehicled"), "--config", path("v.toml")},
            test::ChildProcess::Options{path("v.log"), {}});
        const std::size_t before = centre_->births().size();
        ASSERT_TRUE(eventually([&] { return centre_->births().size() > before; }, 15s));
    }
    void kill_vehicle() {
        vehicle_->signal(SIGKILL);
        ASSERT_TRUE(vehicle_->wait_exit(5s));
    }
    wire::CommandBody order(const std::string& id, std::uint64_t term, std::uint64_t unit_seq) {
        wire::CommandBody body;
        body.set_id(id);
        body.set_vid("amb-zx01");
        body.set_term(term);
        body.set_unit_seq(unit_seq);
        body.set_issued_us(SystemClock{}.utc_us());
        body.set_expires_us(body.issued_us() + 60'000'000);
        body.mutable_dispatch()->set_incident_id(34);
        body.mutable_dispatch()->set_assignment_id(17);
        body.mutable_dispatch()->set_address("Fengcun");
        return body;
    }
    // Distinct acknowledgements of a command, by event id.
    std::set<std::string> acks_of(const std::string& command_id, wire::CommandAck::Result result) {
        std::set<std::string> ids;
        for (const wire::Event& event : centre_->events()) {
            if (event.has_command_ack() && event.command_ack().command_id() == command_id &&
                event.command_ack().result() == result) {
                ids.insert(event.event_id());
            }
        }
        return ids;
    }
    std::size_t count_event(const std::string& event_id) {
        const auto events = centre_->events();
        return static_cast<std::size_t>(
            std::count_if(events.begin(), events.end(),
                          [&](const auto& one) { return one.event_id() == event_id; }));
    }
    // Names of the records that carried an event. One record may arrive more than once.
    std::set<std::pair<std::uint64_t, std::uint64_t>> records_of(const std::string& event_id) {
        std::set<std::pair<std::uint64_t, std::uint64_t>> names;
        for (const auto& one : centre_->arrivals()) {
            wire::Event event;
            if (one.envelope.stream() == wire::STREAM_A &&
                event.ParseFromString(one.envelope.body()) && event.event_id() == event_id) {
                names.emplace(one.envelope.spool(), one.envelope.seq());
            }
        }
        return names;
    }
    std::uint64_t unacked_events() {
        const wire::Heartbeat beat = centre_->last_heartbeat();
        EXPECT_TRUE(beat.birth_counter() == 0 || beat.spool() != 0); // counts name their spool
        for (const wire::StreamCount& count : beat.streams()) {
            if (count.stream() == wire::STREAM_A) {
                return count.unacked();
            }
        }
        return UINT64_MAX;
    }

    static std::unique_ptr<test::TempBroker> broker_;
    test::TempDir dir_;
    std::unique_ptr<test::ScriptedCentre> centre_;
    std::unique_ptr<test::FaultProxy> network_; // null: straight to the broker
    std::unique_ptr<test::ChildProcess> vehicle_;
};
std::unique_ptr<test::TempBroker> VehicledTest::broker_;

TEST_F(VehicledTest, APressIsStoredSentAndForgottenWhenAcknowledged) {
    start_vehicle();
    Crew crew{path("crew.sock")};
    EXPECT_TRUE(crew.press("press-1", wire::UNIT_EN_ROUTE).has_stored());
    EXPECT_TRUE(eventually([&] { return count_event("press-1") >= 1; }, 5s));
    EXPECT_TRUE(eventually([&] { return unacked_events() == 0; }, 5s));
    EXPECT_EQ(crew.status().state(), wire::UNIT_EN_ROUTE);
    EXPECT_TRUE(crew.press("press-1", wire::UNIT_EN_ROUTE).has_stored()) << "a repeat is harmless";
    EXPECT_TRUE(crew.press("press-2", wire::UNIT_AT_SCENE).has_stored());
    EXPECT_TRUE(eventually([&] { return count_event("press-2") >= 1; }, 5s));
    EXPECT_EQ(records_of("press-1").size(), 1U);
    vehicle_->signal(SIGTERM);
    EXPECT_EQ(vehicle_->wait_exit(10s), 0);
}

TEST_F(VehicledTest, ACleanStopSaysOfflineAtOnce) {
    start_vehicle();
    vehicle_->signal(SIGTERM);
    EXPECT_EQ(vehicle_->wait_exit(10s), 0);
    const auto is_offline = [&] {
        const auto states = centre_->link_states();
        return !states.empty() && !states.back().online();
    };
    ASSERT_TRUE(eventually(is_offline, 10s));
    EXPECT_EQ(centre_->link_states().back().birth_counter(),
              centre_->births().back().birth_counter());
}

TEST_F(VehicledTest, WhatIsNotAcknowledgedIsSentAgainOverTheSameLink) {
    centre_->acknowledge_all(false);
    start_vehicle();
    Crew crew{path("crew.sock")};
    crew.press("press-3", wire::UNIT_EN_ROUTE);
    EXPECT_TRUE(eventually([&] { return count_event("press-3") >= 2; }, 10s));
    EXPECT_EQ(centre_->births().size(), 1U) << "a missing acknowledgement closes no link";
    centre_->acknowledge_all(true);
    EXPECT_TRUE(eventually([&] { return unacked_events() == 0; }, 20s));
}

TEST_F(VehicledTest, AfterKillBetweenPressAndAcknowledgementTheEventArrivesAsOne) {
    centre_->acknowledge_all(false);
    start_vehicle();
    {
        Crew crew{path("crew.sock")};
        ASSERT_TRUE(crew.press("press-4", wire::UNIT_AT_SCENE).has_stored());
    }
    kill_vehicle();
    start_vehicle();
    EXPECT_TRUE(eventually([&] { return count_event("press-4") >= 2; }, 10s));
    std::set<std::pair<std::uint64_t, std::uint64_t>> keys;
    for (const auto& arrival : centre_->arrivals()) {
        wire::Event event;
        if (arrival.envelope.stream() == wire::STREAM_A &&
            event.ParseFromString(arrival.envelope.body()) && event.event_id() == "press-4") {
            keys.emplace(arrival.envelope.spool(), arrival.envelope.seq());
        }
    }
    EXPECT_EQ(keys.size(), 1U) << "the same key, so the centre keeps one";
    const auto births = centre_->births();
    EXPECT_GT(births.back().birth_counter(), births.front().birth_counter());
    EXPECT_EQ(births.back().spool(), births.front().spool());
    EXPECT_EQ(births.back().unit_state(), wire::UNIT_AT_SCENE);
    Crew crew{path("crew.sock")};
    EXPECT_EQ(crew.status().state(), wire::UNIT_AT_SCENE) << "the crew's state survives, too";
}

TEST_F(VehicledTest, ACommandIsTakenOnceAndAnsweredByTheCrew) {
    start_vehicle();
    Crew crew{path("crew.sock")};
    centre_->send_command(order("cmd-1", 5, 1));
    centre_->send_command(order("cmd-1", 5, 1));
    ASSERT_TRUE(
        eventually([&] { return !acks_of("cmd-1", wire::CommandAck::STORED).empty(); }, 5s));
    EXPECT_EQ(crew.status().order_command_id(), "cmd-1");
    EXPECT_EQ(crew.status().state(), wire::UNIT_ASSIGNED);
    CrewRequest answer;
    answer.mutable_answer()->set_event_id("answer-1");
    answer.mutable_answer()->set_command_id("cmd-1");
    answer.mutable_answer()->set_accept(true);
    EXPECT_TRUE(crew.ask(answer).has_stored());
    ASSERT_TRUE(eventually([&] { return count_event("answer-1") == 1; }, 5s));
    EXPECT_EQ(acks_of("cmd-1", wire::CommandAck::ACCEPTED), std::set<std::string>{"answer-1"});
    EXPECT_EQ(crew.status().state(), wire::UNIT_ACKNOWLEDGED);
    kill_vehicle();
    start_vehicle();
    centre_->send_command(order("cmd-1", 5, 1));
    ASSERT_TRUE(eventually([&] { return count_event("answer-1") >= 2; }, 5s)) << "told again";
    Crew again{path("crew.sock")};
    EXPECT_EQ(again.status().state(), wire::UNIT_ACKNOWLEDGED) << "and not executed again";
    EXPECT_EQ(acks_of("cmd-1", wire::CommandAck::STORED).size(), 1U);
}

TEST_F(VehicledTest, AStaleForgedForeignOrLateCommandIsNotExecuted) {
    start_vehicle();
    Crew crew{path("crew.sock")};
    centre_->send_command(order("cmd-forged", 9, 9), true);
    EXPECT_TRUE(eventually(
        [&] { return !acks_of("cmd-forged", wire::CommandAck::BAD_SIGNATURE).empty(); }, 5s));
    wire::CommandBody foreign = order("cmd-foreign", 9, 9);
    foreign.set_vid("amb-xz01");
    centre_->send_command(foreign);
    wire::CommandBody late = order("cmd-late", 5, 1);
    late.set_expires_us(late.issued_us() - 1'000'000);
    centre_->send_command(late);
    EXPECT_TRUE(
        eventually([&] { return !acks_of("cmd-late", wire::CommandAck::EXPIRED).empty(); }, 5s));
    EXPECT_FALSE(crew.status().has_order());
    centre_->send_command(order("cmd-good", 5, 4));
    EXPECT_TRUE(
        eventually([&] { return !acks_of("cmd-good", wire::CommandAck::STORED).empty(); }, 5s));
    centre_->send_command(order("cmd-stale", 4, 5));
    EXPECT_TRUE(eventually(
        [&] { return !acks_of("cmd-stale", wire::CommandAck::STALE_TERM).empty(); }, 5s));
    centre_->send_command(order("cmd-old", 5, 3));
    EXPECT_TRUE(
        eventually([&] { return !acks_of("cmd-old", wire::CommandAck::SUPERSEDED).empty(); }, 5s));
    EXPECT_EQ(crew.status().order_command_id(), "cmd-good");
    EXPECT_TRUE(acks_of("cmd-foreign", wire::CommandAck::STORED).empty());
}

TEST_F(VehicledTest, WithoutADiskTheCrewWorksOnAndIsToldAndThePressOutlivesTheDisksReturn) {
    std::filesystem::create_directory(path("spool.db")); // cannot be opened as a file
    start_vehicle();
    {
        Crew crew{path("crew.sock")};
        EXPECT_TRUE(crew.status().in_memory());
        EXPECT_TRUE(crew.press("press-6", wire::UNIT_EN_ROUTE).has_stored());
        std::filesystem::remove(path("spool.db"));
        EXPECT_TRUE(eventually([&] { return !crew.status().in_memory(); }, 30s));
    }
    EXPECT_TRUE(eventually([&] { return count_event("press-6") >= 1; }, 10s));
    const auto alarm = [&] {
        const auto events = centre_->events();
        return std::any_of(events.begin(), events.end(), [](const wire::Event& event) {
            return event.alarm().code() == "spool_failed" && !event.alarm().active();
        });
    };
    EXPECT_TRUE(eventually(alarm, 10s)) << "and the centre is told that it is over";
}

// A PDS monitor's cuff reading of `mmhg`, measured at `second` of a minute.
std::string cuff_reading(int mmhg, int second) {
    return mllp_frame("MSH|^~\\&|||||||ORU^R01|503|P|2.3.1|\rOBX||NM|170^Sys|2105|" +
                      std::to_string(mmhg) + "||||||F||APERIODIC|202603181042" +
                      std::to_string(10 + second) + "\r");
}

TEST_F(VehicledTest, ALimitIsWatchedOnBoardAndWhatOneRunToldTheNextOneEnds) {
    const auto told = [&](bool active) {
        const auto events = centre_->events();
        return std::count_if(events.begin(), events.end(), [&](const wire::Event& event) {
            return event.alarm().code() == "nibp_low" && event.alarm().active() == active;
        });
    };
    test::TcpDevice monitor;
    start_vehicle("none", monitor.address());
    ASSERT_TRUE(eventually([&] { return monitor.taken(); }, 10s));
    monitor.say(cuff_reading(80, 0));
    ASSERT_TRUE(eventually([&] { return told(true) >= 1; }, 10s));
    {
        Crew crew{path("crew.sock")};
        const Status status = crew.status();
        ASSERT_EQ(status.alarms_size(), 1);
        EXPECT_EQ(status.alarms(0).alarm().value(), "80 < 90");
        EXPECT_EQ(status.sounding(), wire::Alarm::MEDIUM);
        CrewRequest pause;
        pause.mutable_alarm()->set_action(AnswerAlarm::PAUSE_AUDIO);
        EXPECT_TRUE(crew.ask(pause).has_stored());
        EXPECT_EQ(crew.status().sounding(), wire::Alarm::PRIORITY_UNSPECIFIED);
        CrewRequest nonsense;
        nonsense.mutable_alarm()->set_action(AnswerAlarm::ACKNOWLEDGE);
        nonsense.mutable_alarm()->set_code("no such alarm");
        EXPECT_TRUE(crew.ask(nonsense).has_refused());
    }
    EXPECT_EQ(told(false), 0) << "a pause on board ends nothing";
    kill_vehicle();
    monitor.hang_up();
    start_vehicle("none", monitor.address());
    EXPECT_TRUE(eventually([&] { return told(false) >= 1; }, 10s));
}

TEST_F(VehicledTest, AFibrillationInTheModulesEcgIsOneEventWithinTenSecondsOfTheRecording) {
    const auto told = [&](bool active) {
        std::set<std::string> ids;
        for (const wire::Event& event : centre_->events()) {
            if (event.alarm().code() == "vf" && event.alarm().active() == active) {
                ids.insert(event.event_id());
            }
        }
        return ids.size();
    };
    test::TcpDevice module;
    start_vehicle("none", "none", module.address());
    ASSERT_TRUE(eventually([&] { return module.taken(); }, 10s));
    test::PlayedEcg ecg{7, test::Oximeter::fitted};
    module.say(encode_ecg_header(ecg.header()));
    module.say(ecg.bytes(20));
    ecg.fibrillate();
    module.say(ecg.bytes(10));
    ASSERT_TRUE(eventually([&] { return told(true) > 0; }, 10s));
    module.hang_up();
    ASSERT_TRUE(eventually([&] { return told(false) > 0; }, 10s));
    EXPECT_EQ(told(true), 1U);
    EXPECT_EQ(told(false), 1U);
}

TEST_F(VehicledTest, AfterAnOutageTheNewestPositionComesFirstAndTheBacklogInOrder) {
    Receiver receiver;
    network_ = test::FaultProxy::start({.target_port = broker_->port()}).value();
    start_vehicle(receiver.address());
    const auto positions = [&] {
        std::vector<test::ScriptedCentre::Arrival> out;
        for (auto& arrival : centre_->arrivals()) {
            if (arrival.envelope.stream() == wire::STREAM_G) {
                out.push_back(std::move(arrival));
            }
        }
        return out;
    };
    ASSERT_TRUE(eventually(
        [&] {
            receiver.tick();
            return positions().size() >= 2;
        },
        10s));
    network_->refuse();
    broker_->kill();
    Crew crew{path("crew.sock")};
    ASSERT_TRUE(crew.press("press-5", wire::UNIT_AT_PATIENT).has_stored())
        << "works without a link";
    const std::uint64_t seen = positions().back().envelope.seq();
    ASSERT_TRUE(eventually(
        [&] {
            receiver.tick();
            return crew.status().streams(1).last_seq() >= seen + 4;
        },
        15s));
    centre_->forget();
    broker_->start();
    ASSERT_TRUE(eventually(
        [&] {
            receiver.tick();
            return centre_->ready();
        },
        20s))
        << "nobody hears what a vehicle says that is back before it";
    network_->accept();
    ASSERT_TRUE(eventually(
        [&] {
            receiver.tick(); // an old fix would not be sent live
            return positions().size() >= 4;
        },
        20s));
    const auto all = positions();
    EXPECT_EQ(all[0].kind, wire::UpKind::gps);
    std::set<std::uint64_t> before;
    std::uint64_t last_old = 0;
    for (const auto& arrival : all) {
        // What was not acknowledged in time comes a second time, out of its order.
        const bool first = before.insert(arrival.envelope.seq()).second;
        if (first && arrival.kind == wire::UpKind::bf) {
            EXPECT_LE(arrival.envelope.seq(), all[0].envelope.seq()) << "old behind new";
            EXPECT_GT(arrival.envelope.seq(), last_old);
            last_old = arrival.envelope.seq();
        }
    }
    EXPECT_TRUE(eventually([&] { return count_event("press-5") >= 1; }, 5s));
}

} // namespace
} // namespace ems::vehicle
