// What a real ruler said of each screen: how many pixels make a true millimetre on it. Screens tell their size in whole
// millimetres or centimetres, and some tell a wrong one. Pure; bounded.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>

namespace ems::console {

class ScreenRulers {
  public:
    // 38 to 400 dpi.
    static constexpr double kLeastPxPerMm = 1.5;
    static constexpr double kMostPxPerMm = 16;
    static constexpr std::size_t kScreensMax = 16;

    // Nothing: nobody has held a ruler to this screen.
    [[nodiscard]] std::optional<double> px_per_mm(const std::string& screen) const {
        const auto found = by_screen_.find(screen);
        return found == by_screen_.end() ? std::nullopt : std::optional{found->second};
    }
    // False outside of the bounds, or when as many screens are known as can be.
    bool set(const std::string& screen, double px_per_mm) {
        const bool sane = px_per_mm >= kLeastPxPerMm && px_per_mm <= kMostPxPerMm; // and a number
        if (!sane || (by_screen_.size() >= kScreensMax && !by_screen_.contains(screen))) {
            return false;
        }
        by_screen_[screen] = px_per_mm;
        return true;
    }
    void forget(const std::string& screen) { by_screen_.erase(screen); }
    [[nodiscard]] const std::map<std::string, double>& all() const { return by_screen_; }
    bool operator==(const ScreenRulers&) const = default;

  private:
    std::map<std::string, double> by_screen_;
};

} // namespace ems::console
