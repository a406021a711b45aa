#include "console/app/recorded_media.h"

#include "telemetry/base/log.h"

#include <algorithm>
#include <span>
#include <utility>

namespace ems::console {
namespace {

constexpr int kSpeechSecondsMax = 120; // a file holds a minute

} // namespace

RecordedVideo::RecordedVideo() : thread_([this] { run(); }) {}

RecordedVideo::~RecordedVideo() {
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    wanted_.notify_one();
    thread_.join();
}

std::uint64_t RecordedVideo::want(std::shared_ptr<const std::string> file, std::int64_t offset_us) {
    std::uint64_t order = 0;
    {
        const std::lock_guard lock{mutex_};
        if (file == file_ && offset_us == offset_us_) {
            return order_; // it stands already, or is on its way
        }
        file_ = std::move(file);
        offset_us_ = offset_us;
        order = ++order_;
    }
    wanted_.notify_one();
    return order;
}

std::uint64_t RecordedVideo::fulfilled() const {
    const std::lock_guard lock{mutex_};
    return fulfilled_;
}

std::optional<RecordedPictures::Picture> RecordedVideo::take() {
    const std::lock_guard lock{mutex_};
    return std::exchange(newest_, std::nullopt);
}

void RecordedVideo::run() {
    std::shared_ptr<const std::string> open;
    std::unique_ptr<video::SegmentReader> reader;
    std::uint64_t done = 0;
    std::unique_lock lock{mutex_};
    while (!stopping_) {
        if (done == order_) {
            wanted_.wait(lock);
            continue;
        }
        done = order_;
        const auto file = file_;
        const std::int64_t offset_us = offset_us_;
        lock.unlock();
        if (file != open) {
            open = file;
            auto made = video::SegmentReader::open(file);
            if (!made) {
                EMS_LOG(warn, "video", "recording not opened: {}", made.error().message());
            }
            reader = made ? std::move(*made) : nullptr;
        }
        std::optional<Picture> got;
        if (reader) {
            reader->read(offset_us, [&](const video::RecordedPicture& p) {
                got = Picture{QImage{p.pixels, p.width, p.height, p.stride, QImage::Format_RGB32}.copy(), p.at_us, done,
                              p.apart_us};
            });
        }
        lock.lock();
        fulfilled_ = done;
        if (got) {
            newest_ = std::move(got);
        }
    }
}

RecordedVoice::RecordedVoice(SoundOut& out) : out_(out) {}

RecordedVoice::~RecordedVoice() = default;

void RecordedVoice::play(std::shared_ptr<const std::string> file, std::int64_t offset_us) {
    if (file != decoded_of_) {
        auto decoded = video::read_speech(file, kSoundRateHz, kSpeechSecondsMax);
        if (!decoded) {
            EMS_LOG(warn, "voice", "recording not decoded: {}", decoded.error().message());
        }
        samples_ = decoded ? std::move(*decoded) : std::vector<std::int16_t>{};
        decoded_of_ = std::move(file);
    }
    const auto skipped = static_cast<std::size_t>(std::max<std::int64_t>(0, offset_us) * kSoundRateHz / 1'000'000);
    if (skipped < samples_.size()) {
        out_.play(std::span{samples_}.subspan(skipped));
    }
}

void RecordedVoice::stop() {
    out_.stop();
}

} // namespace ems::console
