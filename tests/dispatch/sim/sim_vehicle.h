// Inside of the simulation: a vehicle with its command inbox and its spool of events (the rules of
// vehicle/agent/crew_desk), its crew, and the way of its events into the inbox table
// (telemetry/ingest: in the order of their numbers, acknowledged after the commit).
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "dispatch/core/states.h"
#include "telemetry/wire/ems.pb.h"
#include "tests/dispatch/sim/oracle.h"
#include "tests/dispatch/sim/sim_database.h"
#include "tests/dispatch/sim/sim_world.h"

namespace ems::dispatch::sim {

// From spool to inbox.
class SimIngest {
  public:
    struct Upload {
        std::uint32_t vehicle{0};
        std::string vid;
        std::uint64_t seq{0};
        std::string event_id;
        std::string body;
        std::int64_t t_us{0};
        int clock_quality{0};
    };
    SimIngest(SimWorld& world, SimDatabase& database) : world_(world), database_(database) {}

    // An event arrived. `acknowledge` goes back to its vehicle with the highest number that is
    // stored without a gap.
    void arrived(Upload upload, std::function<void(std::uint64_t)> acknowledge);
    // What was not committed is gone.
    void crash() { ++generation_; }
    // Told after each commit that stored something.
    void on_stored(std::function<void()> stored) { stored_ = std::move(stored); }

  private:
    SimWorld& world_;
    SimDatabase& database_;
    std::uint64_t generation_{0};
    std::function<void()> stored_;
    std::map<std::string, std::uint64_t> contiguous_; // as the rows say
    std::set<std::pair<std::string, std::uint64_t>> places_;
};

class SimVehicle {
  public:
    SimVehicle(SimWorld& world, SimIngest& ingest, Oracle& oracle, std::uint32_t number,
               std::string vid);

    void start();
    // The broker brings a command.
    void take(const SentCommand& command);
    // Out of reach for so long; then it comes back and says so.
    void lose_link(std::int64_t length_us);
    void crash();
    void heal();
    void on_birth(std::function<void(const std::string& vid)> born) { born_ = std::move(born); }

    [[nodiscard]] const std::string& vid() const { return vid_; }
    [[nodiscard]] bool reachable() const {
        return world_.now_us >= away_until_us_ && world_.now_us >= down_until_us_;
    }
    [[nodiscard]] std::size_t waiting() const { return spool_.size(); }
    [[nodiscard]] AssignmentId task() const { return order_ ? order_->assignment : AssignmentId{}; }
    [[nodiscard]] bool drives_for_task() const {
        return order_ && state_ >= UnitState::assigned && state_ <= UnitState::handover;
    }
    // When the oldest event that is not acknowledged was made, by the true time; 0: none waits.
    [[nodiscard]] std::int64_t oldest_waiting_us() const {
        return spool_.empty() ? 0 : spool_.front().made_us;
    }

  private:
    struct Event {
        std::uint64_t seq{0};
        std::string event_id;
        std::string body;
        std::int64_t t_us{0};
        std::int64_t made_us{0};
    };
    struct Known {
        wire::CommandAck::Result result{wire::CommandAck::STORED};
        std::string event_id;
        std::string body;
        std::uint64_t unit_seq{0};
    };

    [[nodiscard]] std::int64_t device_us() const { return world_.now_us + skew_us_; }
    [[nodiscard]] wire::CommandAck::Result judge(const SentCommand& command) const;
    void execute(const SentCommand& command);
    void store(const SentCommand& command, wire::CommandAck::Result result);
    void append(wire::Event event);
    void append_again(const Known& known);
    std::string event_id();
    void upload();
    void released(std::uint64_t seq);
    void beat();
    void crew_looks(AssignmentId assignment);
    void crew_goes_on();
    void press(UnitState state);
    void propose(UnitState state);
    void follow_posting(const SentCommand& words);
    void crew_reads(const std::string& words);
    void crew_gets_there(const std::string& words);
    void answer(const std::string& words, wire::CommandAck::Result result, const std::string& note);

    SimWorld& world_;
    SimIngest& ingest_;
    Oracle& oracle_;
    const std::uint32_t number_;
    const std::string vid_;
    std::int64_t skew_us_{0};
    std::function<void(const std::string&)> born_;
    std::int64_t away_until_us_{0};
    std::int64_t down_until_us_{0};
    std::uint64_t generation_{0};

    // On disk.
    struct Order {
        AssignmentId assignment;
        std::string command_id;
        bool accepted{false};
    };
    std::uint64_t term_{0};
    std::uint64_t executed_seq_{0};
    std::map<std::string, Known> known_;
    std::optional<Order> order_;
    std::string posted_; // words of where it was posted; empty: nowhere
    UnitState state_{UnitState::available};
    // What its fence suggested last, and since when by its own clock: the button shows it.
    std::optional<std::pair<UnitState, std::int64_t>> fence_;
    std::deque<Event> spool_;
    std::uint64_t last_seq_{0};
    std::uint64_t events_made_{0};
};

} // namespace ems::dispatch::sim
