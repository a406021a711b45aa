// What cameras say of their rest, on its way into the database.
#include <gtest/gtest.h>

#include "telemetry/media/rest_record.h"

namespace ems::media {
namespace {

using std::chrono::seconds;

const CameraKey kCabin{"amb-zx01", "cabin"};
const CameraKey kFront{"amb-zx01", "front"};
constexpr std::int64_t kSecondUs = 1'000'000;

class RestRecordTest : public testing::Test {
  protected:
    static Ticks at(int s) { return Ticks{seconds{s}}; }
    // The server's clock says 1000 s more than the ticks.
    void hear(const CameraKey& camera, int anew_s, int newest_s) {
        record_.hear(camera, at(anew_s), at(newest_s), at(newest_s + 1), (newest_s + 1'001) * kSecondUs);
    }
    static bool none(const CameraKey&) { return false; }

    RestRecord record_;
};

TEST_F(RestRecordTest, AWordBehindSilenceIsWrittenOnceWithTheWordBeforeIt) {
    hear(kCabin, 10, 10);
    hear(kCabin, 10, 30);
    ASSERT_EQ(record_.waiting(), 1U);
    EXPECT_EQ(record_.next(none)->said_us, 1'010 * kSecondUs);
    EXPECT_EQ(record_.next(none)->before_us, 0);
    record_.written(RestRecord::Word{*record_.next(none)});
    hear(kCabin, 90, 92);
    ASSERT_EQ(record_.waiting(), 1U);
    EXPECT_EQ(record_.next(none)->said_us, 1'090 * kSecondUs);
    EXPECT_EQ(record_.next(none)->before_us, 1'030 * kSecondUs);
}

TEST_F(RestRecordTest, ANewSessionForgetsNoWord) {
    hear(kCabin, 10, 30);
    record_.written(RestRecord::Word{*record_.next(none)});
    record_.hear(kCabin, Ticks{}, Ticks{}, at(50), 1'050 * kSecondUs);
    hear(kCabin, 60, 60);
    EXPECT_EQ(record_.next(none)->before_us, 1'030 * kSecondUs);
}

TEST_F(RestRecordTest, AWordWaitsForThePicturesOfItsCameraAlone) {
    hear(kCabin, 10, 10);
    hear(kFront, 20, 20);
    const auto cabin_waits = [](const CameraKey& camera) { return camera == kCabin; };
    ASSERT_NE(record_.next(cabin_waits), nullptr);
    EXPECT_EQ(record_.next(cabin_waits)->camera, kFront);
    record_.written(RestRecord::Word{*record_.next(cabin_waits)});
    EXPECT_EQ(record_.next(cabin_waits), nullptr);
}

TEST_F(RestRecordTest, TheNewestWordsAreTakenOnceAndNotBeforeTheWordThatIsOwed) {
    hear(kCabin, 10, 10);
    EXPECT_TRUE(record_.take_moved().empty()) << "it would hide what lacks before";
    record_.written(RestRecord::Word{*record_.next(none)});
    hear(kCabin, 10, 30);
    const auto moved = record_.take_moved();
    ASSERT_EQ(moved.size(), 1U);
    EXPECT_EQ(moved[0].us, 1'030 * kSecondUs);
    EXPECT_TRUE(record_.take_moved().empty());
    record_.put_back(moved);
    EXPECT_EQ(record_.take_moved().size(), 1U);
}

TEST_F(RestRecordTest, WordsBeyondTheBoundAreCounted) {
    for (int i = 1; i <= static_cast<int>(RestRecord::kWaitingMax) + 3; ++i) {
        hear(kCabin, 20 * i, 20 * i);
    }
    EXPECT_EQ(record_.waiting(), RestRecord::kWaitingMax);
    EXPECT_EQ(record_.dropped(), 3U);
}

TEST_F(RestRecordTest, ACameraThatIsNoMoreIsForgotten) {
    hear(kCabin, 10, 30);
    record_.written(RestRecord::Word{*record_.next(none)});
    record_.forget_unless(none);
    hear(kCabin, 60, 60);
    EXPECT_EQ(record_.next(none)->before_us, 0);
}

} // namespace
} // namespace ems::media
