#include "telemetry/video/link_report.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "telemetry/video/rtcp.h"

namespace ems::video {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

LinkReport sample_report() {
    LinkReport report;
    report.media_ssrc = 0x11223300;
    report.number = 0x0102;
    report.interval = milliseconds{200};
    report.expected = 34;
    report.lost = 3;
    report.recovered = 2;
    report.given_up = 1;
    report.rate_kbit = 1500;
    report.rtt = microseconds{61'234};
    report.queue_delay = microseconds{12'000};
    report.queue_gradient_us_per_s = -2;
    return report;
}

TEST(LinkReport, LaysOutTheBytesThatVehiclesRead) {
    const std::vector<std::uint8_t> expected{
        0x81, 204,  0,    10,                     // version, subtype; length in words less one
        0x11, 0x22, 0x33, 0x01,                   // sender
        'E',  'M',  'S',  'L',                    //
        0x11, 0x22, 0x33, 0x00,                   // media
        0x01, 0x02, 0,    200,                    // number, interval
        0,    34,   0,    3,    0, 2, 0,    1,    // expected, lost, recovered, given up
        0,    0,    0x05, 0xDC,                   // kbit/s
        0,    0,    0xEF, 0x32, 0, 0, 0x2E, 0xE0, // RTT, queueing delay
        0xFF, 0xFF, 0xFF, 0xFE};                  // gradient
    const auto bytes = make_link_report(0x11223301, sample_report());
    EXPECT_EQ(std::vector<std::uint8_t>(bytes.begin(), bytes.end()), expected);
}

TEST(LinkReport, IsReadBackFromACompoundPacket) {
    Feedback feedback;
    feedback.sender_ssrc = 0x11223301;
    feedback.link = sample_report();
    feedback.reference = 77;
    const auto content = parse_rtcp(make_feedback(feedback));
    ASSERT_TRUE(content);
    EXPECT_EQ(content->link, sample_report());
}

TEST(LinkReport, AnUnknownRoundTripStaysUnknown) {
    LinkReport report = sample_report();
    report.rtt.reset();
    const auto bytes = make_link_report(1, report);
    EXPECT_EQ(parse_link_report(bytes), report);
}

TEST(LinkReport, FieldsAddedBehindAreSkipped) {
    const auto bytes = make_link_report(1, sample_report());
    std::vector<std::uint8_t> longer(bytes.begin(), bytes.end());
    longer.insert(longer.end(), {1, 2, 3, 4});
    longer[3] = 11;
    EXPECT_EQ(parse_link_report(longer), sample_report());
}

TEST(LinkReport, RefusesOtherNamesLengthsAndImpossibleLoss) {
    const auto good = make_link_report(1, sample_report());
    const auto refuses = [&](std::size_t at, std::uint8_t value) {
        auto bytes = good;
        bytes[at] = value;
        return !parse_link_report(bytes).has_value();
    };
    EXPECT_TRUE(refuses(0, 0x80));
    EXPECT_TRUE(refuses(1, 203));
    EXPECT_TRUE(refuses(3, 11));
    EXPECT_TRUE(refuses(8, 'X'));
    EXPECT_TRUE(refuses(22, 1)); // 259 lost of 34
    for (std::size_t size = 0; size < good.size(); ++size) {
        EXPECT_FALSE(parse_link_report(std::span{good}.first(size))) << size;
    }
}

// A camera of 25 pictures a second, four packets each, whose way takes `transit` microseconds.
class LinkMeterTest : public testing::Test {
  protected:
    LinkMeterTest() { begin_ += milliseconds{5'000}; }

    void picture(microseconds transit, std::uint32_t lost_mask = 0) {
        const Ticks at = begin_ + milliseconds{40} * pictures_ + transit;
        for (std::uint32_t i = 0; i < 4; ++i) {
            RtpView view;
            view.seq = seq_++;
            view.timestamp = 0xFFFF'F000U + pictures_ * 3600U;
            if (((lost_mask >> i) & 1U) == 0) {
                meter_.received(view, 1000, at);
            }
        }
        ++pictures_;
        now_ = at;
    }

    LinkMeter meter_{0x100};
    Ticks begin_{};
    Ticks now_{};
    std::uint32_t pictures_{0};
    std::uint16_t seq_{65'530};
};

TEST_F(LinkMeterTest, CountsLossBeforeRetransmissionOfEachInterval) {
    for (int i = 0; i < 5; ++i) {
        picture(milliseconds{30}, i == 2 ? 0b0110U : 0U);
    }
    meter_.retransmitted(1000, LinkMeter::Copy::first);
    meter_.retransmitted(1000, LinkMeter::Copy::repeated);
    meter_.given_up(1);
    const LinkReport first = meter_.report(std::nullopt, now_);
    EXPECT_EQ(first.number, 0);
    EXPECT_EQ(first.expected, 20);
    EXPECT_EQ(first.lost, 2);
    EXPECT_EQ(first.recovered, 1);
    EXPECT_EQ(first.given_up, 1);
    EXPECT_EQ(first.rate_kbit, 20U * 8'000U / 200U);
    EXPECT_DOUBLE_EQ(first.loss(), 0.1);
    for (int i = 0; i < 5; ++i) {
        picture(milliseconds{30});
    }
    const LinkReport second = meter_.report(microseconds{60'000}, now_);
    EXPECT_EQ(second.number, 1);
    EXPECT_EQ(second.interval, milliseconds{200});
    EXPECT_EQ(second.expected, 20);
    EXPECT_EQ(second.lost, 0);
    EXPECT_EQ(second.rtt, microseconds{60'000});
}

TEST_F(LinkMeterTest, SilenceIsAnIntervalWithoutFigures) {
    picture(milliseconds{30});
    static_cast<void>(meter_.report({}, now_));
    const LinkReport report = meter_.report({}, now_ + milliseconds{200});
    EXPECT_EQ(report.expected, 0);
    EXPECT_EQ(report.lost, 0);
    EXPECT_EQ(report.rate_kbit, 0U);
}

TEST_F(LinkMeterTest, ASteadyWayHasNoQueue) {
    for (int i = 0; i < 50; ++i) {
        picture(milliseconds{80});
    }
    const LinkReport report = meter_.report({}, now_);
    EXPECT_EQ(report.queue_delay, microseconds{0});
    EXPECT_NEAR(report.queue_gradient_us_per_s, 0, 10);
}

TEST_F(LinkMeterTest, SeesTheSlopeOfAGrowingQueue) {
    for (int i = 0; i < 50; ++i) {
        picture(milliseconds{30});
    }
    static_cast<void>(meter_.report({}, now_));
    for (int i = 1; i <= 40; ++i) { // 4 ms more each picture, measured at arrival
        picture(milliseconds{30 + 4 * i});
    }
    const LinkReport report = meter_.report({}, now_);
    // 4 ms in 44 ms of arrivals
    EXPECT_NEAR(report.queue_gradient_us_per_s, 90'909, 200);
    EXPECT_NEAR(static_cast<double>(report.queue_delay.count()), 82'000, 100); // mean of 4 to 160
}

TEST_F(LinkMeterTest, FollowsALongerWayWithinTenSeconds) {
    for (int i = 0; i < 50; ++i) {
        picture(milliseconds{30});
    }
    for (int i = 0; i < 260; ++i) { // another network: 90 ms more for good
        picture(milliseconds{120});
    }
    static_cast<void>(meter_.report({}, now_));
    picture(milliseconds{120});
    EXPECT_EQ(meter_.report({}, now_).queue_delay, microseconds{0});
}

TEST_F(LinkMeterTest, ANewClockOfTheCameraIsNoQueue) {
    for (int i = 0; i < 10; ++i) {
        picture(milliseconds{30});
    }
    static_cast<void>(meter_.report({}, now_));
    for (int i = 0; i < 5; ++i) {
        RtpView view;
        view.seq = seq_++;
        view.timestamp = 0x4000'0000U + static_cast<std::uint32_t>(i) * 3600U;
        now_ += milliseconds{40};
        meter_.received(view, 1000, now_);
    }
    EXPECT_EQ(meter_.report({}, now_).queue_delay, microseconds{0});
}

TEST(LinkReport, SurvivesAHundredThousandMalformedPackets) {
    std::mt19937 random{20260318};
    std::uniform_int_distribution<int> byte{0, 255};
    std::uniform_int_distribution<std::size_t> where{0, kLinkReportSize - 1};
    int accepted = 0;
    for (int round = 0; round < 100'000; ++round) {
        auto bytes = make_link_report(1, sample_report());
        for (int i = 0; i < 2; ++i) {
            bytes[where(random)] = static_cast<std::uint8_t>(byte(random));
        }
        if (const auto report = parse_link_report(bytes)) {
            ++accepted;
            ASSERT_LE(report->lost, report->expected);
        }
    }
    EXPECT_GT(accepted, 1000);
}

} // namespace
} // namespace ems::video
