// What a desk says of its alarms: why they came, what follows, what to do, what they cost, and how they look.
#include "tests/console/ui/desk_fixture.h"

#include "console/model/alarm_table.h"
#include "console/widgets/alarm_list_view.h"
#include "console/widgets/alarm_reason_view.h"
#include "console/widgets/bars.h"
#include "console/widgets/parts_view.h"

#include <algorithm>
#include <string>
#include <vector>

namespace ems::console {
namespace {

class AlarmDeskTest : public DeskTest {
  protected:
    void raise(std::int64_t unit, const std::string& code, ems::wire::Alarm::Priority priority) {
        feed_.alarm(unit, code, priority, clock_.utc_us());
        settle();
    }
    void acknowledge(const std::string& key) { desk_->acknowledgeAlarm(std::vector<std::string>{key}); }
    void openList() { QTest::keyClick(window_.get(), Qt::Key_F8, Qt::ShiftModifier); }
    AlarmListView* list() { return window_->findChild<AlarmListView*>(); }
    AlarmReasonView* reason() { return window_->findChild<AlarmReasonView*>(); }
    AlarmBar* bar() { return window_->findChild<AlarmBar*>(); }
    void press(Qt::Key key) { QTest::keyClick(list(), key); }
};

TEST_F(AlarmDeskTest, TheListSaysOfTheChosenAlarmWhyItCameWhatFollowsAndWhatToDo) {
    connectAll();
    raise(4, "vf", ems::wire::Alarm::HIGH);
    openList();
    EXPECT_TRUE(reason()->isVisible());
    press(Qt::Key_Home);
    const QString lines = reason()->lines().join(QLatin1Char{'\n'});
    const AlarmReason* row = find_reason("vf");
    for (const char* text : {row->cause, row->consequence, row->action}) {
        EXPECT_TRUE(lines.contains(QString::fromUtf8(text))) << text << "\n" << lines.toStdString();
    }
    openList();
    EXPECT_FALSE(reason()->isVisible());
}

TEST_F(AlarmDeskTest, LShowsTheLoadOfThisSeatAndTheReasonAgain) {
    connectAll("physician");
    desk_->state().watch_targets(clock_.utc_us());
    raise(4, "vf", ems::wire::Alarm::HIGH);
    desk_->state().watch_targets(clock_.utc_us());
    openList();
    press(Qt::Key_L);
    EXPECT_EQ(reason()->page(), AlarmReasonView::Page::load);
    EXPECT_TRUE(reason()->lines().at(0).contains(QStringLiteral(" 1 alarms"))) << reason()->lines().at(0).toStdString();
    EXPECT_TRUE(reason()->lines().at(5).contains(QStringLiteral("100 % (1), target 5 %")))
        << reason()->lines().at(5).toStdString();
    press(Qt::Key_L);
    EXPECT_EQ(reason()->page(), AlarmReasonView::Page::reason);
}

TEST_F(AlarmDeskTest, AnAcknowledgedFibrillationKeepsItsChip) {
    connectAll("physician");
    raise(4, "vf", ems::wire::Alarm::HIGH);
    acknowledge("u4:vf");
    for (const std::int64_t unit : {1, 2, 3}) {
        for (const char* code : {"hr_high", "rr_high", "nibp_low"}) {
            raise(unit, code, ems::wire::Alarm::MEDIUM);
        }
    }
    window_->grab();
    ASSERT_FALSE(bar()->painted().empty());
    EXPECT_EQ(bar()->painted().front(), "u4:vf");
    EXPECT_GE(bar()->painted().size(), 2U);
}

TEST_F(AlarmDeskTest, AudioIsPausedWithTheButtonOfTheBar) {
    connectAll();
    window_->grab();
    const QPoint place{bar()->width() - 250, bar()->height() / 2};
    QTest::mouseClick(bar(), Qt::LeftButton, {}, place);
    EXPECT_GT(desk_->audioPauseLeftUs(), 0);
    window_->grab();
    QTest::mouseClick(bar(), Qt::LeftButton, {}, place);
    EXPECT_EQ(desk_->audioPauseLeftUs(), 0);
}

TEST_F(AlarmDeskTest, TheTimeOfDaySetBackKeepsNoAlarmSilentLonger) {
    connectAll();
    desk_->pauseAudio();
    clock_.step_wall(std::chrono::minutes{-10});
    clock_.advance(std::chrono::seconds{121});
    EXPECT_EQ(desk_->audioPauseLeftUs(), 0);
}

TEST_F(AlarmDeskTest, AnAlarmIsFilledOnlyUntilSomebodyHasSeenIt) {
    AlarmEntry alarm;
    EXPECT_EQ(AlarmBar::fillOf(alarm), AlarmFill::filled);
    alarm.state = AlarmState::acknowledged;
    EXPECT_EQ(AlarmBar::fillOf(alarm), AlarmFill::outline);
    alarm.state = AlarmState::returned;
    EXPECT_EQ(AlarmBar::fillOf(alarm), AlarmFill::dashed);
}

TEST_F(AlarmDeskTest, AFloodIsAmongWhatDoesNotWorkAsItShould) {
    connectAll();
    desk_->state().watch_targets(clock_.utc_us());
    for (const std::int64_t unit : {1, 2, 3}) {
        for (const char* code : {"gnss_lost", "inputs_lost", "clock_unset", "spool_slow"}) {
            raise(unit, code, ems::wire::Alarm::LOW);
        }
    }
    // technical as the vehicle says it, or by its row: the dispatcher's either way
    desk_->state().watch_targets(clock_.utc_us());
    ASSERT_TRUE(desk_->state().load().is_flood());
    emit desk_->ticked();
    EXPECT_EQ(window_->findChild<PartsView*>()->parts().row(Part::load).state, PartState::degraded);
    EXPECT_EQ(desk_->state().alarms().entries().size(), 12U) << "nothing is left out";
}

} // namespace
} // namespace ems::console
