// The devices of several ambulances on loopback: receiver about 5 Hz, monitor 1 Hz with alarms that
// come and go, ECG module (8 leads, 500 Hz, pleth), inputs whose door opens and closes. One thread
// for all of them, from the constructor to silence().
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace ems::soak {

enum class EcgModule { absent, fitted };

class PlayedDevices {
  public:
    PlayedDevices(std::size_t vehicles, std::uint64_t seed, EcgModule ecg);
    ~PlayedDevices();
    PlayedDevices(const PlayedDevices&) = delete;
    PlayedDevices& operator=(const PlayedDevices&) = delete;

    // Keys of ems-vehicled for one of them, in TOML.
    [[nodiscard]] std::string config(std::size_t vehicle) const;
    // They stay connected and say nothing more; returns when the last byte is said.
    void silence();

  private:
    struct Ambulance;
    void play();

    std::vector<std::unique_ptr<Ambulance>> ambulances_;
    std::atomic<bool> ends_{false};
    std::thread thread_;
};

} // namespace ems::soak
