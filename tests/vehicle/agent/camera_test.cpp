// The vehicle's camera with real sources: a file that comes later, and an RTSP camera played by
// GStreamer's own server on loopback, with a login, that goes away and comes back.
#include "vehicle/agent/camera.h"

#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <thread>

#include <gst/rtsp-server/rtsp-server.h>
#include <gtest/gtest.h>

#include "telemetry/video/pipeline.h"
#include "telemetry/video/srtp.h"
#include "tests/support/child_process.h"
#include "tests/support/free_port.h"
#include "tests/support/temp_dir.h"

namespace ems::vehicle {
namespace {

using std::chrono::seconds;
using test::eventually;

// Sends into a port that nobody reads: what is counted are pictures handed to the network.
wire::MediaSession session_for(const std::string& camera) {
    const std::uint32_t ssrc = video::random_ssrc();
    wire::MediaSession session;
    session.set_session_id(std::to_string(ssrc));
    session.set_camera(camera);
    session.set_host("127.0.0.1");
    session.set_port(test::free_port());
    session.set_ssrc(ssrc);
    session.set_payload_type(96);
    session.set_srtp_key(video::MediaKey::random().reveal());
    session.set_srtcp_key(video::MediaKey::random().reveal());
    session.set_bitrate_kbit(600);
    return session;
}

// An H.264 camera at rtsp://127.0.0.1:port/live for one user.
class RtspCamera {
  public:
    explicit RtspCamera(std::uint16_t port) : port_(port) { start(); }
    ~RtspCamera() { stop(); }
    void start() {
        context_ = g_main_context_new();
        loop_ = g_main_loop_new(context_, FALSE);
        server_ = gst_rtsp_server_new();
        gst_rtsp_server_set_address(server_, "127.0.0.1");
        gst_rtsp_server_set_service(server_, std::to_string(port_).c_str());
        GstRTSPMountPoints* mounts = gst_rtsp_server_get_mount_points(server_);
        GstRTSPMediaFactory* factory = gst_rtsp_media_factory_new();
        gst_rtsp_media_factory_set_launch(
            factory,
            "( videotestsrc is-live=true ! video/x-raw,width=320,height=240,framerate=10/1 "
            "! x264enc tune=zerolatency key-int-max=10 ! rtph264pay name=pay0 pt=96 "
            "audiotestsrc is-live=true ! alawenc ! rtppcmapay name=pay1 pt=8 )");
        GstRTSPToken* token =
            gst_rtsp_token_new(GST_RTSP_TOKEN_MEDIA_FACTORY_ROLE, G_TYPE_STRING, "viewer", nullptr);
        GstRTSPAuth* auth = gst_rtsp_auth_new();
        gchar* basic = gst_rtsp_auth_make_basic("viewer", "a:b");
        gst_rtsp_auth_add_basic(auth, basic, token);
        g_free(basic);
        gst_rtsp_token_unref(token);
        gst_rtsp_server_set_auth(server_, auth);
        g_object_unref(auth);
        gst_rtsp_media_factory_add_role(factory, "viewer", GST_RTSP_PERM_MEDIA_FACTORY_ACCESS,
                                        G_TYPE_BOOLEAN, TRUE, GST_RTSP_PERM_MEDIA_FACTORY_CONSTRUCT,
                                        G_TYPE_BOOLEAN, TRUE, nullptr);
        gst_rtsp_mount_points_add_factory(mounts, "/live", factory);
        g_object_unref(mounts);
        EXPECT_GT(gst_rtsp_server_attach(server_, context_), 0U);
        thread_ = std::thread{[this] { g_main_loop_run(loop_); }};
    }
    void stop() {
        if (!thread_.joinable()) {
            return;
        }
        gst_rtsp_server_client_filter(
            server_,
            [](GstRTSPServer*, GstRTSPClient*, gpointer) { return GST_RTSP_FILTER_REMOVE; },
            nullptr);
        g_main_loop_quit(loop_);
        thread_.join();
        g_object_unref(server_);
        g_main_loop_unref(loop_);
        g_main_context_unref(context_);
    }

  private:
    const std::uint16_t port_;
    GMainContext* context_{nullptr};
    GMainLoop* loop_{nullptr};
    GstRTSPServer* server_{nullptr};
    std::thread thread_;
};

// Two seconds; there from one moment to the next.
void write_film(const std::string& path) {
    auto writer = video::Pipeline::parse(
        "videotestsrc num-buffers=30 ! video/x-raw,width=320,height=240,framerate=15/1 ! "
        "x264enc tune=zerolatency ! h264parse ! matroskamux ! filesink name=out");
    ASSERT_TRUE(writer);
    (*writer)->set_text("out", "location", path + ".part");
    ASSERT_TRUE((*writer)->play());
    ASSERT_TRUE(eventually([&] { return (*writer)->poll().ended; }, seconds{20}));
    (*writer)->stop();
    std::filesystem::rename(path + ".part", path);
}

class CameraTest : public testing::Test {
  protected:
    static void SetUpTestSuite() { ASSERT_TRUE(video::Pipeline::parse("fakesrc ! fakesink")); }
    std::unique_ptr<Camera> make(const CameraOptions& options) {
        auto camera = make_camera(options);
        EXPECT_TRUE(camera) << camera.error().message();
        return std::move(*camera);
    }
    [[nodiscard]] std::string path(const char* name) const { return (dir_.path() / name).string(); }
    const test::TempDir dir_;
};

TEST_F(CameraTest, AFileIsPlayedInALoopFromTheSecondItIsThere) {
    CameraOptions options;
    options.source = "file:" + path("film.mkv");
    const auto camera = make(options);
    ASSERT_TRUE(camera->start(session_for("cabin")));
    EXPECT_TRUE(eventually([&] { return camera->health() == "not connected: " + path("film.mkv"); },
                           seconds{5}));
    write_film(path("film.mkv"));
    EXPECT_TRUE(eventually([&] { return camera->frames_sent() > 45; }, seconds{30}))
        << "longer than the film: " << camera->frames_sent() << ", " << camera->health();
    EXPECT_EQ(camera->health(), "ok");
}

TEST_F(CameraTest, ASourceThatFailsIsOpenedAgainUntilItGivesPictures) {
    std::ofstream{path("film.mkv")} << std::string(4'096, 'x');
    CameraOptions options;
    options.source = "file:" + path("film.mkv");
    const auto camera = make(options);
    ASSERT_TRUE(camera->start(session_for("cabin")));
    EXPECT_TRUE(eventually([&] { return camera->health() != "off" && camera->health() != "ok"; },
                           seconds{10}));
    EXPECT_EQ(camera->frames_sent(), 0U);
    write_film(path("film.mkv"));
    EXPECT_TRUE(eventually([&] { return camera->frames_sent() > 10; }, seconds{40}))
        << camera->health();
    EXPECT_EQ(camera->health(), "ok");
}

// A file stands for a device node whose device does not answer.
TEST_F(CameraTest, ADeviceThatDoesNotOpenSaysSoAndThenThatItIsGone) {
    std::ofstream{path("video0")} << "no device";
    CameraOptions options;
    options.source = "v4l2:" + path("video0");
    const auto camera = make(options);
    ASSERT_TRUE(camera->start(session_for("cabin")));
    EXPECT_TRUE(eventually([&] { return camera->health().starts_with("source: "); }, seconds{10}))
        << camera->health();
    std::filesystem::remove(path("video0"));
    EXPECT_TRUE(eventually([&] { return camera->health() == "not connected: " + path("video0"); },
                           seconds{40}))
        << camera->health();
}

TEST_F(CameraTest, AnRtspCameraIsFoundAgainWhenItComesBack) {
    const std::uint16_t port = test::free_port();
    RtspCamera server{port};
    std::ofstream{path("login")} << "viewer:a:b\n";
    CameraOptions options;
    options.source = "rtsp://127.0.0.1:" + std::to_string(port) + "/live";
    options.login_file = path("login");
    options.camera = "front";
    const auto camera = make(options);
    ASSERT_TRUE(camera->start(session_for("front")));
    ASSERT_TRUE(eventually([&] { return camera->frames_sent() > 10; }, seconds{20}))
        << camera->health();
    EXPECT_EQ(camera->health(), "ok");
    server.stop();
    EXPECT_TRUE(eventually([&] { return camera->health() != "ok"; }, seconds{20}));
    server.start();
    const std::uint64_t before = camera->frames_sent();
    EXPECT_TRUE(eventually([&] { return camera->frames_sent() > before + 10; }, seconds{40}))
        << camera->health();
    EXPECT_EQ(camera->health(), "ok");
}

TEST_F(CameraTest, AnRtspCameraWithoutItsPasswordSaysSo) {
    const std::uint16_t port = test::free_port();
    const RtspCamera server{port};
    CameraOptions options;
    options.source = "rtsp://127.0.0.1:" + std::to_string(port) + "/live";
    const auto camera = make(options);
    ASSERT_TRUE(camera->start(session_for("cabin")));
    EXPECT_TRUE(eventually([&] { return camera->health() != "ok" && camera->health() != "off"; },
                           seconds{20}));
    EXPECT_EQ(camera->frames_sent(), 0U);
}

TEST_F(CameraTest, ADeviceThatIsNotThereIsNamed) {
    CameraOptions options;
    options.source = "v4l2:" + path("video0");
    const auto camera = make(options);
    ASSERT_TRUE(camera->start(session_for("cabin")));
    EXPECT_TRUE(eventually([&] { return camera->health() == "not connected: " + path("video0"); },
                           seconds{5}));
    EXPECT_FALSE(camera->start(session_for("front"))) << "a session for another camera";
}

} // namespace
} // namespace ems::vehicle
