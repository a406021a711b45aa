// One simulated ambulance: its crew, its way and its patient. The crew reacts to what ems-vehicled
// shows it and presses the buttons a crew presses; every press is offered again, with the same
// identity, until ems-vehicled has stored it. Pure: time is handed in, roads are asked of a
// RoutePlanner, nothing is sent from here. Durations are drawn from the seed, the vehicle and the
// order, so a resumed simulation goes on as it would have.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "telemetry/base/ids.h"
#include "vehicle/sim/driver.h"
#include "vehicle/sim/patient.h"

namespace ems::sim::state {
class Vehicle;
}

namespace ems::sim {

// Numbers are stored in the state file.
enum class Phase : std::uint32_t {
    idle = 0,        // at the station, or where it was posted
    considering = 1, // the order is on the terminal
    turning_out = 2, // accepted, on the way to the vehicle
    to_scene = 3,
    to_patient = 4, // on foot
    treating = 5,
    to_hospital = 6,
    unloading = 7, // at the hospital
    handing_over = 8,
    clearing = 9,
    to_station = 10,
    to_post = 11, // the centre wants it to wait elsewhere
};
std::string_view phase_name(Phase phase);

// Button numbers are those of ems.wire.UnitState, and 20 and on for what is no state.
enum class Button : std::uint32_t {
    accept = 0, // not a state: the answer to the order
    available = 1,
    en_route = 4,
    at_scene = 5,
    at_patient = 6,
    transporting = 7,
    at_hospital = 8,
    handover = 9,
    clearing = 10,
    returning = 11,
    accept_posting = 20,
    at_post = 21,
};
std::string_view button_name(Button button);

struct Press {
    std::string event_id; // UUID; the same however often it is offered
    Button button{Button::accept};
    std::int64_t incident_id{0};
    std::int64_t assignment_id{0};
    std::string command_id; // of the order or the posting that is answered
};

// The part of the terminal's status that a crew acts on.
struct TerminalView {
    bool has_order{false};
    std::string command_id;
    bool accepted{false};
    std::int64_t incident_id{0};
    std::int64_t assignment_id{0};
    std::string complaint;
    map::Wgs84 scene;
    std::optional<map::Wgs84> hospital; // the newest destination
    std::string posting_command_id;     // empty: it is posted nowhere
    map::Wgs84 post;
};

struct AmbulanceSetup {
    VehicleId vid;
    std::uint64_t seed{0};
    map::Wgs84 station;
    map::Wgs84 start;
    map::Wgs84 hospital; // where patients go when no order names a hospital
    // What patients can have; must outlive the ambulance.
    const ScenarioBook* scenarios{&built_in_scenarios()};
};

class Ambulance {
  public:
    static constexpr std::size_t kPressesMax = 16;

    explicit Ambulance(AmbulanceSetup setup);

    // A status of the terminal at `now_s` of real, monotonic time. An order that is missing for 3 s
    // was cancelled.
    void on_view(const TerminalView& view, double now_s);
    // ems-vehicled has stored the press, or will never take it.
    void on_stored(const std::string& event_id);
    void on_refused(const std::string& event_id);

    // Moves the world on by dt_s simulated seconds.
    CuffEvent step(double dt_s, std::int64_t utc_us, RoutePlanner& roads);

    // The press to offer now, if any.
    [[nodiscard]] const Press* pending() const;
    // Presses made so far: when it rises, save before offering.
    [[nodiscard]] std::uint64_t press_count() const { return press_count_; }

    [[nodiscard]] Motion motion() const;
    [[nodiscard]] Phase phase() const { return phase_; }
    // Nothing while no patient is attached to the monitor.
    [[nodiscard]] const std::optional<Patient>& patient() const { return patient_; }
    [[nodiscard]] const VehicleId& vid() const { return setup_.vid; }

    void save(state::Vehicle& out) const;
    // False, and nothing changed, when the state is not one of this vehicle or is damaged.
    bool restore(const state::Vehicle& in);

  private:
    struct Task {
        std::string command_id;
        std::int64_t incident_id{0};
        std::int64_t assignment_id{0};
        std::string complaint;
        map::Wgs84 scene;
        std::optional<map::Wgs84> hospital;
    };

    void enter(Phase phase);
    void leave(RoutePlanner& roads); // the present phase is over
    void press(Button button);
    void drive_to(map::Wgs84 target, RoutePlanner& roads);
    void cancel();
    void follow_posting(const TerminalView& view);
    [[nodiscard]] double draw_s(Phase phase) const;
    [[nodiscard]] bool driving() const;
    [[nodiscard]] std::string event_id(Button button) const;

    AmbulanceSetup setup_;
    Phase phase_{Phase::idle};
    double left_s_{0};
    Motion standing_;
    Track track_;
    double track_elapsed_s_{0};
    bool replan_{false};
    Task task_;
    std::string last_command_id_;
    std::string last_posting_;
    std::deque<Press> presses_;
    std::uint64_t press_count_{0};
    std::optional<Patient> patient_;
    std::optional<double> order_missing_since_s_;
};

} // namespace ems::sim
