// Of which patients the alarms of a parameter are off: marks of tasks, held against the units that are on them.
#include "console/model/desk_state.h"

#include <utility>

namespace ems::console {

bool DeskState::note_switch(const api::AlarmMark& mark) {
    if (mark.about() != "assignment" || !is_alarm_parameter(mark.code())) {
        return false;
    }
    const std::pair key{mark.about_id(), mark.code()};
    if (mark.off_us() == 0) {
        off_of_task_.erase(key);
    } else if (off_of_task_.size() < AlarmList::kMarksMax || off_of_task_.contains(key)) {
        off_of_task_[key] = {mark.off_us(), mark.off_by(), mark.off_reason()};
    }
    return true;
}

// A task that has ended, or another one of the same unit, takes nothing over.
void DeskState::hold_switched_off() {
    std::map<std::string, AlarmOff> off;
    for (const auto& [key, one] : off_of_task_) {
        const auto& [assignment_id, parameter] = key;
        const api::Assignment* task = assignment(assignment_id);
        if (task != nullptr && task_of(task->unit_id()) == task) {
            off[alarm_key('u', task->unit_id(), parameter)] = one;
        }
    }
    alarms_.switch_off(std::move(off));
}

} // namespace ems::console
