#include "telemetry/video/voice_grants.h"

#include "telemetry/seal/random.h"

namespace ems::video {
namespace {

std::string context(const VoiceGrant& grant, std::string_view column) {
    return "media.voice_grant." + std::string{column} + "." + grant.grant_id;
}

} // namespace

VoiceGrant VoiceGrant::make() {
    VoiceGrant grant;
    grant.grant_id = seal::uuid_text();
    grant.up_ssrc = random_ssrc();
    grant.down_ssrc = random_ssrc();
    grant.up_key = MediaKey::random();
    grant.down_key = MediaKey::random();
    return grant;
}

Result<SealedVoiceKeys> seal_voice_grant(const VoiceGrant& grant, const seal::DataKey& key) {
    auto up = key.seal(grant.up_key.reveal(), context(grant, "up"));
    if (!up) {
        return Failure{std::move(up).error()};
    }
    auto down = key.seal(grant.down_key.reveal(), context(grant, "down"));
    if (!down) {
        return Failure{std::move(down).error()};
    }
    return SealedVoiceKeys{std::move(*up), std::move(*down)};
}

Result<void> open_voice_grant(VoiceGrant& grant, const SealedVoiceKeys& sealed,
                              const seal::DataKey& key) {
    const auto up = key.open(sealed.up, context(grant, "up"));
    const auto down = key.open(sealed.down, context(grant, "down"));
    if (!up || !down) {
        return Failure{!up ? up.error() : down.error()};
    }
    const auto up_key = MediaKey::from_bytes(*up);
    const auto down_key = MediaKey::from_bytes(*down);
    if (!up_key || !down_key) {
        return fail(Code::corrupt, "the keys of grant " + grant.grant_id + " have a wrong size");
    }
    grant.up_key = *up_key;
    grant.down_key = *down_key;
    return {};
}

} // namespace ems::video
