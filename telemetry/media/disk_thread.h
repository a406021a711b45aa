// The one thread on which ems-mediad closes recordings, removes them and takes back-filled ones in:
// a disk that takes its time holds no packet of the relay, whose loop only waits for the answer.
// What each recorder writes has threads of its own.
//
// At most kWaitingMax pieces of work wait; what comes then is refused and counted. The destructor
// returns when all that waits is done. From any thread.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "telemetry/base/result.h"

namespace ems::media {

class DiskThread {
  public:
    static constexpr std::size_t kWaitingMax = 256;

    DiskThread() = default;
    ~DiskThread() { pool_.join(); }
    DiskThread(const DiskThread&) = delete;
    DiskThread& operator=(const DiskThread&) = delete;

    // Does it there; goes on where it was awaited. Errors: those of `work`, busy.
    template <class T>
    boost::asio::awaitable<Result<T>> run(std::function<Result<T>()> work) {
        if (waiting_.fetch_add(1) >= kWaitingMax) {
            --waiting_;
            ++failed_;
            co_return fail(Code::busy, "too much waits for the disk");
        }
        boost::asio::awaitable<Result<T>> there = on_thread<T>(std::move(work));
        auto out =
            co_await boost::asio::co_spawn(pool_, std::move(there), boost::asio::use_awaitable);
        co_return out;
    }
    // Does it there behind all that waits; nobody is told. False: kWaitingMax, it is not done.
    [[nodiscard]] bool post(std::function<void()> work);
    // A file, then the folders in its path below `root` that are empty without it; `keep_from`:
    // not those of this date (their first part) and later ones. One that is not there is removed.
    // Errors: io, busy.
    boost::asio::awaitable<Result<void>> remove(std::filesystem::path root,
                                                std::filesystem::path file, std::string keep_from);

    [[nodiscard]] std::size_t waiting() const { return waiting_; }
    // Pieces of work that the disk failed (io) or that were refused.
    [[nodiscard]] std::uint64_t failed() const { return failed_; }

  private:
    template <class T>
    boost::asio::awaitable<Result<T>> on_thread(std::function<Result<T>()> work) {
        auto out = work();
        failed_ += !out && out.error().code == Code::io ? 1 : 0;
        --waiting_;
        co_return out;
    }

    std::atomic<std::size_t> waiting_{0};
    std::atomic<std::uint64_t> failed_{0};
    boost::asio::thread_pool pool_{1}; // last: it ends first
};

} // namespace ems::media
