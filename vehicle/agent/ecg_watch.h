// What the vehicle itself finds in the ECG that its module measures, or a replayed recording: the
// lethal rhythms, extreme rates and the state of the leads, of each sample at the full rate, as
// beginnings and ends for the alarm engine (AlarmOrigin::detector).
//
// Samples wait in a ring and are analysed in slices (kEcgSliceValuesMax), so that no device and no
// stall holds the agent up: with 8 leads of 500 Hz a slice is a quarter of a second of ECG. No
// allocation by sample. Time is the sample count. Pure.
//
// - A lead that the module says is off has no sample. Where none has, or only lines that do not
//   move or stand at their end, that is `ecg_lead_off`; where no beat stands out of the noise for
//   kNoiseS, `ecg_noise`. A standstill is believed only of leads that were there all the while.
// - The limits of an extreme rate are those of the alarm table for the patient's age; the
//   definitions of PhysioNet/CinC 2015, which the detector counts by, are an adult's.
// - Pulses of the module's pleth refute fibrillation and standstill (EcgMonitor). Where there is no
//   pleth a pulse rate that the monitor shows holds them back, but never beyond kPulseHeldS after
//   the onset: it is a mean of seconds past, and stays on the screen of a heart that has stopped.
//   IEC 60601-2-27 wants the alarm within 10 s.
// - Lines that do not move at all while the module says that every electrode is on are a standstill
//   once a second signal agrees: for kFlatS neither the pleth, whose probe is on, nor the monitor
//   shows a pulse.
// - ST and the irregularity of atrial fibrillation are measured each 10 s (EcgAdvisor): advisories, of
//   which the crew and the centre are told as such. That one step takes about 4 ms.
// - A short hole is samples that are missing; a longer one begins the analysis anew, and what stood
//   before it ends no sooner than it could have been found again (kSettleS).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "telemetry/signal/alarm/alarm_table.h"
#include "telemetry/signal/ecg12/ecg_advisor.h"
#include "telemetry/signal/ecg/ecg_monitor.h"
#include "telemetry/wire/ems.pb.h"
#include "vehicle/agent/wave_builder.h"

namespace ems::vehicle {

// What the monitor's oximeter shows at present.
enum class MonitorPulse : std::uint8_t { none, shown };

class EcgWatch {
  public:
    struct Patient {
        signal::AgeGroup group{signal::AgeGroup::adult};
        MonitorPulse pulse{MonitorPulse::none};
        signal::EcgPatient ecg{}; // for the thresholds of ST
    };

    // A new session of the device. Ends of what the one before had found. A session without a
    // lead, or below kEcgRateMinHz, is not analysed; one above kEcgRateMaxHz in means of samples.
    std::vector<wire::Alarm> begin(const WaveBuilder::Session& session);
    // The session is over: ends.
    std::vector<wire::Alarm> end();

    // As WaveBuilder::add, in the order of arrival.
    void add(const WaveBuilder::Chunk& chunk);
    [[nodiscard]] bool waits() const { return count_ > 0; }
    // The next slice of what waits: findings that began or ended.
    std::vector<wire::Alarm> analyse(const Patient& patient);

    // Another patient from the next sample on: ends of what was suggested of the last one.
    std::vector<wire::Alarm> next_patient();

    // What the running measurement suggests, as of the last slice.
    [[nodiscard]] signal::EcgAdvice advice() const;
    // As EcgMonitor::heart_rate(), 1/min, as of the last slice.
    [[nodiscard]] std::optional<std::int32_t> heart_rate() const;
    // The same heart's rate over its newest six beats, for limits: IEC 60601-2-27 wants their alarm
    // within 10 s, which a mean of 10 s cannot keep. As heart_rate() while one of their intervals is
    // not known, and nothing where that is nothing.
    [[nodiscard]] std::optional<std::int32_t> rate_for_limits() const;
    // Whether the module's oximeter sends its wave, so that its probe is on.
    [[nodiscard]] bool probe_is_on() const;
    // Why not everything is analysed; "" while it is.
    [[nodiscard]] std::string trouble() const;

  private:
    // In the order of AlarmId of kIds.
    enum class Finding : std::uint8_t {
        asystole,
        fibrillation,
        tachycardia,
        extreme_low,
        extreme_high,
        lead_off,
        noise,
        st_elevation,
        af_suspected
    };
    static constexpr std::size_t kFindings = 9;
    using Findings = std::array<bool, kFindings>;

    void add_pleth(const WaveBuilder::Chunk& chunk);
    void add_frame();
    void bridge(std::uint64_t first_sample);
    void restart();
    void judge_leads(Findings& found, const Patient& patient);
    [[nodiscard]] bool has_pleth() const;
    void judge_advice(Findings& found) const;
    [[nodiscard]] std::string value_of(Finding finding) const;
    [[nodiscard]] Findings judge(const Patient& patient);
    [[nodiscard]] bool is_held_back(Finding finding, signal::RhythmAlarm rhythm,
                                    const Patient& patient) const;
    [[nodiscard]] bool breaks_limit(Finding finding, const Patient& patient) const;
    [[nodiscard]] std::vector<wire::Alarm> changes(const Findings& found);
    [[nodiscard]] bool said(Finding finding) const;
    [[nodiscard]] std::int64_t frames_of(double seconds) const;

    WaveBuilder::Session session_;
    signal::EcgMonitor::Layout layout_{.leads = 0};             // no leads: nothing is analysed
    std::array<std::size_t, signal::kMonitorLeadsMax> place_{}; // in a chunk, of each lead
    std::array<std::uint32_t, signal::kMonitorLeadsMax> bit_{};
    std::uint32_t factor_{1}; // samples to a frame
    bool too_slow_{false};
    std::optional<signal::EcgMonitor> monitor_;
    std::optional<signal::EcgAdvisor> advisor_;
    std::string st_leads_; // as told

    // Arrival.
    bool started_{false};
    std::uint64_t next_sample_{0};
    std::array<float, signal::kMonitorLeadsMax> sums_{};
    std::uint32_t summed_{0};
    double pleth_due_{0};
    std::uint32_t without_pleth_{0}; // samples
    std::vector<float> ring_;        // frames, lead by lead
    std::size_t head_{0};
    std::size_t count_{0};
    bool restarts_{false};
    std::uint64_t holes_{0};
    std::uint64_t overruns_{0};

    // Analysis, in frames since it began anew.
    std::int64_t frames_{0};
    std::int64_t analysed_{0};   // of the session
    std::int64_t settled_at_{0}; // of analysed_
    bool was_off_{false};
    std::int64_t off_at_{0}; // last seen so
    std::int64_t noise_turned_at_{0};
    std::int64_t not_flat_at_{0}; // last seen so, or with a pulse
    std::array<std::int64_t, signal::kRhythmAlarms> onsets_{};
    Findings said_{};
    std::array<double, 5> intervals_s_{}; // the newest; 0: not known
    std::size_t interval_at_{0};
};

} // namespace ems::vehicle
