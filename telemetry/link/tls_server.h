// The TLS side of a server with mutual certificates: files to a context, revocations read again
// when their list changes. A protocol (ALPN) may do without the client's certificate. One thread.
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

// `asked`: a client without one is let in, for what proves itself in another way; one that is shown
// must be sound all the same.
enum class ClientCertificate { demanded, asked };

struct TlsProtocol {
    std::string name;
    ClientCertificate certificate{ClientCertificate::demanded};
};

class TlsServer {
  public:
    // `protocols`: of ALPN (RFC 7301), the first that a client has as well is taken and one that
    // has none of them is refused; empty: not asked for. A client that names no protocol must show
    // a certificate. Errors: config, with the file.
    static Result<TlsServer> load(TlsServerFiles files, std::vector<TlsProtocol> protocols = {});

    // For the next connection; present ones keep theirs. The former list stays in force when the
    // new one cannot be read.
    boost::asio::ssl::context& context();

  private:
    struct Protocols;
    TlsServer(TlsServerFiles files, std::vector<TlsProtocol> protocols);
    Result<void> make();
    static int choose_protocol(SSL* tls, const unsigned char** out, unsigned char* size,
                               const unsigned char* in, unsigned int in_size, void* ours);

    TlsServerFiles files_;
    std::shared_ptr<const Protocols> protocols_; // shared: contexts point to it
    std::filesystem::file_time_type crl_time_{};
    std::unique_ptr<boost::asio::ssl::context> context_;
};

// CN of the certificate that the peer proved; empty: none.
std::string peer_common_name(SSL* tls);
// The protocol both took; empty: none.
std::string taken_protocol(SSL* tls);

} // namespace ems::link
