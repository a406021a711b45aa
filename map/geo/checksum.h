// 64-bit checksum of map files (XXH64, as its public specification describes it, seed 0). Guards
// against cut and damaged files, not against an enemy.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace ems::map {
[[nodiscard]] std::uint64_t checksum64(std::span<const std::byte> bytes);
}
