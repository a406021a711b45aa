#include "telemetry/video/segment_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include <fmt/format.h>
#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>
#include <gst/gst.h>
#include <gst/video/video.h>

namespace ems::video {
namespace {

constexpr const char* kPictures = "appsrc name=in ! matroskademux ! h264parse ! avdec_h264 max-threads=1 ! "
                                  "videoconvert n-threads=1 ! video/x-raw,format=BGRx ! "
                                  "appsink name=out sync=false max-buffers=2";

// Without a copy: the buffer keeps the file alive.
void push_file(GstElement* source, const std::shared_ptr<const std::string>& file) {
    using Kept = std::shared_ptr<const std::string>;
    auto* const kept = new Kept{file}; // NOLINT: GStreamer's notifier deletes it
    GstBuffer* const buffer = gst_buffer_new_wrapped_full(GST_MEMORY_FLAG_READONLY, const_cast<char*>(file->data()), // NOLINT
                                                          file->size(), 0, file->size(), kept,
                                                          [](gpointer data) { delete static_cast<Kept*>(data); });
    gst_app_src_push_buffer(GST_APP_SRC(source), buffer); // takes the buffer
    gst_app_src_end_of_stream(GST_APP_SRC(source));
}

std::int64_t time_us(GstSample* sample) {
    const GstClockTime pts = GST_BUFFER_PTS(gst_sample_get_buffer(sample));
    return pts == GST_CLOCK_TIME_NONE ? 0 : static_cast<std::int64_t>(pts / 1'000);
}

} // namespace

Result<std::unique_ptr<SegmentReader>> SegmentReader::open(std::shared_ptr<const std::string> file) {
    gst_init(nullptr, nullptr);
    std::unique_ptr<SegmentReader> made{new SegmentReader{std::move(file)}};
    if (auto begun = made->begin(); !begun) {
        return Failure{begun.error()};
    }
    return made;
}

SegmentReader::~SegmentReader() {
    forget();
}

void SegmentReader::forget() {
    for (GstSample** sample : {&shown_, &next_}) {
        if (*sample != nullptr) {
            gst_sample_unref(*sample);
            *sample = nullptr;
        }
    }
    pipeline_.reset();
    before_us_.reset();
    ended_ = false;
    given_ = false;
}

Result<void> SegmentReader::begin() {
    forget();
    auto made = Pipeline::parse(kPictures);
    if (!made) {
        return Failure{made.error()};
    }
    pipeline_ = std::move(*made);
    EMS_TRY(pipeline_->play());
    push_file(pipeline_->element("in"), file_);
    return {};
}

GstSample* SegmentReader::pull() {
    if (ended_ || pipeline_ == nullptr) {
        return nullptr;
    }
    GstSample* const sample = gst_app_sink_try_pull_sample(GST_APP_SINK(pipeline_->element("out")), kWaitMs * GST_MSECOND);
    ended_ = sample == nullptr; // the end, a fault of the file, or a decoder that hangs
    return sample;
}

std::optional<std::int64_t> SegmentReader::apart_us() const {
    std::optional<std::int64_t> out;
    if (before_us_) {
        out = time_us(shown_) - *before_us_;
    }
    if (next_ != nullptr) {
        const std::int64_t behind_us = time_us(next_) - time_us(shown_);
        out = std::min(out.value_or(behind_us), behind_us);
    }
    return out;
}

bool SegmentReader::read(std::int64_t offset_us, const std::function<void(const RecordedPicture&)>& show) {
    if (shown_ != nullptr && offset_us < time_us(shown_)) {
        if (!begin()) {
            return false;
        }
    }
    if (next_ == nullptr) {
        next_ = pull();
    }
    while (next_ != nullptr && time_us(next_) <= offset_us) {
        if (shown_ != nullptr) {
            before_us_ = time_us(shown_);
            gst_sample_unref(shown_);
        }
        shown_ = std::exchange(next_, nullptr);
        given_ = false;
        next_ = pull();
    }
    if (shown_ == nullptr || given_) {
        return false;
    }
    GstVideoInfo info;
    GstVideoFrame frame;
    if (gst_video_info_from_caps(&info, gst_sample_get_caps(shown_)) == FALSE ||
        gst_video_frame_map(&frame, &info, gst_sample_get_buffer(shown_), GST_MAP_READ) == FALSE) {
        return false;
    }
    show({GST_VIDEO_FRAME_WIDTH(&frame), GST_VIDEO_FRAME_HEIGHT(&frame), GST_VIDEO_FRAME_PLANE_STRIDE(&frame, 0),
          static_cast<const std::uint8_t*>(GST_VIDEO_FRAME_PLANE_DATA(&frame, 0)), time_us(shown_), apart_us()});
    gst_video_frame_unmap(&frame);
    given_ = true;
    return true;
}

Result<std::vector<std::int16_t>> read_speech(const std::shared_ptr<const std::string>& file, int rate_hz, int seconds_max) {
    gst_init(nullptr, nullptr);
    auto made = Pipeline::parse(fmt::format("appsrc name=in ! oggdemux ! opusdec ! audioconvert ! audioresample ! "
                                            "audio/x-raw,format=S16LE,channels=1,rate={} ! "
                                            "appsink name=out sync=false max-buffers=64",
                                            rate_hz));
    if (!made) {
        return Failure{made.error()};
    }
    EMS_TRY((*made)->play());
    push_file((*made)->element("in"), file);
    std::vector<std::int16_t> out;
    const auto most = static_cast<std::size_t>(rate_hz) * static_cast<std::size_t>(seconds_max);
    while (out.size() < most) {
        GstSample* const sample = gst_app_sink_try_pull_sample(GST_APP_SINK((*made)->element("out")),
                                                               SegmentReader::kWaitMs * GST_MSECOND);
        if (sample == nullptr) {
            break;
        }
        GstMapInfo map;
        if (gst_buffer_map(gst_sample_get_buffer(sample), &map, GST_MAP_READ) != FALSE) {
            const std::size_t before = out.size();
            const std::size_t count = std::min(map.size / sizeof(std::int16_t), most - before);
            out.resize(before + count);
            std::memcpy(out.data() + before, map.data, count * sizeof(std::int16_t));
            gst_buffer_unmap(gst_sample_get_buffer(sample), &map);
        }
        gst_sample_unref(sample);
    }
    return out;
}

} // namespace ems::video
