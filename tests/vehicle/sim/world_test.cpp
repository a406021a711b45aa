// The running world over real sockets: three device ports and the crew socket, on a clock that the
// test moves.
#include "vehicle/sim/world.h"

#include <array>
#include <set>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/map/ascii_map.h"
#include "tests/support/fake_clock.h"
#include "tests/support/free_port.h"
#include "tests/support/temp_dir.h"
#include "tests/vehicle/sim/scripted_vehicle.h"
#include "vehicle/device/ecg_box.h"
#include "vehicle/device/mllp.h"
#include "vehicle/device/nmea.h"
#include "vehicle/device/pds.h"
#include "vehicle/sim/road_planner.h"
#include "vehicle/sim/sim_config.h"

#include <fstream>

namespace ems::sim {
namespace {

using namespace std::chrono_literals;

const map::test::AsciiMap& town() {
    static const map::test::AsciiMap drawn{
        {"S-------b-----A", "        |      ", "        H      "}};
    return drawn;
}

class Reader {
  public:
    explicit Reader(std::uint16_t port) {
        fd_ = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        connected_ =
            ::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    }
    ~Reader() { ::close(fd_); }
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;
    [[nodiscard]] bool connected() const { return connected_; }
    std::string read() const {
        std::string out;
        std::array<char, 65536> buffer{};
        while (true) {
            const ssize_t got = ::recv(fd_, buffer.data(), buffer.size(), MSG_DONTWAIT);
            if (got <= 0) {
                return out;
            }
            out.append(buffer.data(), static_cast<std::size_t>(got));
        }
    }

  private:
    int fd_;
    bool connected_;
};

class WorldTest : public testing::Test {
  protected:
    WorldTest() : roads_(town().graph()) {
        setup_.state_file = (dir_.path() / "state").string();
        setup_.time_scale = 20;
        setup_.seed = 5;
        UnitSetup unit;
        unit.ambulance = {*VehicleId::parse("amb-xz01"), 5, town().at('S'), town().at('S'),
                          town().at('H')};
        unit.crew_socket = (dir_.path() / "crew").string();
        setup_.units.push_back(unit);
    }

    std::unique_ptr<World> open() {
        auto world = World::open(setup_, roads_, clock_);
        EXPECT_TRUE(world) << world.error().message();
        return world ? std::move(*world) : nullptr;
    }

    template <class Each> void run(World& world, double seconds, const Each& each) {
        for (double t = 0; t < seconds; t += 0.025) {
            clock_.advance(25ms);
            world.turn();
            each();
        }
    }

    static void give_order(test::ScriptedVehicle& vehicle) {
        wire::DispatchOrder& order = *vehicle.status.mutable_order();
        order.set_incident_id(34);
        order.set_assignment_id(17);
        order.set_complaint("胸痛 1 小时");
        const map::PointE7 scene = map::to_e7(town().at('A'));
        order.set_lat_e7(scene.lat_e7);
        order.set_lon_e7(scene.lon_e7);
        vehicle.status.set_order_command_id("0b51a0a6-4a47-4a15-9f12-4d50b7a3c111");
    }

    ems::test::TempDir dir_;
    ems::test::FakeClock clock_;
    RoadPlanner roads_;
    WorldSetup setup_;
};

TEST_F(WorldTest, DevicesSpeakAtTheirRates) {
    const auto world = open();
    const Reader gnss{world->port(0, 0)};
    const Reader monitor{world->port(0, 1)};
    const Reader ecg{world->port(0, 2)};
    ASSERT_TRUE(gnss.connected() && monitor.connected() && ecg.connected());
    vehicle::NmeaParser nmea;
    vehicle::MllpFramer mllp;
    vehicle::EcgBoxParser box;
    std::size_t fixes = 0;
    std::size_t numerics = 0;
    std::set<vehicle::PdsKind> kinds;
    std::vector<vehicle::EcgBlock> blocks;
    run(*world, 10, [&] {
        fixes += nmea.feed(gnss.read()).size();
        for (const std::string& message : mllp.feed(monitor.read())) {
            const auto parsed = vehicle::parse_pds(message);
            ASSERT_TRUE(parsed);
            kinds.insert(parsed->kind);
            numerics += parsed->kind == vehicle::PdsKind::numerics ? 1U : 0U;
        }
        auto fed = box.feed(ecg.read());
        ASSERT_TRUE(fed) << fed.error().message();
        blocks.insert(blocks.end(), fed->begin(), fed->end());
    });
    EXPECT_NEAR(static_cast<double>(fixes), 50, 2);
    EXPECT_NEAR(static_cast<double>(numerics), 10, 1);
    EXPECT_TRUE(kinds.count(vehicle::PdsKind::keep_alive) == 1);
    EXPECT_TRUE(kinds.count(vehicle::PdsKind::technical_alarms) == 1);
    EXPECT_TRUE(kinds.count(vehicle::PdsKind::aperiodic) == 1);
    ASSERT_GT(blocks.size(), 240U);
    for (std::size_t i = 1; i < blocks.size(); ++i) {
        ASSERT_EQ(blocks[i].first_sample, blocks[i - 1].first_sample + blocks[i - 1].count);
    }
    EXPECT_NEAR(static_cast<double>(blocks.back().first_sample), 5000, 60);
    EXPECT_EQ(blocks.back().lead_off_mask, 0xFF); // nobody is attached
    EXPECT_EQ(nmea.counters().bad_checksum, 0U);
}

TEST_F(WorldTest, SampleIndexGoesOnAfterAReconnect) {
    const auto world = open();
    const auto last_sample = [&]() -> std::uint64_t {
        const Reader ecg{world->port(0, 2)};
        vehicle::EcgBoxParser box;
        std::uint64_t last = 0;
        run(*world, 1, [&] {
            const auto blocks = box.feed(ecg.read());
            if (blocks && !blocks->empty()) {
                last = blocks->back().first_sample;
            }
        });
        return last;
    };
    const std::uint64_t first = last_sample();
    run(*world, 2, [] {});
    EXPECT_NEAR(static_cast<double>(last_sample() - first), 1500, 60);
}

TEST_F(WorldTest, BusyPortIsNamed) {
    const auto world = open();
    setup_.units[0].monitor_port = world->port(0, 1);
    const auto second = World::open(setup_, roads_, clock_);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, Code::busy);
    EXPECT_NE(second.error().detail.find("the monitor of amb-xz01 is in use"), std::string::npos)
        << second.error().detail;
}

TEST_F(WorldTest, WholeTaskOverTheCrewSocketThroughRestartsOfEitherSide) {
    auto world = open();
    test::ScriptedVehicle vehicle{setup_.units[0].crew_socket, "amb-xz01"};
    vehicle.ignore = 2; // two presses are lost before they are stored
    give_order(vehicle);
    int turns = 0;
    bool begun = false;
    for (; turns < 40 && !(begun && world->ambulance(0).phase() == Phase::idle); ++turns) {
        run(*world, 10, [&] { vehicle.serve(); });
        begun = begun || world->ambulance(0).phase() != Phase::idle;
        if (turns == 3) {
            vehicle.restart();
        }
        if (turns == 5 || turns == 8) {
            world.reset(); // as after kill -9, but for the last second
            world = open();
        }
    }
    ASSERT_EQ(world->ambulance(0).phase(), Phase::idle) << turns;
    std::vector<int> order;
    std::set<std::string> ids;
    for (const vehicle::CrewRequest& request : vehicle.presses) {
        const std::string& id =
            request.has_press() ? request.press().event_id() : request.answer().event_id();
        if (ids.insert(id).second) {
            order.push_back(request.has_press() ? static_cast<int>(request.press().state()) : 0);
        }
        if (request.has_press()) {
            EXPECT_EQ(request.press().incident_id(), 34);
            EXPECT_EQ(request.press().assignment_id(), 17);
        }
    }
    EXPECT_EQ(order, (std::vector<int>{0, 4, 5, 6, 7, 8, 9, 10, 11, 1}));
    EXPECT_GE(vehicle.presses.size(), order.size() + 2); // the lost ones came again
}

TEST_F(WorldTest, AttachedPatientIsOnAllThreeLines) {
    const auto world = open();
    test::ScriptedVehicle vehicle{setup_.units[0].crew_socket, "amb-xz01"};
    give_order(vehicle);
    const Reader monitor{world->port(0, 1)};
    const Reader ecg{world->port(0, 2)};
    vehicle::MllpFramer mllp;
    vehicle::EcgBoxParser box;
    std::optional<std::int32_t> hr;
    std::optional<std::int32_t> sys;
    std::uint16_t off = 0xFF;
    std::size_t pleth = 0;
    for (int i = 0; i < 30 && !(hr && sys && off == 0); ++i) {
        run(*world, 1, [&] {
            vehicle.serve();
            for (const std::string& message : mllp.feed(monitor.read())) {
                const auto parsed = vehicle::parse_pds(message);
                ASSERT_TRUE(parsed);
                for (const vehicle::VitalValue& value : parsed->values) {
                    if (value.kind == vehicle::VitalKind::hr) {
                        hr = value.value;
                    } else if (value.kind == vehicle::VitalKind::nibp_sys) {
                        sys = value.value;
                    }
                }
            }
            const auto blocks = box.feed(ecg.read());
            ASSERT_TRUE(blocks);
            for (const vehicle::EcgBlock& block : *blocks) {
                off = block.lead_off_mask;
                pleth += block.pleth.size();
            }
        });
    }
    ASSERT_TRUE(hr && sys);
    EXPECT_NEAR(*hr, 108, 10);
    EXPECT_NEAR(*sys, 115, 15);
    EXPECT_EQ(off, 0);
    EXPECT_GT(pleth, 0U);
}

TEST(SimConfig, NamesWhatIsMissingOrWrong) {
    const ems::test::TempDir dir;
    const std::string path = (dir.path() / "sim.toml").string();
    const auto load = [&](const std::string& text) {
        std::ofstream{path} << text;
        return load_config(path);
    };
    const std::string head = "state_file = 's'\nhospital = 'H'\ntime_scale = 8\n[map]\ndir = 'm'\n";
    const std::string unit = "[vehicles.amb-xz01]\ngnss_port = 1001\nmonitor_port = 1002\n"
                             "ecg_port = 1003\ncrew_socket = '/tmp/c'\nstation = '席张'\n";
    const auto good = load(head + unit);
    ASSERT_TRUE(good) << good.error().message();
    EXPECT_EQ(good->vehicles.at(0).vid, "amb-xz01");
    EXPECT_EQ(good->vehicles.at(0).ecg_port, 1003);
    EXPECT_EQ(good->time_scale, 8);
    EXPECT_EQ(load(head).error().detail, path + ": no table [vehicles.<vid>]");
    EXPECT_EQ(load(head + unit + "speed = 3\n").error().detail,
              path + ":12: unknown key 'vehicles.amb-xz01.speed' for ems-sim");
    EXPECT_EQ(load(head + "[vehicles.amb-xz01]\nstation = 'x'\n").error().detail,
              path + ": 'vehicles.amb-xz01.crew_socket' is needed");
    EXPECT_EQ(
        load(head + unit +
             "[vehicles.amb-sg01]\ngnss_port = 1002\nmonitor_port = 2\n"
             "ecg_port = 3\ncrew_socket = 'c'\nstation = 's'\n")
            .error()
            .detail,
        path + ": 'vehicles.amb-sg01.gnss_port' and 'vehicles.amb-xz01.monitor_port' are one port");
    EXPECT_EQ(load(head + "[vehicles.AMB]\n").error().detail,
              path + ": 'AMB' is not a vehicle's name");
    EXPECT_EQ(load_config((dir.path() / "none").string()).error().code, Code::config);
}

} // namespace
} // namespace ems::sim
