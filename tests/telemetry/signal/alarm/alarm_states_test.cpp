// Every cell of the two state tables, with what a crew and IEC 60601-1-8 expect of it.
#include "telemetry/signal/alarm/alarm_states.h"

#include <gtest/gtest.h>

namespace ems::signal {
namespace {

using E = SignalEvent;
using P = Presence;
using PE = PresenceEvent;
using S = AlarmSignal;

template <class Enum, std::size_t N> std::vector<Enum> all() {
    std::vector<Enum> out;
    for (std::size_t i = 0; i < N; ++i) {
        out.push_back(static_cast<Enum>(i));
    }
    return out;
}
const auto kAllSignals = all<S, kAlarmSignals>();
const auto kAllEvents = all<E, kSignalEvents>();
const auto kBoth = {Latch::none, Latch::until_acknowledged};

TEST(PresenceTable, AnAlarmIsPresentOnceItMaturesFromWhereverItWas) {
    for (const P from : all<P, kPresences>()) {
        for (const Latch latch : kBoth) {
            for (const S signal : kAllSignals) {
                EXPECT_EQ(next_presence(from, PE::mature, latch, signal), P::present);
            }
        }
    }
}

TEST(PresenceTable, OnlyALatchingAlarmThatNobodyAcknowledgedIsLeftAfterItsCondition) {
    for (const S signal : kAllSignals) {
        EXPECT_EQ(next_presence(P::present, PE::release, Latch::none, signal), P::absent);
        EXPECT_EQ(next_presence(P::present, PE::release, Latch::until_acknowledged, signal),
                  signal == S::acknowledged ? P::absent : P::latched);
    }
}

TEST(PresenceTable, ALatchedAlarmLeavesByAcknowledgementAlone) {
    for (const PE event : all<PE, kPresenceEvents>()) {
        const P next = next_presence(P::latched, event, Latch::until_acknowledged, S::on);
        EXPECT_EQ(next, event == PE::acknowledge ? P::absent
                        : event == PE::mature    ? P::present
                                                 : P::latched)
            << presence_event_name(event);
    }
}

TEST(PresenceTable, ADelayBeginsAndLapsesAndHidingLeavesNothing) {
    EXPECT_EQ(next_presence(P::absent, PE::breach, Latch::none, S::on), P::pending);
    EXPECT_EQ(next_presence(P::pending, PE::lapse, Latch::none, S::on), P::absent);
    EXPECT_EQ(next_presence(P::present, PE::breach, Latch::none, S::on), P::present);
    EXPECT_EQ(next_presence(P::present, PE::lapse, Latch::none, S::on), P::present);
    for (const Latch latch : kBoth) {
        EXPECT_EQ(next_presence(P::present, PE::hide, latch, S::on), P::absent);
        EXPECT_EQ(next_presence(P::pending, PE::hide, latch, S::on), P::absent);
    }
}

TEST(SignalTable, RestoringAlwaysBringsSoundAndSightBack) {
    for (const S from : kAllSignals) {
        for (const Latch latch : kBoth) {
            EXPECT_EQ(next_signal(from, E::restore, latch), S::on) << signal_name(from);
        }
    }
}

TEST(SignalTable, WhatIsTimedExpiresToOnAndNothingElseExpires) {
    for (const S from : kAllSignals) {
        EXPECT_EQ(next_signal(from, E::expire, Latch::none), is_timed(from) ? S::on : from)
            << signal_name(from);
    }
}

TEST(SignalTable, AnAcknowledgementIsOfOneOccurrenceAndEndsWithIt) {
    EXPECT_EQ(next_signal(S::on, E::acknowledge, Latch::none), S::acknowledged);
    EXPECT_EQ(next_signal(S::audio_paused, E::acknowledge, Latch::none), S::acknowledged);
    EXPECT_EQ(next_signal(S::acknowledged, E::ended, Latch::none), S::on);
    for (const S kept : {S::audio_paused, S::audio_off, S::alarm_paused, S::alarm_off}) {
        EXPECT_EQ(next_signal(kept, E::ended, Latch::none), kept) << signal_name(kept);
    }
}

TEST(SignalTable, EscalationEndsWhatWasAnsweredForALesserUrgency) {
    for (const S from : {S::on, S::acknowledged, S::audio_paused, S::audio_off}) {
        EXPECT_EQ(next_signal(from, E::escalate, Latch::none), S::on) << signal_name(from);
    }
    for (const S hidden : {S::alarm_paused, S::alarm_off}) {
        EXPECT_EQ(next_signal(hidden, E::escalate, Latch::none), hidden) << signal_name(hidden);
    }
}

TEST(SignalTable, ACommandDoesWhatItSaysOrLeavesWhatIsQuieter) {
    struct Row {
        S from;
        S paused;
        S audio_off;
        S alarm_paused;
        S alarm_off;
    };
    const Row rows[] = {
        {S::on, S::audio_paused, S::audio_off, S::alarm_paused, S::alarm_off},
        {S::acknowledged, S::acknowledged, S::audio_off, S::alarm_paused, S::alarm_off},
        {S::audio_paused, S::audio_paused, S::audio_off, S::alarm_paused, S::alarm_off},
        {S::audio_off, S::audio_paused, S::audio_off, S::alarm_paused, S::alarm_off},
        {S::alarm_paused, S::alarm_paused, S::alarm_paused, S::alarm_paused, S::alarm_off},
        {S::alarm_off, S::alarm_off, S::alarm_off, S::alarm_paused, S::alarm_off}};
    static_assert(std::size(rows) == kAlarmSignals);
    for (const Row& row : rows) {
        EXPECT_EQ(next_signal(row.from, E::pause_audio, Latch::none), row.paused);
        EXPECT_EQ(next_signal(row.from, E::stop_audio, Latch::none), row.audio_off);
        EXPECT_EQ(next_signal(row.from, E::pause_alarm, Latch::none), row.alarm_paused);
        EXPECT_EQ(next_signal(row.from, E::stop_alarm, Latch::none), row.alarm_off);
    }
}

// From any state, by any events: a lethal alarm is always in sight, and silent for at most a pause
// or with an acknowledgement.
TEST(SignalTable, ALethalAlarmIsNeverOutOfSightNorOff) {
    std::vector<S> reached{S::on};
    for (std::size_t i = 0; i < reached.size(); ++i) {
        EXPECT_TRUE(is_visible(reached[i])) << signal_name(reached[i]);
        EXPECT_TRUE(is_audible(reached[i]) || is_timed(reached[i]) ||
                    reached[i] == S::acknowledged);
        for (const E event : kAllEvents) {
            const auto next = next_signal(reached[i], event, Latch::until_acknowledged);
            if (next && std::find(reached.begin(), reached.end(), *next) == reached.end()) {
                reached.push_back(*next);
            }
        }
    }
    EXPECT_EQ(reached.size(), 3U);
    for (const E event : {E::stop_audio, E::pause_alarm, E::stop_alarm}) {
        EXPECT_FALSE(next_signal(S::on, event, Latch::until_acknowledged));
    }
    EXPECT_EQ(next_signal(S::audio_paused, E::ended, Latch::until_acknowledged), S::on);
}

} // namespace
} // namespace ems::signal
