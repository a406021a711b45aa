#include "vehicle/agent/frame_count.h"

namespace ems::vehicle {

void FrameCount::keep(std::uint64_t of_process) {
    if (of_process != kept_) {
        kept_ = of_process;
        spool_.set_number(kName, total(of_process) + kFramesAhead);
    }
}

void FrameCount::close(std::uint64_t of_process) {
    kept_ = of_process;
    spool_.set_number(kName, total(of_process));
}

} // namespace ems::vehicle
