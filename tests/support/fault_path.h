// Inside of FaultProxy: what its thread shares with its owner, and what executes one transport. Not
// for tests.
#pragma once

#include <array>
#include <memory>
#include <mutex>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>

#include "tests/support/fault_proxy.h"

namespace ems::test {

// Settings and counters; from any thread.
class FaultBoard {
  public:
    [[nodiscard]] Faults faults(Direction direction) const {
        const std::lock_guard lock{mutex_};
        return faults_.at(index(direction));
    }
    template <class Change> void change(Direction direction, Change change) {
        const std::lock_guard lock{mutex_};
        change(faults_.at(index(direction)));
    }
    template <class Count> void count(Direction direction, Count count) {
        const std::lock_guard lock{mutex_};
        count(direction == Direction::up ? status_.up : status_.down);
    }
    template <class Count> void count_peers(Count count) {
        const std::lock_guard lock{mutex_};
        count(status_);
    }
    [[nodiscard]] FaultStatus status() const {
        const std::lock_guard lock{mutex_};
        return status_;
    }

  private:
    static std::size_t index(Direction direction) { return direction == Direction::up ? 0 : 1; }
    mutable std::mutex mutex_;
    std::array<Faults, 2> faults_;
    FaultStatus status_;
};

struct FaultAddresses {
    boost::asio::ip::address listen;
    std::uint16_t listen_port{0};
    boost::asio::ip::address target;
    std::uint16_t target_port{0};
};

// On the proxy's thread, but for listen(), which comes before that runs.
class FaultPath {
  public:
    virtual ~FaultPath() = default;
    virtual Result<void> listen() = 0;
    virtual void refuse() = 0;
    // Settings changed.
    virtual void wake() = 0;
    virtual void end(Ending how) = 0;
    virtual void stop() = 0;
};

// `io` and `board` outlive the path.
std::unique_ptr<FaultPath> make_tcp_path(boost::asio::io_context& io, FaultBoard& board,
                                         const FaultAddresses& addresses, std::uint64_t seed);
std::unique_ptr<FaultPath> make_udp_path(boost::asio::io_context& io, FaultBoard& board,
                                         const FaultAddresses& addresses, std::uint64_t seed);

} // namespace ems::test
