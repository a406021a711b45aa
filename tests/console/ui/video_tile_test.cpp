// The picture shown is of the vehicle named on it, and as old as it says; tiles keep their cameras; what is stored is what is
// seen.
#include "console/widgets/panel.h"
#include "console/widgets/video_numbers.h"
#include "console/widgets/video_picture.h"

#include <string>
#include <utility>
#include <vector>

#include "tests/console/ui/picture_file.h"
#include "tests/console/ui/video_tiles.h"

#include <QDockWidget>
#include <QPainter>
#include <QTranslator>

namespace ems::console {
namespace {

TEST_F(VideoTiles, ThePictureGoesWithTheCaseItBelongsTo) {
    grant(4, "a");
    picture(clock_.utc_us());
    ASSERT_TRUE(tile_->hasPicture());
    EXPECT_TRUE(tile_->sourceText().contains(QStringLiteral("冯村01")));
    lookAtTheOtherCase();
    EXPECT_FALSE(tile_->hasPicture()) << "at once, not at the next tick";
    grant(1, "b");
    EXPECT_FALSE(tile_->hasPicture());
    EXPECT_TRUE(tile_->sourceText().contains(QStringLiteral("中心01")));
    EXPECT_EQ(sources_.front().opened, (std::vector<std::int64_t>{4, 1}));
    EXPECT_EQ(sources_.front().closed, 1);
}

TEST_F(VideoTiles, ALateGrantForTheUnitWatchedBeforeIsNotOpened) {
    lookAtTheOtherCase();
    grant(4, "late");
    EXPECT_TRUE(sources_.front().opened.empty());
}

TEST_F(VideoTiles, AGrantUnderWhichTheServerIsNotHeardIsReplacedWithGrowingPauses) {
    grant(4, "a");
    sources_.front().now.server_heard = true;
    second();
    const auto before = asked(4, Wish::grant);
    sources_.front().now.server_heard = false;
    clock_.advance(std::chrono::milliseconds{4'900});
    second();
    EXPECT_EQ(asked(4, Wish::grant), before);
    clock_.advance(std::chrono::milliseconds{200});
    second();
    EXPECT_EQ(asked(4, Wish::grant), before + 1);
    EXPECT_EQ(asked(4, Wish::end), 1) << "its place at the server is another's";
    grant(4, "b");
    clock_.advance(std::chrono::milliseconds{9'900});
    second();
    EXPECT_EQ(asked(4, Wish::grant), before + 1) << "longer this time";
    clock_.advance(std::chrono::milliseconds{200});
    second();
    EXPECT_EQ(asked(4, Wish::grant), before + 2);
    grant(4, "c");
    sources_.front().now.server_heard = true;
    second();
    sources_.front().now.server_heard = false;
    clock_.advance(std::chrono::milliseconds{5'100});
    second();
    EXPECT_EQ(asked(4, Wish::grant), before + 3) << "heard in between";
}

TEST_F(VideoTiles, ACameraThatSendsNothingCostsNoGrantWhileTheServerIsHeard) {
    grant(4, "a");
    sources_.front().now.server_heard = true;
    second();
    const auto before = asked(4, Wish::grant);
    for (int i = 0; i < 30; ++i) {
        clock_.advance(std::chrono::seconds{1});
        second();
    }
    EXPECT_EQ(asked(4, Wish::grant), before);
}

TEST_F(VideoTiles, TheCentreIsToldAtOnceWhenThePatientsCameraIsNoLongerWanted) {
    grant(4, "a");
    EXPECT_EQ(asked(4, Wish::end), 0);
    lookAtTheOtherCase();
    EXPECT_EQ(asked(4, Wish::end), 1);
    second();
    EXPECT_EQ(asked(4, Wish::end), 1) << "once";
}

TEST_F(VideoTiles, AnEndThatFellIntoALostLinkIsToldBehindIt) {
    grant(4, "a");
    feed_.link(LinkChange::State::down);
    settle();
    lookAtTheOtherCase();
    second();
    EXPECT_EQ(asked(4, Wish::end), 0);
    connectAll();
    second();
    EXPECT_EQ(asked(4, Wish::end), 1);
}

TEST_F(VideoTiles, NobodyWatchesTenSecondsAfterTheViewWasLeft) {
    grant(4, "a");
    window_->showView(View::dispatcher);
    clock_.advance(std::chrono::milliseconds{9'000});
    second();
    EXPECT_EQ(asked(4, Wish::end), 0) << "a look elsewhere and back costs no picture";
    EXPECT_EQ(sources_.front().closed, 0);
    clock_.advance(std::chrono::milliseconds{1'500});
    second();
    EXPECT_EQ(asked(4, Wish::end), 1);
    EXPECT_EQ(sources_.front().closed, 1);
    const auto before = asked(4, Wish::grant);
    window_->showView(View::physician);
    second();
    EXPECT_EQ(asked(4, Wish::grant), before + 1);
}

TEST_F(VideoTiles, AGrantIsRenewedAMinuteBeforeItsEndWhateverBefallsTheCentreMeanwhile) {
    grant(4, "a"); // for ten minutes
    sources_.front().now.server_heard = true;
    second();
    const auto before = asked(4, Wish::grant);
    clock_.advance(std::chrono::seconds{539});
    second();
    EXPECT_EQ(asked(4, Wish::grant), before);
    clock_.advance(std::chrono::seconds{2});
    second();
    EXPECT_EQ(asked(4, Wish::grant), before + 1);
    clock_.advance(std::chrono::seconds{4});
    second();
    EXPECT_EQ(asked(4, Wish::grant), before + 2) << "no answer came";
    feed_.link(LinkChange::State::down);
    settle();
    clock_.advance(std::chrono::seconds{40});
    second();
    EXPECT_EQ(asked(4, Wish::grant), before + 2);
    connectAll();
    second();
    EXPECT_EQ(asked(4, Wish::grant), before + 3) << "15 s before its end";
    grant(4, "b");
    EXPECT_EQ(sources_.front().opened.size(), 2U);
    EXPECT_EQ(sources_.front().closed, 0);
    clock_.advance(std::chrono::seconds{4});
    second();
    EXPECT_EQ(asked(4, Wish::grant), before + 3);
}

TEST_F(VideoTiles, ARenewedGrantKeepsThePicture) {
    grant(4, "a");
    picture(clock_.utc_us());
    grant(4, "b");
    EXPECT_EQ(sources_.front().opened.size(), 2U);
    EXPECT_TRUE(tile_->hasPicture());
}

TEST_F(VideoTiles, APictureIsAsOldAsItsArrival) {
    grant(4, "a");
    picture(clock_.utc_us() - 40'000'000); // it came while the tile was hidden and took none
    EXPECT_NEAR(tile_->pictureAgeS(), 40, 0.1);
}

TEST_F(VideoTiles, APictureThatIsNotFollowedTurnsGreyAndSaysSinceWhen) {
    grant(4, "a");
    picture(clock_.utc_us());
    const QColor live = middle(tile_);
    EXPECT_GT(live.red(), live.green() + 60);
    clock_.advance(std::chrono::milliseconds{1'100});
    EXPECT_TRUE(tile_->statusText().contains(QStringLiteral("2 s old")) ||
                tile_->statusText().contains(QStringLiteral("1 s old")))
        << tile_->statusText().toStdString();
    clock_.advance(std::chrono::seconds{40});
    const QColor stale = middle(tile_);
    EXPECT_NEAR(stale.red(), stale.green(), 4) << "without colour";
    EXPECT_TRUE(tile_->statusText().contains(QStringLiteral("stopped for 0:41"))) << tile_->statusText().toStdString();
}

TEST_F(VideoTiles, StillPicturesAreSaidToBeSuchAndDoNotTurnGreyBetweenTwoOfThem) {
    grant(4, "a");
    picture(clock_.utc_us() - 400'000, Qt::darkRed, video::CaptureMark{clock_.utc_us() - 900'000, video::SentForm::still});
    EXPECT_TRUE(tile_->statusText().contains(QStringLiteral("still pictures"))) << tile_->statusText().toStdString();
    clock_.advance(std::chrono::milliseconds{3'000}); // the next one is due, and on its way
    EXPECT_TRUE(tile_->statusText().contains(QStringLiteral("still pictures, 3 s old"))) << tile_->statusText().toStdString();
    const QColor seen = middle(tile_);
    EXPECT_GT(seen.red(), seen.green() + 60) << "not grey";
    clock_.advance(std::chrono::milliseconds{1'000});
    EXPECT_TRUE(tile_->statusText().contains(QStringLiteral("stopped for"))) << tile_->statusText().toStdString();
}

TEST_F(VideoTiles, APictureThatWasLongOnItsWayIsNotCalledLive) {
    grant(4, "a");
    picture(clock_.utc_us());
    ASSERT_TRUE(tile_->statusText().endsWith(QStringLiteral("live"))) << tile_->statusText().toStdString();
    sources_.front().now.delay_us = 5'000'000; // a queue in the vehicle's uplink
    clock_.advance(std::chrono::milliseconds{2'100});
    picture(clock_.utc_us());
    EXPECT_TRUE(tile_->statusText().contains(QStringLiteral("5 s old"))) << tile_->statusText().toStdString();
}

TEST_F(VideoTiles, ACameraWhoseClockIsHeldSaysItselfHowOldItsPictureIs) {
    using video::CaptureClock;
    using video::SentForm;
    grant(4, "a");
    const auto taken_before = [&](std::int64_t us, CaptureClock clock) {
        picture(clock_.utc_us(), Qt::darkRed,
                video::CaptureMark{desk_->state().server_us(clock_.utc_us()) - us, SentForm::moving, clock});
        return tile_->statusText();
    };
    EXPECT_TRUE(taken_before(5'000'000, CaptureClock::disciplined).contains(QStringLiteral("5 s old")));
    EXPECT_NEAR(tile_->takenAgeS(), 5, 0.1);
    EXPECT_TRUE(taken_before(5'000'000, CaptureClock::free_running).endsWith(QStringLiteral("live")))
        << "its clock may be as far off";
    EXPECT_TRUE(taken_before(3'600'000'000, CaptureClock::disciplined).endsWith(QStringLiteral("live")))
        << "that is another time, not a way";
}

TEST(VideoPicturePixels, AThinLineIsSeenInASmallTileInWhicheverColumnItStands) {
    for (int column = 20; column < 24; ++column) {
        QImage picture{64, 36, QImage::Format_RGB32};
        picture.fill(Qt::black);
        QPainter{&picture}.fillRect(column, 0, 1, 36, Qt::white);
        const QImage small = halved_towards(picture, {16, 9});
        ASSERT_EQ(small.size(), QSize(16, 9));
        EXPECT_NEAR(small.pixelColor(5, 4).red(), 63, 2) << "a quarter of the line's light, line in column " << column;
        EXPECT_EQ(small.pixelColor(4, 4).red(), 0);
    }
}

TEST(VideoPicturePixels, APictureThatIsNotTwiceAsLargeIsNotHalved) {
    const QImage picture{64, 36, QImage::Format_RGB32};
    EXPECT_EQ(halved_towards(picture, {33, 18}).size(), picture.size());
    EXPECT_EQ(halved_towards(picture, {640, 360}).size(), picture.size());
    EXPECT_EQ(halved_towards(picture, {0, 0}).size(), picture.size());
}

TEST(VideoPicturePixels, AFadedPictureIsGreyAndLiesOnItsGround) {
    QImage picture{2, 1, QImage::Format_RGB32};
    picture.setPixel(0, 0, qRgb(0, 0, 0));
    picture.setPixel(1, 0, qRgb(255, 255, 255));
    const QImage out = faded(picture, QColor{10, 20, 30}, 0.5);
    EXPECT_EQ(out.pixel(0, 0), qRgb(5, 10, 15));
    EXPECT_EQ(out.pixel(1, 0), qRgb(133, 138, 143));
}

TEST(VideoPicturePixels, APictureLiesInTheMiddleWithItsProportions) {
    EXPECT_EQ(fitted_box({640, 360}, {320, 200}), QRect(0, 10, 320, 180));
    EXPECT_EQ(fitted_box({640, 360}, {640, 360}), QRect(0, 0, 640, 360));
    EXPECT_EQ(fitted_box({640, 360}, {400, 90}), QRect(120, 0, 160, 90));
}

TEST_F(VideoTiles, TheOverlayTellsLossRateAndDelay) {
    grant(4, "a");
    picture(clock_.utc_us());
    ScriptedSource& source = sources_.front();
    clock_.advance(std::chrono::seconds{3});
    picture(clock_.utc_us()); // a stretch to be measured begins
    source.now = {990, 10, 250'000, 230'000, false, true, {}};
    clock_.advance(std::chrono::seconds{4});
    picture(clock_.utc_us());
    const QString figures = tile_->figuresText();
    EXPECT_TRUE(figures.contains(QStringLiteral("loss 1.0 %"))) << figures.toStdString();
    EXPECT_TRUE(figures.contains(QStringLiteral("500 kbit/s"))) << figures.toStdString();
    EXPECT_TRUE(figures.contains(QStringLiteral("delay 0.23 s"))) << figures.toStdString();
    EXPECT_FALSE(figures.contains(QStringLiteral("TLS"))) << figures.toStdString();
    source.now.by_tls = true;
    clock_.advance(std::chrono::seconds{4});
    picture(clock_.utc_us());
    EXPECT_TRUE(tile_->figuresText().contains(QStringLiteral("by TLS"))) << tile_->figuresText().toStdString();
}

TEST_F(VideoTiles, ACameraThatIsNotShownForItsEncodingSaysSo) {
    grant(4, "a");
    EXPECT_EQ(tile_->emptyText(), QStringLiteral("Waiting for the picture"));
    sources_.front().now.refused_encoding = QStringLiteral("H.265");
    EXPECT_TRUE(tile_->emptyText().contains(QStringLiteral("H.265"))) << tile_->emptyText().toStdString();
    lookAtTheOtherCase();
    sources_.front().now = {};
    EXPECT_FALSE(tile_->emptyText().contains(QStringLiteral("H.265")));
}

TEST_F(VideoTiles, AHeldPictureStaysWhileTheLiveOneGoesOnAndSaysSo) {
    grant(4, "a");
    picture(clock_.utc_us());
    tile_->setFocus();
    QTest::keyClick(tile_, Qt::Key_F);
    ASSERT_TRUE(tile_->isHeld());
    clock_.advance(std::chrono::seconds{9});
    picture(clock_.utc_us(), Qt::darkBlue);
    EXPECT_GT(middle(tile_).red(), middle(tile_).blue()) << "the picture that was held";
    EXPECT_TRUE(tile_->statusText().contains(QStringLiteral("held picture of"))) << tile_->statusText().toStdString();
    QTest::keyClick(tile_, Qt::Key_F);
    EXPECT_GT(middle(tile_).blue(), middle(tile_).red());
}

TEST_F(VideoTiles, WhatIsStoredIsWhatIsSeenWithCaseVehicleCameraAndTime) {
    grant(4, "a");
    const std::int64_t seen_us = clock_.utc_us();
    picture(seen_us);
    QTest::keyClick(tile_, Qt::Key_F);
    clock_.advance(std::chrono::seconds{9});
    picture(clock_.utc_us(), Qt::darkBlue);
    QTest::keyClick(tile_, Qt::Key_S);
    const auto* sent = stored();
    ASSERT_NE(sent, nullptr);
    EXPECT_EQ(sent->incident_id(), 10);
    EXPECT_EQ(sent->unit_id(), 4);
    EXPECT_EQ(sent->camera(), "cabin");
    EXPECT_NEAR(static_cast<double>(sent->taken_us() - seen_us), 0, 1e5) << "when it came, not when it was stored";
    EXPECT_EQ(sent->width(), 64U);
    const QImage image =
        QImage::fromData(QByteArray::fromStdString(sent->jpeg()), "JPG");
    ASSERT_FALSE(image.isNull());
    EXPECT_GT(image.pixelColor(30, 18).red(), image.pixelColor(30, 18).blue() + 60);
}

TEST_F(VideoTiles, WithoutALinkNothingIsStoredLater) {
    grant(4, "a");
    picture(clock_.utc_us());
    feed_.link(LinkChange::State::down);
    settle();
    QTest::keyClick(tile_, Qt::Key_S);
    EXPECT_EQ(stored(), nullptr);
}

TEST_F(VideoTiles, FourTilesShowAllCamerasOfTheCaseAndThoseOfOthers) {
    feed_.unit_state(1, ems::wire::UNIT_ASSIGNED, clock_.utc_us());
    settle();
    cameras({{1, "cabin"}, {4, "front"}, {4, "cabin"}});
    tile_->setFocus();
    QTest::keyClick(tile_, Qt::Key_4);
    VideoWall& wall = window_->videoWall();
    ASSERT_EQ(wall.tileLayout(), TileLayout::four);
    EXPECT_EQ(wall.tile(0)->channel(), (CameraChannel{4, 10, "cabin"}));
    EXPECT_EQ(wall.tile(1)->channel(), (CameraChannel{4, 10, "front"}));
    EXPECT_EQ(wall.tile(2)->channel(), (CameraChannel{1, 11, "cabin"}));
    EXPECT_FALSE(wall.tile(3)->channel());
    grant(4, "f", "front");
    EXPECT_EQ(sources_.at(1).opened, (std::vector<std::int64_t>{4}));
    EXPECT_TRUE(sources_.at(0).opened.empty());
    EXPECT_EQ(wall.grab().toImage().size().isEmpty(), false);
}

TEST_F(VideoTiles, TheTitleCountsTheCamerasThatSend) {
    const auto* dock = window_->findChild<QDockWidget*>(QStringLiteral("dockVideo"));
    const auto note = [&] { return qobject_cast<PanelTitle*>(dock->titleBarWidget())->note().toStdString(); };
    EXPECT_EQ(note(), "1 camera");
    cameras({{4, "cabin"}, {4, "front"}});
    EXPECT_EQ(note(), "2 cameras");
}

TEST_F(VideoTiles, ALargeTileLeavesTheAlarmBarInSightAndEscBringsItBack) {
    grant(4, "a");
    picture(clock_.utc_us());
    VideoWall& wall = window_->videoWall();
    const QSize small = tile_->size();
    QTest::mouseDClick(tile_, Qt::LeftButton);
    ASSERT_EQ(wall.largeTile(), tile_);
    EXPECT_GT(tile_->width(), 1'800);
    EXPECT_GE(tile_->mapTo(window_.get(), QPoint{0, 0}).y(), 44);
    EXPECT_EQ(window_->focusWidget(), tile_);
    QTest::keyClick(tile_, Qt::Key_Escape);
    EXPECT_EQ(wall.largeTile(), nullptr);
    EXPECT_EQ(tile_->size(), small);
    tile_->setFocus();
    QTest::keyClick(tile_, Qt::Key_Return);
    EXPECT_EQ(wall.largeTile(), tile_);
}

TEST_F(VideoTiles, ALargeTileHasTheNumbersOfItsPatientBeneathIt) {
    grant(4, "a");
    picture(clock_.utc_us());
    feed_.vitals(4, clock_.utc_us());
    VideoWall& wall = window_->videoWall();
    EXPECT_EQ(wall.numbers(), nullptr);
    QTest::mouseDClick(tile_, Qt::LeftButton);
    settle();
    ASSERT_NE(wall.numbers(), nullptr);
    EXPECT_TRUE(wall.numbers()->isVisible());
    EXPECT_FALSE(wall.numbers()->geometry().intersects(tile_->geometry())) << "none hides a piece of the picture";
    EXPECT_TRUE(wall.numbers()->spokenText().contains(QStringLiteral("104/68")));
    QTest::keyClick(tile_, Qt::Key_Escape);
    EXPECT_EQ(wall.numbers(), nullptr);
}

TEST_F(VideoTiles, NumbersBeneathALargeTileGoWithItsPatient) {
    grant(4, "a");
    feed_.vitals(4, clock_.utc_us());
    QTest::mouseDClick(tile_, Qt::LeftButton);
    settle();
    VideoWall& wall = window_->videoWall();
    ASSERT_NE(wall.numbers(), nullptr);
    ASSERT_TRUE(wall.numbers()->spokenText().contains(QStringLiteral("104/68")));
    lookAtTheOtherCase();
    settle();
    ASSERT_NE(wall.numbers(), nullptr);
    EXPECT_FALSE(wall.numbers()->spokenText().contains(QStringLiteral("104/68")));
}

TEST_F(VideoTiles, ANumberBeneathALargeTileWearsItsAlarm) {
    grant(4, "a");
    feed_.vitals(4, clock_.utc_us());
    feed_.alarm(4, "spo2_low", ems::wire::Alarm::MEDIUM, clock_.utc_us());
    QTest::mouseDClick(tile_, Qt::LeftButton);
    settle();
    ASSERT_NE(window_->videoWall().numbers(), nullptr);
    const QImage strip = window_->videoWall().numbers()->grab().toImage();
    EXPECT_EQ(strip.pixelColor(strip.width() / 4 + 3, 3), theme_.color(Token::al_med)) << "the saturation's cell";
    EXPECT_EQ(strip.pixelColor(3, 3), theme_.color(Token::bg_panel)) << "not the heart's";
}

class VideoPictures : public VideoTiles {
  protected:
    void SetUp() override {
        if (translator_.load(QStringLiteral(":/i18n/ems_console_zh_CN.qm"))) {
            QCoreApplication::installTranslator(&translator_);
        }
        VideoTiles::SetUp();
    }
    void TearDown() override {
        window_.reset();
        QCoreApplication::removeTranslator(&translator_);
    }
    void show(std::size_t tile, QColor top, QColor bottom) {
        QImage image{640, 360, QImage::Format_RGB32};
        QPainter p{&image};
        QLinearGradient ramp{0, 0, 0, 360};
        ramp.setColorAt(0, top);
        ramp.setColorAt(1, bottom);
        p.fillRect(image.rect(), ramp);
        p.setBrush(QColor{90, 120, 150});
        p.drawRect(220, 150, 200, 160);
        p.end();
        sources_.at(tile).now = {990, 10, 250'000, 230'000, false, true, {}, {}, tile == 0,
                                 tile == 0 ? video::RecordingState::disk_full : video::RecordingState::recording};
        sources_.at(tile).next = VideoPicture{image, 1, clock_.utc_us()};
        QTRY_VERIFY(!sources_.at(tile).next.has_value());
    }
    void shoot(const QString& name) {
        settle();
        save_picture(window_->grab().toImage(), name);
    }
    QTranslator translator_;
};

TEST_F(VideoPictures, TilesInBothThemes) {
    feed_.unit_state(1, ems::wire::UNIT_ASSIGNED, clock_.utc_us());
    settle();
    cameras({{1, "cabin"}, {4, "front"}, {4, "cabin"}});
    window_->videoWall().showTiles(TileLayout::four);
    grant(4, "a");
    grant(4, "b", "front");
    show(1, {70, 90, 70}, {150, 150, 140});
    clock_.advance(std::chrono::seconds{41});
    show(0, {60, 60, 80}, {170, 160, 150});
    clock_.advance(std::chrono::milliseconds{600});
    window_->videoWall().focusTile();
    shoot(QStringLiteral("video.png"));
    QTest::keyClick(window_->videoWall().tile(0), Qt::Key_F);
    QTest::keyClick(window_->videoWall().tile(0), Qt::Key_S);
    QTest::keyClick(window_->videoWall().tile(0), Qt::Key_Return);
    feed_.vitals(4, clock_.utc_us());
    feed_.alarm(4, "spo2_low", ems::wire::Alarm::MEDIUM, clock_.utc_us());
    shoot(QStringLiteral("video-large.png"));
    window_->resize(1'280, 720); // a desk whose texts are 1.5 times as large
    shoot(QStringLiteral("video-large-narrow.png"));
    window_->resize(1'920, 1'080);
    theme_.setMode(ThemeMode::day);
    application().setPalette(theme_.palette());
    QTest::keyClick(window_->videoWall().tile(0), Qt::Key_Escape);
    QTest::keyClick(window_->videoWall().tile(0), Qt::Key_F);
    shoot(QStringLiteral("video-day.png"));
}

} // namespace
} // namespace ems::console
