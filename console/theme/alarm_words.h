// The one table of what alarms are called, for desks and for the crew's terminal: those of
// vehicle/agent, vehicle/device, dispatch/service/orders and of a desk itself.
#pragma once

#include <string>

#include <QString>

namespace ems::console {

// In the language of the screen. A number of the monitor that nobody named comes as "Monitor alarm
// no. 12"; an unknown code is shown, not hidden.
QString alarm_text(const std::string& code);

// A vehicle's camera by its name in the configuration; one that is not known is shown as it is named there.
QString camera_text(const std::string& name);

// The cameras that camera_lost names, "cabin, front".
QString lost_cameras_text(const std::string& value);

} // namespace ems::console
