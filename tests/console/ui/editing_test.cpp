// Two persons at one case: each desk tells what is open at it, and shows who else has it open.
#include "console/widgets/editing_shown.h"
#include "console/widgets/last_writer.h"
#include "console/widgets/patient_views.h"
#include "console/widgets/queue_view.h"
#include "tests/console/ui/call_form_keys.h"

#include <QAccessible>

namespace ems::console {
namespace {

class EditingDesk : public CallFormKeys {
  protected:
    void SetUp() override {
        CallFormKeys::SetUp();
        window_->setFocus();
        desk_->selectIncident(11);
        settle();
    }
    // What this desk has told, in order.
    std::vector<std::int64_t> told() const {
        std::vector<std::int64_t> out;
        for (const auto& [request, frame] : sent(api::ClientFrame::kTellEditing)) {
            out.push_back(frame.tell_editing().incident_id());
        }
        return out;
    }
    void others(const std::vector<api::Editor>& all) {
        feed_.editors(all, clock_.utc_us());
        settle();
    }
    QString saidInForm() { return window_->callForm().accessibleDescription(); }
    using Ids = std::vector<std::int64_t>;
    const api::Editor li_{FakeFeed::editor(11, "li", "李敏", "受理2")};
};

TEST_F(EditingDesk, AFieldThatIsEnteredTellsItsCaseOnceAndTheFormThatIsLeftTellsNone) {
    EXPECT_TRUE(told().empty()) << "a case that is only looked at";
    type("Complaint", "x");
    QTest::keyClick(field("Complaint"), Qt::Key_Tab);
    settle();
    EXPECT_EQ(told(), Ids{11});
    change([](api::Incident& i) { i.set_complaint("x"); }); // the centre has it
    leaveFields();
    settle();
    EXPECT_EQ(told(), (Ids{11, 0}));
}

TEST_F(EditingDesk, WhatTheCentreHasNotGotKeepsTheCaseOpen) {
    type("Complaint", "fall");
    leaveFields();
    settle();
    EXPECT_EQ(told(), Ids{11});
    change([](api::Incident& i) { i.set_complaint("fall"); });
    EXPECT_EQ(told(), (Ids{11, 0}));
}

TEST_F(EditingDesk, ANewCallTellsNothing) {
    QTest::keyClick(window_.get(), Qt::Key_F2);
    type("Complaint", "chest pain");
    settle();
    EXPECT_TRUE(told().empty());
}

TEST_F(EditingDesk, AnotherLinkIsToldAnewAndALostOneNothing) {
    field("Complaint")->setFocus();
    settle();
    feed_.link(LinkChange::State::down, 1);
    settle();
    EXPECT_EQ(told(), Ids{11});
    feed_.link(LinkChange::State::up);
    feed_.snapshot(clock_.utc_us());
    settle();
    EXPECT_EQ(told(), (Ids{11, 11}));
    feed_.link(LinkChange::State::down, 1);
    settle();
    leaveFields();
    feed_.link(LinkChange::State::up);
    feed_.snapshot(clock_.utc_us());
    settle();
    EXPECT_EQ(told(), (Ids{11, 11, 0})) << "what was under way when the link broke may have come";
}

TEST_F(EditingDesk, ANoteThatIsBeingWrittenTellsItsCase) {
    QTest::keyClick(window_.get(), Qt::Key_F10);
    QTest::keyClicks(window_->focusWidget(), "note 0033 gate is shut");
    emit desk_->ticked();
    EXPECT_EQ(told(), Ids{10});
    QTest::keyClick(window_->focusWidget(), Qt::Key_Escape);
    emit desk_->ticked();
    EXPECT_EQ(told(), (Ids{10, 0}));
}

TEST_F(EditingDesk, ACaseThatHasEndedIsOpenToNobody) {
    field("Complaint")->setFocus();
    settle();
    change([](api::Incident& i) { i.set_state("closed"); });
    EXPECT_EQ(told(), (Ids{11, 0}));
}

TEST_F(EditingDesk, WhoElseHasTheCaseOpenStandsInTheFormAndItsTitle) {
    const auto* writer = window_->findChild<LastWriter*>();
    others({li_});
    EXPECT_EQ(saidInForm(), QStringLiteral("Also open at 李敏 (受理2): the last to write stands"));
    EXPECT_EQ(writer->text(), QStringLiteral("李敏 (受理2) editing"));
    others({li_, FakeFeed::editor(11, "zhao", "赵", "受理3")});
    EXPECT_EQ(writer->text(), QStringLiteral("李敏 (受理2) +1 editing"));
    others({});
    EXPECT_TRUE(saidInForm().isEmpty());
    EXPECT_TRUE(writer->text().isEmpty());
}

TEST_F(EditingDesk, ALostServerTakesItAway) {
    others({li_});
    ASSERT_FALSE(saidInForm().isEmpty());
    feed_.link(LinkChange::State::down, 1);
    settle();
    EXPECT_TRUE(saidInForm().isEmpty());
    EXPECT_TRUE(window_->findChild<LastWriter*>()->text().isEmpty());
}

TEST_F(EditingDesk, OnesOwnIsNoNews) {
    others({FakeFeed::editor(11, "wang", "王晓燕", "受理1")});
    EXPECT_TRUE(saidInForm().isEmpty());
}

TEST_F(EditingDesk, TheQueueAndThePatientsBarSayIt) {
    others({li_});
    window_->grab();
    auto* queue = window_->findChild<QueueView*>();
    QAccessibleInterface* rows = QAccessible::queryAccessibleInterface(queue);
    ASSERT_NE(rows, nullptr);
    QString all;
    for (int i = 0; i < rows->childCount(); ++i) {
        all += rows->child(i)->text(QAccessible::Name) + QStringLiteral("|");
    }
    EXPECT_TRUE(all.contains(QStringLiteral("李敏 (受理2) editing"))) << all.toStdString();
    EXPECT_TRUE(window_->findChild<PatientBar*>()->spokenText().contains(QStringLiteral("李敏 (受理2) editing")));
}

TEST_F(EditingDesk, AnotherRoleCorrectsNothing) {
    feed_.log_in("physician");
    settle();
    field("Complaint")->setFocus();
    settle();
    EXPECT_TRUE(told().empty());
}

} // namespace
} // namespace ems::console
