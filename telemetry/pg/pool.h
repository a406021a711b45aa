// A few connections shared by the coroutines of one executor. Bounded: at most `connections_max`
// sessions and `waiters_max` coroutines waiting for one; beyond that acquire() fails at once with
// Code::full.
//
//     auto lease = co_await pool.acquire();
//     if (!lease) { co_return Failure{lease.error()}; }
//     auto rows = co_await (*lease)->query("select 1");
//
// Single-threaded like Connection. A lease given back inside a transaction closes its session, so
// nothing leaks into the next use.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "telemetry/pg/connection.h"

namespace ems::pg {

struct PoolOptions {
    Options connection;
    std::size_t connections_max{4};
    std::size_t waiters_max{256};
    std::chrono::milliseconds wait_limit{2000}; // for a free connection
};

class Pool {
    struct State;

  public:
    class Lease {
      public:
        Lease(Lease&&) noexcept = default;
        Lease& operator=(Lease&&) noexcept;
        ~Lease();
        Connection& operator*() const { return *connection_; }
        Connection* operator->() const { return connection_.get(); }

      private:
        friend class Pool;
        Lease(std::weak_ptr<State> pool, std::unique_ptr<Connection> connection);
        void give_back();
        std::weak_ptr<State> pool_;
        std::unique_ptr<Connection> connection_;
    };

    Pool(boost::asio::any_io_executor executor, PoolOptions options);
    ~Pool();
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    // An open connection. Errors: those of Connection::open, timeout (none became free), full.
    boost::asio::awaitable<Result<Lease>> acquire();

  private:
    std::shared_ptr<State>
        state_; // leases in coroutine frames may outlive the pool when the program stops
};

} // namespace ems::pg
