#include "telemetry/video/voice_grants.h"

#include <utility>

#include "telemetry/seal/random.h"
#include "telemetry/video/grant_keys.h"

namespace ems::video {
namespace {

GrantColumn column(const VoiceGrant& grant, std::string_view name) {
    return {"media.voice_grant", name, grant.grant_id};
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
    auto up = seal_grant_key(grant.up_key, column(grant, "up"), key);
    auto down = seal_grant_key(grant.down_key, column(grant, "down"), key);
    if (!up || !down) {
        return Failure{!up ? std::move(up).error() : std::move(down).error()};
    }
    return SealedVoiceKeys{std::move(*up), std::move(*down)};
}

Result<void> open_voice_grant(VoiceGrant& grant, const SealedVoiceKeys& sealed,
                              const seal::DataKey& key) {
    const auto up = open_grant_key(sealed.up, column(grant, "up"), key);
    const auto down = open_grant_key(sealed.down, column(grant, "down"), key);
    if (!up || !down) {
        return Failure{!up ? up.error() : down.error()};
    }
    grant.up_key = *up;
    grant.down_key = *down;
    return {};
}

} // namespace ems::video
