#include "console/model/stages.h"

#include <algorithm>
#include <map>

#include "telemetry/base/assert.h"

namespace ems::console {
namespace {

constexpr std::int64_t kSecondUs = 1'000'000;

// The county's targets: length since a stage. Ring answered in 10 s, a unit ordered within 60 s of the answer, accepted
// in 30 s, on its wheels 3 min after the order, and away from the scene within 15 min.
struct Target {
    Stage since;
    std::int64_t length_us;
};
constexpr std::optional<Target> target_of(Stage stage) {
    switch (stage) {
    case Stage::answered:
        return Target{Stage::ring, 10 * kSecondUs};
    case Stage::unit_assigned:
        return Target{Stage::answered, 60 * kSecondUs};
    case Stage::crew_ack:
        return Target{Stage::unit_assigned, 30 * kSecondUs};
    case Stage::wheels:
        return Target{Stage::unit_assigned, 180 * kSecondUs};
    case Stage::left_scene:
        return Target{Stage::at_scene, 900 * kSecondUs};
    case Stage::ring:
    case Stage::case_opened:
    case Stage::at_scene:
    case Stage::at_patient:
    case Stage::at_hospital:
    case Stage::handover:
    case Stage::count:
        break;
    }
    return std::nullopt;
}

constexpr std::array<std::string_view, kStageCount> kEvents{
    "ring_start", "answered",   "case_opened", "unit_assigned", "crew_ack", "wheels",
    "at_scene",   "at_patient", "left_scene",  "at_hospital",   "handover"};

// The order whose stamps are the incident's: the newest that runs, else the newest that was served. One that was refused or
// cancelled left its stamps behind; they count only when the incident ended with it. 0: none.
std::int64_t counted_assignment(const api::Incident& incident) {
    enum class Fate { taken_away, served, runs };
    if (incident.state() == "open") {
        return 0; // its order, if it had one, was taken away
    }
    std::map<std::int64_t, Fate> orders;
    for (const api::Stamp& stamp : incident.stamps()) {
        if (stamp.assignment_id() == 0) {
            continue;
        }
        Fate& fate = orders.try_emplace(stamp.assignment_id(), Fate::runs).first->second;
        if (stamp.event() == "cancelled") { // of a served one it can never come
            fate = stamp.not_applicable().empty() ? Fate::taken_away : Fate::served;
        }
    }
    std::int64_t best = 0;
    for (const auto& [id, fate] : orders) {
        const bool counts = fate != Fate::taken_away || !is_running(incident);
        if (counts && (best == 0 || fate >= orders.at(best))) {
            best = id;
        }
    }
    return best;
}

using StageStamps = std::array<const api::Stamp*, kStageCount>;

// Of each stage the last stamp of the call itself or of the order that counts.
StageStamps stage_stamps(const api::Incident& incident) {
    const std::int64_t counted = counted_assignment(incident);
    StageStamps found{};
    for (const api::Stamp& stamp : incident.stamps()) {
        const auto event = std::find(kEvents.begin(), kEvents.end(), stamp.event());
        if (event != kEvents.end() && (stamp.assignment_id() == 0 || stamp.assignment_id() == counted)) {
            found.at(static_cast<std::size_t>(event - kEvents.begin())) = &stamp;
        }
    }
    return found;
}

std::int64_t time_of(const StageStamps& stamps, Stage stage) {
    const api::Stamp* stamp = stamps.at(static_cast<std::size_t>(stage));
    return stamp == nullptr ? 0 : stamp->at_us();
}

// What a stage is counted from. A transfer is planned for later: its unit is due as the server's queue has it, not since the
// telephone was answered. 0: not known.
std::int64_t counted_from(const api::Incident& incident, const StageStamps& stamps, Stage stage, const Target& target) {
    const std::int64_t due_us = stage == Stage::unit_assigned ? transfer_due_us(incident) : 0;
    const std::int64_t since_us = time_of(stamps, target.since);
    return due_us == 0 ? since_us : std::max({due_us, since_us, incident.created_us()});
}

Stage stage_at(std::size_t index) {
    EMS_ASSERT(index < kStageCount);
    return static_cast<Stage>(index);
}

} // namespace

bool is_running(const api::Incident& incident) {
    return incident.state() != "closed" && incident.state() != "cancelled";
}

std::int64_t transfer_due_us(const api::Incident& incident) {
    return incident.kind() == "transfer" && incident.planned_us() != 0 ? incident.planned_us() - kTransferLeadUs : 0;
}

std::string_view stage_event(Stage stage) {
    return kEvents.at(static_cast<std::size_t>(stage));
}

std::int64_t stage_time(const api::Incident& incident, Stage stage) {
    return time_of(stage_stamps(incident), stage);
}

std::array<StageCell, kStageCount> stage_cells(const api::Incident& incident, const Arrivals& expected, std::int64_t now_us) {
    const StageStamps stamps = stage_stamps(incident);
    std::array<StageCell, kStageCount> cells{};
    std::size_t last_done = 0;
    for (std::size_t i = 0; i < kStageCount; ++i) {
        const api::Stamp* stamp = stamps.at(i);
        if (stamp == nullptr) {
            continue;
        }
        if (!stamp->not_applicable().empty()) {
            cells.at(i).state = StageState::not_applicable;
        } else if (stamp->at_us() != 0) {
            cells.at(i).state = StageState::done;
            cells.at(i).at_us = stamp->at_us();
            last_done = i;
        }
    }
    std::int64_t before_us = 0;
    bool next_given = !is_running(incident);
    for (std::size_t i = 0; i < kStageCount; ++i) {
        StageCell& cell = cells.at(i);
        if (cell.state == StageState::done) {
            cell.after_us = before_us == 0 ? 0 : cell.at_us - before_us;
            before_us = cell.at_us;
            continue;
        }
        if (cell.state == StageState::not_applicable) {
            continue;
        }
        if (!next_given && i > last_done) {
            cell.state = StageState::next;
            next_given = true;
        }
        if (const auto target = target_of(stage_at(i))) {
            const std::int64_t since = counted_from(incident, stamps, stage_at(i), *target);
            cell.target_us = since == 0 ? 0 : since + target->length_us;
            cell.broke_target = cell.state == StageState::next && cell.target_us != 0 && now_us > cell.target_us;
        }
        if (stage_at(i) == Stage::at_scene) {
            cell.predicted_us = expected.scene_us;
        } else if (stage_at(i) == Stage::at_hospital) {
            cell.predicted_us = expected.hospital_us;
        }
    }
    return cells;
}

QueueTimer queue_timer(const api::Incident& incident) {
    const auto cells = stage_cells(incident, {}, 0);
    QueueTimer timer{Stage::count, incident.created_us(), 0};
    for (std::size_t i = 0; i < kStageCount; ++i) {
        const StageCell& cell = cells.at(i);
        if (cell.state == StageState::done) {
            timer.since_us = cell.at_us;
        } else if (cell.state == StageState::next) {
            timer.waits_for = stage_at(i);
            if (const auto target = target_of(timer.waits_for)) {
                const std::int64_t since = counted_from(incident, stage_stamps(incident), timer.waits_for, *target);
                timer.since_us = since == 0 ? timer.since_us : since;
                timer.target_us = target->length_us;
            }
            break;
        }
    }
    return timer;
}

} // namespace ems::console
