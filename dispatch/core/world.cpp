#include "dispatch/core/world.h"

#include <algorithm>
#include <set>
#include <utility>

#include "dispatch/core/outbox.h"

namespace ems::dispatch {
namespace {

template <class Map, class Key> const typename Map::mapped_type* find(const Map& map, const Key& key) {
    const auto found = map.find(key);
    return found == map.end() ? nullptr : &found->second;
}

} // namespace

const StampRow* IncidentRow::stamp(StampEvent event, AssignmentId assignment) const {
    const auto found = std::find_if(stamps.begin(), stamps.end(), [&](const StampRow& s) {
        return s.event == event && s.assignment == assignment;
    });
    return found == stamps.end() ? nullptr : &*found;
}

const UnitRow* World::unit(UnitId id) const { return find(units, id); }
const IncidentRow* World::incident(IncidentId id) const { return find(incidents, id); }
const AssignmentRow* World::assignment(AssignmentId id) const { return find(assignments, id); }

bool World::knows_task(AssignmentId id) const {
    const AssignmentRow* row = assignment(id);
    return row != nullptr && incident(row->incident) != nullptr;
}

std::size_t World::live_assignments(IncidentId id, AssignmentId except) const {
    return static_cast<std::size_t>(
        std::count_if(assignments.begin(), assignments.end(), [&](const auto& entry) {
            const AssignmentRow& a = entry.second;
            return a.incident == id && a.id != except && !ended(a.state);
        }));
}

bool World::any_done(IncidentId id) const {
    return std::any_of(assignments.begin(), assignments.end(), [&](const auto& entry) {
        return entry.second.incident == id && entry.second.state == AssignmentState::done;
    });
}

std::uint32_t World::units_short(IncidentId id) const {
    const IncidentRow* row = incident(id);
    if (row == nullptr || ended(row->state)) {
        return 0;
    }
    const auto met = static_cast<std::uint32_t>(
        std::count_if(assignments.begin(), assignments.end(), [&](const auto& entry) {
            const AssignmentRow& a = entry.second;
            return a.incident == id && (!ended(a.state) || a.state == AssignmentState::done);
        }));
    return met >= row->units_wanted ? 0 : row->units_wanted - met;
}

const PostingRow* World::posting_of(UnitId unit_id) const {
    const auto found = std::find_if(postings.begin(), postings.end(),
                                    [&](const auto& entry) { return entry.second.unit == unit_id; });
    return found == postings.end() ? nullptr : &found->second;
}

namespace {

void merge_posting(World& world, const PostingRow& row) {
    // By time and not by number: two desks take the numbers of their postings before either is stored.
    const auto refused = world.refused_postings.find(row.unit);
    const bool is_news = refused == world.refused_postings.end() || row.created_us >= refused->second.ended_us;
    if (is_news && row.state == PostingState::refused) {
        world.refused_postings[row.unit] = row;
    } else if (is_news) {
        world.refused_postings.erase(row.unit);
    }
    if (ended(row.state)) {
        world.postings.erase(row.id);
    } else if (PostingRow& known = world.postings[row.id]; row.version >= known.version) {
        known = row;
    }
}

} // namespace

void merge(World& world, const Rows& rows) {
    for (const UnitRow& row : rows.units) {
        UnitRow& known = world.units[row.id];
        if (row.version >= known.version) {
            known = row;
        }
        if (traits(known.state).on_task || known.state == UnitState::out_of_service) {
            world.refused_postings.erase(row.id);
        }
    }
    for (const IncidentRow& row : rows.incidents) {
        IncidentRow& known = world.incidents[row.id];
        // Stamps, notes and switches of the scale are only added, so at one version the row with more of them is the newer.
        const bool has_no_less = row.stamps.size() >= known.stamps.size() && row.notes >= known.notes &&
                                 row.spo2_scale.version >= known.spo2_scale.version;
        if (row.version > known.version || (row.version == known.version && has_no_less)) {
            known = row;
        }
    }
    for (const AssignmentRow& row : rows.assignments) {
        AssignmentRow& known = world.assignments[row.id];
        if (row.version >= known.version) {
            known = row;
        }
    }
    for (const CommandRow& row : rows.commands) {
        world.commands[row.id] = row;
    }
    for (const PostingRow& row : rows.postings) {
        merge_posting(world, row);
    }
    for (const ProposalRow& row : rows.proposals) {
        if (row.outcome == ProposalOutcome::open) {
            world.proposals[row.id] = row;
        } else {
            world.proposals.erase(row.id);
        }
    }
}

namespace {

// The tasks of which something is still to come.
std::set<AssignmentId> unfinished(const World& world) {
    std::set<AssignmentId> out;
    for (const auto& [id, unit] : world.units) {
        out.insert(unit.stamp_assignment);
    }
    for (const auto& [id, assignment] : world.assignments) {
        if (!ended(assignment.state)) {
            out.insert(id);
        }
    }
    for (const auto& [id, command] : world.commands) {
        if (open(command)) {
            out.insert(command.assignment);
        }
    }
    for (const auto& [id, proposal] : world.proposals) {
        out.insert(proposal.assignment);
    }
    return out;
}

} // namespace

void forget_old(World& world, std::int64_t ended_before_us, std::size_t keep) {
    std::set<IncidentId> needed;
    for (const AssignmentId id : unfinished(world)) {
        if (const AssignmentRow* task = world.assignment(id)) {
            needed.insert(task->incident);
        }
    }
    std::vector<std::pair<std::int64_t, IncidentId>> by_end;
    for (const auto& [id, row] : world.incidents) {
        if (ended(row.state)) {
            by_end.emplace_back(row.ended_us, id);
        }
    }
    std::sort(by_end.rbegin(), by_end.rend());
    std::set<IncidentId> gone;
    for (std::size_t i = 0; i < by_end.size(); ++i) {
        const auto& [ended_us, id] = by_end[i];
        if ((i >= keep || ended_us < ended_before_us) && !needed.contains(id)) {
            gone.insert(id);
        }
    }
    // What belongs to no task, as a text of a posting, has no incident to go with.
    std::erase_if(world.commands, [&](const auto& e) {
        return !e.second.assignment.is_set() && !open(e.second) && e.second.expires_us < ended_before_us;
    });
    if (gone.empty()) {
        return;
    }
    std::erase_if(world.incidents, [&](const auto& e) { return gone.contains(e.first); });
    std::erase_if(world.assignments, [&](const auto& e) { return gone.contains(e.second.incident); });
    // An open one stays whatever became of its task: nobody would send it any more.
    std::erase_if(world.commands, [&](const auto& e) {
        return e.second.assignment.is_set() && !open(e.second) && !world.assignments.contains(e.second.assignment);
    });
}

} // namespace ems::dispatch
