// The relay's socket: more than one turn takes, and what comes after it.
#include <gtest/gtest.h>

#include <array>
#include <optional>

#include <boost/asio/io_context.hpp>

#include "telemetry/media/udp_relay.h"
#include "telemetry/video/udp_port.h"
#include "tests/support/free_port.h"

namespace ems::media {
namespace {

constexpr std::size_t kMoreThanATurn = 700; // a turn takes 256

// Sends each datagram back.
class Echo final : public DatagramHandler {
  public:
    Proof receive(std::span<std::uint8_t> datagram, const video::Endpoint& from, Ticks, Outbox& out) override {
        ++received;
        if (Outgoing* packet = out.add()) {
            packet->bytes[0] = datagram[0];
            packet->size = 1;
            packet->to = from;
            packet->viewer_ssrc = 0;
        }
        return Proof::key;
    }
    void tick(Ticks, Outbox&) override {}
    [[nodiscard]] std::optional<Ticks> next_due() const override { return std::nullopt; }
    void not_sent(const Outgoing&) override {}
    std::size_t received{0};
};

class UdpRelayTest : public testing::Test {
  protected:
    void SetUp() override {
        ASSERT_TRUE(relay_->bind("127.0.0.1", port_));
        relay_->start();
    }
    void send(std::size_t count) {
        const auto server = video::Endpoint::parse("127.0.0.1", port_).value();
        for (std::size_t i = 0; i < count; ++i) {
            ASSERT_TRUE(peer_.send(server, std::array<std::uint8_t, 1>{7}));
        }
    }
    bool answered() {
        std::array<std::uint8_t, 16> buffer{};
        return peer_.receive(buffer, std::chrono::milliseconds{0}).has_value();
    }
    const std::uint16_t port_{test::free_port()};
    boost::asio::io_context io_;
    Echo echo_;
    std::optional<UdpRelay> relay_{std::in_place, io_.get_executor(), echo_};
    video::UdpPort peer_{video::UdpPort::open().value()};
};

TEST_F(UdpRelayTest, TakesWhatIsMoreThanATurnHoldsAndThenWaitsAgain) {
    send(kMoreThanATurn);
    while (echo_.received < kMoreThanATurn && io_.run_one_for(std::chrono::seconds{10}) > 0) {
    }
    ASSERT_EQ(echo_.received, kMoreThanATurn);
    io_.poll();
    while (answered()) {
    }

    send(1);
    while (echo_.received == kMoreThanATurn && io_.run_one_for(std::chrono::seconds{10}) > 0) {
    }
    EXPECT_TRUE(answered());
}

TEST_F(UdpRelayTest, LetsOthersHaveTheirTurnWhileMoreIsThere) {
    send(kMoreThanATurn);
    ASSERT_EQ(io_.run_one_for(std::chrono::seconds{10}), 1U);
    EXPECT_LT(echo_.received, kMoreThanATurn);
    EXPECT_GT(echo_.received, 0U);
}

TEST_F(UdpRelayTest, StoppedBetweenTwoTurnsItReceivesNoMore) {
    send(kMoreThanATurn);
    io_.run_one_for(std::chrono::seconds{10});
    const std::size_t before = echo_.received;
    relay_->stop();
    io_.run_for(std::chrono::seconds{10}); // ends by itself: nothing is left to do
    EXPECT_EQ(echo_.received, before);
}

TEST_F(UdpRelayTest, GoneBetweenTwoTurnsItIsNotTouched) {
    send(kMoreThanATurn);
    io_.run_one_for(std::chrono::seconds{10});
    const std::size_t before = echo_.received;
    relay_.reset();
    io_.run_for(std::chrono::seconds{10});
    EXPECT_EQ(echo_.received, before);
}

} // namespace
} // namespace ems::media
