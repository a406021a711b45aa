// The states of one alarm as tables, after IEC 60601-1-8: whether its condition stands (presence),
// and how it is signalled on board (signal). What is told to the centre is the condition: no signal
// state changes it. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "telemetry/signal/alarm/alarm_table.h"

namespace ems::signal {

// latched: the condition has ended and nobody has acknowledged it yet.
enum class Presence : std::uint8_t { absent, pending, present, latched };
inline constexpr std::size_t kPresences = 4;

// breach: a limit is broken, its delay runs. lapse: it is not broken any more before that. mature:
// it is an alarm. release: the condition has ended. hide: a cause is told in its place.
enum class PresenceEvent : std::uint8_t { breach, lapse, mature, release, hide, acknowledge };
inline constexpr std::size_t kPresenceEvents = 6;

// What the crew has done about the sound and the sight of it. paused ends by itself, off does not.
enum class AlarmSignal : std::uint8_t {
    on,
    acknowledged, // no sound until it ends or becomes more urgent
    audio_paused,
    audio_off,
    alarm_paused, // neither sound nor sight
    alarm_off
};
inline constexpr std::size_t kAlarmSignals = 6;

// ended: the condition left. escalate: it became more urgent. expire: the pause is over.
enum class SignalEvent : std::uint8_t {
    acknowledge,
    pause_audio,
    stop_audio,
    pause_alarm,
    stop_alarm,
    restore,
    expire,
    escalate,
    ended
};
inline constexpr std::size_t kSignalEvents = 9;

std::string_view presence_name(Presence presence);
std::string_view presence_event_name(PresenceEvent event);
std::string_view signal_name(AlarmSignal signal);
std::string_view signal_event_name(SignalEvent event);

// `acknowledged`: the signal is, so that nothing is left to latch for.
[[nodiscard]] Presence next_presence(Presence from, PresenceEvent event, Latch latch,
                                     AlarmSignal signal);
// Nothing: refused. (The engine refuses the same of every alarm of high priority.) A lethal alarm
// is neither paused nor switched off, only its sound is paused, and that pause ends with its
// condition.
[[nodiscard]] std::optional<AlarmSignal> next_signal(AlarmSignal from, SignalEvent event,
                                                     Latch latch);
[[nodiscard]] bool is_timed(AlarmSignal signal);
[[nodiscard]] bool is_audible(AlarmSignal signal);
[[nodiscard]] bool is_visible(AlarmSignal signal);

} // namespace ems::signal
