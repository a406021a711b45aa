#include "console/model/recording_alarm.h"

#include <utility>

#include <fmt/format.h>

namespace ems::console {
namespace {

bool is_trouble(video::RecordingState state) {
    return video::is_unrecorded(state) && state != video::RecordingState::off;
}

AlarmEntry entry_of(const DeskState& state, std::int64_t unit_id, const std::string& key, std::int64_t now_us) {
    const api::Unit* unit = state.unit(unit_id);
    const api::Incident* incident = unit == nullptr ? nullptr : state.incident(unit->incident_id());
    AlarmEntry entry;
    entry.key = key;
    entry.grade = Grade::low;
    entry.subject = incident != nullptr ? incident->number() : unit != nullptr ? unit->name() : std::string{};
    entry.code = "recording_failed";
    entry.since_us = now_us;
    entry.technical = true;
    entry.group = fmt::format("u{}", unit_id);
    return entry;
}

} // namespace

void RecordingAlarm::watch(DeskState& state, std::span<const WatchedRecording> watched, std::int64_t local_us) {
    const std::int64_t now_us = state.server_us(local_us);
    std::set<std::int64_t> failing;
    std::set<std::int64_t> told;
    for (const WatchedRecording& one : watched) {
        if (is_trouble(one.state)) {
            failing.insert(one.unit_id);
        }
        if (one.state != video::RecordingState::unknown) {
            told.insert(one.unit_id);
        }
    }
    for (const std::int64_t unit_id : failing) {
        state.alarms().raise(entry_of(state, unit_id, alarm_key('u', unit_id, "recording_failed"), now_us));
    }
    for (const std::int64_t unit_id : raised_) {
        if (!failing.contains(unit_id)) {
            state.alarms().clear(alarm_key('u', unit_id, "recording_failed"),
                                 told.contains(unit_id) ? Ending::recovered : Ending::unwatched);
        }
    }
    raised_ = std::move(failing);
}

} // namespace ems::console
