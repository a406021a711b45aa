// Two ems-dispatchd of this build on one database and one broker, each with a certificate of its
// own, and what is needed to work with them: a user, desks that know both, units with vehicles and
// units known only by voice.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "dispatch/client/client.h"
#include "tests/support/child_process.h"
#include "tests/support/temp_broker.h"
#include "tests/support/temp_dir.h"
#include "tests/support/temp_postgres.h"

namespace ems::test {

class DispatchPair {
  public:
    // Units 1 to `vehicles` drive "amb-1" ...; `voice_units` more have none. Neither server is
    // started.
    DispatchPair(int vehicles, int voice_units);

    void start(std::size_t server);
    void kill(std::size_t server); // kill -9, and waited for
    [[nodiscard]] ChildProcess& process(std::size_t server) { return *processes_.at(server); }
    [[nodiscard]] bool running(std::size_t server) {
        return processes_.at(server) && processes_.at(server)->running();
    }
    // The server whose name stands in the leader's row, 0 or 1; the row outlives its leader.
    [[nodiscard]] std::size_t leader() const;
    [[nodiscard]] std::uint64_t term() const;
    // The advisory lock of the lead is held by some session.
    [[nodiscard]] bool locked() const;
    // Logs in as the dispatcher by itself; both servers in its list, `first` first.
    [[nodiscard]] std::unique_ptr<client::Client> desk(std::size_t first) const;
    // The reply, whatever else comes meanwhile is dropped.
    static Result<api::ServerFrame> ask(client::Client& desk, const api::ClientFrame& frame,
                                        std::chrono::milliseconds limit);

    [[nodiscard]] const TempPostgres& database() const { return database_; }
    [[nodiscard]] const TempBroker& broker() const { return broker_; }
    // Empty until somebody puts a map there; servers that start afterwards rank by its roads.
    [[nodiscard]] std::string map_dir() const { return path("map"); }
    [[nodiscard]] std::string log(std::size_t server) const;

  private:
    [[nodiscard]] std::string path(const std::string& name) const {
        return (dir_.path() / name).string();
    }

    TempDir dir_;
    TempPostgres database_;
    TempBroker broker_;
    std::array<std::uint16_t, 2> ports_{};
    std::array<bool, 2> mapped_{};  // its configuration names the map
    std::array<std::unique_ptr<ChildProcess>, 2> processes_;
};

} // namespace ems::test
