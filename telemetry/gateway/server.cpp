#include "telemetry/gateway/server.h"

#include <array>
#include <deque>
#include <optional>
#include <set>
#include <utility>

#include "telemetry/base/assert.h"
#include "telemetry/base/log.h"
#include "telemetry/link/tcp_listen.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace ems::gateway {

namespace asio = boost::asio;
using boost::system::error_code;
using Tcp = asio::ip::tcp;

namespace {

constexpr std::size_t kReadSize = 4096;
constexpr int kBacklog = 64;
constexpr int kSendBufferSize = 32 * 1024;
constexpr std::chrono::milliseconds kAcceptPause{200};

void watch(const std::exception_ptr& error) {
    // Nothing of ours throws; a library's exception here is a bug that a restart survives.
    EMS_ASSERT(!error);
}

} // namespace

// One line. Lives as long as its coroutine or a write needs it; the server holds it until it
// closes.
class Connection : public std::enable_shared_from_this<Connection> {
  public:
    using Self = std::shared_ptr<Connection>;
    using Ended = std::function<void(const Self&)>;
    Connection(Tcp::socket socket, const Clock& clock, Ended ended)
        : socket_(std::move(socket)), clock_(clock), ended_(std::move(ended)) {}

    void start(const std::shared_ptr<Exchange>& exchange) {
        Session::Line line;
        line.send = [this](std::string frame) { send(std::move(frame)); };
        line.close = [this](std::string_view reason) { close(reason); };
        session_ = std::make_shared<Session>(exchange, std::move(line));
        asio::co_spawn(socket_.get_executor(), read(shared_from_this()), watch);
    }

    void tick(const ServerConfig& config) {
        if (write_began_ && clock_.ticks() - *write_began_ >= config.write_limit) {
            close("does not read");
            return;
        }
        session_->tick(config.idle_limit);
    }

    void close(std::string_view reason) {
        if (closed_) {
            return;
        }
        closed_ = true;
        if (session_->vid()) {
            EMS_LOG(info, "jt808", "line closed vid={} reason=\"{}\"", session_->vid()->str(),
                    reason);
        }
        session_->end();
        error_code ignored;
        socket_.close(ignored);
        ended_(shared_from_this());
    }

    [[nodiscard]] const std::shared_ptr<Session>& session() const { return session_; }
    // Empty when the line just went.
    [[nodiscard]] std::string address() const {
        error_code error;
        const Tcp::endpoint peer = socket_.remote_endpoint(error);
        return error ? "" : peer.address().to_string();
    }

  private:
    static asio::awaitable<void> read(Self self) {
        std::array<char, kReadSize> buffer{};
        for (;;) {
            const auto room = asio::buffer(buffer);
            const auto [error, size] =
                co_await self->socket_.async_read_some(room, asio::as_tuple(asio::use_awaitable));
            if (error || self->closed_) {
                break;
            }
            self->session_->receive({buffer.data(), size});
        }
        self->close("closed by the terminal");
    }

    void send(std::string frame) {
        if (closed_) {
            return;
        }
        unsent_bytes_ += frame.size();
        if (unsent_bytes_ > kUnsentBytesMax) {
            close("does not read");
            return;
        }
        unsent_.push_back(std::move(frame));
        if (unsent_.size() == 1) {
            write();
        }
    }

    void write() {
        write_began_ = clock_.ticks();
        asio::async_write(socket_, asio::buffer(unsent_.front()),
                          [self = shared_from_this()](error_code error, std::size_t) {
                              self->on_written(error);
                          });
    }

    void on_written(error_code error) {
        write_began_.reset();
        if (error || closed_) {
            close("write failed");
            return;
        }
        unsent_bytes_ -= unsent_.front().size();
        unsent_.pop_front();
        if (!unsent_.empty()) {
            write();
        }
    }

    Tcp::socket socket_;
    const Clock& clock_;
    Ended ended_;
    std::shared_ptr<Session> session_;
    std::deque<std::string> unsent_; // the first is being written
    std::size_t unsent_bytes_{0};
    std::optional<Ticks> write_began_;
    bool closed_{false};
};

struct Server::Body : std::enable_shared_from_this<Server::Body> {
    using Self = std::shared_ptr<Body>;

    Body(asio::any_io_executor own_executor, ServerConfig own_config,
         std::shared_ptr<Exchange> own_exchange)
        : executor(std::move(own_executor)), config(std::move(own_config)),
          exchange(std::move(own_exchange)), acceptor(executor), pause(executor), timer(executor) {}

    Result<void> listen();
    void admit(Tcp::socket socket);
    void stop();
    // Of the terminal that is logged in; null when it is not.
    [[nodiscard]] std::shared_ptr<Session> session_of(const std::string& number) const {
        const auto found = exchange->online.find(number);
        return found != exchange->online.end() ? found->second.lock() : nullptr;
    }
    static asio::awaitable<void> accept(Self self);
    static asio::awaitable<void> tick(Self self);

    asio::any_io_executor executor;
    ServerConfig config;
    std::shared_ptr<Exchange> exchange;
    Tcp::acceptor acceptor;
    asio::steady_timer pause;
    asio::steady_timer timer;
    std::set<Connection::Self> connections;
    bool stopping{false};
};

Result<void> Server::Body::listen() {
    return link::listen_tcp(acceptor, config.address, config.port, kBacklog);
}

void Server::Body::admit(Tcp::socket socket) {
    if (connections.size() >= config.connections_max) {
        ++exchange->counters.connections_refused;
        return;
    }
    ++exchange->counters.connections;
    error_code ignored;
    socket.set_option(Tcp::no_delay(true), ignored);
    // A terminal that does not read is to be noticed here, not hidden in the kernel's memory.
    socket.set_option(Tcp::socket::send_buffer_size(kSendBufferSize), ignored);
    const auto connection =
        std::make_shared<Connection>(std::move(socket), exchange->clock,
                                     [weak = weak_from_this()](const Connection::Self& ended) {
                                         if (const Self body = weak.lock()) {
                                             body->connections.erase(ended);
                                         }
                                     });
    connections.insert(connection);
    connection->start(exchange);
}

asio::awaitable<void> Server::Body::accept(Self self) {
    while (!self->stopping) {
        auto [error, socket] =
            co_await self->acceptor.async_accept(asio::as_tuple(asio::use_awaitable));
        if (self->stopping) {
            break;
        }
        if (!error) {
            self->admit(std::move(socket));
            continue;
        }
        EMS_LOG(warn, "jt808", "accept failed: {}", error.message());
        self->pause.expires_after(kAcceptPause);
        static_cast<void>(co_await self->pause.async_wait(asio::as_tuple(asio::use_awaitable)));
    }
}

asio::awaitable<void> Server::Body::tick(Self self) {
    while (!self->stopping) {
        self->timer.expires_after(self->config.tick);
        static_cast<void>(co_await self->timer.async_wait(asio::as_tuple(asio::use_awaitable)));
        const std::set<Connection::Self> present = self->connections; // a tick may end one
        for (const Connection::Self& connection : present) {
            connection->tick(self->config);
        }
    }
}

void Server::Body::stop() {
    if (stopping) {
        return;
    }
    stopping = true;
    error_code ignored;
    acceptor.close(ignored);
    pause.cancel();
    timer.cancel();
    const std::set<Connection::Self> present = connections;
    for (const Connection::Self& connection : present) {
        connection->close("the server stops");
    }
}

Server::Server(asio::any_io_executor executor, ServerConfig config,
               std::shared_ptr<Exchange> exchange)
    : body_(std::make_shared<Body>(std::move(executor), std::move(config), std::move(exchange))) {}

Server::~Server() {
    stop();
}

Result<void> Server::start() {
    EMS_TRY(body_->listen());
    asio::co_spawn(body_->executor, Body::accept(body_), watch);
    asio::co_spawn(body_->executor, Body::tick(body_), watch);
    return {};
}

void Server::stop() {
    body_->stop();
}

std::uint16_t Server::port() const {
    error_code ignored;
    return body_->acceptor.local_endpoint(ignored).port();
}

Result<std::vector<TextSerial>> Server::send_text(const VehicleId& vid, const TextDown& text,
                                                  const std::vector<TextSerial>& before) {
    std::vector<TextSerial> serials;
    const std::set<Connection::Self> present = body_->connections; // a full line ends on sending
    for (const Connection::Self& connection : present) {
        if (connection->session()->vid() != vid) {
            continue;
        }
        auto serial = connection->session()->send_text(text, before);
        if (!serial) {
            return Failure{std::move(serial).error()};
        }
        serials.push_back(*serial);
    }
    if (serials.empty()) {
        return fail(Code::not_found, "no terminal of " + vid.str() + " is connected");
    }
    return serials;
}

std::vector<std::uint64_t> Server::sessions_of(const VehicleId& vid) const {
    std::vector<std::uint64_t> out;
    for (const Connection::Self& connection : body_->connections) {
        if (connection->session()->vid() == vid) {
            out.push_back(connection->session()->number());
        }
    }
    return out;
}

std::set<VehicleId> Server::vehicles() const {
    std::set<VehicleId> out;
    for (const Connection::Self& connection : body_->connections) {
        if (const auto& vid = connection->session()->vid()) {
            out.insert(*vid);
        }
    }
    return out;
}

std::size_t Server::connection_count() const {
    return body_->connections.size();
}

std::map<std::string, Server::Present> Server::terminals() const {
    std::map<std::string, Present> out;
    for (const Connection::Self& connection : body_->connections) {
        if (connection->session()->vid()) {
            out[connection->session()->terminal()] = {connection->session()->number(),
                                                      connection->address()};
        }
    }
    return out;
}

Result<TextSerial> Server::open_stream(const std::string& number, const StreamOpen& request) {
    const std::shared_ptr<Session> session = body_->session_of(number);
    return session != nullptr ? session->open_stream(request)
                              : Result<TextSerial>{fail(Code::not_found, "not logged in")};
}

Result<TextSerial> Server::control_stream(const std::string& number,
                                          const StreamControl& request) {
    const std::shared_ptr<Session> session = body_->session_of(number);
    return session != nullptr ? session->control_stream(request)
                              : Result<TextSerial>{fail(Code::not_found, "not logged in")};
}

} // namespace ems::gateway
