#include "telemetry/media/backfill.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "telemetry/base/ids.h"
#include "telemetry/base/log.h"
#include "telemetry/seal/random.h"
#include "telemetry/video/matroska.h"

namespace ems::media {
namespace {

namespace fs = std::filesystem;

constexpr const char* kIncoming = "incoming";
constexpr std::int64_t kDayUs = std::int64_t{86'400} * 1'000'000;
constexpr std::int64_t kAheadUs = 60'000'000; // a vehicle's clock may be fast
constexpr std::chrono::hours kStaleAfter{24};
constexpr std::size_t kDigestSize = 64;

std::uint64_t size_of(const fs::path& file) {
    std::error_code error;
    const auto size = fs::file_size(file, error);
    return error ? 0 : size;
}

std::string read_file(const fs::path& file) {
    std::string out(size_of(file), '\0');
    std::ifstream from{file, std::ios::binary};
    from.read(out.data(), static_cast<std::streamsize>(out.size()));
    out.resize(static_cast<std::size_t>(std::max<std::streamsize>(from.gcount(), 0)));
    return out;
}

bool is_digest(const std::string& text) {
    return text.size() == kDigestSize && text.find_first_not_of("0123456789abcdef") == text.npos;
}

// Given back at the end, however that comes: a coroutine that waits for the disk may outlive the
// object it belongs to.
struct Turn {
    explicit Turn(std::shared_ptr<bool> taken) : taken_(std::move(taken)) {}
    ~Turn() { *taken_ = false; }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

  private:
    const std::shared_ptr<bool> taken_;
};

// As the recorder names its files; the same offer gives the same name, so that a file without a row
// is taken over by the next try.
std::string final_path(const BackfillOffer& offer) {
    const std::string at = utc_iso(offer.first_us); // 2026-03-18T10:42:16.123456Z
    std::string time = at.substr(11, 12);
    std::erase(time, ':');
    return fmt::format("{}/{}/{}/{}-b{:06}.mkv", at.substr(0, 10), offer.camera.vid,
                       offer.camera.camera, time, offer.length_ms);
}

// What follows runs on the disk's thread.

Result<void> has_room(const fs::path& part, const BackfillOffer& offer, std::uint64_t kept_free) {
    std::error_code error;
    const fs::path incoming = part.parent_path();
    fs::create_directories(incoming, error);
    if (error) {
        return fail(Code::io, "folder of incoming files: " + error.message());
    }
    std::uint64_t waiting = 0;
    std::size_t of_vehicle = 0;
    for (fs::directory_iterator at{incoming, error}, end; !error && at != end; at.increment(error)) {
        waiting += size_of(at->path());
        of_vehicle += at->path().filename().string().starts_with(offer.camera.vid + ".") ? 1U : 0U;
    }
    if (error) {
        return fail(Code::io, "folder of incoming files: " + error.message());
    }
    std::error_code ignored;
    const bool begun = fs::exists(part, ignored);
    const auto space = fs::space(incoming, error);
    if (error || space.available < kept_free + offer.bytes ||
        waiting + offer.bytes > Backfill::kIncomingBytesMax ||
        (of_vehicle >= Backfill::kIncomingFilesMax && !begun)) {
        return fail(Code::full, "no room for a back-filled file");
    }
    return {};
}

// How much of it is here; ranges are taken for it from now on.
Result<std::uint64_t> begin_part(const fs::path& part, const BackfillOffer& offer,
                                 std::uint64_t kept_free) {
    EMS_TRY(has_room(part, offer, kept_free));
    const std::uint64_t here = size_of(part);
    if (here != offer.bytes) {
        std::ofstream{part, std::ios::binary | std::ios::app};
    }
    return here;
}

// How much of it is here then.
Result<std::uint64_t> add_range(const fs::path& part, std::uint64_t from, const std::string& bytes) {
    std::error_code error;
    if (!fs::exists(part, error)) {
        return fail(Code::not_found, "not asked for");
    }
    const std::uint64_t here = size_of(part);
    if (from > here || from + bytes.size() <= here) {
        return here;
    }
    std::ofstream file{part, std::ios::binary | std::ios::app};
    const std::string_view fresh = std::string_view{bytes}.substr(here - from);
    file.write(fresh.data(), static_cast<std::streamsize>(fresh.size()));
    file.close();
    if (!file) {
        fs::resize_file(part, here, error);
        return fail(Code::full, "the disk does not take it");
    }
    return here + fresh.size();
}

Result<void> move_file(const fs::path& from, const fs::path& to) {
    std::error_code error;
    fs::create_directories(to.parent_path(), error);
    if (!error) {
        fs::rename(from, to, error);
    }
    return error ? Result<void>{fail(Code::io, "a back-filled file stays where it is: " +
                                                   error.message())}
                 : Result<void>{};
}

// The statement's outcome is not known, or it is written here and waits for the standby.
bool may_be_written(const Error& error) {
    return error.code == Code::db_outcome_unknown || error.code == Code::db_not_replicated ||
           error.code == Code::cancelled;
}

// Pictures in a file that came whole; one that is not what was offered is removed.
Result<std::uint64_t> frames_of(const std::string& part, const BackfillOffer& offer) {
    const std::string bytes = read_file(part);
    std::error_code error;
    if (seal::sha256_hex(bytes) != offer.sha256) {
        fs::remove(part, error);
        return fail(Code::corrupt, "another digest than offered");
    }
    const auto content =
        video::read_matroska({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
    if (!content || content->bytes != bytes.size() || content->length_ms != offer.length_ms) {
        fs::remove(part, error);
        return fail(Code::malformed, "not a recording of a camera as offered");
    }
    return content->frames;
}

Result<void> remove_stale(const fs::path& incoming) {
    std::error_code error;
    const auto now = fs::file_time_type::clock::now();
    std::vector<fs::path> stale;
    for (fs::directory_iterator at{incoming, error}, end; !error && at != end; at.increment(error)) {
        std::error_code ignored;
        if (now - fs::last_write_time(at->path(), ignored) > kStaleAfter) {
            stale.push_back(at->path());
        }
    }
    std::error_code failed;
    for (const fs::path& path : stale) {
        std::error_code of_this;
        fs::remove(path, of_this);
        failed = of_this ? of_this : failed;
    }
    return failed ? Result<void>{fail(Code::io, failed.message())} : Result<void>{};
}

} // namespace

Backfill::Backfill(boost::asio::any_io_executor executor, Options options, DiskThread& disk,
                   std::function<bool(const std::string&)> is_ours,
                   std::function<void(std::int64_t)> stored)
    : options_(std::move(options)), disk_(disk), is_ours_(std::move(is_ours)), stored_(std::move(stored)),
      db_(std::move(executor), options_.db), store_(db_, options_.server) {}

// By what is the file's own: its time is by the clock of the vitals as its vehicle measured it last,
// which a vehicle that was restarted measures anew.
std::string Backfill::part_of(const BackfillOffer& offer) const {
    return fmt::format("{}/{}/{}.{}.{}.{}.part", options_.root, kIncoming, offer.camera.vid,
                       offer.camera.camera, offer.bytes, offer.sha256.substr(0, 32));
}

Result<void> Backfill::check(const BackfillOffer& offer) const {
    if (!is_ours_(offer.camera.vid)) {
        return fail(Code::refused, "no vehicle of this region");
    }
    if (!VehicleId::parse(offer.camera.camera) || !is_digest(offer.sha256)) {
        return fail(Code::invalid_argument, "camera or digest");
    }
    const std::int64_t now_us = SystemClock{}.utc_us();
    if (offer.bytes == 0 || offer.bytes > kFileBytesMax || offer.length_ms < 0 ||
        offer.length_ms > kLengthMaxMs || offer.first_us > now_us + kAheadUs ||
        offer.first_us < now_us - kAgeMaxDays * kDayUs) {
        return fail(Code::out_of_range, "size, length or time");
    }
    return {};
}

Backfill::Async<std::uint64_t> Backfill::answered(Async<std::uint64_t> answer) {
    if (std::exchange(*asking_, true)) {
        co_return fail(Code::busy, "another vehicle is served");
    }
    const Turn turn{asking_};
    auto out = co_await std::move(answer);
    if (!out && out.error().code != Code::repeated) {
        ++refused_;
        EMS_LOG(warn, "backfill", "refused: {}", out.error().message());
    }
    co_return out;
}

Backfill::Async<std::uint64_t> Backfill::ask(BackfillOffer offer) {
    Async<std::uint64_t> work = take_offer(std::move(offer));
    auto out = co_await answered(std::move(work));
    co_return out;
}

Backfill::Async<std::uint64_t> Backfill::put(BackfillOffer offer, std::uint64_t from,
                                             std::string bytes) {
    Async<std::uint64_t> work = take_range(std::move(offer), from, std::move(bytes));
    auto out = co_await answered(std::move(work));
    co_return out;
}

Backfill::Async<void> Backfill::open_database() {
    if (db_.is_open()) {
        co_return Result<void>{};
    }
    auto opened = co_await db_.open();
    co_return opened;
}

Backfill::Async<std::uint64_t> Backfill::take_offer(BackfillOffer offer) {
    if (const auto sound = check(offer); !sound) {
        co_return Failure{sound.error()};
    }
    const auto opened = co_await open_database();
    if (!opened) {
        co_return Failure{opened.error()};
    }
    const std::int64_t last_us = offer.first_us + offer.length_ms * 1000;
    const auto lacking = co_await store_.uncovered_ms(offer.camera, offer.first_us, last_us);
    if (!lacking) {
        co_return Failure{lacking.error()};
    }
    if (*lacking <= std::min(kLackingMs, offer.length_ms / 2)) {
        co_return fail(Code::repeated, "nothing lacks there");
    }
    std::function<Result<std::uint64_t>()> begin =
        [part = part_of(offer), offer,
         kept_free = static_cast<std::uint64_t>(options_.free_mib) << 20U] {
            return begin_part(part, offer, kept_free);
        };
    auto here = co_await write(std::move(offer), std::move(begin));
    co_return here;
}

Backfill::Async<std::uint64_t> Backfill::take_range(BackfillOffer offer, std::uint64_t from,
                                                    std::string bytes) {
    if (const auto sound = check(offer); !sound) {
        co_return Failure{sound.error()};
    }
    if (bytes.size() > offer.bytes || from > offer.bytes - bytes.size()) {
        co_return fail(Code::out_of_range, "a range beyond the file");
    }
    std::function<Result<std::uint64_t>()> add = [part = part_of(offer), from,
                                                  bytes = std::move(bytes)] {
        return add_range(part, from, bytes);
    };
    auto here = co_await write(std::move(offer), std::move(add));
    co_return here;
}

// How many bytes are here behind `work` on the disk's thread; with all of them the file is finished.
Backfill::Async<std::uint64_t> Backfill::write(BackfillOffer offer,
                                               std::function<Result<std::uint64_t>()> work) {
    const auto here = co_await disk_.run<std::uint64_t>(std::move(work));
    if (!here) {
        co_return Failure{here.error()};
    }
    if (*here < offer.bytes) {
        co_return *here;
    }
    auto done = co_await finish(std::move(offer));
    co_return done;
}

// All bytes are here. What is not what was offered goes at once.
Backfill::Async<std::uint64_t> Backfill::finish(BackfillOffer offer) {
    const std::string part = part_of(offer);
    std::function<Result<std::uint64_t>()> look = [part, offer] { return frames_of(part, offer); };
    const auto frames = co_await disk_.run<std::uint64_t>(std::move(look));
    if (!frames) {
        co_return Failure{frames.error()};
    }
    const auto filed = co_await file_away(offer, part, *frames);
    if (!filed) {
        co_return Failure{filed.error()};
    }
    ++files_;
    bytes_ += offer.bytes;
    stored_(static_cast<std::int64_t>(offer.bytes));
    EMS_LOG(info, "backfill", "vid={} camera={} at={} frames={} bytes={}", offer.camera.vid,
            offer.camera.camera, utc_iso(offer.first_us), *frames, offer.bytes);
    co_return offer.bytes;
}

// File before row, so that a row never promises what is not there.
Backfill::Async<void> Backfill::file_away(BackfillOffer offer, std::string part,
                                          std::uint64_t frames) {
    const std::string path = final_path(offer);
    const std::string file = options_.root + "/" + path;
    std::function<Result<void>()> there = [part, file] { return move_file(part, file); };
    const auto moved = co_await disk_.run<void>(std::move(there));
    if (!moved) {
        co_return Failure{moved.error()};
    }
    auto added = co_await open_database();
    bool row_may_be_there = false;
    if (added) {
        added = co_await store_.add_backfill(offer.camera, path, offer.first_us,
                                             offer.first_us + offer.length_ms * 1000, frames,
                                             offer.bytes);
        row_may_be_there = !added && may_be_written(added.error());
    }
    // Where the row may be there, the file stays: the next offer hears that nothing lacks, and the
    // vehicle removes its own. Where it is not, the next takes its place, or it is found at the next
    // start.
    if (!added && !row_may_be_there) {
        std::function<Result<void>()> back = [part, file] { return move_file(file, part); };
        static_cast<void>(co_await disk_.run<void>(std::move(back))); // else it is taken over later
    }
    co_return added;
}

boost::asio::awaitable<void> Backfill::forget_stale() {
    std::function<Result<void>()> work = [incoming = fs::path{options_.root} / kIncoming] {
        return remove_stale(incoming);
    };
    const auto done = co_await disk_.run<void>(std::move(work));
    if (!done) {
        EMS_LOG(warn, "backfill", "what came to a stand cannot be removed: {}",
                done.error().message());
    }
}

} // namespace ems::media
