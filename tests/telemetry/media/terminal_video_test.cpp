// A terminal's camera from the desk's grant to the desk's picture: ems-telemetryd, ems-mediad,
// PostgreSQL and mosquitto as they run, a terminal that speaks JT/T 808 and 1078 on one side, a
// console's receiver on the other.
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <memory>
#include <mutex>
#include <vector>

#include "telemetry/seal/data_key.h"
#include "telemetry/seal/key_file.h"
#include "telemetry/seal/mac_key.h"
#include "telemetry/video/grants.h"
#include "telemetry/video/voice_endpoint.h"
#include "telemetry/video/voice_grants.h"
#include "tests/support/free_port.h"
#include "tests/support/temp_broker.h"
#include "tests/support/temp_postgres.h"
#include "tests/telemetry/gateway/terminal_line.h"
#include "tests/telemetry/media/terminal_camera.h"

namespace ems::media {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::eventually;
using test::TerminalCamera;
using test::TerminalLine;

std::string bytea(const std::string& bytes) {
    return "'\\x" + seal::to_hex(bytes) + "'";
}

class TerminalVideo : public testing::Test {
  protected:
    static void SetUpTestSuite() { pictures_ = test::numbered_pictures(300); }

    TerminalVideo() : broker_({"srv-telemetry-a", "srv-media-a"}) {
        postgres_.execute("insert into registry.region (code, name) values ('140802', 'Test'); "
                          "insert into registry.vehicle (vid, region, plate) values ('amb-1', "
                          "'140802', '苏BA6860'); "
                          "insert into registry.terminal (number, vid, terminal_id) values "
                          "('13511221122', 'amb-1', '2366104'); "
                          "insert into registry.terminal_camera (number, channel, camera) values "
                          "('13511221122', 2, 'cabin')");
        const std::string mac_key = (dir_.path() / "jt808.key").string();
        const std::string data_key = (dir_.path() / "data.key").string();
        EXPECT_TRUE(seal::MacKey::make_file(mac_key));
        EXPECT_TRUE(seal::DataKey::make_file(data_key));
        key_ = std::make_unique<seal::DataKey>(*seal::DataKey::load(data_key));
        std::ofstream{path("telemetryd.toml")}
            << common("ems_telemetry", "srv-telemetry-a") << "[jt808]\naddress = \"127.0.0.1\"\n"
            << "port = " << line_port_ << "\nkey = \"" << mac_key << "\"\n";
        std::ofstream{path("mediad.toml")}
            << "data_key = \"" << data_key << "\"\n"
            << common("ems_media", "srv-media-a") << "[media]\nport = " << test::free_port()
            << "\n[record]\ndir = \"" << path("video") << "\"\nsegment_s = 6\nfree_mib = 0\n"
            << "[jt1078]\naddress = \"127.0.0.1\"\nport = " << stream_port_ << "\n";
        telemetryd_ = start("ems-telemetryd", "telemetryd");
        mediad_ = start("ems-mediad", "mediad");
    }
    [[nodiscard]] std::string path(const std::string& name) const {
        return (dir_.path() / name).string();
    }
    [[nodiscard]] std::string common(const std::string& user, const std::string& name) const {
        return "pg.conninfo = \"" + postgres_.conninfo(user) +
               "\"\nstatus.port = " + std::to_string(test::free_port()) +
               "\n[mqtt]\nport = " + std::to_string(broker_.port()) + "\nca = \"" + broker_.ca() +
               "\"\ncertificate = \"" + broker_.certificate(name) + "\"\nkey = \"" +
               broker_.key(name) + "\"\n";
    }
    [[nodiscard]] std::unique_ptr<test::ChildProcess> start(const std::string& program,
                                                            const std::string& name) const {
        return std::make_unique<test::ChildProcess>(
            std::vector<std::string>{test::program(program), "--config", path(name + ".toml")},
            test::ChildProcess::Options{path(name + ".log"), {}});
    }
    [[nodiscard]] std::string value(const std::string& sql) { return postgres_.value(sql); }
    [[nodiscard]] std::int64_t number(const std::string& sql) { return std::stoll(value(sql)); }

    void wait_for_media_server() {
        EXPECT_TRUE(eventually(
            [&] {
                return value("select count(*) from media.server "
                             "where seen_at > now() - interval '10 s'") == "1";
            },
            seconds{20}));
    }
    video::VoiceTicket voice_grant() {
        wait_for_media_server();
        const video::VoiceGrant made = video::VoiceGrant::make();
        const auto sealed = video::seal_voice_grant(made, *key_);
        const std::string port =
            value("select port from media.create_voice_grant('" + made.grant_id +
                  "', 'amb-1', 'li', 'physician', " + std::to_string(made.up_ssrc) + ", " +
                  std::to_string(made.down_ssrc) + ", " + bytea(sealed->up) + ", " +
                  bytea(sealed->down) + ", 3600)");
        return {made.grant_id,
                "127.0.0.1",
                static_cast<std::uint16_t>(std::stoi(port)),
                made.up_ssrc,
                made.down_ssrc,
                made.up_key.reveal(),
                made.down_key.reveal(),
                0};
    }
    // A desk's grant, when a media server lives.
    video::VideoTicket grant() {
        wait_for_media_server();
        const video::ViewerGrant made = video::ViewerGrant::make();
        const auto sealed = video::seal_grant(made, *key_);
        const std::string port =
            value("select port from media.create_viewer_grant('" + made.grant_id +
                  "', 'amb-1', 'cabin', 'li', " + std::to_string(made.ssrc) + ", " +
                  std::to_string(made.viewer_ssrc) + ", " + bytea(sealed->srtp) + ", " +
                  bytea(sealed->srtcp) + ", 3600)");
        return {"127.0.0.1",
                static_cast<std::uint16_t>(std::stoi(port)),
                made.ssrc,
                made.viewer_ssrc,
                96,
                made.srtp_key.reveal(),
                made.srtcp_key.reveal(),
                0};
    }
    void revoke() {
        postgres_.execute("update media.viewer_grant set revoked_at = clock_timestamp()");
    }
    // What the terminal is asked to send, and answers that it will.
    static std::optional<gateway::StreamOpen> asked(TerminalLine& line, seconds limit) {
        const auto frame = line.sent_down(gateway::id::kStreamOpen, limit);
        if (!frame) {
            return std::nullopt;
        }
        line.answer(*frame, gateway::ReplyResult::done);
        return std::get<gateway::StreamOpen>(gateway::decode(frame->header, frame->body).value());
    }
    static bool wait(TerminalCamera& camera, const std::function<bool()>& condition,
                     seconds limit) {
        return eventually(
            [&] {
                camera.beat();
                return condition();
            },
            limit);
    }

    static std::vector<test::EncodedPicture> pictures_;
    test::TempPostgres postgres_;
    test::TempBroker broker_;
    test::TempDir dir_;
    const std::uint16_t line_port_{test::free_port()};
    const std::uint16_t stream_port_{test::free_port()};
    std::unique_ptr<seal::DataKey> key_;
    std::unique_ptr<test::ChildProcess> telemetryd_;
    std::unique_ptr<test::ChildProcess> mediad_;
};
std::vector<test::EncodedPicture> TerminalVideo::pictures_;

// Numbers of the pictures that a desk saw.
class Desk {
  public:
    explicit Desk(const video::VideoTicket& ticket) {
        auto opened = video::VideoReceiver::open(
            ticket, [this](const video::Picture& picture) { look(picture); });
        EXPECT_TRUE(opened);
        receiver_ = std::move(*opened);
    }
    std::vector<std::uint32_t> seen() {
        const std::lock_guard lock{mutex_};
        return seen_;
    }
    std::size_t unread() {
        const std::lock_guard lock{mutex_};
        return unread_;
    }
    [[nodiscard]] video::ReceiverStats stats() const { return receiver_->stats(); }

  private:
    void look(const video::Picture& picture) {
        const auto bytes = std::span{picture.pixels, static_cast<std::size_t>(picture.stride) *
                                                         static_cast<std::size_t>(picture.height)};
        const auto found =
            video::read_barcode({bytes, picture.width, picture.height, picture.stride, 4});
        const std::lock_guard lock{mutex_};
        if (found) {
            seen_.push_back(*found);
        } else {
            ++unread_;
        }
    }
    std::mutex mutex_;
    std::vector<std::uint32_t> seen_;
    std::size_t unread_{0};
    std::unique_ptr<video::VideoReceiver> receiver_;
};

TEST_F(TerminalVideo, AGrantOpensTheStreamTheDeskSeesEachPictureAndItsEndEndsIt) {
    TerminalLine line{line_port_};
    ASSERT_TRUE(line.log_in());
    EXPECT_TRUE(eventually(
        [&] {
            return number("select count(*) from media.camera_session where camera = 'cabin' "
                          "and ended_at is null and expires_at > now()") == 1;
        },
        seconds{20}))
        << "the list of cameras";
    EXPECT_FALSE(line.sent_down(gateway::id::kStreamOpen, milliseconds{500})) << "nobody looks";

    Desk desk{grant()};
    const auto request = asked(line, seconds{10});
    ASSERT_TRUE(request);
    EXPECT_EQ(request->host, "127.0.0.1");
    EXPECT_EQ(request->tcp_port, stream_port_);
    EXPECT_EQ(request->channel, 2);
    EXPECT_EQ(request->udp_port, 0);
    TerminalCamera camera{pictures_, request->tcp_port, request->channel};
    ASSERT_TRUE(wait(
        camera, [&] { return desk.seen().size() >= 60; }, seconds{30}));
    const auto seen = desk.seen();
    for (std::size_t i = 1; i < seen.size(); ++i) {
        ASSERT_EQ(seen[i], seen[i - 1] + 1) << "a picture was left out or came twice";
    }
    EXPECT_EQ(desk.unread(), 0U);
    EXPECT_TRUE(wait(
        camera,
        [&] {
            return value("select answer || ' ' || flowing from media.terminal_stream") ==
                   "done true";
        },
        seconds{10}));
    EXPECT_TRUE(wait(
        camera,
        [&] {
            return number("select count(*) from media.recording where camera = 'cabin' "
                          "and frames > 10 and packets_lost = 0") >= 1;
        },
        seconds{20}));

    revoke();
    EXPECT_TRUE(wait(
        camera,
        [&] { return line.sent_down(gateway::id::kStreamControl, milliseconds{1}).has_value(); },
        seconds{10}));
    EXPECT_TRUE(wait(
        camera, [&] { return camera.closed(); }, seconds{10}))
        << "although the terminal sends on";
    EXPECT_TRUE(eventually(
        [&] { return value("select count(*) from media.terminal_stream") == "0"; }, seconds{5}));
}

TEST_F(TerminalVideo, AStreamThatNobodyAskedForIsRefused) {
    TerminalLine line{line_port_};
    ASSERT_TRUE(line.log_in());
    Desk desk{grant()};
    ASSERT_TRUE(asked(line, seconds{10}));
    TerminalCamera stranger{pictures_, stream_port_, 2, "013511220000"};
    EXPECT_TRUE(wait(
        stranger, [&] { return stranger.closed(); }, seconds{5}));
    TerminalCamera elsewhere{pictures_, stream_port_, 2, "013511221122", "127.0.0.2"};
    EXPECT_TRUE(wait(
        elsewhere, [&] { return elsewhere.closed(); }, seconds{10}));
    EXPECT_EQ(desk.stats().packets, 0U);
    EXPECT_EQ(value("select flowing from media.terminal_stream"), "f");
    TerminalCamera newer{pictures_, stream_port_, 2};
    newer.call_pictures(gateway::payload::kH265);
    EXPECT_TRUE(wait(
        newer, [&] { return desk.stats().refused_encoding == "H.265"; }, seconds{10}))
        << "the desk learns why it sees nothing";
}

TEST_F(TerminalVideo, AfterABreakItIsAskedForAgainAndTheGapIsRecorded) {
    TerminalLine line{line_port_};
    ASSERT_TRUE(line.log_in());
    Desk desk{grant()};
    const auto request = asked(line, seconds{10});
    ASSERT_TRUE(request);
    {
        TerminalCamera camera{pictures_, request->tcp_port, request->channel};
        ASSERT_TRUE(wait(
            camera,
            [&] { return number("select count(*) from media.recording where frames > 10") == 1; },
            seconds{30}));
    }
    ASSERT_TRUE(asked(line, seconds{20})) << "nothing flows any more";
    EXPECT_TRUE(
        eventually([&] { return number("select count(*) from media.recording where closed") == 1; },
                   seconds{20}));
    const std::size_t before = desk.seen().size();
    TerminalCamera camera{pictures_, request->tcp_port, request->channel};
    EXPECT_TRUE(wait(
        camera, [&] { return number("select count(*) from media.recording_gap") == 1; },
        seconds{30}));
    EXPECT_TRUE(wait(
        camera, [&] { return desk.seen().size() > before + 15; }, seconds{20}));
}

TEST_F(TerminalVideo, ACallForHelpOpensTheCameraByItself) {
    TerminalLine line{line_port_};
    ASSERT_TRUE(line.log_in());
    test::RawLocation raw;
    raw.alarms = gateway::alarm::kSos;
    line.send(gateway::id::kLocation, 7, test::body(raw));
    const auto request = asked(line, seconds{15});
    ASSERT_TRUE(request);
    EXPECT_EQ(request->channel, 2);
    EXPECT_EQ(value("select until > now() + interval '4 min' from media.terminal_alarm"), "t");
}

TEST_F(TerminalVideo, PicturesAndSoundOfAnIncidentAreRecordedWithoutAViewer) {
    postgres_.execute("create or replace function media.incident_of(vid text, since timestamptz) "
                      "returns bigint language sql stable as 'select 7::bigint'");
    postgres_.execute("create or replace function media.incident_between(vid text, began timestamptz, "
                      "ended timestamptz) returns bigint language sql stable as 'select 7::bigint'");
    TerminalLine line{line_port_};
    ASSERT_TRUE(line.log_in());
    const auto request = asked(line, seconds{15});
    ASSERT_TRUE(request);
    EXPECT_EQ(request->data, gateway::StreamOpen::Data::sound_and_pictures);
    TerminalCamera camera{pictures_, request->tcp_port, request->channel};
    camera.make_sound();
    EXPECT_TRUE(wait(
        camera,
        [&] {
            return number("select count(*) from media.recording where incident_id = 7 "
                          "and camera = 'cabin' and frames > 30") >= 1;
        },
        seconds{30}));
    EXPECT_TRUE(wait(
        camera,
        [&] {
            return number("select count(*) from media.voice_recording where incident_id = 7 "
                          "and direction = 'from_cabin' and speaker = 'cabin' "
                          "and packets_received > 50 and packets_lost = 0") == 1;
        },
        seconds{20}));
}

TEST_F(TerminalVideo, ADeskThatOpensTheLineHearsTheCabinWhereThereIsNoCrew) {
    TerminalLine line{line_port_};
    ASSERT_TRUE(line.log_in());
    video::VoiceOptions options;
    options.side = video::Side::console;
    options.devices.source = "test:silence";
    const auto desk = std::move(*video::VoiceEndpoint::make(std::move(options)));
    ASSERT_TRUE(desk->join(voice_grant()));
    ASSERT_TRUE(eventually([&] { return desk->status().connected; }, seconds{20}));
    EXPECT_FALSE(line.sent_down(gateway::id::kStreamOpen, milliseconds{500})) << "nobody listens";
    desk->wish(video::LineWish::open);
    const auto request = asked(line, seconds{15});
    ASSERT_TRUE(request);
    EXPECT_EQ(request->data, gateway::StreamOpen::Data::sound_and_pictures);
    TerminalCamera camera{pictures_, request->tcp_port, request->channel};
    camera.make_sound();
    EXPECT_TRUE(wait(
        camera, [&] { return desk->status().packets > 100 && desk->status().heard.rms_dbfs > -45; },
        seconds{20}));
    desk->wish(video::LineWish::closed);
    EXPECT_TRUE(wait(
        camera, [&] { return camera.closed(); }, seconds{20}))
        << "nobody listens any more";
}

TEST_F(TerminalVideo, AKilledMediaServerEndsTheStreamByItself) {
    TerminalLine line{line_port_};
    ASSERT_TRUE(line.log_in());
    Desk desk{grant()};
    ASSERT_TRUE(asked(line, seconds{10}));
    mediad_->signal(SIGKILL);
    mediad_->wait_exit(seconds{5});
    EXPECT_TRUE(line.sent_down(gateway::id::kStreamControl, seconds{30}));
}

} // namespace
} // namespace ems::media
