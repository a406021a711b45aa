#include "console/model/queue_order.h"

#include <algorithm>
#include <limits>

#include "telemetry/base/assert.h"

namespace ems::console {
namespace {

constexpr std::size_t kMovedOneByOneMax = 64; // more are sorted with all

enum class Kind : std::uint8_t { emergency, transfer_due, transfer_planned };

bool is_open(const api::Incident& i) {
    return i.state() == "open" || i.state() == "assigned";
}

bool precedes(const QueueEntry& a, const QueueEntry& b, std::int64_t now_us) {
    return queue_rank(a, now_us) < queue_rank(b, now_us);
}

} // namespace

QueueGroup queue_group(const DeskState& state, const api::Incident& incident) {
    return incident.state() == "open" && state.unit_of(incident.id()) == nullptr ? QueueGroup::waiting
                                                                                 : QueueGroup::running;
}

std::optional<QueueEntry> queue_entry(const DeskState& state, const api::Incident& incident, const QueueTimer& timer) {
    if (!is_open(incident)) {
        return std::nullopt;
    }
    return QueueEntry{incident.id(),
                      timer.since_us,
                      incident.created_us(),
                      incident.planned_us(),
                      transfer_due_us(incident),
                      incident.level(),
                      queue_group(state, incident),
                      timer.waits_for == Stage::answered && stage_time(incident, Stage::ring) != 0};
}

QueueRank queue_rank(const QueueEntry& entry, std::int64_t now_us) {
    const bool waits = entry.group == QueueGroup::waiting;
    const Kind kind = !waits || entry.due_us == 0 ? Kind::emergency
                      : entry.due_us <= now_us    ? Kind::transfer_due
                                                  : Kind::transfer_planned;
    const std::int64_t since = kind == Kind::emergency ? entry.created_us : entry.planned_us;
    const std::int64_t elapsed = std::max<std::int64_t>(0, now_us - entry.counted_since_us);
    return {entry.group, !entry.ringing, static_cast<std::uint8_t>(kind), kind == Kind::transfer_planned ? 0 : entry.level,
            waits ? since : -elapsed, entry.id};
}

QueueRow queue_row(const DeskState& state, const QueueEntry& entry, const api::Incident& incident, const QueueTimer& timer,
                   std::int64_t now_us) {
    QueueRow row;
    row.incident = &incident;
    row.group = entry.group;
    row.timer = timer;
    row.ringing = entry.ringing;
    row.elapsed_us = std::max<std::int64_t>(0, now_us - timer.since_us);
    row.broke_target = timer.target_us != 0 && row.elapsed_us > timer.target_us;
    const AlarmEntry* alarm = row.broke_target ? state.timer_alarm(incident, timer) : nullptr;
    if (alarm != nullptr) {
        row.alarm = TimerAlarm{alarm->grade,
                               alarm->state == AlarmState::acknowledged || AlarmList::is_held(*alarm, now_us)};
    }
    return row;
}

QueueOrder::Rows QueueOrder::update(const DeskState& state, std::int64_t now_us) {
    const auto changes = state.queue_changes();
    const bool is_known = state.queue_mark().is(seen_);
    const bool holds = now_us >= holds_from_us_ && now_us < holds_until_us_;
    now_us_ = now_us;
    if (is_known && holds && changes.size() == changes_taken_) {
        return Rows::stand;
    }
    const auto fresh = changes.subspan(is_known ? changes_taken_ : changes.size());
    std::vector<std::int64_t> ids{fresh.begin(), fresh.end()};
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    seen_ = state.queue_mark().seen();
    changes_taken_ = changes.size();
    if (is_known && holds && ids.size() <= kMovedOneByOneMax) {
        replace(state, std::move(ids));
    } else {
        gather(state);
    }
    settle();
    return Rows::changed;
}

void QueueOrder::gather(const DeskState& state) {
    entries_.clear();
    entries_.reserve(state.incidents().size());
    auto timer = state.timers().begin(); // of the same incidents in the same order
    for (const auto& [id, incident] : state.incidents()) {
        EMS_ASSERT(timer != state.timers().end());
        EMS_ASSERT(timer->first == id);
        if (const auto entry = queue_entry(state, incident, (timer++)->second)) {
            entries_.push_back(*entry);
        }
    }
    std::sort(entries_.begin(), entries_.end(),
              [this](const QueueEntry& a, const QueueEntry& b) { return precedes(a, b, now_us_); });
}

void QueueOrder::replace(const DeskState& state, std::vector<std::int64_t> ids) {
    std::erase_if(entries_, [&](const QueueEntry& e) { return std::binary_search(ids.begin(), ids.end(), e.id); });
    for (const std::int64_t id : ids) {
        const api::Incident* incident = state.incident(id);
        const auto entry = incident == nullptr ? std::nullopt : queue_entry(state, *incident, state.timers().at(id));
        if (entry) {
            const auto place = std::upper_bound(
                entries_.begin(), entries_.end(), *entry,
                [this](const QueueEntry& a, const QueueEntry& b) { return precedes(a, b, now_us_); });
            entries_.insert(place, *entry);
        }
    }
}

void QueueOrder::settle() {
    groups_ = {};
    holds_from_us_ = std::numeric_limits<std::int64_t>::min();
    holds_until_us_ = std::numeric_limits<std::int64_t>::max();
    for (const QueueEntry& entry : entries_) {
        Group& group = groups_.at(static_cast<std::size_t>(entry.group));
        group.since_us = group.count == 0 ? entry.counted_since_us : std::min(group.since_us, entry.counted_since_us);
        ++group.count;
        const std::int64_t turns_us = entry.group == QueueGroup::running ? entry.counted_since_us : entry.due_us;
        if (turns_us != 0 && turns_us <= now_us_) {
            holds_from_us_ = std::max(holds_from_us_, turns_us);
        } else if (turns_us != 0) {
            holds_until_us_ = std::min(holds_until_us_, turns_us);
        }
    }
}

QueueRow QueueOrder::row(const DeskState& state, std::size_t index) const {
    const QueueEntry& entry = entries_.at(index);
    const api::Incident* incident = state.incident(entry.id);
    EMS_ASSERT(incident != nullptr);
    return queue_row(state, entry, *incident, state.timers().at(entry.id), now_us_);
}

std::int64_t QueueOrder::longest_us(QueueGroup group) const {
    return group_of(group).count == 0 ? 0 : std::max<std::int64_t>(0, now_us_ - group_of(group).since_us);
}

} // namespace ems::console
