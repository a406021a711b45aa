#include "telemetry/signal/ecg12/ecg_advisor.h"

#include <algorithm>
#include <cmath>

#include "telemetry/base/assert.h"
#include "telemetry/signal/ecg12/ecg12.h"

namespace ems::signal {
namespace {

// What af_suspicion() looks at, and as much again, so that dropping them is seldom.
constexpr std::size_t kBeatsKept = kAfIntervals * 3 / 2;
constexpr std::int64_t kElsewhere = -1; // before any window

} // namespace

EcgAdvisor::EcgAdvisor(double rate_hz, std::span<const Lead> leads)
    : rate_hz_(rate_hz), leads_(leads.begin(), leads.end()), window_(frames_of(kWindowS)) {
    EMS_ASSERT(rate_hz > 0);
    const auto acquired = std::count_if(leads_.begin(), leads_.end(),
                                        [](Lead lead) { return lead != Lead::other; });
    has_twelve_ = static_cast<std::size_t>(acquired) == kAcquiredLeads;
    if (has_twelve_) {
        ring_.assign(window_ * leads_.size(), 0);
    }
    beats_.reserve(2 * kBeatsKept);
}

std::size_t EcgAdvisor::frames_of(double seconds) const {
    return static_cast<std::size_t>(std::llround(seconds * rate_hz_));
}

void EcgAdvisor::push(std::span<const float> mv) {
    EMS_ASSERT(mv.size() == leads_.size());
    if (has_twelve_) {
        std::copy(mv.begin(), mv.end(),
                  ring_.begin() + static_cast<std::ptrdiff_t>(next_ * leads_.size()));
        next_ = next_ + 1 == window_ ? 0 : next_ + 1;
    }
    count_ = std::min(count_ + 1, window_);
    ++frames_;
    ++total_;
    ++since_measured_;
}

void EcgAdvisor::add(const Beat& beat) {
    if (beats_.size() == 2 * kBeatsKept) {
        beats_.erase(beats_.begin(), beats_.end() - static_cast<std::ptrdiff_t>(kBeatsKept));
    }
    beats_.push_back(beat);
}

// Intervals stay intervals; where their beats lay is counted anew.
void EcgAdvisor::interrupt() {
    next_ = count_ = 0;
    frames_ = 0;
    for (Beat& beat : beats_) {
        beat.r_sample = kElsewhere;
    }
}

// The detector's numbers go on.
void EcgAdvisor::forget() {
    next_ = count_ = 0;
    beats_.clear();
    since_measured_ = 0;
    st_answers_ = {};
    st_.reset();
    af_answers_ = {};
    af_.reset();
}

bool EcgAdvisor::due() const {
    return count_ == window_ && since_measured_ >= frames_of(kEveryS);
}

// Of the windows of the settled verdict those leads that two of them agree on: a lead at its
// threshold comes and goes.
std::uint32_t EcgAdvisor::steady_leads() const {
    std::uint32_t mask = 0;
    for (std::size_t i = 0; i < kShownLeads; ++i) {
        const std::uint32_t bit = 1U << i;
        const auto is_up = [&](const Answer& answer) { return (answer.st.elevated & bit) != 0; };
        mask |= st_answers_.count(is_up) >= 2 ? bit : 0U;
    }
    return mask;
}

void EcgAdvisor::measure_st(const EcgPatient& patient) {
    AcquiredEcg ecg;
    ecg.rate_hz = rate_hz_;
    for (std::size_t i = 0; i < leads_.size(); ++i) {
        if (leads_[i] == Lead::other) {
            continue;
        }
        auto& mv = ecg.mv.at(static_cast<std::size_t>(leads_[i]));
        mv.reserve(window_);
        const auto take = [&](std::size_t from, std::size_t to) {
            for (std::size_t frame = from; frame < to; ++frame) {
                mv.push_back(ring_[frame * leads_.size() + i]);
            }
        };
        take(next_, window_);
        take(0, next_);
    }
    const std::int64_t first = frames_ - static_cast<std::int64_t>(window_);
    std::vector<std::int64_t> r_samples;
    for (const Beat& beat : beats_) {
        if (beat.r_sample >= first && beat.r_sample < frames_) {
            r_samples.push_back(beat.r_sample - first);
        }
    }
    const StAdvisory newest =
        analyse_ecg12(ecg, r_samples, patient, EcgBand::diagnostic).st;
    st_answers_.add({newest});
    const auto& settled = st_answers_.settled();
    // Three windows of three kinds bear nothing out: what was told ages.
    if (!settled || settled->st.verdict != newest.verdict) {
        return;
    }
    st_ = newest;
    if (newest.verdict == StVerdict::criteria_met) {
        const std::uint32_t steady = steady_leads();
        st_->elevated = steady != 0 ? steady : newest.elevated;
    }
    ++st_number_;
    st_at_ = total_;
}

void EcgAdvisor::measure(const EcgPatient& patient) {
    EMS_ASSERT(due());
    since_measured_ = 0;
    if (has_twelve_) {
        measure_st(patient);
    }
    const AfSuspicion af = af_suspicion(beats_);
    af_answers_.add(af.finding);
    if (af_answers_.settled() == af.finding) {
        af_ = af;
        ++af_number_;
        af_at_ = total_;
    }
}

EcgAdvice EcgAdvisor::advice() const {
    const auto held = static_cast<std::uint64_t>(frames_of(kHeldS));
    EcgAdvice out;
    if (st_ && total_ - st_at_ <= held) {
        out.st = st_;
        out.st_number = st_number_;
    }
    if (af_ && total_ - af_at_ <= held) {
        out.af = af_;
        out.af_number = af_number_;
    }
    return out;
}

} // namespace ems::signal
