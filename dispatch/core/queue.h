// The order in which waiting incidents are to be served: emergencies by level and age, then the transfers whose time has
// come, then those planned for later. An incident waits while it demands a unit more than it has. Pure.
#pragma once

#include <cstdint>
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

std::vector<QueueRow> waiting(const World& world, std::int64_t now_us);

std::string_view name(QueueClass queue);

} // namespace ems::dispatch
