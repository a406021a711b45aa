#include "telemetry/signal/vitals/ecg_advice_wire.h"

#include <algorithm>

#include "telemetry/base/assert.h"

namespace ems::signal {
namespace {

constexpr std::uint32_t kShownMask = (1U << kShownLeads) - 1;
constexpr std::uint32_t kRefusalMask = (1U << kStRefusals) - 1;
constexpr std::int64_t kMillisecondUs = 1'000;

std::uint32_t age_ms(std::int64_t age_us) {
    return static_cast<std::uint32_t>(std::max<std::int64_t>(0, age_us) / kMillisecondUs);
}

wire::EcgAdvisory::St verdict_of(StVerdict verdict) {
    switch (verdict) {
    case StVerdict::criteria_met:
        return wire::EcgAdvisory::ST_CRITERIA_MET;
    case StVerdict::criteria_not_seen:
        return wire::EcgAdvisory::ST_NOT_SEEN;
    case StVerdict::not_interpretable:
        return wire::EcgAdvisory::ST_NOT_INTERPRETABLE;
    }
    EMS_ASSERT(false);
    return wire::EcgAdvisory::ST_UNKNOWN;
}

wire::EcgAdvisory::Af finding_of(AfFinding finding) {
    switch (finding) {
    case AfFinding::not_suspected:
        return wire::EcgAdvisory::AF_NOT_SUSPECTED;
    case AfFinding::suspected:
        return wire::EcgAdvisory::AF_SUSPECTED;
    case AfFinding::too_few_beats:
        return wire::EcgAdvisory::AF_TOO_FEW_BEATS;
    case AfFinding::noise:
        return wire::EcgAdvisory::AF_NOISE;
    case AfFinding::frequent_ectopy:
        return wire::EcgAdvisory::AF_FREQUENT_ECTOPY;
    }
    EMS_ASSERT(false);
    return wire::EcgAdvisory::AF_UNKNOWN;
}

} // namespace

std::optional<wire::EcgAdvisory> to_wire(const EcgAdvice& advice, const EcgAdviceAges& ages) {
    if (!advice.st && !advice.af) {
        return std::nullopt;
    }
    wire::EcgAdvisory out;
    if (advice.st) {
        const StAdvisory& st = *advice.st;
        out.set_st(verdict_of(st.verdict));
        out.set_st_age_ms(age_ms(ages.st_us));
        out.set_st_elevated(st.elevated);
        out.set_st_not_judged(st.not_judged);
        out.set_st_refusals(static_cast<std::uint32_t>(st.refusals.to_ulong()));
        out.set_st_ask_right_chest(st.ask_right_chest);
        out.set_st_ask_posterior(st.ask_posterior);
        out.set_st_diffuse_with_avr(st.diffuse_with_avr);
        if (st.sgarbossa) {
            out.set_st_sgarbossa(static_cast<std::uint32_t>(*st.sgarbossa));
        }
        out.set_st_sex_assumed(st.sex_assumed);
        out.set_st_age_assumed(st.age_assumed);
    }
    if (advice.af) {
        out.set_af(finding_of(advice.af->finding));
        out.set_af_age_ms(age_ms(ages.af_us));
    }
    return out;
}

std::optional<StAdvisory> st_of_wire(const wire::EcgAdvisory& advisory) {
    StAdvisory st;
    switch (advisory.st()) {
    case wire::EcgAdvisory::ST_CRITERIA_MET:
        st.verdict = StVerdict::criteria_met;
        break;
    case wire::EcgAdvisory::ST_NOT_SEEN:
        st.verdict = StVerdict::criteria_not_seen;
        break;
    case wire::EcgAdvisory::ST_NOT_INTERPRETABLE:
        st.verdict = StVerdict::not_interpretable;
        break;
    default: // unknown, or of a later version
        return std::nullopt;
    }
    st.elevated = advisory.st_elevated() & kShownMask;
    st.not_judged = advisory.st_not_judged() & kShownMask;
    st.refusals = StRefusals{advisory.st_refusals() & kRefusalMask};
    st.ask_right_chest = advisory.st_ask_right_chest();
    st.ask_posterior = advisory.st_ask_posterior();
    st.diffuse_with_avr = advisory.st_diffuse_with_avr();
    constexpr std::uint32_t kSgarbossaMost = 10;
    if (advisory.has_st_sgarbossa() && advisory.st_sgarbossa() <= kSgarbossaMost) {
        st.sgarbossa = static_cast<int>(advisory.st_sgarbossa());
    }
    st.sex_assumed = advisory.st_sex_assumed();
    st.age_assumed = advisory.st_age_assumed();
    return st;
}

std::optional<AfFinding> af_of_wire(const wire::EcgAdvisory& advisory) {
    switch (advisory.af()) {
    case wire::EcgAdvisory::AF_NOT_SUSPECTED:
        return AfFinding::not_suspected;
    case wire::EcgAdvisory::AF_SUSPECTED:
        return AfFinding::suspected;
    case wire::EcgAdvisory::AF_TOO_FEW_BEATS:
        return AfFinding::too_few_beats;
    case wire::EcgAdvisory::AF_NOISE:
        return AfFinding::noise;
    case wire::EcgAdvisory::AF_FREQUENT_ECTOPY:
        return AfFinding::frequent_ectopy;
    default: // unknown, or of a later version
        return std::nullopt;
    }
}

} // namespace ems::signal
