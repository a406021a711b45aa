// What vehicles send behind an outage: files of their ring (vehicle/agent/ring_shelf.h), taken in
// ranges, checked as a whole, put among the recordings, and taken off the gaps they fill. Files on
// their way lie below <root>/incoming; their size is how far they came, so a restart of either side
// costs nothing.
//
// Wanted is a file of a vehicle of the registry within whose time more than kLackingMs are covered
// by no recording of that camera. The bytes are believed when their SHA-256 is the one offered and
// they read as a recording of a camera with the length offered; nothing of them is decoded.
//
// On the executor of its database connection, which is its own. What touches the disk is done on
// the disk's thread (disk_thread.h): nothing here blocks. A call while another one is under way, or
// while too much waits for the disk, is told to come again (busy).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "telemetry/base/clock.h"
#include "telemetry/base/result.h"
#include "telemetry/media/hub.h"
#include "telemetry/media/disk_thread.h"
#include "telemetry/media/media_store.h"
#include "telemetry/pg/connection.h"

namespace ems::media {

struct BackfillOffer {
    CameraKey camera;
    std::int64_t first_us{0};  // first picture, by the clock of the vitals (agent.cpp, permit_backfill)
    std::int64_t length_ms{0}; // to the last picture
    std::uint64_t bytes{0};
    std::string sha256; // hex
};

class Backfill {
  public:
    struct Options {
        std::string root; // record.dir
        std::int64_t free_mib{0};
        pg::Options db;
        std::string server; // our CN
    };
    // `disk` outlives this object. `is_ours`: a vehicle of the registry. `stored`: a file of so many bytes was added.
    Backfill(boost::asio::any_io_executor executor, Options options, DiskThread& disk,
             std::function<bool(const std::string&)> is_ours,
             std::function<void(std::int64_t)> stored);

    template <class T> using Async = boost::asio::awaitable<Result<T>>;
    // How many bytes of it are here: the vehicle goes on from there. All of them: it is recorded.
    // Errors: refused (no vehicle of ours), invalid_argument (camera, digest), out_of_range (size,
    // length or time), repeated (nothing lacks there), full (no room), busy, corrupt (another
    // digest), malformed (no recording of a camera), io, those of the database.
    Async<std::uint64_t> ask(BackfillOffer offer);
    // A range of it; the same again, or one that overlaps what is here, is no event, and one beyond
    // what is here is not taken. Then as ask(), but for repeated. Errors: also not_found (it was
    // never asked for).
    Async<std::uint64_t> put(BackfillOffer offer, std::uint64_t from, std::string bytes);
    // Removes what came to a stand a day ago. Every hour or so.
    boost::asio::awaitable<void> forget_stale();

    static constexpr std::uint64_t kFileBytesMax = std::uint64_t{16} << 20U;
    static constexpr std::int64_t kLengthMaxMs = 120'000;
    static constexpr std::int64_t kAgeMaxDays = 31;
    static constexpr std::int64_t kLackingMs = 1000;
    static constexpr std::uint64_t kIncomingBytesMax = std::uint64_t{1} << 30U; // of all vehicles
    static constexpr std::size_t kIncomingFilesMax = 32; // of one vehicle; it sends one at a time
    [[nodiscard]] std::uint64_t files() const { return files_; }
    [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
    [[nodiscard]] std::uint64_t refused() const { return refused_; }

  private:
    Async<std::uint64_t> answered(Async<std::uint64_t> answer);
    [[nodiscard]] Result<void> check(const BackfillOffer& offer) const;
    [[nodiscard]] std::string part_of(const BackfillOffer& offer) const;
    Async<std::uint64_t> take_offer(BackfillOffer offer);
    Async<std::uint64_t> take_range(BackfillOffer offer, std::uint64_t from, std::string bytes);
    Async<std::uint64_t> write(BackfillOffer offer, std::function<Result<std::uint64_t>()> work);
    Async<std::uint64_t> finish(BackfillOffer offer);
    Async<void> file_away(BackfillOffer offer, std::string part, std::uint64_t frames);
    Async<void> open_database();

    const Options options_;
    DiskThread& disk_;
    const std::function<bool(const std::string&)> is_ours_;
    const std::function<void(std::int64_t)> stored_;
    pg::Connection db_;
    MediaStore store_;
    const std::shared_ptr<bool> asking_{std::make_shared<bool>(false)};
    std::uint64_t files_{0};
    std::uint64_t bytes_{0};
    std::uint64_t refused_{0};
};

} // namespace ems::media
