// The database side of the ingest: what is read at start, one transaction for each batch, and the
// once-a-second rows about vehicles. Each function takes an open connection; a session used for
// store_batch() must have run prepare_session() once. Errors are those of pg::Connection; nothing
// is retried here.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "telemetry/base/result.h"
#include "telemetry/ingest/fleet.h"
#include "telemetry/ingest/ledger.h"
#include "telemetry/ingest/record.h"
#include "telemetry/pg/connection.h"

namespace ems::ingest {

// A JT/T 808 terminal of a registered vehicle. Empty texts are not known.
struct TerminalEntry {
    VehicleId vid;
    std::string plate;
    std::string terminal_id;
};

struct Registry {
    double time_scale{1};
    std::map<VehicleId, RegionCode> vehicles;
    std::map<std::string, TerminalEntry> terminals; // by number
};

// A message nobody could read. Without a seq (0) it cannot be acknowledged as rejected, only kept.
struct Poison {
    RecordKey key;
    std::string topic;
    std::string reason;
    std::size_t size_bytes{0};
    std::string head; // at most kBadHeadBytes
    enum class Keep { yes, count_only } keep{Keep::yes};
    Known known{Known::by_mark};
};

struct Batch {
    std::vector<Record> records;
    std::vector<Poison> poison;
    [[nodiscard]] bool empty() const { return records.empty() && poison.empty(); }
    [[nodiscard]] std::size_t size() const { return records.size() + poison.size(); }
};

boost::asio::awaitable<Result<void>> prepare_session(pg::Connection& db);
boost::asio::awaitable<Result<Registry>> load_registry(pg::Connection& db, RegionCode region);
// The newest 50,000 marks, in the order in which they were written, so that of a vehicle with many
// spools the last ones are remembered; gaps are folded in as marks without counts.
boost::asio::awaitable<Result<std::vector<Mark>>> load_marks(pg::Connection& db);

// A well-formed record that cannot be stored, as poison. Of an event the bytes are kept: it is a
// button pressed or an order answered, and whatever is wrong with it, a person can read them.
Poison poison_of(const RegionCode& region, const Record& record, std::string reason,
                 Poison::Keep keep);

struct Stored {
    std::vector<RecordKey> inserted; // rows that were new
    // Events whose key or event_id stands in the inbox with another body: kept as poison, in the
    // same transaction.
    std::vector<RecordKey> clashes;
};

// Stores rows, gaps, poison and marks in one transaction.
boost::asio::awaitable<Result<Stored>> store_batch(pg::Connection& db, const RegionCode& region,
                                                   const Batch& batch, const Ledger& ledger);

boost::asio::awaitable<Result<void>> store_fleet(pg::Connection& db, const Fleet& fleet,
                                                 const Ledger& ledger);
boost::asio::awaitable<Result<void>> keep_bad_message(pg::Connection& db, const Poison& poison);
// Gives how many daily partitions were made.
boost::asio::awaitable<Result<std::int64_t>> ensure_partitions(pg::Connection& db);

} // namespace ems::ingest
