#include "dispatch/core/merge.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "dispatch/core/task_writes.h"

namespace ems::dispatch {
namespace {

// Flat, which within 100 m is exact to a centimetre.
bool is_same_place(PlaceE7 a, PlaceE7 b) {
    constexpr double kMetresPerDegree = 111'195;   // of a great circle of 6371 km
    constexpr double kRadiansE7 = 3.14159265358979323846 / 180 / 1e7;
    const double north_m = (a.lat_e7 - b.lat_e7) / 1e7 * kMetresPerDegree;
    const double east_m = (a.lon_e7 - b.lon_e7) / 1e7 * kMetresPerDegree * std::cos(a.lat_e7 * kRadiansE7);
    return std::hypot(north_m, east_m) <= static_cast<double>(kSamePlaceM);
}

bool may_be_same(const IncidentRow& row, const IncidentRow& fresh) {
    const std::int64_t older_us = fresh.created_us - row.created_us;
    const bool same_caller = !fresh.caller.empty() && row.caller == fresh.caller && older_us <= kSameCallerUs;
    return same_caller || (older_us <= kSamePlaceUs && is_same_place(row.place, fresh.place));
}

Need both_needs(const Need& a, const Need& b) {
    Need out = a;
    if (b.vehicle_class && (!a.vehicle_class || serves(*b.vehicle_class, *a.vehicle_class))) {
        out.vehicle_class = b.vehicle_class;
    }
    out.capabilities |= b.capabilities;
    out.isolation = std::max(a.isolation, b.isolation);
    return out;
}

// What the second call adds to the first.
IncidentRow with_second(const IncidentRow& first, const IncidentRow& second) {
    IncidentRow out = first;
    out.level = std::min(first.level, second.level);
    out.units_wanted = std::max(first.units_wanted, second.units_wanted);
    out.need = both_needs(first.need, second.need);
    std::string joined = first.complaint;
    joined += joined.empty() ? "" : "；";
    joined += second.complaint;
    const bool says_more = first.complaint.find(second.complaint) == std::string::npos;
    if (says_more && joined.size() <= kTextMax) {
        out.complaint = joined;
    }
    return out;
}

} // namespace

IncidentId same_event(const World& world, const IncidentRow& fresh) {
    IncidentId out;
    std::int64_t newest_us = 0;
    if (fresh.kind != IncidentKind::emergency) {
        return out;
    }
    for (const auto& [id, row] : world.incidents) {
        const bool live = !ended(row.state) && row.kind == IncidentKind::emergency && id != fresh.id;
        if (live && row.created_us >= newest_us && may_be_same(row, fresh)) {
            out = id;
            newest_us = row.created_us;
        }
    }
    return out;
}

Result<WriteSet> decide_merge(const World& world, const MergeRequest& request) {
    const IncidentRow* second = world.incident(request.incident);
    if (second == nullptr) {
        return fail(Code::no_such_incident);
    }
    if (ended(second->state)) {
        return fail(Code::incident_closed);
    }
    if (second->version != request.version) {
        return fail(Code::version_stale);
    }
    WriteSet out{request.actor, {}};
    if (request.answer == MergeAnswer::different) {
        if (!second->same_as.is_set()) {
            return fail(Code::merge_needs_other);
        }
        audit(out, "not_the_same", second->id, fmt::format("as={}", second->same_as.value));
        change_of(out, *second).row.same_as = {};
        return out;
    }
    const IncidentId into = request.into.is_set() ? request.into : second->same_as;
    if (!into.is_set() || into == second->id) {
        return fail(Code::merge_needs_other);
    }
    const IncidentRow* first = world.incident(into);
    if (first == nullptr) {
        return fail(Code::no_such_incident);
    }
    if (ended(first->state)) {
        return fail(Code::incident_closed);
    }
    if (first->kind != second->kind) {
        return fail(Code::merge_needs_other, "an emergency and a planned transfer are two incidents");
    }
    if (world.live_assignments(second->id) > 0) {
        return fail(Code::unit_on_incident);
    }
    const bool served = world.any_done(second->id);
    SetIncident& end = change_of(out, *second);
    end.row.state = served ? IncidentState::closed : IncidentState::cancelled;
    end.row.same_as = {};
    end.row.merged_into = first->id;
    end.outcome = "merged into " + first->number;
    if (!served) {
        out.operations.emplace_back(
            AddStamp{second->id,
                     {StampEvent::cancelled, std::max(request.now_us, last_of_call_us(*second)), 0, request.now_us,
                      StampSource::dispatcher, {}, {}, {}}});
    }
    change_of(out, *first).row = with_second(*first, *second);
    // Others that may be the same as the second may be the same as the first.
    for (const auto& [id, row] : world.incidents) {
        if (row.same_as == second->id && !ended(row.state)) {
            change_of(out, row).row.same_as = id == first->id ? IncidentId{} : first->id;
        }
    }
    audit(out, "merged", second->id, fmt::format("into={} number={}", first->id.value, first->number));
    audit(out, "second_call", first->id, fmt::format("incident={} number={}", second->id.value, second->number));
    return out;
}

} // namespace ems::dispatch
