// Strong identities. Numbers are database keys (64 bit, > 0); VehicleId is the CN of the vehicle's certificate.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "telemetry/base/result.h"

namespace ems {

template <class Tag> struct NumberId {
    std::int64_t value{0};
    auto operator<=>(const NumberId&) const = default;
    [[nodiscard]] bool is_set() const { return value > 0; }
};
using IncidentId = NumberId<struct IncidentTag>;
using CallId = NumberId<struct CallTag>;
using AssignmentId = NumberId<struct AssignmentTag>;
using UnitId = NumberId<struct UnitTag>;
using StationId = NumberId<struct StationTag>;
using HospitalId = NumberId<struct HospitalTag>;
using UserId = NumberId<struct UserTag>;

// [a-z0-9-]{1,32}: safe in a topic, a file name and a certificate.
class VehicleId {
  public:
    static constexpr std::size_t kLengthMax = 32;
    VehicleId() = default;
    static Result<VehicleId> parse(std::string_view text);
    [[nodiscard]] const std::string& str() const { return text_; }
    auto operator<=>(const VehicleId&) const = default;

  private:
    explicit VehicleId(std::string text) : text_(std::move(text)) {}
    std::string text_;
};

// Six digits of GB/T 2260: county and unit of sharding.
class RegionCode {
  public:
    RegionCode() = default;
    static Result<RegionCode> parse(std::string_view text);
    [[nodiscard]] const std::string& str() const { return text_; }
    auto operator<=>(const RegionCode&) const = default;

  private:
    explicit RegionCode(std::string text) : text_(std::move(text)) {}
    std::string text_;
};

} // namespace ems

template <class Tag> struct std::hash<ems::NumberId<Tag>> {
    std::size_t operator()(ems::NumberId<Tag> id) const noexcept {
        return std::hash<std::int64_t>{}(id.value);
    }
};
template <> struct std::hash<ems::VehicleId> {
    std::size_t operator()(const ems::VehicleId& id) const noexcept {
        return std::hash<std::string>{}(id.str());
    }
};
