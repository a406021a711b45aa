// Cameras keep their tiles; what is wanted more takes the place of what is wanted no more, and of nothing else.
#include "console/model/video_slots.h"

#include <gtest/gtest.h>

#include "tests/console/fake_feed.h"

namespace ems::console {
namespace {

std::vector<CameraChannel> channels(std::initializer_list<std::int64_t> units) {
    std::vector<CameraChannel> out;
    for (const std::int64_t unit : units) {
        out.push_back({unit, 10 + unit, "cabin"});
    }
    return out;
}

TEST(VideoSlots, ACameraKeepsItsTileWhenOthersComeAndGo) {
    VideoSlots slots;
    slots.set_layout(TileLayout::four);
    slots.update(channels({1, 2, 3}));
    slots.update(channels({5, 3, 1})); // 2 is gone, 5 is wanted most
    EXPECT_EQ(slots.at(0)->unit_id, 1);
    EXPECT_EQ(slots.at(1)->unit_id, 5);
    EXPECT_EQ(slots.at(2)->unit_id, 3);
    EXPECT_FALSE(slots.at(3));
    EXPECT_FALSE(slots.update(channels({5, 3, 1})));
}

TEST(VideoSlots, ASmallerLayoutKeepsTheMostWanted) {
    VideoSlots slots;
    slots.set_layout(TileLayout::nine);
    slots.update(channels({1, 2, 3, 4, 5, 6}));
    slots.set_layout(TileLayout::one);
    EXPECT_TRUE(slots.update(channels({1, 2, 3, 4, 5, 6})));
    EXPECT_EQ(slots.at(0)->unit_id, 1);
    EXPECT_FALSE(slots.at(1));
}

TEST(VideoSlots, TheSameCameraWithAnotherPatientIsAnotherChannel) {
    VideoSlots slots;
    std::vector<CameraChannel> one{{4, 10, "cabin"}};
    slots.update(one);
    one.front().incident_id = 11;
    EXPECT_TRUE(slots.update(one));
}

TEST(VideoSlots, WithoutAWordOfTheCentreTheCabinIsAskedFor) {
    FakeFeed feed;
    feed.log_in();
    feed.snapshot(1'000'000'000'000);
    DeskState state;
    for (const auto& event : feed.drain(100)) {
        if (const auto* frame = std::get_if<api::ServerFrame>(&event); frame != nullptr && frame->has_snapshot()) {
            state.apply_snapshot(frame->snapshot(), 1'000'000'000'000);
        }
    }
    state.select_incident(10);
    EXPECT_EQ(wanted_channels(state, {}, 1'000'000'000'000), (std::vector<CameraChannel>{{4, 10, "cabin"}}));
}

} // namespace
} // namespace ems::console
