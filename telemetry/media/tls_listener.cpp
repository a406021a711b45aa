#include "telemetry/media/tls_listener.h"

#include <exception>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "telemetry/base/assert.h"
#include "telemetry/base/log.h"
#include "telemetry/link/tcp_listen.h"

namespace ems::media {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto kToValue = asio::as_tuple(asio::use_awaitable);
// Accepting fails for all of us at once when descriptors run out: wait instead of spinning.
constexpr std::chrono::milliseconds kAcceptPause{100};

void log_escaped(const std::exception_ptr& escaped) {
    if (!escaped) {
        return;
    }
    try {
        std::rethrow_exception(escaped);
    } catch (const std::exception& error) {
        EMS_LOG(error, "tls", "a connection ended by an exception: {}", error.what());
    }
}

void close(TlsStream& stream) {
    error_code ignored;
    stream.next_layer().close(ignored);
}

} // namespace

struct TlsListener::Body : std::enable_shared_from_this<TlsListener::Body> {
    Body(asio::any_io_executor on, TlsListenerConfig of)
        : executor(std::move(on)), config(std::move(of)), acceptor(executor), pause(executor) {}

    struct Ending;
    asio::awaitable<void> accept_loop();
    asio::awaitable<void> run(std::uint64_t id, std::shared_ptr<TlsStream> stream);
    asio::awaitable<bool> shake_hands(std::shared_ptr<TlsStream> stream);
    void welcome(tcp::socket socket);
    bool has_place_for(const asio::ip::address& stranger);
    void know(std::uint64_t id);

    asio::any_io_executor executor;
    const TlsListenerConfig config;
    tcp::acceptor acceptor;
    asio::steady_timer pause;
    std::optional<link::TlsServer> tls;
    struct Protocol {
        link::ClientCertificate certificate;
        Serve serve;
    };
    struct Connection {
        std::weak_ptr<TlsStream> stream;
        asio::ip::address address;
        bool stranger{true};
    };
    std::map<std::string, Protocol> protocols;
    std::uint64_t next_id{1};
    std::map<std::uint64_t, Connection> open; // the oldest first
    std::uint64_t strangers_refused{0};
};

// Also of one that ends by an exception: its place is free and its socket closed.
struct TlsListener::Body::Ending {
    Body& body;
    std::uint64_t id;
    std::shared_ptr<TlsStream> stream;
    ~Ending() {
        close(*stream);
        body.open.erase(id);
    }
};

asio::awaitable<bool> TlsListener::Body::shake_hands(std::shared_ptr<TlsStream> stream) {
    asio::steady_timer limit{executor, config.handshake_limit};
    limit.async_wait([stream](const error_code& error) { // may run when the coroutine is gone
        if (!error) {
            close(*stream);
        }
    });
    const auto [error] = co_await stream->async_handshake(asio::ssl::stream_base::server, kToValue);
    limit.cancel();
    if (error) {
        EMS_LOG(warn, "tls", "handshake refused: {}", error.message());
    }
    co_return !error;
}

asio::awaitable<void> TlsListener::Body::run(std::uint64_t id, std::shared_ptr<TlsStream> stream) {
    const std::shared_ptr<Body> self = shared_from_this();
    const Ending ending{*self, id, stream};
    const bool shaken = co_await shake_hands(stream);
    if (shaken) {
        const auto wanted = protocols.find(link::taken_protocol(stream->native_handle()));
        if (wanted != protocols.end()) {
            TlsClient client;
            client.stream = stream;
            client.common_name = link::peer_common_name(stream->native_handle());
            client.known = [body = weak_from_this(), id] {
                if (const auto there = body.lock()) {
                    there->know(id);
                }
            };
            if (!client.common_name.empty()) {
                know(id);
            }
            co_await wanted->second.serve(std::move(client));
        }
    }
}

void TlsListener::Body::know(std::uint64_t id) {
    const auto found = open.find(id);
    if (found != open.end()) {
        found->second.stranger = false;
    }
}

bool TlsListener::Body::has_place_for(const asio::ip::address& stranger) {
    std::size_t all = 0;
    std::size_t from_there = 0;
    Connection* oldest = nullptr;
    for (auto& [id, connection] : open) {
        if (connection.stranger) {
            ++all;
            from_there += connection.address == stranger ? 1U : 0U;
            oldest = oldest == nullptr ? &connection : oldest;
        }
    }
    if (from_there >= config.strangers_per_address_max) {
        ++strangers_refused;
        return false;
    }
    if (all >= config.strangers_max) {
        ++strangers_refused;
        oldest->stranger = false; // on its way out
        if (const auto held = oldest->stream.lock()) {
            close(*held);
        }
    }
    return true;
}

void TlsListener::Body::welcome(tcp::socket socket) {
    error_code gone;
    const auto from = socket.remote_endpoint(gone);
    if (gone || open.size() >= config.connections_max || !has_place_for(from.address())) {
        return; // closes it
    }
    error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    auto stream = std::make_shared<TlsStream>(std::move(socket), tls->context());
    const std::uint64_t id = next_id++;
    open[id] = {stream, from.address(), true};
    asio::co_spawn(executor, run(id, std::move(stream)), log_escaped);
}

asio::awaitable<void> TlsListener::Body::accept_loop() {
    const std::shared_ptr<Body> self = shared_from_this();
    while (acceptor.is_open()) {
        auto [error, socket] = co_await acceptor.async_accept(kToValue);
        if (!error) {
            welcome(std::move(socket));
        } else if (acceptor.is_open()) {
            pause.expires_after(kAcceptPause);
            const auto waited = co_await pause.async_wait(kToValue);
            static_cast<void>(waited);
        }
    }
}

TlsListener::TlsListener(asio::any_io_executor executor, TlsListenerConfig config)
    : body_(std::make_shared<Body>(std::move(executor), std::move(config))) {}

TlsListener::~TlsListener() {
    stop();
}

void TlsListener::add(const std::string& protocol, link::ClientCertificate certificate,
                      Serve serve) {
    Body::Protocol one{certificate, std::move(serve)};
    const bool added = body_->protocols.emplace(protocol, std::move(one)).second;
    EMS_ASSERT(added);
}

Result<void> TlsListener::start() {
    std::vector<link::TlsProtocol> protocols;
    for (const auto& [name, protocol] : body_->protocols) {
        protocols.push_back({name, protocol.certificate});
    }
    auto tls = link::TlsServer::load(body_->config.files, std::move(protocols));
    if (!tls) {
        return Failure{std::move(tls).error()};
    }
    body_->tls.emplace(std::move(*tls));
    EMS_TRY(link::listen_tcp(body_->acceptor, body_->config.address, body_->config.port,
                             asio::socket_base::max_listen_connections));
    asio::co_spawn(body_->executor, body_->accept_loop(), log_escaped);
    return {};
}

void TlsListener::stop() {
    error_code ignored;
    body_->acceptor.close(ignored);
    body_->pause.cancel();
    for (const auto& [id, connection] : body_->open) {
        if (const auto held = connection.stream.lock()) {
            close(*held);
        }
    }
}

std::size_t TlsListener::connections() const {
    return body_->open.size();
}

std::uint64_t TlsListener::strangers_refused() const {
    return body_->strangers_refused;
}

} // namespace ems::media
