#include "vehicle/agent/video_ring.h"

#include <algorithm>
#include <utility>

#include <gst/gst.h>

#include "telemetry/base/log.h"

namespace ems::vehicle {
namespace {

using std::chrono::milliseconds;

constexpr std::chrono::seconds kRetryPause{5};
constexpr std::chrono::seconds kLookInterval{1};
constexpr milliseconds kPollInterval{200};
constexpr milliseconds kPollIntervalBehind{20};
constexpr std::size_t kClosingMax = 4; // files the disk is slow with

bool is_key_frame(GstBuffer* picture) {
    return !GST_BUFFER_FLAG_IS_SET(picture, GST_BUFFER_FLAG_DELTA_UNIT);
}

} // namespace

void VideoRing::Unref::operator()(GstSample* sample) const {
    gst_sample_unref(sample);
}

VideoRing::~VideoRing() {
    {
        const std::lock_guard lock{mutex_};
        add_end();
        stopping_ = true;
    }
    changed_.notify_one();
    thread_.join();
}

void VideoRing::forget_held() {
    held_.clear();
    held_bytes_ = 0;
}

// The oldest group of pictures.
void VideoRing::drop_group() {
    do {
        held_bytes_ -= held_.front().bytes;
        held_.pop_front();
    } while (!held_.empty() && !held_.front().key_frame);
}

void VideoRing::hold(Picture picture) {
    if (held_.empty() && !picture.key_frame) {
        return;
    }
    const Ticks now = picture.at;
    held_bytes_ += picture.bytes;
    held_.push_back(std::move(picture));
    while (!held_.empty() && (now - held_.front().at > kHeldFor || held_bytes_ > kHeldBytesMax)) {
        drop_group();
    }
}

// A group is worth nothing from the first picture on that lacks, and a file tells no hole.
void VideoRing::add(Picture picture) {
    const bool room = waiting_bytes_ + picture.bytes <= kWaitingBytesMax;
    if (!room || (leaving_out_ && !picture.key_frame)) {
        if (!std::exchange(leaving_out_, true)) {
            add_end();
        }
        // Not before a group has room, or the key frame itself is left out again.
        key_frame_wanted_ = key_frame_wanted_ || waiting_bytes_ <= kWaitingBytesMax / 2;
        ++left_out_;
        return;
    }
    leaving_out_ = false;
    waiting_bytes_ += picture.bytes;
    waiting_.push_back(std::move(picture));
}

void VideoRing::add_end() {
    if (waiting_.empty() || waiting_.back().sample) {
        waiting_.emplace_back();
    }
}

void VideoRing::push(GstSample* sample) {
    GstBuffer* buffer = gst_sample_get_buffer(sample);
    if (buffer == nullptr || gst_sample_get_caps(sample) == nullptr ||
        !GST_BUFFER_PTS_IS_VALID(buffer)) {
        return;
    }
    Picture picture;
    picture.sample.reset(gst_sample_ref(sample));
    picture.at = SystemClock{}.ticks();
    picture.bytes = gst_buffer_get_size(buffer);
    picture.key_frame = is_key_frame(buffer);
    {
        const std::lock_guard lock{mutex_};
        if (!writing_) {
            hold(std::move(picture));
            return;
        }
        add(std::move(picture));
    }
    changed_.notify_one();
}

void VideoRing::begin(Ticks since) {
    {
        const std::lock_guard lock{mutex_};
        if (std::exchange(writing_, true)) {
            return;
        }
        while (held_.size() > 1) {
            const auto next = std::find_if(held_.begin() + 1, held_.end(),
                                           [](const Picture& held) { return held.key_frame; });
            if (next == held_.end() || next->at > since) {
                break;
            }
            drop_group();
        }
        key_frame_wanted_ = held_.empty();
        for (Picture& held : held_) {
            add(std::move(held));
        }
        forget_held();
    }
    changed_.notify_one();
}

void VideoRing::end() {
    {
        const std::lock_guard lock{mutex_};
        if (!std::exchange(writing_, false)) {
            return;
        }
        add_end();
    }
    changed_.notify_one();
}

void VideoRing::encoder_changed() {
    {
        const std::lock_guard lock{mutex_};
        forget_held();
        add_end();
    }
    changed_.notify_one();
}

void VideoRing::run() {
    while (!stopping()) {
        step();
    }
    const Ticks end_by = SystemClock{}.ticks() + kEndWithin;
    while (!is_done() && SystemClock{}.ticks() < end_by) {
        step();
    }
    close_file();
    for (const File& file : closing_) {
        file->close();
        shelf_.end(file->path());
    }
    say_left_out();
}

void VideoRing::step() {
    if (Picture* const picture = wait_for_picture()) {
        if (picture->sample) {
            write(*picture);
        } else {
            close_file();
        }
        const std::lock_guard lock{mutex_};
        waiting_bytes_ -= picture->bytes;
        waiting_.pop_front();
    }
    const Ticks now = SystemClock{}.ticks();
    look_after_files(now);
    keep_limits(now);
}

// The first one, which stays where it is; null: none within a while, or none while too many files
// are not yet on the disk.
VideoRing::Picture* VideoRing::wait_for_picture() {
    std::unique_lock lock{mutex_};
    const bool behind = closing_.size() >= kClosingMax;
    if (behind) {
        changed_.wait_for(lock, kPollIntervalBehind);
        return nullptr;
    }
    if (waiting_.empty()) {
        const bool polls = file_ || !closing_.empty();
        changed_.wait_for(lock, stopping_ ? kPollIntervalBehind
                                : polls   ? kPollInterval
                                          : milliseconds{kLookInterval});
    }
    return waiting_.empty() ? nullptr : &waiting_.front();
}

bool VideoRing::stopping() const {
    const std::lock_guard lock{mutex_};
    return stopping_;
}

bool VideoRing::is_done() const {
    const std::lock_guard lock{mutex_};
    return waiting_.empty() && !file_ && closing_.empty();
}

void VideoRing::close_file() {
    if (file_) {
        file_->finish();
        closing_.push_back(std::exchange(file_, nullptr));
    }
}

VideoRing::File VideoRing::open_file(const Picture& picture) {
    const Ticks now = SystemClock{}.ticks();
    if (retry_at_ && now < *retry_at_) {
        return nullptr;
    }
    const std::int64_t first_us =
        SystemClock{}.utc_us() -
        std::chrono::duration_cast<std::chrono::microseconds>(now - picture.at).count();
    const auto give_up = [&](const Error& error) {
        retry_at_ = SystemClock{}.ticks() + kRetryPause;
        EMS_LOG(warn, "ring", "camera={} no file, again in {} s: {}", camera_, kRetryPause.count(),
                error.message());
        return nullptr;
    };
    auto path = shelf_.begin(camera_, first_us);
    if (!path) {
        return give_up(path.error());
    }
    auto opened = video::SegmentFile::open(shelf_.dir(), *path,
                                           gst_sample_get_caps(picture.sample.get()), first_us);
    if (!opened) {
        shelf_.end(*path);
        return give_up(opened.error());
    }
    retry_at_.reset();
    return *opened;
}

void VideoRing::write(const Picture& picture) {
    GstBuffer* buffer = gst_sample_get_buffer(picture.sample.get());
    const auto length_ns = static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::nanoseconds>(segment_).count());
    const auto is_full = [&] {
        return file_->age_ns(buffer) >= length_ns || file_bytes_ >= kFileBytes;
    };
    if (file_ && (!file_->takes(gst_sample_get_caps(picture.sample.get())) ||
                  (picture.key_frame && is_full()))) {
        close_file();
    }
    if (!file_ && picture.key_frame) {
        file_ = open_file(picture);
        file_bytes_ = 0;
    }
    file_bytes_ += picture.bytes;
    if (!file_) {
        ++left_out_;
        key_frame_wanted_ = key_frame_wanted_ || !picture.key_frame;
    } else if (!file_->push(buffer)) {
        ++left_out_;
        close_file(); // what follows is worth nothing without it
    }
}

void VideoRing::look_after_files(Ticks now) {
    const bool behind = closing_.size() >= kClosingMax;
    if (now - polled_at_ < (behind || stopping() ? kPollIntervalBehind : kPollInterval)) {
        return;
    }
    polled_at_ = now;
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
}

void VideoRing::keep_limits(Ticks now) {
    if (now - looked_at_ < kLookInterval) {
        return;
    }
    looked_at_ = now;
    say_left_out();
    shelf_.keep_limits(SystemClock{}.utc_us());
    if (file_ && !shelf_.has_room()) {
        close_file();
        retry_at_ = SystemClock{}.ticks() + kRetryPause;
    }
}

// Here, not where it is left out: who writes the log may wait for the same disk.
void VideoRing::say_left_out() {
    const std::uint64_t left_out = left_out_;
    if (left_out != left_out_said_) {
        EMS_LOG(warn, "ring", "camera={} the disk was behind, {} pictures were left out", camera_,
                left_out - left_out_said_);
        left_out_said_ = left_out;
    }
}

} // namespace ems::vehicle
