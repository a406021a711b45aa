// The command line comes to the physician, beside his patient; it never takes him to another view.
#include "console/widgets/alarm_list_view.h"
#include "console/widgets/ecg_sweep.h"
#include "console/widgets/timeline_view.h"
#include "tests/console/ui/desk_keys.h"
#include "tests/console/ui/picture_file.h"
#include "tests/console/ui/scripted_line.h"
#include "tests/support/child_process.h"

#include <QDockWidget>

namespace ems::console {
namespace {

class LineInView : public DeskKeys {
  protected:
    void SetUp() override {
        DeskKeys::SetUp();
        window_.reset();
        talk_.now.connected = true;
        talk_.now.line.crew_present = true;
        window_ = std::make_unique<MainWindow>(*desk_, scene_, videoSources(), draft_, &talk_);
        window_->resize(1920, 1080);
        window_->show();
        connectAll("physician");
        desk_->selectIncident(10);
        window_->showView(View::physician);
        settle();
    }
    void TearDown() override { window_.reset(); }
    QWidget* line() { return window_->findChild<QWidget*>(QStringLiteral("commandLine")); }
    QWidget* stages() { return window_->findChild<QDockWidget*>(QStringLiteral("dockStages"))->findChild<TimelineView*>(); }
    void beginNote() {
        QTest::keyClick(window_.get(), Qt::Key_F9);
        ASSERT_TRUE(stages()->hasFocus());
        QTest::keyClick(stages(), Qt::Key_B);
        ASSERT_TRUE(line()->hasFocus());
    }
    // Of the last note; that its case is open no more is told behind it.
    std::uint64_t noteNumber() const {
        std::uint64_t number = feed_.sent.size();
        while (number != 0 && !feed_.sent[number - 1].has_add_note()) {
            --number;
        }
        return number;
    }
    // The centre's answer to what was sent as this number.
    void answerDone(std::uint64_t number) {
        api::ServerFrame frame;
        frame.set_reply_to(number);
        frame.mutable_done();
        feed_.push(std::move(frame));
        settle();
    }
    bool goesAway() {
        return test::eventually([this] { settle(); return !line()->isVisible(); }, std::chrono::seconds{5});
    }
    ScriptedLine talk_;
};

TEST_F(LineInView, ANoteIsWrittenBesideThePatient) {
    EXPECT_FALSE(line()->isVisible());
    const QSize room = window_->sweep().size();
    beginNote();
    EXPECT_EQ(window_->view(), View::physician);
    EXPECT_TRUE(line()->isVisible());
    EXPECT_EQ(window_->sweep().size(), room) << "the sweep begins anew in another size";
    QTest::keyClicks(line(), QStringLiteral("aspirin 300 mg by voice"));
    save_picture(window_->grab().toImage(), QStringLiteral("physician-line.png"));
    QTest::keyClick(line(), Qt::Key_Return);
    ASSERT_NE(noteNumber(), 0U);
    EXPECT_EQ(feed_.sent[noteNumber() - 1].add_note().text(), "aspirin 300 mg by voice");
    EXPECT_EQ(window_->view(), View::physician);
    EXPECT_TRUE(stages()->hasFocus());
}

TEST_F(LineInView, EscKeepsTheTextAndGivesTheFocusBack) {
    beginNote();
    QTest::keyClicks(line(), QStringLiteral("aspirin"));
    QTest::keyClick(line(), Qt::Key_Escape);
    EXPECT_FALSE(line()->isVisible());
    EXPECT_TRUE(stages()->hasFocus());
    QTest::keyClick(window_.get(), Qt::Key_F10);
    EXPECT_EQ(window_->view(), View::physician);
    EXPECT_TRUE(line()->hasFocus());
    EXPECT_EQ(window_->commandBar().text(), QStringLiteral("B 0033 aspirin"));
}

TEST_F(LineInView, TheAnswerStandsThereUntilItHasBeenRead) {
    beginNote();
    QTest::keyClicks(line(), QStringLiteral("aspirin"));
    QTest::keyClick(line(), Qt::Key_Return);
    const std::uint64_t number = noteNumber();
    clock_.advance(std::chrono::seconds{30});
    const QSignalSpy ticks{desk_.get(), &Desk::ticked};
    EXPECT_TRUE(test::eventually([&] { settle(); return !ticks.isEmpty(); }, std::chrono::seconds{5}));
    EXPECT_TRUE(line()->isVisible()) << "no answer yet";
    answerDone(number);
    EXPECT_TRUE(line()->isVisible());
    clock_.advance(std::chrono::seconds{11});
    EXPECT_TRUE(goesAway());
    EXPECT_TRUE(stages()->hasFocus());
}

TEST_F(LineInView, ARefusalIsNotOverlooked) {
    beginNote();
    QTest::keyClicks(line(), QStringLiteral("aspirin"));
    QTest::keyClick(line(), Qt::Key_Return);
    api::ServerFrame refused;
    refused.set_reply_to(noteNumber());
    refused.mutable_error()->set_text_en("the database is away");
    feed_.push(std::move(refused));
    settle();
    clock_.advance(std::chrono::seconds{30});
    const QSignalSpy ticks{desk_.get(), &Desk::ticked};
    EXPECT_TRUE(test::eventually([&] { settle(); return ticks.size() > 1; }, std::chrono::seconds{5}));
    EXPECT_TRUE(line()->isVisible());
    window_->grab();
    EXPECT_TRUE(window_->commandBar().painted().contains(QStringLiteral("the database is away")));
}

// The next line is begun before the answer to this one comes.
class LineRefused : public LineInView {
  protected:
    void SetUp() override {
        LineInView::SetUp();
        sent_ = send("aspirin");
        beginNote();
        QTest::keyClicks(line(), QStringLiteral("o"));
        api::ServerFrame refused;
        refused.set_reply_to(sent_);
        refused.mutable_error()->set_text_en("the database is away");
        feed_.push(std::move(refused));
        settle();
    }
    // The number of the request.
    std::uint64_t send(const char* note) {
        beginNote();
        QTest::keyClicks(line(), QString::fromUtf8(note));
        QTest::keyClick(line(), Qt::Key_Return);
        return noteNumber();
    }
    bool saysWhy() { return window_->commandBar().refusal().contains(QStringLiteral("the database is away")); }
    std::uint64_t sent_{0};
};

TEST_F(LineRefused, ItsRefusalStandsBesideTheNextLineThatIsTyped) {
    QTest::keyClicks(line(), QStringLiteral("xygen"));
    EXPECT_TRUE(saysWhy());
    save_picture(window_->grab().toImage(), QStringLiteral("physician-line-refused.png"));
    EXPECT_EQ(window_->commandBar().painted(), window_->commandBar().echo()) << "what Enter would do is not hidden";
}

TEST_F(LineRefused, ItsRefusalGoesWithEsc) {
    ASSERT_TRUE(saysWhy());
    QTest::keyClick(line(), Qt::Key_Escape);
    EXPECT_FALSE(saysWhy());
}

TEST_F(LineRefused, ItsRefusalGoesWithAKeyOnceThereWasTimeToReadIt) {
    clock_.advance(std::chrono::seconds{9});
    QTest::keyClicks(line(), QStringLiteral("x"));
    ASSERT_TRUE(saysWhy());
    clock_.advance(std::chrono::seconds{2});
    QTest::keyClicks(line(), QStringLiteral("y"));
    EXPECT_FALSE(saysWhy());
}

TEST_F(LineRefused, ItsRefusalOutlivesTheAnswerToAnotherLine) {
    QTest::keyClick(line(), Qt::Key_Return);
    answerDone(noteNumber());
    EXPECT_TRUE(saysWhy());
}

TEST_F(LineRefused, ItsRefusalGoesWhenTheSameLineIsDone) {
    QTest::keyClick(line(), Qt::Key_Backspace);
    QTest::keyClicks(line(), QStringLiteral("aspirin"));
    QTest::keyClick(line(), Qt::Key_Return);
    ASSERT_TRUE(saysWhy());
    answerDone(noteNumber());
    EXPECT_FALSE(saysWhy());
}

TEST_F(LineInView, AnAlarmIsPutAwayBesideThePatient) {
    feed_.alarm(4, "spo2_low", ems::wire::Alarm::MEDIUM, clock_.utc_us());
    settle();
    stages()->setFocus();
    QTest::keyClick(window_.get(), Qt::Key_F8, Qt::ShiftModifier);
    auto* list = window_->findChild<AlarmListView*>();
    QTest::keyClick(list, Qt::Key_Home);
    QTest::keyClick(list, Qt::Key_G);
    QTest::keyClicks(line(), QStringLiteral("10 probe"));
    QTest::keyClick(line(), Qt::Key_Return);
    EXPECT_EQ(window_->view(), View::physician);
    const auto& alarms = desk_->state().alarms();
    ASSERT_NE(alarms.find("u4:spo2_low"), nullptr);
    EXPECT_TRUE(AlarmList::is_shelved(*alarms.find("u4:spo2_low"), desk_->shownUs()));
    EXPECT_TRUE(stages()->hasFocus());
    clock_.advance(std::chrono::seconds{11});
    EXPECT_TRUE(goesAway());
}

TEST_F(LineInView, WhoSpeaksToTheCrewGoesOnSpeakingWhileANoteIsWritten) {
    api::ServerFrame frame;
    frame.mutable_voice_grant()->set_unit_id(4);
    frame.mutable_voice_grant()->set_grant_id("g1");
    frame.mutable_voice_grant()->set_expires_us(clock_.utc_us() + 3'600'000'000);
    feed_.push(frame);
    settle();
    QTest::keyPress(window_.get(), Qt::Key_F12);
    ASSERT_EQ(talk_.key, video::Talk::normal);
    beginNote();
    QTest::keyClicks(line(), QStringLiteral("aspirin"));
    EXPECT_EQ(talk_.key, video::Talk::normal);
    QTest::keyClick(line(), Qt::Key_Return);
    EXPECT_EQ(talk_.key, video::Talk::normal);
    EXPECT_EQ(talk_.closed, 0);
    QTest::keyRelease(stages(), Qt::Key_F12);
    EXPECT_EQ(talk_.key, video::Talk::none);
}

TEST_F(LineInView, F12HeldInADockThatFloatsSpeaksToThePatientsCrew) {
    api::ServerFrame frame;
    frame.mutable_voice_grant()->set_unit_id(4);
    frame.mutable_voice_grant()->set_grant_id("g1");
    frame.mutable_voice_grant()->set_expires_us(clock_.utc_us() + 3'600'000'000);
    feed_.push(frame);
    window_->findChild<QDockWidget*>(QStringLiteral("dockStages"))->setFloating(true);
    settle();
    QTest::keyPress(stages(), Qt::Key_F12);
    EXPECT_EQ(talk_.key, video::Talk::normal);
    QTest::keyRelease(stages(), Qt::Key_F12);
    EXPECT_EQ(talk_.key, video::Talk::none);
}

TEST_F(LineInView, WhatACrashLeftInTheLineIsSeenBesideThePatient) {
    beginNote();
    QTest::keyClicks(line(), QStringLiteral("aspirin"));
    window_->commandBar().storeNow();
    window_.reset();
    window_ = std::make_unique<MainWindow>(*desk_, scene_, videoSources(), draft_, &talk_);
    window_->showView(View::physician);
    window_->show();
    settle();
    EXPECT_EQ(window_->commandBar().text(), QStringLiteral("B 0033 aspirin"));
    EXPECT_TRUE(line()->isVisible());
}

TEST_F(LineInView, TheDispatchersLineStaysWhereItIs) {
    window_->showView(View::dispatcher);
    QTest::keyClick(window_.get(), Qt::Key_F10);
    const int at = line()->mapTo(window_.get(), QPoint{}).y();
    QTest::keyClick(line(), Qt::Key_Escape);
    EXPECT_TRUE(line()->isVisible());
    window_->showView(View::physician);
    EXPECT_FALSE(line()->isVisible());
    QTest::keyClick(window_.get(), Qt::Key_F10);
    EXPECT_EQ(line()->mapTo(window_.get(), QPoint{}).y(), at) << "at one height in both views";
    EXPECT_GT(line()->mapTo(window_.get(), QPoint{}).x(), window_->findChild<Intercom*>()->width()) << "beside the talk button";
}

} // namespace
} // namespace ems::console
