// How a courier between the database and terminals lives: it looks, waits to be told of something new or for `look_again`, and
// looks again; without the database it says so once and comes back after growing pauses.
//
// Body has executor, options (of the connection), timer, stopping, and look(self, db), which opens the connection and listens
// when it is not open. One thread, that of the executor. Ends once `stopping` is set and the timer cancelled.
#pragma once

#include <chrono>
#include <memory>
#include <random>
#include <string_view>

#include "telemetry/base/backoff.h"
#include "telemetry/base/log.h"
#include "telemetry/base/result.h"
#include "telemetry/pg/connection.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace ems::gateway {

// `what` waits when the database is away: "texts".
template <class Body>
boost::asio::awaitable<void> run_courier(std::shared_ptr<Body> self, std::string_view what,
                                         std::chrono::milliseconds look_again) {
    pg::Connection db{self->executor, self->options};
    Backoff backoff{{std::chrono::milliseconds{200}, std::chrono::milliseconds{2000}}, std::random_device{}()};
    bool said = false;
    while (!self->stopping) {
        auto done = co_await Body::look(self, db);
        if (done) {
            said = false;
            backoff.reset();
            const auto hint = co_await db.notification(look_again);
            if (hint || hint.error().code == Code::timeout) {
                continue;
            }
            done = Failure{hint.error()};
        }
        if (!said && !self->stopping) {
            EMS_LOG(warn, "jt808", "{} wait: {}", what, done.error().message());
            said = true;
        }
        db.close();
        self->timer.expires_after(backoff.next());
        static_cast<void>(co_await self->timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable)));
    }
}

} // namespace ems::gateway
