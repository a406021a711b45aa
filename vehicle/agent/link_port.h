// The agent's side of its MQTT session: its threads only post to the io_context, at most
// kInboundMax messages at a time (what comes from the centre is repeated until it is answered, so a
// dropped one is only late).
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "telemetry/base/ids.h"
#include "telemetry/link/mqtt_session.h"
#include "telemetry/wire/ems.pb.h"
#include "telemetry/wire/topics.h"
#include "vehicle/agent/uplink.h"

namespace boost::asio {
class io_context;
}

namespace ems::vehicle {

class LinkPort final : public UplinkWire {
  public:
    struct Handlers {
        std::function<void(std::uint64_t birth_counter)> up;
        std::function<void(const std::string& reason)> down;
        std::function<void(wire::DownKind, const std::string& payload)> message;
        // The broker has the lowest message of that kind (with QoS 1) without a receipt, or
        // refused it.
        std::function<void(wire::UpKind, Ticks at)> received;
    };
    // `process_count` is durable and rises with each start of the program: birth counters never
    // repeat, not even those of connections whose birth was never sent.
    LinkPort(boost::asio::io_context& io, link::MqttConfig config, RegionCode region, VehicleId vid,
             std::uint64_t process_count, Handlers handlers);
    ~LinkPort() override;

    void start();
    void stop();
    void drop(const std::string& reason);
    bool send(wire::UpKind kind, std::string payload) override;
    [[nodiscard]] bool connected() const;

  private:
    void on_message(link::MqttMessage&& message);
    void on_link(const link::LinkChange& change);
    void on_receipt(const std::string& topic, Ticks at);
    [[nodiscard]] std::uint64_t birth_counter(std::uint64_t attempt) const {
        return (process_count_ << 20U) + attempt;
    }

    boost::asio::io_context& io_;
    const RegionCode region_;
    const VehicleId vid_;
    std::map<std::string, wire::UpKind> receipted_; // topics with QoS 1
    const std::uint64_t process_count_;
    const Handlers handlers_;
    std::shared_ptr<std::atomic<bool>> alive_; // shared with what is posted
    std::atomic<std::size_t> waiting_{0};
    std::unique_ptr<link::MqttSession> session_;
};

} // namespace ems::vehicle
