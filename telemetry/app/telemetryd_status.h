// What ems-telemetryd tells at /metrics and /healthz. Everything on the executor's single thread.
#pragma once

#include <boost/asio/any_io_executor.hpp>

#include "telemetry/gateway/server.h"
#include "telemetry/gateway/session.h"
#include "telemetry/ingest/ingest.h"
#include "telemetry/link/mqtt_session.h"
#include "telemetry/retention/keeper.h"
#include "telemetry/status/loop_lag.h"
#include "telemetry/status/server_page.h"
#include "telemetry/status/status_http.h"

namespace ems {

class TelemetrydStatus {
  public:
    TelemetrydStatus(const boost::asio::any_io_executor& executor, status::StatusConfig config);

    // What it speaks of; all must outlive its stop. Gateway and exchange may be null: no terminals.
    struct Subjects {
        const ingest::Ingest* engine{nullptr};
        const link::MqttSession* session{nullptr};
        const retention::Keeper* keeper{nullptr};
        const gateway::Server* terminals{nullptr};
        const gateway::Exchange* exchange{nullptr};
    };
    void start(const Subjects& subjects);
    void stop();
    [[nodiscard]] const status::LoopLag& lag() const { return lag_; }

  private:
    [[nodiscard]] std::string metrics();
    [[nodiscard]] status::Health health() const;

    Subjects of_;
    status::LoopLag lag_;
    status::ServerPage page_;
    status::StatusServer server_;
};

} // namespace ems
