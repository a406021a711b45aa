#include "telemetry/signal/ecg/qrs_detector.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "telemetry/base/assert.h"
#include "telemetry/signal/ecg/beat_shapes.h"
#include "telemetry/signal/ecg/biquad.h"
#include "telemetry/signal/ecg/pacer_spikes.h"
#include "telemetry/signal/ecg/recent.h"

namespace ems::signal {
namespace {

constexpr std::size_t kRing = BeatShapes::kRing; // internal samples
constexpr std::size_t kRingMask = kRing - 1;
constexpr std::size_t kCandidatesMax = 16;
constexpr std::size_t kEnvelopeMax = 64;
constexpr double kDominanceS = 0.2;      // a complex is the greatest within this on both sides
constexpr double kRefractoryS = 0.2;     // of the ventricles, and some
constexpr double kEnvelopeS = 0.12;      // about the width of a wide QRS complex
constexpr double kDecisionS = 0.475;     // after the R peak; the rest to 0.5 is rounding
constexpr double kLearnS = 3;            // of the start
constexpr float kAmplitudeMinMv = 0.06F; // below it nothing is a beat, whatever it looks like
constexpr double kHoleS = 0.2;           // without samples: an interval over it is none
constexpr float kSlopeClip = 2;          // spikes count no more than this many QRS slopes

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

} // namespace

struct QrsDetector::Body {
    Body(double rate, const QrsTerms& given, QrsTeacher* teaching)
        : weights{given}, teacher{teaching},
          spikes{rate}, factor{std::max(1, static_cast<int>(rate / kEcgRateMinHz))},
          rate_hz{rate / factor},
          band_high{Biquad::high_pass(5, rate_hz)}, band_low{Biquad::low_pass(20, rate_hz)},
          shape_high{Biquad::high_pass(1.5, rate_hz)}, shape_low{Biquad::low_pass(25, rate_hz)},
          envelope_width{std::min(static_cast<int>(kEnvelopeMax), round_samples(kEnvelopeS))},
          dominance{cut_samples(kDominanceS)}, shapes{rate_hz} {}

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
        const std::optional<float> clean = spikes.push(mv);
        return clean ? take(*clean) : std::nullopt;
    }

    std::optional<Beat> take(float mv) {
        note_hole(std::isnan(mv));
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

    void note_hole(bool missing) {
        missing_run = missing ? missing_run + 1 : 0;
        const std::int64_t now = samples - spikes.delay();
        const auto length = static_cast<std::int64_t>(kHoleS * rate_hz) * factor;
        if (missing_run == length) {
            holes[1] = holes[0];
            holes[0] = {now - length, now};
        } else if (missing_run > length) {
            holes[0].to = now;
        }
    }

    [[nodiscard]] bool is_interrupted(std::int64_t from, std::int64_t to) const {
        return std::any_of(holes.begin(), holes.end(), [&](const Hole& hole) {
            return hole.to > from * factor && hole.from < to * factor;
        });
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
        const BeatShapes::Match match = shapes.best_match(shape, first.r);
        const QrsTerms terms = terms_of(first, match);
        float odds = odds_of(terms);
        if (first.amplitude < kAmplitudeMinMv || is_refractory(first) || is_outdone(first, odds)) {
            odds = std::min(odds, 0.0F);
        }
        const std::int64_t r_sample = first.r * factor + factor / 2;
        if (teacher == nullptr ? odds <= 0 : !teacher->is_beat(r_sample, terms, odds)) {
            noise.add(first.height);
            return std::nullopt;
        }
        return accept(first, match, odds);
    }

    [[nodiscard]] float odds_of(const QrsTerms& terms) const {
        return std::inner_product(terms.begin(), terms.end(), weights.begin(), 0.0F);
    }

    [[nodiscard]] bool is_refractory(const Candidate& c) const {
        return has_beat && seconds(c.r - last.r) < kRefractoryS;
    }

    // Of two complexes that cannot both be beats the likelier one is.
    [[nodiscard]] bool is_outdone(const Candidate& c, float odds) const {
        for (std::size_t i = 0; i < candidates; ++i) {
            const Candidate& rival = candidate[i];
            if (seconds(rival.r - c.r) >= kRefractoryS) {
                break;
            }
            if (rival.amplitude >= kAmplitudeMinMv &&
                odds_of(terms_of(rival, shapes.best_match(shape, rival.r))) > odds) {
                return true;
            }
        }
        return false;
    }

    // Envelope 0.2 to 0.6 s before a candidate, without the complex of the last beat: a premature
    // beat is not measured by the one before it.
    [[nodiscard]] float mean_before(const Candidate& c) const {
        const std::int64_t end = c.at - cut_samples(0.2);
        const std::int64_t first = c.at - cut_samples(0.6);
        const std::int64_t from =
            has_beat ? std::clamp(last.at + cut_samples(0.12), first, end - cut_samples(0.06))
                     : first;
        float sum_before = 0;
        for (std::int64_t i = from; i < end; ++i) {
            sum_before += envelope_at(i);
        }
        return sum_before / static_cast<float>(end - from);
    }

    // Envelope 0.15 s after a candidate and on: its median, which a beat that follows early does
    // not raise.
    [[nodiscard]] float level_after(const Candidate& c) const {
        std::array<float, kRing / 8> levels{};
        std::ptrdiff_t found = 0;
        for (std::int64_t i = c.at + cut_samples(0.15);
             i < count && found < static_cast<std::ptrdiff_t>(levels.size()); ++i) {
            levels[static_cast<std::size_t>(found++)] = envelope_at(i);
        }
        if (found == 0) {
            return c.height;
        }
        const auto middle = levels.begin() + found / 2;
        std::nth_element(levels.begin(), middle, levels.begin() + found);
        return *middle;
    }

    [[nodiscard]] QrsTerms terms_of(const Candidate& c, const BeatShapes::Match& match) const {
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
        float greatest_after = 0;
        for (std::int64_t i = c.at + cut_samples(0.12); i < count; ++i) {
            greatest_after = std::max(greatest_after, envelope_at(i));
        }
        // QT by Bazett's root, 0.42 s at 60/min.
        const float t_zone = static_cast<float>(std::clamp(
            1 - (since - 0.42 * std::sqrt(std::clamp(interval, 0.4, 1.2))) / 0.15, 0.0, 1.0));
        const float relative = static_cast<float>(since / interval);
        const float early = std::min(relative, 1.0F);
        const float close_shape = std::max(0.0F, match.correlation - 0.8F) * 5;
        const float h = log_ratio(c.height, height);
        const float last_slope = log_ratio(c.slope, last.slope);
        return {h,
                log_ratio(c.amplitude, amplitude),
                log_ratio(c.slope, slope),
                log_ratio(c.height, least),
                log_ratio(c.height, floor),
                early,
                std::clamp(relative - 1, 0.0F, 1.0F),
                match.correlation,
                close_shape,
                match.which >= 0 ? std::fabs(std::log(std::max(match.amplitude, 0.05F))) : 1.5F,
                std::max(0.0F, log_ratio(greatest_after, c.height)),
                log_ratio(c.height, mean_before(c)),
                log_ratio(c.height, level_after(c)),
                t_zone,
                t_zone * last_slope,
                t_zone * log_ratio(c.height, last.height),
                t_zone * std::min(0.0F, last_slope + 0.7F),
                std::max(0.0F, h),
                std::min(0.0F, h + 0.7F),
                shapes.is_known(match) ? 1.0F : 0.0F,
                early * close_shape,
                (1 - early) * h,
                1};
    }

    Beat accept(const Candidate& c, const BeatShapes::Match& match, float odds) {
        const double since = has_beat ? seconds(c.r - last.r) : 0;
        const double t_end = 0.42 * std::sqrt(std::clamp(median_rr(), 0.4, 1.2)) + 0.1;
        // What may have been a T wave, or was hardly believed, teaches nothing.
        const bool teaches =
            heights.count() < 4 ||
            (odds >= 0.5F && !(since > 0 && since < t_end && c.slope < 0.6F * last.slope &&
                               c.amplitude < 0.9F * last.amplitude));
        Beat beat;
        beat.r_sample = c.r * factor + factor / 2;
        beat.decided_sample = samples - 1;
        const bool whole = has_beat && !is_interrupted(last.r, c.r);
        beat.rr_s = whole && since < 10 ? since : 0;
        beat.amplitude_mv = c.amplitude;
        beat.quality = std::clamp(odds / 6, 0.0F, 1.0F);
        beat.similarity = match.correlation;
        beat.contrast = std::log(c.height / std::max(1e-4F, mean_before(c)));
        beat.shape = shapes.kind_of(shape, c.r, match);
        if (whole && since > 0 && since < 3) {
            rr.add(static_cast<float>(since));
        }
        last = c;
        has_beat = true;
        if (teaches) {
            heights.add(c.height);
            amplitudes.add(c.amplitude);
            slopes.add(c.slope);
            slope_median = slopes.median();
            shapes.teach(shape, c.r, match, count);
        }
        return beat;
    }

    [[nodiscard]] float movement_mv() const {
        const std::int64_t from = std::max<std::int64_t>(0, count - round_samples(1));
        float least = 0;
        float most = 0;
        for (std::int64_t i = from; i < count; ++i) {
            least = std::min(least, band[slot(i)]);
            most = std::max(most, band[slot(i)]);
        }
        return most - least;
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

    QrsTerms weights;
    QrsTeacher* teacher;
    PacerSpikes spikes;
    int factor;
    double rate_hz;
    std::int64_t samples{0};
    float zero{0};
    bool started{false};
    float held{0};
    float sum{0};
    int summed{0};
    struct Hole {
        std::int64_t from{-1}; // samples taken
        std::int64_t to{-1};
    };
    std::array<Hole, 2> holes{}; // newest first
    std::int64_t missing_run{0};
    std::int64_t count{0}; // internal samples
    Biquad band_high;
    Biquad band_low;
    Biquad shape_high;
    Biquad shape_low;
    int envelope_width;
    int dominance;
    BeatShapes shapes;
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
    int flushed{0};
};

QrsDetector::QrsDetector(double rate_hz) : QrsDetector{rate_hz, qrs_weights(), nullptr} {}
QrsDetector::QrsDetector(double rate_hz, const QrsTerms& weights, QrsTeacher* teacher) {
    EMS_ASSERT(rate_hz >= kEcgRateMinHz);
    EMS_ASSERT(rate_hz <= kEcgRateMaxHz);
    body_ = std::make_unique<Body>(rate_hz, weights, teacher);
}
QrsDetector::~QrsDetector() = default;
QrsDetector::QrsDetector(QrsDetector&&) noexcept = default;
QrsDetector& QrsDetector::operator=(QrsDetector&&) noexcept = default;
std::optional<Beat> QrsDetector::push(float mv) {
    return body_->push(mv);
}
std::optional<Beat> QrsDetector::finish() {
    return body_->finish();
}
float QrsDetector::movement_mv() const {
    return body_->movement_mv();
}
std::int64_t QrsDetector::samples() const {
    return body_->samples;
}

} // namespace ems::signal
