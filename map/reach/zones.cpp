#include "map/reach/zones.h"

#include <algorithm>

#include <fmt/format.h>

namespace ems::map {
namespace {

Result<std::optional<std::uint32_t>> edited_station(const Demand& demand,
                                                    std::span<const ZoneEdit> edits) {
    std::optional<std::uint32_t> station;
    for (const ZoneEdit& edit : edits) {
        if (!contains(edit.area, demand.at)) {
            continue;
        }
        if (station && *station != edit.station) {
            return fail(Code::invalid_argument,
                        fmt::format("two areas give {} to different stations", demand.name));
        }
        station = edit.station;
    }
    return station;
}

void apply_edits(ReachField& field, std::span<const ZoneEdit> edits) {
    if (edits.empty()) {
        return;
    }
    for (std::uint32_t row = 0; row < field.rows; ++row) {
        for (std::uint32_t column = 0; column < field.columns; ++column) {
            const std::size_t cell = field.index(column, row);
            const Wgs84 at = field.plane.to_wgs84(
                {field.origin.x + column * field.cell_m, field.origin.y + row * field.cell_m});
            const auto edit = std::find_if(edits.begin(), edits.end(), [at](const ZoneEdit& e) {
                return contains(e.area, at);
            });
            if (field.source[cell] != kNoSource && edit != edits.end()) {
                field.source[cell] = edit->station;
            }
        }
    }
}

} // namespace

Result<Zones> draw_zones(const RoadGraph& graph, ReachSearch& search,
                         std::span<const ReachSource> stations, const Metric& metric,
                         std::span<const Demand> demands, std::span<const ZoneEdit> edits,
                         const ZoneOptions& options) {
    Zones out;
    out.limit_ms = options.limit_ms;
    out.villages.resize(demands.size());
    for (const ZoneEdit& edit : edits) {
        if (edit.station >= stations.size()) {
            return fail(Code::invalid_argument, "an area names a station that is not there");
        }
    }
    for (std::size_t v = 0; v < demands.size(); ++v) {
        const auto edited = edited_station(demands[v], edits);
        if (!edited) {
            return Failure{edited.error()};
        }
        out.villages[v].is_edited = edited->has_value();
        out.villages[v].station = edited->value_or(kNoSource);
    }
    for (std::uint32_t s = 0; s < stations.size(); ++s) {
        static_cast<void>(search.run(stations.subspan(s, 1), metric, options.search_ms));
        for (std::size_t v = 0; v < demands.size(); ++v) {
            const auto reached = search.arrival(demands[v].road);
            if (!reached) {
                continue;
            }
            ZoneVillage& village = out.villages[v];
            const Arrival here{reached->ms, s};
            if (!village.quickest || here < *village.quickest) {
                village.quickest = here;
            }
            if (village.is_edited && village.station == s) {
                village.ms = here.ms;
            }
        }
    }
    for (std::uint32_t v = 0; v < demands.size(); ++v) {
        ZoneVillage& village = out.villages[v];
        if (!village.is_edited && village.quickest) {
            village.station = village.quickest->source;
            village.ms = village.quickest->ms;
        }
        if (!village.ms || *village.ms > options.limit_ms) {
            out.gaps.push_back(v);
            if (village.quickest && village.quickest->ms <= options.limit_ms) {
                out.gaps_by_edit.push_back(v);
            }
        }
    }
    const auto pieces = search.run(stations, metric, options.search_ms);
    auto field = make_field(graph, search, pieces, options.search_ms, options.field);
    if (!field) {
        return Failure{field.error()};
    }
    apply_edits(*field, edits);
    for (std::uint32_t s = 0; s < stations.size(); ++s) {
        out.areas.push_back(contour_of_source(*field, s));
    }
    return out;
}

} // namespace ems::map
