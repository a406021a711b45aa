// The rows of the call queue and the unit board, in the order they are shown. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "console/model/change_mark.h"
#include "console/model/desk_state.h"

namespace ems::console {

enum class QueueGroup : std::uint8_t { waiting, running };

// What a timer wears: the alarm that it has raised. Seen: acknowledged or held, so that it asks for nobody.
struct TimerAlarm {
    Grade grade{Grade::medium};
    bool is_seen{false};
};

// Its unit is DeskState::unit_of(): looked up for the rows that are seen, not for all there are.
struct QueueRow {
    QueueGroup group{QueueGroup::waiting};
    const api::Incident* incident{nullptr};
    QueueTimer timer;
    std::int64_t elapsed_us{0};
    bool ringing{false};
    bool broke_target{false};
    std::optional<TimerAlarm> alarm;
};

// Waiting: ringing first, then emergencies by level and the longest waiting, transfers that are due by level and planned time,
// and those planned for later by their time, as dispatch/core/queue.h has it. Running: level, then the longest in its stage. Closed
// and cancelled ones are not rows. Pointers live as long as `state` is not changed.
std::vector<QueueRow> queue_rows(const DeskState& state, std::int64_t now_us);

// Of what neighbour regions said of a case last, each by its name, what matters most: who agreed before who has yet to answer
// before who refused; of several the newest. Null: none was asked.
const api::NeighbourWord* telling_word(const api::Incident& incident);

struct UnitRow {
    const api::Unit* unit{nullptr};
    const api::UnitPosition* position{nullptr};
    const api::Incident* incident{nullptr};
    const api::Assignment* assignment{nullptr};
};

// Those that can be sent first, then along the task, out of service last; within a state by name.
std::vector<UnitRow> unit_rows(const DeskState& state);
// When a unit is expected where it drives by its order, the scene or the hospital; 0: not known, or it drives to neither.
std::int64_t expected_us(const DeskState& state, const api::Unit& unit);

struct UnitCounts {
    int free{0};
    int busy{0};
    int off{0};
};
UnitCounts count_units(const DeskState& state);

// Units whose position is known, by id, with the age of it by server time. Pointers as those of queue_rows().
struct PlacedUnit {
    const api::Unit* unit;
    const api::UnitPosition* position;
    std::int64_t age_ms;
};
std::vector<PlacedUnit> placed_units(const DeskState& state, std::int64_t local_us);

// The same for who asks for every frame: walked anew only when a unit or a position came or went.
class PlacedUnits {
  public:
    std::span<const PlacedUnit> of(const DeskState& state, std::int64_t local_us);

  private:
    std::vector<PlacedUnit> units_;
    ChangeMark::Seen seen_;
};

// Open incidents that are not in the waiting group of queue_rows().
int count_running(const DeskState& state);

// The open incident a wall or a demonstration follows: the highest level, then the newest. 0: none.
std::int64_t incident_to_follow(const DeskState& state);

} // namespace ems::console
