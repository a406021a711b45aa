#include "dispatch/core/standby_wait.h"

namespace ems::dispatch {
namespace {

const std::set<std::string> kNothing;

} // namespace

const std::set<std::string>& StandbyWait::waiting(std::uint64_t term, const std::set<std::string>& withheld, Ticks now) {
    if (term != term_ || withheld.empty()) {
        term_ = term;
        since_.reset();
    }
    gave_up_ = false;
    if (term == 0 || withheld.empty()) {
        return kNothing;
    }
    since_ = since_.value_or(now);
    gave_up_ = now - *since_ >= kStandbyWaitMost;
    return gave_up_ ? kNothing : withheld;
}

} // namespace ems::dispatch
