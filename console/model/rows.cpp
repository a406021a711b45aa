#include "console/model/rows.h"

#include "console/model/queue_order.h"

#include <algorithm>
#include <iterator>
#include <tuple>

#include "telemetry/base/assert.h"

namespace ems::console {
namespace {

bool is_open(const api::Incident& i) {
    return i.state() == "open" || i.state() == "assigned";
}

int board_rank(const api::Unit& u) {
    using namespace ems::wire;
    switch (u.state()) {
    case UNIT_AVAILABLE:
        return 0;
    case UNIT_RETURNING:
        return 1;
    case UNIT_CLEARING:
        return 2;
    case UNIT_ASSIGNED:
        return 3;
    case UNIT_ACKNOWLEDGED:
        return 4;
    case UNIT_EN_ROUTE:
        return 5;
    case UNIT_AT_SCENE:
        return 6;
    case UNIT_AT_PATIENT:
        return 7;
    case UNIT_TRANSPORTING:
        return 8;
    case UNIT_AT_HOSPITAL:
        return 9;
    case UNIT_HANDOVER:
        return 10;
    default:
        return 11;
    }
}

int weight_of(const api::NeighbourWord& word) {
    return word.said() == "agreed" ? 2 : word.said() == "asked" ? 1 : 0;
}

} // namespace

const api::NeighbourWord* telling_word(const api::Incident& incident) {
    const auto& words = incident.neighbours(); // the centre holds 20 of them at most
    const api::NeighbourWord* telling = nullptr;
    for (auto word = words.begin(); word != words.end(); ++word) {
        const bool holds = std::none_of(std::next(word), words.end(), [&](const auto& later) { return later.name() == word->name(); });
        if (holds && (telling == nullptr || weight_of(*word) >= weight_of(*telling))) {
            telling = &*word;
        }
    }
    return telling;
}

std::vector<QueueRow> queue_rows(const DeskState& state, std::int64_t now_us) {
    struct Ranked {
        QueueRank rank;
        QueueEntry entry;
        const api::Incident* incident;
        const QueueTimer* timer;
    };
    std::vector<Ranked> ranked;
    ranked.reserve(state.incidents().size());
    auto timer = state.timers().begin(); // of the same incidents in the same order
    for (const auto& [id, incident] : state.incidents()) {
        EMS_ASSERT(timer != state.timers().end());
        EMS_ASSERT(timer->first == id);
        const QueueTimer& counts = (timer++)->second;
        if (const auto entry = queue_entry(state, incident, counts)) {
            ranked.push_back({queue_rank(*entry, now_us), *entry, &incident, &counts});
        }
    }
    std::sort(ranked.begin(), ranked.end(), [](const Ranked& a, const Ranked& b) { return a.rank < b.rank; });
    std::vector<QueueRow> rows;
    rows.reserve(ranked.size());
    for (const Ranked& one : ranked) {
        rows.push_back(queue_row(state, one.entry, *one.incident, *one.timer, now_us));
    }
    return rows;
}

int count_running(const DeskState& state) {
    return static_cast<int>(std::count_if(state.incidents().begin(), state.incidents().end(), [&](const auto& one) {
        return is_open(one.second) && queue_group(state, one.second) == QueueGroup::running;
    }));
}

std::vector<PlacedUnit> placed_units(const DeskState& state, std::int64_t local_us) {
    std::vector<PlacedUnit> placed;
    placed.reserve(state.units().size());
    auto position = state.positions().begin(); // both by the unit's id
    for (const auto& [id, unit] : state.units()) {
        while (position != state.positions().end() && position->first < id) {
            ++position;
        }
        if (position != state.positions().end() && position->first == id) {
            placed.push_back({&unit, &position->second, state.age_ms(position->second, local_us)});
        }
    }
    return placed;
}

std::span<const PlacedUnit> PlacedUnits::of(const DeskState& state, std::int64_t local_us) {
    if (!state.places_mark().is(seen_)) {
        units_ = placed_units(state, local_us);
        seen_ = state.places_mark().seen();
        return units_;
    }
    for (PlacedUnit& placed : units_) {
        placed.age_ms = state.age_ms(*placed.position, local_us);
    }
    return units_;
}

std::vector<UnitRow> unit_rows(const DeskState& state) {
    std::vector<UnitRow> rows;
    for (const auto& [id, unit] : state.units()) {
        rows.push_back({&unit, state.position(id), state.incident(unit.incident_id()),
                        unit.incident_id() == 0 ? nullptr : state.assignment_of(unit.incident_id())});
    }
    std::sort(rows.begin(), rows.end(), [](const UnitRow& a, const UnitRow& b) {
        return std::tuple{board_rank(*a.unit), a.unit->name()} < std::tuple{board_rank(*b.unit), b.unit->name()};
    });
    return rows;
}

std::int64_t expected_us(const DeskState& state, const api::Unit& unit) {
    const api::Assignment* task = state.task_of(unit.id());
    if (task == nullptr) {
        return 0;
    }
    switch (unit.state()) {
    case ems::wire::UNIT_ASSIGNED:
    case ems::wire::UNIT_ACKNOWLEDGED:
    case ems::wire::UNIT_EN_ROUTE:
        return task->predicted_scene_us();
    case ems::wire::UNIT_TRANSPORTING:
        return task->predicted_hospital_us();
    default:
        return 0;
    }
}

UnitCounts count_units(const DeskState& state) {
    UnitCounts counts;
    for (const auto& [id, u] : state.units()) {
        if (u.state() == ems::wire::UNIT_OUT_OF_SERVICE) {
            ++counts.off;
        } else if (board_rank(u) <= 2 && u.incident_id() == 0) {
            ++counts.free;
        } else {
            ++counts.busy;
        }
    }
    return counts;
}

std::int64_t incident_to_follow(const DeskState& state) {
    const api::Incident* best = nullptr;
    for (const auto& [id, i] : state.incidents()) {
        if (!is_open(i)) {
            continue;
        }
        if (best == nullptr || i.level() < best->level() ||
            (i.level() == best->level() && i.created_us() > best->created_us())) {
            best = &i;
        }
    }
    return best == nullptr ? 0 : best->id();
}

} // namespace ems::console
