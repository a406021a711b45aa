// One coroutine at a time, in order of arrival, on one executor.
#pragma once

#include <memory>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/experimental/channel.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace ems::dispatch {

class AsyncLock {
    using Channel = boost::asio::experimental::channel<void(boost::system::error_code)>;

  public:
    class Held {
      public:
        explicit Held(Channel* channel) : channel_(channel) {}
        Held(Held&& other) noexcept : channel_(std::exchange(other.channel_, nullptr)) {}
        Held& operator=(Held&&) = delete;
        Held(const Held&) = delete;
        Held& operator=(const Held&) = delete;
        ~Held() {
            if (channel_ != nullptr) {
                channel_->try_receive([](boost::system::error_code) {});
            }
        }

      private:
        Channel* channel_;
    };

    explicit AsyncLock(const boost::asio::any_io_executor& executor) : channel_(executor, 1) {}

    boost::asio::awaitable<Held> acquire() {
        co_await channel_.async_send(boost::system::error_code{},
                                     boost::asio::as_tuple(boost::asio::use_awaitable));
        co_return Held{&channel_};
    }

  private:
    Channel channel_;
};

} // namespace ems::dispatch
