// The system of a chaos run: real broker, database, ems-telemetryd and several ems-vehicled, each
// behind a bad network of its own, with played devices and crews. Its owner does the deeds of a
// plan to it and asks it for the history. One thread, but for those it makes itself.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/soak/chaos_plan.h"
#include "tests/soak/history.h"
#include "tests/soak/played_devices.h"
#include "tests/soak/pressing_crew.h"
#include "tests/soak/replayer.h"
#include "tests/support/child_process.h"
#include "tests/support/fault_proxy.h"
#include "tests/support/temp_broker.h"
#include "tests/support/temp_postgres.h"

namespace ems::soak {

// What waits in the first vehicle's spool before it starts, made an hour ago.
struct Backlog {
    std::uint64_t positions{0};
    std::uint64_t vitals{0};
};

struct WorldOptions {
    std::filesystem::path dir; // of spools and logs
    std::size_t vehicles{4};
    std::uint64_t seed{1};
    Backlog backlog;
};

class ChaosWorld {
  public:
    explicit ChaosWorld(const WorldOptions& options);
    ~ChaosWorld();
    ChaosWorld(const ChaosWorld&) = delete;
    ChaosWorld& operator=(const ChaosWorld&) = delete;

    void begin(const Step& step);
    void end(const Step& step);
    // One offer of each crew's present button.
    void press();
    // Every fault off, everything runs; devices fall silent.
    void heal();
    // What the vehicles hold and have made. None: one of them does not answer.
    struct Holding {
        std::uint64_t waiting{0};
        std::vector<std::uint64_t> first_unacked; // by vehicle and stream, 0: none
        std::vector<std::uint64_t> last_seq;
    };
    std::optional<Holding> holding();
    // Stops the vehicles and reads both sides. Errors: those of the readers.
    Result<History> history();

    [[nodiscard]] std::uint64_t replayed() const { return replayer_->replayed(); }
    [[nodiscard]] std::uint64_t kills() const { return kills_; }
    [[nodiscard]] std::uint64_t links_broken() const { return links_broken_; }
    [[nodiscard]] std::uint64_t bits_flipped() const;
    [[nodiscard]] std::uint64_t presses() const;

  private:
    struct Vehicle;
    using Process = std::unique_ptr<test::ChildProcess>;

    void start_ingest();
    void start_vehicle(Vehicle& vehicle);
    [[nodiscard]] std::filesystem::path file(const std::string& name) const {
        return options_.dir / name;
    }

    const WorldOptions options_;
    std::vector<std::string> vids_;
    test::TempPostgres database_;
    test::TempBroker broker_;
    Process ingest_;
    std::unique_ptr<Replayer> replayer_;
    PlayedDevices devices_;
    std::vector<std::unique_ptr<Vehicle>> vehicles_;
    std::uint64_t kills_{0};
    std::uint64_t links_broken_{0};
};

} // namespace ems::soak
