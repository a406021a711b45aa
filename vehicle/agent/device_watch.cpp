#include "vehicle/agent/device_watch.h"

#include <fmt/format.h>

namespace ems::vehicle {

void DeviceWatch::heard(Ticks now, std::string state) {
    heard_ = now;
    state_ = std::move(state);
}

void DeviceWatch::lost(const std::string& reason) {
    state_ = "not connected: " + reason;
}

std::optional<wire::Alarm> DeviceWatch::check(Ticks now) {
    const bool silent = now - heard_ >= silence_;
    if (silent == alarmed_) {
        return std::nullopt;
    }
    alarmed_ = silent;
    wire::Alarm alarm;
    alarm.set_code(name_ + "_lost");
    alarm.set_technical(true);
    alarm.set_active(silent);
    return alarm;
}

std::string DeviceWatch::health(Ticks now) const {
    const auto silent_s = std::chrono::duration_cast<std::chrono::seconds>(now - heard_).count();
    return now - heard_ >= silence_ / 2 ? fmt::format("no data {} s ({})", silent_s, state_)
                                                : state_;
}

} // namespace ems::vehicle
