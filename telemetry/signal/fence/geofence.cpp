#include "telemetry/signal/fence/geofence.h"

#include <algorithm>

namespace ems::signal {
namespace {

using U = wire::UnitState;

using Distance = std::optional<std::uint32_t> FenceFix::*;
enum class Side : std::uint8_t { within, beyond };
enum class Before : std::uint8_t { anything, a_drive };

struct Rule {
    U from_first;
    U from_last;       // states lie in the order of the wire's numbers
    U suggests;
    Distance distance;   // null: only the speed counts
    Side side;
    std::uint32_t metres;
    std::int64_t hold_us;
    Before before{Before::anything};
};
constexpr std::uint32_t kStandingBelowCmS = 139;   // 5 km/h
constexpr std::uint32_t kMovingFromCmS = 278;      // 10 km/h
constexpr std::int64_t kStandUs = 20'000'000;
constexpr std::int64_t kMoveUs = 10'000'000;
constexpr std::uint32_t kGoneOnFactor = 2;

constexpr U kAtPost = wire::UNIT_UNSPECIFIED;

constexpr std::array<Rule, kFenceRules> kRules{{
    {wire::UNIT_AVAILABLE, wire::UNIT_AVAILABLE, kAtPost, &FenceFix::post_m, Side::within, 100, kStandUs},
    {wire::UNIT_ASSIGNED, wire::UNIT_ACKNOWLEDGED, wire::UNIT_EN_ROUTE, nullptr, Side::beyond, 0, kMoveUs},
    {wire::UNIT_ASSIGNED, wire::UNIT_EN_ROUTE, wire::UNIT_AT_SCENE, &FenceFix::scene_m, Side::within, 100, kStandUs},
    {wire::UNIT_AT_SCENE, wire::UNIT_AT_PATIENT, wire::UNIT_TRANSPORTING, &FenceFix::scene_m, Side::beyond, 200,
     kMoveUs},
    {wire::UNIT_TRANSPORTING, wire::UNIT_TRANSPORTING, wire::UNIT_AT_HOSPITAL, &FenceFix::hospital_m, Side::within, 150,
     kStandUs},
    {wire::UNIT_AT_HOSPITAL, wire::UNIT_HANDOVER, wire::UNIT_CLEARING, &FenceFix::hospital_m, Side::beyond, 200,
     kMoveUs},
    {wire::UNIT_CLEARING, wire::UNIT_RETURNING, kAtPost, &FenceFix::post_m, Side::within, 100, kStandUs},
    {wire::UNIT_CLEARING, wire::UNIT_CLEARING, wire::UNIT_AVAILABLE, &FenceFix::station_m, Side::within, 100, kStandUs,
     Before::a_drive},
    {wire::UNIT_RETURNING, wire::UNIT_RETURNING, wire::UNIT_AVAILABLE, &FenceFix::station_m, Side::within, 100,
     kStandUs},
}};

bool holds(const Rule& rule, U state, const FenceFix& fix) {
    const auto metres = rule.distance == nullptr ? std::optional<std::uint32_t>{0} : fix.*rule.distance;
    if (state < rule.from_first || state > rule.from_last || !metres) {
        return false;
    }
    if (rule.side == Side::within) {
        return *metres <= rule.metres && fix.speed_cm_s < kStandingBelowCmS;
    }
    return *metres >= rule.metres && fix.speed_cm_s >= kMovingFromCmS;
}

} // namespace

bool has_gone_on(wire::UnitState suggested, const FenceFix& fix) {
    return std::any_of(kRules.begin(), kRules.end(), [&](const Rule& rule) {
        if (rule.suggests != suggested || rule.side != Side::within) {
            return false;
        }
        const std::optional<std::uint32_t> metres = fix.*rule.distance;
        return metres && *metres >= kGoneOnFactor * rule.metres;
    });
}

std::optional<Suggestion> FenceWatch::see(U state, const FenceFix& fix, double time_scale) {
    if (fix.at_us <= last_us_) {
        return std::nullopt;
    }
    const auto gap_max_us = static_cast<std::int64_t>(static_cast<double>(kFenceGapMaxUs) / time_scale);
    has_driven_ = (has_driven_ && state_ == state) || fix.speed_cm_s >= kMovingFromCmS;
    if (state_ != state || fix.at_us - last_us_ > gap_max_us) {
        held_ = {};
    }
    state_ = state;
    last_us_ = fix.at_us;
    std::size_t due = kRules.size();
    for (std::size_t i = 0; i < kRules.size(); ++i) {
        Held& held = held_[i];
        const bool ready = kRules[i].before == Before::anything || has_driven_;
        if (!ready || !holds(kRules[i], state, fix)) {
            held = {};
            continue;
        }
        held.since_us = held.since_us == 0 ? fix.at_us : held.since_us;
        const auto hold_us = static_cast<std::int64_t>(static_cast<double>(kRules[i].hold_us) / time_scale);
        if (!held.told && fix.at_us - held.since_us >= hold_us) {
            due = i;
        }
    }
    if (due == kRules.size()) {
        return std::nullopt;
    }
    held_[due].told = true;
    return Suggestion{kRules[due].suggests, held_[due].since_us};
}

void FenceWatch::tell_again(U suggested) {
    for (std::size_t i = 0; i < kRules.size(); ++i) {
        held_[i].told = held_[i].told && kRules[i].suggests != suggested;
    }
}

} // namespace ems::signal
