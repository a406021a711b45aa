// Alarms acknowledged, put away and brought back by keys, and what the centre is told of it.
#include "console/widgets/alarm_list_view.h"
#include "console/widgets/bars.h"
#include "telemetry/base/error.h"
#include "tests/console/ui/desk_keys.h"

#include <array>

#include <QLineEdit>

namespace ems::console {
namespace {

TEST_F(DeskKeys, F8DoesNotAcknowledgeTheAlarmsPutAwayWhileTheServerIsLost) {
    connectAll();
    feed_.alarm(4, "vf", ems::wire::Alarm::HIGH, clock_.utc_us());
    settle();
    clock_.advance(std::chrono::seconds{60});
    feed_.link(LinkChange::State::down, 1);
    desk_->state().watch_targets(clock_.utc_us());
    settle();
    readAlarms();
    QTest::keyClick(window_.get(), Qt::Key_F8);
    QTest::keyClick(window_.get(), Qt::Key_F8);
    const auto& entries = desk_->state().alarms().entries();
    ASSERT_EQ(entries.size(), 2U);
    for (const AlarmEntry& e : entries) {
        EXPECT_EQ(e.state == AlarmState::acknowledged, e.code == "server_lost") << e.code;
    }
}

TEST_F(DeskKeys, F8DoesNotAcknowledgeTheAlarmsUnderTheCount) {
    connectAll("physician");
    const std::size_t many = AlarmBar::kChipsMax + 2;
    for (std::size_t i = 0; i < many; ++i) {
        feed_.alarm(4, "high" + std::to_string(i), ems::wire::Alarm::HIGH, clock_.utc_us());
    }
    settle();
    readAlarms();
    for (std::size_t i = 0; i < many; ++i) { // faster than the bar is painted
        window_->findChild<AlarmBar*>()->acknowledgeFirst();
    }
    const auto& entries = desk_->state().alarms().entries();
    const auto left = std::count_if(entries.begin(), entries.end(),
                                    [](const AlarmEntry& e) { return e.state == AlarmState::active; });
    EXPECT_GE(left, 2);
}

TEST_F(DeskKeys, EveryAlarmIsReachedAndAcknowledgedInTheList) {
    connectAll();
    const std::size_t many = AlarmBar::kChipsMax + 4;
    for (std::size_t i = 0; i < many; ++i) {
        feed_.alarm(4, "high" + std::to_string(i), ems::wire::Alarm::HIGH, clock_.utc_us());
    }
    settle();
    window_->grab();
    auto* form = field("Complaint");
    form->setFocus();
    QTest::keyClick(window_.get(), Qt::Key_F8, Qt::ShiftModifier);
    auto* list = window_->findChild<AlarmListView*>();
    ASSERT_TRUE(list->isVisible());
    EXPECT_TRUE(list->hasFocus());
    QTest::keyClick(list, Qt::Key_End);
    QTest::keyClick(list, Qt::Key_F8);
    EXPECT_EQ(desk_->state().alarms().entries().back().state, AlarmState::acknowledged);
    const auto& entries = desk_->state().alarms().entries();
    EXPECT_EQ(std::count_if(entries.begin(), entries.end(),
                            [](const AlarmEntry& e) { return e.state == AlarmState::acknowledged; }),
              1);
    QTest::keyClick(list, Qt::Key_Escape);
    EXPECT_FALSE(list->isVisible());
    EXPECT_TRUE(form->hasFocus());
}

TEST_F(DeskKeys, TheChosenAlarmStaysChosenWhenTheListMoves) {
    connectAll();
    feed_.alarm(4, "spo2_low", ems::wire::Alarm::MEDIUM, clock_.utc_us());
    settle();
    QTest::keyClick(window_.get(), Qt::Key_F8, Qt::ShiftModifier);
    auto* list = window_->findChild<AlarmListView*>();
    QTest::keyClick(list, Qt::Key_Home);
    EXPECT_EQ(list->chosenKey(), "u4:spo2_low");
    feed_.alarm(4, "vf", ems::wire::Alarm::HIGH, clock_.utc_us()); // above it now
    settle();
    QTest::keyClick(list, Qt::Key_Return);
    EXPECT_EQ(desk_->state().alarms().find("u4:spo2_low")->state, AlarmState::acknowledged);
    EXPECT_EQ(desk_->state().alarms().find("u4:vf")->state, AlarmState::active);
}

TEST_F(DeskKeys, AnAlarmIsPutAwayAndBroughtBackFromTheList) {
    connectAll();
    feed_.alarm(4, "spo2_low", ems::wire::Alarm::MEDIUM, clock_.utc_us());
    settle();
    QTest::keyClick(window_.get(), Qt::Key_F8, Qt::ShiftModifier);
    auto* list = window_->findChild<AlarmListView*>();
    QTest::keyClick(list, Qt::Key_Home);
    QTest::keyClick(list, Qt::Key_G);
    auto* line = window_->findChild<QLineEdit*>(QStringLiteral("commandLine"));
    EXPECT_EQ(line->text(), QStringLiteral("GQ 1 "));
    QTest::keyClicks(line, QStringLiteral("5 known"));
    QTest::keyClick(line, Qt::Key_Return);
    const AlarmEntry* alarm = desk_->state().alarms().find("u4:spo2_low");
    EXPECT_TRUE(AlarmList::is_shelved(*alarm, desk_->shownUs()));
    QTest::keyClick(window_.get(), Qt::Key_F8, Qt::ShiftModifier);
    QTest::keyClick(list, Qt::Key_Home);
    QTest::keyClick(list, Qt::Key_Z);
    EXPECT_FALSE(AlarmList::is_shelved(*alarm, desk_->shownUs()));
}

TEST_F(DeskKeys, WhatIsAcknowledgedAndPutAwayIsToldToTheCentre) {
    connectAll("physician");
    feed_.alarm(4, "spo2_low", ems::wire::Alarm::MEDIUM, clock_.utc_us());
    settle();
    readAlarms();
    QTest::keyClick(window_.get(), Qt::Key_F8);
    ASSERT_TRUE(feed_.sent.back().has_mark_alarm());
    const api::MarkAlarm seen = feed_.sent.back().mark_alarm();
    EXPECT_EQ(seen.about(), "unit");
    EXPECT_EQ(seen.about_id(), 4);
    EXPECT_EQ(seen.code(), "spo2_low");
    EXPECT_EQ(seen.kind(), "acknowledged");
    EXPECT_EQ(seen.grade(), 2U);
    ASSERT_TRUE(desk_->shelveAlarm("u4:spo2_low", 20, QStringLiteral("探头")));
    const api::MarkAlarm away = feed_.sent.back().mark_alarm();
    EXPECT_EQ(away.kind(), "shelved");
    EXPECT_EQ(away.minutes(), 20U);
    EXPECT_EQ(away.reason(), "探头");
    desk_->takeAlarmBack("u4:spo2_low");
    EXPECT_EQ(feed_.sent.back().mark_alarm().kind(), "taken_back");
}

TEST_F(DeskKeys, AnAlarmThatTheCentreRefusesToPutAwayComesBack) {
    connectAll();
    feed_.alarm(4, "spo2_low", ems::wire::Alarm::MEDIUM, clock_.utc_us());
    settle();
    ASSERT_TRUE(desk_->shelveAlarm("u4:spo2_low", 20, QStringLiteral("探头")));
    api::ServerFrame refused;
    refused.set_reply_to(feed_.sent.size());
    refused.mutable_error()->set_code(static_cast<std::uint32_t>(Code::invalid_argument));
    feed_.push(refused);
    settle();
    EXPECT_FALSE(AlarmList::is_shelved(*desk_->state().alarms().find("u4:spo2_low"), desk_->shownUs()));
}

TEST_F(DeskKeys, ThatNoOrdersAreTakenIsAnAlarmOfThisDeskAlone) {
    connectAll();
    feed_.leads = false;
    for (int i = 0; i < 3; ++i) {
        desk_->state().apply_leader(Leader::absent, clock_.utc_us());
        desk_->state().watch_targets(clock_.utc_us());
        clock_.advance(std::chrono::seconds{4});
    }
    ASSERT_NE(desk_->state().alarms().find("no_leader"), nullptr);
    desk_->acknowledgeAlarm(std::array{std::string{"no_leader"}});
    EXPECT_EQ(desk_->state().alarms().find("no_leader")->state, AlarmState::acknowledged);
    EXPECT_EQ(last_of(feed_, api::ClientFrame::kMarkAlarm), nullptr);
}

TEST_F(DeskKeys, WhatAnotherDeskHasSeenBearsItsName) {
    connectAll();
    feed_.alarm(4, "spo2_low", ems::wire::Alarm::MEDIUM, clock_.utc_us());
    settle();
    api::ServerFrame frame;
    frame.mutable_delta()->set_seq(++feed_.seq);
    api::AlarmMark& mark = *frame.mutable_delta()->add_alarm_marks();
    mark.set_about("unit");
    mark.set_about_id(4);
    mark.set_code("spo2_low");
    mark.set_acknowledged_us(clock_.utc_us() + 2'000'000);
    mark.set_acknowledged_by("赵医生");
    mark.set_acknowledged_grade(2);
    feed_.push(frame);
    settle();
    const AlarmEntry* alarm = desk_->state().alarms().find("u4:spo2_low");
    ASSERT_NE(alarm, nullptr);
    EXPECT_EQ(alarm->state, AlarmState::acknowledged);
    EXPECT_TRUE(AlarmBar::chipTail(*desk_, *alarm).contains(QStringLiteral("赵医生")));
}

} // namespace
} // namespace ems::console
