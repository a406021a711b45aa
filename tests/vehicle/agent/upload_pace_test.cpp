#include "vehicle/agent/upload_pace.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace ems::vehicle {
namespace {

using std::chrono::milliseconds;

// A link of so many bytes a second and a round trip of 60 ms, in played time.
struct Sent {
    double seconds{0};
    double bytes{0};
    double longest_ms{0};
    double busy_s{0};
};
Sent play(UploadPace& pace, double link_bytes_per_s, int ranges) {
    Sent out;
    for (int i = 0; i < ranges; ++i) {
        const std::size_t bytes = pace.range_bytes();
        const double took_ms = 60 + 1000 * static_cast<double>(bytes) / link_bytes_per_s;
        const auto rest = pace.sent(bytes, milliseconds{static_cast<std::int64_t>(took_ms)});
        out.seconds += (took_ms + static_cast<double>(rest.count())) / 1000;
        out.busy_s += took_ms / 1000;
        out.bytes += static_cast<double>(bytes);
        out.longest_ms = std::max(out.longest_ms, took_ms);
    }
    return out;
}

TEST(UploadPace, ANarrowLinkIsNeverFilledForLong) {
    UploadPace pace{{}};
    const Sent sent = play(pace, 10'000, 200); // 80 kbit/s
    EXPECT_LT(sent.longest_ms, 400);
    EXPECT_LT(sent.busy_s / sent.seconds, 0.31);
}

TEST(UploadPace, AWideLinkIsHeldToTheMost) {
    UploadPace pace{{.most = 65'536}};
    play(pace, 5e6, 20);
    const Sent sent = play(pace, 5e6, 200);
    EXPECT_LT(sent.bytes / sent.seconds, 66'000);
    EXPECT_GT(sent.bytes / sent.seconds, 60'000);
}

TEST(UploadPace, ALinkThatGrowsNarrowIsMetWithSmallRangesAtOnce) {
    UploadPace pace{{}};
    play(pace, 5e6, 20);
    ASSERT_EQ(pace.range_bytes(), UploadPace::kRangeMost);
    pace.sent(pace.range_bytes(), milliseconds{6000});
    EXPECT_EQ(pace.range_bytes(), UploadPace::kRangeMost * 200 / 6000);
}

TEST(UploadPace, ARestEnds) {
    UploadPace pace{{}};
    EXPECT_EQ(pace.sent(2'048, milliseconds{600'000}), UploadPace::kRestMost);
    EXPECT_EQ(pace.range_bytes(), UploadPace::kRangeLeast);
}

} // namespace
} // namespace ems::vehicle
