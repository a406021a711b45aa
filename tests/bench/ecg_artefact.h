// Artefacts that are added to clean recordings to see what an analysis does with them. Made, not
// recorded: each is a seeded process of the band and the shape that the artefact has. Pure; the same
// arguments give the same samples.
//
//   emg     20 to 150 Hz noise (as far as the rate goes) whose strength swells and fades (tremor)
//   motion  1 to 10 Hz noise in bursts, with steps that decay as an electrode settles
//   mains   50 Hz with a third harmonic, slowly varying
//   cpr     compressions at 100 to 120/min: a fundamental and its harmonics, each compression of
//           another strength
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace ems::bench {

enum class Artefact : std::uint8_t { emg, motion, mains, cpr };
inline constexpr Artefact kArtefacts[]{Artefact::emg, Artefact::motion, Artefact::mains,
                                       Artefact::cpr};
std::string_view artefact_name(Artefact artefact);

// `count` samples of root mean square 1.
std::vector<float> artefact(Artefact kind, std::size_t count, double rate_hz, std::uint64_t seed);

// Median over the beats of the peak-to-peak amplitude within 50 ms of them, mV; at least one beat.
double qrs_peak_to_peak_mv(std::span<const float> mv, std::span<const std::int64_t> beats,
                           double rate_hz);

// Gain of a noise of unit strength for a signal-to-noise ratio, as the MIT-BIH Noise Stress Test
// Database defines it: signal power = (QRS peak to peak)^2 / 8 (Moody, Muldrow, Mark,
// Comput Cardiol 11:381, 1984).
double noise_gain(double qrs_peak_to_peak_mv, double snr_db);

} // namespace ems::bench
