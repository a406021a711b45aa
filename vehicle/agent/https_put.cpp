// The only file on board that sees Beast: it costs half a minute of compiling.
#include "vehicle/agent/https_put.h"

#include <atomic>
#include <charconv>
#include <exception>
#include <mutex>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <netinet/ip.h>
#include <sys/socket.h>

#include "telemetry/base/assert.h"

namespace ems::vehicle {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace ssl = boost::asio::ssl;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto kToValue = asio::as_tuple(asio::use_awaitable);
constexpr std::uint64_t kAnswerMax = 4096;
constexpr int kSendBuffer = 16'384; // what waits in the kernel waits before vitals
constexpr int kLowPriority = 0x20;  // DSCP CS1 in the upper six bits

using Stream = beast::ssl_stream<beast::tcp_stream>;
using Request = http::request<http::string_body>;

Failure failed(const char* what, error_code error) {
    if (error == beast::error::timeout) {
        return fail(Code::timeout, std::string{what} + " took too long");
    }
    const bool tls = error.category() == asio::error::get_ssl_category();
    return fail(tls ? Code::tls : Code::link_down, std::string{what} + ": " + error.message());
}

Result<std::unique_ptr<ssl::context>> make_tls(const HttpsTarget& target) {
    auto tls = std::make_unique<ssl::context>(ssl::context::tls_client);
    error_code error;
    tls->load_verify_file(target.ca_file, error);
    if (error) {
        return fail(Code::config, target.ca_file + ": " + error.message());
    }
    tls->use_certificate_chain_file(target.certificate_file, error);
    if (error) {
        return fail(Code::config, target.certificate_file + ": " + error.message());
    }
    tls->use_private_key_file(target.key_file, ssl::context::pem, error);
    if (error) {
        return fail(Code::config, target.key_file + ": " + error.message());
    }
    SSL_CTX_set_min_proto_version(tls->native_handle(), TLS1_2_VERSION);
    tls->set_verify_mode(ssl::verify_peer);
    return tls;
}

// Every vehicle has a certificate of the same authority: only the server's name will do.
error_code expect_name(Stream& stream, const std::string& name) {
    static constexpr std::string_view kProtocol{"\x08http/1.1"};
    SSL* const tls = stream.native_handle();
    stream.set_verify_callback(ssl::host_name_verification(name));
    const bool asked =
        SSL_set_alpn_protos(tls, reinterpret_cast<const unsigned char*>(kProtocol.data()),
                            static_cast<unsigned>(kProtocol.size())) == 0;
    return asked ? error_code{} : error_code{asio::error::no_memory};
}

void go_behind_others(tcp::socket& socket) {
    error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    socket.set_option(asio::socket_base::send_buffer_size(kSendBuffer), ignored);
    const int tos = kLowPriority;
    const int priority = 1;
    setsockopt(socket.native_handle(), IPPROTO_IP, IP_TOS, &tos, sizeof tos);
    setsockopt(socket.native_handle(), SOL_SOCKET, SO_PRIORITY, &priority, sizeof priority);
}

} // namespace

struct HttpsPut::Body {
    explicit Body(HttpsTarget to) : target(std::move(to)) {}

    Result<void> make_stream();
    asio::awaitable<Result<HttpsAnswer>> exchange(Request request);
    asio::awaitable<Result<void>> connect();

    const HttpsTarget target;
    asio::io_context io{1};
    std::unique_ptr<ssl::context> tls;
    std::unique_ptr<Stream> stream;
    bool connected{false};
    beast::flat_buffer buffer{kAnswerMax};
    std::atomic<bool> cancelled{false};
};

Result<void> HttpsPut::Body::make_stream() {
    if (!tls) {
        auto made = make_tls(target);
        if (!made) {
            return Failure{std::move(made).error()};
        }
        tls = std::move(*made);
    }
    stream = std::make_unique<Stream>(beast::tcp_stream{io}, *tls);
    buffer.clear();
    connected = false;
    return {};
}

asio::awaitable<Result<void>> HttpsPut::Body::connect() {
    error_code error;
    const auto address = asio::ip::make_address(target.host, error);
    if (error) {
        co_return failed("address", error);
    }
    const tcp::endpoint endpoint{address, target.port};
    const auto [tcp_error] =
        co_await beast::get_lowest_layer(*stream).async_connect(endpoint, kToValue);
    if (tcp_error) {
        co_return failed("connecting", tcp_error);
    }
    go_behind_others(beast::get_lowest_layer(*stream).socket());
    if (const error_code unnamed = expect_name(*stream, target.name)) {
        co_return failed("TLS", unnamed);
    }
    const auto [tls_error] = co_await stream->async_handshake(ssl::stream_base::client, kToValue);
    if (tls_error) {
        co_return failed("TLS", tls_error);
    }
    connected = true;
    co_return Result<void>{};
}

asio::awaitable<Result<HttpsAnswer>> HttpsPut::Body::exchange(Request request) {
    beast::get_lowest_layer(*stream).expires_after(target.limit);
    if (!connected) {
        const auto opened = co_await connect();
        if (!opened) {
            co_return Failure{opened.error()};
        }
    }
    const auto [write_error, written] = co_await http::async_write(*stream, request, kToValue);
    if (write_error) {
        co_return failed("sending", write_error);
    }
    http::response_parser<http::string_body> parser;
    parser.header_limit(kAnswerMax);
    parser.body_limit(kAnswerMax);
    const auto [read_error, size] = co_await http::async_read(*stream, buffer, parser, kToValue);
    if (read_error) {
        co_return failed("reading", read_error);
    }
    const auto& reply = parser.get();
    HttpsAnswer out;
    out.status = reply.result_int();
    const auto offset = reply["Ems-Offset"];
    std::uint64_t number = 0;
    const auto [end, wrong] = std::from_chars(offset.data(), offset.data() + offset.size(), number);
    if (wrong == std::errc{} && end == offset.data() + offset.size()) {
        out.offset = number;
    }
    connected = reply.keep_alive();
    co_return out;
}

HttpsPut::HttpsPut(HttpsTarget target) : body_(std::make_unique<Body>(std::move(target))) {}
HttpsPut::~HttpsPut() = default;

Result<HttpsAnswer> HttpsPut::put(const std::string& path, const Fields& fields, std::string body) {
    if (body_->cancelled) {
        return fail(Code::cancelled);
    }
    if (!body_->connected) {
        EMS_TRY(body_->make_stream());
    }
    Request request{http::verb::put, path, 11};
    request.set(http::field::host, body_->target.name);
    for (const auto& [name, value] : fields) {
        request.set(name, value);
    }
    request.body() = std::move(body);
    request.prepare_payload();
    Result<HttpsAnswer> out = fail(Code::cancelled);
    asio::co_spawn(body_->io, body_->exchange(std::move(request)),
                   [&out](const std::exception_ptr& escaped, Result<HttpsAnswer> answer) {
                       EMS_ASSERT(escaped == nullptr); // errors are values here
                       out = std::move(answer);
                   });
    body_->io.restart();
    body_->io.run();
    if (!out) {
        body_->connected = false;
    }
    return body_->cancelled ? Result<HttpsAnswer>{fail(Code::cancelled)} : out;
}

void HttpsPut::cancel() {
    body_->cancelled = true;
    asio::post(body_->io, [this] {
        if (body_->stream) {
            beast::get_lowest_layer(*body_->stream).close();
        }
    });
}

} // namespace ems::vehicle
