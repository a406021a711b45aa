// Two calls about one event: a second one of the same telephone, or from the same place, may belong to the incident of the first.
// It is suggested, and a dispatcher says whether it does. Pure.
#pragma once

#include <cstdint>
#include <string>

#include "dispatch/core/write_set.h"
#include "telemetry/base/result.h"

namespace ems::dispatch {

// Chosen; no rule has them. People who wait ring again; neighbours ring within minutes. The places of calls from one village are
// often its middle, so the place alone counts for a short time only.
inline constexpr std::int64_t kSameCallerUs = 30LL * 60 * 1'000'000;
inline constexpr std::int64_t kSamePlaceUs = 10LL * 60 * 1'000'000;
inline constexpr std::int64_t kSamePlaceM = 100;

// The emergency that has not ended and that `fresh`, an emergency too, may be a second call about: of the same caller, else from
// the same place; of several the newest. Not set: none.
IncidentId same_event(const World& world, const IncidentRow& fresh);

enum class MergeAnswer : std::uint8_t { same, different };
struct MergeRequest {
    IncidentId incident;              // the second call's
    std::uint64_t version{0};         // as its sender saw it
    MergeAnswer answer{MergeAnswer::same};
    IncidentId into;                  // not set: what is suggested
    std::int64_t now_us{0};
    std::string actor;
};
// same: the second incident ends, named after the first, which takes over what is more urgent or more: level, units, need, and
// the words it does not have. different: the suggestion goes. The caller tells the vehicles of the first what has changed.
// Errors: no_such_incident, incident_closed (either), version_stale, unit_on_incident (call it back first, or merge the other
// way), merge_needs_other (nothing is suggested or named, the incident itself, or one of another kind: a call that waits is none that is
// planned for tomorrow).
Result<WriteSet> decide_merge(const World& world, const MergeRequest& request);

} // namespace ems::dispatch
