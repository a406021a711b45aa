#include "vehicle/agent/ring_shelf.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "telemetry/base/ids.h"
#include "telemetry/base/log.h"
#include "telemetry/video/matroska.h"

namespace ems::vehicle {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kOpenEnding = ".part";
constexpr std::string_view kWholeEnding = ".mkv";

template <class Number> std::optional<Number> number_in(std::string_view text) {
    Number out{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    return error == std::errc{} && end == text.data() + text.size() ? std::optional{out}
                                                                    : std::nullopt;
}

// "cabin/1763000000000000-8000-120.mkv"
std::optional<RingFile> file_of(const std::string& path) {
    const std::size_t slash = path.find('/');
    if (slash == std::string::npos || !path.ends_with(kWholeEnding)) {
        return std::nullopt;
    }
    const std::string_view name =
        std::string_view{path}.substr(slash + 1, path.size() - slash - 1 - kWholeEnding.size());
    const std::size_t one = name.find('-');
    const std::size_t two = one == std::string_view::npos ? one : name.find('-', one + 1);
    if (two == std::string_view::npos) {
        return std::nullopt;
    }
    const auto first = number_in<std::int64_t>(name.substr(0, one));
    const auto length = number_in<std::int64_t>(name.substr(one + 1, two - one - 1));
    const auto frames = number_in<std::uint64_t>(name.substr(two + 1));
    if (!first || !length || !frames) {
        return std::nullopt;
    }
    return RingFile{path.substr(0, slash), *first, *length, *frames, 0, path};
}

// What may be sent of it.
std::vector<std::uint8_t> read_file(const fs::path& path) {
    std::error_code error;
    const auto size = fs::file_size(path, error);
    if (error) {
        return {};
    }
    if (size > RingShelf::kFileBytesMax) {
        EMS_LOG(warn, "ring", "file {} has {} bytes, what is beyond {} goes", path.string(), size,
                RingShelf::kFileBytesMax);
    }
    std::vector<std::uint8_t> out(std::min<std::uintmax_t>(size, RingShelf::kFileBytesMax));
    std::ifstream file{path, std::ios::binary};
    file.read(reinterpret_cast<char*>(out.data()), static_cast<std::streamsize>(size));
    out.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
    return out;
}

} // namespace

Result<std::unique_ptr<RingShelf>> RingShelf::open(RingLimits limits) {
    std::error_code error;
    fs::create_directories(limits.dir, error);
    if (error) {
        return fail(Code::io, "the folder " + limits.dir + " cannot be made: " + error.message());
    }
    std::unique_ptr<RingShelf> shelf{new RingShelf{std::move(limits)}};
    shelf->scan();
    return shelf;
}

void RingShelf::scan() {
    std::vector<std::string> cut_off;
    std::error_code error;
    for (fs::recursive_directory_iterator at{limits_.dir, error}, end; !error && at != end;
         at.increment(error)) {
        std::error_code ignored;
        if (!at->is_regular_file(ignored)) {
            continue;
        }
        const std::string path = fs::relative(at->path(), limits_.dir, ignored).string();
        if (auto file = file_of(path)) {
            file->bytes = at->file_size(ignored);
            files_.push_back(std::move(*file));
        } else if (path.ends_with(kOpenEnding)) {
            cut_off.push_back(path);
        }
    }
    for (const std::string& path : cut_off) {
        if (auto file = take_in(path)) {
            files_.push_back(std::move(*file));
        }
    }
    std::sort(files_.begin(), files_.end(),
              [](const RingFile& a, const RingFile& b) { return a.first_us < b.first_us; });
}

// What follows the last whole picture goes; without one the file goes.
std::optional<RingFile> RingShelf::take_in(const std::string& path) const {
    const fs::path from = fs::path{limits_.dir} / path;
    const std::vector<std::uint8_t> bytes = read_file(from);
    const auto content = video::read_matroska(bytes);
    std::error_code error;
    const std::string stem = path.substr(0, path.size() - kOpenEnding.size());
    const std::string to =
        content ? fmt::format("{}-{}-{}{}", stem, content->length_ms, content->frames, kWholeEnding)
                : std::string{};
    auto file = file_of(to);
    if (!content || !file) {
        EMS_LOG(info, "ring", "file {} has no whole picture and goes", path);
        fs::remove(from, error);
        return std::nullopt;
    }
    if (content->bytes < fs::file_size(from, error)) {
        fs::resize_file(from, content->bytes, error);
    }
    if (!error) {
        fs::rename(from, fs::path{limits_.dir} / to, error);
    }
    if (error) {
        EMS_LOG(warn, "ring", "file {} is not kept: {}", path, error.message());
        fs::remove(from, error);
        return std::nullopt;
    }
    file->bytes = content->bytes;
    return file;
}

void RingShelf::keep(RingFile file) {
    const auto later = std::upper_bound(
        files_.begin(), files_.end(), file,
        [](const RingFile& a, const RingFile& b) { return a.first_us < b.first_us; });
    files_.insert(later, std::move(file));
}

std::uint64_t RingShelf::bytes() const {
    std::uint64_t sum = 0;
    std::set<std::string> open;
    {
        const std::lock_guard lock{mutex_};
        for (const RingFile& file : files_) {
            sum += file.bytes;
        }
        open = open_;
    }
    for (const std::string& path : open) {
        std::error_code error;
        const auto size = fs::file_size(fs::path{limits_.dir} / path, error);
        sum += error ? 0 : size;
    }
    return sum;
}

std::uint64_t RingShelf::missing_bytes() const {
    std::error_code error;
    const auto space = fs::space(limits_.dir, error);
    if (error || space.available >= limits_.free_bytes_min) {
        return 0;
    }
    return limits_.free_bytes_min - space.available;
}

void RingShelf::remove_from_disk(const std::string& path) const {
    std::error_code error;
    fs::remove(fs::path{limits_.dir} / path, error);
    if (error) {
        EMS_LOG(warn, "ring", "file {} cannot be removed: {}", path, error.message());
    }
}

// False: there is none.
bool RingShelf::drop_oldest() {
    std::string path;
    {
        const std::lock_guard lock{mutex_};
        if (files_.empty()) {
            return false;
        }
        path = std::move(files_.front().path);
        files_.erase(files_.begin());
    }
    remove_from_disk(path);
    return true;
}

void RingShelf::keep_limits(std::int64_t now_us) {
    const std::lock_guard alone{making_room_};
    const std::int64_t oldest_us =
        now_us - std::chrono::duration_cast<std::chrono::microseconds>(limits_.age_max).count();
    const auto too_much = [&] {
        {
            const std::lock_guard lock{mutex_};
            if (files_.empty() || files_.front().first_us < oldest_us) {
                return !files_.empty();
            }
        }
        return bytes() > limits_.bytes_max || missing_bytes() > 0;
    };
    while (too_much()) {
        drop_oldest();
    }
}

bool RingShelf::has_room() const {
    return missing_bytes() == 0;
}

Result<std::string> RingShelf::begin(const std::string& camera, std::int64_t first_us) {
    EMS_TRY(VehicleId::parse(camera));
    const std::lock_guard alone{making_room_};
    while (missing_bytes() > 0) {
        if (!drop_oldest()) {
            return fail(Code::full, "the disk has no room to spare");
        }
    }
    std::error_code error;
    fs::create_directories(fs::path{limits_.dir} / camera, error);
    if (error) {
        return fail(Code::io, "a folder cannot be made: " + error.message());
    }
    std::string path = fmt::format("{}/{}{}", camera, first_us, kOpenEnding);
    const std::lock_guard lock{mutex_};
    open_.insert(path);
    return path;
}

void RingShelf::end(const std::string& path) {
    {
        const std::lock_guard lock{mutex_};
        if (!open_.contains(path)) {
            return;
        }
    }
    auto file = take_in(path);
    const std::lock_guard lock{mutex_};
    open_.erase(path);
    if (file) {
        keep(std::move(*file));
    }
}

std::vector<RingFile> RingShelf::files() const {
    const std::lock_guard lock{mutex_};
    return files_;
}

void RingShelf::remove(const RingFile& file) {
    {
        const std::lock_guard lock{mutex_};
        if (std::erase(files_, file) == 0) {
            return;
        }
    }
    remove_from_disk(file.path);
}

} // namespace ems::vehicle
