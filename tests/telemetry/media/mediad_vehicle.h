// ems-mediad as a process with a real PostgreSQL and mosquitto, and a vehicle of this process: its
// camera with its ring, its client of the broker and its back-fill, behind a line that can be cut.
#pragma once

#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>

#include "telemetry/link/mqtt_session.h"
#include "telemetry/seal/data_key.h"
#include "telemetry/seal/key_file.h"
#include "telemetry/seal/random.h"
#include "telemetry/video/grants.h"
#include "telemetry/video/receiver.h"
#include "telemetry/video/stream_line.h"
#include "telemetry/wire/topics.h"
#include "tests/support/child_process.h"
#include "tests/support/fault_proxy.h"
#include "tests/support/free_port.h"
#include "tests/support/temp_broker.h"
#include "tests/support/temp_dir.h"
#include "tests/support/temp_postgres.h"
#include "vehicle/agent/backfill.h"
#include "vehicle/agent/camera.h"
#include "vehicle/agent/https_put.h"
#include "vehicle/agent/ring_shelf.h"

namespace ems::test {

using std::chrono::milliseconds;
using std::chrono::seconds;

inline constexpr const char* kVid = "amb-zx01";
inline constexpr const char* kStranger = "amb-zx99"; // has a certificate and is in no registry
inline constexpr std::int64_t kSecondUs = 1'000'000;

class MediadFixture : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        postgres_ = std::make_unique<TempPostgres>();
        broker_ = std::make_unique<TempBroker>(std::vector<std::string>{
            "srv-media-a", "srv-telemetry-a", "srv-dispatch-a", kVid, kStranger});
        postgres_->execute("insert into registry.region (code, name) values ('140802', 'x') on "
                           "conflict do nothing;"
                           "insert into registry.vehicle (vid, region) values ('amb-zx01', "
                           "'140802') on conflict do nothing");
    }
    static void TearDownTestSuite() {
        broker_.reset();
        postgres_.reset();
    }
    void SetUp() override {
        postgres_->execute("truncate media.viewer_grant, media.camera_session, media.recording, "
                           "media.recording_gap, media.camera_rest, media.server cascade");
    }
    void start_mediad(int free_mib = 0) {
        const std::string key_path = (dir_.path() / "data.key").string();
        if (!std::filesystem::exists(key_path)) {
            ASSERT_TRUE(seal::DataKey::make_file(key_path));
        }
        std::ofstream{dir_.path() / "mediad.toml"}
            << "data_key = \"" << key_path << "\"\n[pg]\nconninfo = \""
            << database() << "\"\n[mqtt]\nport = " << broker_->port()
            << "\nca = \"" << broker_->ca() << "\"\ncertificate = \""
            << broker_->certificate("srv-media-a") << "\"\nkey = \"" << broker_->key("srv-media-a")
            << "\"\n[media]\nport = " << udp_port_ << "\ntls_port = " << tls_port_ << "\ncrl = \""
            << broker_->pki_dir() << "/ca.crl\"\n[record]\ndir = \"" << recordings().string()
            << "\"\nsegment_s = 6\nfree_mib = " << free_mib << "\n";
        mediad_ = std::make_unique<ChildProcess>(
            std::vector<std::string>{program("ems-mediad"), "--config",
                                     (dir_.path() / "mediad.toml").string()},
            ChildProcess::Options{(dir_.path() / "mediad.log").string(), {}});
    }
    // As ems-mediad reaches it: another port is a proxy's.
    [[nodiscard]] std::string database() const {
        return postgres_->conninfo("ems_media") +
               (database_port_ == 0 ? "" : " port=" + std::to_string(database_port_));
    }
    static std::string bytea(const std::string& bytes) {
        return "'\\x" + seal::to_hex(bytes) + "'";
    }
    [[nodiscard]] video::VideoTicket grant() const {
        const auto key = seal::DataKey::load((dir_.path() / "data.key").string());
        const video::ViewerGrant made = video::ViewerGrant::make();
        const auto sealed = video::seal_grant(made, *key);
        std::istringstream row{postgres_->value(
            "select port || ' ' || tls_port || ' ' || tls_name from media.create_viewer_grant('" +
            made.grant_id + "', '" + kVid + "', 'cabin', 'li', " + std::to_string(made.ssrc) +
            ", " + std::to_string(made.viewer_ssrc) + ", " + bytea(sealed->srtp) + ", " +
            bytea(sealed->srtcp) + ", 3600)")};
        std::uint32_t tls_port = 0;
        std::string tls_name;
        video::VideoTicket ticket;
        ticket.host = "127.0.0.1";
        row >> ticket.port >> tls_port >> tls_name;
        // A desk without a certificate of its own.
        ticket.stream =
            video::stream_target(ticket.host, tls_port, tls_name, {broker_->ca(), {}, {}});
        ticket.ssrc = made.ssrc;
        ticket.viewer_ssrc = made.viewer_ssrc;
        ticket.srtp_key = made.srtp_key.reveal();
        ticket.srtcp_key = made.srtcp_key.reveal();
        return ticket;
    }
    [[nodiscard]] std::filesystem::path recordings() const { return dir_.path() / "video"; }
    [[nodiscard]] vehicle::HttpsTarget target(const std::string& vid) const {
        return {
            "127.0.0.1",       tls_port_,  "srv-media-a", broker_->ca(), broker_->certificate(vid),
            broker_->key(vid), seconds{10}};
    }
    // Status of the answer; 0: none came.
    static unsigned status(const Result<vehicle::HttpsAnswer>& answer) {
        return answer ? answer->status : 0;
    }
    static std::int64_t number(const std::string& sql) { return std::stoll(postgres_->value(sql)); }
    static std::int64_t rows() { return number("select count(*) from media.recording"); }

    static inline std::unique_ptr<TempPostgres> postgres_;
    static inline std::unique_ptr<TempBroker> broker_;
    const TempDir dir_;
    const std::uint16_t udp_port_{free_port()};
    const std::uint16_t tls_port_{free_port()};
    std::uint16_t database_port_{0};
    std::unique_ptr<ChildProcess> mediad_;
};

enum class MediaWay { udp, udp_or_tls };

class MediadVehicle {
  public:
    MediadVehicle(const TempBroker& broker, const std::filesystem::path& dir,
                  std::uint16_t udp_port, const std::string& ring, MediaWay way)
        : line_(std::move(
              *FaultProxy::start({.transport = Transport::udp, .target_port = udp_port}))),
          by_tls_(way == MediaWay::udp_or_tls) {
        vehicle::RingLimits limits;
        limits.dir = (dir / ring).string();
        limits.free_bytes_min = 0;
        shelf_ = std::move(*vehicle::RingShelf::open(limits));
        vehicle::CameraOptions options;
        options.label = kVid;
        options.mark = vehicle::FrameMark::barcode;
        options.ring = shelf_.get();
        options.ring_segment = seconds{4};
        options.certificates = {broker.ca(), broker.certificate(kVid), broker.key(kVid)};
        camera_ = std::move(*vehicle::make_camera(options));
        backfill_ = vehicle::make_backfill(
            *shelf_, {kVid, broker.ca(), broker.certificate(kVid), broker.key(kVid), 1e6});
        link::MqttConfig config;
        config.port = broker.port();
        config.client_id = kVid;
        config.ca_file = broker.ca();
        config.certificate_file = broker.certificate(kVid);
        config.key_file = broker.key(kVid);
        config.subscriptions = {
            {wire::down_topic(region_, vid_, wire::DownKind::media), link::Qos::at_least_once}};
        link::MqttHandlers handlers;
        handlers.message = [this](link::MqttMessage&& message) {
            wire::MediaSession session;
            if (session.ParseFromString(message.payload)) {
                backfill_->server({session.host(), static_cast<std::uint16_t>(session.tls_port()),
                                   session.tls_name()});
                session.set_port(line_->port());
                if (!by_tls_) {
                    session.clear_tls_port(); // of the camera alone
                }
                static_cast<void>(camera_->start(session));
            }
        };
        mqtt_ = std::make_unique<link::MqttSession>(config, handlers);
        mqtt_->start();
    }
    void beat() {
        const Ticks now = SystemClock{}.ticks();
        if (now - beat_at_ < milliseconds{500} || !mqtt_->connected()) {
            return;
        }
        beat_at_ = now;
        wire::Heartbeat heartbeat;
        heartbeat.set_birth_counter(1);
        (*heartbeat.mutable_device_health())["camera.cabin"] = camera_->health();
        mqtt_->publish(wire::up_topic(region_, vid_, wire::UpKind::hb),
                       heartbeat.SerializeAsString(), link::Qos::at_most_once);
    }
    [[nodiscard]] std::uint64_t kept() const {
        std::uint64_t sum = 0;
        for (const vehicle::RingFile& file : shelf_->files()) {
            sum += file.frames;
        }
        return sum;
    }
    [[nodiscard]] vehicle::Camera& camera() { return *camera_; }
    FaultProxy& line() { return *line_; }
    vehicle::Backfill& backfill() { return *backfill_; }
    vehicle::RingShelf& shelf() { return *shelf_; }

  private:
    const RegionCode region_{RegionCode::parse("140802").value()};
    const VehicleId vid_{VehicleId::parse(kVid).value()};
    std::unique_ptr<FaultProxy> line_;
    const bool by_tls_;
    std::unique_ptr<vehicle::RingShelf> shelf_;
    std::unique_ptr<vehicle::Camera> camera_;
    std::unique_ptr<vehicle::Backfill> backfill_;
    Ticks beat_at_{};
    std::unique_ptr<link::MqttSession> mqtt_;
};

} // namespace ems::test
