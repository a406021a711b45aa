// The real ems-vehicled with a fitted ECG over a link narrower than what it makes.
#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <memory>
#include <set>

#include <gtest/gtest.h>

#include "tests/soak/played_devices.h"
#include "tests/support/child_process.h"
#include "tests/support/fault_proxy.h"
#include "tests/support/temp_dir.h"
#include "tests/vehicle/agent/scripted_centre.h"
#include "tests/vehicle/agent/vehicle_peers.h"

namespace ems::vehicle {
namespace {

using namespace std::chrono_literals;
using test::eventually;
using Arrival = test::ScriptedCentre::Arrival;

// 16 KiB of batches of a second, 4 to 5 kB each, may wait in the link.
constexpr std::size_t kWavesAheadMost = 5;

std::size_t index_of_press(const std::vector<Arrival>& arrivals, const std::string& id) {
    for (std::size_t i = 0; i < arrivals.size(); ++i) {
        wire::Event event;
        if (arrivals[i].envelope.stream() == wire::STREAM_A &&
            event.ParseFromString(arrivals[i].envelope.body()) && event.event_id() == id) {
            return i;
        }
    }
    return arrivals.size();
}

TEST(NarrowLink, AlarmsAndPositionsPassTheWavesAndNothingIsLost) {
    test::TempBroker broker{{"srv-telemetry-a", "srv-dispatch-a", "amb-zx01"}};
    test::TempDir dir;
    const auto path = [&](const std::string& name) { return (dir.path() / name).string(); };
    test::ScriptedCentre centre{broker, "amb-zx01"};
    const auto network = test::FaultProxy::start({.target_port = broker.port()}).value();
    ASSERT_TRUE(eventually([&] { return centre.ready(); }, 10s));
    soak::PlayedDevices devices{1, 7, soak::EcgModule::fitted};
    std::ofstream{path("v.toml")} << "vid = \"amb-zx01\"\nmqtt.port = " << network->port()
                                  << "\npki.dir = \"" << broker.pki_dir() << "\"\nspool.path = \""
                                  << path("spool.db") << "\"\ncrew.socket = \""
                                  << path("crew.sock") << "\"\n"
                                  << devices.config(0);
    const test::ChildProcess vehicle{{test::program("ems-vehicled"), "--config", path("v.toml")},
                                     test::ChildProcess::Options{path("v.log"), {}}};
    test::Crew crew{path("crew.sock")};
    ASSERT_TRUE(eventually([&] { return crew.status().link_up(); }, 20s));

    test::Faults narrow;
    narrow.rate_bytes_per_s = 2'000;
    network->set(test::Direction::up, narrow);
    const std::uint64_t vitals = crew.status().streams(2).last_seq();
    ASSERT_TRUE(eventually(
        [&] { return crew.status().streams(2).last_seq() >= vitals + 30; }, 90s))
        << "half a minute of waves of 5 kB/s";

    const std::size_t before = centre.arrivals().size();
    const std::uint64_t fix = crew.status().streams(1).last_seq();
    ASSERT_TRUE(crew.press("press-narrow", wire::UNIT_EN_ROUTE).has_stored());
    ASSERT_TRUE(eventually(
        [&] { return index_of_press(centre.arrivals(), "press-narrow") < centre.arrivals().size(); },
        120s));
    std::vector<Arrival> arrivals = centre.arrivals();
    const auto begin = arrivals.begin() + static_cast<std::ptrdiff_t>(before);
    const auto press =
        arrivals.begin() + static_cast<std::ptrdiff_t>(index_of_press(arrivals, "press-narrow"));
    EXPECT_LE(static_cast<std::size_t>(std::count_if(
                  begin, press, [](const Arrival& a) { return a.kind == wire::UpKind::wav; })),
              kWavesAheadMost);
    const bool fix_came = std::any_of(arrivals.begin(), press, [&](const Arrival& a) {
        return a.envelope.stream() == wire::STREAM_G && a.envelope.seq() + 3 >= fix;
    });
    EXPECT_TRUE(fix_came) << "the position before the press, or one of the three before it";

    devices.silence();
    network->heal();
    const Status made = crew.status();
    EXPECT_TRUE(eventually(
        [&] {
            arrivals = centre.arrivals();
            std::array<std::set<std::uint64_t>, 4> seen;
            for (const Arrival& arrival : arrivals) {
                seen.at(static_cast<std::size_t>(arrival.envelope.stream() - wire::STREAM_A))
                    .insert(arrival.envelope.seq());
            }
            for (int i = 0; i < 4; ++i) {
                const auto& of_stream = seen.at(static_cast<std::size_t>(i));
                const std::uint64_t last = made.streams(i).last_seq();
                if (static_cast<std::uint64_t>(std::distance(
                        of_stream.begin(), of_stream.upper_bound(last))) != last) {
                    return false;
                }
            }
            return true;
        },
        120s));
}

} // namespace
} // namespace ems::vehicle
