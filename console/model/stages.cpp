#include "console/model/stages.h"

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

const api::Stamp* find_stamp(const api::Incident& incident, std::string_view event) {
    const api::Stamp* found = nullptr;
    for (const api::Stamp& stamp : incident.stamps()) {
        if (stamp.event() == event) {
            found = &stamp; // the last one of a re-assigned incident counts
        }
    }
    return found;
}

Stage stage_at(std::size_t index) {
    EMS_ASSERT(index < kStageCount);
    return static_cast<Stage>(index);
}

} // namespace

std::string_view stage_event(Stage stage) {
    return kEvents.at(static_cast<std::size_t>(stage));
}

std::int64_t stage_time(const api::Incident& incident, Stage stage) {
    const api::Stamp* stamp = find_stamp(incident, stage_event(stage));
    return stamp == nullptr ? 0 : stamp->at_us();
}

std::array<StageCell, kStageCount> stage_cells(const api::Incident& incident,
                                               std::int64_t predicted_scene_us,
                                               std::int64_t now_us) {
    std::array<StageCell, kStageCount> cells{};
    std::size_t last_done = 0;
    for (std::size_t i = 0; i < kStageCount; ++i) {
        const api::Stamp* stamp = find_stamp(incident, kEvents.at(i));
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
    bool next_given = incident.state() == "closed" || incident.state() == "cancelled";
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
            const std::int64_t since = stage_time(incident, target->since);
            cell.target_us = since == 0 ? 0 : since + target->length_us;
            cell.broke_target = cell.state == StageState::next && cell.target_us != 0 && now_us > cell.target_us;
        }
        if (stage_at(i) == Stage::at_scene) {
            cell.predicted_us = predicted_scene_us;
        }
    }
    return cells;
}

QueueTimer queue_timer(const api::Incident& incident) {
    const auto cells = stage_cells(incident, 0, 0);
    QueueTimer timer{Stage::count, incident.created_us(), 0};
    for (std::size_t i = 0; i < kStageCount; ++i) {
        const StageCell& cell = cells.at(i);
        if (cell.state == StageState::done) {
            timer.since_us = cell.at_us;
        } else if (cell.state == StageState::next) {
            timer.waits_for = stage_at(i);
            if (const auto target = target_of(timer.waits_for)) {
                const std::int64_t since = stage_time(incident, target->since);
                timer.since_us = since == 0 ? timer.since_us : since;
                timer.target_us = target->length_us;
            }
            break;
        }
    }
    return timer;
}

} // namespace ems::console
