#include "vehicle/sim/heart_shape.h"

#include <algorithm>
#include <cmath>

namespace ems::sim {
namespace {

struct Wave {
    double centre_s;
    double sigma_s;
};
constexpr double kPSigmaS = 0.025;
constexpr Wave kQ{-0.030, 0.010};
constexpr Wave kR{0, 0.010};
constexpr Wave kS{0.030, 0.010};
constexpr Wave kT{0.280, 0.045}; // both scaled by the square root of RR

struct Amplitudes {
    double p, q, r, s, t;
};
// mV, order I II V1 V2 V3 V4 V5 V6
constexpr std::array<Amplitudes, signal::kAcquiredLeads> kNormal{{
    {.08, -.05, .70, -.10, .20},
    {.15, -.05, 1.10, -.15, .30},
    {.06, 0, .20, -1.0, -.05},
    {.08, 0, .50, -1.5, .40},
    {.08, 0, .90, -1.1, .45},
    {.08, -.05, 1.6, -.60, .45},
    {.08, -.10, 1.6, -.30, .35},
    {.08, -.10, 1.2, -.10, .25},
}};
constexpr LeadValues kWide{.9, 1.3, -1.4, -1.6, -1.0, .5, 1.1, 1.0};
// From the apex of the right ventricle: away from the inferior leads and from most of the chest.
constexpr LeadValues kPacedWide{.9, -.8, -1.0, -1.4, -1.5, -1.2, -.4, .3};
constexpr LeadValues kSpike{1.2, 3.0, 1.5, 1.8, 2.0, 2.0, 1.8, 1.5};
constexpr double kWideSigmaS = 0.032;
constexpr double kWideTShare = -0.35;
constexpr double kSpikeBeforeRS = 0.080;
constexpr double kSpikeS = 0.002;

double gauss(double t_s, Wave wave) {
    const double x = (t_s - wave.centre_s) / wave.sigma_s;
    return std::abs(x) > 6 ? 0 : std::exp(-x * x / 2);
}

double smooth_step(double from, double to, double x) {
    const double u = std::clamp((x - from) / (to - from), 0.0, 1.0);
    return u * u * (3 - 2 * u);
}

Wave t_wave(double rr_s) {
    const double stretch = std::sqrt(std::clamp(rr_s, 0.3, 1.5));
    return {kT.centre_s * stretch, kT.sigma_s * stretch};
}

void add_wide(double since_r_s, double rr_s, const LeadValues& shape, LeadValues& mv) {
    const Wave t = t_wave(rr_s);
    const double wave = gauss(since_r_s, {0, kWideSigmaS}) +
                        kWideTShare * gauss(since_r_s, {t.centre_s * 1.1, t.sigma_s * 1.2});
    for (std::size_t lead = 0; lead < mv.size(); ++lead) {
        mv[lead] += shape[lead] * wave;
    }
}

} // namespace

void add_p_wave(double since_centre_s, LeadValues& mv) {
    const double p = gauss(since_centre_s, {0, kPSigmaS});
    if (p > 0) {
        for (std::size_t lead = 0; lead < mv.size(); ++lead) {
            mv[lead] += kNormal[lead].p * p;
        }
    }
}

void add_narrow_beat(double since_r_s, double rr_s, const LeadValues& st_mv, LeadValues& mv) {
    const Wave wave = t_wave(rr_s);
    const double q = gauss(since_r_s, kQ);
    const double r = gauss(since_r_s, kR);
    const double s = gauss(since_r_s, kS);
    const double t = gauss(since_r_s, wave);
    // Flat from 65 ms after R to the T wave, gone with the T wave.
    const double plateau =
        smooth_step(0.035, 0.065, since_r_s) *
        (1 - smooth_step(wave.centre_s, wave.centre_s + 2.5 * wave.sigma_s, since_r_s));
    for (std::size_t lead = 0; lead < mv.size(); ++lead) {
        const Amplitudes& a = kNormal[lead];
        mv[lead] += a.q * q + a.r * r + a.s * s + a.t * t + st_mv[lead] * plateau;
    }
}

void add_ventricular_beat(double since_r_s, double rr_s, LeadValues& mv) {
    add_wide(since_r_s, rr_s, kWide, mv);
}

void add_paced_beat(double since_r_s, double rr_s, LeadValues& mv) {
    add_wide(since_r_s, rr_s, kPacedWide, mv);
    const double since_spike_s = since_r_s + kSpikeBeforeRS;
    if (since_spike_s >= 0 && since_spike_s < kSpikeS) {
        for (std::size_t lead = 0; lead < mv.size(); ++lead) {
            mv[lead] += kSpike[lead];
        }
    }
}

} // namespace ems::sim
