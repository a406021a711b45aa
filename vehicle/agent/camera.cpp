#include "vehicle/agent/camera.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <filesystem>
#include <mutex>
#include <optional>
#include <random>
#include <span>
#include <string_view>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <gst/gst.h>
#include <gst/video/video.h>

#include "telemetry/base/backoff.h"
#include "telemetry/base/clock.h"
#include "telemetry/base/log.h"
#include "telemetry/video/barcode.h"
#include "telemetry/video/pipeline.h"
#include "telemetry/video/rtp.h"
#include "telemetry/video/udp_port.h"
#include "vehicle/agent/camera_format.h"
#include "vehicle/agent/camera_reach.h"
#include "vehicle/agent/camera_sender.h"
#include "vehicle/agent/camera_source.h"
#include "vehicle/agent/video_ring.h"
#include "vehicle/agent/video_uplink.h"

namespace ems::vehicle {
namespace {

using std::chrono::milliseconds;
using namespace std::string_view_literals;

constexpr BackoffLimits kRebuild{milliseconds{1000}, milliseconds{30'000}};
constexpr milliseconds kLookAgain{1000}; // for a device or file that is not there
constexpr milliseconds kPictureWithin{10'000};
constexpr milliseconds kWellAfter{5000}; // pictures for so long: the next failure is a new one
constexpr milliseconds kPollInterval{200};
constexpr int kKeyFrameSeconds = 2;
constexpr std::int64_t kKeyFrameNs = std::int64_t{kKeyFrameSeconds} * 1'000'000'000;
constexpr std::uint32_t kBitrateUsualKbit = 600;
constexpr GstClockTime kEncodedWithin = 5 * GST_SECOND; // else its time stamp is no time of capture
constexpr double kEncoderMostKbit = 20'000;

// The encoder's pictures beside the network's packets, on the same thread.
constexpr const char* kPictures =
    "  encoded. ! h264parse ! video/x-h264,stream-format=avc,alignment=au ! "
    "appsink name=pictures sync=false async=false max-buffers=64";

// One thread, no look-ahead, no B frames: four vehicles and everything else share two cores, and
// delay is what counts. The appsink does not wait for a first picture, since a file would not play.
std::string description(const CameraOptions& options, const CameraSource& source,
                        std::uint32_t bitrate_kbit) {
    return fmt::format("{} ! videoscale ! capsfilter name=size ! x264enc name=encoder "
                       "tune=zerolatency speed-preset={} bitrate={} key-int-max={} "
                       "bframes=0 threads=1 vbv-buf-capacity=600 aud=false ! "
                       "video/x-h264,profile=constrained-baseline,stream-format=byte-stream ! "
                       "{}rtph264pay config-interval=-1 aggregate-mode=zero-latency mtu=1150 "
                       "pt=96 ! appsink name=out sync=false async=false max-buffers=256{}",
                       capture_description(source, {options.width, options.height}, options.fps),
                       options.preset, bitrate_kbit, options.fps * kKeyFrameSeconds,
                       options.ring != nullptr ? "tee name=encoded ! " : "",
                       options.ring != nullptr ? kPictures : "");
}

class GstCamera final : public Camera {
  public:
    GstCamera(CameraOptions options, CameraSource source, CameraLogin login, UplinkPlace place,
              video::UdpPort port)
        : options_(std::move(options)), source_(std::move(source)), login_(std::move(login)),
          place_(std::move(place)), port_(std::move(port)),
          picture_{options_.width, options_.height, options_.fps}, ladder_(picture_) {
        place_.uplink->takes(place_.camera, picture_);
        if (options_.ring != nullptr) {
            ring_.emplace(*options_.ring, options_.camera, options_.ring_segment);
        }
        thread_ = std::thread{[this] { supervise(); }};
    }

    ~GstCamera() override {
        stopping_ = true;
        port_.wake();
        thread_.join();
    }

    [[nodiscard]] const std::string& name() const override { return options_.camera; }
    void tell_clock(const std::optional<CameraClock>& clock) override {
        const std::lock_guard lock{mutex_};
        clock_ = clock;
    }
    Result<void> start(const wire::MediaSession& session) override;
    void stop() override;
    void duty(CameraDuty duty) override {
        if (duty_.exchange(duty) != duty) {
            port_.wake();
        }
    }
    [[nodiscard]] std::uint64_t frames_sent() const override { return sender_.frames_sent(); }
    [[nodiscard]] std::string health() const override {
        const std::lock_guard lock{mutex_};
        return health_;
    }

  private:
    void supervise();
    void look_after_pipeline();
    void judge_pipeline(Ticks now);
    void build();
    void point_to_source() const;
    void follow(const VideoShare& share);
    void set_size(int divisor) const;
    void set_bitrate(const VideoShare& share) const;
    [[nodiscard]] bool is_due(GstBuffer* buffer);
    void fail_pipeline(const std::string& reason);
    [[nodiscard]] bool source_is_there() const;
    void set_health(std::string text);
    void draw(GstBuffer* buffer, const GstVideoInfo& info);
    static GstPadProbeReturn on_raw_picture(GstPad* pad, GstPadProbeInfo* info, gpointer camera);
    static gboolean choose_stream(GstElement* source, guint number, GstCaps* caps, gpointer camera);
    void send_sample(GstSample* sample);
    [[nodiscard]] std::optional<video::CaptureMark> mark_of(GstSample* sample) const;
    void look_after_ring(Ticks now);
    void look_after_rest(Ticks now);
    void hear(std::span<std::uint8_t> datagram, CameraReach::Way way);
    [[nodiscard]] VideoShare share_now(std::optional<std::uint32_t> wanted_kbit) const;
    void force_key_frame() const;

    const CameraOptions options_;
    const CameraSource source_;
    const CameraLogin login_;
    const UplinkPlace place_;
    const video::UdpPort port_;
    const CameraPicture picture_;
    const VideoLadder ladder_;
    CameraSender sender_{port_};
    CameraReach reach_{sender_, options_, [this] { port_.wake(); }};
    std::atomic<bool> stopping_{false};
    std::atomic<bool> session_changed_{false};
    std::atomic<bool> stopped_{false};      // the server wants no pictures
    std::atomic<CameraDuty> duty_{CameraDuty::works};
    std::atomic<Ticks::rep> picture_at_{0}; // the newest raw one

    mutable std::mutex mutex_; // guards the health and the clock
    std::string health_{"off"};
    std::optional<CameraClock> clock_;

    // Set by the supervisor, read by the source's thread.
    std::atomic<std::int64_t> picture_interval_ns_{0};
    std::atomic<std::int64_t> key_interval_ns_{0}; // 0: as the encoder counts them
    std::atomic<video::SentForm> form_{video::SentForm::moving};
    std::atomic<bool> encodes_{true};

    // Of the source's thread, or of the supervisor while no pipeline runs.
    std::uint32_t picture_number_{0};
    std::int64_t due_ns_{0};
    std::int64_t key_due_ns_{0};
    bool left_out_{false}; // pictures, at rest: the next one is a key frame

    // Of the supervisor's thread.
    Backoff backoff_{kRebuild, std::random_device{}()};
    std::optional<Ticks> rebuild_at_;
    Ticks built_at_{};
    VideoShare share_;
    CameraRest rest_;
    std::optional<VideoRing> ring_;
    // Of the pipeline that runs; what its threads use, since pipeline_ is empty while it ends.
    GstElement* encoder_{nullptr};
    std::unique_ptr<video::Pipeline> pipeline_;

    std::thread thread_; // last: starts when everything above is there
};

Result<void> GstCamera::start(const wire::MediaSession& session) {
    if (session.stop()) {
        stop();
        return {};
    }
    if (session.camera() != options_.camera) {
        return fail(Code::invalid_argument, "no camera " + session.camera());
    }
    const auto started = sender_.start(session);
    if (!started) {
        return Failure{started.error()};
    }
    if (*started) {
        stopped_ = false;
        session_changed_ = true;
        port_.wake();
    }
    return {};
}

void GstCamera::stop() {
    sender_.stop();
    stopped_ = true;
    session_changed_ = true;
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
    if (source_.kind == CameraSource::Kind::test) {
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
    self->picture_at_ = SystemClock{}.ticks().time_since_epoch().count();
    const bool encodes = self->encodes_;
    self->left_out_ = self->left_out_ || !encodes;
    if (!encodes || !self->is_due(GST_PAD_PROBE_INFO_BUFFER(info))) {
        return GST_PAD_PROBE_DROP;
    }
    if (std::exchange(self->left_out_, false)) {
        self->force_key_frame();
    }
    ++self->picture_number_; // those left out have none: a number that is missing was lost
    if (self->source_.kind != CameraSource::Kind::test && self->options_.mark == FrameMark::none) {
        return GST_PAD_PROBE_OK;
    }
    GstCaps* caps = gst_pad_get_current_caps(pad);
    GstVideoInfo video_info;
    if (caps != nullptr && gst_video_info_from_caps(&video_info, caps) == TRUE) {
        GstBuffer* buffer = gst_buffer_make_writable(GST_PAD_PROBE_INFO_BUFFER(info));
        GST_PAD_PROBE_INFO_DATA(info) = buffer;
        self->draw(buffer, video_info);
    }
    if (caps != nullptr) {
        gst_caps_unref(caps);
    }
    return GST_PAD_PROBE_OK;
}

// False: left out, to send fewer pictures a second. The encoder counts key frames by pictures, so
// with fewer of them they are asked for by time.
bool GstCamera::is_due(GstBuffer* buffer) {
    const auto pts = static_cast<std::int64_t>(GST_BUFFER_PTS(buffer));
    const std::int64_t interval = picture_interval_ns_;
    const std::int64_t tolerance = GST_SECOND / (4 * options_.fps);
    if (interval > 0 && pts < due_ns_ - tolerance) {
        return false;
    }
    due_ns_ = std::max(due_ns_ + interval, pts);
    if (const std::int64_t key_interval = key_interval_ns_;
        key_interval > 0 && pts >= key_due_ns_ - tolerance) {
        key_due_ns_ = pts + key_interval;
        force_key_frame();
    }
    return true;
}

// A camera's microphone is not asked for: the crew is not listened to by the way.
gboolean GstCamera::choose_stream(GstElement*, guint, GstCaps* caps, gpointer) {
    const GstStructure* of = gst_caps_get_structure(caps, 0);
    const gchar* media = gst_structure_get_string(of, "media");
    return media != nullptr && media == "video"sv ? TRUE : FALSE;
}

void GstCamera::send_sample(GstSample* sample) {
    GstBuffer* buffer = gst_sample_get_buffer(sample);
    GstMapInfo map;
    if (buffer == nullptr || gst_buffer_map(buffer, &map, GST_MAP_READ) == FALSE) {
        return;
    }
    const std::span<const std::uint8_t> packet{map.data, map.size};
    const auto view = video::parse_rtp(packet);
    if (view && reach_.lets(*view)) {
        sender_.send(packet, view->marker ? mark_of(sample) : std::nullopt);
    }
    gst_buffer_unmap(buffer, &map);
}

// A picture's time stamp is the pipeline's time when the source gave it; what passed since is the
// encoder's doing.
std::optional<video::CaptureMark> GstCamera::mark_of(GstSample* sample) const {
    std::optional<CameraClock> clock;
    {
        const std::lock_guard lock{mutex_};
        clock = clock_;
    }
    if (!clock) {
        return std::nullopt;
    }
    using std::chrono::microseconds;
    const GstClockTime taken =
        gst_segment_to_running_time(gst_sample_get_segment(sample), GST_FORMAT_TIME,
                                    GST_BUFFER_PTS(gst_sample_get_buffer(sample)));
    const GstClockTime now = gst_element_get_current_running_time(encoder_);
    const bool known = GST_CLOCK_TIME_IS_VALID(taken) && GST_CLOCK_TIME_IS_VALID(now) && now >= taken &&
                       now - taken < kEncodedWithin;
    const microseconds ago{known ? static_cast<std::int64_t>((now - taken) / GST_USECOND) : 0};
    return video::mark_at(*clock, SystemClock{}.ticks() - ago, form_);
}

void GstCamera::force_key_frame() const {
    GstPad* pad = gst_element_get_static_pad(encoder_, "src");
    gst_pad_send_event(pad,
                       gst_video_event_new_upstream_force_key_unit(GST_CLOCK_TIME_NONE, TRUE, 0));
    gst_object_unref(pad);
}

void GstCamera::fail_pipeline(const std::string& reason) {
    const milliseconds pause = backoff_.next();
    EMS_LOG(warn, "camera", "camera={} fails, again in {} ms: {}", options_.camera, pause.count(),
            reason);
    pipeline_.reset();
    rebuild_at_ = SystemClock{}.ticks() + pause;
    set_health(reason);
}

bool GstCamera::source_is_there() const {
    using Kind = CameraSource::Kind;
    if (source_.kind != Kind::file && source_.kind != Kind::v4l2) {
        return true;
    }
    std::error_code ignored;
    return std::filesystem::exists(source_.where, ignored);
}

void GstCamera::point_to_source() const {
    const std::string_view property = source_property(source_.kind);
    if (!property.empty()) {
        pipeline_->set_text("source", property.data(), source_.where);
    }
    if (source_.kind == CameraSource::Kind::rtsp) {
        g_signal_connect(pipeline_->element("source"), "select-stream",
                         G_CALLBACK(&GstCamera::choose_stream), nullptr);
        if (!login_.user.empty()) {
            pipeline_->set_text("source", "user-id", login_.user);
            pipeline_->set_text("source", "user-pw", login_.password);
        }
    }
}

void GstCamera::build() {
    if (!source_is_there()) {
        rebuild_at_ = SystemClock{}.ticks() + kLookAgain;
        set_health("not connected: " + source_.where);
        return;
    }
    auto made = video::Pipeline::parse(description(options_, source_, kBitrateUsualKbit));
    if (!made) {
        fail_pipeline(made.error().detail);
        return;
    }
    pipeline_ = std::move(*made);
    encoder_ = pipeline_->element("encoder");
    sender_.rebase();
    if (ring_) {
        ring_->encoder_changed();
        pipeline_->on_sample("pictures", [this](GstSample* sample) { ring_->push(sample); });
    }
    due_ns_ = key_due_ns_ = 0;
    left_out_ = false;
    if (share_.bitrate_kbit > 0) { // none yet: built at rest
        set_bitrate(share_);
    }
    set_size(ladder_.size_divisor(share_.form));
    built_at_ = SystemClock{}.ticks();
    picture_at_ = built_at_.time_since_epoch().count();
    point_to_source();
    if (source_.kind == CameraSource::Kind::v4l2) {
        const auto asked =
            ask_for_format(*pipeline_, {options_.width, options_.height}, options_.fps);
        if (!asked) {
            fail_pipeline(asked.error().detail);
            return;
        }
    }
    GstPad* pad = gst_element_get_static_pad(pipeline_->element("encoder"), "sink");
    gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER, &GstCamera::on_raw_picture, this, nullptr);
    gst_object_unref(pad);
    pipeline_->on_sample("out", [this](GstSample* sample) { send_sample(sample); });
    if (const auto playing = pipeline_->play(); !playing) {
        fail_pipeline(playing.error().detail);
    }
}

void GstCamera::judge_pipeline(Ticks now) {
    const Ticks picture_at{Ticks::duration{picture_at_}};
    const video::Pipeline::Words words = pipeline_->poll();
    if (words.error) {
        fail_pipeline(*words.error);
    } else if (words.ended && source_.kind == CameraSource::Kind::file && picture_at > built_at_) {
        pipeline_.reset(); // it begins again
    } else if (words.ended) {
        fail_pipeline("the source ended");
    } else if (now - picture_at > kPictureWithin) {
        fail_pipeline(
            fmt::format("no picture for {} s",
                        std::chrono::duration_cast<std::chrono::seconds>(kPictureWithin).count()));
    } else if (picture_at > built_at_) {
        set_health("ok");
        if (now - built_at_ > kWellAfter) {
            backoff_.reset();
        }
    }
}

void GstCamera::set_size(int divisor) const {
    const auto even = [&](int pixels) { return pixels / divisor / 2 * 2; };
    GstCaps* caps = gst_caps_new_simple("video/x-raw", "width", G_TYPE_INT, even(options_.width),
                                        "height", G_TYPE_INT, even(options_.height), nullptr);
    g_object_set(pipeline_->element("size"), "caps", caps, nullptr);
    gst_caps_unref(caps);
}

// The encoder divides its rate among all pictures that the source makes; it is told the more, the
// fewer of them it gets.
void GstCamera::set_bitrate(const VideoShare& share) const {
    const double kbit =
        double{1} * share.bitrate_kbit * options_.fps / frames_per_second(share.form, options_.fps);
    g_object_set(pipeline_->element("encoder"), "bitrate",
                 static_cast<guint>(std::clamp(kbit, 16.0, kEncoderMostKbit)), nullptr);
}

void GstCamera::follow(const VideoShare& share) {
    if (share == share_) {
        return;
    }
    const VideoShare before = std::exchange(share_, share);
    form_ = share.form == PictureForm::still ? video::SentForm::still : video::SentForm::moving;
    if (share.form != before.form) {
        const double fps = frames_per_second(share.form, options_.fps);
        const auto interval = static_cast<std::int64_t>(GST_SECOND / fps);
        picture_interval_ns_ = fps < options_.fps ? interval : 0;
        key_interval_ns_ = share.form == PictureForm::full ? 0 : std::max(interval, kKeyFrameNs);
        EMS_LOG(info, "camera", "camera={} pictures_per_s={:.1f} size=1/{} bitrate_kbit={}",
                options_.camera, fps, ladder_.size_divisor(share.form), share.bitrate_kbit);
    }
    if (pipeline_) {
        set_bitrate(share);
        if (ladder_.size_divisor(share.form) != ladder_.size_divisor(before.form)) {
            set_size(ladder_.size_divisor(share.form));
        }
    }
}

// What the encoder makes: as much as the session and this camera's own rate allow and the network
// takes, or as the disk is given.
VideoShare GstCamera::share_now(std::optional<std::uint32_t> wanted_kbit) const {
    if (wanted_kbit) {
        wanted_kbit = std::min(*wanted_kbit, options_.kbit);
    }
    const VideoShare share = place_.uplink->share(place_.camera, wanted_kbit);
    return reach_.is_away() ? VideoShare{options_.ring_kbit, PictureForm::full} : share;
}

void GstCamera::look_after_ring(Ticks now) {
    reach_.tick(now);
    bool key_frame_wanted = reach_.take_key_frame_request();
    if (ring_) {
        reach_.keeps() ? ring_->begin(reach_.heard_at()) : ring_->end();
        key_frame_wanted = ring_->take_key_frame_request() || key_frame_wanted;
    }
    if (key_frame_wanted && pipeline_) {
        force_key_frame();
    }
}

void GstCamera::look_after_rest(Ticks now) {
    const bool rested = rest_.rests();
    rest_.follow(duty_, now);
    if (rest_.take_word(now)) {
        sender_.tell_rest();
    }
    if (rest_.rests() == rested) {
        return;
    }
    EMS_LOG(info, "camera", "camera={} {}", options_.camera, rested ? "wakes" : "rests");
    if (!rested) {
        encodes_ = false;
        reach_.rest();
        return;
    }
    reach_.wake(now);
    if (ring_) {
        ring_->encoder_changed(); // what it holds was taken before the rest
    }
}

void GstCamera::hear(std::span<std::uint8_t> datagram, CameraReach::Way way) {
    const auto heard = sender_.hear(datagram);
    if (!heard) {
        return;
    }
    if (heard->link) {
        place_.uplink->report(place_.camera, *heard->link);
    }
    const bool back = reach_.heard(*heard, way, SystemClock{}.ticks());
    if (back) {
        follow(share_now(sender_.bitrate_kbit()));
    }
    if (heard->answered && heard->key_frame_wanted) {
        rest_.watched(SystemClock{}.ticks());
    } else if ((back || heard->key_frame_wanted) && pipeline_) {
        force_key_frame();
    }
}

void GstCamera::look_after_pipeline() {
    const bool changed = session_changed_.exchange(false);
    const std::optional<std::uint32_t> wanted_kbit = sender_.bitrate_kbit();
    const Ticks now = SystemClock{}.ticks();
    if (changed) {
        stopped_ ? reach_.stopped() : reach_.session(now);
    }
    look_after_rest(now);
    look_after_ring(now);
    const bool rests = rest_.rests();
    const VideoShare share = share_now(rests ? std::nullopt : wanted_kbit);
    if (!wanted_kbit && !reach_.keeps()) {
        if (changed || rests) {
            pipeline_.reset();
            rebuild_at_.reset();
            set_health("off");
        }
        encodes_ = !rests;
        return;
    }
    if (!rests) {
        follow(share);
    }
    encodes_ = !rests; // its rate is the present one by now
    if (pipeline_) {
        judge_pipeline(now);
    }
    if (pipeline_ && changed) {
        force_key_frame();
    }
    if (!pipeline_ && (!rebuild_at_ || now >= *rebuild_at_)) {
        rebuild_at_.reset();
        build();
    }
}

void GstCamera::supervise() {
    std::array<std::uint8_t, video::kPacketSizeMax + video::kSrtpOverhead> buffer{};
    while (!stopping_) {
        look_after_pipeline();
        if (const auto size = port_.receive(buffer, kPollInterval)) {
            hear(std::span{buffer}.first(*size), CameraReach::Way::udp);
        }
        while (const auto size = reach_.take(buffer)) {
            hear(std::span{buffer}.first(*size), CameraReach::Way::stream);
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

Result<std::unique_ptr<Camera>> make_camera(const CameraOptions& options, UplinkPlace place) {
    EMS_TRY(check(options));
    auto source = parse_camera_source(options.source);
    if (!source) {
        return Failure{std::move(source).error()};
    }
    CameraLogin login;
    if (!options.login_file.empty()) {
        auto loaded = load_camera_login(options.login_file);
        if (!loaded) {
            return Failure{std::move(loaded).error()};
        }
        login = std::move(*loaded);
    }
    // Elements that are missing show here, at start-up, and not on the way to a patient.
    if (const auto tried = video::Pipeline::parse(description(options, *source, kBitrateUsualKbit));
        !tried) {
        return Failure{tried.error()};
    }
    auto port = video::UdpPort::open();
    if (!port) {
        return Failure{std::move(port).error()};
    }
    if (!place.uplink) {
        place = {std::make_shared<VideoUplink>(1), 0};
    }
    return std::unique_ptr<Camera>{std::make_unique<GstCamera>(
        options, std::move(*source), std::move(login), std::move(place), std::move(*port))};
}

} // namespace ems::vehicle
