#include "tests/soak/played_devices.h"

#include <chrono>
#include <optional>

#include <fmt/format.h>
#include <poll.h>

#include "telemetry/base/assert.h"
#include "telemetry/base/clock.h"
#include "tests/soak/splitmix.h"
#include "vehicle/sim/device_port.h"
#include "vehicle/sim/device_streams.h"

namespace ems::soak {
namespace {

using namespace std::chrono_literals;
using sim::DevicePort;

constexpr auto kStep = 40ms; // of the ECG module's blocks
constexpr std::uint64_t kStepsASecond = 25;
constexpr double kFixShare = 0.2; // of steps

std::unique_ptr<DevicePort> open_port(const char* what) {
    auto port = DevicePort::listen("127.0.0.1", 0, what);
    EMS_ASSERT(port.has_value());
    return std::move(*port);
}

} // namespace

struct PlayedDevices::Ambulance {
    explicit Ambulance(std::uint64_t seed, EcgModule own_ecg)
        : random(seed), ecg(own_ecg), heart(seed) {
        patient = sim::new_patient(*sim::built_in_scenarios().find("stable"));
        ecg_port->set_greeting(sim::ecg_greeting());
    }

    void second(const Clock& clock) {
        const std::int64_t now_us = clock.utc_us();
        sim::advance(patient, 1.0, now_us);
        metres += 12;
        sim::MonitorNumbers numbers = sim::numbers_of(patient);
        if (random.chance(0.15)) {
            fast = !fast;
        }
        numbers.hr_bpm = fast ? 168 : numbers.hr_bpm;
        monitor->say(sim::pds_numerics(&numbers));
        monitor->say(sim::pds_physiological_alarms(numbers, now_us));
        if (random.chance(0.1)) {
            monitor->say(sim::pds_cuff(&patient));
        }
        if (random.chance(0.1)) {
            door = !door;
        }
        inputs->say(fmt::format("door={}\nignition=on\nfuel_pct={}\n", door ? "open" : "closed",
                                40 + metres / 500 % 40));
    }

    // Without a fixed phase to anybody's second: a constant one would be a constant part of ages.
    void fix(const Clock& clock) {
        if (!random.chance(kFixShare)) {
            return;
        }
        // Northwards and back, within a kilometre.
        const double lat =
            35.02 +
            static_cast<double>(metres % 2'000 < 1'000 ? metres % 1'000 : 1'000 - metres % 1'000) /
                111'000.0;
        receiver->say(sim::gnss_sentences({lat, 111.0}, 12, 0, clock.utc_us()));
    }

    void beat() {
        if (ecg == EcgModule::fitted) {
            ecg_port->say(sim::ecg_block(heart, sample));
            sample += sim::kEcgBlockSamples;
        }
    }

    SplitMix random;
    EcgModule ecg;
    sim::EcgModel heart;
    sim::Patient patient;
    std::uint64_t sample{0};
    std::int64_t metres{0};
    bool fast{false};
    bool door{false};
    std::unique_ptr<DevicePort> receiver{open_port("receiver")};
    std::unique_ptr<DevicePort> monitor{open_port("monitor")};
    std::unique_ptr<DevicePort> ecg_port{open_port("ECG module")};
    std::unique_ptr<DevicePort> inputs{open_port("inputs")};
};

PlayedDevices::PlayedDevices(std::size_t vehicles, std::uint64_t seed, EcgModule ecg) {
    SplitMix random{seed};
    for (std::size_t i = 0; i < vehicles; ++i) {
        ambulances_.push_back(std::make_unique<Ambulance>(random.next(), ecg));
    }
    thread_ = std::thread{[this] { play(); }};
}

PlayedDevices::~PlayedDevices() {
    silence();
}

void PlayedDevices::silence() {
    ends_ = true;
    if (thread_.joinable()) {
        thread_.join();
    }
}

std::string PlayedDevices::config(std::size_t vehicle) const {
    const Ambulance& it = *ambulances_.at(vehicle);
    const auto address = [](const DevicePort& port) {
        return "\"tcp:127.0.0.1:" + std::to_string(port.port()) + "\"";
    };
    return fmt::format("gnss.address = {}\nmonitor.address = {}\ninputs.address = {}\n{}",
                       address(*it.receiver), address(*it.monitor), address(*it.inputs),
                       it.ecg == EcgModule::fitted ? "ecg.address = " + address(*it.ecg_port) + "\n"
                                                   : "");
}

void PlayedDevices::play() {
    const SystemClock clock;
    auto next = std::chrono::steady_clock::now();
    std::uint64_t step = 0;
    while (!ends_) {
        const auto now = std::chrono::steady_clock::now();
        // A machine that was busy does not make up for more than a second.
        next = std::max(next, now - 1s);
        for (; next <= now; next += kStep, ++step) {
            for (const auto& it : ambulances_) {
                it->beat();
                it->fix(clock);
                if (step % kStepsASecond == 0) {
                    it->second(clock);
                }
            }
        }
        std::vector<pollfd> fds;
        for (const auto& it : ambulances_) {
            for (const auto* port : {&it->receiver, &it->monitor, &it->ecg_port, &it->inputs}) {
                (*port)->serve();
                (*port)->add_to(fds);
            }
        }
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(next - std::chrono::steady_clock::now());
        poll(fds.data(), fds.size(), static_cast<int>(std::max<std::int64_t>(1, left.count())));
    }
}

} // namespace ems::soak
