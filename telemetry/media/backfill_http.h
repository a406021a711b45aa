// Back-fill over HTTPS, HTTP/1.1 (RFC 9112) on a connection of TlsListener:
//
//     PUT /backfill/v1/<vid>/<camera>/<first picture, us of UTC>-<length, ms>
//     Ems-Sha256: <hex>
//     Content-Range: bytes */<size>                   no body: asks how far it came
//     Content-Range: bytes <first>-<last>/<size>      a range
//
// Answers: 202 with Ems-Offset, where to go on; 201 it is recorded; 204 nothing lacks there; 400
// not understood; 403 the certificate is another vehicle's, or of none of ours; 404 a range that
// was never asked for; 413 size, length or time; 422 the bytes are not what was offered; 503 later;
// 507 no room.
//
// Bounds: a head of 8 KiB, a body of 256 KiB, 60 s for a request, one at a time.
#pragma once

#include "telemetry/media/backfill.h"
#include "telemetry/media/tls_listener.h"

namespace ems::media {

// `desk` outlives the listener that it is given to.
TlsListener::Serve backfill_over_http(Backfill& desk);

} // namespace ems::media
