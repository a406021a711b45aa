#include "telemetry/status/status_http.h"

#include <array>
#include <set>
#include <string_view>
#include <utility>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include "telemetry/base/log.h"
#include "telemetry/status/http_request.h"

namespace ems::status {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::chrono::milliseconds kAcceptAgain{500}; // no file handles left, say
constexpr std::string_view kMetricsType = "text/plain; version=0.0.4; charset=utf-8";
constexpr std::string_view kTextType = "text/plain; charset=utf-8";

struct Answer {
    std::string_view status; // "200 OK"
    std::string_view type{kTextType};
    std::string_view fields{}; // further ones, each with its line end
    std::string body;
};

enum class Content { sent, left_out };

std::string serialize(const Answer& answer, Content content) {
    std::string out = "HTTP/1.1 ";
    out.append(answer.status).append("\r\nContent-Type: ").append(answer.type);
    out.append("\r\nContent-Length: ").append(std::to_string(answer.body.size()));
    out.append("\r\nCache-Control: no-store\r\nConnection: close\r\n").append(answer.fields);
    out.append("\r\n");
    if (content == Content::sent) {
        out += answer.body;
    }
    return out;
}

std::string busy() {
    return serialize({.status = "503 Service Unavailable", .body = "too many connections\n"},
                     Content::sent);
}

Answer page(const StatusPages& pages, std::string_view path) {
    if (path == "/metrics") {
        return {.status = "200 OK", .type = kMetricsType, .body = pages.metrics()};
    }
    const Health health = pages.health();
    return {.status = all_ok(health) ? "200 OK" : "503 Service Unavailable",
            .body = health_page(health)};
}

std::string answer_to(const StatusPages& pages, const Request& request) {
    const Content content = request.method == "HEAD" ? Content::left_out : Content::sent;
    if (request.path != "/metrics" && request.path != "/healthz") {
        return serialize({.status = "404 Not Found", .body = "try /metrics or /healthz\n"},
                         content);
    }
    if (request.method != "GET" && request.method != "HEAD") {
        return serialize({.status = "405 Method Not Allowed",
                          .fields = "Allow: GET, HEAD\r\n",
                          .body = "GET or HEAD\n"},
                         content);
    }
    return serialize(page(pages, request.path), content);
}

class Connection : public std::enable_shared_from_this<Connection> {
  public:
    Connection(tcp::socket socket, const StatusPages& pages, std::function<void(Connection&)> ended)
        : socket_(std::move(socket)), deadline_(socket_.get_executor()), pages_(pages),
          ended_(std::move(ended)) {}

    void run(std::chrono::milliseconds limit) {
        deadline_.expires_after(limit);
        deadline_.async_wait([self = shared_from_this()](const error_code& error) {
            if (!error) {
                self->end();
            }
        });
        read();
    }
    void end() {
        if (std::exchange(over_, true)) {
            return;
        }
        error_code ignored;
        socket_.close(ignored);
        deadline_.cancel();
        ended_(*this);
    }

  private:
    void read() {
        socket_.async_read_some(
            asio::buffer(buffer_),
            [self = shared_from_this()](const error_code& error, std::size_t size) {
                if (error || self->over_) {
                    self->end();
                } else {
                    self->take({self->buffer_.data(), size});
                }
            });
    }
    void take(std::string_view bytes) {
        switch (reader_.feed(bytes)) {
        case Progress::more:
            read();
            return;
        case Progress::done:
            write(answer_to(pages_, reader_.request()));
            return;
        case Progress::malformed:
            write(serialize({.status = "400 Bad Request", .body = "malformed\n"}, Content::sent));
            return;
        case Progress::too_long:
            write(serialize({.status = "431 Request Header Fields Too Large", .body = "too long\n"},
                            Content::sent));
            return;
        }
    }
    void write(std::string answer) {
        answer_ = std::move(answer);
        asio::async_write(socket_, asio::buffer(answer_),
                          [self = shared_from_this()](const error_code& error, std::size_t) {
                              if (error || self->over_) {
                                  self->end();
                                  return;
                              }
                              error_code ignored;
                              self->socket_.shutdown(tcp::socket::shutdown_send, ignored);
                              self->drain();
                          });
    }
    // Until the peer closes too, or the deadline: closing with unread bytes would send a reset that
    // can take the answer away from him.
    void drain() {
        socket_.async_read_some(asio::buffer(buffer_),
                                [self = shared_from_this()](const error_code& error, std::size_t) {
                                    if (error || self->over_) {
                                        self->end();
                                    } else {
                                        self->drain();
                                    }
                                });
    }

    tcp::socket socket_;
    asio::steady_timer deadline_;
    const StatusPages& pages_;
    std::function<void(Connection&)> ended_;
    RequestReader reader_;
    std::array<char, 2048> buffer_{};
    std::string answer_;
    bool over_{false};
};

} // namespace

Result<void> check(const StatusConfig& config) {
    error_code error;
    asio::ip::make_address(config.address, error);
    if (!config.address.empty() && error) {
        return fail(Code::config,
                    "status.address: " + config.address + " is not a numeric address");
    }
    return {};
}

struct StatusServer::Body : std::enable_shared_from_this<StatusServer::Body> {
    Body(asio::any_io_executor executor, StatusConfig own_config, StatusPages own_pages)
        : config(std::move(own_config)), pages(std::move(own_pages)), acceptor(executor),
          again(executor) {}

    void start() {
        if (const auto bound = bind(); !bound) {
            if (!std::exchange(said, true)) {
                EMS_LOG(error, "status", "no /metrics and /healthz: {}", bound.error().detail);
            }
            later(config.bind_again, &Body::start);
            return;
        }
        EMS_LOG(info, "status", "answers on http://{}:{}/metrics and /healthz", config.address,
                config.port);
        accept();
    }
    Result<void> bind() {
        error_code error;
        const auto address = asio::ip::make_address(config.address, error);
        if (error) {
            return fail(Code::config, "address " + config.address);
        }
        const tcp::endpoint endpoint{address, config.port};
        acceptor.open(endpoint.protocol(), error);
        if (!error) {
            acceptor.set_option(tcp::acceptor::reuse_address{true}, error);
        }
        if (!error) {
            acceptor.bind(endpoint, error);
        }
        if (!error) {
            acceptor.listen(asio::socket_base::max_listen_connections, error);
        }
        if (!error) {
            acceptor.non_blocking(true, error);
        }
        if (error) {
            error_code ignored;
            acceptor.close(ignored);
            return fail(Code::busy, config.address + ":" + std::to_string(config.port) + ": " +
                                        error.message());
        }
        return {};
    }
    void later(std::chrono::milliseconds time, void (Body::*what)()) {
        again.expires_after(time);
        again.async_wait([self = shared_from_this(), what](const error_code& error) {
            if (!error && !self->stopped) {
                (self.get()->*what)();
            }
        });
    }
    void accept() {
        acceptor.async_accept(
            [self = shared_from_this()](const error_code& error, tcp::socket socket) {
                if (self->stopped) {
                    return;
                }
                if (error) {
                    self->later(kAcceptAgain, &Body::accept);
                    return;
                }
                self->admit(std::move(socket));
                self->accept();
            });
    }
    void admit(tcp::socket socket) {
        if (connections.size() >= config.connections_max) {
            // As much of it as the socket takes at once, which is all of it.
            error_code ignored;
            socket.non_blocking(true, ignored);
            const std::string text = busy();
            socket.write_some(asio::buffer(text), ignored);
            socket.shutdown(tcp::socket::shutdown_send, ignored);
            return;
        }
        auto connection = std::make_shared<Connection>(
            std::move(socket), pages, [weak = weak_from_this()](Connection& over) {
                if (const auto self = weak.lock()) {
                    self->connections.erase(over.shared_from_this());
                }
            });
        connections.insert(connection);
        connection->run(config.deadline);
    }
    void stop() {
        stopped = true;
        error_code ignored;
        acceptor.close(ignored);
        again.cancel();
        const auto present = std::exchange(connections, {});
        for (const auto& connection : present) {
            connection->end();
        }
    }

    StatusConfig config;
    StatusPages pages;
    tcp::acceptor acceptor;
    asio::steady_timer again;
    std::set<std::shared_ptr<Connection>> connections;
    bool said{false};
    bool stopped{false};
};

StatusServer::StatusServer(asio::any_io_executor executor, StatusConfig config, StatusPages pages)
    : body_(std::make_shared<Body>(std::move(executor), std::move(config), std::move(pages))) {}

StatusServer::~StatusServer() {
    body_->stop();
}

void StatusServer::start() {
    if (!body_->config.address.empty() && body_->config.port != 0) {
        body_->start();
    }
}

void StatusServer::stop() {
    body_->stop();
}

bool StatusServer::listening() const {
    return body_->acceptor.is_open();
}

std::size_t StatusServer::connection_count() const {
    return body_->connections.size();
}

} // namespace ems::status
