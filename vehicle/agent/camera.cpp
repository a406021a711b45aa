#include "vehicle/agent/camera.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>
#include <optional>
#include <span>
#include <string_view>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <gst/gst.h>
#include <gst/video/video.h>

#include "telemetry/base/clock.h"
#include "telemetry/base/log.h"
#include "telemetry/seal/random.h"
#include "telemetry/video/barcode.h"
#include "telemetry/video/media_sender.h"
#include "telemetry/video/pipeline.h"
#include "telemetry/video/rtp.h"
#include "telemetry/video/srtp.h"
#include "telemetry/video/udp_port.h"

namespace ems::vehicle {
namespace {

using std::chrono::milliseconds;
using namespace std::string_view_literals;
using video::Endpoint;
using video::MediaKey;

constexpr milliseconds kRebuildPause{2000};
constexpr milliseconds kPollInterval{200};
constexpr int kKeyFrameSeconds = 2;
constexpr std::uint32_t kBitrateMinKbit = 100;
constexpr std::uint32_t kBitrateMaxKbit = 8000;
constexpr std::uint32_t kBitrateUsualKbit = 600;

bool is_test(const CameraOptions& options) {
    return options.source.starts_with("test:");
}

std::string source_part(const CameraOptions& options) {
    const std::string caps =
        fmt::format("video/x-raw,format=I420,width={},height={},framerate={}/1", options.width,
                    options.height, options.fps);
    if (is_test(options)) {
        return fmt::format("videotestsrc is-live=true pattern={} ! {}", options.source.substr(5),
                           caps);
    }
    return fmt::format("filesrc name=file ! decodebin ! videoconvert n-threads=1 ! videoscale ! "
                       "videorate ! {} ! identity sync=true",
                       caps);
}

// One thread, no look-ahead, no B frames: four vehicles and everything else share two cores, and
// delay is what counts.
std::string description(const CameraOptions& options, std::uint32_t bitrate_kbit) {
    return fmt::format(
        "{} ! x264enc name=encoder tune=zerolatency speed-preset={} bitrate={} key-int-max={} "
        "bframes=0 threads=1 vbv-buf-capacity=600 aud=false ! "
        "video/x-h264,profile=constrained-baseline,stream-format=byte-stream ! "
        "rtph264pay config-interval=-1 aggregate-mode=zero-latency mtu=1150 pt=96 ! "
        "appsink name=out sync=false max-buffers=256",
        source_part(options), options.preset, bitrate_kbit, options.fps * kKeyFrameSeconds);
}

// What one session needs to send. The key, the SSRC and the numbers belong together and die
// together.
struct Sending {
    std::string session_id;
    Endpoint server;
    std::uint32_t bitrate_kbit;
    std::unique_ptr<video::MediaSender> sender;
};

class GstCamera final : public Camera {
  public:
    GstCamera(CameraOptions options, video::UdpPort port)
        : options_(std::move(options)), port_(std::move(port)), thread_([this] { supervise(); }) {}

    ~GstCamera() override {
        stopping_ = true;
        port_.wake();
        thread_.join();
    }

    Result<void> start(const wire::MediaSession& session) override;
    void stop() override;
    [[nodiscard]] std::uint64_t frames_sent() const override { return frames_sent_; }
    [[nodiscard]] std::string health() const override {
        const std::lock_guard lock{mutex_};
        return health_;
    }

  private:
    Result<Sending> admit(const wire::MediaSession& session) const;
    void supervise();
    void look_after_pipeline();
    void build(std::uint32_t bitrate_kbit);
    void fail_pipeline(const std::string& reason);
    void set_health(std::string text);
    void draw(GstBuffer* buffer, const GstVideoInfo& info);
    static GstPadProbeReturn on_raw_picture(GstPad* pad, GstPadProbeInfo* info, gpointer camera);
    void send_sample(GstSample* sample);
    void send_packet(std::span<const std::uint8_t> packet);
    void hear(std::span<std::uint8_t> packet);
    [[nodiscard]] video::MediaSender::Send to(const Endpoint& server) const {
        return [this, server](std::span<const std::uint8_t> packet) {
            return port_.send(server, packet);
        };
    }
    void force_key_frame() const;

    const CameraOptions options_;
    const video::UdpPort port_;
    std::atomic<bool> stopping_{false};
    std::atomic<std::uint64_t> frames_sent_{0};

    mutable std::mutex mutex_; // guards the three below
    std::optional<Sending> sending_;
    bool session_changed_{false};
    std::string health_{"off"};

    // Of the encoder's thread, or of the supervisor while no pipeline runs.
    std::uint32_t picture_number_{0};
    bool rebase_{true};
    std::uint32_t timestamp_offset_{0};
    std::uint32_t timestamp_sent_{0};
    Ticks timestamp_at_{};

    // Of the supervisor's thread.
    std::optional<Ticks> rebuild_at_;
    std::uint32_t bitrate_kbit_{0};
    std::unique_ptr<video::Pipeline> pipeline_;

    std::thread thread_; // last: starts when everything above is there
};

Result<Sending> GstCamera::admit(const wire::MediaSession& session) const {
    if (session.camera() != options_.camera) {
        return fail(Code::invalid_argument, "no camera " + session.camera());
    }
    const auto server = Endpoint::parse(session.host(), session.port());
    const auto media = MediaKey::from_bytes(session.srtp_key());
    const auto feedback = MediaKey::from_bytes(session.srtcp_key());
    if (!server || !media || !feedback) {
        return Failure{!server ? server.error() : !media ? media.error() : feedback.error()};
    }
    if (session.ssrc() == 0 || (session.ssrc() & 1U) != 0 || session.payload_type() > 127) {
        return fail(Code::invalid_argument, "SSRC or payload type is not usable");
    }
    const std::uint32_t bitrate =
        session.bitrate_kbit() == 0
            ? kBitrateUsualKbit
            : std::clamp(session.bitrate_kbit(), kBitrateMinKbit, kBitrateMaxKbit);
    // Starting in the lower half: the receiver's first packet then tells the wrap count for certain
    // (RFC 3711 3.3.1).
    const std::string random = seal::random_bytes(2);
    const auto seq = static_cast<std::uint16_t>(
        ((static_cast<unsigned char>(random[0]) << 8) | static_cast<unsigned char>(random[1])) &
        0x7FFF);
    return Sending{session.session_id(), *server, bitrate,
                   std::make_unique<video::MediaSender>(
                       *media, *feedback, session.ssrc(),
                       static_cast<std::uint8_t>(session.payload_type()), seq)};
}

Result<void> GstCamera::start(const wire::MediaSession& session) {
    if (session.stop()) {
        stop();
        return {};
    }
    {
        const std::lock_guard lock{mutex_};
        if (sending_ && sending_->session_id == session.session_id()) {
            return {};
        }
    }
    auto admitted = admit(session);
    if (!admitted) {
        return Failure{std::move(admitted).error()};
    }
    {
        const std::lock_guard lock{mutex_};
        sending_ = std::move(*admitted);
        session_changed_ = true;
    }
    port_.wake();
    return {};
}

void GstCamera::stop() {
    {
        const std::lock_guard lock{mutex_};
        sending_.reset();
        session_changed_ = true;
    }
    port_.wake();
}

void GstCamera::set_health(std::string text) {
    const std::lock_guard lock{mutex_};
    health_ = std::move(text);
}

void GstCamera::draw(GstBuffer* buffer, const GstVideoInfo& info) {
    GstVideoFrame frame;
    if (gst_video_frame_map(&frame, &info, buffer, GST_MAP_READWRITE) == FALSE) {
        return;
    }
    const int height = GST_VIDEO_FRAME_HEIGHT(&frame);
    const int stride = GST_VIDEO_FRAME_PLANE_STRIDE(&frame, 0);
    const video::Plane luma{{static_cast<std::uint8_t*>(GST_VIDEO_FRAME_PLANE_DATA(&frame, 0)),
                             static_cast<std::size_t>(height) * static_cast<std::size_t>(stride)},
                            GST_VIDEO_FRAME_WIDTH(&frame),
                            height,
                            stride,
                            1};
    if (options_.mark == FrameMark::barcode) {
        video::draw_barcode(luma, picture_number_);
    }
    if (is_test(options_)) {
        // "2026-03-18T10:42:16.123456Z" to whole seconds; the font knows no 'T' between digits
        // better than a blank.
        std::string time = utc_iso(SystemClock{}.utc_us()).substr(0, 19);
        time[10] = ' ';
        video::draw_text(luma, 8, video::kBarcodeHeight + 8, 2,
                         fmt::format("{} {} #{}", options_.label, time, picture_number_));
        video::draw_text(luma, 8, height - 28, 2, "SIMULATED PICTURE"sv);
    }
    gst_video_frame_unmap(&frame);
}

GstPadProbeReturn GstCamera::on_raw_picture(GstPad* pad, GstPadProbeInfo* info, gpointer camera) {
    auto* self = static_cast<GstCamera*>(camera);
    GstCaps* caps = gst_pad_get_current_caps(pad);
    GstVideoInfo video_info;
    if (caps != nullptr && gst_video_info_from_caps(&video_info, caps) == TRUE) {
        GstBuffer* buffer = gst_buffer_make_writable(GST_PAD_PROBE_INFO_BUFFER(info));
        GST_PAD_PROBE_INFO_DATA(info) = buffer;
        ++self->picture_number_;
        self->draw(buffer, video_info);
    }
    if (caps != nullptr) {
        gst_caps_unref(caps);
    }
    return GST_PAD_PROBE_OK;
}

void GstCamera::send_sample(GstSample* sample) {
    GstBuffer* buffer = gst_sample_get_buffer(sample);
    GstMapInfo map;
    if (buffer == nullptr || gst_buffer_map(buffer, &map, GST_MAP_READ) == FALSE) {
        return;
    }
    send_packet({map.data, map.size});
    gst_buffer_unmap(buffer, &map);
}

void GstCamera::send_packet(std::span<const std::uint8_t> packet) {
    const auto view = video::parse_rtp(packet);
    if (!view) {
        return;
    }
    const Ticks now = SystemClock{}.ticks();
    if (rebase_) {
        // A new pipeline's clock starts anywhere: go on from the last picture by the time that
        // passed.
        const auto passed =
            std::chrono::duration_cast<std::chrono::microseconds>(now - timestamp_at_);
        const auto ticks = static_cast<std::uint32_t>(passed.count() * 9 / 100);
        timestamp_offset_ = timestamp_sent_ + std::max(ticks, 1U) - view->timestamp;
        rebase_ = false;
    }
    timestamp_sent_ = view->timestamp + timestamp_offset_;
    timestamp_at_ = now;

    const std::lock_guard lock{mutex_};
    if (sending_ && sending_->sender->send(packet, timestamp_sent_, now, to(sending_->server)) &&
        view->marker) {
        ++frames_sent_;
    }
}

void GstCamera::force_key_frame() const {
    GstPad* pad = gst_element_get_static_pad(pipeline_->element("encoder"), "src");
    gst_pad_send_event(pad,
                       gst_video_event_new_upstream_force_key_unit(GST_CLOCK_TIME_NONE, TRUE, 0));
    gst_object_unref(pad);
}

void GstCamera::hear(std::span<std::uint8_t> packet) {
    bool key_frame = false;
    {
        const std::lock_guard lock{mutex_};
        if (!sending_) {
            return;
        }
        const auto heard =
            sending_->sender->hear(packet, SystemClock{}.ticks(), to(sending_->server));
        key_frame = heard && heard->key_frame_wanted;
    }
    if (key_frame && pipeline_) {
        force_key_frame();
    }
}

void GstCamera::fail_pipeline(const std::string& reason) {
    EMS_LOG(warn, "camera", "camera={} fails, again in {} ms: {}", options_.camera,
            kRebuildPause.count(), reason);
    pipeline_.reset();
    rebuild_at_ = SystemClock{}.ticks() + kRebuildPause;
    set_health(reason);
}

void GstCamera::build(std::uint32_t bitrate_kbit) {
    auto made = video::Pipeline::parse(description(options_, bitrate_kbit));
    if (!made) {
        fail_pipeline(made.error().detail);
        return;
    }
    pipeline_ = std::move(*made);
    rebase_ = true;
    bitrate_kbit_ = bitrate_kbit;
    if (!is_test(options_)) {
        g_object_set(pipeline_->element("file"), "location", options_.source.substr(5).c_str(),
                     nullptr);
    }
    if (is_test(options_) || options_.mark == FrameMark::barcode) {
        GstPad* pad = gst_element_get_static_pad(pipeline_->element("encoder"), "sink");
        gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER, &GstCamera::on_raw_picture, this,
                          nullptr);
        gst_object_unref(pad);
    }
    pipeline_->on_sample("out", [this](GstSample* sample) { send_sample(sample); });
    if (const auto playing = pipeline_->play(); !playing) {
        fail_pipeline(playing.error().detail);
        return;
    }
    set_health("ok");
}

void GstCamera::look_after_pipeline() {
    std::optional<std::uint32_t> bitrate;
    bool changed = false;
    {
        const std::lock_guard lock{mutex_};
        changed = std::exchange(session_changed_, false);
        if (sending_) {
            bitrate = sending_->bitrate_kbit;
        }
    }
    if (!bitrate) {
        if (changed) {
            pipeline_.reset();
            rebuild_at_.reset();
            set_health("off");
        }
        return;
    }
    if (pipeline_) {
        const video::Pipeline::Words words = pipeline_->poll();
        if (words.error) {
            fail_pipeline(*words.error);
        } else if (words.ended) {
            pipeline_.reset(); // a file begins again
        } else if (changed) {
            if (*bitrate != bitrate_kbit_) {
                g_object_set(pipeline_->element("encoder"), "bitrate", *bitrate, nullptr);
                bitrate_kbit_ = *bitrate;
            }
            force_key_frame();
        }
    }
    if (!pipeline_ && (!rebuild_at_ || SystemClock{}.ticks() >= *rebuild_at_)) {
        rebuild_at_.reset();
        build(*bitrate);
    }
}

void GstCamera::supervise() {
    std::array<std::uint8_t, video::kPacketSizeMax + video::kSrtpOverhead> buffer{};
    while (!stopping_) {
        look_after_pipeline();
        if (const auto size = port_.receive(buffer, kPollInterval)) {
            hear(std::span{buffer}.first(*size));
        }
    }
    pipeline_.reset();
}

Result<void> check(const CameraOptions& options) {
    const auto between = [](int value, int least, int most) {
        return value >= least && value <= most;
    };
    if (!between(options.width, 160, 1920) || !between(options.height, 120, 1080) ||
        options.width % 2 != 0 || options.height % 2 != 0 || !between(options.fps, 1, 30)) {
        return fail(Code::invalid_argument,
                    fmt::format("camera size {}x{} at {} pictures a second is not supported",
                                options.width, options.height, options.fps));
    }
    const std::array patterns{"test:ball"sv, "test:smpte"sv};
    const bool known =
        std::find(patterns.begin(), patterns.end(), options.source) != patterns.end();
    if (!known && (!options.source.starts_with("file:") || options.source.size() < 6)) {
        return fail(Code::invalid_argument,
                    "camera source must be test:ball, test:smpte or file:PATH");
    }
    const std::array presets{"ultrafast"sv, "superfast"sv, "veryfast"sv};
    if (std::find(presets.begin(), presets.end(), options.preset) == presets.end()) {
        return fail(Code::invalid_argument,
                    "camera preset must be ultrafast, superfast or veryfast");
    }
    if (options.label.size() > 32) {
        return fail(Code::invalid_argument, "camera label is longer than 32 characters");
    }
    return {};
}

} // namespace

Result<std::unique_ptr<Camera>> make_camera(const CameraOptions& options) {
    EMS_TRY(check(options));
    // Elements that are missing show here, at start-up, and not on the way to a patient.
    if (const auto tried = video::Pipeline::parse(description(options, kBitrateUsualKbit));
        !tried) {
        return Failure{tried.error()};
    }
    auto port = video::UdpPort::open();
    if (!port) {
        return Failure{std::move(port).error()};
    }
    return std::unique_ptr<Camera>{std::make_unique<GstCamera>(options, std::move(*port))};
}

} // namespace ems::vehicle
