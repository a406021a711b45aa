// How long recordings, of pictures as of speech, are kept and how much of the disk they may take. By
// age: those of no incident after `days`, those of an incident after `incident_days`. For want of room: the oldest of no
// incident, then the oldest of incidents. File before row, so that a row never promises what is
// gone for longer than a crash between the two; folders of days before today go with their last
// file. A file that is open is never touched. On the connection's executor, but for what touches the
// disk (disk_thread.h): the relay goes on while a file is being removed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/awaitable.hpp>

#include "telemetry/base/clock.h"
#include "telemetry/base/result.h"
#include "telemetry/media/disk_thread.h"
#include "telemetry/media/media_store.h"

namespace ems::media {

struct RecordingLimits {
    std::int64_t days{0};          // 0: for ever
    std::int64_t incident_days{0}; // likewise
    std::int64_t mib{0};           // of all recordings; 0: no bound
    std::int64_t free_mib{0};      // what the disk keeps free for others; 0: nothing
};

class RecordingKeeper {
  public:
    // `store` and `disk` outlive this object.
    RecordingKeeper(MediaStore& store, DiskThread& disk, std::string root, RecordingLimits limits)
        : store_(store), disk_(disk), root_(std::move(root)), limits_(limits) {}

    // A file of this process was closed.
    void closed(std::int64_t bytes) { bytes_closed_ += bytes; }
    // Removes at most kRemovedPerRun files for each reason, so that the connection is soon free
    // again; call every 5 s or so, first when leftovers of former processes are closed. Errors: of
    // the database. A file that cannot be removed shows in the log and keeps its row.
    boost::asio::awaitable<Result<void>> run();

    // Twice what 40 cameras with files of 8 s make in 5 s.
    static constexpr std::int64_t kRemovedPerRun = 50;
    [[nodiscard]] std::uint64_t removed() const { return removed_; }

  private:
    boost::asio::awaitable<std::int64_t> missing_bytes(); // for the disk to have free_mib
    // False: it cannot be removed, and takes its room on.
    boost::asio::awaitable<Result<bool>> remove(RecordedFile file);
    // How many are looked at: those that could not be removed must not stand before those that can.
    [[nodiscard]] std::int64_t looked_at() const;
    boost::asio::awaitable<Result<void>> remove_aged(RecordedOf whose, std::int64_t days);
    // The bytes still to go.
    boost::asio::awaitable<Result<std::int64_t>> make_room(RecordedOf whose, std::int64_t excess);

    MediaStore& store_;
    DiskThread& disk_;
    const std::string root_;
    const RecordingLimits limits_;
    std::optional<std::int64_t> bytes_at_start_; // of all recordings; less what was removed since
    std::int64_t bytes_closed_{0};
    std::uint64_t removed_{0};
    std::int64_t stuck_{0};        // could not be removed, in this run
    std::int64_t stuck_before_{0}; // and in the one before
    std::uint64_t removed_for_room_{0}; // since it was said last
    Ticks said_at_{};
};

} // namespace ems::media
