// Bytes of an envelope -> a checked record. The one place where telemetry becomes a type: after it,
// every number is within its range and "invalid" is not zero. Malformed input is an Error that
// names the field; the caller quarantines it. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "telemetry/base/clock.h"
#include "telemetry/base/ids.h"
#include "telemetry/base/result.h"

namespace ems::wire {
class Envelope;
}

namespace ems::ingest {

// The same numbers as ems.wire.Stream.
enum class Stream : std::uint8_t { events = 1, positions = 2, vitals = 3, waves = 4 };
inline constexpr std::array kStreams{Stream::events, Stream::positions, Stream::vitals,
                                     Stream::waves};
[[nodiscard]] constexpr std::size_t index_of(Stream stream) {
    return static_cast<std::size_t>(stream) - 1;
}

// How a record came: as it happened, or from a vehicle's spool after an outage.
enum class Lane { live, backlog };

// How a repeat is known: by the marks of its spool's seqs, which are acknowledged over the broker; or
// by the archive's own key alone, for seqs that are not dense (telemetry/ingest/delivery.h).
enum class Known { by_mark, by_key };

struct RecordKey {
    VehicleId vid;
    std::uint64_t spool{0};
    Stream stream{Stream::events};
    std::uint64_t seq{0};
    auto operator<=>(const RecordKey&) const = default;
};

struct GapSpan {
    Stream stream{Stream::waves};
    std::uint64_t from{0};
    std::uint64_t to{0};
    std::string reason;
};

struct EventRow {
    std::string event_id;
    std::string body; // serialized ems.wire.Event
    std::optional<GapSpan> gap;
};

struct PositionRow {
    double lat_deg{0}; // WGS-84
    double lon_deg{0};
    std::int32_t speed_cm_s{0};
    std::int32_t course_cdeg{0};
    std::int32_t altitude_dm{0};
    std::int32_t hdop_centi{0};
    std::int16_t satellites{0};
    std::int16_t fix_mode{3};
    bool plausible{true};
};

// Indices are the bits of ems.wire.Vitals.invalid_mask; empty = not measured or invalid.
inline constexpr std::size_t kVitalsCount = 9;
struct VitalsRow {
    std::array<std::optional<std::int16_t>, kVitalsCount> values;
    std::uint32_t invalid_mask{0};
    std::optional<DeviceTime> nibp_t;
};

struct WaveRow {
    std::uint64_t recording{0};
    std::int32_t rate_mhz{0};
    std::int32_t lead_mask{0};
    std::int64_t first_sample{0};
    std::int32_t samples{0};
    std::int32_t gain_nv{0};
    std::int32_t lead_off_mask{0};
    std::int32_t pleth_samples{0};
    bool simulated{false};
    std::string body; // serialized ems.wire.WaveBatch
};

struct Record {
    RecordKey key;
    DeviceTime t;
    std::int16_t clk{0};
    bool t_bad{false}; // the device clock cannot be right: never set, before 2020, or over 5
                       // minutes ahead of ours
    ServerTime received;
    Lane lane{Lane::live};
    Known known{Known::by_mark};
    std::variant<EventRow, PositionRow, VitalsRow, WaveRow> row;
};

// Text from outside for logs, tables and screens: one line, no control characters, at most
// `bytes_max` without cutting a character in two.
std::string one_line(std::string_view text, std::size_t bytes_max);

// The record's identity alone, so that even a record with a bad body can be acknowledged as
// rejected. Errors: malformed.
Result<RecordKey> check_key(const VehicleId& vid, const wire::Envelope& envelope);

struct Reception {
    ServerTime received;
    Lane lane{Lane::live};
    double time_scale{1}; // of the region: the simulated world's roads run that much faster
};

// Errors: malformed, out_of_range, unsupported_version.
Result<Record> check_record(const RecordKey& key, const wire::Envelope& envelope,
                            const Reception& reception);

} // namespace ems::ingest
