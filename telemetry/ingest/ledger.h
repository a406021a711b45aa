// What has been seen of every stream of every spool: pending (decoded, waiting for the database)
// and done (committed, closed or rejected). It decides whether a record is new, writes the marks
// and makes the acknowledgements. An acknowledgement says only what settle() was told, and settle()
// is called after COMMIT. Pure; one thread.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <unordered_set>
#include <vector>

#include "telemetry/base/clock.h"
#include "telemetry/ingest/record.h"
#include "telemetry/ingest/seq_set.h"

namespace ems::wire {
class Ack;
}

namespace ems::ingest {

struct SpoolKey {
    VehicleId vid;
    std::uint64_t spool{0};
    auto operator<=>(const SpoolKey&) const = default;
};

struct Mark {
    RecordKey key; // seq is not used
    SeqSet done;
    std::int64_t stored{0};
    std::int64_t rejected{0};
};

struct StreamTally {
    std::uint64_t received{0}; // arrived, each once
    std::uint64_t stored{0};
    std::uint64_t rejected{0};
};

enum class Seen { first, pending, done, no_room };

class Ledger {
  public:
    // A mark read back from the database, at start.
    void restore(const Mark& mark);

    // Registers a record that arrived. first: take it. pending, done: a repeat (done: acknowledged
    // anew). no_room: too many spools of one vehicle at once.
    Seen arrive(const RecordKey& key);
    // It was not taken after all (queue full): it will come again.
    void forget(const RecordKey& key);

    // The mark that a transaction must write to settle these records of one stream. Does not change
    // anything.
    [[nodiscard]] Mark mark_after(const std::vector<RecordKey>& keys) const;
    // After COMMIT. `inserted`: the row was new, not a repeat that the database dropped.
    enum class Outcome { inserted, repeated, rejected };
    void settle(const RecordKey& key, Outcome outcome);
    // A committed gap record: the vehicle will never send these.
    void close(const SpoolKey& spool, const GapSpan& gap);
    // The vehicle no longer holds what is below: it was acknowledged before.
    void close_below(const SpoolKey& spool, Stream stream, std::uint64_t first_unacked);

    // Asks for an acknowledgement although nothing changed (a vehicle connected).
    void want_ack(const SpoolKey& spool);
    // Spools with something to acknowledge whose vehicle has had none for kAckEvery.
    [[nodiscard]] std::vector<SpoolKey> acks_due(Ticks now) const;
    [[nodiscard]] wire::Ack make_ack(const SpoolKey& spool) const;
    // Call when it was handed to the broker.
    void ack_sent(const SpoolKey& spool, Ticks now);

    // The lowest seq from `from` on that is not done.
    [[nodiscard]] std::uint64_t first_open(const SpoolKey& spool, Stream stream,
                                           std::uint64_t from) const;
    [[nodiscard]] StreamTally tally(const SpoolKey& spool, Stream stream) const;
    // Arrived and neither settled nor forgotten, of all its spools.
    [[nodiscard]] std::size_t pending_count(const VehicleId& vid, Stream stream) const;
    [[nodiscard]] std::size_t spool_count() const { return spools_.size(); }

  private:
    struct StreamState {
        SeqSet done;
        std::unordered_set<std::uint64_t> pending;
        std::vector<std::uint64_t> rejected_now; // since the last acknowledgement
        StreamTally tally;
    };
    struct SpoolState {
        std::array<StreamState, kStreams.size()> streams;
        bool ack_wanted{false};
        std::optional<Ticks> ack_sent;
        std::uint64_t used{0}; // order of last use, for dropping the oldest spool of a vehicle
    };
    SpoolState* find(const SpoolKey& key);
    [[nodiscard]] const SpoolState* find(const SpoolKey& key) const;
    // Null when the vehicle has too many spools and none can go.
    SpoolState* open(const SpoolKey& key);

    std::map<SpoolKey, SpoolState> spools_;
    std::set<SpoolKey> wanting_;
    std::uint64_t uses_{0};
};

} // namespace ems::ingest
