#include "telemetry/link/tls_server.h"

#include <algorithm>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "telemetry/base/assert.h"
#include "telemetry/base/log.h"

namespace ems::link {
namespace {

namespace ssl = boost::asio::ssl;
using boost::system::error_code;

std::filesystem::file_time_type time_of(const std::string& file) {
    std::error_code ignored;
    return std::filesystem::last_write_time(file, ignored);
}

Failure file_error(const std::string& file, const error_code& error) {
    return fail(Code::config, "cannot use " + file + ": " + error.message());
}

std::string on_the_wire(const std::vector<TlsProtocol>& protocols) {
    std::string out;
    for (const auto& [name, certificate] : protocols) {
        EMS_ASSERT(!name.empty() && name.size() < 256);
        out += static_cast<char>(name.size());
        out += name;
    }
    return out;
}

} // namespace

struct TlsServer::Protocols {
    std::vector<TlsProtocol> list;
    std::string on_the_wire;
};

// Runs while the client's first message is read, before the server asks for a certificate: here is
// the last moment to say that it may be missing.
int TlsServer::choose_protocol(SSL* tls, const unsigned char** out, unsigned char* size,
                               const unsigned char* in, unsigned int in_size, void* ours) {
    const auto& protocols = *static_cast<const Protocols*>(ours);
    const std::string& names = protocols.on_the_wire;
    unsigned char* chosen = nullptr;
    const int result =
        SSL_select_next_proto(&chosen, size, reinterpret_cast<const unsigned char*>(names.data()),
                              static_cast<unsigned>(names.size()), in, in_size);
    *out = chosen;
    if (result != OPENSSL_NPN_NEGOTIATED) {
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    }
    const std::string_view name{reinterpret_cast<const char*>(chosen), *size};
    const auto taken = std::find_if(protocols.list.begin(), protocols.list.end(),
                                    [&](const TlsProtocol& each) { return each.name == name; });
    EMS_ASSERT(taken != protocols.list.end());
    if (taken->certificate == ClientCertificate::asked) {
        SSL_set_verify(tls, SSL_VERIFY_PEER, SSL_get_verify_callback(tls));
    }
    return SSL_TLSEXT_ERR_OK;
}

TlsServer::TlsServer(TlsServerFiles files, std::vector<TlsProtocol> protocols)
    : files_(std::move(files)) {
    std::string names = on_the_wire(protocols);
    protocols_ =
        std::make_shared<const Protocols>(Protocols{std::move(protocols), std::move(names)});
}

Result<TlsServer> TlsServer::load(TlsServerFiles files, std::vector<TlsProtocol> protocols) {
    TlsServer server{std::move(files), std::move(protocols)};
    EMS_TRY(server.make());
    return server;
}

Result<void> TlsServer::make() {
    auto tls = std::make_unique<ssl::context>(ssl::context::tls_server);
    error_code error;
    tls->load_verify_file(files_.ca, error);
    if (error) {
        return file_error(files_.ca, error);
    }
    tls->use_certificate_chain_file(files_.certificate, error);
    if (error) {
        return file_error(files_.certificate, error);
    }
    tls->use_private_key_file(files_.key, ssl::context::pem, error);
    if (error) {
        return file_error(files_.key, error);
    }
    SSL_CTX* const native = tls->native_handle();
    SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
    // Every connection shows its certificate anew, so a revocation takes effect at once.
    SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_options(native, SSL_OP_NO_TICKET);
    tls->set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert);
    if (!protocols_->list.empty()) {
        SSL_CTX_set_alpn_select_cb(native, &choose_protocol,
                                   const_cast<Protocols*>(protocols_.get()));
    }
    if (!files_.crl.empty()) {
        X509_STORE* const store = SSL_CTX_get_cert_store(native);
        X509_LOOKUP* const lookup = X509_STORE_add_lookup(store, X509_LOOKUP_file());
        if (X509_load_crl_file(lookup, files_.crl.c_str(), X509_FILETYPE_PEM) < 1) {
            return fail(Code::config, "cannot use " + files_.crl);
        }
        X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK);
        crl_time_ = time_of(files_.crl);
    }
    // Each TLS object holds its context's native part, so connections of the former one live on.
    context_ = std::move(tls);
    return {};
}

boost::asio::ssl::context& TlsServer::context() {
    if (!files_.crl.empty() && time_of(files_.crl) != crl_time_) {
        if (const Result<void> loaded = make(); !loaded) {
            EMS_LOG(error, "tls", "revocation list not reloaded: {}", loaded.error().detail);
        } else {
            EMS_LOG(info, "tls", "revocation list reloaded");
        }
    }
    return *context_;
}

std::string peer_common_name(SSL* tls) {
    X509* const certificate = SSL_get1_peer_certificate(tls);
    if (certificate == nullptr) {
        return {};
    }
    std::string text(65, '\0');
    const int size = X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName,
                                               text.data(), static_cast<int>(text.size()));
    X509_free(certificate);
    text.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
    return text;
}

std::string taken_protocol(SSL* tls) {
    const unsigned char* name = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(tls, &name, &size);
    return name == nullptr ? std::string{} : std::string{reinterpret_cast<const char*>(name), size};
}

} // namespace ems::link
