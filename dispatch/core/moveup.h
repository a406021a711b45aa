// Which free unit should wait at which station: DMEXCLP (Jagtenberg, Bhulai, van der Mei, "An
// efficient heuristic for real-time ambulance redeployment", Operations Research for Health Care 4,
// 2015), one move at a time. What is maximized is that of MEXCLP (Daskin, Transportation Science
// 17, 1983): a call at a place that k free units reach in time finds one of them with 1 - q^k, q
// the share of its time that a unit is busy. Advice: a human decides. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "telemetry/base/ids.h"

namespace ems::dispatch {

// What history says of a fleet's work.
struct BusyHistory {
    double busy_h{0}; // of all units, from order to handover
    double unit_h{0}; // hours that units are known for
};
// Before anything is known a unit is taken to be busy for so much of its time, weighing as many
// hours; both assumed.
inline constexpr double kBusyPrior = 0.2;
inline constexpr double kBusyPriorH = 336; // two weeks of one unit
// Mean of prior and history by hours, 0.01 to 0.95.
[[nodiscard]] double busy_share(const BusyHistory& history);

// Calls of the past at a place in one hour of the day.
struct CallCount {
    std::uint32_t place{0};
    std::uint32_t hour{0}; // 0..23 of the region's civil time
    double calls{0};
};
// Before anything is known calls come where people live, weighing as many calls; assumed.
inline constexpr double kDemandPriorCalls = 50;
// Share of the next call by place, for the hour and those beside it. Sums to 1, or to 0 when nobody
// lives anywhere and nobody ever called. `people` by place, not negative; counts of other places or
// hours are left out.
[[nodiscard]] std::vector<double> demand_shares(const std::vector<double>& people,
                                                const std::vector<CallCount>& counts,
                                                std::uint32_t hour);

struct MoveUpLimits {
    std::uint32_t moves_max{2}; // of one unit a day; crews pay for them in sleep and fuel
    double gain_min{0.01};      // of all calls; less is not worth a drive, and nothing never is
    std::uint32_t drive_max_s{1800};
};

using Places = std::vector<std::uint32_t>; // indices of demand, rising, each once

struct WaitingPlace {
    StationId station;
    Places covers; // reached from there within the time, turnout included
};
struct FreeUnit {
    UnitId unit;
    StationId station; // it waits there, or is on its way there; not set: elsewhere
    Places covers;     // from there
    std::uint32_t moves_today{0};
    // To each waiting place; nothing: no way, or not to be sent there.
    std::vector<std::optional<std::uint32_t>> drive_s;
};
struct MoveUpProblem {
    std::vector<double> demand; // by place
    std::vector<WaitingPlace> places;
    std::vector<FreeUnit> units;
    double busy{kBusyPrior}; // 0 to 1
    MoveUpLimits limits;
};
struct Move {
    UnitId unit;
    StationId station;
    std::uint32_t drive_s{0};
    double expected_after{0};
};
struct MoveUpAnswer {
    double expected{0}; // share of calls that find a free unit in time, as the fleet stands
    // The one that adds most; then the shortest drive, the unit, the place in their order.
    std::optional<Move> move;
};
[[nodiscard]] MoveUpAnswer best_move(const MoveUpProblem& problem);

} // namespace ems::dispatch
