#include "tests/bench/media_kill.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <mutex>

#include <gst/gst.h>
#include <gst/video/video.h>
#include <poll.h>

#include "telemetry/media/recorder.h"
#include "telemetry/video/pipeline.h"
#include "telemetry/video/rtp.h"
#include "tests/bench/media_loop.h"
#include "tests/support/child_process.h"
#include "tests/support/temp_dir.h"

namespace ems::bench {
namespace {

using std::chrono::seconds;

constexpr std::uint64_t kGroup = 50; // make_camera's
constexpr std::uint64_t kBefore = 5 * kGroup;
constexpr unsigned kKills = 5;

std::uint64_t sent_by(const std::filesystem::path& dir) {
    std::uint64_t sent = 0;
    std::ifstream file{dir / "sent", std::ios::binary};
    file.read(reinterpret_cast<char*>(&sent), sizeof sent);
    return file ? sent : 0;
}

std::uint64_t pictures_in(const std::filesystem::path& path) {
    auto reader = video::Pipeline::parse(
        "filesrc name=file ! matroskademux ! h264parse ! appsink name=out sync=false");
    std::atomic<std::uint64_t> count{0};
    if (!reader) {
        return 0;
    }
    (*reader)->set_text("file", "location", path.string());
    (*reader)->on_sample("out", [&](GstSample*) { ++count; });
    if ((*reader)->play()) {
        test::eventually(
            [&] {
                const video::Pipeline::Words words = (*reader)->poll();
                return words.ended || words.error;
            },
            seconds{20});
    }
    return count;
}

} // namespace

void record_until_killed(const std::string& dir) {
    PictureLedger ledger;
    auto camera = make_camera(ledger, 1500,
                              "rtph264pay config-interval=-1 aggregate-mode=zero-latency mtu=1150 "
                              "pt=96 ! appsink name=out sync=false max-buffers=256");
    const auto recorder = media::make_recorder({dir, "amb-zx01", "cabin", 8});
    std::mutex mutex; // the recorder's and the count's
    std::uint64_t sent = 0;
    std::fstream count{dir + "/sent", std::ios::binary | std::ios::out};
    camera->on_sample("out", [&](GstSample* sample) {
        GstMapInfo map;
        GstBuffer* buffer = gst_sample_get_buffer(sample);
        if (gst_buffer_map(buffer, &map, GST_MAP_READ) == FALSE) {
            return;
        }
        const std::span<const std::uint8_t> packet{map.data, map.size};
        const auto view = video::parse_rtp(packet);
        const std::lock_guard lock{mutex};
        if (view) {
            recorder->push(packet, 0, view->marker);
        }
        if (view && view->marker) {
            ++sent;
            count.seekp(0);
            count.write(reinterpret_cast<const char*>(&sent), sizeof sent);
            count.flush();
        }
        gst_buffer_unmap(buffer, &map);
    });
    if (!camera->play()) {
        return;
    }
    for (;;) {
        poll(nullptr, 0, 100);
        const std::lock_guard lock{mutex};
        recorder->poll();
        if (recorder->take_key_frame_request()) {
            GstPad* pad = gst_element_get_static_pad(camera->element("encoder"), "src");
            gst_pad_send_event(
                pad, gst_video_event_new_upstream_force_key_unit(GST_CLOCK_TIME_NONE, TRUE, 0));
            gst_object_unref(pad);
        }
    }
}

double groups_lost_by_kill() {
    double worst = 0;
    for (unsigned kill = 0; kill < kKills; ++kill) {
        const test::TempDir dir;
        test::ChildProcess child{{std::filesystem::read_symlink("/proc/self/exe").string(),
                                  "--record", dir.path().string()}};
        const std::uint64_t at = kBefore + kill * kGroup / kKills;
        const bool recorded =
            test::eventually([&] { return sent_by(dir.path()) >= at; }, seconds{60});
        const std::uint64_t sent = sent_by(dir.path());
        child.signal(SIGKILL);
        child.wait_exit(seconds{5});
        std::uint64_t kept = 0;
        for (const auto& entry : std::filesystem::recursive_directory_iterator{dir.path()}) {
            kept += entry.path().extension() == ".mkv" ? pictures_in(entry.path()) : 0;
        }
        const double lost =
            recorded ? static_cast<double>(sent - std::min(sent, kept)) / kGroup : 100;
        std::printf("killed after %llu pictures: %llu are in files, %.2f groups lost\n",
                    static_cast<unsigned long long>(sent), static_cast<unsigned long long>(kept),
                    lost);
        worst = std::max(worst, lost);
    }
    return worst;
}

} // namespace ems::bench
