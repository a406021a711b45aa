#include "vehicle/agent/video_ladder.h"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "vehicle/agent/video_budget.h"

namespace ems::vehicle {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr CameraPicture k360p{640, 360, 15};
constexpr CameraPicture k720p{1280, 720, 15};
constexpr CameraPicture k1080p{1920, 1080, 15};
constexpr CameraPicture k1080p30{1920, 1080, 30};
constexpr PictureForm kForms[] = {PictureForm::full, PictureForm::frames_12, PictureForm::frames_5,
                                  PictureForm::half, PictureForm::small,     PictureForm::still};

double pixels_per_second(const CameraPicture& picture, PictureForm form) {
    const int divisor = VideoLadder{picture}.size_divisor(form);
    return double{1} * picture.width_px * picture.height_px / (divisor * divisor) *
           frames_per_second(form, picture.fps);
}

TEST(VideoLadder, ACameraOf640By360HasItsFiveSteps) {
    const VideoLadder ladder{k360p};
    const struct {
        double kbit;
        PictureForm form;
    } table[] = {{4000, PictureForm::full},     {200, PictureForm::full},
                 {199, PictureForm::frames_12}, {120, PictureForm::frames_12},
                 {119, PictureForm::frames_5},  {80, PictureForm::frames_5},
                 {79, PictureForm::small},      {40, PictureForm::small},
                 {39, PictureForm::still},      {0, PictureForm::still}};
    for (const auto& [kbit, form] : table) {
        EXPECT_EQ(ladder.form_for(kbit), form) << kbit;
    }
    EXPECT_EQ(ladder.size_divisor(PictureForm::small), 2);
    EXPECT_EQ(ladder.size_divisor(PictureForm::still), 2);
}

TEST(VideoLadder, ALargerPictureStepsDownBeforeItIsMush) {
    const struct {
        CameraPicture picture;
        double least_kbit[kPictureForms];
        int small_divisor;
    } table[] = {{k720p, {566, 339, 226, 80, 40, 0}, 4},
                 {k1080p, {1039, 624, 416, 147, 40, 0}, 6},
                 {k1080p30, {1748, 624, 416, 147, 40, 0}, 6}};
    for (const auto& [picture, least_kbit, small_divisor] : table) {
        const VideoLadder ladder{picture};
        for (const PictureForm form : kForms) {
            EXPECT_NEAR(ladder.least_kbit(form), least_kbit[static_cast<std::size_t>(form)], 1)
                << picture.height_px << " form " << static_cast<int>(form);
        }
        EXPECT_EQ(ladder.size_divisor(PictureForm::half), 2);
        EXPECT_EQ(ladder.size_divisor(PictureForm::small), small_divisor);
    }
}

TEST(VideoLadder, LessBitRateNeverMeansMorePixelsASecond) {
    for (const CameraPicture& picture :
         {CameraPicture{160, 120, 1}, CameraPicture{320, 240, 10}, k360p, CameraPicture{640, 480, 30},
          CameraPicture{1024, 576, 25}, k720p, CameraPicture{1280, 960, 12}, k1080p, k1080p30}) {
        const VideoLadder ladder{picture};
        PictureForm form = ladder.form_for(8000);
        EXPECT_EQ(form, PictureForm::full);
        for (int kbit = 8000; kbit >= 0; --kbit) {
            const PictureForm next = ladder.form_for(kbit);
            ASSERT_GE(next, form) << picture.width_px << " at " << kbit;
            ASSERT_LE(pixels_per_second(picture, next), pixels_per_second(picture, form))
                << picture.width_px << " at " << kbit;
            form = next;
        }
        EXPECT_EQ(form, PictureForm::still) << picture.width_px;
    }
}

TEST(VideoLadder, TheUsualRateOfACameraIsEnoughForAllItsPictures) {
    EXPECT_EQ(usual_kbit(k360p), 600U);
    EXPECT_EQ(usual_kbit(k720p), 1697U);
    EXPECT_EQ(usual_kbit(k1080p), 3118U);
    EXPECT_EQ(usual_kbit(k1080p30), 4000U);
    EXPECT_EQ(usual_kbit({160, 120, 1}), 200U);
    for (const CameraPicture& picture : {k360p, k720p, k1080p, k1080p30}) {
        EXPECT_GE(usual_kbit(picture), 1.3 * VideoLadder{picture}.least_kbit(PictureForm::full));
    }
}

struct Past {
    std::vector<PictureForm> forms; // each that was taken, in turn
    void see(PictureForm form) {
        if (forms.empty() || forms.back() != form) {
            forms.push_back(form);
        }
    }
};

// A report that says all is well, each 200 ms.
void hear(VideoBudget& budget, std::uint16_t number, Ticks now) {
    video::LinkReport report;
    report.number = number;
    report.expected = 100;
    report.rate_kbit = static_cast<std::uint32_t>(budget.rate_kbit());
    budget.report(0, report, now);
}

TEST(VideoBudget, ACameraOfAnySizeEndsInStillPicturesAndComesBackToAllOfThem) {
    for (const CameraPicture& picture : {k360p, k720p, k1080p, k1080p30}) {
        VideoBudget budget{1, {.start_kbit = 6000}};
        budget.takes(0, picture);
        Ticks now = Ticks{} + seconds{100};
        budget.wants(0, usual_kbit(picture), now);
        std::uint16_t number = 1;
        hear(budget, number, now);
        Past down;
        for (int i = 0; i < 200; ++i) { // silence
            now += milliseconds{200};
            budget.tick(now);
            down.see(budget.share(0).form);
        }
        EXPECT_EQ(down.forms.back(), PictureForm::still) << picture.height_px;
        EXPECT_TRUE(std::is_sorted(down.forms.begin(), down.forms.end())) << picture.height_px;
        Past up;
        for (int i = 0; i < 600; ++i) {
            now += milliseconds{200};
            hear(budget, ++number, now);
            budget.tick(now);
            up.see(budget.share(0).form);
        }
        EXPECT_EQ(up.forms.back(), PictureForm::full) << picture.height_px;
        EXPECT_TRUE(std::is_sorted(up.forms.rbegin(), up.forms.rend())) << picture.height_px;
    }
}

TEST(VideoBudget, ALargePictureBeginsWithAllItsPictures) {
    VideoBudget budget{1};
    budget.takes(0, k1080p);
    Ticks now = Ticks{} + seconds{100};
    budget.wants(0, 4000, now);
    budget.tick(now);
    hear(budget, 1, now);
    budget.tick(now + milliseconds{200});
    EXPECT_EQ(budget.share(0).form, PictureForm::full);
}

TEST(VideoBudget, ACameraThatHasAllItWantsComesBackAtTheThresholdItself) {
    VideoBudget budget{1, {.start_kbit = 210 / 0.93}};
    budget.takes(0, k360p);
    Ticks now = Ticks{} + seconds{100};
    budget.wants(0, 210, now); // all pictures need 200
    std::uint16_t number = 1;
    hear(budget, number, now);
    for (int i = 0; i < 50; ++i) {
        now += milliseconds{200};
        budget.tick(now);
    }
    ASSERT_EQ(budget.share(0).form, PictureForm::still);
    for (int i = 0; i < 300; ++i) {
        now += milliseconds{200};
        hear(budget, ++number, now);
        budget.tick(now);
    }
    EXPECT_EQ(budget.share(0).form, PictureForm::full);
}

} // namespace
} // namespace ems::vehicle
