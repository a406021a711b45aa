#include "vehicle/agent/voice.h"

#include <cmath>
#include <utility>

#include "telemetry/video/voice_endpoint.h"

namespace ems::vehicle {
namespace {

VoiceLine::Speaker speaker_of(video::Speaker speaker) {
    switch (speaker) {
    case video::Speaker::nobody:
        return VoiceLine::NOBODY;
    case video::Speaker::crew:
        return VoiceLine::CREW;
    case video::Speaker::console:
        return VoiceLine::CONSOLE;
    }
    return VoiceLine::NOBODY;
}

VoiceLine::Verdict verdict_of(video::FloorVerdict verdict) {
    switch (verdict) {
    case video::FloorVerdict::idle:
        return VoiceLine::IDLE;
    case video::FloorVerdict::granted:
        return VoiceLine::GRANTED;
    case video::FloorVerdict::denied:
        return VoiceLine::DENIED;
    case video::FloorVerdict::revoked:
        return VoiceLine::REVOKED;
    }
    return VoiceLine::IDLE;
}

VoiceLine::Role role_of(video::SpeakerRole role) {
    switch (role) {
    case video::SpeakerRole::unknown:
        return VoiceLine::ROLE_UNKNOWN;
    case video::SpeakerRole::dispatcher:
        return VoiceLine::DISPATCHER;
    case video::SpeakerRole::physician:
        return VoiceLine::PHYSICIAN;
    }
    return VoiceLine::ROLE_UNKNOWN;
}

const char* reason_of(video::FloorReason reason) {
    switch (reason) {
    case video::FloorReason::none:
        return "";
    case video::FloorReason::taken:
        return "taken";
    case video::FloorReason::line_open:
        return "line_open";
    case video::FloorReason::timed_out:
        return "timed_out";
    case video::FloorReason::silent:
        return "silent";
    case video::FloorReason::preempted:
        return "preempted";
    case video::FloorReason::not_entitled:
        return "not_entitled";
    }
    return "";
}

class EndpointVoice final : public Voice {
  public:
    EndpointVoice(std::unique_ptr<video::VoiceEndpoint> endpoint, video::StreamFiles certificates)
        : certificates_(std::move(certificates)), endpoint_(std::move(endpoint)) {}

    Result<void> start(const wire::MediaSession& session) override {
        if (session.port() > 65'535) {
            return fail(Code::invalid_argument, "the session's port is none");
        }
        return endpoint_->join({session.session_id(), session.host(),
                                static_cast<std::uint16_t>(session.port()),
                                session.voice().up_ssrc(), session.voice().down_ssrc(),
                                session.voice().up_key(), session.voice().down_key(),
                                session.expires_us(),
                                video::stream_target(session.host(), session.tls_port(),
                                                     session.tls_name(), certificates_)});
    }
    void stop() override { endpoint_->leave(); }
    void press(const TalkKey& key) override {
        if (key.close_line()) {
            endpoint_->wish(video::LineWish::closed);
        }
        endpoint_->press(key.key() == TalkKey::PRESSED     ? video::Talk::normal
                         : key.key() == TalkKey::EMERGENCY ? video::Talk::emergency
                                                           : video::Talk::none);
    }
    void tell_clock(const std::optional<video::MarkClock>& clock) override { endpoint_->tell_clock(clock); }
    [[nodiscard]] VoiceLine line() const override {
        const video::VoiceStatus status = endpoint_->status();
        VoiceLine line;
        line.set_connected(status.connected);
        line.set_open_line(status.line.mode == video::FloorMode::open_line);
        line.set_speaker(speaker_of(status.line.speaker));
        line.set_speaker_name(status.line.name);
        line.set_verdict(verdict_of(status.line.yours.verdict));
        line.set_reason(reason_of(status.line.yours.reason));
        line.set_consoles(status.line.consoles);
        line.set_left_ms(status.line.left_ms);
        line.set_spoken_dbfs(static_cast<std::int32_t>(std::lround(status.spoken.rms_dbfs)));
        line.set_heard_dbfs(static_cast<std::int32_t>(std::lround(status.heard.rms_dbfs)));
        line.set_problem(status.problem);
        line.set_speaker_role(role_of(status.line.speaker_role));
        line.set_emergency(status.line.speaker == video::Speaker::crew &&
                           status.line.urgency == video::Urgency::emergency);
        line.set_no_microphone(status.microphone_fails);
        line.set_no_loudspeaker(status.loudspeaker_fails);
        return line;
    }
    [[nodiscard]] std::string health() const override {
        const video::VoiceStatus status = endpoint_->status();
        return !status.joined ? "off" : status.problem.empty() ? "ok" : status.problem;
    }

  private:
    const video::StreamFiles certificates_;
    std::unique_ptr<video::VoiceEndpoint> endpoint_;
};

} // namespace

Result<std::unique_ptr<Voice>> make_voice(const VoiceConfig& config) {
    video::VoiceOptions options;
    options.side = video::Side::crew;
    options.devices.source = config.source;
    options.devices.sink = config.sink;
    auto endpoint = video::VoiceEndpoint::make(std::move(options));
    if (!endpoint) {
        return Failure{std::move(endpoint).error()};
    }
    return std::unique_ptr<Voice>{
        std::make_unique<EndpointVoice>(std::move(*endpoint), config.certificates)};
}

} // namespace ems::vehicle
