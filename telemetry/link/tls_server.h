// The TLS side of a server with mutual certificates: files to a context, revocations read again
// when their list changes. One thread.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/ssl/context.hpp>

#include "telemetry/base/result.h"

namespace ems::link {

struct TlsServerFiles {
    std::string ca;
    std::string crl; // empty: no revocation
    std::string certificate;
    std::string key;
};

class TlsServer {
  public:
    // `protocols`: of ALPN (RFC 7301), the first that a client has as well is taken and one that
    // has none of them is refused; empty: not asked for. Errors: config, with the file.
    static Result<TlsServer> load(TlsServerFiles files, std::vector<std::string> protocols = {});

    // For the next connection; present ones keep theirs. The former list stays in force when the
    // new one cannot be read.
    boost::asio::ssl::context& context();

  private:
    TlsServer(TlsServerFiles files, std::vector<std::string> protocols);
    Result<void> make();

    TlsServerFiles files_;
    std::shared_ptr<const std::string> protocols_; // as on the wire
    std::filesystem::file_time_type crl_time_{};
    std::unique_ptr<boost::asio::ssl::context> context_;
};

// CN of the certificate that the peer proved; empty: none.
std::string peer_common_name(SSL* tls);
// The protocol both took; empty: none.
std::string taken_protocol(SSL* tls);

} // namespace ems::link
