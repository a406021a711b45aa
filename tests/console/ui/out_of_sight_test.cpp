// Keys that would act on what the person does not look at, and what is said and printed instead.
#include "console/theme/symbols.h"
#include "console/widgets/alarm_list_view.h"
#include "console/widgets/panel.h"
#include "console/widgets/queue_view.h"
#include "tests/console/ui/desk_keys.h"

#include <QDockWidget>
#include <QLineEdit>

namespace ems::console {
namespace {

class OutOfSight : public DeskKeys {
  protected:
    // Case 0034 is chosen with its list, and then another call comes in.
    void writeCallOverChosenCase() {
        connectAll();
        desk_->selectIncident(11);
        feed_.recommendation(clock_.utc_us());
        settle();
        ASSERT_TRUE(window_->canDispatch());
        QTest::keyClick(window_.get(), Qt::Key_F2);
        QTest::keyClicks(field("Complaint"), QStringLiteral("fall"));
        settle();
    }
    const KeyButton* sendButton() {
        for (const auto* button : window_->findChildren<KeyButton*>()) {
            if (button->accessibleName().endsWith(QStringLiteral(" F4"))) {
                return button;
            }
        }
        return nullptr;
    }
    PanelTitle* titleOf(const char* name) {
        auto* part = window_->findChild<QWidget*>(QString::fromLatin1(name));
        const auto* dock = qobject_cast<QDockWidget*>(part);
        return dock == nullptr ? part->findChild<PanelTitle*>() : qobject_cast<PanelTitle*>(dock->titleBarWidget());
    }
};

TEST_F(OutOfSight, F4SendsNothingToTheChosenCaseWhileACallIsWritten) {
    writeCallOverChosenCase();
    EXPECT_FALSE(window_->canDispatch());
    QTest::keyClick(field("Complaint"), Qt::Key_F4);
    EXPECT_EQ(last_of(feed_, api::ClientFrame::kAssign), nullptr);
    EXPECT_TRUE(window_->callForm().message().contains(QStringLiteral("0034"))) << window_->callForm().message().toStdString();
}

TEST_F(OutOfSight, ThePrintedF4IsNotArmedWhileACallIsWritten) {
    writeCallOverChosenCase();
    ASSERT_NE(sendButton(), nullptr);
    EXPECT_FALSE(sendButton()->isEnabled());
    EXPECT_FALSE(sendButton()->accessibleDescription().isEmpty());
}

TEST_F(OutOfSight, F4SendsFromTheRowOfTheCaseWhileACallIsWritten) {
    writeCallOverChosenCase();
    auto* queue = window_->findChild<QueueView*>();
    queue->setFocus(Qt::MouseFocusReason);
    EXPECT_TRUE(sendButton()->isEnabled());
    QTest::keyClick(queue, Qt::Key_F4);
    const auto* frame = last_of(feed_, api::ClientFrame::kAssign);
    ASSERT_NE(frame, nullptr);
    EXPECT_EQ(frame->assign().incident_id(), 11);
}

TEST_F(OutOfSight, F3OnThePhysiciansViewLeavesTheFormAsItIs) {
    writeCallOverChosenCase();
    window_->showView(View::physician);
    const QString said = window_->callForm().message();
    QTest::keyClick(window_.get(), Qt::Key_F3);
    EXPECT_EQ(window_->callForm().message(), said);
    window_->showView(View::dispatcher);
    QTest::keyClick(window_.get(), Qt::Key_F3);
    EXPECT_NE(window_->callForm().message(), said);
}

TEST_F(OutOfSight, GOnThePhysiciansViewBeginsTheLineThatPutsTheAlarmAway) {
    connectAll("physician");
    window_->showView(View::physician);
    feed_.alarm(4, "spo2_low", ems::wire::Alarm::MEDIUM, clock_.utc_us());
    settle();
    QTest::keyClick(window_.get(), Qt::Key_F8, Qt::ShiftModifier);
    auto* list = window_->findChild<AlarmListView*>();
    QTest::keyClick(list, Qt::Key_Home);
    QTest::keyClick(list, Qt::Key_G);
    auto* line = window_->findChild<QLineEdit*>(QStringLiteral("commandLine"));
    EXPECT_EQ(line->text(), QStringLiteral("GQ 1 "));
    EXPECT_TRUE(line->isVisible());
    EXPECT_TRUE(line->hasFocus());
    EXPECT_EQ(window_->view(), View::physician);
}

TEST_F(OutOfSight, F12AtADeskWithoutSoundSaysWhatToDo) {
    connectAll();
    window_->showView(View::physician); // the intercom has been shown once
    window_->showView(View::dispatcher);
    settle();
    QTest::keyClick(window_.get(), Qt::Key_F12);
    EXPECT_TRUE(window_->callForm().message().contains(QStringLiteral("ring the crew"))) << window_->callForm().message().toStdString();
}

TEST_F(OutOfSight, APositionIsDashedFrom15SecondsAndCrossedFrom60) {
    connectAll();
    const api::Unit& unit = *desk_->state().unit(1);
    EXPECT_EQ(desk_->lookOf(unit, 14'000), SymbolLook::normal);
    EXPECT_EQ(desk_->lookOf(unit, 16'000), SymbolLook::stale);
    EXPECT_EQ(desk_->lookOf(unit, 59'000), SymbolLook::stale);
    EXPECT_EQ(desk_->lookOf(unit, 61'000), SymbolLook::lost);
    feed_.link(LinkChange::State::down, 1);
    settle();
    EXPECT_EQ(desk_->lookOf(unit, 1'000), SymbolLook::lost) << "of a lost server";
}

TEST_F(OutOfSight, WithoutTheServerNoKeyIsPrintedForAListThatIsNotMade) {
    connectAll();
    desk_->selectIncident(11);
    settle();
    EXPECT_EQ(titleOf("dockRecommend")->keys(), QStringList{QStringLiteral("F5")});
    feed_.link(LinkChange::State::down, 1);
    settle();
    EXPECT_EQ(titleOf("dockRecommend")->keys(), QStringList{});
}

TEST_F(OutOfSight, CtrlTIsPrintedWhereThereIsSomethingToTurnTo) {
    connectAll();
    window_->showView(View::physician);
    settle();
    EXPECT_EQ(titleOf("dockTrends")->keys(), QStringList{});
    window_->resize(1280, 720);
    settle();
    EXPECT_EQ(titleOf("dockTrends")->keys(), QStringList{QStringLiteral("Ctrl+T")});
}

TEST_F(OutOfSight, TheButtonsOfTheReasonBearTheirKeys) {
    connectAll();
    desk_->selectIncident(11);
    feed_.recommendation(clock_.utc_us());
    settle();
    QTest::keyClick(window_.get(), Qt::Key_2);
    QStringList ends;
    in_dialog([&](QDialog& dialog) {
        for (const auto* button : dialog.findChildren<KeyButton*>()) {
            ends << button->accessibleName().section(QLatin1Char(' '), -1);
        }
    });
    QTest::keyClick(window_.get(), Qt::Key_F4);
    ends.sort();
    EXPECT_EQ(ends, (QStringList{QStringLiteral("Enter"), QStringLiteral("Esc")}));
}

} // namespace
} // namespace ems::console
