// How far an attempt to reach a server came and what ended it, for whoever has to tell a person what to do about it.
#pragma once

#include <cstdint>
#include <string>

#include "telemetry/base/error.h"

namespace ems::client {

// In their order: an attempt that ended at one has passed all before it.
enum class ConnectStep : std::uint8_t {
    files,     // our own certificate, key and the authority's certificate can be used
    name,      // the server's name has an address
    tcp,       // somebody listens there
    tls,       // both sides have shown a certificate that the other believes
    protocol,  // and it speaks the console protocol
    log_in,    // the user is let in
    state,     // this server leads, and the role may see the state
};
inline constexpr int kConnectSteps = 7;

// What ended an attempt, as far as the machine can tell. answered: the server said no, and Error says why.
enum class ConnectCause : std::uint8_t {
    none,
    timed_out,
    file_unusable,        // Error names the file
    address_malformed,    // not HOST:PORT
    name_unknown,
    nobody_listens,
    unreachable,          // no way to that network or host
    closed,               // the other side hung up
    server_untrusted,     // its certificate is not of our authority
    server_name_differs,  // of our authority, for another name than the one asked for
    server_expired,
    server_not_yet_valid, // as our clock has it
    we_expired,           // the server says so of our certificate
    we_are_refused,       // the server does not want our certificate: revoked, unknown, of another authority
    not_the_centre,       // TLS came about, the console protocol did not
    answered,
    silent,               // let in once, and then nothing was heard
    other_world,          // a drill's where this client has shown the real world, or the reverse
};

enum class TrialState : std::uint8_t { untried, running, failed, live };

// The newest attempt at one server.
struct ConnectTrial {
    std::string server;
    TrialState state{TrialState::untried};
    ConnectStep step{ConnectStep::files};  // reached; of a failed one, where it ended
    ConnectCause cause{ConnectCause::none};
    Error error;
};

} // namespace ems::client
