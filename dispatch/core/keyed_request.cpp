#include "dispatch/core/keyed_request.h"

namespace ems::dispatch {

KeyedStep first_step(KeyFound found) {
    if (found == KeyFound::nothing) {
        return KeyedStep::perform;
    }
    return found == KeyFound::same_request ? KeyedStep::answer_stored : KeyedStep::refuse_other;
}

KeyedStep step_after(std::optional<Code> error) {
    // Without a leader nothing was tried; the client comes again under its key. What the synchronous standby does not hold is
    // stored under the key and yet not done: the key would say that it is.
    const bool own = !error || *error == Code::not_leader || *error == Code::db_not_replicated;
    return own ? KeyedStep::answer_own : KeyedStep::look_again;
}

KeyedStep last_step(std::optional<KeyFound> found) {
    const bool ours = found && *found == KeyFound::same_request;
    return ours ? KeyedStep::answer_stored : KeyedStep::answer_own;
}

} // namespace ems::dispatch
