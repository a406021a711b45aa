// The proxy between real TCP sockets.
#include <atomic>
#include <chrono>
#include <future>
#include <random>
#include <thread>

#include <gtest/gtest.h>

#include "tests/support/child_process.h"
#include "tests/support/fault_proxy.h"
#include "tests/support_test/loopback.h"

namespace ems::test {
namespace {

using namespace std::chrono_literals;
using End = TcpSocket::Got::End;

constexpr std::uint64_t kSeed = 42;

std::string noise(std::size_t size) {
    std::mt19937_64 random{size};
    std::string out(size, '\0');
    for (char& byte : out) {
        byte = static_cast<char>(random());
    }
    return out;
}

class FaultTcpTest : public testing::Test {
  protected:
    struct Pair {
        TcpSocket client, server;
    };

    FaultTcpTest()
        : proxy_(FaultProxy::start({.target_port = target_.port(), .seed = kSeed}).value()) {}

    Pair pair() {
        Pair out{TcpSocket::connected(proxy_->port()), target_.accept()};
        EXPECT_TRUE(out.client.ok() && out.server.ok());
        return out;
    }
    void expect_nothing_to_read(const TcpSocket& socket) { EXPECT_FALSE(socket.readable(0ms)); }

    TcpListener target_;
    std::unique_ptr<FaultProxy> proxy_;
};

TEST_F(FaultTcpTest, CarriesBothWaysByteForByteUnderDelayAndJitter) {
    proxy_->set({.delay = 2ms, .jitter = 5ms});
    Pair link = pair();
    const std::string up = noise(3'000'000);
    const std::string down = noise(2'000'000);
    auto sender = std::async(std::launch::async, [&] { return link.client.send(up); });
    auto answerer = std::async(std::launch::async, [&] { return link.server.send(down); });
    auto reader = std::async(std::launch::async, [&] { return link.client.receive(down.size()); });
    EXPECT_EQ(link.server.receive(up.size()).bytes, up);
    EXPECT_EQ(reader.get().bytes, down);
    EXPECT_TRUE(sender.get() && answerer.get());
    EXPECT_TRUE(eventually(
        [&] {
            const FaultStatus status = proxy_->status();
            return status.up.bytes_out == up.size() && status.down.bytes_out == down.size();
        },
        10s));
    EXPECT_EQ(proxy_->status().up.bytes_in, up.size());
    EXPECT_GT(proxy_->status().up.delayed, 0U);
}

TEST_F(FaultTcpTest, TheEndOfOneDirectionComesBehindItsBytesAndLeavesTheOtherOpen) {
    proxy_->set(Direction::up, {.delay = 30ms});
    Pair link = pair();
    link.client.send("question");
    link.client.finish();
    const auto got = link.server.receive_all();
    EXPECT_EQ(got.bytes, "question");
    EXPECT_EQ(got.end, End::fin);
    link.server.send("answer");
    link.server.close();
    const auto answer = link.client.receive_all();
    EXPECT_EQ(answer.bytes, "answer");
    EXPECT_EQ(answer.end, End::fin);
    EXPECT_TRUE(eventually([&] { return proxy_->status().open == 0; }, 10s));
}

TEST_F(FaultTcpTest, DelaysByAtLeastWhatIsSet) {
    proxy_->set({.delay = 40ms});
    Pair link = pair();
    const auto start = std::chrono::steady_clock::now();
    link.client.send("ping");
    EXPECT_EQ(link.server.receive(4).bytes, "ping");
    link.server.send("pong");
    EXPECT_EQ(link.client.receive(4).bytes, "pong");
    EXPECT_GE(std::chrono::steady_clock::now() - start, 80ms);
}

TEST_F(FaultTcpTest, KeepsTheRate) {
    proxy_->set(Direction::up, {.rate_bytes_per_s = 200'000, .burst_bytes = 2'000});
    Pair link = pair();
    const auto start = std::chrono::steady_clock::now();
    auto sender = std::async(std::launch::async, [&] { return link.client.send(noise(100'000)); });
    EXPECT_EQ(link.server.receive(100'000).bytes, noise(100'000));
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    EXPECT_GE(seconds, (100'000.0 - 2'000) / 200'000 - 0.001);
    EXPECT_TRUE(sender.get());
}

TEST_F(FaultTcpTest, ASlowLinkPushesBackInsteadOfGrowing) {
    proxy_->set(Direction::up, {.rate_bytes_per_s = 1'000, .queue_bytes = 20'000});
    Pair link = pair();
    const std::string block = noise(100'000);
    std::size_t sent = 0;
    pollfd wait{link.client.fd(), POLLOUT, 0};
    while (sent < (64U << 20U) && poll(&wait, 1, 300) > 0) {
        const ssize_t size =
            ::send(link.client.fd(), block.data(), block.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        sent += size > 0 ? static_cast<std::size_t>(size) : 0;
    }
    EXPECT_LT(sent, 64U << 20U) << "the sender was stopped";
    const FaultCounters up = proxy_->status().up;
    EXPECT_GT(up.bytes_in, 15'000U);
    EXPECT_LE(up.bytes_in - up.bytes_out, 20'000U + 1'500 + 1'460);
}

TEST_F(FaultTcpTest, AReaderThatDoesNotReadBoundsWhatIsHeldForIt) {
    Pair link = pair();
    const std::string block = noise(1'000'000);
    std::size_t sent = 0;
    pollfd wait{link.client.fd(), POLLOUT, 0};
    while (sent < (64U << 20U) && poll(&wait, 1, 300) > 0) {
        const ssize_t size =
            ::send(link.client.fd(), block.data(), block.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        sent += size > 0 ? static_cast<std::size_t>(size) : 0;
    }
    EXPECT_LT(sent, 64U << 20U);
    const FaultCounters up = proxy_->status().up;
    EXPECT_LE(up.bytes_in - up.bytes_out, (4U << 20U) + 65'536 + 16'384);
}

TEST_F(FaultTcpTest, CutsAfterExactlyTheBytesSet) {
    for (const std::uint64_t limit : {0U, 1U, 1'000U, 16'384U, 65'537U, 300'000U}) {
        Faults faults;
        faults.cut_after_bytes = limit;
        proxy_->set(Direction::up, faults);
        Pair link = pair();
        const std::uint64_t cut_before = proxy_->status().up.cut;
        const std::string bytes = noise(400'000);
        auto sender = std::async(std::launch::async, [&] { (void)link.client.send(bytes); });
        const auto got = link.server.receive_all();
        EXPECT_TRUE(got.bytes == bytes.substr(0, limit)) << limit << " got " << got.bytes.size();
        EXPECT_EQ(got.end, End::fin);
        link.server.close();
        sender.get();
        EXPECT_NE(link.client.receive_all().end, End::open) << "the sender learns of it, too";
        link.client.close();
        EXPECT_EQ(proxy_->status().up.cut, cut_before + 1);
        EXPECT_TRUE(eventually([&] { return proxy_->status().open == 0; }, 10s));
    }
}

TEST_F(FaultTcpTest, CutsBehindTheLastByteWithoutWaitingForAnother) {
    Faults faults;
    faults.cut_after_bytes = 5;
    proxy_->set(Direction::up, faults);
    Pair link = pair();
    link.client.send("exact");
    const auto got = link.server.receive_all();
    EXPECT_EQ(got.bytes, "exact");
    EXPECT_EQ(got.end, End::fin);
}

TEST_F(FaultTcpTest, CutsTheWayBackToo) {
    Faults faults;
    faults.cut_after_bytes = 10;
    proxy_->set(Direction::down, faults);
    Pair link = pair();
    link.client.send("more than ten bytes of a request");
    EXPECT_EQ(link.server.receive(32).bytes.size(), 32U);
    link.server.send("more than ten bytes");
    EXPECT_EQ(link.client.receive_all().bytes, "more than ");
}

TEST_F(FaultTcpTest, InABlackHoleBytesAreTakenNothingComesAndBothSidesStayUp) {
    Pair link = pair();
    link.client.send("before");
    EXPECT_EQ(link.server.receive(6).bytes, "before");
    proxy_->black_hole();
    EXPECT_TRUE(link.client.send(noise(1'000'000))) << "the sender notices nothing";
    EXPECT_TRUE(link.server.send(noise(1'000'000)));
    TcpSocket late = TcpSocket::connected(proxy_->port());
    ASSERT_TRUE(late.ok());
    EXPECT_TRUE(late.send("hello?"));
    ASSERT_TRUE(eventually(
        [&] {
            const FaultStatus status = proxy_->status();
            return status.up.bytes_in == 1'000'012 && status.down.bytes_in == 1'000'000;
        },
        10s));
    proxy_->heal();
    link.client.send("after");
    Pair fresh = pair();
    fresh.client.send("fresh");
    EXPECT_EQ(fresh.server.receive(5).bytes, "fresh") << "new connections work";
    // What the old ones sent came before that, were it delivered at all.
    expect_nothing_to_read(link.server);
    expect_nothing_to_read(link.client);
    EXPECT_FALSE(target_.accept(0ms).ok()) << "the one made meanwhile never arrives";
    EXPECT_TRUE(eventually([&] { return proxy_->status().up.bytes_out == 11; }, 10s));
    EXPECT_EQ(proxy_->status().open, 3U);
}

TEST_F(FaultTcpTest, AnEndInABlackHoleStaysUnknownToTheFarSide) {
    Pair orderly = pair();
    Pair broken = pair();
    proxy_->black_hole();
    orderly.client.close();
    const linger at_once{1, 0};
    setsockopt(broken.client.fd(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    broken.client.close();
    Pair* both[] = {&orderly, &broken};
    for (Pair* link : both) {
        EXPECT_TRUE(link->server.send("are you there?"));
    }
    ASSERT_TRUE(eventually([&] { return proxy_->status().down.swallowed >= 2; }, 10s));
    proxy_->heal();
    Pair fresh = pair();
    fresh.client.send("fresh");
    EXPECT_EQ(fresh.server.receive(5).bytes, "fresh");
    for (Pair* link : both) {
        expect_nothing_to_read(link->server);
        link->server.close();
    }
    EXPECT_TRUE(eventually([&] { return proxy_->status().open == 1; }, 10s))
        << "forgotten when both sides are gone";
}

TEST_F(FaultTcpTest, AConnectionThatWasSilentInABlackHoleGoesOn) {
    Pair link = pair();
    link.client.send("1");
    EXPECT_EQ(link.server.receive(1).bytes, "1");
    proxy_->black_hole();
    proxy_->heal();
    link.client.send("2");
    EXPECT_EQ(link.server.receive(1).bytes, "2");
}

TEST_F(FaultTcpTest, ABlackHoleOfOneDirectionLeavesTheOther) {
    Pair link = pair();
    Faults dark;
    dark.passage = Passage::black_hole;
    proxy_->set(Direction::up, dark);
    link.client.send("unheard");
    link.server.send("heard");
    EXPECT_EQ(link.client.receive(5).bytes, "heard");
    ASSERT_TRUE(eventually([&] { return proxy_->status().up.swallowed == 1; }, 10s));
    expect_nothing_to_read(link.server);
}

TEST_F(FaultTcpTest, WhatTheNearSideRefusesDoesNotReachTheFarOneOverABlackHole) {
    Pair link = pair();
    Faults dark;
    dark.passage = Passage::black_hole;
    proxy_->set(Direction::up, dark);
    const linger at_once{1, 0};
    setsockopt(link.client.fd(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    link.client.close();
    ASSERT_TRUE(eventually(
        [&] {
            EXPECT_TRUE(link.server.send("?"));
            return proxy_->status().down.swallowed > 0;
        },
        10s));
    expect_nothing_to_read(link.server);
}

TEST_F(FaultTcpTest, AHoldDeliversEverythingWhenItEndsAndPushesBackMeanwhile) {
    Pair link = pair();
    proxy_->pass(Passage::hold);
    const std::string bytes = noise(2'000'000);
    auto sender = std::async(std::launch::async, [&] { return link.client.send(bytes); });
    ASSERT_TRUE(eventually([&] { return proxy_->status().up.bytes_in >= 65'536; }, 10s));
    expect_nothing_to_read(link.server);
    EXPECT_EQ(proxy_->status().up.bytes_in, 65'536U);
    proxy_->pass(Passage::open);
    EXPECT_EQ(link.server.receive(bytes.size()).bytes, bytes);
    EXPECT_TRUE(sender.get());
}

TEST_F(FaultTcpTest, RefusesNewConnectionsAndKeepsTheOldUntilItAcceptsAgain) {
    Pair link = pair();
    proxy_->refuse();
    EXPECT_FALSE(TcpSocket::connected(proxy_->port()).ok());
    link.client.send("still");
    EXPECT_EQ(link.server.receive(5).bytes, "still");
    proxy_->accept();
    proxy_->accept();
    Pair again = pair();
    again.client.send("again");
    EXPECT_EQ(again.server.receive(5).bytes, "again");
    proxy_->refuse();
    proxy_->heal();
    EXPECT_TRUE(pair().client.ok());
}

TEST_F(FaultTcpTest, EndsConnectionsInOrderOrByReset) {
    Pair orderly = pair();
    proxy_->end_connections(Ending::orderly);
    EXPECT_EQ(orderly.client.receive_all().end, End::fin);
    EXPECT_EQ(orderly.server.receive_all().end, End::fin);
    Pair broken = pair();
    proxy_->end_connections(Ending::reset);
    EXPECT_EQ(broken.client.receive_all().end, End::reset);
    EXPECT_EQ(broken.server.receive_all().end, End::reset);
    EXPECT_TRUE(pair().client.ok()) << "new ones are welcome";
}

TEST_F(FaultTcpTest, AResetOfOneSideReachesTheOther) {
    Pair link = pair();
    link.client.send("x");
    EXPECT_EQ(link.server.receive(1).bytes, "x");
    const linger at_once{1, 0};
    setsockopt(link.client.fd(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    link.client.close();
    EXPECT_EQ(link.server.receive_all().end, End::reset);
}

TEST_F(FaultTcpTest, CorruptsTheBitsThatTheSeedChooses) {
    const std::string bytes = noise(500'000);
    for (std::uint64_t connection = 1; connection <= 2; ++connection) {
        proxy_->set(Direction::up, {.corrupt = 0.1});
        Pair link = pair();
        auto sender = std::async(std::launch::async, [&] { (void)link.client.send(bytes); });
        std::vector<std::uint8_t> expected(bytes.begin(), bytes.end());
        StreamCorruption corruption{derived_seed(kSeed, 2 * connection)};
        EXPECT_GT(corruption.apply(expected, 0.1), 20U);
        const auto got = link.server.receive(bytes.size()).bytes;
        EXPECT_TRUE(
            std::equal(got.begin(), got.end(), expected.begin(), expected.end(),
                       [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; }));
        sender.get();
    }
    EXPECT_GT(proxy_->status().up.corrupted, 40U);
}

TEST_F(FaultTcpTest, AnAbsentTargetEndsTheConnection) {
    target_.close();
    TcpSocket client = TcpSocket::connected(proxy_->port());
    EXPECT_NE(client.receive_all().end, End::open);
    EXPECT_EQ(proxy_->status().refused, 1U);
    EXPECT_TRUE(eventually([&] { return proxy_->status().open == 0; }, 10s));
}

TEST_F(FaultTcpTest, GoesAwayAtOnceWithConnectionsUnderWay) {
    proxy_->set({.delay = 1min});
    Pair link = pair();
    link.client.send("never delivered");
    ASSERT_TRUE(eventually([&] { return proxy_->status().up.bytes_in > 0; }, 10s));
    const auto start = std::chrono::steady_clock::now();
    proxy_.reset();
    EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
    EXPECT_NE(link.client.receive_all().end, End::open);
}

TEST_F(FaultTcpTest, SettingsMayChangeFromManyThreadsWhileBytesFlow) {
    Pair link = pair();
    std::atomic<bool> done{false};
    std::vector<std::thread> threads;
    for (int t = 0; t < 3; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; !done; ++i) {
                proxy_->set({.delay = std::chrono::microseconds{t * (i % 100)},
                             .rate_bytes_per_s = i % 3 == 0 ? 50'000'000U : 0U});
                proxy_->pass(i % 5 == 0 ? Passage::hold : Passage::open);
                std::this_thread::yield();
            }
            proxy_->pass(Passage::open);
        });
    }
    const std::string bytes = noise(3'000'000);
    auto sender = std::async(std::launch::async, [&] { return link.client.send(bytes); });
    EXPECT_EQ(link.server.receive(bytes.size()).bytes, bytes);
    done = true;
    for (std::thread& thread : threads) {
        thread.join();
    }
    EXPECT_TRUE(sender.get());
}

} // namespace
} // namespace ems::test
