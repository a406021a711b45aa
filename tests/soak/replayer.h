// Doubles and reorders messages at the broker: it hears what vehicles and server say and says some
// of it again, later and shuffled, under a user that may write everything (the chaos run adds it to
// the broker's access list). Births, heartbeats and farewells of earlier links come again, too.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "telemetry/link/mqtt_session.h"
#include "tests/soak/splitmix.h"
#include "tests/support/temp_broker.h"

namespace ems::soak {

class Replayer {
  public:
    static constexpr const char* kName = "srv-replay";
    static constexpr std::size_t kKeptMax = 2'000;
    // Lines for the broker's access list.
    static std::string access();

    Replayer(const test::TempBroker& broker, std::uint64_t seed);
    // Says up to `count` of the kept messages again.
    void replay(std::size_t count);
    [[nodiscard]] std::uint64_t replayed() const { return replayed_; }

  private:
    void keep(link::MqttMessage&& message);

    std::mutex mutex_;
    SplitMix random_;
    std::vector<std::pair<std::string, std::string>> kept_; // topic, payload: a random sample
    std::uint64_t heard_{0};
    std::atomic<std::uint64_t> replayed_{0};
    std::unique_ptr<link::MqttSession> session_;
};

} // namespace ems::soak
