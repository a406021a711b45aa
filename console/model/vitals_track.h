// What is known of one unit's vital signs on the incident it is on: the newest message, and the trend of the last half hour out
// of what came live and what the centre's record holds of before. Pure; bounded. Times are the server's clock unless a name
// says device.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

#include "dispatch/contract/api.pb.h"
#include "telemetry/signal/vitals/vital_board.h"

namespace ems::console {

struct TrendPoint {
    std::int64_t at_us{0}; // when it was measured
    std::optional<std::int32_t> hr;
    std::optional<std::int32_t> spo2;
    std::optional<std::int32_t> rr;
    std::int64_t device_us{0}; // the vehicle's stamp: the same in the record
};

// A reading of the cuff, told again and again until the next: it stands once, at its own time.
struct CuffPoint {
    std::int64_t at_us{0}; // when it was measured
    std::int64_t device_us{0};
    std::int32_t systolic_mmhg{0};
    std::int32_t diastolic_mmhg{0};
};

// With another incident it begins again.
struct VitalsTrack {
    static constexpr std::size_t kTrendMax = 1'800; // half an hour at 1 Hz
    static constexpr std::int64_t kTrendUs = 1'800'000'000;
    static constexpr std::int64_t kGapUs = 5'000'000; // no line is drawn over more
    static constexpr int kPastMax = 2'000;            // messages of one answer, as the centre sends at most
    api::LiveVitals newest;
    signal::VitalBoard known; // of all live messages, for scores
    std::deque<TrendPoint> trend;
    static constexpr std::size_t kCuffMax = 120; // half an hour at a reading in 15 s
    std::deque<CuffPoint> cuff;
    std::uint64_t received{0};

    // When the newest was stamped; the vehicle's clock has no part in it.
    [[nodiscard]] std::int64_t at_us() const;
    // What the newest says.
    [[nodiscard]] signal::VitalBoard board() const;
    void take(const api::LiveVitals& v);
    // What the centre's record holds, from `begin_us` on: before that the unit had another patient. A measurement that is known
    // stands once; a number that was invalid is none. The record has the vehicle's stamps, and when each message came: the one
    // that came soonest says how the two clocks stand, and none was measured after it came. Assumes that the vehicle's clock
    // was not set in between; what is older than a step is then shown that much too early or late.
    void take_past(const api::History& history, std::int64_t begin_us);
    // Between these times something is missing from the trend that the record may hold.
    [[nodiscard]] bool has_gap(std::int64_t from_us, std::int64_t to_us) const;
};

} // namespace ems::console
