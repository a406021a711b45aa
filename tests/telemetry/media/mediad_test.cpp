// ems-mediad as a process, with a real PostgreSQL and mosquitto: a vehicle's client and camera on
// one side, a console's receiver on the other.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <mutex>
#include <optional>
#include <set>

#include "telemetry/link/mqtt_session.h"
#include "telemetry/seal/key_file.h"
#include "telemetry/video/grants.h"
#include "telemetry/video/pipeline.h"
#include "telemetry/video/receiver.h"
#include "telemetry/wire/topics.h"
#include "tests/support/child_process.h"
#include "tests/support/free_port.h"
#include "tests/support/http_get.h"
#include "tests/support/prometheus_text.h"
#include "tests/support/temp_broker.h"
#include "tests/support/temp_dir.h"
#include "tests/support/temp_postgres.h"
#include "tests/telemetry/media/rows_closed.h"
#include "vehicle/agent/camera.h"

namespace ems::media {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::eventually;

constexpr const char* kVid = "amb-zx01";

// What ems-vehicled does about video: birth, heartbeats, d/media to the camera.
class Vehicle {
  public:
    explicit Vehicle(const test::TempBroker& broker,
                     const std::vector<std::string>& names = {"cabin"}) {
        for (const std::string& name : names) {
            vehicle::CameraOptions options;
            options.label = kVid;
            options.camera = name;
            cameras_.push_back(std::move(*vehicle::make_camera(options)));
        }
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
            if (!session.ParseFromString(message.payload)) {
                return;
            }
            const std::lock_guard lock{mutex_};
            for (const auto& camera : cameras_) {
                if (camera->name() == session.camera() && !left_off_.contains(camera->name()) &&
                    camera->start(session)) {
                    ++sessions_;
                }
            }
        };
        session_ = std::make_unique<link::MqttSession>(config, handlers);
        session_->start();
    }
    // Called by the test's own waiting, in place of a timer.
    void beat() {
        const Ticks now = SystemClock{}.ticks();
        if (now - beat_at_ < milliseconds{500} || !session_->connected()) {
            return;
        }
        beat_at_ = now;
        wire::Heartbeat heartbeat;
        heartbeat.set_birth_counter(birth_counter_);
        for (const auto& camera : cameras_) {
            if (has_camera_) {
                (*heartbeat.mutable_device_health())["camera." + camera->name()] = camera->health();
            }
        }
        ++beats_;
        session_->publish(wire::up_topic(region_, vid_, wire::UpKind::hb),
                          heartbeat.SerializeAsString(), link::Qos::at_most_once);
    }
    void be_born_again() { ++birth_counter_; }
    void lose_camera() { has_camera_ = false; }
    // Stopped, and started by no other session.
    void leave_off(std::size_t at) {
        const std::lock_guard lock{mutex_};
        left_off_.insert(cameras_.at(at)->name());
        cameras_[at]->stop();
    }
    [[nodiscard]] int beats() const { return beats_; }
    [[nodiscard]] int sessions() const { return sessions_; }
    [[nodiscard]] vehicle::Camera& camera(std::size_t at = 0) { return *cameras_.at(at); }

  private:
    const RegionCode region_{RegionCode::parse("140802").value()};
    const VehicleId vid_{VehicleId::parse(kVid).value()};
    std::vector<std::unique_ptr<vehicle::Camera>> cameras_;
    std::mutex mutex_; // guards the names of those left off
    std::set<std::string> left_off_;
    std::atomic<int> sessions_{0};
    std::uint64_t birth_counter_{1};
    bool has_camera_{true};
    int beats_{0};
    Ticks beat_at_{};
    std::unique_ptr<link::MqttSession> session_;
};

std::string bytea(const std::string& bytes) {
    return "'\\x" + seal::to_hex(bytes) + "'";
}

class MediadTest : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        postgres_ = std::make_unique<test::TempPostgres>();
        broker_ = std::make_unique<test::TempBroker>(std::vector<std::string>{"srv-media-a", kVid});
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
        const std::string key_path = (dir_.path() / "data.key").string();
        ASSERT_TRUE(seal::DataKey::make_file(key_path));
        key_ = std::make_unique<seal::DataKey>(*seal::DataKey::load(key_path));
        std::ofstream{config_path()}
            << "data_key = \"" << key_path << "\"\n[pg]\nconninfo = \""
            << postgres_->conninfo("ems_media") << "\"\n[mqtt]\nport = " << broker_->port()
            << "\nca = \"" << broker_->ca() << "\"\ncertificate = \""
            << broker_->certificate("srv-media-a") << "\"\nkey = \"" << broker_->key("srv-media-a")
            << "\"\n[media]\nport = " << test::free_port() << "\n[record]\ndir = \""
            << (dir_.path() / "video").string()
            << "\"\nsegment_s = 6\nmib = 1000\ndays = 30\nincident_days = 60\n"
            << "free_mib = 0\n[status]\nport = " << status_port_ << "\n";
    }
    [[nodiscard]] std::string config_path() const { return (dir_.path() / "mediad.toml").string(); }
    void start_mediad() {
        mediad_ = std::make_unique<test::ChildProcess>(
            std::vector<std::string>{test::program("ems-mediad"), "--config", config_path()},
            test::ChildProcess::Options{(dir_.path() / "mediad.log").string(), {}});
    }
    // Waits while the vehicle's heart beats.
    static bool wait(Vehicle& vehicle, const std::function<bool()>& condition, milliseconds limit) {
        return eventually(
            [&] {
                vehicle.beat();
                return condition();
            },
            limit);
    }
    video::VideoTicket grant(std::string* grant_id, const std::string& camera = "cabin") const {
        const video::ViewerGrant made = video::ViewerGrant::make();
        const auto sealed = video::seal_grant(made, *key_);
        *grant_id = made.grant_id;
        const std::string port =
            postgres_->value("select port from media.create_viewer_grant('" + made.grant_id +
                             "', 'amb-zx01', '" + camera + "', 'li', " + std::to_string(made.ssrc) +
                             ", " + std::to_string(made.viewer_ssrc) + ", " + bytea(sealed->srtp) +
                             ", " + bytea(sealed->srtcp) + ", 3600)");
        return {"127.0.0.1",
                static_cast<std::uint16_t>(std::stoi(port)),
                made.ssrc,
                made.viewer_ssrc,
                96,
                made.srtp_key.reveal(),
                made.srtcp_key.reveal(),
                0};
    }
    static std::int64_t number(const std::string& sql) { return std::stoll(postgres_->value(sql)); }

    static std::unique_ptr<test::TempPostgres> postgres_;
    static std::unique_ptr<test::TempBroker> broker_;
    test::TempDir dir_;
    const std::uint16_t status_port_{test::free_port()};
    std::unique_ptr<seal::DataKey> key_;
    std::unique_ptr<test::ChildProcess> mediad_;
};
std::unique_ptr<test::TempPostgres> MediadTest::postgres_;
std::unique_ptr<test::TempBroker> MediadTest::broker_;

TEST_F(MediadTest, ARightThatEndsWaitsForNoRowOfARecording) {
    start_mediad();
    Vehicle vehicle{*broker_};
    std::string grant_id;
    std::atomic<int> pictures{0};
    ASSERT_TRUE(wait(
        vehicle, [&] { return vehicle.camera().frames_sent() > 5; }, seconds{20}));
    const auto receiver =
        video::VideoReceiver::open(grant(&grant_id), [&](const video::Picture&) { ++pictures; });
    ASSERT_TRUE(receiver);
    ASSERT_TRUE(wait(
        vehicle, [&] { return pictures > 5; }, seconds{20}));
    // Somebody holds the table of recordings, and statements on it wait for him.
    const test::ChildProcess holder{
        {"psql", "-q", postgres_->conninfo("ems_owner"), "-c",
         "begin; lock table media.recording in access exclusive mode; select pg_sleep(120)"},
        test::ChildProcess::Options{(dir_.path() / "psql.log").string(), {}}};
    const auto waits = [] {
        return number("select count(*) from pg_locks where not granted and locktype = 'relation' "
                      "and relation = 'media.recording'::regclass") > 0;
    };
    ASSERT_TRUE(wait(vehicle, waits, seconds{20}));
    postgres_->execute("update media.viewer_grant set revoked_at = clock_timestamp()");
    const Ticks revoked = SystemClock{}.ticks();
    EXPECT_TRUE(wait(
        vehicle,
        [&] { return SystemClock{}.ticks() - (*receiver)->stats().last_packet_at > seconds{2}; },
        seconds{20}));
    EXPECT_LT((*receiver)->stats().last_packet_at - revoked, seconds{5});
    EXPECT_TRUE(waits()) << "and he holds it still";
    postgres_->execute("select pg_terminate_backend(pid) from pg_stat_activity where query like "
                       "'%pg_sleep(120)%' and pid <> pg_backend_pid()");
}

TEST_F(MediadTest, PictureReachesTheConsoleAndEndsWithTheGrant) {
    start_mediad();
    Vehicle vehicle{*broker_};
    ASSERT_TRUE(wait(
        vehicle, [&] { return vehicle.camera().frames_sent() > 5; }, seconds{20}));
    std::atomic<int> pictures{0};
    std::string grant_id;
    const auto receiver =
        video::VideoReceiver::open(grant(&grant_id), [&](const video::Picture&) { ++pictures; });
    ASSERT_TRUE(receiver);
    ASSERT_TRUE(wait(
        vehicle, [&] { return pictures > 20; }, seconds{20}));

    postgres_->execute("update media.viewer_grant set revoked_at = clock_timestamp()");
    const Ticks revoked = SystemClock{}.ticks();
    ASSERT_TRUE(wait(
        vehicle,
        [&] { return SystemClock{}.ticks() - (*receiver)->stats().last_packet_at > seconds{2}; },
        seconds{20}));
    EXPECT_LT((*receiver)->stats().last_packet_at - revoked, seconds{5});

    ASSERT_TRUE(wait(
        vehicle,
        [&] {
            return number("select count(*) from media.recording where closed and frames > 10") >= 1;
        },
        seconds{20}));
    test::expect_rows_closed(*postgres_, "media.recording", *mediad_, [this] { start_mediad(); });
}

TEST_F(MediadTest, KilledProcessIsReplacedWithoutAWordToAnybody) {
    start_mediad();
    Vehicle vehicle{*broker_};
    ASSERT_TRUE(wait(
        vehicle, [&] { return vehicle.camera().frames_sent() > 5; }, seconds{20}));
    std::atomic<int> pictures{0};
    std::string grant_id;
    const auto receiver =
        video::VideoReceiver::open(grant(&grant_id), [&](const video::Picture&) { ++pictures; });
    ASSERT_TRUE(receiver);
    // Mid-file: what the row claims is on disk, whatever moment the process dies.
    ASSERT_TRUE(wait(
        vehicle,
        [&] {
            return number(
                       "select count(*) from media.recording where not closed and frames >= 25") ==
                   1;
        },
        seconds{30}));
    const std::uint64_t sent = vehicle.camera().frames_sent();
    mediad_->signal(SIGKILL);
    mediad_->wait_exit(seconds{5});
    const std::string path = postgres_->value("select path from media.recording where not closed");
    const std::string frames =
        postgres_->value("select frames from media.recording where not closed");
    const int before = pictures;
    const int sessions = vehicle.sessions();
    start_mediad();
    ASSERT_TRUE(wait(
        vehicle, [&] { return pictures > before + 20; }, seconds{20}));
    EXPECT_GT(vehicle.sessions(), sessions);
    EXPECT_EQ(number("select generation from media.viewer_grant"), 2);
    EXPECT_TRUE(wait(
        vehicle,
        [&] {
            return postgres_->value("select closed from media.recording where path = '" + path +
                                    "'") == "t";
        },
        seconds{10}));
    // The file that was open when the process died is still readable, and holds what its row
    // claims.
    auto reader = video::Pipeline::parse(
        "filesrc name=file ! matroskademux ! h264parse ! avdec_h264 ! appsink name=out sync=false");
    ASSERT_TRUE(reader);
    const std::string file = (dir_.path() / "video" / path).string();
    std::atomic<int> read{0};
    (*reader)->set_text("file", "location", file);
    (*reader)->on_sample("out", [&](GstSample*) { ++read; });
    ASSERT_TRUE((*reader)->play());
    bool ended = false;
    ASSERT_TRUE(eventually(
        [&] {
            const video::Pipeline::Words words = (*reader)->poll();
            return ended = ended || words.ended || words.error;
        },
        seconds{10}));
    EXPECT_GE(read.load(), std::stoi(frames));
    // Less than one group of pictures (2 s of 15): the jitter buffer's 0.6 s and what was on its
    // way.
    EXPECT_GE(read.load() + 30, static_cast<int>(sent));
}

TEST_F(MediadTest, RecordingsOfAProcessThatWasKilledBeforeTheirRowsWereWrittenAreFoundAtTheNextStart) {
    start_mediad();
    Vehicle vehicle{*broker_};
    ASSERT_TRUE(wait(
        vehicle, [&] { return vehicle.camera().frames_sent() > 5; }, seconds{20}));
    const auto files = [&] {
        std::set<std::string> out;
        std::error_code error;
        const std::filesystem::path root = dir_.path() / "video";
        for (std::filesystem::recursive_directory_iterator at{root, error}, end; !error && at != end; at.increment(error)) {
            if (at->path().extension() == ".mkv") {
                out.insert(std::filesystem::relative(at->path(), root).string());
            }
        }
        return out;
    };
    postgres_->crash();
    const std::set<std::string> before = files();
    const auto since = [&] {
        std::set<std::string> out = files();
        std::erase_if(out, [&](const std::string& path) { return before.contains(path); });
        return out;
    };
    const bool recorded = wait(
        vehicle, [&] { return since().size() >= 3; }, seconds{60});
    mediad_->signal(SIGKILL);
    mediad_->wait_exit(seconds{5});
    postgres_->start();
    ASSERT_TRUE(recorded);
    std::set<std::string> left = since();
    left.erase(std::prev(left.end())); // it may hold no picture yet
    start_mediad();
    for (const std::string& path : left) {
        EXPECT_TRUE(eventually(
            [&] {
                return number("select count(*) from media.recording where closed and frames > 0 and last_utc > first_utc "
                              "and source = 'live' and path = '" + path + "'") == 1;
            },
            seconds{20}))
            << path;
    }
}

TEST_F(MediadTest, EachCameraOfAVehicleIsWatchedAndRecordedByItself) {
    start_mediad();
    Vehicle vehicle{*broker_, {"cabin", "front"}};
    ASSERT_TRUE(wait(
        vehicle,
        [&] { return vehicle.camera(0).frames_sent() > 5 && vehicle.camera(1).frames_sent() > 5; },
        seconds{20}));
    std::array<std::atomic<int>, 2> pictures{};
    std::array<std::string, 2> grant_ids;
    const auto cabin = video::VideoReceiver::open(grant(&grant_ids[0], "cabin"),
                                                  [&](const video::Picture&) { ++pictures[0]; });
    const auto front = video::VideoReceiver::open(grant(&grant_ids[1], "front"),
                                                  [&](const video::Picture&) { ++pictures[1]; });
    ASSERT_TRUE(cabin && front);
    EXPECT_TRUE(wait(
        vehicle, [&] { return pictures[0] > 20 && pictures[1] > 20; }, seconds{20}));
    vehicle.leave_off(0);
    ASSERT_TRUE(wait(
        vehicle, [&] { return vehicle.camera(0).health() == "off"; }, seconds{5}));
    ASSERT_TRUE(wait(
        vehicle, [&] { return SystemClock{}.ticks() - (*cabin)->stats().last_packet_at > seconds{2}; },
        seconds{20}))
        << "what was on its way";
    const int cabin_before = pictures[0];
    const int front_before = pictures[1];
    EXPECT_TRUE(wait(
        vehicle, [&] { return pictures[1] > front_before + 30; }, seconds{20}));
    EXPECT_EQ(pictures[0], cabin_before);
    EXPECT_TRUE(wait(
        vehicle,
        [&] {
            return number("select count(distinct camera) from media.recording where frames > 10") ==
                   2;
        },
        seconds{20}));
}

TEST_F(MediadTest, APauseOfTheRecordingIsARowOfItsOwn) {
    start_mediad();
    Vehicle vehicle{*broker_};
    ASSERT_TRUE(wait(
        vehicle,
        [&] { return number("select count(*) from media.recording where frames > 10") == 1; },
        seconds{20}));
    EXPECT_EQ(number("select count(*) from media.recording_gap"), 0);
    vehicle.camera().stop();
    ASSERT_TRUE(wait(
        vehicle, [&] { return number("select count(*) from media.recording where closed") == 1; },
        seconds{20}));
    ASSERT_TRUE(wait(
        vehicle, [&] { return number("select count(*) from media.recording_gap") == 1; },
        seconds{60}))
        << "a session that brings nothing is followed by another";
    const std::string edges =
        "from media.recording_gap g join media.recording a on a.last_utc = g.from_utc join "
        "media.recording b on b.first_utc = g.to_utc where g.vid = 'amb-zx01' and g.camera = "
        "'cabin' and g.to_utc - g.from_utc between interval '3 s' and interval '60 s'";
    EXPECT_EQ(number("select count(*) " + edges), 1);
}

TEST_F(MediadTest, OldRecordingsGoByAgeAndForRoomThoseOfNoIncidentFirst) {
    const std::filesystem::path root = dir_.path() / "video";
    const struct {
        const char* name;
        int days; // of age
        int mib;  // as the row says
        const char* incident;
        bool stays;
    } files[] = {{"2020-01-01/aged.mkv", 31, 1, "null", false},
                 {"2020-01-01/old_case.mkv", 61, 1, "7", false},
                 {"2020-01-02/case.mkv", 40, 300, "7", true},
                 {"2020-01-02/first.mkv", 20, 600, "null", false},
                 {"2020-01-02/second.mkv", 10, 300, "null", true},
                 {"2020-01-02/third.mkv", 1, 300, "null", true}};
    for (const auto& file : files) {
        std::filesystem::create_directories((root / file.name).parent_path());
        std::ofstream{root / file.name} << "x";
        const std::string age = "now() - interval '" + std::to_string(file.days) + " days', ";
        postgres_->execute(
            "insert into media.recording (server, path, vid, camera, incident_id, first_utc, "
            "last_utc, bytes, closed) values ('srv-media-a', '" +
            std::string{file.name} + "', 'amb-zx01', 'cabin', " + file.incident + ", " + age + age +
            std::to_string(std::int64_t{file.mib} << 20) + ", true)");
    }
    postgres_->execute(
        "insert into media.recording (server, path, vid, camera, first_utc, last_utc, closed) "
        "values ('srv-media-b', '2020-01-02/first.mkv', 'amb-zx01', 'cabin', now() - interval '90 "
        "days', now() - interval '90 days', true)");
    start_mediad();
    EXPECT_TRUE(eventually(
        [&] {
            return number("select count(*) from media.recording where server = 'srv-media-a'") == 3;
        },
        seconds{20}));
    for (const auto& file : files) {
        EXPECT_EQ(std::filesystem::exists(root / file.name), file.stays) << file.name;
        EXPECT_EQ(number("select count(*) from media.recording where server = 'srv-media-a' and "
                         "path = '" +
                         std::string{file.name} + "'"),
                  file.stays ? 1 : 0)
            << file.name;
    }
    EXPECT_FALSE(std::filesystem::exists(root / "2020-01-01")) << "with its last file";
    EXPECT_EQ(number("select count(*) from media.recording where server = 'srv-media-b'"), 1)
        << "another server's are its own affair";
}

TEST_F(MediadTest, RestartedVehicleGetsANewSession) {
    start_mediad();
    Vehicle vehicle{*broker_};
    ASSERT_TRUE(wait(
        vehicle, [&] { return vehicle.sessions() == 1; }, seconds{20}));
    vehicle.be_born_again();
    EXPECT_TRUE(wait(
        vehicle, [&] { return vehicle.sessions() == 2; }, seconds{5}));
    EXPECT_TRUE(wait(
        vehicle,
        [&] {
            return number("select count(*) from media.camera_session where ended_at is null") == 1;
        },
        seconds{5}));
}

TEST_F(MediadTest, AVehicleWithoutACameraIsOfferedNothingAndOldSessionsGo) {
    postgres_->execute(
        "insert into media.server (name, host, port) values ('srv-media-a', '127.0.0.1', 1); "
        "insert into media.camera_session (session_id, vid, camera, server, ssrc, expires_at, "
        "ended_at) select n, 'amb-zx01', 'cabin', 'srv-media-a', n, "
        "now() - n * interval '1 day', now() - n * interval '1 day' from generate_series(1, 20) n");
    start_mediad();
    Vehicle vehicle{*broker_};
    vehicle.lose_camera();
    ASSERT_TRUE(wait(
        vehicle, [&] { return vehicle.beats() > 6; }, seconds{20}));
    EXPECT_EQ(vehicle.sessions(), 0);
    EXPECT_TRUE(eventually([&] { return number("select count(*) from media.camera_session") == 6; },
                           seconds{10}))
        << "a week of them is kept";
    EXPECT_EQ(number("select count(*) from media.camera_session where ended_at is null"), 0);
}

TEST_F(MediadTest, PictureGoesOnWhileTheDatabaseIsAway) {
    start_mediad();
    Vehicle vehicle{*broker_};
    std::atomic<int> pictures{0};
    ASSERT_TRUE(wait(
        vehicle, [&] { return vehicle.camera().frames_sent() > 5; }, seconds{20}));
    std::string grant_id;
    const auto receiver =
        video::VideoReceiver::open(grant(&grant_id), [&](const video::Picture&) { ++pictures; });
    ASSERT_TRUE(wait(
        vehicle, [&] { return pictures > 10; }, seconds{20}));
    postgres_->crash();
    const int before = pictures;
    EXPECT_TRUE(wait(
        vehicle, [&] { return pictures > before + 45; }, seconds{20}));
    postgres_->start();
    EXPECT_TRUE(wait(
        vehicle,
        [&] {
            return number("select count(*) from media.recording where closed and last_utc > "
                          "clock_timestamp() - interval '3 s'") >= 1;
        },
        seconds{20}));
}

TEST_F(MediadTest, ItsPagesTellTheCameraAndWhatIsMissing) {
    start_mediad();
    Vehicle vehicle{*broker_};
    const auto figure = [this](const std::string& name,
                               const std::map<std::string, std::string>& labels) {
        const auto page = test::MetricsPage::parse(test::http_get(status_port_, "/metrics").body);
        return page ? page->value("ems_mediad_" + name, labels).value_or(-1) : -1;
    };
    const std::map<std::string, std::string> camera{{"vid", kVid}, {"camera", "cabin"}};
    EXPECT_TRUE(wait(
        vehicle, [&] { return figure("camera_frames_total", camera) > 5; }, seconds{20}));
    EXPECT_EQ(figure("recorders", {}), 1);
    EXPECT_EQ(figure("recorders_failing", {}), 0);
    for (const char* name : {"packets_received", "packets_refused", "packets_unheard", "packets_forwarded",
                             "packets_dropped", "packets_unrecorded", "rows_dropped"}) {
        EXPECT_EQ(figure("voice_" + std::string{name} + "_total", {}), 0) << name;
    }
    EXPECT_EQ(figure("socket_open", {}), 1);
    const auto health = [this](int status, const char* line) {
        const test::HttpReply reply = test::http_get(status_port_, "/healthz");
        return reply.status == status && reply.body.find(line) != std::string::npos;
    };
    EXPECT_TRUE(wait(
        vehicle, [&] { return health(200, "socket ok"); }, seconds{20}));
    EXPECT_TRUE(health(200, "recorder ok"));
    broker_->kill();
    EXPECT_TRUE(wait(
        vehicle, [&] { return health(503, "broker failed"); }, seconds{20}));
    broker_->start();
    EXPECT_TRUE(wait(
        vehicle, [&] { return health(200, "broker ok"); }, seconds{20}));
    postgres_->crash();
    EXPECT_TRUE(wait(
        vehicle, [&] { return health(503, "database failed"); }, seconds{20}));
    postgres_->start();
    EXPECT_TRUE(wait(
        vehicle, [&] { return health(200, "database ok"); }, seconds{20}));
}

TEST_F(MediadTest, BusyPortAndUnknownKeyEachGiveOneSentence) {
    start_mediad();
    ASSERT_TRUE(
        eventually([&] { return number("select count(*) from media.server") == 1; }, seconds{20}));
    std::string output;
    EXPECT_EQ(test::run({test::program("ems-mediad"), "--config", config_path()}, &output), 1);
    EXPECT_NE(output.find("UDP port 127.0.0.1:"), std::string::npos) << output;
    std::ofstream{config_path(), std::ios::app} << "\n[camera]\nbitrate = 3\n";
    EXPECT_EQ(test::run({test::program("ems-mediad"), "--config", config_path()}, &output), 2);
    EXPECT_NE(output.find("camera.bitrate"), std::string::npos) << output;
}

} // namespace
} // namespace ems::media
