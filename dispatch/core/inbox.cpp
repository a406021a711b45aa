#include "dispatch/core/inbox.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "dispatch/core/decide.h"
#include "dispatch/core/decide_orders.h"
#include "dispatch/core/outbox.h"
#include "telemetry/wire/ems.pb.h"

namespace ems::dispatch {
namespace {

constexpr std::size_t kNoteMax = 500;

EventMeaning refused(const Error& error) {
    return {{}, "refused: " + error.message(), {}, error.code};
}

EventMeaning meaning(Result<WriteSet> writes) {
    if (!writes) {
        return refused(writes.error());
    }
    const bool changes = !writes->operations.empty();
    return {std::move(*writes), changes ? "applied" : "repeated"};
}

When when_of(const InboxEvent& event) {
    return {event.received_us, event.t_us, event.clock_quality >= wire::CLOCK_NTP};
}

// A crew may have forgotten its button for a whole journey, not for a shift.
constexpr std::int64_t kFenceBeforeMaxUs = 4LL * 3600 * 1'000'000;

// Since when the vehicle's fence held true what the crew then confirmed, by our clock: as long before the button as the
// vehicle's own clock says, whatever that clock shows. Nothing: the button showed none, or it cannot be.
std::optional<std::int64_t> confirmed_us(const When& button, std::int64_t fence_us) {
    const std::int64_t before_us = button.device_us - fence_us;
    if (fence_us <= 0 || before_us < 0 || before_us > kFenceBeforeMaxUs) {
        return std::nullopt;
    }
    return button.event_us() - before_us;
}

// A vehicle speaks for its crew, its fence and its devices; what a dispatcher or this server does comes by no vehicle.
std::optional<StampSource> source_of(wire::EventSource source) {
    switch (source) {
    case wire::SOURCE_CREW_BUTTON: return StampSource::crew_button;
    case wire::SOURCE_GEOFENCE: return StampSource::geofence;
    case wire::SOURCE_DEVICE: return StampSource::device;
    default: return std::nullopt;
    }
}

std::optional<Ack> ack_of(wire::CommandAck::Result result) {
    switch (result) {
    case wire::CommandAck::STORED:
    case wire::CommandAck::DUPLICATE: return Ack::stored;
    case wire::CommandAck::ACCEPTED: return Ack::accepted;
    case wire::CommandAck::REFUSED: return Ack::refused;
    case wire::CommandAck::EXPIRED: return Ack::expired;
    case wire::CommandAck::SUPERSEDED: return Ack::superseded;
    case wire::CommandAck::ARRIVED: return Ack::arrived;
    // The order goes out again under the present term; a bad signature is a matter for the operator.
    default: return std::nullopt;
    }
}

EventMeaning state_report(const World& world, UnitId unit, const InboxEvent& event,
                          const wire::Event& body) {
    const auto state = unit_state_of(body.state().state());
    if (!state) {
        return {{}, "refused: no such state"};
    }
    const auto source = source_of(body.source());
    if (!source) {
        return {{}, "refused: not a source of a vehicle"};
    }
    StateRequest request;
    request.unit = unit;
    request.state = *state;
    request.assignment = {body.assignment_id()};
    request.source = *source;
    request.when = when_of(event);
    request.actor = event.vid;
    request.note = body.state().note().substr(0, kNoteMax);
    if (const auto at_us = confirmed_us(request.when, body.state().fence_us())) {
        request.when.proposed_us = *at_us;
        request.when.is_pressed = true;
        request.source = StampSource::geofence;
    }
    if (const PlaceE7 place{body.state().lat_e7(), body.state().lon_e7()}; place != PlaceE7{}) {
        request.place = place;
    }
    Result<WriteSet> writes = decide_state(world, request);
    std::vector<AssignmentId> unaware;
    if (writes) {
        unaware = ended_tasks(*writes);
        std::erase(unaware, request.assignment);
    }
    EventMeaning out = meaning(std::move(writes));
    out.unaware = std::move(unaware);
    return out;
}

// A fence of the vehicle's own: kept with its source, and a stamp only when somebody says so.
EventMeaning proposal(const World& world, UnitId unit, const InboxEvent& event, const wire::Event& body) {
    const auto state = unit_state_of(body.proposal().state());
    if (!state) {
        return {{}, "refused: no such state"};
    }
    const auto source = source_of(body.source());
    if (source != StampSource::geofence && source != StampSource::device) {
        return {{}, "refused: only a fence or a device proposes"};
    }
    ProposalRequest request;
    request.row.unit = unit;
    request.row.state = *state;
    request.row.source = *source;
    request.row.at_us = when_of(event).event_us();
    request.assignment = {body.assignment_id()};
    request.actor = event.vid;
    return meaning(decide_proposal(world, request));
}

// A database that was restored from a backup knows less than its vehicles: one refuses a term below what it has seen, or a number
// not above what it has executed, and says which. Asked only for a command that waits: commands of a vehicle go out in their order,
// the next when the one before is held or has expired, so that what it executed lies below the number of any that waits here.
LearnNumbers seen_beyond(const CommandRow& refused, const wire::CommandAck& ack, std::uint64_t term) {
    LearnNumbers out{refused.vid, 0, 0};
    if (open(refused)) {
        out.term = ack.highest_term() > term ? ack.highest_term() : 0;
        out.unit_seq = ack.executed_unit_seq() >= refused.unit_seq ? ack.executed_unit_seq() : 0;
    }
    return out;
}

EventMeaning learn(LearnNumbers seen) {
    EventMeaning out;
    out.writes.actor = seen.vid;
    out.outcome = "applied: the vehicle has seen more";
    out.seen_term = seen.term;
    AddAudit audit;
    audit.action = "numbers_learned";
    audit.detail = fmt::format("vid={} term={} unit_seq={}", seen.vid, seen.term, seen.unit_seq);
    out.writes.operations.emplace_back(std::move(seen));
    out.writes.operations.emplace_back(std::move(audit));
    return out;
}

// A refusal that says what the vehicle has seen. Nothing: it says nothing of that, and the refusal stands.
std::optional<EventMeaning> refused_as_past(const CommandRow& refused, const wire::CommandAck& ack, std::uint64_t term) {
    if (ack.result() != wire::CommandAck::STALE_TERM && ack.result() != wire::CommandAck::SUPERSEDED) {
        return std::nullopt;
    }
    LearnNumbers seen = seen_beyond(refused, ack, term);
    if (seen.term != 0 || seen.unit_seq != 0) {
        return learn(std::move(seen));
    }
    // It told so before, and the command has a later number since.
    if (ack.executed_unit_seq() != 0 && open(refused)) {
        return EventMeaning{{}, "noted: " + wire::CommandAck::Result_Name(ack.result())};
    }
    return std::nullopt;
}

EventMeaning command_ack(const World& world, const Driven& driven, const InboxEvent& event,
                         const wire::CommandAck& ack) {
    const auto command = world.commands.find(ack.command_id());
    // A server that took over does not know the orders that the vehicles held before; it knows their postings.
    const PostingRow* posting = world.posting_of(driven.unit);
    const bool of_posting = posting != nullptr && !ack.command_id().empty() && posting->command == ack.command_id();
    // By the vehicle that it went to: another unit may drive it by now.
    const bool of_unit = command != world.commands.end() ? command->second.vid == event.vid : of_posting;
    if (!of_unit) {
        return {{}, "refused: not a command to this vehicle"};
    }
    if (command != world.commands.end()) {
        if (auto past = refused_as_past(command->second, ack, driven.term)) {
            return std::move(*past);
        }
    }
    const auto result = ack_of(ack.result());
    if (!result) {
        return {{}, "noted: " + wire::CommandAck::Result_Name(ack.result())};
    }
    if (*result == Ack::arrived && !of_posting) {
        return {{}, "noted: no posting that stands"};
    }
    When when = when_of(event);
    when.proposed_us = confirmed_us(when, ack.fence_us()).value_or(0);
    return meaning(decide_ack(world, {ack.command_id(), *result, ack.note(), when, event.vid}));
}

// The desks follow what goes with the vitals; here it is the chart's.
std::string group_name(wire::PatientGroup group) {
    switch (group) {
    case wire::PATIENT_ADULT: return "adult";
    case wire::PATIENT_CHILD: return "child";
    case wire::PATIENT_INFANT: return "infant";
    default: return "by age"; // or of a later version
    }
}

// What the tank holds, as a range. Nothing is written while it stays the same.
EventMeaning inputs(const World& world, const Driven& driven, const InboxEvent& event, const wire::VehicleInputs& inputs) {
    constexpr std::uint32_t kFull = 100;
    const UnitRow* unit = world.unit(driven.unit);
    // 0 is what a broken gauge says of a vehicle that drives: it takes nobody out of the list.
    if (!inputs.has_fuel_pct() || inputs.fuel_pct() == 0 || inputs.fuel_pct() > kFull || driven.full_range_km == 0 ||
        unit == nullptr) {
        return {{}, "noted: inputs"};
    }
    UnitFacts facts;
    facts.unit = driven.unit;
    // At least 1: 0 would mean that nothing is known.
    facts.fuel_range_km = std::max(driven.full_range_km * inputs.fuel_pct() / kFull, 1U);
    facts.now_us = event.received_us;
    facts.actor = event.vid;
    facts.source = StampSource::device;
    facts.fuel_at_us = when_of(event).said_us();
    if (facts.fuel_range_km == unit->fuel_range_km || facts.fuel_at_us < unit->fuel_at_us) {
        return {{}, "noted: inputs"};
    }
    return meaning(decide_unit_facts(world, facts));
}

} // namespace

EventMeaning interpret(const World& world, const Driven& driven, const InboxEvent& event) {
    const UnitId unit = driven.unit;
    wire::Event body;
    if (!body.ParseFromString(event.body)) {
        return {{}, "refused: unreadable"};
    }
    if (!unit.is_set()) {
        return {{}, "refused: no unit drives this vehicle"};
    }
    switch (body.what_case()) {
    case wire::Event::kState: return state_report(world, unit, event, body);
    case wire::Event::kCommandAck: return command_ack(world, driven, event, body.command_ack());
    case wire::Event::kAlarm: return {{}, std::string{kAlarmOutcome}};
    case wire::Event::kFindings: return {{}, std::string{kFindingsOutcome}};
    case wire::Event::kEcgMark: return {{}, std::string{kEcgMarkOutcome}};
    case wire::Event::kGap: return {{}, "noted: gap"};
    case wire::Event::kPatientGroup: return {{}, "noted: patient group " + group_name(body.patient_group().group())};
    case wire::Event::kInputs: return inputs(world, driven, event, body.inputs());
    case wire::Event::kProposal: return proposal(world, unit, event, body);
    default: return {{}, "refused: empty"};  // a test holds that no kind ends here
    }
}

std::vector<ConsumedEvent> standing_refusals(std::vector<ConsumedEvent> events) {
    std::map<std::string, ConsumedEvent> newest;
    for (ConsumedEvent& one : events) {
        wire::Event body;
        const bool is_button = body.ParseFromString(one.event.body) && body.has_state() && body.source() == wire::SOURCE_CREW_BUTTON;
        if (is_button) {
            newest[one.event.vid] = std::move(one);
        }
    }
    std::vector<ConsumedEvent> out;
    for (auto& [vid, one] : newest) {
        if (refusal_in(one.outcome)) {
            out.push_back(std::move(one));
        }
    }
    return out;
}

std::optional<Code> refusal_in(std::string_view outcome) {
    constexpr std::string_view kRefused{"refused"};
    constexpr int kCodesEnd = 1000;
    if (!outcome.starts_with(kRefused)) {
        return std::nullopt;
    }
    const std::size_t colon = outcome.find(": ");
    const std::string_view why = colon == std::string_view::npos ? std::string_view{} : outcome.substr(colon + 2);
    const std::string_view name = why.substr(0, why.find(':'));
    for (int number = 1; number < kCodesEnd; ++number) {
        if (name != "unknown" && code_name(static_cast<Code>(number)) == name) {
            return static_cast<Code>(number);
        }
    }
    return Code::malformed;
}

WriteSet consume_writes(const InboxEvent& event, EventMeaning meaning) {
    WriteSet out = std::move(meaning.writes);
    out.actor = event.vid;
    out.operations.insert(out.operations.begin(), ConsumeEvent{event.id, std::move(meaning.outcome)});
    return out;
}

WriteSet set_aside_writes(const InboxEvent& event, std::string_view reason) {
    return {event.vid, {ConsumeEvent{event.id, "refused by the store: " + std::string{reason}}}};
}

} // namespace ems::dispatch
