// A viewer's right ends: what leaves for him in played time, with the hub, the grants and the tick of
// the service. The same with sockets and a database is in mediad_test.cpp, which leaves a loaded
// machine its time.
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "telemetry/media/grant_watch.h"
#include "telemetry/media/hub.h"
#include "telemetry/video/rtcp.h"
#include "tests/support/fake_clock.h"

namespace ems::media {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;
using video::Endpoint;
using video::SrtpStream;

const CameraKey kCabin{"amb-zx01", "cabin"};
const Endpoint kVehicle{1, 1};
constexpr milliseconds kTick{50};    // of the service
constexpr milliseconds kPicture{40}; // between two of them, a packet each

struct Desk {
    ViewerRight right;
    Endpoint at;
    SrtpStream reports;
    Desk(const ViewerRight& of, const Endpoint& from)
        : right(of), at(from), reports(of.grant.srtcp_key, of.grant.viewer_ssrc) {}
};

class RightEndTest : public testing::Test {
  protected:
    RightEndTest()
        : vehicle_(session_.srtp_key, session_.ssrc),
          grants_(db_, "media.viewer_grant",
                  {[this](const std::string& id) { hub_.close_viewer(id); },
                   [this](const std::string& id) { return hub_.has_viewer(id); }}) {
        EXPECT_TRUE(hub_.open_session(kCabin, session_));
    }

    Desk desk(const Endpoint& at, microseconds lasts) {
        ViewerRight right;
        right.camera = kCabin;
        right.grant = video::ViewerGrant::make();
        right.generation = 1;
        right.expires_us = clock_.server_now().us + lasts.count();
        const auto opened = hub_.open_viewer(right);
        EXPECT_TRUE(opened);
        grants_.settle(right.grant.grant_id, kCabin.vid, opened);
        return {right, at};
    }
    // A millisecond: the camera sends, each desk reports and asks for the newest packet again, and
    // the service ticks.
    void step(std::vector<Desk*> desks) {
        clock_.advance(milliseconds{1});
        const Ticks now = clock_.ticks();
        ++played_;
        if (played_ % kPicture == milliseconds{0}) {
            send_picture(now);
        }
        if (played_ % milliseconds{10} == milliseconds{0}) {
            for (Desk* desk : desks) {
                report(*desk, now);
            }
        }
        if (played_ % kTick == milliseconds{0}) {
            hub_.expire(clock_.server_now());
            hub_.tick(now, out_);
        }
        for (const Outgoing& packet : out_.packets()) {
            sent_.push_back({clock_.server_now().us, packet.to});
        }
        out_.clear();
    }
    void run(milliseconds time, std::vector<Desk*> desks) {
        for (const milliseconds until = played_ + time; played_ < until;) {
            step(desks);
        }
    }
    // When the newest packet left for it; 0: none did.
    [[nodiscard]] std::int64_t newest_to(const Desk& desk) const {
        std::int64_t newest = 0;
        for (const Sent& sent : sent_) {
            newest = sent.to == desk.at ? sent.at_us : newest;
        }
        return newest;
    }

    test::FakeClock clock_;
    GrantWatch& grants() { return grants_; }
    void forget_sent() { sent_.clear(); }

  private:
    struct Sent {
        std::int64_t at_us;
        Endpoint to;
    };

    void send_picture(Ticks now) {
        std::vector<std::uint8_t> packet(100 + video::kSrtpOverhead, 0);
        packet[0] = 0x80;
        packet[1] = 0xE0;
        packet[12] = 0x65; // each one whole and a key frame
        video::set_seq(packet, ++seq_);
        video::set_ssrc(packet, vehicle_.ssrc());
        packet.resize(vehicle_.protect_rtp(packet, 100).value());
        hub_.receive(packet, kVehicle, now, out_);
    }
    void report(Desk& desk, Ticks now) {
        video::Feedback feedback;
        feedback.sender_ssrc = desk.right.grant.viewer_ssrc;
        feedback.media_ssrc = desk.right.grant.ssrc | desk.right.generation;
        feedback.reference = video::compact_time(now);
        const std::vector<std::uint16_t> missing{seq_};
        feedback.missing = missing;
        std::vector<std::uint8_t> plain = video::make_feedback(feedback);
        const std::size_t size = plain.size();
        plain.resize(size + video::kSrtpOverhead);
        plain.resize(desk.reports.protect_rtcp(plain, size).value());
        hub_.receive(plain, desk.at, now, out_);
    }

    CameraSession session_{"s", 0x100, video::MediaKey::random(), video::MediaKey::random()};
    SrtpStream vehicle_;
    Hub hub_{HubLimits{}, {}};
    Outbox out_{256};
    boost::asio::io_context io_;
    pg::Connection db_{io_.get_executor(), {}};
    GrantWatch grants_;
    milliseconds played_{0};
    std::uint16_t seq_{0};
    std::vector<Sent> sent_;
};

TEST_F(RightEndTest, NoPacketLeavesForAViewerBehindHisWithdrawal) {
    Desk gone = desk({3, 3}, seconds{1800});
    Desk stays = desk({4, 4}, seconds{1800});
    run(seconds{2}, {&gone, &stays});
    ASSERT_GT(newest_to(gone), clock_.server_now().us - microseconds{kPicture}.count());
    grants().live({stays.right.grant.grant_id}); // what the table says now
    forget_sent();
    run(seconds{10}, {&gone, &stays});
    EXPECT_EQ(newest_to(gone), 0) << "no picture, none again, no answer";
    EXPECT_GT(newest_to(stays), clock_.server_now().us - microseconds{kPicture}.count());
}

TEST_F(RightEndTest, ARightThatIsOverEndsAtItsTimeWithinATickThoughNobodyWithdrawsIt) {
    Desk over = desk({3, 3}, milliseconds{5'010});
    Desk stays = desk({4, 4}, seconds{1800});
    run(seconds{15}, {&over, &stays});
    const std::int64_t end_us = over.right.expires_us;
    EXPECT_GT(newest_to(over), end_us - microseconds{kPicture}.count()) << "not before it";
    EXPECT_LE(newest_to(over), end_us + microseconds{kTick}.count());
    EXPECT_GT(newest_to(stays), clock_.server_now().us - microseconds{kPicture}.count());
}

} // namespace
} // namespace ems::media
