// The intercom through ems-mediad as a process, with a real PostgreSQL and mosquitto: the session over
// MQTT, a console's grant, speech both ways, its recording, revocation, a killed server.
#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <sstream>

#include "telemetry/link/mqtt_session.h"
#include "telemetry/seal/key_file.h"
#include "telemetry/video/pipeline.h"
#include "telemetry/video/stream_line.h"
#include "telemetry/video/voice_endpoint.h"
#include "telemetry/video/voice_grants.h"
#include "telemetry/wire/topics.h"
#include "tests/support/child_process.h"
#include "tests/support/fault_proxy.h"
#include "tests/support/free_port.h"
#include "tests/support/temp_broker.h"
#include "tests/support/temp_dir.h"
#include "tests/support/temp_postgres.h"
#include "tests/telemetry/media/rows_closed.h"
#include "vehicle/agent/voice.h"

namespace ems::media {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::eventually;
using video::Talk;

constexpr const char* kVid = "amb-zx01";
constexpr double kHeardDbfs = -45;

// What ems-vehicled does about the intercom: heartbeats, d/media to its voice unit.
class Vehicle {
  public:
    // `udp_port`: by way of which it reaches the server.
    Vehicle(const test::TempBroker& broker, std::uint16_t udp_port) {
        voice_ = std::move(*vehicle::make_voice(
            {"test:tone", "none", {broker.ca(), broker.certificate(kVid), broker.key(kVid)}}));
        link::MqttConfig config;
        config.port = broker.port();
        config.client_id = kVid;
        config.ca_file = broker.ca();
        config.certificate_file = broker.certificate(kVid);
        config.key_file = broker.key(kVid);
        config.subscriptions = {
            {wire::down_topic(region_, vid_, wire::DownKind::media), link::Qos::at_least_once}};
        link::MqttHandlers handlers;
        handlers.message = [this, udp_port](link::MqttMessage&& message) {
            wire::MediaSession session;
            if (!session.ParseFromString(message.payload) || !session.has_voice()) {
                return;
            }
            session.set_port(udp_port);
            if (voice_->start(session)) {
                ++sessions_;
            }
        };
        session_ = std::make_unique<link::MqttSession>(config, handlers);
        session_->start();
    }
    void beat() {
        const Ticks now = SystemClock{}.ticks();
        if (now - beat_at_ < milliseconds{500} || !session_->connected()) {
            return;
        }
        beat_at_ = now;
        wire::Heartbeat heartbeat;
        heartbeat.set_birth_counter(1);
        (*heartbeat.mutable_device_health())["voice"] = voice_->health();
        session_->publish(wire::up_topic(region_, vid_, wire::UpKind::hb),
                          heartbeat.SerializeAsString(), link::Qos::at_most_once);
    }
    void press(vehicle::TalkKey::Key key) {
        vehicle::TalkKey message;
        message.set_key(key);
        voice_->press(message);
    }
    [[nodiscard]] vehicle::VoiceLine line() const { return voice_->line(); }
    [[nodiscard]] int sessions() const { return sessions_; }

  private:
    const RegionCode region_{RegionCode::parse("140802").value()};
    const VehicleId vid_{VehicleId::parse(kVid).value()};
    std::unique_ptr<vehicle::Voice> voice_;
    std::atomic<int> sessions_{0};
    Ticks beat_at_{};
    std::unique_ptr<link::MqttSession> session_;
};

std::string bytea(const std::string& bytes) {
    return "'\\x" + seal::to_hex(bytes) + "'";
}

class MediadVoiceTest : public testing::Test {
  protected:
    void SetUp() override {
        postgres_.execute("insert into registry.region (code, name) values ('140802', 'x') on "
                          "conflict do nothing;"
                          "insert into registry.vehicle (vid, region) values ('amb-zx01', "
                          "'140802') on conflict do nothing");
        const std::string key_path = (dir_.path() / "data.key").string();
        ASSERT_TRUE(seal::DataKey::make_file(key_path));
        key_ = std::make_unique<seal::DataKey>(*seal::DataKey::load(key_path));
        std::ofstream{config()}
            << "data_key = \"" << key_path << "\"\n[pg]\nconninfo = \""
            << postgres_.conninfo("ems_media") << "\"\n[mqtt]\nport = " << broker_.port()
            << "\nca = \"" << broker_.ca() << "\"\ncertificate = \""
            << broker_.certificate("srv-media-a") << "\"\nkey = \"" << broker_.key("srv-media-a")
            << "\"\n[media]\nport = " << udp_port_ << "\ntls_port = " << test::free_port()
            << "\n[record]\ndir = \""
            << (dir_.path() / "media").string() << "\"\n[status]\nport = " << test::free_port()
            << "\n";
        start();
        vehicle_ = std::make_unique<Vehicle>(broker_, port_by(crew_line_));
        ASSERT_TRUE(wait([&] { return vehicle_->line().connected(); }, seconds{20}));
        video::VoiceOptions options;
        options.side = video::Side::console;
        options.devices.source = "test:tone";
        desk_ = std::move(*video::VoiceEndpoint::make(std::move(options)));
        ASSERT_TRUE(desk_->join(grant()));
        ASSERT_TRUE(wait([&] { return desk_->status().line.crew_present; }, seconds{10}));
    }
    [[nodiscard]] std::string config() const { return (dir_.path() / "mediad.toml").string(); }
    void start() {
        mediad_ = std::make_unique<test::ChildProcess>(
            std::vector<std::string>{test::program("ems-mediad"), "--config", config()},
            test::ChildProcess::Options{(dir_.path() / "mediad.log").string(), {}});
    }
    bool wait(const std::function<bool()>& condition, milliseconds limit) {
        return eventually(
            [&] {
                vehicle_->beat();
                return condition();
            },
            limit);
    }
    video::VoiceTicket grant() {
        const video::VoiceGrant made = video::VoiceGrant::make();
        const auto sealed = video::seal_voice_grant(made, *key_);
        std::istringstream row{postgres_.value(
            "select tls_port || ' ' || tls_name from media.create_voice_grant('" + made.grant_id +
            "', 'amb-zx01', 'li', 'physician', " + std::to_string(made.up_ssrc) + ", " +
            std::to_string(made.down_ssrc) + ", " + bytea(sealed->up) + ", " +
            bytea(sealed->down) + ", 3600)")};
        std::uint32_t tls_port = 0;
        std::string tls_name;
        row >> tls_port >> tls_name;
        // A desk without a certificate of its own.
        return {made.grant_id,
                "127.0.0.1",
                port_by(desk_line_),
                made.up_ssrc,
                made.down_ssrc,
                made.up_key.reveal(),
                made.down_key.reveal(),
                0,
                video::stream_target("127.0.0.1", tls_port, tls_name, {broker_.ca(), {}, {}})};
    }
    [[nodiscard]] std::uint16_t port_by(const std::unique_ptr<test::FaultProxy>& line) const {
        return line ? line->port() : udp_port_;
    }
    std::int64_t number(const std::string& sql) { return std::stoll(postgres_.value(sql)); }
    [[nodiscard]] bool desk_hears() const { return desk_->status().heard.rms_dbfs > kHeardDbfs; }
    [[nodiscard]] bool crew_hears() const { return vehicle_->line().heard_dbfs() > kHeardDbfs; }
    // Seconds of sound in a recording; negative when it cannot be read.
    [[nodiscard]] double seconds_in(const std::string& path) const {
        auto parse = video::Pipeline::parse("filesrc name=file ! oggdemux ! opusparse ! opusdec ! "
                                            "audioconvert ! audio/x-raw,rate=48000,channels=1,"
                                            "format=S16LE ! filesink name=out");
        const std::string raw = (dir_.path() / "decoded.raw").string();
        (*parse)->set_text("file", "location", (dir_.path() / "media" / path).string());
        (*parse)->set_text("out", "location", raw);
        if (!(*parse)->play()) {
            return -1;
        }
        bool ended = false;
        eventually(
            [&] {
                const video::Pipeline::Words words = (*parse)->poll();
                return ended = ended || words.ended || words.error;
            },
            seconds{10});
        std::error_code error;
        const auto size = std::filesystem::file_size(raw, error);
        return error ? -1 : static_cast<double>(size) / 96'000;
    }

    test::TempPostgres postgres_;
    test::TempBroker broker_{std::vector<std::string>{"srv-media-a", kVid}};
    test::TempDir dir_;
    const std::uint16_t udp_port_{test::free_port()};
    std::unique_ptr<test::FaultProxy> crew_line_; // null: straight to the server
    std::unique_ptr<test::FaultProxy> desk_line_;
    std::unique_ptr<seal::DataKey> key_;
    std::unique_ptr<test::ChildProcess> mediad_;
    std::unique_ptr<Vehicle> vehicle_;
    std::unique_ptr<video::VoiceEndpoint> desk_;
};

TEST_F(MediadVoiceTest, EachTurnIsHeardAndKeptWithItsSpeakerUntilTheGrantIsRevoked) {
    vehicle_->press(vehicle::TalkKey::PRESSED);
    ASSERT_TRUE(wait([&] { return desk_hears(); }, seconds{10}));
    const std::uint64_t spoken = desk_->status().packets;
    ASSERT_TRUE(wait([&] { return desk_->status().packets >= spoken + 100; }, seconds{10}));
    vehicle_->press(vehicle::TalkKey::RELEASED);
    ASSERT_TRUE(wait([&] { return !desk_hears(); }, seconds{10}));
    desk_->press(Talk::normal);
    ASSERT_TRUE(wait([&] { return crew_hears(); }, seconds{10}));
    EXPECT_EQ(vehicle_->line().speaker_name(), "li");
    ASSERT_TRUE(wait(
        [&] {
            return number("select count(*) from media.voice_recording where direction = "
                          "'from_crew' and closed and speaker = 'crew'") == 1 &&
                   number("select count(*) from media.voice_recording where direction = "
                          "'to_crew' and speaker = 'li' and packets_received > 50") == 1;
        },
        seconds{15}));
    const std::string path = postgres_.value(
        "select path from media.voice_recording where direction = 'from_crew'");
    const double kept_s =
        0.02 * static_cast<double>(number("select packets_received + packets_lost from "
                                          "media.voice_recording where direction = 'from_crew'"));
    EXPECT_GE(kept_s, 2.0);
    EXPECT_NEAR(seconds_in(path), kept_s, 0.1);

    postgres_.execute("update media.voice_grant set revoked_at = clock_timestamp()");
    const Ticks revoked = SystemClock{}.ticks();
    ASSERT_TRUE(wait([&] { return !crew_hears(); }, seconds{10}));
    EXPECT_LT(SystemClock{}.ticks() - revoked, seconds{5});
    EXPECT_TRUE(wait([&] { return vehicle_->line().consoles() == 0; }, seconds{10}));
    test::expect_rows_closed(postgres_, "media.voice_recording", *mediad_, [this] { start(); });
}

TEST_F(MediadVoiceTest, AKilledServerIsReplacedAndTheTalkGoesOn) {
    desk_->press(Talk::normal);
    ASSERT_TRUE(wait(
        [&] {
            return number("select count(*) from media.voice_recording where not closed and "
                          "packets_received >= 100") == 1;
        },
        seconds{20}));
    const std::string path = postgres_.value("select path from media.voice_recording");
    const double claimed_s =
        0.02 * static_cast<double>(number("select packets_received from media.voice_recording"));
    mediad_->signal(SIGKILL);
    mediad_->wait_exit(seconds{5});
    ASSERT_TRUE(wait([&] { return !crew_hears(); }, seconds{10}));
    const int sessions = vehicle_->sessions();
    start();
    ASSERT_TRUE(wait([&] { return vehicle_->sessions() > sessions; }, seconds{20}));
    ASSERT_TRUE(wait([&] { return crew_hears(); }, seconds{10})) << "the key is still held";
    EXPECT_EQ(number("select generation from media.voice_grant"), 2);
    EXPECT_GE(seconds_in(path), claimed_s - 0.1) << "what its row claims is on disk";
    EXPECT_TRUE(wait(
        [&] {
            return postgres_.value("select closed from media.voice_recording where path = '" + path + "'") == "t";
        },
        seconds{10}));
}

class BlockedLineTest : public MediadVoiceTest {
  protected:
    void SetUp() override {
        crew_line_ = line();
        desk_line_ = line();
        MediadVoiceTest::SetUp();
    }
    [[nodiscard]] std::unique_ptr<test::FaultProxy> line() const {
        return std::move(*test::FaultProxy::start(
            {.transport = test::Transport::udp, .target_port = udp_port_}));
    }
};

TEST_F(BlockedLineTest, BothSidesTalkByTlsAndTheCrewsLineComesBackToUdp) {
    crew_line_->black_hole();
    desk_line_->black_hole();
    vehicle_->press(vehicle::TalkKey::PRESSED);
    ASSERT_TRUE(wait([&] { return desk_->status().by_stream && desk_hears(); }, seconds{30}));
    vehicle_->press(vehicle::TalkKey::RELEASED);
    ASSERT_TRUE(wait([&] { return !desk_hears(); }, seconds{10}));
    desk_->press(Talk::normal);
    ASSERT_TRUE(wait([&] { return crew_hears(); }, seconds{10}));
    const auto to_crew = [&] { return crew_line_->status().down.packets_out; };
    const std::uint64_t before = to_crew();
    crew_line_->heal();
    ASSERT_TRUE(wait([&] { return to_crew() > before + 100; }, seconds{30})) << "by UDP again";
    EXPECT_TRUE(wait([&] { return crew_hears(); }, seconds{5}));
    EXPECT_TRUE(desk_->status().by_stream);
    postgres_.execute("update media.voice_grant set revoked_at = clock_timestamp()");
    EXPECT_TRUE(wait([&] { return !crew_hears(); }, seconds{10}))
        << "a right that ended ends here as well";
    EXPECT_TRUE(wait([&] { return !desk_->status().by_stream; }, seconds{20}))
        << "and the connection of who proves no key any more";
}

} // namespace
} // namespace ems::media
