// The desk over three monitors (of the offscreen platform) and back, and each user's arrangement.
#include "console/widgets/ecg_sweep.h"
#include "console/widgets/map_view.h"
#include "console/window/layout_store.h"
#include "tests/console/ui/desk_fixture.h"
#include "tests/console/ui/scripted_line.h"

#include <QDir>
#include <QDockWidget>
#include <QFile>
#include <QScreen>
#include <QTemporaryDir>

namespace ems::console {
namespace {

class Layouts : public DeskTest {
  protected:
    void SetUp() override {
        ASSERT_EQ(QGuiApplication::screens().size(), 3);
        DeskTest::SetUp();
        window_->keepLayouts(folder_.path());
        connectAll();
    }
    void renewWindow() {
        window_.reset();
        window_ = std::make_unique<MainWindow>(*desk_, scene_, videoSources(), draft_);
        window_->show();
        window_->keepLayouts(folder_.path());
        settle();
    }
    // The window that the physician's part stands in.
    QWidget& physician() { return *window_->sweep().window(); }
    QDockWidget* dock(const char* name) { return window_->findChild<QDockWidget*>(QString::fromLatin1(name)); }
    QTemporaryDir folder_;
};

TEST_F(Layouts, ThreeMonitorsTakeCallsMapAndPhysician) {
    QTest::keyClick(window_.get(), Qt::Key_3, Qt::ControlModifier);
    EXPECT_EQ(window_->spread(), Spread::monitors);
    EXPECT_EQ(window_->mapView().window()->geometry().x(), 1920);
    EXPECT_NE(window_->mapView().window(), window_.get());
    window_->gather();
    EXPECT_EQ(window_->mapView().window(), window_.get());
    EXPECT_TRUE(window_->mapView().isVisible());
}

TEST_F(Layouts, KeysWorkWhileTheMapHasAWindowOfItsOwn) {
    window_->spreadOut();
    window_->mapView().setFocus();
    window_->mapView().window()->activateWindow();
    QTest::keyClick(&window_->mapView(), Qt::Key_F10);
    EXPECT_TRUE(window_->findChild<QWidget*>(QStringLiteral("commandLine"))->hasFocus() ||
                window_->focusWidget() == window_->findChild<QWidget*>(QStringLiteral("commandLine")));
}

TEST_F(Layouts, ADigitInTheWindowOfTheMapChoosesTheUnit) {
    desk_->selectIncident(11);
    feed_.recommendation(clock_.utc_us());
    settle();
    window_->spreadOut();
    QTest::keyClick(&window_->mapView(), Qt::Key_2);
    ASSERT_NE(desk_->state().selected_candidate(), nullptr);
    EXPECT_EQ(desk_->state().selected_candidate()->rank(), 2U);
}

TEST_F(Layouts, F6StepsThroughTheCasesOfTheActiveWindow) {
    window_->spreadOut();
    physician().activateWindow();
    settle();
    QTest::keyClick(&physician(), Qt::Key_F6);
    EXPECT_EQ(desk_->state().selected_incident(), 10) << "the running one";
    window_->activateWindow();
    settle();
    QTest::keyClick(window_.get(), Qt::Key_F6);
    EXPECT_EQ(desk_->state().selected_incident(), 11) << "the waiting one";
}

TEST_F(Layouts, F9GoesToTheTimelineOfTheActiveWindow) {
    window_->spreadOut();
    physician().activateWindow();
    settle();
    QTest::keyClick(&physician(), Qt::Key_F9);
    ASSERT_NE(QApplication::focusWidget(), nullptr);
    EXPECT_EQ(QApplication::focusWidget()->window(), &physician());
}

TEST_F(Layouts, F2TypesIntoTheFormWhicheverWindowWasActive) {
    window_->spreadOut();
    physician().activateWindow();
    settle();
    QTest::keyClick(&physician(), Qt::Key_F2);
    settle();
    ASSERT_NE(QApplication::focusWidget(), nullptr);
    EXPECT_EQ(QApplication::focusWidget()->window(), window_.get());
}

TEST_F(Layouts, TheMapThatIsClosedComesBackIntoTheWindow) {
    window_->spreadOut();
    window_->mapView().window()->close();
    settle();
    EXPECT_EQ(window_->spread(), Spread::one_window);
    EXPECT_EQ(window_->mapView().window(), window_.get());
    EXPECT_TRUE(window_->mapView().isVisible());
}

TEST_F(Layouts, ThePhysiciansPartThatIsClosedComesBackIntoTheWindow) {
    window_->spreadOut();
    ASSERT_NE(&physician(), window_.get());
    physician().close();
    settle();
    EXPECT_EQ(&physician(), window_.get());
    QTest::keyClick(window_.get(), Qt::Key_F11);
    EXPECT_TRUE(window_->sweep().isVisible());
}

TEST_F(Layouts, WhoIsWithThePatientStaysThereWhenTheMonitorsGo) {
    window_->spreadOut();
    physician().activateWindow();
    ASSERT_TRUE(QTest::qWaitForWindowActive(&physician()));
    window_->gather();
    EXPECT_EQ(window_->view(), View::physician);
    EXPECT_TRUE(window_->sweep().isVisible());
}

TEST_F(Layouts, TheCommandLineComesIntoTheWindowOfThePhysician) {
    auto* line = window_->findChild<QWidget*>(QStringLiteral("commandLine"));
    window_->spreadOut();
    physician().activateWindow();
    ASSERT_TRUE(QTest::qWaitForWindowActive(&physician()));
    QTest::keyClick(&physician(), Qt::Key_F10);
    EXPECT_EQ(line->window(), &physician());
    EXPECT_TRUE(line->hasFocus());
    QTest::keyClick(line, Qt::Key_Escape);
    EXPECT_EQ(line->window(), window_.get());
    EXPECT_TRUE(line->isVisible());
}

TEST_F(Layouts, TheWindowThatIsClosedTakesItsPartsAlong) {
    window_->spreadOut();
    const QWidget* map = window_->mapView().window();
    const QWidget* sweep = &physician();
    window_->close();
    EXPECT_FALSE(map->isVisible());
    EXPECT_FALSE(sweep->isVisible());
}

class LayoutsOnTheLine : public Layouts {
  protected:
    void SetUp() override {
        Layouts::SetUp();
        window_.reset();
        line_.now.connected = true;
        line_.now.line.crew_present = true;
        window_ = std::make_unique<MainWindow>(*desk_, scene_, videoSources(), draft_, &line_);
        window_->show();
        connectAll();
        desk_->selectIncident(10); // unit 4 is at its patient
        settle();
    }
    void TearDown() override { window_.reset(); }
    ScriptedLine line_;
};

TEST_F(LayoutsOnTheLine, ATalkKeyTakenOverFromTheStripIsLetGoWhenItsWindowGoes) {
    window_->spreadOut();
    QTest::keyClick(window_.get(), Qt::Key_F12);
    api::ServerFrame frame;
    frame.mutable_voice_grant()->set_unit_id(4);
    frame.mutable_voice_grant()->set_grant_id("g4");
    frame.mutable_voice_grant()->set_expires_us(clock_.utc_us() + 3'600'000'000);
    feed_.push(frame);
    settle();
    physician().findChild<QDockWidget*>(QStringLiteral("dockIntercom"))->setFloating(true);
    QTest::keyPress(&physician(), Qt::Key_F12);
    ASSERT_EQ(line_.key, video::Talk::normal);
    QEvent away{QEvent::WindowDeactivate};
    QCoreApplication::sendEvent(&physician(), &away);
    EXPECT_EQ(line_.key, video::Talk::none);
}

TEST_F(Layouts, AFloatingDockComesBackForItsUser) {
    dock("dockUnits")->setFloating(true);
    settle();
    window_->storeLayout();
    renewWindow();
    EXPECT_TRUE(dock("dockUnits")->isFloating());
    EXPECT_FALSE(dock("dockQueue")->isFloating());
}

TEST_F(Layouts, ADamagedFileLeavesTheDeskAsItIs) {
    window_->storeLayout();
    for (const QString& name : QDir{folder_.path()}.entryList({QStringLiteral("layout-*")})) {
        QFile file{folder_.filePath(name)};
        ASSERT_TRUE(file.open(QIODevice::WriteOnly));
        file.write("{\"version\":1,\"user\":\"wang\",\"dispatcher\":\"AAAA\"}");
    }
    renewWindow();
    EXPECT_TRUE(dock("dockQueue")->isVisible());
    EXPECT_TRUE(dock("dockRecommend")->isVisible());
}

TEST(LayoutStoreTest, KeepsEachUsersOwn) {
    const QTemporaryDir folder;
    const LayoutStore store{folder.path()};
    EXPECT_TRUE(store.store(QStringLiteral("wang/../x"), {"a", "b", Spread::monitors}));
    EXPECT_EQ(store.load(QStringLiteral("wang/../x")), (Layout{"a", "b", Spread::monitors}));
    EXPECT_EQ(store.load(QStringLiteral("zhao")), std::nullopt);
}

} // namespace
} // namespace ems::console
