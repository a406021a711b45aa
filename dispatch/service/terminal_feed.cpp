#include "dispatch/service/terminal_feed.h"

#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "telemetry/base/log.h"

namespace ems::dispatch {

TerminalFeed::TerminalFeed(boost::asio::io_context& io, pg::Options session, Take take)
    : io_(io), options_(std::move(session)), take_(std::move(take)), timer_(io) {
    options_.statement_limit = kTerminalStatementLimit;
}

void TerminalFeed::stop() {
    stopping_ = true;
    timer_.cancel();
}

boost::asio::awaitable<Result<void>> TerminalFeed::read(pg::Connection& session) {
    if (!session.is_open()) {
        auto opened = co_await session.open();
        if (!opened) {
            co_return opened;
        }
    }
    auto reports = co_await terminal_reports(session);
    if (!reports) {
        co_return Failure{reports.error()};
    }
    if (!stopping_) {
        for (const TerminalReport& report : *reports) {
            take_(report);
        }
    }
    co_return Result<void>{};
}

boost::asio::awaitable<void> TerminalFeed::run() {
    pg::Connection session{io_.get_executor(), options_};
    bool said = false;
    while (!stopping_) {
        const auto done = co_await read(session);
        if (!done && !said && !stopping_) {
            EMS_LOG(warn, "terminals", "positions of terminals are not read: {}", done.error().message());
        } else if (done && said) {
            EMS_LOG(info, "terminals", "positions of terminals are read again");
        }
        said = !done;
        if (stopping_) {
            break;
        }
        timer_.expires_after(kTerminalPoll);
        co_await timer_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    }
}

} // namespace ems::dispatch
