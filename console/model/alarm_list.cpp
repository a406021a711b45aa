#include "console/model/alarm_list.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace ems::console {

namespace {

bool is_high_clinical(const AlarmEntry& entry) {
    return entry.grade == Grade::high && !entry.technical;
}

// Nothing by which it stands where it stands.
bool stands_the_same(const AlarmEntry& a, const AlarmEntry& b) {
    return a.grade == b.grade && a.state == b.state && a.since_us == b.since_us && a.settles_us == b.settles_us &&
           a.group == b.group && a.technical == b.technical && a.code == b.code;
}

} // namespace

void AlarmList::raise(AlarmEntry entry) {
    const std::int64_t meant_from_us = std::max(entry.marks_from_us, entry.since_us);
    const bool is_given = entry.marks_from_us != 0;
    entry.marks_from_us = meant_from_us;
    entry.settles_us = 0;
    note_switch(entry);
    const auto old = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const AlarmEntry& e) { return e.key == entry.key; });
    if (old == entries_.end()) {
        entry.reason = find_reason(entry.code);
        static_cast<void>(hold_against_marks(entry));
        if (dropped_.erase(entry.key) == 0) { // else it stood all along
            note_onset(entry);
            if (entry.state == AlarmState::active) {
                announce(entry);
            }
        }
        entries_.push_back(std::move(entry));
        arrange();
        return;
    }
    entry.reason = old->code == entry.code ? old->reason : find_reason(entry.code);
    if (old->state == AlarmState::acknowledged && entry.grade >= old->grade) {
        entry.state = AlarmState::acknowledged;
        entry.acknowledged_by = old->acknowledged_by;
        entry.acknowledged_us = old->acknowledged_us;
    }
    const bool has_risen = entry.grade < old->grade;
    if (old->state != AlarmState::returned) {
        entry.since_us = old->since_us;
        entry.marks_from_us = has_risen || is_given ? std::max(meant_from_us, old->marks_from_us) : old->marks_from_us;
    }
    entry.marked_here_only = old->marked_here_only && entry.state == old->state;
    if (!has_risen) {
        entry.shelved_until_us = old->shelved_until_us;
        entry.shelved_by = old->shelved_by;
        entry.shelved_reason = old->shelved_reason;
    }
    entry.repeats = old->repeats;
    entry.first_us = old->first_us;
    entry.last_us = old->last_us;
    entry.is_consequence = old->is_consequence;
    entry.onset = old->onset;
    static_cast<void>(hold_against_marks(entry)); // it stands: whoever has seen it, it does not go
    const bool begins = old->state == AlarmState::returned || old->settles_us != 0;
    if (begins) {
        note_onset(entry);
    }
    if ((old->state == AlarmState::returned || has_risen) && entry.state == AlarmState::active) {
        announce(entry);
    }
    const bool same = stands_the_same(*old, entry);
    *old = std::move(entry);
    if (!same) {
        arrange();
    }
}

void AlarmList::announce(AlarmEntry& entry) {
    entry.onset = ++announced_;
    if (fresh_.size() < kFreshMax) {
        fresh_.push_back({entry.key, entry.grade});
    }
}

void AlarmList::note_onset(AlarmEntry& entry) {
    constexpr std::size_t kKnownMax = 4'096;
    if (onsets_.size() >= kKnownMax && !onsets_.contains(entry.key)) {
        std::erase_if(onsets_, [&](const auto& one) { return now_us_ - one.second.recent.back() > kChatterUs; });
        if (onsets_.size() >= kKnownMax) {
            return;
        }
    }
    Onsets& known = onsets_[entry.key];
    if (!known.recent.empty() && now_us_ - known.recent.back() > kChatterUs) {
        known = {};
    }
    known.recent.push_back(now_us_);
    if (known.count > kChatterCount) {
        ++known.count;
    } else {
        std::erase_if(known.recent, [&](std::int64_t at_us) { return now_us_ - at_us > kChatterUs; });
        known.count = static_cast<std::uint32_t>(known.recent.size());
        known.first_us = known.recent.front();
    }
    while (known.recent.size() > kChatterCount + 1) {
        known.recent.pop_front();
    }
    entry.repeats = known.count;
    entry.first_us = known.first_us;
    entry.last_us = now_us_;
}

void AlarmList::pass(std::int64_t now_us) {
    now_us_ = now_us;
    bool changed = false;
    for (AlarmEntry& entry : entries_) {
        if (entry.repeats > 1 && entry.settles_us == 0 && now_us - entry.last_us > kChatterUs) {
            entry.repeats = 1; // it is quiet, and stands
        }
        if (entry.settles_us != 0 && now_us >= entry.settles_us && entry.state != AlarmState::acknowledged) {
            entry.settles_us = 0;
            entry.state = AlarmState::returned;
            changed = true;
        }
    }
    const auto is_over = [&](const AlarmEntry& e) { return e.settles_us != 0 && now_us >= e.settles_us; };
    for (const AlarmEntry& entry : entries_) {
        if (is_over(entry)) {
            spend_mark(entry.key);
        }
    }
    changed = std::erase_if(entries_, is_over) != 0 || changed;
    if (changed) {
        arrange();
    }
}

std::vector<Annunciation> AlarmList::take_fresh() {
    return std::exchange(fresh_, {});
}

void AlarmList::clear(const std::string& key, Ending ending) {
    dropped_.erase(key);
    const auto old = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const AlarmEntry& e) { return e.key == key; });
    if (old == entries_.end() || old->state == AlarmState::returned || old->settles_us != 0) {
        return;
    }
    if (is_off(*old)) {
        spend_mark(key);
        entries_.erase(old);
        arrange();
        return;
    }
    old->ending = ending;
    const bool is_seen = old->state == AlarmState::acknowledged;
    const std::int64_t quiet_us = is_chattering(*old) && !is_high_clinical(*old) ? old->last_us + kChatterUs : 0;
    const std::int64_t held_us =
        is_seen && old->reason != nullptr ? now_us_ + std::int64_t{old->reason->damping.off_ms} * 1'000 : 0;
    if (const std::int64_t settles_us = std::max(quiet_us, held_us); settles_us > now_us_) {
        old->settles_us = settles_us;
    } else if (is_seen) {
        spend_mark(key);
        entries_.erase(old);
    } else {
        old->state = AlarmState::returned;
    }
    arrange();
}

void AlarmList::withdraw(const std::string& key) {
    if (find(key) != nullptr) {
        spend_mark(key);
    }
    dropped_.erase(key);
    if (std::erase_if(entries_, [&](const AlarmEntry& e) { return e.key == key; }) != 0) {
        arrange();
    }
}

std::optional<AlarmEntry> AlarmList::acknowledge_first(std::span<const std::string> shown, const std::string& who,
                                                       std::int64_t now_us) {
    auto first = entries_.end();
    for (auto e = entries_.begin(); e != entries_.end(); ++e) {
        const bool asks = e->state != AlarmState::acknowledged && std::find(shown.begin(), shown.end(), e->key) != shown.end();
        if (asks && (first == entries_.end() || std::tuple{e->grade, -e->since_us} < std::tuple{first->grade, -first->since_us})) {
            first = e;
        }
    }
    if (first == entries_.end()) {
        return std::nullopt;
    }
    AlarmEntry was = *first;
    if (first->state == AlarmState::returned) {
        entries_.erase(first);
        arrange();
        return was;
    }
    first->state = AlarmState::acknowledged;
    first->acknowledged_by = who;
    first->acknowledged_us = now_us;
    first->marked_here_only = true;
    arrange();
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
        arrange();
        return;
    }
    arrange();
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

void AlarmList::note_switch(AlarmEntry& entry) const {
    const std::string_view parameter = entry.technical ? std::string_view{} : alarm_parameter(entry.code);
    const std::string about = entry.key.substr(0, entry.key.find(':') + 1);
    const auto known = parameter.empty() ? off_.end() : off_.find(about + std::string{parameter});
    entry.off = known == off_.end() ? AlarmOff{} : known->second;
}

void AlarmList::switch_off(std::map<std::string, AlarmOff> parameters) {
    if (parameters == off_) {
        return;
    }
    off_ = std::move(parameters);
    for (AlarmEntry& entry : entries_) {
        note_switch(entry);
    }
}

const AlarmOff* AlarmList::switched_off(std::int64_t unit_id, std::string_view parameter) const {
    const auto known = off_.find(alarm_key('u', unit_id, parameter));
    return known == off_.end() ? nullptr : &known->second;
}

const AlarmEntry* AlarmList::find(const std::string& key) const {
    const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const AlarmEntry& e) { return e.key == key; });
    return found == entries_.end() ? nullptr : &*found;
}

} // namespace ems::console
