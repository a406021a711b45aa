// What a monitor derives from an ECG of one to eight leads, sample by sample: beats, heart rate,
// signal quality and the lethal rhythms. Runs in the vehicle at full rate and again over a
// recording. Pure: time is the sample count. No allocation after construction. Not thread-safe.
//
//     EcgMonitor monitor{{.rate_hz = 500, .leads = 8}};
//     monitor.push(frame);                          // one value a lead, mV; NaN: lead off
//     for (const Beat& beat : monitor.beats()) ...  // those that became due by this sample
//     for (const RhythmEvent& event : monitor.events()) ...
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "telemetry/signal/ecg/beat.h"
#include "telemetry/signal/ecg/lead_quality.h"

namespace ems::signal {

inline constexpr std::size_t kMonitorLeadsMax = 8;

// Definitions: PhysioNet/CinC Challenge 2015.
enum class RhythmAlarm : std::uint8_t {
    asystole,                 // no QRS for 4 s
    ventricular_fibrillation, // fibrillation or flutter waves for 4 s
    ventricular_tachycardia,  // 5 wide beats at more than 100/min
    extreme_bradycardia,      // less than 40/min for 5 beats
    extreme_tachycardia,      // more than 140/min for 17 beats
};
inline constexpr std::size_t kRhythmAlarms = 5;

// An alarm condition begins or ends. It stays while the rhythm lasts: latching is the alarm
// engine's business, not the signal's.
struct RhythmEvent {
    RhythmAlarm alarm{RhythmAlarm::asystole};
    std::int64_t onset_sample{0};  // estimated start of the rhythm
    std::int64_t raised_sample{0}; // newest sample seen when the condition held
    std::int64_t ended_sample{-1}; // -1: it begins; else newest sample seen when it no longer held
};

struct HeartRate {
    double bpm{0};
    float quality{0};           // 0 to 1
    std::int64_t at_sample{0};  // R peak of the newest beat in it
};

// Over the last 60 s of beats that are trusted.
struct RhythmStatistics {
    std::size_t intervals{0};
    double rr_mean_s{0};
    double rr_sd_s{0};    // SDNN
    double rmssd_s{0};    // root of the mean squared difference of successive intervals
    double pnn50{0};      // share of successive differences over 50 ms
    double wide_share{0}; // share of beats of BeatShape::wide
};

class EcgMonitor {
  public:
    struct Layout {
        double rate_hz{500};          // kEcgRateMinHz to kEcgRateMaxHz
        std::size_t leads{1};         // 1 to kMonitorLeadsMax, the most trusted first (II)
        double pleth_rate_hz{0};      // 0: no pleth
    };
    explicit EcgMonitor(const Layout& layout);
    ~EcgMonitor();
    EcgMonitor(EcgMonitor&&) noexcept;
    EcgMonitor& operator=(EcgMonitor&&) noexcept;

    // One value a lead in mV, NaN where there is none; exactly Layout::leads of them.
    void push(std::span<const float> mv);
    // The pleth runs beside at its own rate, any unit; NaN: no probe. It can only veto.
    void push_pleth(float value);

    // At the end of a recording: the beats that were still open, through beats().
    void finish();

    // Of the last push() or finish() only.
    [[nodiscard]] std::span<const Beat> beats() const;
    [[nodiscard]] std::span<const RhythmEvent> events() const;

    // Nothing when it cannot be trusted now: show "--".
    [[nodiscard]] std::optional<HeartRate> heart_rate() const;
    [[nodiscard]] RhythmStatistics statistics() const;
    [[nodiscard]] LeadState lead(std::size_t index) const;
    [[nodiscard]] bool active(RhythmAlarm alarm) const;
    // The pleth shows an even rhythm now, whether it is the ECG's or not.
    [[nodiscard]] bool pleth_pulses() const;

  private:
    struct Body;
    std::unique_ptr<Body> body_;
};

} // namespace ems::signal
