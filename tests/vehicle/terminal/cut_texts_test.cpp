// Every page of the crew's terminal in both languages, by night and by day, at each size of its texts: none of its own is cut.
#include "console/theme/finding_words.h"
#include "tests/vehicle/terminal/crew_peer.h"
#include "vehicle/terminal/text_size.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <climits>
#include <cmath>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <QFile>
#include <QLabel>
#include <QPaintDevice>
#include <QPaintEngine>

namespace ems::terminal {
namespace {

using Findings = wire::PatientFindings;

enum class Language { chinese, english };

struct Screen {
    Language language{Language::chinese};
    console::ThemeMode mode{console::ThemeMode::night};
    double text_scale{1};
};

std::string name_of(const Screen& screen) {
    return std::string{screen.language == Language::english ? "English" : "Chinese"}
        .append(screen.mode == console::ThemeMode::day ? "Day" : "Night")
        .append(std::to_string(std::lround(screen.text_scale * 100)));
}

// Notes every text that is painted.
class TextEngine : public QPaintEngine {
  public:
    TextEngine() : QPaintEngine(QPaintEngine::AllFeatures) {}
    bool begin(QPaintDevice* /*device*/) override { return true; }
    bool end() override { return true; }
    void updateState(const QPaintEngineState& /*state*/) override {}
    void drawPixmap(const QRectF& /*to*/, const QPixmap& /*pixmap*/, const QRectF& /*from*/) override {}
    void drawImage(const QRectF& /*to*/, const QImage& /*image*/, const QRectF& /*from*/,
                   Qt::ImageConversionFlags /*flags*/) override {}
    void drawPath(const QPainterPath& /*path*/) override {}
    void drawPolygon(const QPointF* /*points*/, int /*count*/, PolygonDrawMode /*mode*/) override {}
    void drawPolygon(const QPoint* /*points*/, int /*count*/, PolygonDrawMode /*mode*/) override {}
    void drawTextItem(const QPointF& /*at*/, const QTextItem& item) override {
        texts << item.text();
        pixels += item.font().pixelSize();
    }
    [[nodiscard]] Type type() const override { return QPaintEngine::User; }
    QStringList texts;
    int pixels{0}; // the sum of their sizes
};

class TextPaper : public QPaintDevice {
  public:
    [[nodiscard]] QPaintEngine* paintEngine() const override { return &engine_; }
    [[nodiscard]] const QStringList& texts() const { return engine_.texts; }
    [[nodiscard]] int pixels() const { return engine_.pixels; }

  protected:
    [[nodiscard]] int metric(PaintDeviceMetric metric) const override {
        switch (metric) {
        case PdmWidth:
            return kScreen.width();
        case PdmHeight:
            return kScreen.height();
        case PdmDevicePixelRatio:
            return 1;
        case PdmDevicePixelRatioScaled:
            return static_cast<int>(devicePixelRatioFScale());
        case PdmNumColors:
            return INT_MAX;
        case PdmDepth:
            return 32;
        default:
            return 96;
        }
    }

  private:
    mutable TextEngine engine_;
};

void expect_labels_whole(const QWidget& window, const std::string& where) {
    for (const auto* label : window.findChildren<QLabel*>()) {
        if (label->isVisible() && !label->text().isEmpty()) {
            const bool fits = label->wordWrap()
                                  ? label->heightForWidth(label->width()) <= label->height()
                                  : label->sizeHint().width() <= label->width();
            EXPECT_TRUE(fits) << where << ": " << label->text().toStdString();
        }
    }
}

class CutTextsTest : public TerminalTest, public testing::WithParamInterface<Screen> {
  protected:
    void SetUp() override {
        TerminalTest::SetUp();
        close();
        if (english()) {
            QCoreApplication::removeTranslator(&translator_);
        }
        theme_.setMode(GetParam().mode);
        text_scale_ = GetParam().text_scale;
        peer_->status.set_limits_of(vehicle::ADULT);
        peer_->status.mutable_voice()->set_connected(true);
        peer_->status.mutable_ecg_sent()->set_event_id("e");
        peer_->status.set_ecg_leads(12);
        open();
        reach([&] { return vehicle_->everHeard(); });
    }
    static bool english() { return GetParam().language == Language::english; }
    // Of a few of the screens: a picture takes longer than its test.
    void shoot_as(const std::string& what) {
        const std::string screen = name_of(GetParam()).substr(std::string_view{"Chinese"}.size());
        const bool is_usual = screen == "Night100";
        const bool is_wanted = (screen == "Night150" || screen == "Day100") && !what.starts_with("state-");
        if (is_usual || is_wanted) {
            shoot(QString::fromStdString(std::string{"cut-"}
                                             .append(english() ? "en-" : "zh-")
                                             .append(is_usual ? std::string{} : screen + "-")
                                             .append(what)
                                             .append(".png")));
        }
    }
    // Paints the window as it is; what ends in an ellipsis or does not fit its label was cut.
    void expect_whole(const std::string& where) {
        TextPaper paper;
        window_->render(&paper);
        EXPECT_GT(paper.texts().size(), 10) << where;
        for (const QString& text : paper.texts()) {
            EXPECT_FALSE(text.contains(QChar{0x2026})) << where << ": " << text.toStdString();
        }
        expect_labels_whole(*window_, where);
    }
    void expect_pages_whole(const std::string& where) {
        constexpr std::array<std::pair<Page, const char*>, 6> kPages{{{Page::task, "task"},
                                                                      {Page::way, "way"},
                                                                      {Page::patient, "patient"},
                                                                      {Page::form, "form"},
                                                                      {Page::orders, "orders"},
                                                                      {Page::alarms, "alarms"}}};
        for (const auto& [page, name] : kPages) {
            window_->showPage(page);
            expect_whole(where + " " + name);
            shoot_as(std::string{where}.append("-").append(name));
        }
    }
    void expect_painted(std::initializer_list<const char*> wanted) {
        TextPaper paper;
        window_->render(&paper);
        for (const char* text : wanted) {
            EXPECT_TRUE(paper.texts().contains(QString::fromUtf8(text))) << text;
        }
    }
    // As wide as they come.
    void give_numbers() {
        wire::Vitals& vitals = *peer_->status.mutable_vitals();
        vitals.set_hr_bpm(134);
        vitals.set_spo2_pct(90);
        vitals.set_rr_bpm(26);
        vitals.set_nibp_sys_mmhg(222);
        vitals.set_nibp_dia_mmhg(118);
        vitals.set_nibp_age_ms(192'000);
        vitals.set_etco2_mmhg(44);
        vitals.set_temp_cdeg(4'010);
    }
    void show(const std::function<bool()>& is_there) {
        peer_->push();
        reach(is_there);
    }
};

TEST_P(CutTextsTest, NoStateCutsATextOfAnyPage) {
    expect_pages_whole("standby");
    give_order();
    peer_->status.set_order_age_ms(12'000);
    show([&] { return rings_ > 0; });
    expect_pages_whole("order");
    peer_->status.set_order_accepted(true);
    for (int state = wire::UNIT_ACKNOWLEDGED; state <= wire::UNIT_OUT_OF_SERVICE; ++state) {
        peer_->status.set_state(static_cast<wire::UnitState>(state));
        show([&] { return vehicle_->status().state() == state; });
        expect_pages_whole("state-" + std::to_string(state));
    }
}

TEST_P(CutTextsTest, NoQuestionCutsItsAnswers) {
    give_order();
    show([&] { return window_->refuseButton().isVisible(); });
    touch(window_->refuseButton());
    expect_whole("refuse");
    peer_->status.set_order_accepted(true);
    peer_->status.set_state(wire::UNIT_TRANSPORTING);
    show([&] { return window_->outOfServiceButton().isVisible(); });
    touch(window_->outOfServiceButton());
    expect_whole("breakdown");
    shoot_as("breakdown");
}

TEST_P(CutTextsTest, APostingIsShownWhole) {
    vehicle::PostedTo& posted = *peer_->status.mutable_posting();
    posted.set_command_id("posting-1");
    posted.mutable_posting()->set_kind(wire::Posting::RELOCATION);
    posted.mutable_posting()->set_name("冯村急救站");
    posted.mutable_posting()->mutable_place()->set_lat_e7(348'800'000);
    posted.mutable_posting()->mutable_place()->set_lon_e7(1'107'600'000);
    show([&] { return window_->refuseButton().isVisible(); });
    expect_pages_whole("posting");
    touch(window_->refuseButton());
    expect_whole("refuse-posting");
    posted.set_accepted(true);
    posted.set_fence_us(clock_.utc_us());
    show([&] { return vehicle_->status().posting().accepted(); });
    expect_pages_whole("posting-there");
}

TEST_P(CutTextsTest, NoFieldOfTheFormCutsItsChoices) {
    const auto* fields = Findings::descriptor();
    for (int i = 0; i < fields->field_count(); ++i) {
        const int number = fields->field(i)->number();
        if (number == Findings::kWithdrawnFieldNumber) {
            continue;
        }
        window_->showPage(Page::form);
        emit window_->formPage().field(number).pressedWhole();
        expect_whole(fields->field(i)->name());
        shoot_as(std::string{"form-"}.append(fields->field(i)->name()));
    }
}

TEST_P(CutTextsTest, WhatTheCentreChangedIsShownWhole) {
    vehicle::AfterOutage& news = *peer_->status.mutable_after_outage();
    news.set_lasted_s(4'212);
    for (int what = vehicle::CentreChange::ORDER_CANCELLED; what <= vehicle::CentreChange::DESTINATION_CHANGED;
         ++what) {
        vehicle::CentreChange& one = *news.add_changes();
        one.set_what(static_cast<vehicle::CentreChange::What>(what));
        one.set_shown(what == vehicle::CentreChange::SCENE_CORRECTED ? "解州镇 郊斜村 小学西 300 m，路北" : "0034");
        one.set_counts(what == vehicle::CentreChange::SCENE_CORRECTED ? "解州镇 东辛庄 卫生室" : "0035");
        one.set_shown_state(wire::UNIT_TRANSPORTING);
        one.set_state(wire::UNIT_RETURNING);
    }
    show([&] { return window_->changesPage().isVisible(); });
    expect_whole("changes");
    shoot_as("changes");
}

TEST_P(CutTextsTest, TheCentresReasonIsShownWholeBesideAnotherChange) {
    vehicle::AfterOutage& news = *peer_->status.mutable_after_outage();
    vehicle::CentreChange& cancelled = *news.add_changes();
    cancelled.set_what(vehicle::CentreChange::ORDER_CANCELLED);
    cancelled.set_shown("0034");
    cancelled.set_shown_state(wire::UNIT_TRANSPORTING);
    cancelled.set_state(wire::UNIT_RETURNING);
    cancelled.set_reason("报警人再次来电，称患者已由家属用自家车送往市中心医院，不再需要救护车");
    vehicle::CentreChange& late = *news.add_changes();
    late.set_what(vehicle::CentreChange::ORDER_TOO_LATE);
    late.set_counts("0035");
    show([&] { return window_->changesPage().isVisible(); });
    expect_whole("changes with a reason");
    shoot_as("changes-reason");
}

TEST_P(CutTextsTest, EveryNoteOfAPatientStandsOnThePageOfTheOrders) {
    Findings& findings = *peer_->status.mutable_chart()->mutable_findings();
    for (const std::string_view code : console::FindingWords::notes()) {
        findings.mutable_notes()->add_code(std::string{code});
    }
    findings.set_age_months(23);
    findings.set_sex("f");
    findings.set_weight_kg(11);
    for (const int field : {Findings::kNotesFieldNumber, Findings::kAgeMonthsFieldNumber, Findings::kSexFieldNumber,
                            Findings::kWeightKgFieldNumber}) {
        (*peer_->status.mutable_chart()->mutable_found_us())[static_cast<std::uint32_t>(field)] = clock_.utc_us();
    }
    peer_->status.set_physician_called(true);
    show([&] { return vehicle_->status().physician_called(); });
    window_->showPage(Page::orders);
    expect_whole("orders-noted");
    shoot_as("orders-noted");
    peer_->status.clear_voice(); // the other way to speak
    show([&] { return !vehicle_->status().has_voice(); });
    expect_whole("orders-rung");
    shoot_as("orders-rung");
}

TEST_P(CutTextsTest, LimitsStandBesideEachNumberAndTheScoreBesideThem) {
    give_numbers();
    peer_->addAlarm("nibp_high", wire::Alarm::MEDIUM).mutable_alarm()->set_value("222 > 160");
    peer_->addAlarm("temp_high", wire::Alarm::MEDIUM).mutable_alarm()->set_value("40.1 > 39.0");
    show([&] { return vehicle_->status().alarms_size() == 2; });
    window_->showPage(Page::patient);
    expect_whole("patient-numbers");
    expect_painted({"≤ 120", "≥ 50", "≥ 90", "≤ 30", "≥ 8", "≤ 160", "25–50", "35.0–39.0", "NEWS2", "≥ 14"});
    shoot_as("patient-numbers");
}

TEST_P(CutTextsTest, NumbersOfThePastKeepTheirLimits) {
    give_numbers();
    wire::Vitals& vitals = *peer_->status.mutable_vitals();
    for (const std::uint32_t bit : {0U, 2U, 3U, 7U, 8U}) {
        wire::VitalAge& age = *vitals.add_ages();
        age.set_bit(bit);
        age.set_age_ms(1'333'000);
    }
    vitals.set_nibp_age_ms(2'333'000);
    show([&] { return vehicle_->status().vitals().ages_size() == 5; });
    window_->showPage(Page::patient);
    expect_whole("patient-past");
    expect_painted({"≤ 120", "≥ 50", "35.0–39.0"});
    shoot_as("patient-past");
    vitals.clear_ages();
    vitals.set_invalid_mask(0x1FF);
    show([&] { return vehicle_->status().vitals().ages_size() == 0; });
    expect_whole("patient-invalid");
    shoot_as("patient-invalid");
}

TEST_P(CutTextsTest, AChildHasItsOwnLimitsAndNoScoreOfAdults) {
    give_numbers();
    peer_->status.set_limits_of(vehicle::CHILD);
    show([&] { return vehicle_->status().limits_of() == vehicle::CHILD; });
    window_->showPage(Page::patient);
    expect_whole("patient-child");
    expect_painted({"≤ 160", "≥ 75", english() ? "for 16 years and older" : "适用于 16 岁及以上"});
    shoot_as("patient-child");
}

TEST_P(CutTextsTest, TheAlarmOfLostCamerasIsShownWhole) {
    peer_->addAlarm("camera_lost", wire::Alarm::LOW).mutable_alarm()->set_value("cabin, front");
    show([&] { return vehicle_->status().alarms_size() == 1; });
    expect_pages_whole("camera");
}

std::vector<Screen> screens() {
    std::vector<Screen> out;
    for (const Language language : {Language::chinese, Language::english}) {
        for (const auto mode : {console::ThemeMode::night, console::ThemeMode::day}) {
            for (const double scale : {1.0, 1.25, 1.5}) {
                out.push_back({language, mode, scale});
            }
        }
    }
    return out;
}

INSTANTIATE_TEST_SUITE_P(Screens, CutTextsTest, testing::ValuesIn(screens()),
                         [](const auto& one) { return name_of(one.param); });

class TextSizeTest : public TerminalTest {
  protected:
    // The page of a task, with texts of that size; no crew has chosen another.
    void open_at(double scale) {
        close();
        QFile::remove(text_file_);
        text_scale_ = scale;
        give_order();
        peer_->status.set_order_accepted(true);
        open();
        reach([&] { return vehicle_->everHeard(); });
        window_->showPage(Page::task);
    }
    int pixels() {
        TextPaper paper;
        window_->render(&paper);
        return paper.pixels();
    }
    // Of each page beside a sentence that stands.
    std::vector<int> pixels_of_pages() {
        window_->setSoundDevice(false);
        std::vector<int> out;
        for (const Page page : {Page::task, Page::way, Page::patient, Page::form, Page::orders, Page::alarms}) {
            window_->showPage(page);
            QCoreApplication::processEvents();
            out.push_back(pixels());
        }
        return out;
    }
    BigButton& text_button() {
        window_->showPage(Page::alarms);
        return window_->alarmPage().textButton();
    }
    std::vector<QRect> places() {
        std::vector<QRect> out;
        for (const auto* button : window_->findChildren<BigButton*>()) {
            if (button->isVisible()) {
                out.emplace_back(button->mapTo(window_.get(), QPoint{}), button->size());
            }
        }
        return out;
    }
};

TEST_F(TextSizeTest, EachSizeIsLargerThanTheOneBefore) {
    open_at(1);
    const int usual = pixels();
    open_at(1.25);
    const int large = pixels();
    open_at(1.5);
    const int largest = pixels();
    EXPECT_GT(large, usual * 1.1);
    EXPECT_GT(largest, large * 1.05);
}

TEST_F(TextSizeTest, NoButtonMovesWithTheSizeOfTheTexts) {
    open_at(1);
    const std::vector<QRect> usual = places();
    EXPECT_GE(usual.size(), 8U);
    open_at(1.5);
    EXPECT_EQ(places(), usual);
}

// Runs on an X display, too (vehicle_terminal_on_display).
TEST_F(TextSizeTest, TheCrewChoosesItByTouchAndByKeys) {
    open_at(1);
    ASSERT_TRUE(QTest::qWaitForWindowExposed(window_.get()));
    BigButton& button = text_button();
    EXPECT_GE(button.height(), 72);
    const QPoint at = button.mapTo(window_.get(), button.rect().center());
    auto* const fingers = QTest::createTouchDevice();
    QTest::touchEvent(window_.get(), fingers).press(0, at, window_.get());
    QTest::touchEvent(window_.get(), fingers).release(0, at, window_.get());
    EXPECT_EQ(text_scale(*window_), 1.25);
    EXPECT_TRUE(button.accessibleName().contains(QStringLiteral("125"))) << button.accessibleName().toStdString();
    int tabs = 0;
    while (window_->focusWidget() != &button) {
        ASSERT_LT(++tabs, 40) << "it is reached with the tabulator";
        QTest::keyClick(window_->focusWidget(), Qt::Key_Tab);
    }
    reach([&] { // within 0.4 s it is a bump of the road
        QTest::keyClick(&button, Qt::Key_Space);
        return text_scale(*window_) == 1.5;
    });
}

TEST_F(TextSizeTest, WhileItRunsEachPageTakesTheSizeItCouldHaveStartedWith) {
    open_at(1.25);
    const std::vector<int> started = pixels_of_pages();
    open_at(1);
    EXPECT_NE(pixels_of_pages(), started);
    const std::vector<QRect> usual = places();
    touch(text_button());
    EXPECT_EQ(places(), usual) << "no button moves under the finger";
    shoot(QStringLiteral("crew-54-text-chosen.png"));
    QCoreApplication::processEvents();
    expect_labels_whole(*window_, "with the sentence of the board");
    EXPECT_EQ(pixels_of_pages(), started);
}

TEST_F(TextSizeTest, WhatTheCrewChoseOutlivesTheTerminal) {
    open_at(1);
    touch(text_button());
    const QString said = text_button().note();
    close();
    open();
    EXPECT_EQ(text_scale(*window_), 1.25);
    EXPECT_EQ(text_button().note(), said);
}

TEST_F(TextSizeTest, ASizeThatCannotBeKeptIsSaid) {
    text_file_ = QString::fromStdString((dir_.path() / "none" / "text").string());
    open_at(1);
    touch(text_button());
    EXPECT_EQ(text_scale(*window_), 1.25);
    const auto labels = window_->findChildren<QLabel*>();
    EXPECT_TRUE(std::any_of(labels.begin(), labels.end(), [](const QLabel* label) {
        return label->isVisible() && label->text().contains(QStringLiteral("字号未能保存"));
    }));
}

} // namespace
} // namespace ems::terminal
