// The battery of the vehicle's computer, as Linux tells it (Documentation/ABI/testing/
// sysfs-class-power): each folder below /sys/class/power_supply with `type` Battery. Blocking reads
// of a few bytes.
#pragma once

#include <filesystem>
#include <optional>

namespace ems::vehicle {

struct Battery {
    int capacity_pct{0};
    bool discharging{false};
};

// The one with the least charge; nothing where the computer has no battery that can be read.
[[nodiscard]] std::optional<Battery> read_battery(const std::filesystem::path& power_supplies);

// Low from 20 % on while it discharges, until it charges or is above 25 %.
class BatteryWatch {
  public:
    static constexpr int kLowPct = 20;
    static constexpr int kEnoughPct = 25;
    // Whether it is low now. A battery that cannot be read any more is not known to be.
    bool judge(const std::optional<Battery>& battery);

  private:
    bool low_{false};
};

} // namespace ems::vehicle
