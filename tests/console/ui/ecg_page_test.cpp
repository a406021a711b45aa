// Freezing, measuring and printing the ECG by keys.
#include <cmath>
#include <string>

#include "console/widgets/ecg_page_view.h"
#include "console/widgets/ecg_strip.h"
#include "console/widgets/ecg_sweep.h"
#include "tests/console/ui/desk_fixture.h"
#include "tests/console/ui/golden_image.h"
#include "tests/support/temp_dir.h"

#include <QFile>
#include <QLocale>
#include <QTranslator>

namespace ems::console {
namespace {

class EcgPage : public DeskTest {
  protected:
    void SetUp() override {
        DeskTest::SetUp();
        connectAll();
        desk_->selectIncident(10);
        window_->showView(View::physician);
        settle();
    }
    // A batch each 100 ms, drawn in its time.
    void play(int tenths) {
        auto* sweep = window_->findChild<EcgSweep*>();
        for (int i = 0; i < tenths; ++i, sample_ += 50) {
            clock_.advance(std::chrono::milliseconds{100});
            feed_.wave(4, sample_, 50, clock_.utc_us());
            settle();
            sweep->advance(desk_->monotonicS());
        }
    }
    EcgPageView& page() { return window_->ecgPage(); }
    void press(int key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
        QTest::keyClick(&page(), static_cast<Qt::Key>(key), modifiers);
    }
    void freezeIt() {
        QTest::keyClick(window_.get(), Qt::Key_F, Qt::ControlModifier);
        settle();
        ASSERT_TRUE(window_->isFrozen());
    }

  private:
    std::uint64_t sample_{0};
};

TEST_F(EcgPage, CtrlFFreezesWhatIsOnTheScreenAndEscGoesBackToTheLiveTrace) {
    play(120);
    freezeIt();
    EXPECT_TRUE(page().isVisible());
    EXPECT_TRUE(page().hasFocus());
    EXPECT_FALSE(window_->sweep().isVisible());
    const auto id = record_id(*page().record());
    play(20);
    EXPECT_EQ(record_id(*page().record()), id);
    press(Qt::Key_Escape);
    EXPECT_FALSE(window_->isFrozen());
    EXPECT_TRUE(window_->sweep().isVisible());
}

// Whoever measures sees the rhythm of now.
TEST_F(EcgPage, LeadIIRunsOnAboveTheFrozenPage) {
    auto* strip = window_->findChild<EcgStrip*>();
    ASSERT_NE(strip, nullptr);
    play(60);
    EXPECT_FALSE(strip->isVisible());
    freezeIt();
    ASSERT_TRUE(strip->isVisible());
    EXPECT_LE(strip->mapTo(window_.get(), QPoint{0, strip->height()}).y(), page().mapTo(window_.get(), QPoint{0, 0}).y());
    strip->advance(desk_->monotonicS());
    const double drawn_s = strip->drawnS();
    const QImage before = strip->grab().toImage();
    const QImage page_before = page().grab().toImage();
    play(10);
    strip->advance(desk_->monotonicS());
    EXPECT_NEAR(strip->drawnS() - drawn_s, 1.0, 0.05) << "of true speed";
    EXPECT_NE(strip->grab().toImage(), before);
    EXPECT_EQ(page().grab().toImage(), page_before);
    press(Qt::Key_Escape);
    EXPECT_FALSE(strip->isVisible());
}

// Its lead, scale and gap of time stand in the picture alone.
TEST_F(EcgPage, TheStripAboveTheFrozenPageIsTheGoldenOne) {
    auto* strip = window_->findChild<EcgStrip*>();
    play(60);
    freezeIt();
    strip->setFixedWidth(1'200);
    settle();
    strip->advance(desk_->monotonicS());
    play(10);
    strip->advance(desk_->monotonicS());
    expect_golden(strip->grab().toImage(), QStringLiteral("ecg-strip.png"));
}

TEST_F(EcgPage, ARecordShorterThanThePageIsSaid) {
    play(75);
    freezeIt();
    EXPECT_TRUE(page().caveats().startsWith(QStringLiteral("record 6."))) << page().caveats().toStdString();
    press(Qt::Key_Escape);
    play(60);
    freezeIt();
    EXPECT_EQ(page().caveats().toStdString(), "");
}

TEST_F(EcgPage, WhatStandsAtTheFootGivesItsRoomAndTakesItBack) {
    auto* foot = window_->findChild<QWidget*>(QStringLiteral("dockStages"));
    const int before = foot->height();
    play(60);
    freezeIt();
    EXPECT_LT(foot->height(), before);
    press(Qt::Key_Escape);
    settle();
    EXPECT_EQ(foot->height(), before);
}

TEST_F(EcgPage, AChildThatTheCrewNamesWithoutAnAgeIsNotReadAsAnAdult) {
    feed_.vitals(4, clock_.utc_us());
    settle();
    api::ServerFrame frame;
    auto* v = frame.mutable_live()->add_vitals();
    v->set_unit_id(4);
    v->set_device_us(clock_.utc_us());
    v->set_received_us(clock_.utc_us());
    v->mutable_vitals()->set_hr_bpm(140);
    v->mutable_vitals()->set_limits_of(ems::wire::PATIENT_INFANT); // the call says 66 years
    feed_.push(frame);
    play(120);
    freezeIt();
    EXPECT_TRUE(page().patient().is_child);
    EXPECT_FALSE(page().patient().age_years);
}

TEST_F(EcgPage, NothingIsFrozenBeforeThereIsAnything) {
    QTest::keyClick(window_.get(), Qt::Key_F, Qt::ControlModifier);
    EXPECT_FALSE(window_->isFrozen());
}

TEST_F(EcgPage, AnotherCaseEndsThePage) {
    play(120);
    freezeIt();
    desk_->selectIncident(11);
    settle();
    EXPECT_FALSE(window_->isFrozen());
}

TEST_F(EcgPage, CalipersAreMovedFromBeatToBeatByKeys) {
    play(150);
    freezeIt();
    EXPECT_TRUE(page().reading().isEmpty());
    press(Qt::Key_C);
    press(Qt::Key_X);                          // mark A
    press(Qt::Key_Right, Qt::ControlModifier); // to a beat
    press(Qt::Key_X);
    for (int i = 0; i < 6; ++i) {
        press(Qt::Key_Left, Qt::ControlModifier); // B to the first beat
    }
    while (page().calipers()->sample(CaliperMark::b) <= page().calipers()->sample(CaliperMark::a)) {
        const std::size_t before = page().calipers()->sample(CaliperMark::b);
        press(Qt::Key_Right, Qt::ControlModifier);
        ASSERT_NE(page().calipers()->sample(CaliperMark::b), before);
    }
    // a beat each 290 samples at 500 Hz; the detector's peak may be a sample or two off
    EXPECT_TRUE(page().reading().startsWith(QStringLiteral("Δt 58"))) << page().reading().toStdString();
    EXPECT_TRUE(page().reading().contains(QStringLiteral(" ms   103/min"))) << page().reading().toStdString();
}

TEST_F(EcgPage, ShiftMovesByOneSampleAndTheArrowsByTenMilliseconds) {
    play(120);
    freezeIt();
    press(Qt::Key_C);
    const std::size_t before = page().calipers()->sample(CaliperMark::b);
    press(Qt::Key_Right);
    EXPECT_EQ(page().calipers()->sample(CaliperMark::b), before + 5);
    press(Qt::Key_Left, Qt::ShiftModifier);
    EXPECT_EQ(page().calipers()->sample(CaliperMark::b), before + 4);
    press(Qt::Key_Up);
    EXPECT_EQ(page().calipers()->trace(), signal::kEcgPageTraces - 2);
}

TEST_F(EcgPage, TheBandIsChangedAndSaid) {
    play(120);
    freezeIt();
    EXPECT_EQ(page().band(), signal::EcgBand::diagnostic);
    press(Qt::Key_B);
    EXPECT_EQ(page().band(), signal::EcgBand::monitor);
}

// 5 mm are as long on the screen as the screen says millimetres are.
TEST_F(EcgPage, TheGridIsOfTrueMillimetres) {
    play(120);
    freezeIt();
    const QImage image = page().grab().toImage();
    const double px_per_mm = true_px_per_mm(page());
    // between the rows of text, bold lines of the grid stand out in a row of pixels above the first trace
    const auto& first = signal::ecg_page_traces().front();
    const double foot = (signal::kEcgPageGridTopMm + signal::kEcgPageGridHeightMm) * px_per_mm;
    const double scrolled = std::max(0.0, foot - page().height());
    const int y = static_cast<int>((first.base_mm - 19.5) * px_per_mm - scrolled);
    ASSERT_GE(y, 0);
    const auto darkness = [&](double x_mm) {
        int darkest = 255;
        for (int dx = -1; dx <= 1; ++dx) {
            darkest = std::min(darkest, qGreen(image.pixel(static_cast<int>(x_mm * px_per_mm) + dx, y)));
        }
        return darkest;
    };
    for (int five = 0; five < 10; ++five) {
        const double x_mm = 13.5 + 5.0 * (10 + five);
        EXPECT_LT(darkness(x_mm) + 12, darkness(x_mm + 2.5)) << five;
    }
}

TEST_F(EcgPage, IsPrintedInTrueSizeWithItsCalipers) {
    play(120);
    freezeIt();
    const test::TempDir dir;
    const QString plain = QString::fromStdString((dir.path() / "plain.pdf").string());
    const QString measured = QString::fromStdString((dir.path() / "measured.pdf").string());
    ASSERT_TRUE(page().print(plain));
    press(Qt::Key_C);
    ASSERT_TRUE(page().print(measured));
    const auto bytes = [](const QString& path) {
        QFile file{path};
        EXPECT_TRUE(file.open(QIODevice::ReadOnly));
        return file.readAll();
    };
    const QByteArray pdf = bytes(plain);
    const auto box = pdf.indexOf("/MediaBox [0 0 ");
    ASSERT_GE(box, 0);
    EXPECT_NEAR(pdf.mid(box + 15, 6).toDouble(), 297 / 25.4 * 72, 1);
    EXPECT_GT(bytes(measured).size(), pdf.size());
}

TEST_F(EcgPage, IsTheGoldenPage) {
    play(150);
    freezeIt();
    press(Qt::Key_C);
    page().setFixedSize(1'400, 600);
    settle();
    expect_golden(page().grab().toImage(), QStringLiteral("ecg-page.png"));
}

TEST_F(EcgPage, LTakesTheNextLayoutAndCalipersReachEachOfItsTraces) {
    play(150);
    freezeIt();
    for (const signal::EcgLayout layout : {signal::EcgLayout::rows3x4_simultaneous, signal::EcgLayout::rows6x2, signal::EcgLayout::rows12x1}) {
        press(Qt::Key_L);
        ASSERT_EQ(page().layout(), layout);
        EXPECT_FALSE(page().calipers()) << "they stood on another row";
        press(Qt::Key_C);
        EXPECT_EQ(page().calipers()->on().lead, signal::ShownLead::II);
        const std::size_t first = page().calipers()->trace();
        const std::size_t count = signal::ecg_page_traces({}, layout).size();
        for (std::size_t i = 1; i < count; ++i) {
            press(Qt::Key_Down);
            EXPECT_EQ(page().calipers()->trace(), (first + i) % count);
        }
    }
    press(Qt::Key_L);
    EXPECT_EQ(page().layout(), signal::EcgLayout::rows3x4);
}

TEST_F(EcgPage, TheLayoutStaysForTheNextPage) {
    play(120);
    freezeIt();
    press(Qt::Key_L);
    press(Qt::Key_Escape);
    freezeIt();
    EXPECT_EQ(page().layout(), signal::EcgLayout::rows3x4_simultaneous);
}

TEST_F(EcgPage, EachLayoutIsItsGoldenPage) {
    play(150);
    freezeIt();
    page().setFixedSize(1'400, 740);
    for (const char* name : {"ecg-page-3x4-simultaneous.png", "ecg-page-6x2.png", "ecg-page-12x1.png"}) {
        press(Qt::Key_L);
        settle();
        expect_golden(page().grab().toImage(), QString::fromLatin1(name));
    }
}

// As every centre sees it that has chosen no other language: the whole page, for its words.
class ChineseEcgPage : public EcgPage {
  protected:
    static constexpr double kShareMost = 0.001;
    void SetUp() override {
        QLocale::setDefault(QLocale{QLocale::Chinese, QLocale::China});
        ASSERT_TRUE(translator_.load(QStringLiteral(":/i18n/ems_console_zh_CN.qm")));
        QCoreApplication::installTranslator(&translator_);
        EcgPage::SetUp();
    }
    void TearDown() override {
        window_.reset();
        QCoreApplication::removeTranslator(&translator_);
        QLocale::setDefault(usual_);
    }

  private:
    QLocale usual_;
    QTranslator translator_;
};

TEST_F(ChineseEcgPage, IsTheGoldenPageOfTheDefaultLanguage) {
    play(150);
    freezeIt();
    press(Qt::Key_C);
    page().setFixedSize(1'200, 840);
    settle();
    expect_golden(page().grab().toImage(), QStringLiteral("ecg-page-zh_CN.png"), kShareMost);
}

TEST_F(ChineseEcgPage, TheSweepIsTheGoldenOneOfTheDefaultLanguage) {
    auto* sweep = window_->findChild<EcgSweep*>();
    sweep->setFixedSize(1'012, 412);
    settle();
    play(80);
    expect_golden(sweep->grab().toImage(), QStringLiteral("sweep-wrap-zh_CN.png"), kShareMost);
}

// The sweep passes over its own old trace: the wrap is where displays of this kind go wrong.
TEST_F(EcgPage, TheSweepAfterItsWrapIsTheGoldenOne) {
    auto* sweep = window_->findChild<EcgSweep*>();
    sweep->setFixedSize(1'012, 412);
    settle();
    play(80);
    const double turn_s = (sweep->width() / 2.0 - 76) / (signal::EcgScale{}.mm_per_s * true_px_per_mm(*sweep));
    ASSERT_GT(sweep->drawnS(), turn_s);
    expect_golden(sweep->grab().toImage(), QStringLiteral("sweep-wrap.png"));
}

} // namespace
} // namespace ems::console
