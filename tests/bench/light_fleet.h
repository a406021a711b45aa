// A thousand vehicles over one connection: what ems-vehicled would publish, without spools, devices
// and TLS sessions of their own. Every vehicle says position, vitals and heartbeat once a second,
// spread over the second, and some of them 8 leads of ECG. Acknowledgements that come back give the
// age at which a position was known to be committed. One thread, beside that of the session.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "telemetry/base/clock.h"
#include "telemetry/link/mqtt_session.h"
#include "telemetry/wire/ems.pb.h"
#include "tests/support/temp_broker.h"

namespace ems::bench {

class LightFleet {
  public:
    struct Options {
        std::string name; // of the certificate that may speak for all
        std::vector<std::string> vehicles;
        std::size_t with_ecg{0}; // the first so many
    };
    LightFleet(const test::TempBroker& broker, const Options& options);
    ~LightFleet();

    [[nodiscard]] bool connected() const { return session_->connected(); }
    void say_births();
    // What is due in the next `kSlot` of the second.
    static constexpr std::chrono::milliseconds kSlot{20};
    void play_slot();
    // Ages, in seconds, of positions that were acknowledged since the last call.
    std::vector<double> take_ages();
    [[nodiscard]] std::uint64_t published() const { return published_; }
    [[nodiscard]] std::uint64_t refused() const { return refused_; }
    [[nodiscard]] std::uint64_t resent() const { return resent_; }

  private:
    struct Vehicle;
    void say(Vehicle& vehicle, const char* kind, const std::string& payload, link::Qos qos);
    std::string record(Vehicle& vehicle, wire::Stream stream, const std::string& body);
    void second(Vehicle& vehicle);
    void ecg(Vehicle& vehicle);
    void resend(Vehicle& vehicle);
    void take(const link::MqttMessage& message);

    std::vector<std::unique_ptr<Vehicle>> vehicles_;
    std::vector<std::string> waves_; // batches of the simulator, used in turn
    const std::size_t with_ecg_;
    const SystemClock clock_;
    std::uint64_t slot_{0};
    std::uint64_t published_{0};
    std::uint64_t refused_{0};
    std::uint64_t resent_{0};
    std::mutex mutex_;
    std::vector<double> ages_;
    std::unique_ptr<link::MqttSession> session_;
};

} // namespace ems::bench
