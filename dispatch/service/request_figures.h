// Requests of consoles, counted by kind and outcome, for /metrics. One thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "dispatch/contract/api.pb.h"
#include "telemetry/base/error.h"
#include "telemetry/base/metrics.h"

namespace ems::dispatch {

class RequestFigures {
  public:
    // `outcome` none: answered. A kind that this server does not know counts as "unknown".
    void note(api::ClientFrame::BodyCase kind, std::optional<Code> outcome,
              std::chrono::steady_clock::duration took);
    void write(metrics::Exposition& out) const;

  private:
    // Both bounded: kinds are those of the protocol, codes those of the table.
    std::map<std::pair<std::string, std::string>, std::uint64_t> by_outcome_;
    std::map<std::string, metrics::Histogram> seconds_;
};

} // namespace ems::dispatch
