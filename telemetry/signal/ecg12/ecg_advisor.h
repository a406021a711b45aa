// The 12-lead measuring on a running ECG: each 10 s the last 10 s are measured as `ems-ecg report`
// measures a page (analyse_ecg12), and the newest beats are looked at for the irregularity of
// atrial fibrillation. What is told is what two of the newest three measurements say (TwoOfThree),
// so a single window of motion neither raises nor ends anything, and nothing is told before 20 s.
// Advisory: a hint for a physician to look at the strip, never a diagnosis.
//
// ST is measured where all eight acquired leads are connected; whether they can be read then is the
// advisory's own word (StRefusal). A stretch that was interrupted is begun anew, and what was told
// before stands for at most kHeldS; intervals of before count on. The diagnostic band is taken for granted: an acquisition module
// sends what it measured, before any filter of a screen.
//
// Cost: a ring of 10 s, and one measurement in 10 s of 4 ms for 8 leads of 500 Hz (one core); no
// allocation by sample. Time is the sample count. Pure; one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "telemetry/signal/ecg/beat.h"
#include "telemetry/signal/ecg12/af_suspicion.h"
#include "telemetry/signal/ecg12/stemi.h"
#include "telemetry/signal/ecg12/two_of_three.h"
#include "telemetry/signal/ecg_leads.h"

namespace ems::signal {

// Nothing: not known now. `number` rises with each measurement that bore it out.
struct EcgAdvice {
    std::optional<StAdvisory> st;
    std::uint64_t st_number{0};
    std::optional<AfSuspicion> af;
    std::uint64_t af_number{0};
};

class EcgAdvisor {
  public:
    static constexpr double kWindowS = 10;
    static constexpr double kEveryS = 10;
    static constexpr double kHeldS = 60;

    // `leads` says what each value of a frame is; at most one of each, Lead::other is left out.
    EcgAdvisor(double rate_hz, std::span<const Lead> leads);

    // One value a lead in mV, in the order given; NaN: none.
    void push(std::span<const float> mv);
    // In order; sample numbers count the frames pushed since the start or since interrupt().
    void add(const Beat& beat);
    // A hole: frames are counted from 0 again.
    void interrupt();
    // Another patient: nothing is known of him.
    void forget();

    [[nodiscard]] bool due() const;
    // When due: measures. Costs what the header says.
    void measure(const EcgPatient& patient);
    [[nodiscard]] EcgAdvice advice() const;

  private:
    void measure_st(const EcgPatient& patient);
    [[nodiscard]] std::size_t frames_of(double seconds) const;
    [[nodiscard]] std::uint32_t steady_leads() const;

    double rate_hz_;
    std::vector<Lead> leads_;
    bool has_twelve_{false};
    std::size_t window_;              // frames
    std::vector<float> ring_;         // frames of leads_.size() values
    std::size_t next_{0};             // of the ring; when it is full, the oldest
    std::size_t count_{0};            // at most window_
    std::int64_t frames_{0};          // since the interruption
    std::uint64_t total_{0};          // of all
    std::size_t since_measured_{0};
    std::vector<Beat> beats_;         // the newest, bounded

    struct Answer {
        StAdvisory st;
        bool operator==(const Answer& other) const { return st.verdict == other.st.verdict; }
    };
    TwoOfThree<Answer> st_answers_;
    std::optional<StAdvisory> st_;
    std::uint64_t st_number_{0};
    std::uint64_t st_at_{0}; // of total_
    TwoOfThree<AfFinding> af_answers_;
    std::optional<AfSuspicion> af_;
    std::uint64_t af_number_{0};
    std::uint64_t af_at_{0};
};

} // namespace ems::signal
