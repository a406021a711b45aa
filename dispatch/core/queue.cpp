#include "dispatch/core/queue.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace ems::dispatch {
namespace {

QueueClass class_of(const IncidentRow& row, std::int64_t now_us) {
    if (row.kind == IncidentKind::emergency) {
        return QueueClass::emergency;
    }
    return row.planned_us - now_us <= kTransferLeadUs ? QueueClass::transfer_due : QueueClass::transfer_planned;
}

constexpr std::array<std::string_view, 3> kNames{"emergency", "transfer_due", "transfer_planned"};

} // namespace

std::vector<QueueRow> waiting(const World& world, std::int64_t now_us) {
    std::vector<QueueRow> out;
    for (const auto& [id, row] : world.incidents) {
        const std::uint32_t missing = world.units_short(id);
        if (missing > 0) {
            const std::int64_t since = row.kind == IncidentKind::emergency ? row.created_us : row.planned_us;
            out.push_back({id, class_of(row, now_us), missing, since});
        }
    }
    std::sort(out.begin(), out.end(), [&](const QueueRow& a, const QueueRow& b) {
        // What is planned for later goes by its time alone; what waits now goes by its level first.
        const auto level = [&](const QueueRow& r) {
            return r.queue == QueueClass::transfer_planned ? 0U : world.incidents.at(r.incident).level;
        };
        const std::uint32_t level_a = level(a);
        const std::uint32_t level_b = level(b);
        return std::tie(a.queue, level_a, a.since_us, a.incident) < std::tie(b.queue, level_b, b.since_us, b.incident);
    });
    return out;
}

namespace {

// Its dispatcher did not take it away: somebody who believes that help is under way is wrong.
bool was_lost(const AssignmentRow& row) {
    const bool taken = row.end_reason == "breakdown" || row.end_reason == "diverted";
    return row.state == AssignmentState::refused || row.state == AssignmentState::timed_out ||
           (row.state == AssignmentState::cancelled && taken);
}

std::int64_t waits_since_us(const QueueRow& row) {
    return row.queue == QueueClass::emergency ? row.since_us : row.since_us - kTransferLeadUs;
}

} // namespace

std::map<IncidentId, Shortage> short_of_units(const World& world, std::int64_t now_us) {
    std::map<IncidentId, std::int64_t> lost;   // when the last was
    for (const auto& [id, row] : world.assignments) {
        if (was_lost(row)) {
            const IncidentRow* incident = world.incident(row.incident);
            const StampRow* end = incident != nullptr ? incident->stamp(StampEvent::cancelled, id) : nullptr;
            std::int64_t& last_us = lost.try_emplace(row.incident, row.created_us).first->second;
            last_us = std::max(last_us, end != nullptr ? end->at_us : row.created_us);
        }
    }
    std::map<IncidentId, Shortage> out;
    for (const QueueRow& row : waiting(world, now_us)) {
        const auto loss = lost.find(row.incident);
        const std::int64_t told_us = loss != lost.end() ? loss->second : waits_since_us(row) + kDispatchWithinUs;
        if (row.queue == QueueClass::transfer_planned || (loss == lost.end() && now_us < told_us)) {
            continue;
        }
        const bool urgent = world.incidents.at(row.incident).level <= 2;
        const std::int64_t after_us = urgent ? kShortEscalatesUs : kShortEscalatesLaterUs;
        out[row.incident] = {row.units_short, now_us - told_us >= after_us ? ShortGrade::escalated : ShortGrade::told};
    }
    return out;
}

std::string_view name(ShortGrade grade) { return grade == ShortGrade::escalated ? "units_overdue" : "short_of_units"; }

std::string_view name(QueueClass queue) { return kNames[static_cast<std::size_t>(queue)]; }

} // namespace ems::dispatch
