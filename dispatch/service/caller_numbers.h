// Callers' numbers of the orders that are on their way to a vehicle, in memory alone: the outbox holds an order without the number,
// which is read and opened for its sending. An order waits for it as long as a person would not notice, then it goes without.
#pragma once

#include <chrono>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "dispatch/core/world.h"
#include "telemetry/base/clock.h"

namespace ems::dispatch {

inline constexpr std::chrono::milliseconds kCallerWaitMost{1'000};

class CallerNumbers {
  public:
    struct Wanted {
        std::string command;
        IncidentId incident;
    };
    // Forgets what is no longer open. Gives the orders whose number is to be read, each once until it failed.
    std::vector<Wanted> follow(const World& world, Ticks now);
    // Empty: the caller's number is not known.
    void read(const std::string& command, std::string number);
    void failed(const std::string& command);
    void clear() { known_.clear(); }

    // Orders that wait for their number.
    [[nodiscard]] std::set<std::string> awaited(Ticks now) const;
    // Empty: none is known.
    [[nodiscard]] std::string of(const std::string& command) const;

  private:
    enum class Reading { wanted, under_way, done };
    struct Caller {
        Ticks since{};
        Reading reading{Reading::wanted};
        std::string number{};
    };
    std::map<std::string, Caller> known_; // by command, of open orders
};

} // namespace ems::dispatch
