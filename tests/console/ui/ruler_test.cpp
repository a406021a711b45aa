// Millimetres that a ruler has been held to: asked for until then, kept for the screen and the user.
#include "console/widgets/ecg_sweep.h"
#include "console/widgets/help_view.h"
#include "console/window/layout_store.h"
#include "console/window/ruler_window.h"
#include "tests/console/ui/desk_fixture.h"
#include "tests/support/temp_dir.h"

#include <limits>

namespace ems::console {
namespace {

class Ruler : public DeskTest {
  protected:
    void SetUp() override {
        DeskTest::SetUp();
        window_->keepLayouts(QString::fromStdString(folder_.path().string()));
        connectAll();
        desk_->selectIncident(10);
        window_->showView(View::physician);
        settle();
        sweep_ = window_->findChild<EcgSweep*>();
    }
    RulerWindow* open() {
        window_->showRuler();
        settle();
        const auto all = window_->findChildren<RulerWindow*>();
        return all.isEmpty() ? nullptr : all.back(); // closed ones may still wait to be deleted
    }
    test::TempDir folder_;
    EcgSweep* sweep_{nullptr};
};

TEST_F(Ruler, IsReachedFromThePageOfKeys) {
    QTest::keyClick(window_.get(), Qt::Key_F1);
    auto* help = window_->findChild<HelpView*>();
    ASSERT_NE(help, nullptr);
    QTest::keyClick(help, Qt::Key_R);
    settle();
    EXPECT_NE(window_->findChild<RulerWindow*>(), nullptr);
}

TEST_F(Ruler, UntilItHasBeenHeldTheMillimetresAreNominal) {
    EXPECT_FALSE(sweep_->rulerNote().isEmpty());
    auto* ruler = open();
    ASSERT_NE(ruler, nullptr);
    QTest::keyClick(ruler, Qt::Key_Escape);
    EXPECT_FALSE(sweep_->rulerNote().isEmpty()) << "given up";
    ruler = open();
    QTest::keyClick(ruler, Qt::Key_Return);
    sweep_->advance(desk_->monotonicS());
    EXPECT_TRUE(sweep_->rulerNote().isEmpty());
}

TEST_F(Ruler, WhatItShowsIsTheLengthOfTheSweepsMillimetres) {
    auto* ruler = open();
    const double before = ruler->lengthPx();
    for (int i = 0; i < 3; ++i) {
        QTest::keyClick(ruler, Qt::Key_Right, Qt::ShiftModifier);
    }
    QTest::keyClick(ruler, Qt::Key_Left);
    EXPECT_NEAR(ruler->lengthPx(), before + 29, 1e-9);
    QTest::keyClick(ruler, Qt::Key_Return);
    settle();
    EXPECT_NEAR(millimetre_of(*desk_, *sweep_).px, (before + 29) / RulerWindow::kLengthMm, 1e-9);
    EXPECT_EQ(millimetre_of(*desk_, *sweep_).source, MmSource::checked);
}

TEST_F(Ruler, DeleteGoesBackToWhatTheScreenSays) {
    auto* ruler = open();
    QTest::keyClick(ruler, Qt::Key_Right);
    QTest::keyClick(ruler, Qt::Key_Return);
    settle();
    ruler = open();
    QTest::keyClick(ruler, Qt::Key_Delete);
    EXPECT_EQ(millimetre_of(*desk_, *sweep_).source, MmSource::nominal);
    EXPECT_EQ(ruler->lengthPx(), true_px_per_mm(*sweep_) * RulerWindow::kLengthMm);
}

TEST_F(Ruler, IsKeptInTheArrangementOfItsUser) {
    auto* ruler = open();
    QTest::keyClick(ruler, Qt::Key_Right);
    QTest::keyClick(ruler, Qt::Key_Return);
    settle();
    const ScreenRulers kept = desk_->rulers();
    ASSERT_EQ(kept.all().size(), 1U);
    window_->storeLayout();
    const LayoutStore store{QString::fromStdString(folder_.path().string())};
    const auto layout = store.load(QStringLiteral("wang"));
    ASSERT_TRUE(layout);
    EXPECT_EQ(layout->rulers, kept);
    EXPECT_FALSE(store.load(QStringLiteral("zhao")));
}

TEST(ScreenRulersTest, WhatNoRulerCanHaveSaidIsNotTaken) {
    ScreenRulers rulers;
    EXPECT_FALSE(rulers.set("a", 0.5));
    EXPECT_FALSE(rulers.set("a", 50));
    EXPECT_FALSE(rulers.set("a", std::numeric_limits<double>::quiet_NaN()));
    EXPECT_TRUE(rulers.set("a", 3.9));
    for (int i = 0; i < 100; ++i) {
        rulers.set(std::to_string(i), 4);
    }
    EXPECT_EQ(rulers.all().size(), ScreenRulers::kScreensMax);
}

} // namespace
} // namespace ems::console
