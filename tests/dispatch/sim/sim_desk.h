// Inside of the simulation: a dispatcher at a desk, and the client's rule: a request goes out again
// under its key, to the other server when there is no answer or no leader, until it is answered.
// What was sent over a connection that was given up and has not been read is lost with it; what a
// server had begun goes on.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/dispatch/sim/oracle.h"
#include "tests/dispatch/sim/sim_server.h"
#include "tests/dispatch/sim/sim_world.h"

namespace ems::dispatch::sim {

class SimDesk {
  public:
    SimDesk(SimWorld& world, std::vector<std::unique_ptr<SimServer>>& servers, Oracle& oracle,
            std::uint32_t number);
    void start() { think(); }

    [[nodiscard]] bool waits() const { return pending_.has_value(); }
    [[nodiscard]] std::string waits_for() const {
        return pending_ ? pending_->key + ": " + pending_->hash() : "";
    }
    static std::uint32_t acts(const std::vector<std::unique_ptr<SimDesk>>& desks);

  private:
    void think();
    void act();
    [[nodiscard]] std::optional<Request> choose();
    [[nodiscard]] std::optional<Request> choose_order(Request request, const World& world);
    [[nodiscard]] std::optional<Request> choose_correction(Request request, const World& world);
    [[nodiscard]] std::optional<Request> choose_assign(Request request, const World& world);
    void send();
    void answered(std::uint64_t attempt, const Reply& reply);

    SimWorld& world_;
    std::vector<std::unique_ptr<SimServer>>& servers_;
    Oracle& oracle_;
    const std::uint32_t number_;
    std::uint32_t server_{0};
    std::uint32_t acts_{0};
    std::uint64_t attempt_{0};
    std::optional<Request> pending_;
    std::string last_key_;
    std::string last_hash_;
};

} // namespace ems::dispatch::sim
