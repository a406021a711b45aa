#include "dispatch/core/capability.h"

#include <algorithm>
#include <array>

namespace ems::dispatch {
namespace {

constexpr std::array<std::string_view, 4> kClasses{"A", "B", "C", "D"};
constexpr std::array<std::string_view, kCapabilities> kNames{"physician", "ventilator", "infusion_pump",
                                                            "incubator", "bariatric",  "obstetric"};

template <class Enum, std::size_t N>
std::optional<Enum> find_name(const std::array<std::string_view, N>& names, std::string_view text) {
    const auto found = std::find(names.begin(), names.end(), text);
    if (found == names.end()) {
        return std::nullopt;
    }
    return static_cast<Enum>(found - names.begin());
}

} // namespace

bool serves(VehicleClass has, VehicleClass needed) {
    if (has == VehicleClass::d || needed == VehicleClass::d) {
        return has == needed;
    }
    return has >= needed;
}

std::string_view name(VehicleClass c) { return kClasses[static_cast<std::size_t>(c)]; }
std::string_view name(Capability c) { return kNames[static_cast<std::size_t>(c)]; }

std::optional<VehicleClass> vehicle_class_of(std::string_view text) {
    return find_name<VehicleClass>(kClasses, text);
}
std::optional<Capability> capability_of(std::string_view text) { return find_name<Capability>(kNames, text); }

std::vector<Capability> each(Capabilities set) {
    std::vector<Capability> out;
    for (std::size_t i = 0; i < kCapabilities; ++i) {
        const auto c = static_cast<Capability>(i);
        if ((set & bit(c)) != 0) {
            out.push_back(c);
        }
    }
    return out;
}

std::string text_of(Capabilities set) {
    std::string out;
    for (const Capability c : each(set)) {
        out += out.empty() ? "" : ",";
        out += name(c);
    }
    return out;
}

std::optional<Capabilities> capabilities_of(std::string_view text) {
    Capabilities out = 0;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(','), text.size());
        const auto one = capability_of(text.substr(0, end));
        if (!one) {
            return std::nullopt;
        }
        out |= bit(*one);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

} // namespace ems::dispatch
