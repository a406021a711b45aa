#include "dispatch/core/release.h"

#include <algorithm>
#include <array>

#include "telemetry/base/assert.h"

namespace ems::dispatch {
namespace {

using U = UnitState;

struct Prior {
    U state;
    std::uint32_t p10_s;
    std::uint32_t p50_s;
    std::uint32_t p90_s;
};
constexpr std::array<Prior, 8> kPriors{{
    {U::assigned, 1'800, 3'600, 6'000},
    {U::acknowledged, 1'740, 3'540, 5'900},
    {U::en_route, 1'500, 3'300, 5'700},
    {U::at_scene, 900, 2'700, 4'800},
    {U::at_patient, 720, 2'400, 4'500},
    {U::transporting, 600, 1'800, 3'300},
    {U::at_hospital, 300, 1'200, 2'400},
    {U::handover, 120, 600, 1'500},
}};

// Longer than anything known: nobody can say, so it is not called soon.
constexpr Release kOverdue{120, 600, 1'800, 0};

// The n-th of kPriorSamples durations, straight lines between the quantiles and on beyond them.
std::uint32_t prior_sample(const Prior& prior, std::size_t n) {
    const auto permille = static_cast<std::int64_t>((2 * n + 1) * 1000 / (2 * kPriorSamples));
    const bool upper = permille >= 500;
    const std::int64_t from = upper ? prior.p50_s : prior.p10_s;
    const std::int64_t to = upper ? prior.p90_s : prior.p50_s;
    const std::int64_t start = upper ? 500 : 100;
    return static_cast<std::uint32_t>(std::max<std::int64_t>(from + (to - from) * (permille - start) / 400, 0));
}

} // namespace

Release predict_release(U state, std::uint32_t elapsed_s, const ReleaseHistory& history) {
    const auto prior = std::find_if(kPriors.begin(), kPriors.end(), [&](const Prior& p) { return p.state == state; });
    EMS_ASSERT(prior != kPriors.end());
    std::vector<std::uint32_t> left;
    const auto keep = [&](std::uint32_t duration_s) {
        if (duration_s > elapsed_s) {
            left.push_back(duration_s - elapsed_s);
        }
    };
    const auto known = history.find(state);
    if (known != history.end()) {
        std::for_each(known->second.begin(), known->second.end(), keep);
    }
    const auto samples = static_cast<std::uint32_t>(left.size());
    for (std::size_t n = 0; n < kPriorSamples; ++n) {
        keep(prior_sample(*prior, n));
    }
    if (left.empty()) {
        return kOverdue;
    }
    std::sort(left.begin(), left.end());
    const auto quantile = [&](std::size_t tenths) { return left[(left.size() - 1) * tenths / 10]; };
    return {quantile(1), quantile(5), quantile(9), samples};
}

} // namespace ems::dispatch
