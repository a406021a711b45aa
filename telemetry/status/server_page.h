// What /metrics of every server begins and ends with.
#pragma once

#include <cstdint>
#include <string>

#include "telemetry/base/metrics.h"
#include "telemetry/status/loop_lag.h"

namespace ems::status {

// Of one family; with four series a vehicle it is enough for 1024 vehicles. What lies beyond is
// counted in ems_<server>_metrics_left_out_total.
inline constexpr std::size_t kSeriesMax = 4096;

class ServerPage {
  public:
    // `server` as in the names of its figures: "telemetryd". The lag must outlive the page.
    ServerPage(std::string server, std::string version, const LoopLag& lag)
        : server_(std::move(server)), version_(std::move(version)), lag_(lag) {}

    [[nodiscard]] static metrics::Exposition begin() { return metrics::Exposition{kSeriesMax}; }
    // Adds the process, its event loop and how often the page itself was cut.
    std::string finish(metrics::Exposition out);

  private:
    std::string server_;
    std::string version_;
    const LoopLag& lag_;
    std::uint64_t left_out_{0};
};

} // namespace ems::status
