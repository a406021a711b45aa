// Every page of the crew's terminal in both languages, by night and by day, at each size of its texts: none of its own is cut.
#include "tests/vehicle/terminal/crew_peer.h"

#include <gtest/gtest.h>

#include <array>
#include <climits>
#include <cmath>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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
        for (const auto* label : window_->findChildren<QLabel*>()) {
            if (label->isVisible() && !label->text().isEmpty()) {
                const bool fits = label->wordWrap()
                                      ? label->heightForWidth(label->width()) <= label->height()
                                      : label->sizeHint().width() <= label->width();
                EXPECT_TRUE(fits) << where << ": " << label->text().toStdString();
            }
        }
    }
    void expect_pages_whole(const std::string& where) {
        constexpr std::array<std::pair<Page, const char*>, 5> kPages{{{Page::task, "task"},
                                                                      {Page::way, "way"},
                                                                      {Page::patient, "patient"},
                                                                      {Page::form, "form"},
                                                                      {Page::alarms, "alarms"}}};
        for (const auto& [page, name] : kPages) {
            window_->showPage(page);
            expect_whole(where + " " + name);
            shoot_as(std::string{where}.append("-").append(name));
        }
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
    // The page of a task, with texts of that size.
    void open_at(double scale) {
        close();
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

} // namespace
} // namespace ems::terminal
