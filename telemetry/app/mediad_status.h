// What ems-mediad tells at /metrics and /healthz. Everything on the executor's single thread.
#pragma once

#include <boost/asio/any_io_executor.hpp>

#include "telemetry/media/service.h"
#include "telemetry/status/loop_lag.h"
#include "telemetry/status/server_page.h"
#include "telemetry/status/status_http.h"

namespace ems {

class MediadStatus {
  public:
    // The service must outlive the stop of this.
    MediadStatus(const boost::asio::any_io_executor& executor, status::StatusConfig config,
                 const media::Service& service);
    void start();
    void stop();

  private:
    [[nodiscard]] std::string metrics();
    [[nodiscard]] status::Health health() const;

    const media::Service& service_;
    status::LoopLag lag_;
    status::ServerPage page_;
    status::StatusServer server_;
};

} // namespace ems
