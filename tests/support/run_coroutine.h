// Runs a coroutine to its end on an io_context that nobody else runs, with whatever else waits there.
#pragma once

#include <exception>
#include <optional>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

namespace ems::test {

// An exception that escapes the coroutine is thrown here.
template <class T> T run_coroutine(boost::asio::io_context& io, boost::asio::awaitable<T> work) {
    std::optional<T> out;
    std::exception_ptr escaped;
    const auto done = [&](std::exception_ptr error, T value) {
        escaped = std::move(error);
        out = std::move(value);
    };
    boost::asio::co_spawn(io, std::move(work), done);
    io.restart();
    io.run();
    if (escaped) {
        std::rethrow_exception(escaped);
    }
    return std::move(*out);
}

} // namespace ems::test
