// A real vehicle's computer with a receiver and a crew, through ems-telemetryd and PostgreSQL to ems-dispatchd and its desk:
// what its own fence suggests without a link and its crew confirms, and where the centre posts it.
#include <gtest/gtest.h>

#include "tests/dispatch/service/dispatchd_fixture.h"
#include "tests/vehicle/agent/vehicle_peers.h"

namespace ems::dispatch {
namespace {

constexpr std::int32_t kSceneLatE7 = 351'100'000;  // of call_frame
constexpr std::int32_t kSceneLonE7 = 1'109'100'000;

struct PlaceSaid {
    std::int32_t lat_e7{0};
    std::int32_t lon_e7{0};
};

class VehicleFence : public DispatchdTest {
  protected:
    VehicleFence() {
        const std::string pki = broker_->pki_dir();
        std::ofstream{file("telemetryd.toml")}
            << "pg.conninfo = \"" << postgres_->conninfo("ems_telemetry") << "\"\nmqtt.port = " << broker_->port()
            << "\nmqtt.ca = \"" << broker_->ca() << "\"\nmqtt.certificate = \"" << pki
            << "/srv-telemetry-a.crt\"\nmqtt.key = \"" << pki << "/srv-telemetry-a.key\"\n";
        telemetryd_ = run("ems-telemetryd", "telemetryd");
    }
    ~VehicleFence() override {
        if (HasFailure()) {
            for (const char* log : {"telemetryd.log", "vehicled.log"}) {
                std::ifstream in{file(log)};
                std::cerr << in.rdbuf();
            }
        }
    }
    void SetUp() override {
        li_ = desk("dispatcher");
        ASSERT_TRUE(sees(*li_, [&] { return unit(1) != nullptr && unit(2) != nullptr; }));
    }
    // Eight times as fast as the world: a fence waits for 2.5 s.
    void start_vehicle(const std::string& vid) {
        std::ofstream{file("vehicled.toml")}
            << "vid = \"" << vid << "\"\ntime_scale = 8.0\n[mqtt]\nport = " << broker_->port() << "\n[pki]\ndir = \""
            << broker_->pki_dir() << "\"\n[spool]\npath = \"" << file(vid + ".db") << "\"\n[crew]\nsocket = \""
            << file("crew.sock") << "\"\n[gnss]\naddress = \"" << receiver_.address() << "\"\n";
        vehicled_ = run("ems-vehicled", "vehicled");
        crew_ = std::make_unique<test::Crew>(file("crew.sock"));
    }
    // What the crew's screen shows once `condition` holds, while the vehicle stands there.
    std::optional<vehicle::Status> standing(const PlaceSaid& place, const std::function<bool(const vehicle::Status&)>& condition) {
        vehicle::Status status;
        const bool shown = test::eventually(
            [&] {
                receiver_.stand(place.lat_e7, place.lon_e7);
                status = crew_->status();
                return condition(status);
            },
            30s);
        return shown ? std::optional{status} : std::nullopt;
    }
    bool stored(vehicle::CrewRequest request) { return crew_->ask(std::move(request)).has_stored(); }
    bool answers(const std::string& command, bool accept, const std::string& reason = {}) {
        vehicle::CrewRequest request;
        request.mutable_answer()->set_event_id("answer-" + command);
        request.mutable_answer()->set_command_id(command);
        request.mutable_answer()->set_accept(accept);
        request.mutable_answer()->set_reason(reason);
        return stored(std::move(request));
    }
    static api::ClientFrame posting_frame(std::int64_t unit, std::int64_t station) {
        api::ClientFrame frame;
        frame.mutable_order_posting()->set_unit_id(unit);
        frame.mutable_order_posting()->set_kind("relocation");
        frame.mutable_order_posting()->set_station_id(station);
        return frame;
    }
    std::int64_t post(std::int64_t unit, std::int64_t station) {
        const auto posted = ask(*li_, posting_frame(unit, station));
        EXPECT_TRUE(posted) << posted.error().message();
        return posted ? posted->posting_ok().posting_id() : 0;
    }
    bool becomes(const std::string& sql, const std::string& value) {
        const std::string or_nothing = "select coalesce((" + sql + "), '')";   // no row yet
        return test::eventually([&] { return postgres_->value(or_nothing) == value; }, 20s);
    }
    static std::string file(const std::string& name) { return (dir_.path() / name).string(); }
    static std::unique_ptr<test::ChildProcess> run(const std::string& program, const std::string& name) {
        return std::make_unique<test::ChildProcess>(
            std::vector<std::string>{test::program(program), "--config", file(name + ".toml")},
            test::ChildProcess::Options{file(name + ".log"), {}});
    }

    std::unique_ptr<client::Client> li_;
    test::Receiver receiver_;
    std::unique_ptr<test::Crew> crew_;
    std::unique_ptr<test::ChildProcess> telemetryd_;
    std::unique_ptr<test::ChildProcess> vehicled_;
};

TEST_F(VehicleFence, WhatItsCrewConfirmsWithoutALinkIsStampedWithTheFencesTimeBesideTheButtons) {
    start_vehicle("amb-1");
    const auto assigned = ask(*li_, assign_frame(open_call(*li_, "dead-zone"), 1));
    ASSERT_TRUE(assigned) << assigned.error().message();
    const std::string assignment = std::to_string(assigned->assign_ok().assignment_id());
    ASSERT_TRUE(test::eventually([&] { return crew_->status().has_order(); }, 20s));
    EXPECT_EQ(crew_->status().order().station().lat_e7(), 351'000'000) << "where it stands by";
    ASSERT_TRUE(answers(crew_->status().order_command_id(), true));
    ASSERT_TRUE(becomes("select state from dispatch.assignment where id = " + assignment, "accepted"));
    broker_->kill();
    const auto seen = standing({kSceneLatE7, kSceneLonE7}, [](const auto& status) { return status.proposals_size() > 0; });
    ASSERT_TRUE(seen) << "the vehicle's own fence needs no link";
    EXPECT_EQ(seen->proposals(0).state(), wire::UNIT_AT_SCENE);
    EXPECT_EQ(seen->state(), wire::UNIT_ACKNOWLEDGED) << "nobody has said so";
    const std::int64_t fence_us = seen->proposals(0).since_us();
    vehicle::CrewRequest press;
    press.mutable_press()->set_event_id("press-fence");
    press.mutable_press()->set_state(wire::UNIT_AT_SCENE);
    press.mutable_press()->set_assignment_id(std::stoll(assignment));
    press.mutable_press()->set_fence_us(fence_us);
    ASSERT_TRUE(stored(press));
    EXPECT_EQ(crew_->status().proposals_size(), 0) << "overtaken by the press";
    broker_->start();
    const std::string stamp = " from dispatch.stamp where event = 'at_scene' and assignment_id = " + assignment;
    ASSERT_TRUE(becomes("select source" + stamp, "geofence"));
    // Of a clock that nobody disciplines only the time between fence and button counts.
    const std::string fence = std::to_string(fence_us);
    EXPECT_EQ(postgres_->value("select dispatch.us(at) in (" + fence + ", dispatch.us(received_at) - (device_us - " + fence + "))" + stamp),
              "t");
    EXPECT_EQ(postgres_->value("select device_us > " + fence + stamp), "t") << "the button's own time";
    EXPECT_EQ(postgres_->value("select actor" + stamp), "amb-1");
    EXPECT_EQ(postgres_->value("select outcome || ' ' || source from dispatch.proposal where state = 5 and assignment_id = " +
                               assignment),
              "confirmed geofence")
        << "what the vehicle suggested came before the press, and was kept";
    EXPECT_TRUE(sees(*li_, [&] { return unit_is(1, wire::UNIT_AT_SCENE); }));
}

TEST_F(VehicleFence, ACrewAcceptsWhereItIsPostedAndConfirmsItsFenceThatItIsThere) {
    start_vehicle("amb-2");
    const std::int64_t id = post(2, 1);
    ASSERT_TRUE(test::eventually([&] { return crew_->status().has_posting(); }, 20s));
    const vehicle::PostedTo posted = crew_->status().posting();
    EXPECT_EQ(posted.posting().name(), "S1");
    EXPECT_EQ(posted.posting().kind(), wire::Posting::RELOCATION);
    ASSERT_TRUE(answers(posted.command_id(), true));
    const auto there = standing({posted.posting().place().lat_e7(), posted.posting().place().lon_e7()},
                                [](const auto& status) { return status.posting().fence_us() != 0; });
    ASSERT_TRUE(there);
    EXPECT_NE(postgres_->value("select state from dispatch.posting where id = " + std::to_string(id)), "arrived");
    vehicle::CrewRequest reach;
    reach.mutable_reach()->set_event_id("reach-1");
    reach.mutable_reach()->set_command_id(posted.command_id());
    reach.mutable_reach()->set_fence_us(there->posting().fence_us());
    ASSERT_TRUE(stored(reach));
    EXPECT_TRUE(sees(*li_, [&] { return mirror_.postings().contains(id) && mirror_.postings().at(id).state() == "arrived"; }));
    EXPECT_EQ(postgres_->value("select detail like '%answer=arrived at_us=" + std::to_string(there->posting().fence_us()) +
                               " %' from dispatch.audit where action = 'crew_posting' order by n desc limit 1"),
              "t");
    api::ClientFrame end;
    end.mutable_end_posting()->set_posting_id(id);
    end.mutable_end_posting()->set_state("done");
    ASSERT_TRUE(ask(*li_, end));
    EXPECT_TRUE(test::eventually([&] { return !crew_->status().has_posting(); }, 20s)) << "its crew hears of the end";
}

TEST_F(VehicleFence, ACrewThatWillNotGoWhereItIsPostedSaysSoFromItsScreen) {
    start_vehicle("amb-2");
    const std::int64_t id = post(2, 1);
    ASSERT_TRUE(test::eventually([&] { return crew_->status().has_posting(); }, 20s));
    ASSERT_TRUE(answers(crew_->status().posting().command_id(), false, "no fuel"));
    EXPECT_TRUE(becomes("select state || ' ' || end_reason from dispatch.posting where id = " + std::to_string(id),
                        "refused no fuel"));
    EXPECT_FALSE(crew_->status().has_posting());
    std::vector<std::string> alarms;
    const auto told = [&](const std::string& alarm) {
        return test::eventually(
            [&] {
                for (const client::Event& event : li_->drain()) {
                    take(event);
                    const auto* state = std::get_if<client::StateArrived>(&event);
                    const auto* delta = state == nullptr ? nullptr : std::get_if<api::Delta>(&state->state);
                    if (delta == nullptr) {
                        continue;
                    }
                    for (const api::Posting& row : delta->postings()) {
                        if (row.id() == id && row.state() == "refused") {
                            alarms.push_back(row.alarm());
                        }
                    }
                }
                return !alarms.empty() && alarms.back() == alarm;
            },
            20s);
    };
    EXPECT_TRUE(told("posting_refused")) << "nobody covers the place";
    EXPECT_FALSE(mirror_.postings().contains(id));
    li_->send(posting_frame(2, 2), 20s);
    EXPECT_TRUE(told("")) << "it has something else to do";
}

} // namespace
} // namespace ems::dispatch
