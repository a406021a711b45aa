#include "tests/dispatch/sim/sim_desk.h"

#include <utility>

#include <fmt/format.h>

namespace ems::dispatch::sim {
namespace {

constexpr std::int64_t kPatienceUs = 3 * kSecondUs;
constexpr std::int64_t kLeaderPauseUs = 300'000;

template <class Map, class Good>
std::optional<typename Map::mapped_type> any(SimWorld& world, const Map& map, Good good) {
    std::vector<const typename Map::mapped_type*> found;
    for (const auto& [id, row] : map) {
        if (good(row)) {
            found.push_back(&row);
        }
    }
    if (found.empty()) {
        return {};
    }
    return *found[world.random.below(found.size())];
}

// Nothing is known of these: ask once more, under the same key.
bool comes_again(Code code) {
    return code == Code::not_leader || code == Code::timeout || code == Code::db_outcome_unknown ||
           code == Code::db_query;
}

} // namespace

SimDesk::SimDesk(SimWorld& world, std::vector<std::unique_ptr<SimServer>>& servers, Oracle& oracle,
                 std::uint32_t number)
    : world_(world), servers_(servers), oracle_(oracle), number_(number) {}

std::uint32_t SimDesk::acts(const std::vector<std::unique_ptr<SimDesk>>& desks) {
    std::uint32_t sum = 0;
    for (const auto& desk : desks) {
        sum += desk->acts_;
    }
    return sum;
}

void SimDesk::think() {
    world_.in(world_.random.between(100'000, 1'500'000), Kind::desk_act, number_, [this] {
        if (!world_.healed) {
            act();
        }
    });
}

void SimDesk::act() {
    const bool enough =
        world_.scenario.acts_max && acts_ * world_.dials.desks >= *world_.scenario.acts_max;
    std::optional<Request> request = enough ? std::optional<Request>{} : choose();
    if (!request) {
        think();
        return;
    }
    if (request->key == last_key_ && request->hash() == last_hash_) {
        request->key =
            fmt::format("k{}-{}", number_, acts_); // the same again is no fault of a client
    }
    ++acts_;
    last_key_ = request->key;
    last_hash_ = request->hash();
    pending_ = std::move(request);
    send();
}

std::optional<Request> SimDesk::choose() {
    const World& world = servers_[server_]->seat().world();
    Request out;
    out.user = fmt::format("desk{}", number_);
    // A key that was used before, for something else: a fault of a client.
    const bool reuses = !last_key_.empty() && world_.chance(20);
    out.key = reuses ? last_key_ : fmt::format("k{}-{}", number_, acts_);
    const std::uint64_t kind = world_.random.below(1000);
    if (world_.chance(world_.dials.desk_orders)) {
        if (auto order = choose_order(out, world)) {
            return order;
        }
    }
    if (kind < world_.dials.cancels) {
        const auto task = any(world_, world.assignments,
                              [](const AssignmentRow& row) { return !ended(row.state); });
        if (task) {
            out.act = Act::cancel;
            out.assignment = task->id;
            return out;
        }
    }
    if (kind < 250) {
        const std::int64_t first_voice = world_.dials.units - world_.dials.voice_units + 1;
        // Now and then of one with a vehicle: what its crew says comes later.
        const bool any_unit = world_.chance(150);
        const auto unit = any(world_, world.units, [&](const UnitRow& row) {
            const bool stopped = row.state == UnitState::out_of_service;
            return any_unit ? traits(row.state).on_task || stopped : row.id.value >= first_voice;
        });
        if (unit) {
            out.act = Act::enter_state;
            out.unit = unit->id;
            out.state = static_cast<UnitState>(world_.random.between(1, 12));
            if (unit->state == UnitState::out_of_service && world_.chance(500)) {
                out.state = UnitState::available;
            }
            return out;
        }
    }
    if (kind < 330) {
        const auto incident =
            any(world_, world.incidents, [](const IncidentRow& row) { return !ended(row.state); });
        if (incident) {
            out.act = kind < 290 ? Act::close : Act::update;
            if (kind < 250 + world_.dials.merges && incident->same_as.is_set()) {
                out.act = Act::merge;
                // Now and then by a number of the dispatcher's own, which may be mistyped.
                if (world_.chance(300)) {
                    const auto other = any(world_, world.incidents, [](const IncidentRow&) { return true; });
                    out.into = other ? other->id : IncidentId{};
                }
            }
            out.incident = incident->id;
            out.version = incident->version;
            out.level = static_cast<std::uint32_t>(world_.random.between(1, 4));
            out.units_wanted = world_.chance(200)
                                   ? static_cast<std::uint32_t>(world_.random.between(1, 3))
                                   : 0U;
            return out;
        }
    }
    if (kind < 700) {
        return choose_assign(std::move(out), world);
    }
    out.act = Act::new_call;
    out.level = static_cast<std::uint32_t>(world_.random.between(1, 4));
    out.kind = world_.chance(150) ? IncidentKind::transfer : IncidentKind::emergency;
    return out;
}

// What is not done every minute: another unit instead, a more urgent call, a refusal by voice, a
// posting and its end, an answer to a fence, a corrected time.
std::optional<Request> SimDesk::choose_order(Request out, const World& world) {
    const auto live = [](const AssignmentRow& row) { return !ended(row.state); };
    switch (world_.random.below(7)) {
    case 0: {
        const auto task = any(world_, world.assignments, live);
        const auto unit = any(world_, world.units,
                              [](const UnitRow& row) { return traits(row.state).dispatchable; });
        if (!task || !unit) {
            return {};
        }
        out.act = Act::swap;
        out.assignment = task->id;
        out.unit = unit->id;
        return out;
    }
    case 1: {
        const auto unit = any(world_, world.units,
                              [](const UnitRow& row) { return traits(row.state).divertible; });
        const auto incident =
            any(world_, world.incidents, [](const IncidentRow& row) { return !ended(row.state); });
        if (!unit || !incident) {
            return {};
        }
        out.act = Act::divert;
        out.unit = unit->id;
        out.incident = incident->id;
        out.intent = world_.chance(500) ? AssignIntent::additional : AssignIntent::demanded;
        return out;
    }
    case 2: {
        const auto task = any(world_, world.assignments, live);
        if (!task) {
            return {};
        }
        out.act = Act::refuse;
        out.assignment = task->id;
        return out;
    }
    case 3: {
        const auto unit = any(world_, world.units, [&](const UnitRow& row) {
            return traits(row.state).dispatchable || world_.chance(50);
        });
        if (!unit) {
            return {};
        }
        out.act = Act::post;
        out.unit = unit->id;
        return out;
    }
    case 4: {
        const auto posting =
            any(world_, world.postings, [](const PostingRow&) { return true; });
        if (!posting) {
            return {};
        }
        out.act = Act::end_posting;
        out.posting = posting->id;
        out.posting_state = static_cast<PostingState>(world_.random.below(6));
        return out;
    }
    case 5: {
        const auto proposal =
            any(world_, world.proposals, [](const ProposalRow&) { return true; });
        if (!proposal) {
            return {};
        }
        out.act = Act::answer_proposal;
        out.proposal = proposal->id;
        out.answer = world_.chance(700) ? Answer::confirm : Answer::dismiss;
        return out;
    }
    default:
        return choose_correction(std::move(out), world);
    }
}

std::optional<Request> SimDesk::choose_correction(Request out, const World& world) {
    const auto incident = any(world_, world.incidents,
                              [](const IncidentRow& row) { return !row.stamps.empty(); });
    if (!incident) {
        return {};
    }
    const StampRow& stamp = incident->stamps[world_.random.below(incident->stamps.size())];
    out.act = Act::correct;
    out.incident = incident->id;
    out.assignment = stamp.assignment;
    out.event = stamp.event;
    const std::int64_t known_us = stamp.at_us == 0 ? world_.now_us : stamp.at_us;
    out.at_us = known_us + world_.random.between(-2 * kSecondUs, 2 * kSecondUs);
    return out;
}

std::optional<Request> SimDesk::choose_assign(Request request, const World& world) {
    const bool careless = world_.chance(150);
    const auto incident = any(world_, world.incidents, [&](const IncidentRow& row) {
        return careless || row.state == IncidentState::open;
    });
    const auto unit = any(world_, world.units, [&](const UnitRow& row) {
        return careless || traits(row.state).dispatchable;
    });
    if (!incident || !unit) {
        return {};
    }
    request.act = Act::assign;
    request.incident = incident->id;
    request.unit = unit->id;
    request.intent = world_.chance(100) ? AssignIntent::additional : AssignIntent::demanded;
    return request;
}

void SimDesk::send() {
    const std::uint64_t attempt = ++attempt_;
    SimServer& server = *servers_[server_];
    if (!world_.fault(Fault::drop, world_.dials.drop)) {
        const std::int64_t late_us = world_.fault(Fault::late, world_.dials.late)
                                         ? world_.random.between(1, world_.dials.late_us)
                                         : 0;
        world_.in(world_.network_us() + late_us, Kind::request, number_,
                  [this, attempt, &server, request = *pending_] {
                      const auto connected = [this, attempt] { return attempt == attempt_; };
                      if (!connected()) {
                          return;
                      }
                      server.ask(request, connected, [this, attempt](const Reply& reply) {
                          if (world_.fault(Fault::drop, world_.dials.drop)) {
                              return;
                          }
                          world_.in(world_.network_us(), Kind::reply, number_,
                                    [this, attempt, reply] { answered(attempt, reply); });
                      });
                  });
    }
    world_.in(kPatienceUs, Kind::tick, number_, [this, attempt] {
        if (attempt == attempt_ && pending_) {
            server_ = (server_ + 1) % kServers;
            send();
        }
    });
}

void SimDesk::answered(std::uint64_t attempt, const Reply& reply) {
    if (attempt != attempt_ || !pending_) {
        return;
    }
    if (reply.error && comes_again(*reply.error)) {
        ++attempt_;
        world_.in(kLeaderPauseUs, Kind::tick, number_, [this, now = attempt_] {
            if (now == attempt_ && pending_) {
                // As the product's client: it stays where it is connected until another is found to lead.
                const std::uint32_t other = (server_ + 1) % kServers;
                const bool leads = servers_[other]->up() && servers_[other]->seat().leads();
                server_ = leads ? other : server_;
                send();
            }
        });
        return;
    }
    // What no standby holds is told as that: it stands here, and may yet be lost.
    const bool refused = reply.error && *reply.error != Code::key_reused &&
                         *reply.error != Code::db_not_replicated;
    if (refused) {
        oracle_.told_refused(pending_->user, pending_->key, pending_->hash());
    }
    world_.note(reply.error ? static_cast<std::uint64_t>(*reply.error) : reply.response.size());
    pending_.reset();
    ++attempt_;
    think();
}

} // namespace ems::dispatch::sim
