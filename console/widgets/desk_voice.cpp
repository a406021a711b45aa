// On whose line this desk is: grants asked for, renewed before their end, and given back.
#include "console/widgets/desk.h"

namespace ems::console {
namespace {

constexpr std::int64_t kSecondUs = 1'000'000;
// Longer than a fail-over or a stall of the database, with tries to spare.
constexpr std::int64_t kVoiceRenewBeforeUs = 60 * kSecondUs;
constexpr std::int64_t kVoiceRetryUs = 3 * kSecondUs;
constexpr std::int64_t kVoiceRefusedUs = 27 * kSecondUs; // then again after as much and a usual retry

} // namespace

std::int64_t Desk::lineUnit() const {
    return joined_unit_ != 0 ? joined_unit_ : watching_ ? watched_unit_ : 0;
}

bool Desk::joinLine(std::int64_t unit_id) {
    if (!isLive() || leaving_) {
        return false;
    }
    joined_unit_ = unit_id;
    if (!voice_grant_) {
        voice_asked_us_ = kLongAgoUs; // a person waits for it, whatever was refused before
    }
    keepVoice();
    return true;
}

void Desk::leaveLine() {
    if (joined_unit_ != 0) {
        joined_unit_ = 0;
        keepVoice();
    }
}

// The physician hears the crew's key and call while the patient's view is shown, a dispatcher on the line that was joined.
void Desk::keepVoice() {
    const std::int64_t unit = lineUnit();
    if (unit == 0 || (voice_grant_ && voice_grant_->unit_id() != unit)) {
        leaveVoice();
    }
    const std::int64_t now = monotonicUs();
    const bool expires = voice_grant_ && state_.server_us(localUs()) > voice_grant_->expires_us() - kVoiceRenewBeforeUs;
    if (unit == 0 || !isLive() || (voice_grant_ && !expires) || now - voice_asked_us_ < kVoiceRetryUs) {
        return;
    }
    voice_asked_us_ = now;
    api::ClientFrame voice;
    voice.mutable_open_voice()->set_unit_id(unit);
    ask(std::move(voice), Asked::voice);
}

void Desk::takeVoiceGrant(const api::VoiceGrant& grant) {
    if (grant.unit_id() != lineUnit()) { // left before it came
        stopVoice(grant.unit_id());
        return;
    }
    line_refusal_.clear();
    voice_grant_ = grant;
    emit voiceGrantChanged();
}

void Desk::refuseVoice(const QString& why) {
    const bool is_on_the_line = voice_grant_ && state_.server_us(localUs()) < voice_grant_->expires_us();
    if (!is_on_the_line) { // else a renewal, and time is short
        voice_asked_us_ = monotonicUs() + kVoiceRefusedUs; // not entitled, or no server that could
        line_refusal_ = why;
    }
}

void Desk::stopVoice(std::int64_t unit) {
    api::ClientFrame stop;
    stop.mutable_open_voice()->set_unit_id(unit);
    stop.mutable_open_voice()->set_stop(true);
    ask(std::move(stop), Asked::none);
}

void Desk::leaveVoice() {
    voice_asked_us_ = kLongAgoUs;
    line_refusal_.clear();
    if (!voice_grant_) {
        return;
    }
    stopVoice(voice_grant_->unit_id());
    voice_grant_.reset();
    emit voiceGrantChanged();
}

} // namespace ems::console
