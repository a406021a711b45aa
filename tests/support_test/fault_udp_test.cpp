// The proxy between real UDP sockets: it does exactly what the plan of its seed decides.
#include <algorithm>
#include <chrono>
#include <map>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/child_process.h"
#include "tests/support/fault_proxy.h"
#include "tests/support_test/loopback.h"

namespace ems::test {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kSeed = 42;

class FaultUdpTest : public testing::Test {
  protected:
    FaultUdpTest()
        : proxy_(FaultProxy::start(
                     {.transport = Transport::udp, .target_port = target_.port(), .seed = kSeed})
                     .value()) {}

    static std::string text(std::size_t number) {
        return "packet " + std::to_string(number) + std::string(40, '.');
    }
    // Numbered packets, never more under way than the kernel's buffers hold.
    void send(std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            client_.send(proxy_->port(), text(sent_++));
            if (sent_ % 32 == 0 || i + 1 == count) {
                ASSERT_TRUE(
                    eventually([&] { return proxy_->status().up.packets_in == sent_; }, 10s));
            }
        }
    }
    std::vector<std::string> receive(std::size_t count) {
        std::vector<std::string> out;
        while (out.size() < count) {
            auto got = target_.receive();
            if (!got) {
                break;
            }
            out.push_back(std::move(got->first));
        }
        return out;
    }
    void expect_silence() { EXPECT_FALSE(target_.readable(0ms)); }
    // What the first `count` packets become, in order of delivery.
    static std::vector<std::string> predicted(const Faults& faults, std::size_t count) {
        FaultPlan plan{derived_seed(kSeed, 0)};
        std::vector<std::string> out;
        for (std::size_t i = 0; i < count; ++i) {
            std::string bytes = text(i);
            const auto verdict = plan.packet(bytes.size(), Ticks{}, faults);
            if (verdict.fate != FaultPlan::Fate::delivered) {
                continue;
            }
            if (verdict.flip) {
                bytes[verdict.flip->at] = static_cast<char>(
                    static_cast<std::uint8_t>(bytes[verdict.flip->at]) ^ verdict.flip->mask);
            }
            out.insert(out.end(), verdict.copies, bytes);
        }
        return out;
    }

    UdpSocket target_;
    UdpSocket client_;
    std::unique_ptr<FaultProxy> proxy_;
    std::size_t sent_{0};
};

TEST_F(FaultUdpTest, CarriesBothWaysAndKeepsClientsApart) {
    UdpSocket second;
    client_.send(proxy_->port(), "from the first");
    second.send(proxy_->port(), "from the second");
    std::map<std::string, std::uint16_t> ports;
    for (int i = 0; i < 2; ++i) {
        const auto got = target_.receive();
        ASSERT_TRUE(got);
        ports[got->first] = got->second;
    }
    target_.send(ports.at("from the second"), "to the second");
    target_.send(ports.at("from the first"), "to the first");
    EXPECT_EQ(client_.receive()->first, "to the first");
    EXPECT_EQ(second.receive()->first, "to the second");
    EXPECT_EQ(client_.readable(0ms), false);
    EXPECT_EQ(proxy_->status().peers, 2U);
    EXPECT_TRUE(eventually([&] { return proxy_->status().down.packets_out == 2; }, 10s));
}

TEST_F(FaultUdpTest, CarriesAnEmptyAndTheLargestDatagram) {
    const std::string largest(65'507, 'x');
    client_.send(proxy_->port(), "");
    EXPECT_EQ(target_.receive()->first, "");
    client_.send(proxy_->port(), largest);
    EXPECT_EQ(target_.receive()->first, largest);
}

TEST_F(FaultUdpTest, LosesDoublesAndCorruptsExactlyWhatTheSeedChooses) {
    const Faults faults{.loss = 0.2, .duplicate = 0.1, .corrupt = 0.15};
    proxy_->set(Direction::up, faults);
    send(1'000);
    const auto expected = predicted(faults, 1'000);
    EXPECT_EQ(receive(expected.size()), expected);
    expect_silence();
    const FaultCounters up = proxy_->status().up;
    EXPECT_EQ(up.packets_out, expected.size());
    EXPECT_NEAR(static_cast<double>(up.lost), 200, 60);
    EXPECT_NEAR(static_cast<double>(up.duplicated), 80, 40);
    EXPECT_NEAR(static_cast<double>(up.corrupted), 120, 50);
    EXPECT_EQ(up.in_flight(), 0U);
    EXPECT_EQ(up.reordered, 0U);
}

TEST_F(FaultUdpTest, DirectionsAreApart) {
    proxy_->set(Direction::up, {.loss = 1});
    client_.send(proxy_->port(), "lost");
    ASSERT_TRUE(eventually([&] { return proxy_->status().up.lost == 1; }, 10s));
    proxy_->set(Direction::up, {});
    proxy_->set(Direction::down, {.duplicate = 1});
    client_.send(proxy_->port(), "once");
    const auto got = target_.receive();
    ASSERT_TRUE(got);
    EXPECT_EQ(got->first, "once");
    target_.send(got->second, "twice");
    EXPECT_EQ(client_.receive()->first, "twice");
    EXPECT_EQ(client_.receive()->first, "twice");
    expect_silence();
}

TEST_F(FaultUdpTest, TheWayBackHasAPlanOfItsOwn) {
    client_.send(proxy_->port(), "hello");
    const auto hello = target_.receive();
    ASSERT_TRUE(hello);
    proxy_->set({.loss = 0.5});
    FaultPlan plan{derived_seed(kSeed, 1)};
    std::vector<std::string> expected;
    for (std::size_t i = 0; i < 100; ++i) {
        target_.send(hello->second, text(i));
        if (plan.packet(text(i).size(), Ticks{}, {.loss = 0.5}).fate ==
            FaultPlan::Fate::delivered) {
            expected.push_back(text(i));
        }
    }
    for (const std::string& one : expected) {
        EXPECT_EQ(client_.receive()->first, one);
    }
    EXPECT_FALSE(client_.readable(0ms));
}

TEST_F(FaultUdpTest, DelaysByAtLeastWhatIsSetAndKeepsTheOrderWithJitter) {
    proxy_->set(Direction::up, {.delay = 50ms, .jitter = 30ms});
    const auto start = std::chrono::steady_clock::now();
    send(200);
    const auto got = receive(200);
    EXPECT_GE(std::chrono::steady_clock::now() - start, 50ms);
    EXPECT_EQ(got, predicted({}, 200));
    EXPECT_EQ(proxy_->status().up.delayed, 200U);
    EXPECT_EQ(proxy_->status().up.reordered, 0U);
}

TEST_F(FaultUdpTest, HeldBackPacketsAreOvertaken) {
    proxy_->set(Direction::up, {.reorder = 0.2, .reorder_by = 200ms});
    send(100);
    auto got = receive(100);
    auto expected = predicted({}, 100);
    EXPECT_NE(got, expected);
    std::sort(got.begin(), got.end());
    std::sort(expected.begin(), expected.end());
    EXPECT_EQ(got, expected) << "every one once";
    EXPECT_GT(proxy_->status().up.reordered, 5U);
}

TEST_F(FaultUdpTest, ARateIsKeptAndWhatFindsNoRoomIsDropped) {
    const Faults faults{.rate_bytes_per_s = 10'000, .burst_bytes = 100, .queue_bytes = 2'000};
    proxy_->set(Direction::up, faults);
    const auto start = std::chrono::steady_clock::now();
    send(200); // about 10,000 bytes at once
    ASSERT_TRUE(eventually([&] { return proxy_->status().up.in_flight() == 0; }, 10s));
    const double elapsed_s =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    const FaultCounters up = proxy_->status().up;
    EXPECT_GT(up.overflowed, 50U);
    EXPECT_GE(up.bytes_out, 1'900U) << "one queue full";
    EXPECT_LE(static_cast<double>(up.bytes_out), 100 + 60 + elapsed_s * 10'000);
    EXPECT_EQ(receive(up.packets_out).size(), up.packets_out);
}

TEST_F(FaultUdpTest, ABlackHoleSwallowsWhatComesAndWhatWasOnItsWay) {
    proxy_->set(Direction::up, {.delay = 500ms});
    send(3);
    proxy_->black_hole();
    send(4);
    EXPECT_EQ(proxy_->status().up.swallowed, 4U) << "the other three are not due yet";
    EXPECT_TRUE(eventually([&] { return proxy_->status().up.swallowed == 7; }, 10s));
    proxy_->heal();
    client_.send(proxy_->port(), "after");
    EXPECT_EQ(target_.receive()->first, "after");
    expect_silence();
}

TEST_F(FaultUdpTest, ForgettingTheClientsDropsWhatIsOnItsWay) {
    proxy_->set(Direction::up, {.delay = 1min});
    send(3);
    proxy_->end_connections(Ending::orderly);
    EXPECT_EQ(proxy_->status().up.in_flight(), 0U);
    EXPECT_EQ(proxy_->status().open, 0U);
    proxy_->heal();
    client_.send(proxy_->port(), "after");
    EXPECT_EQ(target_.receive()->first, "after");
    expect_silence();
}

TEST_F(FaultUdpTest, AHoldDeliversEverythingInOrderWhenItEnds) {
    proxy_->pass(Passage::hold);
    send(50);
    EXPECT_EQ(proxy_->status().up.in_flight(), 50U);
    expect_silence();
    proxy_->pass(Passage::open);
    EXPECT_EQ(receive(50), predicted({}, 50));
}

TEST_F(FaultUdpTest, ABlackHoleThatBeginsWhileHeldTakesWhatIsHeld) {
    proxy_->pass(Passage::hold);
    send(5);
    proxy_->black_hole();
    EXPECT_TRUE(eventually([&] { return proxy_->status().up.swallowed == 5; }, 10s));
    expect_silence();
}

TEST_F(FaultUdpTest, ADirectionGoesDarkAfterItsBytes) {
    Faults faults;
    faults.cut_after_bytes = 2 * text(0).size() + 10;
    proxy_->set(Direction::up, faults);
    send(5);
    EXPECT_EQ(receive(2), predicted({}, 2));
    EXPECT_TRUE(eventually([&] { return proxy_->status().up.swallowed == 3; }, 10s));
    EXPECT_EQ(proxy_->status().up.cut, 1U);
    expect_silence();
    proxy_->heal();
    send(1);
    EXPECT_EQ(receive(1), std::vector<std::string>{text(5)});
}

TEST_F(FaultUdpTest, AnAbsentTargetDisturbsNobody) {
    target_.close();
    send(20);
    EXPECT_TRUE(eventually([&] { return proxy_->status().up.in_flight() == 0; }, 10s));
    target_ = UdpSocket{target_.port()};
    client_.send(proxy_->port(), "back");
    EXPECT_EQ(target_.receive()->first, "back");
}

TEST_F(FaultUdpTest, RefusesTheClientBeyondTheBound) {
    std::vector<UdpSocket> many;
    for (std::size_t i = 0; i < FaultProxy::kPeersMax + 3; ++i) {
        many.emplace_back().send(proxy_->port(), "hello");
    }
    ASSERT_TRUE(eventually(
        [&] {
            const FaultStatus status = proxy_->status();
            return status.peers + status.refused == many.size();
        },
        10s));
    EXPECT_EQ(proxy_->status().open, FaultProxy::kPeersMax);
    EXPECT_EQ(proxy_->status().refused, 3U);
}

TEST_F(FaultUdpTest, SettingsMayChangeFromManyThreadsWhilePacketsFly) {
    std::vector<std::thread> threads;
    for (int t = 0; t < 3; ++t) {
        threads.emplace_back([this, t] {
            for (int i = 0; i < 200; ++i) {
                proxy_->set(Direction::up,
                            {.delay = std::chrono::microseconds{t * i}, .loss = t == 0 ? 0.5 : 0});
                proxy_->pass(i % 10 == 0 ? Passage::hold : Passage::open);
                (void)proxy_->status();
            }
        });
    }
    send(500);
    for (std::thread& thread : threads) {
        thread.join();
    }
    proxy_->heal();
    EXPECT_TRUE(eventually([&] { return proxy_->status().up.in_flight() == 0; }, 10s));
}

TEST(FaultProxyStart, ItsSettingsHoldFromTheFirstPacketOn) {
    UdpSocket target;
    UdpSocket client;
    const auto proxy = FaultProxy::start({.transport = Transport::udp,
                                          .target_port = target.port(),
                                          .up = {.duplicate = 1},
                                          .down = {.loss = 1}})
                           .value();
    client.send(proxy->port(), "x");
    ASSERT_TRUE(target.receive());
    const auto copy = target.receive();
    ASSERT_TRUE(copy);
    target.send(copy->second, "y");
    EXPECT_TRUE(eventually([&] { return proxy->status().down.lost == 1; }, 10s));
}

TEST(FaultProxyStart, SaysWhatIsWrong) {
    EXPECT_EQ(FaultProxy::start({.target_port = 1, .listen_host = "localhost"}).error().code,
              Code::config);
    EXPECT_EQ(FaultProxy::start({.target_port = 1, .target_host = "::gg"}).error().code,
              Code::config);
    EXPECT_EQ(FaultProxy::start({.target_port = 1, .down = {.loss = 0.1}}).error().code,
              Code::invalid_argument);
    for (const Transport transport : {Transport::tcp, Transport::udp}) {
        const auto first = FaultProxy::start({.transport = transport, .target_port = 1}).value();
        const auto second = FaultProxy::start(
            {.transport = transport, .listen_port = first->port(), .target_port = 1});
        EXPECT_EQ(second.error().code, Code::busy);
    }
}

} // namespace
} // namespace ems::test
