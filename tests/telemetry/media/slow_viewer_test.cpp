// A viewer by TLS who stops reading: nobody waits for him, no more is kept for him than his connection may hold, and when he
// reads again he soon sees the newest.
#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>

#include "telemetry/media/hub.h"
#include "telemetry/media/stream_relay.h"
#include "telemetry/media/tls_listener.h"
#include "telemetry/media/udp_relay.h"
#include "telemetry/video/framing.h"
#include "telemetry/video/h264_packets.h"
#include "telemetry/video/rtcp.h"
#include "telemetry/video/udp_port.h"
#include "tests/support/fault_proxy.h"
#include "tests/support/free_port.h"
#include "tests/support/temp_broker.h"

namespace ems::media {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const CameraKey kFront{"amb-zx01", "front"};
constexpr std::size_t kPictureBytes = 20'000;

std::string picture_of(std::string_view begin) {
    return std::string{begin} + std::string(kPictureBytes, 'x');
}

const std::string kKeyFrame = picture_of({"\0\0\0\1\x67\x42\0\0\0\1\x68\x42\0\0\0\1\x65", 17});
const std::string kOther = picture_of({"\0\0\0\1\x41", 5});

class SlowViewer : public testing::Test {
  protected:
    void SetUp() override {
        ASSERT_TRUE(hub_.open_feed(kFront));
        ASSERT_TRUE(relay_.bind("127.0.0.1", udp_port_));
        relay_.start();
        TlsListenerConfig config;
        config.port = tls_port_;
        config.files = {pki_.ca(), {}, pki_.certificate("srv-media-a"), pki_.key("srv-media-a")};
        listener_ = std::make_unique<TlsListener>(io_.get_executor(), config);
        listener_->add("ems-rtp", link::ClientCertificate::asked, streams_.serve());
        ASSERT_TRUE(listener_->start());
    }
    void TearDown() override {
        listener_->stop();
        relay_.stop();
    }
    template <class Holds> bool wait(Holds&& holds, milliseconds limit = seconds{20}) {
        const auto until = std::chrono::steady_clock::now() + limit;
        for (;;) {
            if (holds()) {
                return true;
            }
            if (std::chrono::steady_clock::now() >= until) {
                return false;
            }
            io_.restart();
            io_.run_one_for(milliseconds{20});
        }
    }
    // A viewer's first reports, as they leave him.
    std::array<std::vector<std::uint8_t>, 2> reports_of_new_viewer() {
        ViewerRight right;
        right.camera = kFront;
        right.grant = video::ViewerGrant::make();
        right.generation = 1;
        right.expires_us = INT64_MAX;
        EXPECT_TRUE(hub_.open_viewer(right));
        newest_grant_ = right.grant.grant_id;
        video::SrtpStream reports{right.grant.srtcp_key, right.grant.viewer_ssrc};
        std::array<std::vector<std::uint8_t>, 2> out;
        for (std::vector<std::uint8_t>& packet : out) {
            packet = video::make_receiver_report(right.grant.viewer_ssrc, {});
            const std::size_t size = packet.size();
            packet.resize(size + video::kSrtpOverhead);
            packet.resize(*reports.protect_rtcp(packet, size));
        }
        return out;
    }
    // Copies that left for viewers.
    std::uint64_t feed(const std::string& picture) {
        timestamp_ += 6'000;
        const std::uint64_t before = hub_.counters().relayed;
        relay_.send([&](Ticks now, Outbox& out) {
            packets_.push(picture, timestamp_, [&](std::span<std::uint8_t> packet) {
                hub_.feed(kFront, packet, 0, now, out);
            });
        });
        io_.restart();
        io_.poll();
        return hub_.counters().relayed - before;
    }
    bool connect() { return connect(tls_port_); }
    bool connect(std::uint16_t port) {
        tls_.load_verify_file(pki_.ca());
        tls_.set_verify_mode(boost::asio::ssl::verify_peer);
        boost::system::error_code error;
        auto& socket = client_.next_layer();
        socket.open(boost::asio::ip::tcp::v4(), error);
        socket.set_option(boost::asio::socket_base::receive_buffer_size(16'384), error);
        socket.connect({boost::asio::ip::make_address("127.0.0.1"), port}, error);
        constexpr std::array<unsigned char, 8> kProtocol{7, 'e', 'm', 's', '-', 'r', 't', 'p'};
        SSL_set_alpn_protos(client_.native_handle(), kProtocol.data(), kProtocol.size());
        bool shaken = false;
        client_.async_handshake(boost::asio::ssl::stream_base::client,
                                [&](const boost::system::error_code& failed) {
                                    error = failed;
                                    shaken = true;
                                });
        return wait([&] { return shaken; }) && !error;
    }
    void say(std::span<const std::uint8_t> packet) {
        said_.clear();
        video::append_frame(said_, packet);
        boost::asio::async_write(client_, boost::asio::buffer(said_),
                                 [](const boost::system::error_code&, std::size_t) {});
    }
    void read_on() {
        client_.async_read_some(boost::asio::buffer(buffer_), [this](const boost::system::error_code& error,
                                                                     std::size_t size) {
            read_ += size;
            frames_.feed(std::span{buffer_}.first(size), [this](std::span<std::uint8_t> packet) {
                if (!video::looks_like_rtcp(packet)) {
                    newest_ = video::read_u32(packet, 4);
                    first_ = first_.value_or(*newest_);
                }
            });
            ended_ = error.failed();
            if (!error) {
                read_on();
            }
        });
    }
    // A viewer who reads all that comes by a line of `bytes_per_s`, for whom far more was made than anything on the way holds.
    void crowd(std::uint64_t bytes_per_s) {
        test::FaultProxy::Options line;
        line.target_port = tls_port_;
        line.down.rate_bytes_per_s = bytes_per_s;
        line.down.queue_bytes = 4'096;
        line_ = test::FaultProxy::start(line).value();
        ASSERT_TRUE(connect(line_->port()));
        reports_ = reports_of_new_viewer();
        say(reports_.front());
        ASSERT_TRUE(wait([&] { return feed(kKeyFrame) > 0; }));
        read_on();
        const std::uint64_t dropped = hub_.counters().dropped;
        for (int n = 0; n < 300; ++n) {
            feed(n % 10 == 0 ? kKeyFrame : kOther);
        }
        ASSERT_GT(hub_.counters().dropped, dropped);
    }

    static inline const test::TempBroker pki_{{"srv-media-a"}};
    const std::uint16_t udp_port_{test::free_port()};
    const std::uint16_t tls_port_{test::free_port()};
    boost::asio::io_context io_;
    Hub hub_{HubLimits{}, {}};
    UdpRelay relay_{io_.get_executor(), hub_};
    StreamRelay streams_{relay_};
    std::unique_ptr<TlsListener> listener_;
    video::H264Packets packets_;
    std::uint32_t timestamp_{0};
    boost::asio::ssl::context tls_{boost::asio::ssl::context::tls_client};
    boost::asio::ssl::stream<boost::asio::ip::tcp::socket> client_{io_, tls_};
    std::string said_;
    std::array<std::uint8_t, 16'384> buffer_{};
    video::FrameReader frames_;
    std::size_t read_{0};
    bool ended_{false};
    std::string newest_grant_;
    std::array<std::vector<std::uint8_t>, 2> reports_;
    std::unique_ptr<test::FaultProxy> line_;
    std::optional<std::uint32_t> first_; // RTP time of the first picture he read, and of the newest
    std::optional<std::uint32_t> newest_;
};

TEST_F(SlowViewer, IsSentNoMoreThanHisConnectionHoldsAndThenTheNewest) {
    const auto quick = video::UdpPort::open();
    ASSERT_TRUE(quick);
    const auto server = video::Endpoint::parse("127.0.0.1", udp_port_).value();
    quick->send(server, reports_of_new_viewer().front());
    std::uint64_t of_one = 0;
    ASSERT_TRUE(wait([&] { return (of_one = feed(kKeyFrame)) > 0; })) << "the quick one is there";
    ASSERT_TRUE(connect());
    const auto reports = reports_of_new_viewer();
    say(reports.front());
    ASSERT_TRUE(wait([&] { return feed(kKeyFrame) == 2 * of_one; })) << "the slow one, too";
    const std::uint32_t first = timestamp_;

    std::vector<std::uint8_t> datagram(video::kFramedPacketMax);
    const auto drain = [&] {
        std::size_t count = 0;
        while (quick->receive(datagram, milliseconds{0})) {
            ++count;
        }
        return count;
    };
    drain();
    constexpr std::size_t kPictures = 300;
    std::size_t to_quick = 0;
    std::size_t fed = 0;
    for (std::size_t n = 0; n < kPictures; ++n) {
        fed += feed(n % 50 == 0 ? kKeyFrame : kOther) > 0 ? 1U : 0U;
        to_quick += drain();
    }
    EXPECT_EQ(fed, kPictures);
    EXPECT_GE(to_quick, kPictures * kPictureBytes / video::H264Packets::kPacketSize) << "he lost nothing";
    EXPECT_GT(hub_.counters().dropped, 0U);

    say(reports.back()); // he is there still: who proves nothing for five seconds is closed
    read_on();
    const auto sees_newest = [&] { return newest_ && *newest_ - *first_ == timestamp_ - first; };
    EXPECT_TRUE(wait([&] {
        feed(kKeyFrame);
        return wait(sees_newest, milliseconds{100});
    }));
    // What he did not read: the server's own, its socket's, and what he has read since.
    EXPECT_LT(read_, kPictures * kPictureBytes / 3) << "six megabytes were made meanwhile";
}

// What lies before a new picture is its age: at 500 kbit/s each 62,500 bytes are a second.
TEST_F(SlowViewer, ANewPictureWaitsBehindLittleOnALineTooNarrowForTheCamera) {
    constexpr std::size_t kOnTheWay = 80'000; // the proxy's, and what his own socket holds
    crowd(250'000);
    const std::size_t before = read_;
    const std::uint32_t made = timestamp_;
    say(reports_.back());
    ASSERT_TRUE(wait([&] {
        feed(kKeyFrame);
        return wait([&] { return newest_ && *newest_ > made; }, milliseconds{20});
    }));
    EXPECT_LT(read_ - before, kOnTheWay + 62'500 * 2);
}

TEST_F(SlowViewer, WhatWaitsForHimGoesWithHisRight) {
    constexpr std::uint64_t kASecond = 62'500;
    crowd(kASecond);
    const std::size_t before = read_;
    hub_.close_viewer(newest_grant_);
    relay_.tick();
    ASSERT_TRUE(wait([&] { return ended_; }));
    EXPECT_LT(read_ - before, kASecond);
    EXPECT_TRUE(wait([&] { return streams_.connections() == 0; }));
}

TEST_F(SlowViewer, AConnectionBySomebodyElseIsSeenByStays) {
    ASSERT_TRUE(connect());
    const auto reports = reports_of_new_viewer();
    const std::string grant = newest_grant_;
    say(reports.front());
    std::uint64_t of_one = 0;
    ASSERT_TRUE(wait([&] { return (of_one = feed(kKeyFrame)) > 0; }));
    read_on();
    const auto of_other = reports_of_new_viewer();
    say(of_other.front());
    ASSERT_TRUE(wait([&] { return feed(kKeyFrame) == 2 * of_one; }));
    hub_.close_viewer(grant);
    relay_.tick();
    const std::uint32_t made = timestamp_;
    EXPECT_TRUE(wait([&] {
        feed(kKeyFrame);
        return newest_ && *newest_ > made;
    }));
    EXPECT_FALSE(ended_);
}

} // namespace
} // namespace ems::media
