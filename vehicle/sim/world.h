// The running simulation: every ambulance with its three devices and its crew, on one thread, paced
// by the monotonic clock.
#pragma once

#include <csignal>
#include <memory>
#include <string>
#include <vector>

#include "telemetry/base/clock.h"
#include "vehicle/sim/ambulance.h"
#include "vehicle/sim/crew_link.h"
#include "vehicle/sim/device_port.h"
#include "vehicle/sim/device_streams.h"
#include "vehicle/sim/driver.h"

namespace ems::sim {

struct UnitSetup {
    AmbulanceSetup ambulance;
    std::uint16_t gnss_port{0};
    std::uint16_t monitor_port{0};
    std::uint16_t ecg_port{0};
    std::string crew_socket;
};

struct WorldSetup {
    std::string host{"127.0.0.1"};
    std::string state_file;
    double time_scale{1};
    std::uint64_t seed{1};
    std::vector<UnitSetup> units;
};

class World {
  public:
    // Takes every port and resumes from the state file when there is one of this seed. `roads` and
    // `clock` must outlive the world. Code::busy names the port.
    static Result<std::unique_ptr<World>> open(const WorldSetup& setup, RoutePlanner& roads,
                                               const Clock& clock);
    ~World();

    // One turn: waits at most until the next step is due, then serves sockets and moves the world
    // on.
    void turn();
    // Turns until *stop is not 0, then saves.
    void run(const volatile std::sig_atomic_t& stop);

    [[nodiscard]] const Ambulance& ambulance(std::size_t index) const;
    [[nodiscard]] std::uint16_t port(std::size_t index,
                                     int device) const; // 0 GNSS, 1 monitor, 2 ECG
    void save();

  private:
    struct Unit;
    World(const WorldSetup& setup, RoutePlanner& roads, const Clock& clock);

    void resume();
    void wait(double now_s) const;
    void step(double now_s);
    void step_unit(Unit& unit, double now_s, double dt_s);
    void say_position(Unit& unit);
    void say_vitals(Unit& unit);
    void say_waves(Unit& unit, double now_s) const;
    void print_status() const;
    [[nodiscard]] double now_s() const;

    WorldSetup setup_;
    RoutePlanner& roads_;
    const Clock& clock_;
    std::vector<std::unique_ptr<Unit>> units_;
    Ticks begin_;
    double last_step_s_{0};
    double next_save_s_{1};
    double next_status_s_{10};
    std::uint64_t presses_saved_{0};
    bool save_failed_{false};
};

} // namespace ems::sim
