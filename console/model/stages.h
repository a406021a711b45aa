// The eleven stages of an incident's timeline, from its stamps, and the timer of the queue. Stamps of an order
// that was refused or cancelled count no more once the incident waits again or has another crew. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "dispatch/contract/api.pb.h"

namespace ems::console {

enum class Stage : std::uint8_t {
    ring,
    answered,
    case_opened,
    unit_assigned,
    crew_ack,
    wheels,
    at_scene,
    at_patient,
    left_scene,
    at_hospital,
    handover,
    count
};
inline constexpr std::size_t kStageCount = static_cast<std::size_t>(Stage::count);
// Neither closed nor cancelled: the centre takes a change of it.
[[nodiscard]] bool is_running(const api::Incident& incident);

// Name of the stamp, e.g. "ring_start".
std::string_view stage_event(Stage stage);

enum class StageState : std::uint8_t { done, next, later, not_applicable };

struct StageCell {
    StageState state{StageState::later};
    std::int64_t at_us{0};        // done: when
    std::int64_t after_us{0};     // done: since the stage before it that is done
    std::int64_t predicted_us{0}; // not done: 0 or predicted time
    std::int64_t target_us{0};    // not done: 0 or the latest time by the county's target
    bool broke_target{false};     // next and past its target
};

// When its unit is expected there, server time; 0: not known.
struct Arrivals {
    std::int64_t scene_us{0};
    std::int64_t hospital_us{0};
};

// `now_us` is server time.
std::array<StageCell, kStageCount> stage_cells(const api::Incident& incident, const Arrivals& expected, std::int64_t now_us);

// Time of a stage, or 0.
std::int64_t stage_time(const api::Incident& incident, Stage stage);

// So long before its planned time a transfer wants a unit (dispatch/core/queue.h).
inline constexpr std::int64_t kTransferLeadUs = 30LL * 60 * 1'000'000;
// When a planned transfer begins to want its unit; 0: it is none, and wants it now.
[[nodiscard]] std::int64_t transfer_due_us(const api::Incident& incident);

// The timer of a queue row: which stage runs, since when, with which target.
struct QueueTimer {
    Stage waits_for{Stage::answered};
    std::int64_t since_us{0};
    std::int64_t target_us{0}; // length of the target; 0: none
};
QueueTimer queue_timer(const api::Incident& incident);

} // namespace ems::console
