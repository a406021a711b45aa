#include "telemetry/signal/ecg/ecg_monitor.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <vector>

#include "telemetry/base/assert.h"
#include "telemetry/signal/ecg/fibrillation_watch.h"
#include "telemetry/signal/ecg/pulse_watch.h"
#include "telemetry/signal/ecg/qrs_detector.h"
#include "telemetry/signal/ecg/recent.h"

namespace ems::signal {
namespace {

constexpr std::size_t kHistory = 256; // beats: over 60 s up to 250/min
constexpr double kRateWindowS = 10;
constexpr double kStatisticsWindowS = 60;
constexpr float kQualityShownMin = 0.45F; // mean of the window's beats
constexpr float kBeatQualityMin = 0.3F;   // of each beat of a rate that is shown,
constexpr float kContrastMin = 2.2F;      // unless three of four stand out of a quiet line
constexpr double kMistakesShown = 0.04;   // or fewer than this share is expected to be none
constexpr float kContrastMeanMin = 2.0F;  // of beats that mostly stand out
constexpr double kSilenceShownS = 2;      // after the newest beat, or
constexpr double kSilenceShownRr = 2.5;   // this many intervals
constexpr float kLeadGain = 0.15F;        // by which another lead must be better to be taken
constexpr double kAsystoleS = 4;
constexpr double kAsystoleEndS = 1.5;
constexpr double kAsystoleMovingS = 8; // of a line that wanders or hums
constexpr double kAsystoleNoisyS = 10; // whatever else moves the line
constexpr float kSlightShare = 0.3F;   // of the usual beat: below it is no beat of the ventricles,
constexpr float kSlightMostMv = 0.35F; // unless it is taller than a P wave is
constexpr std::size_t kUsualBeatsMin = 4;
constexpr std::size_t kLeadsForTwo = 3;
constexpr double kSlightBelievedS = 60; // then the electrodes have changed
constexpr double kSlightHeldS = 6;      // of one lead or two, by which slight beats put it off
// More movement is no flat line; more in the band of QRS complexes is noise or fibrillation.
constexpr float kAsystoleMovementMaxMv = 0.3F;
constexpr int kFibrillationVerdicts = 5;     // two a second: evidence for waves, less that against
constexpr int kFibrillationVerdictsMost = 9; // long waves are not remembered longer
constexpr int kFibrillationEndVerdicts = 6;  // in a row without waves
// When it is raised: the first verdict needs about four of its six seconds to be waves.
constexpr double kFibrillationAgeS = 6.5;
constexpr std::size_t kVtBeats = 5;
constexpr double kVtRrS = 0.6;
constexpr float kVtSimilarity = 0.8F; // mean
constexpr std::size_t kRegularIntervals = 16;
constexpr double kRegularSpread = 0.05; // standard deviation over the mean
constexpr double kFastRrS = 0.4;
constexpr std::size_t kBradyBeats = 5;
constexpr double kBradyRrS = 60.0 / 40;
constexpr std::size_t kTachyBeats = 17;
constexpr double kTachyRrS = 60.0 / 140;

struct Channel {
    explicit Channel(double rate_hz) : detector{rate_hz}, waves{rate_hz}, gate{rate_hz} {}
    QrsDetector detector;
    FibrillationWatch waves;
    LeadGate gate;
    float quality{0}; // smoothed over its beats, falls when there are none
    std::int64_t last_r{-1};
    // Of beats that are no smaller than beats of this lead are: P waves that go on without the
    // ventricles are taken for beats after a while, and so is what moves a standing line.
    Recent<8> usual_mv;
    std::int64_t strong_r{-1};
    std::size_t wide_run{0};  // consecutive wide beats in the rhythm of a tachycardia
    std::int64_t run_from{0}; // the first of them
    std::array<float, kVtBeats> similarities{}; // of the last beats to a shape seen before
    std::size_t beats{0};
    std::array<float, 4> ranges{};    // of the last seconds
    std::array<float, 4> movements{}; // in the band of QRS complexes
    std::size_t range_at{0};
    std::int64_t fault_sample{-1}; // newest second without a line

    // Least amplitude of a beat of the ventricles.
    [[nodiscard]] float slight_mv() const {
        return usual_mv.count() < kUsualBeatsMin
                   ? 0
                   : std::min(kSlightShare * usual_mv.median(), kSlightMostMv);
    }
};

} // namespace

struct EcgMonitor::Body {
    explicit Body(const Layout& given) : layout{given}, pulse{given.pleth_rate_hz} {
        for (std::size_t i = 0; i < layout.leads; ++i) {
            channels.emplace_back(layout.rate_hz);
        }
    }

    [[nodiscard]] double seconds(std::int64_t count) const {
        return static_cast<double>(count) / layout.rate_hz;
    }
    [[nodiscard]] const Beat& back(std::size_t n) const {
        return history[(beat_count - 1 - n) % kHistory];
    }
    [[nodiscard]] std::size_t held() const { return std::min(beat_count, kHistory); }

    void push(std::span<const float> mv) {
        due_count = event_count = 0;
        ++samples;
        bool second = false;
        bool judged = false;
        for (std::size_t i = 0; i < channels.size(); ++i) {
            Channel& channel = channels[i];
            if (const auto beat = channel.detector.push(mv[i])) {
                take(i, *beat);
            }
            judged = channel.waves.push(mv[i]); // of all leads at once
            if (channel.gate.push(mv[i])) {
                second = true;
                const std::size_t at = channel.range_at++ % channel.ranges.size();
                channel.ranges[at] = channel.gate.range_mv();
                channel.movements[at] = channel.detector.movement_mv();
                if (channel.gate.fault() != LeadFault::none) {
                    channel.fault_sample = samples;
                }
                if (channel.gate.fault() != LeadFault::none ||
                    seconds(samples - channel.last_r) > 3) {
                    channel.quality *= 0.7F;
                }
            }
        }
        if (judged) {
            judge_waves();
        }
        if (second) {
            choose_lead();
            judge_tachycardia();
            judge_standstill();
            learn_pulse();
        }
    }

    void take(std::size_t lead, Beat beat) {
        Channel& channel = channels[lead];
        if (channel.fault_sample > channel.last_r) {
            beat.rr_s = 0; // over a line that was not there
        }
        channel.quality += 0.2F * (beat.quality - channel.quality);
        channel.waves.add(beat);
        measure(channel, beat);
        judge_tachycardia();
        if (lead != primary || due_count == due.size()) {
            return;
        }
        beat.lead = static_cast<std::uint8_t>(lead);
        if (beat_count > 0) {
            const double rr = seconds(beat.r_sample - back(0).r_sample);
            if (rr < 0.2) {
                return; // the lead was changed within a beat
            }
            beat.rr_s = rr < 10 && beat.rr_s > 0 ? rr : 0;
        }
        history[beat_count++ % kHistory] = beat;
        due[due_count++] = beat;
        judge_beats();
    }

    void measure(Channel& channel, const Beat& beat) const {
        const bool follows =
            channel.last_r >= 0 && seconds(beat.r_sample - channel.last_r) < kVtRrS;
        const bool wide = beat.shape == BeatShape::wide;
        channel.wide_run = !wide ? 0 : follows ? channel.wide_run + 1 : 1;
        channel.run_from = channel.wide_run == 1 ? beat.r_sample : channel.run_from;
        channel.similarities[channel.beats++ % kVtBeats] = beat.similarity;
        channel.last_r = beat.r_sample;
        const bool forgotten =
            channel.strong_r >= 0 && seconds(samples - channel.strong_r) > kSlightBelievedS;
        if (forgotten) {
            channel.usual_mv.clear();
        }
        if (beat.amplitude_mv >= channel.slight_mv()) {
            channel.strong_r = beat.r_sample;
            if (beat.quality >= kBeatQualityMin) {
                channel.usual_mv.add(beat.amplitude_mv);
            }
        }
    }

    void choose_lead() {
        std::size_t best = primary;
        for (std::size_t i = 0; i < channels.size(); ++i) {
            const float gain =
                i == primary || channels[primary].gate.fault() != LeadFault::none ? 0 : kLeadGain;
            if (channels[i].gate.fault() == LeadFault::none &&
                (channels[i].quality > channels[best].quality + gain ||
                 channels[best].gate.fault() != LeadFault::none)) {
                best = i;
            }
        }
        primary = best;
    }

    void set(RhythmAlarm alarm, bool on, std::int64_t onset) {
        const auto at = static_cast<std::size_t>(alarm);
        if (active[at] == on) {
            return;
        }
        active[at] = on;
        if (on) {
            current[at] = {alarm, std::max<std::int64_t>(0, onset), samples - 1, -1};
        } else {
            current[at].ended_sample = samples - 1;
        }
        if (event_count < events.size()) {
            events[event_count++] = current[at];
        }
    }

    // What muscle noise is taken for is wide and fast, too, but no two of it look alike.
    [[nodiscard]] bool is_tachycardic(const Channel& channel) const {
        const float alike =
            std::accumulate(channel.similarities.begin(), channel.similarities.end(), 0.0F);
        const bool wide =
            channel.wide_run >= kVtBeats && alike >= kVtSimilarity * static_cast<float>(kVtBeats);
        return (wide || channel.waves.running()) && channel.gate.fault() == LeadFault::none &&
               seconds(samples - channel.last_r) < kVtRrS + kBeatDecisionMaxS;
    }

    // The leading lead says so, or two of the others: which lead leads changes with the rhythm, and
    // one that shows no beat of it may lead still.
    void judge_tachycardia() {
        std::size_t leads = 0;
        std::int64_t onset = samples;
        for (const Channel& channel : channels) {
            if (is_tachycardic(channel)) {
                ++leads;
                onset = std::min(onset, channel.wide_run > 0 ? channel.run_from : channel.last_r);
            }
        }
        const bool named = (is_tachycardic(channels[primary]) || leads >= 2) &&
                           !active[static_cast<std::size_t>(RhythmAlarm::ventricular_fibrillation)];
        set(RhythmAlarm::ventricular_tachycardia, named, onset);
    }

    void judge_beats() {
        if (seconds(samples - last_contraction()) < kAsystoleEndS) {
            set(RhythmAlarm::asystole, false, 0);
        }
        const bool fibrillating =
            active[static_cast<std::size_t>(RhythmAlarm::ventricular_fibrillation)];
        const double slow = mean_rr(kBradyBeats);
        set(RhythmAlarm::extreme_bradycardia, slow > kBradyRrS && !fibrillating,
            slow > 0 ? back(kBradyBeats - 1).r_sample : 0);
        const double fast = mean_rr(kTachyBeats);
        set(RhythmAlarm::extreme_tachycardia, fast > 0 && fast < kTachyRrS && !fibrillating,
            fast > 0 ? back(kTachyBeats - 1).r_sample : 0);
    }

    // At more than 150/min no beat has a quiet line before it, but noise is never that regular.
    static bool is_regular_and_fast(std::size_t intervals, double sum, double squares) {
        const auto n = static_cast<double>(intervals);
        return intervals >= kRegularIntervals && sum < n * kFastRrS &&
               n * squares - sum * sum < kRegularSpread * kRegularSpread * sum * sum;
    }

    // Mean interval of the last `beats` beats; 0 when they are too few, interrupted or doubtful.
    [[nodiscard]] double mean_rr(std::size_t beats) const {
        if (held() < beats + 1) {
            return 0;
        }
        double sum = 0;
        double squares = 0;
        float quality = 0;
        for (std::size_t i = 0; i + 1 < beats; ++i) {
            if (!(back(i).rr_s > 0)) {
                return 0;
            }
            sum += back(i).rr_s;
            squares += back(i).rr_s * back(i).rr_s;
            quality += back(i).quality;
        }
        const std::size_t intervals = beats - 1;
        return quality / static_cast<float>(intervals) >= kQualityShownMin ||
                       is_regular_and_fast(intervals, sum, squares)
                   ? sum / static_cast<double>(intervals)
                   : 0;
    }

    // How much the leads alive speak for waves now: 1 when most of them show some, or half of them
    // with the leading one among them; 2 when three of four do, of three leads at least.
    [[nodiscard]] int wave_evidence() const {
        std::size_t alive = 0;
        std::size_t waving = 0;
        for (const Channel& channel : channels) {
            if (channel.gate.fault() == LeadFault::none) {
                ++alive;
                waving += channel.waves.waving() ? 1U : 0U;
            }
        }
        const Channel& leading = channels[primary];
        const bool leads = leading.gate.fault() == LeadFault::none && leading.waves.waving();
        if (alive >= kLeadsForTwo && 4 * waving >= 3 * alive) {
            return 2;
        }
        return 2 * waving > alive || (leads && 2 * waving == alive) ? 1 : 0;
    }

    void judge_waves() {
        const int evidence = pulse.beating() ? 0 : wave_evidence();
        waved = evidence > 0 ? std::min(waved + evidence, kFibrillationVerdictsMost)
                             : std::max(0, waved - 1);
        still = evidence > 0 ? 0 : still + 1;
        const auto kind = RhythmAlarm::ventricular_fibrillation;
        if (still >= kFibrillationEndVerdicts) {
            waved = 0;
            set(kind, false, 0);
        } else if (waved >= kFibrillationVerdicts) {
            set(kind, true,
                samples - static_cast<std::int64_t>(kFibrillationAgeS * layout.rate_hz));
            set(RhythmAlarm::ventricular_tachycardia, false, 0);
            set(RhythmAlarm::extreme_bradycardia, false, 0);
            set(RhythmAlarm::extreme_tachycardia, false, 0);
            set(RhythmAlarm::asystole, false, 0);
        }
    }

    // Sample of the newest beat of the ventricles; negative: none yet. Where three leads or more
    // are alive two have to show one of the usual size: in a third the P waves may be nearly as
    // tall as its beats were. Of fewer a smaller one counts for a while: an electrode that comes
    // loose looks the same.
    [[nodiscard]] std::int64_t last_contraction() const {
        std::int64_t newest = -1;
        std::int64_t strong = -1;
        std::int64_t second_strong = -1;
        std::size_t alive = 0;
        for (const Channel& channel : channels) {
            if (channel.gate.fault() == LeadFault::none) {
                ++alive;
                newest = std::max(newest, channel.last_r);
                second_strong = std::max(second_strong, std::min(strong, channel.strong_r));
                strong = std::max(strong, channel.strong_r);
            }
        }
        const auto held = static_cast<std::int64_t>(kSlightHeldS * layout.rate_hz);
        return alive >= kLeadsForTwo ? second_strong
                                     : std::max(strong, std::min(newest, strong + held));
    }

    void judge_standstill() {
        const Channel& channel = channels[primary];
        const std::int64_t last = std::max<std::int64_t>(0, last_contraction());
        const double silence = seconds(samples - last) - kBeatDecisionMaxS;
        const float range = *std::max_element(channel.ranges.begin(), channel.ranges.end());
        const float movement =
            *std::max_element(channel.movements.begin(), channel.movements.end());
        const float beat_mv = std::max(kAsystoleMovementMaxMv, channel.slight_mv());
        const double needed_s = range < beat_mv      ? kAsystoleS
                                : movement < beat_mv ? kAsystoleMovingS
                                                     : kAsystoleNoisyS;
        // A line that does not move at all is a lead that is off, not a heart that stands still.
        const bool believable = channel.gate.fault() == LeadFault::none && silence > needed_s;
        if (seconds(samples - last) < kAsystoleEndS) {
            set(RhythmAlarm::asystole, false, 0);
        }
        if (believable && !pulse.beating() &&
            !active[static_cast<std::size_t>(RhythmAlarm::ventricular_fibrillation)]) {
            set(RhythmAlarm::asystole, true, last);
        }
    }

    void learn_pulse() {
        if (std::any_of(active.begin(), active.end(), [](bool on) { return on; })) {
            return;
        }
        if (const auto rate = heart_rate()) {
            pulse.learn(rate->bpm);
        }
    }

    [[nodiscard]] std::optional<HeartRate> heart_rate() const {
        if (held() < 4 || channels[primary].gate.fault() != LeadFault::none) {
            return std::nullopt;
        }
        if (active[static_cast<std::size_t>(RhythmAlarm::ventricular_fibrillation)] ||
            active[static_cast<std::size_t>(RhythmAlarm::asystole)]) {
            return std::nullopt;
        }
        double sum = 0;
        double squares = 0;
        float quality = 0;
        float least = 1;
        double mistakes =
            0; // expected, by the odds of each beat (Beat::quality is a sixth of them)
        float contrast = 0;
        std::size_t quiet = 0;
        std::size_t count = 0;
        while (count < held() && seconds(samples - back(count).r_sample) < kRateWindowS) {
            if (!(back(count).rr_s > 0)) {
                break;
            }
            sum += back(count).rr_s;
            squares += back(count).rr_s * back(count).rr_s;
            quality += back(count).quality;
            least = std::min(least, back(count).quality);
            mistakes += 1 / (1 + std::exp(6 * static_cast<double>(back(count).quality)));
            contrast += back(count).contrast;
            quiet += back(count).contrast > kContrastMin ? 1U : 0U;
            ++count;
        }
        if (count < 3) {
            return std::nullopt;
        }
        quality /= static_cast<float>(count);
        const bool certain = least >= kBeatQualityMin || 4 * quiet >= 3 * count ||
                             (mistakes < kMistakesShown * static_cast<double>(count) &&
                              contrast > kContrastMeanMin * static_cast<float>(count));
        const double silence = seconds(samples - back(0).r_sample) - kBeatDecisionMaxS;
        const bool goes_on =
            silence < std::max(kSilenceShownS, kSilenceShownRr * sum / static_cast<double>(count));
        const bool believed =
            (quality >= kQualityShownMin && certain) || is_regular_and_fast(count, sum, squares);
        if (!believed || !goes_on) {
            return std::nullopt;
        }
        return HeartRate{60 * static_cast<double>(count) / sum, quality, back(0).r_sample};
    }

    [[nodiscard]] RhythmStatistics statistics() const {
        RhythmStatistics out;
        double sum = 0;
        double squares = 0;
        double difference_squares = 0;
        std::size_t differences = 0;
        std::size_t over_50_ms = 0;
        std::size_t wide = 0;
        for (std::size_t i = 0; i < held(); ++i) {
            const Beat& beat = back(i);
            if (seconds(samples - beat.r_sample) > kStatisticsWindowS || !(beat.rr_s > 0)) {
                break;
            }
            ++out.intervals;
            sum += beat.rr_s;
            squares += beat.rr_s * beat.rr_s;
            wide += beat.shape == BeatShape::wide ? 1U : 0U;
            if (i > 0) {
                const double difference = back(i - 1).rr_s - beat.rr_s;
                difference_squares += difference * difference;
                over_50_ms += std::fabs(difference) > 0.05 ? 1U : 0U;
                ++differences;
            }
        }
        if (out.intervals > 0) {
            const auto n = static_cast<double>(out.intervals);
            out.rr_mean_s = sum / n;
            out.rr_sd_s = std::sqrt(std::max(0.0, squares / n - out.rr_mean_s * out.rr_mean_s));
            out.wide_share = static_cast<double>(wide) / n;
        }
        if (differences > 0) {
            const auto n = static_cast<double>(differences);
            out.rmssd_s = std::sqrt(difference_squares / n);
            out.pnn50 = static_cast<double>(over_50_ms) / n;
        }
        return out;
    }

    Layout layout;
    std::vector<Channel> channels;
    std::size_t primary{0};
    std::int64_t samples{0};
    PulseWatch pulse;
    std::array<Beat, kHistory> history{};
    std::size_t beat_count{0};
    std::array<Beat, kMonitorLeadsMax> due{};
    std::size_t due_count{0};
    std::array<RhythmEvent, 4 * kRhythmAlarms> events{};
    std::size_t event_count{0};
    std::array<bool, kRhythmAlarms> active{};
    std::array<RhythmEvent, kRhythmAlarms> current{};
    int waved{0}; // evidence of waves, less the verdicts since that found none
    int still{0}; // verdicts since the last of waves
};

EcgMonitor::EcgMonitor(const Layout& layout) {
    EMS_ASSERT(layout.leads >= 1 && layout.leads <= kMonitorLeadsMax);
    body_ = std::make_unique<Body>(layout);
}
EcgMonitor::~EcgMonitor() = default;
EcgMonitor::EcgMonitor(EcgMonitor&&) noexcept = default;
EcgMonitor& EcgMonitor::operator=(EcgMonitor&&) noexcept = default;

void EcgMonitor::push(std::span<const float> mv) {
    EMS_ASSERT(mv.size() == body_->layout.leads);
    body_->push(mv);
}

void EcgMonitor::push_pleth(float value) {
    body_->pulse.push(value);
}

void EcgMonitor::finish() {
    body_->due_count = body_->event_count = 0;
    while (const auto beat = body_->channels[body_->primary].detector.finish()) {
        body_->take(body_->primary, *beat);
    }
}

std::span<const Beat> EcgMonitor::beats() const {
    return std::span{body_->due}.first(body_->due_count);
}
std::span<const RhythmEvent> EcgMonitor::events() const {
    return std::span{body_->events}.first(body_->event_count);
}
std::optional<HeartRate> EcgMonitor::heart_rate() const {
    return body_->heart_rate();
}
RhythmStatistics EcgMonitor::statistics() const {
    return body_->statistics();
}

LeadState EcgMonitor::lead(std::size_t index) const {
    EMS_ASSERT(index < body_->layout.leads);
    const Channel& channel = body_->channels[index];
    if (channel.gate.fault() != LeadFault::none) {
        return {channel.gate.fault(), 0};
    }
    const bool noisy = body_->samples > static_cast<std::int64_t>(10 * body_->layout.rate_hz) &&
                       channel.quality < kQualityShownMin;
    return {noisy ? LeadFault::noisy : LeadFault::none, channel.quality};
}

bool EcgMonitor::pleth_pulses() const {
    return body_->pulse.pulsing();
}

bool EcgMonitor::active(RhythmAlarm alarm) const {
    return body_->active[static_cast<std::size_t>(alarm)];
}

} // namespace ems::signal
