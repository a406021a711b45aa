#include "telemetry/signal/ecg12/fiducials.h"

#include <algorithm>
#include <cmath>

namespace ems::signal {
namespace {

constexpr double kSlopeHalfS = 0.004;
// Shares of the peak velocity. A fast stretch belongs to the QRS; P and T waves stay below.
constexpr double kFastShare = 0.12;
constexpr double kEdgeShare = 0.03;
constexpr double kSettledShare = 0.015;
constexpr double kQuietFactor = 1.5; // over the median beside the QRS
constexpr double kHoldS = 0.008;     // that long below the threshold
constexpr double kBridgeS = 0.030;   // slower gaps inside a QRS (between R and R') are its own
constexpr double kReachS = 0.160;    // a QRS reaches at most that far from its steepest part
constexpr double kSettleS = 0.020;

constexpr double kPFromS = 0.300; // before the QRS
constexpr double kPToS = 0.040;
constexpr double kPLeastMv = 0.04; // root mean square over the leads
constexpr double kTLeastMv = 0.05;

std::size_t samples_of(double seconds, double rate_hz) {
    return static_cast<std::size_t>(std::max(1.0, std::round(seconds * rate_hz)));
}

double at(const std::vector<double>& lead, std::ptrdiff_t i) {
    const auto last = static_cast<std::ptrdiff_t>(lead.size()) - 1;
    return lead[static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(i, 0, last))];
}

// Walks from `r` in steps of `step` to the last sample of the fast stretch.
std::size_t fast_edge(std::span<const double> velocity, std::size_t r, int step, double fast,
                      double rate_hz) {
    const auto bridge = static_cast<std::ptrdiff_t>(samples_of(kBridgeS, rate_hz));
    const auto reach = static_cast<std::ptrdiff_t>(samples_of(kReachS, rate_hz));
    const auto count = static_cast<std::ptrdiff_t>(velocity.size());
    auto edge = static_cast<std::ptrdiff_t>(r);
    const std::ptrdiff_t origin = edge;
    for (std::ptrdiff_t i = edge; i >= 0 && i < count && std::abs(i - origin) <= reach; i += step) {
        if (velocity[static_cast<std::size_t>(i)] > fast) {
            edge = i;
        } else if (std::abs(i - edge) > bridge) {
            break;
        }
    }
    return static_cast<std::size_t>(edge);
}

// From `edge` on in steps of `step`, the first sample from which the velocity stays below `slow`
// for kHoldS; the slowest sample within `within` when it never does.
std::size_t first_slow(std::span<const double> velocity, std::size_t edge, int step, double slow,
                       std::size_t within, double rate_hz) {
    const auto hold = static_cast<std::ptrdiff_t>(samples_of(kHoldS, rate_hz));
    const auto count = static_cast<std::ptrdiff_t>(velocity.size());
    const auto origin = static_cast<std::ptrdiff_t>(edge);
    std::ptrdiff_t run = 0;
    std::ptrdiff_t slowest = origin;
    for (std::ptrdiff_t i = origin;
         i >= 0 && i < count && std::abs(i - origin) <= static_cast<std::ptrdiff_t>(within);
         i += step) {
        const double v = velocity[static_cast<std::size_t>(i)];
        if (v < velocity[static_cast<std::size_t>(slowest)]) {
            slowest = i;
        }
        run = v < slow ? run + 1 : 0;
        if (run >= hold) {
            return static_cast<std::size_t>(i - step * (run - 1));
        }
    }
    return static_cast<std::size_t>(slowest);
}

double median_between(std::span<const double> velocity, std::size_t from, std::size_t to) {
    std::vector<double> values(velocity.begin() + static_cast<std::ptrdiff_t>(from),
                               velocity.begin() +
                                   static_cast<std::ptrdiff_t>(std::min(to, velocity.size())));
    if (values.empty()) {
        return 0;
    }
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

// Root mean square over the leads, each against its own level at `zero`.
std::vector<double> magnitude(const LeadTraces& mv, std::size_t zero) {
    std::vector<double> out;
    double leads = 0;
    for (const auto& lead : mv) {
        if (lead.empty()) {
            continue;
        }
        out.resize(lead.size());
        leads += 1;
        for (std::size_t i = 0; i < lead.size(); ++i) {
            const double value = lead[i] - lead[zero];
            out[i] += value * value;
        }
    }
    for (double& value : out) {
        value = std::sqrt(value / std::max(1.0, leads));
    }
    return out;
}

} // namespace

std::vector<double> spatial_velocity(const LeadTraces& mv, double rate_hz) {
    std::vector<double> out;
    const auto half = static_cast<std::ptrdiff_t>(samples_of(kSlopeHalfS, rate_hz));
    const double scale = rate_hz / (2 * static_cast<double>(half));
    for (const auto& lead : mv) {
        if (lead.empty()) {
            continue;
        }
        out.resize(lead.size());
        for (std::size_t i = 0; i < lead.size(); ++i) {
            const auto t = static_cast<std::ptrdiff_t>(i);
            const double slope = (at(lead, t + half) - at(lead, t - half)) * scale;
            out[i] += slope * slope;
        }
    }
    for (double& value : out) {
        value = std::sqrt(value);
    }
    return out;
}

QrsBounds qrs_bounds(std::span<const double> velocity, std::size_t r, double rate_hz) {
    const std::size_t around = samples_of(0.06, rate_hz);
    const std::size_t from = r - std::min(r, around);
    const std::size_t to = std::min(velocity.size(), r + around);
    const double peak = *std::max_element(velocity.begin() + static_cast<std::ptrdiff_t>(from),
                                          velocity.begin() + static_cast<std::ptrdiff_t>(to));
    const std::size_t reach = samples_of(0.06, rate_hz);
    const std::size_t left = fast_edge(velocity, r, -1, kFastShare * peak, rate_hz);
    const std::size_t right = fast_edge(velocity, r, 1, kFastShare * peak, rate_hz);
    // Noise, or an ST segment that slopes from its very beginning, keeps the velocity up: the
    // threshold is never below what is usual beside the QRS.
    const double edge = kEdgeShare * peak;
    const double settled = kSettledShare * peak;
    const double quiet_left =
        kQuietFactor * median_between(velocity, left - std::min(left, reach), left);
    const double quiet_right = kQuietFactor * median_between(velocity, right, right + reach);
    const std::size_t margin = samples_of(kSettleS, rate_hz);
    QrsBounds out;
    out.begin = first_slow(velocity, left, -1, std::max(edge, quiet_left), reach, rate_hz);
    out.end = first_slow(velocity, right, 1, std::max(edge, quiet_right), reach, rate_hz);
    // Where the last of the slope is lost in noise, rest is taken to lie a whole margin outside.
    out.rest = quiet_left > edge ? out.begin - std::min(out.begin, margin)
                                 : first_slow(velocity, out.begin, -1,
                                              std::max(settled, quiet_left), margin, rate_hz);
    out.j = quiet_right > edge
                ? std::min(out.end + margin / 2, velocity.size() - 1)
                : first_slow(velocity, out.end, 1, std::max(settled, quiet_right), margin, rate_hz);
    return out;
}

WaveBounds wave_bounds(const LeadTraces& mv, const QrsBounds& qrs, double rate_hz) {
    WaveBounds out;
    const std::size_t p_to = qrs.begin - std::min(qrs.begin, samples_of(kPToS, rate_hz));
    const std::size_t p_from = qrs.begin - std::min(qrs.begin, samples_of(kPFromS, rate_hz));
    const std::vector<double> size = magnitude(mv, qrs.rest);
    if (size.empty()) {
        return out;
    }
    if (p_from < p_to) {
        const auto begin = size.begin() + static_cast<std::ptrdiff_t>(p_from);
        const auto peak = std::max_element(begin, size.begin() + static_cast<std::ptrdiff_t>(p_to));
        const auto low = std::min_element(begin, peak + 1);
        // A P wave rises from a level before it and falls to the PR segment behind it.
        if (*peak > kPLeastMv && *peak - *low > 0.7 * *peak && peak != begin) {
            auto i = peak;
            while (i != begin && *i - *low > 0.12 * (*peak - *low)) {
                --i;
            }
            out.p_begin = static_cast<std::size_t>(i - size.begin());
        }
    }
    const std::size_t t_from = qrs.j + samples_of(0.06, rate_hz);
    if (t_from + 2 < size.size()) {
        const auto begin = size.begin() + static_cast<std::ptrdiff_t>(t_from);
        const auto peak = std::max_element(begin, size.end());
        const std::size_t step = samples_of(0.008, rate_hz);
        double steepest = 0;
        std::size_t where = 0;
        for (auto i = static_cast<std::size_t>(peak - size.begin()); i + step < size.size(); ++i) {
            const double fall = (size[i] - size[i + step]) / static_cast<double>(step);
            if (fall > steepest) {
                steepest = fall;
                where = i + step / 2;
            }
        }
        if (*peak > kTLeastMv && steepest > 0) {
            const double end = static_cast<double>(where) + size[where] / steepest;
            // The tangent must reach the baseline inside the beat.
            if (end < static_cast<double>(size.size())) {
                out.t_end = static_cast<std::size_t>(end);
            }
        }
    }
    return out;
}

} // namespace ems::signal
