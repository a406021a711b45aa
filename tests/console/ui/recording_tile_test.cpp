// Whether the pictures of a tile are recorded, as the media server says it: on the tile, to a screen reader, as an alarm.
#include "console/widgets/video_tile.h"
#include "tests/console/ui/video_tiles.h"

namespace ems::console {
namespace {

TEST_F(VideoTiles, ATileSaysWhetherItsPicturesAreRecordedAndWhyNot) {
    ScriptedSource& source = sources_.front();
    const auto says = [&](video::RecordingState state) {
        source.now.server_heard = true;
        source.now.recording = state;
        clock_.advance(std::chrono::milliseconds{2'100});
        picture(clock_.utc_us());
        return tile_->recordingText();
    };
    grant(4, "a");
    EXPECT_EQ(says(video::RecordingState::unknown), QString{});
    EXPECT_EQ(says(video::RecordingState::recording), QStringLiteral("● recorded"));
    EXPECT_EQ(says(video::RecordingState::disk_full), QStringLiteral("○ not recorded: disk full"));
    EXPECT_TRUE(tile_->spokenText().contains(QStringLiteral("disk full")));
    EXPECT_EQ(says(video::RecordingState::disk_failed), QStringLiteral("○ not recorded: disk fails"));
    EXPECT_EQ(says(video::RecordingState::disk_slow), QStringLiteral("○ not recorded: disk too slow"));
    EXPECT_EQ(says(video::RecordingState::off), QStringLiteral("○ not recorded: switched off"));
    const QColor seen = middle(tile_);
    EXPECT_GT(seen.red(), seen.green() + 60) << "the picture's centre is free";
    source.now.server_heard = false;
    clock_.advance(std::chrono::milliseconds{2'100});
    picture(clock_.utc_us());
    EXPECT_EQ(tile_->recordingText(), QString{}) << "nobody says it any more";
}

TEST_F(VideoTiles, WhatIsNotRecordedStandsInverseOnTheTileAndWhatIsDoesNot) {
    const auto ground = [&](video::RecordingState state) {
        sources_.front().now.server_heard = true;
        sources_.front().now.recording = state;
        clock_.advance(std::chrono::milliseconds{2'100});
        picture(clock_.utc_us());
        const QImage shot = tile_->grab().toImage();
        const double ratio = shot.devicePixelRatio();
        return shot.pixelColor(static_cast<int>((tile_->width() - 2) * ratio), static_cast<int>(2 * ratio));
    };
    grant(4, "a");
    EXPECT_EQ(ground(video::RecordingState::disk_full), theme_.color(Token::st_bg));
    EXPECT_EQ(ground(video::RecordingState::recording), theme_.color(Token::v_bg));
}

TEST_F(VideoTiles, AnotherPatientsTileDoesNotTakeOverTheStateOfTheRecording) {
    grant(4, "a");
    sources_.front().now.server_heard = true;
    sources_.front().now.recording = video::RecordingState::disk_full;
    clock_.advance(std::chrono::milliseconds{2'100});
    picture(clock_.utc_us());
    ASSERT_FALSE(tile_->recordingText().isEmpty());
    lookAtTheOtherCase();
    EXPECT_EQ(tile_->recordingText(), QString{});
}

TEST_F(VideoTiles, PicturesThatAreNotRecordedAreAnAlarmAtTheDeskThatLooks) {
    const auto alarm = [&] { return desk_->state().alarms().find("u4:recording_failed"); };
    const auto told = [&](video::RecordingState state) {
        sources_.front().now.server_heard = true;
        sources_.front().now.recording = state;
        clock_.advance(std::chrono::milliseconds{2'100});
        picture(clock_.utc_us());
        second();
    };
    grant(4, "a");
    told(video::RecordingState::recording);
    EXPECT_EQ(alarm(), nullptr);
    told(video::RecordingState::off);
    EXPECT_EQ(alarm(), nullptr) << "nothing failed";
    told(video::RecordingState::disk_full);
    ASSERT_NE(alarm(), nullptr);
    EXPECT_EQ(alarm()->grade, Grade::low);
    EXPECT_EQ(alarm()->state, AlarmState::active);
    ASSERT_NE(alarm()->reason, nullptr);
    told(video::RecordingState::recording);
    ASSERT_NE(alarm(), nullptr) << "nobody has seen it yet";
    EXPECT_EQ(alarm()->state, AlarmState::returned);
    EXPECT_EQ(alarm()->ending, Ending::recovered);
}

} // namespace
} // namespace ems::console
