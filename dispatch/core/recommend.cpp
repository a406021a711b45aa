#include "dispatch/core/recommend.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <tuple>
#include <utility>

namespace ems::dispatch {
namespace {

// What stands in for no class asked: any but D.
VehicleClass class_needed(const Need& need) {
    const VehicleClass asked = need.vehicle_class.value_or(VehicleClass::a);
    return need.isolation == Isolation::infectious && asked != VehicleClass::d ? VehicleClass::c : asked;
}

std::vector<std::string> lacks(const Need& need, const UnitInput& in) {
    std::vector<std::string> out;
    const VehicleClass needed = class_needed(need);
    const bool asked = need.vehicle_class.has_value() || need.isolation == Isolation::infectious;
    const bool serves_class = in.vehicle_class ? serves(*in.vehicle_class, needed) : !asked;
    if (!serves_class) {
        out.push_back("class_" + std::string{name(needed)});
    }
    for (const Capability c : each(need.capabilities & ~in.capabilities)) {
        out.emplace_back(name(c));
    }
    return out;
}

void add_drive(const RoadTime& road, std::uint32_t straight_m, Candidate& out) {
    if (road.result == RoadResult::known) {
        out.drive_s = road.drive_s;
        out.access_s = road.access_s;
        out.distance_m = road.distance_m;
    } else {
        const double road_m = straight_m * kRoadFactor;
        out.distance_m = static_cast<std::uint32_t>(std::lround(road_m));
        out.drive_s = static_cast<std::uint32_t>(std::lround(road_m / kDegradedSpeedMps));
    }
}

Exclusion exclusion(const UnitInput& in) {
    if (in.state == UnitState::out_of_service) {
        return Exclusion::out_of_service;
    }
    if (!traits(in.state).dispatchable) {
        return Exclusion::busy;
    }
    if (in.position == PositionFrom::none) {
        return Exclusion::no_position;
    }
    if (in.road.result == RoadResult::unreachable) {
        return Exclusion::unreachable;
    }
    return in.road.result == RoadResult::too_far ? Exclusion::too_far : Exclusion::none;
}

// When a busy unit could be there: free, then driving on from where it then is.
void assess_release(const UnitInput& in, Candidate& out) {
    if (!in.free_at) {
        return;
    }
    const RoadResult road = in.free_at->road.result;
    if (road != RoadResult::known && road != RoadResult::failed) {
        return;
    }
    add_drive(in.free_at->road, in.free_at->straight_m, out);
    out.release = in.free_at->when;
    out.total_s = out.release->median_s + out.drive_s;
    out.within_radius = out.total_s <= kRadiusS;
}

// From where it is, now.
void assess_now(const UnitInput& in, Candidate& out) {
    const bool rolling = traits(in.state).rolling;
    out.turnout_s = rolling ? 0 : in.turnout_s;
    add_drive(in.road, in.straight_m, out);
    out.widen_s = widening_s(in.position, in.waits_where_seen, in.unseen_road_s);
    out.total_s = out.turnout_s + out.drive_s + out.widen_s;
    out.within_radius = out.total_s <= kRadiusS && !is_position_old(in.position, in.waits_where_seen, in.unseen_road_s);
}

bool may_be_diverted(const CallInput& call, const UnitInput& in) {
    const bool drivable = in.road.result == RoadResult::known || in.road.result == RoadResult::failed;
    return call.urgency > 0 && in.task_urgency > call.urgency && in.position != PositionFrom::none && drivable;
}

Candidate assess(const CallInput& call, const UnitInput& in) {
    Candidate out;
    out.unit = in.unit;
    out.straight_m = in.straight_m;
    out.fix_age_s = in.position == PositionFrom::fix ? in.fix_age_s : 0;
    out.lacks = lacks(call.need, in);
    out.coverage_loss_ppm = in.coverage_loss_ppm;
    out.excluded = exclusion(in);
    if (out.excluded == Exclusion::busy) {
        may_be_diverted(call, in) ? assess_now(in, out) : assess_release(in, out);
    }
    if (out.excluded != Exclusion::none) {
        return out;
    }
    assess_now(in, out);
    if (in.fuel_range_km > 0 && out.distance_m > in.fuel_range_km * 1000) {
        out.excluded = Exclusion::fuel_out;
    }
    return out;
}

Fitness fitness(const UnitInput& in) {
    return {in.contaminated, in.crew_left_s};
}

// What is so of a unit whether it can go now or will be free.
void explain_unit(const UnitInput& in, Candidate& out) {
    if (!out.lacks.empty()) {
        out.reasons.push_back(Reason::lacks_need);
    }
    if (in.contaminated) {
        out.reasons.push_back(Reason::contaminated);
    }
    if (short_of_hours(fitness(in), out.total_s)) {
        out.reasons.push_back(*in.crew_left_s <= 0 ? Reason::crew_over_hours : Reason::crew_hours_short);
    }
    if (in.zone != Zone::unknown) {
        out.reasons.push_back(in.zone == Zone::home ? Reason::home_zone : Reason::other_zone);
    }
    if (in.fuel_range_km > 0 && std::uint64_t{out.distance_m} * kFuelMargin > in.fuel_range_km * 1000ULL) {
        out.reasons.push_back(Reason::fuel_short);
    }
}

// How well it is known where it is, and whether it can be reached there.
void explain_contact(const UnitInput& in, Candidate& out) {
    if (in.position == PositionFrom::station) {
        out.reasons.push_back(Reason::at_station_no_fix);
    } else if (is_position_old(in.position, in.waits_where_seen, in.unseen_road_s)) {
        out.reasons.push_back(Reason::position_old);
    } else if (out.fix_age_s >= kFixOldS) {
        out.reasons.push_back(Reason::fix_old);
    }
    if (in.told) {
        out.reasons.push_back(Reason::told_by_voice);
    }
    if (in.link == LinkSeen::lost || in.link == LinkSeen::offline) {
        out.reasons.push_back(in.link == LinkSeen::lost ? Reason::link_lost : Reason::link_offline);
    }
}

// The road that its time follows: from where it is, or from where it will be free.
const RoadTime& road_of(const UnitInput& in, const Candidate& out) { return out.release ? in.free_at->road : in.road; }

void explain_road(const UnitInput& in, Candidate& out) {
    if (road_of(in, out).result == RoadResult::failed) {
        out.reasons.push_back(Reason::straight_line);
        if (in.off_road && !out.release) {
            out.reasons.push_back(Reason::unit_off_road);
        }
    }
    if (road_of(in, out).ends_on_closed_road) {
        out.reasons.push_back(Reason::last_stretch_closed);
    }
}

// The states of the unit that explain its time; those that need the whole list are added later.
void explain(const UnitInput& in, Candidate& out) {
    out.reasons.push_back(out.within_radius ? Reason::within_radius : Reason::beyond_radius);
    if (in.own_station) {
        out.reasons.push_back(Reason::own_station);
    }
    if (traits(in.state).rolling) {
        out.reasons.push_back(Reason::already_rolling);
    }
    explain_contact(in, out);
    explain_unit(in, out);
    explain_road(in, out);
}

// A lower tier goes first whatever the time.
std::uint32_t tier(const CallInput& call, const UnitInput& in, const Candidate& out) {
    const bool behind = stands_behind(call, fitness(in), out.total_s);
    return (out.within_radius ? 0U : 4U) + (out.lacks.empty() ? 0U : 2U) + (behind ? 1U : 0U);
}

void rank_by_line(const std::vector<UnitInput>& units, std::vector<Candidate>& out) {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < units.size(); ++i) {
        if (units[i].position != PositionFrom::none) {
            order.push_back(i);
        }
    }
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return std::tie(units[a].straight_m, units[a].unit) < std::tie(units[b].straight_m, units[b].unit);
    });
    for (std::size_t i = 0; i < order.size(); ++i) {
        out[order[i]].straight_rank = static_cast<std::uint32_t>(i + 1);
    }
}

struct Entry {
    Candidate candidate;
    std::uint32_t tier{0};
    bool could{false};     // of one that cannot go: it will be free, or may be diverted
};

bool before(const Entry& x, const Entry& y) {
    const Candidate& a = x.candidate;
    const Candidate& b = y.candidate;
    const bool a_out = a.excluded != Exclusion::none;
    const bool b_out = b.excluded != Exclusion::none;
    const bool a_never = a_out && !x.could;
    const bool b_never = b_out && !y.could;
    return std::tie(a_out, a_never, x.tier, a.total_s, a.drive_s, a.unit) <
           std::tie(b_out, b_never, y.tier, b.total_s, b.drive_s, b.unit);
}

// Of levels 3 and 4: the one that keeps most covered, among those nearly as quick as the first and as fit.
Rule prefer_coverage(const CallInput& call, std::vector<Entry>& list) {
    if (call.level < 3 || list.empty() || list.front().candidate.excluded != Exclusion::none) {
        return Rule::none;
    }
    const Candidate& first = list.front().candidate;
    if (!first.within_radius || !first.coverage_loss_ppm) {
        return Rule::none;
    }
    auto best = list.begin();
    for (auto it = list.begin(); it != list.end() && it->candidate.excluded == Exclusion::none; ++it) {
        const bool comparable = it->tier == list.front().tier && it->candidate.coverage_loss_ppm &&
                                it->candidate.total_s <= first.total_s + kCoverageSlackS;
        if (comparable && *it->candidate.coverage_loss_ppm < *best->candidate.coverage_loss_ppm) {
            best = it;
        }
    }
    if (*first.coverage_loss_ppm - *best->candidate.coverage_loss_ppm < kCoverageGainPpm) {
        return Rule::none;
    }
    list.front().candidate.reasons.push_back(Reason::uncovers);
    best->candidate.reasons.push_back(Reason::keeps_coverage);
    std::rotate(list.begin(), best, std::next(best));
    return Rule::coverage;
}

// Who stands first on the map and who by road, when it is not the same.
void compare_line_and_road(std::vector<Candidate>& list) {
    Candidate* line_first = nullptr;
    Candidate* road_first = nullptr;
    for (Candidate& candidate : list) {
        if (candidate.excluded != Exclusion::none) {
            break;
        }
        if (line_first == nullptr || candidate.straight_rank < line_first->straight_rank) {
            line_first = &candidate;
        }
        if (road_first == nullptr || candidate.drive_s < road_first->drive_s) {
            road_first = &candidate;
        }
    }
    Candidate& first = list.front();
    const bool by_line = std::find(road_first->reasons.begin(), road_first->reasons.end(), Reason::straight_line) !=
                         road_first->reasons.end();
    if (!by_line) {
        road_first->reasons.insert(road_first->reasons.begin(), Reason::nearest_by_road);
    }
    if (line_first != &first) {
        first.reasons.insert(first.reasons.begin() + (road_first == &first && !by_line ? 1 : 0), Reason::not_nearest_in_line);
        line_first->reasons.insert(line_first->reasons.begin(), Reason::nearest_in_line);
    }
}

// What the call needs and nobody who can go brings within the radius.
std::vector<std::string> unmet(const CallInput& call, const std::vector<Candidate>& list) {
    std::vector<std::string> out;
    for (const std::string& need : lacks(call.need, UnitInput{})) {
        const bool brought = std::any_of(list.begin(), list.end(), [&](const Candidate& c) {
            return c.excluded == Exclusion::none && c.within_radius &&
                   std::find(c.lacks.begin(), c.lacks.end(), need) == c.lacks.end();
        });
        if (!brought) {
            out.push_back("no_" + need);
        }
    }
    return out;
}

// The quickest of those that lack something, when it is there long before the first that does not.
void mark_first_responders(std::vector<Candidate>& list) {
    const auto fit = std::find_if(list.begin(), list.end(), [](const Candidate& c) { return c.lacks.empty(); });
    if (fit == list.end() || fit->excluded != Exclusion::none) {
        return;
    }
    for (Candidate& c : list) {
        if (c.excluded == Exclusion::none && !c.lacks.empty() && c.total_s + kFirstResponderS <= fit->total_s) {
            c.reasons.push_back(Reason::first_responder);
        }
    }
}

// Busy units that could still be sooner than the first, or be taken from a less urgent call.
void explain_busy(const UnitInput& in, const Candidate* first, Candidate& out) {
    out.reasons.push_back(out.release ? Reason::free_later : Reason::may_be_diverted);
    explain_contact(in, out);
    explain_unit(in, out);
    explain_road(in, out);
    if (first == nullptr || out.total_s < first->total_s) {
        out.reasons.push_back(Reason::sooner_than_first);
    }
}

// Nothing less urgent is called for.
constexpr std::uint32_t kLastLevel = 4;

} // namespace

std::uint32_t widening_s(PositionFrom position, bool waits_where_seen, std::uint32_t unseen_road_s) {
    const bool may_have_left = position == PositionFrom::fix && !waits_where_seen && unseen_road_s > kFixFreshS;
    return may_have_left ? unseen_road_s - kFixFreshS : 0;
}

bool is_position_old(PositionFrom position, bool waits_where_seen, std::uint32_t unseen_road_s) {
    return position == PositionFrom::fix && !waits_where_seen && unseen_road_s > kFixLostS;
}

bool short_of_hours(const Fitness& fitness, std::uint32_t ahead_s) {
    return fitness.crew_left_s && *fitness.crew_left_s < std::int64_t{ahead_s} + kTaskTypicalS;
}

bool stands_behind(const CallInput& call, const Fitness& fitness, std::uint32_t ahead_s) {
    const bool infectious = call.need.isolation == Isolation::infectious;
    const bool unclean = fitness.contaminated && !infectious && call.level >= 2;
    return unclean || (short_of_hours(fitness, ahead_s) && call.level >= 3);
}

bool is_reserve(const Fitness& fitness) {
    return stands_behind({kLastLevel, {}, 0}, fitness, kRadiusS);
}

Ranking recommend(const CallInput& call, const std::vector<UnitInput>& units) {
    Ranking out;
    std::vector<Candidate> assessed;
    for (const UnitInput& in : units) {
        assessed.push_back(assess(call, in));
    }
    rank_by_line(units, assessed);
    std::vector<Entry> entries;
    for (std::size_t i = 0; i < units.size(); ++i) {
        const bool can_go = assessed[i].excluded == Exclusion::none;
        if (can_go) {
            explain(units[i], assessed[i]);
        }
        const bool could = assessed[i].excluded == Exclusion::busy && assessed[i].total_s > 0;
        const bool is_timed = can_go || could;
        out.degraded = out.degraded || (is_timed && road_of(units[i], assessed[i]).result == RoadResult::failed);
        entries.push_back({assessed[i], can_go ? tier(call, units[i], assessed[i]) : 0, could});
    }
    std::sort(entries.begin(), entries.end(), before);
    out.rule = prefer_coverage(call, entries);
    const bool any = !entries.empty() && entries.front().candidate.excluded == Exclusion::none;
    const Candidate* first = any ? &entries.front().candidate : nullptr;
    std::uint32_t rank = 0;
    for (Entry& entry : entries) {
        entry.candidate.rank = entry.candidate.excluded == Exclusion::none ? ++rank : 0;
        if (entry.could) {
            const auto in = std::find_if(units.begin(), units.end(),
                                         [&](const UnitInput& u) { return u.unit == entry.candidate.unit; });
            explain_busy(*in, first, entry.candidate);
        }
    }
    for (Entry& entry : entries) {
        out.candidates.push_back(std::move(entry.candidate));
    }
    out.unmet = unmet(call, out.candidates);
    if (!any) {
        out.shortfall = Shortfall::no_unit;
        return out;
    }
    compare_line_and_road(out.candidates);
    mark_first_responders(out.candidates);
    out.shortfall = out.candidates.front().within_radius ? Shortfall::none : Shortfall::none_within_radius;
    return out;
}

namespace {

// In the order of the enumerators; a test reads each.
constexpr std::array<std::string_view, 29> kReasonNames{
    "nearest_by_road", "not_nearest_in_line", "nearest_in_line", "own_station", "within_radius",
    "beyond_radius", "already_rolling", "at_station_no_fix", "fix_old", "straight_line",
    "lacks_need", "first_responder", "keeps_coverage", "uncovers", "home_zone", "other_zone",
    "crew_hours_short", "crew_over_hours", "fuel_short", "contaminated", "free_later",
    "sooner_than_first", "may_be_diverted", "unit_off_road", "last_stretch_closed",
    "position_old", "link_lost", "link_offline", "told_by_voice"};
constexpr std::array<std::string_view, 7> kExclusionNames{
    "", "busy", "out_of_service", "no_position", "unreachable", "too_far", "fuel_out"};
constexpr std::array<std::string_view, 3> kShortfallNames{"", "no_unit", "none_within_radius"};
constexpr std::array<std::string_view, 2> kRuleNames{"", "coverage"};

} // namespace

std::string_view name(Reason reason) { return kReasonNames[static_cast<std::size_t>(reason)]; }
std::string_view name(Exclusion exclusion) { return kExclusionNames[static_cast<std::size_t>(exclusion)]; }
std::string_view name(Shortfall shortfall) { return kShortfallNames[static_cast<std::size_t>(shortfall)]; }
std::string_view name(Rule rule) { return kRuleNames[static_cast<std::size_t>(rule)]; }

} // namespace ems::dispatch
