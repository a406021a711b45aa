// A desk's read-only account at the broker (telemetry/link), listened to only while no dispatch server answers. The session
// is made and ended on a thread of its own: a farewell takes up to 2 s.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "console/model/broker_source.h"
#include "telemetry/base/clock.h"
#include "telemetry/base/ids.h"
#include "telemetry/link/mqtt_session.h"

namespace ems::console {

struct BrokerConfig {
    std::string host;
    std::uint16_t port{8883};
    RegionCode region;
    std::string client_id; // the broker puts the certificate's CN in its place
    std::string ca_file;
    std::string certificate_file;
    std::string key_file;
};

class MqttBroker final : public BrokerSource {
  public:
    // One sentence when a file cannot be read. Errors: config.
    static Result<void> check(const BrokerConfig& config);

    MqttBroker(BrokerConfig config, const Clock& clock);
    ~MqttBroker() override; // waits for the thread, at most 2 s
    MqttBroker(const MqttBroker&) = delete;
    MqttBroker& operator=(const MqttBroker&) = delete;

    void open() override;
    void close() override;
    BrokerNews take() override;

  private:
    void run();
    void want(bool open);
    [[nodiscard]] link::MqttHandlers handlers();
    void hear(const link::MqttMessage& message);
    [[nodiscard]] std::int64_t received_us(const link::MqttMessage& message) const;

    const BrokerConfig config_;
    const Clock& clock_;
    std::mutex mutex_; // everything below but the thread
    std::condition_variable changed_;
    bool wanted_{false};
    bool stopping_{false};
    bool up_{false};
    std::map<std::string, HeardVehicle> heard_; // by vehicle: the newest stands for all before it
    std::thread thread_;
};

} // namespace ems::console
