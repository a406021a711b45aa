// Pictures of the cameras sent over all starts of the program, so that a kill -9 of it does not
// make the number fall. The count survives in the spool, kFramesAhead in advance: what was sent
// since the last commit is covered, and after a crash the number is at most that much too high,
// never too low. One thread.
#pragma once

#include <cstdint>

#include "vehicle/spool/spool.h"

namespace ems::vehicle {

// Twice what three cameras of 30 pictures a second send between two commits.
inline constexpr std::uint64_t kFramesAhead = 45;

class FrameCount {
  public:
    // `spool` outlives the count.
    explicit FrameCount(Spool& spool) : spool_(spool), before_(spool.number(kName)) {}

    // `of_process`: sent since this process started.
    [[nodiscard]] std::uint64_t total(std::uint64_t of_process) const {
        return before_ + of_process;
    }
    // Before every commit of the spool.
    void keep(std::uint64_t of_process);
    // Before the last commit; nothing is sent afterwards.
    void close(std::uint64_t of_process);

  private:
    static constexpr const char* kName = "video_frames_sent";

    Spool& spool_;
    const std::uint64_t before_;
    std::uint64_t kept_{0};
};

} // namespace ems::vehicle
