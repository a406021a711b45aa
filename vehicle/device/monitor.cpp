#include "vehicle/device/monitor.h"

#include "telemetry/base/assert.h"
#include "vehicle/device/hl7.h"
#include "vehicle/device/intellivue.h"
#include "vehicle/device/pds.h"

namespace ems::vehicle {
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
