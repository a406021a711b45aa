// A vehicle's ring as its folder shows it.
#pragma once

#include <filesystem>
#include <string_view>
#include <system_error>

namespace ems::test {

// No file with this ending is there; of any with an empty one. A folder that changes meanwhile is looked at again by who waits.
inline bool has_no_file(const std::filesystem::path& ring, std::string_view ending) {
    std::error_code error;
    for (std::filesystem::recursive_directory_iterator at{ring, error}, end; !error && at != end;
         at.increment(error)) {
        std::error_code ignored;
        if (at->is_regular_file(ignored) && at->path().native().ends_with(ending)) {
            return false;
        }
    }
    return !error;
}

// No file is open there. A camera that was slow to start counts as out of reach, and its pictures are kept until some seconds
// behind the server's first word: what a test expects of the ring counts from here on.
inline bool writes_nothing(const std::filesystem::path& ring) {
    return has_no_file(ring, ".part");
}

// Nothing is kept on board, nor is any more of it written: a file is begun before the one before it is whole, and the last one
// stays open for some seconds behind the outage.
inline bool holds_nothing(const std::filesystem::path& ring) {
    return has_no_file(ring, {});
}

} // namespace ems::test
