#include "console/widgets/alarm_sounder.h"

namespace ems::console {

AlarmSounder::AlarmSounder(Desk& desk, SoundOut& out, QObject* parent)
    : QObject(parent), desk_(desk), player_(out), had_device_(player_.has_device()) {
    connect(&desk_, &Desk::stateChanged, this, &AlarmSounder::look);
    connect(&desk_, &Desk::ticked, this, &AlarmSounder::look);
    connect(&desk_, &Desk::ecgSent, this, &AlarmSounder::inform);
}

void AlarmSounder::inform() {
    // a role that is known to neither desk hears it too
    if (owner() != Owner::dispatcher && desk_.audioPauseLeftUs() == 0) {
        player_.inform();
        tellDevice();
    }
}

void AlarmSounder::tellDevice() {
    if (hasDevice() != had_device_) {
        had_device_ = hasDevice();
        emit deviceChanged(had_device_);
    }
}

void AlarmSounder::look() {
    const bool paused = desk_.audioPauseLeftUs() > 0; // counted here, also while the server is away
    const auto grade = paused ? std::nullopt : to_sound(desk_.state().alarms(), owner(), 0, desk_.shownUs());
    const std::uint64_t onset = grade ? newest_onset(desk_.state().alarms(), owner(), *grade, desk_.shownUs()) : 0;
    player_.follow(grade, desk_.monotonicS(), onset);
    tellDevice();
}

} // namespace ems::console
