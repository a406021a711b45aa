#include "vehicle/sim/world.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "telemetry/base/assert.h"
#include "telemetry/base/log.h"
#include "vehicle/sim/state_file.h"

namespace ems::sim {
namespace {

constexpr double kStepSeconds = 0.02;
constexpr double kStepSecondsMax = 5; // a longer stall of the process is not simulated
constexpr double kFixSeconds = 0.2;
constexpr double kNumericsSeconds = 1;
constexpr std::uint32_t kAlarmsEvery = 5;       // numerics
constexpr std::uint32_t kKeepAliveEvery = 10;   // numerics
constexpr std::uint64_t kWaveBacklogMax = 2500; // samples: 5 s
constexpr double kSaveSeconds = 1;
constexpr double kStatusSeconds = 10;

std::uint64_t unit_seed(std::uint64_t seed, std::size_t index) {
    return seed * 0x9E3779B97F4A7C15ULL + (index + 1) * 0xD1B54A32D192ED03ULL;
}

std::uint64_t whole_block(std::uint64_t samples) {
    return samples / kEcgBlockSamples * kEcgBlockSamples;
}

} // namespace

struct World::Unit {
    Unit(const UnitSetup& setup, std::uint64_t seed)
        : ambulance(setup.ambulance), link(setup.crew_socket), heart(seed), error(seed ^ 0x5EED) {}

    Ambulance ambulance;
    CrewLink link;
    EcgModel heart;
    GnssError error;
    std::unique_ptr<DevicePort> gnss;
    std::unique_ptr<DevicePort> monitor;
    std::unique_ptr<DevicePort> ecg;
    double next_fix_s{0};
    double next_numerics_s{0};
    std::uint32_t numerics{0};
    bool was_attached{false};
    std::uint64_t ecg_base{0}; // sample index at the start of this process
    std::uint64_t ecg_next{0};
};

World::World(const WorldSetup& setup, RoutePlanner& roads, const Clock& clock)
    : setup_(setup), roads_(roads), clock_(clock), begin_(clock.ticks()) {}

World::~World() = default;

double World::now_s() const {
    return std::chrono::duration<double>(clock_.ticks() - begin_).count();
}

Result<std::unique_ptr<World>> World::open(const WorldSetup& setup, RoutePlanner& roads,
                                           const Clock& clock) {
    std::unique_ptr<World> world{new World{setup, roads, clock}};
    for (std::size_t i = 0; i < setup.units.size(); ++i) {
        const UnitSetup& unit_setup = setup.units[i];
        auto unit = std::make_unique<Unit>(unit_setup, unit_seed(setup.seed, i));
        const std::string vid = unit_setup.ambulance.vid.str();
        const auto take = [&](std::unique_ptr<DevicePort>& into, std::uint16_t port,
                              std::string_view device) -> Result<void> {
            auto opened =
                DevicePort::listen(setup.host, port, fmt::format("{} of {}", device, vid));
            if (!opened) {
                return Failure{opened.error()};
            }
            into = std::move(*opened);
            return {};
        };
        EMS_TRY(take(unit->gnss, unit_setup.gnss_port, "the receiver"));
        EMS_TRY(take(unit->monitor, unit_setup.monitor_port, "the monitor"));
        EMS_TRY(take(unit->ecg, unit_setup.ecg_port, "the ECG module"));
        unit->ecg->set_greeting(ecg_greeting());
        world->units_.push_back(std::move(unit));
    }
    world->resume();
    return world;
}

void World::resume() {
    if (setup_.state_file.empty()) {
        return;
    }
    const Result<state::World> saved = load_state(setup_.state_file);
    if (!saved) {
        if (saved.error().code != Code::not_found) {
            EMS_LOG(warn, "sim", "starting anew reason={}", saved.error().message());
        }
        return;
    }
    if (saved->seed() != setup_.seed) {
        EMS_LOG(warn, "sim", "starting anew reason='the state is of seed {}'", saved->seed());
        return;
    }
    const double away_s = std::clamp(
        static_cast<double>(clock_.utc_us() - saved->saved_utc_us()) / 1e6, 1.0, 86400.0);
    for (const state::Vehicle& vehicle : saved->vehicles()) {
        for (const auto& unit : units_) {
            if (unit->ambulance.vid().str() != vehicle.vid()) {
                continue;
            }
            if (!unit->ambulance.restore(vehicle)) {
                EMS_LOG(warn, "sim", "starting anew vid={} reason='bad state'", vehicle.vid());
                continue;
            }
            // The module was on all the while: its sample index goes on, with a hole.
            unit->ecg_base =
                whole_block(vehicle.ecg_samples() +
                            static_cast<std::uint64_t>(away_s * kEcgRateHz) + kEcgBlockSamples);
            unit->ecg_next = unit->ecg_base;
            EMS_LOG(info, "sim", "resumed vid={} phase={} away_s={:.1f}", vehicle.vid(),
                    phase_name(unit->ambulance.phase()), away_s);
        }
    }
}

void World::save() {
    if (setup_.state_file.empty()) {
        return;
    }
    state::World out;
    out.set_version(kStateVersion);
    out.set_seed(setup_.seed);
    out.set_saved_utc_us(clock_.utc_us());
    for (const auto& unit : units_) {
        state::Vehicle& vehicle = *out.add_vehicles();
        unit->ambulance.save(vehicle);
        vehicle.set_ecg_samples(unit->ecg_next);
    }
    const Result<void> saved = save_state(setup_.state_file, out);
    if (!saved && !save_failed_) {
        EMS_LOG(error, "sim", "state not saved reason={}", saved.error().message());
    }
    save_failed_ = !saved;
}

void World::wait(double now_s) const {
    std::vector<pollfd> fds;
    for (const auto& unit : units_) {
        unit->gnss->add_to(fds);
        unit->monitor->add_to(fds);
        unit->ecg->add_to(fds);
        unit->link.add_to(fds);
    }
    const double left_s = std::clamp(last_step_s_ + kStepSeconds - now_s, 0.0, kStepSeconds);
    // Rounded up: a wait that ends early would spin.
    ::poll(fds.data(), fds.size(), static_cast<int>(std::ceil(left_s * 1000)));
}

void World::turn() {
    wait(now_s());
    const double now = now_s();
    if (now - last_step_s_ >= kStepSeconds) {
        step(now);
    }
    for (const auto& unit : units_) {
        unit->gnss->serve();
        unit->monitor->serve();
        unit->ecg->serve();
        unit->link.serve(unit->ambulance, now);
    }
}

void World::step(double now) {
    const double dt_s = std::min(now - last_step_s_, kStepSecondsMax) * setup_.time_scale;
    last_step_s_ = now;
    std::uint64_t presses = 0;
    for (const auto& unit : units_) {
        step_unit(*unit, now, dt_s);
        presses += unit->ambulance.press_count();
    }
    // A press is on disk before it is offered, so a crash never presses with another identity.
    if (now >= next_save_s_ || presses != presses_saved_) {
        presses_saved_ = presses;
        next_save_s_ = now + kSaveSeconds;
        save();
    }
    if (now >= next_status_s_) {
        next_status_s_ = now + kStatusSeconds;
        print_status();
    }
}

void World::step_unit(Unit& unit, double now, double dt_s) {
    const Phase before = unit.ambulance.phase();
    const CuffEvent cuff = unit.ambulance.step(dt_s, clock_.utc_us(), roads_);
    if (unit.ambulance.phase() != before) {
        EMS_LOG(info, "sim", "phase vid={} from={} to={}", unit.ambulance.vid().str(),
                phase_name(before), phase_name(unit.ambulance.phase()));
    }
    const std::optional<Patient>& patient = unit.ambulance.patient();
    const bool attached = patient.has_value();
    if (attached) {
        unit.heart.set(heart_of(*patient));
        unit.heart.set(artefacts_of(*patient));
    }
    if (cuff != CuffEvent::none || attached != unit.was_attached) {
        const bool shows = attached && cuff != CuffEvent::failed;
        unit.monitor->say(pds_cuff(shows ? &*patient : nullptr));
        unit.monitor->say(pds_technical_alarms(attached));
    }
    unit.was_attached = attached;
    if (now >= unit.next_fix_s) {
        unit.next_fix_s = std::max(unit.next_fix_s + kFixSeconds, now - kFixSeconds);
        say_position(unit);
    }
    if (now >= unit.next_numerics_s) {
        unit.next_numerics_s = std::max(unit.next_numerics_s + kNumericsSeconds, now);
        say_vitals(unit);
    }
    say_waves(unit, now);
}

void World::say_position(Unit& unit) {
    const Motion motion = unit.ambulance.motion();
    unit.gnss->say(gnss_sentences(unit.error.apply(motion.at, kFixSeconds),
                                  motion.speed_m_s * setup_.time_scale, motion.course_deg,
                                  clock_.utc_us()));
}

void World::say_vitals(Unit& unit) {
    const std::optional<Patient>& patient = unit.ambulance.patient();
    const MonitorNumbers numbers = patient ? numbers_of(*patient) : MonitorNumbers{};
    unit.monitor->say(pds_numerics(patient ? &numbers : nullptr));
    if (unit.numerics % kAlarmsEvery == 0) {
        unit.monitor->say(pds_physiological_alarms(numbers, clock_.utc_us()));
        unit.monitor->say(pds_technical_alarms(patient.has_value()));
    }
    if (unit.numerics % kKeepAliveEvery == 0) {
        unit.monitor->say(pds_alive());
    }
    ++unit.numerics;
    unit.monitor->set_greeting(pds_technical_alarms(patient.has_value()) +
                               pds_cuff(patient ? &*patient : nullptr));
}

void World::say_waves(Unit& unit, double now) const {
    const std::uint64_t due =
        unit.ecg_base + whole_block(static_cast<std::uint64_t>(now * kEcgRateHz));
    if (due > unit.ecg_next + kWaveBacklogMax) {
        unit.ecg_next = due; // the process was stopped: those samples were never taken
    }
    while (unit.ecg_next < due) {
        unit.ecg->say(unit.ambulance.patient() ? ecg_block(unit.heart, unit.ecg_next)
                                               : ecg_block_unattached(unit.ecg_next));
        unit.ecg_next += kEcgBlockSamples;
    }
}

void World::print_status() const {
    std::string text;
    for (const auto& unit : units_) {
        const Motion motion = unit->ambulance.motion();
        text += fmt::format(" {}={}@{:.4f},{:.4f}{}", unit->ambulance.vid().str(),
                            phase_name(unit->ambulance.phase()), motion.at.lat, motion.at.lon,
                            unit->link.connected() ? "" : "(no crew socket)");
    }
    EMS_LOG(info, "sim", "status{}", text);
}

void World::run(const volatile std::sig_atomic_t& stop) {
    while (stop == 0) {
        turn();
    }
    save();
}

const Ambulance& World::ambulance(std::size_t index) const {
    return units_.at(index)->ambulance;
}

std::uint16_t World::port(std::size_t index, int device) const {
    const Unit& unit = *units_.at(index);
    switch (device) {
    case 0:
        return unit.gnss->port();
    case 1:
        return unit.monitor->port();
    default:
        return unit.ecg->port();
    }
}

} // namespace ems::sim
