#include "telemetry/media/lost_recordings.h"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <fstream>
#include <functional>
#include <string_view>
#include <system_error>
#include <utility>

#include "telemetry/base/ids.h"
#include "telemetry/base/log.h"
#include "telemetry/media/grant_watch.h"
#include "telemetry/video/matroska.h"

namespace ems::media {
namespace {

namespace fs = std::filesystem;

struct Found {
    CameraKey camera;
    Segment segment;
};

// Names in a folder; one that cannot be read has none.
std::vector<std::string> names_in(const fs::path& folder, std::size_t most) {
    std::vector<std::string> out;
    std::error_code error;
    for (fs::directory_iterator at{folder, error}, end; !error && at != end && out.size() < most;
         at.increment(error)) {
        out.push_back(at->path().filename().string());
    }
    std::sort(out.begin(), out.end());
    return out;
}

// 0: any digit.
bool like(std::string_view text, std::string_view form) {
    return std::equal(text.begin(), text.end(), form.begin(), form.end(), [](char is, char of) {
        return of == '0' ? std::isdigit(static_cast<unsigned char>(is)) != 0 : is == of;
    });
}

// Other folders are not of recordings.
bool is_day(const std::string& name) {
    return like(name, "0000-00-00");
}

// <day>/<vehicle>/<camera>, the newest `most`; the oldest first.
std::vector<std::string> camera_folders(const fs::path& root, std::size_t most) {
    std::vector<std::string> out;
    std::vector<std::string> days = names_in(root, most);
    std::erase_if(days, [](const std::string& name) { return !is_day(name); });
    std::reverse(days.begin(), days.end());
    for (const std::string& day : days) {
        for (const std::string& vid : names_in(root / day, most)) {
            for (const std::string& camera : names_in(root / day / vid, most)) {
                if (out.size() < most) {
                    out.push_back(day + "/" + vid + "/" + camera);
                }
            }
        }
    }
    std::reverse(out.begin(), out.end());
    return out;
}

std::vector<std::string> files_before(const fs::path& root, const std::string& folder,
                                      fs::file_time_type when, std::size_t most) {
    std::vector<std::string> out;
    for (const std::string& name : names_in(root / folder, most)) {
        std::error_code error;
        const auto written = fs::last_write_time(root / folder / name, error);
        if (name.ends_with(".mkv") && !error && written < when) {
            out.push_back(folder + "/" + name);
        }
    }
    return out;
}

// When its first picture was taken, by its name (recorder.cpp: path_of): the day and 104216.123-000007.
Result<std::int64_t> first_us_of(const std::string& day, const std::string& name) {
    constexpr std::string_view kForm{"000000.000-"};
    const bool fits = name.size() > kForm.size() && is_day(day) && like(name.substr(0, kForm.size()), kForm);
    if (!fits) {
        return fail(Code::malformed, "not a name of a recording");
    }
    const auto number = [](const std::string& text, std::size_t at, std::size_t count) {
        return std::stoi(text.substr(at, count));
    };
    namespace chrono = std::chrono;
    const chrono::year_month_day date{
        chrono::year{number(day, 0, 4)}, chrono::month{static_cast<unsigned>(number(day, 5, 2))},
        chrono::day{static_cast<unsigned>(number(day, 8, 2))}};
    if (!date.ok()) {
        return fail(Code::malformed, "not a name of a recording");
    }
    const auto at = chrono::sys_days{date} + chrono::hours{number(name, 0, 2)} +
                    chrono::minutes{number(name, 2, 2)} + chrono::seconds{number(name, 4, 2)} +
                    chrono::milliseconds{number(name, 7, 3)};
    return chrono::duration_cast<chrono::microseconds>(at.time_since_epoch()).count();
}

Result<Found> read_recording(const fs::path& root, const std::string& path) {
    const fs::path parts{path};
    auto part = parts.begin();
    const std::string day = (part++)->string();
    Found out;
    out.camera.vid = (part++)->string();
    out.camera.camera = (part++)->string();
    const auto first_us = first_us_of(day, part->string());
    if (!first_us || !VehicleId::parse(out.camera.vid) || !VehicleId::parse(out.camera.camera)) {
        return fail(Code::malformed, "not a name of a recording");
    }
    std::error_code error;
    const std::uint64_t size = fs::file_size(root / path, error);
    if (error || size > LostRecordings::kFileBytesMax) {
        return fail(Code::out_of_range, "not of the size of a recording");
    }
    std::string bytes(size, '\0');
    std::ifstream from{root / path, std::ios::binary};
    if (!from.read(bytes.data(), static_cast<std::streamsize>(size))) {
        return fail(Code::io, "cannot be read");
    }
    const auto content =
        video::read_matroska({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
    if (!content) {
        return Failure{content.error()};
    }
    out.segment.path = path;
    out.segment.first_us = *first_us;
    out.segment.last_us = *first_us + content->length_ms * 1000;
    out.segment.frames = out.segment.frames_received = content->frames;
    out.segment.bytes = size;
    out.segment.closed = true;
    return out;
}

} // namespace

LostRecordings::LostRecordings(MediaStore& store, DiskThread& disk, std::string root)
    : store_(store), disk_(disk), root_(std::move(root)),
      began_(fs::file_time_type::clock::now()), done_(root_.empty()) {}

boost::asio::awaitable<Result<void>> LostRecordings::step() {
    Result<void> out{};
    if (done_) {
        co_return out;
    }
    if (!folders_) {
        out = co_await list_folders();
    } else if (!rowless_.empty()) {
        out = co_await read_next();
    } else if (!unasked_.empty()) {
        out = co_await ask();
    } else if (!folders_->empty()) {
        out = co_await list_files();
    } else {
        done_ = true;
        EMS_LOG(info, "mediad", "files of former processes looked through, {} got their row",
                found_);
    }
    co_return out;
}

LostRecordings::Async<void> LostRecordings::list_folders() {
    std::function<Result<std::vector<std::string>>()> list =
        [root = root_]() -> Result<std::vector<std::string>> {
        return camera_folders(root, kFoldersMax);
    };
    auto listed = co_await disk_.run<std::vector<std::string>>(std::move(list));
    if (listed) { // else the disk is busy: later
        folders_ = std::move(*listed);
    }
    co_return Result<void>{};
}

LostRecordings::Async<void> LostRecordings::list_files() {
    std::function<Result<std::vector<std::string>>()> list =
        [root = root_, folder = folders_->back(),
         began = began_]() -> Result<std::vector<std::string>> {
        return files_before(root, folder, began, kFilesMax);
    };
    auto listed = co_await disk_.run<std::vector<std::string>>(std::move(list));
    if (listed) {
        unasked_ = std::move(*listed);
        folders_->pop_back();
    }
    co_return Result<void>{};
}

LostRecordings::Async<void> LostRecordings::ask() {
    const std::size_t count = std::min(unasked_.size(), kAskedPerStep);
    const std::vector<std::string> paths(unasked_.end() - static_cast<std::ptrdiff_t>(count),
                                         unasked_.end());
    auto without = co_await store_.without_row(paths);
    if (!without) {
        co_return Failure{std::move(without).error()};
    }
    rowless_ = std::move(*without);
    unasked_.resize(unasked_.size() - count);
    co_return Result<void>{};
}

LostRecordings::Async<void> LostRecordings::read_next() {
    for (std::size_t i = 0; i < kReadPerStep && !rowless_.empty(); ++i) {
        const std::string path = rowless_.back();
        std::function<Result<Found>()> read = [root = root_, path] {
            return read_recording(root, path);
        };
        const auto there = co_await disk_.run<Found>(std::move(read));
        if (!there && there.error().code == Code::busy) {
            break;
        }
        Result<void> saved = there ? Result<void>{} : Result<void>{Failure{there.error()}};
        if (there) {
            saved = co_await store_.add_found(there->camera, there->segment);
        }
        if (!saved && worth_repeating(saved.error())) {
            co_return saved;
        }
        found_ += saved ? 1U : 0U;
        if (saved) {
            EMS_LOG(info, "mediad", "recording without a row got one path={}", path);
        } else {
            EMS_LOG(warn, "mediad", "no row for path={}: {}", path, saved.error().message());
        }
        rowless_.pop_back();
    }
    co_return Result<void>{};
}

} // namespace ems::media
