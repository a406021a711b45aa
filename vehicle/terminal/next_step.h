// What the one big button does next, and what else the crew may press now. What the vehicle's fence
// suggests comes first, and the button names its time; nothing is said until somebody presses. Pure
// values of the vehicle's Status; the same order of states as the centre's table (dispatch/README.md, "unit").
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "vehicle/contract/crew.pb.h"

namespace ems::terminal {

enum class Step : std::uint8_t {
    accept, // an order waits for its answer
    en_route,
    at_scene,
    at_patient,
    transporting,
    at_hospital,
    handover,
    clearing,
    returning,
    available,
    out_of_service,
    accept_posting, // the centre sent it somewhere to wait, and that waits for its answer
    at_post,
};

// The state that a step reports; nothing for an answer, and for the arrival where it was posted.
[[nodiscard]] std::optional<wire::UnitState> state_of(Step step);

// The step that follows the state; nothing while the unit stands by without an order.
[[nodiscard]] std::optional<Step> next_step(const vehicle::Status& status);

// Since when the fence says so, by the vehicle's clock; 0: it does not.
[[nodiscard]] std::int64_t fence_us(const vehicle::Status& status, Step step);

// Other ways out of the state, in the order in which they are offered, at most kOtherStepsMax: what
// would follow if the fence were wrong, nobody to carry, breakdown.
inline constexpr std::size_t kOtherStepsMax = 3;
[[nodiscard]] std::vector<Step> other_steps(const vehicle::Status& status);

// Where one of them is offered on every screen, below kOtherStepsMax: what usually follows, what is
// done instead (nobody to carry, or the post), breakdown. No two that are offered at once share one.
inline constexpr std::size_t kUsualPlace = 0;
inline constexpr std::size_t kInsteadPlace = 1;
inline constexpr std::size_t kOutOfServicePlace = 2;
[[nodiscard]] std::size_t place_of(const vehicle::Status& status, Step other);

// Somebody may lie in the vehicle or under the crew's hands: from his side to the handover.
[[nodiscard]] bool patient_in_care(const vehicle::Status& status);

// The order waits for the crew's answer.
[[nodiscard]] bool order_waits(const vehicle::Status& status);
// A call for the physician stands; one of an earlier vehicle program says so of its intercom alone.
[[nodiscard]] bool physician_called(const vehicle::Status& status);
// Where the centre wants it to wait does.
[[nodiscard]] bool posting_waits(const vehicle::Status& status);
// Something that the centre changed has not been read.
[[nodiscard]] bool changes_wait(const vehicle::Status& status);
// The crew is on its way there.
[[nodiscard]] bool goes_to_post(const vehicle::Status& status);

} // namespace ems::terminal
