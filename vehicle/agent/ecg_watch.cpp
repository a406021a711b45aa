#include "vehicle/agent/ecg_watch.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>

#include <fmt/format.h>

#include "telemetry/base/assert.h"
#include "telemetry/base/log.h"
#include "telemetry/signal/ecg/qrs_detector.h"
#include "telemetry/signal/ecg_leads.h"
#include "vehicle/agent/limits.h"

namespace ems::vehicle {
namespace {

using signal::AlarmId;
using signal::LeadFault;
using signal::RhythmAlarm;

constexpr std::array kIds{
    AlarmId::asystole,        AlarmId::vf,           AlarmId::vt,       AlarmId::hr_extreme_low,
    AlarmId::hr_extreme_high, AlarmId::ecg_lead_off, AlarmId::ecg_noise,
    AlarmId::st_elevation,    AlarmId::af_suspected};

constexpr float kNone = std::numeric_limits<float>::quiet_NaN();
constexpr double kHoleFilledS = 0.5;
constexpr double kSettleS = 10;   // the slowest finding, fibrillation, takes 8 s
constexpr double kAttachedS = 5;  // no standstill of a lead that was put on since
constexpr double kNoiseS = 5;     // of it, or without it: a bump is no noise
constexpr double kOffEndsS = 2;   // a cable that swings is off
constexpr double kPulseHeldS = 9; // after the onset
constexpr double kFlatS = 8;       // without a pulse
constexpr double kPlethGoneS = 2; // then the monitor's pulse stands in for it
// At most one decision on fibrillation, the costliest step, falls into a slice.
constexpr double kSliceS = 0.5;

bool has_no_line(LeadFault fault) {
    switch (fault) {
    case LeadFault::no_signal:
    case LeadFault::flat:
    case LeadFault::saturated:
        return true;
    case LeadFault::none:
    case LeadFault::noisy:
        return false;
    }
    EMS_ASSERT(false);
    return false;
}

} // namespace

std::int64_t EcgWatch::frames_of(double seconds) const {
    return static_cast<std::int64_t>(seconds * layout_.rate_hz);
}

std::vector<wire::Alarm> EcgWatch::begin(const WaveBuilder::Session& session) {
    auto ends = end();
    session_ = session;
    const double rate_hz = session.rate_mhz / 1'000.0;
    too_slow_ = rate_hz < signal::kEcgRateMinHz;
    factor_ = static_cast<std::uint32_t>(std::max(1.0, std::ceil(rate_hz / signal::kEcgRateMaxHz)));
    layout_ = {.rate_hz = rate_hz / factor_,
               .leads = 0,
               .pleth_rate_hz = session.pleth_rate_mhz / 1'000.0};
    if (too_slow_) {
        EMS_LOG(warn, "ecg", "not analysed: {} Hz", rate_hz);
        return ends;
    }
    // II first, the lead of rhythms; of nine the one of unknown place is left out.
    std::vector<signal::Lead> leads;
    const auto lead = [&](signal::Lead one) {
        const std::uint32_t bit = signal::lead_bit(one);
        if ((session.lead_mask & bit) != 0 && layout_.leads < signal::kMonitorLeadsMax) {
            const std::uint32_t before = session.lead_mask & (bit - 1);
            place_.at(layout_.leads) = static_cast<std::size_t>(std::popcount(before));
            bit_.at(layout_.leads) = bit;
            leads.push_back(one);
            ++layout_.leads;
        }
    };
    lead(signal::Lead::II);
    for (unsigned i = 0; i <= static_cast<unsigned>(signal::Lead::other); ++i) {
        if (const auto one = static_cast<signal::Lead>(i); one != signal::Lead::II) {
            lead(one);
        }
    }
    ring_.assign(layout_.leads * kEcgWaitingFramesMax, 0);
    advisor_.emplace(layout_.rate_hz, leads);
    restarts_ = true;
    return ends;
}

std::vector<wire::Alarm> EcgWatch::end() {
    layout_ = {.leads = 0};
    monitor_.reset();
    advisor_.reset();
    too_slow_ = started_ = restarts_ = false;
    head_ = count_ = 0;
    summed_ = without_pleth_ = 0;
    pleth_due_ = 0;
    holes_ = overruns_ = 0;
    frames_ = analysed_ = settled_at_ = 0;
    return changes({});
}

// ------------------------------------------------------------------------------------------------
// arrival

void EcgWatch::restart() {
    head_ = count_ = 0;
    summed_ = 0;
    restarts_ = true;
}

void EcgWatch::add_frame() {
    if (++summed_ < factor_) {
        return;
    }
    if (count_ == kEcgWaitingFramesMax) {
        if (overruns_++ == 0) {
            EMS_LOG(warn, "ecg", "samples come faster than they are analysed");
        }
        restart();
    }
    const std::size_t at = (head_ + count_) % kEcgWaitingFramesMax * layout_.leads;
    for (std::size_t i = 0; i < layout_.leads; ++i) {
        ring_[at + i] = sums_[i] / static_cast<float>(factor_);
        sums_[i] = 0;
    }
    ++count_;
    summed_ = 0;
}

void EcgWatch::bridge(std::uint64_t first_sample) {
    ++holes_;
    const auto short_hole = static_cast<std::uint64_t>(kHoleFilledS * layout_.rate_hz * factor_);
    if (first_sample < next_sample_ || first_sample - next_sample_ > short_hole) {
        restart();
        return;
    }
    for (; next_sample_ < first_sample; ++next_sample_) {
        std::fill_n(sums_.begin(), layout_.leads, kNone);
        add_frame();
    }
}

void EcgWatch::add(const WaveBuilder::Chunk& chunk) {
    if (layout_.leads == 0 || chunk.count() == 0) {
        return;
    }
    if (started_ && chunk.first_sample != next_sample_) {
        bridge(chunk.first_sample);
    }
    started_ = true;
    const auto mv = static_cast<float>(session_.gain_nv * 1e-6);
    for (std::size_t sample = 0; sample < chunk.count(); ++sample) {
        for (std::size_t i = 0; i < layout_.leads; ++i) {
            const bool off = (chunk.lead_off_mask & bit_[i]) != 0;
            sums_[i] += off ? kNone : mv * static_cast<float>(chunk.leads[place_[i]][sample]);
        }
        add_frame();
    }
    next_sample_ = chunk.first_sample + chunk.count();
    add_pleth(chunk);
}

// It runs beside the ECG, ahead of it by what waits.
void EcgWatch::add_pleth(const WaveBuilder::Chunk& chunk) {
    without_pleth_ =
        chunk.pleth.empty() ? without_pleth_ + static_cast<std::uint32_t>(chunk.count()) : 0;
    if (!monitor_ || !(layout_.pleth_rate_hz > 0)) {
        return;
    }
    for (const std::int32_t value : chunk.pleth) {
        monitor_->push_pleth(static_cast<float>(value));
    }
    // A probe that is off gives no values, and its time goes on.
    pleth_due_ = chunk.pleth.empty() ? pleth_due_ + static_cast<double>(chunk.count()) *
                                                        session_.pleth_rate_mhz / session_.rate_mhz
                                     : 0;
    for (; pleth_due_ >= 1; pleth_due_ -= 1) {
        monitor_->push_pleth(kNone);
    }
}

// ------------------------------------------------------------------------------------------------
// analysis

std::vector<wire::Alarm> EcgWatch::analyse(const Patient& patient) {
    if (count_ == 0) {
        return {};
    }
    if (restarts_) {
        restarts_ = false;
        // A device that begins anew all the time holds nothing up for longer.
        if (monitor_ && analysed_ >= settled_at_) {
            settled_at_ = analysed_ + frames_of(kSettleS);
        }
        monitor_.emplace(layout_);
        advisor_->interrupt();
        intervals_s_.fill(0);
        frames_ = off_at_ = noise_turned_at_ = not_flat_at_ = 0;
        was_off_ = false;
    }
    const auto most = std::min(static_cast<std::size_t>(frames_of(kSliceS)),
                               std::max<std::size_t>(1, kEcgSliceValuesMax / layout_.leads));
    const std::size_t slice = std::min(count_, most);
    for (std::size_t i = 0; i < slice; ++i) {
        const auto frame = std::span{ring_}.subspan(head_ * layout_.leads, layout_.leads);
        monitor_->push(frame);
        advisor_->push(frame);
        head_ = (head_ + 1) % kEcgWaitingFramesMax;
        for (const signal::Beat& beat : monitor_->beats()) {
            advisor_->add(beat);
            intervals_s_.at(interval_at_++ % intervals_s_.size()) = beat.rr_s;
        }
        for (const signal::RhythmEvent& event : monitor_->events()) {
            onsets_.at(static_cast<std::size_t>(event.alarm)) = event.onset_sample;
        }
    }
    count_ -= slice;
    frames_ += static_cast<std::int64_t>(slice);
    analysed_ += static_cast<std::int64_t>(slice);
    if (advisor_->due()) {
        advisor_->measure(patient.ecg);
    }
    return changes(judge(patient));
}

bool EcgWatch::said(Finding finding) const {
    return said_[static_cast<std::size_t>(finding)];
}

bool EcgWatch::has_pleth() const {
    return layout_.pleth_rate_hz > 0 && without_pleth_ < kPlethGoneS * session_.rate_mhz / 1'000.0;
}

bool EcgWatch::is_held_back(Finding finding, RhythmAlarm rhythm, const Patient& patient) const {
    const std::int64_t onset = onsets_.at(static_cast<std::size_t>(rhythm));
    return !said(finding) && !has_pleth() && patient.pulse == MonitorPulse::shown &&
           frames_ - onset < frames_of(kPulseHeldS);
}

// By the mean rate; below three beats in 10 s there is none, and it is slow enough.
bool EcgWatch::breaks_limit(Finding finding, const Patient& patient) const {
    const signal::AlarmLimit& limit =
        *signal::alarm_row(kIds.at(static_cast<std::size_t>(finding))).limit;
    const auto threshold = limit.threshold.at(static_cast<std::size_t>(patient.group));
    const auto rate = heart_rate();
    if (!threshold || !rate) {
        return threshold && limit.side == signal::LimitSide::low;
    }
    return said(finding) ? !signal::has_returned(limit, *threshold, *rate)
                         : signal::breaks(limit, *threshold, *rate);
}

void EcgWatch::judge_leads(Findings& found, const Patient& patient) {
    bool is_off = true;
    bool is_flat = true;
    bool is_clear = false;
    for (std::size_t i = 0; i < layout_.leads; ++i) {
        const LeadFault fault = monitor_->lead(i).fault;
        is_off = is_off && has_no_line(fault);
        is_flat = is_flat && fault == LeadFault::flat;
        is_clear = is_clear || fault == LeadFault::none;
    }
    if (!is_flat || !has_pleth() || monitor_->pleth_pulses() ||
        patient.pulse == MonitorPulse::shown) {
        not_flat_at_ = frames_;
    }
    const bool stands_still = frames_ - not_flat_at_ >= frames_of(kFlatS);
    found[static_cast<std::size_t>(Finding::asystole)] = stands_still;
    is_off = is_off && !stands_still;
    if (is_off) {
        off_at_ = frames_;
        was_off_ = true;
    }
    // Where no beat can be, none is missed.
    const bool is_noisy = !is_off && !is_clear && !monitor_->active(RhythmAlarm::asystole) &&
                          !monitor_->active(RhythmAlarm::ventricular_fibrillation);
    if (is_noisy == said(Finding::noise)) {
        noise_turned_at_ = frames_;
    }
    const bool turns = frames_ - noise_turned_at_ >= frames_of(kNoiseS);
    found[static_cast<std::size_t>(Finding::noise)] = said(Finding::noise) != turns;
    found[static_cast<std::size_t>(Finding::lead_off)] =
        is_off || (said(Finding::lead_off) && frames_ - off_at_ < frames_of(kOffEndsS));
}

void EcgWatch::judge_advice(Findings& found) const {
    const signal::EcgAdvice advice = advisor_->advice();
    found[static_cast<std::size_t>(Finding::st_elevation)] =
        advice.st && advice.st->verdict == signal::StVerdict::criteria_met;
    found[static_cast<std::size_t>(Finding::af_suspected)] =
        advice.af && advice.af->finding == signal::AfFinding::suspected;
}

EcgWatch::Findings EcgWatch::judge(const Patient& patient) {
    Findings found{};
    judge_leads(found, patient);
    const auto set = [&found](Finding finding, bool holds) {
        found[static_cast<std::size_t>(finding)] = holds;
    };
    const bool attached =
        said(Finding::asystole) || !was_off_ || frames_ - off_at_ >= frames_of(kAttachedS);
    set(Finding::asystole, found[static_cast<std::size_t>(Finding::asystole)] ||
                               (attached && monitor_->active(RhythmAlarm::asystole) &&
                               !is_held_back(Finding::asystole, RhythmAlarm::asystole, patient)));
    set(Finding::fibrillation,
        monitor_->active(RhythmAlarm::ventricular_fibrillation) &&
            !is_held_back(Finding::fibrillation, RhythmAlarm::ventricular_fibrillation, patient));
    set(Finding::tachycardia, monitor_->active(RhythmAlarm::ventricular_tachycardia));
    set(Finding::extreme_low, monitor_->active(RhythmAlarm::extreme_bradycardia) &&
                                  breaks_limit(Finding::extreme_low, patient));
    set(Finding::extreme_high, monitor_->active(RhythmAlarm::extreme_tachycardia) &&
                                   breaks_limit(Finding::extreme_high, patient));
    judge_advice(found);
    if (analysed_ < settled_at_) {
        for (std::size_t i = 0; i < kFindings; ++i) {
            found[i] = found[i] || said_[i];
        }
    }
    return found;
}

std::string EcgWatch::value_of(Finding finding) const {
    if (finding == Finding::st_elevation) {
        const signal::EcgAdvice advice = this->advice();
        return advice.st ? signal::lead_list(advice.st->elevated) : "";
    }
    const signal::AlarmRow& row = signal::alarm_row(kIds.at(static_cast<std::size_t>(finding)));
    const auto rate = heart_rate();
    return row.limit && rate ? signal::vital_text(row.limit->vital, *rate) : "";
}

// Of ST the leads are said anew when they change.
std::vector<wire::Alarm> EcgWatch::changes(const Findings& found) {
    std::vector<wire::Alarm> out;
    for (std::size_t i = 0; i < kFindings; ++i) {
        const auto finding = static_cast<Finding>(i);
        const std::string leads = finding == Finding::st_elevation && found[i] ? value_of(finding) : "";
        const bool moved = found[i] && !leads.empty() && leads != st_leads_;
        if (found[i] == said_[i] && !moved) {
            continue;
        }
        said_[i] = found[i];
        if (finding == Finding::st_elevation) {
            st_leads_ = leads;
        }
        const signal::AlarmRow& row = signal::alarm_row(kIds.at(i));
        wire::Alarm& alarm = out.emplace_back();
        alarm.set_code(std::string{row.code});
        alarm.set_technical(row.kind == signal::AlarmKind::technical);
        alarm.set_active(found[i]);
        if (found[i]) {
            alarm.set_value(value_of(finding));
        }
    }
    return out;
}

std::vector<wire::Alarm> EcgWatch::next_patient() {
    if (advisor_) {
        advisor_->forget();
    }
    Findings found = said_;
    found[static_cast<std::size_t>(Finding::st_elevation)] = false;
    found[static_cast<std::size_t>(Finding::af_suspected)] = false;
    return changes(found);
}

// ------------------------------------------------------------------------------------------------
// what is known

std::optional<std::int32_t> EcgWatch::heart_rate() const {
    const auto rate = monitor_ ? monitor_->heart_rate() : std::nullopt;
    return rate ? signal::vital_value(signal::VitalKind::hr, rate->bpm) : std::nullopt;
}

signal::EcgAdvice EcgWatch::advice() const {
    return advisor_ ? advisor_->advice() : signal::EcgAdvice{};
}

std::optional<std::int32_t> EcgWatch::rate_for_limits() const {
    const bool known = std::all_of(intervals_s_.begin(), intervals_s_.end(),
                                   [](double interval_s) { return interval_s > 0; });
    const auto mean = heart_rate();
    if (!known || !mean) {
        return mean;
    }
    constexpr double kMinuteS = 60;
    const double sum_s = std::accumulate(intervals_s_.begin(), intervals_s_.end(), 0.0);
    return signal::vital_value(signal::VitalKind::hr,
                               kMinuteS * static_cast<double>(intervals_s_.size()) / sum_s);
}

bool EcgWatch::probe_is_on() const {
    return started_ && layout_.pleth_rate_hz > 0 &&
           without_pleth_ < kPlethGoneS * session_.rate_mhz / 1'000.0;
}

std::string EcgWatch::trouble() const {
    if (too_slow_) {
        return fmt::format("not analysed: {} Hz", session_.rate_mhz / 1'000.0);
    }
    if (overruns_ > 0) {
        return fmt::format("too fast to be analysed whole ({} times)", overruns_);
    }
    return holes_ > 0 ? fmt::format("{} holes", holes_) : "";
}

} // namespace ems::vehicle
