#include "telemetry/media/recorders.h"

#include <algorithm>
#include <utility>

namespace ems::media {
namespace {

void add_counts(const Recorder& recorder, RecorderFigures& to) {
    to.packets_dropped += recorder.packets_dropped();
    to.pictures_lost += recorder.pictures_lost();
    to.failures += recorder.failures();
}

} // namespace

Recorders::Recorders(Make make, OnSegment on_segment, OnKeyFrameWanted on_key_frame_wanted)
    : make_(std::move(make)), on_segment_(std::move(on_segment)),
      on_key_frame_wanted_(std::move(on_key_frame_wanted)) {}

void Recorders::push(const Hub::MediaPacket& packet, Ticks now) {
    auto found = recorders_.find(packet.camera);
    if (found == recorders_.end()) {
        if (recorders_.size() >= kRecordersMax) {
            ++gone_.packets_dropped;
            return;
        }
        found = recorders_.emplace(packet.camera, Kept{make_(packet.camera), now}).first;
    }
    found->second.packet_at = now;
    found->second.recorder->push(packet.bytes, packet.lost, packet.last_of_picture);
}

void Recorders::end(const CameraKey& camera) {
    const auto found = recorders_.find(camera);
    if (found != recorders_.end()) {
        found->second.recorder->end();
    }
}

void Recorders::cut(const CameraKey& camera, const std::string& path) {
    const auto found = recorders_.find(camera);
    if (found != recorders_.end()) {
        found->second.recorder->cut(path);
    }
}

void Recorders::end_all() {
    for (const auto& [camera, kept] : recorders_) {
        kept.recorder->end();
    }
}

bool Recorders::all_ended() const {
    return std::all_of(recorders_.begin(), recorders_.end(),
                       [](const auto& entry) { return entry.second.recorder->ended(); });
}

void Recorders::poll(Ticks now) {
    for (const auto& [camera, kept] : recorders_) {
        for (const Segment& segment : kept.recorder->poll()) {
            on_segment_(camera, segment);
        }
        if (kept.recorder->take_key_frame_request()) {
            on_key_frame_wanted_(camera);
        }
    }
    std::erase_if(recorders_, [&](const auto& entry) {
        const Kept& kept = entry.second;
        const bool over = kept.recorder->ended() && now - kept.packet_at > kKept;
        if (over) {
            add_counts(*kept.recorder, gone_);
        }
        return over;
    });
}

video::RecordingState Recorders::state(const CameraKey& camera) const {
    const auto found = recorders_.find(camera);
    return found == recorders_.end() ? video::RecordingState::unknown
                                     : found->second.recorder->state();
}

RecorderFigures Recorders::figures() const {
    RecorderFigures out = gone_;
    out.kept = recorders_.size();
    for (const auto& [camera, kept] : recorders_) {
        out.recording += kept.recorder->ended() ? 0U : 1U;
        out.failing += kept.recorder->failing() ? 1U : 0U;
        add_counts(*kept.recorder, out);
    }
    return out;
}

} // namespace ems::media
