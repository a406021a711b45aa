#include "tests/dispatch/sim/simulation.h"

#include <algorithm>
#include <array>
#include <memory>

#include <fmt/format.h>

#include "tests/dispatch/sim/oracle.h"
#include "tests/dispatch/sim/sim_database.h"
#include "tests/dispatch/sim/sim_desk.h"
#include "tests/dispatch/sim/sim_server.h"
#include "tests/dispatch/sim/sim_vehicle.h"
#include "tests/dispatch/sim/sim_world.h"

namespace ems::dispatch::sim {
namespace {

// A run whose world stands still ends all the same.
constexpr std::int64_t kFaultsMaxUs = 600 * kSecondUs;
// A server that was stopped last goes on within twelve seconds.
constexpr std::int64_t kHealedUs = 40 * kSecondUs;
// An open command of a healed world is held after a turn of the outbox, or it has expired.
constexpr std::int64_t kHeldWithinUs = 15 * kSecondUs;

std::string vid_of(UnitId unit) {
    return fmt::format("amb-{}", unit.value);
}

class Run {
  public:
    Run(const Scenario& scenario, Bug bug)
        : world_(scenario, bug), database_(world_, registry(world_.dials)),
          oracle_(world_, database_), ingest_(world_, database_) {
        const std::uint32_t vehicles = world_.dials.units - world_.dials.voice_units;
        for (std::uint32_t i = 1; i <= vehicles; ++i) {
            vehicles_.push_back(
                std::make_unique<SimVehicle>(world_, ingest_, oracle_, i, vid_of({i})));
        }
        const SimServer::Links links{
            [this](const SentCommand& command) {
                world_.message(Kind::command, command.vehicle, [this, command] {
                    vehicles_.at(command.vehicle - 1)->take(command);
                });
            },
            [this](const std::string& vid) { return driving(vid); },
            [vehicles](UnitId unit) {
                return unit.value <= static_cast<std::int64_t>(vehicles) ? vid_of(unit)
                                                                         : std::string{};
            }};
        for (std::uint32_t i = 0; i < kServers; ++i) {
            servers_.push_back(std::make_unique<SimServer>(world_, database_, oracle_, links, i));
        }
        for (std::uint32_t i = 0; i < world_.dials.desks; ++i) {
            desks_.push_back(std::make_unique<SimDesk>(world_, servers_, oracle_, i));
        }
        ingest_.on_stored([this] {
            for (const auto& server : servers_) {
                world_.in(world_.database_us(), Kind::from_database, 0,
                          [&server = *server] { server.inbox_hint(); });
            }
        });
        start();
    }

    Outcome outcome() {
        while (world_.outcome.events < world_.dials.events_min &&
               world_.now_us < kBeginUs + kFaultsMaxUs && world_.step()) {
        }
        heal();
        const std::int64_t end_us = world_.now_us + kHealedUs;
        while (world_.now_us < end_us && world_.step()) {
        }
        if (world_.outcome.violation.empty()) {
            check_end();
        }
        world_.outcome.simulated_us = world_.now_us - kBeginUs;
        world_.outcome.acts = SimDesk::acts(desks_);
        return world_.outcome;
    }

  private:
    static std::vector<StoreModel::Unit> registry(const Dials& dials) {
        std::vector<StoreModel::Unit> out;
        for (std::uint32_t i = 1; i <= dials.units; ++i) {
            out.push_back({{i}, i <= dials.units - dials.voice_units ? vid_of({i}) : ""});
        }
        return out;
    }
    [[nodiscard]] UnitId driving(const std::string& vid) const {
        for (std::size_t i = 0; i < vehicles_.size(); ++i) {
            if (vehicles_[i]->vid() == vid) {
                return {static_cast<std::int64_t>(i) + 1};
            }
        }
        return {};
    }

    void start() {
        for (const auto& server : servers_) {
            server->start();
        }
        for (const auto& vehicle : vehicles_) {
            vehicle->on_birth([this](const std::string& vid) {
                for (const auto& server : servers_) {
                    world_.message(Kind::came_back, 0,
                                   [&server = *server, vid] { server.born(vid); });
                }
            });
            vehicle->start();
        }
        for (const auto& desk : desks_) {
            desk->start();
        }
        world_.in(kSecondUs, Kind::mischief, 0, [this] { mischief(); });
    }

    void mischief() {
        const Dials& dials = world_.dials;
        const auto long_time = [this] { return world_.random.between(200'000, 12 * kSecondUs); };
        for (std::uint32_t i = 0; i < kServers; ++i) {
            if (servers_[i]->up() && world_.fault(Fault::server_crash, dials.server_crash)) {
                servers_[i]->crash();
            }
            if (world_.fault(Fault::server_pause, dials.server_pause)) {
                servers_[i]->pause(long_time());
            }
            if (world_.fault(Fault::server_partition, dials.server_partition)) {
                database_.partition(i, long_time());
            }
        }
        for (const auto& vehicle : vehicles_) {
            if (world_.fault(Fault::vehicle_outage, dials.vehicle_outage)) {
                vehicle->lose_link(long_time());
            }
            if (world_.fault(Fault::vehicle_crash, dials.vehicle_crash)) {
                vehicle->crash();
            }
        }
        if (world_.fault(Fault::database_restart, dials.database_restart)) {
            database_.restart();
        }
        if (world_.fault(Fault::standby_away, dials.standby_away)) {
            database_.lose_standby(world_.chance(500) ? world_.random.between(300'000, 4 * kSecondUs)
                                                      : world_.random.between(6 * kSecondUs, 30 * kSecondUs));
        }
        if (world_.fault(Fault::ingest_crash, dials.ingest_crash)) {
            ingest_.crash();
        }
        if (!world_.healed) {
            world_.in(kSecondUs, Kind::mischief, 0, [this] { mischief(); });
        }
    }

    void heal() {
        world_.healed = true;
        database_.heal();
        for (const auto& vehicle : vehicles_) {
            vehicle->heal();
        }
        healed_us_ = world_.now_us;
    }

    void check_end() {
        check_lead();
        for (const auto& desk : desks_) {
            if (desk->waits()) {
                world_.violate(fmt::format("a request is never answered: {}", desk->waits_for()));
            }
        }
        oracle_.check_refusals();
        check_inbox();
        check_outbox();
        check_postings();
    }

    void check_postings() {
        const StoreModel& store = database_.store;
        for (const auto& [id, row] : store.postings()) {
            const auto words = store.commands().find(row.command);
            if (words == store.commands().end()) {
                continue;
            }
            const std::string& said = words->second.state;
            if (row.state == PostingState::ordered && (said == "stored" || said == "accepted")) {
                world_.violate(
                    fmt::format("posting {} is on its vehicle and still ordered", id.value));
            }
            if (said == "refused" && row.state < PostingState::arrived) {
                world_.violate(fmt::format("posting {} is refused by its crew and stands", id.value));
            }
        }
    }

    void check_lead() {
        const SimServer* leader = nullptr;
        for (const auto& server : servers_) {
            if (server->seat().leads()) {
                if (leader != nullptr) {
                    world_.violate("two servers lead in a healed world");
                }
                leader = server.get();
            }
        }
        if (leader == nullptr) {
            world_.violate("nobody leads in a healed world");
            return;
        }
        const World truth = database_.store.state();
        const World& held = leader->seat().world();
        if (!leader->idle()) {
            return;
        }
        for (const auto& [id, row] : truth.units) {
            if (!held.units.contains(id) || held.units.at(id).version != row.version) {
                world_.violate(fmt::format("the leader holds an old unit {}", id.value));
            }
        }
        for (const auto& [id, row] : truth.commands) {
            const auto known = held.commands.find(id);
            const bool forgotten = known == held.commands.end() && !open(row);
            if (!forgotten && (known == held.commands.end() || known->second.state != row.state)) {
                world_.violate(fmt::format("the leader holds an old command {}", id));
            }
        }
        for (const auto& [id, row] : truth.assignments) {
            const auto known = held.assignments.find(id);
            const bool forgotten = known == held.assignments.end() && ended(row.state);
            if (!forgotten && (known == held.assignments.end() || known->second.version != row.version)) {
                world_.violate(fmt::format("the leader holds an old assignment {}", id.value));
            }
        }
        for (const auto& [id, row] : truth.postings) {
            if (!held.postings.contains(id) || held.postings.at(id).version != row.version) {
                world_.violate(fmt::format("the leader holds an old posting {}", id.value));
            }
        }
        for (const auto& [unit, row] : truth.refused_postings) {
            const auto known = held.refused_postings.find(unit);
            if (known == held.refused_postings.end() || known->second.id != row.id) {
                world_.violate(fmt::format("the leader does not know that posting {} was refused", row.id.value));
            }
        }
        if (held.refused_postings.size() != truth.refused_postings.size()) {
            world_.violate("the leader tells of a refused posting whose unit has something else to do");
        }
        if (held.postings.size() != truth.postings.size() ||
            held.proposals.size() != truth.proposals.size()) {
            world_.violate("the leader holds a posting or a proposal that has ended");
        }
    }

    void check_inbox() {
        std::map<std::string, std::uint64_t> rows;
        std::int64_t newest_us = 0;
        for (const auto& [id, row] : database_.store.events()) {
            ++rows[row.event.vid];
            newest_us = std::max(newest_us, row.event.received_us);
            if (!row.consumed && world_.now_us - row.event.received_us > kHeldWithinUs) {
                world_.violate(
                    fmt::format("event {} of {} is never consumed", row.event.seq, row.event.vid));
            }
        }
        for (const auto& vehicle : vehicles_) {
            if (vehicle->oldest_waiting_us() != 0 &&
                world_.now_us - std::max(vehicle->oldest_waiting_us(), healed_us_) >
                    kHeldWithinUs) {
                world_.violate(fmt::format("{} keeps an event for ever", vehicle->vid()));
            }
        }
    }

    void check_outbox() {
        const StoreModel& store = database_.store;
        for (const auto& [id, row] : store.state().assignments) {
            if (row.state == AssignmentState::ordered && row.command_state == "expired") {
                world_.violate(fmt::format("assignment {} keeps its unit, and its order has expired",
                                           id.value));
            }
        }
        for (const auto& [id, row] : store.commands()) {
            const bool waits =
                open(row) &&
                world_.now_us - std::max(row.issued_us, healed_us_) >
                    kHeldWithinUs;
            if (waits) {
                world_.violate(
                    fmt::format("command {} ({}) is {} for ever", id, row.kind, row.state));
            }
        }
        for (const auto& vehicle : vehicles_) {
            const auto task = store.assignments().find(vehicle->task());
            // Ended by the desk, whatever for: its crew has to be told. What its own buttons ended it shows no more, but for
            // the way home.
            const bool taken = task != store.assignments().end() && ended(task->second.state) &&
                               (task->second.state != AssignmentState::done || vehicle->drives_for_task());
            if (!taken || vehicle->waiting() > 0) {
                continue;
            }
            const bool told = std::any_of(
                store.commands().begin(), store.commands().end(), [&](const auto& entry) {
                    return entry.second.assignment == task->first &&
                           entry.second.kind == "cancel" && open(entry.second);
                });
            if (!told) {
                world_.violate(fmt::format("{} drives to task {}, which is cancelled",
                                           vehicle->vid(), task->first.value));
            }
        }
    }

    SimWorld world_;
    SimDatabase database_;
    Oracle oracle_;
    SimIngest ingest_;
    std::vector<std::unique_ptr<SimVehicle>> vehicles_;
    std::vector<std::unique_ptr<SimServer>> servers_;
    std::vector<std::unique_ptr<SimDesk>> desks_;
    std::int64_t healed_us_{0};
};

// "unit 3 has two assignments" and "unit 5 has two assignments" are one promise.
std::string promise(std::string sentence) {
    std::erase_if(sentence,
                  [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
    return sentence;
}

} // namespace

const char* name_of(Fault fault) {
    constexpr std::array<const char*, 13> kNames{"drop",
                                                 "duplicate",
                                                 "late",
                                                 "unknown commit",
                                                 "server crash",
                                                 "server pause",
                                                 "server partition",
                                                 "database restart",
                                                 "vehicle outage",
                                                 "vehicle crash",
                                                 "ingest crash",
                                                 "not replicated",
                                                 "standby away"};
    return kNames.at(static_cast<std::size_t>(fault));
}

Outcome simulate(const Scenario& scenario, Bug bug) {
    Run run{scenario, bug};
    return run.outcome();
}

Scenario shrink(const Scenario& failing, Bug bug, std::uint32_t runs_max) {
    Scenario best = failing;
    const Outcome first = simulate(best, bug);
    const std::string wanted = promise(first.violation);
    std::uint32_t runs = 0;
    const auto fails = [&](const Scenario& candidate) {
        ++runs;
        return runs <= runs_max && promise(simulate(candidate, bug).violation) == wanted;
    };
    std::vector<std::uint32_t> kept;
    for (const FaultTaken& fault : first.faults) {
        kept.push_back(fault.number);
    }
    for (std::size_t part = std::max<std::size_t>(kept.size(), 1); part >= 1 && runs < runs_max;
         part /= 2) {
        for (std::size_t at = 0; at < kept.size();) {
            std::vector<std::uint32_t> fewer = kept;
            const auto from = fewer.begin() + static_cast<std::ptrdiff_t>(at);
            fewer.erase(from,
                        from + static_cast<std::ptrdiff_t>(std::min(part, fewer.size() - at)));
            Scenario candidate = best;
            candidate.faults = std::set<std::uint32_t>(fewer.begin(), fewer.end());
            if (fails(candidate)) {
                best = candidate;
                kept = std::move(fewer);
            } else {
                at += part;
            }
        }
    }
    for (std::uint32_t acts = simulate(best, bug).acts; acts > 1 && runs < runs_max; acts /= 2) {
        Scenario candidate = best;
        candidate.acts_max = acts / 2;
        if (!fails(candidate)) {
            break;
        }
        best = candidate;
    }
    return best;
}

} // namespace ems::dispatch::sim
