#include "dispatch/service/cover_desk.h"

#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace ems::dispatch {

CoverDesk::CoverDesk(boost::asio::io_context& io, RoadThread& thread, const Clock& clock,
                     Units units)
    : thread_(thread), clock_(clock), units_(std::move(units)), timer_(io) {}

void CoverDesk::stop() {
    stopping_ = true;
    timer_.cancel();
}

void CoverDesk::touch() {
    touched_ = true;
    if (waits_) {
        timer_.cancel();
    }
}

boost::asio::awaitable<void> CoverDesk::pause(std::chrono::milliseconds length) {
    timer_.expires_after(length);
    co_await timer_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
}

boost::asio::awaitable<void> CoverDesk::run() {
    while (!stopping_) {
        if (!touched_) {
            waits_ = true;
            co_await pause(kCoverEvery);
            waits_ = false;
        }
        if (stopping_) {
            break;
        }
        touched_ = false;
        auto units = units_();
        if (units) {
            FleetCover cover = co_await thread_.cover(std::move(*units));
            now_ = CoverNow{std::move(cover), clock_.utc_us()};
            ++count_;
            if (changed_) {
                changed_();
            }
        }
        if (!stopping_) {
            co_await pause(kCoverRest);
        }
    }
}

} // namespace ems::dispatch
