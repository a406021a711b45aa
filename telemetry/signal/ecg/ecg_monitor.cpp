#include "telemetry/signal/ecg/ecg_monitor.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "telemetry/base/assert.h"
#include "telemetry/signal/ecg/fibrillation.h"
#include "telemetry/signal/ecg/qrs_detector.h"

namespace ems::signal {
namespace {

constexpr std::size_t kHistory = 256; // beats: over 60 s up to 250/min
constexpr double kRateWindowS = 10;
constexpr double kStatisticsWindowS = 60;
constexpr float kQualityShownMin = 0.45F; // mean of the window's beats
constexpr float kBeatQualityMin = 0.3F;    // of each beat of a rate that is shown,
constexpr float kContrastMin = 2.2F;       // unless three of four stand out of a quiet line
constexpr float kLeadGain = 0.15F;        // by which another lead must be better to be taken
constexpr double kAsystoleS = 4;
constexpr double kAsystoleEndS = 1.5;
constexpr float kAsystoleRangeMaxMv = 0.3F; // more movement is no flat line but noise or fibrillation
constexpr int kFibrillationSeconds = 3;     // consecutive, to raise
constexpr int kFibrillationEndSeconds = 3;
constexpr double kVetoWindowS = 6;
constexpr double kVetoRateMax = 150;
constexpr float kVetoSimilarity = 0.9F;
constexpr float kVetoConcentrationMax = 0.75F; // waves purer than this need no second opinion
constexpr std::size_t kVtBeats = 5;
constexpr double kVtRrS = 0.6;
constexpr std::size_t kBradyBeats = 5;
constexpr double kBradyRrS = 60.0 / 40;
constexpr std::size_t kTachyBeats = 17;
constexpr double kTachyRrS = 60.0 / 140;
constexpr double kPulseWindowS = 3; // in which pulses on the pleth refute a standstill

struct Channel {
    explicit Channel(double rate_hz) : detector{rate_hz}, gate{rate_hz} {}
    QrsDetector detector;
    LeadGate gate;
    float quality{0}; // smoothed over its beats, falls when there are none
    std::int64_t last_r{-1};
    std::array<float, 4> ranges{}; // of the last seconds
    std::size_t range_at{0};
};

// Pulses of a pleth: upstrokes of at least a third of the usual swing.
class PulseWatch {
  public:
    void push(float value, double rate_hz) {
        if (rate_hz <= 0) {
            return;
        }
        ++samples_;
        now_ = static_cast<double>(samples_) / rate_hz; // pulses age without a probe, too
        if (std::isnan(value)) {
            return;
        }
        if (!started_) {
            low_ = high_ = value;
            started_ = true;
        }
        const float leak = static_cast<float>(1 / (2 * rate_hz));
        low_ = std::min(value, low_ + leak * (value - low_));
        high_ = std::max(value, high_ + leak * (value - high_));
        const float middle = (low_ + high_) / 2;
        const bool up = value > middle;
        if (up && !up_ && high_ - low_ > 0.3F * swing_) {
            for (std::size_t i = pulses_.size() - 1; i > 0; --i) {
                pulses_[i] = pulses_[i - 1];
            }
            pulses_[0] = now_;
            swing_ += 0.1F * (high_ - low_ - swing_);
        }
        up_ = up;
    }
    // At least three pulses, the newest not older than 1.5 s.
    [[nodiscard]] bool beating() const {
        return pulses_[2] > 0 && now_ - pulses_[0] < kPulseWindowS / 2 &&
               now_ - pulses_[2] < 1.5 * kPulseWindowS;
    }

  private:
    bool started_{false};
    bool up_{false};
    float low_{0};
    float high_{0};
    float swing_{0};
    double now_{0};
    std::int64_t samples_{0};
    std::array<double, 3> pulses_{};
};

} // namespace

struct EcgMonitor::Body {
    explicit Body(const Layout& given) : layout{given}, waves{given.rate_hz} {
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
        for (std::size_t i = 0; i < channels.size(); ++i) {
            Channel& channel = channels[i];
            if (const auto beat = channel.detector.push(mv[i])) {
                take(i, *beat);
            }
            if (channel.gate.push(mv[i])) {
                second = true;
                channel.ranges[channel.range_at++ % channel.ranges.size()] =
                    channel.gate.range_mv();
                if (channel.gate.fault() != LeadFault::none ||
                    seconds(samples - channel.last_r) > 3) {
                    channel.quality *= 0.7F;
                }
            }
        }
        if (waves.push(mv[primary])) {
            judge_waves();
        }
        if (second) {
            choose_lead();
            judge_standstill();
        }
    }

    void take(std::size_t lead, Beat beat) {
        Channel& channel = channels[lead];
        channel.quality += 0.2F * (beat.quality - channel.quality);
        channel.last_r = beat.r_sample;
        if (lead != primary || due_count == due.size()) {
            return;
        }
        beat.lead = static_cast<std::uint8_t>(lead);
        if (beat_count > 0) {
            const double rr = seconds(beat.r_sample - back(0).r_sample);
            if (rr < 0.2) {
                return; // the lead was changed within a beat
            }
            beat.rr_s = rr < 10 ? rr : 0;
        }
        history[beat_count++ % kHistory] = beat;
        due[due_count++] = beat;
        judge_beats();
    }

    void choose_lead() {
        std::size_t best = primary;
        for (std::size_t i = 0; i < channels.size(); ++i) {
            const float gain = i == primary || channels[primary].gate.fault() != LeadFault::none
                                   ? 0
                                   : kLeadGain;
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

    void judge_beats() {
        set(RhythmAlarm::asystole, false, 0);
        const bool fibrillating =
            active[static_cast<std::size_t>(RhythmAlarm::ventricular_fibrillation)];
        std::size_t wide = 0;
        while (wide < std::min<std::size_t>(held(), 32) && back(wide).shape == BeatShape::wide &&
               back(wide).rr_s > 0 && (wide == 0 || back(wide - 1).rr_s < kVtRrS)) {
            ++wide;
        }
        const bool tachycardia = wide >= kVtBeats && !fibrillating;
        set(RhythmAlarm::ventricular_tachycardia, tachycardia,
            tachycardia ? back(wide - 1).r_sample : 0);
        const double slow = mean_rr(kBradyBeats);
        set(RhythmAlarm::extreme_bradycardia, slow > kBradyRrS && !fibrillating,
            slow > 0 ? back(kBradyBeats - 1).r_sample : 0);
        const double fast = mean_rr(kTachyBeats);
        set(RhythmAlarm::extreme_tachycardia, fast > 0 && fast < kTachyRrS && !fibrillating,
            fast > 0 ? back(kTachyBeats - 1).r_sample : 0);
    }

    // Mean interval of the last `beats` beats; 0 when they are too few, interrupted or doubtful.
    [[nodiscard]] double mean_rr(std::size_t beats) const {
        if (held() < beats + 1) {
            return 0;
        }
        double sum = 0;
        float quality = 0;
        for (std::size_t i = 0; i + 1 < beats; ++i) {
            if (!(back(i).rr_s > 0)) {
                return 0;
            }
            sum += back(i).rr_s;
            quality += back(i).quality;
        }
        const auto intervals = static_cast<double>(beats - 1);
        return quality / static_cast<float>(beats - 1) >= kQualityShownMin ? sum / intervals : 0;
    }

    void judge_waves() {
        const FibrillationVerdict& verdict = waves.verdict();
        bool waving = verdict.waves && channels[primary].gate.fault() == LeadFault::none;
        if (waving) {
            // Beats that look alike and are not faster than 150/min are no fibrillation.
            std::size_t beats = 0;
            std::size_t alike = 0;
            while (beats < held() && seconds(samples - back(beats).r_sample) < kVetoWindowS + 0.5) {
                alike += back(beats).similarity > kVetoSimilarity ? 1U : 0U;
                ++beats;
            }
            const bool slow = static_cast<double>(beats) * 60 / kVetoWindowS < kVetoRateMax;
            const bool vetoed = beats >= 3 && slow && 10 * alike >= 6 * beats &&
                                verdict.concentration < kVetoConcentrationMax;
            waving = !vetoed && !pulse.beating();
        }
        wave_seconds = waving ? wave_seconds + 1 : 0;
        still_seconds = waving ? 0 : still_seconds + 1;
        const auto kind = RhythmAlarm::ventricular_fibrillation;
        if (wave_seconds >= kFibrillationSeconds) {
            // The first verdict of three needs about four of its six seconds to be waves.
            set(kind, true, samples - static_cast<std::int64_t>(
                                          (kFibrillationSeconds - 1 + 4.5) * layout.rate_hz));
            set(RhythmAlarm::ventricular_tachycardia, false, 0);
            set(RhythmAlarm::extreme_bradycardia, false, 0);
            set(RhythmAlarm::extreme_tachycardia, false, 0);
            set(RhythmAlarm::asystole, false, 0);
        } else if (still_seconds >= kFibrillationEndSeconds) {
            set(kind, false, 0);
        }
    }

    void judge_standstill() {
        const Channel& channel = channels[primary];
        const std::int64_t last = beat_count > 0 ? back(0).r_sample : 0;
        const bool silent = seconds(samples - last) > kAsystoleS + kBeatDecisionMaxS;
        const float range = *std::max_element(channel.ranges.begin(), channel.ranges.end());
        const LeadFault fault = channel.gate.fault();
        // A line that does not move at all is a lead that is off, not a heart that stands still.
        const bool believable = fault == LeadFault::none && range < kAsystoleRangeMaxMv;
        const bool elsewhere = std::any_of(channels.begin(), channels.end(), [&](const Channel& c) {
            return c.gate.fault() == LeadFault::none && seconds(samples - c.last_r) < 2.5 &&
                   c.last_r >= 0;
        });
        if (silent && believable && !elsewhere && !pulse.beating() &&
            !active[static_cast<std::size_t>(RhythmAlarm::ventricular_fibrillation)]) {
            set(RhythmAlarm::asystole, true, last);
        }
    }

    [[nodiscard]] std::optional<HeartRate> heart_rate() const {
        if (held() < 4 || channels[primary].gate.fault() != LeadFault::none) {
            return std::nullopt;
        }
        if (active[static_cast<std::size_t>(RhythmAlarm::ventricular_fibrillation)]) {
            return std::nullopt;
        }
        double sum = 0;
        float quality = 0;
        float least = 1;
        std::size_t quiet = 0;
        std::size_t count = 0;
        while (count < held() && seconds(samples - back(count).r_sample) < kRateWindowS) {
            if (!(back(count).rr_s > 0)) {
                break;
            }
            sum += back(count).rr_s;
            quality += back(count).quality;
            least = std::min(least, back(count).quality);
            quiet += back(count).contrast > kContrastMin ? 1U : 0U;
            ++count;
        }
        if (count < 3) {
            return std::nullopt;
        }
        quality /= static_cast<float>(count);
        if (quality < kQualityShownMin || (least < kBeatQualityMin && 4 * quiet < 3 * count)) {
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
    FibrillationDetector waves;
    PulseWatch pulse;
    std::array<Beat, kHistory> history{};
    std::size_t beat_count{0};
    std::array<Beat, kMonitorLeadsMax> due{};
    std::size_t due_count{0};
    std::array<RhythmEvent, 4 * kRhythmAlarms> events{};
    std::size_t event_count{0};
    std::array<bool, kRhythmAlarms> active{};
    std::array<RhythmEvent, kRhythmAlarms> current{};
    int wave_seconds{0};
    int still_seconds{0};
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

void EcgMonitor::push_pleth(float value) { body_->pulse.push(value, body_->layout.pleth_rate_hz); }

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
std::optional<HeartRate> EcgMonitor::heart_rate() const { return body_->heart_rate(); }
RhythmStatistics EcgMonitor::statistics() const { return body_->statistics(); }

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

bool EcgMonitor::active(RhythmAlarm alarm) const {
    return body_->active[static_cast<std::size_t>(alarm)];
}

} // namespace ems::signal
