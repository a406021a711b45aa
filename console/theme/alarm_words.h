// The one table of what alarms are called, for desks and for the crew's terminal: those of
// vehicle/agent, vehicle/device, dispatch/service/orders and of a desk itself.
#pragma once

#include <string>

#include <QString>

namespace ems::console {

// In the language of the screen. A number of the monitor that nobody named comes as "Monitor alarm
// no. 12"; an unknown code is shown, not hidden.
QString alarm_text(const std::string& code);

} // namespace ems::console
