// The order of steps around a request that changes something: its idempotency key is looked up before and, unless it went
// well, after. Of an answer that was lost on its way, or of a repeat that overtook its first, a refusal would be a lie
// ("unit already assigned", by the very same order): the key tells whether it happened. Requests under one key are dealt
// with one after the other: a repeat that overtook its first could be refused for a state of things in which the first
// still succeeds. Pure.
#pragma once

#include <cstdint>
#include <optional>

#include "telemetry/base/error.h"

namespace ems::dispatch {

enum class KeyedStep : std::uint8_t {
    perform,
    answer_stored,      // with what stands under the key
    answer_own,         // with what performing gave
    look_again,
    refuse_other,       // the key belongs to another request
};

enum class KeyFound : std::uint8_t { nothing, same_request, other_request };

// After the look-up before performing.
KeyedStep first_step(KeyFound found);
// After performing; nullopt: it went well.
KeyedStep step_after(std::optional<Code> error);
// After the second look-up; nullopt: it failed.
KeyedStep last_step(std::optional<KeyFound> found);

} // namespace ems::dispatch
