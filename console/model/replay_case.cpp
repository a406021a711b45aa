#include "console/model/replay_case.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

namespace ems::console {
namespace {

constexpr std::int64_t kMinuteUs = 60'000'000;
constexpr std::size_t kEntriesMax = 5'000;

template <class T> const std::vector<T>& found(const std::map<std::int64_t, std::vector<T>>& all, std::int64_t unit_id) {
    static const std::vector<T> kNone;
    const auto it = all.find(unit_id);
    return it == all.end() ? kNone : it->second;
}

// Whoever read the identity of a patient gave a reason, which stands beside the name.
std::string who_and_why(const api::AuditRow& row) {
    constexpr std::string_view kReason{"reason="};
    const bool has_reason = row.action() == "reveal_identity" && row.detail().starts_with(kReason);
    return has_reason ? row.who() + ": " + row.detail().substr(kReason.size()) : row.who();
}

// The state that a stamp of a unit's task begins.
std::optional<ems::wire::UnitState> state_of(std::string_view event) {
    constexpr std::array<std::pair<std::string_view, ems::wire::UnitState>, 11> kStates{{
        {"unit_assigned", ems::wire::UNIT_ASSIGNED},
        {"crew_ack", ems::wire::UNIT_ACKNOWLEDGED},
        {"wheels", ems::wire::UNIT_EN_ROUTE},
        {"at_scene", ems::wire::UNIT_AT_SCENE},
        {"at_patient", ems::wire::UNIT_AT_PATIENT},
        {"left_scene", ems::wire::UNIT_TRANSPORTING},
        {"at_hospital", ems::wire::UNIT_AT_HOSPITAL},
        {"handover", ems::wire::UNIT_HANDOVER},
        {"left_hospital", ems::wire::UNIT_CLEARING},
        {"available", ems::wire::UNIT_RETURNING},
        {"at_station", ems::wire::UNIT_AVAILABLE},
    }};
    const auto it = std::find_if(kStates.begin(), kStates.end(), [&](const auto& s) { return s.first == event; });
    return it == kStates.end() ? std::nullopt : std::optional{it->second};
}

template <class Rows, class Pages> void append_by_time(Rows& rows, const Pages& pages) {
    rows.insert(rows.end(), pages.begin(), pages.end());
    std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.t_us() < b.t_us(); });
}

} // namespace

ReplayCase::ReplayCase(api::Incident incident, std::vector<api::ReplayPart> parts)
    : incident_(std::move(incident)), parts_(std::move(parts)) {
    from_us_ = incident_.created_us();
    to_us_ = from_us_ + kMinuteUs;
    for (const api::ReplayPart& part : parts_) {
        cover(part.to_us());
    }
}

void ReplayCase::cover(std::int64_t us) {
    if (us != 0) {
        from_us_ = std::min(from_us_, us);
        to_us_ = std::max(to_us_, us);
    }
}

void ReplayCase::add_entry(ReplayEntry entry) {
    if (entries_.size() >= kEntriesMax) {
        return;
    }
    const auto at = std::upper_bound(entries_.begin(), entries_.end(), entry.at_us,
                                     [](std::int64_t us, const ReplayEntry& e) { return us < e.at_us; });
    entries_.insert(at, std::move(entry));
}

void ReplayCase::add_timeline(const api::Timeline& timeline) {
    *incident_.mutable_stamps() = timeline.stamps();
    for (const api::Stamp& stamp : timeline.stamps()) {
        if (stamp.at_us() != 0 && stamp.not_applicable().empty()) {
            cover(stamp.at_us());
            add_entry({stamp.at_us(), 0, ReplayEntry::Kind::stage, stamp.event(), stamp.source(), stamp.unit_id()});
        }
    }
    for (const api::AuditRow& row : timeline.audit()) {
        if (row.action() != "add_note") { // the note itself says more
            add_entry({row.at_us(), 0, ReplayEntry::Kind::audit, row.action(), who_and_why(row), 0});
        }
    }
    notes_ = {timeline.notes().begin(), timeline.notes().end()};
    for (const api::Note& note : notes_) {
        add_entry({note.at_us(), 0, ReplayEntry::Kind::note, note.text(), note.who(), 0});
    }
}

void ReplayCase::add_page(std::int64_t unit_id, const api::ReplayPage& page) {
    append_by_time(positions_[unit_id], page.positions());
    append_by_time(vitals_[unit_id], page.vitals());
    append_by_time(events_[unit_id], page.events());
    for (const api::ReplayEvent& e : page.events()) {
        if (e.event().has_alarm()) {
            const auto& alarm = e.event().alarm();
            add_entry({e.t_us(), 0, ReplayEntry::Kind::alarm, alarm.code(), alarm.active() ? alarm.value() : std::string{},
                       unit_id});
        }
    }
    for (const api::ReplayGap& gap : page.gaps()) {
        if (page.stream() == ems::wire::STREAM_V && gap.to_us() > gap.from_us()) {
            add_entry({gap.from_us(), gap.to_us(), ReplayEntry::Kind::gap, "vitals", gap.reason(), unit_id});
        }
    }
}

void ReplayCase::add_whereabouts(std::int64_t unit_id, const api::ReplayPage& page) {
    std::vector<api::ReplayPosition> kept;
    for (const api::ReplayPosition& p : page.positions()) {
        if (whereabouts_ < kOthersMax && (kept.empty() || p.t_us() >= kept.back().t_us() + kOthersStepUs)) {
            kept.push_back(p);
            ++whereabouts_;
        }
    }
    append_by_time(positions_[unit_id], kept);
}

void ReplayCase::add_recordings(const api::Recordings& recordings) {
    readable_ = recordings.readable();
    for (const api::Recording& r : recordings.recordings()) {
        recordings_.push_back(r);
        switch (r.kind()) {
        case api::Recording::VOICE:
            add_entry({r.first_us(), r.last_us(), ReplayEntry::Kind::speech, r.by(), {}, r.unit_id()});
            break;
        case api::Recording::SNAPSHOT:
            add_entry({r.first_us(), 0, ReplayEntry::Kind::picture, r.camera(), r.by(), r.unit_id()});
            break;
        case api::Recording::GAP:
            add_entry({r.first_us(), r.last_us(), ReplayEntry::Kind::gap, r.camera(), {}, r.unit_id()});
            break;
        default:
            break;
        }
    }
}

void ReplayCase::add_waves(std::int64_t unit_id, std::int64_t from_us, const api::ReplayPage& page) {
    auto it = std::find_if(stretches_.begin(), stretches_.end(), [&](const WaveStretch& s) {
        return s.unit_id == unit_id && s.from_us == from_us;
    });
    if (it == stretches_.end()) {
        if (stretches_.size() >= kStretchesMax) {
            stretches_.pop_front();
        }
        stretches_.push_back({unit_id, from_us, std::min(from_us + kStretchUs, to_us_), {}, false});
        it = stretches_.end() - 1;
    }
    append_by_time(it->waves, page.waves());
    it->complete = !page.has_next();
}

const std::vector<api::ReplayPosition>& ReplayCase::positions(std::int64_t unit_id) const {
    return found(positions_, unit_id);
}
const std::vector<api::ReplayVitals>& ReplayCase::vitals(std::int64_t unit_id) const {
    return found(vitals_, unit_id);
}
const std::vector<api::ReplayEvent>& ReplayCase::events(std::int64_t unit_id) const {
    return found(events_, unit_id);
}

std::int64_t ReplayCase::stretch_start(std::int64_t at_us) const {
    const std::int64_t within = std::clamp(at_us, from_us_, to_us_ - 1);
    return from_us_ + (within - from_us_) / kStretchUs * kStretchUs;
}

const WaveStretch* ReplayCase::stretch(std::int64_t unit_id, std::int64_t at_us) const {
    const std::int64_t start = stretch_start(at_us);
    const auto it = std::find_if(stretches_.begin(), stretches_.end(), [&](const WaveStretch& s) {
        return s.unit_id == unit_id && s.from_us == start;
    });
    return it == stretches_.end() ? nullptr : &*it;
}

const api::Recording* ReplayCase::running(api::Recording::Kind kind, std::int64_t unit_id, const std::string& camera,
                                          std::int64_t at_us) const {
    const auto it = std::find_if(recordings_.begin(), recordings_.end(), [&](const api::Recording& r) {
        return r.kind() == kind && r.unit_id() == unit_id && (camera.empty() || r.camera() == camera) &&
               r.first_us() <= at_us && at_us < r.last_us();
    });
    return it == recordings_.end() ? nullptr : &*it;
}

std::vector<std::string> ReplayCase::cameras(std::int64_t unit_id) const {
    std::set<std::string> names;
    for (const api::Recording& r : recordings_) {
        if (r.kind() == api::Recording::VIDEO && r.unit_id() == unit_id) {
            names.insert(r.camera());
        }
    }
    return {names.begin(), names.end()};
}

api::Incident ReplayCase::incident_at(std::int64_t us) const {
    api::Incident out = incident_;
    out.clear_stamps();
    bool assigned = false;
    for (const api::Stamp& stamp : incident_.stamps()) {
        if (stamp.at_us() != 0 && stamp.at_us() <= us) {
            *out.add_stamps() = stamp;
            assigned = assigned || stamp.event() == "unit_assigned";
        }
    }
    const bool had_ended = us >= to_us_ && (incident_.state() == "closed" || incident_.state() == "cancelled");
    out.set_state(had_ended ? incident_.state() : assigned ? "assigned" : "open");
    out.set_notes(0);
    out.clear_newest_note();
    for (const api::Note& note : notes_) {
        if (note.at_us() <= us) {
            out.set_notes(out.notes() + 1);
            *out.mutable_newest_note() = note;
        }
    }
    out.clear_neighbours();
    for (const api::NeighbourWord& word : incident_.neighbours()) {
        if (word.at_us() <= us) {
            *out.add_neighbours() = word;
        }
    }
    out.clear_alarm();
    out.set_units_short(assigned ? 0 : 1);
    return out;
}

std::optional<ReplayCase::UnitThen> ReplayCase::unit_at(std::int64_t unit_id, std::int64_t us) const {
    std::optional<UnitThen> out;
    for (const api::Stamp& stamp : incident_.stamps()) {
        const auto state = state_of(stamp.event());
        if (!state || stamp.unit_id() != unit_id || stamp.at_us() == 0 || stamp.at_us() > us ||
            (out && stamp.at_us() < out->since_us)) {
            continue;
        }
        out = UnitThen{*state, stamp.at_us(), stamp.assignment_id()};
    }
    return out;
}

} // namespace ems::console
