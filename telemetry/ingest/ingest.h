// The ingest engine of ems-telemetryd: messages in, committed rows and acknowledgements out.
//
//   push() (broker's thread) -> five bounded rings -> shards, each a thread for its vehicles: decode,
//   validate -> the executor's thread: registry, ledger, the newest -> three batches -> three writers,
//   each with a session of its own: BEGIN, COPY stage, INSERT ... ON CONFLICT DO NOTHING, marks,
//   COMMIT -> ledger -> d/ack
//
// Rings: presence (birth, state, hb), events (A), trends (G, V), waves (W), backlog (u/bf); a flood
// of one cannot fill another. Full, presence and waves drop the oldest, the others refuse the
// newest; either way nothing was acknowledged, so the vehicle still has it. Before the rings each
// vehicle has its rate (rate_gate.h). While the database is away acknowledgements stop, memory stays
// bounded, heartbeats go on. Everything but push() and the shards runs on the executor's single thread.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "telemetry/base/clock.h"
#include "telemetry/base/ids.h"
#include "telemetry/base/result.h"
#include "telemetry/ingest/archive.h"
#include "telemetry/ingest/delivery.h"
#include "telemetry/ingest/limits.h"
#include "telemetry/ingest/rate_gate.h"
#include "telemetry/link/mqtt_session.h"
#include "telemetry/pg/connection.h"

namespace ems::ingest {

struct IngestFigures;

// What the process knows of itself and the engine writes into its status row.
struct OwnSigns {
    bool broker_up{false};
    std::chrono::milliseconds loop_lag{0};
};

struct IngestConfig {
    RegionCode region;
    std::string server; // our CN, told in d/hb
    pg::Options db;
    RateLimits limits{};
    std::size_t shards{kShards}; // threads that decode, 1 to kShardsMax
    std::function<OwnSigns()> own_signs{}; // asked once a second; may be empty
};

using Publish =
    std::function<Result<void>(const std::string& topic, std::string payload, link::Qos qos)>;

// Everything that is not taken in, held back or put off, by name; nothing of it was acknowledged. In
// the order in which it is given up under load (telemetry/README.md).
struct Shedding {
    std::uint64_t wave_holds{0};         // times the vehicles were asked to keep their waves
    bool waves_held{false};              // at this moment
    std::uint64_t limited_waves{0};      // messages beyond their vehicle's rate, by load
    std::uint64_t limited_backlog{0};
    std::uint64_t limited_trends{0};     // positions, vitals
    std::uint64_t limited_presence{0};
    std::uint64_t limited_events{0};     // beyond a rate that they have for themselves
    std::uint64_t floods{0};             // vehicles that began to flood
    std::uint64_t flooding{0};           // vehicles that flood at this moment
    std::uint64_t ring_waves{0};         // dropped, the oldest: their ring was full
    std::uint64_t ring_backlog{0};       // refused, the newest
    std::uint64_t ring_trends{0};
    std::uint64_t ring_events{0};
    std::uint64_t ring_presence{0};      // dropped, the oldest
    std::uint64_t deferred_waves{0};     // records without room behind a slow database
    std::uint64_t deferred_trends{0};    // their newest position and vitals are shown nevertheless
    std::uint64_t deferred_events{0};    // also beyond what may wait of one vehicle
};

struct IngestCounters {
    std::uint64_t messages{0};
    std::uint64_t ring_refused{0}; // rings full: the vehicle sends again
    std::uint64_t records{0};      // accepted for storage
    std::uint64_t repeated{0};
    std::uint64_t stored{0};
    std::uint64_t rejected{0};   // malformed with a key: quarantined and acknowledged as rejected
    // An event under an id that stands in the inbox with another body: quarantined, rejected too.
    std::uint64_t event_clashes{0};
    std::uint64_t unreadable{0}; // malformed without one
    std::uint64_t strangers{0};  // vehicles that are not in the registry under this region
    std::uint64_t deferred{0};   // no room behind a slow database: not acknowledged
    std::uint64_t out_of_order{0}; // events stored although an earlier one never came
    std::uint64_t time_bad{0};
    std::uint64_t implausible{0};
    std::uint64_t batches{0};
    std::uint64_t batch_failures{0};
    std::uint64_t acks{0};
    std::uint64_t deliveries{0};
    std::uint64_t deliveries_refused{0}; // no registry yet, a stranger, or no room
    Shedding shedding;                   // ring_refused and deferred, and more, by name
};

class Ingest {
  public:
    // The clock must outlive the engine. `publish` must not block; it may fail, then the same is
    // tried later.
    Ingest(boost::asio::any_io_executor executor, IngestConfig config, const Clock& clock,
           Publish publish);
    ~Ingest();
    Ingest(const Ingest&) = delete;
    Ingest& operator=(const Ingest&) = delete;

    void start();
    // Ends every loop at its next wait; what is not committed stays unacknowledged. The executor's
    // run() returns then.
    void stop();

    // From any thread; returns at once.
    void push(link::MqttMessage&& message);
    // The rest from the executor's thread.
    [[nodiscard]] IngestCounters counters() const;
    [[nodiscard]] IngestFigures figures() const; // telemetry/ingest/ingest_figures.h

    // Records of a gateway, whose sender waits for `done`. They go the way of messages of their
    // streams, but a repeat is known by the archive's key alone: no marks, no order of seqs, no
    // acknowledgement over the broker. A record that cannot be stored is quarantined and counts as
    // committed. `done` is called at once when the delivery is refused, after COMMIT otherwise, and
    // never when the engine stops before.
    void deliver(Delivery delivery, DeliveryDone done);
    // A terminal of this vehicle has spoken. It is a sign of life only of a vehicle that does not
    // speak for itself: of another's link to the broker it says nothing.
    void heard_by_terminal(const VehicleId& vid);
    // Errors: not_found; db_down (the registry has not been read yet).
    [[nodiscard]] Result<TerminalEntry> find_terminal(const std::string& number);

  private:
    struct Body;
    std::shared_ptr<Body> body_; // shared with its coroutines
};

} // namespace ems::ingest
