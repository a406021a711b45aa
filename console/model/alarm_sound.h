// Which sound of console/theme/alarm_burst.h this desk owes, and whose it is. Pure.
#pragma once

#include <cstdint>
#include <optional>

#include "console/model/alarm_list.h"
#include "console/theme/alarm_burst.h"

namespace ems::console {

inline constexpr std::int64_t kAudioPauseUs = 120LL * 1'000'000; // the longest an alarm may be without sound

// Which grade is to sound: the highest of those not acknowledged and not shelved that this desk owns; nothing while paused.
enum class Owner : std::uint8_t { dispatcher, physician };
[[nodiscard]] Owner owner_of(const AlarmEntry& entry);
[[nodiscard]] std::optional<Grade> to_sound(const AlarmList& alarms, Owner desk, std::int64_t paused_until_us,
                                            std::int64_t now_us);

} // namespace ems::console
