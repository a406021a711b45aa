// What a vehicle with its crew can do, and what a call needs of it. Classes are those of WS/T 292 (救护车): A 普通型,
// B 抢救监护型, C 防护监护型 (negative pressure), D 特殊用途型. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ems::dispatch {

enum class VehicleClass : std::uint8_t { a, b, c, d };

enum class Capability : std::uint8_t { physician, ventilator, infusion_pump, incubator, bariatric, obstetric };
inline constexpr std::size_t kCapabilities = 6;

// A set of capabilities, bit n for the n-th.
using Capabilities = std::uint32_t;
inline constexpr Capabilities bit(Capability c) { return 1U << static_cast<unsigned>(c); }

enum class Isolation : std::uint8_t { none, infectious };

struct Need {
    std::optional<VehicleClass> vehicle_class;   // nothing: any but D
    Capabilities capabilities{0};
    Isolation isolation{Isolation::none};        // infectious: a vehicle of class C
    auto operator<=>(const Need&) const = default;
};

// B does what A does, C what B and A do; D (say, a bus) does only what D is asked for.
bool serves(VehicleClass has, VehicleClass needed);

std::string_view name(VehicleClass c);            // "A" to "D"
std::string_view name(Capability c);
std::optional<VehicleClass> vehicle_class_of(std::string_view name);
std::optional<Capability> capability_of(std::string_view name);
std::vector<Capability> each(Capabilities set);
// Names with commas between, "" for none; nothing when one is unknown.
std::string text_of(Capabilities set);
std::optional<Capabilities> capabilities_of(std::string_view text);

} // namespace ems::dispatch
