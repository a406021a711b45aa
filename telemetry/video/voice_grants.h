// A console's right to a vehicle's line: made by the server that checks roles, kept in
// media.voice_grant (migration 0055), obeyed by ems-mediad. Made and revoked as a viewer's
// (grants.h): make(), seal_voice_grant(), kCreateVoiceGrantSql; kRevokeVoiceGrantSql ends it within
// a second.
//
// One key for each direction. Speech down comes with an SSRC of down_ssrc | generation, speech up
// goes with up_ssrc | generation, reports up with up_ssrc itself: a restarted ems-mediad counts the
// generation up, so that neither end meets a (key, SSRC, number) twice and speech recorded before the
// restart is of a stream that is not any more. A grant belongs to one endpoint object.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "telemetry/base/result.h"
#include "telemetry/seal/data_key.h"
#include "telemetry/video/grants.h"
#include "telemetry/video/srtp.h"

namespace ems::video {

struct VoiceGrant {
    std::string grant_id;       // UUID
    std::uint32_t up_ssrc{0};   // low byte 0
    std::uint32_t down_ssrc{0}; // low byte 0
    MediaKey up_key;            // console to server
    MediaKey down_key;          // server to console

    static VoiceGrant make();
};

struct SealedVoiceKeys {
    std::string up;
    std::string down;
};

// Errors: the key's.
Result<SealedVoiceKeys> seal_voice_grant(const VoiceGrant& grant, const seal::DataKey& key);
// Fills only the keys. Errors: seal (another key or another row), corrupt.
Result<void> open_voice_grant(VoiceGrant& grant, const SealedVoiceKeys& sealed,
                              const seal::DataKey& key);

// $1 grant id text, $2 vid text, $3 user text, $4 role text (physician, dispatcher), $5 up ssrc
// bigint, $6 down ssrc bigint, $7 up key bytea, $8 down key bytea, $9 lifetime in seconds,
// $10 desk text, $11 incident bigint (grants.h).
// One row: host, port, expires_us, tls_port, tls_name; none: no media server is alive.
inline constexpr std::string_view kCreateVoiceGrantSql =
    "select host, port, expires_us, tls_port, tls_name from media.create_voice_grant("
    "$1::text, $2::text, $3::text, $4::text, $5::bigint, $6::bigint, $7::bytea, $8::bytea, "
    "$9::int, $10::text, $11::bigint)";
// $1 grant id. Affects no row when it ended before.
inline constexpr std::string_view kRevokeVoiceGrantSql =
    "update media.voice_grant set revoked_at = clock_timestamp() "
    "where grant_id = $1::text and revoked_at is null";

} // namespace ems::video
