#include "telemetry/pg/pool.h"

#include <algorithm>
#include <deque>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "telemetry/base/assert.h"

namespace ems::pg {

namespace asio = boost::asio;

struct Pool::State {
    // A coroutine that waits, in its frame. Its connection is put into its hands, so that neither
    // one that comes later nor a second one given back meanwhile can take its turn.
    class Waiter {
      public:
        Waiter(State& state, std::chrono::steady_clock::time_point deadline)
            : timer{state.executor, deadline}, state_(state) {
            state_.waiters.push_back(this);
        }
        // It may end, by time or by cancellation, with a connection it did not take.
        ~Waiter() {
            std::erase(state_.waiters, this);
            if (given) {
                state_.hand_on(std::move(given));
            }
        }
        Waiter(const Waiter&) = delete;
        Waiter& operator=(const Waiter&) = delete;

        asio::steady_timer timer; // cancelled when it was given a connection
        std::unique_ptr<Connection> given;

      private:
        State& state_;
    };

    asio::any_io_executor executor;
    PoolOptions options;
    std::vector<std::unique_ptr<Connection>> idle; // none while somebody waits
    std::size_t total{0};                          // idle, lent and given
    std::deque<Waiter*> waiters;

    // To the first who waits, else to the idle ones.
    void hand_on(std::unique_ptr<Connection> connection);
    // A connection of the pool, open or not.
    static asio::awaitable<Result<std::unique_ptr<Connection>>> take(std::shared_ptr<State> state);
    static asio::awaitable<Result<Lease>> acquire(std::shared_ptr<State> state);
};

void Pool::State::hand_on(std::unique_ptr<Connection> connection) {
    if (waiters.empty()) {
        idle.push_back(std::move(connection));
        return;
    }
    Waiter* const first = waiters.front();
    waiters.pop_front();
    first->given = std::move(connection);
    first->timer.cancel();
}

Pool::Lease::Lease(std::weak_ptr<State> pool, std::unique_ptr<Connection> connection)
    : pool_(std::move(pool)), connection_(std::move(connection)) {}

Pool::Lease& Pool::Lease::operator=(Lease&& other) noexcept {
    if (this != &other) {
        give_back();
        pool_ = std::move(other.pool_);
        connection_ = std::move(other.connection_);
    }
    return *this;
}

Pool::Lease::~Lease() {
    give_back();
}

void Pool::Lease::give_back() {
    if (!connection_) {
        return;
    }
    if (connection_->in_transaction()) {
        connection_->close();
    }
    if (const std::shared_ptr<State> state = pool_.lock()) {
        state->hand_on(std::move(connection_));
    }
    connection_.reset();
}

Pool::Pool(asio::any_io_executor executor, PoolOptions options)
    : state_(std::make_shared<State>(State{std::move(executor), std::move(options), {}, 0, {}})) {
    EMS_ASSERT(state_->options.connections_max > 0);
}

Pool::~Pool() = default;

asio::awaitable<Result<std::unique_ptr<Connection>>>
Pool::State::take(std::shared_ptr<State> state) {
    if (!state->idle.empty()) {
        auto connection = std::move(state->idle.back());
        state->idle.pop_back();
        co_return connection;
    }
    if (state->total < state->options.connections_max) {
        ++state->total;
        co_return std::make_unique<Connection>(state->executor, state->options.connection);
    }
    if (state->waiters.size() >= state->options.waiters_max) {
        co_return fail(Code::full, "too many wait for a database connection");
    }
    Waiter waiter{*state, std::chrono::steady_clock::now() + state->options.wait_limit};
    static_cast<void>(co_await waiter.timer.async_wait(asio::as_tuple(asio::use_awaitable)));
    if (!waiter.given) {
        co_return fail(Code::timeout, "no database connection became free");
    }
    co_return std::move(waiter.given);
}

asio::awaitable<Result<Pool::Lease>> Pool::State::acquire(std::shared_ptr<State> state) {
    auto connection = co_await take(state);
    if (!connection) {
        co_return Failure{std::move(connection).error()};
    }
    Lease lease{state, std::move(*connection)};
    if (!lease->is_open()) {
        if (auto opened = co_await lease->open(); !opened) {
            co_return Failure{std::move(opened).error()};
        }
    }
    co_return lease;
}

asio::awaitable<Result<Pool::Lease>> Pool::acquire() {
    return State::acquire(state_);
}

} // namespace ems::pg
