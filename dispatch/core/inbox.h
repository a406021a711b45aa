// What an event of a vehicle means: from an event of the inbox to a write set that marks it consumed and acts on it, in
// one. Pure. An event is consumed once whatever it says; what the store will never take is set aside with the reason, or
// it would stop all that follow.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dispatch/core/write_set.h"

namespace ems::dispatch {

// Written as the outcome of an event that tells of an alarm; the index inbox_alarm is made for it.
inline constexpr std::string_view kAlarmOutcome{"noted: alarm"};
// What a crew found of its patient: for the desks.
inline constexpr std::string_view kFindingsOutcome{"noted: findings"};
// A stretch of the ECG that a crew wants the physician to look at: for the desks.
inline constexpr std::string_view kEcgMarkOutcome{"noted: ecg mark"};

struct InboxEvent {
    std::int64_t id{0};
    std::string vid;
    std::uint64_t spool{0};
    std::uint64_t seq{0};          // of stream A within the spool
    std::int64_t t_us{0};          // device clock
    int clock_quality{0};          // ems.wire.ClockQuality
    std::int64_t received_us{0};
    std::string body;              // serialized ems.wire.Event
};

// The outcome is written beside the event in the inbox; an event that changes nothing has an empty write set.
struct EventMeaning {
    WriteSet writes;
    std::string outcome;
    // Assignments that end with it and that the report did not name: pressed before the order came, which the vehicle shows by
    // now. The caller adds their cancellations (QueueCommand).
    std::vector<AssignmentId> unaware{};
    std::optional<Code> refusal{};     // why it was refused, where a decision said so
    // The term above ours that is learned with it; 0: none. The leader has passed once this is written, and lets the lead go.
    std::uint64_t seen_term{0};
};
// Who drives the event's vehicle, and what is registered of it.
struct Driven {
    UnitId unit;                       // not set: nobody does
    std::uint32_t full_range_km{0};    // with a full tank; 0: not known, and then the gauge says nothing of the range
    std::uint64_t term{0};             // under which its orders go out: that of the leader who reads the event
};
EventMeaning interpret(const World& world, const Driven& driven, const InboxEvent& event);

struct ConsumedEvent {
    InboxEvent event;
    std::string outcome;    // as it was written beside it
};
// Of each vehicle the newest button that its crew pressed, where that was refused: what the desks are still to be told of.
// `events` in the order in which they were consumed; whatever else there is among them says nothing.
std::vector<ConsumedEvent> standing_refusals(std::vector<ConsumedEvent> events);
// Why, of an outcome that is a refusal; malformed where it names no code. Nothing: it is none.
std::optional<Code> refusal_in(std::string_view outcome);

// `meaning` with the mark that the event is consumed, first: a repeat stops before it waits for any row.
WriteSet consume_writes(const InboxEvent& event, EventMeaning meaning);
WriteSet set_aside_writes(const InboxEvent& event, std::string_view reason);

} // namespace ems::dispatch
