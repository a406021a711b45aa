#include "tests/soak/pure_sim.h"

#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "tests/soak/sim_server.h"
#include "tests/soak/sim_vehicle.h"
#include "tests/soak/sim_world.h"

namespace ems::soak {
namespace {

constexpr std::int64_t kTerminalEveryMs = 10'000;
constexpr std::int64_t kTerminalAgainMs = 5'000;
// What a healed world may take until all is archived. The smallest queue drawn (8 records) refuses
// most of what a window resends, and the patience of what was refused grows to 30 s.
constexpr std::int64_t kHealedMs = 180'000;
constexpr std::int64_t kHealedRecordMs = 2'000;
constexpr std::int64_t kHealedLookMs = 10'000;

std::uint64_t fnv(std::string_view bytes, std::uint64_t hash) {
    for (const char c : bytes) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
    }
    return hash;
}

// Vehicles, centre and one JT/T 808 terminal, and the loop that lets things happen.
class Run {
  public:
    Run(std::uint64_t seed, Bug bug) : world_(seed, bug) {
        world_.truths.resize(world_.dials.vehicles);
        std::vector<SimServer::VehicleName> names;
        for (std::size_t i = 0; i < world_.dials.vehicles; ++i) {
            vehicles_.push_back(std::make_unique<SimVehicle>(world_, i));
            names.push_back({vehicles_.back()->vid(), vehicles_.back()->spool_id()});
        }
        server_ = std::make_unique<SimServer>(world_, std::move(names));
        server_->start();
        for (const auto& vehicle : vehicles_) {
            vehicle->start();
        }
        world_.schedule(kTerminalEveryMs, {.kind = Kind::terminal});
    }

    SimOutcome outcome(std::int64_t length_ms) {
        run_until(world_.now_ms + length_ms);
        heal();
        const std::int64_t limit_ms = world_.now_ms + kHealedMs + kHealedRecordMs * waiting();
        do {
            run_until(world_.now_ms + kHealedLookMs);
        } while (world_.outcome.violation.empty() && waiting() > 0 && world_.now_ms < limit_ms);
        check_end();
        world_.outcome.simulated_ms = world_.now_ms;
        return world_.outcome;
    }

  private:
    [[nodiscard]] std::int64_t waiting() const {
        std::uint64_t sum = 0;
        for (const auto& vehicle : vehicles_) {
            sum += vehicle->waiting();
        }
        return static_cast<std::int64_t>(sum);
    }

    void run_until(std::int64_t end_ms) {
        Happening what;
        while (world_.outcome.violation.empty() && world_.next(what)) {
            if (what.at_ms > end_ms) {
                world_.now_ms = end_ms;
                world_.schedule(what.at_ms - end_ms, std::move(what));
                return;
            }
            world_.note(static_cast<std::uint64_t>(what.kind) << 8U | what.who);
            handle(what);
        }
    }

    void handle(Happening& what) {
        switch (what.kind) {
        case Kind::up:
        case Kind::flush:
        case Kind::committed:
        case Kind::acks:
        case Kind::server_crash:
        case Kind::database_away:
        case Kind::database_back:
            server_->handle(what);
            return;
        case Kind::terminal:
            terminal();
            return;
        case Kind::healed:
            return;
        default:
            vehicles_.at(what.who)->handle(what);
            return;
        }
    }

    // Sends a report until it is answered; the next one then.
    void terminal() {
        const std::uint64_t report = report_;
        const ingest::RecordKey key{VehicleId::parse("jt-1").value(), 1, ingest::Stream::positions,
                                    report};
        server_->deliver(key, [this, key, report](ingest::DeliveryOutcome) {
            if (!server_->delivered(key)) {
                world_.violate("a terminal is answered before its report is stored");
            }
            answered_ = std::max(answered_, report);
        });
        const bool again = answered_ < report_;
        report_ += again ? 0U : 1U;
        world_.schedule(again ? kTerminalAgainMs : kTerminalEveryMs, {.kind = Kind::terminal});
    }

    void heal() {
        world_.healed = true;
        world_.dials.loss = 0;
        world_.dials.duplicate = 0;
        world_.dials.commit_fails = 0;
        for (std::size_t i = 0; i < vehicles_.size(); ++i) {
            vehicles_[i]->fall_silent();
            world_.schedule(0, {.kind = Kind::link_back, .who = i, .payload = "world"});
        }
        world_.schedule(0, {.kind = Kind::database_back});
    }

    void check_end() {
        if (!world_.outcome.violation.empty()) {
            return;
        }
        for (std::size_t i = 0; i < vehicles_.size(); ++i) {
            for (const ingest::Stream stream : ingest::kStreams) {
                const StreamTruth& truth = world_.truth(i, stream);
                for (std::uint64_t seq = 1; seq <= truth.written.size(); ++seq) {
                    if (!truth.settled(seq)) {
                        world_.violate(fmt::format("never archived: stream {} seq {} of {}",
                                                   ingest::index_of(stream) + 1, seq,
                                                   truth.written.size()));
                        return;
                    }
                }
            }
            if (vehicles_[i]->waiting() != 0) {
                world_.violate(
                    fmt::format("a vehicle still holds {} records", vehicles_[i]->waiting()));
                return;
            }
        }
    }

    SimWorld world_;
    std::vector<std::unique_ptr<SimVehicle>> vehicles_;
    std::unique_ptr<SimServer> server_;
    std::uint64_t report_{1};
    std::uint64_t answered_{0};
};

} // namespace

const char* name_of(Bug bug) {
    switch (bug) {
    case Bug::none:
        return "none";
    case Bug::ack_before_commit:
        return "ack before commit";
    case Bug::ack_with_hole:
        return "ack with a hole";
    case Bug::delete_beyond_ack:
        return "delete beyond the ack";
    case Bug::dedupe_off:
        return "dedupe off";
    case Bug::unknown_is_success:
        return "unknown outcome taken for success";
    case Bug::seq_reused:
        return "seq given twice";
    case Bug::queue_forgets:
        return "full queue keeps a record pending";
    case Bug::order_ignored:
        return "events stored as they come";
    case Bug::marks_outside:
        return "marks written outside of the transaction";
    case Bug::gap_not_kept:
        return "dropped without a gap record";
    }
    return "";
}

std::string Dials::to_line() const {
    return fmt::format("vehicles={} loss={:.3f} duplicate={:.3f} delay_ms={} outage_every_s={} "
                       "outage_max_s={} vehicle_crash_every_s={} server_crash_every_s={} "
                       "commit_ms={} commit_fails={:.3f} database_away_every_s={} event_every_s={} "
                       "quota_drop_every_s={} wave_share={:.2f} queue={} backlog_bytes_s={}",
                       vehicles, loss, duplicate, delay_ms, outage_every_s, outage_max_s,
                       vehicle_crash_every_s, server_crash_every_s, commit_ms, commit_fails,
                       database_away_every_s, event_every_s, quota_drop_every_s, wave_share,
                       queue_capacity, backlog_bytes_per_s);
}

Dials draw_dials(std::uint64_t seed) {
    SplitMix random{seed ^ 0xD1A15ULL};
    Dials dials;
    dials.vehicles = static_cast<std::size_t>(random.between(1, 3));
    // Half of all runs have one fault alone off: a fault can hide behind another.
    const auto share = [&](double most) { return random.chance(0.7) ? random.share() * most : 0; };
    dials.loss = share(0.3);
    dials.duplicate = share(0.3);
    dials.delay_ms = random.chance(0.5) ? random.between(1, 60) : random.between(60, 8'000);
    dials.outage_every_s = random.between(20, 900);
    dials.outage_max_s = random.between(1, 300);
    dials.vehicle_crash_every_s = random.between(30, 1'800);
    dials.server_crash_every_s = random.between(30, 1'800);
    dials.commit_ms = random.chance(0.5) ? random.between(1, 40) : random.between(40, 3'000);
    dials.commit_fails = share(0.3);
    dials.database_away_every_s = random.between(60, 3'600);
    dials.event_every_s = random.between(2, 120);
    dials.quota_drop_every_s = random.between(60, 3'600);
    dials.wave_share = random.share();
    dials.queue_capacity = static_cast<std::size_t>(random.between(8, 1'024));
    dials.backlog_bytes_per_s = static_cast<std::uint64_t>(random.between(8'192, 131'072));
    return dials;
}

std::uint64_t content_hash(const wire::Envelope& envelope) {
    return fnv(envelope.body(),
               0xCBF29CE484222325ULL ^ static_cast<std::uint64_t>(envelope.t_us())) |
           1U;
}

void SimWorld::schedule(std::int64_t delay_ms, Happening what) {
    what.at_ms = now_ms + delay_ms;
    what.order = ++scheduled_;
    heap_.push_back(std::move(what));
    std::push_heap(heap_.begin(), heap_.end(), Later{});
}

bool SimWorld::next(Happening& out) {
    if (heap_.empty()) {
        return false;
    }
    std::pop_heap(heap_.begin(), heap_.end(), Later{});
    out = std::move(heap_.back());
    heap_.pop_back();
    now_ms = out.at_ms;
    ++outcome.steps;
    return true;
}

std::int64_t SimWorld::wait_ms(std::int64_t every_s) {
    return random.between(1, 2 * every_s * 1'000);
}

void SimWorld::violate(const std::string& sentence) {
    if (outcome.violation.empty()) {
        outcome.violation = fmt::format("{} (at {} ms)", sentence, now_ms);
    }
}

void SimWorld::note(std::uint64_t what) {
    outcome.trace =
        (outcome.trace ^ what ^ (static_cast<std::uint64_t>(now_ms) << 16U)) * 0x100000001B3ULL;
}

SimOutcome simulate(std::uint64_t seed, std::chrono::minutes length, Bug bug) {
    Run run{seed, bug};
    return run.outcome(std::chrono::milliseconds{length}.count());
}

} // namespace ems::soak
