#include "dispatch/core/moveup.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace ems::dispatch {
namespace {

constexpr double kBusyMin = 0.01;
constexpr double kBusyMax = 0.95;
constexpr std::uint32_t kHours = 24;
// Gains that differ by less are equal: sums of the same numbers in another order.
constexpr double kSame = 1e-9;

bool is_near(std::uint32_t hour, std::uint32_t other) {
    const std::uint32_t apart = (hour + kHours - other) % kHours;
    return apart <= 1 || apart == kHours - 1;
}

// What one more free unit in time adds at each place, after `k` of them: d (1 - q) q^k.
class Marginal {
  public:
    explicit Marginal(const MoveUpProblem& problem)
        : problem_(problem), count_(problem.demand.size(), 0) {
        for (const FreeUnit& unit : problem.units) {
            for (const std::uint32_t place : unit.covers) {
                ++count_[place];
            }
        }
        power_.reserve(problem.units.size() + 1);
        for (std::size_t k = 0; k <= problem.units.size(); ++k) {
            power_.push_back(std::pow(problem.busy, static_cast<double>(k)));
        }
    }
    [[nodiscard]] double expected() const {
        double out = 0;
        for (std::size_t i = 0; i < count_.size(); ++i) {
            out += problem_.demand[i] * (1 - power_[count_[i]]);
        }
        return out;
    }
    void leave(const Places& covers) {
        for (const std::uint32_t place : covers) {
            --count_[place];
        }
    }
    void come(const Places& covers) {
        for (const std::uint32_t place : covers) {
            ++count_[place];
        }
    }
    // With what is counted now.
    [[nodiscard]] double of_one_more(const Places& covers) const {
        double out = 0;
        for (const std::uint32_t place : covers) {
            out += problem_.demand[place] * power_[count_[place]];
        }
        return out * (1 - problem_.busy);
    }

  private:
    const MoveUpProblem& problem_;
    std::vector<std::uint32_t> count_; // free units in time, by place
    std::vector<double> power_;        // of busy
};

} // namespace

double busy_share(const BusyHistory& history) {
    const double share =
        (history.busy_h + kBusyPrior * kBusyPriorH) / (history.unit_h + kBusyPriorH);
    return std::clamp(share, kBusyMin, kBusyMax);
}

std::vector<double> demand_shares(const std::vector<double>& people,
                                  const std::vector<CallCount>& counts, std::uint32_t hour) {
    const double everybody = std::accumulate(people.begin(), people.end(), 0.0);
    std::vector<double> out(people.size(), 0);
    for (std::size_t i = 0; i < people.size() && everybody > 0; ++i) {
        out[i] = kDemandPriorCalls * people[i] / everybody;
    }
    for (const CallCount& count : counts) {
        if (count.place < out.size() && count.hour < kHours && count.calls > 0 &&
            is_near(hour, count.hour)) {
            out[count.place] += count.calls;
        }
    }
    const double all = std::accumulate(out.begin(), out.end(), 0.0);
    for (double& share : out) {
        share = all > 0 ? share / all : 0;
    }
    return out;
}

MoveUpAnswer best_move(const MoveUpProblem& problem) {
    Marginal marginal{problem};
    MoveUpAnswer out;
    out.expected = marginal.expected();
    double best_gain = 0;
    for (const FreeUnit& unit : problem.units) {
        if (unit.moves_today >= problem.limits.moves_max) {
            continue;
        }
        marginal.leave(unit.covers);
        const double here = marginal.of_one_more(unit.covers);
        for (std::size_t p = 0; p < problem.places.size(); ++p) {
            const WaitingPlace& place = problem.places[p];
            const std::optional<std::uint32_t>& drive_s = unit.drive_s[p];
            if (place.station == unit.station || !drive_s ||
                *drive_s > problem.limits.drive_max_s) {
                continue;
            }
            const double gain = marginal.of_one_more(place.covers) - here;
            const bool enough = gain + kSame >= problem.limits.gain_min;
            const bool more = gain > best_gain + kSame;
            const bool as_much =
                out.move && std::abs(gain - best_gain) <= kSame && *drive_s < out.move->drive_s;
            if (enough && (more || as_much)) {
                best_gain = gain;
                out.move = Move{unit.unit, place.station, *drive_s, out.expected + gain};
            }
        }
        marginal.come(unit.covers);
    }
    return out;
}

} // namespace ems::dispatch
