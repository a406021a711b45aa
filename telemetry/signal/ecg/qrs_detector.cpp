#include "telemetry/signal/ecg/qrs_detector.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "telemetry/base/assert.h"
#include "telemetry/signal/ecg/biquad.h"
#include "telemetry/signal/ecg/recent.h"

namespace ems::signal {
namespace {

constexpr std::size_t kRing = 2048; // internal samples: 8 s at 250 Hz
constexpr std::size_t kRingMask = kRing - 1;
constexpr std::size_t kCandidatesMax = 16;
constexpr std::size_t kTemplates = 4;
constexpr std::size_t kTemplateMax = 64;
constexpr std::size_t kEnvelopeMax = 64;
constexpr double kDominanceS = 0.2;      // a complex is the greatest within this on both sides
constexpr double kEnvelopeS = 0.12;      // about the width of a wide QRS complex
constexpr double kDecisionS = 0.475;     // after the R peak; the rest to 0.5 is rounding
constexpr double kLearnS = 3;            // of the start
constexpr float kAmplitudeMinMv = 0.06F; // below it nothing is a beat, whatever it looks like
constexpr float kSlopeClip = 2;          // spikes count no more than this many QRS slopes

// The features of a candidate and their weights (logarithms of the odds that it is a beat). All
// ratios are natural logarithms, cut to -2.5 to 2. Fitted: telemetry/signal/README.md.
struct Weights {
    float height{0.284F};            // envelope over the median of accepted ones
    float amplitude{0.041F};         // peak to peak over the same
    float slope{0.677F};             // steepest slope over the same
    float least_height{0.207F};      // envelope over the least of accepted ones
    float over_noise{0.690F};        // envelope over the median of refused ones
    float early{0.548F};             // interval over the median interval, up to 1
    float late{0.069F};              // what of that lies over 1, up to 1 more
    float shape{0.468F};             // best correlation with a template
    float close_shape{0.817F};       // what of that lies over 0.8, times 5
    float size_change{-0.198F};      // |log amplitude ratio| to that template
    float overtaken{-0.304F};        // a greater envelope follows
    float over_before{1.089F};       // envelope over its mean 0.2 to 0.6 s before
    float over_after{0.903F};        // envelope over its mean 0.15 s after and on
    float t_zone{-0.576F};           // nearness to the T wave's time after the last beat, 0 to 1
    float t_zone_slope{0.722F};      // times slope over the last beat's
    float t_zone_height{0.402F};     // times envelope over the last beat's
    float t_zone_flat{0.384F};       // times slope below half the last beat's
    float tall{-0.168F};             // height where above the median
    float small{0.087F};             // height where below half the median
    float known_shape{0.222F};       // the template has been seen more than three times
    float early_shape{0.891F};       // early times close_shape
    float early_small{0.546F};       // what lacks to the median interval, times height
    float bias{-0.666F};
};
constexpr Weights kWeights;

float log_ratio(float a, float b) {
    return std::clamp(std::log(std::max(a, 1e-4F) / std::max(b, 1e-4F)), -2.5F, 2.0F);
}

struct Candidate {
    std::int64_t at{0}; // greatest envelope, internal sample
    std::int64_t r{0};  // greatest deflection
    float height{0};    // of the envelope, mV/s
    float slope{0};     // steepest, mV/s
    float amplitude{0}; // peak to peak, mV
};

struct Template {
    std::array<float, kTemplateMax> mv{};
    std::int64_t used{0};
    int count{0};
};

struct Match {
    float correlation{0};
    float amplitude{1}; // of the candidate over the template's
    int which{-1};
    int shift{0};
};

} // namespace

struct QrsDetector::Body {
    explicit Body(double rate)
        : factor{std::max(1, static_cast<int>(rate / kEcgRateMinHz))}, rate_hz{rate / factor},
          band_high{Biquad::high_pass(5, rate_hz)}, band_low{Biquad::low_pass(20, rate_hz)},
          shape_high{Biquad::high_pass(1.5, rate_hz)}, shape_low{Biquad::low_pass(25, rate_hz)},
          envelope_width{std::min(static_cast<int>(kEnvelopeMax), round_samples(kEnvelopeS))},
          dominance{cut_samples(kDominanceS)}, half_template{std::min(31, cut_samples(0.1))},
          shift_max{cut_samples(0.03)} {}

    [[nodiscard]] int cut_samples(double seconds) const {
        return static_cast<int>(seconds * rate_hz);
    }
    [[nodiscard]] int round_samples(double seconds) const {
        return static_cast<int>(std::lround(seconds * rate_hz));
    }
    [[nodiscard]] double seconds(std::int64_t span) const {
        return static_cast<double>(span) / rate_hz;
    }
    static std::size_t slot(std::int64_t at) { return static_cast<std::size_t>(at) & kRingMask; }
    [[nodiscard]] float envelope_at(std::int64_t at) const {
        return at < 0 ? 0 : envelope[slot(at)];
    }
    [[nodiscard]] double median_rr() const {
        return rr.count() > 0 ? static_cast<double>(rr.median()) : 0.8;
    }

    std::optional<Beat> push(float mv) {
        ++samples;
        if (!std::isnan(mv)) {
            // The first value is the zero of the filters: no step at the start.
            zero = started ? zero : mv;
            started = true;
            held = mv - zero;
        }
        sum += held;
        if (++summed < factor) {
            return std::nullopt;
        }
        const float mean = sum / static_cast<float>(factor);
        sum = 0;
        summed = 0;
        return step(mean);
    }

    std::optional<Beat> step(float mv) {
        const float b = band_low.step(band_high.step(mv));
        band[slot(count)] = b;
        shape[slot(count)] = shape_low.step(shape_high.step(mv));
        float change = std::fabs(b - last_band) * static_cast<float>(rate_hz);
        last_band = b;
        if (slopes.count() >= 4) {
            change = std::min(change, kSlopeClip * slope_median);
        }
        envelope_sum += change - changes[change_at];
        changes[change_at] = change;
        if (++change_at == static_cast<std::size_t>(envelope_width)) {
            change_at = 0;
            envelope_sum = 0; // summed anew: no rounding error grows
            for (int i = 0; i < envelope_width; ++i) {
                envelope_sum += changes[static_cast<std::size_t>(i)];
            }
        }
        envelope[slot(count)] = envelope_sum / static_cast<float>(envelope_width);
        ++count;
        look_for_candidate(count - 1 - dominance);
        if (candidates == 0 || seconds(count - 1 - candidate[0].r) < kDecisionS) {
            return std::nullopt;
        }
        return take_first();
    }

    void look_for_candidate(std::int64_t at) {
        if (at <= dominance) {
            return;
        }
        const float height = envelope_at(at);
        if (!(height > 0) || height < envelope_at(at + 1) || height <= envelope_at(at - 1)) {
            return;
        }
        for (std::int64_t i = at - dominance; i <= at + dominance; ++i) {
            if (envelope_at(i) > height) {
                return;
            }
        }
        Candidate found{at, at, height, 0, 0};
        float least = 0;
        float most = 0;
        float farthest = -1;
        for (std::int64_t i = at - envelope_width - cut_samples(0.03); i <= at + cut_samples(0.02);
             ++i) {
            found.slope = std::max(found.slope, std::fabs(band[slot(i)] - band[slot(i - 1)]) *
                                                    static_cast<float>(rate_hz));
            const float value = shape[slot(i)];
            least = farthest < 0 ? value : std::min(least, value);
            most = farthest < 0 ? value : std::max(most, value);
            if (std::fabs(value) > farthest) {
                farthest = std::fabs(value);
                found.r = i;
            }
        }
        found.amplitude = most - least;
        if (candidates < kCandidatesMax) {
            candidate[candidates++] = found;
        }
    }

    std::optional<Beat> take_first() {
        const Candidate first = candidate[0];
        std::copy(candidate.begin() + 1, candidate.begin() + static_cast<int>(candidates),
                  candidate.begin());
        --candidates;
        if (first.at < cut_samples(kLearnS)) {
            learnt.height = std::max(learnt.height, first.height);
            learnt.amplitude = std::max(learnt.amplitude, first.amplitude);
            learnt.slope = std::max(learnt.slope, first.slope);
        }
        const Match match = best_match(first);
        const float odds = log_odds(first, match);
        const bool refractory = has_beat && seconds(first.r - last.r) < kDominanceS;
        if (first.amplitude < kAmplitudeMinMv || odds <= 0 || refractory) {
            noise.add(first.height);
            return std::nullopt;
        }
        return accept(first, match, odds);
    }

    [[nodiscard]] Match best_match(const Candidate& c) const {
        Match best;
        const int length = 2 * half_template + 1;
        for (int which = 0; which < templates; ++which) {
            const auto& mv = shapes[static_cast<std::size_t>(which)].mv;
            for (int shift = -shift_max; shift <= shift_max; ++shift) {
                float sx = 0;
                float sy = 0;
                float sxx = 0;
                float syy = 0;
                float sxy = 0;
                for (int i = 0; i < length; ++i) {
                    const float x = shape[slot(c.r + shift - half_template + i)];
                    const float y = mv[static_cast<std::size_t>(i)];
                    sx += x;
                    sy += y;
                    sxx += x * x;
                    syy += y * y;
                    sxy += x * y;
                }
                const float n = static_cast<float>(length);
                const float vx = sxx - sx * sx / n;
                const float vy = syy - sy * sy / n;
                if (vx < 1e-7F || vy < 1e-7F) {
                    continue;
                }
                const float correlation = (sxy - sx * sy / n) / std::sqrt(vx * vy);
                if (correlation > best.correlation) {
                    best = {correlation, std::sqrt(vx / vy), which, shift};
                }
            }
        }
        return best;
    }

    // Envelope 0.2 to 0.6 s before a candidate.
    [[nodiscard]] float mean_before(const Candidate& c) const {
        float sum_before = 0;
        int over = 0;
        for (std::int64_t i = c.at - cut_samples(0.6); i < c.at - cut_samples(0.2); ++i, ++over) {
            sum_before += envelope_at(i);
        }
        return sum_before / static_cast<float>(over);
    }

    [[nodiscard]] float log_odds(const Candidate& c, const Match& match) const {
        const bool known = heights.count() > 0;
        float height = known ? heights.median() : learnt.height;
        float amplitude = known ? amplitudes.median() : learnt.amplitude;
        float slope = known ? slope_median : learnt.slope;
        float least = known ? heights.least() : learnt.height;
        float floor = std::max(noise.count() > 0 ? noise.median() : 0.1F * height, 0.02F * height);
        const double interval = std::clamp(median_rr(), 0.3, 1.5);
        const double since = has_beat ? seconds(c.r - last.r) : 1e6;
        // After a long silence smaller complexes are believed: an electrode has moved.
        if (const double over = since - std::max(2.0, 2 * interval); over > 0) {
            const float share =
                std::max(0.05F, static_cast<float>(std::exp2(-std::min(over, 100.0) / 1.5)));
            height *= share;
            amplitude *= share;
            slope *= share;
            least *= share;
            floor *= share;
        }
        float after = 0;
        int after_count = 0;
        for (std::int64_t i = c.at + cut_samples(0.15); i < count; ++i) {
            after += envelope_at(i);
            ++after_count;
        }
        float greatest_after = 0;
        for (std::int64_t i = c.at + cut_samples(0.12); i < count; ++i) {
            greatest_after = std::max(greatest_after, envelope_at(i));
        }
        // QT by Bazett's root, 0.42 s at 60/min.
        const float t_zone = static_cast<float>(
            std::clamp(1 - (since - 0.42 * std::sqrt(std::clamp(interval, 0.4, 1.2))) / 0.15, 0.0,
                       1.0));
        const float relative = static_cast<float>(since / interval);
        const float early = std::min(relative, 1.0F);
        const float close_shape = std::max(0.0F, match.correlation - 0.8F) * 5;
        const float h = log_ratio(c.height, height);
        const float last_slope = log_ratio(c.slope, last.slope);
        const Weights& w = kWeights;
        float odds = w.bias;
        odds += w.height * h + w.amplitude * log_ratio(c.amplitude, amplitude);
        odds += w.slope * log_ratio(c.slope, slope) + w.least_height * log_ratio(c.height, least);
        odds += w.over_noise * log_ratio(c.height, floor);
        odds += w.early * early + w.late * std::clamp(relative - 1, 0.0F, 1.0F);
        odds += w.shape * match.correlation + w.close_shape * close_shape;
        odds += w.size_change *
                (match.which >= 0 ? std::fabs(std::log(std::max(match.amplitude, 0.05F))) : 1.5F);
        odds += w.overtaken * std::max(0.0F, log_ratio(greatest_after, c.height));
        odds += w.over_before * log_ratio(c.height, mean_before(c));
        odds += w.over_after *
                (after_count > 0 ? log_ratio(c.height, after / static_cast<float>(after_count)) : 0);
        odds += t_zone * (w.t_zone + w.t_zone_slope * last_slope +
                          w.t_zone_height * log_ratio(c.height, last.height) +
                          w.t_zone_flat * std::min(0.0F, last_slope + 0.7F));
        odds += w.tall * std::max(0.0F, h) + w.small * std::min(0.0F, h + 0.7F);
        odds += w.known_shape *
                (match.which >= 0 && shapes[static_cast<std::size_t>(match.which)].count > 3 ? 1.0F
                                                                                            : 0.0F);
        odds += w.early_shape * early * close_shape + w.early_small * (1 - early) * h;
        return odds;
    }

    Beat accept(const Candidate& c, const Match& match, float odds) {
        const double since = has_beat ? seconds(c.r - last.r) : 0;
        const double t_end = 0.42 * std::sqrt(std::clamp(median_rr(), 0.4, 1.2)) + 0.1;
        // What may have been a T wave, or was hardly believed, teaches nothing.
        const bool teaches = heights.count() < 4 ||
                             (odds >= 0.5F && !(since > 0 && since < t_end &&
                                                c.slope < 0.6F * last.slope &&
                                                c.amplitude < 0.9F * last.amplitude));
        Beat beat;
        beat.r_sample = c.r * factor + factor / 2;
        beat.decided_sample = samples - 1;
        beat.rr_s = since < 10 ? since : 0;
        beat.amplitude_mv = c.amplitude;
        beat.quality = std::clamp(odds / 6, 0.0F, 1.0F);
        beat.similarity = match.correlation;
        beat.contrast = std::log(c.height / std::max(1e-4F, mean_before(c)));
        beat.shape = shape_of(c, match);
        if (since > 0 && since < 3) {
            rr.add(static_cast<float>(since));
        }
        last = c;
        has_beat = true;
        if (teaches) {
            heights.add(c.height);
            amplitudes.add(c.amplitude);
            slopes.add(c.slope);
            slope_median = slopes.median();
            teach_template(c, match);
        }
        return beat;
    }

    // Dominant: the template that most of the recent beats belong to.
    [[nodiscard]] int dominant() const {
        int best = -1;
        int best_count = 3;
        for (int i = 0; i < templates; ++i) {
            const Template& it = shapes[static_cast<std::size_t>(i)];
            if (it.count > best_count) {
                best_count = it.count;
                best = i;
            }
        }
        return best;
    }

    // Share of the time around the R peak in which the deflection is over a quarter of the greatest.
    template <class At> [[nodiscard]] float width_s(At at) const {
        float most = 0;
        for (int i = -half_template; i <= half_template; ++i) {
            most = std::max(most, std::fabs(at(i)));
        }
        int wide = 0;
        for (int i = -half_template; i <= half_template; ++i) {
            wide += std::fabs(at(i)) > 0.3F * most ? 1 : 0;
        }
        return static_cast<float>(wide / rate_hz);
    }

    [[nodiscard]] BeatShape shape_of(const Candidate& c, const Match& match) const {
        const int main = dominant();
        const float width = width_s([&](int i) { return shape[slot(c.r + i)]; });
        if (main < 0) {
            return BeatShape::unknown;
        }
        if (match.which == main && match.correlation > 0.85F) {
            return BeatShape::dominant;
        }
        const auto& mv = shapes[static_cast<std::size_t>(main)].mv;
        const float usual =
            width_s([&](int i) { return mv[static_cast<std::size_t>(i + half_template)]; });
        return width > 1.2F * usual && width > 0.06F ? BeatShape::wide : BeatShape::foreign;
    }

    void teach_template(const Candidate& c, const Match& match) {
        const int length = 2 * half_template + 1;
        if (match.which >= 0 && match.correlation > 0.9F) {
            Template& it = shapes[static_cast<std::size_t>(match.which)];
            const float share = std::max(0.1F, 1.0F / static_cast<float>(it.count + 1));
            for (int i = 0; i < length; ++i) {
                float& mv = it.mv[static_cast<std::size_t>(i)];
                mv += share * (shape[slot(c.r + match.shift - half_template + i)] - mv);
            }
            it.count = std::min(it.count + 1, 1000);
            it.used = count;
            return;
        }
        int into = templates;
        if (templates < static_cast<int>(kTemplates)) {
            ++templates;
        } else {
            // The one least used of late; a shape seen often stays ten seconds a beat longer.
            into = 0;
            const auto worth = [&](int i) {
                const Template& it = shapes[static_cast<std::size_t>(i)];
                return seconds(it.used) + 10.0 * std::min(it.count, 20);
            };
            for (int i = 1; i < templates; ++i) {
                into = worth(i) < worth(into) ? i : into;
            }
        }
        Template& it = shapes[static_cast<std::size_t>(into)];
        for (int i = 0; i < length; ++i) {
            it.mv[static_cast<std::size_t>(i)] = shape[slot(c.r - half_template + i)];
        }
        it.count = 1;
        it.used = count;
    }

    // Beats whose 475 ms have not passed at the end of a recording.
    std::optional<Beat> finish() {
        for (; flushed < dominance; ++flushed) {
            if (const auto beat = step(held)) {
                return beat;
            }
        }
        while (candidates > 0) {
            if (const auto beat = take_first()) {
                return beat;
            }
        }
        return std::nullopt;
    }

    int factor;
    double rate_hz;
    std::int64_t samples{0};
    float zero{0};
    bool started{false};
    float held{0};
    float sum{0};
    int summed{0};
    std::int64_t count{0}; // internal samples
    Biquad band_high;
    Biquad band_low;
    Biquad shape_high;
    Biquad shape_low;
    int envelope_width;
    int dominance;
    int half_template;
    int shift_max;
    std::array<float, kRing> band{};
    std::array<float, kRing> shape{};
    std::array<float, kRing> envelope{};
    std::array<float, kEnvelopeMax> changes{};
    std::size_t change_at{0};
    float envelope_sum{0};
    float last_band{0};
    std::array<Candidate, kCandidatesMax> candidate{};
    std::size_t candidates{0};
    Recent<8> heights;
    Recent<8> amplitudes;
    Recent<8> slopes;
    Recent<8> noise;
    Recent<8> rr;
    float slope_median{0};
    Candidate learnt; // greatest of the first seconds
    Candidate last;
    bool has_beat{false};
    std::array<Template, kTemplates> shapes{};
    int templates{0};
    int flushed{0};
};

QrsDetector::QrsDetector(double rate_hz) {
    EMS_ASSERT(rate_hz >= kEcgRateMinHz && rate_hz <= kEcgRateMaxHz);
    body_ = std::make_unique<Body>(rate_hz);
}
QrsDetector::~QrsDetector() = default;
QrsDetector::QrsDetector(QrsDetector&&) noexcept = default;
QrsDetector& QrsDetector::operator=(QrsDetector&&) noexcept = default;
std::optional<Beat> QrsDetector::push(float mv) { return body_->push(mv); }
std::optional<Beat> QrsDetector::finish() { return body_->finish(); }
std::int64_t QrsDetector::samples() const { return body_->samples; }

} // namespace ems::signal
