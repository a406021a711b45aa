#include "telemetry/signal/ecg12/af_suspicion.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <utility>
#include <vector>

namespace ems::signal {
namespace {

constexpr double kCell = 0.04; // of the mean interval
// On the given MIT-BIH records fibrillation lies over 0.8 and 0.15, and every other rhythm that
// does not consist of ectopic beats under 0.6 and 0.08.
constexpr double kCellShareMin = 0.65;
constexpr double kMedianChangeMin = 0.10;
constexpr double kRefusalShare = 0.2;
constexpr double kQualityMin = 0.3;
constexpr double kRrMinS = 0.25;
constexpr double kRrMaxS = 2.5;

bool foreign(const Beat& beat) {
    return beat.shape == BeatShape::wide || beat.shape == BeatShape::foreign;
}

bool seen(const Beat& beat) {
    return static_cast<double>(beat.quality) >= kQualityMin && beat.rr_s >= kRrMinS &&
           beat.rr_s <= kRrMaxS;
}

struct Intervals {
    std::vector<double> rr_s;
    std::vector<double> change_s; // from the interval before
};

// The newest ones. The interval that ends at an ectopic beat and the pause behind it are not the
// atria's.
Intervals usable_intervals(std::span<const Beat> beats) {
    Intervals out;
    const auto usable = [&](std::size_t i) {
        return seen(beats[i]) && !foreign(beats[i]) && (i == 0 || !foreign(beats[i - 1]));
    };
    for (std::size_t i = beats.size(); i-- > 1 && out.rr_s.size() < kAfIntervals;) {
        if (usable(i) && usable(i - 1)) {
            out.rr_s.push_back(beats[i].rr_s);
            out.change_s.push_back(beats[i].rr_s - beats[i - 1].rr_s);
        }
    }
    return out;
}

void measure(const Intervals& intervals, AfSuspicion& out) {
    const auto count = static_cast<double>(intervals.rr_s.size());
    const double mean_s =
        std::accumulate(intervals.rr_s.begin(), intervals.rr_s.end(), 0.0) / count;
    std::set<std::pair<long, long>> cells;
    std::vector<double> sizes;
    for (std::size_t i = 0; i < intervals.rr_s.size(); ++i) {
        const double change = intervals.change_s[i] / mean_s;
        cells.insert(
            {std::lround(intervals.rr_s[i] / mean_s / kCell), std::lround(change / kCell)});
        sizes.push_back(std::abs(change));
    }
    const auto middle = sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2);
    std::nth_element(sizes.begin(), middle, sizes.end());
    out.cell_share = static_cast<double>(cells.size()) / count;
    out.median_change = *middle;
}

} // namespace

AfSuspicion af_suspicion(std::span<const Beat> beats) {
    AfSuspicion out;
    beats = beats.last(std::min(beats.size(), kAfIntervals * 3 / 2));
    if (beats.size() < kAfIntervalsMin) {
        return out;
    }
    const double share_max = kRefusalShare * static_cast<double>(beats.size());
    // The first beat of a recording has no interval.
    const auto poor =
        std::count_if(beats.begin() + 1, beats.end(), [](const Beat& beat) { return !seen(beat); });
    if (static_cast<double>(poor) > share_max) {
        out.finding = AfFinding::noise;
        return out;
    }
    if (static_cast<double>(std::count_if(beats.begin(), beats.end(), foreign)) > share_max) {
        out.finding = AfFinding::frequent_ectopy;
        return out;
    }
    const Intervals intervals = usable_intervals(beats);
    out.intervals = intervals.rr_s.size();
    if (out.intervals < kAfIntervalsMin) {
        return out;
    }
    measure(intervals, out);
    out.finding = out.cell_share >= kCellShareMin && out.median_change >= kMedianChangeMin
                      ? AfFinding::suspected
                      : AfFinding::not_suspected;
    return out;
}

} // namespace ems::signal
