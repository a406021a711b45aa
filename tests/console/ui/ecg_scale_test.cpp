// Speed and gain of the ECG, live and frozen; the trace that stays when the panel around it changes; room for tall waves.
#include "console/widgets/controls.h"
#include "console/widgets/ecg_page_view.h"
#include "console/widgets/ecg_sweep.h"
#include "tests/console/ui/desk_fixture.h"

#include <algorithm>
#include <vector>

namespace ems::console {
namespace {

class EcgScaleTest : public DeskTest {
  protected:
    void SetUp() override {
        DeskTest::SetUp();
        connectAll();
        desk_->selectIncident(10);
        window_->showView(View::physician);
        settle();
        sweep_ = window_->findChild<EcgSweep*>();
    }
    void play(int tenths) {
        for (int i = 0; i < tenths; ++i, sample_ += 50) {
            clock_.advance(std::chrono::milliseconds{100});
            feed_.wave(4, sample_, 50, clock_.utc_us());
            settle();
            sweep_->advance(desk_->monotonicS());
        }
    }
    void press(Qt::Key key) {
        QTest::keyClick(window_.get(), key, Qt::ControlModifier);
        settle();
    }
    // Columns of the limb leads' traces with ink in them.
    int inkedColumns() const {
        const QRgb ground = theme_.color(Token::bg_field).rgb();
        const QImage& image = sweep_->image();
        int count = 0;
        for (int x = 70; x < image.width() / 2 - 14; ++x) {
            for (int y = 0; y < image.height(); ++y) {
                if (image.pixel(x, y) != ground) {
                    ++count;
                    break;
                }
            }
        }
        return count;
    }
    // From R to R in lead II in pixels, the middle one of all: ink that stands far above the base line, below lead I's.
    double beatPx() const {
        const QImage& image = sweep_->image();
        const QRgb ground = theme_.color(Token::bg_field).rgb();
        const int base = static_cast<int>(sweep_->baseOf(1));
        std::vector<double> peaks;
        int run = 0;
        for (int x = 70; x < image.width() / 2 - 14; ++x) {
            bool inked = false;
            for (int y = base - 36; y < base - 16; ++y) {
                inked = inked || image.pixel(x, y) != ground;
            }
            if (!inked && run > 0) {
                peaks.push_back(x - (run + 1) / 2.0);
            }
            run = inked ? run + 1 : 0;
        }
        std::vector<double> apart;
        for (std::size_t i = 1; i < peaks.size(); ++i) {
            apart.push_back(peaks[i] - peaks[i - 1]);
        }
        if (apart.empty()) {
            return 0;
        }
        std::sort(apart.begin(), apart.end());
        return apart[apart.size() / 2];
    }
    EcgSweep* sweep_{nullptr};

  private:
    std::uint64_t sample_{0};
};

TEST_F(EcgScaleTest, TheTraceStaysWhenThePanelIsResizedOrItsThemeOrBandChanges) {
    play(100);
    const int before = inkedColumns();
    ASSERT_GT(before, 300);
    sweep_->setFixedHeight(sweep_->height() - 40);
    settle();
    sweep_->advance(desk_->monotonicS());
    EXPECT_GT(inkedColumns(), before - 20) << "another size";
    theme_.setMode(ThemeMode::day);
    settle();
    sweep_->advance(desk_->monotonicS());
    EXPECT_GT(inkedColumns(), before - 20) << "by day";
    sweep_->switchBand();
    EXPECT_GT(inkedColumns(), before - 20) << "another band";
    press(Qt::Key_F);
    ASSERT_TRUE(window_->isFrozen());
    QTest::keyClick(&window_->ecgPage(), Qt::Key_Escape);
    settle();
    sweep_->advance(desk_->monotonicS());
    EXPECT_GT(inkedColumns(), before - 20) << "back from the page";
}

TEST_F(EcgScaleTest, WhatHasNotBeenReceivedIsNotDrawnAndNotCounted) {
    play(30);
    const double drawn_s = sweep_->drawnS();
    sweep_->setFixedHeight(sweep_->height() - 40);
    settle();
    sweep_->advance(desk_->monotonicS());
    EXPECT_NEAR(sweep_->drawnS(), drawn_s, 0.2);
}

TEST_F(EcgScaleTest, AWaveOfOneAndAHalfMillivoltsIsNotCutInTheFirstRow) {
    const double px_per_mm = true_px_per_mm(*sweep_);
    for (const int height : {380, 412, 600}) {
        sweep_->setFixedHeight(height);
        settle();
        EXPECT_GE(sweep_->baseOf(0) + 1e-6, 15 * px_per_mm) << height;
        EXPECT_GE(sweep_->baseOf(6) + 1e-6, 15 * px_per_mm) << height;
    }
}

TEST_F(EcgScaleTest, AClickOnTheTraceChangesNothing) {
    play(20);
    const QString before = sweep_->filterText();
    QTest::mouseClick(sweep_, Qt::LeftButton);
    EXPECT_EQ(sweep_->filterText(), before);
}

TEST_F(EcgScaleTest, KeysAndButtonsChangeSpeedGainAndBandAndTheSweepPrintsThem) {
    play(20);
    EXPECT_TRUE(sweep_->filterText().startsWith(QStringLiteral("25 mm/s   10 mm/mV   ")));
    EXPECT_TRUE(sweep_->scaleWarning().isEmpty());
    press(Qt::Key_S);
    EXPECT_TRUE(sweep_->filterText().startsWith(QStringLiteral("50 mm/s   10 mm/mV   ")));
    EXPECT_TRUE(sweep_->scaleWarning().contains(QStringLiteral("50 mm/s")));
    press(Qt::Key_G);
    EXPECT_TRUE(sweep_->filterText().startsWith(QStringLiteral("50 mm/s   20 mm/mV   ")));
    press(Qt::Key_S);
    press(Qt::Key_G);
    EXPECT_TRUE(sweep_->filterText().startsWith(QStringLiteral("12.5 mm/s   5 mm/mV   ")));
    press(Qt::Key_S);
    press(Qt::Key_G);
    EXPECT_TRUE(sweep_->scaleWarning().isEmpty());
    int buttons = 0;
    for (auto* button : window_->findChildren<KeyButton*>()) {
        if (button->text() == QStringLiteral("25 mm/s")) {
            ++buttons;
            button->click();
        }
    }
    EXPECT_EQ(buttons, 1);
    EXPECT_TRUE(sweep_->filterText().startsWith(QStringLiteral("50 mm/s")));
    EXPECT_TRUE(sweep_->filterText().contains(QStringLiteral("0.5-40 Hz")));
    press(Qt::Key_B);
    EXPECT_TRUE(sweep_->filterText().contains(QStringLiteral("0.05-150 Hz")));
}

TEST_F(EcgScaleTest, TheTimeAxisIsTrueAtEachSpeed) {
    play(120); // a beat each 290 samples at 500 Hz
    const double px_per_mm = true_px_per_mm(*sweep_);
    for (const double mm_per_s : {25.0, 50.0, 12.5}) {
        ASSERT_EQ(desk_->ecg().scale().mm_per_s, mm_per_s);
        EXPECT_NEAR(beatPx(), 0.58 * mm_per_s * px_per_mm, 2.5) << mm_per_s;
        press(Qt::Key_S);
    }
}

TEST_F(EcgScaleTest, AnotherCaseIsShownAtTheStandard) {
    play(20);
    press(Qt::Key_S);
    press(Qt::Key_G);
    desk_->selectIncident(11);
    settle();
    EXPECT_TRUE(desk_->ecg().scale().is_standard());
    desk_->selectIncident(10);
    settle();
    EXPECT_TRUE(desk_->ecg().scale().is_standard());
}

TEST_F(EcgScaleTest, TheFrozenPageIsDrawnAndMarkedAtTheSameScale) {
    play(150);
    press(Qt::Key_F);
    ASSERT_TRUE(window_->isFrozen());
    EcgPageView& page = window_->ecgPage();
    QTest::keyClick(&page, Qt::Key_C);
    press(Qt::Key_G);
    EXPECT_EQ(page.scale().mm_per_mv, 20);
    EXPECT_TRUE(page.calipers().has_value()) << "the marks stay with the same speed";
    press(Qt::Key_S);
    EXPECT_EQ(page.scale().mm_per_s, 50);
    EXPECT_FALSE(page.calipers().has_value());
    press(Qt::Key_B);
    EXPECT_EQ(page.band(), signal::EcgBand::monitor);
}

// The rows of findings give their room to the page: else its first row loses the names of its leads.
TEST_F(EcgScaleTest, TheFrozenPageHasRoomForTheNamesOfItsFirstRow) {
    ems::wire::PatientChart chart;
    chart.mutable_findings()->set_gcs_eyes(3);
    (*chart.mutable_found_us())[ems::wire::PatientFindings::kGcsEyesFieldNumber] = clock_.utc_us();
    feed_.findings(4, 10, chart, clock_.utc_us());
    play(120);
    press(Qt::Key_F);
    settle();
    const EcgPageView& page = window_->ecgPage();
    const double top_mm = signal::ecg_page_traces().front().base_mm - 16.8 - 3.4; // of the names
    const double foot_mm = signal::kEcgPageGridTopMm + signal::kEcgPageGridHeightMm;
    EXPECT_GE(page.height(), (foot_mm - top_mm) * true_px_per_mm(page));
    EXPECT_FALSE(window_->findChild<QWidget*>(QStringLiteral("dockFound"))->isVisible());
    QTest::keyClick(&window_->ecgPage(), Qt::Key_Escape);
    EXPECT_TRUE(window_->findChild<QWidget*>(QStringLiteral("dockFound"))->isVisible());
}

} // namespace
} // namespace ems::console
