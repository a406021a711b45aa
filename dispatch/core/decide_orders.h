// Orders beyond the plain assignment: another unit instead, a more urgent call instead, a refusal by voice; postings of
// units that are not on task; what is known of a unit; corrected stamps; proposals. Each is a pure function from the world
// to a write set, or an error that changes nothing. Errors are those of decide.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "dispatch/core/decide.h"

namespace ems::dispatch {

// The unit of `out` is called back and `in` goes instead, at once: the incident is never without an order between. The
// caller adds both orders to the vehicles.
struct SwapRequest {
    AssignmentId out;
    AssignRequest in;             // its incident is that of `out`
    std::string reason;
};
Result<WriteSet> decide_swap(const World& world, const SwapRequest& request);

// Takes a unit that has no patient from its incident for a more urgent one. The first incident is reopened in the same
// write set (unless other units are on it), and keeps its place in the queue. The caller adds both orders.
struct DivertRequest {
    AssignRequest to;
    std::string reason;
};
Result<WriteSet> decide_divert(const World& world, const DivertRequest& request);
// Which of two calls goes first: lower is more urgent. By level; of one level an emergency before a transfer.
std::uint32_t urgency(const IncidentRow& incident);

// The crew says by voice that it cannot go.
struct RefusalRequest {
    AssignmentId assignment;
    std::string reason;
    std::int64_t now_us{0};
    std::string actor;
};
Result<WriteSet> decide_refusal(const World& world, const RefusalRequest& request);

// A unit that may be sent is posted elsewhere; a posting it has is ended. The caller sets row.command and adds the order.
struct PostingRequest {
    PostingRow row;               // id, unit, kind, station, place, name, command
    std::string reason;
    std::string actor;
};
Result<WriteSet> decide_posting(const World& world, const PostingRequest& request);
// arrived, done or cancelled.
struct PostingEndRequest {
    PostingId posting;
    PostingState state{PostingState::cancelled};
    std::string reason;
    std::string actor;
    std::int64_t since_us{0};     // of arrived, since when a fence saw it; 0: it was said, not seen
};
Result<WriteSet> decide_posting_end(const World& world, const PostingEndRequest& request);

// What is known of a unit beyond its state; what is not set stays.
struct UnitFacts {
    UnitId unit;
    std::optional<std::int64_t> crew_until_us;    // 0: not known
    std::optional<std::uint32_t> fuel_range_km;   // 0: not known
    std::optional<bool> contaminated;
    std::int64_t now_us{0};
    std::string actor;
    StampSource source{StampSource::dispatcher};  // device: what the vehicle's own gauge says
    std::int64_t fuel_at_us{0};                   // when it said so; 0: now
    std::optional<PlaceE7> place{};               // where it is said to be
    std::int64_t place_at_us{0};                  // when it was there; 0: now. Of two places the later stands
    std::optional<std::uint64_t> version{};       // of the unit, as its sender saw it; another is refused. Not set: not told
};
// How long ago a unit may have been where it is said to have been.
inline constexpr std::int64_t kToldBehindMaxUs = 24LL * 3600 * 1'000'000;
Result<WriteSet> decide_unit_facts(const World& world, const UnitFacts& facts);

// A stamp was wrong: the right time stands beside it, with who said so and why. Times of one task still never fall.
struct CorrectionRequest {
    IncidentId incident;
    AssignmentId assignment;      // not set: of the call
    StampEvent event{StampEvent::ring_start};
    std::int64_t at_us{0};
    std::string reason;
    std::int64_t now_us{0};
    std::string actor;
};
Result<WriteSet> decide_correction(const World& world, const CorrectionRequest& request);

// Stored with its source; the state of the unit and the stamps stay. An empty write set: it is known already, or the
// unit's state does not allow it. One of a posting says that its unit is there; confirmed, the posting is arrived.
struct ProposalRequest {
    ProposalRow row;              // without assignment and incident
    AssignmentId assignment;      // what the reporter acts for; not set: whatever is present
    std::string actor;
};
Result<WriteSet> decide_proposal(const World& world, const ProposalRequest& request);
// Confirmed: the state is reported as of the time at which the fence saw it, with the fence as its source.
enum class Answer : std::uint8_t { confirm, dismiss };
struct ProposalAnswer {
    ProposalId proposal;
    Answer answer{Answer::confirm};
    std::int64_t now_us{0};
    std::string actor;
};
Result<WriteSet> decide_proposal_answer(const World& world, const ProposalAnswer& request);

} // namespace ems::dispatch
