// Callers' numbers of the orders that are on their way to a vehicle, in memory alone: the outbox holds an order without the number,
// which is read and opened for its sending, and again when it was corrected. An order waits for it as long as a person would not
// notice, then it goes without.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "dispatch/core/world.h"
#include "telemetry/base/clock.h"

namespace ems::dispatch {

inline constexpr std::chrono::milliseconds kCallerWaitMost{1'000};

inline constexpr std::chrono::seconds kCallerReadAgain{1};   // after a failure
// A database that answers late holds up no other order's number, and the desks keep their connections.
inline constexpr std::size_t kCallerReadersMost = 3;

class CallerNumbers {
  public:
    struct Wanted {
        std::string command;
        IncidentId incident;
        std::string hash;       // IncidentRow.caller: of which number
    };
    // Forgets what is no longer open. Gives orders whose number is to be read, each once until it failed or was corrected, as
    // long as fewer than kCallerReadersMost are being read.
    std::vector<Wanted> follow(const World& world, Ticks now);
    // What came of one that was wanted. Empty: it cannot be read at all.
    void read(const Wanted& wanted, std::string number);
    void failed(const Wanted& wanted, Ticks now);
    void clear() { known_.clear(); }

    // Orders that wait for their number.
    [[nodiscard]] std::set<std::string> awaited(Ticks now) const;
    // Empty: none is known.
    [[nodiscard]] std::string of(const std::string& command) const;

  private:
    enum class Reading { wanted, under_way, done };
    struct Caller {
        Ticks since{};
        std::string hash{};
        Reading reading{Reading::wanted};
        Ticks read_at{};        // not before
        std::string number{};
    };
    Caller* reading(const Wanted& wanted);
    std::map<std::string, Caller> known_; // by command, of open orders
    std::size_t readers_{0};
};

} // namespace ems::dispatch
