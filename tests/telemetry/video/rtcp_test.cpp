#include "telemetry/video/rtcp.h"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <vector>

namespace ems::video {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

TEST(Rtcp, LaysOutANackAsRfc4585Says) {
    Feedback feedback;
    feedback.sender_ssrc = 0x01020304;
    feedback.media_ssrc = 0x0A0B0C00;
    const std::vector<std::uint16_t> missing{0xFFFF, 0, 15, 16, 40};
    feedback.missing = missing;
    const std::vector<std::uint8_t> expected{
        0x80, 201,  0,    1,    1, 2, 3, 4, // empty receiver report
        0x81, 205,  0,    5,    1, 2, 3, 4, // generic NACK
        0x0A, 0x0B, 0x0C, 0,                //
        0xFF, 0xFF, 0x80, 0x01,             // 65535, 0 and 15
        0,    16,   0,    0,                // 16
        0,    40,   0,    0};
    EXPECT_EQ(make_feedback(feedback), expected);
}

TEST(Rtcp, LaysOutReferenceTimeAndEchoAsRfc3611Says) {
    Feedback feedback;
    feedback.sender_ssrc = 0x01020304;
    feedback.reference = 0x1234'5678;
    feedback.echo = TimeEcho{0x0A0B0C0D, 0x2233'4455, 0x0000'8000};
    const std::vector<std::uint8_t> expected{0x80, 201,  0,    1,    1,    2,    3,    4, //
                                             0x80, 207,  0,    8,    1,    2,    3,    4, //
                                             4,    0,    0,    2,    0,    0,    0x12, 0x34,
                                             0x56, 0x78, 0,    0, // seconds, fraction
                                             5,    0,    0,    3,    0x0A, 0x0B, 0x0C, 0x0D, //
                                             0x22, 0x33, 0x44, 0x55, 0,    0,    0x80, 0};
    EXPECT_EQ(make_feedback(feedback), expected);
}

TEST(Rtcp, EveryPartOfACompoundIsReadBack) {
    Feedback feedback;
    feedback.sender_ssrc = 7;
    feedback.media_ssrc = 8;
    feedback.report = ReceptionReport{8, 3, 9, 70'000, 5};
    feedback.reference = 0xDEAD'BEEF;
    feedback.echo = TimeEcho{9, 10, 11};
    feedback.key_frame_wanted = true;
    const std::vector<std::uint16_t> missing{1, 2, 900};
    feedback.missing = missing;
    const auto content = parse_rtcp(make_feedback(feedback));
    ASSERT_TRUE(content);
    EXPECT_EQ(content->sender_ssrc, 7U);
    EXPECT_TRUE(content->report && content->report->highest_seq == 70'000);
    EXPECT_EQ(content->reference, 0xDEAD'BEEFU);
    ASSERT_TRUE(content->echo);
    EXPECT_EQ(content->echo->reference, 10U);
    EXPECT_TRUE(content->key_frame_wanted);
    EXPECT_EQ(content->missing, missing);
}

TEST(Rtcp, AnySetOfMissingNumbersIsReadBack) {
    std::mt19937 random{4711};
    for (int round = 0; round < 500; ++round) {
        std::uniform_int_distribution<int> gap{1, round % 2 == 0 ? 3 : 60};
        std::uniform_int_distribution<int> any{0, 65'535};
        std::vector<std::uint16_t> missing;
        auto seq = static_cast<std::uint16_t>(any(random));
        for (int i = 0; i < round % static_cast<int>(kMissingMax); ++i) {
            seq = static_cast<std::uint16_t>(seq + gap(random));
            missing.push_back(seq);
        }
        Feedback feedback;
        feedback.missing = missing;
        const auto bytes = make_feedback(feedback);
        ASSERT_LE(bytes.size(), kPacketSizeMax);
        ASSERT_EQ(parse_rtcp(bytes)->missing, missing) << round;
    }
}

TEST(Rtcp, ANackForMoreThanIsKeptIsCutOff) {
    std::vector<std::uint8_t> bytes{0x80, 201, 0, 1, 0, 0, 0, 1, 0x81, 205,
                                    0,    0,   0, 0, 0, 1, 0, 0, 0,    2};
    for (int i = 0; i < 100; ++i) {
        bytes.insert(bytes.end(), {static_cast<std::uint8_t>(i), 0, 0xFF, 0xFF});
    }
    bytes[11] = 102;
    const auto content = parse_rtcp(bytes);
    ASSERT_TRUE(content);
    EXPECT_EQ(content->missing.size(), kMissingMax);
}

TEST(Rtcp, TheEchoGivesTheRoundTripAlsoAcrossTheWrap) {
    // The compact time wraps every 65536 s.
    for (const std::int64_t at_us : {1'000'000LL, 65'535'980'000LL, 65'536'000'000'000LL + 5}) {
        const Ticks sent{microseconds{at_us}};
        TimeEcho echo;
        echo.reference = compact_time(sent);
        echo.delay = compact_time(Ticks{microseconds{40'000}});
        const auto trip = echo.round_trip(sent + milliseconds{100});
        ASSERT_TRUE(trip) << at_us;
        EXPECT_NEAR(static_cast<double>(trip->count()), 60'000, 50);
    }
}

TEST(Rtcp, ImpossibleEchoesGiveNoRoundTrip) {
    const Ticks now{std::chrono::seconds{100}};
    TimeEcho echo;
    echo.reference = compact_time(now);
    echo.delay = 0x1'0000; // came back before it went
    EXPECT_FALSE(echo.round_trip(now));
    echo.reference = compact_time(now - std::chrono::seconds{99});
    echo.delay = 0;
    EXPECT_FALSE(echo.round_trip(now));
}

TEST(Rtcp, SurvivesManyMutilatedCompounds) {
    Feedback feedback;
    feedback.report = ReceptionReport{};
    feedback.reference = 1;
    feedback.echo = TimeEcho{};
    feedback.link = LinkReport{};
    const std::vector<std::uint16_t> missing{1, 2, 900};
    feedback.missing = missing;
    const auto good = make_feedback(feedback);
    std::mt19937 random{20260318};
    std::uniform_int_distribution<int> byte{0, 255};
    std::uniform_int_distribution<std::size_t> where{0, good.size() - 1};
    int accepted = 0;
    for (int round = 0; round < 100'000; ++round) {
        std::vector<std::uint8_t> bytes{
            good.begin(), good.begin() + static_cast<std::ptrdiff_t>(round % 3 == 0 ? where(random)
                                                                                    : good.size())};
        for (int i = 0; i < round % 4 && !bytes.empty(); ++i) {
            bytes[where(random) % bytes.size()] = static_cast<std::uint8_t>(byte(random));
        }
        bytes.shrink_to_fit();
        if (const auto content = parse_rtcp(bytes)) {
            ++accepted;
            ASSERT_LE(content->missing.size(), kMissingMax);
        }
    }
    EXPECT_GT(accepted, 10'000);
}

TEST(Rtcp, TheEncodingThatIsNotShownIsReadAsItWasSaid) {
    Feedback feedback;
    feedback.echo = TimeEcho{};
    EXPECT_EQ(parse_rtcp(make_feedback(feedback))->refused_encoding, "");
    feedback.refused_encoding = "H.265";
    auto bytes = make_feedback(feedback);
    EXPECT_EQ(parse_rtcp(bytes)->refused_encoding, "H.265");
    EXPECT_TRUE(parse_rtcp(bytes)->echo);
    const std::string full(kEncodingNameMax, 'x');
    feedback.refused_encoding = full;
    bytes = make_feedback(feedback);
    EXPECT_EQ(parse_rtcp(bytes)->refused_encoding, full);
    bytes[bytes.size() - 3] = 7;
    EXPECT_EQ(parse_rtcp(bytes)->refused_encoding, "") << "a text of signs nobody can read";
}

TEST(Rtcp, TheStateOfTheRecordingIsReadAsItWasSaid) {
    Feedback feedback;
    feedback.echo = TimeEcho{};
    const std::size_t silent = make_feedback(feedback).size();
    EXPECT_EQ(parse_rtcp(make_feedback(feedback))->recording, RecordingState::unknown);
    for (const auto state : {RecordingState::recording, RecordingState::disk_full,
                             RecordingState::disk_failed, RecordingState::disk_slow,
                             RecordingState::off}) {
        feedback.recording = state;
        feedback.refused_encoding = "H.265";
        EXPECT_EQ(parse_rtcp(make_feedback(feedback))->recording, state);
        EXPECT_EQ(parse_rtcp(make_feedback(feedback))->refused_encoding, "H.265");
    }
    feedback.refused_encoding = {};
    auto bytes = make_feedback(feedback);
    ASSERT_EQ(bytes.size(), silent + 16);
    bytes[bytes.size() - 4] = 200;
    EXPECT_EQ(parse_rtcp(bytes)->recording, RecordingState::unknown) << "one of a newer server";
}

} // namespace
} // namespace ems::video
