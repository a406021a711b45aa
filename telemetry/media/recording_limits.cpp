#include "telemetry/media/recording_limits.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "telemetry/base/log.h"

namespace ems::media {
namespace {

constexpr std::int64_t kMib = 1 << 20;
constexpr std::array kGoFirst{RecordedOf::no_incident, RecordedOf::incident};
constexpr std::chrono::seconds kSayInterval{60};
constexpr std::int64_t kStuckMax = 1000;

// <date>/<vid>/<camera>/<file>: the folders above it, as long as they are empty. Today's stay: the
// recorder may be about to open a file in them.
void remove_empty_folders(const std::filesystem::path& root, const std::filesystem::path& file) {
    const std::string today = utc_iso(SystemClock{}.utc_us()).substr(0, 10);
    if (file.begin()->string() >= today) {
        return;
    }
    std::error_code error;
    for (auto folder = file.parent_path(); !folder.empty(); folder = folder.parent_path()) {
        if (!std::filesystem::remove(root / folder, error) || error) {
            return;
        }
    }
}

} // namespace

std::int64_t RecordingKeeper::missing_bytes() const {
    if (limits_.free_mib == 0) {
        return 0;
    }
    std::error_code error;
    const auto space = std::filesystem::space(root_, error);
    if (error) {
        return 0; // the recorder says that the folder is away
    }
    return limits_.free_mib * kMib - static_cast<std::int64_t>(space.available);
}

boost::asio::awaitable<Result<bool>> RecordingKeeper::remove(RecordedFile file) {
    std::error_code error;
    std::filesystem::remove(std::filesystem::path{root_} / file.path, error);
    if (error) {
        EMS_LOG(warn, "recorder", "file {} cannot be removed: {}", file.path, error.message());
        ++stuck_;
        co_return false;
    }
    remove_empty_folders(root_, file.path);
    ++removed_;
    if (bytes_at_start_) {
        *bytes_at_start_ -= file.bytes;
    }
    const auto forgotten = co_await store_.forget(file.path);
    if (!forgotten) {
        co_return Failure{forgotten.error()};
    }
    co_return true;
}

boost::asio::awaitable<Result<void>> RecordingKeeper::remove_aged(RecordedOf whose,
                                                                  std::int64_t days) {
    if (days == 0) {
        co_return Result<void>{};
    }
    const auto aged = co_await store_.recorded_before(whose, days, looked_at());
    if (!aged) {
        co_return Failure{aged.error()};
    }
    for (const RecordedFile& file : *aged) {
        const auto gone = co_await remove(file);
        if (!gone) {
            co_return Failure{gone.error()};
        }
    }
    co_return Result<void>{};
}

boost::asio::awaitable<Result<std::int64_t>> RecordingKeeper::make_room(RecordedOf whose,
                                                                        std::int64_t excess) {
    const auto oldest = co_await store_.oldest_recorded(whose, looked_at());
    if (!oldest) {
        co_return Failure{oldest.error()};
    }
    for (const RecordedFile& file : *oldest) {
        if (excess <= 0) {
            break;
        }
        const auto gone = co_await remove(file);
        if (!gone) {
            co_return Failure{gone.error()};
        }
        if (*gone) {
            excess -= file.bytes;
            ++removed_for_room_;
        }
    }
    co_return excess;
}

std::int64_t RecordingKeeper::looked_at() const {
    return kRemovedPerRun + std::min(stuck_before_, kStuckMax);
}

boost::asio::awaitable<Result<void>> RecordingKeeper::run() {
    stuck_before_ = std::exchange(stuck_, 0);
    if (!bytes_at_start_ && limits_.mib > 0) {
        const std::int64_t closed_meanwhile = bytes_closed_;
        const auto bytes = co_await store_.recorded_bytes();
        if (!bytes) {
            co_return Failure{bytes.error()};
        }
        bytes_at_start_ = *bytes - closed_meanwhile;
    }
    auto done = co_await remove_aged(RecordedOf::no_incident, limits_.days);
    if (done) {
        done = co_await remove_aged(RecordedOf::incident, limits_.incident_days);
    }
    if (!done) {
        co_return done;
    }
    std::int64_t excess = missing_bytes();
    if (bytes_at_start_) {
        excess = std::max(excess, *bytes_at_start_ + bytes_closed_ - limits_.mib * kMib);
    }
    for (const RecordedOf whose : kGoFirst) {
        if (excess <= 0) {
            break;
        }
        const auto left = co_await make_room(whose, excess);
        if (!left) {
            co_return Failure{left.error()};
        }
        excess = *left;
    }
    const Ticks now = SystemClock{}.ticks();
    if (removed_for_room_ > 0 && now - said_at_ >= kSayInterval) {
        EMS_LOG(warn, "recorder", "{} recordings went before their time for want of room",
                removed_for_room_);
        removed_for_room_ = 0;
        said_at_ = now;
    }
    co_return Result<void>{};
}

} // namespace ems::media
