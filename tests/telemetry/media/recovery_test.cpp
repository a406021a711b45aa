// Vehicle, relay and viewer over lossy ways in played time: no socket, no decoder, the same run for
// the same seed. Pictures carry their number.
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <random>
#include <set>
#include <utility>
#include <vector>

#include "telemetry/media/hub.h"
#include "telemetry/video/media_receiver.h"
#include "telemetry/video/media_sender.h"

namespace ems::media {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;
using video::Endpoint;

const CameraKey kCabin{"amb-zx01", "cabin"};
const Endpoint kVehicle{1, 1};
const Endpoint kRoamed{2, 2};
const Endpoint kDesk{3, 3};

using Bytes = std::vector<std::uint8_t>;

// One direction of a way.
struct Way {
    std::mt19937 random;
    double loss{0};
    milliseconds delay{30};
    milliseconds jitter{0};
    bool dark{false};
    std::multimap<Ticks, Bytes> line;
    std::uint64_t carried{0};

    void send(std::span<const std::uint8_t> packet, Ticks now) {
        const double draw = std::uniform_real_distribution<>{0, 1}(random);
        const auto late =
            std::uniform_int_distribution<std::int64_t>{0, jitter.count() * 1000}(random);
        ++carried;
        if (!dark && draw >= loss) {
            line.emplace(now + delay + microseconds{late}, Bytes{packet.begin(), packet.end()});
        }
    }
    std::optional<Bytes> take(Ticks now) {
        if (line.empty() || line.begin()->first > now) {
            return std::nullopt;
        }
        Bytes out = std::move(line.begin()->second);
        line.erase(line.begin());
        return out;
    }
};

class Played {
  public:
    explicit Played(unsigned seed, video::JitterLimits limits = {})
        : hub_(HubLimits{}, {}), out_(1024) {
        for (Way* way : {&up, &up_back, &down, &down_back}) {
            way->random.seed(seed++ * 7919);
        }
        session_ = {"s", 0x100, video::MediaKey::random(), video::MediaKey::random()};
        EXPECT_TRUE(hub_.open_session(kCabin, session_));
        sender_ = std::make_unique<video::MediaSender>(session_.srtp_key, session_.srtcp_key, 0x100,
                                                       std::uint8_t{96}, std::uint16_t{32'000});
        right_.camera = kCabin;
        right_.grant = video::ViewerGrant::make();
        right_.generation = 1;
        right_.expires_us = INT64_MAX;
        EXPECT_TRUE(hub_.open_viewer(right_));
        receiver_ = std::make_unique<video::MediaReceiver>(
            video::ReceiverGrant{right_.grant.ssrc, right_.grant.viewer_ssrc, 96,
                                 right_.grant.srtp_key, right_.grant.srtcp_key},
            limits);
    }

    void lose(double share) {
        lose_up(share);
        lose_down(share);
    }
    void lose_up(double share) { up.loss = up_back.loss = share; }
    void lose_down(double share) { down.loss = down_back.loss = share; }

    void run(milliseconds time) {
        for (const Ticks until = now_ + time; now_ < until; now_ += milliseconds{1}) {
            step();
        }
    }

    Way up, up_back, down, down_back;
    Endpoint vehicle_at{kVehicle};
    bool loses_parameters{false}; // of the next key frame that is asked for, on their first way
    std::vector<std::uint32_t> shown;    // numbers of pictures, in their order
    std::vector<milliseconds> latencies; // of the same
    Hub& hub() { return hub_; }
    video::MediaReceiver& receiver() { return *receiver_; }
    video::MediaSender& sender() { return *sender_; }
    [[nodiscard]] std::uint32_t made() const { return picture_; }
    [[nodiscard]] Ticks now() const { return now_; }
    // Of pictures made since `from` until a second ago, those never shown.
    [[nodiscard]] double bad_share(std::uint32_t from) const {
        const std::set<std::uint32_t> seen(shown.begin(), shown.end());
        std::uint32_t bad = 0;
        for (std::uint32_t i = from; i + 25 < picture_; ++i) {
            bad += seen.contains(i) ? 0U : 1U;
        }
        return static_cast<double>(bad) / (picture_ - 25 - from);
    }

  private:
    void step() {
        const auto to_hub = [this](std::span<const std::uint8_t> packet) {
            up.send(packet, now_);
            return true;
        };
        const auto to_hub_from_desk = [this](std::span<const std::uint8_t> packet) {
            down_back.send(packet, now_);
            return true;
        };
        if ((now_ - began_) % milliseconds{40} == milliseconds{0}) {
            make_picture(to_hub);
        }
        while (auto packet = up.take(now_)) {
            hub_.receive(*packet, vehicle_at, now_, out_);
        }
        while (auto packet = down_back.take(now_)) {
            hub_.receive(*packet, kDesk, now_, out_);
        }
        const auto due = hub_.next_due();
        if ((now_ - began_) % milliseconds{50} == milliseconds{0} || (due && *due <= now_)) {
            hub_.tick(now_, out_);
        }
        for (const Outgoing& packet : out_.packets()) {
            Way& way = packet.to == kDesk ? down : up_back;
            way.send(std::span{packet.bytes}.first(packet.size), now_);
        }
        out_.clear();
        while (auto packet = up_back.take(now_)) {
            const auto heard = sender_->hear(*packet, now_, to_hub);
            key_frame_ = key_frame_ || (heard && heard->key_frame_wanted);
        }
        while (auto packet = down.take(now_)) {
            receiver_->hear(*packet, now_, to_hub_from_desk);
        }
        if (now_ >= receiver_->next_due()) {
            receiver_->tick(now_, to_hub_from_desk);
        }
        for (auto picture = receiver_->take_picture(now_); !picture.empty();
             picture = receiver_->take_picture(now_)) {
            const std::uint32_t number = video::read_u32(picture.front().bytes, 14);
            // Whole: every packet says its number and how many there are.
            EXPECT_EQ(picture.size(), picture.front().bytes[18]);
            for (const auto& packet : picture) {
                const auto view = video::parse_rtp(packet.bytes); // the last one's header is longer
                ASSERT_TRUE(view);
                EXPECT_EQ(video::read_u32(view->payload, 2), number);
            }
            EXPECT_EQ(video::read_capture_mark(picture.back().bytes), video::CaptureMark{captured_us(number)})
                << "it goes through the relay, and through what is sent again";
            shown.push_back(number);
            latencies.push_back(std::chrono::duration_cast<milliseconds>(
                now_ - began_ - milliseconds{40} * number));
        }
    }

    static std::int64_t captured_us(std::uint32_t picture) {
        return 1'795'700'000'000'000 + 40'000 * std::int64_t{picture};
    }
    void make_picture(const video::MediaSender::Send& send) {
        const bool key = key_frame_ || picture_ % 50 == 0;
        const bool loses_first = key_frame_ && std::exchange(loses_parameters, false);
        const video::MediaSender::Send nowhere = [](std::span<const std::uint8_t>) { return true; };
        key_frame_ = false;
        const int packets = key ? 30 : 8;
        for (int i = 0; i < packets; ++i) {
            Bytes packet(1000, 0);
            packet[0] = 0x80;
            packet[1] = static_cast<std::uint8_t>(i + 1 == packets ? 0xE0 : 0x60);
            packet[12] = !key || i > 1 ? 0x41 : i == 0 ? 0x67 : 0x65; // parameters, and a slice, first
            video::write_u32(packet, 14, picture_);
            packet[18] = static_cast<std::uint8_t>(packets);
            std::optional<video::CaptureMark> mark;
            if (i + 1 == packets) {
                mark = video::CaptureMark{captured_us(picture_)};
            }
            sender_->send(packet, picture_ * 3600, now_, i == 0 && loses_first ? nowhere : send, mark);
        }
        ++picture_;
    }

    const Ticks began_{seconds{1000}};
    Ticks now_{began_};
    Hub hub_;
    Outbox out_;
    CameraSession session_;
    ViewerRight right_;
    std::unique_ptr<video::MediaSender> sender_;
    std::unique_ptr<video::MediaReceiver> receiver_;
    std::uint32_t picture_{0};
    bool key_frame_{false};
};

TEST(Recovery, WithoutLossNothingIsAskedForOrSentTwice) {
    Played played{1};
    played.run(seconds{10});
    EXPECT_LT(played.bad_share(10), 1e-9);
    EXPECT_EQ(played.sender().retransmitted(), 0U);
    EXPECT_EQ(played.hub().counters().retransmitted, 0U);
    EXPECT_EQ(played.receiver().figures().asked, 0U);
}

struct LossCase {
    double up;
    double down;
    std::chrono::milliseconds buffer;
    double bad_most;
};

class RecoveryLoss : public testing::TestWithParam<LossCase> {};

TEST_P(RecoveryLoss, PicturesSurvive) {
    const LossCase it = GetParam();
    for (unsigned seed = 1; seed <= 5; ++seed) {
        Played played{seed, {milliseconds{150}, it.buffer}};
        played.lose_up(it.up);
        played.lose_down(it.down);
        played.run(seconds{40});
        const double bad = played.bad_share(25);
        std::printf(
            "loss up %.0f %% down %.0f %% seed %u: bad %.2f %%, delay %lld ms, sent again %.0f %% "
            "(vehicle) %.0f %% (server), key frames asked %llu\n",
            100 * it.up, 100 * it.down, seed, 100 * bad,
            static_cast<long long>(played.receiver().figures().delay.count()),
            100.0 * static_cast<double>(played.sender().retransmitted()) / (played.made() * 8.5),
            100.0 * static_cast<double>(played.hub().counters().retransmitted) /
                (played.made() * 8.5),
            static_cast<unsigned long long>(played.hub().counters(kCabin)->key_frames_asked));
        EXPECT_LE(bad, it.bad_most) << "seed " << seed;
        EXPECT_TRUE(std::is_sorted(played.shown.begin(), played.shown.end()));
    }
}

INSTANTIATE_TEST_SUITE_P(FiveTenTwenty, RecoveryLoss,
                         testing::Values(LossCase{0.05, 0, milliseconds{300}, 0.01},
                                         LossCase{0, 0.05, milliseconds{300}, 0.01},
                                         LossCase{0.05, 0.05, milliseconds{300}, 0.01},
                                         LossCase{0.1, 0, milliseconds{300}, 0.01},
                                         LossCase{0, 0.1, milliseconds{300}, 0.01},
                                         LossCase{0.1, 0.1, milliseconds{300}, 0.01},
                                         LossCase{0.2, 0, milliseconds{400}, 0.05},
                                         LossCase{0, 0.2, milliseconds{400}, 0.05},
                                         LossCase{0.2, 0.2, milliseconds{400}, 0.05}));

TEST(Recovery, ReorderedPacketsAreNotAskedFor) {
    Played played{3};
    played.up.jitter = played.down.jitter = milliseconds{8};
    played.run(seconds{10});
    EXPECT_LT(played.bad_share(10), 1e-9);
    EXPECT_EQ(played.sender().retransmitted(), 0U);
}

TEST(Recovery, ThePictureIsBackHalfASecondAfterAnOutage) {
    for (const bool uplink : {true, false}) {
        Played played{4};
        played.run(seconds{5});
        Way& there = uplink ? played.up : played.down;
        Way& back = uplink ? played.up_back : played.down_back;
        there.dark = back.dark = true;
        played.run(seconds{6});
        there.dark = back.dark = false;
        const std::size_t before = played.shown.size();
        played.run(milliseconds{500});
        EXPECT_GT(played.shown.size(), before) << (uplink ? "uplink" : "downlink");
        played.run(seconds{3});
        EXPECT_LT(played.made() - played.shown.back(), 15U); // live, not behind
    }
}

TEST(Recovery, TheFirstPictureDoesNotWaitForTheJitterBuffer) {
    Played played{5};
    played.run(milliseconds{150}); // report 30, request 30, picture 40 at most, ways 30 + 30
    EXPECT_FALSE(played.shown.empty());
}

TEST(Recovery, AViewerStartsAtTheFirstKeyFrameThoughItsParametersWereLostOnTheUplink) {
    Played played{10};
    played.loses_parameters = true;
    played.run(seconds{1});
    ASSERT_FALSE(played.shown.empty());
    EXPECT_FALSE(played.loses_parameters);
    EXPECT_EQ(played.hub().counters(kCabin)->packets_recovered, 1U);
    EXPECT_EQ(played.hub().counters(kCabin)->key_frames_asked, 1U) << "as he was heard, and for no other reason";
}

TEST(Recovery, PicturesComeAtAnEvenPaceAndDoNotFallBehind) {
    Played played{6};
    played.lose(0.05);
    played.run(seconds{30});
    const std::size_t half = played.latencies.size() / 2;
    ASSERT_GT(half, 200U);
    for (std::size_t i = half; i < played.latencies.size(); ++i) {
        EXPECT_NEAR(static_cast<double>(played.latencies[i].count()), 60 + 300, 12) << i;
    }
}

TEST(Recovery, AnAddressThatChangesLosesNoPicture) {
    Played played{7};
    played.lose(0.02);
    played.run(seconds{5});
    played.vehicle_at = kRoamed;
    played.run(seconds{5});
    EXPECT_EQ(played.hub().address(kCabin), kRoamed);
    EXPECT_LT(played.bad_share(25), 0.01);
}

TEST(Recovery, TheVehicleIsToldOfItsLink) {
    Played played{8};
    played.lose_up(0.1);
    played.run(seconds{10});
    const auto link = played.hub().counters(kCabin)->link;
    ASSERT_TRUE(link && link->rtt);
    EXPECT_NEAR(static_cast<double>(link->rtt->count()), 60'000, 3'000);
    EXPECT_NEAR(link->rate_kbit, 8.5 * 25 * 8 * 1.2, 900);
    const auto uplink = played.receiver().figures().uplink;
    ASSERT_TRUE(uplink); // and viewers, too
    EXPECT_EQ(uplink->media_ssrc, 0x100U);
}

TEST(Recovery, MemoryOfKeptPacketsIsBoundedByTwoSeconds) {
    Played played{9};
    played.run(seconds{20});
    // 25 pictures a second of 8 to 30 packets, two seconds, buffers of 1500 bytes
    EXPECT_LT(played.hub().memory_bytes(), 2U * (25 * 9 * 2 + 64) * 1500);
    EXPECT_GT(played.hub().memory_bytes(), 25U * 8 * 2 * 1000);
}

} // namespace
} // namespace ems::media
