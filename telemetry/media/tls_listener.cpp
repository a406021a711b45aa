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

    asio::any_io_executor executor;
    const TlsListenerConfig config;
    tcp::acceptor acceptor;
    asio::steady_timer pause;
    std::optional<link::TlsServer> tls;
    std::map<std::string, Serve> protocols;
    std::uint64_t next_id{1};
    std::map<std::uint64_t, std::weak_ptr<TlsStream>> open;
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
            TlsClient client{stream, link::peer_common_name(stream->native_handle())};
            co_await wanted->second(std::move(client));
        }
    }
}

void TlsListener::Body::welcome(tcp::socket socket) {
    if (open.size() >= config.connections_max) {
        return; // closes it
    }
    error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    auto stream = std::make_shared<TlsStream>(std::move(socket), tls->context());
    const std::uint64_t id = next_id++;
    open[id] = stream;
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

void TlsListener::add(const std::string& protocol, Serve serve) {
    const bool added = body_->protocols.emplace(protocol, std::move(serve)).second;
    EMS_ASSERT(added);
}

Result<void> TlsListener::start() {
    std::vector<std::string> protocols;
    for (const auto& [name, serve] : body_->protocols) {
        protocols.push_back(name);
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
    for (const auto& [id, stream] : body_->open) {
        if (const auto held = stream.lock()) {
            close(*held);
        }
    }
}

std::size_t TlsListener::connections() const {
    return body_->open.size();
}

} // namespace ems::media
