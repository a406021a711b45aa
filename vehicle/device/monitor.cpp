#include "vehicle/device/monitor.h"

#include <array>
#include <cmath>

#include "telemetry/base/assert.h"
#include "vehicle/device/hl7.h"
#include "vehicle/device/intellivue.h"
#include "vehicle/device/pds.h"

namespace ems::vehicle {
namespace {

struct Range {
    double most;
    double scale; // to the unit of ems.wire.Vitals
};
constexpr std::array<Range, kVitalKinds> kRanges{{
    {350, 1},  // hr
    {350, 1},  // pr
    {100, 1},  // spo2
    {200, 1},  // rr
    {300, 1},  // nibp_sys
    {300, 1},  // nibp_dia
    {300, 1},  // nibp_mean
    {150, 1},  // etco2
    {50, 100}, // temp
}};

} // namespace

bool of_cuff(VitalKind kind) {
    return kind == VitalKind::nibp_sys || kind == VitalKind::nibp_dia ||
           kind == VitalKind::nibp_mean;
}

std::optional<std::int32_t> vital_value(VitalKind kind, double value) {
    const Range& range = kRanges.at(static_cast<std::size_t>(kind));
    // Written so that a NaN fails.
    if (!(value >= 0) || !(value <= range.most)) {
        return std::nullopt;
    }
    return static_cast<std::int32_t>(std::lround(value * range.scale));
}

std::unique_ptr<MonitorProtocol> make_monitor(MonitorForm form) {
    switch (form) {
    case MonitorForm::pds:
        return make_pds_monitor();
    case MonitorForm::hl7:
        return make_hl7_monitor();
    case MonitorForm::intellivue:
        return std::make_unique<IntellivueMonitor>();
    }
    EMS_ASSERT(false);
    return nullptr;
}

} // namespace ems::vehicle
