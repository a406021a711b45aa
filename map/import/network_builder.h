// Roads and turn restrictions of an extract over the nodes that are known.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "map/import/osm_draft.h"

namespace ems::map {

// The network's number of an OSM node; nothing when the extract does not hold it.
using NodeOf = std::function<std::optional<std::uint32_t>(std::int64_t id)>;

// Fills ways, names and restrictions of out.network and their counts. A road that leaves the
// extract is cut where its nodes end.
void build_network(const OsmDraft& draft, const NodeOf& node_of, OsmExtract& out);

} // namespace ems::map
