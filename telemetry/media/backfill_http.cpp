// The only file of ems-mediad that sees Beast: it costs half a minute of compiling.
#include "telemetry/media/backfill_http.h"

#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

namespace ems::media {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

constexpr auto kToValue = asio::as_tuple(asio::use_awaitable);
constexpr std::uint32_t kHeadMax = 8 * 1024;
constexpr std::uint64_t kBodyMax = 256 * 1024;
constexpr std::chrono::seconds kRequestLimit{60};
constexpr std::string_view kPrefix{"/backfill/v1/"};

using Request = http::request<http::string_body>;
using Reply = http::response<http::empty_body>;

template <class Number> std::optional<Number> number_in(std::string_view text) {
    Number out{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    return error == std::errc{} && end == text.data() + text.size() && !text.empty()
               ? std::optional{out}
               : std::nullopt;
}

// Up to the first `mark`, which is taken off as well; nullopt without one.
std::optional<std::string_view> cut(std::string_view& text, char mark) {
    const std::size_t at = text.find(mark);
    if (at == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string_view out = text.substr(0, at);
    text.remove_prefix(at + 1);
    return out;
}

struct Wanted {
    BackfillOffer offer;
    std::optional<std::uint64_t> from; // nullopt: it asks
};

// "bytes */<size>" or "bytes <first>-<last>/<size>"
bool read_range(std::string_view text, std::size_t body, Wanted& out) {
    constexpr std::string_view kUnit{"bytes "};
    if (!text.starts_with(kUnit)) {
        return false;
    }
    text.remove_prefix(kUnit.size());
    const auto range = cut(text, '/');
    const auto size = number_in<std::uint64_t>(text);
    if (!range || !size) {
        return false;
    }
    out.offer.bytes = *size;
    if (*range == "*") {
        return body == 0;
    }
    std::string_view last = *range;
    const auto first = cut(last, '-');
    const auto from = first ? number_in<std::uint64_t>(*first) : std::nullopt;
    const auto to = number_in<std::uint64_t>(last);
    if (!from || !to || *to < *from || *to - *from + 1 != body) {
        return false;
    }
    out.from = *from;
    return true;
}

std::optional<Wanted> read_request(const Request& request) {
    Wanted out;
    std::string_view path{request.target().data(), request.target().size()};
    if (request.method() != http::verb::put || !path.starts_with(kPrefix)) {
        return std::nullopt;
    }
    path.remove_prefix(kPrefix.size());
    const auto vid = cut(path, '/');
    const auto camera = cut(path, '/');
    const auto first = cut(path, '-');
    const auto first_us = first ? number_in<std::int64_t>(*first) : std::nullopt;
    const auto length = number_in<std::int64_t>(path);
    if (!vid || !camera || !first_us || !length) {
        return std::nullopt;
    }
    out.offer.camera = {std::string{*vid}, std::string{*camera}};
    out.offer.first_us = *first_us;
    out.offer.length_ms = *length;
    const auto digest = request["Ems-Sha256"];
    out.offer.sha256.assign(digest.data(), digest.size());
    const auto range = request[http::field::content_range];
    return read_range({range.data(), range.size()}, request.body().size(), out)
               ? std::optional{std::move(out)}
               : std::nullopt;
}

http::status status_of(Code code) {
    switch (code) {
    case Code::repeated:
        return http::status::no_content;
    case Code::refused:
        return http::status::forbidden;
    case Code::invalid_argument:
        return http::status::bad_request;
    case Code::not_found:
        return http::status::not_found;
    case Code::out_of_range:
        return http::status::payload_too_large;
    case Code::corrupt:
    case Code::malformed:
        return http::status::unprocessable_entity;
    case Code::full:
        return http::status::insufficient_storage;
    default:
        return http::status::service_unavailable;
    }
}

asio::awaitable<Reply> answer(Backfill& desk, const std::string& common_name, Request& request) {
    Reply reply{http::status::bad_request, 11};
    auto wanted = read_request(request);
    if (!wanted) {
        co_return reply;
    }
    if (wanted->offer.camera.vid != common_name) {
        reply.result(http::status::forbidden);
        co_return reply;
    }
    const std::uint64_t size = wanted->offer.bytes;
    Result<std::uint64_t> here = fail(Code::internal);
    if (wanted->from) {
        here =
            co_await desk.put(std::move(wanted->offer), *wanted->from, std::move(request.body()));
    } else {
        here = co_await desk.ask(std::move(wanted->offer));
    }
    if (!here) {
        reply.result(status_of(here.error().code));
    } else {
        reply.result(*here == size ? http::status::created : http::status::accepted);
        reply.set("Ems-Offset", std::to_string(*here));
    }
    co_return reply;
}

asio::awaitable<void> serve(Backfill& desk, TlsClient client) {
    TlsStream& stream = *client.stream;
    asio::steady_timer limit{stream.get_executor()};
    beast::flat_buffer buffer{kHeadMax + kBodyMax};
    for (bool go_on = true; go_on;) {
        limit.expires_after(kRequestLimit);
        limit.async_wait([held = client.stream](const error_code& error) {
            if (!error) {
                error_code ignored;
                held->next_layer().close(ignored);
            }
        });
        http::request_parser<http::string_body> parser;
        parser.header_limit(kHeadMax);
        parser.body_limit(kBodyMax);
        const auto [read_error, size] = co_await http::async_read(stream, buffer, parser, kToValue);
        if (read_error) {
            break;
        }
        Request request = parser.release();
        Reply reply = co_await answer(desk, client.common_name, request);
        go_on = request.keep_alive();
        reply.keep_alive(go_on);
        reply.prepare_payload();
        const auto [write_error, written] = co_await http::async_write(stream, reply, kToValue);
        go_on = go_on && !write_error;
    }
    limit.cancel();
}

} // namespace

TlsListener::Serve backfill_over_http(Backfill& desk) {
    return [&desk](TlsClient client) { return serve(desk, std::move(client)); };
}

} // namespace ems::media
