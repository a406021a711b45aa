#include "telemetry/signal/alarm/alarm_engine.h"

#include <algorithm>
#include <tuple>

#include "telemetry/base/assert.h"
#include "telemetry/base/text.h"

namespace ems::signal {
namespace {

static_assert(kAlarms <= 64, "told() has a bit for each");

constexpr std::int64_t kMillisecondUs = 1'000;

std::uint8_t bit_of(AlarmOrigin origin) {
    return static_cast<std::uint8_t>(1U << static_cast<unsigned>(origin));
}

AlarmPriority more_urgent(AlarmPriority a, AlarmPriority b) {
    return std::min(a, b); // high is 1
}

AlarmPriority raised(AlarmPriority priority) {
    return priority == AlarmPriority::low ? AlarmPriority::medium : AlarmPriority::high;
}

bool stands(Presence presence) {
    return presence == Presence::present || presence == Presence::latched;
}

bool by_a_person(SignalEvent event) {
    switch (event) {
    case SignalEvent::acknowledge:
    case SignalEvent::pause_audio:
    case SignalEvent::stop_audio:
    case SignalEvent::pause_alarm:
    case SignalEvent::stop_alarm:
    case SignalEvent::restore:
        return true;
    case SignalEvent::expire:
    case SignalEvent::escalate:
    case SignalEvent::ended:
        return false;
    }
    EMS_ASSERT(false);
    return false;
}

// What no person does to an alarm of high priority.
bool only_of_lesser_ones(SignalEvent event) {
    return event == SignalEvent::stop_audio || event == SignalEvent::pause_alarm ||
           event == SignalEvent::stop_alarm;
}

} // namespace

std::string_view verdict_text(AlarmVerdict verdict) {
    switch (verdict) {
    case AlarmVerdict::done:
        return "done";
    case AlarmVerdict::unknown_alarm:
        return "no such alarm";
    case AlarmVerdict::not_standing:
        return "the alarm does not stand";
    case AlarmVerdict::refused_lethal:
        return "of this alarm only the sound can be paused";
    case AlarmVerdict::refused_side:
        return "only the crew can do that";
    case AlarmVerdict::refused:
        return "not possible";
    }
    EMS_ASSERT(false);
    return "";
}

AlarmEngine::AlarmEngine() {
    for (const AlarmRow& row : alarm_rows()) {
        entries_.at(static_cast<std::size_t>(row.id)).row = &row;
    }
}

template <class F> void AlarmEngine::each(F act) {
    for (Entry& entry : entries_) {
        act(entry, entry.row->code);
    }
    for (auto& [code, other] : others_) {
        act(other.entry, std::string_view{code});
    }
}

template <class F> void AlarmEngine::each(F act) const {
    for (const Entry& entry : entries_) {
        act(entry, entry.row->code);
    }
    for (const auto& [code, other] : others_) {
        act(other.entry, std::string_view{code});
    }
}

AlarmEngine::Entry* AlarmEngine::find(std::string_view code) {
    if (const AlarmRow* row = find_alarm(code)) {
        return &entries_.at(static_cast<std::size_t>(row->id));
    }
    Other* other = other_of(code);
    return other == nullptr ? nullptr : &other->entry;
}

void AlarmEngine::set_patient(AgeGroup group, Needs attended) {
    if (group != group_) {
        group_ = group;
        // A delay that ran against other limits says nothing of these.
        each([](Entry& entry, std::string_view) {
            if (!entry.limit_holds) {
                entry.broken_since.reset();
            }
        });
    }
    attended_ = attended;
}

void AlarmEngine::next_patient() {
    breath_seen_ = pulse_seen_ = false;
    each([this](Entry& entry, std::string_view code) {
        // What the crew decided of the vehicle's own alarms it decided beside the last one.
        entry.signal = AlarmSignal::on;
        entry.author.clear();
        entry.until_us = 0;
        if (entry.row->kind == AlarmKind::physiological) {
            if (entry.told) {
                last_patients_.push_back(
                    {std::string{code}, entry.row->kind, *entry.told, Told::ends, entry.text});
                entry.told.reset();
            }
            entry.broken_since.reset();
            entry.returned_since.reset();
            entry.limit_holds = false;
            entry.presence = Presence::absent;
            forget_answers(entry);
        }
    });
}

AlarmEngine::Other* AlarmEngine::other_of(std::string_view code) {
    const auto other = others_.find(code);
    return other == others_.end() ? nullptr : &other->second;
}

AlarmEngine::Other* AlarmEngine::make_other(const AlarmCondition& condition) {
    if (condition.code.empty() || condition.code.size() > kTextMax) {
        return nullptr;
    }
    if (others_.size() >= kOthersMax) {
        // What stands now is worth more than the oldest that only waits to be acknowledged.
        auto oldest = others_.end();
        for (auto it = others_.begin(); it != others_.end(); ++it) {
            const Entry& entry = it->second.entry;
            const bool waits = entry.presence == Presence::latched && entry.asserted == 0;
            if (waits &&
                (oldest == others_.end() || entry.since_us < oldest->second.entry.since_us)) {
                oldest = it;
            }
        }
        if (oldest == others_.end()) {
            return nullptr;
        }
        others_.erase(oldest);
    }
    const auto made = others_.try_emplace(condition.code).first;
    Other& other = made->second;
    other.row.code = made->first; // a map's keys stay where they are
    other.row.kind = condition.kind;
    other.row.priority = condition.priority;
    other.entry.row = &other.row;
    return &other;
}

void AlarmEngine::weigh(Entry& entry) {
    AlarmPriority most = AlarmPriority::low;
    for (std::size_t i = 0; i < kAlarmOrigins; ++i) {
        if ((entry.asserted & bit_of(static_cast<AlarmOrigin>(i))) != 0) {
            most = more_urgent(most, entry.said_priority.at(i));
        }
    }
    entry.asserted_priority = most;
}

void AlarmEngine::grade(Other& other) {
    other.row.priority = other.entry.asserted_priority;
    const bool lethal = other.row.kind == AlarmKind::physiological &&
                        other.entry.asserted_priority == AlarmPriority::high;
    if (lethal && other.row.latch == Latch::none) {
        other.row.latch = Latch::until_acknowledged;
        if (other.entry.signal != AlarmSignal::on &&
            other.entry.signal != AlarmSignal::audio_paused) {
            // Switched off, or answered, as a lesser one.
            other.entry.signal = AlarmSignal::on;
            other.entry.author.clear();
            other.entry.until_us = 0;
        }
    }
}

void AlarmEngine::begin(AlarmOrigin origin, AlarmCondition condition) {
    condition.text.resize(cut_text(condition.text, kTextMax).size());
    Entry* entry = find(condition.code);
    if (entry == nullptr) {
        Other* made = make_other(condition);
        if (made == nullptr) {
            ++dropped_;
            return;
        }
        entry = &made->entry;
    }
    const bool alone = (entry->asserted & ~bit_of(origin)) == 0;
    entry->asserted = static_cast<std::uint8_t>(entry->asserted | bit_of(origin));
    entry->said_priority.at(static_cast<std::size_t>(origin)) = condition.priority;
    weigh(*entry);
    if (alone) {
        if (entry->presence == Presence::present && entry->text == entry->asserted_text) {
            entry->text = condition.text;
        }
        entry->asserted_text = std::move(condition.text);
    }
    if (Other* other = other_of(condition.code)) {
        grade(*other);
    }
}

void AlarmEngine::end(AlarmOrigin origin, std::string_view code) {
    if (Entry* entry = find(code)) {
        entry->asserted = static_cast<std::uint8_t>(entry->asserted & ~bit_of(origin));
        weigh(*entry);
    }
}

bool AlarmEngine::is_masked(Sensor sensor) const {
    return std::any_of(entries_.begin(), entries_.end(), [&](const Entry& one) {
        return one.asserted != 0 && one.row->masks == sensor;
    });
}

bool AlarmEngine::is_believed(const Entry& entry) const {
    std::uint8_t said = entry.asserted;
    if (!entry.row->sensor) {
        return said != 0;
    }
    // The electrodes of one are not those of the other: each source masks only what it says itself,
    // and a device that has no analysis of its own what both say.
    std::uint8_t off = 0;
    for (const Entry& one : entries_) {
        off = one.row->masks == entry.row->sensor ? static_cast<std::uint8_t>(off | one.asserted)
                                                  : off;
    }
    constexpr std::array kMasked{AlarmOrigin::detector, AlarmOrigin::monitor};
    for (const AlarmOrigin origin : kMasked) {
        if ((off & (bit_of(origin) | bit_of(AlarmOrigin::device))) != 0) {
            said = static_cast<std::uint8_t>(said & ~bit_of(origin));
        }
    }
    return said != 0;
}

bool AlarmEngine::is_said(Entry& entry) const {
    if (is_believed(entry)) {
        entry.said_at = now_us_;
        return true;
    }
    return entry.row->kind == AlarmKind::technical && entry.holds &&
           now_us_ - entry.said_at < kTechnicalReleaseUs;
}

void AlarmEngine::forget_answers(Entry& entry) const {
    const auto signal = next_signal(entry.signal, SignalEvent::ended, entry.row->latch);
    EMS_ASSERT(signal.has_value());
    entry.signal = *signal;
    if (entry.signal == AlarmSignal::on) {
        entry.author.clear();
        entry.until_us = 0;
    }
    entry.escalated = false;
    entry.unanswered_since.reset();
}

void AlarmEngine::enter(Entry& entry, PresenceEvent event) {
    const Presence before = entry.presence;
    entry.presence = next_presence(before, event, entry.row->latch, entry.signal);
    if (entry.presence == before) {
        return;
    }
    entry.since_us = now_us_;
    if (entry.presence == Presence::absent && stands(before)) {
        forget_answers(entry);
    }
    if (entry.presence == Presence::present) {
        if (before == Presence::latched) {
            forget_answers(entry); // another occurrence sounds again
        }
        entry.priority = entry.limit_holds ? entry.limit_priority : entry.row->priority;
        entry.text = entry.limit_holds ? entry.limit_text : entry.asserted_text;
    }
}

void AlarmEngine::escalate(Entry& entry) {
    if (entry.asserted != 0 || entry.row->pulseless) {
        const AlarmPriority said =
            more_urgent(entry.limit_holds ? entry.limit_priority : entry.row->priority,
                        entry.asserted != 0 ? entry.asserted_priority : entry.row->priority);
        const AlarmPriority due = entry.escalated ? raised(said) : said;
        const bool begins = entry.since_us == now_us_;
        const bool rises = more_urgent(due, entry.priority) != entry.priority;
        entry.priority = due;
        if (rises && !begins) {
            entry.signal = next_signal(entry.signal, SignalEvent::escalate, entry.row->latch)
                               .value_or(entry.signal);
        }
    }
    const bool waits = entry.signal == AlarmSignal::on && is_shown(entry);
    if (!waits || entry.row->escalate_ms == 0 || entry.escalated) {
        entry.unanswered_since.reset();
        return;
    }
    entry.unanswered_since = entry.unanswered_since.value_or(now_us_);
    if (now_us_ - *entry.unanswered_since >= entry.row->escalate_ms * kMillisecondUs) {
        entry.escalated = true;
        entry.priority = raised(entry.priority);
    }
}

void AlarmEngine::step(Entry& entry, bool hidden) {
    if (is_timed(entry.signal) && now_us_ >= entry.until_us) {
        entry.signal = next_signal(entry.signal, SignalEvent::expire, entry.row->latch)
                           .value_or(AlarmSignal::on);
        entry.author.clear();
        entry.until_us = 0;
    }
    const bool runs = entry.broken_since.has_value() && !entry.holds;
    if (entry.holds && !hidden) {
        enter(entry, PresenceEvent::mature);
    } else if (entry.presence == Presence::present) {
        enter(entry, entry.holds ? PresenceEvent::hide : PresenceEvent::release);
    } else if (hidden) {
        enter(entry, PresenceEvent::hide);
    }
    if (runs && !hidden) {
        enter(entry, PresenceEvent::breach);
    } else if (!runs) {
        enter(entry, PresenceEvent::lapse);
    }
    if (entry.presence == Presence::present) {
        escalate(entry);
    }
}

void AlarmEngine::tell(Entry& entry, std::string_view code,
                       std::vector<AlarmChange>& changes) const {
    const bool present = entry.presence == Presence::present;
    if (present && entry.told != entry.priority) {
        entry.told = entry.priority;
        changes.push_back(
            {std::string{code}, entry.row->kind, entry.priority, Told::begins, entry.text});
    } else if (!present && entry.told) {
        changes.push_back(
            {std::string{code}, entry.row->kind, *entry.told, Told::ends, entry.text});
        entry.told.reset();
    }
}

std::vector<AlarmChange> AlarmEngine::update(const VitalBoard& board, std::int64_t now_us) {
    now_us_ = std::max(now_us_, now_us);
    look_for_life(board);
    each([&](Entry& entry, std::string_view) { entry.said = is_said(entry); });
    each([&](Entry& entry, std::string_view) {
        if (entry.row->limit) {
            judge_limit(entry, board);
        } else if (entry.row->pulseless) {
            judge_pulse(entry, board);
        }
        entry.holds = entry.limit_holds || entry.said;
    });
    std::uint64_t hidden = 0; // by causes that stand, hidden themselves or not
    for (const Entry& cause : entries_) {
        // One that nobody sees stands in the place of nothing.
        const bool tells = cause.holds && is_visible(cause.signal);
        for (const AlarmId id : tells ? cause.row->hides : std::span<const AlarmId>{}) {
            hidden |= std::uint64_t{1} << static_cast<unsigned>(id);
        }
    }
    std::vector<AlarmChange> changes;
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        step(entries_.at(i), (hidden >> i & 1U) != 0);
        tell(entries_.at(i), entries_.at(i).row->code, changes);
    }
    for (auto it = others_.begin(); it != others_.end();) {
        step(it->second.entry, false);
        tell(it->second.entry, it->first, changes);
        const bool over = it->second.entry.asserted == 0 && !it->second.entry.told &&
                          !stands(it->second.entry.presence);
        it = over ? others_.erase(it) : std::next(it);
    }
    std::stable_sort(changes.begin(), changes.end(),
                     [](const AlarmChange& a, const AlarmChange& b) {
                         return std::tuple{a.told, a.priority} < std::tuple{b.told, b.priority};
                     });
    changes.insert(changes.begin(), last_patients_.begin(), last_patients_.end());
    last_patients_.clear();
    return changes;
}

AlarmVerdict AlarmEngine::apply(Entry& entry, const AlarmCommand& command) {
    if (command.event == SignalEvent::acknowledge && !stands(entry.presence)) {
        return AlarmVerdict::not_standing;
    }
    const auto signal = next_signal(entry.signal, command.event, entry.row->latch);
    const bool urgent = entry.row->priority == AlarmPriority::high ||
                        (stands(entry.presence) && entry.priority == AlarmPriority::high);
    if (!signal || (urgent && only_of_lesser_ones(command.event))) {
        return AlarmVerdict::refused_lethal;
    }
    entry.signal = *signal;
    entry.author = *signal == AlarmSignal::on ? "" : cut_text(command.author, kTextMax);
    entry.until_us = is_timed(*signal)
                         ? now_us_ + (command.duration_us == 0 ? kPauseUsMax : command.duration_us)
                         : 0;
    if (command.event == SignalEvent::acknowledge) {
        enter(entry, PresenceEvent::acknowledge);
    }
    return AlarmVerdict::done;
}

AlarmVerdict AlarmEngine::command(const AlarmCommand& command, std::int64_t now_us) {
    now_us_ = std::max(now_us_, now_us);
    if (command.side != AlarmSide::crew) {
        return AlarmVerdict::refused_side;
    }
    if (!by_a_person(command.event) || command.duration_us < 0 ||
        command.duration_us > kPauseUsMax) {
        return AlarmVerdict::refused;
    }
    if (!command.code.empty()) {
        Entry* entry = find(command.code);
        return entry == nullptr ? AlarmVerdict::unknown_alarm : apply(*entry, command);
    }
    AlarmVerdict best = AlarmVerdict::not_standing;
    each([&](Entry& entry, std::string_view) {
        const bool quietened = entry.signal != AlarmSignal::on;
        if (stands(entry.presence) || (quietened && command.event == SignalEvent::restore)) {
            const AlarmVerdict one = apply(entry, command);
            best = one == AlarmVerdict::done || best == AlarmVerdict::not_standing ? one : best;
        }
    });
    return best;
}

bool AlarmEngine::is_shown(const Entry& entry) const {
    return entry.row->needs == Needs::nobody || attended_ == Needs::patient;
}

std::vector<AlarmView> AlarmEngine::view() const {
    std::vector<AlarmView> out;
    each([&](const Entry& entry, std::string_view code) {
        const bool quietened = entry.signal != AlarmSignal::on;
        if (is_shown(entry) && (stands(entry.presence) || quietened)) {
            out.push_back({std::string{code}, entry.row->kind,
                           stands(entry.presence) ? entry.priority : entry.row->priority,
                           entry.presence, entry.signal, entry.author, entry.until_us,
                           entry.since_us, entry.text});
        }
    });
    std::stable_sort(out.begin(), out.end(), [](const AlarmView& a, const AlarmView& b) {
        return std::tuple{!stands(a.presence), a.priority, a.since_us} <
               std::tuple{!stands(b.presence), b.priority, b.since_us};
    });
    return out;
}

std::optional<AlarmPriority> AlarmEngine::sounding() const {
    std::optional<AlarmPriority> loudest;
    each([&](const Entry& entry, std::string_view) {
        if (stands(entry.presence) && is_audible(entry.signal) && is_shown(entry)) {
            loudest = more_urgent(loudest.value_or(AlarmPriority::low), entry.priority);
        }
    });
    return loudest;
}

std::uint64_t AlarmEngine::told() const {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        bits |= entries_.at(i).told ? std::uint64_t{1} << i : 0;
    }
    return bits;
}

std::vector<AlarmChange> AlarmEngine::told_others() const {
    std::vector<AlarmChange> changes;
    for (const auto& [code, other] : others_) {
        if (other.entry.told) {
            changes.push_back(
                {code, other.row.kind, *other.entry.told, Told::ends, other.entry.text});
        }
    }
    return changes;
}

std::vector<AlarmChange> AlarmEngine::unacknowledged() const {
    std::vector<AlarmChange> out;
    each([&](const Entry& entry, std::string_view code) {
        const bool would_latch = next_presence(entry.presence, PresenceEvent::release,
                                               entry.row->latch, entry.signal) == Presence::latched;
        if (would_latch) {
            out.push_back(
                {std::string{code}, entry.row->kind, entry.priority, Told::ends, entry.text});
        }
    });
    return out;
}

void AlarmEngine::latch(const AlarmChange& alarm, std::int64_t now_us) {
    now_us_ = std::max(now_us_, now_us);
    Entry* entry = find(alarm.code);
    if (entry == nullptr) {
        Other* made =
            make_other({alarm.code, AlarmKind::physiological, AlarmPriority::high, alarm.text});
        if (made == nullptr) {
            ++dropped_;
            return;
        }
        made->row.latch = Latch::until_acknowledged;
        entry = &made->entry;
    }
    if (entry->row->latch == Latch::none || entry->presence != Presence::absent) {
        return;
    }
    entry->presence = Presence::latched;
    entry->priority = more_urgent(entry->row->priority, alarm.priority);
    entry->text = cut_text(alarm.text, kTextMax);
    entry->since_us = now_us_;
}

std::vector<AlarmChange> AlarmEngine::ends_of(std::uint64_t told) {
    std::vector<AlarmChange> changes;
    for (const AlarmRow& row : alarm_rows()) {
        if ((told >> static_cast<unsigned>(row.id) & 1U) != 0) {
            changes.push_back(
                {std::string{row.code}, row.kind, row.priority, Told::ends, std::string{}});
        }
    }
    return changes;
}

} // namespace ems::signal
