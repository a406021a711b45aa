// Each desk on one screen of 1920 x 1080 with text of up to 1.5 times the usual size: it fits in both languages, and nothing that
// it says in Chinese is cut.
#include "console/station/station_window.h"
#include "console/widgets/ecg_sweep.h"
#include "console/widgets/help_view.h"
#include "console/widgets/map_view.h"
#include "console/widgets/order_words.h"
#include "console/widgets/patient_views.h"
#include "console/widgets/recommend_view.h"
#include "console/widgets/screen_mm.h"
#include "console/window/connection_window.h"
#include "console/window/login_dialog.h"
#include "console/window/replay_window.h"
#include "console/window/wall_window.h"
#include "tests/console/ui/desk_fixture.h"
#include "tests/console/ui/past_centre.h"
#include "tests/console/ui/picture_file.h"
#include "tests/console/ui/text_probe.h"

#include <algorithm>

#include <QScreen>
#include <QTranslator>

namespace ems::console {
namespace {

class DesksFit : public DeskTest, public testing::WithParamInterface<const char*> {
  protected:
    void SetUp() override {
        ASSERT_EQ((QSizeF{screen()} * QGuiApplication::primaryScreen()->devicePixelRatio()).toSize(), (QSize{1920, 1080}))
            << "run with tests/console/ui/one_screen.json";
        if (GetParam() == std::string{"zh_CN"}) {
            ASSERT_TRUE(translator_.load(QStringLiteral(":/i18n/ems_console_zh_CN.qm")));
            QCoreApplication::installTranslator(&translator_);
        }
        DeskTest::SetUp();
        window_->resize(screen());
        connectAll();
        settle();
    }
    void TearDown() override {
        window_.reset();
        QCoreApplication::removeTranslator(&translator_);
    }
    static QSize screen() { return QGuiApplication::primaryScreen()->availableSize(); }
    // The red chip of a lost server comes with the desk's own tick.
    void tick() {
        const QSignalSpy ticks{desk_.get(), &Desk::ticked};
        QTRY_VERIFY(!ticks.isEmpty());
    }
    // Its size on the screen, and its picture to be looked at.
    void expectFits(QWidget& desk, const char* name) {
        settle();
        const QSize least = desk.minimumSizeHint().expandedTo(desk.minimumSize());
        EXPECT_LE(least.width(), screen().width()) << name;
        EXPECT_LE(least.height(), screen().height()) << name;
        EXPECT_LE(desk.width(), screen().width()) << name;
        EXPECT_LE(desk.height(), screen().height()) << name;
        save_picture(desk.grab().toImage(), QStringLiteral("fit-%1-%2-%3.png")
                                                .arg(QLatin1String(name), QLatin1String(GetParam()))
                                                .arg(100 * QGuiApplication::primaryScreen()->devicePixelRatio()));
    }
    // In the language that the centre works in; English names are longer, and some are still shortened.
    void expectWhole(QWidget& desk, const char* name) {
        expectFits(desk, name);
        if (GetParam() != std::string{"zh_CN"}) {
            return;
        }
        QStringList cut = cut_texts(desk);
        cut.removeIf([](const QString& text) { return isOfPeople(text); });
        EXPECT_EQ(cut.join(QStringLiteral(" | ")).toStdString(), "") << name;
    }
    // Words that people wrote, a complaint or an address, may be as long as they like. A text comes in runs of one script.
    static bool isOfPeople(const QString& text) {
        const QString written = QStringLiteral("0033 0034 胸痛 40 min，压榨感，出汗 摔伤 腰痛 冯村乡 杨家卓村 小学西 300 m 路北 泓芝驿镇 寨里村");
        QString run = text;
        const QStringList parts = run.remove(QChar{0x2026}).simplified().split(QLatin1Char(' '));
        return std::all_of(parts.begin(), parts.end(),
                           [&](const QString& part) { return !part.isEmpty() && written.contains(part); });
    }
    QTranslator translator_;
};

TEST_P(DesksFit, Dispatcher) {
    desk_->selectIncident(11);
    feed_.recommendation(clock_.utc_us());
    clock_.advance(std::chrono::seconds{40});
    expectWhole(*window_, "dispatcher");
    const MapView& map = window_->mapView();
    ASSERT_FALSE(map.chosenLabel().isEmpty());
    for (const QRectF& other : map.otherLabels()) {
        EXPECT_FALSE(other.intersects(map.chosenLabel())) << "at " << other.x() << ", " << other.y();
    }
    EXPECT_EQ(window_->findChild<RecommendView*>()->unseen(), 0) << "two candidates have room on every screen";
}

// What a choice leaves uncovered is five long names and more: the figures and who comes next are never what is cut.
TEST_P(DesksFit, WhatAChoiceLeavesUncovered) {
    desk_->selectIncident(11);
    feed_.recommendation(clock_.utc_us());
    settle();
    api::ServerFrame list;
    *list.mutable_recommendation() = *desk_->state().recommendation(11);
    for (auto& candidate : *list.mutable_recommendation()->mutable_candidates()) {
        auto& loss = *candidate.mutable_loss();
        loss.set_villages(14);
        loss.set_population(333'000);
        loss.set_next_unit_id(3);
        loss.set_next_s(1'610);
        for (const char* name : {"运城", "禹都下社区", "河东社区", "银湖上社区", "银湖北社区"}) {
            loss.add_names(name);
        }
    }
    feed_.push(list);
    settle();
    expectFits(*window_, "loss");
    EXPECT_FALSE(window_->mapView().told().intersects(window_->mapView().chosenLabel())) << "the case's name hides the figures";
    const auto loss = list.recommendation().candidates(0).loss();
    const QString said = OrderWords::loss(desk_->state(), loss);
    const QString shortest = OrderWords::loss(desk_->state(), loss, 0);
    for (QWidget* view : {static_cast<QWidget*>(window_->findChild<RecommendView*>()), static_cast<QWidget*>(&window_->mapView())}) {
        QStringList cut = cut_texts(*view); // a text comes in runs of one script
        cut.removeIf([&](QString run) {
            run = run.remove(QChar{0x2026}).trimmed();
            return run.isEmpty() || (!said.contains(run) && !shortest.contains(run));
        });
        EXPECT_EQ(cut.join(QStringLiteral(" | ")).toStdString(), "");
    }
    EXPECT_LT(said.indexOf(QStringLiteral("26:50")), said.indexOf(QStringLiteral("运城"))) << said.toStdString();
    EXPECT_FALSE(said.contains(QStringLiteral("河东社区"))) << said.toStdString();
}

TEST_P(DesksFit, PhysicianWithTheAlarmsOfEveryNumberOff) {
    api::ServerFrame frame;
    frame.mutable_delta()->set_seq(++feed_.seq);
    for (const auto parameter : kAlarmParameters) {
        auto* mark = frame.mutable_delta()->add_alarm_marks();
        mark->set_about("assignment");
        mark->set_about_id(100);
        mark->set_code(std::string{parameter});
        mark->set_off_us(clock_.utc_us());
        mark->set_off_by("赵敏");
        mark->set_off_reason("COPD");
    }
    feed_.push(std::move(frame));
    desk_->selectIncident(10);
    window_->showView(View::physician);
    feed_.vitals(4, clock_.utc_us());
    settle();
    ASSERT_NE(desk_->state().alarms().switched_off(4, "st"), nullptr);
    expectWhole(*window_, "alarms-off");
}

TEST_P(DesksFit, Physician) {
    desk_->selectIncident(10);
    window_->showView(View::physician);
    for (int i = 0; i < 30; ++i) {
        clock_.advance(std::chrono::milliseconds{100});
        feed_.wave(4, static_cast<std::uint64_t>(i) * 50, 50, clock_.utc_us());
        settle();
    }
    feed_.vitals(4, clock_.utc_us());
    settle();
    window_->findChild<EcgSweep*>()->advance(desk_->monotonicS());
    expectWhole(*window_, "physician");
    const bool low = screen().height() < 760;
    EXPECT_EQ(window_->findChild<PatientBar*>()->score().startsWith(QStringLiteral("NEWS2 ")), low)
        << "where its panel lies below the fold the patient's bar says the score";
    // six rows, none lower than its pulse of 10 mm and a gap
    const auto* sweep = window_->findChild<EcgSweep*>();
    EXPECT_GE(sweep->baseOf(1) - sweep->baseOf(0), 12 * true_px_per_mm(*sweep));
}

TEST_P(DesksFit, WithAlarmsAndALostServer) {
    feed_.alarm(4, "spo2_low", ems::wire::Alarm::HIGH, clock_.utc_us());
    settle();
    expectWhole(*window_, "alarm");
    feed_.link(LinkChange::State::down, 6);
    settle();
    clock_.advance(std::chrono::seconds{47});
    tick();
    expectWhole(*window_, "stale");
    const MapView& map = window_->mapView();
    for (const QRectF& label : map.otherLabels()) { // clear of the frame of what is stale
        EXPECT_TRUE(QRectF{map.rect()}.adjusted(4, 4, -4, -4).contains(label)) << label.left() << " to " << label.right() << " of " << map.width();
    }
}

TEST_P(DesksFit, WhatDoesNotWork) {
    feed_.link(LinkChange::State::down, 2);
    settle();
    clock_.advance(std::chrono::seconds{75});
    tick();
    QTest::keyClick(window_.get(), Qt::Key_F1, Qt::ShiftModifier);
    expectWhole(*window_, "parts");
}

TEST_P(DesksFit, Help) {
    QTest::keyClick(window_.get(), Qt::Key_F1);
    auto* help = window_->findChild<HelpView*>();
    ASSERT_NE(help, nullptr);
    expectWhole(*help, "help");
}

TEST_P(DesksFit, Replay) {
    desk_->selectIncident(10);
    settle();
    PastCentre centre{feed_, clock_.utc_us()};
    api::Incident incident = *desk_->state().incident(10);
    incident.set_created_us(centre.startUs());
    incident.set_state("closed");
    ReplayWindow replay{*desk_, clock_, nullptr, ReplayMedia{}, incident};
    replay.resize(screen());
    replay.show();
    do {
        settle();
    } while (centre.answer());
    settle();
    ASSERT_NE(replay.player(), nullptr);
    expectFits(replay, "replay"); // what happened is shortened in its list
}

TEST_P(DesksFit, Wall) {
    WallWindow wall{*desk_, nullptr};
    wall.resize(screen());
    wall.show();
    expectWhole(wall, "wall");
}

TEST_P(DesksFit, Station) {
    window_.reset(); // its keys are those of the whole program
    StationWindow board{*desk_, QStringLiteral("冯村卫生院"), nullptr, nullptr, {}};
    board.resize(screen());
    board.show();
    expectWhole(board, "station");
}

TEST_P(DesksFit, LogInWithTheAssistant) {
    const auto connect = [](const std::string&, const std::string&, std::string) {
        auto feed = std::make_unique<FakeFeed>();
        client::ConnectTrial failed;
        failed.server = "10.0.0.5:8443";
        failed.state = client::TrialState::failed;
        failed.step = client::ConnectStep::tcp;
        failed.cause = client::ConnectCause::nobody_listens;
        feed->tried = {failed, failed};
        return feed;
    };
    LoginDialog log_in{theme_, QStringLiteral("10.0.0.5:8443"), QStringLiteral("wang"), connect};
    log_in.show();
    expectWhole(log_in, "login");
    for (auto* field : log_in.findChildren<TextField*>()) {
        field->setText(QStringLiteral("x"));
    }
    QTest::keyClick(log_in.findChildren<TextField*>().last(), Qt::Key_Return);
    expectWhole(log_in, "assistant");
}

INSTANTIATE_TEST_SUITE_P(BothLanguages, DesksFit, testing::Values("zh_CN", "en"));

} // namespace
} // namespace ems::console
