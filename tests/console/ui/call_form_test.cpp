// What the call form does with a call until the server has it, and with an incident afterwards.
#include "tests/console/ui/desk_fixture.h"

#include "telemetry/base/error.h"

#include <algorithm>

#include <QFile>
#include <QTemporaryDir>

namespace ems::console {
namespace {

class CallFormKeys : public DeskTest {
  protected:
    void SetUp() override {
        draft_ = folder_.filePath(QStringLiteral("draft.json"));
        DeskTest::SetUp();
        connectAll();
    }
    TextField* field(const char* name) {
        for (auto* f : window_->findChildren<TextField*>()) {
            if (f->accessibleName() == QLatin1String(name)) {
                return f;
            }
        }
        return nullptr;
    }
    void type(const char* name, const char* text) {
        field(name)->setFocus();
        field(name)->clear();
        QTest::keyClicks(field(name), QString::fromUtf8(text));
    }
    void choose(const char* name, Qt::Key digit) {
        for (auto* s : window_->findChildren<SegmentField*>()) {
            if (s->accessibleName() == QLatin1String(name)) {
                s->setFocus();
                QTest::keyClick(s, digit);
            }
        }
    }
    void writeCall() {
        QTest::keyClick(window_.get(), Qt::Key_F2);
        type("Complaint", "chest pain");
        type("Address", "somewhere");
        window_->callForm().setPlace(35.1, 110.9);
        choose("Level", Qt::Key_1);
    }
    // Request numbers and frames of one kind, in order.
    std::vector<std::pair<std::uint64_t, api::ClientFrame>> sent(api::ClientFrame::BodyCase body) const {
        std::vector<std::pair<std::uint64_t, api::ClientFrame>> out;
        for (std::size_t i = 0; i < feed_.sent.size(); ++i) {
            if (feed_.sent[i].body_case() == body) {
                out.emplace_back(i + 1, feed_.sent[i]);
            }
        }
        return out;
    }
    auto calls() const { return sent(api::ClientFrame::kNewCall); }
    void refuse(std::uint64_t request, Code code) {
        api::ServerFrame frame;
        frame.set_reply_to(request);
        frame.mutable_error()->set_code(static_cast<std::uint32_t>(code));
        frame.mutable_error()->set_text_en("refused");
        feed_.push(frame);
        settle();
    }
    void open(std::uint64_t request, std::int64_t incident) {
        api::ServerFrame frame;
        frame.set_reply_to(request);
        frame.mutable_new_call_ok()->set_incident_id(incident);
        frame.mutable_new_call_ok()->set_number("0035");
        feed_.push(frame);
        settle();
    }
    QTemporaryDir folder_;
};

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
    refuse(calls().at(0).first, Code::invalid_argument);
    type("Complaint", "fall");
    window_->callForm().submit();
    ASSERT_EQ(calls().size(), 2U);
    EXPECT_NE(calls()[0].second.idempotency_key(), calls()[1].second.idempotency_key());
    EXPECT_EQ(calls()[1].second.new_call().complaint(), "fall");
    EXPECT_EQ(calls()[1].second.new_call().answered_us(), answered_us);
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

TEST_F(CallFormKeys, TheFormUnderWayIsNotLeftBeforeItsAnswer) {
    writeCall();
    window_->callForm().submit();
    QTest::keyClick(window_.get(), Qt::Key_F2);
    EXPECT_EQ(field("Complaint")->text(), QStringLiteral("chest pain"));
}

} // namespace
} // namespace ems::console
