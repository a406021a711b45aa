#include "console/model/alarm_list.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace ems::console {

void AlarmList::raise(AlarmEntry entry) {
    const auto old = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const AlarmEntry& e) { return e.key == entry.key; });
    if (old != entries_.end()) {
        if (old->state == AlarmState::acknowledged && entry.grade >= old->grade) {
            entry.state = AlarmState::acknowledged;
            entry.acknowledged_by = old->acknowledged_by;
            entry.acknowledged_us = old->acknowledged_us;
        }
        if (old->state != AlarmState::returned) {
            entry.since_us = old->since_us;
        }
        if (entry.grade >= old->grade) {
            entry.shelved_until_us = old->shelved_until_us;
            entry.shelved_by = old->shelved_by;
            entry.shelved_reason = old->shelved_reason;
        }
        *old = std::move(entry);
    } else {
        entries_.push_back(std::move(entry));
    }
    sort();
    if (entries_.size() > kCountMax) {
        entries_.pop_back(); // the least urgent and oldest
        ++dropped_;
    }
}

void AlarmList::clear(const std::string& key) {
    const auto old = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const AlarmEntry& e) { return e.key == key; });
    if (old == entries_.end()) {
        return;
    }
    if (old->state == AlarmState::acknowledged) {
        entries_.erase(old);
        return;
    }
    old->state = AlarmState::returned;
    sort();
}

void AlarmList::withdraw(const std::string& key) {
    std::erase_if(entries_, [&](const AlarmEntry& e) { return e.key == key; });
}

bool AlarmList::acknowledge_first(std::span<const std::string> shown, const std::string& who, std::int64_t now_us) {
    const auto first = std::find_if(entries_.begin(), entries_.end(), [&](const AlarmEntry& e) {
        return e.state != AlarmState::acknowledged && std::find(shown.begin(), shown.end(), e.key) != shown.end();
    });
    if (first == entries_.end()) {
        return false;
    }
    if (first->state == AlarmState::returned) {
        entries_.erase(first);
        return true;
    }
    first->state = AlarmState::acknowledged;
    first->acknowledged_by = who;
    first->acknowledged_us = now_us;
    sort();
    return true;
}

bool AlarmList::shelve(const std::string& key, std::uint32_t minutes, const std::string& reason, const std::string& who,
                       std::int64_t now_us) {
    const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const AlarmEntry& e) { return e.key == key; });
    const bool allowed = found != entries_.end() && (found->grade != Grade::high || found->technical);
    if (!allowed || reason.empty() || minutes == 0 || minutes > kShelfMinutesMax) {
        return false;
    }
    found->shelved_until_us = now_us + std::int64_t{minutes} * 60'000'000;
    found->shelved_by = who;
    found->shelved_reason = reason;
    return true;
}

bool AlarmList::take_back(const std::string& key, std::int64_t now_us) {
    const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const AlarmEntry& e) { return e.key == key; });
    if (found == entries_.end() || !is_shelved(*found, now_us)) {
        return false;
    }
    found->shelved_until_us = 0;
    return true;
}

const AlarmEntry* AlarmList::find(const std::string& key) const {
    const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const AlarmEntry& e) { return e.key == key; });
    return found == entries_.end() ? nullptr : &*found;
}

std::vector<const AlarmEntry*> AlarmList::most_urgent(std::size_t count, std::int64_t now_us) const {
    std::vector<const AlarmEntry*> out;
    for (const bool acknowledged : {false, true}) {
        for (const AlarmEntry& e : entries_) {
            if (out.size() < count && (e.state == AlarmState::acknowledged) == acknowledged && !is_shelved(e, now_us)) {
                out.push_back(&e);
            }
        }
    }
    std::sort(out.begin(), out.end()); // they lie in one vector: by place in it
    return out;
}

void AlarmList::sort() {
    const auto rank = [](const AlarmEntry& e) {
        return std::tuple{e.grade, e.state == AlarmState::acknowledged, -e.since_us};
    };
    std::stable_sort(entries_.begin(), entries_.end(),
                     [&](const AlarmEntry& a, const AlarmEntry& b) { return rank(a) < rank(b); });
}

} // namespace ems::console
