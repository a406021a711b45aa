#include "console/model/alarm_list.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace ems::console {

void AlarmList::raise(AlarmEntry entry) {
    const std::int64_t meant_from_us = std::max(entry.marks_from_us, entry.since_us);
    const bool is_given = entry.marks_from_us != 0;
    entry.marks_from_us = meant_from_us;
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
            const bool has_risen = entry.grade < old->grade;
            entry.marks_from_us = has_risen || is_given ? std::max(meant_from_us, old->marks_from_us) : old->marks_from_us;
        }
        entry.marked_here_only = old->marked_here_only && entry.state == old->state;
        if (entry.grade >= old->grade) {
            entry.shelved_until_us = old->shelved_until_us;
            entry.shelved_by = old->shelved_by;
            entry.shelved_reason = old->shelved_reason;
        }
        static_cast<void>(hold_against_marks(entry)); // it stands: whoever has seen it, it does not go
        *old = std::move(entry);
    } else {
        static_cast<void>(hold_against_marks(entry));
        entries_.push_back(std::move(entry));
    }
    sort();
    if (entries_.size() > kCountMax) {
        entries_.pop_back(); // the least urgent and oldest
        ++dropped_;
    }
}

void AlarmList::clear(const std::string& key, Ending ending) {
    const auto old = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const AlarmEntry& e) { return e.key == key; });
    if (old == entries_.end()) {
        return;
    }
    if (old->state == AlarmState::acknowledged) {
        spend_mark(key);
        entries_.erase(old);
        return;
    }
    old->state = AlarmState::returned;
    old->ending = ending;
    sort();
}

void AlarmList::withdraw(const std::string& key) {
    if (find(key) != nullptr) {
        spend_mark(key);
    }
    std::erase_if(entries_, [&](const AlarmEntry& e) { return e.key == key; });
}

std::optional<AlarmEntry> AlarmList::acknowledge_first(std::span<const std::string> shown, const std::string& who,
                                                       std::int64_t now_us) {
    const auto first = std::find_if(entries_.begin(), entries_.end(), [&](const AlarmEntry& e) {
        return e.state != AlarmState::acknowledged && std::find(shown.begin(), shown.end(), e.key) != shown.end();
    });
    if (first == entries_.end()) {
        return std::nullopt;
    }
    AlarmEntry was = *first;
    if (first->state == AlarmState::returned) {
        entries_.erase(first);
        return was;
    }
    first->state = AlarmState::acknowledged;
    first->acknowledged_by = who;
    first->acknowledged_us = now_us;
    first->marked_here_only = true;
    sort();
    return was;
}

// It ended: what was marked of it is not about the next one of its name.
void AlarmList::spend_mark(const std::string& key) {
    if (const auto known = marks_.find(key); known != marks_.end()) {
        known->second.spent_us = std::max(known->second.acknowledged_us, known->second.shelved_us);
    }
}

bool AlarmList::hold_against_marks(AlarmEntry& entry) const {
    const auto known = marks_.find(entry.key);
    if (known == marks_.end()) {
        return true;
    }
    const AlarmMark& mark = known->second;
    const auto is_about_it = [&](std::int64_t made_us, Grade grade) {
        return made_us > mark.spent_us && made_us >= entry.marks_from_us && entry.grade >= grade;
    };
    if (is_about_it(mark.shelved_us, mark.shelved_grade)) {
        entry.shelved_until_us = mark.shelved_until_us;
        entry.shelved_by = mark.shelved_by;
        entry.shelved_reason = mark.shelved_reason;
        entry.marked_here_only = false;
    }
    if (!is_about_it(mark.acknowledged_us, mark.acknowledged_grade)) {
        return true;
    }
    if (entry.state == AlarmState::returned) {
        return false;
    }
    entry.state = AlarmState::acknowledged;
    entry.acknowledged_by = mark.acknowledged_by;
    entry.acknowledged_us = mark.acknowledged_us;
    entry.marked_here_only = false;
    return true;
}

void AlarmList::mark(const std::string& key, AlarmMark mark) {
    const auto known = marks_.find(key);
    if (known != marks_.end()) {
        mark.spent_us = known->second.spent_us;
        known->second = std::move(mark);
    } else if (marks_.size() < kMarksMax) {
        marks_.emplace(key, std::move(mark));
    } else {
        return;
    }
    const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const AlarmEntry& e) { return e.key == key; });
    if (found == entries_.end()) {
        return;
    }
    if (!hold_against_marks(*found)) {
        spend_mark(key);
        entries_.erase(found);
        return;
    }
    sort();
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
    found->marked_here_only = true;
    return true;
}

bool AlarmList::take_back(const std::string& key, std::int64_t now_us) {
    const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const AlarmEntry& e) { return e.key == key; });
    if (found == entries_.end() || !is_shelved(*found, now_us)) {
        return false;
    }
    found->shelved_until_us = 0;
    if (const auto known = marks_.find(key); known != marks_.end()) {
        known->second.shelved_us = now_us; // or the next message about it would put it away again
        known->second.shelved_until_us = 0;
    }
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
