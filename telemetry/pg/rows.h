// Values into and out of SQL statements. Parameters are numbered $1, $2 ...; the server infers
// their types, bytes travel in binary. Results come as text and are read as checked types: a NULL
// or a wrong type is an Error, never a zero.
//
//     Params::of(unit_id, "P1", std::optional<double>{}, Bytes{body})
//     auto row = rows.read<std::int64_t, std::string, std::optional<ServerTime>>(0);
//
// Values only; no threads, no sockets.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "telemetry/base/clock.h"
#include "telemetry/base/ids.h"
#include "telemetry/base/result.h"

struct pg_result; // libpq's PGresult

namespace ems::pg {

// A bytea value. It has constructors because GCC 12 destroys an aggregate made inside a co_await
// expression twice.
struct Bytes {
    Bytes() = default;
    Bytes(std::string bytes) : value(std::move(bytes)) {} // NOLINT: a string of bytes is one
    std::string value;
    auto operator<=>(const Bytes&) const = default;
};

// Parameters of one statement, at most kCountMax.
class Params {
  public:
    static constexpr std::size_t kCountMax = 256;

    template <class... Ts> static Params of(const Ts&... values) {
        Params params;
        (params.add(values), ...);
        return params;
    }

    Params& add(std::string_view text);
    Params& add(const std::string& text) { return add(std::string_view{text}); }
    Params& add(const char* text) { return add(std::string_view{text}); }
    Params& add(bool value) { return add(std::string_view{value ? "t" : "f"}); }
    Params& add(std::int16_t value) { return add(std::int64_t{value}); }
    Params& add(std::int32_t value) { return add(std::int64_t{value}); }
    Params& add(std::uint16_t value) { return add(std::int64_t{value}); }
    Params& add(std::uint32_t value) { return add(std::int64_t{value}); }
    Params& add(std::int64_t value);
    // A 64-bit pattern kept in a bigint (fixed64 identities): values above the signed range become
    // negative.
    Params& add(std::uint64_t pattern) { return add(static_cast<std::int64_t>(pattern)); }
    Params& add(double value);
    Params& add(const Bytes& bytes);
    Params& add(const VehicleId& vid) { return add(std::string_view{vid.str()}); }
    // As timestamptz.
    template <class Tag> Params& add(UtcTime<Tag> t) {
        return add(std::string_view{utc_iso(t.us)});
    }
    template <class Tag> Params& add(NumberId<Tag> id) { return add(id.value); }
    template <class T> Params& add(const std::optional<T>& value) {
        return value ? add(*value) : null();
    }
    Params& add(std::nullopt_t) { return null(); }
    // Arrays: bigint[], text[], bytea[].
    Params& add(std::span<const std::int64_t> values);
    Params& add(const std::vector<std::int64_t>& values) {
        return add(std::span<const std::int64_t>{values});
    }
    Params& add(const std::vector<std::string>& values);
    Params& add(const std::vector<Bytes>& values);
    Params& null();

    [[nodiscard]] std::size_t size() const { return values_.size(); }

  private:
    friend class Connection;
    struct Value {
        std::optional<std::string> content;
        bool binary{false};
    };
    std::vector<Value> values_;
};

namespace detail {
template <class T> struct Cell; // conversions from text, in rows.cpp
} // namespace detail

// All rows of one statement's answer. Moves, does not copy.
class Rows {
  public:
    Rows();
    explicit Rows(pg_result* owned);
    ~Rows();
    Rows(Rows&&) noexcept;
    Rows& operator=(Rows&&) noexcept;

    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] bool empty() const { return size_ == 0; }
    [[nodiscard]] std::size_t columns() const { return columns_; }
    // Rows inserted, updated, deleted or selected, as the server counts them.
    [[nodiscard]] std::uint64_t affected() const;

    // Tag of the command, e.g. "ROLLBACK", "INSERT 0 1".
    [[nodiscard]] std::string_view command() const;

    // Both indices must exist; NULL is nullopt. The view lives as long as the Rows.
    [[nodiscard]] std::optional<std::string_view> text(std::size_t row, std::size_t column) const;

    // One cell as T: bool, std::int16_t, std::int32_t, std::int64_t, std::uint64_t (bit pattern of
    // a bigint), double, std::string, Bytes, ServerTime, DeviceTime (timestamptz), NumberId,
    // std::optional of these.
    template <class T> [[nodiscard]] Result<T> get(std::size_t row, std::size_t column) const {
        return detail::Cell<T>::read(*this, row, column);
    }

    // A whole row, column by column from the first; fewer types than columns is allowed.
    template <class... Ts> [[nodiscard]] Result<std::tuple<Ts...>> read(std::size_t row) const {
        return read_tuple<Ts...>(row, std::index_sequence_for<Ts...>{});
    }

  private:
    template <class... Ts, std::size_t... Is>
    Result<std::tuple<Ts...>> read_tuple(std::size_t row, std::index_sequence<Is...>) const {
        std::tuple<Result<Ts>...> cells{get<Ts>(row, Is)...};
        std::optional<Error> error;
        (note(std::get<Is>(cells), error), ...);
        if (error) {
            return Failure{std::move(*error)};
        }
        return std::tuple<Ts...>{std::move(*std::get<Is>(cells))...};
    }
    template <class T> static void note(const Result<T>& cell, std::optional<Error>& error) {
        if (!cell && !error) {
            error = cell.error();
        }
    }

    struct Clear {
        void operator()(pg_result* result) const;
    };
    std::unique_ptr<pg_result, Clear> result_;
    std::size_t size_{0};
    std::size_t columns_{0};
};

namespace detail {

Result<bool> read_bool(const Rows& rows, std::size_t row, std::size_t column);
Result<std::int64_t> read_integer(const Rows& rows, std::size_t row, std::size_t column,
                                  std::int64_t least, std::int64_t most);
Result<double> read_real(const Rows& rows, std::size_t row, std::size_t column);
Result<std::string> read_text(const Rows& rows, std::size_t row, std::size_t column);
Result<Bytes> read_bytes(const Rows& rows, std::size_t row, std::size_t column);
Result<std::int64_t> read_utc_us(const Rows& rows, std::size_t row, std::size_t column);

template <> struct Cell<bool> {
    static Result<bool> read(const Rows& r, std::size_t row, std::size_t column) {
        return read_bool(r, row, column);
    }
};
template <> struct Cell<std::int64_t> {
    static Result<std::int64_t> read(const Rows& r, std::size_t row, std::size_t column) {
        return read_integer(r, row, column, INT64_MIN, INT64_MAX);
    }
};
template <> struct Cell<std::int32_t> {
    static Result<std::int32_t> read(const Rows& r, std::size_t row, std::size_t column) {
        return read_integer(r, row, column, INT32_MIN, INT32_MAX).map([](std::int64_t value) {
            return static_cast<std::int32_t>(value);
        });
    }
};
template <> struct Cell<std::int16_t> {
    static Result<std::int16_t> read(const Rows& r, std::size_t row, std::size_t column) {
        return read_integer(r, row, column, INT16_MIN, INT16_MAX).map([](std::int64_t value) {
            return static_cast<std::int16_t>(value);
        });
    }
};
template <> struct Cell<std::uint64_t> {
    static Result<std::uint64_t> read(const Rows& r, std::size_t row, std::size_t column) {
        return read_integer(r, row, column, INT64_MIN, INT64_MAX).map([](std::int64_t value) {
            return static_cast<std::uint64_t>(value);
        });
    }
};
template <> struct Cell<double> {
    static Result<double> read(const Rows& r, std::size_t row, std::size_t column) {
        return read_real(r, row, column);
    }
};
template <> struct Cell<std::string> {
    static Result<std::string> read(const Rows& r, std::size_t row, std::size_t column) {
        return read_text(r, row, column);
    }
};
template <> struct Cell<Bytes> {
    static Result<Bytes> read(const Rows& r, std::size_t row, std::size_t column) {
        return read_bytes(r, row, column);
    }
};
template <class Tag> struct Cell<UtcTime<Tag>> {
    static Result<UtcTime<Tag>> read(const Rows& r, std::size_t row, std::size_t column) {
        return read_utc_us(r, row, column).map([](std::int64_t us) { return UtcTime<Tag>{us}; });
    }
};
template <class Tag> struct Cell<NumberId<Tag>> {
    static Result<NumberId<Tag>> read(const Rows& r, std::size_t row, std::size_t column) {
        return read_integer(r, row, column, INT64_MIN, INT64_MAX).map([](std::int64_t value) {
            return NumberId<Tag>{value};
        });
    }
};
template <class T> struct Cell<std::optional<T>> {
    static Result<std::optional<T>> read(const Rows& r, std::size_t row, std::size_t column) {
        if (column < r.columns() && row < r.size() && !r.text(row, column)) {
            return std::optional<T>{};
        }
        return Cell<T>::read(r, row, column).map([](T value) {
            return std::optional<T>{std::move(value)};
        });
    }
};

} // namespace detail
} // namespace ems::pg
