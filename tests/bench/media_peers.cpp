#include "tests/bench/media_peers.h"

#include <cstdio>
#include <memory>
#include <string>

#include <fmt/format.h>
#include <gst/gst.h>
#include <gst/video/video.h>
#include <poll.h>

#include "telemetry/video/pipeline.h"
#include "tests/bench/media_loop.h"
#include "tests/support/fault_proxy.h"
#include "tests/support/free_port.h"

namespace ems::bench {
namespace {

using std::chrono::milliseconds;

std::string sender(Peer peer, std::uint16_t port, milliseconds buffer) {
    if (peer == Peer::plain_rtp) {
        return fmt::format("rtph264pay config-interval=-1 aggregate-mode=zero-latency mtu=1150 "
                           "pt=96 ! udpsink host=127.0.0.1 port={} sync=false async=false",
                           port);
    }
    return fmt::format("h264parse config-interval=-1 ! mpegtsmux alignment=7 ! "
                       "srtsink uri=srt://127.0.0.1:{}?mode=caller latency={} sync=false "
                       "async=false wait-for-connection=false",
                       port, buffer.count());
}

std::string receiver(Peer peer, std::uint16_t port, milliseconds buffer) {
    const std::string rest = "avdec_h264 max-threads=1 output-corrupt=false ! videoconvert "
                             "n-threads=1 ! video/x-raw,format=BGRx ! "
                             "appsink name=out sync=false max-buffers=1 drop=true";
    if (peer == Peer::plain_rtp) {
        return fmt::format("udpsrc address=127.0.0.1 port={} caps=\"{}\" ! rtpjitterbuffer "
                           "latency={} do-lost=true ! rtph264depay wait-for-keyframe=true ! {}",
                           port, video::rtp_caps(96), buffer.count(), rest);
    }
    return fmt::format("srtsrc uri=srt://127.0.0.1:{}?mode=listener latency={} ! tsdemux ! "
                       "h264parse ! {}",
                       port, buffer.count(), rest);
}

void see(PictureLedger& ledger, GstSample* sample) {
    GstVideoInfo info;
    GstVideoFrame frame;
    if (gst_video_info_from_caps(&info, gst_sample_get_caps(sample)) == FALSE ||
        gst_video_frame_map(&frame, &info, gst_sample_get_buffer(sample), GST_MAP_READ) == FALSE) {
        return;
    }
    video::Picture picture;
    picture.width = GST_VIDEO_FRAME_WIDTH(&frame);
    picture.height = GST_VIDEO_FRAME_HEIGHT(&frame);
    picture.stride = GST_VIDEO_FRAME_PLANE_STRIDE(&frame, 0);
    picture.pixels = static_cast<const std::uint8_t*>(GST_VIDEO_FRAME_PLANE_DATA(&frame, 0));
    ledger.see(picture);
    gst_video_frame_unmap(&frame);
}

} // namespace

double peer_bad_percent(Peer peer, double loss, milliseconds buffer, std::uint64_t seed,
                        milliseconds time) {
    PictureLedger ledger;
    const std::uint16_t port = test::free_port();
    test::FaultProxy::Options how;
    how.transport = test::Transport::udp;
    how.target_port = port;
    how.up.delay = how.down.delay = milliseconds{30};
    how.up.loss = how.down.loss = loss;
    how.seed = test::derived_seed(seed, 1);
    auto proxy = test::FaultProxy::start(how);
    auto screen = video::Pipeline::parse(receiver(peer, port, buffer));
    if (!proxy || !screen) {
        std::printf("peer: %s\n", (proxy ? screen.error().detail : proxy.error().detail).c_str());
        return 100;
    }
    (*screen)->on_sample("out", [&](GstSample* sample) { see(ledger, sample); });
    auto camera = make_camera(ledger, 1500, sender(peer, (*proxy)->port(), buffer));
    if (!(*screen)->play() || !camera->play()) {
        std::printf("peer: does not start\n");
        return 100;
    }
    poll(nullptr, 0, 4'000); // connected, and the first key frame
    const Ticks from = SystemClock{}.ticks();
    poll(nullptr, 0, static_cast<int>(time.count()));
    const Ticks until = SystemClock{}.ticks();
    poll(nullptr, 0, 1'000);
    camera.reset();
    screen->reset();
    return ledger.judge(from, until).bad_percent();
}

} // namespace ems::bench
