// The real ems-vehicled over a bad network to a real broker and a scripted centre.
#include <algorithm>
#include <chrono>
#include <fstream>
#include <memory>
#include <set>

#include <gtest/gtest.h>

#include "telemetry/base/clock.h"
#include "telemetry/base/machine_boot.h"
#include "tests/support/child_process.h"
#include "tests/support/fault_proxy.h"
#include "tests/support/temp_dir.h"
#include "tests/vehicle/agent/scripted_centre.h"
#include "tests/vehicle/agent/vehicle_peers.h"
#include "vehicle/agent/limits.h"
#include "vehicle/spool/spool.h"

namespace ems::vehicle {
namespace {

using namespace std::chrono_literals;
using test::Crew;
using test::Direction;
using test::eventually;
using test::Passage;
using test::Receiver;
using Arrival = test::ScriptedCentre::Arrival;

class UplinkFaultsTest : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        broker_ = std::make_unique<test::TempBroker>(
            std::vector<std::string>{"srv-telemetry-a", "srv-dispatch-a", "amb-zx01"});
    }
    static void TearDownTestSuite() { broker_.reset(); }

    // The centre is beside the broker; only the vehicle is behind the bad network.
    void SetUp() override {
        centre_ = std::make_unique<test::ScriptedCentre>(*broker_, "amb-zx01");
        network_ = test::FaultProxy::start({.target_port = broker_->port()}).value();
        ASSERT_TRUE(eventually([&] { return centre_->ready(); }, 10s));
    }

    [[nodiscard]] std::string path(const std::string& name) const {
        return (dir_.path() / name).string();
    }
    void start_vehicle(const std::string& gnss = "none") {
        std::ofstream{path("v.toml")}
            << "vid = \"amb-zx01\"\n[mqtt]\nport = " << network_->port() << "\n[pki]\ndir = \""
            << broker_->pki_dir() << "\"\n[spool]\npath = \"" << path("spool.db")
            << "\"\n[crew]\nsocket = \"" << path("crew.sock") << "\"\n[gnss]\naddress = \"" << gnss
            << "\"\n";
        vehicle_ = std::make_unique<test::ChildProcess>(
            std::vector<std::string>{test::program("ems-vehicled"), "--config", path("v.toml")},
            test::ChildProcess::Options{path("v.log"), {}});
    }
    [[nodiscard]] bool has_event(const std::string& id) const {
        const auto events = centre_->events();
        return std::any_of(events.begin(), events.end(),
                           [&](const wire::Event& event) { return event.event_id() == id; });
    }
    [[nodiscard]] std::vector<Arrival> arrivals_of(wire::Stream stream) const {
        std::vector<Arrival> out;
        for (Arrival& arrival : centre_->arrivals()) {
            if (arrival.envelope.stream() == stream) {
                out.push_back(std::move(arrival));
            }
        }
        return out;
    }
    // The link is up and heartbeats have passed both ways: the vehicle's twice, 1 s apart, and in
    // that time two of the centre, which come each 500 ms. (A link that never heard one is given
    // more patience.)
    void wait_until_heard(Crew& crew) {
        ASSERT_TRUE(eventually([&] { return crew.status().link_up(); }, 20s));
        std::int64_t first_us = 0;
        ASSERT_TRUE(eventually(
            [&] {
                const auto births = centre_->births();
                const wire::Heartbeat beat = centre_->last_heartbeat();
                if (births.empty() || beat.birth_counter() != births.back().birth_counter()) {
                    return false;
                }
                first_us = first_us == 0 ? beat.t_us() : first_us;
                return beat.t_us() >= first_us + 900'000;
            },
            20s));
    }

    static std::unique_ptr<test::TempBroker> broker_;
    test::TempDir dir_;
    std::unique_ptr<test::ScriptedCentre> centre_;
    std::unique_ptr<test::FaultProxy> network_;
    std::unique_ptr<test::ChildProcess> vehicle_;
};
std::unique_ptr<test::TempBroker> UplinkFaultsTest::broker_;

TEST_F(UplinkFaultsTest, AHalfOpenLinkIsNoticedWithinFiveSeconds) {
    start_vehicle();
    Crew crew{path("crew.sock")};
    test::Faults dark;
    dark.passage = Passage::black_hole;
    for (const bool both_ways : {true, false}) {
        wait_until_heard(crew);
        const std::size_t births = centre_->births().size();
        const auto start = std::chrono::steady_clock::now();
        network_->set(Direction::down, dark);
        if (both_ways) {
            network_->set(Direction::up, dark);
        }
        ASSERT_TRUE(eventually([&] { return !crew.status().link_up(); }, 20s));
        EXPECT_LE(std::chrono::steady_clock::now() - start, kLinkDeadKnownWithin);
        const std::string press = both_ways ? "press-dark-1" : "press-dark-2";
        EXPECT_TRUE(crew.press(press, wire::UNIT_EN_ROUTE).has_stored()) << "the crew works on";
        EXPECT_EQ(centre_->births().size(), births);
        network_->heal();
        EXPECT_TRUE(eventually([&] { return has_event(press); }, 30s)) << "and nothing is lost";
        EXPECT_GT(centre_->births().size(), births);
    }
}

// The centre sends again what the vehicle has not acknowledged, under the time at which it was said.
TEST_F(UplinkFaultsTest, WhatTheCentreChangedMeanwhileIsToldUntilTheCrewHasReadIt) {
    const SystemClock clock;
    const auto command = [&](const std::string& id, std::uint64_t unit_seq) {
        wire::CommandBody body;
        body.set_id(id);
        body.set_vid("amb-zx01");
        body.set_term(1);
        body.set_unit_seq(unit_seq);
        body.set_issued_us(clock.utc_us());
        body.set_expires_us(body.issued_us() + 600'000'000);
        return body;
    };
    start_vehicle();
    Crew crew{path("crew.sock")};
    wait_until_heard(crew);
    wire::CommandBody order = command("order-1", 1);
    order.mutable_dispatch()->set_incident_id(34);
    order.mutable_dispatch()->set_assignment_id(17);
    order.mutable_dispatch()->set_incident_number("0034");
    centre_->send_command(order);
    ASSERT_TRUE(eventually([&] { return crew.status().has_order(); }, 10s));
    wire::CommandBody hospital = command("hospital-1", 2);
    hospital.mutable_destination()->set_assignment_id(17);
    hospital.mutable_destination()->set_name("county");
    centre_->send_command(hospital);
    ASSERT_TRUE(eventually([&] { return crew.status().destination().name() == "county"; }, 10s));
    EXPECT_FALSE(crew.status().has_after_outage()) << "it was seen as it came";

    test::Faults dark;
    dark.passage = Passage::black_hole;
    network_->set(Direction::down, dark);
    network_->set(Direction::up, dark);
    ASSERT_TRUE(eventually([&] { return !crew.status().link_up(); }, 20s));
    EXPECT_TRUE(crew.press("press-meanwhile", wire::UNIT_AT_SCENE).has_stored());
    wire::CommandBody cancel = command("cancel-1", 3);
    cancel.mutable_cancel()->set_assignment_id(17);
    network_->heal();
    ASSERT_TRUE(eventually([&] { return crew.status().link_up(); }, 30s));
    centre_->send_command(cancel);
    ASSERT_TRUE(eventually([&] { return crew.status().has_after_outage(); }, 10s));
    const AfterOutage told = crew.status().after_outage();
    ASSERT_EQ(told.changes_size(), 1);
    EXPECT_EQ(told.changes(0).what(), CentreChange::ORDER_CANCELLED);
    EXPECT_EQ(told.changes(0).shown(), "0034");
    EXPECT_EQ(told.changes(0).shown_state(), wire::UNIT_AT_SCENE);
    EXPECT_EQ(told.changes(0).state(), crew.status().state());
    EXPECT_TRUE(eventually([&] { return has_event("press-meanwhile"); }, 30s)) << "and counts from its time";
    CrewRequest read;
    read.mutable_seen_changes();
    EXPECT_TRUE(crew.ask(read).has_stored());
    EXPECT_FALSE(crew.status().has_after_outage());
}

// What a vehicle kept from an hour out of reach: positions first, then waves of 8 KiB each.
struct Backlog {
    std::uint64_t positions{200};
    std::uint64_t waves{64};
};

void fill(const std::string& path, const Backlog& backlog) {
    const SystemClock clock;
    const auto spool =
        Spool::open({.path = path, .boot = machine_boot()}, clock).value();
    const std::int64_t hour_ago_us = clock.utc_us() - 3'600'000'000;
    wire::Position position;
    position.set_lat_e7(350'000'000);
    position.set_lon_e7(1'109'800'000);
    position.set_fix_mode(3);
    const auto add = [&](wire::Stream stream, std::uint64_t i, const std::string& body) {
        ASSERT_TRUE(spool->append({.stream = stream,
                                   .t_us = hour_ago_us + static_cast<std::int64_t>(i) * 1'000'000,
                                   .clk = wire::CLOCK_GNSS,
                                   .keep = Keep::ordinary,
                                   .body = body}));
    };
    for (std::uint64_t i = 0; i < backlog.positions; ++i) {
        add(wire::STREAM_G, i, position.SerializeAsString());
    }
    for (std::uint64_t i = 0; i < backlog.waves; ++i) {
        add(wire::STREAM_W, i, std::string(8'192, 'w'));
    }
    ASSERT_EQ(spool->commit().durability, Durability::on_disk);
}

std::set<std::uint64_t> numbers(const std::vector<Arrival>& arrivals) {
    std::set<std::uint64_t> out;
    for (const Arrival& arrival : arrivals) {
        out.insert(arrival.envelope.seq());
    }
    return out;
}

double age_s(const Arrival& arrival) {
    return static_cast<double>(arrival.received_us - arrival.envelope.t_us()) / 1e6;
}

TEST_F(UplinkFaultsTest,
       AfterAnOutageTheNewestPositionComesFirstAndTheBacklogNeverDelaysTheLivePosition) {
    const Backlog backlog;
    fill(path("spool.db"), backlog);
    // Half as fast again as the budget of the backlog (64 KiB/s): what exceeded the budget would
    // queue up in front of the live positions.
    network_->set({.delay = 30ms, .jitter = 10ms, .rate_bytes_per_s = 96 * 1'024});
    network_->refuse();
    Receiver receiver;
    start_vehicle(receiver.address());
    Crew crew{path("crew.sock")};
    ASSERT_TRUE(eventually(
        [&] {
            receiver.tick();
            return crew.status().streams(1).last_seq() >= backlog.positions + 3;
        },
        15s));
    network_->accept();
    ASSERT_TRUE(eventually(
        [&] {
            receiver.tick();
            return numbers(arrivals_of(wire::STREAM_W)).size() >= backlog.waves &&
                   numbers(arrivals_of(wire::STREAM_G)).size() >= backlog.positions + 3;
        },
        60s));

    const std::vector<Arrival> positions = arrivals_of(wire::STREAM_G);
    ASSERT_EQ(positions.front().kind, wire::UpKind::gps) << "the newest comes first";
    EXPECT_LT(age_s(positions.front()), std::chrono::duration<double>(kLiveFixAge).count());
    std::uint64_t newest = 0;
    for (const Arrival& arrival : positions) {
        if (arrival.kind == wire::UpKind::gps) {
            EXPECT_GT(arrival.envelope.seq(), newest) << "a live position never goes back";
            newest = arrival.envelope.seq();
        } else {
            EXPECT_LE(arrival.envelope.seq(), newest) << "the backlog is behind the live one";
        }
    }
    const std::set<std::uint64_t> seen = numbers(positions);
    for (std::uint64_t seq = 1; seq <= backlog.positions + 3; ++seq) {
        EXPECT_TRUE(seen.contains(seq)) << seq;
    }

    // While the backlog drained, second after second.
    const std::vector<Arrival> waves = arrivals_of(wire::STREAM_W);
    std::vector<double> ages;
    for (const Arrival& arrival : positions) {
        if (arrival.kind == wire::UpKind::gps && arrival.received_us <= waves.back().received_us) {
            ages.push_back(age_s(arrival));
        }
    }
    const double drained_s =
        static_cast<double>(waves.back().received_us - positions.front().received_us) / 1e6;
    EXPECT_GE(drained_s, 4) << "512 KiB at 64 KiB/s: the live positions had something to wait for";
    EXPECT_GE(static_cast<double>(ages.size()), drained_s - 2) << "one each second";
    std::sort(ages.begin(), ages.end());
    EXPECT_LT(ages.back(), std::chrono::duration<double>(kLiveFixAge).count());
    EXPECT_LT(ages[ages.size() / 2], 1) << "half of them within the second they were made in";
}

} // namespace
} // namespace ems::vehicle
