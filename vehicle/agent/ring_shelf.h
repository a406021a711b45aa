// The files of a vehicle's cameras that are kept on board while ems-mediad does not hear them, all
// cameras together, bounded in bytes, in age and by what the disk must keep free for the spool: the
// oldest go first. A file being written ends in ".part"; whole ones carry what is known of them in
// their name, <camera>/<first picture, us of UTC>-<length, ms>-<pictures>.mkv, so that no index can
// disagree with the folder. What a crash or a loss of power left is shortened to its last whole
// picture and taken in at the next start.
//
// Any thread that may wait for the disk; files() waits for none.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "telemetry/base/result.h"

namespace ems::vehicle {

struct RingLimits {
    std::string dir;
    std::uint64_t bytes_max{std::uint64_t{2} << 30U};
    std::uint64_t free_bytes_min{std::uint64_t{1} << 30U}; // of the disk
    std::chrono::hours age_max{24 * 7};
};

struct RingFile {
    std::string camera;
    std::int64_t first_us{0}; // UTC of this machine when the first picture was encoded
    std::int64_t length_ms{0};
    std::uint64_t frames{0};
    std::uint64_t bytes{0};
    std::string path; // below the folder
    bool operator==(const RingFile&) const = default;
};

class RingShelf {
  public:
    // Makes the folder and takes in what is there. Errors: io.
    static Result<std::unique_ptr<RingShelf>> open(RingLimits limits);

    // The path, below the folder, of a new file. Errors: full (the disk has no room even without
    // the ring), io.
    Result<std::string> begin(const std::string& camera, std::int64_t first_us);
    // Nothing writes there any more. A file without a whole picture goes.
    void end(const std::string& path);
    // Whole files, the oldest first.
    [[nodiscard]] std::vector<RingFile> files() const;
    void remove(const RingFile& file);
    // Every second or so, while anything is written.
    void keep_limits(std::int64_t now_us);
    // False: the disk has no room, stop writing.
    [[nodiscard]] bool has_room() const;
    [[nodiscard]] const std::string& dir() const { return limits_.dir; }

    // Of one file; what is beyond is not sent, and goes when the file is taken in.
    static constexpr std::uint64_t kFileBytesMax = std::uint64_t{16} << 20U;

  private:
    explicit RingShelf(RingLimits limits) : limits_(std::move(limits)) {}
    std::optional<RingFile> take_in(const std::string& path) const;
    void keep(RingFile file);
    void scan();
    bool drop_oldest();
    void remove_from_disk(const std::string& path) const;
    [[nodiscard]] std::uint64_t bytes() const;
    [[nodiscard]] std::uint64_t missing_bytes() const;

    const RingLimits limits_;
    std::mutex making_room_;      // one at a time; locked before the other
    mutable std::mutex mutex_;    // guards all below, over no call of the file system
    std::vector<RingFile> files_; // the oldest first
    std::set<std::string> open_;
};

} // namespace ems::vehicle
