// Health of one device, and the technical alarm that begins when it falls silent and ends when it
// speaks again. Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "telemetry/base/clock.h"
#include "telemetry/wire/ems.pb.h"

namespace ems::vehicle {

class DeviceWatch {
  public:
    // `name` stands in the health of heartbeats ("gnss") and in the alarm's code ("gnss_lost").
    // Silent for `silence` it is lost.
    DeviceWatch(std::string name, Ticks start, std::chrono::milliseconds silence)
        : name_(std::move(name)), silence_(silence), heard_(start) {}

    // Good data came. `state` is shown as health: "ok", "no fix", ...
    void heard(Ticks now, std::string state = "ok");
    void lost(const std::string& reason);
    // Once a second: the condition's change, if any.
    std::optional<wire::Alarm> check(Ticks now);
    [[nodiscard]] std::string health(Ticks now) const;
    [[nodiscard]] const std::string& name() const { return name_; }

  private:
    const std::string name_;
    const std::chrono::milliseconds silence_;
    Ticks heard_;
    std::string state_{"not connected"};
    bool alarmed_{false};
};

} // namespace ems::vehicle
