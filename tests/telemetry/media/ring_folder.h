// A vehicle's ring as its folder shows it.
#pragma once

#include <filesystem>
#include <system_error>

namespace ems::test {

// No file is open there. A camera that was slow to start counts as out of reach, and its pictures are kept until some seconds
// behind the server's first word: what a test expects of the ring counts from here on.
inline bool writes_nothing(const std::filesystem::path& ring) {
    std::error_code error;
    for (std::filesystem::recursive_directory_iterator at{ring, error}, end; !error && at != end;
         at.increment(error)) {
        if (at->path().extension() == ".part") {
            return false;
        }
    }
    return !error;
}

} // namespace ems::test
