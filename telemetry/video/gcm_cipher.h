// AES-128-GCM for libsrtp out of OpenSSL, whose context keeps the expanded key from packet to
// packet. Debian's libsrtp takes GCM from NSS, which makes a session and expands the key for every
// packet, and finds both behind one lock in tables that grow with the number of streams: of what
// relaying 100 cameras to 4 viewers each cost, more than half went there. Bytes on the wire are the
// same (RFC 7714); libsrtp tests a cipher against its own vectors before it takes it.
#pragma once

namespace ems::video {

// Streams made from now on use it, in the whole process. After srtp_init(). False: libsrtp refused
// it and keeps its own.
[[nodiscard]] bool use_own_gcm_cipher();

} // namespace ems::video
