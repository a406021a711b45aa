#include "telemetry/signal/ecg12/beat_template.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>

#include "telemetry/base/assert.h"
#include "telemetry/signal/ecg12/fiducials.h"

namespace ems::signal {
namespace {

constexpr double kBeforeS = 0.30;
constexpr double kBehindS = 0.60;
constexpr double kBeforeShare = 0.45; // of the RR interval, at fast rates
constexpr double kBehindShare = 0.75;
constexpr double kShiftS = 0.040;       // detectors place an R peak that well
constexpr double kShapeBeforeS = 0.100; // what the shape is compared over
constexpr double kShapeBehindS = 0.300;
constexpr double kRrMinS = 0.15;
constexpr std::size_t kCandidates = 12;
constexpr double kLostShare = 0.1;
constexpr double kFlatMv = 0.010;
constexpr double kPrS = 0.024; // PR level: mean of this long before the trace leaves its rest
constexpr double kErrorOverS = 0.080;

using Index = std::ptrdiff_t;

Index samples_of(double seconds, double rate_hz) {
    return static_cast<Index>(std::llround(seconds * rate_hz));
}

double median(std::vector<double>& values) {
    EMS_ASSERT(!values.empty());
    const auto middle = values.begin() + static_cast<Index>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

bool is_lost(const std::vector<float>& lead) {
    std::size_t missing = 0;
    float least = std::numeric_limits<float>::max();
    float most = std::numeric_limits<float>::lowest();
    for (const float value : lead) {
        if (std::isnan(value)) {
            ++missing;
            continue;
        }
        least = std::min(least, value);
        most = std::max(most, value);
    }
    return lead.empty() ||
           static_cast<double>(missing) > kLostShare * static_cast<double>(lead.size()) ||
           static_cast<double>(most - least) < kFlatMv;
}

struct Window {
    Index before;
    Index behind;
    Index shift;
    Index shape_before;
    Index shape_behind;
};

// Sums of a lead and of its squares up to each sample, so that the mean and the size of any stretch
// cost two differences.
struct Sums {
    std::vector<double> value;
    std::vector<double> square;

    explicit Sums(const std::vector<float>& mv) {
        value.reserve(mv.size() + 1);
        square.reserve(mv.size() + 1);
        value.push_back(0);
        square.push_back(0);
        for (const float one : mv) {
            // A beat with a missing sample is left out, so that nothing is read across one.
            const double x = std::isnan(one) ? 0 : static_cast<double>(one);
            value.push_back(value.back() + x);
            square.push_back(square.back() + x * x);
        }
    }
};

double dot(const float* x, const float* y, Index count) {
    // Four sums side by side: one alone waits for itself at each step.
    std::array<double, 4> sums{};
    Index i = 0;
    for (; i + 4 <= count; i += 4) {
        for (std::size_t k = 0; k < sums.size(); ++k) {
            sums[k] += static_cast<double>(x[i + static_cast<Index>(k)]) *
                       static_cast<double>(y[i + static_cast<Index>(k)]);
        }
    }
    for (; i < count; ++i) {
        sums[0] += static_cast<double>(x[i]) * static_cast<double>(y[i]);
    }
    return sums[0] + sums[1] + (sums[2] + sums[3]);
}

struct Cutter {
    const AcquiredEcg& ecg;
    std::vector<std::size_t> leads; // that are not lost
    Window window;
    std::vector<Sums> sums{}; // of `leads`

    [[nodiscard]] bool fits(Index r) const {
        const Index from = r - window.before - window.shift;
        const Index to = r + window.behind + window.shift;
        if (from < 0 || to > static_cast<Index>(ecg.samples())) {
            return false;
        }
        return std::all_of(leads.begin(), leads.end(), [&](std::size_t lead) {
            const auto& mv = ecg.mv[lead];
            return std::none_of(mv.begin() + from, mv.begin() + to,
                                [](float value) { return std::isnan(value); });
        });
    }

    // Correlation of the shapes around two places, all leads end to end, each against its own mean.
    [[nodiscard]] double correlation(Index a, Index b) const {
        double aa = 0;
        double bb = 0;
        double ab = 0;
        const Index count = window.shape_before + window.shape_behind;
        const auto n = static_cast<double>(count);
        a -= window.shape_before;
        b -= window.shape_before;
        for (std::size_t i = 0; i < leads.size(); ++i) {
            const auto of = [count](const std::vector<double>& upto, Index from) {
                return upto[static_cast<std::size_t>(from + count)] -
                       upto[static_cast<std::size_t>(from)];
            };
            const double sx = of(sums[i].value, a);
            const double sy = of(sums[i].value, b);
            const float* mv = ecg.mv[leads[i]].data();
            aa += of(sums[i].square, a) - sx * sx / n;
            bb += of(sums[i].square, b) - sy * sy / n;
            ab += dot(mv + a, mv + b, count) - sx * sy / n;
        }
        return aa > 0 && bb > 0 ? ab / std::sqrt(aa * bb) : 0;
    }
};

struct Aligned {
    Index r;
    double correlation;
};

// Hill climbing would stop at a side lobe; the range is short enough to try every fourth sample
// and then the neighbours of the best.
Aligned align(const Cutter& cut, Index model, Index beat) {
    Aligned best{beat, -1};
    const auto attempt = [&](Index r) {
        const double correlation = cut.correlation(model, r);
        if (correlation > best.correlation) {
            best = {r, correlation};
        }
    };
    constexpr Index kCoarse = 4;
    for (Index shift = -cut.window.shift; shift <= cut.window.shift; shift += kCoarse) {
        attempt(beat + shift);
    }
    const Index centre = best.r;
    for (Index shift = 1 - kCoarse; shift < kCoarse; ++shift) {
        const Index r = centre + shift;
        if (std::abs(r - beat) <= cut.window.shift) {
            attempt(r);
        }
    }
    return best;
}

// The largest group of beats of one shape, aligned.
std::vector<Index> largest_group(const Cutter& cut, const std::vector<Index>& beats) {
    std::vector<Index> best;
    double best_sum = 0;
    const std::size_t step = std::max<std::size_t>(1, beats.size() / kCandidates);
    for (std::size_t m = 0; m < beats.size(); m += step) {
        std::vector<Index> group;
        double sum = 0;
        for (const Index beat : beats) {
            const Aligned aligned = align(cut, beats[m], beat);
            if (aligned.correlation > kTemplateCorrelationMin) {
                group.push_back(aligned.r);
                sum += aligned.correlation;
            }
        }
        if (group.size() > best.size() || (group.size() == best.size() && sum > best_sum)) {
            best = std::move(group);
            best_sum = sum;
        }
    }
    return best;
}

double mean_of(std::span<const double> values, Index from, Index to) {
    from = std::max<Index>(0, from);
    to = std::clamp<Index>(to, from + 1, static_cast<Index>(values.size()));
    return std::accumulate(values.begin() + from, values.begin() + to, 0.0) /
           static_cast<double>(to - from);
}

// The wandering baseline of one lead: a cubic through its knots, level outside them.
class Baseline {
  public:
    void knot(Index at, double mv) { knots_.push_back({static_cast<double>(at), mv}); }
    [[nodiscard]] double at(Index sample) const {
        const auto t = static_cast<double>(sample);
        const auto next = std::find_if(knots_.begin(), knots_.end(),
                                       [&](const Knot& knot) { return knot.at > t; });
        if (next == knots_.begin() || next == knots_.end()) {
            return next == knots_.begin() ? knots_.front().mv : knots_.back().mv;
        }
        const auto k = static_cast<std::size_t>(next - knots_.begin());
        const Knot& a = knots_[k - 1];
        const Knot& b = knots_[k];
        const double h = b.at - a.at;
        const double u = (t - a.at) / h;
        return a.mv * (1 + 2 * u) * (1 - u) * (1 - u) + slope(k - 1) * h * u * (1 - u) * (1 - u) +
               b.mv * u * u * (3 - 2 * u) - slope(k) * h * u * u * (1 - u);
    }

  private:
    struct Knot {
        double at;
        double mv;
    };
    [[nodiscard]] double slope(std::size_t k) const {
        const std::size_t before = k == 0 ? 0 : k - 1;
        const std::size_t behind = std::min(k + 1, knots_.size() - 1);
        return behind == before ? 0
                                : (knots_[behind].mv - knots_[before].mv) /
                                      (knots_[behind].at - knots_[before].at);
    }
    std::vector<Knot> knots_;
};

// Median over the group of one lead, less `offset(beat, sample of the beat)`.
template <class Offset>
std::vector<double> median_beat(const Cutter& cut, std::size_t lead,
                                const std::vector<Index>& group, const Offset& offset) {
    std::vector<double> out;
    std::vector<double> column(group.size());
    for (Index i = -cut.window.before; i < cut.window.behind; ++i) {
        for (std::size_t b = 0; b < group.size(); ++b) {
            const Index sample = group[b] + i;
            column[b] = static_cast<double>(cut.ecg.mv[lead][static_cast<std::size_t>(sample)]) -
                        offset(b, sample);
        }
        out.push_back(median(column));
    }
    return out;
}

// Standard error of the median: 1.2533 standard deviations over the root of the count; of a derived
// lead from the combined rests, since a wandering baseline is common to both of its leads.
std::array<double, kShownLeads> median_error(const Cutter& cut, const std::vector<Index>& group,
                                             const std::array<Baseline, kAcquiredLeads>& baselines,
                                             const BeatTemplate& beat) {
    const Index from = static_cast<Index>(beat.qrs.j);
    const Index to =
        std::min(from + samples_of(kErrorOverS, beat.rate_hz), static_cast<Index>(beat.samples()));
    std::array<double, kShownLeads> square{};
    double count = 0;
    for (const Index r : group) {
        for (Index i = from; i < to; ++i) {
            const Index sample = r - cut.window.before + i;
            std::array<double, kAcquiredLeads> rest{};
            for (const std::size_t lead : cut.leads) {
                rest[lead] =
                    static_cast<double>(cut.ecg.mv[lead][static_cast<std::size_t>(sample)]) -
                    baselines[lead].at(sample) - beat.mv[lead][static_cast<std::size_t>(i)];
            }
            for (std::size_t shown = 0; shown < kShownLeads; ++shown) {
                const double value = shown_value(static_cast<ShownLead>(shown), rest);
                square[shown] += value * value;
            }
            count += 1;
        }
    }
    for (double& value : square) {
        value =
            count > 0 ? 1.2533 * std::sqrt(value / count / static_cast<double>(group.size())) : 0;
    }
    return square;
}

Window window_for(double rr_s, double rate_hz) {
    return {samples_of(std::min(kBeforeS, kBeforeShare * rr_s), rate_hz),
            samples_of(std::min(kBehindS, kBehindShare * rr_s), rate_hz),
            samples_of(kShiftS, rate_hz),
            samples_of(std::min(kShapeBeforeS, kBeforeShare * rr_s), rate_hz),
            samples_of(std::min(kShapeBehindS, kBehindShare * rr_s), rate_hz)};
}

void set_bounds(BeatTemplate& out) {
    out.qrs = qrs_bounds(spatial_velocity(out.mv, out.rate_hz), out.r, out.rate_hz);
}

void fill(BeatTemplate& out, const Cutter& cut, const std::vector<Index>& group) {
    out.r = static_cast<std::size_t>(cut.window.before);
    out.beats = group.size();
    const double rate_hz = out.rate_hz;
    // First against each beat's own mean, to find the PR segment.
    for (const std::size_t lead : cut.leads) {
        std::vector<double> level;
        for (const Index beat : group) {
            const auto& mv = cut.ecg.mv[lead];
            level.push_back(std::accumulate(mv.begin() + beat - cut.window.before,
                                            mv.begin() + beat + cut.window.behind, 0.0) /
                            static_cast<double>(cut.window.before + cut.window.behind));
        }
        out.mv[lead] =
            median_beat(cut, lead, group, [&](std::size_t b, Index) { return level[b]; });
    }
    set_bounds(out);
    const Index pr_from = static_cast<Index>(out.qrs.rest) - samples_of(kPrS, rate_hz);
    const Index pr_to = static_cast<Index>(out.qrs.rest);
    std::array<Baseline, kAcquiredLeads> baselines;
    for (const std::size_t lead : cut.leads) {
        for (const Index beat : group) {
            const Index from = beat - cut.window.before + std::max<Index>(0, pr_from);
            const Index to = std::max(from + 1, beat - cut.window.before + pr_to);
            const auto& mv = cut.ecg.mv[lead];
            const double sum = std::accumulate(mv.begin() + from, mv.begin() + to, 0.0);
            baselines[lead].knot((from + to) / 2, sum / static_cast<double>(to - from));
        }
        const Baseline& baseline = baselines[lead];
        out.mv[lead] = median_beat(cut, lead, group,
                                   [&](std::size_t, Index sample) { return baseline.at(sample); });
    }
    set_bounds(out);
    out.error_mv = median_error(cut, group, baselines, out);
    for (const std::size_t lead : cut.leads) {
        const double level =
            mean_of(out.mv[lead], static_cast<Index>(out.qrs.rest) - samples_of(kPrS, rate_hz),
                    static_cast<Index>(out.qrs.rest));
        for (double& value : out.mv[lead]) {
            value -= level;
        }
    }
}

} // namespace

std::size_t BeatTemplate::samples() const {
    std::size_t most = 0;
    for (const auto& lead : mv) {
        most = std::max(most, lead.size());
    }
    return most;
}

std::uint32_t BeatTemplate::lead_mask() const {
    std::uint32_t mask = 0;
    for (std::size_t i = 0; i < mv.size(); ++i) {
        mask |= mv[i].empty() ? 0U : 1U << i;
    }
    return mask;
}

std::vector<double> BeatTemplate::shown(ShownLead lead) const {
    std::vector<double> out;
    if ((leads_needed(lead) & ~lead_mask()) != 0) {
        return out;
    }
    std::array<double, kAcquiredLeads> acquired{};
    for (std::size_t t = 0; t < samples(); ++t) {
        for (std::size_t i = 0; i < mv.size(); ++i) {
            acquired[i] = mv[i].empty() ? 0 : mv[i][t];
        }
        out.push_back(shown_value(lead, acquired));
    }
    return out;
}

BeatTemplate beat_template(const AcquiredEcg& ecg, std::span<const std::int64_t> r_samples) {
    BeatTemplate out;
    out.rate_hz = ecg.rate_hz;
    std::vector<double> rr;
    for (std::size_t i = 1; i < r_samples.size(); ++i) {
        rr.push_back(static_cast<double>(r_samples[i] - r_samples[i - 1]) / ecg.rate_hz);
    }
    if (rr.empty()) {
        return out;
    }
    out.rr_s = median(rr);
    if (out.rr_s < kRrMinS) {
        return out; // not the beats of a heart
    }
    Cutter cut{ecg, {}, window_for(out.rr_s, ecg.rate_hz), {}};
    for (std::size_t lead = 0; lead < kAcquiredLeads; ++lead) {
        if (!is_lost(ecg.mv[lead])) {
            cut.leads.push_back(lead);
            cut.sums.emplace_back(ecg.mv[lead]);
        }
    }
    std::vector<Index> beats;
    for (const std::int64_t r : r_samples) {
        if (beats.size() < kTemplateBeatsMax && cut.fits(static_cast<Index>(r))) {
            beats.push_back(static_cast<Index>(r));
        }
    }
    out.beats_cut = beats.size();
    if (beats.empty() || cut.leads.empty()) {
        return out;
    }
    // Aligned places lie at most one shift outside the beat's own window, which fits() left room
    // for on both sides.
    fill(out, cut, largest_group(cut, beats));
    return out;
}

} // namespace ems::signal
