// What the waves of a beat look like on the eight acquired leads: sums of Gaussians in time (the
// simplification of ECGSYN, McSharry 2003, that the project's table of templates is written in),
// one amplitude a lead. Times in s from the R peak, amplitudes in mV. Pure.
#pragma once

#include <array>

#include "telemetry/signal/ecg_leads.h"

namespace ems::sim {

using LeadValues = std::array<double, signal::kAcquiredLeads>; // mV, order of signal::Lead

// ST plateau of each acquired lead, consistent with Einthoven; the derived leads follow.
inline constexpr LeadValues kStNone{};
inline constexpr LeadValues kStAnterior{.07, -.05, .15, .35, .40, .30, .10, .05};
inline constexpr LeadValues kStInferior{-.10, .20, 0, -.05, -.05, 0, 0, 0};
inline constexpr LeadValues kStEarlyRepolarisation{.03, .05, .05, .20, .20, .08, .05, .03};
inline constexpr LeadValues kStBorderline{0, .09, 0, .19, .19, .05, 0, 0};

// Centre of the P wave before the R peak with a normal PR interval.
inline constexpr double kPBeforeRS = 0.160;

void add_p_wave(double since_centre_s, LeadValues& mv);
// QRS, ST plateau and T of a beat that came down the bundle. T moves with the root of rr_s.
void add_narrow_beat(double since_r_s, double rr_s, const LeadValues& st_mv, LeadValues& mv);
// A ventricular beat: one broad wave of 150 ms and a T wave of the opposite sign.
void add_ventricular_beat(double since_r_s, double rr_s, LeadValues& mv);
// The same after a pacing spike of 3 mV and 2 ms in the apex of the right ventricle.
void add_paced_beat(double since_r_s, double rr_s, LeadValues& mv);

// How a fibrillating wave of the ventricles or of the atria projects on the leads.
inline constexpr LeadValues kFibrillation{.6, 1.0, .8, .9, .8, .7, .6, .5};
inline constexpr LeadValues kAtrial{.2, .5, 1.0, .4, .2, .1, .1, .1};

} // namespace ems::sim
