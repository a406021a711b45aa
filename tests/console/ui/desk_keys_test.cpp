#include "console/model/ecg_feed.h"
#include "console/widgets/advisory_view.h"
#include "console/widgets/alarm_list_view.h"
#include "console/widgets/bars.h"
#include "console/widgets/ecg_sweep.h"
#include "console/widgets/map_view.h"
#include "console/widgets/news2_view.h"
#include "console/widgets/parts_view.h"
#include "console/widgets/patient_views.h"
#include "console/widgets/queue_view.h"
#include "console/widgets/scores_view.h"
#include "telemetry/base/error.h"
#include "telemetry/signal/ecg12/stemi.h"
#include "telemetry/wire/findings.h"
#include "tests/console/ui/desk_fixture.h"

#include <algorithm>
#include <array>
#include <functional>

#include <QDialog>
#include <QFile>
#include <QLineEdit>
#include <QShortcut>
#include <QTemporaryDir>
#include <QTimer>

namespace ems::console {
namespace {

const api::ClientFrame* last_of(const FakeFeed& feed, api::ClientFrame::BodyCase body) {
    const auto found = std::find_if(feed.sent.rbegin(), feed.sent.rend(),
                                    [&](const api::ClientFrame& f) { return f.body_case() == body; });
    return found == feed.sent.rend() ? nullptr : &*found;
}

class DeskKeys : public DeskTest {
  protected:
    void SetUp() override {
        draft_ = folder_.filePath(QStringLiteral("draft.json"));
        DeskTest::SetUp();
    }
    TextField* field(const char* name) {
        for (auto* f : window_->findChildren<TextField*>()) {
            if (f->accessibleName() == QLatin1String(name)) {
                return f;
            }
        }
        return nullptr;
    }
    QTemporaryDir folder_;
};

TEST_F(DeskKeys, F4SendsTheFirstOfTheListWithWhatWasShown) {
    connectAll();
    desk_->selectIncident(11);
    feed_.recommendation(clock_.utc_us());
    settle();
    QTest::keyClick(window_.get(), Qt::Key_F4);
    const auto* frame = last_of(feed_, api::ClientFrame::kAssign);
    ASSERT_NE(frame, nullptr);
    EXPECT_EQ(frame->assign().unit_id(), 1);
    EXPECT_EQ(frame->assign().incident_id(), 11);
    EXPECT_EQ(frame->assign().recommendation_id(), 7);
    EXPECT_FALSE(frame->idempotency_key().empty());
}

// The list for 0034 again, computed anew: the units at two ranks have changed places.
api::ServerFrame renewed(const Desk& desk, int one, int other) {
    api::ServerFrame frame;
    auto* r = frame.mutable_recommendation();
    *r = *desk.state().recommendation(11);
    r->set_id(8);
    auto* a = r->mutable_candidates(one - 1);
    auto* b = r->mutable_candidates(other - 1);
    const std::int64_t unit = a->unit_id();
    a->set_unit_id(b->unit_id());
    b->set_unit_id(unit);
    return frame;
}

// Answers the dialog that the next key opens, after `meanwhile`.
void answer_dialog(const std::function<void()>& meanwhile) {
    QTimer::singleShot(0, qApp, [meanwhile] {
        auto* dialog = qobject_cast<QDialog*>(QApplication::activeModalWidget());
        ASSERT_NE(dialog, nullptr);
        meanwhile();
        dialog->accept();
    });
}

TEST_F(DeskKeys, TheOrderTheReasonWasAskedForIsTheOneSent) {
    connectAll();
    desk_->selectIncident(11);
    feed_.recommendation(clock_.utc_us());
    settle();
    QTest::keyClick(window_.get(), Qt::Key_2);
    answer_dialog([this] {
        feed_.push(renewed(*desk_, 1, 2));
        settle();
        desk_->selectIncident(10);
    });
    QTest::keyClick(window_.get(), Qt::Key_F4);
    const auto* frame = last_of(feed_, api::ClientFrame::kAssign);
    ASSERT_NE(frame, nullptr);
    EXPECT_EQ(frame->assign().incident_id(), 11);
    EXPECT_EQ(frame->assign().unit_id(), 3);
    EXPECT_EQ(frame->assign().recommendation_id(), 7);
    EXPECT_FALSE(frame->assign().override_reason().empty());
}

TEST_F(DeskKeys, NothingIsSentToACaseThatGotItsUnitUnderTheDialog) {
    connectAll();
    desk_->selectIncident(11);
    feed_.recommendation(clock_.utc_us());
    settle();
    QTest::keyClick(window_.get(), Qt::Key_2);
    answer_dialog([this] {
        feed_.unit_state(1, ems::wire::UNIT_ASSIGNED, clock_.utc_us());
        settle();
    });
    QTest::keyClick(window_.get(), Qt::Key_F4);
    EXPECT_EQ(last_of(feed_, api::ClientFrame::kAssign), nullptr);
}

TEST_F(DeskKeys, AnOrderThatChangedByItselfIsRefusedOnce) {
    connectAll();
    desk_->selectIncident(11);
    feed_.recommendation(clock_.utc_us());
    settle();
    feed_.push(renewed(*desk_, 1, 2));
    settle();
    QTest::keyClick(window_.get(), Qt::Key_F4);
    EXPECT_EQ(last_of(feed_, api::ClientFrame::kAssign), nullptr) << "the person had read another unit's name";
    QTest::keyClick(window_.get(), Qt::Key_F4);
    const auto* frame = last_of(feed_, api::ClientFrame::kAssign);
    ASSERT_NE(frame, nullptr);
    EXPECT_EQ(frame->assign().unit_id(), 3);
    EXPECT_EQ(frame->assign().recommendation_id(), 8);
}

TEST_F(DeskKeys, AChoiceAfterTheChangeIsReadAndSentAtOnce) {
    connectAll();
    desk_->selectIncident(11);
    feed_.recommendation(clock_.utc_us());
    settle();
    feed_.push(renewed(*desk_, 1, 2));
    settle();
    QTest::keyClick(window_.get(), Qt::Key_1);
    QTest::keyClick(window_.get(), Qt::Key_F4);
    EXPECT_NE(last_of(feed_, api::ClientFrame::kAssign), nullptr);
}

TEST_F(DeskKeys, AUnitChosenAgainstTheListStaysChosenInTheNextList) {
    connectAll();
    desk_->selectIncident(11);
    feed_.recommendation(clock_.utc_us());
    settle();
    QTest::keyClick(window_.get(), Qt::Key_2);
    feed_.push(renewed(*desk_, 2, 3));
    settle();
    ASSERT_NE(desk_->state().selected_candidate(), nullptr);
    EXPECT_EQ(desk_->state().selected_candidate()->unit_id(), 3);
    EXPECT_EQ(desk_->state().selected_rank(), 3U);
}

TEST_F(DeskKeys, F4IsDeafWhereItsButtonIsNotSeen) {
    connectAll();
    desk_->selectIncident(11);
    feed_.recommendation(clock_.utc_us());
    settle();
    window_->showView(View::physician);
    QTest::keyClick(window_.get(), Qt::Key_F4);
    EXPECT_EQ(last_of(feed_, api::ClientFrame::kAssign), nullptr);
}

TEST_F(DeskKeys, F6StepsThroughTheRunningCasesOfThePhysician) {
    connectAll();
    window_->showView(View::physician);
    QTest::keyClick(window_.get(), Qt::Key_F6);
    EXPECT_EQ(desk_->state().selected_incident(), 10) << "0034 waits and has no patient to look at";
    feed_.unit_state(1, ems::wire::UNIT_ASSIGNED, clock_.utc_us());
    settle();
    QTest::keyClick(window_.get(), Qt::Key_F6);
    EXPECT_EQ(desk_->state().selected_incident(), 11);
    QTest::keyClick(window_.get(), Qt::Key_F6);
    EXPECT_EQ(desk_->state().selected_incident(), 10);
}

TEST_F(DeskKeys, AKeyHeldDownActsOnce) {
    for (const auto* shortcut : window_->findChildren<QShortcut*>()) {
        EXPECT_FALSE(shortcut->autoRepeat()) << shortcut->key().toString().toStdString();
    }
}

// The link asks by itself whether the server is there; a desk that asked too would wait in vain for each answer.
TEST_F(DeskKeys, TheDeskShowsTheLinksRoundTripAndDoesNotPing) {
    connectAll();
    auto* strip = window_->findChild<StatusStrip*>();
    ASSERT_NE(strip, nullptr);
    const auto shown = [&] { return strip->marks().empty() ? QString{} : strip->marks().front().value; };
    QTRY_COMPARE(shown(), QStringLiteral("—"));
    feed_.round_trip = 2'600;
    QTRY_COMPARE(shown(), QStringLiteral("3 ms"));
    feed_.round_trip = 340;
    QTRY_COMPARE(shown(), QStringLiteral("< 1 ms"));
    int ticks = 0;
    QObject::connect(desk_.get(), &Desk::ticked, desk_.get(), [&] { ++ticks; });
    QTRY_VERIFY(ticks >= 1);
    EXPECT_EQ(last_of(feed_, api::ClientFrame::kPing), nullptr);
}

TEST_F(DeskKeys, F4IsImpossibleWhileTheServerIsLost) {
    connectAll();
    desk_->selectIncident(11);
    feed_.recommendation(clock_.utc_us());
    settle();
    feed_.link(LinkChange::State::down, 1);
    settle();
    QTest::keyClick(window_.get(), Qt::Key_F4);
    feed_.link(LinkChange::State::up);
    settle();
    EXPECT_EQ(last_of(feed_, api::ClientFrame::kAssign), nullptr) << "nothing may be queued to be dispatched later";
}

TEST_F(DeskKeys, SelectingAWaitingCallAsksForItsRecommendation) {
    connectAll();
    QTest::keyClick(window_.get(), Qt::Key_F6);
    EXPECT_EQ(desk_->state().selected_incident(), 11);
    const auto* frame = last_of(feed_, api::ClientFrame::kRecommend);
    ASSERT_NE(frame, nullptr);
    EXPECT_EQ(frame->recommend().incident_id(), 11);
}

TEST_F(DeskKeys, DigitChoosesACandidate) {
    connectAll();
    desk_->selectIncident(11);
    feed_.recommendation(clock_.utc_us());
    settle();
    QTest::keyClick(window_.get(), Qt::Key_2);
    ASSERT_NE(desk_->state().selected_candidate(), nullptr);
    EXPECT_EQ(desk_->state().selected_candidate()->unit_id(), 3);
}

TEST_F(DeskKeys, NoEventOfTheServerTakesTheFocusOrTheTextOfTheForm) {
    connectAll();
    QTest::keyClick(window_.get(), Qt::Key_F2);
    auto* phone = field("Caller's telephone");
    ASSERT_NE(phone, nullptr);
    QTest::keyClicks(phone, QStringLiteral("13912343462"));
    feed_.recommendation(clock_.utc_us());
    feed_.alarm(4, "vf", ems::wire::Alarm::HIGH, clock_.utc_us());
    feed_.unit_state(1, ems::wire::UNIT_ASSIGNED, clock_.utc_us());
    feed_.snapshot(clock_.utc_us());
    settle();
    EXPECT_EQ(window_->focusWidget(), phone);
    EXPECT_EQ(phone->text(), QStringLiteral("13912343462"));
    QTest::keyClick(phone, Qt::Key_Escape);
    EXPECT_EQ(phone->text(), QStringLiteral("13912343462"));
}

TEST_F(DeskKeys, FieldsAreStoredAsTheyAreLeftAndComeBackAfterACrash) {
    connectAll();
    QTest::keyClick(window_.get(), Qt::Key_F2);
    auto* complaint = field("Complaint");
    complaint->setFocus();
    QTest::keyClicks(complaint, QStringLiteral("chest pain"));
    QTest::keyClick(complaint, Qt::Key_Tab);
    EXPECT_TRUE(QFile::exists(draft_));
    window_ = std::make_unique<MainWindow>(*desk_, nullptr, nullptr, draft_);
    window_->show();
    EXPECT_EQ(field("Complaint")->text(), QStringLiteral("chest pain"));
}

TEST_F(DeskKeys, FormSendsACallWithItsPlaceAndCompleteFields) {
    connectAll();
    QTest::keyClick(window_.get(), Qt::Key_F2);
    QTest::keyClicks(field("Complaint"), QStringLiteral("chest pain"));
    QTest::keyClicks(field("Address"), QStringLiteral("somewhere"));
    window_->callForm().submit();
    EXPECT_EQ(last_of(feed_, api::ClientFrame::kNewCall), nullptr) << "neither place nor level is known";
    window_->callForm().setPlace(35.1, 110.9);
    auto* level = window_->findChildren<SegmentField*>().last();
    level->setFocus();
    QTest::keyClick(level, Qt::Key_1);
    window_->callForm().submit();
    const auto* frame = last_of(feed_, api::ClientFrame::kNewCall);
    ASSERT_NE(frame, nullptr);
    EXPECT_EQ(frame->new_call().level(), 1U);
    EXPECT_EQ(frame->new_call().place().lat_e7(), 351'000'000);
    EXPECT_EQ(frame->new_call().complaint(), "chest pain");
}

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

TEST_F(DeskKeys, WavesAreAskedForOnlyWhileThePhysicianViewIsOpen) {
    connectAll();
    desk_->selectIncident(10);
    settle();
    const auto* before = last_of(feed_, api::ClientFrame::kWatchVehicle);
    ASSERT_NE(before, nullptr);
    EXPECT_FALSE(before->watch_vehicle().wave());
    QTest::keyClick(window_.get(), Qt::Key_F11);
    EXPECT_EQ(window_->view(), View::physician);
    EXPECT_TRUE(last_of(feed_, api::ClientFrame::kWatchVehicle)->watch_vehicle().wave());
    EXPECT_NE(last_of(feed_, api::ClientFrame::kWatchVideo), nullptr);
}

TEST_F(DeskKeys, TheNextPatientIsNotShownUnderTheCaseThatIsDone) {
    connectAll();
    desk_->selectIncident(10);
    window_->showView(View::physician);
    feed_.wave(4, 0, 50, clock_.utc_us());
    settle();
    ASSERT_FALSE(desk_->ecg().empty());
    feed_.unit_state(4, ems::wire::UNIT_ASSIGNED, clock_.utc_us()); // on incident 11
    api::ServerFrame done;
    done.mutable_delta()->set_seq(++feed_.seq);
    auto* a = done.mutable_delta()->add_assignments();
    a->set_id(100);
    a->set_incident_id(10);
    a->set_unit_id(4);
    a->set_state("done");
    a->set_version(9);
    feed_.push(done);
    feed_.wave(4, 50, 50, clock_.utc_us());
    settle();
    EXPECT_EQ(desk_->patientUnit(), nullptr);
    EXPECT_TRUE(desk_->ecg().empty());
    const auto* stop = last_of(feed_, api::ClientFrame::kWatchVehicle);
    ASSERT_NE(stop, nullptr);
    EXPECT_FALSE(stop->watch_vehicle().vitals() || stop->watch_vehicle().wave());
    desk_->selectIncident(11);
    EXPECT_NE(desk_->patientUnit(), nullptr);
    EXPECT_TRUE(desk_->ecg().empty()) << "its waves so far are the patient's before";
}

TEST(Numerics, InvalidIsNeverZeroAndAbsentSaysWhy) {
    application();
    VitalsTrack track;
    track.received = 1;
    track.newest.set_received_us(1'000'000);
    auto* v = track.newest.mutable_vitals();
    v->set_hr_bpm(0);
    v->set_invalid_mask(1);
    EXPECT_EQ(read_numeric(Numeric::hr, &track, 1'000'000).value, QStringLiteral("--"));
    EXPECT_EQ(read_numeric(Numeric::temp, &track, 1'000'000).value, QStringLiteral("—"));
    EXPECT_FALSE(read_numeric(Numeric::temp, &track, 1'000'000).reason.isEmpty());
    v->set_spo2_pct(88);
    EXPECT_EQ(read_numeric(Numeric::spo2, &track, 1'000'000).value, QStringLiteral("88"));
    EXPECT_EQ(read_numeric(Numeric::spo2, &track, 17'000'000).freshness, Freshness::lost);
}

TEST(Numerics, ANumberMarkedInvalidWithoutAValueIsASensorThatIsOff) {
    application();
    VitalsTrack track;
    track.received = 1;
    track.newest.set_received_us(1'000'000);
    track.newest.mutable_vitals()->set_invalid_mask(1);
    EXPECT_EQ(read_numeric(Numeric::hr, &track, 1'000'000).value, QStringLiteral("--"));
    EXPECT_FALSE(read_numeric(Numeric::hr, &track, 1'000'000).has_value);
}

TEST(Numerics, PastItsLimitANumberIsHistoryAndStandsInNoTrend) {
    application();
    VitalsTrack track;
    track.received = 1;
    track.newest.set_received_us(1'000'000);
    track.newest.mutable_vitals()->set_spo2_pct(88);
    const NumericReading now = read_numeric(Numeric::spo2, &track, 11'000'000);
    EXPECT_EQ(present_text(now), QStringLiteral("88"));
    const NumericReading past = read_numeric(Numeric::spo2, &track, 11'001'000);
    EXPECT_EQ(past.value, QStringLiteral("88"));
    EXPECT_EQ(present_text(past), QStringLiteral("--"));
}

TEST(Numerics, AnAgeThatTheVehicleSaysCountsFromThere) {
    application();
    VitalsTrack track;
    track.received = 1;
    track.newest.set_received_us(1'000'000);
    track.newest.mutable_vitals()->set_spo2_pct(88);
    auto& age = *track.newest.mutable_vitals()->add_ages();
    age.set_bit(2);
    age.set_age_ms(8'000);
    EXPECT_EQ(read_numeric(Numeric::spo2, &track, 1'000'000).age_us, 8'000'000);
    EXPECT_EQ(read_numeric(Numeric::spo2, &track, 4'000'000).freshness, Freshness::lost);
}

VitalsTrack track_at(std::int64_t at_us) {
    VitalsTrack track;
    track.received = 1;
    for (const auto& [kind, value] :
         {std::pair{signal::VitalKind::rr, 24}, {signal::VitalKind::spo2, 88}, {signal::VitalKind::nibp_sys, 104},
          {signal::VitalKind::hr, 104}}) {
        track.known.take(kind, value, at_us, at_us);
    }
    return track;
}

TEST(News2, WhatIsMissingMakesTheTotalALeastAndIsCounted) {
    application();
    const VitalsTrack track = track_at(1'000'000);
    const News2Reading reading = read_news2(&track, 58, 2'000'000);
    EXPECT_EQ(reading.total, QStringLiteral("≥ 7")) << "2 + 3 + 1 + 1";
    EXPECT_TRUE(reading.risk.startsWith(QStringLiteral("7–15"))) << reading.risk.toStdString();
    EXPECT_TRUE(reading.risk.contains(QStringLiteral("3 missing"))) << "oxygen, consciousness, temperature";
    EXPECT_TRUE(reading.source.endsWith(QStringLiteral("1 s"))) << reading.source.toStdString();
}

TEST(News2, WhatTheCrewFoundMakesItWhole) {
    application();
    const VitalsTrack track = track_at(1'000'000);
    ems::wire::PatientFindings said;
    said.set_consciousness(ems::wire::PatientFindings::ALERT);
    said.set_oxygen_dl_min(0);
    said.set_temp_cdeg(3'680);
    ems::wire::PatientChart chart;
    ems::wire::add_findings(chart, said, 1'500'000);
    EXPECT_EQ(read_news2(&track, 58, 2'000'000, &chart).total, QStringLiteral("7"));
    EXPECT_TRUE(read_news2(nullptr, 58, 2'000'000, &chart).has_score) << "before any monitor";
}

TEST(News2, NumbersTooOldForAScoreAreMissing) {
    application();
    const VitalsTrack track = track_at(0);
    EXPECT_EQ(read_news2(&track, {}, 61'000'000).total, QStringLiteral("≥ 1")) << "the cuff's alone";
    EXPECT_EQ(read_news2(&track, {}, 601'000'000).total, QStringLiteral("—"));
}

TEST(News2, IsNotForChildrenAndOfNobodyThereIsNone) {
    application();
    const VitalsTrack track = track_at(0);
    EXPECT_FALSE(read_news2(&track, 15, 0).has_score);
    EXPECT_FALSE(read_news2(&track, 0, 0).has_score) << "an infant";
    EXPECT_TRUE(read_news2(&track, 16, 0).has_score);
    EXPECT_FALSE(read_news2(nullptr, 58, 0).has_score);
    EXPECT_EQ(read_news2(nullptr, 58, 0).total, QStringLiteral("—"));
}

PatientAge aged(signal::AgeGroup group, std::optional<int> years) {
    return {group, years, years ? std::optional{*years * 12} : std::nullopt};
}

TEST(Pews, StandsInThePlaceOfNews2BelowSixteenYears) {
    using signal::AgeGroup;
    EXPECT_EQ(early_warning_for(aged(AgeGroup::adult, {})), EarlyWarning::news2);
    EXPECT_EQ(early_warning_for(aged(AgeGroup::adult, 16)), EarlyWarning::news2);
    EXPECT_EQ(early_warning_for(aged(AgeGroup::adult, 15)), EarlyWarning::bedside_pews);
    EXPECT_EQ(early_warning_for(aged(AgeGroup::child, 5)), EarlyWarning::bedside_pews);
    EXPECT_EQ(early_warning_for(aged(AgeGroup::infant, {})), EarlyWarning::bedside_pews) << "the crew's word";
}

TEST(Pews, WhatIsMissingMakesTheTotalALeastAndAnUnknownAgeNone) {
    application();
    const VitalsTrack track = track_at(1'000'000);
    const PewsReading reading = read_pews(&track, aged(signal::AgeGroup::child, 8), 2'000'000);
    ASSERT_TRUE(reading.has_score);
    EXPECT_EQ(reading.total, QStringLiteral("≥ 2")) << "SpO2 88; the rest of an eight-year-old is normal";
    EXPECT_TRUE(reading.risk.startsWith(QStringLiteral("2–14"))) << reading.risk.toStdString();
    EXPECT_TRUE(reading.risk.contains(QStringLiteral("3 missing"))) << "refill, effort, oxygen";
    const PewsReading nobody = read_pews(&track, aged(signal::AgeGroup::infant, {}), 2'000'000);
    EXPECT_FALSE(nobody.has_score);
    EXPECT_EQ(nobody.total, QStringLiteral("—"));
    EXPECT_FALSE(nobody.source.isEmpty());
}

TEST(Scores, FitTheAgeAndNameWhatTheyLack) {
    application();
    const VitalsTrack track = track_at(1'000'000);
    const auto adult = read_scores(&track, aged(signal::AgeGroup::adult, 58), 2'000'000);
    ASSERT_EQ(adult.size(), 3U);
    EXPECT_EQ(adult[0].name, QStringLiteral("MEWS"));
    EXPECT_EQ(adult[0].value, QStringLiteral("≥ 3")) << "SBP 104 0, HR 104 1, RR 24 2";
    EXPECT_TRUE(adult[0].missing.contains(QStringLiteral("temperature, consciousness")));
    EXPECT_EQ(adult[1].name, QStringLiteral("qSOFA"));
    EXPECT_EQ(adult[1].value, QStringLiteral("≥ 1"));
    EXPECT_FALSE(adult[1].stands_out);
    EXPECT_EQ(adult[2].value, QStringLiteral("1.00"));
    EXPECT_TRUE(adult[2].stands_out) << "shock likely";
    const auto child = read_scores(&track, aged(signal::AgeGroup::child, 8), 2'000'000);
    ASSERT_EQ(child.size(), 1U);
    EXPECT_EQ(child[0].name, QStringLiteral("SIPA"));
    EXPECT_FALSE(child[0].stands_out) << "1.00 is not above 1.0";
    const auto old = read_scores(&track, aged(signal::AgeGroup::adult, 58), 700'000'000);
    ASSERT_EQ(old.size(), 3U);
    EXPECT_EQ(old[2].value, QStringLiteral("—"));
    EXPECT_FALSE(old[2].missing.isEmpty());
    EXPECT_TRUE(read_scores(nullptr, {}, 0).empty());
}

TEST(Scores, TakeWhatTheCrewFound) {
    application();
    const VitalsTrack track = track_at(1'000'000);
    ems::wire::PatientFindings said;
    said.set_consciousness(ems::wire::PatientFindings::VOICE);
    said.set_temp_cdeg(3'680);
    ems::wire::PatientChart chart;
    ems::wire::add_findings(chart, said, 1'500'000);
    const auto lines = read_scores(&track, aged(signal::AgeGroup::adult, 58), 2'000'000, &chart);
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_EQ(lines[0].value, QStringLiteral("4")) << "one more for what answers to a voice";
    EXPECT_TRUE(lines[0].missing.isEmpty());
    EXPECT_EQ(lines[1].value, QStringLiteral("2"));
    EXPECT_TRUE(lines[1].stands_out);
}

TEST(Advisory, SaysWhatIsSuggestedThatItIsNoDiagnosisAndHowOldItIs) {
    application();
    VitalsTrack track = track_at(1'000'000);
    track.newest.set_received_us(1'000'000);
    auto& ecg = *track.newest.mutable_vitals()->mutable_ecg();
    ecg.set_st(wire::EcgAdvisory::ST_CRITERIA_MET);
    ecg.set_st_elevated(0x380); // V2 to V4
    ecg.set_st_age_ms(9'000);
    ecg.set_af(wire::EcgAdvisory::AF_NOT_SUSPECTED);
    const AdvisoryReading reading = read_advisory(&track, 4'000'000);
    EXPECT_TRUE(reading.st.startsWith(QStringLiteral("ST elevation? V2-V4 · advisory, no diagnosis")))
        << reading.st.toStdString();
    EXPECT_EQ(reading.af, QStringLiteral("AF not suspected"));
    EXPECT_EQ(reading.age_us, 12'000'000);
    EXPECT_TRUE(reading.suggests);
}

TEST(Advisory, WhatCannotBeReadIsSaidWithItsReasonAndSuggestsNothing) {
    application();
    VitalsTrack track = track_at(0);
    auto& ecg = *track.newest.mutable_vitals()->mutable_ecg();
    ecg.set_st(wire::EcgAdvisory::ST_NOT_INTERPRETABLE);
    ecg.set_st_refusals(1U << static_cast<unsigned>(signal::StRefusal::paced));
    const AdvisoryReading reading = read_advisory(&track, 0);
    EXPECT_TRUE(reading.st.startsWith(QStringLiteral("ST not interpretable: "))) << reading.st.toStdString();
    EXPECT_TRUE(reading.st.length() > 24) << "the reason";
    EXPECT_FALSE(reading.suggests);
}

TEST(Advisory, AnOldOneAndNoneAreNotMeasured) {
    application();
    VitalsTrack track = track_at(0);
    EXPECT_FALSE(read_advisory(&track, 0).age_us);
    auto& ecg = *track.newest.mutable_vitals()->mutable_ecg();
    ecg.set_st(wire::EcgAdvisory::ST_CRITERIA_MET);
    ecg.set_st_elevated(0x380);
    EXPECT_TRUE(read_advisory(&track, kAdvisoryHeldUs).suggests);
    const AdvisoryReading old = read_advisory(&track, kAdvisoryHeldUs + 1);
    EXPECT_FALSE(old.suggests);
    EXPECT_FALSE(old.age_us);
    EXPECT_EQ(old.st, read_advisory(nullptr, 0).st);
}

TEST(Numerics, ACuffReadingIsAsOldAsTheCuffSays) {
    application();
    VitalsTrack track;
    track.received = 1;
    track.newest.set_received_us(700'000'000);
    track.newest.set_device_us(1'700'000'000);
    auto* v = track.newest.mutable_vitals();
    v->set_nibp_sys_mmhg(120);
    v->set_nibp_dia_mmhg(80);
    v->set_nibp_age_ms(541'000);
    const NumericReading reading = read_numeric(Numeric::nibp, &track, 700'000'000);
    EXPECT_EQ(reading.value, QStringLiteral("120/80"));
    EXPECT_EQ(reading.age_us, 541'000'000);
    EXPECT_EQ(reading.freshness, Freshness::lost);
}

// counts pixels that are not ground in a column of a strip's upper-left trace area
int inked(const QImage& image, int x, QRgb ground) {
    int count = 0;
    for (int y = 0; y < image.height(); ++y) {
        count += (image.pixel(x, y) & 0xFFFFFFU) != (ground & 0xFFFFFFU) ? 1 : 0;
    }
    return count;
}

TEST_F(DeskKeys, SweepDrawsTheTraceAndLeavesAGapForMissingSamples) {
    connectAll();
    desk_->selectIncident(10);
    window_->showView(View::physician);
    settle();
    auto* sweep = window_->findChild<EcgSweep*>();
    const auto play = [&](std::uint64_t from, int batches, bool send) {
        for (int i = 0; i < batches; ++i) {
            clock_.advance(std::chrono::milliseconds{100});
            if (send) {
                feed_.wave(4, from + static_cast<std::uint64_t>(i) * 50, 50, clock_.utc_us());
            }
            settle();
            sweep->advance(desk_->monotonicS());
        }
    };
    play(0, 30, true);      // 0 to 3 s
    play(0, 3, false);      // 0.3 s of samples never come: index 1500 to 1650
    play(1'650, 20, true);
    const QRgb ground = theme_.color(Token::bg_field).rgb();
    const double px_per_s = signal::EcgScale{}.mm_per_s * (sweep->image().width() > 0 ? 96.0 / 25.4 : 1);
    int drawn = 0;
    int empty_run = 0;
    int longest_empty = 0;
    for (int x = 66; x < 64 + static_cast<int>(3.6 * px_per_s); ++x) {
        const bool has = inked(sweep->image(), x, ground) > 0;
        drawn += has ? 1 : 0;
        empty_run = has ? 0 : empty_run + 1;
        longest_empty = std::max(longest_empty, empty_run);
    }
    EXPECT_GT(drawn, 150);
    EXPECT_GT(longest_empty, 15) << "the missing 0.3 s must stay empty";
}

// On the first turn the paper is empty anyway; from the second on the sweep passes over its own old trace.
TEST_F(DeskKeys, ALongDropoutIsAGapOnEveryTurnOfTheSweep) {
    connectAll();
    desk_->selectIncident(10);
    window_->showView(View::physician);
    settle();
    auto* sweep = window_->findChild<EcgSweep*>();
    std::uint64_t sample = 0;
    const auto play = [&](int tenths, bool send) {
        for (int i = 0; i < tenths; ++i, sample += 50) {
            clock_.advance(std::chrono::milliseconds{100});
            if (send) {
                feed_.wave(4, sample, 50, clock_.utc_us());
            }
            settle();
            sweep->advance(desk_->monotonicS());
        }
    };
    const auto longest_empty = [&] {
        const QRgb ground = theme_.color(Token::bg_field).rgb();
        int run = 0;
        int longest = 0;
        for (int x = 66; x < sweep->width() / 2 - 14; ++x) {
            run = inked(sweep->image(), x, ground) > 0 ? 0 : run + 1;
            longest = std::max(longest, run);
        }
        return longest;
    };
    play(100, true); // more than a turn: no column is empty but those of the bar
    const double turn_s = (sweep->width() / 2.0 - 76) / (signal::EcgScale{}.mm_per_s * 96.0 / 25.4);
    ASSERT_GT(sweep->drawnS(), turn_s);
    const int bar = longest_empty();
    play(30, false); // 3 s never come
    play(20, true);
    EXPECT_GT(longest_empty(), bar + static_cast<int>(2 * signal::EcgScale{}.mm_per_s * 96.0 / 25.4))
        << "the turn before must not stand where nothing was received";
}

// A symbol under the buttons cannot be read; the frame widens until none is there.
TEST_F(DeskKeys, WhatDoesNotWorkIsCountedInTheStripAndReadFromThere) {
    connectAll();
    auto* strip = window_->findChild<StatusStrip*>();
    auto* page = window_->findChild<PartsView*>();
    window_->setSoundDevice(true);
    const int before = strip->degraded();
    window_->setSoundDevice(false);
    EXPECT_EQ(strip->degraded(), before + 1);
    auto* form = field("Address");
    form->setFocus();
    QTest::keyClick(window_.get(), Qt::Key_F1, Qt::ShiftModifier);
    EXPECT_TRUE(page->isVisible());
    EXPECT_TRUE(page->hasFocus());
    EXPECT_EQ(page->parts().row(Part::sound).state, PartState::lost);
    QTest::keyClick(page, Qt::Key_Escape);
    EXPECT_FALSE(page->isVisible());
    EXPECT_TRUE(form->hasFocus());
    strip->grab(); // the mark is where it was painted
    QTest::mouseClick(strip, Qt::LeftButton, {}, {20, strip->height() / 2});
    EXPECT_TRUE(page->isVisible());
}

TEST_F(DeskKeys, HowTheServersDoIsAskedByADispatcherAlone) {
    connectAll();
    desk_->ticked();
    const auto* asked = last_of(feed_, api::ClientFrame::kGetFleetStatus);
    ASSERT_NE(asked, nullptr);
    api::ServerFrame answer;
    answer.set_reply_to(feed_.sent.size());
    answer.mutable_fleet_status()->set_server_us(clock_.utc_us());
    feed_.push(answer);
    settle();
    auto* page = window_->findChild<PartsView*>();
    EXPECT_EQ(page->parts().row(Part::broker).state, PartState::lost);
    EXPECT_EQ(page->parts().row(Part::media).state, PartState::lost);
    feed_.sent.clear();
    feed_.log_in("physician");
    settle();
    clock_.advance(std::chrono::minutes{5});
    desk_->ticked();
    EXPECT_EQ(last_of(feed_, api::ClientFrame::kGetFleetStatus), nullptr);
}

TEST_F(DeskKeys, ZShowsTheZonesOfTheStationsOnTheMapAndHidesThem) {
    connectAll();
    auto& map = window_->mapView();
    EXPECT_TRUE(map.overlay().zones.empty());
    map.setFocus();
    QTest::keyClick(&map, Qt::Key_Z);
    ASSERT_EQ(map.overlay().zones.size(), 3U);
    EXPECT_EQ(map.overlay().zones.front().station_id, 1);
    QTest::keyClick(&map, Qt::Key_Z);
    EXPECT_TRUE(map.overlay().zones.empty());
}

TEST_F(DeskKeys, TheFramedMapKeepsUnitsClearOfItsButtons) {
    connectAll();
    desk_->selectIncident(11);
    feed_.recommendation(clock_.utc_us());
    settle();
    MapView& map = window_->mapView();
    map.showSelected();
    const auto place_of = [&](std::size_t i) {
        const auto& place = feed_.world.positions(static_cast<int>(i)).place();
        return map.camera().to_screen(geo_point(place.lat_e7(), place.lon_e7()));
    };
    // a unit on the road just where the frame would put the buttons
    const GeoPoint under = map.camera().to_geo(map.width() / 2.0, 30);
    auto* moved = feed_.world.mutable_positions(3);
    moved->mutable_place()->set_lat_e7(static_cast<std::int32_t>(under.lat * 1e7));
    moved->mutable_place()->set_lon_e7(static_cast<std::int32_t>(under.lon * 1e7));
    feed_.positions(clock_.utc_us());
    settle();
    ASSERT_LT(place_of(3).y, 76);
    map.showSelected();
    EXPECT_GT(place_of(3).y, 100);
    EXPECT_LT(place_of(3).y, map.height());
}

} // namespace
} // namespace ems::console
