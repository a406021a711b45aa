// What ems-dispatchd tells of itself: /metrics, /healthz, and its own part of a FleetStatus.
// Everything on the loop's thread.
#pragma once

#include <cstdint>
#include <string>

#include <boost/asio/io_context.hpp>

#include "dispatch/contract/api.pb.h"
#include "dispatch/service/centre.h"
#include "dispatch/service/console_hub.h"
#include "dispatch/service/live_relay.h"
#include "dispatch/service/orders.h"
#include "dispatch/service/ws_server.h"
#include "dispatch/service/centre_clock.h"
#include "telemetry/link/mqtt_session.h"
#include "telemetry/status/loop_lag.h"
#include "telemetry/status/server_page.h"
#include "telemetry/status/status_http.h"

namespace ems::dispatch {

class ServerStatus {
  public:
    // What it speaks of. All must outlive the stop of this.
    struct Subjects {
        const Centre& centre;
        const ConsoleHub& hub;
        const LiveRelay& live;
        const OutboxRelay& relay;
        const link::MqttSession& mqtt;
        const WsServer& consoles;
        Fleet* const& fleet; // null until the registry was read
        const CentreClock& clock;
        const RoadParts* road_parts{nullptr}; // null without a road graph
    };
    // `server` is its CN.
    ServerStatus(boost::asio::io_context& io, status::StatusConfig config, std::string server,
                 std::string version, Subjects subjects);

    void start();
    void stop();
    [[nodiscard]] api::DispatchStatus own() const;

  private:
    [[nodiscard]] std::string metrics();
    [[nodiscard]] status::Health health() const;
    [[nodiscard]] double age_s(std::int64_t since_us) const;

    std::string name_;
    Subjects of_;
    std::int64_t started_us_;
    status::LoopLag lag_;
    status::ServerPage page_;
    status::StatusServer server_;
};

} // namespace ems::dispatch
