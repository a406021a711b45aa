#include "telemetry/media/sound_recorder.h"

#include <utility>

#include "telemetry/base/log.h"

namespace ems::media {

bool SoundRecorder::may_tell(Sound& sound, Trouble trouble, Ticks now) {
    std::optional<Ticks>& told_at = sound.told_at[static_cast<std::size_t>(trouble)];
    if (told_at && now - *told_at < std::chrono::minutes{1}) {
        return false;
    }
    told_at = now;
    return true;
}

void SoundRecorder::begin(const CameraKey& camera, Sound& sound, std::uint8_t payload_type,
                          Ticks now) {
    auto made = TerminalSound::make(payload_type);
    if (!made && may_tell(sound, Trouble::unknown_encoding, now)) {
        EMS_LOG(warn, "jt1078", "sound is not recorded vid={} camera={}: {}", camera.vid,
                camera.camera, made.error().message());
    }
    sound.camera = camera.camera;
    sound.payload_type = payload_type;
    sound.encoder = made ? std::move(*made) : nullptr;
    sound.turn = ++figures_.turns;
    sound.began_at = now;
    sound.timestamp = 0;
    sound.next_ms = 0;
}

bool SoundRecorder::paused(const CameraKey& camera, Sound& sound, std::uint64_t time_ms,
                           Ticks now) {
    const auto pause = static_cast<std::uint64_t>(kSoundPause.count());
    if (sound.next_ms == 0 ||
        (time_ms + pause > sound.next_ms && time_ms < sound.next_ms + pause)) {
        return false;
    }
    const std::optional<Ticks> before = std::exchange(sound.stepped_at, now);
    if (now - sound.began_at >= kTurnLeast && (!before || now - *before >= kTurnLeast)) {
        return true;
    }
    ++figures_.steps_ignored;
    if (may_tell(sound, Trouble::time_steps, now)) {
        EMS_LOG(warn, "jt1078",
                "time of sound steps too often, filed by arrival vid={} camera={} ignored={}",
                camera.vid, camera.camera, figures_.steps_ignored);
    }
    return false;
}

void SoundRecorder::take(const CameraKey& camera, std::uint8_t payload_type, std::uint64_t time_ms,
                         std::string_view body, Ticks now, std::int64_t arrived_us) {
    auto found = sounds_.find(camera.vid);
    if (found == sounds_.end()) {
        if (sounds_.size() >= kSoundsMax) {
            return;
        }
        found = sounds_.emplace(camera.vid, Sound{}).first;
        begin(camera, found->second, payload_type, now);
    }
    Sound& sound = found->second;
    if (sound.camera != camera.camera) {
        return;
    }
    sound.heard_at = now;
    const bool another = sound.payload_type != payload_type;
    if (another && now - sound.began_at < kTurnLeast) {
        ++figures_.packets_dropped;
        if (may_tell(sound, Trouble::encodings_alternate, now)) {
            EMS_LOG(warn, "jt1078",
                    "encodings of sound change too often vid={} camera={} packets_dropped={}",
                    camera.vid, camera.camera, figures_.packets_dropped);
        }
        return;
    }
    // Of a time that steps on with each packet this is the arrival.
    const std::int64_t spoken_us = sound.time.spoken_us(time_ms, arrived_us);
    if (another || paused(camera, sound, time_ms, now)) {
        hand_on(camera.vid, sound, now, arrived_us); // goes with its encoder otherwise
        begin(camera, sound, payload_type, now);
    }
    if (sound.encoder) {
        // Where this one ends, as near as its first packet tells: 8 samples a millisecond.
        sound.next_ms = time_ms + body.size() / 8;
        sound.encoder->push(body, spoken_us);
    }
}

void SoundRecorder::hand_on(const std::string& vid, Sound& sound, Ticks now, std::int64_t now_us) {
    if (!sound.encoder) {
        return;
    }
    for (SoundPacket& packet : sound.encoder->poll()) {
        sound.timestamp += kOpusFrameSamples;
        out_({vid, VoiceDirection::from_cabin, sound.camera, sound.turn, sound.timestamp, now, now_us,
              packet.spoken_us, std::move(packet.opus)});
    }
}

void SoundRecorder::poll(Ticks now, std::int64_t now_us) {
    for (auto it = sounds_.begin(); it != sounds_.end();) {
        hand_on(it->first, it->second, now, now_us);
        it = now - it->second.heard_at > kSoundSilence ? sounds_.erase(it) : std::next(it);
    }
}

} // namespace ems::media
