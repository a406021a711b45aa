#include "vehicle/spool/damaged_file.h"

#include <charconv>
#include <fcntl.h>
#include <filesystem>
#include <set>
#include <unistd.h>

namespace ems::vehicle {
namespace {

namespace fs = std::filesystem;

std::set<std::uint64_t> numbers_beside(const fs::path& path) {
    const std::string prefix = path.filename().string() + ".damaged-";
    std::set<std::uint64_t> numbers;
    std::error_code error;
    fs::directory_iterator entry{path.parent_path().empty() ? "." : path.parent_path(), error};
    for (; !error && entry != fs::directory_iterator{}; entry.increment(error)) {
        const std::string name = entry->path().filename().string();
        std::uint64_t number = 0;
        if (name.starts_with(prefix)) {
            const auto parsed =
                std::from_chars(name.data() + prefix.size(), name.data() + name.size(), number);
            if (parsed.ec == std::errc{} && parsed.ptr == name.data() + name.size()) {
                numbers.insert(number);
            }
        }
    }
    return numbers;
}

std::string name_of(const std::string& path, std::uint64_t number) {
    return path + ".damaged-" + std::to_string(number);
}

void sync_folder_of(const fs::path& path) {
    const std::string folder = path.parent_path().empty() ? "." : path.parent_path().string();
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor >= 0) {
        (void)::fsync(descriptor); // where it fails, the names are only later durable
        ::close(descriptor);
    }
}

} // namespace

Result<void> set_damaged_aside(const std::string& path) {
    std::set<std::uint64_t> numbers = numbers_beside(path);
    const std::uint64_t number = numbers.empty() ? 1 : *numbers.rbegin() + 1;
    const std::string target = name_of(path, number);
    std::error_code ignored;
    // The log gets its second name first: between the renames SQLite would delete it beside a file
    // that is missing. The file itself goes before the log's first name does: without its log an
    // older state of it would be taken for whole, and give numbers a second time.
    fs::create_hard_link(path + "-wal", target + "-wal", ignored);
    std::error_code failed;
    fs::rename(path, target, failed);
    if (failed) {
        fs::remove(target + "-wal", ignored);
        return fail(Code::io, "cannot rename " + path + ": " + failed.message());
    }
    sync_folder_of(path);
    if (fs::exists(target + "-wal", ignored)) {
        fs::remove(path + "-wal", ignored);
    } else {
        fs::rename(path + "-wal", target + "-wal", ignored); // a file system without hard links
    }
    fs::remove(path + "-shm", ignored);
    sync_folder_of(path);
    numbers.insert(number);
    while (numbers.size() > kDamagedFilesKept) {
        const std::string oldest = name_of(path, *numbers.begin());
        fs::remove(oldest, ignored);
        fs::remove(oldest + "-wal", ignored);
        numbers.erase(numbers.begin());
    }
    return {};
}

} // namespace ems::vehicle
