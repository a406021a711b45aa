#include "telemetry/video/relay.h"

#include <algorithm>

#include "telemetry/base/assert.h"

namespace ems::video {

Relay::Relay(std::size_t viewers_max) : viewers_(viewers_max) {
    copies_.reserve(viewers_max);
}

Result<Relay::Slot> Relay::add(std::uint32_t ssrc) {
    const auto free = std::find_if(viewers_.begin(), viewers_.end(),
                                   [](const Viewer& viewer) { return !viewer.used; });
    if (free == viewers_.end()) {
        return fail(Code::full, "the camera has as many viewers as it may");
    }
    *free = Viewer{};
    free->used = true;
    free->ssrc = ssrc;
    return static_cast<Slot>(free - viewers_.begin());
}

void Relay::remove(Slot slot) {
    EMS_ASSERT(slot < viewers_.size());
    viewers_[slot].used = false;
}

void Relay::pause(Slot slot) {
    EMS_ASSERT(slot < viewers_.size());
    viewers_[slot].paused = true;
    viewers_[slot].waiting = true;
}

void Relay::resume(Slot slot) {
    EMS_ASSERT(slot < viewers_.size());
    if (viewers_[slot].paused) {
        viewers_[slot].paused = false;
        want_key_frame();
    }
}

std::size_t Relay::viewers() const {
    return static_cast<std::size_t>(std::count_if(
        viewers_.begin(), viewers_.end(), [](const Viewer& viewer) { return viewer.used; }));
}

void Relay::begin_stretch(Viewer& viewer, const RtpView& packet, std::uint32_t session, Ticks now) {
    viewer.waiting = false;
    viewer.session = session;
    viewer.started_at = now;
    viewer.first_in = packet.seq;
    viewer.first_picture.reset();
    const auto next = static_cast<std::uint16_t>(viewer.newest_out + 1);
    const std::uint16_t out = viewer.sent_any ? next : packet.seq;
    viewer.offset = static_cast<std::uint16_t>(out - packet.seq);
    if (!viewer.sent_any) {
        // No number before it was given to him; one beyond the wrap would begin his key's count
        // anew.
        viewer.first_in = static_cast<std::uint16_t>(packet.seq - std::min(packet.seq, kBeforeFirst));
        viewer.first_picture = packet.timestamp;
        viewer.first_seq = packet.seq;
        viewer.newest_timestamp = packet.timestamp;
        viewer.newest_at = now;
    }
}

// A straggler from before this stretch would take a number that was given away already, or is of a
// picture that is of no use to him.
bool Relay::is_before_stretch(const Viewer& viewer, const RtpView& packet) {
    const auto behind = [&](std::uint16_t first) {
        const std::int32_t distance = seq_distance(packet.seq, first);
        return distance < 0 && distance > -1024;
    };
    const bool of_another = viewer.first_picture && *viewer.first_picture != packet.timestamp;
    return behind(viewer.first_in) || (of_another && behind(viewer.first_seq));
}

Relay::Copy Relay::copy_for(Viewer& viewer, Slot slot, const RtpView& packet, Ticks now) {
    Copy copy;
    copy.slot = slot;
    copy.ssrc = viewer.ssrc;
    copy.seq = static_cast<std::uint16_t>(packet.seq + viewer.offset);
    copy.timestamp = packet.timestamp + viewer.timestamp_offset;
    if (!viewer.sent_any || seq_distance(copy.seq, viewer.newest_out) > 0) {
        viewer.newest_out = copy.seq;
        viewer.newest_timestamp = copy.timestamp;
        viewer.newest_at = now;
        viewer.sent_any = true;
    }
    return copy;
}

std::span<const Relay::Copy> Relay::forward(const RtpView& packet, std::uint32_t session,
                                            Ticks now) {
    copies_.clear();
    const bool key_frame = starts_key_frame(packet.payload);
    for (Slot slot = 0; slot < viewers_.size(); ++slot) {
        Viewer& viewer = viewers_[slot];
        if (!viewer.used || viewer.paused) {
            continue;
        }
        if (!viewer.waiting && viewer.session != session) {
            viewer.waiting =
                true; // the decoder cannot use pictures that refer to another session's
        }
        if (viewer.waiting) {
            if (!key_frame) {
                continue;
            }
            if (viewer.sent_any && viewer.session != session) {
                // Another session's clock starts anywhere: go on from the last picture by the time
                // that passed.
                const auto passed =
                    std::chrono::duration_cast<std::chrono::microseconds>(now - viewer.newest_at);
                const auto ticks = static_cast<std::uint32_t>(passed.count() * 9 / 100);
                viewer.timestamp_offset =
                    viewer.newest_timestamp + std::max(ticks, 1U) - packet.timestamp;
            }
            begin_stretch(viewer, packet, session, now);
        }
        if (is_before_stretch(viewer, packet)) {
            continue;
        }
        copies_.push_back(copy_for(viewer, slot, packet, now));
        // Stragglers are at most a replay window old, so the mark follows at that distance and the
        // circle can wrap.
        if (seq_distance(packet.seq, viewer.first_in) > 4096) {
            const auto moved = static_cast<std::uint16_t>(packet.seq - 2048);
            viewer.first_in = moved;
            viewer.first_picture.reset();
        }
    }
    return copies_;
}

std::optional<Relay::Source> Relay::source_of(Slot slot, std::uint16_t seq_out) const {
    EMS_ASSERT(slot < viewers_.size());
    const Viewer& viewer = viewers_[slot];
    const auto seq = static_cast<std::uint16_t>(seq_out - viewer.offset);
    if (!viewer.used || viewer.paused || !viewer.sent_any ||
        seq_distance(seq_out, viewer.newest_out) > 0 || seq_distance(seq, viewer.first_in) < 0) {
        return std::nullopt;
    }
    return Source{viewer.session, seq, viewer.timestamp_offset};
}

void Relay::dropped(Slot slot) {
    EMS_ASSERT(slot < viewers_.size());
    Viewer& viewer = viewers_[slot];
    if (viewer.waiting) {
        return; // more of what was dropped
    }
    viewer.waiting = true;
    const bool soon = viewer.newest_at - viewer.started_at < kSoonDropped;
    viewer.back_off = soon ? std::clamp(2 * viewer.back_off, kKeyFrameInterval, kBackOffMax)
                           : std::chrono::milliseconds{0};
    viewer.asks_from = viewer.newest_at + viewer.back_off;
}

void Relay::want_key_frame(Slot slot, Ticks now) {
    EMS_ASSERT(slot < viewers_.size());
    if (now >= viewers_[slot].asks_from) {
        want_key_frame();
    }
}

bool Relay::take_key_frame_request(Ticks now) {
    const bool waiting = std::any_of(viewers_.begin(), viewers_.end(), [&](const Viewer& viewer) {
        return viewer.used && !viewer.paused && viewer.waiting && now >= viewer.asks_from;
    });
    if (!key_frame_wanted_ && !waiting) {
        return false;
    }
    if (key_frame_asked_ && now - *key_frame_asked_ < kKeyFrameInterval) {
        return false;
    }
    key_frame_asked_ = now;
    key_frame_wanted_ = false;
    return true;
}

std::uint32_t ReceptionCounter::received(std::uint16_t seq) {
    ++packets_;
    if (!started_) {
        started_ = true;
        first_ = highest_ = seq;
        return 0;
    }
    const std::int32_t ahead = seq_distance(seq, static_cast<std::uint16_t>(highest_ & 0xFFFF));
    if (ahead <= 0) {
        return 0;
    }
    highest_ += static_cast<std::uint32_t>(ahead);
    return static_cast<std::uint32_t>(ahead) - 1;
}

void ReceptionCounter::start_over() {
    if (started_) {
        expected_before_ += highest_ - first_ + 1U;
        started_ = false;
    }
}

std::uint64_t ReceptionCounter::lost() const {
    const std::uint64_t expected =
        expected_before_ + (started_ ? std::uint64_t{highest_ - first_} + 1U : 0U);
    return expected > packets_ ? expected - packets_ : 0;
}

} // namespace ems::video
