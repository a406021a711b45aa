#include "vehicle/agent/power_supply.h"

#include <charconv>
#include <fstream>
#include <string>
#include <system_error>

namespace ems::vehicle {
namespace {

constexpr std::size_t kWordMax = 32;
constexpr int kSuppliesMax = 32;

// The first word of a file, "" where there is none.
std::string word_of(const std::filesystem::path& file) {
    std::ifstream in{file};
    std::string word;
    in >> word;
    return word.substr(0, kWordMax);
}

} // namespace

std::optional<Battery> read_battery(const std::filesystem::path& power_supplies) {
    std::optional<Battery> least;
    std::error_code error;
    std::filesystem::directory_iterator entry{power_supplies, error};
    for (int i = 0; !error && entry != std::filesystem::directory_iterator{} && i < kSuppliesMax;
         entry.increment(error), ++i) {
        const std::filesystem::path& folder = entry->path();
        // A battery of scope Device is a mouse's.
        if (word_of(folder / "type") != "Battery" || word_of(folder / "scope") == "Device") {
            continue;
        }
        const std::string text = word_of(folder / "capacity");
        Battery one;
        const auto end = text.data() + text.size();
        const auto read = std::from_chars(text.data(), end, one.capacity_pct);
        if (read.ec != std::errc{} || read.ptr != end || one.capacity_pct < 0 ||
            one.capacity_pct > 100) {
            continue;
        }
        one.discharging = word_of(folder / "status") == "Discharging";
        if (!least || one.capacity_pct < least->capacity_pct) {
            least = one;
        }
    }
    return least;
}

bool BatteryWatch::judge(const std::optional<Battery>& battery) {
    if (!battery || !battery->discharging || battery->capacity_pct > kEnoughPct) {
        low_ = false;
    } else if (battery->capacity_pct <= kLowPct) {
        low_ = true;
    }
    return low_;
}

} // namespace ems::vehicle
