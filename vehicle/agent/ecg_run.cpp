#include "vehicle/agent/ecg_run.h"

#include <algorithm>
#include <bit>

#include "telemetry/signal/ecg_leads.h"
#include "vehicle/agent/limits.h"

namespace ems::vehicle {
namespace {

constexpr std::uint32_t kAllLeads = (1U << signal::kAcquiredLeads) - 1U;

// What the eight acquired leads, or some of them, make of the twelve.
std::uint32_t leads_of(std::uint32_t on) {
    const std::uint32_t limbs = signal::lead_bit(signal::Lead::I) | signal::lead_bit(signal::Lead::II);
    return (on & kAllLeads) == kAllLeads ? 12 : (on & limbs) == limbs ? 3 : on != 0 ? 1 : 0;
}

} // namespace

void EcgRun::heard(const Chunk& chunk) {
    if (chunk.length.count() <= 0) {
        return; // pleth alone
    }
    const bool follows =
        run_ && chunk.at.us >= run_->from.us &&
        std::chrono::microseconds{chunk.at.us - run_->to.us} <= kDeviceLostAfter;
    if (!follows) { // a clock that stepped back begins anew, too
        run_ = Run{.from = chunk.at};
    }
    run_->to = chunk.at + chunk.length;
    run_->leads_now = leads_of(chunk.lead_mask & ~chunk.lead_off_mask);
    if (run_->leads_now != 0) {
        run_->lead_to = run_->to;
        run_->leads = run_->leads_now;
    }
}

void EcgRun::ended() {
    if (run_) {
        run_->leads_now = 0;
    }
}

std::uint32_t EcgRun::leads(DeviceTime now) const {
    const bool runs =
        run_ && std::chrono::microseconds{now.us - run_->to.us} <= kDeviceLostAfter;
    return runs ? run_->leads_now : 0;
}

Result<wire::EcgMark> EcgRun::stretch(DeviceTime until) const {
    if (run_ && run_->lead_to) {
        const std::int64_t to_us = std::min(until.us, run_->lead_to->us);
        const std::int64_t from_us = std::max(
            run_->from.us, until.us - std::chrono::microseconds{kEcgSent}.count());
        if (to_us - from_us >= std::chrono::microseconds{kEcgSentLeast}.count()) {
            wire::EcgMark mark;
            mark.set_from_us(from_us);
            mark.set_duration_ms(static_cast<std::uint32_t>((to_us - from_us) / 1'000));
            mark.set_leads(run_->leads);
            return mark;
        }
    }
    return fail(Code::not_found, "no ECG ran in the last ten seconds");
}

} // namespace ems::vehicle
