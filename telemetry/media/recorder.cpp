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
#include "telemetry/video/capture_mark.h"
#include "telemetry/video/pipeline.h"
#include "telemetry/video/rtp.h"
#include "telemetry/video/segment_file.h"

namespace ems::media {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kRetryPause{5000};
constexpr milliseconds kReportInterval{1000};
// After what the disk was too slow for.
constexpr milliseconds kSlowShown{5000};
// With less a file cannot be made.
constexpr std::uintmax_t kFullBytes = 1U << 16U;
// Longer than between two still pictures (3 s), shorter than until a silent camera is given another
// session (5 s): each such pause ends a file and shows as a gap.
constexpr milliseconds kSilence{4000};
// Longer than the hub asks a vehicle for missing packets (hub_parts.h): nobody waits for the file.
constexpr int kJitterMs = 600;
// The jitter buffer gives all packets of a picture one time, one that was sent again to within this.
constexpr GstClockTime kSamePicture = 5 * GST_MSECOND;

std::string description() {
    return fmt::format(
        "appsrc name=in is-live=true format=time do-timestamp=true max-bytes={} block=false "
        "caps=\"{}\" ! rtpjitterbuffer name=jitter latency={} ! "
        "rtph264depay request-keyframe=true wait-for-keyframe=true ! h264parse ! "
        "video/x-h264,stream-format=avc,alignment=au ! appsink name=out sync=false async=false",
        kRecorderInputBytesMax, video::rtp_caps(video::kPayloadTypeH264), kJitterMs);
}

using File = std::shared_ptr<video::SegmentFile>;

// A file as poll() sees it.
struct Tracked {
    File file;
    Segment segment;
    bool counting{true}; // what arrives belongs to it
    bool reported{false};
    bool over{false}; // complete, or given up
    std::shared_ptr<const std::atomic<bool>> closed; // null: nobody was asked to close it yet
};

class GstRecorder final : public Recorder {
  public:
    explicit GstRecorder(RecorderOptions options) : options_(std::move(options)) {}
    ~GstRecorder() override { pipeline_.reset(); }

    bool push(std::span<const std::uint8_t> packet, std::uint32_t lost,
              bool last_of_picture) override;
    std::vector<Segment> poll() override;
    void end() override;
    void cut(const std::string& path) override;
    [[nodiscard]] bool ended() const override { return !pipeline_ && files_open_ == 0; }
    bool take_key_frame_request() override { return key_frame_wanted_.exchange(false); }
    [[nodiscard]] std::uint64_t packets_dropped() const override { return packets_dropped_; }
    [[nodiscard]] std::uint64_t pictures_lost() const override { return pictures_lost_; }
    [[nodiscard]] std::uint64_t failures() const override { return failures_; }
    [[nodiscard]] bool failing() const override {
        return failing_ && SystemClock{}.ticks() - last_packet_at_ <= kSilence;
    }
    [[nodiscard]] video::RecordingState state() const override;

  private:
    void build();
    void poll_input(Ticks now);
    void take_started();
    void failed(Ticks now, video::RecordingState why) {
        retry_at_ = (now + kRetryPause).time_since_epoch().count();
        why_ = why;
        failing_ = true;
        ++failures_;
    }
    void too_slow() {
        slow_until_ = (SystemClock{}.ticks() + kSlowShown).time_since_epoch().count();
    }
    void prove(const Tracked& tracked, Ticks now);
    [[nodiscard]] bool may_try(Ticks now) const {
        return now.time_since_epoch().count() >= retry_at_;
    }
    [[nodiscard]] std::int64_t last_us() const { return last_packet_us_ - on_the_way_us_; }
    void fill(Tracked& tracked) const;
    void stop_counting(Tracked& tracked, std::int64_t last_us);
    void tell(Tracked& tracked, Ticks now, std::vector<Segment>& out);
    void close_those_over(std::vector<Segment>& out);
    [[nodiscard]] std::shared_ptr<const std::atomic<bool>> close(const File& file) const;
    void detach(const File& file);

    // On GStreamer's thread, one at a time.
    void take_picture(GstSample* sample);
    File file_for(GstBuffer* picture, GstCaps* caps);
    File open_file(GstBuffer* picture, GstCaps* caps);
    std::string path_of(std::int64_t first_us);
    void note_mark(GstBuffer* packet);
    [[nodiscard]] std::int64_t begin_us(GstBuffer* picture) const;

    const RecorderOptions options_;
    std::atomic<std::uint64_t> packets_dropped_{0};
    std::atomic<std::uint64_t> pictures_lost_{0};
    std::atomic<std::uint64_t> failures_{0};
    std::atomic<bool> failing_{false};
    std::atomic<video::RecordingState> why_{video::RecordingState::disk_failed}; // of it
    std::atomic<Ticks::rep> slow_until_{Ticks::min().time_since_epoch().count()};
    std::atomic<Ticks::rep> retry_at_{Ticks::min().time_since_epoch().count()};
    std::atomic<bool> key_frame_wanted_{false};
    std::atomic<bool> marks_believed_{false};
    // Of GStreamer's thread.
    std::uint64_t files_{0}; // opened so far
    struct Marked {
        GstClockTime at{GST_CLOCK_TIME_NONE}; // the pipeline's time of its packets
        std::int64_t captured_us{0};
    };
    std::array<Marked, 16> marked_{}; // the newest pictures that say when they were taken
    std::size_t marks_{0};

    // Of the thread that calls all functions.
    Ticks reported_at_{};
    Ticks last_packet_at_{};
    std::int64_t last_packet_us_{0};
    video::CaptureTrust trust_;
    std::int64_t on_the_way_us_{0}; // the newest picture that says it; 0: none does, or is believed
    bool draining_{false};
    // Since the present file began; what arrives while another is opened belongs to either.
    std::uint64_t packets_{0};
    std::uint64_t lost_{0};
    std::uint64_t frames_received_{0};
    std::vector<Tracked> tracked_;

    std::atomic<std::size_t> files_open_{0}; // those of tracked_ and started_
    std::mutex mutex_;                       // guards the three below
    File current_;
    bool cut_wanted_{false};    // of that
    std::vector<File> started_; // not yet in tracked_

    GstElement* input_{nullptr};
    std::unique_ptr<video::Pipeline> pipeline_; // last: its threads end first
};

video::RecordingState GstRecorder::state() const {
    if (failing()) {
        return why_;
    }
    if (SystemClock{}.ticks().time_since_epoch().count() < slow_until_) {
        return video::RecordingState::disk_slow;
    }
    return files_open_ > 0 ? video::RecordingState::recording : video::RecordingState::unknown;
}

// Where the row is lost with the process the name alone says when it began (lost_recordings.h).
std::string GstRecorder::path_of(std::int64_t first_us) {
    const std::string first = utc_iso(first_us); // 2026-03-18T10:42:16.123456Z
    const std::string folder =
        fmt::format("{}/{}/{}", first.substr(0, 10), options_.vid, options_.camera);
    std::error_code error;
    std::filesystem::create_directories(std::filesystem::path{options_.root} / folder, error);
    if (error) {
        EMS_LOG(warn, "recorder", "folder {} cannot be made: {}", folder, error.message());
    }
    std::string time =
        first.substr(11, 12); // 10:42:16.123, unique within the folder by the count behind it
    std::erase(time, ':');
    return fmt::format("{}/{}-{:06}.mkv", folder, time, ++files_ % 1'000'000);
}

void GstRecorder::note_mark(GstBuffer* packet) {
    GstMapInfo map;
    if (!GST_BUFFER_PTS_IS_VALID(packet) || gst_buffer_map(packet, &map, GST_MAP_READ) == FALSE) {
        return;
    }
    if (const auto mark = video::read_capture_mark({map.data, map.size})) {
        marked_.at(marks_++ % marked_.size()) = {GST_BUFFER_PTS(packet), mark->captured_us};
    }
    gst_buffer_unmap(packet, &map);
}

// When it was taken, if it says so and can be believed. Else when it arrived: its time stamp is the
// pipeline's time when its first packet did.
std::int64_t GstRecorder::begin_us(GstBuffer* picture) const {
    const GstClockTime at = GST_BUFFER_PTS(picture);
    const GstClockTime now = gst_element_get_current_running_time(input_);
    const bool known = GST_CLOCK_TIME_IS_VALID(now) && now > at;
    const std::int64_t arrived_us =
        SystemClock{}.utc_us() - (known ? static_cast<std::int64_t>((now - at) / GST_USECOND) : 0);
    for (const Marked& marked : marked_) {
        const bool same = GST_CLOCK_TIME_IS_VALID(marked.at) &&
                          (marked.at > at ? marked.at - at : at - marked.at) < kSamePicture;
        if (same && marks_believed_ && video::time_on_the_way({marked.captured_us}, arrived_us)) {
            return marked.captured_us;
        }
    }
    return arrived_us;
}

File GstRecorder::open_file(GstBuffer* picture, GstCaps* caps) {
    const Ticks now = SystemClock{}.ticks();
    if (!may_try(now)) {
        return nullptr;
    }
    if (files_open_ >= kRecorderFilesMax) {
        too_slow();
        return nullptr;
    }
    const std::int64_t first_us = begin_us(picture);
    auto opened = video::SegmentFile::open(options_.root, path_of(first_us), caps, first_us);
    if (!opened) {
        EMS_LOG(warn, "recorder", "vid={} camera={} no file, again in {} ms: {}", options_.vid,
                options_.camera, kRetryPause.count(), opened.error().message());
        std::error_code error;
        const auto space = std::filesystem::space(options_.root, error);
        const bool full = !error && space.available < kFullBytes;
        failed(now, full ? video::RecordingState::disk_full : video::RecordingState::disk_failed);
        return nullptr;
    }
    const std::lock_guard lock{mutex_};
    ++files_open_;
    current_ = *opened;
    started_.push_back(*opened);
    return *opened;
}

File GstRecorder::file_for(GstBuffer* picture, GstCaps* caps) {
    File file;
    bool cut = false;
    {
        const std::lock_guard lock{mutex_};
        file = current_;
        cut = cut_wanted_;
    }
    const bool key_frame = !GST_BUFFER_FLAG_IS_SET(picture, GST_BUFFER_FLAG_DELTA_UNIT);
    const auto length_ns = static_cast<std::uint64_t>(options_.segment_s) * GST_SECOND;
    if (file && (!file->takes(caps) || (key_frame && (cut || file->age_ns(picture) >= length_ns)))) {
        file->finish();
        detach(file);
        file.reset();
    }
    if (!file && key_frame) {
        file = open_file(picture, caps);
    }
    if (!file) {
        key_frame_wanted_ = true;
    }
    return file;
}

void GstRecorder::take_picture(GstSample* sample) {
    GstBuffer* picture = gst_sample_get_buffer(sample);
    GstCaps* caps = gst_sample_get_caps(sample);
    if (picture == nullptr || caps == nullptr || !GST_BUFFER_PTS_IS_VALID(picture)) {
        return;
    }
    const File file = file_for(picture, caps);
    if (!file) {
        ++pictures_lost_;
    } else if (!file->push(picture)) {
        // What follows is worth nothing without it.
        ++pictures_lost_;
        ++packets_dropped_;
        too_slow();
        file->finish();
        detach(file);
        key_frame_wanted_ = true;
    }
}

void GstRecorder::detach(const File& file) {
    const std::lock_guard lock{mutex_};
    if (current_ == file) {
        current_.reset();
        cut_wanted_ = false;
    }
}

void GstRecorder::cut(const std::string& path) {
    const std::lock_guard lock{mutex_};
    if (current_ && current_->path() == path) {
        cut_wanted_ = true;
        key_frame_wanted_ = true;
    }
}

void GstRecorder::build() {
    auto made = video::Pipeline::parse(description());
    if (made) {
        pipeline_ = std::move(*made);
        input_ = pipeline_->element("in");
        pipeline_->on_sample("out", [this](GstSample* sample) { take_picture(sample); });
        pipeline_->on_key_frame_request("in", "src", [this] { key_frame_wanted_ = true; });
        marked_.fill({});
        GstPad* pad = gst_element_get_static_pad(pipeline_->element("jitter"), "src");
        gst_pad_add_probe(
            pad, GST_PAD_PROBE_TYPE_BUFFER,
            [](GstPad*, GstPadProbeInfo* info, gpointer recorder) {
                static_cast<GstRecorder*>(recorder)->note_mark(GST_PAD_PROBE_INFO_BUFFER(info));
                return GST_PAD_PROBE_OK;
            },
            this, nullptr);
        gst_object_unref(pad);
        draining_ = false;
        const auto playing = pipeline_->play();
        if (playing) {
            return;
        }
        made = Failure{playing.error()};
        pipeline_.reset();
    }
    EMS_LOG(error, "recorder", "vid={} camera={}: {}", options_.vid, options_.camera,
            made.error().detail);
    failed(SystemClock{}.ticks(), video::RecordingState::disk_failed);
}

bool GstRecorder::push(std::span<const std::uint8_t> packet, std::uint32_t lost,
                       bool last_of_picture) {
    if (draining_) { // behind the file that is being closed: its row ends before the pause
        ++packets_dropped_;
        key_frame_wanted_ = true;
        return false;
    }
    ++packets_;
    lost_ += lost;
    frames_received_ += last_of_picture ? 1U : 0U;
    last_packet_at_ = SystemClock{}.ticks();
    last_packet_us_ = SystemClock{}.utc_us();
    if (const auto mark = last_of_picture ? video::read_capture_mark(packet) : std::nullopt) {
        trust_.saw(*mark, last_packet_us_);
        marks_believed_ = trust_.believed();
        const auto ago = video::time_on_the_way(*mark, last_packet_us_);
        on_the_way_us_ = ago && marks_believed_ ? ago->count() : 0;
    }
    if (!pipeline_ && may_try(SystemClock{}.ticks())) {
        build();
    }
    bool taken = pipeline_ != nullptr;
    if (taken) {
        guint64 level = 0;
        g_object_get(input_, "current-level-bytes", &level, nullptr);
        if (level + packet.size() >= kRecorderInputBytesMax) {
            too_slow();
            taken = false;
        } else {
            taken = video::push_packet(input_, packet);
        }
    }
    if (!taken) {
        ++packets_dropped_;
        key_frame_wanted_ = true;
    }
    return taken;
}

void GstRecorder::fill(Tracked& tracked) const {
    Segment& segment = tracked.segment;
    segment.frames = tracked.file->frames();
    if (tracked.counting) {
        segment.packets_received = packets_;
        segment.packets_lost = lost_;
        segment.frames_received = frames_received_;
        segment.last_us = std::max(segment.first_us, last_us());
    }
    segment.bytes = tracked.file->bytes();
}

void GstRecorder::stop_counting(Tracked& tracked, std::int64_t last_us) {
    if (tracked.counting) {
        fill(tracked);
        tracked.segment.last_us = std::max(tracked.segment.first_us, last_us);
        tracked.counting = false;
        tracked.reported = false;
        packets_ = lost_ = frames_received_ = 0;
    }
}

void GstRecorder::take_started() {
    std::vector<File> started;
    {
        const std::lock_guard lock{mutex_};
        started.swap(started_);
    }
    for (File& file : started) {
        if (!tracked_.empty()) {
            stop_counting(tracked_.back(), file->first_us());
        }
        Tracked next;
        next.segment.path = file->path();
        next.segment.first_us = next.segment.last_us = file->first_us();
        next.file = std::move(file);
        tracked_.push_back(std::move(next));
    }
}

void GstRecorder::poll_input(Ticks now) {
    if (!pipeline_) {
        return;
    }
    const video::Pipeline::Words words = pipeline_->poll();
    if (words.error) {
        EMS_LOG(warn, "recorder", "vid={} camera={} stops, again in {} ms: {}", options_.vid,
                options_.camera, kRetryPause.count(), *words.error);
        failed(now, video::RecordingState::disk_failed);
    }
    if (words.error || words.ended) {
        // Its file is closed a little later; what arrives until then is not of its time.
        take_started();
        if (!tracked_.empty()) {
            stop_counting(tracked_.back(), last_us());
        }
        pipeline_.reset();
        draining_ = false;
        const std::lock_guard lock{mutex_};
        if (current_) {
            current_->finish();
            current_.reset();
            cut_wanted_ = false;
        }
    } else if (now - last_packet_at_ > kSilence) {
        end();
    }
}

// A file that was opened behind the last failure is being written.
void GstRecorder::prove(const Tracked& tracked, Ticks now) {
    if (!failing_ || !may_try(now - kRetryPause)) {
        return;
    }
    const std::lock_guard lock{mutex_};
    failing_ = current_ != tracked.file || tracked.file->frames() == 0;
}

void GstRecorder::tell(Tracked& tracked, Ticks now, std::vector<Segment>& out) {
    if (tracked.over) {
        return;
    }
    const video::Pipeline::Words words = tracked.file->poll();
    if (words.error) {
        EMS_LOG(warn, "recorder", "vid={} camera={} file given up, again in {} ms: {}",
                options_.vid, options_.camera, kRetryPause.count(), *words.error);
        failed(now, words.no_space ? video::RecordingState::disk_full
                                   : video::RecordingState::disk_failed);
        detach(tracked.file);
        pictures_lost_ += tracked.file->taken() - tracked.file->frames();
    } else {
        prove(tracked, now);
    }
    if (words.error || words.ended) {
        stop_counting(tracked, last_us());
        tracked.over = true;
    }
    // The last picture of a file is told before the first one of the next: what lies between the two
    // would else count as missing, and between still pictures lie seconds.
    const bool due = tracked.counting && now - reported_at_ >= kReportInterval;
    if (!tracked.reported || due) {
        fill(tracked);
        tracked.reported = true;
        reported_at_ = tracked.counting ? now : reported_at_;
        out.push_back(tracked.segment);
    } else if (tracked.over) {
        fill(tracked); // all its pictures are in it by now
    }
}

std::shared_ptr<const std::atomic<bool>> GstRecorder::close(const File& file) const {
    auto closed = std::make_shared<std::atomic<bool>>(false);
    const auto work = [file, closed] {
        file->close();
        *closed = true;
    };
    if (!options_.on_disk) {
        work();
        return closed;
    }
    return options_.on_disk(work) ? closed : nullptr;
}

// In their order: what is refused now waits for the next time, with those behind it. One that is
// being closed still counts as open: there are never more than kRecorderFilesMax of both.
void GstRecorder::close_those_over(std::vector<Segment>& out) {
    bool taken = true;
    for (Tracked& tracked : tracked_) {
        if (tracked.over && !tracked.closed && taken) {
            tracked.closed = close(tracked.file);
            taken = tracked.closed != nullptr;
        }
    }
    files_open_ -= std::erase_if(tracked_, [&out](Tracked& tracked) {
        const bool closed = tracked.closed && *tracked.closed;
        if (closed) {
            tracked.segment.closed = true;
            out.push_back(tracked.segment);
        }
        return closed;
    });
}

std::vector<Segment> GstRecorder::poll() {
    std::vector<Segment> out;
    const Ticks now = SystemClock{}.ticks();
    poll_input(now);
    take_started();
    for (Tracked& tracked : tracked_) {
        tell(tracked, now, out);
    }
    close_those_over(out);
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
