#include "telemetry/media/recording_limits.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <functional>
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

} // namespace

boost::asio::awaitable<std::int64_t> RecordingKeeper::missing_bytes() {
    if (limits_.free_mib == 0) {
        co_return 0;
    }
    std::function<Result<std::int64_t>()> look = [root = root_]() -> Result<std::int64_t> {
        std::error_code error;
        const auto space = std::filesystem::space(root, error);
        if (error) {
            return fail(Code::io, error.message());
        }
        return static_cast<std::int64_t>(space.available);
    };
    const auto available = co_await disk_.run<std::int64_t>(std::move(look));
    // Where it is away the recorder says so.
    co_return available ? limits_.free_mib * kMib - *available : 0;
}

boost::asio::awaitable<Result<bool>> RecordingKeeper::remove(RecordedFile file) {
    // <date>/<vid>/<camera>/<file>. Today's folders stay: the recorder may be about to open a file
    // in them.
    std::string today = utc_iso(SystemClock{}.utc_us()).substr(0, 10);
    auto removal = disk_.remove(root_, file.path, std::move(today));
    const auto gone = co_await std::move(removal);
    if (!gone) {
        EMS_LOG(warn, "recorder", "file {} cannot be removed: {}", file.path,
                gone.error().message());
        ++stuck_;
        co_return false;
    }
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
    std::int64_t excess = co_await missing_bytes();
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
