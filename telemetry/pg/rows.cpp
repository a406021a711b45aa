#include "telemetry/pg/rows.h"

#include <array>
#include <charconv>
#include <chrono>

#include <fmt/format.h>
#include <libpq-fe.h>

#include "telemetry/base/assert.h"

namespace ems::pg {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

void append_hex(std::string& out, std::string_view bytes) {
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        out += kHexDigits[byte >> 4U];
        out += kHexDigits[byte & 15U];
    }
}

int hex_value(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return -1;
}

template <class T> std::optional<T> parse(std::string_view text) {
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return value;
}

Failure wrong(std::string_view wanted, std::size_t row, std::size_t column, bool is_null) {
    return fail(Code::corrupt, fmt::format("result row {} column {} is {}, wanted {}", row, column,
                                           is_null ? "null" : "of another type", wanted));
}

// "2026-03-18 10:42:16.123456+00", as a session with time zone UTC and date style ISO prints it.
std::optional<std::int64_t> parse_utc_us(std::string_view text) {
    if (text.size() < 22 || text.substr(text.size() - 3) != "+00" || text[4] != '-' ||
        text[10] != ' ') {
        return std::nullopt;
    }
    const auto year = parse<int>(text.substr(0, 4));
    const auto month = parse<unsigned>(text.substr(5, 2));
    const auto day = parse<unsigned>(text.substr(8, 2));
    const auto hour = parse<int>(text.substr(11, 2));
    const auto minute = parse<int>(text.substr(14, 2));
    const auto second = parse<int>(text.substr(17, 2));
    if (!year || !month || !day || !hour || !minute || !second) {
        return std::nullopt;
    }
    std::string fraction{text.substr(19, text.size() - 22)};
    std::int64_t us = 0;
    if (!fraction.empty()) {
        fraction.erase(0, 1);
        fraction.resize(6, '0');
        const auto parsed = parse<std::int64_t>(fraction);
        if (!parsed) {
            return std::nullopt;
        }
        us = *parsed;
    }
    const std::chrono::sys_days date{std::chrono::year{*year} / std::chrono::month{*month} /
                                     std::chrono::day{*day}};
    const auto whole = date + std::chrono::hours{*hour} + std::chrono::minutes{*minute} +
                       std::chrono::seconds{*second};
    return std::chrono::duration_cast<std::chrono::microseconds>(whole.time_since_epoch()).count() +
           us;
}

} // namespace

Params& Params::add(std::string_view text) {
    EMS_ASSERT(values_.size() < kCountMax);
    values_.push_back({std::string{text}, false});
    return *this;
}

Params& Params::add(std::int64_t value) {
    return add(std::string_view{std::to_string(value)});
}

Params& Params::add(double value) {
    return add(std::string_view{fmt::format("{}", value)});
}

Params& Params::add(const Bytes& bytes) {
    EMS_ASSERT(values_.size() < kCountMax);
    values_.push_back({bytes.value, true});
    return *this;
}

Params& Params::add(std::span<const std::int64_t> values) {
    return add(std::string_view{fmt::format("{{{}}}", fmt::join(values, ","))});
}

Params& Params::add(const std::vector<std::string>& values) {
    std::string out = "{";
    for (const std::string& value : values) {
        out += out.size() == 1 ? "\"" : ",\"";
        for (const char c : value) {
            if (c == '"' || c == '\\') {
                out += '\\';
            }
            out += c;
        }
        out += '"';
    }
    return add(std::string_view{out + "}"});
}

Params& Params::add(const std::vector<Bytes>& values) {
    std::string out = "{";
    for (const Bytes& value : values) {
        out += out.size() == 1 ? R"("\\x)" : R"(,"\\x)";
        append_hex(out, value.value);
        out += '"';
    }
    return add(std::string_view{out + "}"});
}

Params& Params::null() {
    EMS_ASSERT(values_.size() < kCountMax);
    values_.push_back({std::nullopt, false});
    return *this;
}

void Rows::Clear::operator()(pg_result* result) const {
    PQclear(result);
}

Rows::Rows() = default;
Rows::~Rows() = default;
Rows::Rows(Rows&&) noexcept = default;
Rows& Rows::operator=(Rows&&) noexcept = default;

Rows::Rows(pg_result* owned)
    : result_(owned), size_(static_cast<std::size_t>(PQntuples(owned))),
      columns_(static_cast<std::size_t>(PQnfields(owned))) {}

std::uint64_t Rows::affected() const {
    if (!result_) {
        return 0;
    }
    return parse<std::uint64_t>(PQcmdTuples(result_.get())).value_or(0);
}

std::string_view Rows::command() const {
    return result_ ? std::string_view{PQcmdStatus(result_.get())} : std::string_view{};
}

std::optional<std::string_view> Rows::text(std::size_t row, std::size_t column) const {
    EMS_ASSERT(row < size_);
    EMS_ASSERT(column < columns_);
    const int r = static_cast<int>(row);
    const int c = static_cast<int>(column);
    if (PQgetisnull(result_.get(), r, c) != 0) {
        return std::nullopt;
    }
    return std::string_view{PQgetvalue(result_.get(), r, c),
                            static_cast<std::size_t>(PQgetlength(result_.get(), r, c))};
}

namespace detail {

Result<bool> read_bool(const Rows& rows, std::size_t row, std::size_t column) {
    const auto text = rows.text(row, column);
    if (text != "t" && text != "f") {
        return wrong("boolean", row, column, !text);
    }
    return *text == "t";
}

Result<std::int64_t> read_integer(const Rows& rows, std::size_t row, std::size_t column,
                                  std::int64_t least, std::int64_t most) {
    const auto text = rows.text(row, column);
    const auto value = text ? parse<std::int64_t>(*text) : std::nullopt;
    if (!value || *value < least || *value > most) {
        return wrong("integer", row, column, !text);
    }
    return *value;
}

Result<double> read_real(const Rows& rows, std::size_t row, std::size_t column) {
    const auto text = rows.text(row, column);
    const auto value = text ? parse<double>(*text) : std::nullopt;
    if (!value) {
        return wrong("number", row, column, !text);
    }
    return *value;
}

Result<std::string> read_text(const Rows& rows, std::size_t row, std::size_t column) {
    const auto text = rows.text(row, column);
    if (!text) {
        return wrong("text", row, column, true);
    }
    return std::string{*text};
}

Result<Bytes> read_bytes(const Rows& rows, std::size_t row, std::size_t column) {
    const auto text = rows.text(row, column);
    if (!text || text->size() % 2 != 0 || !text->starts_with("\\x")) {
        return wrong("bytea", row, column, !text);
    }
    Bytes bytes;
    bytes.value.reserve(text->size() / 2);
    for (std::size_t i = 2; i < text->size(); i += 2) {
        const int high = hex_value((*text)[i]);
        const int low = hex_value((*text)[i + 1]);
        if (high < 0 || low < 0) {
            return wrong("bytea", row, column, false);
        }
        bytes.value += static_cast<char>(high * 16 + low);
    }
    return bytes;
}

Result<std::int64_t> read_utc_us(const Rows& rows, std::size_t row, std::size_t column) {
    const auto text = rows.text(row, column);
    const auto us = text ? parse_utc_us(*text) : std::nullopt;
    if (!us) {
        return wrong("timestamptz", row, column, !text);
    }
    return *us;
}

} // namespace detail
} // namespace ems::pg
