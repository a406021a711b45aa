// Nomenclature of ISO/IEEE 11073-10101 that the vital signs of ems.wire.Vitals need: terms of the
// SCADA partition (2) and of the dimension partition (4), as HL7 v2 messages (full code: partition
// x 65536 + term) and Philips monitors (bare term) use them. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "vehicle/device/monitor.h"

namespace ems::vehicle {

struct MdcVital {
    VitalKind kind{VitalKind::hr};
    // Where one kind is measured by several means (breaths by impedance, by CO2), the least counts.
    int rank{0};
};
// `term` of partition 2; nothing for one that is no vital sign of ours.
[[nodiscard]] std::optional<MdcVital> mdc_vital(std::uint32_t term);

enum class MdcUnit : std::uint16_t { // the term of partition 4
    percent = 544,
    per_min = 2'528,
    beat_per_min = 2'720,
    resp_per_min = 2'784,
    kilo_pascal = 3'843,
    mmhg = 3'872,
    fahrenheit = 4'416,
    celsius = 6'048,
};
[[nodiscard]] std::optional<MdcUnit> mdc_unit(std::uint32_t term);

constexpr std::uint32_t kMdcPartitionScada = 2U << 16U;
constexpr std::uint32_t kMdcPartitionDimension = 4U << 16U;

// In the unit of ems.wire.Vitals, converted from `unit`. Nothing when that unit does not measure
// this kind, or when the number is outside what a monitor can show.
[[nodiscard]] std::optional<std::int32_t> mdc_value(VitalKind kind, MdcUnit unit, double value);

// The values of one message, one of each kind: a valid one before an invalid one, then the lower
// rank, then the first said.
class VitalSelection {
  public:
    void add(const MdcVital& vital, VitalValue value);
    // In the order of kinds; empty afterwards.
    std::vector<VitalValue> take();

  private:
    struct Chosen {
        int rank{0};
        VitalValue value{};
    };
    std::array<std::optional<Chosen>, kVitalKinds> chosen_;
};

} // namespace ems::vehicle
