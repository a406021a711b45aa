// The only server file that sees Beast: TLS and WebSocket together cost a minute of compiling.
#include "dispatch/service/ws_server.h"

#include <deque>
#include <map>
#include <optional>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>

#include "telemetry/base/log.h"
#include "telemetry/link/tls_server.h"

namespace ems::dispatch {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace ssl = boost::asio::ssl;
namespace websocket = boost::beast::websocket;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto kToValue = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::milliseconds kCloseLimit{1000};
// Accepting fails for all of us at once when descriptors run out: wait instead of spinning.
constexpr std::chrono::milliseconds kAcceptPause{100};
constexpr int kBacklog = 128;

using Stream = websocket::stream<beast::ssl_stream<beast::tcp_stream>>;

void log_escaped(std::exception_ptr escaped) {
    if (!escaped) {
        return;
    }
    try {
        std::rethrow_exception(escaped);
    } catch (const std::exception& error) {
        EMS_LOG(error, "ws", "a session ended by an exception: {}", error.what());
    }
}

class Connection final : public WsConnection, public std::enable_shared_from_this<Connection> {
  public:
    Connection(Stream stream, std::uint64_t id, const WsServerConfig& config)
        : stream_(std::move(stream)), timer_(stream_.get_executor()), id_(id), config_(config) {}

    asio::awaitable<bool> shake_hands();
    asio::awaitable<Result<std::string>> receive() override;
    void send(WsBuffer message, WsClass kind) override;
    void close(std::string reason) override;
    // At once, without a farewell.
    void abort(const char* reason);

    [[nodiscard]] bool open() const override { return state_ == State::open; }
    [[nodiscard]] const std::string& peer_cn() const override { return peer_cn_; }
    [[nodiscard]] std::uint64_t id() const override { return id_; }
    [[nodiscard]] const WsConnectionCounters& counters() const override { return counters_; }

  private:
    enum class State { open, closing, closed };
    void write_next();
    void written(error_code error);
    void say_farewell();
    void drop_live_above(std::size_t bytes);

    Stream stream_;
    asio::steady_timer timer_;
    beast::flat_buffer inbox_;
    std::deque<WsBuffer> state_queue_;
    std::deque<WsBuffer> live_queue_;
    WsBuffer in_flight_;
    bool farewell_said_{false};
    State state_{State::open};
    std::string peer_cn_;
    std::uint64_t id_;
    const WsServerConfig& config_;
    WsConnectionCounters counters_;
};

asio::awaitable<bool> Connection::shake_hands() {
    const std::shared_ptr<Connection> self = shared_from_this();
    beast::get_lowest_layer(stream_).expires_after(config_.handshake_timeout);
    const auto [tls_error] =
        co_await stream_.next_layer().async_handshake(ssl::stream_base::server, kToValue);
    if (tls_error) {
        EMS_LOG(warn, "ws", "TLS refused connection={} reason={}", id_, tls_error.message());
        co_return false;
    }
    peer_cn_ = link::peer_common_name(stream_.next_layer().native_handle());
    beast::get_lowest_layer(stream_).expires_never();
    stream_.set_option(websocket::stream_base::timeout{config_.handshake_timeout,
                                                       config_.idle_timeout, true});
    stream_.read_message_max(config_.message_size_max);
    stream_.auto_fragment(false);
    stream_.binary(true);
    const auto [error] = co_await stream_.async_accept(kToValue);
    if (error) {
        EMS_LOG(warn, "ws", "no WebSocket connection={} cn={} reason={}", id_, peer_cn_,
                error.message());
        co_return false;
    }
    co_return true;
}

asio::awaitable<Result<std::string>> Connection::receive() {
    const std::shared_ptr<Connection> self = shared_from_this();
    inbox_.clear();
    const auto [error, size] = co_await stream_.async_read(inbox_, kToValue);
    if (error) {
        const bool ours = error == websocket::error::message_too_big;
        abort("ended by the peer");
        co_return fail(ours ? Code::malformed : Code::link_down, error.message());
    }
    if (stream_.got_text()) {
        abort("text message");
        co_return fail(Code::malformed, "text message");
    }
    ++counters_.messages_in;
    co_return beast::buffers_to_string(inbox_.data());
}

void Connection::drop_live_above(std::size_t bytes) {
    while (counters_.live_bytes_waiting > bytes) {
        counters_.live_bytes_waiting -= live_queue_.front()->size();
        live_queue_.pop_front();
        ++counters_.live_dropped;
    }
}

void Connection::send(WsBuffer message, WsClass kind) {
    if (state_ != State::open) {
        return;
    }
    if (kind == WsClass::live) {
        counters_.live_bytes_waiting += message->size();
        live_queue_.push_back(std::move(message));
        drop_live_above(config_.live_bytes_max);
    } else {
        // What waits before this one: a single message is no sign of a slow console, however long it is.
        const bool too_slow = counters_.state_bytes_waiting > config_.state_bytes_max;
        counters_.state_bytes_waiting += message->size();
        if (too_slow) {
            EMS_LOG(warn, "ws", "too slow connection={} cn={} waiting={}", id_, peer_cn_,
                    counters_.state_bytes_waiting);
            abort("too slow");
            return;
        }
        state_queue_.push_back(std::move(message));
    }
    write_next();
}

void Connection::write_next() {
    if (in_flight_ || state_ == State::closed) {
        return;
    }
    if (!state_queue_.empty()) {
        in_flight_ = std::move(state_queue_.front());
        state_queue_.pop_front();
        counters_.state_bytes_waiting -= in_flight_->size();
    } else if (!live_queue_.empty()) {
        in_flight_ = std::move(live_queue_.front());
        live_queue_.pop_front();
        counters_.live_bytes_waiting -= in_flight_->size();
    } else {
        if (state_ == State::closing) {
            say_farewell();
        }
        return;
    }
    stream_.async_write(asio::buffer(*in_flight_),
                        [self = shared_from_this()](error_code error, std::size_t) {
                            self->written(error);
                        });
}

void Connection::written(error_code error) {
    in_flight_.reset();
    if (error) {
        abort("write failed");
        return;
    }
    ++counters_.messages_out;
    write_next();
}

void Connection::say_farewell() {
    if (farewell_said_) {
        return;
    }
    farewell_said_ = true;
    stream_.async_close(websocket::close_code::normal, [self = shared_from_this()](error_code) {
        self->abort("closed");
    });
}

void Connection::close(std::string reason) {
    if (state_ != State::open) {
        return;
    }
    EMS_LOG(info, "ws", "closing connection={} cn={} reason={}", id_, peer_cn_, reason);
    state_ = State::closing;
    drop_live_above(0);
    timer_.expires_after(kCloseLimit);
    timer_.async_wait([self = shared_from_this()](error_code error) {
        if (!error) {
            self->abort("farewell took too long");
        }
    });
    write_next();
}

void Connection::abort(const char* reason) {
    if (state_ == State::closed) {
        return;
    }
    EMS_LOG(debug, "ws", "end of connection={} reason={}", id_, reason);
    state_ = State::closed;
    timer_.cancel();
    state_queue_.clear();
    live_queue_.clear();
    counters_.state_bytes_waiting = 0;
    counters_.live_bytes_waiting = 0;
    beast::get_lowest_layer(stream_).close();
}

class Server final : public WsServer {
  public:
    Server(asio::io_context& io, WsServerConfig config)
        : io_(io), config_(std::move(config)), acceptor_(io), pause_(io) {}

    Result<void> start();
    void serve(Session session) override;
    void stop() override;
    [[nodiscard]] std::uint16_t port() const override { return port_; }
    [[nodiscard]] std::size_t connections() const override { return connections_.size(); }

  private:
    asio::awaitable<void> accept_loop();
    asio::awaitable<void> run_connection(std::shared_ptr<Connection> connection);
    void welcome(tcp::socket socket);

    asio::io_context& io_;
    const WsServerConfig config_;
    tcp::acceptor acceptor_;
    asio::steady_timer pause_;
    std::uint16_t port_{0};
    Session session_;
    std::optional<link::TlsServer> tls_;
    std::uint64_t next_id_{1};
    std::map<std::uint64_t, std::weak_ptr<Connection>> connections_;
};

Result<void> Server::start() {
    auto tls = link::TlsServer::load(
        {config_.ca_file, config_.crl_file, config_.certificate_file, config_.key_file});
    if (!tls) {
        return Failure{std::move(tls).error()};
    }
    tls_.emplace(std::move(*tls));
    error_code error;
    const asio::ip::address address = asio::ip::make_address(config_.host, error);
    if (error) {
        return fail(Code::config, "\"" + config_.host + "\" is not an address to listen on");
    }
    const tcp::endpoint endpoint{address, config_.port};
    const std::string place = config_.host + ":" + std::to_string(config_.port);
    acceptor_.open(endpoint.protocol(), error);
    acceptor_.set_option(asio::socket_base::reuse_address(true), error);
    acceptor_.bind(endpoint, error);
    if (!error) {
        acceptor_.listen(kBacklog, error);
    }
    if (error) {
        return error == asio::error::address_in_use
                   ? fail(Code::busy, "port " + place + " is in use by another program")
                   : fail(Code::io, "cannot listen on " + place + ": " + error.message());
    }
    port_ = acceptor_.local_endpoint().port();
    return {};
}

void Server::serve(Session session) {
    session_ = std::move(session);
    asio::co_spawn(io_, accept_loop(), log_escaped);
}

asio::awaitable<void> Server::accept_loop() {
    while (acceptor_.is_open()) {
        auto [error, socket] = co_await acceptor_.async_accept(kToValue);
        if (!error) {
            welcome(std::move(socket));
            continue;
        }
        if (error == asio::error::operation_aborted || !acceptor_.is_open()) {
            co_return;
        }
        EMS_LOG(error, "ws", "accept failed: {}", error.message());
        pause_.expires_after(kAcceptPause);
        co_await pause_.async_wait(kToValue);
    }
}

void Server::welcome(tcp::socket socket) {
    if (connections_.size() >= config_.connections_max) {
        EMS_LOG(warn, "ws", "refused: {} connections", connections_.size());
        return;
    }
    error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    const std::uint64_t id = next_id_++;
    const auto connection =
        std::make_shared<Connection>(Stream{beast::tcp_stream{std::move(socket)}, tls_->context()}, id, config_);
    connections_[id] = connection;
    asio::co_spawn(io_, run_connection(connection), [this, id, connection](std::exception_ptr escaped) {
        log_escaped(std::move(escaped));
        connection->close("session ended");
        connections_.erase(id);
    });
}

asio::awaitable<void> Server::run_connection(std::shared_ptr<Connection> connection) {
    const bool ready = co_await connection->shake_hands();
    if (!ready) {
        connection->abort("no handshake");
        co_return;
    }
    EMS_LOG(info, "ws", "connected connection={} cn={}", connection->id(), connection->peer_cn());
    co_await session_(connection);
}

void Server::stop() {
    error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
    const auto present = connections_;
    for (const auto& [id, weak] : present) {
        if (const std::shared_ptr<Connection> connection = weak.lock()) {
            connection->close("server stops");
        }
    }
}

} // namespace

Result<std::unique_ptr<WsServer>> WsServer::listen(asio::io_context& io, const WsServerConfig& config) {
    auto server = std::make_unique<Server>(io, config);
    const Result<void> started = server->start();
    if (!started) {
        return Failure{started.error()};
    }
    return Result<std::unique_ptr<WsServer>>{std::move(server)};
}

} // namespace ems::dispatch
