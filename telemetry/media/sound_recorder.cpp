#include "telemetry/media/sound_recorder.h"

#include <utility>

#include "telemetry/base/log.h"

namespace ems::media {

void SoundRecorder::begin(const CameraKey& camera, Sound& sound, std::uint8_t payload_type) {
    auto made = TerminalSound::make(payload_type);
    if (!made) {
        EMS_LOG(warn, "jt1078", "sound is not recorded vid={} camera={}: {}", camera.vid,
                camera.camera, made.error().message());
    }
    sound.camera = camera.camera;
    sound.payload_type = payload_type;
    sound.encoder = made ? std::move(*made) : nullptr;
    sound.turn = ++turns_;
    sound.timestamp = 0;
    sound.next_ms = 0;
}

void SoundRecorder::take(const CameraKey& camera, std::uint8_t payload_type, std::uint64_t time_ms,
                         std::string_view body, Ticks now, std::int64_t arrived_us) {
    auto found = sounds_.find(camera.vid);
    if (found == sounds_.end()) {
        if (sounds_.size() >= kSoundsMax) {
            return;
        }
        found = sounds_.emplace(camera.vid, Sound{}).first;
        begin(camera, found->second, payload_type);
    }
    Sound& sound = found->second;
    if (sound.camera != camera.camera) {
        return;
    }
    sound.heard_at = now;
    const std::int64_t spoken_us = sound.time.spoken_us(time_ms, arrived_us);
    const auto pause = static_cast<std::uint64_t>(kSoundPause.count());
    const bool goes_on =
        sound.next_ms == 0 || (time_ms + pause > sound.next_ms && time_ms < sound.next_ms + pause);
    if (sound.payload_type != payload_type || !goes_on) {
        begin(camera, sound, payload_type);
    }
    if (sound.encoder) {
        // Where this one ends, as near as its first packet tells: 8 samples a millisecond.
        sound.next_ms = time_ms + body.size() / 8;
        sound.encoder->push(body, spoken_us);
    }
}

void SoundRecorder::hand_on(const std::string& vid, Sound& sound, std::int64_t now_us) {
    if (!sound.encoder) {
        return;
    }
    for (SoundPacket& packet : sound.encoder->poll()) {
        sound.timestamp += kOpusFrameSamples;
        out_({vid, VoiceDirection::from_cabin, sound.camera, sound.turn, sound.timestamp, now_us,
              packet.spoken_us, std::move(packet.opus)});
    }
}

void SoundRecorder::poll(Ticks now, std::int64_t now_us) {
    for (auto it = sounds_.begin(); it != sounds_.end();) {
        hand_on(it->first, it->second, now_us);
        it = now - it->second.heard_at > kSoundSilence ? sounds_.erase(it) : std::next(it);
    }
}

} // namespace ems::media
