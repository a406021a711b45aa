// A large made-up region for tests and measurements: villages, towns and cities on a loose lattice,
// country roads between them, rivers with few bridges, expressways with junctions, one-way streets,
// dead ends and turn restrictions. Nothing in it is real.
#pragma once

#include <cstdint>

#include "map/synth/county.h"

namespace ems::map {

inline constexpr std::uint32_t kRegionNodesMax = 50'000'000;

// About `nodes` junctions (within a tenth from 20,000 on), about 3.2 arcs each, on about 40,000 km2
// per million. The same numbers give the same region. invalid_argument outside
// 100..kRegionNodesMax.
[[nodiscard]] Result<County> make_region(std::uint32_t nodes, std::uint64_t seed);

} // namespace ems::map
