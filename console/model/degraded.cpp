#include "console/model/degraded.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "console/model/ageing.h"

namespace ems::console {
namespace {

PartRow row_of(Part part, PartState state, std::int64_t since_us = 0) {
    PartRow out;
    out.part = part;
    out.state = state;
    out.since_us = since_us;
    return out;
}

bool is_bad(PartState state) {
    return state == PartState::degraded || state == PartState::lost;
}

void name_lost(PartRow& row, const std::string& name) {
    ++row.count;
    if (row.names.size() < DegradedParts::kNamesMax) {
        row.names.push_back(name);
    }
}

// Some instance wrote of itself a moment ago; else since when none has.
template <class Instances, class SeenUs>
PartRow instance_row(Part part, const Instances& instances, std::int64_t now_us, SeenUs seen_us) {
    std::int64_t newest_us = 0;
    for (const auto& one : instances) {
        newest_us = std::max<std::int64_t>(newest_us, seen_us(one));
    }
    const bool works = newest_us != 0 && now_us - newest_us < DegradedParts::kSilentUs;
    return row_of(part, works ? PartState::works : PartState::lost, works ? 0 : newest_us);
}

} // namespace

std::uint32_t DegradedParts::count() const {
    return static_cast<std::uint32_t>(
        std::count_if(rows_.begin(), rows_.end(), [](const PartRow& row) { return is_bad(row.state); }));
}

void DegradedParts::put(PartRow row, std::int64_t now_us) {
    PartRow& before = rows_.at(static_cast<std::size_t>(row.part));
    if (is_bad(row.state) && row.since_us == 0) {
        row.since_us = is_bad(before.state) ? before.since_us : now_us;
    }
    before = std::move(row);
}

void DegradedParts::look(const DeskState& state, const PartsSeen& seen, std::int64_t local_us) {
    for (std::size_t i = 0; i < kParts; ++i) {
        rows_.at(i).part = static_cast<Part>(i);
    }
    look_at_server(state, seen, local_us);
    look_at_vehicles(state, local_us);
    const std::int64_t now = state.server_us(local_us);
    look_at_roads(state, now);
    put(row_of(Part::sound, seen.has_sound ? PartState::works : PartState::lost), now);
    const AlarmLoad& load = state.load();
    put(row_of(Part::load, load.is_flood() ? PartState::degraded : PartState::works, load.flood_since_us()), now);
    put(row_of(Part::map, seen.has_map ? PartState::works : PartState::lost), now);
    const std::int64_t off_ms = std::abs(now - local_us) / 1'000;
    PartRow clock = row_of(Part::clock, !state.has_data()     ? PartState::unknown
                                        : off_ms > kClockMs ? PartState::degraded
                                                            : PartState::works);
    clock.count = static_cast<std::uint32_t>(std::min<std::int64_t>(off_ms, UINT32_MAX));
    put(std::move(clock), now);
}

void DegradedParts::look_at_server(const DeskState& state, const PartsSeen& seen, std::int64_t local_us) {
    const std::int64_t now = state.server_us(local_us);
    const bool live = state.is_live();
    put(row_of(Part::server, live ? PartState::works : PartState::lost,
               live || state.lost_since_us() == 0 ? 0 : state.server_us(state.lost_since_us())),
        now);
    // What a lost server would have told of is not known, not lost.
    put(row_of(Part::orders, !live                         ? PartState::unknown
                             : state.takes_orders(local_us) ? PartState::works
                                                            : PartState::lost),
        now);
    if (!live || !seen.fleet) {
        for (const Part part : {Part::broker, Part::archive, Part::media}) {
            put(row_of(part, PartState::unknown), now);
        }
        if (state.direct() != Direct::off) { // this desk's own link to it
            put(row_of(Part::broker, state.direct() == Direct::heard ? PartState::works : PartState::lost), now);
        }
        return;
    }
    const api::FleetStatus& fleet = *seen.fleet;
    const std::int64_t told = fleet.server_us();
    put(row_of(Part::broker, fleet.dispatch().broker_up() ? PartState::works : PartState::lost), now);
    if (!fleet.database_error().empty()) { // the rows below stand in it
        put(row_of(Part::archive, PartState::unknown), now);
        put(row_of(Part::media, PartState::unknown), now);
        return;
    }
    PartRow archive = instance_row(Part::archive, fleet.telemetry(), told, [](const auto& t) { return t.updated_us(); });
    const bool hears = std::any_of(fleet.telemetry().begin(), fleet.telemetry().end(), [&](const auto& t) {
        return t.broker_up() && told - t.updated_us() < kSilentUs;
    });
    if (archive.state == PartState::works && !hears) {
        archive.state = PartState::degraded;
    }
    put(std::move(archive), now);
    put(instance_row(Part::media, fleet.media(), told, [](const auto& m) { return m.seen_us(); }), now);
}

void DegradedParts::look_at_vehicles(const DeskState& state, std::int64_t local_us) {
    const std::int64_t now = state.server_us(local_us);
    PartRow links = row_of(Part::vehicles, PartState::works);
    PartRow positions = row_of(Part::positions, PartState::works);
    std::int64_t oldest_us = 0;
    for (const auto& [id, unit] : state.units()) {
        if (unit.vid().empty() || unit.link() == "never") {
            continue; // known by voice, or not in use
        }
        ++links.total;
        const auto age_ms = state.position_age_ms(id, local_us);
        if (unit.link() == "lost" || unit.link() == "offline") {
            name_lost(links, unit.name());
            if (age_ms) {
                const std::int64_t since_us = now - *age_ms * 1'000;
                oldest_us = oldest_us == 0 ? since_us : std::min(oldest_us, since_us);
            }
            continue; // its position follows from it
        }
        ++positions.total;
        if (!age_ms || freshness(*age_ms, kPositionAge) == Freshness::lost) {
            name_lost(positions, unit.name());
        }
    }
    const auto judge = [&](PartRow& row) {
        row.state = !state.is_live()                        ? PartState::unknown
                    : row.count == 0                        ? PartState::works
                    : row.count == row.total                ? PartState::lost
                                                            : PartState::degraded;
    };
    judge(links);
    judge(positions);
    links.since_us = is_bad(links.state) ? oldest_us : 0;
    put(std::move(links), now);
    put(std::move(positions), now);
}

void DegradedParts::look_at_roads(const DeskState& state, std::int64_t now_us) {
    const CentreState& centre = state.centre();
    const bool known = state.is_live() && state.has_data();
    const bool has_roads = centre.roads_state().revision() != 0;
    put(row_of(Part::roads, !known ? PartState::unknown : has_roads ? PartState::works : PartState::lost), now_us);
    put(row_of(Part::closures, !known || !has_roads                     ? PartState::unknown
                               : centre.roads_state().closures_unknown() ? PartState::lost
                                                                         : PartState::works),
        now_us);
    const api::Coverage* coverage = centre.coverage();
    put(row_of(Part::coverage, !known || !has_roads ? PartState::unknown
                               : coverage == nullptr || !coverage->degraded().empty() ? PartState::lost
                                                                                      : PartState::works),
        now_us);
}

} // namespace ems::console
