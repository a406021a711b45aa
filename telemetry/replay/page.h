// What a replay gives: one page of one stream of one vehicle. Values only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "telemetry/base/clock.h"
#include "telemetry/wire/ems.pb.h"

namespace ems::replay {

// The record's identity within the vehicle and stream, and when it came.
struct RecordHead {
    DeviceTime t;
    std::uint64_t spool{0};
    std::uint64_t seq{0};
    ServerTime received;
    // What was added to the device's own time to get `t`, microseconds: its clock was seen to be
    // wrong by that. 0: `t` is the device's.
    std::int64_t corrected_us{0};
};

struct PositionRecord {
    RecordHead head;
    wire::Position position;
    bool plausible{true};
};
struct VitalsRecord {
    RecordHead head;
    wire::Vitals vitals; // invalid_mask as stored; an absent value was not measured or was invalid
};
struct EventRecord {
    RecordHead head;
    std::string event_id;
    std::string body; // serialized ems.wire.Event
};
struct WaveRecord {
    RecordHead head;
    wire::WaveBatch batch; // as it came
};

// Lead number of the pleth in a WaveTrace; 0 to 8 are the bits of WaveBatch.lead_mask.
inline constexpr std::uint32_t kPlethLead = 9;

// An unbroken stretch of one lead, reduced: for each bucket from first_bucket on, the least and the
// greatest sample that falls into it. A bucket in which a gap lies belongs to two traces.
struct WaveTrace {
    std::uint32_t lead{0};
    std::uint64_t recording{0};
    std::uint32_t rate_mhz{0};
    std::uint32_t gain_nv{0}; // of an ECG lead; 0 for the pleth
    bool simulated{false};
    bool joined{false}; // its first sample follows the last one of this lead's trace before
    DeviceTime t;       // of its first sample
    std::uint32_t first_bucket{0};
    std::vector<std::int32_t> least;
    std::vector<std::int32_t> most;
};

enum class GapKind {
    not_recorded, // the device made nothing: numbered records follow each other, time does not
    not_kept,     // the vehicle declared that it will never send it; reason says why
    missing,      // made and not here: not arrived yet, or refused as unreadable
    unknown,      // nothing tells: before the first record known, or after the last
};
struct Gap {
    DeviceTime from;
    DeviceTime to;
    GapKind kind{GapKind::unknown};
    std::string reason;
    std::uint64_t records{0}; // that are not here; 0 when none was made or nobody knows
};

// Where a page ended, and what the next needs to know of its last record. Not trusted: any value
// gives some page of the same query.
struct Cursor {
    RecordHead last;
    DeviceTime end; // of the last record's samples; its t for other streams
    std::uint64_t recording{0};
    std::uint64_t next_sample{0};
    std::uint64_t next_pleth_sample{0};
    std::uint32_t lead_mask{0}; // leads that had a trace at the end
};

struct Page {
    std::vector<PositionRecord> positions;
    std::vector<VitalsRecord> vitals;
    std::vector<EventRecord> events;
    std::vector<WaveRecord> batches; // exact
    std::vector<WaveTrace> traces;   // reduced
    std::vector<Gap> gaps;
    // Records that came within the range and whose device clock could not be right, so that they
    // have no place in time, and those that a clock seen to be wrong put at another time and that
    // cannot be told from others there. Counted on the first page, up to kUntimedMax of each.
    std::uint64_t untimed{0};
    // Records of this page that are shown at a corrected time, those within traces, too, and by how
    // many microseconds.
    std::uint64_t corrected{0};
    std::int64_t corrected_us{0};
    std::optional<Cursor> next; // none: this was the last page
};

} // namespace ems::replay
