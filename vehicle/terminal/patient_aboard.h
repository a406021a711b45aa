// What limits and scores know of the patient aboard, from what the vehicle says of him. The age is taken as at the
// physician's desk, so that both read one score. Pure.
#pragma once

#include <cstdint>
#include <optional>

#include "telemetry/signal/alarm/alarm_table.h"
#include "telemetry/signal/scores/news2.h"
#include "telemetry/signal/vitals/vital_board.h"
#include "vehicle/contract/crew.pb.h"

namespace ems::terminal {

// By whose limits the vehicle watches; nothing: it does not say.
[[nodiscard]] std::optional<signal::AgeGroup> watched_as(const vehicle::Status& status);

// The most urgent standing alarm that is about a number, by the desks' rule: a limit of it, or a rhythm, which is the heart's.
// What is technical or an advisory is about none. Null: none; else it lives in `status`.
[[nodiscard]] const vehicle::StandingAlarm* alarm_about(const vehicle::Status& status, signal::VitalKind kind);

// On scale 1 of the saturation: a vehicle is not told when a physician has switched it.
struct News2Aboard {
    enum class State : std::uint8_t { scored, too_young, no_data };
    State state{State::no_data};
    signal::News2 news2{}; // of `scored`
};
// `board_us` is of the board's clock, `utc_us` of that of the findings.
[[nodiscard]] News2Aboard news2_aboard(const vehicle::Status& status, const signal::VitalBoard& board,
                                       std::int64_t board_us, std::int64_t utc_us);

} // namespace ems::terminal
