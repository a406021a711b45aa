#include "tests/bench/media_loop.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <gst/gst.h>
#include <gst/video/video.h>
#include <poll.h>

#include "telemetry/video/barcode.h"
#include "telemetry/video/rtp.h"
#include "tests/bench/statistics.h"
#include "tests/support/free_port.h"
#include "tests/support/run_on.h"

namespace ems::bench {
namespace {

using std::chrono::milliseconds;

const media::CameraKey kCabin{"amb-zx01", "cabin"};

[[noreturn]] void end(const std::string& sentence) {
    std::fprintf(stderr, "ems-bench-media: %s\n", sentence.c_str());
    std::exit(1);
}

// What the lower code must show beside the number above, so that a picture whose parts belong to
// different ones is told.
std::uint32_t check_code(std::uint32_t number) {
    return (number * 2'654'435'761U) >> 8;
}

video::ConstPlane lower(const video::ConstPlane& plane) {
    const auto rows = static_cast<std::size_t>(plane.height - video::kBarcodeHeight);
    return {plane.bytes.subspan(rows * static_cast<std::size_t>(plane.stride)), plane.width,
            video::kBarcodeHeight, plane.stride, plane.step};
}

GstPadProbeReturn on_raw(GstPad* pad, GstPadProbeInfo* info, gpointer ledger) {
    GstCaps* caps = gst_pad_get_current_caps(pad);
    GstVideoInfo video_info;
    GstVideoFrame frame;
    GstBuffer* buffer = gst_buffer_make_writable(GST_PAD_PROBE_INFO_BUFFER(info));
    GST_PAD_PROBE_INFO_DATA(info) = buffer;
    if (caps != nullptr && gst_video_info_from_caps(&video_info, caps) == TRUE &&
        gst_video_frame_map(&frame, &video_info, buffer, GST_MAP_READWRITE) == TRUE) {
        static_cast<PictureLedger*>(ledger)->draw(
            static_cast<std::uint8_t*>(GST_VIDEO_FRAME_PLANE_DATA(&frame, 0)),
            GST_VIDEO_FRAME_WIDTH(&frame), GST_VIDEO_FRAME_HEIGHT(&frame),
            GST_VIDEO_FRAME_PLANE_STRIDE(&frame, 0));
        gst_video_frame_unmap(&frame);
    }
    if (caps != nullptr) {
        gst_caps_unref(caps);
    }
    return GST_PAD_PROBE_OK;
}

} // namespace

void PictureLedger::draw(std::uint8_t* luma, int width, int height, int stride) {
    const std::lock_guard lock{mutex_};
    const auto number = static_cast<std::uint32_t>(fates_.size());
    fates_.push_back({SystemClock{}.ticks(), {}, 0});
    const auto row = static_cast<std::size_t>(stride);
    const std::span all{luma, row * static_cast<std::size_t>(height)};
    video::draw_barcode({all, width, height, stride, 1}, number);
    const auto rows = static_cast<std::size_t>(height - video::kBarcodeHeight);
    video::draw_barcode({all.subspan(rows * row), width, video::kBarcodeHeight, stride, 1},
                        check_code(number));
}

void PictureLedger::see(const video::Picture& picture) {
    const auto size =
        static_cast<std::size_t>(picture.stride) * static_cast<std::size_t>(picture.height);
    const video::ConstPlane plane{
        {picture.pixels, size}, picture.width, picture.height, picture.stride, 4};
    const auto number = video::read_barcode(plane);
    const auto check = video::read_barcode(lower(plane));
    const std::lock_guard lock{mutex_};
    if (!number || !check || *check != check_code(*number) || *number >= fates_.size()) {
        ++corrupted_;
        return;
    }
    ++shown_;
    last_shown_at_ = SystemClock{}.ticks();
    Fate& fate = fates_[*number];
    if (fate.shown++ == 0) {
        fate.shown_at = last_shown_at_;
    }
}

std::vector<std::pair<Ticks, double>> PictureLedger::latencies() const {
    const std::lock_guard lock{mutex_};
    std::vector<std::pair<Ticks, double>> out;
    for (const Fate& fate : fates_) {
        if (fate.shown > 0) {
            out.emplace_back(
                fate.made_at,
                std::chrono::duration<double, std::milli>(fate.shown_at - fate.made_at).count());
        }
    }
    return out;
}

PictureLedger::Result PictureLedger::judge(Ticks from, Ticks until) const {
    Result out;
    std::vector<double> latencies;
    {
        const std::lock_guard lock{mutex_};
        out.corrupted = corrupted_;
        for (const Fate& fate : fates_) {
            if (fate.made_at < from || fate.made_at >= until) {
                continue;
            }
            ++out.made;
            out.lost += fate.shown == 0 ? 1U : 0U;
            out.repeated += fate.shown > 1 ? 1U : 0U;
            if (fate.shown > 0) {
                latencies.push_back(
                    std::chrono::duration<double, std::milli>(fate.shown_at - fate.made_at)
                        .count());
            }
        }
    }
    if (!latencies.empty()) {
        out.latency_p50_ms = quantile(latencies, 0.5);
        out.latency_p99_ms = quantile(latencies, 0.99);
    }
    return out;
}

std::size_t PictureLedger::shown() const {
    const std::lock_guard lock{mutex_};
    return shown_;
}

Ticks PictureLedger::last_shown_at() const {
    const std::lock_guard lock{mutex_};
    return last_shown_at_;
}

MediaLoop::MediaLoop(const LoopOptions& options)
    : hub_(media::HubLimits{}, {}), relay_(io_.get_executor(), hub_), timer_(io_),
      jitter_(options.jitter), port_(video::UdpPort::open().value()) {
    const std::uint16_t port = test::free_port();
    if (const auto bound = relay_.bind("127.0.0.1", port); !bound) {
        end(bound.error().message());
    }
    const auto proxy = [&](const test::Faults& faults, std::uint64_t use) {
        test::FaultProxy::Options how;
        how.transport = test::Transport::udp;
        how.target_port = port;
        how.up = how.down = faults;
        how.seed = test::derived_seed(options.seed, use);
        auto started = test::FaultProxy::start(how);
        return started ? std::move(*started) : (end(started.error().message()), nullptr);
    };
    uplink_ = proxy(options.uplink, 1);
    downlink_ = proxy(options.downlink, 2);
    server_ = video::Endpoint::parse("127.0.0.1", uplink_->port()).value();
    media::CameraSession session{"bench", video::random_ssrc(), video::MediaKey::random(),
                                 video::MediaKey::random()};
    if (!hub_.open_session(kCabin, session)) {
        end("no session");
    }
    sender_ = std::make_unique<video::MediaSender>(
        session.srtp_key, session.srtcp_key, session.ssrc, std::uint8_t{96}, std::uint16_t{100});
    relay_.start();
    arm();
    relay_thread_ = std::thread{[this] { io_.run(); }};
    start_camera(options);
}

MediaLoop::~MediaLoop() {
    receiver_.reset();
    stopping_ = true;
    port_.wake();
    camera_thread_.join();
    camera_.reset();
    io_.stop();
    relay_thread_.join();
}

void MediaLoop::arm() {
    timer_.expires_after(milliseconds{50}); // as ems-mediad does
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error) {
            relay_.tick();
            arm();
        }
    });
}

std::unique_ptr<video::Pipeline> make_camera(PictureLedger& ledger, std::uint32_t bitrate_kbit,
                                             const std::string& rest) {
    auto made = video::Pipeline::parse(fmt::format(
        "videotestsrc is-live=true pattern=ball ! "
        "video/x-raw,format=I420,width=640,height=480,framerate=25/1 ! "
        "x264enc name=encoder tune=zerolatency speed-preset=ultrafast bitrate={} key-int-max=50 "
        "bframes=0 threads=1 vbv-buf-capacity=600 aud=false ! "
        "video/x-h264,profile=constrained-baseline,stream-format=byte-stream ! {}",
        bitrate_kbit, rest));
    if (!made) {
        end(made.error().message());
    }
    GstPad* pad = gst_element_get_static_pad((*made)->element("encoder"), "sink");
    gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER, &on_raw, &ledger, nullptr);
    gst_object_unref(pad);
    return std::move(*made);
}

void MediaLoop::start_camera(const LoopOptions& options) {
    camera_ = make_camera(ledger_, options.bitrate_kbit,
                          "rtph264pay config-interval=-1 aggregate-mode=zero-latency mtu=1150 "
                          "pt=96 ! appsink name=out sync=false max-buffers=256");
    camera_->on_sample("out", [this](GstSample* sample) {
        GstMapInfo map;
        GstBuffer* buffer = gst_sample_get_buffer(sample);
        if (gst_buffer_map(buffer, &map, GST_MAP_READ) == TRUE) {
            const std::span<const std::uint8_t> packet{map.data, map.size};
            const std::lock_guard lock{sender_mutex_};
            sender_->send(packet, video::read_u32(packet, 4), SystemClock{}.ticks(),
                          [this](auto bytes) { return port_.send(server_, bytes); });
            gst_buffer_unmap(buffer, &map);
        }
    });
    if (!camera_->play()) {
        end("the camera does not start");
    }
    camera_thread_ = std::thread{[this] { listen(); }};
}

void MediaLoop::listen() {
    std::array<std::uint8_t, video::kPacketSizeMax + video::kSrtpOverhead> buffer{};
    while (!stopping_) {
        const auto size = port_.receive(buffer, milliseconds{200});
        if (!size) {
            continue;
        }
        bool key_frame = false;
        {
            const std::lock_guard lock{sender_mutex_};
            const auto heard =
                sender_->hear(std::span{buffer}.first(*size), SystemClock{}.ticks(),
                              [this](auto bytes) { return port_.send(server_, bytes); });
            key_frame = heard && heard->key_frame_wanted;
            retransmitted_ = sender_->retransmitted();
        }
        if (key_frame) {
            GstPad* pad = gst_element_get_static_pad(camera_->element("encoder"), "src");
            gst_pad_send_event(
                pad, gst_video_event_new_upstream_force_key_unit(GST_CLOCK_TIME_NONE, TRUE, 0));
            gst_object_unref(pad);
        }
    }
}

void MediaLoop::close_receiver() {
    receiver_.reset();
    test::run_on(io_, [this] { hub_.close_viewer(grant_id_); });
}

void MediaLoop::open_receiver() {
    media::ViewerRight right;
    right.camera = kCabin;
    right.grant = video::ViewerGrant::make();
    right.generation = 1;
    right.expires_us = INT64_MAX;
    grant_id_ = right.grant.grant_id;
    test::run_on(io_, [&] {
        if (!hub_.open_viewer(right)) {
            end("no room for a viewer");
        }
    });
    video::VideoTicket ticket{"127.0.0.1",
                              downlink_->port(),
                              right.grant.ssrc,
                              right.grant.viewer_ssrc,
                              96,
                              right.grant.srtp_key.reveal(),
                              right.grant.srtcp_key.reveal(),
                              0};
    auto opened = video::VideoReceiver::open(
        ticket, [this](const video::Picture& picture) { ledger_.see(picture); }, jitter_);
    if (!opened) {
        end(opened.error().message());
    }
    receiver_ = std::move(*opened);
}

bool MediaLoop::wait_shown(std::size_t count, milliseconds limit) const {
    const Ticks until = SystemClock{}.ticks() + limit;
    while (ledger_.shown() < count) {
        if (SystemClock{}.ticks() > until) {
            return false;
        }
        poll(nullptr, 0, 1);
    }
    return true;
}

} // namespace ems::bench
