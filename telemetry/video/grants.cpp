#include "telemetry/video/grants.h"

#include "telemetry/seal/random.h"

namespace ems::video {
namespace {

std::string context(const ViewerGrant& grant, std::string_view column) {
    return "media.viewer_grant." + std::string{column} + "." + grant.grant_id;
}

} // namespace

ViewerGrant ViewerGrant::make() {
    ViewerGrant grant;
    grant.grant_id = seal::uuid_text();
    grant.ssrc = random_ssrc();
    grant.viewer_ssrc = random_ssrc();
    grant.srtp_key = MediaKey::random();
    grant.srtcp_key = MediaKey::random();
    return grant;
}

Result<SealedGrantKeys> seal_grant(const ViewerGrant& grant, const seal::DataKey& key) {
    auto srtp = key.seal(grant.srtp_key.reveal(), context(grant, "srtp"));
    if (!srtp) {
        return Failure{std::move(srtp).error()};
    }
    auto srtcp = key.seal(grant.srtcp_key.reveal(), context(grant, "srtcp"));
    if (!srtcp) {
        return Failure{std::move(srtcp).error()};
    }
    return SealedGrantKeys{std::move(*srtp), std::move(*srtcp)};
}

Result<void> open_grant(ViewerGrant& grant, const SealedGrantKeys& sealed,
                        const seal::DataKey& key) {
    const auto srtp = key.open(sealed.srtp, context(grant, "srtp"));
    if (!srtp) {
        return Failure{srtp.error()};
    }
    const auto srtcp = key.open(sealed.srtcp, context(grant, "srtcp"));
    if (!srtcp) {
        return Failure{srtcp.error()};
    }
    const auto srtp_key = MediaKey::from_bytes(*srtp);
    const auto srtcp_key = MediaKey::from_bytes(*srtcp);
    if (!srtp_key || !srtcp_key) {
        return fail(Code::corrupt, "the keys of grant " + grant.grant_id + " have a wrong size");
    }
    grant.srtp_key = *srtp_key;
    grant.srtcp_key = *srtcp_key;
    return {};
}

} // namespace ems::video
