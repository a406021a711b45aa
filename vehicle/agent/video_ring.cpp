#include "vehicle/agent/video_ring.h"

#include <algorithm>
#include <utility>

#include <gst/gst.h>

#include "telemetry/base/log.h"

namespace ems::vehicle {
namespace {

constexpr std::chrono::seconds kRetryPause{5};
constexpr std::chrono::seconds kLookInterval{1};
constexpr std::size_t kClosingMax = 4; // files the disk is slow with

bool is_key_frame(GstBuffer* picture) {
    return !GST_BUFFER_FLAG_IS_SET(picture, GST_BUFFER_FLAG_DELTA_UNIT);
}

} // namespace

VideoRing::~VideoRing() {
    forget_held();
    close_file();
    for (const File& file : closing_) {
        shelf_.end(file->path());
    }
}

void VideoRing::forget_held() {
    for (const Held& held : held_) {
        gst_sample_unref(held.sample);
    }
    held_.clear();
    held_bytes_ = 0;
}

// The oldest group of pictures.
void VideoRing::drop_group() {
    do {
        held_bytes_ -= held_.front().bytes;
        gst_sample_unref(held_.front().sample);
        held_.pop_front();
    } while (!held_.empty() && !held_.front().key_frame);
}

void VideoRing::hold(GstSample* sample, Ticks now) {
    GstBuffer* picture = gst_sample_get_buffer(sample);
    const bool key_frame = is_key_frame(picture);
    if (held_.empty() && !key_frame) {
        return;
    }
    const std::size_t bytes = gst_buffer_get_size(picture);
    held_.push_back({gst_sample_ref(sample), now, bytes, key_frame});
    held_bytes_ += bytes;
    while (!held_.empty() && (now - held_.front().at > kHeldFor || held_bytes_ > kHeldBytesMax)) {
        drop_group();
    }
}

void VideoRing::push(GstSample* sample) {
    GstBuffer* picture = gst_sample_get_buffer(sample);
    if (picture == nullptr || gst_sample_get_caps(sample) == nullptr ||
        !GST_BUFFER_PTS_IS_VALID(picture)) {
        return;
    }
    const Ticks now = SystemClock{}.ticks();
    const std::lock_guard lock{mutex_};
    if (writing_) {
        write(sample, now);
    } else {
        hold(sample, now);
    }
}

void VideoRing::begin(Ticks since) {
    const std::lock_guard lock{mutex_};
    if (std::exchange(writing_, true)) {
        return;
    }
    while (held_.size() > 1) {
        const auto next = std::find_if(held_.begin() + 1, held_.end(),
                                       [](const Held& held) { return held.key_frame; });
        if (next == held_.end() || next->at > since) {
            break;
        }
        drop_group();
    }
    key_frame_wanted_ = held_.empty();
    for (const Held& held : held_) {
        write(held.sample, held.at);
    }
    forget_held();
}

void VideoRing::end() {
    const std::lock_guard lock{mutex_};
    if (std::exchange(writing_, false)) {
        close_file();
    }
}

void VideoRing::encoder_changed() {
    const std::lock_guard lock{mutex_};
    forget_held();
    close_file();
}

void VideoRing::close_file() {
    if (file_) {
        file_->finish();
        closing_.push_back(std::exchange(file_, nullptr));
    }
}

VideoRing::File VideoRing::open_file(GstSample* sample, Ticks at) {
    const Ticks now = SystemClock{}.ticks();
    if ((retry_at_ && now < *retry_at_) || closing_.size() >= kClosingMax) {
        return nullptr;
    }
    retry_at_ = now + kRetryPause;
    const std::int64_t first_us =
        SystemClock{}.utc_us() -
        std::chrono::duration_cast<std::chrono::microseconds>(now - at).count();
    auto path = shelf_.begin(camera_, first_us);
    if (!path) {
        EMS_LOG(warn, "ring", "camera={} no file, again in {} s: {}", camera_, kRetryPause.count(),
                path.error().message());
        return nullptr;
    }
    auto opened =
        video::SegmentFile::open(shelf_.dir(), *path, gst_sample_get_caps(sample), first_us);
    if (!opened) {
        EMS_LOG(warn, "ring", "camera={} no file, again in {} s: {}", camera_, kRetryPause.count(),
                opened.error().message());
        shelf_.end(*path);
        return nullptr;
    }
    retry_at_.reset();
    return *opened;
}

void VideoRing::write(GstSample* sample, Ticks at) {
    GstBuffer* picture = gst_sample_get_buffer(sample);
    const bool key_frame = is_key_frame(picture);
    const auto length_ns = static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::nanoseconds>(segment_).count());
    if (file_ && (!file_->takes(gst_sample_get_caps(sample)) ||
                  (key_frame && file_->age_ns(picture) >= length_ns))) {
        close_file();
    }
    if (!file_ && key_frame) {
        file_ = open_file(sample, at);
    }
    if (!file_) {
        key_frame_wanted_ = key_frame_wanted_ || !key_frame;
    } else if (!file_->push(picture)) {
        close_file(); // what follows is worth nothing without it
    }
}

void VideoRing::poll(Ticks now) {
    const std::lock_guard lock{mutex_};
    if (file_) {
        const video::Pipeline::Words words = file_->poll();
        if (words.error) {
            EMS_LOG(warn, "ring", "camera={} file given up, again in {} s: {}", camera_,
                    kRetryPause.count(), *words.error);
            shelf_.end(std::exchange(file_, nullptr)->path());
            retry_at_ = now + kRetryPause;
        }
    }
    std::erase_if(closing_, [&](const File& file) {
        const video::Pipeline::Words words = file->poll();
        if (words.ended || words.error) {
            shelf_.end(file->path());
        }
        return words.ended || words.error.has_value();
    });
    if (now - looked_at_ < kLookInterval) {
        return;
    }
    looked_at_ = now;
    shelf_.keep_limits(SystemClock{}.utc_us());
    if (file_ && !shelf_.has_room()) {
        close_file();
        retry_at_ = now + kRetryPause;
    }
}

} // namespace ems::vehicle
