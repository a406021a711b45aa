// The only client file that sees Beast: TLS and WebSocket together cost a minute of compiling.
#include "dispatch/client/ws_client.h"

#include <deque>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>

namespace ems::client {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace ssl = boost::asio::ssl;
namespace websocket = boost::beast::websocket;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto kToValue = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::seconds kIdleTimeout{15};

using Stream = websocket::stream<beast::ssl_stream<beast::tcp_stream>>;

class Connection final : public WsClient, public std::enable_shared_from_this<Connection> {
  public:
    Connection(asio::io_context& io, ssl::context tls, WsTarget target, ConnectWatch watch)
        : tls_(std::move(tls)), stream_(beast::tcp_stream{io}, tls_), resolver_(io),
          target_(std::move(target)), watch_(std::move(watch)) {}

    asio::awaitable<Result<void>> open();
    asio::awaitable<Result<std::string>> receive() override;
    Result<void> send(std::string message) override;
    void close() override;

  private:
    asio::awaitable<Result<void>> open_tcp();
    asio::awaitable<Result<void>> open_tls();
    asio::awaitable<Result<void>> open_websocket();
    void write_next();
    void begin(ConnectStep step) const {
        if (watch_.began) {
            watch_.began(step);
        }
    }
    [[nodiscard]] Failure failed(const char* what, error_code error) const;
    // The same while connecting: the watch is told why.
    [[nodiscard]] Failure stopped(const char* what, error_code error);
    [[nodiscard]] ConnectCause tls_cause(error_code error);

    ssl::context tls_;
    Stream stream_;
    tcp::resolver resolver_;
    WsTarget target_;
    ConnectWatch watch_;
    beast::flat_buffer inbox_;
    std::deque<std::string> outbox_;  // the front is being written
    std::size_t outbox_bytes_{0};
    bool closed_{false};
};

Failure Connection::failed(const char* what, error_code error) const {
    const std::string place = target_.host + ":" + std::to_string(target_.port);
    if (error == beast::error::timeout) {
        return fail(Code::timeout, place + ": " + what + " took too long");
    }
    const bool tls = error.category() == asio::error::get_ssl_category();
    return fail(tls ? Code::tls : Code::link_down,
                place + ": " + what + " failed: " + error.message());
}

ConnectCause tcp_cause(error_code error) {
    if (error == beast::error::timeout || error == asio::error::timed_out) {
        return ConnectCause::timed_out;
    }
    if (error == asio::error::host_not_found || error == asio::error::host_not_found_try_again ||
        error == asio::error::no_data || error == asio::error::service_not_found) {
        return ConnectCause::name_unknown;
    }
    if (error == asio::error::connection_refused) {
        return ConnectCause::nobody_listens;
    }
    if (error == asio::error::network_unreachable || error == asio::error::host_unreachable) {
        return ConnectCause::unreachable;
    }
    return error == websocket::error::upgrade_declined || error == websocket::error::bad_http_version ||
                   error.category() == make_error_code(beast::http::error::bad_version).category()
               ? ConnectCause::not_the_centre
               : ConnectCause::closed;
}

ConnectCause Connection::tls_cause(error_code error) {
    switch (ERR_GET_REASON(static_cast<unsigned long>(error.value()))) {
    case SSL_R_CERTIFICATE_VERIFY_FAILED:
        switch (SSL_get_verify_result(stream_.next_layer().native_handle())) {
        case X509_V_ERR_CERT_HAS_EXPIRED:
            return ConnectCause::server_expired;
        case X509_V_ERR_CERT_NOT_YET_VALID:
            return ConnectCause::server_not_yet_valid;
        case X509_V_OK: // the chain holds, and then the name was asked for
        case X509_V_ERR_UNSPECIFIED:
        case X509_V_ERR_HOSTNAME_MISMATCH:
            return ConnectCause::server_name_differs;
        default:
            return ConnectCause::server_untrusted;
        }
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
        return ConnectCause::we_expired;
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
    case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
    case SSL_R_TLSV1_ALERT_ACCESS_DENIED:
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
        return ConnectCause::we_are_refused;
    default:
        return ConnectCause::not_the_centre;
    }
}

Failure Connection::stopped(const char* what, error_code error) {
    if (watch_.ended) {
        const bool tls = error.category() == asio::error::get_ssl_category();
        watch_.ended(tls ? tls_cause(error) : tcp_cause(error));
    }
    return failed(what, error);
}

asio::awaitable<Result<void>> Connection::open_tcp() {
    begin(ConnectStep::name);
    const auto [resolve_error, endpoints] =
        co_await resolver_.async_resolve(target_.host, std::to_string(target_.port), kToValue);
    if (resolve_error) {
        co_return stopped("looking up the name", resolve_error);
    }
    begin(ConnectStep::tcp);
    const auto [error, endpoint] =
        co_await beast::get_lowest_layer(stream_).async_connect(endpoints, kToValue);
    if (error) {
        co_return stopped("connecting", error);
    }
    error_code ignored;
    beast::get_lowest_layer(stream_).socket().set_option(tcp::no_delay(true), ignored);
    co_return Result<void>{};
}

asio::awaitable<Result<void>> Connection::open_tls() {
    begin(ConnectStep::tls);
    stream_.next_layer().set_verify_callback(ssl::host_name_verification(target_.host));
    const auto [error] =
        co_await stream_.next_layer().async_handshake(ssl::stream_base::client, kToValue);
    if (error) {
        co_return stopped("TLS", error);
    }
    co_return Result<void>{};
}

asio::awaitable<Result<void>> Connection::open_websocket() {
    begin(ConnectStep::protocol);
    beast::get_lowest_layer(stream_).expires_never();
    stream_.set_option(websocket::stream_base::timeout{target_.timeout, kIdleTimeout, true});
    stream_.read_message_max(target_.message_size_max);
    stream_.auto_fragment(false);
    stream_.binary(true);
    const auto [error] = co_await stream_.async_handshake(
        target_.host + ":" + std::to_string(target_.port), "/console/v1", kToValue);
    if (error) {
        co_return stopped("the WebSocket handshake", error);
    }
    co_return Result<void>{};
}

asio::awaitable<Result<void>> Connection::open() {
    const std::shared_ptr<Connection> self = shared_from_this();
    beast::get_lowest_layer(stream_).expires_after(target_.timeout);
    Result<void> result = co_await open_tcp();
    if (result) {
        result = co_await open_tls();
    }
    if (result) {
        result = co_await open_websocket();
    }
    co_return result;
}

asio::awaitable<Result<std::string>> Connection::receive() {
    const std::shared_ptr<Connection> self = shared_from_this();
    inbox_.clear();
    const auto [error, size] = co_await stream_.async_read(inbox_, kToValue);
    if (error) {
        const Failure failure = failed("reading", error);
        close();
        co_return failure;
    }
    co_return beast::buffers_to_string(inbox_.data());
}

Result<void> Connection::send(std::string message) {
    if (closed_) {
        return fail(Code::link_down);
    }
    if (outbox_bytes_ + message.size() > target_.send_bytes_max) {
        return fail(Code::full);
    }
    outbox_bytes_ += message.size();
    outbox_.push_back(std::move(message));
    if (outbox_.size() == 1) {
        write_next();
    }
    return {};
}

void Connection::write_next() {
    stream_.async_write(asio::buffer(outbox_.front()),
                        [self = shared_from_this()](error_code error, std::size_t) {
                            if (error) {
                                self->close();
                                return;
                            }
                            self->outbox_bytes_ -= self->outbox_.front().size();
                            self->outbox_.pop_front();
                            if (!self->outbox_.empty() && !self->closed_) {
                                self->write_next();
                            }
                        });
}

void Connection::close() {
    if (!closed_) {
        closed_ = true;
        resolver_.cancel();
        beast::get_lowest_layer(stream_).close();
    }
}

Result<ssl::context> make_tls(const WsTarget& target) {
    ssl::context tls{ssl::context::tls_client};
    const auto file_error = [](const std::string& file, const error_code& error) {
        return fail(Code::config, "cannot use " + file + ": " + error.message());
    };
    error_code error;
    tls.load_verify_file(target.ca_file, error);
    if (error) {
        return file_error(target.ca_file, error);
    }
    tls.use_certificate_chain_file(target.certificate_file, error);
    if (error) {
        return file_error(target.certificate_file, error);
    }
    tls.use_private_key_file(target.key_file, ssl::context::pem, error);
    if (error) {
        return file_error(target.key_file, error);
    }
    SSL_CTX_set_min_proto_version(tls.native_handle(), TLS1_2_VERSION);
    tls.set_verify_mode(ssl::verify_peer);
    return tls;
}

} // namespace

asio::awaitable<Result<std::shared_ptr<WsClient>>> WsClient::connect(asio::io_context& io,
                                                                     WsTarget target) {
    ConnectWatch nobody;
    return connect(io, std::move(target), std::move(nobody));
}

asio::awaitable<Result<std::shared_ptr<WsClient>>>
WsClient::connect(asio::io_context& io, WsTarget target, ConnectWatch watch) {
    if (watch.began) {
        watch.began(ConnectStep::files);
    }
    Result<ssl::context> tls = make_tls(target);
    if (!tls) {
        if (watch.ended) {
            watch.ended(ConnectCause::file_unusable);
        }
        co_return Failure{tls.error()};
    }
    const auto connection =
        std::make_shared<Connection>(io, std::move(*tls), std::move(target), std::move(watch));
    const Result<void> opened = co_await connection->open();
    if (!opened) {
        connection->close();
        co_return Failure{opened.error()};
    }
    co_return Result<std::shared_ptr<WsClient>>{connection};
}

} // namespace ems::client
