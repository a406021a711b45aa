// What a centre's calls and orders are about: people in need, or a training. A server is of one kind for its life, and so is
// everything beside it: database, broker, authority of certificates, vehicles.
#pragma once

#include <cstdint>
#include <string_view>

namespace ems::dispatch {

enum class WorldKind : std::uint8_t { real, drill };
// As in dispatch.world (0081).
constexpr std::string_view name(WorldKind kind) { return kind == WorldKind::drill ? "drill" : "real"; }

} // namespace ems::dispatch
