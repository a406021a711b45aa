#include "telemetry/signal/alarm/alarm_states.h"

namespace ems::signal {
namespace {

using P = Presence;
using S = AlarmSignal;

// Columns: breach, lapse, mature, release, hide, acknowledge.
constexpr std::array<std::array<P, kPresenceEvents>, kPresences> kPresence{{
    /* absent  */ {P::pending, P::absent, P::present, P::absent, P::absent, P::absent},
    /* pending */ {P::pending, P::absent, P::present, P::absent, P::absent, P::pending},
    /* present */ {P::present, P::present, P::present, P::absent, P::absent, P::present},
    /* latched */ {P::latched, P::latched, P::present, P::latched, P::latched, P::absent},
}};

// Columns: acknowledge, pause audio, stop audio, pause alarm, stop alarm, restore, expire,
// escalate, ended.
constexpr std::array<std::array<S, kSignalEvents>, kAlarmSignals> kSignal{{
    /* on */ {S::acknowledged, S::audio_paused, S::audio_off, S::alarm_paused, S::alarm_off, S::on,
              S::on, S::on, S::on},
    /* acknowledged */
    {S::acknowledged, S::acknowledged, S::audio_off, S::alarm_paused, S::alarm_off, S::on,
     S::acknowledged, S::on, S::on},
    /* audio_paused */
    {S::acknowledged, S::audio_paused, S::audio_off, S::alarm_paused, S::alarm_off, S::on, S::on,
     S::on, S::audio_paused},
    /* audio_off */
    {S::audio_off, S::audio_paused, S::audio_off, S::alarm_paused, S::alarm_off, S::on,
     S::audio_off, S::on, S::audio_off},
    /* alarm_paused */
    {S::alarm_paused, S::alarm_paused, S::alarm_paused, S::alarm_paused, S::alarm_off, S::on, S::on,
     S::alarm_paused, S::alarm_paused},
    /* alarm_off */
    {S::alarm_off, S::alarm_off, S::alarm_off, S::alarm_paused, S::alarm_off, S::on, S::alarm_off,
     S::alarm_off, S::alarm_off},
}};

template <class E> constexpr std::size_t at(E e) {
    return static_cast<std::size_t>(e);
}

bool never_of_lethal(SignalEvent event) {
    return event == SignalEvent::stop_audio || event == SignalEvent::pause_alarm ||
           event == SignalEvent::stop_alarm;
}

} // namespace

std::string_view presence_name(Presence presence) {
    constexpr std::array<std::string_view, kPresences> kNames{"absent", "pending", "present",
                                                              "latched"};
    return kNames.at(at(presence));
}

std::string_view presence_event_name(PresenceEvent event) {
    constexpr std::array<std::string_view, kPresenceEvents> kNames{
        "breach", "lapse", "mature", "release", "hide", "acknowledge"};
    return kNames.at(at(event));
}

std::string_view signal_name(AlarmSignal signal) {
    constexpr std::array<std::string_view, kAlarmSignals> kNames{
        "on", "acknowledged", "audio paused", "audio off", "alarm paused", "alarm off"};
    return kNames.at(at(signal));
}

std::string_view signal_event_name(SignalEvent event) {
    constexpr std::array<std::string_view, kSignalEvents> kNames{
        "acknowledge", "pause audio", "stop audio", "pause alarm", "stop alarm",
        "restore",     "expire",      "escalate",   "ended"};
    return kNames.at(at(event));
}

Presence next_presence(Presence from, PresenceEvent event, Latch latch, AlarmSignal signal) {
    const bool latches = latch == Latch::until_acknowledged && signal != S::acknowledged;
    if (from == P::present && event == PresenceEvent::release && latches) {
        return P::latched;
    }
    return kPresence.at(at(from)).at(at(event));
}

std::optional<AlarmSignal> next_signal(AlarmSignal from, SignalEvent event, Latch latch) {
    if (latch == Latch::until_acknowledged) {
        if (never_of_lethal(event)) {
            return std::nullopt;
        }
        if (event == SignalEvent::ended) {
            return S::on;
        }
    }
    return kSignal.at(at(from)).at(at(event));
}

bool is_timed(AlarmSignal signal) {
    return signal == S::audio_paused || signal == S::alarm_paused;
}

bool is_audible(AlarmSignal signal) {
    return signal == S::on;
}

bool is_visible(AlarmSignal signal) {
    return signal != S::alarm_paused && signal != S::alarm_off;
}

} // namespace ems::signal
