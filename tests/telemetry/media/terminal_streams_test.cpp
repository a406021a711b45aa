// The listener of terminals' streams with real connections, a real hub and a fake database's list.
#include "telemetry/media/terminal_streams.h"

#include <algorithm>
#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <vector>

#include "telemetry/gateway/stream1078.h"
#include "tests/support/fake_clock.h"
#include "tests/support/free_port.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

namespace ems::media {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using Tcp = asio::ip::tcp;
using gateway::Fragment;
using gateway::StreamData;

const std::string kKeyFrame{"\0\0\0\1\x67\x42\0\0\0\1\x65key", 14};
const std::string kPicture{"\0\0\0\1\x41picture", 12};

// A terminal's connection, driven by the same event loop as the listener.
class Terminal {
  public:
    Terminal(asio::io_context& context, std::uint16_t port, const char* from = "127.0.0.1")
        : socket_(context) {
        socket_.open(Tcp::v4());
        socket_.bind({asio::ip::make_address_v4(from), 0});
        socket_.connect({asio::ip::address_v4::loopback(), port});
        socket_.async_read_some(asio::buffer(&byte_, 1),
                                [this](boost::system::error_code error, std::size_t) {
                                    closed = static_cast<bool>(error);
                                });
    }
    void send(StreamData data, const std::string& body, Fragment fragment = Fragment::whole) {
        gateway::StreamPacket packet;
        packet.payload_type = payload_type;
        packet.seq = seq++;
        packet.sim = gateway::Phone::parse(number).value();
        packet.channel = channel;
        packet.data = data;
        packet.fragment = fragment;
        packet.time_ms = time_ms += 66;
        packet.body = body;
        boost::system::error_code ignored;
        asio::write(socket_, asio::buffer(gateway::encode(packet)), ignored);
    }
    // Two: the first alone does not tell the size of its number.
    void begin() {
        send(StreamData::i_frame, kKeyFrame);
        send(StreamData::p_frame, kPicture);
    }

    std::string number{"013511221122"};
    std::uint8_t channel{1};
    std::uint8_t payload_type{gateway::payload::kH264};
    std::uint16_t seq{0};
    std::uint64_t time_ms{0x19D00D0FB40};
    bool closed{false};

  private:
    Tcp::socket socket_;
    char byte_{};
};

class TerminalStreamsTest : public testing::Test {
  protected:
    TerminalStreamsTest()
        : hub_(HubLimits{}, [this](const Hub::MediaPacket& packet) {
              EXPECT_EQ(packet.camera, camera_);
              ++recorded_;
              lost_ += packet.lost;
          }) {
        EXPECT_TRUE(relay_.bind("127.0.0.1", test::free_port()));
        listen(4);
    }
    ~TerminalStreamsTest() override {
        streams_->stop();
        relay_.stop();
        context_.run_for(1s);
    }
    void listen(std::size_t connections_max) {
        TerminalStreamsConfig config;
        config.address = "127.0.0.1";
        config.connections_max = connections_max;
        config.known_within = 60s;
        streams_ = std::make_unique<TerminalStreams>(
            context_.get_executor(), config, hub_, relay_, clock_,
            [this](const CameraKey& camera, std::uint8_t payload_type, std::uint64_t,
                   std::string_view body) {
                EXPECT_EQ(camera, camera_);
                EXPECT_EQ(payload_type, gateway::payload::kG711A);
                sound_ += body;
            });
        EXPECT_TRUE(streams_->start());
    }
    [[nodiscard]] bool until(const std::function<bool()>& condition) {
        const auto limit = std::chrono::steady_clock::now() + 20s;
        while (!condition() && std::chrono::steady_clock::now() < limit) {
            context_.run_one_for(20ms);
        }
        return condition();
    }
    void want(TerminalChannel::Wanted wanted = TerminalChannel::Wanted::yes,
              const std::string& address = "127.0.0.1") {
        streams_->apply({{"13511221122", 1, camera_, address, wanted}});
    }
    std::unique_ptr<Terminal> connect(const char* from = "127.0.0.1") {
        return std::make_unique<Terminal>(context_, streams_->port(), from);
    }
    [[nodiscard]] TerminalWant::Flow flow() const {
        const auto wants = streams_->wants();
        return wants.empty() ? TerminalWant::Flow::waited_for : wants.front().flow;
    }

    const CameraKey camera_{"amb-1", "cabin"};
    int recorded_{0};
    std::uint32_t lost_{0};
    std::string sound_;
    test::FakeClock clock_;
    asio::io_context context_{1};
    Hub hub_;
    UdpRelay relay_{context_.get_executor(), hub_};
    std::unique_ptr<TerminalStreams> streams_;
};

TEST_F(TerminalStreamsTest, AStreamThatIsWantedReachesTheHub) {
    want();
    EXPECT_EQ(flow(), TerminalWant::Flow::waited_for);
    const auto terminal = connect();
    terminal->begin();
    ASSERT_TRUE(until([&] { return recorded_ == 3; }));
    EXPECT_EQ(flow(), TerminalWant::Flow::flows);
    EXPECT_TRUE(streams_->take_changed());
    EXPECT_FALSE(streams_->take_changed());
    terminal->send(StreamData::i_frame, kKeyFrame.substr(0, 5), Fragment::first);
    terminal->send(StreamData::i_frame, kKeyFrame.substr(5), Fragment::last);
    EXPECT_TRUE(until([&] { return recorded_ == 5; }));
    EXPECT_FALSE(terminal->closed);
}

TEST_F(TerminalStreamsTest, SoundIsTakenWhileItIsRecorded) {
    TerminalChannel channel{"13511221122",
                            1,
                            camera_,
                            "127.0.0.1",
                            TerminalChannel::Wanted::yes,
                            TerminalChannel::Sound::not_taken};
    streams_->apply({channel});
    const auto terminal = connect();
    terminal->begin();
    ASSERT_TRUE(until([&] { return recorded_ == 3; }));
    const auto say = [&](const std::string& body) {
        terminal->payload_type = gateway::payload::kG711A;
        terminal->send(StreamData::audio, body);
        terminal->payload_type = gateway::payload::kH264;
        terminal->send(StreamData::p_frame, kPicture);
    };
    say("private");
    ASSERT_TRUE(until([&] { return recorded_ == 4; }));
    channel.sound = TerminalChannel::Sound::taken;
    streams_->apply({channel});
    say("help");
    ASSERT_TRUE(until([&] { return recorded_ == 5; }));
    EXPECT_EQ(sound_, "help");
}

TEST_F(TerminalStreamsTest, LostNumbersAreToldAndTheirPicturesLeftOut) {
    want();
    const auto terminal = connect();
    terminal->begin();
    ASSERT_TRUE(until([&] { return recorded_ == 3; }));
    terminal->seq += 2;
    terminal->send(StreamData::p_frame, kPicture);
    terminal->send(StreamData::i_frame, kKeyFrame);
    ASSERT_TRUE(until([&] { return recorded_ == 5; }));
    EXPECT_EQ(lost_, 2U);
    EXPECT_EQ(streams_->figures().packets_lost, 2U);
}

TEST_F(TerminalStreamsTest, WhatNobodyAskedForIsRefused) {
    want();
    const auto stranger = connect();
    stranger->number = "013511220000";
    stranger->begin();
    EXPECT_TRUE(until([&] { return stranger->closed; })) << "another terminal's number";
    const auto channel = connect();
    channel->channel = 2;
    channel->begin();
    EXPECT_TRUE(until([&] { return channel->closed; })) << "another channel";
    want(TerminalChannel::Wanted::no);
    const auto late = connect();
    late->begin();
    EXPECT_TRUE(until([&] { return late->closed; })) << "wanted no longer";
    EXPECT_EQ(streams_->figures().connections_refused, 3U);
    EXPECT_EQ(recorded_, 0);
}

TEST_F(TerminalStreamsTest, AnotherAddressThanTheSessionsIsRefused) {
    want();
    const auto forged = connect("127.0.0.2");
    forged->begin();
    ASSERT_TRUE(until([&] { return streams_->figures().connections == 1; }));
    context_.run_for(100ms);
    clock_.advance(61s);
    want(); // looked at again
    EXPECT_TRUE(until([&] { return forged->closed; }));
    EXPECT_EQ(streams_->figures().connections_refused, 1U);
    EXPECT_EQ(recorded_, 0);
}

TEST_F(TerminalStreamsTest, AnAddressThatBecomesKnownAMomentLaterIsWaitedFor) {
    want(TerminalChannel::Wanted::yes, "");
    const auto terminal = connect();
    terminal->begin();
    ASSERT_TRUE(until([&] { return streams_->figures().connections == 1; }));
    context_.run_for(50ms);
    EXPECT_EQ(recorded_, 0);
    want();
    EXPECT_TRUE(until([&] { return recorded_ == 3; }));
}

TEST_F(TerminalStreamsTest, ASecondConnectionOfAStreamIsRefusedAndTheFirstGoesOn) {
    want();
    const auto first = connect();
    first->begin();
    ASSERT_TRUE(until([&] { return recorded_ == 3; }));
    const auto second = connect();
    second->begin();
    EXPECT_TRUE(until([&] { return second->closed; }));
    first->send(StreamData::p_frame, kPicture);
    EXPECT_TRUE(until([&] { return recorded_ == 4; }));
}

TEST_F(TerminalStreamsTest, AConnectionThatChangesItsChannelIsClosed) {
    want();
    const auto terminal = connect();
    terminal->begin();
    ASSERT_TRUE(until([&] { return recorded_ == 3; }));
    terminal->channel = 2;
    terminal->send(StreamData::p_frame, kPicture);
    EXPECT_TRUE(until([&] { return terminal->closed; }));
    EXPECT_EQ(recorded_, 3);
    EXPECT_EQ(flow(), TerminalWant::Flow::waited_for);
}

TEST_F(TerminalStreamsTest, AnotherEncodingIsRefusedAndSaid) {
    want();
    const auto terminal = connect();
    terminal->payload_type = gateway::payload::kH265;
    terminal->begin();
    EXPECT_TRUE(until([&] { return terminal->closed; }));
    ASSERT_EQ(streams_->wants().size(), 1U);
    EXPECT_EQ(streams_->wants()[0].problem, "H.265, not H.264");
    const auto better = connect();
    better->begin();
    EXPECT_TRUE(until([&] { return recorded_ == 3; }));
    EXPECT_EQ(streams_->wants()[0].problem, "");
}

TEST_F(TerminalStreamsTest, SilenceAndTheEndOfInterestCloseTheLine) {
    want();
    const auto silent = connect();
    silent->begin();
    ASSERT_TRUE(until([&] { return recorded_ == 3; }));
    clock_.advance(TerminalStreamsConfig{}.silence);
    streams_->tick();
    EXPECT_EQ(streams_->figures().connections, 1U);
    clock_.advance(1ms);
    streams_->tick();
    EXPECT_TRUE(until([&] { return silent->closed; }));

    const auto unwanted = connect();
    unwanted->begin();
    ASSERT_TRUE(until([&] { return recorded_ == 6; }));
    want(TerminalChannel::Wanted::no);
    clock_.advance(TerminalStreamsConfig{}.wanted_no_longer);
    streams_->tick();
    EXPECT_EQ(streams_->figures().connections, 1U) << "the terminal is told first";
    clock_.advance(1ms);
    streams_->tick();
    EXPECT_TRUE(until([&] { return unwanted->closed; }));
    EXPECT_TRUE(streams_->wants().empty());
}

TEST_F(TerminalStreamsTest, ConnectionsAreBounded) {
    std::vector<TerminalChannel> channels;
    std::vector<std::unique_ptr<Terminal>> terminals;
    for (std::uint8_t channel = 1; channel <= 4; ++channel) {
        channels.push_back({"13511221122",
                            channel,
                            {"amb-1", std::to_string(channel)},
                            "127.0.0.1",
                            TerminalChannel::Wanted::yes});
        terminals.push_back(connect());
        terminals.back()->channel = channel;
    }
    streams_->apply(channels);
    for (const auto& terminal : terminals) {
        terminal->send(StreamData::audio, "silence");
        terminal->send(StreamData::audio, "silence");
    }
    ASSERT_TRUE(until([&] {
        return std::all_of(channels.begin(), channels.end(), [&](const TerminalChannel& channel) {
            return hub_.counters(channel.camera).has_value();
        });
    })) << "their streams are known";
    terminals.push_back(connect());
    EXPECT_TRUE(until([&] { return terminals[4]->closed; }));
    EXPECT_EQ(streams_->figures().connections, 4U);
    for (std::size_t i = 0; i < 4; ++i) {
        EXPECT_FALSE(terminals[i]->closed) << "closed for a stranger: " << i;
    }
}

TEST_F(TerminalStreamsTest, AStrangerWhoHoldsAllPlacesDoesNotKeepATerminalOut) {
    want();
    std::vector<std::unique_ptr<Terminal>> strangers;
    for (int i = 0; i < 4; ++i) {
        strangers.push_back(connect("127.0.0.2"));
    }
    ASSERT_TRUE(until([&] { return streams_->figures().connections == 4; }));
    const auto terminal = connect();
    terminal->begin();
    ASSERT_TRUE(until([&] { return recorded_ == 3; }));
    EXPECT_TRUE(until([&] { return strangers[0]->closed; })) << "the oldest makes room";
    for (int i = 0; i < 4; ++i) { // comes again and again
        strangers.push_back(connect("127.0.0.2"));
    }
    EXPECT_TRUE(until([&] { return strangers[4]->closed; }));
    terminal->send(StreamData::p_frame, kPicture);
    EXPECT_TRUE(until([&] { return recorded_ == 4; }));
    EXPECT_FALSE(terminal->closed);
    EXPECT_EQ(streams_->figures().connections, 4U);
    EXPECT_EQ(streams_->figures().connections_refused, 5U);
}

TEST_F(TerminalStreamsTest, OneAddressHoldsEightPlacesBesideThoseOfItsStreams) {
    listen(64);
    want();
    const auto terminal = connect();
    terminal->begin();
    ASSERT_TRUE(until([&] { return recorded_ == 3; }));
    std::vector<std::unique_ptr<Terminal>> strangers;
    for (int i = 0; i < 9; ++i) {
        strangers.push_back(connect());
    }
    EXPECT_TRUE(until([&] { return strangers[8]->closed; }));
    EXPECT_EQ(streams_->figures().connections, 9U);
    EXPECT_FALSE(strangers[0]->closed);
    EXPECT_FALSE(terminal->closed);
}

TEST_F(TerminalStreamsTest, NothingIsHeldForOneThatSendsNoPacket) {
    const auto terminal = connect();
    ASSERT_TRUE(until([&] { return streams_->figures().connections == 1; }));
    clock_.advance(TerminalStreamsConfig{}.silence + 1ms);
    streams_->tick();
    EXPECT_TRUE(until([&] { return terminal->closed; }));
}

} // namespace
} // namespace ems::media
