#include "telemetry/base/ids.h"

#include <algorithm>

namespace ems {

Result<VehicleId> VehicleId::parse(std::string_view text) {
    const bool legal = !text.empty() && text.size() <= kLengthMax &&
                       std::all_of(text.begin(), text.end(), [](char c) {
                           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
                       });
    if (!legal) {
        return fail(Code::invalid_argument, "vehicle id must be 1 to 32 of [a-z0-9-]");
    }
    return VehicleId{std::string{text}};
}

Result<RegionCode> RegionCode::parse(std::string_view text) {
    const bool legal = text.size() == 6 && std::all_of(text.begin(), text.end(),
                                                       [](char c) { return c >= '0' && c <= '9'; });
    if (!legal) {
        return fail(Code::invalid_argument, "region code must be six digits of GB/T 2260");
    }
    return RegionCode{std::string{text}};
}

} // namespace ems
