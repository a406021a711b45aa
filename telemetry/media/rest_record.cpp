#include "telemetry/media/rest_record.h"

#include <algorithm>

namespace ems::media {

void RestRecord::hear(const CameraKey& camera, Ticks anew, Ticks newest, Ticks now,
                      std::int64_t now_us) {
    if (newest == Ticks{}) {
        return; // a new session of the hub: what was said before stays true
    }
    const auto us = [&](Ticks at) {
        return now_us - std::chrono::duration_cast<std::chrono::microseconds>(now - at).count();
    };
    Camera& known = cameras_[camera];
    if (anew != Ticks{} && anew != known.anew) {
        known.anew = anew;
        if (waiting_.size() < kWaitingMax) {
            waiting_.push_back({camera, us(anew), known.newest_us});
        } else {
            ++dropped_;
        }
    }
    if (newest != known.newest) {
        known.newest = newest;
        known.newest_us = us(newest);
    }
}

void RestRecord::forget_unless(const std::function<bool(const CameraKey&)>& wanted) {
    std::erase_if(cameras_, [&](const auto& entry) { return !wanted(entry.first); });
}

const RestRecord::Word*
RestRecord::next(const std::function<bool(const CameraKey&)>& waits) const {
    const auto found = std::find_if(waiting_.begin(), waiting_.end(),
                                    [&](const Word& word) { return !waits(word.camera); });
    return found == waiting_.end() ? nullptr : &*found;
}

void RestRecord::written(const Word& word) {
    const auto found = std::find_if(waiting_.begin(), waiting_.end(), [&](const Word& waiting) {
        return waiting.camera == word.camera && waiting.said_us == word.said_us;
    });
    if (found != waiting_.end()) {
        waiting_.erase(found);
    }
}

std::vector<RestRecord::Until> RestRecord::take_moved() {
    std::vector<Until> out;
    for (auto& [camera, known] : cameras_) {
        const bool owed = std::any_of(waiting_.begin(), waiting_.end(), [&](const Word& word) {
            return word.camera == camera;
        });
        if (!owed && known.newest_us > known.written_us) {
            known.written_us = known.newest_us;
            out.push_back({camera, known.newest_us});
        }
    }
    return out;
}

void RestRecord::put_back(const std::vector<Until>& words) {
    for (const Until& word : words) {
        if (const auto found = cameras_.find(word.camera); found != cameras_.end()) {
            found->second.written_us = 0;
        }
    }
}

} // namespace ems::media
