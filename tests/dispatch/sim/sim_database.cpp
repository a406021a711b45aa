#include "tests/dispatch/sim/sim_database.h"

namespace ems::dispatch::sim {

SimDatabase::SimDatabase(SimWorld& world, std::vector<StoreModel::Unit> registry)
    : store(std::move(registry)), world_(world) {
    StoreModel::Switches& with = store.switches;
    with.versions = !world.has(Bug::lost_update);
    with.numbers_anew = !world.has(Bug::learned_under_the_old_number);
    with.fence = !world.has(Bug::missing_fence) && !world.has(Bug::fence_before_the_lock);
    with.one_live_per_unit = !world.has(Bug::unit_not_taken) && !world.has(Bug::lost_update) &&
                             !world.has(Bug::old_decision_again);
    with.legal_transitions =
        !world.has(Bug::wrong_transition) && !world.has(Bug::ended_posting_answered);
    with.all_or_nothing = !world.has(Bug::half_a_write_set);
    with.stamp_once = !world.has(Bug::stamp_rewritten);
    with.terms_rise = !world.has(Bug::term_not_raised);
    with.events_once = !world.has(Bug::event_twice);
    with.one_posting_per_unit = !world.has(Bug::second_posting);
    with.keeps_originals = !world.has(Bug::original_not_kept);
    // A bug of the store is one of all its guards: the last of them would hide it.
    with.fits_at_commit = with.versions && with.fence && with.one_live_per_unit &&
                          with.legal_transitions && with.all_or_nothing && with.terms_rise &&
                          with.stamp_once && with.events_once;
}

void SimDatabase::end(std::uint64_t session) {
    sessions_.erase(session);
    store.end_session(session);
}

void SimDatabase::close_session(std::uint32_t server, std::uint64_t session) {
    const std::int64_t notices_us =
        reachable(server) ? world_.database_us() : world_.random.between(1'000'000, 8'000'000);
    world_.in(notices_us, Kind::tick, server, [this, session] { end(session); });
}

void SimDatabase::restart() {
    down_until_us_ = world_.now_us + world_.random.between(200'000, 3'000'000);
    while (!sessions_.empty()) {
        end(*sessions_.begin());
    }
}

void SimDatabase::heal() {
    cut_until_us_.fill(0);
    down_until_us_ = 0;
    standby_away_until_us_ = 0;
}

} // namespace ems::dispatch::sim
