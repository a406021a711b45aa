// The real ems-vehicled with a camera: pictures give way to records that wait for the link.
#include <chrono>
#include <fstream>
#include <memory>
#include <optional>

#include <gtest/gtest.h>

#include "telemetry/link/mqtt_session.h"
#include "telemetry/wire/topics.h"
#include "tests/soak/played_devices.h"
#include "tests/support/child_process.h"
#include "tests/support/fault_proxy.h"
#include "tests/support/temp_dir.h"
#include "tests/telemetry/media/running_relay.h"
#include "tests/vehicle/agent/scripted_centre.h"
#include "tests/vehicle/agent/vehicle_peers.h"

namespace ems::vehicle {
namespace {

using namespace std::chrono_literals;
using test::eventually;

// Pictures sent in the seconds that the vehicle needs for its next `vitals` records of vitals.
class PictureRate {
  public:
    explicit PictureRate(test::Crew& crew) : crew_(crew), from_(crew.status()) {}
    // Not before they are made; then the count begins anew.
    std::optional<std::uint64_t> over(std::uint64_t vitals) {
        const Status now = crew_.status();
        if (now.streams(2).last_seq() < from_.streams(2).last_seq() + vitals) {
            return std::nullopt;
        }
        last_ = now.video_frames_sent() - from_.video_frames_sent();
        from_ = now;
        return last_;
    }
    [[nodiscard]] std::uint64_t last() const { return last_; }

  private:
    test::Crew& crew_;
    Status from_;
    std::uint64_t last_{0};
};

std::unique_ptr<link::MqttSession> mediad_on(const test::TempBroker& broker) {
    link::MqttConfig config;
    config.port = broker.port();
    config.client_id = "srv-media-a";
    config.ca_file = broker.ca();
    config.certificate_file = broker.certificate("srv-media-a");
    config.key_file = broker.key("srv-media-a");
    auto session = std::make_unique<link::MqttSession>(config, link::MqttHandlers{});
    session->start();
    return session;
}

TEST(VideoYields, PicturesBecomeFewWhileRecordsWaitAndComeBack) {
    test::TempBroker broker{{"srv-telemetry-a", "srv-dispatch-a", "srv-media-a", "amb-zx01"}};
    test::TempDir dir;
    const auto path = [&](const std::string& name) { return (dir.path() / name).string(); };
    test::ScriptedCentre centre{broker, "amb-zx01"};
    const auto network = test::FaultProxy::start({.target_port = broker.port()}).value();
    ASSERT_TRUE(eventually([&] { return centre.ready(); }, 10s));
    test::RunningRelay relay; // its reports say nothing against pictures
    const auto media = mediad_on(broker);
    soak::PlayedDevices devices{1, 7, soak::EcgModule::fitted};
    std::ofstream{path("v.toml")} << "vid = \"amb-zx01\"\nmqtt.port = " << network->port()
                                  << "\npki.dir = \"" << broker.pki_dir() << "\"\nspool.path = \""
                                  << path("spool.db") << "\"\ncrew.socket = \"" << path("crew.sock")
                                  << "\"\n"
                                  << devices.config(0)
                                  << "camera.when = \"always\"\ncameras.cabin.source = \"test:ball\"\n";
    const test::ChildProcess vehicle{{test::program("ems-vehicled"), "--config", path("v.toml")},
                                     test::ChildProcess::Options{path("v.log"), {}}};
    test::Crew crew{path("crew.sock")};
    ASSERT_TRUE(eventually([&] { return crew.status().link_up(); }, 20s));
    ASSERT_TRUE(eventually([&] { return media->connected(); }, 10s));
    media->publish(wire::down_topic(RegionCode::parse("140802").value(),
                                    VehicleId::parse("amb-zx01").value(), wire::DownKind::media),
                   relay.new_session().SerializeAsString(), link::Qos::at_least_once);
    PictureRate rate{crew};
    ASSERT_TRUE(eventually(
        [&] {
            const auto pictures = rate.over(5);
            return pictures && *pictures >= 5 * 12;
        },
        60s))
        << rate.last() << " pictures in 5 s, camera "
        << centre.last_heartbeat().device_health().at("camera.cabin");

    test::Faults narrow;
    narrow.rate_bytes_per_s = 1'000;
    network->set(test::Direction::up, narrow);
    EXPECT_TRUE(eventually(
        [&] {
            const auto pictures = rate.over(5);
            return pictures && *pictures <= 5 * 6;
        },
        90s))
        << rate.last() << " pictures in 5 s";

    network->heal();
    EXPECT_TRUE(eventually(
        [&] {
            const auto pictures = rate.over(5);
            return pictures && *pictures >= 5 * 12;
        },
        90s))
        << rate.last() << " pictures in 5 s";
}

} // namespace
} // namespace ems::vehicle
