#include "dispatch/client/mirror.h"

#include <algorithm>
#include <charconv>

namespace ems::client {
namespace {

template <class Map, class Rows> void merge(Map& map, const Rows& rows) {
    for (const auto& row : rows) {
        map[row.id()] = row;
    }
}

void merge_postings(std::map<std::int64_t, api::Posting>& map,
                    const google::protobuf::RepeatedPtrField<api::Posting>& rows) {
    for (const api::Posting& row : rows) {
        map[row.id()] = row;
        if (row.state() == "done" || row.state() == "refused" || row.state() == "cancelled") {
            map.erase(row.id());
        }
    }
}

void merge_proposals(std::map<std::int64_t, api::Proposal>& map,
                     const google::protobuf::RepeatedPtrField<api::Proposal>& rows) {
    for (const api::Proposal& row : rows) {
        map[row.id()] = row;
        if (row.outcome() != "open") {
            map.erase(row.id());
        }
    }
}

bool parse_id(std::string_view text, std::int64_t& id) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    return error == std::errc{} && end == text.data() + text.size();
}

template <class Map> const typename Map::mapped_type* find_named(const Map& map, std::string_view key) {
    for (const auto& [id, row] : map) {
        if (row.name() == key) {
            return &row;
        }
    }
    std::int64_t id = 0;
    if (!parse_id(key, id)) {
        return nullptr;
    }
    const auto found = map.find(id);
    return found == map.end() ? nullptr : &found->second;
}

// The centre decides between a vehicle's own position and its terminal's, whose clocks and numbers do not compare: what it
// received later counts. The rest keeps a repeat out of order from looking current.
bool newer(const api::UnitPosition& fresh, const api::UnitPosition& known) {
    if (fresh.received_us() != known.received_us()) {
        return fresh.received_us() > known.received_us();
    }
    return fresh.device_us() > known.device_us() ||
           (fresh.device_us() == known.device_us() && fresh.seq() > known.seq());
}

bool is_over(const api::RoadCondition& road, std::int64_t server_us) {
    return road.ended_us() != 0 || (road.until_us() != 0 && road.until_us() <= server_us);
}

} // namespace

void Mirror::clear() { *this = Mirror{}; }

void Mirror::apply(const api::Snapshot& snapshot) {
    clear();
    ready_ = true;
    seq_ = snapshot.seq();
    merge(units_, snapshot.units());
    merge(incidents_, snapshot.incidents());
    merge(assignments_, snapshot.assignments());
    merge(stations_, snapshot.stations());
    merge(hospitals_, snapshot.hospitals());
    merge_postings(postings_, snapshot.postings());
    merge_proposals(proposals_, snapshot.proposals());
    partners_.assign(snapshot.partners().begin(), snapshot.partners().end());
    for (const api::UnitPosition& position : snapshot.positions()) {
        positions_[position.unit_id()] = position;
    }
    merge(roads_, snapshot.roads());
    roads_state_ = snapshot.roads_state();
    if (snapshot.has_coverage()) {
        coverage_ = snapshot.coverage();
    }
    if (snapshot.has_move_up()) {
        move_up_ = snapshot.move_up();
    }
}

Applied Mirror::apply(const api::Delta& delta) {
    if (!ready_) {
        return Applied::before_snapshot;
    }
    if (delta.seq() != seq_ + 1) {
        return Applied::gap;
    }
    seq_ = delta.seq();
    merge(units_, delta.units());
    merge(incidents_, delta.incidents());
    merge(assignments_, delta.assignments());
    merge(roads_, delta.roads());
    if (delta.has_roads_state()) {
        roads_state_ = delta.roads_state();
    }
    std::erase_if(roads_, [&delta](const auto& entry) { return is_over(entry.second, delta.server_us()); });
    if (delta.has_coverage()) {
        coverage_ = delta.coverage();
    }
    if (delta.has_move_up()) {
        move_up_ = delta.move_up().state() == "open" ? std::optional{delta.move_up()} : std::nullopt;
    }
    merge_postings(postings_, delta.postings());
    merge_proposals(proposals_, delta.proposals());
    return Applied::yes;
}

void Mirror::apply(const api::Live& live) {
    for (const api::UnitPosition& position : live.positions()) {
        const auto [place, fresh] = positions_.try_emplace(position.unit_id(), position);
        if (!fresh && newer(position, place->second)) {
            place->second = position;
        }
    }
}

const api::Unit* Mirror::find_unit(std::string_view name_or_id) const {
    return find_named(units_, name_or_id);
}

const api::Hospital* Mirror::find_hospital(std::string_view name_or_id) const {
    return find_named(hospitals_, name_or_id);
}

const api::Station* Mirror::find_station(std::string_view name_or_id) const {
    return find_named(stations_, name_or_id);
}

std::uint32_t Mirror::units_short(const api::Incident& incident) const {
    if (incident.state() != "open" && incident.state() != "assigned") {
        return 0;
    }
    std::uint32_t met = 0;
    for (const auto& [id, row] : assignments_) {
        const bool counts = row.state() == "done" || row.state() == "ordered" || row.state() == "delivered" ||
                            row.state() == "accepted";
        met += row.incident_id() == incident.id() && counts ? 1U : 0U;
    }
    const std::uint32_t wanted = std::max(incident.units_wanted(), 1U);
    return met >= wanted ? 0 : wanted - met;
}

const api::Incident* Mirror::find_incident(std::string_view number_or_id) const {
    std::int64_t id = 0;
    if (number_or_id.starts_with('#') && parse_id(number_or_id.substr(1), id)) {
        const auto found = incidents_.find(id);
        return found == incidents_.end() ? nullptr : &found->second;
    }
    // Numbers begin anew each day: the newest has the highest id.
    for (auto it = incidents_.rbegin(); it != incidents_.rend(); ++it) {
        if (it->second.number() == number_or_id) {
            return &it->second;
        }
    }
    return nullptr;
}

} // namespace ems::client
