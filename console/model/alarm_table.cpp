#include "console/model/alarm_table.h"

#include <algorithm>
#include <array>

#include "console/model/alarm_rows.h"
#include "telemetry/base/assert.h"

namespace ems::console {
namespace {

// A monitor's own number, of an alarm that the vehicle has no name for.
bool is_numbered(std::string_view code) {
    const std::string_view prefix = kMonitorAlarms.substr(0, kMonitorAlarms.size() - 1);
    return code.size() > prefix.size() && code.starts_with(prefix) &&
           std::all_of(code.begin() + static_cast<std::ptrdiff_t>(prefix.size()), code.end(),
                       [](char c) { return c >= '0' && c <= '9'; });
}

template <class Enum, std::size_t N> std::string_view name_of(Enum value, const std::array<std::string_view, N>& names) {
    const auto index = static_cast<std::size_t>(value);
    EMS_ASSERT(index < N);
    return names.at(index);
}

} // namespace

std::vector<const AlarmReason*> alarm_reasons() {
    std::vector<const AlarmReason*> out;
    for (const auto& part : {patient_alarms(), equipment_alarms(), duty_alarms()}) {
        for (const AlarmReason& row : part) {
            out.push_back(&row);
        }
    }
    return out;
}

const AlarmReason* find_reason(std::string_view code) {
    const std::string_view wanted = is_numbered(code) ? kMonitorAlarms : code;
    for (const auto& part : {patient_alarms(), equipment_alarms(), duty_alarms()}) {
        const auto row = std::find_if(part.begin(), part.end(), [&](const AlarmReason& one) { return one.code == wanted; });
        if (row != part.end()) {
            return &*row;
        }
    }
    return nullptr;
}

std::string_view name(Owner owner) {
    static constexpr std::array<std::string_view, 3> kNames{"dispatcher", "physician", "each desk"};
    return name_of(owner, kNames);
}

std::string_view name(AlarmSource source) {
    static constexpr std::array<std::string_view, 5> kNames{"vehicle", "crew", "terminal", "centre", "desk"};
    return name_of(source, kNames);
}

std::string_view name(AlarmClass about) {
    static constexpr std::array<std::string_view, 3> kNames{"clinical", "technical", "operational"};
    return name_of(about, kNames);
}

std::string_view name(Damper by) {
    static constexpr std::array<std::string_view, 5> kNames{"nobody", "vehicle", "terminal", "centre", "desk"};
    return name_of(by, kNames);
}

} // namespace ems::console
