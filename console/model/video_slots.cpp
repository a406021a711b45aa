#include "console/model/video_slots.h"

#include <algorithm>

#include "console/model/rows.h"

namespace ems::console {
namespace {

void add_cameras(std::vector<CameraChannel>& out, const api::Unit& unit, const api::Cameras& sending) {
    const std::size_t before = out.size();
    for (const api::Camera& camera : sending.cameras()) {
        if (camera.unit_id() == unit.id() && out.size() < kTilesMax) {
            out.push_back({unit.id(), unit.incident_id(), camera.camera()});
        }
    }
    if (out.size() == before && out.size() < kTilesMax) {
        out.push_back({unit.id(), unit.incident_id(), kCabinCamera});
        return;
    }
    std::stable_partition(out.begin() + static_cast<std::ptrdiff_t>(before), out.end(),
                          [](const CameraChannel& c) { return c.camera == kCabinCamera; });
}

} // namespace

std::vector<CameraChannel> wanted_channels(const DeskState& state, const api::Cameras& sending, std::int64_t now_us) {
    std::vector<CameraChannel> out;
    const std::int64_t selected = state.selected_incident();
    if (const api::Unit* unit = state.patient_unit_of(selected)) {
        add_cameras(out, *unit, sending);
    }
    for (const QueueRow& row : queue_rows(state, now_us)) {
        if (out.size() >= kTilesMax) {
            break;
        }
        const api::Unit* unit = row.group == QueueGroup::running && row.incident->id() != selected
                                    ? state.patient_unit_of(row.incident->id())
                                    : nullptr;
        if (unit != nullptr) {
            add_cameras(out, *unit, sending);
        }
    }
    return out;
}

bool VideoSlots::update(std::span<const CameraChannel> wanted) {
    const std::size_t count = tile_count(layout_);
    const auto shown = wanted.first(std::min(wanted.size(), count));
    const auto before = tiles_;
    for (std::size_t tile = 0; tile < kTilesMax; ++tile) {
        auto& held = tiles_.at(tile);
        if (held && (tile >= count || std::find(shown.begin(), shown.end(), *held) == shown.end())) {
            held.reset();
        }
    }
    for (const CameraChannel& channel : shown) {
        if (std::find(tiles_.begin(), tiles_.end(), std::optional{channel}) != tiles_.end()) {
            continue;
        }
        const auto free = std::find(tiles_.begin(), tiles_.begin() + static_cast<std::ptrdiff_t>(count), std::nullopt);
        *free = channel; // there is one: no more are shown than there are tiles, each once
    }
    return tiles_ != before;
}

} // namespace ems::console
