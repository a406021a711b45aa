// The centre's private certificate authority in one folder: ca.crt, ca.key, ca.crl, <cn>.crt and <cn>.key for every
// server, vehicle and desk, command.key/.pub (Ed25519, orders), data.key (column encryption) and jt808.key (codes of vehicle
// terminals). Certificates' keys are ECDSA P-256.
// issued/<serial>.crt keeps a copy of each certificate made, so revoking a name revokes all of them.
// Every function may be repeated harmlessly; a lock file serialises callers of one folder.
#pragma once

#include <cstdint>
#include <string>

#include "telemetry/base/result.h"

namespace ems::admin {

enum class Existing { keep, replace };

// Makes what is missing; `replace` throws the whole authority away and starts a new one.
Result<void> pki_init(const std::string& dir, Existing existing);

// A certificate for server and client authentication, with the names DNS:localhost, DNS:<cn>, IP:127.0.0.1.
// One that is valid for 30 days yet, unrevoked and fits its key is kept. Errors: invalid_argument (cn), not_found (no
// authority in dir), io, tls.
Result<void> pki_issue(const std::string& dir, const std::string& cn, std::int64_t days);

// Puts every certificate of the name on ca.crl. Errors: not_found.
Result<void> pki_revoke(const std::string& dir, const std::string& cn);

} // namespace ems::admin
