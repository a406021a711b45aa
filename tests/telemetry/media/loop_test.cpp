// Real pictures on loopback: the vehicle's camera, the relay on its socket, the console's receiver
// and the recorder. Frames carry their numbers, so lost and repeated ones are counted by reading
// pixels.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <future>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include <gst/gst.h>

#include "telemetry/media/hub.h"
#include "telemetry/media/recorder.h"
#include "telemetry/video/barcode.h"
#include "telemetry/video/pipeline.h"
#include "telemetry/video/receiver.h"
#include "telemetry/video/segment_file.h"
#include "tests/support/child_process.h"
#include "tests/support/fault_proxy.h"
#include "tests/support/temp_dir.h"
#include "tests/telemetry/media/film_numbers.h"
#include "tests/telemetry/media/running_relay.h"
#include "tests/telemetry/media/short_disk.h"
#include "vehicle/agent/camera.h"
#include "vehicle/agent/video_uplink.h"

namespace ems::media {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::eventually;

using test::kCabin;
using test::RunningRelay;

std::unique_ptr<vehicle::Camera> barcode_camera(vehicle::UplinkPlace place = {}) {
    vehicle::CameraOptions options;
    options.label = kCabin.vid;
    options.mark = vehicle::FrameMark::barcode;
    auto camera = vehicle::make_camera(options, std::move(place));
    EXPECT_TRUE(camera) << camera.error().message();
    return std::move(*camera);
}

// Numbers read from the pictures of one receiver.
struct Seen {
    std::mutex mutex;
    std::vector<std::uint32_t> numbers;
    int unreadable{0};

    video::VideoReceiver::OnPicture sink() {
        return [this](const video::Picture& picture) {
            const auto size =
                static_cast<std::size_t>(picture.stride) * static_cast<std::size_t>(picture.height);
            const auto number = video::read_barcode(
                {{picture.pixels, size}, picture.width, picture.height, picture.stride, 4});
            const std::lock_guard lock{mutex};
            number ? numbers.push_back(*number) : static_cast<void>(++unreadable);
        };
    }
    std::size_t count() {
        const std::lock_guard lock{mutex};
        return numbers.size();
    }
};

double cpu_seconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           1e-6 * static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

// Pictures in a Matroska file; -1 when it cannot be read.
int pictures_in(const std::filesystem::path& path) {
    auto made =
        video::Pipeline::parse("filesrc name=file ! matroskademux ! h264parse ! avdec_h264 ! "
                               "appsink name=out sync=false");
    if (!made) {
        return -1;
    }
    std::atomic<int> count{0};
    g_object_set((*made)->element("file"), "location", path.c_str(), nullptr);
    (*made)->on_sample("out", [&](GstSample*) { ++count; });
    if (!(*made)->play()) {
        return -1;
    }
    bool ended = false;
    eventually(
        [&] {
            const video::Pipeline::Words words = (*made)->poll();
            ended = ended || words.ended || words.error;
            return ended;
        },
        seconds{10});
    return ended ? count.load() : -1;
}

// Vitals bear the vehicle's time: what is shown beside them must too, however long its way.
TEST(VideoLoop, PicturesAndRecordingsBearTheTimeTheyWereTakenAndNotThatOfTheirArrival) {
    constexpr milliseconds kWay{200};
    const test::TempDir dir;
    RunningRelay relay;
    const auto proxy = test::FaultProxy::start(
        {.transport = test::Transport::udp, .target_port = relay.port(), .seed = 7});
    ASSERT_TRUE(proxy);
    (*proxy)->set({.delay = kWay});
    const auto camera = barcode_camera();
    const auto ticks = std::chrono::duration_cast<std::chrono::microseconds>(
        SystemClock{}.ticks().time_since_epoch());
    camera->tell_clock(vehicle::CameraClock{SystemClock{}.utc_us() - ticks.count(), video::CaptureClock::disciplined});
    std::mutex mutex;
    std::map<std::uint32_t, std::int64_t> captured_us;
    std::int64_t least_way_us = INT64_MAX;
    const auto receiver = video::VideoReceiver::open(relay.new_ticket(), [&](const video::Picture& picture) {
        const auto size = static_cast<std::size_t>(picture.stride) * static_cast<std::size_t>(picture.height);
        const auto number =
            video::read_barcode({{picture.pixels, size}, picture.width, picture.height, picture.stride, 4});
        const std::lock_guard lock{mutex};
        if (number && picture.mark) {
            captured_us[*number] = picture.mark->captured_us;
            least_way_us = std::min(least_way_us, picture.received_us - picture.mark->captured_us);
        }
    });
    ASSERT_TRUE(receiver) << receiver.error().message();
    ASSERT_TRUE(camera->start(relay.new_session((*proxy)->port())));
    const auto seen = [&] {
        const std::lock_guard lock{mutex};
        return captured_us.size();
    };
    ASSERT_TRUE(eventually([&] { return seen() > 15; }, seconds{20}));
    relay.start_recorder(dir.path().string());
    ASSERT_TRUE(eventually([&] { return relay.segments().size() >= 2; }, seconds{30}));
    std::vector<Segment> segments = relay.segments();
    std::sort(segments.begin(), segments.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
    const std::lock_guard lock{mutex};
    EXPECT_GE(least_way_us, std::chrono::microseconds{kWay}.count());
    EXPECT_LE(least_way_us, std::chrono::microseconds{kWay + milliseconds{40}}.count());
    const test::FilmNumbers film = test::film_numbers(dir.path() / segments.front().path);
    ASSERT_FALSE(film.numbers.empty());
    ASSERT_TRUE(captured_us.contains(film.numbers.front()));
    EXPECT_EQ(segments.front().first_us, captured_us[film.numbers.front()]);
}

// Else the time between the two would count as missing: between still pictures lie seconds.
TEST(VideoLoop, AFileIsToldUpToTheNextOneBeforeThatIsTold) {
    const test::TempDir dir;
    RunningRelay relay;
    const auto camera = barcode_camera();
    ASSERT_TRUE(camera->start(relay.new_session()));
    relay.start_recorder(dir.path().string());
    ASSERT_TRUE(eventually([&] { return relay.segments().size() >= 3; }, seconds{30}));
    std::map<std::string, std::int64_t> last_us;
    std::string before;
    for (const Segment& segment : relay.told()) {
        if (!before.empty() && !last_us.contains(segment.path)) {
            EXPECT_EQ(last_us[before], segment.first_us) << before;
        }
        if (!last_us.contains(segment.path)) {
            before = segment.path;
        }
        last_us[segment.path] = segment.last_us;
    }
}

// Its vehicle was sent to another incident: the pictures from there on are that one's.
TEST(VideoLoop, AFileThatIsCutEndsAtAKeyFrameAndLosesNoPicture) {
    const test::TempDir dir;
    RunningRelay relay;
    const auto camera = barcode_camera();
    ASSERT_TRUE(camera->start(relay.new_session()));
    relay.start_recorder(dir.path().string(), 60);
    ASSERT_TRUE(eventually([&] { return !relay.segments().empty(); }, seconds{20}));
    const std::string first = relay.segments().front().path;
    relay.cut("another.mkv");
    relay.cut(first);
    const auto is_closed = [&](const std::string& path) {
        const auto all = relay.segments();
        return std::any_of(all.begin(), all.end(), [&](const Segment& one) { return one.path == path && one.closed; });
    };
    ASSERT_TRUE(eventually([&] { return is_closed(first); }, seconds{20}));
    ASSERT_TRUE(eventually([&] { return relay.segments().size() == 2 && relay.told().back().frames > 35; }, seconds{20}))
        << "a key frame later, and it is not cut again";
    const std::string second = relay.told().back().path;
    relay.end_recording();
    ASSERT_TRUE(eventually([&] { return is_closed(second); }, seconds{20}));
    const test::FilmNumbers before = test::film_numbers(dir.path() / first);
    const test::FilmNumbers behind = test::film_numbers(dir.path() / second);
    ASSERT_FALSE(before.numbers.empty());
    ASSERT_FALSE(behind.numbers.empty());
    EXPECT_EQ(behind.numbers.front(), before.numbers.back() + 1);
}

TEST(VideoLoop, EveryPictureArrivesOnceAndInOrder) {
    RunningRelay relay;
    const auto camera = barcode_camera();
    Seen seen;
    const auto receiver = video::VideoReceiver::open(relay.new_ticket(), seen.sink());
    ASSERT_TRUE(receiver) << receiver.error().message();
    EXPECT_EQ(camera->health(), "off");
    const double cpu_before = cpu_seconds();
    const Ticks began = SystemClock{}.ticks();
    ASSERT_TRUE(camera->start(relay.new_session()));
    ASSERT_TRUE(eventually([&] { return seen.count() >= 90; }, seconds{20}));
    const double wall_s = std::chrono::duration<double>(SystemClock{}.ticks() - began).count();
    RecordProperty("cpu_percent_whole_loop",
                   std::to_string(100 * (cpu_seconds() - cpu_before) / wall_s));
    std::printf("whole loop (camera, relay, receiver): %.1f %% of one core\n",
                100 * (cpu_seconds() - cpu_before) / wall_s);
    EXPECT_EQ(camera->health(), "ok");
    const std::lock_guard lock{seen.mutex};
    EXPECT_EQ(seen.unreadable, 0);
    const std::set<std::uint32_t> distinct(seen.numbers.begin(), seen.numbers.end());
    EXPECT_EQ(distinct.size(), seen.numbers.size());
    EXPECT_TRUE(std::is_sorted(seen.numbers.begin(), seen.numbers.end()));
    // A busy machine may replace a picture by the next before it is shown; that is bounded.
    EXPECT_LE(*distinct.rbegin() - *distinct.begin() + 1 - distinct.size(), distinct.size() / 10);
    EXPECT_EQ((*receiver)->stats().packets_refused, 0U);
    EXPECT_EQ((*receiver)->stats().packets_lost, 0U);
}

// The largest that a camera may be set to (camera.h).
TEST(VideoLoop, PicturesOf1080LinesAreSentAndShown) {
    RunningRelay relay;
    vehicle::CameraOptions options;
    options.width = 1920;
    options.height = 1080;
    options.kbit = 4'000;
    options.mark = vehicle::FrameMark::barcode;
    const auto camera = vehicle::make_camera(options);
    ASSERT_TRUE(camera) << camera.error().message();
    std::atomic<int> whole{0};
    const auto receiver = video::VideoReceiver::open(relay.new_ticket(), [&](const video::Picture& picture) {
        const auto size = static_cast<std::size_t>(picture.stride) * static_cast<std::size_t>(picture.height);
        const bool read = video::read_barcode({{picture.pixels, size}, picture.width, picture.height, picture.stride, 4})
                              .has_value();
        whole += read && picture.width == 1920 && picture.height == 1080 ? 1 : 0;
    });
    ASSERT_TRUE(receiver) << receiver.error().message();
    wire::MediaSession session = relay.new_session();
    session.set_bitrate_kbit(4000);
    ASSERT_TRUE((*camera)->start(session));
    ASSERT_TRUE(eventually([&] { return whole > 5; }, seconds{20}));
    const double cpu_before = cpu_seconds();
    const Ticks began = SystemClock{}.ticks();
    const int before = whole;
    EXPECT_TRUE(eventually([&] { return whole >= before + 45; }, seconds{20}));
    const double wall_s = std::chrono::duration<double>(SystemClock{}.ticks() - began).count();
    std::printf("1920x1080, 4 Mbit/s: %.1f pictures a second of %d made; camera, relay and receiver %.0f %% of one core\n",
                (whole - before) / wall_s, options.fps, 100 * (cpu_seconds() - cpu_before) / wall_s);
    EXPECT_EQ((*receiver)->stats().packets_lost, 0U);
}

TEST(VideoLoop, CountsOfCameraAndRelayAgree) {
    RunningRelay relay;
    const auto camera = barcode_camera();
    ASSERT_TRUE(camera->start(relay.new_session()));
    ASSERT_TRUE(eventually([&] { return camera->frames_sent() >= 30; }, seconds{20}));
    camera->stop();
    ASSERT_TRUE(eventually([&] { return camera->health() == "off"; }, seconds{5}));
    EXPECT_TRUE(
        eventually([&] { return relay.counters().frames == camera->frames_sent(); }, seconds{2}))
        << relay.counters().frames << " of " << camera->frames_sent();
}

std::unique_ptr<test::FaultProxy> udp_proxy(std::uint16_t target, const test::Faults& faults) {
    test::FaultProxy::Options options;
    options.transport = test::Transport::udp;
    options.target_port = target;
    options.up = options.down = faults;
    options.seed = 20260318;
    auto proxy = test::FaultProxy::start(options);
    EXPECT_TRUE(proxy) << proxy.error().message();
    return std::move(*proxy);
}

TEST(VideoLoop, PicturesSurviveTheLossOfATenthOnBothWays) {
    RunningRelay relay;
    const test::Faults faults{.delay = milliseconds{10}, .loss = 0.1};
    const auto uplink = udp_proxy(relay.port(), faults);
    const auto downlink = udp_proxy(relay.port(), faults);
    const auto camera = barcode_camera();
    Seen seen;
    video::VideoTicket ticket = relay.new_ticket();
    ticket.port = downlink->port();
    const auto receiver = video::VideoReceiver::open(ticket, seen.sink());
    ASSERT_TRUE(receiver) << receiver.error().message();
    ASSERT_TRUE(camera->start(relay.new_session(uplink->port())));
    ASSERT_TRUE(eventually([&] { return seen.count() >= 90; }, seconds{30}));
    EXPECT_GT(uplink->status().up.lost, 0U);
    EXPECT_GT(downlink->status().down.lost, 0U);
    EXPECT_GT(relay.counters().packets_recovered, 0U);
    EXPECT_GT((*receiver)->stats().packets_recovered, 0U);
    const std::lock_guard lock{seen.mutex};
    EXPECT_EQ(seen.unreadable, 0);
    const std::set<std::uint32_t> distinct(seen.numbers.begin(), seen.numbers.end());
    EXPECT_EQ(distinct.size(), seen.numbers.size());
    EXPECT_TRUE(std::is_sorted(seen.numbers.begin(), seen.numbers.end()));
    EXPECT_LE(*distinct.rbegin() - *distinct.begin() + 1 - distinct.size(), distinct.size() / 10);
}

TEST(VideoLoop, AVehicleInAnotherNetworkKeepsItsSession) {
    RunningRelay relay;
    const auto uplink = udp_proxy(relay.port(), {});
    const auto camera = barcode_camera();
    Seen seen;
    const auto receiver = video::VideoReceiver::open(relay.new_ticket(), seen.sink());
    ASSERT_TRUE(receiver);
    ASSERT_TRUE(camera->start(relay.new_session(uplink->port())));
    ASSERT_TRUE(eventually([&] { return seen.count() >= 15; }, seconds{20}));
    const video::Endpoint before = relay.address();
    uplink->end_connections(test::Ending::orderly); // from now on it comes from another port
    ASSERT_TRUE(eventually([&] { return !(relay.address() == before); }, seconds{5}));
    const std::size_t shown = seen.count();
    ASSERT_TRUE(eventually([&] { return seen.count() >= shown + 30; }, seconds{20}));
    EXPECT_EQ((*receiver)->stats().restarts, 0U);
}

TEST(VideoLoop, ARevokedViewerGetsNothingWithinASecond) {
    RunningRelay relay;
    const auto camera = barcode_camera();
    Seen seen;
    std::string grant_id;
    const auto receiver = video::VideoReceiver::open(relay.new_ticket(&grant_id), seen.sink());
    ASSERT_TRUE(receiver);
    ASSERT_TRUE(camera->start(relay.new_session()));
    ASSERT_TRUE(eventually([&] { return seen.count() >= 5; }, seconds{20}));
    relay.on_thread([&] { relay.hub().close_viewer(grant_id); });
    const std::uint64_t relayed = relay.hub().counters().relayed;
    const std::uint64_t frames = camera->frames_sent();
    ASSERT_TRUE(eventually([&] { return camera->frames_sent() >= frames + 15; }, seconds{10}));
    std::uint64_t relayed_after = 0;
    relay.on_thread([&] { relayed_after = relay.hub().counters().relayed; });
    EXPECT_EQ(relayed_after, relayed);
}

TEST(VideoLoop, PictureGoesOnOverANewSessionOfTheCamera) {
    RunningRelay relay;
    const auto camera = barcode_camera();
    Seen seen;
    const auto receiver = video::VideoReceiver::open(relay.new_ticket(), seen.sink());
    ASSERT_TRUE(receiver);
    ASSERT_TRUE(camera->start(relay.new_session()));
    ASSERT_TRUE(eventually([&] { return seen.count() >= 20; }, seconds{20}));
    ASSERT_TRUE(camera->start(relay.new_session()));
    ASSERT_TRUE(eventually([&] { return seen.count() >= 50; }, seconds{20}));
    EXPECT_EQ((*receiver)->stats().restarts, 0U);
    const std::lock_guard lock{seen.mutex};
    EXPECT_TRUE(std::is_sorted(seen.numbers.begin(), seen.numbers.end()));
}

TEST(VideoLoop, SegmentsHoldThePicturesTheirRowsClaim) {
    const test::TempDir dir;
    RunningRelay relay;
    relay.start_recorder(dir.path().string());
    const auto camera = barcode_camera();
    ASSERT_TRUE(camera->start(relay.new_session()));
    ASSERT_TRUE(eventually(
        [&] {
            const auto segments = relay.segments();
            return std::count_if(segments.begin(), segments.end(),
                                 [](const Segment& s) { return s.closed; }) >= 2;
        },
        seconds{30}));
    for (const Segment& segment : relay.segments()) {
        const int pictures = pictures_in(dir.path() / segment.path);
        if (segment.closed) {
            EXPECT_GT(segment.bytes, 1000U);
            EXPECT_EQ(segment.bytes, std::filesystem::file_size(dir.path() / segment.path));
            EXPECT_NEAR(pictures, static_cast<double>(segment.frames), 2) << segment.path;
            EXPECT_GT(segment.last_us, segment.first_us);
        }
    }
}

TEST(VideoLoop, PictureAndFileGoOnWhenFormFollowsTheUplink) {
    const test::TempDir dir;
    RunningRelay relay;
    relay.start_recorder(dir.path().string());
    const auto uplink = std::make_shared<vehicle::VideoUplink>(1);
    const auto camera = barcode_camera({uplink, 0});
    std::atomic<int> width{0};
    std::atomic<int> pictures{0};
    const auto receiver =
        video::VideoReceiver::open(relay.new_ticket(), [&](const video::Picture& picture) {
            width = picture.width;
            ++pictures;
        });
    ASSERT_TRUE(receiver);
    ASSERT_TRUE(camera->start(relay.new_session()));
    ASSERT_TRUE(eventually([&] { return pictures > 15; }, seconds{20}));
    EXPECT_EQ(width, 640);
    // What the server would say of the link, as often as it would.
    video::LinkReport report;
    Ticks reported_at{};
    const auto tell = [&](double loss) {
        const Ticks now = SystemClock{}.ticks();
        if (now - reported_at >= video::kLinkReportInterval) {
            reported_at = now;
            ++report.number;
            report.expected = 100;
            report.lost = static_cast<std::uint16_t>(100 * loss);
            report.rate_kbit = uplink->share(0, 600).bitrate_kbit;
            uplink->report(0, report);
        }
    };
    ASSERT_TRUE(eventually(
        [&] {
            tell(0.3);
            return width == 320;
        },
        seconds{30}))
        << "half the size";
    const int before = pictures;
    ASSERT_TRUE(eventually(
        [&] {
            tell(0);
            return width == 640 && pictures > before + 30;
        },
        seconds{60}))
        << "and back";
    camera->stop();
    ASSERT_TRUE(eventually(
        [&] {
            const auto segments = relay.segments();
            return !segments.empty() &&
                   std::all_of(segments.begin(), segments.end(),
                               [](const Segment& segment) { return segment.closed; });
        },
        seconds{20}));
    int in_files = 0;
    for (const Segment& segment : relay.segments()) {
        const int in_file = pictures_in(dir.path() / segment.path);
        EXPECT_NEAR(in_file, static_cast<double>(segment.frames), 2) << segment.path;
        in_files += in_file;
    }
    EXPECT_GE(in_files, static_cast<int>(camera->frames_sent()) * 9 / 10)
        << relay.segments().size() << " files";
}

TEST(VideoLoop, AFullDiskStopsTheRecordingAndNotThePicture) {
    const test::TempDir dir;
    RunningRelay relay;
    relay.start_recorder(dir.path().string());
    const auto camera = barcode_camera();
    Seen seen;
    const auto receiver = video::VideoReceiver::open(relay.new_ticket(), seen.sink());
    ASSERT_TRUE(receiver);
    ShortDisk disk{20'000};
    ASSERT_TRUE(camera->start(relay.new_session()));
    ASSERT_TRUE(eventually(
        [&] {
            const auto segments = relay.segments();
            return !segments.empty() && segments.front().closed;
        },
        seconds{20}));
    const Segment cut = relay.segments().front();
    EXPECT_LE(cut.bytes, 20'000U);
    const RunningRelay::Recording failed = relay.recording();
    EXPECT_TRUE(failed.failing);
    EXPECT_GE(failed.failures, 1U);
    const std::size_t pictures = seen.count();
    EXPECT_TRUE(eventually([&] { return seen.count() > pictures + 15; }, seconds{10}))
        << "live video goes on";
    EXPECT_GE(relay.recording().pictures_lost, failed.pictures_lost + 10)
        << "each picture that is in no file is counted";
    EXPECT_TRUE(eventually(
        [&] { return (*receiver)->stats().recording == video::RecordingState::disk_failed; },
        seconds{10}))
        << "and who watches is told";
    EXPECT_TRUE(relay.recording().failing);
    disk.give_back();
    EXPECT_TRUE(eventually(
        [&] {
            const auto segments = relay.segments();
            return std::any_of(segments.begin(), segments.end(), [&](const Segment& segment) {
                return segment.path != cut.path && segment.frames > 20 && segment.bytes > 20'000;
            });
        },
        seconds{30}))
        << "and is recorded again when there is room";
    EXPECT_TRUE(eventually([&] { return !relay.recording().failing; }, seconds{30}))
        << "and nobody is told of a failure that is over";
    EXPECT_TRUE(eventually(
        [&] { return (*receiver)->stats().recording == video::RecordingState::recording; },
        seconds{10}));
    EXPECT_GE(pictures_in(dir.path() / cut.path), static_cast<int>(cut.frames))
        << "the file that was cut holds what its row claims";
}

TEST(VideoLoop, TheRelayGoesOnWhileTheDiskTakesItsTimeToCloseAFile) {
    const test::TempDir dir;
    RunningRelay relay;
    relay.start_recorder(dir.path().string());
    const auto camera = barcode_camera();
    ASSERT_TRUE(camera->start(relay.new_session()));
    ASSERT_TRUE(eventually([&] { return !relay.segments().empty(); }, seconds{20}));
    std::promise<void> disk_is_back;
    ASSERT_TRUE(relay.disk().post([until = disk_is_back.get_future().share()] { until.wait(); }));
    relay.end_recording();
    EXPECT_TRUE(eventually([&] { return relay.disk().waiting() >= 2; }, seconds{10}))
        << "what holds the disk, and the file behind it";
    const auto closed = [&] {
        const auto segments = relay.segments(); // asks the relay's thread nothing
        return std::count_if(segments.begin(), segments.end(),
                             [](const Segment& s) { return s.closed; });
    };
    const auto packets = relay.counters().packets; // answered by the relay's thread
    EXPECT_TRUE(eventually([&] { return relay.counters().packets > packets + 50; }, seconds{10}));
    EXPECT_EQ(closed(), 0) << "its row says so when it is";
    disk_is_back.set_value();
    EXPECT_TRUE(eventually([&] { return closed() >= 1; }, seconds{10}));
}

TEST(SegmentFile, SaysThatTheDiskIsFull) {
    ASSERT_TRUE(video::VideoReceiver::prepare());
    GstCaps* caps = gst_caps_from_string(
        "video/x-h264,stream-format=avc,alignment=au,width=64,height=48,framerate=25/1,"
        "codec_data=(buffer)0142c00affe1000467428001010004");
    auto file = video::SegmentFile::open("/dev", "full", caps, 0);
    ASSERT_TRUE(file) << file.error().message();
    GstBuffer* picture = gst_buffer_new_allocate(nullptr, 1000, nullptr);
    gst_buffer_memset(picture, 0, 0, 1000);
    GST_BUFFER_PTS(picture) = 0;
    (*file)->push(picture);
    video::Pipeline::Words words;
    EXPECT_TRUE(eventually(
        [&] {
            words = (*file)->poll();
            return words.error.has_value();
        },
        seconds{10}));
    EXPECT_TRUE(words.no_space) << words.error.value_or("");
    gst_buffer_unref(picture);
    gst_caps_unref(caps);
}

} // namespace
} // namespace ems::media
