#include "dispatch/core/geofence.h"

#include <algorithm>

namespace ems::dispatch {
namespace {

using U = UnitState;

using Distance = std::optional<std::uint32_t> FenceFix::*;
enum class Side : std::uint8_t { within, beyond };

struct Rule {
    U from_first;
    U from_last;       // states lie in the order of the wire's numbers
    U suggests;
    Distance distance;   // null: only the speed counts
    Side side;
    std::uint32_t metres;
    std::int64_t hold_us;
};
constexpr std::uint32_t kStandingBelowCmS = 139;   // 5 km/h
constexpr std::uint32_t kMovingFromCmS = 278;      // 10 km/h
constexpr std::int64_t kStandUs = 20'000'000;
constexpr std::int64_t kMoveUs = 10'000'000;

constexpr std::array<Rule, kFenceRules> kRules{{
    {U::assigned, U::acknowledged, U::en_route, nullptr, Side::beyond, 0, kMoveUs},
    {U::assigned, U::en_route, U::at_scene, &FenceFix::scene_m, Side::within, 100, kStandUs},
    {U::at_scene, U::at_patient, U::transporting, &FenceFix::scene_m, Side::beyond, 200, kMoveUs},
    {U::transporting, U::transporting, U::at_hospital, &FenceFix::hospital_m, Side::within, 150, kStandUs},
    {U::at_hospital, U::handover, U::clearing, &FenceFix::hospital_m, Side::beyond, 200, kMoveUs},
    {U::returning, U::returning, U::available, &FenceFix::station_m, Side::within, 100, kStandUs},
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

std::optional<Suggestion> FenceWatch::see(U state, const FenceFix& fix, double time_scale) {
    if (fix.at_us <= last_us_) {
        return std::nullopt;
    }
    const auto gap_max_us = static_cast<std::int64_t>(static_cast<double>(kFenceGapMaxUs) / time_scale);
    if (state_ != state || fix.at_us - last_us_ > gap_max_us) {
        held_ = {};
    }
    state_ = state;
    last_us_ = fix.at_us;
    std::optional<Suggestion> out;
    for (std::size_t i = 0; i < kRules.size(); ++i) {
        Held& held = held_[i];
        if (!holds(kRules[i], state, fix)) {
            held = {};
            continue;
        }
        held.since_us = held.since_us == 0 ? fix.at_us : held.since_us;
        const auto hold_us = static_cast<std::int64_t>(static_cast<double>(kRules[i].hold_us) / time_scale);
        if (!held.told && fix.at_us - held.since_us >= hold_us) {
            held.told = true;
            out = Suggestion{kRules[i].suggests, held.since_us};
        }
    }
    return out;
}

void FenceWatch::tell_again(U suggested) {
    for (std::size_t i = 0; i < kRules.size(); ++i) {
        held_[i].told = held_[i].told && kRules[i].suggests != suggested;
    }
}

} // namespace ems::dispatch
