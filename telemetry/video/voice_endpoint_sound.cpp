#include <utility>

#include "telemetry/base/log.h"
#include "telemetry/video/voice_endpoint_parts.h"

namespace ems::video {

using std::chrono::milliseconds;

namespace {

constexpr milliseconds kDeviceRetry{10'000};
constexpr milliseconds kRebuildPause{2'000};
constexpr milliseconds kEchoPause{60'000}; // each time breaks the sound off for a moment

} // namespace

void GstVoiceEndpoint::note_failure(const std::string& reason, Ticks now) {
    EMS_LOG(warn, "voice", "sound fails: {}", reason);
    const std::lock_guard lock{mutex_};
    // Words begin with the element that failed (pipeline.h).
    without_source_ = without_source_ || reason.starts_with("microphone");
    without_sink_ = without_sink_ || reason.starts_with("loudspeaker");
    whole_again_at_ = now + kDeviceRetry;
    rebuild_at_ = without_source_ || without_sink_ ? now : now + kRebuildPause;
    status_.problem = reason;
    status_.microphone_fails = without_source_;
    status_.loudspeaker_fails = without_sink_;
}

void GstVoiceEndpoint::build(Ticks now) {
    VoiceDevices devices = options_.devices;
    if (without_source_) {
        devices.source = "none";
    }
    if (without_sink_) {
        devices.sink = "none";
    }
    VoiceCallbacks callbacks;
    callbacks.encoded = [this](std::span<const std::uint8_t> rtp, Ticks captured_at) {
        send_speech(rtp, captured_at);
    };
    callbacks.captured = options_.captured;
    callbacks.spoken = options_.spoken;
    callbacks.played = options_.played;
    {
        const std::lock_guard lock{mutex_};
        ++builds_;
    }
    auto made = VoicePipeline::make(devices, std::move(callbacks), echo_delay_);
    if (!made) {
        note_failure(made.error().detail, now);
        return;
    }
    const std::lock_guard lock{mutex_};
    pipeline_ = std::move(*made);
    jitter_set_ = JitterTarget::kLeast;
    follow_gate(now);
    if (!without_source_ && !without_sink_) {
        status_.problem.clear();
        status_.microphone_fails = status_.loudspeaker_fails = false;
        whole_again_at_.reset();
    }
}

// A canceller that learned where there is no echo hardly comes back from it. Again after a while, so
// that a delay that was found wrongly, on a machine out of breath, does not stay.
void GstVoiceEndpoint::follow_echo(Ticks now) {
    const bool waits = echo_followed_at_ && now - *echo_followed_at_ < kEchoPause;
    if (!pipeline_ || waits || !pipeline_->is_worth_building_anew()) {
        return;
    }
    echo_followed_at_ = now;
    std::unique_ptr<VoicePipeline> ended;
    {
        const std::lock_guard lock{mutex_};
        echo_delay_ = pipeline_->echo_delay();
        ended = std::move(pipeline_);
        pipeline_.reset();
    }
    EMS_LOG(info, "voice", "an echo comes back after {} ms: sound begins anew with that",
            echo_delay_ ? echo_delay_->count() : 0);
}

void GstVoiceEndpoint::look_after_devices(Ticks now) {
    bool joined = false;
    std::unique_ptr<VoicePipeline> ended;
    {
        const std::lock_guard lock{mutex_};
        joined = session_.has_value();
        const bool whole_again = whole_again_at_ && now >= *whole_again_at_ &&
                                 (without_source_ || without_sink_);
        if (!joined || whole_again) {
            ended = std::move(pipeline_);
            pipeline_.reset();
            without_source_ = without_sink_ = false;
        }
    }
    ended.reset(); // its threads may wait for the mutex
    if (!joined) {
        return;
    }
    if (pipeline_) {
        const Pipeline::Words words = pipeline_->poll();
        if (words.error) {
            {
                const std::lock_guard lock{mutex_};
                ended = std::move(pipeline_);
                pipeline_.reset();
            }
            ended.reset();
            note_failure(*words.error, now);
        }
    }
    follow_echo(now);
    if (!pipeline_ && (!rebuild_at_ || now >= *rebuild_at_)) {
        rebuild_at_.reset();
        build(now);
    }
}

} // namespace ems::video
