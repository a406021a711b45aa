// HTTPS to one server: PUT requests, one after the other, over one connection with mutual
// certificates, kept open between them. Blocks; for a thread of its own.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "telemetry/base/result.h"

namespace ems::vehicle {

struct HttpsTarget {
    std::string host; // dotted address
    std::uint16_t port{0};
    std::string name; // of the certificate expected there
    std::string ca_file;
    std::string certificate_file;
    std::string key_file;
    std::chrono::milliseconds limit{
        30'000}; // for each request, with the connection where it needs one
    bool operator==(const HttpsTarget&) const = default;
};

struct HttpsAnswer {
    unsigned status{0};
    std::optional<std::uint64_t> offset; // Ems-Offset
};

class HttpsPut {
  public:
    explicit HttpsPut(HttpsTarget target);
    ~HttpsPut();
    HttpsPut(const HttpsPut&) = delete;
    HttpsPut& operator=(const HttpsPut&) = delete;

    using Fields = std::vector<std::pair<std::string, std::string>>;
    // Connects where needed. After an error the next request begins with a new connection. Errors:
    // config (a file), link_down, tls, timeout, malformed (no answer of HTTP), cancelled.
    Result<HttpsAnswer> put(const std::string& path, const Fields& fields, std::string body);
    // Ends a put() under way, and every later one. From any thread.
    void cancel();

  private:
    struct Body;
    std::unique_ptr<Body> body_;
};

} // namespace ems::vehicle
