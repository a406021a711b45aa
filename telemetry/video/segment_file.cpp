#include "telemetry/video/segment_file.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <gst/app/gstappsrc.h>
#include <gst/gst.h>

namespace ems::video {
namespace {

GstPadProbeReturn count_buffer(GstPad*, GstPadProbeInfo*, gpointer counter) {
    ++*static_cast<std::atomic<std::uint64_t>*>(counter);
    return GST_PAD_PROBE_OK;
}

} // namespace

SegmentFile::SegmentFile(std::string path, GstCaps* caps, std::int64_t first_us)
    : path_(std::move(path)), caps_(gst_caps_ref(caps)), first_us_(first_us),
      first_pts_(GST_CLOCK_TIME_NONE) {}

SegmentFile::~SegmentFile() {
    pipeline_.reset();
    gst_caps_unref(caps_);
}

Result<std::shared_ptr<SegmentFile>> SegmentFile::open(const std::string& root, std::string path,
                                                       GstCaps* caps, std::int64_t first_us) {
    auto made = Pipeline::parse("appsrc name=in format=time ! matroskamux streamable=true ! "
                                "filesink name=file buffer-mode=unbuffered sync=false async=false");
    if (!made) {
        return Failure{std::move(made).error()};
    }
    std::shared_ptr<SegmentFile> file{new SegmentFile{std::move(path), caps, first_us}};
    file->pipeline_ = std::move(*made);
    file->pipeline_->set_text("file", "location", root + "/" + file->path_);
    file->input_ = file->pipeline_->element("in");
    gst_app_src_set_caps(GST_APP_SRC(file->input_), caps);
    gst_app_src_set_max_bytes(GST_APP_SRC(file->input_), kWaitingMax);
    GstPad* pad = gst_element_get_static_pad(file->input_, "src");
    gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER, &count_buffer, &file->begun_, nullptr);
    gst_object_unref(pad);
    pad = gst_element_get_static_pad(file->pipeline_->element("file"), "sink");
    gst_pad_add_probe(
        pad, GST_PAD_PROBE_TYPE_BUFFER,
        [](GstPad*, GstPadProbeInfo* info, gpointer self) {
            static_cast<SegmentFile*>(self)->count_bytes(
                gst_buffer_get_size(GST_PAD_PROBE_INFO_BUFFER(info)));
            return GST_PAD_PROBE_OK;
        },
        file.get(), nullptr);
    gst_object_unref(pad);
    EMS_TRY(file->pipeline_->play());
    return file;
}

void SegmentFile::count_bytes(std::uint64_t bytes) {
    written_ = handed_.load();
    handed_ += bytes;
}

std::uint64_t SegmentFile::age_ns(GstBuffer* picture) const {
    const std::uint64_t pts = GST_BUFFER_PTS(picture);
    return first_pts_ == GST_CLOCK_TIME_NONE || pts < first_pts_ ? 0 : pts - first_pts_;
}

bool SegmentFile::takes(GstCaps* caps) const {
    return gst_caps_is_equal(caps, caps_) == TRUE;
}

bool SegmentFile::push(GstBuffer* picture) {
    if (gst_app_src_get_current_level_bytes(GST_APP_SRC(input_)) + gst_buffer_get_size(picture) >
        kWaitingMax) {
        return false;
    }
    if (first_pts_ == GST_CLOCK_TIME_NONE) {
        first_pts_ = GST_BUFFER_PTS(picture);
    }
    GstBuffer* copy = gst_buffer_copy(picture); // of the description, not of the bytes
    GST_BUFFER_PTS(copy) = age_ns(picture);
    GST_BUFFER_DTS(copy) = GST_CLOCK_TIME_NONE; // there are no B pictures
    const bool took = gst_app_src_push_buffer(GST_APP_SRC(input_), copy) == GST_FLOW_OK;
    taken_ += took ? 1U : 0U;
    return took;
}

void SegmentFile::finish() {
    gst_app_src_end_of_stream(GST_APP_SRC(input_));
}

// The one that is being written is certain when the next one begins: both on one thread.
std::uint64_t SegmentFile::frames() const {
    const std::uint64_t begun = begun_;
    return complete_ ? begun : std::max<std::uint64_t>(begun, 1) - 1;
}

Pipeline::Words SegmentFile::poll() {
    const Pipeline::Words words = pipeline_->poll();
    if (words.ended && !words.error) {
        complete_ = true;
    }
    return words;
}

} // namespace ems::video
