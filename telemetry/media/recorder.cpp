#include "telemetry/media/recorder.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <mutex>
#include <optional>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <gst/gst.h>

#include "telemetry/base/log.h"
#include "telemetry/video/pipeline.h"
#include "telemetry/video/rtp.h"

namespace ems::media {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kRetryPause{5000};
constexpr milliseconds kReportInterval{1000};
constexpr std::int64_t kSilenceUs = 5'000'000;
constexpr std::uint64_t kQueueBytesMax = 4'000'000;
// Longer than the hub asks a vehicle for missing packets (hub_parts.h): nobody waits for the file.
constexpr int kJitterMs = 600;
constexpr std::size_t kOpenSegmentsMax = 4;

std::string description() {
    return fmt::format(
        "appsrc name=in is-live=true format=time do-timestamp=true max-bytes={} block=false "
        "caps=\"{}\" ! rtpjitterbuffer latency={} ! "
        "rtph264depay request-keyframe=true wait-for-keyframe=true ! h264parse name=parse ! "
        "capsfilter name=tail caps=video/x-h264,stream-format=avc,alignment=au",
        kQueueBytesMax, video::rtp_caps(video::kPayloadTypeH264), kJitterMs);
}

// Longer than the writer holds pictures back: 30 pictures a second, groups of a few seconds.
constexpr std::size_t kRecentPictures = 512;

struct Recent {
    std::uint64_t pts;
    std::uint64_t number;
};

struct Open {
    Segment segment;
    std::uint64_t frames_before; // of the counter when it was opened
    bool reported{false};
};

// splitmuxsink makes its muxer when it is linked and leaves it the muxer's and file's defaults, so
// it is given both before. Streamable: clusters are not patched afterwards. Unbuffered: the 64 KiB
// that filesink would hold back are a second of video, lost with the process. Null when an element
// is missing.
GstElement* add_writer(GstElement* tail, std::int64_t segment_s) {
    GstElement* split = gst_element_factory_make("splitmuxsink", "split");
    GstElement* muxer = gst_element_factory_make("matroskamux", nullptr);
    GstElement* sink = gst_element_factory_make("filesink", nullptr);
    if (split == nullptr || muxer == nullptr || sink == nullptr) {
        return nullptr;
    }
    g_object_set(muxer, "streamable", TRUE, nullptr);
    gst_util_set_object_arg(G_OBJECT(sink), "buffer-mode", "unbuffered");
    g_object_set(split, "muxer", muxer, "sink", sink, "max-size-time",
                 static_cast<guint64>(segment_s) * GST_SECOND, nullptr);
    GstObject* bin = gst_element_get_parent(tail);
    gst_bin_add(GST_BIN(bin), split);
    gst_object_unref(bin);
    return gst_element_link_pads(tail, "src", split, "video") == TRUE ? split : nullptr;
}

class GstRecorder final : public Recorder {
  public:
    explicit GstRecorder(RecorderOptions options) : options_(std::move(options)) {}
    ~GstRecorder() override { pipeline_.reset(); }

    bool push(std::span<const std::uint8_t> packet, std::uint32_t lost,
              bool last_of_picture) override;
    std::vector<Segment> poll() override;
    void end() override;
    [[nodiscard]] bool ended() const override { return !pipeline_; }
    bool take_key_frame_request() override { return key_frame_wanted_.exchange(false); }
    [[nodiscard]] std::uint64_t packets_dropped() const override { return packets_dropped_; }

  private:
    void build();
    [[nodiscard]] std::uint64_t number_of(GstSample* first) const;
    void take_started(std::vector<Segment>& out);
    void report_growth(Ticks now, std::vector<Segment>& out);
    void fill(Open& open, std::uint64_t frames, std::int64_t last_us);
    std::string next_path();
    void measure(Segment& segment) const;
    [[nodiscard]] std::uint64_t count(const std::uint64_t& counter) const {
        const std::lock_guard lock{mutex_};
        return counter;
    }
    void close(std::uint64_t frames, std::int64_t last_us, std::vector<Segment>& out);
    static gchar* on_location(GstElement* split, guint number, GstSample* first, gpointer recorder);
    static GstPadProbeReturn on_picture(GstPad* pad, GstPadProbeInfo* info, gpointer recorder);

    const RecorderOptions options_;
    std::uint64_t packets_dropped_{0};
    std::optional<Ticks> retry_at_;
    Ticks reported_at_{};
    std::int64_t last_packet_us_{0};
    std::uint64_t files_{0};
    bool draining_{false};
    // Counted since the present segment began; what arrives while the writer opens the next file
    // belongs to either.
    std::uint64_t packets_{0};
    std::uint64_t lost_{0};
    std::uint64_t frames_received_{0};

    std::atomic<bool> key_frame_wanted_{false};
    mutable std::mutex mutex_; // guards the four below, written by GStreamer's threads
    std::uint64_t frames_{0};  // pictures given to the writer
    std::uint64_t written_{0}; // of them in a file for certain: all before the newest key frame
    std::array<Recent, kRecentPictures> recent_{};
    std::vector<Open> started_; // files opened by GStreamer's thread, not yet taken by poll()
    std::optional<Open> open_;  // the file being written

    GstElement* input_{nullptr};
    std::unique_ptr<video::Pipeline> pipeline_; // last: its threads end first
};

std::string GstRecorder::next_path() {
    const std::string now = utc_iso(SystemClock{}.utc_us()); // 2026-03-18T10:42:16.123456Z
    const std::string folder =
        fmt::format("{}/{}/{}", now.substr(0, 10), options_.vid, options_.camera);
    std::error_code error;
    std::filesystem::create_directories(std::filesystem::path{options_.root} / folder, error);
    if (error) {
        EMS_LOG(warn, "recorder", "folder {} cannot be made: {}", folder, error.message());
    }
    std::string time =
        now.substr(11, 12); // 10:42:16.123, unique within the folder by the count behind it
    std::erase(time, ':');
    return fmt::format("{}/{}-{:06}.mkv", folder, time, ++files_ % 1'000'000);
}

// The writer holds back a group of pictures, so the one that begins a file went past the counter
// some time ago: it is found again by its time stamp.
std::uint64_t GstRecorder::number_of(GstSample* first) const {
    GstBuffer* buffer = first != nullptr ? gst_sample_get_buffer(first) : nullptr;
    const std::uint64_t pts = buffer != nullptr ? GST_BUFFER_PTS(buffer) : GST_CLOCK_TIME_NONE;
    const auto found = std::find_if(recent_.begin(), recent_.end(),
                                    [&](const auto& picture) { return picture.pts == pts; });
    return found != recent_.end() ? found->number : written_;
}

gchar* GstRecorder::on_location(GstElement*, guint, GstSample* first, gpointer recorder) {
    auto* self = static_cast<GstRecorder*>(recorder);
    const std::lock_guard lock{self->mutex_};
    Open open{};
    open.segment.path = self->next_path();
    open.segment.first_us = SystemClock{}.utc_us();
    open.segment.last_us = open.segment.first_us;
    open.frames_before = self->number_of(first);
    if (self->started_.size() >= kOpenSegmentsMax) {
        self->started_.erase(self->started_.begin());
    }
    self->started_.push_back(open);
    return g_strdup((self->options_.root + "/" + open.segment.path).c_str());
}

GstPadProbeReturn GstRecorder::on_picture(GstPad*, GstPadProbeInfo* info, gpointer recorder) {
    GstBuffer* buffer = GST_PAD_PROBE_INFO_BUFFER(info);
    auto* self = static_cast<GstRecorder*>(recorder);
    const std::lock_guard lock{self->mutex_};
    if (!GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_DELTA_UNIT)) {
        self->written_ = self->frames_;
    }
    self->recent_[self->frames_ % kRecentPictures] = {GST_BUFFER_PTS(buffer), self->frames_};
    ++self->frames_;
    return GST_PAD_PROBE_OK;
}

void GstRecorder::build() {
    retry_at_ = SystemClock{}.ticks() + kRetryPause; // unless it goes well
    auto made = video::Pipeline::parse(description());
    if (!made) {
        EMS_LOG(error, "recorder", "vid={} camera={}: {}", options_.vid, options_.camera,
                made.error().detail);
        return;
    }
    pipeline_ = std::move(*made);
    GstElement* split = add_writer(pipeline_->element("tail"), options_.segment_s);
    if (split == nullptr) {
        EMS_LOG(error, "recorder", "splitmuxsink, matroskamux or filesink is missing");
        pipeline_.reset();
        return;
    }
    input_ = pipeline_->element("in");
    g_signal_connect(split, "format-location-full", G_CALLBACK(&GstRecorder::on_location), this);
    GstPad* pad = gst_element_get_static_pad(pipeline_->element("parse"), "src");
    gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER, &GstRecorder::on_picture, this, nullptr);
    gst_object_unref(pad);
    pipeline_->on_key_frame_request("in", "src", [this] { key_frame_wanted_ = true; });
    if (const auto playing = pipeline_->play(); !playing) {
        EMS_LOG(error, "recorder", "vid={} camera={}: {}", options_.vid, options_.camera,
                playing.error().detail);
        pipeline_.reset();
        return;
    }
    draining_ = false;
    retry_at_.reset();
}

bool GstRecorder::push(std::span<const std::uint8_t> packet, std::uint32_t lost,
                       bool last_of_picture) {
    ++packets_;
    lost_ += lost;
    frames_received_ += last_of_picture ? 1U : 0U;
    last_packet_us_ = SystemClock{}.utc_us();
    if (!pipeline_ && (!retry_at_ || SystemClock{}.ticks() >= *retry_at_)) {
        build();
    }
    bool taken = pipeline_ != nullptr && !draining_;
    if (taken) {
        guint64 level = 0;
        g_object_get(input_, "current-level-bytes", &level, nullptr);
        taken = level + packet.size() < kQueueBytesMax && video::push_packet(input_, packet);
    }
    if (!taken) {
        ++packets_dropped_;
        key_frame_wanted_ = true;
    }
    return taken;
}

void GstRecorder::measure(Segment& segment) const {
    std::error_code error;
    const auto size =
        std::filesystem::file_size(std::filesystem::path{options_.root} / segment.path, error);
    if (!error) {
        segment.bytes = size;
    }
}

void GstRecorder::fill(Open& open, std::uint64_t frames, std::int64_t last_us) {
    open.segment.frames = std::max(frames, open.frames_before) - open.frames_before;
    open.segment.packets_received = packets_;
    open.segment.packets_lost = lost_;
    open.segment.frames_received = frames_received_;
    open.segment.last_us = std::max(open.segment.first_us, last_us);
    measure(open.segment);
}

void GstRecorder::close(std::uint64_t frames, std::int64_t last_us, std::vector<Segment>& out) {
    if (!open_) {
        return;
    }
    fill(*open_, frames, last_us);
    packets_ = lost_ = frames_received_ = 0;
    open_->segment.closed = true;
    out.push_back(open_->segment);
    open_.reset();
}

// Files the writer has opened since: each ends the one before.
void GstRecorder::take_started(std::vector<Segment>& out) {
    std::vector<Open> started;
    {
        const std::lock_guard lock{mutex_};
        started.swap(started_);
    }
    for (const Open& next : started) {
        close(next.frames_before, next.segment.first_us, out);
        open_ = next;
    }
}

void GstRecorder::report_growth(Ticks now, std::vector<Segment>& out) {
    if (open_ && (!open_->reported || now - reported_at_ >= kReportInterval)) {
        fill(*open_, count(written_), last_packet_us_);
        open_->reported = true;
        reported_at_ = now;
        out.push_back(open_->segment);
    }
}

std::vector<Segment> GstRecorder::poll() {
    std::vector<Segment> out;
    const Ticks now = SystemClock{}.ticks();
    take_started(out);
    if (!pipeline_) {
        return out;
    }
    const video::Pipeline::Words words = pipeline_->poll();
    if (words.error || words.ended) {
        if (words.error) {
            EMS_LOG(warn, "recorder", "vid={} camera={} stops, again in {} ms: {}", options_.vid,
                    options_.camera, kRetryPause.count(), *words.error);
            retry_at_ = now + kRetryPause;
        }
        pipeline_.reset();
        take_started(out);
        close(count(frames_), last_packet_us_, out);
        draining_ = false;
        return out;
    }
    report_growth(now, out);
    if (SystemClock{}.utc_us() - last_packet_us_ > kSilenceUs) {
        end();
    }
    return out;
}

void GstRecorder::end() {
    if (pipeline_ && !draining_) {
        draining_ = true;
        gst_element_send_event(input_, gst_event_new_eos());
    }
}

} // namespace

std::unique_ptr<Recorder> make_recorder(RecorderOptions options) {
    return std::make_unique<GstRecorder>(std::move(options));
}

} // namespace ems::media
