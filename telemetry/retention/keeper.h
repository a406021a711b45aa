// The house-keeping of the archive in ems-telemetryd: copies closed cases, lets old days go, and
// says when rows have no day of their own. On a database session of its own, so that no batch of
// the ingest waits for it; of several servers one does it, the holder of an advisory lock.
//
// Everything runs on the executor's single thread. A step that fails is tried again in the next
// round; nothing is lost by a kill.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "telemetry/base/clock.h"
#include "telemetry/pg/connection.h"
#include "telemetry/retention/case_archive.h"
#include "telemetry/retention/partitions.h"

namespace ems::retention {

// A day that goes must have been waited for by its cases.
inline constexpr std::int64_t kDaysLeast = 15;
static_assert(std::chrono::hours{24 * kDaysLeast} > kPatienceDefault);

// A task that is still open, or a case that waits for its records, rarely takes longer: 14 days of
// patience, after at least 15 days of keeping.
inline constexpr std::chrono::hours kNeededMost{24};

struct KeeperConfig {
    pg::Options db;
    RetentionDays days;
    std::chrono::hours grace{24}; // between detaching and dropping
    std::chrono::seconds every{60};
};

struct KeeperCounters {
    std::uint64_t rounds{0};
    std::uint64_t failures{0};
    std::uint64_t cases_found{0};
    std::uint64_t cases_verified{0};
    std::uint64_t cases_given_up{0};
    std::uint64_t cases_differing{0}; // now: their copy was not the original at its last look
    std::uint64_t partitions_detached{0};
    std::uint64_t partitions_dropped{0};
    std::uint64_t partitions_needed{0}; // at the last look: old, and a case needs them
    std::uint64_t partitions_busy{0};
    // While days are needed: since when without a pause, and for what, e.g. "wave 2026-03-18 task
    // 17". A task that nobody ends stops all deletion.
    std::optional<Ticks> needed_since;
    std::string needed_for;
    std::uint64_t tables_without_day{0}; // 1 while a default partition holds rows
};

// One phrase when days could not go for more than kNeededMost, naming the first task that holds one.
std::optional<std::string> held_up(const KeeperCounters& counters, Ticks now);

class Keeper {
  public:
    // The clock must outlive the keeper.
    Keeper(boost::asio::any_io_executor executor, KeeperConfig config, const Clock& clock);
    ~Keeper();
    Keeper(const Keeper&) = delete;
    Keeper& operator=(const Keeper&) = delete;

    void start();
    // Ends the loop at its next wait.
    void stop();
    [[nodiscard]] KeeperCounters counters() const;

  private:
    struct Body;
    std::shared_ptr<Body> body_; // shared with its coroutine
};

} // namespace ems::retention
