#include "dispatch/service/fences.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace ems::dispatch {
namespace {

std::optional<std::uint32_t> distance(PlaceE7 from, const std::optional<PlaceE7>& to) {
    if (!to) {
        return std::nullopt;
    }
    return static_cast<std::uint32_t>(std::lround(map::distance_m(to_wgs84(from), to_wgs84(*to))));
}

std::optional<PlaceE7> hospital_place(const Registry& registry, HospitalId id) {
    const auto found = std::find_if(registry.hospitals.begin(), registry.hospitals.end(),
                                    [id](const NamedPlace& h) { return h.id == id.value; });
    return found == registry.hospitals.end() ? std::nullopt : std::optional{found->place};
}

// The wire, the database and the core have the same numbers.
wire::UnitState wire_state(UnitState state) { return static_cast<wire::UnitState>(state); }

signal::FenceFix fix_of(const World& world, const UnitRow& row, const Track& track, const Registry& registry) {
    const api::UnitPosition& position = *track.position;
    const PlaceE7 here{position.place().lat_e7(), position.place().lon_e7()};
    const IncidentRow* task = world.incident(row.incident);
    signal::FenceFix out;
    out.at_us = position.received_us() - std::int64_t{position.age_at_receipt_ms()} * 1'000;
    out.speed_cm_s = position.speed_cm_s();
    out.scene_m = task != nullptr ? distance(here, task->place) : std::nullopt;
    out.hospital_m = distance(here, hospital_place(registry, row.hospital));
    out.station_m = distance(here, track.station);
    const PostingRow* posting = world.posting_of(row.id);
    const bool awaited = posting != nullptr && legal(posting->state, PostingState::arrived);
    out.post_m = awaited ? distance(here, posting->place) : std::nullopt;
    return out;
}

} // namespace

std::vector<ProposalRow> Fences::look(const World& world, const Fleet& fleet, const Registry& registry) {
    std::vector<ProposalRow> out;
    std::erase_if(watches_, [&](const auto& entry) { return world.unit(entry.first) == nullptr; });
    for (const auto& [id, row] : world.units) {
        const Track* track = fleet.by_unit(id);
        if (track == nullptr || !track->position) {
            continue;
        }
        Watch& watch = watches_[id];
        const PostingRow* posting = world.posting_of(id);
        const PostingId posted = posting == nullptr ? PostingId{} : posting->id;
        if (std::exchange(watch.posted, posted) != posted) {
            watch.rules.tell_again(wire::UNIT_UNSPECIFIED);   // to the place where it was posted before, perhaps
        }
        const auto told = watch.rules.see(wire_state(row.state), fix_of(world, row, *track, registry), registry.time_scale);
        const auto state = told ? unit_state_of(told->state) : std::nullopt;
        if (!told || (!state && !posted.is_set())) {
            continue;
        }
        ProposalRow proposal;
        proposal.unit = id;
        proposal.state = state.value_or(row.state);
        proposal.at_us = told->since_us;
        proposal.posting = state ? PostingId{} : posted;
        out.push_back(std::move(proposal));
    }
    return out;
}

void Fences::tell_again(const ProposalRow& row) {
    if (const auto watch = watches_.find(row.unit); watch != watches_.end()) {
        watch->second.rules.tell_again(row.posting.is_set() ? wire::UNIT_UNSPECIFIED : wire_state(row.state));
    }
}

} // namespace ems::dispatch
