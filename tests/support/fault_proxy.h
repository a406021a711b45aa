// A bad network in user space between a client and a target on loopback, for tests and benches: TCP
// or UDP. What it does is decided by FaultPlan (fault_plan.h) from a seed, which start() prints on
// standard error; sockets only execute it.
//
//     const auto proxy =
//         FaultProxy::start({.transport = Transport::udp, .target_port = 9000}).value();
//     proxy->set({.delay = 30ms, .loss = 0.05});               // both directions
//     proxy->set(Direction::up, {.rate_bytes_per_s = 16'000}); // one of them
//     ... clients talk to proxy->port() ...
//     proxy->black_hole();  ...  proxy->heal();
//
// One proxy is one link: all its connections and clients share the token bucket and, on UDP, the
// plan of a direction.
//
// UDP: each client address gets a socket of its own towards the target, at most kPeersMax. The n-th
// packet of a direction meets the same fate in every run with the same seed.
//
// TCP: the handshake itself is not delayed. A connection that lost a byte in a black hole is dead
// for ever, as its stream has a hole: it stays up on both sides and delivers nothing, an end
// included, and heal() helps only new connections. One that is taken in meanwhile is dead, too.
// Bits flipped by `corrupt` depend on the seed, the connection's number and the position in the
// stream. Beside queue_bytes the kernel buffers up to 32 KiB on the way in.
//
// Settings may be changed at any time from any thread and apply to what comes in after the call;
// what is on its way keeps its time, but meets a hold or a black hole that begins before its
// delivery.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "telemetry/base/result.h"
#include "tests/support/fault_plan.h"

namespace ems::test {

enum class Ending {
    orderly, // FIN to both sides; what is on its way is dropped
    reset,   // RST to both sides
};

// Of one direction, since the start. A packet on TCP is a read of the proxy.
struct FaultCounters {
    std::uint64_t packets_in{0};
    std::uint64_t bytes_in{0};
    std::uint64_t packets_out{0};
    std::uint64_t bytes_out{0};
    std::uint64_t delayed{0}; // not delivered at once
    std::uint64_t lost{0};
    std::uint64_t duplicated{0};
    std::uint64_t reordered{0};  // delivered behind a packet that came later
    std::uint64_t corrupted{0};  // bits flipped
    std::uint64_t overflowed{0}; // the bucket's queue, or the kernel, had no room
    std::uint64_t swallowed{0};  // by a black hole, a cut direction (UDP), a dead connection (TCP)
    std::uint64_t cut{0};        // connections ended by cut_after_bytes; UDP: 1 when it took effect

    // UDP: packets on their way now.
    [[nodiscard]] std::uint64_t in_flight() const {
        return packets_in + duplicated - packets_out - lost - overflowed - swallowed;
    }
};

struct FaultStatus {
    FaultCounters up;
    FaultCounters down;
    std::uint64_t peers{0};   // connections (TCP), clients (UDP) made
    std::uint64_t open{0};    // of them, present now
    std::uint64_t refused{0}; // beyond kPeersMax, or the target did not answer
};

class FaultProxy {
  public:
    static constexpr std::size_t kPeersMax = 256;
    struct Options {
        Transport transport{Transport::tcp};
        std::uint16_t listen_port{0}; // 0: one that is free
        std::uint16_t target_port{0};
        std::string listen_host{"127.0.0.1"}; // numeric
        std::string target_host{"127.0.0.1"};
        Faults up{}; // from the first packet on
        Faults down{};
        std::optional<std::uint64_t> seed{}; // absent: that of EMS_FAULT_SEED, or else a random one
    };
    // Listens when it returns. Errors: config (an address), busy (the port is in use), io; those of
    // check().
    static Result<std::unique_ptr<FaultProxy>> start(const Options& options);
    // Ends every connection.
    ~FaultProxy();
    FaultProxy(const FaultProxy&) = delete;
    FaultProxy& operator=(const FaultProxy&) = delete;

    [[nodiscard]] std::uint16_t port() const;
    [[nodiscard]] std::uint64_t seed() const;
    [[nodiscard]] Transport transport() const;

    // Asserts on what check() refuses.
    void set(Direction direction, const Faults& faults);
    void set(const Faults& both);
    [[nodiscard]] Faults faults(Direction direction) const;
    // Of both directions, other settings kept.
    void pass(Passage passage);
    void black_hole() { pass(Passage::black_hole); }
    // Every setting off in both directions, new connections accepted.
    void heal();
    // TCP: new connections are refused from the return of the call on (nobody listens), until
    // accept().
    void refuse();
    void accept();
    // Present ones; done when it returns. UDP: forgets every client.
    void end_connections(Ending how);

    [[nodiscard]] FaultStatus status() const;

  private:
    class Body;
    explicit FaultProxy(std::unique_ptr<Body> body);
    std::unique_ptr<Body> body_;
};

} // namespace ems::test
