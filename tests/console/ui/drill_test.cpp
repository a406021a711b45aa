// What is on a drill's screen cannot be taken for the real world, and the real world never bears a drill's mark.
#include "console/theme/drill_marks.h"
#include "console/widgets/controls.h"
#include "console/widgets/ecg_page_view.h"
#include "console/widgets/ecg_sweep.h"
#include "console/widgets/map_view.h"
#include "console/widgets/panel.h"
#include "console/window/wall_window.h"
#include "tests/console/ui/desk_fixture.h"
#include "tests/support/temp_dir.h"

#include <QDialog>
#include <QDockWidget>
#include <QFile>
#include <QMenu>

namespace ems::console {
namespace {

class DrillTest : public DeskTest {
  protected:
    void connectToDrill() {
        feed_.drill = true;
        connectAll();
    }
    QWidget* frameOf(const QWidget& window) {
        return window.findChild<QWidget*>(QStringLiteral("drillFrame"), Qt::FindDirectChildrenOnly);
    }
    // Pixels of the drill's colour.
    int marksIn(const QImage& shot) {
        const QRgb mark = theme_.color(Token::dr).rgb();
        int count = 0;
        for (int y = 0; y < shot.height(); ++y) {
            for (int x = 0; x < shot.width(); ++x) {
                count += shot.pixel(x, y) == mark ? 1 : 0;
            }
        }
        return count;
    }
    void expectMarked(QWidget& window) {
        EXPECT_TRUE(window.windowTitle().startsWith(drill_words())) << window.windowTitle().toStdString();
        const QWidget* frame = frameOf(window);
        ASSERT_NE(frame, nullptr) << window.objectName().toStdString();
        EXPECT_TRUE(frame->isVisible());
        EXPECT_EQ(frame->geometry(), window.rect());
        const QImage shot = window.grab().toImage();
        const int rim = 2 * kDrillSidePx * shot.height() + (kDrillTopPx + kDrillSidePx) * shot.width();
        EXPECT_GT(marksIn(shot), rim / 3) << "of " << rim << " pixels, some two thirds between the stripes";
    }
};

TEST_F(DrillTest, EveryWindowOfADrillIsFramedAndNamedInBothThemes) {
    connectToDrill();
    for (const ThemeMode mode : {ThemeMode::night, ThemeMode::day}) {
        theme_.setMode(mode);
        for (const View view : {View::dispatcher, View::physician}) {
            window_->showView(view);
            settle();
            expectMarked(*window_);
        }
    }
}

TEST_F(DrillTest, EveryPanelOfADrillHasItsLine) {
    connectToDrill();
    for (const View view : {View::dispatcher, View::physician}) {
        window_->showView(view);
        settle();
        int panels = 0;
        for (QWidget* part : window_->findChildren<QWidget*>()) {
            if (!part->isVisible() || part->size().isEmpty() || (qobject_cast<PanelTitle*>(part) == nullptr && qobject_cast<PanelBody*>(part) == nullptr)) {
                continue;
            }
            ++panels;
            const QImage shot = part->grab().toImage();
            EXPECT_EQ(shot.pixelColor(0, shot.height() / 2), theme_.color(Token::dr)) << part->objectName().toStdString();
            EXPECT_EQ(shot.pixelColor(shot.width() - 1, shot.height() / 2), theme_.color(Token::dr));
        }
        EXPECT_GT(panels, 10);
    }
}

TEST_F(DrillTest, TheMapOfADrillBearsTheWordsUnderItsUnits) {
    connectToDrill();
    QWidget& map = window_->mapView();
    const QImage shot = map.grab().toImage();
    const QColor ground = theme_.color(Token::m_land);
    int tinted = 0; // towards the drill's colour, which has more red and blue than green
    for (int y = 60; y < shot.height() - 60; y += 3) {
        for (int x = 0; x < shot.width(); x += 3) {
            const QColor c = shot.pixelColor(x, y);
            tinted += c.red() > ground.red() + 12 && c.green() < ground.green() + 24 && c.blue() > ground.blue() + 12 ? 1 : 0;
        }
    }
    EXPECT_GT(tinted, shot.width() * shot.height() / 9 / 50);
}

TEST_F(DrillTest, AWindowOpenedLaterIsMarkedAndItsMenuIsNot) {
    connectToDrill();
    QTest::keyClick(window_.get(), Qt::Key_F1);
    auto* help = window_->findChild<QDialog*>(QStringLiteral("helpView"));
    ASSERT_NE(help, nullptr);
    expectMarked(*help);
    help->setWindowTitle(QStringLiteral("another"));
    EXPECT_EQ(help->windowTitle(), drill_words() + QStringLiteral(" · another"));
    QMenu menu{window_.get()};
    menu.addAction(QStringLiteral("x"));
    menu.popup({10, 10});
    settle();
    EXPECT_EQ(frameOf(menu), nullptr);
}

TEST_F(DrillTest, ADockHasTheFrameWhileItFloats) {
    connectToDrill();
    auto* dock = window_->findChild<QDockWidget*>(QStringLiteral("dockUnits"));
    ASSERT_NE(dock, nullptr);
    const QString name = dock->windowTitle();
    dock->setFloating(true);
    settle();
    expectMarked(*dock);
    dock->setFloating(false);
    settle();
    EXPECT_EQ(frameOf(*dock), nullptr);
    EXPECT_EQ(dock->windowTitle(), name);
    EXPECT_EQ(dock->contentsMargins(), QMargins{});
}

TEST_F(DrillTest, AMachineOfADrillIsMarkedBeforeAnyServerAnswers) {
    desk_->setDrill();
    settle();
    expectMarked(*window_);
}

TEST_F(DrillTest, TheWallOfADrillIsMarked) {
    connectToDrill();
    WallWindow wall{*desk_, scene_};
    wall.show();
    settle();
    expectMarked(wall);
    EXPECT_GE(wall.findChild<MapView*>()->mapTo(&wall, QPoint{0, 0}).x(), kDrillSidePx);
}

TEST_F(DrillTest, APageOfADrillSaysSoInItsNameAndOnIt) {
    connectToDrill();
    desk_->selectIncident(10);
    window_->showView(View::physician);
    settle();
    auto* sweep = window_->findChild<EcgSweep*>();
    for (std::uint64_t sample = 0; sample < 120 * 50; sample += 50) {
        clock_.advance(std::chrono::milliseconds{100});
        feed_.wave(4, sample, 50, clock_.utc_us());
        settle();
        sweep->advance(desk_->monotonicS());
    }
    window_->toggleFreeze();
    ASSERT_TRUE(window_->isFrozen());
    EXPECT_TRUE(window_->ecgPage().fileName().startsWith(drill_file_prefix()));
    const test::TempDir folder;
    const QString path = QString::fromStdString((folder.path() / "page.pdf").string());
    ASSERT_TRUE(window_->ecgPage().print(path));
    QFile file{path};
    ASSERT_TRUE(file.open(QIODevice::ReadOnly));
    // The title of a PDF is UTF-16 or plain: the Latin word is in it either way.
    QByteArray title = file.readAll();
    title = title.mid(title.indexOf("/Title"), 200).replace('\0', QByteArray{});
    EXPECT_TRUE(title.contains("DRILL")) << title.toStdString();
}

TEST_F(DrillTest, APictureThatIsStoredFromADrillBearsTheWords) {
    QImage picture{640, 360, QImage::Format_RGB32};
    picture.fill(theme_.color(Token::v_bg));
    EXPECT_GT(marksIn(drill_marked(picture, theme_)), 2 * 640);
    EXPECT_EQ(marksIn(picture), 0);
}

TEST_F(DrillTest, TheRealWorldBearsNoMarkAnywhere) {
    connectAll();
    WallWindow wall{*desk_, scene_};
    wall.show();
    QTest::keyClick(window_.get(), Qt::Key_F1);
    for (const ThemeMode mode : {ThemeMode::night, ThemeMode::day}) {
        theme_.setMode(mode);
        for (const View view : {View::dispatcher, View::physician}) {
            window_->showView(view);
            settle();
            for (QWidget* window : QApplication::topLevelWidgets()) {
                EXPECT_FALSE(window->windowTitle().contains(QStringLiteral("DRILL")));
                EXPECT_EQ(window->findChild<QWidget*>(QStringLiteral("drillFrame")), nullptr);
                if (window->isVisible()) {
                    EXPECT_EQ(marksIn(window->grab().toImage()), 0) << window->objectName().toStdString();
                }
            }
        }
    }
    EXPECT_FALSE(window_->ecgPage().fileName().startsWith(drill_file_prefix()));
}

} // namespace
} // namespace ems::console
