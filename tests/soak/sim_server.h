// Inside of pure_sim: the centre. Ledger, EventOrder, SeqSet and Pledges are the product's; around
// them stand models of its queues, of its writers (events, and the rest) and of the database.
#pragma once

#include <array>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "telemetry/ingest/event_order.h"
#include "telemetry/ingest/ledger.h"
#include "telemetry/ingest/pledges.h"
#include "tests/soak/sim_world.h"

namespace ems::soak {

// What survives every crash.
struct SimDatabase {
    struct MarkRow {
        std::string done; // int8multirange, as the archive writes it
        std::int64_t stored{0};
    };
    std::map<std::pair<ingest::SpoolKey, ingest::Stream>, MarkRow> marks;
    std::map<ingest::RecordKey, std::uint64_t> delivered; // of terminals
    bool away{false};
};

class SimServer {
  public:
    struct VehicleName {
        VehicleId vid;
        std::uint64_t spool{0};
    };
    SimServer(SimWorld& world, std::vector<VehicleName> vehicles);

    void start();
    void handle(Happening& what);
    // A delivery of a JT/T 808 terminal; `done` is called once, at once or later, or never when the
    // server dies.
    void deliver(const ingest::RecordKey& key, ingest::DeliveryDone done);
    [[nodiscard]] bool delivered(const ingest::RecordKey& key) const {
        return database_.delivered.contains(key);
    }

  private:
    struct Waiting {
        std::deque<ingest::Record> records;
        std::vector<ingest::Record> in_flight; // a transaction runs
        bool flush_due{false};
        std::int64_t backoff_ms{0};
    };
    enum Lane : std::size_t { kEvents, kOthers };

    void take(std::size_t vehicle, wire::UpKind kind, const std::string& payload);
    void take_record(std::size_t vehicle, const wire::Envelope& envelope);
    void want_flush(std::size_t lane, std::int64_t delay_ms);
    void flush(std::size_t lane);
    void take_events(Waiting& waiting);
    void finish(std::size_t lane);
    void apply(const std::vector<ingest::Record>& batch);
    void insert(const ingest::Record& record);
    void raise_marks(const std::vector<ingest::Record>& batch);
    void settle(const std::vector<ingest::Record>& batch);
    void send_acks();
    void check(std::size_t vehicle, const wire::Ack& ack);
    void crash();
    [[nodiscard]] std::size_t vehicle_of(const VehicleId& vid) const;

    SimWorld& world_;
    const std::vector<VehicleName> vehicles_;
    SimDatabase database_;
    // Lost with the process.
    std::uint64_t generation_{0};
    std::unique_ptr<ingest::Ledger> ledger_;
    std::unique_ptr<ingest::EventOrder> order_;
    std::unique_ptr<ingest::Pledges> pledges_;
    std::array<Waiting, 2> lanes_;
    std::map<std::pair<std::size_t, ingest::Stream>, std::uint64_t> highest_; // for a planted bug
};

} // namespace ems::soak
