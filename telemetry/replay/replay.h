// Reads what a vehicle sent in a past stretch of time, for the console's replay: from the daily
// partitions and the case archive as if they were one, each record once, in order of the device's
// clock, a page at a time. What a vehicle stamped while the centre saw its clock to be wrong is
// given at the corrected time and says so (RecordHead::corrected_us).
//
//     Query query{vid, wire::STREAM_W, from, to, 1000};
//     do {
//         auto page = co_await read_page(db, query);
//         ...
//         query.after = page->next;
//     } while (query.after);
//
// Waves: with `buckets` the range is divided into so many equal parts and each lead comes as the
// least and greatest sample of every part (WaveTrace); with 0, or when a part holds no more than
// two samples, batches come as they were sent. A batch that began before the range and reaches into
// it belongs to it.
//
// Each page is bounded: in rows and bytes here, in time by `enough` and the connection's statement
// limit, of which at most kStatementsMax follow each other. Only the partitions of the range and
// its hour around are touched.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>

#include <boost/asio/awaitable.hpp>

#include "telemetry/base/ids.h"
#include "telemetry/base/result.h"
#include "telemetry/pg/connection.h"
#include "telemetry/replay/page.h"

namespace ems::replay {

inline constexpr std::chrono::hours kRangeMax{24};
inline constexpr std::uint32_t kBucketsMax = 10'000;
inline constexpr std::size_t kRowsMax = 2000; // of positions, vitals or events
inline constexpr std::size_t kEventBytesMax = 256 * 1024;
inline constexpr std::size_t kExactBytesMax = 256 * 1024; // of batches given as they are
inline constexpr std::size_t kReadBytesMax = 1024 * 1024; // of batches read to be reduced
inline constexpr std::size_t kValuesMax = 100'000;        // of reduced traces
inline constexpr std::size_t kGapsMax = 2000;
inline constexpr std::int64_t kUntimedMax = 10'000;
inline constexpr int kStatementsMax = 24;
// A console takes a frame of 2 MiB: values of four bytes and gaps with their reasons fit.
static_assert(kValuesMax * 4 + kGapsMax * 256 + kExactBytesMax < 2 * 1024 * 1024);

struct Query {
    VehicleId vid;
    wire::Stream stream{wire::STREAM_G};
    DeviceTime from;
    DeviceTime to;
    std::uint32_t buckets{0};
    std::optional<Cursor> after; // the former page's `next`
};

// Errors: invalid_argument (the range, the buckets, the stream), corrupt (a stored record that
// cannot be read), those of pg::Connection.
// `enough` is asked between statements: true ends the page with what was read. May be empty.
boost::asio::awaitable<Result<Page>> read_page(pg::Connection& db, Query query,
                                               std::function<bool()> enough = {});

} // namespace ems::replay
