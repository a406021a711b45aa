// A new call: begun by mistake, put aside on its way to the centre, dropped without a case, kept over a crash.
#include "tests/console/ui/call_form_keys.h"

#include <QFile>

namespace ems::console {
namespace {

class NewCall : public CallFormKeys {
  protected:
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
        QTest::keyClick(QApplication::focusWidget() == nullptr ? window_.get() : QApplication::focusWidget(), key, modifiers);
        settle();
    }
    // As after a crash: nothing of the window that was is asked.
    void startAgain() {
        window_ = std::make_unique<MainWindow>(*desk_, nullptr, nullptr, draft_);
        window_->show();
    }
    SegmentField* choice(const char* name) {
        for (auto* s : window_->findChildren<SegmentField*>()) {
            if (s->accessibleName() == QLatin1String(name)) {
                return s;
            }
        }
        return nullptr;
    }
    void dropSilentCall() {
        in_dialog([](QDialog& dialog) {
            QTest::keyClick(dialog.focusWidget(), Qt::Key_2);
            QTest::keyClick(dialog.focusWidget(), Qt::Key_Return);
        });
        QTest::keyClick(window_.get(), Qt::Key_N, Qt::ControlModifier);
        settle();
    }
};

TEST_F(NewCall, EscInAnEmptyFormGoesBackToTheCaseThatIsChosen) {
    desk_->selectIncident(11);
    settle();
    const QString address = field("Address")->text();
    press(Qt::Key_F2);
    ASSERT_EQ(field("Address")->text(), QString{});
    press(Qt::Key_Escape);
    EXPECT_EQ(window_->callForm().shownCase(), 11);
    EXPECT_EQ(field("Address")->text(), address);
    EXPECT_FALSE(QFile::exists(draft_));
}

TEST_F(NewCall, EscTakesBackAStrayF2PressedTwiceOverAHalfWrittenCall) {
    press(Qt::Key_F2);
    type("Complaint", "first");
    press(Qt::Key_F2);
    press(Qt::Key_F2);
    EXPECT_EQ(field("Complaint")->text(), QString{});
    press(Qt::Key_Escape);
    EXPECT_EQ(field("Complaint")->text(), QStringLiteral("first"));
}

TEST_F(NewCall, EscKeepsAFormThatHoldsAnything) {
    press(Qt::Key_F2);
    choose("Sex", Qt::Key_2);
    press(Qt::Key_Escape);
    EXPECT_EQ(choice("Sex")->value(), 2);
    EXPECT_EQ(window_->callForm().shownCase(), 0);
}

TEST_F(NewCall, F2WhileACallIsBeingSentBeginsAnotherAndTheAnswerEndsTheFirst) {
    writeCall();
    window_->callForm().submit();
    press(Qt::Key_F2);
    EXPECT_EQ(field("Complaint")->text(), QString{});
    type("Complaint", "second");
    open(calls().at(0).first, 35);
    EXPECT_EQ(field("Complaint")->text(), QStringLiteral("second"));
    press(Qt::Key_F2, Qt::ShiftModifier);
    EXPECT_EQ(field("Complaint")->text(), QStringLiteral("second")) << "nothing is put aside any more";
}

TEST_F(NewCall, TheAnswerChoosesItsCaseWhereNobodyHasChosenAnother) {
    desk_->selectIncident(11);
    writeCall();
    window_->callForm().submit();
    open(calls().at(0).first, 35);
    appears();
    EXPECT_EQ(desk_->state().selected_incident(), 35);
}

TEST_F(NewCall, TheAnswerTakesNobodyFromTheCaseHeHasGoneOnTo) {
    writeCall();
    window_->callForm().submit();
    desk_->selectIncident(11);
    open(calls().at(0).first, 35);
    appears();
    EXPECT_EQ(desk_->state().selected_incident(), 11);
}

TEST_F(NewCall, AfterAnOrderThatWasCarriedOutOneF4DispatchesTheNextCall) {
    desk_->selectIncident(11);
    feed_.recommendation(clock_.utc_us());
    settle();
    press(Qt::Key_F4);
    ASSERT_EQ(sent(api::ClientFrame::kAssign).size(), 1U);
    feed_.unit_state(sent(api::ClientFrame::kAssign)[0].second.assign().unit_id(), ems::wire::UNIT_ASSIGNED, clock_.utc_us());
    settle();
    writeCall();
    window_->callForm().submit();
    appears();
    api::ServerFrame opened;
    opened.set_reply_to(calls().at(0).first);
    opened.mutable_new_call_ok()->set_incident_id(35);
    opened.mutable_new_call_ok()->set_number("0035");
    auto* list = opened.mutable_new_call_ok()->mutable_recommendation();
    list->set_id(9);
    list->set_incident_id(35);
    list->add_candidates()->set_rank(1);
    list->mutable_candidates(0)->set_unit_id(3);
    feed_.push(std::move(opened));
    settle();
    press(Qt::Key_F4);
    ASSERT_EQ(sent(api::ClientFrame::kAssign).size(), 2U);
    EXPECT_EQ(sent(api::ClientFrame::kAssign)[1].second.assign().incident_id(), 35);
}

TEST_F(NewCall, WhatWasWrittenAfterItWasSentGoesAsAChangeFromAside) {
    writeCall();
    window_->callForm().submit();
    type("Complaint", "chest pain, cold sweat");
    press(Qt::Key_F2);
    open(calls().at(0).first, 35);
    appears();
    emit desk_->ticked();
    const auto updates = sent(api::ClientFrame::kUpdateIncident);
    ASSERT_EQ(updates.size(), 1U);
    EXPECT_EQ(updates[0].second.update_incident().incident_id(), 35);
    EXPECT_EQ(updates[0].second.update_incident().complaint(), "chest pain, cold sweat");
    EXPECT_EQ(updates[0].second.update_incident().address(), "");
}

TEST_F(NewCall, OnePutAsideWithoutAnAnswerGoesAgainUnderItsKey) {
    writeCall();
    window_->callForm().submit();
    press(Qt::Key_F2);
    refuse(calls().at(0).first, Code::timeout);
    press(Qt::Key_F2, Qt::ShiftModifier);
    window_->callForm().submit();
    ASSERT_EQ(calls().size(), 2U);
    EXPECT_EQ(calls()[0].second.idempotency_key(), calls()[1].second.idempotency_key());
}

TEST_F(NewCall, OneRefusedWhileItWasAsideIsANewCall) {
    writeCall();
    window_->callForm().submit();
    press(Qt::Key_F2);
    refuse(calls().at(0).first, Code::clock_order);
    press(Qt::Key_F2, Qt::ShiftModifier);
    window_->callForm().submit();
    ASSERT_EQ(calls().size(), 2U);
    EXPECT_NE(calls()[0].second.idempotency_key(), calls()[1].second.idempotency_key());
}

TEST_F(NewCall, ASilentCallIsKeptByTheCentreAsOneThatNobodyServed) {
    desk_->selectIncident(11);
    press(Qt::Key_F2);
    type("Caller's telephone", "13900003462");
    dropSilentCall();
    ASSERT_EQ(calls().size(), 1U);
    const api::NewCall call = calls()[0].second.new_call();
    EXPECT_EQ(call.caller_phone(), "13900003462");
    EXPECT_EQ(call.level(), 4U);
    EXPECT_EQ(call.complaint(), "nobody speaks");
    EXPECT_EQ(call.place_source(), "none");
    open(calls()[0].first, 35);
    EXPECT_EQ(window_->callForm().shownCase(), 11) << "the form is free again";
    EXPECT_TRUE(sent(api::ClientFrame::kCloseIncident).empty()) << "its version is not known yet";
    appears();
    const auto closed = sent(api::ClientFrame::kCloseIncident);
    ASSERT_EQ(closed.size(), 1U);
    EXPECT_EQ(closed[0].second.close_incident().incident_id(), 35);
    EXPECT_EQ(closed[0].second.close_incident().outcome(), "nobody speaks");
    EXPECT_EQ(closed[0].second.close_incident().version(), 1U);
}

TEST_F(NewCall, ACallIsDroppedOnlyWithAReason) {
    press(Qt::Key_F2);
    type("Caller's telephone", "13900003462");
    bool stayed = false;
    in_dialog([&](QDialog& dialog) {
        QTest::keyClick(dialog.focusWidget(), Qt::Key_Return);
        stayed = dialog.isVisible();
        QTest::keyClick(dialog.focusWidget(), Qt::Key_Escape);
    });
    QTest::keyClick(window_.get(), Qt::Key_N, Qt::ControlModifier);
    EXPECT_TRUE(stayed);
    EXPECT_TRUE(calls().empty());
    EXPECT_EQ(field("Caller's telephone")->text(), QStringLiteral("13900003462"));
}

TEST_F(NewCall, WithoutALinkACallIsNotDropped) {
    press(Qt::Key_F2);
    type("Caller's telephone", "13900003462");
    feed_.link(LinkChange::State::down, 1);
    settle();
    dropSilentCall();
    feed_.link(LinkChange::State::up);
    settle();
    EXPECT_TRUE(calls().empty());
    EXPECT_EQ(field("Caller's telephone")->text(), QStringLiteral("13900003462"));
}

TEST_F(NewCall, CtrlNOnAnOpenCaseBeginsTheLineThatEndsIt) {
    desk_->selectIncident(11);
    settle();
    QTest::keyClick(window_.get(), Qt::Key_N, Qt::ControlModifier);
    EXPECT_EQ(window_->commandBar().text(), QStringLiteral("JA 0034 "));
    EXPECT_TRUE(sent(api::ClientFrame::kCloseIncident).empty());
}

TEST_F(NewCall, TheAnswerTimeAloneOutlivesACrash) {
    press(Qt::Key_F2);
    const std::int64_t answered_us = desk_->localUs();
    clock_.advance(std::chrono::seconds{20});
    startAgain();
    type("Complaint", "chest pain");
    type("Address", "somewhere");
    window_->callForm().setPlace(35.1, 110.9);
    choose("Level", Qt::Key_1);
    window_->callForm().submit();
    ASSERT_EQ(calls().size(), 1U);
    EXPECT_EQ(calls()[0].second.new_call().answered_us(), answered_us);
}

TEST_F(NewCall, SexAndPlaceAloneOutliveACrashAndTheNextCall) {
    press(Qt::Key_F2);
    choose("Sex", Qt::Key_2);
    press(Qt::Key_F2);
    window_->callForm().setPlace(35.1, 110.9);
    startAgain();
    EXPECT_TRUE(field("Position")->text().startsWith(QStringLiteral("35.1000")));
    window_->callForm().takeBackCall();
    EXPECT_EQ(choice("Sex")->value(), 2);
}

TEST_F(NewCall, TheNameStandsInThePatientsRow) {
    const auto top = [&](const QWidget* w) { return w->mapTo(window_.get(), QPoint{0, 0}).y(); };
    EXPECT_EQ(top(field("Patient's name")), top(choice("Sex")));
    EXPECT_NE(top(field("Patient's name")), top(field("Caller's telephone")));
}

} // namespace
} // namespace ems::console
