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
    asio::any_io_executor executor;
    PoolOptions options;
    std::vector<std::unique_ptr<Connection>> idle;
    std::size_t total{0};                    // idle and lent
    std::deque<asio::steady_timer*> waiters; // each stands in the frame of its coroutine

    static asio::awaitable<Result<Lease>> acquire(std::shared_ptr<State> state);
};

namespace {

// A place in the queue of waiters, left whichever way the coroutine ends.
class Place {
  public:
    Place(std::deque<asio::steady_timer*>& waiters, asio::steady_timer& timer)
        : waiters_(waiters), timer_(&timer) {
        waiters_.push_back(timer_);
    }
    ~Place() { std::erase(waiters_, timer_); }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

  private:
    std::deque<asio::steady_timer*>& waiters_;
    asio::steady_timer* timer_;
};

} // namespace

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
        state->idle.push_back(std::move(connection_));
        if (!state->waiters.empty()) {
            state->waiters.front()->cancel();
        }
    }
    connection_.reset();
}

Pool::Pool(asio::any_io_executor executor, PoolOptions options)
    : state_(std::make_shared<State>(State{std::move(executor), std::move(options), {}, 0, {}})) {
    EMS_ASSERT(state_->options.connections_max > 0);
}

Pool::~Pool() = default;

asio::awaitable<Result<Pool::Lease>> Pool::State::acquire(std::shared_ptr<State> state) {
    const auto deadline = std::chrono::steady_clock::now() + state->options.wait_limit;
    while (state->idle.empty() && state->total >= state->options.connections_max) {
        if (state->waiters.size() >= state->options.waiters_max) {
            co_return fail(Code::full, "too many wait for a database connection");
        }
        if (std::chrono::steady_clock::now() >= deadline) {
            co_return fail(Code::timeout, "no database connection became free");
        }
        asio::steady_timer timer{state->executor, deadline};
        const Place place{state->waiters, timer};
        static_cast<void>(co_await timer.async_wait(asio::as_tuple(asio::use_awaitable)));
    }
    std::unique_ptr<Connection> connection;
    if (state->idle.empty()) {
        connection = std::make_unique<Connection>(state->executor, state->options.connection);
        ++state->total;
    } else {
        connection = std::move(state->idle.back());
        state->idle.pop_back();
    }
    Lease lease{state, std::move(connection)};
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
