// Roads and turn restrictions of an extract over the nodes that are known.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "map/import/node_ids.h"
#include "map/import/osm_draft.h"

namespace ems::map {

// Nodes that are used, and of those the ones that the extract holds.
struct KnownNodes {
    const NodeIds& ids;
    std::span<const std::uint8_t> is_found; // by number

    // The network's number of an OSM node; nothing when the extract does not hold it.
    [[nodiscard]] std::optional<std::uint32_t> find(std::int64_t id) const {
        const auto number = ids.find(id);
        return number && is_found[*number] != 0 ? number : std::nullopt;
    }
};

// Fills ways, names and restrictions of out.network and their counts. A road that leaves the
// extract is cut where its nodes end.
void build_network(const OsmDraft& draft, const KnownNodes& nodes, OsmExtract& out);

} // namespace ems::map
