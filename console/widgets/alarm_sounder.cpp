#include "console/widgets/alarm_sounder.h"

#include <limits>

namespace ems::console {

AlarmSounder::AlarmSounder(Desk& desk, SoundOut& out, QObject* parent) : QObject(parent), desk_(desk), out_(out) {
    for (const SoundRow& row : sound_rows()) {
        bursts_.at(static_cast<std::size_t>(row.grade) - 1) = synthesise(row);
    }
    connect(&desk_, &Desk::stateChanged, this, &AlarmSounder::look);
    connect(&desk_, &Desk::ticked, this, &AlarmSounder::look);
}

void AlarmSounder::look() {
    // the pause counts by this machine's clock, which runs on while the server is away
    const bool paused = desk_.localUs() < desk_.audioPausedUntilUs();
    const auto grade = paused ? std::nullopt : to_sound(desk_.state().alarms(), owner_, 0, desk_.shownUs());
    if (!grade) {
        if (sounding_) {
            out_.stop();
        }
        sounding_.reset();
        return;
    }
    const double now = desk_.monotonicS();
    if (sounding_ == grade && now < next_s_) {
        return;
    }
    sounding_ = grade;
    const auto& burst = bursts_.at(static_cast<std::size_t>(*grade) - 1);
    const SoundRow& row = sound_of(*grade);
    const double length_s = static_cast<double>(burst.size()) / kSoundRateHz;
    next_s_ = row.repeat_ms == 0 ? std::numeric_limits<double>::infinity() : now + length_s + row.repeat_ms / 1'000.0;
    const bool played = out_.play(burst);
    if (played != has_device_) {
        has_device_ = played;
        emit deviceChanged(played);
    }
}

} // namespace ems::console
