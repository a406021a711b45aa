// In which order alarms stand, and which of them are seen when there is room for a few.
#include <algorithm>
#include <map>
#include <string_view>
#include <tuple>

#include "console/model/alarm_list.h"

namespace ems::console {
namespace {

using Rank = std::tuple<bool, Grade, bool, std::int64_t>;

Rank rank_of(const AlarmEntry& e) {
    return {e.is_consequence, e.grade, e.state == AlarmState::acknowledged, -e.since_us};
}

std::string_view group_of(const AlarmEntry& e) {
    return e.group.empty() ? std::string_view{e.key} : std::string_view{e.group};
}

bool stands(const AlarmEntry& e) {
    return e.state != AlarmState::returned && e.settles_us == 0;
}

constexpr std::string_view kLost = "unit_lost";

// A number that nobody measures any more since the unit is out of contact says nothing that the loss does not say.
std::string_view followed(const AlarmEntry& e) {
    if (e.reason != nullptr && !e.reason->follows.empty()) {
        return e.reason->follows;
    }
    const bool unwatched = e.state == AlarmState::returned && e.ending == Ending::unwatched;
    return unwatched ? kLost : std::string_view{};
}

} // namespace

void AlarmList::find_consequences() {
    std::map<std::string_view, Grade> causes;
    for (AlarmEntry& e : entries_) {
        e.is_consequence = false;
        if (e.code == kLost && stands(e)) {
            causes.emplace(e.key, e.grade);
        }
    }
    if (causes.empty()) {
        return;
    }
    for (AlarmEntry& e : entries_) {
        const std::string_view follows = followed(e);
        const auto colon = e.key.find(':');
        if (follows.empty() || colon == std::string::npos) {
            continue;
        }
        const auto cause = causes.find(e.key.substr(0, colon + 1).append(follows));
        e.is_consequence = cause != causes.end() && cause->second <= e.grade;
    }
}

void AlarmList::arrange() {
    find_consequences();
    std::map<std::string_view, Rank> leaders;
    for (const AlarmEntry& e : entries_) {
        const auto [leader, added] = leaders.try_emplace(group_of(e), rank_of(e));
        leader->second = added ? leader->second : std::min(leader->second, rank_of(e));
    }
    std::vector<std::tuple<Rank, std::string_view, Rank, std::size_t>> order;
    order.reserve(entries_.size());
    for (const AlarmEntry& e : entries_) {
        order.emplace_back(leaders.at(group_of(e)), group_of(e), rank_of(e), order.size());
    }
    std::sort(order.begin(), order.end());
    std::vector<std::size_t> places;
    places.reserve(order.size());
    for (const auto& one : order) {
        places.push_back(std::get<3>(one));
    }
    std::vector<AlarmEntry> arranged;
    arranged.reserve(entries_.size() + 1);
    for (const std::size_t place : places) {
        arranged.push_back(std::move(entries_.at(place)));
    }
    entries_ = std::move(arranged);
    if (entries_.size() > kCountMax) { // the least urgent and oldest, whatever its group
        const auto least = std::max_element(entries_.begin(), entries_.end(), [](const AlarmEntry& a, const AlarmEntry& b) {
            return rank_of(a) < rank_of(b);
        });
        constexpr std::size_t kDroppedMax = 4'096;
        if (dropped_.size() < kDroppedMax) {
            dropped_.insert(least->key);
        }
        entries_.erase(least);
    }
}

std::vector<const AlarmEntry*> AlarmList::most_urgent(std::size_t count, std::int64_t now_us) const {
    std::vector<const AlarmEntry*> ranked;
    for (const AlarmEntry& e : entries_) {
        if (!is_held(e, now_us) && !e.is_consequence) {
            ranked.push_back(&e);
        }
    }
    std::stable_sort(ranked.begin(), ranked.end(),
                     [](const AlarmEntry* a, const AlarmEntry* b) { return rank_of(*a) < rank_of(*b); });
    const auto is_seen = [](const AlarmEntry* e) { return e->state == AlarmState::acknowledged; };
    std::map<std::string_view, const AlarmEntry*> leaders; // who has not been seen comes before who has
    for (const bool seen : {false, true}) {
        for (const AlarmEntry* e : ranked) {
            if (is_seen(e) == seen) {
                leaders.try_emplace(group_of(*e), e);
            }
        }
    }
    std::vector<const AlarmEntry*> out;
    const auto take = [&](std::size_t most, const auto& wanted) {
        for (const AlarmEntry* e : ranked) {
            if (out.size() < most && wanted(e) && std::find(out.begin(), out.end(), e) == out.end()) {
                out.push_back(e);
            }
        }
    };
    const auto leads = [&](const AlarmEntry* e) { return leaders.at(group_of(*e)) == e; };
    take(count, [&](const AlarmEntry* e) { return e->grade == Grade::high && !is_seen(e); });
    take(std::min(count, std::max(out.size(), count / 2)),
         [&](const AlarmEntry* e) { return e->grade == Grade::high; });
    take(count, [&](const AlarmEntry* e) { return !is_seen(e) && leads(e); });
    take(count, [&](const AlarmEntry* e) { return !is_seen(e); });
    take(count, [&](const AlarmEntry* e) { return leads(e); });
    take(count, [&](const AlarmEntry* /*e*/) { return true; });
    std::stable_sort(out.begin(), out.end(),
                     [](const AlarmEntry* a, const AlarmEntry* b) { return rank_of(*a) < rank_of(*b); });
    return out;
}

std::size_t AlarmList::behind(const AlarmEntry& entry, std::span<const AlarmEntry* const> shown, std::int64_t now_us) const {
    return static_cast<std::size_t>(std::count_if(entries_.begin(), entries_.end(), [&](const AlarmEntry& e) {
        return group_of(e) == group_of(entry) && !is_held(e, now_us) &&
               std::find(shown.begin(), shown.end(), &e) == shown.end();
    }));
}

} // namespace ems::console
