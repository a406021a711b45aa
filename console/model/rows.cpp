#include "console/model/rows.h"

#include <algorithm>
#include <tuple>

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

} // namespace

std::vector<QueueRow> queue_rows(const DeskState& state, std::int64_t now_us) {
    std::vector<QueueRow> rows;
    for (const auto& [id, incident] : state.incidents()) {
        if (!is_open(incident)) {
            continue;
        }
        QueueRow row;
        row.incident = &incident;
        row.unit = state.unit_of(id);
        row.group = row.unit == nullptr && incident.state() == "open" ? QueueGroup::waiting : QueueGroup::running;
        row.timer = queue_timer(incident);
        row.ringing = row.timer.waits_for == Stage::answered && stage_time(incident, Stage::ring) != 0;
        row.elapsed_us = std::max<std::int64_t>(0, now_us - row.timer.since_us);
        row.broke_target = row.timer.target_us != 0 && row.elapsed_us > row.timer.target_us;
        rows.push_back(row);
    }
    const auto rank = [](const QueueRow& r) {
        const std::int64_t age = r.group == QueueGroup::waiting ? -r.incident->created_us() : r.elapsed_us;
        return std::tuple{r.group, !r.ringing, r.incident->level(), -age, r.incident->id()};
    };
    // waiting: the longest waiting first, which is the smallest created_us
    std::sort(rows.begin(), rows.end(), [&](const QueueRow& a, const QueueRow& b) {
        return rank(a) < rank(b);
    });
    return rows;
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
