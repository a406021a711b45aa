// Nine cameras at once: each in its own place, by keys alone.
#include <array>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/console/ui/picture_file.h"
#include "tests/console/ui/video_tiles.h"

namespace ems::console {
namespace {

// Each place of the wall in a colour of its own.
class NineTiles : public VideoTiles {
  protected:
    static QColor colourOf(int camera) { return QColor::fromHsv(camera * 40, 200, 200); }
    void showNine() {
        feed_.unit_state(1, ems::wire::UNIT_ASSIGNED, clock_.utc_us());
        settle();
        std::vector<std::pair<std::int64_t, std::string>> sending{{4, "cabin"}, {1, "cabin"}, {1, "front"}};
        for (const char* name : {"front", "rear", "side", "c5", "c6", "c7"}) {
            sending.emplace_back(4, name);
        }
        cameras(sending);
        QTest::keyClick(window_.get(), Qt::Key_V, Qt::ControlModifier);
        ASSERT_EQ(window_->focusWidget(), tile_);
        QTest::keyClick(window_->focusWidget(), Qt::Key_9);
        ASSERT_EQ(window_->videoWall().tileLayout(), TileLayout::nine);
        // In the order of the places, so that a picture under another place's camera is seen.
        for (std::size_t i = 0; i < kTilesMax; ++i) {
            const auto& channel = window_->videoWall().tile(i)->channel();
            ASSERT_TRUE(channel) << i;
            grant(channel->unit_id, "g" + std::to_string(i), channel->camera);
            EXPECT_EQ(sources_.at(i).opened, std::vector<std::int64_t>{channel->unit_id}) << i;
            QImage image{640, 360, QImage::Format_RGB32};
            image.fill(colourOf(static_cast<int>(i)));
            sources_.at(i).now.server_heard = true;
            sources_.at(i).now.recording =
                i == 4 ? video::RecordingState::disk_full : video::RecordingState::recording;
            sources_.at(i).next = VideoPicture{image, 1, clock_.utc_us()};
        }
        for (ScriptedSource& source : sources_) {
            QTRY_VERIFY(!source.next.has_value());
        }
        clock_.advance(std::chrono::milliseconds{2'100}); // a stretch is measured
        for (std::size_t i = 0; i < kTilesMax; ++i) {
            QImage image{640, 360, QImage::Format_RGB32};
            image.fill(colourOf(static_cast<int>(i)));
            sources_.at(i).next = VideoPicture{image, 2, clock_.utc_us()};
        }
        for (ScriptedSource& source : sources_) {
            QTRY_VERIFY(!source.next.has_value());
        }
        settle();
    }
    static void expectColour(const QColor& seen, int camera) {
        const QColor own = colourOf(camera);
        EXPECT_NEAR(seen.red(), own.red(), 3) << camera;
        EXPECT_NEAR(seen.green(), own.green(), 3) << camera;
        EXPECT_NEAR(seen.blue(), own.blue(), 3) << camera;
    }
};

TEST_F(NineTiles, EachShowsItsOwnCameraInItsPlace) {
    showNine();
    if (HasFatalFailure()) {
        return;
    }
    VideoWall& wall = window_->videoWall();
    const QImage shot = wall.grab().toImage();
    save_picture(window_->grab().toImage(), QStringLiteral("video-nine.png"));
    QRect before;
    std::set<CameraChannel> shown;
    for (std::size_t i = 0; i < kTilesMax; ++i) {
        const VideoTile* tile = wall.tile(i);
        const QRect place = tile->geometry();
        ASSERT_TRUE(tile->isVisible()) << i;
        EXPECT_TRUE(wall.rect().contains(place)) << i;
        EXPECT_TRUE(i % 3 == 0 ? place.top() > before.bottom() || i == 0 : place.left() > before.right()) << i;
        before = place;
        expectColour(shot.pixelColor(place.center() * shot.devicePixelRatio()), static_cast<int>(i));
        shown.insert(*tile->channel());
    }
    EXPECT_EQ(shown.size(), kTilesMax) << "each camera once";
    EXPECT_EQ(wall.tile(0)->channel(), (CameraChannel{4, 10, "cabin"})) << "the cabin of the chosen case first";
    EXPECT_EQ(wall.tile(8)->channel()->unit_id, 1);
}

TEST_F(NineTiles, ArrowsReachEachAndEnterMakesThatOneLarge) {
    showNine();
    if (HasFatalFailure()) {
        return;
    }
    VideoWall& wall = window_->videoWall();
    constexpr std::array kWay{Qt::Key_Right, Qt::Key_Right, Qt::Key_Down, Qt::Key_Left,
                              Qt::Key_Left,  Qt::Key_Down,  Qt::Key_Right, Qt::Key_Right};
    constexpr std::array<std::size_t, 8> kReached{1, 2, 5, 4, 3, 6, 7, 8};
    for (std::size_t i = 0; i < kWay.size(); ++i) {
        QTest::keyClick(window_->focusWidget(), kWay.at(i));
        ASSERT_EQ(window_->focusWidget(), wall.tile(kReached.at(i))) << i;
    }
    QTest::keyClick(window_->focusWidget(), Qt::Key_Return);
    ASSERT_EQ(wall.largeTile(), wall.tile(8));
    expectColour(middle(wall.tile(8)), 8);
    QTest::keyClick(window_->focusWidget(), Qt::Key_Escape);
    EXPECT_EQ(wall.largeTile(), nullptr);
    QTest::keyClick(window_->focusWidget(), Qt::Key_1);
    EXPECT_FALSE(wall.tile(8)->isVisible());
    expectColour(middle(wall.tile(0)), 0);
}

} // namespace
} // namespace ems::console
