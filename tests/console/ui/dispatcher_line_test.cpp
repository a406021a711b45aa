// F12 in the dispatcher's view: queue, call form and map stay, and the strip says with whom one speaks.
#include "console/widgets/intercom.h"
#include "console/widgets/map_view.h"
#include "console/widgets/unit_board.h"
#include "telemetry/base/error.h"
#include "tests/console/ui/desk_keys.h"
#include "tests/console/ui/picture_file.h"
#include "tests/console/ui/scripted_line.h"
#include "tests/support/child_process.h"

#include <QDockWidget>

namespace ems::console {
namespace {

class DispatcherLine : public DeskKeys {
  protected:
    void SetUp() override {
        DeskKeys::SetUp();
        window_.reset();
        line_.now.connected = true;
        line_.now.line.crew_present = true;
        window_ = std::make_unique<MainWindow>(*desk_, scene_, videoSources(), draft_, &line_);
        window_->resize(1920, 1080);
        window_->show();
        connectAll();
        settle();
    }
    void TearDown() override { window_.reset(); }
    void hold() { QTest::keyPress(window_.get(), Qt::Key_F12); }
    void let_go() { QTest::keyRelease(window_.get(), Qt::Key_F12); }
    void leave() { QTest::keyClick(window_.get(), Qt::Key_F12, Qt::ShiftModifier); }
    void grant(std::int64_t unit) {
        api::ServerFrame frame;
        frame.mutable_voice_grant()->set_unit_id(unit);
        frame.mutable_voice_grant()->set_grant_id("g" + std::to_string(unit));
        frame.mutable_voice_grant()->set_expires_us(clock_.utc_us() + 3'600'000'000);
        feed_.push(frame);
        settle();
    }
    void call(std::int64_t unit) {
        feed_.alarm(unit, "dispatcher_call", ems::wire::Alarm::MEDIUM, clock_.utc_us());
        settle();
    }
    // Unit of the line asked for last; 0: none.
    std::int64_t asked() const {
        const auto* voice = last_of(feed_, api::ClientFrame::kOpenVoice);
        return voice == nullptr || voice->open_voice().stop() ? 0 : voice->open_voice().unit_id();
    }
    Intercom& intercom() { return *window_->findChild<Intercom*>(); }
    QString said() { return window_->callForm().message(); }
    // What is in a window of its own then.
    QWidget* floatUnits() {
        auto* dock = window_->findChild<QDockWidget*>(QStringLiteral("dockUnits"));
        dock->setFloating(true);
        settle();
        return dock->findChild<UnitBoard*>();
    }
    ScriptedLine line_;
};

TEST_F(DispatcherLine, F12HeldJoinsTheLineOfTheChosenCaseAndSpeaksOnceItStands) {
    desk_->selectIncident(10);
    settle();
    hold();
    EXPECT_EQ(window_->view(), View::dispatcher);
    EXPECT_EQ(asked(), 4);
    EXPECT_EQ(line_.key, video::Talk::none);
    grant(4);
    EXPECT_EQ(line_.opened, std::vector<std::int64_t>{4});
    EXPECT_EQ(line_.key, video::Talk::normal);
    let_go();
    EXPECT_EQ(line_.key, video::Talk::none);
    hold();
    EXPECT_EQ(line_.key, video::Talk::normal);
}

TEST_F(DispatcherLine, AKeyLetGoBeforeTheLineStandsSaysNothing) {
    desk_->selectIncident(10);
    settle();
    hold();
    let_go();
    grant(4);
    EXPECT_EQ(line_.opened, std::vector<std::int64_t>{4});
    EXPECT_EQ(line_.key, video::Talk::none);
}

TEST_F(DispatcherLine, TheStripStandsUnderTheAlarmBarAndSaysWithWhom) {
    desk_->selectIncident(10);
    settle();
    EXPECT_FALSE(intercom().isVisible());
    hold();
    grant(4);
    let_go();
    ASSERT_TRUE(intercom().isVisible());
    EXPECT_EQ(intercom().mapTo(window_.get(), QPoint{}), (QPoint{0, 44}));
    EXPECT_EQ(intercom().crewText(), QStringLiteral("冯村01 · 0033"));
    EXPECT_EQ(intercom().lineText(), QStringLiteral("Line free"));
    EXPECT_TRUE(window_->mapView().isVisible());
    desk_->selectIncident(11);
    settle();
    EXPECT_TRUE(intercom().crewText().endsWith(QStringLiteral("(another case is chosen)")));
}

TEST_F(DispatcherLine, TheCrewThatCallsIsAnsweredWhateverIsChosen) {
    desk_->selectIncident(10);
    call(2);
    clock_.advance(std::chrono::milliseconds{700});
    QTest::keyClick(window_.get(), Qt::Key_F2);
    field("Complaint")->setFocus();
    QTest::keyClicks(field("Complaint"), QStringLiteral("fall"));
    QTest::keyPress(field("Complaint"), Qt::Key_F12);
    EXPECT_EQ(asked(), 2);
    EXPECT_TRUE(intercom().isCalled());
    EXPECT_TRUE(field("Complaint")->hasFocus());
    EXPECT_EQ(field("Complaint")->text(), QStringLiteral("fall"));
    EXPECT_EQ(desk_->state().selected_incident(), 10);
    grant(2);
    EXPECT_EQ(line_.key, video::Talk::normal);
    QTest::keyRelease(field("Complaint"), Qt::Key_F12);
    EXPECT_EQ(line_.key, video::Talk::none) << "whatever the field does with the key";
}

TEST_F(DispatcherLine, TheStripSaysHowAnotherCrewThatCallsIsAnsweredAndItIs) {
    call(2);
    clock_.advance(std::chrono::milliseconds{700});
    hold();
    grant(2);
    let_go();
    clock_.advance(std::chrono::seconds{5});
    call(4);
    EXPECT_EQ(intercom().lineText(), QStringLiteral("▲ 冯村01 calls: Shift+F12, then F12"));
    save_picture(window_->grab().toImage(), QStringLiteral("dispatcher-line-other.png"));
    clock_.advance(std::chrono::milliseconds{700});
    leave();
    hold();
    EXPECT_EQ(asked(), 4) << "and not the one that was spoken to, whose call stands longer";
}

TEST_F(DispatcherLine, ACallThatNobodyHasReadYetIsNotTaken) {
    desk_->selectIncident(10);
    call(2);
    hold();
    EXPECT_EQ(asked(), 4);
}

TEST_F(DispatcherLine, BehindAnAcknowledgedCallTheChosenCrewComesFirst) {
    call(2);
    readAlarms();
    QTest::keyClick(window_.get(), Qt::Key_F8);
    ASSERT_EQ(desk_->state().alarms().find("u2:dispatcher_call")->state, AlarmState::acknowledged);
    desk_->selectIncident(10);
    hold();
    EXPECT_EQ(asked(), 4);
    let_go();
    leave();
    desk_->selectIncident(11); // nobody is on it
    hold();
    EXPECT_EQ(asked(), 2);
}

TEST_F(DispatcherLine, AUnitWithoutACaseIsSpokenToWhenItIsChosen) {
    desk_->selectIncident(10);
    desk_->selectUnit(3);
    hold();
    EXPECT_EQ(asked(), 3);
    EXPECT_TRUE(intercom().crewText().startsWith(QStringLiteral("上郭01"))) << intercom().crewText().toStdString();
}

TEST_F(DispatcherLine, F12HeldInADockThatFloatsSpeaksAndLetGoThereIsSilent) {
    desk_->selectIncident(10);
    QWidget* board = floatUnits();
    QTest::keyPress(board, Qt::Key_F12);
    EXPECT_EQ(asked(), 4);
    grant(4);
    EXPECT_EQ(line_.key, video::Talk::normal);
    QTest::keyRelease(board, Qt::Key_F12);
    EXPECT_EQ(line_.key, video::Talk::none);
}

TEST_F(DispatcherLine, ATalkKeyHeldInADockThatFloatsIsLetGoWhenItsWindowGoes) {
    desk_->selectIncident(10);
    QWidget* board = floatUnits();
    QTest::keyPress(board, Qt::Key_F12);
    grant(4);
    ASSERT_EQ(line_.key, video::Talk::normal);
    QEvent away{QEvent::WindowDeactivate};
    QCoreApplication::sendEvent(board->window(), &away);
    EXPECT_EQ(line_.key, video::Talk::none);
}

TEST_F(DispatcherLine, ADigitInADockThatFloatsChoosesTheUnit) {
    desk_->selectIncident(11);
    feed_.recommendation(clock_.utc_us());
    QTest::keyClick(floatUnits(), Qt::Key_2);
    ASSERT_NE(desk_->state().selected_candidate(), nullptr);
    EXPECT_EQ(desk_->state().selected_candidate()->rank(), 2U);
}

TEST_F(DispatcherLine, WithoutACrewF12SaysWhatToDo) {
    desk_->selectIncident(11);
    settle();
    hold();
    EXPECT_EQ(asked(), 0);
    EXPECT_FALSE(intercom().isVisible());
    EXPECT_TRUE(said().contains(QStringLiteral("choose its case or unit"))) << said().toStdString();
}

TEST_F(DispatcherLine, WithoutTheServerF12SaysToRing) {
    desk_->selectIncident(10);
    feed_.link(LinkChange::State::down, 1);
    settle();
    hold();
    EXPECT_FALSE(intercom().isVisible());
    EXPECT_TRUE(said().contains(QStringLiteral("ring the crew"))) << said().toStdString();
}

TEST_F(DispatcherLine, ShiftF12LeavesTheLineAndTellsTheServer) {
    desk_->selectIncident(10);
    hold();
    grant(4);
    let_go();
    leave();
    EXPECT_FALSE(intercom().isVisible());
    EXPECT_EQ(line_.closed, 1);
    const auto* stop = last_of(feed_, api::ClientFrame::kOpenVoice);
    EXPECT_TRUE(stop->open_voice().stop());
    EXPECT_EQ(stop->open_voice().unit_id(), 4);
    window_->showView(View::physician);
    EXPECT_TRUE(intercom().isVisible()) << "in its dock again";
}

TEST_F(DispatcherLine, ShiftF12AgainDoesNotJoinItAnew) {
    desk_->selectIncident(10);
    hold();
    grant(4);
    let_go();
    leave();
    QTest::keyPress(window_.get(), Qt::Key_F12, Qt::ShiftModifier);
    EXPECT_FALSE(intercom().isVisible());
    EXPECT_EQ(asked(), 0);
}

TEST_F(DispatcherLine, AGrantThatComesAfterTheLineWasLeftIsGivenBack) {
    desk_->selectIncident(10);
    hold();
    let_go();
    leave();
    grant(4);
    EXPECT_TRUE(line_.opened.empty());
    const auto* stop = last_of(feed_, api::ClientFrame::kOpenVoice);
    EXPECT_TRUE(stop->open_voice().stop());
}

TEST_F(DispatcherLine, TheLineStaysWhenAnotherCaseIsChosen) {
    desk_->selectIncident(10);
    hold();
    grant(4);
    let_go();
    desk_->selectIncident(11);
    settle();
    EXPECT_EQ(line_.closed, 0);
    hold();
    EXPECT_EQ(line_.key, video::Talk::normal);
    EXPECT_EQ(line_.opened, std::vector<std::int64_t>{4});
}

TEST_F(DispatcherLine, ThePhysiciansViewTakesTheLineOver) {
    desk_->selectIncident(10);
    hold();
    grant(4);
    let_go();
    window_->showView(View::physician);
    settle();
    EXPECT_EQ(line_.closed, 0) << "it is the patient's crew";
    EXPECT_TRUE(intercom().isVisible());
    EXPECT_GT(intercom().height(), Intercom::kStripHeight);
    window_->showView(View::dispatcher);
    settle();
    EXPECT_EQ(line_.closed, 1);
    EXPECT_FALSE(intercom().isVisible());
}

TEST_F(DispatcherLine, WhyTheCentreGivesNoLineStandsInTheStripAndF12AsksAgain) {
    desk_->selectIncident(10);
    hold();
    const auto asked_lines = [this] {
        return std::count_if(feed_.sent.begin(), feed_.sent.end(),
                             [](const api::ClientFrame& f) { return f.has_open_voice() && !f.open_voice().stop(); });
    };
    ASSERT_EQ(asked_lines(), 1);
    api::ServerFrame none;
    none.set_reply_to(feed_.sent.size());
    none.mutable_error()->set_code(static_cast<std::uint32_t>(Code::media));
    none.mutable_error()->set_text_en("no media server");
    feed_.push(std::move(none));
    settle();
    line_.now.connected = false;
    EXPECT_TRUE(test::eventually([&] { settle(); return intercom().lineText().contains(QStringLiteral("no media server")); },
                                 std::chrono::seconds{5}));
    let_go();
    hold();
    EXPECT_EQ(asked_lines(), 2);
}

// Of the strip on both kinds of screens.
TEST_F(DispatcherLine, TheStripAndTheDeskUnderItHaveRoom) {
    desk_->selectIncident(10);
    line_.now.line.speaker = video::Speaker::console;
    line_.now.line.speaker_is_you = true;
    line_.now.line.left_ms = 24'000;
    line_.now.spoken = {-22, -9};
    line_.now.heard = {-60, -60};
    for (const QSize size : {QSize{1920, 1080}, QSize{1280, 720}}) {
        window_->resize(size);
        settle();
        hold();
        grant(4);
        EXPECT_TRUE(test::eventually([&] { settle(); return intercom().lineText().startsWith(QStringLiteral("You speak")); },
                                     std::chrono::seconds{5}));
        EXPECT_EQ(window_->size(), size);
        EXPECT_LE(window_->minimumSizeHint().height(), size.height());
        save_picture(window_->grab().toImage(), QStringLiteral("dispatcher-line-%1.png").arg(size.width()));
        let_go();
        leave();
        settle();
    }
}

} // namespace
} // namespace ems::console
