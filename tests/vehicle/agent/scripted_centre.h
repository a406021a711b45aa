// The centre's side of the wire in a test: hears everything of one region, answers only what it is
// told to.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "telemetry/link/mqtt_session.h"
#include "telemetry/seal/signature.h"
#include "telemetry/wire/ems.pb.h"
#include "telemetry/wire/topics.h"
#include "tests/support/temp_broker.h"

namespace ems::test {

class ScriptedCentre {
  public:
    // One record as it came: over which topic, in which order.
    struct Arrival {
        wire::UpKind kind{wire::UpKind::hb};
        wire::Envelope envelope;
        std::int64_t received_us{0}; // UTC
    };

    ScriptedCentre(const TempBroker& broker, const std::string& vid);
    ~ScriptedCentre();

    void acknowledge_all(bool on);
    void send(wire::DownKind kind, const std::string& payload);
    void send_command(const wire::CommandBody& body, bool forged = false);

    // Copies of what came so far.
    std::vector<Arrival> arrivals() const;
    std::vector<wire::Event> events() const; // of every A record, repeats included
    std::vector<wire::Birth> births() const;
    std::vector<wire::LinkState> link_states() const;
    wire::Heartbeat last_heartbeat() const;
    [[nodiscard]] bool ready() const { return telemetry_->connected() && dispatch_->connected(); }
    void forget();

  private:
    void take(const link::MqttMessage& message);
    void take_record(wire::UpKind kind, const wire::Envelope& envelope);
    void beat();

    RegionCode region_;
    VehicleId vid_;
    seal::SigningKey key_;
    std::unique_ptr<link::MqttSession> telemetry_;
    std::unique_ptr<link::MqttSession> dispatch_;

    mutable std::mutex mutex_;
    std::condition_variable wake_;
    bool stopping_{false};
    bool acknowledge_{true};
    std::vector<wire::Ack> acks_;
    std::vector<Arrival> arrivals_;
    std::vector<wire::Birth> births_;
    std::vector<wire::LinkState> link_states_;
    wire::Heartbeat heartbeat_;
    std::thread beater_;
};

} // namespace ems::test
