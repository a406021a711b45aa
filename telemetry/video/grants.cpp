#include "telemetry/video/grants.h"

#include <utility>

#include "telemetry/seal/random.h"
#include "telemetry/video/grant_keys.h"

namespace ems::video {
namespace {

GrantColumn column(const ViewerGrant& grant, std::string_view name) {
    return {"media.viewer_grant", name, grant.grant_id};
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
    auto srtp = seal_grant_key(grant.srtp_key, column(grant, "srtp"), key);
    auto srtcp = seal_grant_key(grant.srtcp_key, column(grant, "srtcp"), key);
    if (!srtp || !srtcp) {
        return Failure{!srtp ? std::move(srtp).error() : std::move(srtcp).error()};
    }
    return SealedGrantKeys{std::move(*srtp), std::move(*srtcp)};
}

Result<void> open_grant(ViewerGrant& grant, const SealedGrantKeys& sealed,
                        const seal::DataKey& key) {
    const auto srtp = open_grant_key(sealed.srtp, column(grant, "srtp"), key);
    const auto srtcp = open_grant_key(sealed.srtcp, column(grant, "srtcp"), key);
    if (!srtp || !srtcp) {
        return Failure{!srtp ? srtp.error() : srtcp.error()};
    }
    grant.srtp_key = *srtp;
    grant.srtcp_key = *srtcp;
    return {};
}

} // namespace ems::video
