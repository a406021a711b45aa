// Every bound of the ingest, in one place.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace ems::ingest {

// Threads that decode: beside broker, database and the engine itself two are what two cores can use.
inline constexpr std::size_t kShards = 2;
inline constexpr std::size_t kShardsMax = 16;
// Rings between the broker's thread and the shards, all shards together: messages, each at most 60 KiB (the session's
// payload_max).
inline constexpr std::size_t kRingEvents = 2048;
inline constexpr std::size_t kRingEventsPerVehicle = 256;
inline constexpr std::size_t kRingTrends = 4096;
inline constexpr std::size_t kRingWaves = 1024;
inline constexpr std::size_t kRingBacklog = 1024;
// Decoded records that wait for the database, per class. What does not fit is not acknowledged and
// comes again.
inline constexpr std::size_t kPendingEvents = 8192;
inline constexpr std::size_t kPendingTrends = 32'768;
inline constexpr std::size_t kPendingWaves = 2048;

// Events that wait for an earlier one of their spool.
inline constexpr std::size_t kHeldPerVehicle = 256;
inline constexpr std::size_t kHeldMax = kPendingEvents / 2;
inline constexpr std::chrono::seconds kHoldAtMost{10};
// Events of one vehicle that wait for the database, held ones among them: what is beyond is not
// acknowledged. A vehicle has 64 unacknowledged at a time, so a healthy one never comes near; and beyond
// what is held, so that one that is missing cannot shut its successors and itself out.
inline constexpr std::size_t kEventsPerVehicle = 2 * kHeldPerVehicle;
static_assert(kEventsPerVehicle * 8 <= kPendingEvents);
static_assert(kRingEventsPerVehicle * 8 <= kRingEvents);
inline constexpr std::chrono::milliseconds kHeldLookAgain{100};

// A batch is written when so many wait, or after the time below. Positions and vitals that have gathered
// behind a slow database are taken more at once: fewer commits for the same rows.
inline constexpr std::size_t kBatchRows = 1000;
inline constexpr std::size_t kBatchRowsBehind = 4000;
inline constexpr std::chrono::milliseconds kFlushEvents{20};
inline constexpr std::chrono::milliseconds kFlushTrends{200};
inline constexpr std::chrono::milliseconds kFlushWaves{200};

inline constexpr std::size_t kBackfillRecordsMax = 64;
inline constexpr std::size_t kVehiclesMax = 10'000;
inline constexpr std::size_t kSpoolsPerVehicle = 8;
inline constexpr std::size_t kAckRanges = 32;
inline constexpr std::size_t kAckRejected = 64;
inline constexpr std::chrono::milliseconds kAckEvery{500}; // per vehicle
inline constexpr std::size_t kBadMessagesPerMinute = 30;   // kept; the rest is only counted
inline constexpr std::size_t kBadHeadBytes = 4096;

// A server hears of a link: no packet for this long. Heartbeats come every second; four missed ones
// leave time to tell it within the promised bound.
inline constexpr std::chrono::milliseconds kLost{4000};
inline constexpr std::chrono::milliseconds kAgeEvery{200};
inline constexpr std::chrono::milliseconds kLostKnownWithin{5000};
inline constexpr std::chrono::seconds kOffline{60};
// The same where only a JT/T 808 terminal speaks: one and three heartbeat periods of the usual 60 s.
inline constexpr std::chrono::seconds kTerminalLost{75};
inline constexpr std::chrono::seconds kTerminalOffline{180};

// Waves are held back at the vehicles while more than 1/kHoldAbove of their ring is full, until less
// than 1/kHoldBelow is. Held for kHoldFor, repeated every kHoldRepeat, to those who sent any within
// kHoldWho.
inline constexpr std::size_t kHoldAbove = 2;
inline constexpr std::size_t kHoldBelow = 4;
inline constexpr std::chrono::milliseconds kHoldFor{12'000};
inline constexpr std::chrono::seconds kHoldRepeat{5};
inline constexpr std::chrono::seconds kHoldWho{60};
static_assert(kHoldRepeat * 2 < kHoldFor);

// A vehicle's clock further off than this is flagged.
inline constexpr std::int64_t kClockSkewMaxUs = 2'000'000;

// A new spool of a device whose clock was set back would never be newer: after this time without a
// newer record its live word counts anew.
inline constexpr std::chrono::microseconds kClockSetBack{10'000'000};

// Device clocks: later than this is bad time, and so is anything before 2020.
inline constexpr std::int64_t kFutureMaxUs = 5LL * 60 * 1'000'000;
inline constexpr std::int64_t kDeviceTimeMinUs = 1'577'836'800'000'000;

static_assert(kBatchRows <= kPendingWaves);
static_assert(kLost < kOffline);
static_assert(kLost + 2 * kAgeEvery < kLostKnownWithin);
static_assert(kTerminalLost < kTerminalOffline);

// Records of deliveries that wait for COMMIT, repeats counted: twice what the lanes hold.
inline constexpr std::size_t kPledgesMax = 2 * (kPendingEvents + kPendingTrends);

// Changes of links that come within this time are written together; a desk sees a link at most this much later.
inline constexpr std::chrono::milliseconds kLinksTogether{200};

} // namespace ems::ingest
