// Work on the thread that runs an io_context; returns when it is done. Not from that thread itself.
#pragma once

#include <atomic>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

namespace ems::test {

template <class Work> void run_on(boost::asio::io_context& io, Work work) {
    std::atomic<bool> done{false};
    boost::asio::post(io, [&] {
        work();
        done = true;
        done.notify_all();
    });
    done.wait(false);
}

} // namespace ems::test
