// Which sound of console/theme/alarm_burst.h this desk owes, and whose it is. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "console/model/alarm_list.h"
#include "console/theme/alarm_burst.h"

namespace ems::console {

inline constexpr std::int64_t kAudioPauseUs = 120LL * 1'000'000; // the longest an alarm may be without sound

// By its row; of a code without one by whether it is technical.
[[nodiscard]] Owner owner_of(const AlarmEntry& entry);
// By the role of the log-in (dispatch/contract/api.proto). An unknown one, and nobody yet: both, for an alarm too many is
// heard, and one too few is not.
[[nodiscard]] Owner owner_of_role(std::string_view role);
[[nodiscard]] bool is_owed(const AlarmEntry& entry, Owner desk);
// Which grade is to sound: the highest of those not acknowledged, not held and no consequence that this desk owns; nothing
// while paused.
[[nodiscard]] std::optional<Grade> to_sound(const AlarmList& alarms, Owner desk, std::int64_t paused_until_us,
                                            std::int64_t now_us);
// The AlarmEntry::onset of the newest of those of this grade that ask for it; 0: none.
[[nodiscard]] std::uint64_t newest_onset(const AlarmList& alarms, Owner desk, Grade grade, std::int64_t now_us);

} // namespace ems::console
