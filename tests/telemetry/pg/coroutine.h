// Runs one coroutine to its end on an io_context of its own and gives what it returned.
#pragma once

#include <exception>
#include <optional>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

namespace ems::test {

template <class T, class Make> T run_on(boost::asio::io_context& context, Make make) {
    std::optional<T> out;
    std::exception_ptr failure;
    boost::asio::co_spawn(context, make(), [&](std::exception_ptr error, T value) {
        failure = error;
        out.emplace(std::move(value));
    });
    context.restart();
    context.run();
    if (failure) {
        std::rethrow_exception(failure);
    }
    return std::move(*out);
}

} // namespace ems::test
