// Move-up advice as it is kept (dispatch.move_up), and the history that it is made from. Each
// function takes an open connection.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dispatch/core/moveup.h"
#include "dispatch/store/store.h"

namespace ems::dispatch {

inline constexpr int kCallHistoryDays = 730;
inline constexpr int kBusyHistoryDays = 28;

struct MoveUpRow {
    std::int64_t id{0};
    UnitId unit;
    StationId station;
    std::uint32_t drive_s{0};
    double expected_before{0};
    double expected_after{0};
    double busy_share{0};
    std::uint32_t moves_today{0};
    std::uint32_t moves_max{0};
    std::string state; // open, accepted, declined, superseded
    std::int64_t created_us{0};
    std::int64_t answered_us{0}; // 0: open
    std::string answered_by;
    std::string reason;
    std::uint64_t version{0};
};

// The open one and those answered within 24 h, by id.
Task<std::vector<MoveUpRow>> move_ups(pg::Connection& db, std::string region);
// Takes the place of the open one; nothing: there is none any more. Gives the row that is new, or
// that is gone; nothing when there was none. Of `row` all before `state` is used, but for the id.
// Errors: term_stale, those of telemetry/pg.
Task<std::optional<MoveUpRow>> advise_move_up(pg::Connection& db, std::uint64_t term,
                                              std::string region, std::optional<MoveUpRow> row);
enum class MoveUpAnswerState : std::uint8_t { accepted, declined };
struct MoveUpReply {
    std::int64_t id{0};
    std::uint64_t version{0}; // the one seen
    MoveUpAnswerState state{MoveUpAnswerState::accepted};
    std::string reason;
};
struct MoveUpAnswered {
    Rows rows; // that `writes` changed
    MoveUpRow advice;
};
// Both or neither: the answer, and `writes`, which are what Store::apply takes. Errors: those of
// Store::apply; db_conflict also for another version of the advice, or one that was answered.
Task<MoveUpAnswered> answer_move_up(pg::Connection& db, std::uint64_t term, WriteSet writes,
                                    MoveUpReply reply);

// A unit was ordered to another station, by an advice or without one.
struct RelocationRow {
    UnitId unit;
    StationId station;
    PostingState state{PostingState::ordered};
    std::int64_t ordered_us{0};
    std::int64_t ended_us{0}; // 0: it has not ended
};
// Those to stations of the region, ordered within 24 h, oldest first, at most the newest
// kRelocationsMax.
inline constexpr int kRelocationsMax = 5000;
Task<std::vector<RelocationRow>> relocations(pg::Connection& db, std::string region);

// Calls by square and hour; places are not yet those of a map.
struct SquareCalls {
    PlaceE7 square; // its middle
    std::uint32_t hour{0};
    double calls{0};
};
Task<std::vector<SquareCalls>> call_history(pg::Connection& db, std::string region);
Task<BusyHistory> busy_history(pg::Connection& db, std::string region);

} // namespace ems::dispatch
