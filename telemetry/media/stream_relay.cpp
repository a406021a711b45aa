#include "telemetry/media/stream_relay.h"

#include <array>
#include <functional>
#include <map>
#include <string>
#include <utility>

#include <arpa/inet.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "telemetry/base/log.h"
#include "telemetry/video/framing.h"

namespace ems::media {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr auto kToValue = asio::as_tuple(asio::use_awaitable);
// Linux doubles them for its own needs.
constexpr int kSendBuffer = 32'768; // 0.5 s of 500 kbit/s, 4 Mbit/s over 60 ms
constexpr int kSpeechSendBuffer = 8'192;
constexpr unsigned kAckWithinMs = 10'000; // else the client is gone
constexpr std::size_t kViewersMax = 64;   // of a connection; a desk makes one for each

// Writes one batch after the other; the next collects meanwhile.
struct Connection : std::enable_shared_from_this<Connection> {
    explicit Connection(std::shared_ptr<TlsStream> of) : stream(std::move(of)) {}

    bool send_speech(std::span<const std::uint8_t> packet) {
        if (!speech) {
            speech = true;
            error_code ignored;
            stream->next_layer().set_option(asio::socket_base::send_buffer_size(kSpeechSendBuffer),
                                            ignored);
        }
        return send(packet, StreamRelay::kSpeechWaitingMax);
    }
    // A picture goes whole or, from one of its packets on, not at all. What nobody's stream breaks
    // without are answers, which are small, and packets sent again.
    bool send_picture(const Outgoing& packet, Ticks now) {
        const auto bytes = std::span{packet.bytes}.first(packet.size);
        if (video::looks_like_rtcp(bytes)) {
            return send(bytes, StreamRelay::kWaitingMax);
        }
        if (packet.viewer_ssrc == 0) {
            return has_room(now) && send(bytes, StreamRelay::kWaitingMax);
        }
        const std::uint32_t timestamp = video::read_u32(bytes, 4);
        if (pictures.size() >= kViewersMax) {
            pictures.clear(); // of viewers gone
        }
        const auto [at, is_first] = pictures.try_emplace(packet.viewer_ssrc);
        Picture& picture = at->second;
        // A straggler of a picture before this one begins none.
        if (is_first || static_cast<std::int32_t>(timestamp - picture.timestamp) > 0) {
            picture = {timestamp, has_room(now)};
        }
        picture.goes = picture.goes && send(bytes, StreamRelay::kWaitingMax);
        return picture.goes;
    }
    [[nodiscard]] bool has_room(Ticks now) const {
        const bool slow = !in_flight.empty() && now - in_flight_since > StreamRelay::kSlowAfter;
        return !slow && pending.size() + in_flight.size() <= StreamRelay::kRoom;
    }
    bool send(std::span<const std::uint8_t> packet, std::size_t waiting_max) {
        if (pending.size() + in_flight.size() + packet.size() > waiting_max) {
            return false;
        }
        video::append_frame(pending, packet);
        write_next();
        return true;
    }
    void write_next() {
        if (!in_flight.empty() || pending.empty()) {
            return;
        }
        in_flight.swap(pending);
        in_flight_since = SystemClock{}.ticks();
        asio::async_write(*stream, asio::buffer(in_flight),
                          [self = shared_from_this()](const error_code& error, std::size_t) {
                              self->in_flight.clear();
                              if (error) {
                                  self->close();
                              } else {
                                  self->write_next();
                              }
                          });
    }
    // The kernel would go on sending what it holds, for as long as the line takes.
    void close() {
        pending.clear();
        error_code ignored;
        stream->next_layer().set_option(asio::socket_base::linger(true, 0), ignored);
        stream->next_layer().close(ignored);
    }

    std::shared_ptr<TlsStream> stream;
    std::string pending;
    std::string in_flight;
    Ticks in_flight_since{};
    struct Picture {
        std::uint32_t timestamp{0}; // RTP
        bool goes{false};
    };
    std::map<std::uint32_t, Picture> pictures; // the newest of each viewer, by his SSRC
    bool speech{false};
};

// What a connection has shown of itself.
class Trust {
  public:
    explicit Trust(const TlsClient& client)
        : certificate_(!client.common_name.empty()), known_(client.known) {}

    [[nodiscard]] bool has_certificate() const { return certificate_; }
    [[nodiscard]] bool has_proved() const { return proved_; }
    [[nodiscard]] std::chrono::seconds patience() const {
        return certificate_ ? StreamRelay::kSilence : StreamRelay::kProofWithin;
    }
    // False: too much came that proved nothing.
    bool read(std::size_t bytes, Proof proof) {
        if (proof == Proof::none) {
            unproven_ += bytes;
            return certificate_ || unproven_ <= StreamRelay::kUnprovenMax;
        }
        unproven_ = 0;
        if (!proved_) {
            proved_ = true;
            known_();
        }
        return true;
    }

  private:
    const bool certificate_;
    const std::function<void()> known_;
    bool proved_{false};
    std::size_t unproven_{0};
};

} // namespace

struct StreamRelay::Body : std::enable_shared_from_this<StreamRelay::Body> {
    explicit Body(UdpRelay& of) : relay(&of) {}

    asio::awaitable<void> serve(TlsClient client);
    std::uint16_t free_number();

    UdpRelay* relay; // null: it is gone
    std::uint16_t last_number{0};
    std::map<std::uint16_t, std::shared_ptr<Connection>> connections;
};

// There are far fewer connections than numbers.
std::uint16_t StreamRelay::Body::free_number() {
    do {
        ++last_number;
    } while (last_number == 0 || connections.contains(last_number));
    return last_number;
}

asio::awaitable<void> StreamRelay::Body::serve(TlsClient client) {
    const std::shared_ptr<Body> self = shared_from_this();
    const auto connection = std::make_shared<Connection>(client.stream);
    auto& socket = client.stream->next_layer();
    error_code ignored;
    socket.set_option(asio::socket_base::send_buffer_size(kSendBuffer), ignored);
    setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_USER_TIMEOUT, &kAckWithinMs,
               sizeof kAckWithinMs);
    const std::uint16_t number = free_number();
    connections[number] = connection;
    const video::Endpoint from{0, number};
    Trust trust{client};
    EMS_LOG(info, "stream", "media by TLS cn={} connection={}", client.common_name, number);
    asio::steady_timer silence{client.stream->get_executor()};
    const auto close_after = [&silence, connection](std::chrono::seconds time) {
        silence.expires_after(time);
        silence.async_wait([connection](const error_code& error) {
            if (!error) {
                connection->close();
            }
        });
    };
    close_after(trust.patience());
    video::FrameReader frames;
    std::array<std::uint8_t, 16'384> buffer;
    for (bool sound = true; sound;) {
        const auto [error, size] =
            co_await client.stream->async_read_some(asio::buffer(buffer), kToValue);
        if (error || relay == nullptr) {
            break;
        }
        bool proved = false;
        const bool framed =
            frames.feed(std::span{buffer}.first(size), [&](std::span<std::uint8_t> packet) {
                proved = relay->take(packet, from) == Proof::key || proved;
            });
        sound = framed && trust.read(size, proved ? Proof::key : Proof::none);
        if (proved || trust.has_certificate()) {
            close_after(trust.patience());
        }
    }
    silence.cancel();
    connection->close();
    connections.erase(number);
    EMS_LOG(info, "stream", "media by TLS ended cn={} connection={} proved={}", client.common_name,
            number, trust.has_proved() ? "yes" : "no");
}

StreamRelay::StreamRelay(UdpRelay& relay) : body_(std::make_shared<Body>(relay)) {
    relay.attach(*this);
}

StreamRelay::~StreamRelay() {
    body_->relay = nullptr;
    for (const auto& [number, connection] : body_->connections) {
        connection->close();
    }
}

TlsListener::Serve StreamRelay::serve() {
    return [body = body_](TlsClient client) { return body->serve(std::move(client)); };
}

bool StreamRelay::send(const Outgoing& packet) {
    const auto found = body_->connections.find(packet.to.port);
    return found != body_->connections.end() &&
           found->second->send_picture(packet, SystemClock{}.ticks());
}

void StreamRelay::drop(const video::Endpoint& end) {
    const auto found = body_->connections.find(end.port);
    if (found != body_->connections.end()) {
        EMS_LOG(info, "stream", "media by TLS connection={} dropped, its viewer's right is over",
                end.port);
        found->second->close();
    }
}

bool StreamRelay::send_speech(const video::Endpoint& to, std::span<const std::uint8_t> packet) {
    const auto found = body_->connections.find(to.port);
    return found != body_->connections.end() && found->second->send_speech(packet);
}

std::size_t StreamRelay::connections() const {
    return body_->connections.size();
}

} // namespace ems::media
