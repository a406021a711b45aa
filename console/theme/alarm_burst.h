// The sounds of alarms, synthesised from one table, for desks and for the crew's terminal. Patterns, pulse lengths, spacings
// and intervals lie within those of IEC 60601-1-8 (burst of ten pulses 3+2 twice, of three, of two), as published summaries
// give them: a fundamental of 150 to 1000 Hz with at least four harmonics of 300 to 4000 Hz within 15 dB of each other; a
// higher grade is never softer. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace ems::console {

enum class Grade : std::uint8_t { high = 1, medium = 2, low = 3 };

struct SoundRow {
    Grade grade;
    int pulses;             // in one burst
    int pulse_ms;           // 75 to 200 of a high one, 125 to 250 of the others
    int rise_ms;            // to full level, 10 to 40 % of the pulse; the fall is as long
    int gap_ms;             // between pulses of one group
    int group_gap_ms;       // high: behind the third and the eighth
    int half_gap_ms;        // high: behind the fifth
    int repeat_ms;          // from the end of a burst to the next; 0: not repeated
    double fundamental_hz;
    int harmonics;          // besides the fundamental, each `fall_db` below the one before
    double fall_db;
    double level;           // of full scale, of the loudest moment
};
[[nodiscard]] std::span<const SoundRow> sound_rows();
[[nodiscard]] const SoundRow& sound_of(Grade grade);

// Something to look at and no alarm: one pulse, softer than any of theirs.
[[nodiscard]] const SoundRow& information_sound();

struct Pulse {
    int start_ms{0};
    int length_ms{0};
    bool operator==(const Pulse&) const = default;
};
// Where the pulses of one burst lie.
[[nodiscard]] std::vector<Pulse> pulses_of(const SoundRow& row);

inline constexpr int kSoundRateHz = 48'000;
// One burst, mono, 16 bits at kSoundRateHz.
[[nodiscard]] std::vector<std::int16_t> synthesise(const SoundRow& row);

// Where bursts are played: a loudspeaker, or a test that listens.
class SoundOut {
  public:
    virtual ~SoundOut() = default;
    // Mono, kSoundRateHz. Takes the place of what is still played. False: there is no device.
    virtual bool play(std::span<const std::int16_t> samples) = 0;
    // Whether there is a device, without a sound; what cannot tell has one.
    virtual bool probe() { return true; }
    virtual void stop() = 0;
};

// Repeats the burst of the grade that is due, at its interval. Times are seconds of any clock that only runs forward.
class BurstPlayer {
  public:
    static constexpr double kProbeS = 60;
    static constexpr double kBetweenS = 2.5; // from the end of a burst to the next of its grade, at the least
    // `out` must outlive it.
    explicit BurstPlayer(SoundOut& out);
    // At each change, and at least twice a second. Nothing: silence, at once. The device is asked for with the first silence,
    // so that a missing one is known before an alarm needs it, and each kProbeS while there is none. `onset` counts on with
    // each alarm of that grade that began: a higher one than was heard of is heard, though the grade sounds already.
    void follow(std::optional<Grade> grade, double now_s, std::uint64_t onset = 0);
    // One information sound, unless a high or medium alarm sounds.
    void inform();
    // False once a burst could not be played, until one can be.
    [[nodiscard]] bool has_device() const { return has_device_; }

  private:
    SoundOut& out_;
    std::array<std::vector<std::int16_t>, 3> bursts_;
    std::vector<std::int16_t> information_;
    std::optional<Grade> sounding_;
    std::uint64_t onset_{0}; // the newest that was heard of
    double next_s_{0}; // when the burst is repeated
    double rests_until_s_{0}; // no burst of the same grade before
    std::optional<double> probed_s_;
    bool has_device_{true};
};

} // namespace ems::console
