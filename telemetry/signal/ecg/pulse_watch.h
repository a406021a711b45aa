// Whether a pleth shows the patient's pulse: what refutes a standstill and a fibrillation that an
// ECG alone looks like. A sensor with nothing to measure amplifies noise, and chest compressions
// move blood, too. So only what goes on as it was while an ECG bore it out refutes anything: four
// pulses of an even rhythm, about the rate and at least 0.6 of the swing that was learnt then.
// Pure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace ems::signal {

class PulseWatch {
  public:
    // `rate_hz` of the pleth; 0: there is none, and nothing ever beats.
    explicit PulseWatch(double rate_hz) : rate_hz_{rate_hz} {}

    // Any unit; NaN: no probe, the pulses seen so far age.
    void push(float value);
    // An ECG that is trusted shows this rate: pulses of the same rate are his.
    void learn(double rate_bpm);
    // The newest pulse is not older than 1.5 s.
    [[nodiscard]] bool beating() const;
    // An even rhythm of any size, borne out by nothing.
    [[nodiscard]] bool pulsing() const { return even_interval_s() > 0; }

  private:
    struct Pulse {
        double at_s{0};
        float swing{0};
    };
    static constexpr std::size_t kPulses = 4;
    // Mean interval of the last pulses; 0: they are too few, too old or too uneven.
    [[nodiscard]] double even_interval_s() const;

    double rate_hz_;
    bool started_{false};
    bool up_{false};
    float low_{0};
    float high_{0};
    double now_s_{0};
    std::int64_t samples_{0};
    std::array<Pulse, kPulses> pulses_{}; // newest first
    std::size_t count_{0};
    float learnt_swing_{0}; // 0: none yet
    double learnt_interval_s_{0};
};

} // namespace ems::signal
