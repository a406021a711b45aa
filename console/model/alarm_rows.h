// The rows of console/model/alarm_table.h, in three parts. Only for alarm_table.cpp.
#pragma once

#include <span>

#include "console/model/alarm_table.h"

// Marks a text for lupdate, which knows it by this name; there is no Qt here.
#define QT_TRANSLATE_NOOP(context, text) text

namespace ems::console {

[[nodiscard]] std::span<const AlarmReason> patient_alarms();
[[nodiscard]] std::span<const AlarmReason> equipment_alarms();
[[nodiscard]] std::span<const AlarmReason> duty_alarms();

} // namespace ems::console
