#include "tests/bench/raw_mqtt.h"

#include <arpa/inet.h>
#include <cstdio>
#include <cstdlib>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/ssl.h>

namespace ems::bench {
namespace {

constexpr std::uint8_t kConnack = 2;
constexpr std::uint8_t kPublish = 3;
constexpr std::uint8_t kPuback = 4;
constexpr std::uint8_t kSuback = 9;
constexpr std::size_t kReadBytes = 256 * 1024;

[[noreturn]] void give_up(const char* what) {
    std::fprintf(stderr, "raw mqtt: %s failed\n", what);
    std::exit(1);
}

void put_16(std::string& out, std::size_t value) {
    out += static_cast<char>(value >> 8U);
    out += static_cast<char>(value & 0xFFU);
}

void put_length(std::string& out, std::size_t length) {
    do {
        const std::size_t low = length & 0x7FU;
        length >>= 7U;
        out += static_cast<char>(length > 0 ? low | 0x80U : low);
    } while (length > 0);
}

} // namespace

struct RawMqtt::Channel {
    int fd{-1};
    SSL_CTX* context{nullptr};
    SSL* ssl{nullptr};
    ~Channel() {
        SSL_free(ssl);
        SSL_CTX_free(context);
        close(fd);
    }
    std::ptrdiff_t write(const char* data, std::size_t size) const {
        return ssl != nullptr ? SSL_write(ssl, data, static_cast<int>(size))
                              : ::send(fd, data, size, MSG_NOSIGNAL);
    }
    std::ptrdiff_t read(char* data, std::size_t size) const {
        return ssl != nullptr ? SSL_read(ssl, data, static_cast<int>(size))
                              : ::recv(fd, data, size, 0);
    }
};

RawMqtt::RawMqtt(std::uint16_t port, const std::string& client_id, const TlsFiles* tls)
    : channel_(std::make_unique<Channel>()) {
    channel_->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(channel_->fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        give_up("connect");
    }
    const int on = 1;
    setsockopt(channel_->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (tls != nullptr) {
        channel_->context = SSL_CTX_new(TLS_client_method());
        SSL_CTX_load_verify_locations(channel_->context, tls->ca.c_str(), nullptr);
        SSL_CTX_set_verify(channel_->context, SSL_VERIFY_PEER, nullptr);
        if (SSL_CTX_use_certificate_file(channel_->context, tls->certificate.c_str(),
                                         SSL_FILETYPE_PEM) != 1 ||
            SSL_CTX_use_PrivateKey_file(channel_->context, tls->key.c_str(), SSL_FILETYPE_PEM) !=
                1) {
            give_up("reading the certificate");
        }
        channel_->ssl = SSL_new(channel_->context);
        SSL_set_fd(channel_->ssl, channel_->fd);
        if (SSL_connect(channel_->ssl) != 1) {
            give_up("the TLS handshake");
        }
    }
    std::string body;
    put_16(body, 4);
    body += "MQTT";
    body += static_cast<char>(4); // 3.1.1
    body += static_cast<char>(2); // clean session
    put_16(body, 0);              // no keepalive
    put_16(body, client_id.size());
    body += client_id;
    std::string packet{static_cast<char>(0x10)};
    put_length(packet, body.size());
    send_all(packet + body);
    if (await_packet() != kConnack) {
        give_up("MQTT connect");
    }
}

RawMqtt::~RawMqtt() = default;

void RawMqtt::send_all(std::string_view bytes) {
    while (!bytes.empty()) {
        const std::ptrdiff_t sent = channel_->write(bytes.data(), bytes.size());
        if (sent <= 0) {
            give_up("sending");
        }
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

std::uint8_t RawMqtt::await_packet() {
    std::uint8_t kind = 0;
    while (!take_packet([](std::string_view, std::string_view) {}, kind)) {
        const std::size_t size = in_.size();
        in_.resize(size + kReadBytes);
        const std::ptrdiff_t got = channel_->read(in_.data() + size, kReadBytes);
        if (got <= 0) {
            give_up("reading");
        }
        in_.resize(size + static_cast<std::size_t>(got));
    }
    return kind;
}

void RawMqtt::subscribe(const std::string& filter) {
    std::string body;
    put_16(body, 1);
    put_16(body, filter.size());
    body += filter;
    body += static_cast<char>(0);
    std::string packet{static_cast<char>(0x82)};
    put_length(packet, body.size());
    send_all(packet + body);
    if (await_packet() != kSuback) {
        give_up("subscribing");
    }
}

void RawMqtt::publish(std::string_view topic, std::string_view payload, std::uint16_t packet_id) {
    out_ += static_cast<char>(packet_id != 0 ? 0x32 : 0x30);
    put_length(out_, 2 + topic.size() + (packet_id != 0 ? 2U : 0U) + payload.size());
    put_16(out_, topic.size());
    out_ += topic;
    if (packet_id != 0) {
        put_16(out_, packet_id);
    }
    out_ += payload;
}

void RawMqtt::flush() {
    send_all(out_);
    out_.clear();
}

bool RawMqtt::take_packet(const OnPublish& on_publish, std::uint8_t& kind) {
    std::size_t at = at_ + 1;
    std::size_t length = 0;
    for (unsigned shift = 0;; shift += 7) {
        if (at >= in_.size()) {
            return false;
        }
        const auto byte = static_cast<unsigned char>(in_[at++]);
        length |= static_cast<std::size_t>(byte & 0x7FU) << shift;
        if ((byte & 0x80U) == 0) {
            break;
        }
    }
    if (in_.size() - at < length) {
        return false;
    }
    const auto head = static_cast<unsigned char>(in_[at_]);
    const std::string_view body = std::string_view{in_}.substr(at, length);
    at_ = at + length;
    kind = static_cast<std::uint8_t>(head >> 4U);
    if (kind == kPublish && length >= 2) {
        const std::size_t topic = static_cast<std::size_t>(static_cast<unsigned char>(body[0]))
                                      << 8U |
                                  static_cast<unsigned char>(body[1]);
        const std::size_t skip = 2 + topic + ((head & 6U) != 0 ? 2U : 0U);
        on_publish(body.substr(2, topic), body.substr(skip));
    } else if (kind == kPuback) {
        ++pubacks_;
    }
    return true;
}

void RawMqtt::read(int wait_ms, const OnPublish& on_publish) {
    pollfd ready{channel_->fd, POLLIN, 0};
    const bool buffered = channel_->ssl != nullptr && SSL_pending(channel_->ssl) > 0;
    if (!buffered && poll(&ready, 1, wait_ms) <= 0) {
        return;
    }
    const std::size_t size = in_.size();
    in_.resize(size + kReadBytes);
    const std::ptrdiff_t got = channel_->read(in_.data() + size, kReadBytes);
    if (got <= 0) {
        give_up("reading");
    }
    in_.resize(size + static_cast<std::size_t>(got));
    std::uint8_t kind = 0;
    while (take_packet(on_publish, kind)) {
    }
    in_.erase(0, at_);
    at_ = 0;
}

} // namespace ems::bench
