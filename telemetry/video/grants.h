// A viewer's right to one camera: made by the server that checks roles, kept in media.viewer_grant
// (migration 0030), obeyed by ems-mediad. Making one takes three steps:
//
//     const ViewerGrant grant = ViewerGrant::make();
//     const auto sealed = seal_grant(grant, data_key);      // keys leave the process only sealed
//     execute kCreateViewerGrantSql with: grant.grant_id, vid, camera, user name, grant.ssrc,
//     grant.viewer_ssrc,
//                                         sealed.srtp (bytea), sealed.srtcp (bytea), lifetime in
//                                         seconds, desk, incident
//
// The statement returns one row: host (text), port (int), expires_us (bigint), tls_port (int),
// where the same packets come by TLS, 0 for nowhere, and tls_name (text) of the certificate
// expected there. No row: no media server is alive. It may run inside the transaction that writes
// the audit row; ems-mediad hears of it by NOTIFY ems_media at commit. Revoking:
// kRevokeViewerGrantSql with the grant's id; the viewer gets nothing more within one second. Revoke
// all grants of a session that logs out. A grant belongs to one receiver object: a new tile, a
// restarted console takes a new one.
//
// SSRC family: ems-mediad sends with an SSRC of grant.ssrc | generation, and counts the generation
// up in the database each time a process takes the grant over. Packet numbers can thus begin anew
// after a crash without ever using a (key, SSRC, index) twice, and the receiver needs no word about
// it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "telemetry/base/result.h"
#include "telemetry/seal/data_key.h"
#include "telemetry/video/srtp.h"

namespace ems::video {

inline constexpr std::uint32_t kGenerationMask = 0xFF;

struct ViewerGrant {
    std::string grant_id;         // UUID
    std::uint32_t ssrc{0};        // base of the family the stream comes with; low byte 0
    std::uint32_t viewer_ssrc{0}; // of the viewer's reports
    MediaKey srtp_key;            // server to viewer
    MediaKey srtcp_key;           // viewer to server

    static ViewerGrant make();
};

struct SealedGrantKeys {
    std::string srtp;
    std::string srtcp;
};

// Errors: none that a caller can cause; the Result is the key's.
Result<SealedGrantKeys> seal_grant(const ViewerGrant& grant, const seal::DataKey& key);
// The keys of a grant read back; fills only srtp_key and srtcp_key. Errors: seal (another key or
// another row).
Result<void> open_grant(ViewerGrant& grant, const SealedGrantKeys& sealed,
                        const seal::DataKey& key);

// $1 grant id text, $2 vid text, $3 camera text, $4 user text, $5 ssrc bigint, $6 viewer ssrc
// bigint, $7 bytea, $8 bytea, $9 lifetime in seconds (1 to 43200), $10 the desk (CN of its
// certificate), $11 the incident that the vehicle serves, 0 for none: with it the grant ends.
inline constexpr std::string_view kCreateViewerGrantSql =
    "select host, port, expires_us, tls_port, tls_name from media.create_viewer_grant("
    "$1::text, $2::text, $3::text, $4::text, $5::bigint, $6::bigint, $7::bytea, $8::bytea, "
    "$9::int, $10::text, $11::bigint)";
// $1 grant id. Affects no row when it ended before.
inline constexpr std::string_view kRevokeViewerGrantSql =
    "update media.viewer_grant set revoked_at = clock_timestamp() "
    "where grant_id = $1::text and revoked_at is null";

} // namespace ems::video
