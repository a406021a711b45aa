#include "dispatch/app/admin/pki.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <sys/file.h>
#include <unistd.h>
#include <vector>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "telemetry/base/ids.h"
#include "telemetry/seal/data_key.h"
#include "telemetry/seal/mac_key.h"
#include "telemetry/seal/key_file.h"
#include "telemetry/seal/random.h"
#include "telemetry/seal/signature.h"

namespace ems::admin {
namespace {

namespace fs = std::filesystem;

constexpr long kDay = 24L * 3600L;
constexpr long kAuthorityDays = 3650;
// A vehicle whose clock runs a little behind must accept a certificate made just now.
constexpr long kBackdate = 3600;
constexpr std::int64_t kRenewDays = 30;

template <auto free_function> struct Freer {
    template <class T> void operator()(T* object) const { free_function(object); }
};
using Key = std::unique_ptr<EVP_PKEY, Freer<&EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freer<&X509_free>>;
using Crl = std::unique_ptr<X509_CRL, Freer<&X509_CRL_free>>;
using Bio = std::unique_ptr<BIO, Freer<&BIO_free_all>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freer<&X509_EXTENSION_free>>;
using Time = std::unique_ptr<ASN1_TIME, Freer<&ASN1_TIME_free>>;
using Number = std::unique_ptr<BIGNUM, Freer<&BN_free>>;

struct Authority {
    Certificate certificate;
    Key key;
};

Failure tls_error(const std::string& what) {
    const unsigned long number = ERR_get_error();
    const char* const reason = number == 0 ? nullptr : ERR_reason_error_string(number);
    ERR_clear_error();
    return fail(Code::tls, what + (reason == nullptr ? "" : std::string{": "} + reason));
}

// Holds DIR/lock while it lives.
class FolderLock {
  public:
    explicit FolderLock(const std::string& dir)
        : fd_(open((dir + "/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
        if (fd_ >= 0) {
            flock(fd_, LOCK_EX);
        }
    }
    ~FolderLock() {
        if (fd_ >= 0) {
            close(fd_);
        }
    }
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;
    [[nodiscard]] bool held() const { return fd_ >= 0; }

  private:
    int fd_;
};

template <class T, class Write> Result<void> write_pem(const std::string& path, T* object, Write write) {
    const Bio out{BIO_new(BIO_s_mem())};
    if (!out || write(out.get(), object) != 1) {
        return tls_error("cannot encode " + path);
    }
    const char* data = nullptr;
    const long size = BIO_get_mem_data(out.get(), &data);
    return seal::write_private_file(path, std::string(data, static_cast<std::size_t>(size)));
}

Result<void> write_certificate(const std::string& path, X509* certificate) {
    return write_pem(path, certificate, &PEM_write_bio_X509);
}

Result<void> write_key(const std::string& path, EVP_PKEY* key) {
    return write_pem(path, key, [](BIO* out, EVP_PKEY* what) {
        return PEM_write_bio_PKCS8PrivateKey(out, what, nullptr, nullptr, 0, nullptr, nullptr);
    });
}

Certificate read_certificate(const std::string& path) {
    const Bio in{BIO_new_file(path.c_str(), "r")};
    Certificate out{in ? PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr) : nullptr};
    ERR_clear_error();
    return out;
}

Key read_key(const std::string& path) {
    const Bio in{BIO_new_file(path.c_str(), "r")};
    Key out{in ? PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr) : nullptr};
    ERR_clear_error();
    return out;
}

Crl read_crl(const std::string& path) {
    const Bio in{BIO_new_file(path.c_str(), "r")};
    Crl out{in ? PEM_read_bio_X509_CRL(in.get(), nullptr, nullptr, nullptr) : nullptr};
    ERR_clear_error();
    return out;
}

Result<Authority> read_authority(const std::string& dir) {
    Authority out{read_certificate(dir + "/ca.crt"), read_key(dir + "/ca.key")};
    if (!out.certificate || !out.key ||
        X509_check_private_key(out.certificate.get(), out.key.get()) != 1) {
        ERR_clear_error();
        return fail(Code::not_found,
                    "no certificate authority in " + dir + " (make it with: ems-admin pki init)");
    }
    return out;
}

bool add_extension(X509* certificate, X509* issuer, int nid, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const Extension extension{X509V3_EXT_conf_nid(nullptr, &context, nid, value)};
    return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

struct NamedValue {
    int nid;
    std::string value;
};

bool set_serial(X509* certificate) {
    std::string bytes = seal::random_bytes(16);
    bytes[0] = static_cast<char>((static_cast<unsigned char>(bytes[0]) & 0x7FU) | 0x40U);
    const Number number{BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()),
                                  static_cast<int>(bytes.size()), nullptr)};
    return number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

std::string serial_hex(X509* certificate) {
    const Number number{ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nullptr)};
    char* const text = BN_bn2hex(number.get());
    std::string out{text};
    OPENSSL_free(text);
    return out;
}

// `issuer` null: signed by itself.
Result<Certificate> make_certificate(const std::string& cn, EVP_PKEY* key, long days,
                                     const Authority* issuer,
                                     const std::vector<NamedValue>& extensions) {
    Certificate out{X509_new()};
    X509* const x = out.get();
    X509* const signer = issuer == nullptr ? x : issuer->certificate.get();
    EVP_PKEY* const signing_key = issuer == nullptr ? key : issuer->key.get();
    X509_NAME* const name = X509_get_subject_name(x);
    bool ok = X509_set_version(x, 2) == 1 && set_serial(x);
    ok = ok && X509_gmtime_adj(X509_getm_notBefore(x), -kBackdate) != nullptr;
    ok = ok && X509_gmtime_adj(X509_getm_notAfter(x), days * kDay) != nullptr;
    ok = ok && X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                                          reinterpret_cast<const unsigned char*>(cn.c_str()), -1, -1,
                                          0) == 1;
    ok = ok && X509_set_issuer_name(x, X509_get_subject_name(signer)) == 1;
    ok = ok && X509_set_pubkey(x, key) == 1;
    for (const NamedValue& extension : extensions) {
        ok = ok && add_extension(x, signer, extension.nid, extension.value.c_str());
    }
    if (!ok || X509_sign(x, signing_key, EVP_sha256()) == 0) {
        return tls_error("cannot make the certificate of " + cn);
    }
    return out;
}

Result<void> sign_crl(const std::string& dir, const Authority& authority, X509_CRL* crl) {
    const Time now{X509_gmtime_adj(nullptr, -kBackdate)};
    const Time next{X509_gmtime_adj(nullptr, kAuthorityDays * kDay)};
    bool ok = now && next && X509_CRL_set_version(crl, 1) == 1;
    ok = ok && X509_CRL_set_issuer_name(crl, X509_get_subject_name(authority.certificate.get())) == 1;
    ok = ok && X509_CRL_set1_lastUpdate(crl, now.get()) == 1;
    ok = ok && X509_CRL_set1_nextUpdate(crl, next.get()) == 1;
    ok = ok && X509_CRL_sort(crl) == 1;
    if (!ok || X509_CRL_sign(crl, authority.key.get(), EVP_sha256()) == 0) {
        return tls_error("cannot sign the revocation list");
    }
    return write_pem(dir + "/ca.crl", crl, &PEM_write_bio_X509_CRL);
}

Result<void> make_authority(const std::string& dir) {
    Authority authority{nullptr, Key{EVP_EC_gen("P-256")}};
    if (!authority.key) {
        return tls_error("cannot make the authority's key");
    }
    // The name is unique, so that a new authority is never taken for an old one of the same name.
    const std::string name = "ems authority " + seal::to_hex(seal::random_bytes(4));
    Result<Certificate> made = make_certificate(name, authority.key.get(), kAuthorityDays, nullptr,
                                                {{NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
                                                 {NID_key_usage, "critical,keyCertSign,cRLSign"},
                                                 {NID_subject_key_identifier, "hash"}});
    if (!made) {
        return Failure{made.error()};
    }
    authority.certificate = std::move(*made);
    const Crl crl{X509_CRL_new()};
    EMS_TRY(sign_crl(dir, authority, crl.get()));
    EMS_TRY(write_key(dir + "/ca.key", authority.key.get()));
    return write_certificate(dir + "/ca.crt", authority.certificate.get());
}

// The existing certificate of `cn` serves for kRenewDays yet.
bool still_good(const std::string& dir, const std::string& cn, const Authority& authority) {
    const Certificate certificate = read_certificate(dir + "/" + cn + ".crt");
    const Key key = read_key(dir + "/" + cn + ".key");
    const Crl crl = read_crl(dir + "/ca.crl");
    if (!certificate || !key || !crl) {
        return false;
    }
    const Time limit{X509_gmtime_adj(nullptr, kRenewDays * kDay)};
    X509_REVOKED* revoked = nullptr;
    const bool good =
        X509_check_private_key(certificate.get(), key.get()) == 1 &&
        X509_verify(certificate.get(), authority.key.get()) == 1 &&
        X509_CRL_get0_by_cert(crl.get(), &revoked, certificate.get()) == 0 &&
        ASN1_TIME_compare(X509_get0_notAfter(certificate.get()), limit.get()) > 0;
    ERR_clear_error();
    return good;
}

std::string common_name(X509* certificate) {
    std::string text(65, '\0');
    const int size = X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName,
                                               text.data(), static_cast<int>(text.size()));
    text.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
    return text;
}

Result<void> make_folder(const std::string& dir) {
    std::error_code error;
    fs::create_directories(dir + "/issued", error);
    if (error) {
        return fail(Code::io, "cannot make " + dir + ": " + error.message());
    }
    return {};
}

Result<void> add_revoked(X509_CRL* crl, X509* certificate) {
    X509_REVOKED* known = nullptr;
    if (X509_CRL_get0_by_cert(crl, &known, certificate) != 0) {
        return {};
    }
    std::unique_ptr<X509_REVOKED, Freer<&X509_REVOKED_free>> entry{X509_REVOKED_new()};
    const Time now{X509_gmtime_adj(nullptr, 0)};
    if (!entry || !now ||
        X509_REVOKED_set_serialNumber(entry.get(), X509_get_serialNumber(certificate)) != 1 ||
        X509_REVOKED_set_revocationDate(entry.get(), now.get()) != 1 ||
        X509_CRL_add0_revoked(crl, entry.get()) != 1) {
        return tls_error("cannot extend the revocation list");
    }
    entry.release();
    return {};
}

} // namespace

Result<void> pki_init(const std::string& dir, Existing existing) {
    EMS_TRY(make_folder(dir));
    const FolderLock lock{dir};
    if (!lock.held()) {
        return fail(Code::io, "cannot write to " + dir + ": " + std::strerror(errno));
    }
    if (existing == Existing::replace) {
        std::error_code error;
        for (const char* name : {"ca.crt", "ca.key", "ca.crl", "command.key", "command.pub", "data.key",
                                 "jt808.key"}) {
            fs::remove(dir + "/" + name, error);
        }
    }
    if (!read_authority(dir)) {
        EMS_TRY(make_authority(dir));
    }
    if (!fs::exists(dir + "/command.key")) {
        EMS_TRY(seal::SigningKey::make_files(dir + "/command.key", dir + "/command.pub"));
    }
    if (!fs::exists(dir + "/data.key")) {
        EMS_TRY(seal::DataKey::make_file(dir + "/data.key"));
    }
    if (!fs::exists(dir + "/jt808.key")) {
        EMS_TRY(seal::MacKey::make_file(dir + "/jt808.key"));
    }
    return {};
}

Result<void> pki_issue(const std::string& dir, const std::string& cn, std::int64_t days) {
    // The CN is a topic level, a client id and a file name at once.
    if (!VehicleId::parse(cn)) {
        return fail(Code::invalid_argument, "a common name has 1 to 32 characters of a-z, 0-9 and -");
    }
    // Their files have the names of the authority's own.
    if (cn == "ca" || cn == "command" || cn == "data" || cn == "jt808") {
        return fail(Code::invalid_argument, "the name " + cn + " is taken by the authority itself");
    }
    const FolderLock lock{dir};
    const Result<Authority> authority = read_authority(dir);
    if (!authority) {
        return Failure{authority.error()};
    }
    if (still_good(dir, cn, *authority)) {
        return {};
    }
    const Key key{EVP_EC_gen("P-256")};
    if (!key) {
        return tls_error("cannot make the key of " + cn);
    }
    const Result<Certificate> certificate = make_certificate(
        cn, key.get(), static_cast<long>(days), &*authority,
        {{NID_basic_constraints, "critical,CA:FALSE"},
         {NID_key_usage, "critical,digitalSignature"},
         {NID_ext_key_usage, "serverAuth,clientAuth"},
         {NID_subject_key_identifier, "hash"},
         {NID_authority_key_identifier, "keyid"},
         {NID_subject_alt_name, "DNS:localhost,DNS:" + cn + ",IP:127.0.0.1"}});
    if (!certificate) {
        return Failure{certificate.error()};
    }
    EMS_TRY(make_folder(dir));
    EMS_TRY(write_certificate(dir + "/issued/" + serial_hex(certificate->get()) + ".crt",
                              certificate->get()));
    EMS_TRY(write_key(dir + "/" + cn + ".key", key.get()));
    return write_certificate(dir + "/" + cn + ".crt", certificate->get());
}

Result<void> pki_revoke(const std::string& dir, const std::string& cn) {
    const FolderLock lock{dir};
    const Result<Authority> authority = read_authority(dir);
    if (!authority) {
        return Failure{authority.error()};
    }
    const Crl crl = read_crl(dir + "/ca.crl");
    if (!crl) {
        return fail(Code::corrupt, dir + "/ca.crl cannot be read");
    }
    bool found = false;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator{dir + "/issued", error}) {
        const Certificate certificate = read_certificate(entry.path().string());
        if (certificate && common_name(certificate.get()) == cn) {
            EMS_TRY(add_revoked(crl.get(), certificate.get()));
            found = true;
        }
    }
    if (!found) {
        return fail(Code::not_found, "no certificate was issued for " + cn);
    }
    return sign_crl(dir, *authority, crl.get());
}

} // namespace ems::admin
