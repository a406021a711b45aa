// What a sub-station's board shows of the desk's state: its units, their running cases, which
// orders nobody at the station has acknowledged, and how long the centre is away. Pure; pointers live as long as the state is not
// changed.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string_view>
#include <vector>

#include "console/model/desk_state.h"

namespace ems::console {

// By its name; null when the centre knows none of that name.
[[nodiscard]] const api::Station* station_named(const DeskState& state, std::string_view name);

// By name; none of station 0, which nobody belongs to.
[[nodiscard]] std::vector<const api::Unit*> station_units(const DeskState& state,
                                                          std::int64_t station_id);

struct StationCase {
    const api::Unit* unit{nullptr};
    const api::Assignment* assignment{nullptr};
    const api::Incident* incident{nullptr};
};
// Of units on a task, the newest order first.
[[nodiscard]] std::vector<StationCase> station_cases(const DeskState& state,
                                                     std::int64_t station_id);

// What comes up under the hand that silences another one was not heard. Assumed: longer than it
// takes to press once the decision is made.
inline constexpr double kHeardAfterS = 1.0;

// Orders that sound until somebody at the station says that they were heard. One that a crew had
// already accepted when the board came to know of it at its start is none; one that ends is none
// any more. Times are seconds of a clock that only runs forward.
class OrderAlarms {
  public:
    // At each change of the state. Gives the orders that were new.
    std::vector<std::int64_t> follow(const DeskState& state, std::int64_t station_id);
    // Those on the screen, at each change of what is there.
    void show(std::span<const std::int64_t> assignment_ids, double now_s);
    // All that have been on the screen for kHeardAfterS.
    void acknowledge(double now_s);
    [[nodiscard]] bool isWaiting(std::int64_t assignment_id) const {
        return waiting_.contains(assignment_id);
    }
    [[nodiscard]] bool isLoud() const { return !waiting_.empty(); }

  private:
    bool begun_{false};
    std::set<std::int64_t> known_; // running ones alone
    std::map<std::int64_t, std::optional<double>> waiting_; // on the screen since
};

// A link that breaks mends itself within seconds as a rule; away for longer, orders come another
// way, and somebody has to know.
inline constexpr double kLinkAwayS = 10;

enum class CentreLink { up, away };

// Sounds while no order can arrive, until somebody says that it was heard or the link is back.
class LinkAlarm {
  public:
    // At least once a second.
    void follow(CentreLink link, double now_s);
    void acknowledge(double now_s);
    [[nodiscard]] bool isLoud() const { return loud_since_s_ && !heard_; }

  private:
    std::optional<double> away_since_s_;
    std::optional<double> loud_since_s_;
    bool heard_{false};
};

} // namespace ems::console
