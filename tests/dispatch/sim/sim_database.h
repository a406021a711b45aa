// Inside of the simulation: the store behind a network that loses requests and answers, restarts,
// and forgets sessions late.
#pragma once

#include <algorithm>
#include <array>
#include <functional>
#include <memory>
#include <set>
#include <utility>

#include "tests/dispatch/sim/sim_world.h"
#include "tests/dispatch/sim/store_model.h"

namespace ems::dispatch::sim {

inline constexpr std::uint32_t kServers = 2;
// What the service gives one statement (telemetry/pg).
inline constexpr std::int64_t kStatementLimitUs = 1'000'000;

class SimDatabase {
  public:
    SimDatabase(SimWorld& world, std::vector<StoreModel::Unit> registry);

    // `work` runs at the database when the request arrives, if it does; `done` with its answer, or
    // with nothing when none came in time: then it is not known whether it ran, or still will.
    template <class T>
    void call(std::uint32_t server, std::function<T()> work,
              std::function<void(std::shared_ptr<T>)> done) {
        const auto settled = std::make_shared<bool>(false);
        const auto finish = [settled, done = std::move(done)](std::shared_ptr<T> answer) {
            if (!std::exchange(*settled, true)) {
                done(std::move(answer));
            }
        };
        world_.in(kStatementLimitUs, Kind::tick, server, [finish] { finish({}); });
        const bool lost = world_.fault(Fault::unknown_commit, world_.dials.unknown_commit);
        const bool lost_on_the_way = lost && world_.random.below(2) == 0;
        if (lost_on_the_way) {
            return;
        }
        const std::int64_t late_us = world_.fault(Fault::late, world_.dials.late / 8)
                                         ? world_.random.between(1, 2'500'000)
                                         : 0;
        world_.in(world_.database_us() + late_us, Kind::to_database, server,
                  [this, server, lost, work = std::move(work), finish] {
                      if (!reachable(server)) {
                          return;
                      }
                      auto answer = std::make_shared<T>(work());
                      if (!lost) {
                          world_.in(world_.database_us(), Kind::from_database, server,
                                    [this, server, finish, answer = std::move(answer)] {
                                        if (reachable(server)) {
                                            finish(answer);
                                        }
                                    });
                      }
                  });
    }

    std::uint64_t open_session() {
        sessions_.insert(++last_session_);
        return last_session_;
    }
    [[nodiscard]] bool knows(std::uint64_t session) const { return sessions_.contains(session); }
    // The server closed it, or died: the database notices soon, or, behind a partition, late.
    void close_session(std::uint32_t server, std::uint64_t session);

    void restart();
    void partition(std::uint32_t server, std::int64_t length_us) {
        cut_until_us_[server] = world_.now_us + length_us;
    }
    [[nodiscard]] bool reachable(std::uint32_t server) const {
        return up() && world_.now_us >= cut_until_us_[server];
    }
    [[nodiscard]] bool up() const { return world_.now_us >= down_until_us_; }
    // No commit reaches the standby until then; what is there by then reaches it, the log has its order.
    void lose_standby(std::int64_t length_us) {
        standby_away_until_us_ = std::max(standby_away_until_us_, world_.now_us + length_us);
    }
    [[nodiscard]] bool has_standby() const { return world_.now_us >= standby_away_until_us_; }
    void heal();

    StoreModel store;

  private:
    void end(std::uint64_t session);

    SimWorld& world_;
    std::set<std::uint64_t> sessions_;
    std::uint64_t last_session_{0};
    std::array<std::int64_t, kServers> cut_until_us_{};
    std::int64_t down_until_us_{0};
    std::int64_t standby_away_until_us_{0};
};

} // namespace ems::dispatch::sim
