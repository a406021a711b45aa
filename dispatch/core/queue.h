// The order in which waiting incidents are to be served: emergencies by level and age, then the transfers whose time has
// come, then those planned for later. An incident waits while it demands a unit more than it has. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

#include "dispatch/core/world.h"

namespace ems::dispatch {

// So long before its planned time a transfer is due: a unit has to get there first.
inline constexpr std::int64_t kTransferLeadUs = 30LL * 60 * 1'000'000;

enum class QueueClass : std::uint8_t { emergency, transfer_due, transfer_planned };

struct QueueRow {
    IncidentId incident;
    QueueClass queue{QueueClass::emergency};
    std::uint32_t units_short{0};
    std::int64_t since_us{0};     // of an emergency since it was opened; of a transfer its planned time
};

// An order goes out within a minute of taking the call (domain 3.1, the Qingdao rule).
inline constexpr std::int64_t kDispatchWithinUs = 60LL * 1'000'000;

std::vector<QueueRow> waiting(const World& world, std::int64_t now_us);

// What still lacks a unit so long after it was told first is told louder: levels 1 and 2 after twice the time that an order may
// take, the others after ten times that. Chosen; no rule has it.
inline constexpr std::int64_t kShortEscalatesUs = 2 * kDispatchWithinUs;
inline constexpr std::int64_t kShortEscalatesLaterUs = 10 * kDispatchWithinUs;

enum class ShortGrade : std::uint8_t { told, escalated };
struct Shortage {
    std::uint32_t units{0};
    ShortGrade grade{ShortGrade::told};
    bool operator==(const Shortage&) const = default;
};
std::string_view name(ShortGrade grade);   // the alarm: "short_of_units", "units_overdue"

// Of those that wait now and about which somebody has to be told, how many units each lacks: at once where a unit was lost
// (refused, broken down, diverted, timed out), else when it has waited kDispatchWithinUs. They stand until the demand is met.
std::map<IncidentId, Shortage> short_of_units(const World& world, std::int64_t now_us);

std::string_view name(QueueClass queue);

} // namespace ems::dispatch
