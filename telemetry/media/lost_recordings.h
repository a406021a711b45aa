// Recordings whose row was never written: rows wait in memory for the database, and a process that
// was killed meanwhile took them along. At each start the files of former processes are looked
// through, the newest days first, and those without a row get one by what they hold
// (video/matroska.h). A file that has its row is not opened; again: nothing changes.
//
// Each step does a bounded piece of work, of the disk on its own thread. On the executor of the
// connection. A file that is no recording stays where it is, without a row, and shows in the log.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "telemetry/base/result.h"
#include "telemetry/media/disk_thread.h"
#include "telemetry/media/media_store.h"

namespace ems::media {

class LostRecordings {
  public:
    static constexpr std::size_t kFoldersMax = 65'536;
    static constexpr std::size_t kFilesMax = 65'536; // of one camera's day
    static constexpr std::size_t kAskedPerStep = 512;
    static constexpr std::size_t kReadPerStep = 4;
    static constexpr std::uint64_t kFileBytesMax = 64U << 20U; // a minute of 4 Mbit/s is half of it

    // `store` and `disk` outlive this object. What is written from now on is left alone.
    LostRecordings(MediaStore& store, DiskThread& disk, std::string root);

    // Errors: of the database; the step is then done again. Without a root there is nothing to do.
    boost::asio::awaitable<Result<void>> step();
    [[nodiscard]] bool done() const { return done_; }
    // Rows written.
    [[nodiscard]] std::uint64_t found() const { return found_; }

  private:
    template <class T> using Async = boost::asio::awaitable<Result<T>>;
    Async<void> list_folders();
    Async<void> list_files();
    Async<void> ask();
    Async<void> read_next();

    MediaStore& store_;
    DiskThread& disk_;
    const std::filesystem::path root_;
    const std::filesystem::file_time_type began_;
    // The last of each is the next.
    std::optional<std::vector<std::string>> folders_; // none: not listed yet
    std::vector<std::string> unasked_;
    std::vector<std::string> rowless_;
    bool done_{false};
    std::uint64_t found_{0};
};

} // namespace ems::media
