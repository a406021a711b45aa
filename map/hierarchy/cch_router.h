// The Router over a contraction hierarchy.
#pragma once

#include <memory>

#include "map/hierarchy/hierarchy.h"
#include "map/route/router.h"

namespace ems::map {

// Routes by the hierarchy. nearest() by the bounded search while the limit is short, which a single
// call needs; with a long limit and few units by the hierarchy, which the limit costs nothing. Both
// ways give the times of make_dijkstra_router; where two ways take the same time, lengths may
// differ. For a fleet that is asked about hundreds of times a second there is FleetIndex.
//
// `hierarchy` must outlive it. Not thread-safe: it keeps its working arrays (28 bytes an arc, 24 a
// vertex) and the hierarchy's times (16 bytes an up arc).
[[nodiscard]] std::unique_ptr<Router> make_cch_router(const Hierarchy& hierarchy);

} // namespace ems::map
