// Sending a unit by keys: what F4 sends, when it is deaf, and the reason it asks for.
#include "tests/console/ui/desk_keys.h"

#include <functional>

#include <QShortcut>

namespace ems::console {
namespace {

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

// Answers the dialog that the next key opens with the first usual reason, after `meanwhile`.
void answer_dialog(const std::function<void()>& meanwhile) {
    in_dialog([meanwhile](QDialog& dialog) {
        meanwhile();
        QTest::keyClick(dialog.focusWidget(), Qt::Key_1);
        QTest::keyClick(dialog.focusWidget(), Qt::Key_Return);
    });
}

TEST_F(DeskKeys, AListThatTheCentreFindsTooOldIsAskedForAgain) {
    connectAll();
    desk_->selectIncident(11);
    feed_.recommendation(clock_.utc_us());
    settle();
    QTest::keyClick(window_.get(), Qt::Key_F4);
    ASSERT_EQ(feed_.sent.back().body_case(), api::ClientFrame::kAssign);
    api::ServerFrame refused;
    refused.set_reply_to(feed_.sent.size());
    refused.mutable_error()->set_code(static_cast<std::uint32_t>(Code::not_first_in_list));
    feed_.push(refused);
    settle();
    EXPECT_EQ(feed_.sent.back().body_case(), api::ClientFrame::kRecommend);
    EXPECT_EQ(feed_.sent.back().recommend().incident_id(), 11);
}

TEST_F(DeskKeys, AnOrderThatWasAwayForAWhileIsRefusedOnceWhenItComesBackChanged) {
    connectAll();
    desk_->selectIncident(11);
    feed_.recommendation(clock_.utc_us());
    settle();
    const api::ServerFrame other = renewed(*desk_, 1, 2);
    feed_.link(LinkChange::State::down, 1);
    settle();
    feed_.link(LinkChange::State::up);
    feed_.log_in();
    feed_.snapshot(clock_.utc_us());
    feed_.push(other);
    settle();
    ASSERT_TRUE(window_->canDispatch());
    QTest::keyClick(window_.get(), Qt::Key_F4);
    EXPECT_EQ(last_of(feed_, api::ClientFrame::kAssign), nullptr);
    QTest::keyClick(window_.get(), Qt::Key_F4);
    EXPECT_NE(last_of(feed_, api::ClientFrame::kAssign), nullptr);
}

TEST_F(DeskKeys, NoReasonIsChosenBeforeAPersonGivesOne) {
    connectAll();
    desk_->selectIncident(11);
    feed_.recommendation(clock_.utc_us());
    settle();
    QTest::keyClick(window_.get(), Qt::Key_2);
    bool stayed = false;
    in_dialog([&](QDialog& dialog) {
        QTest::keyClick(dialog.focusWidget(), Qt::Key_Return);
        stayed = dialog.isVisible();
        QTest::keyClick(dialog.focusWidget(), Qt::Key_3);
        QTest::keyClick(dialog.focusWidget(), Qt::Key_Return);
    });
    QTest::keyClick(window_.get(), Qt::Key_F4);
    EXPECT_TRUE(stayed) << "Enter alone gives no reason";
    const auto* frame = last_of(feed_, api::ClientFrame::kAssign);
    ASSERT_NE(frame, nullptr);
    EXPECT_EQ(frame->assign().override_reason(), "road closed");
}

TEST_F(DeskKeys, EscSendsNothingToTheUnitThatIsNotTheFirst) {
    connectAll();
    desk_->selectIncident(11);
    feed_.recommendation(clock_.utc_us());
    settle();
    QTest::keyClick(window_.get(), Qt::Key_2);
    in_dialog([](QDialog& dialog) {
        QTest::keyClick(dialog.focusWidget(), Qt::Key_1);
        QTest::keyClick(dialog.focusWidget(), Qt::Key_Escape);
    });
    QTest::keyClick(window_.get(), Qt::Key_F4);
    EXPECT_EQ(last_of(feed_, api::ClientFrame::kAssign), nullptr);
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

} // namespace
} // namespace ems::console
