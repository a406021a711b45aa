// One request over a plain TCP connection to 127.0.0.1, and everything that comes back.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace ems::test {

struct HttpReply {
    int status{0}; // 0: no connection, or no answer that begins like one of HTTP
    std::string head;
    std::string body;
};

// Sends `bytes` as they are and reads until the peer closes or `limit` is over.
HttpReply http_exchange(std::uint16_t port, std::string_view bytes,
                        std::chrono::milliseconds limit = std::chrono::milliseconds{5000});
HttpReply http_get(std::uint16_t port, std::string_view target);

} // namespace ems::test
