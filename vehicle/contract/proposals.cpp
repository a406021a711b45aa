#include "vehicle/contract/proposals.h"

#include <algorithm>

namespace ems::vehicle {
namespace {

// The numbers of the states follow the task; that it ends in standing by they do not say.
int stage(wire::UnitState state) {
    return state == wire::UNIT_AVAILABLE ? wire::UNIT_OUT_OF_SERVICE : state;
}

} // namespace

void drop_overtaken(Status& status, wire::UnitState said) {
    auto& proposals = *status.mutable_proposals();
    proposals.erase(std::remove_if(proposals.begin(), proposals.end(),
                                   [said](const FenceProposal& one) {
                                       return stage(one.state()) <= stage(said);
                                   }),
                    proposals.end());
}

std::int64_t proposed_us(const Status& status, wire::UnitState state) {
    const auto found =
        std::find_if(status.proposals().begin(), status.proposals().end(),
                     [state](const FenceProposal& one) { return one.state() == state; });
    return found == status.proposals().end() ? 0 : found->since_us();
}

} // namespace ems::vehicle
