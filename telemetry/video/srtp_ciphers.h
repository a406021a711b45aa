// AES-128 for libsrtp out of OpenSSL: GCM for packets, counter mode for the keys that are derived
// of a session's. OpenSSL's context keeps the expanded key from packet to packet. Debian's libsrtp
// takes both from NSS, which makes a session and expands the key for every packet, and finds both
// behind one lock in tables that grow with the number of streams: of what relaying 100 cameras to 4
// viewers each cost, more than half went there. Both are taken, since a process in which only
// derived keys want NSS loads and unloads its libraries for each stream. Bytes on the wire are the
// same (RFC 3711, RFC 7714); libsrtp tests a cipher against its own vectors before it takes it.
#pragma once

namespace ems::video {

// Streams made from now on use them, in the whole process. After srtp_init(). False: libsrtp
// refused one and keeps its own.
[[nodiscard]] bool use_openssl_ciphers();

} // namespace ems::video
