// A disk of the vehicle that stands: whoever asks how much of it is free waits, as the ring does
// before it opens a file and each second. Of this process, one at a time.
#pragma once

#include <filesystem>

namespace ems::test {

class StandingDisk {
  public:
    explicit StandingDisk(const std::filesystem::path& folder);
    ~StandingDisk() { go_on(); }
    StandingDisk(const StandingDisk&) = delete;
    StandingDisk& operator=(const StandingDisk&) = delete;
    void go_on();
    // Somebody does.
    [[nodiscard]] bool waits() const;
};

} // namespace ems::test
