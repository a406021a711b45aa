#include "tests/vehicle/agent/standing_disk.h"

#include <condition_variable>
#include <mutex>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace ems::test {
namespace {

struct Stand {
    std::mutex mutex;
    std::condition_variable changed;
    std::string folder; // empty: the disk goes
    int waiting{0};
};

Stand& stand() {
    static Stand out;
    return out;
}

void wait_for(std::string_view path) {
    Stand& at = stand();
    std::unique_lock lock{at.mutex};
    ++at.waiting;
    at.changed.wait(lock, [&] { return at.folder.empty() || !path.starts_with(at.folder); });
    --at.waiting;
}

} // namespace

StandingDisk::StandingDisk(const std::filesystem::path& folder) {
    const std::lock_guard lock{stand().mutex};
    stand().folder = folder.string();
}

void StandingDisk::go_on() {
    {
        const std::lock_guard lock{stand().mutex};
        stand().folder.clear();
    }
    stand().changed.notify_all();
}

bool StandingDisk::waits() const {
    const std::lock_guard lock{stand().mutex};
    return stand().waiting > 0;
}

} // namespace ems::test

// In place of the C library's, for the standard library's std::filesystem::space too.
extern "C" int statvfs(const char* path, struct statvfs* out) noexcept {
    ems::test::wait_for(path);
    const int file = open(path, O_PATH | O_CLOEXEC);
    if (file < 0) {
        return -1;
    }
    const int result = fstatvfs(file, out);
    close(file);
    return result;
}
