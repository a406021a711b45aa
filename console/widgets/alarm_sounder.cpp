#include "console/widgets/alarm_sounder.h"

namespace ems::console {

AlarmSounder::AlarmSounder(Desk& desk, SoundOut& out, QObject* parent) : QObject(parent), desk_(desk), player_(out) {
    connect(&desk_, &Desk::stateChanged, this, &AlarmSounder::look);
    connect(&desk_, &Desk::ticked, this, &AlarmSounder::look);
}

void AlarmSounder::look() {
    // the pause counts by this machine's clock, which runs on while the server is away
    const bool paused = desk_.localUs() < desk_.audioPausedUntilUs();
    const Owner owner = owner_of_role(desk_.state().login().role());
    const auto grade = paused ? std::nullopt : to_sound(desk_.state().alarms(), owner, 0, desk_.shownUs());
    const bool had_device = hasDevice();
    player_.follow(grade, desk_.monotonicS());
    if (hasDevice() != had_device) {
        emit deviceChanged(hasDevice());
    }
}

} // namespace ems::console
