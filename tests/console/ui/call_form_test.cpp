// What the call form does with a call until the server has it, and with an incident afterwards.
#include "tests/console/ui/call_form_keys.h"

#include "console/model/place_search.h"
#include "console/widgets/place_list.h"
#include "map/gazetteer/gazetteer.h"
#include "telemetry/base/error.h"

#include <algorithm>

#include <QFile>
#include <QInputMethodEvent>
#include <QTemporaryDir>

namespace ems::console {
namespace {

TEST_F(CallFormKeys, ACallIsSentOnceHoweverOftenTheKeyIsPressed) {
    writeCall();
    window_->callForm().submit();
    window_->callForm().submit();
    EXPECT_EQ(calls().size(), 1U);
}

TEST_F(CallFormKeys, TheAnswerAfterAReconnectEndsTheCall) {
    writeCall();
    window_->callForm().submit();
    feed_.link(LinkChange::State::down, 1);
    settle();
    feed_.link(LinkChange::State::up);
    settle();
    open(calls().at(0).first, 10);
    EXPECT_EQ(desk_->state().selected_incident(), 10);
    window_->callForm().submit();
    EXPECT_EQ(calls().size(), 1U);
    EXPECT_FALSE(QFile::exists(draft_));
}

TEST_F(CallFormKeys, ACallWithoutAnAnswerGoesAgainUnderItsKeyAsItWas) {
    writeCall();
    window_->callForm().submit();
    refuse(calls().at(0).first, Code::timeout);
    type("Complaint", "chest pain, cold sweat");
    window_->callForm().submit();
    ASSERT_EQ(calls().size(), 2U);
    EXPECT_EQ(calls()[0].second.idempotency_key(), calls()[1].second.idempotency_key());
    EXPECT_EQ(calls()[0].second.new_call().SerializeAsString(), calls()[1].second.new_call().SerializeAsString());
}

TEST_F(CallFormKeys, ACallWithoutAnAnswerKeepsItsKeyOverACrash) {
    writeCall();
    window_->callForm().submit();
    refuse(calls().at(0).first, Code::timeout);
    window_ = std::make_unique<MainWindow>(*desk_, nullptr, nullptr, draft_);
    window_->show();
    window_->callForm().submit();
    ASSERT_EQ(calls().size(), 2U);
    EXPECT_EQ(calls()[0].second.idempotency_key(), calls()[1].second.idempotency_key());
}

TEST_F(CallFormKeys, ARefusedCallIsANewOneOnceCorrectedAndKeepsItsAnswerTime) {
    writeCall();
    const std::int64_t answered_us = desk_->localUs();
    clock_.advance(std::chrono::seconds{20});
    window_->callForm().submit();
    refuse(calls().at(0).first, Code::clock_order);
    type("Complaint", "fall");
    window_->callForm().submit();
    ASSERT_EQ(calls().size(), 2U);
    EXPECT_NE(calls()[0].second.idempotency_key(), calls()[1].second.idempotency_key());
    EXPECT_EQ(calls()[1].second.new_call().complaint(), "fall");
    EXPECT_EQ(calls()[1].second.new_call().answered_us(), answered_us);
}

TEST_F(CallFormKeys, AnInfantsAgeGoesInMonths) {
    writeCall();
    type("Age", "8m");
    window_->callForm().submit();
    ASSERT_EQ(calls().size(), 1U);
    const api::NewCall call = calls()[0].second.new_call();
    EXPECT_TRUE(call.has_age_months());
    EXPECT_EQ(call.age_months(), 8U);
    EXPECT_EQ(call.age_years(), 0U);
}

TEST_F(CallFormKeys, NoRingIsClaimedThatNoLineReported) {
    writeCall();
    window_->callForm().submit();
    EXPECT_EQ(calls().at(0).second.new_call().ring_us(), 0);
}

TEST_F(CallFormKeys, ANewCallPutsTheUnfinishedOneAsideAlsoOverACrash) {
    QTest::keyClick(window_.get(), Qt::Key_F2);
    type("Complaint", "first");
    QTest::keyClick(window_.get(), Qt::Key_F2);
    EXPECT_EQ(field("Complaint")->text(), QString{});
    type("Complaint", "second");
    QTest::keyClick(window_.get(), Qt::Key_F2, Qt::ShiftModifier);
    EXPECT_EQ(field("Complaint")->text(), QStringLiteral("first"));
    window_ = std::make_unique<MainWindow>(*desk_, nullptr, nullptr, draft_);
    window_->show();
    EXPECT_EQ(field("Complaint")->text(), QStringLiteral("first"));
    window_->callForm().takeBackCall();
    EXPECT_EQ(field("Complaint")->text(), QStringLiteral("second"));
}

TEST_F(CallFormKeys, AFormThatIsNotSeenOpensNoCase) {
    writeCall();
    window_->showView(View::physician);
    QTest::keyClick(window_.get(), Qt::Key_Return, Qt::ControlModifier);
    settle();
    EXPECT_TRUE(calls().empty());
    window_->showView(View::dispatcher);
    QTest::keyClick(window_.get(), Qt::Key_Return, Qt::ControlModifier);
    settle();
    EXPECT_EQ(calls().size(), 1U);
}

} // namespace
} // namespace ems::console
