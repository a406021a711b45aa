#include "telemetry/media/disk_thread.h"

#include <string>
#include <system_error>

#include <boost/asio/post.hpp>

namespace ems::media {
namespace {

namespace fs = std::filesystem;

Result<void> remove_here(const fs::path& root, const fs::path& file, const std::string& keep_from) {
    std::error_code error;
    fs::remove(root / file, error);
    if (error) {
        return fail(Code::io, error.message());
    }
    if (file.begin()->string() >= keep_from) {
        return {};
    }
    for (auto folder = file.parent_path(); !folder.empty(); folder = folder.parent_path()) {
        if (!fs::remove(root / folder, error) || error) {
            break; // something else is in it
        }
    }
    return {};
}

} // namespace

bool DiskThread::post(std::function<void()> work) {
    if (waiting_.fetch_add(1) >= kWaitingMax) {
        --waiting_;
        return false;
    }
    boost::asio::post(pool_, [this, work = std::move(work)] {
        work();
        --waiting_;
    });
    return true;
}

boost::asio::awaitable<Result<void>> DiskThread::remove(fs::path root, fs::path file,
                                                        std::string keep_from) {
    std::function<Result<void>()> work = [root = std::move(root), file = std::move(file),
                                          keep_from = std::move(keep_from)] {
        return remove_here(root, file, keep_from);
    };
    auto done = co_await run<void>(std::move(work));
    co_return done;
}

} // namespace ems::media
