// The caller of an open case, laid open by a key with a reason, counted down and masked again.
#include "tests/console/ui/call_form_keys.h"
#include "tests/console/ui/picture_file.h"
#include "tests/console/ui/text_probe.h"

#include "console/theme/phone_text.h"
#include "console/widgets/call_drafts.h"
#include "console/widgets/identity_shown.h"
#include "telemetry/base/error.h"

#include <QLocale>
#include <QTranslator>

namespace ems::console {
namespace {

class RevealKeys : public CallFormKeys {
  protected:
    void SetUp() override {
        CallFormKeys::SetUp();
        desk_->selectIncident(11);
        settle();
    }
    // Ctrl+I, and this in the dialog that asks why.
    void askFor(const QString& reason = QStringLiteral("1")) {
        in_dialog([&reason](QDialog& dialog) {
            QTest::keyClicks(dialog.focusWidget(), reason);
            QTest::keyClick(dialog.focusWidget(), Qt::Key_Return);
        });
        press();
        window_->activateWindow(); // no window manager gives the desk its keys back after the dialog
        settle();
    }
    void press() {
        QTest::keyClick(window_.get(), Qt::Key_I, Qt::ControlModifier);
        settle();
    }
    auto asked() const { return sent(api::ClientFrame::kRevealIdentity); }
    // The centre tells incident 10 or 11 anew.
    void change(std::int64_t id, const std::string& state, std::int64_t merged_into = 0) {
        auto* incident = feed_.world.mutable_incidents(id == 10 ? 0 : 1);
        incident->set_state(state);
        incident->set_merged_into_incident_id(merged_into);
        incident->set_version(incident->version() + 1);
        api::ServerFrame frame;
        frame.mutable_delta()->set_seq(++feed_.seq);
        *frame.mutable_delta()->add_incidents() = *incident;
        feed_.push(frame);
        settle();
    }
    // Ctrl+I, and whether it asked why.
    bool asksWhy() {
        bool asks = false;
        QTimer::singleShot(0, qApp, [&asks] {
            if (auto* dialog = qobject_cast<QDialog*>(QApplication::activeModalWidget()); dialog != nullptr) {
                asks = true;
                dialog->reject();
            }
        });
        press();
        return asks;
    }
    void typeLine(const char* line) {
        QTest::keyClick(window_.get(), Qt::Key_F10);
        QTest::keyClicks(window_->focusWidget(), QString::fromUtf8(line));
        QTest::keyClick(window_->focusWidget(), Qt::Key_Return);
        settle();
    }
    void answer(std::int64_t incident = 11, const std::string& phone = "13912343462", const std::string& name = "张三") {
        api::ServerFrame frame;
        frame.set_reply_to(asked().back().first);
        frame.mutable_identity()->set_incident_id(incident);
        frame.mutable_identity()->set_caller_phone(phone);
        frame.mutable_identity()->set_patient_name(name);
        feed_.push(frame);
        settle();
    }
    void open() {
        askFor();
        ASSERT_EQ(asked().size(), 1U);
        answer();
        ASSERT_TRUE(shown().isVisible());
    }
    void pass(int seconds) {
        clock_.advance(std::chrono::seconds{seconds});
        emit desk_->ticked();
    }
    IdentityShown& shown() { return *window_->findChild<IdentityShown*>(); }
    CallForm& form() { return window_->callForm(); }
};

TEST_F(RevealKeys, TheKeyAsksWhyAndSendsTheUsualReasonOfTheDigit) {
    askFor(QStringLiteral("2"));
    ASSERT_EQ(asked().size(), 1U);
    EXPECT_EQ(asked()[0].second.reveal_identity().incident_id(), 11);
    EXPECT_EQ(asked()[0].second.reveal_identity().reason(), "find the place");
}

TEST_F(RevealKeys, AnotherReasonIsTyped) {
    askFor(QStringLiteral("ambulance at the wrong gate"));
    ASSERT_EQ(asked().size(), 1U);
    EXPECT_EQ(asked()[0].second.reveal_identity().reason(), "ambulance at the wrong gate");
}

TEST_F(RevealKeys, WithoutAReasonNothingIsAsked) {
    bool stayed = false;
    in_dialog([&](QDialog& dialog) {
        QTest::keyClick(dialog.focusWidget(), Qt::Key_Return);
        stayed = dialog.isVisible();
        QTest::keyClick(dialog.focusWidget(), Qt::Key_Escape);
    });
    press();
    EXPECT_TRUE(stayed);
    EXPECT_TRUE(asked().empty());
}

TEST_F(RevealKeys, TheKeyStandsInTheCallersField) {
    window_->grab();
    pass(1);
    EXPECT_GT(field("Caller's telephone")->textMargins().right(), 8) << "room for it";
}

TEST_F(RevealKeys, NumberAndNameStandThereForAMinuteThatRunsDown) {
    open();
    EXPECT_EQ(shown().text(), QStringLiteral("139 1234 3462　张三"));
    EXPECT_EQ(shown().secondsLeft(), 60);
    pass(1);
    EXPECT_EQ(shown().secondsLeft(), 59);
    pass(58);
    EXPECT_EQ(shown().secondsLeft(), 1);
    EXPECT_TRUE(shown().isVisible());
    pass(1);
    EXPECT_FALSE(shown().isVisible());
    EXPECT_EQ(shown().text(), QString{});
}

TEST_F(RevealKeys, TheKeyOnceMoreMasksAtOnceAndAsksNothing) {
    open();
    press();
    EXPECT_FALSE(form().showsIdentity());
    EXPECT_EQ(asked().size(), 1U);
}

TEST_F(RevealKeys, AnotherCaseMasks) {
    open();
    desk_->selectIncident(10);
    EXPECT_FALSE(form().showsIdentity());
}

TEST_F(RevealKeys, ANewCallMasks) {
    open();
    QTest::keyClick(window_.get(), Qt::Key_F2);
    EXPECT_FALSE(form().showsIdentity());
}

TEST_F(RevealKeys, AnotherViewMasks) {
    open();
    QTest::keyClick(window_.get(), Qt::Key_F11);
    EXPECT_FALSE(form().showsIdentity());
}

TEST_F(RevealKeys, TheCommandLineLeavesItForItsMinute) {
    open();
    QTest::keyClick(window_.get(), Qt::Key_F10);
    EXPECT_TRUE(form().showsIdentity()) << "it is what is read while something is written";
}

TEST_F(RevealKeys, LogOffMasks) {
    window_->offerUserChange();
    open();
    QTest::keyClick(window_.get(), Qt::Key_Q, Qt::ControlModifier);
    settle();
    auto* box = window_->findChild<QDialog*>(QStringLiteral("userChange"));
    ASSERT_NE(box, nullptr);
    auto* off = box->findChild<QAbstractButton*>(QStringLiteral("logOff"));
    ASSERT_NE(off, nullptr);
    off->click();
    EXPECT_FALSE(form().showsIdentity());
}

TEST_F(RevealKeys, TheEndOfTheCaseMasks) {
    open();
    change(11, "closed");
    EXPECT_FALSE(form().showsIdentity());
}

TEST_F(RevealKeys, ASecondCallsCallerIsShownAsLongAsTheCaseItWasMergedIntoRuns) {
    change(11, "cancelled", 10);
    open();
    pass(1);
    EXPECT_EQ(shown().secondsLeft(), 59);
    change(10, "closed");
    EXPECT_FALSE(form().showsIdentity());
}

TEST_F(RevealKeys, OfAnEndedCaseNoReasonIsAskedAndItSaysWhy) {
    change(11, "closed");
    EXPECT_FALSE(asksWhy());
    EXPECT_EQ(form().message(), QStringLiteral("Number not shown: case 0034 has ended"));
}

TEST_F(RevealKeys, TheCommandLineAsksNothingOfAnEndedCase) {
    change(11, "closed");
    typeLine("HM 34 1");
    EXPECT_TRUE(asked().empty());
    EXPECT_EQ(form().message(), QStringLiteral("Number not shown: the case has ended"));
}

TEST_F(RevealKeys, AQuestionThatEndsWithItsCaseIsNotSaidToBeOpen) {
    askFor();
    ASSERT_EQ(form().message(), QStringLiteral("The centre is asked for the number"));
    change(11, "closed");
    EXPECT_EQ(form().message(), QString{});
}

TEST_F(RevealKeys, AQuestionOfTheCaseBeforeIsNotSaidToBeOpen) {
    askFor();
    desk_->selectIncident(10);
    EXPECT_EQ(form().message(), QString{});
}

TEST_F(RevealKeys, InThePhysiciansViewTheCommandLineAsksNothingAndSaysWhy) {
    desk_->selectIncident(10);
    window_->showView(View::physician);
    typeLine("HM 34 1");
    EXPECT_TRUE(asked().empty());
    EXPECT_EQ(desk_->state().selected_incident(), 10) << "the patient stays";
    window_->grab();
    EXPECT_EQ(window_->commandBar().painted(), QStringLiteral("Number not shown: the call form is not in sight"));
}

TEST_F(RevealKeys, ANarrowFormShowsTheNameWhole) {
    askFor();
    answer(11, "13912343462", "欧阳建国（其妻代诉）");
    shown().resize(308, IdentityShown::heightFor(308));
    EXPECT_EQ(cut_texts(shown()), QStringList{});
    EXPECT_LT(IdentityShown::heightFor(500), IdentityShown::heightFor(308)) << "a wide one needs one row";
}

TEST_F(RevealKeys, AnAnswerForTheCaseBeforeIsShownToNobody) {
    askFor();
    desk_->selectIncident(10);
    answer();
    EXPECT_FALSE(form().showsIdentity());
    desk_->selectIncident(11);
    EXPECT_FALSE(form().showsIdentity());
}

TEST_F(RevealKeys, WhoMayNotIsToldSoAndSeesNoNumber) {
    askFor();
    refuse(asked().back().first, Code::forbidden);
    EXPECT_FALSE(form().showsIdentity());
    EXPECT_EQ(form().message(), QStringLiteral("Number not shown: refused"));
}

TEST_F(RevealKeys, WithoutAServerItSaysSoAndSeesNoNumber) {
    feed_.link(LinkChange::State::down, 1);
    settle();
    askFor();
    EXPECT_FALSE(form().showsIdentity());
    EXPECT_EQ(form().message(), QStringLiteral("Number not shown: no server"));
}

TEST_F(RevealKeys, AServerLostBeforeItsAnswerIsSaid) {
    askFor();
    feed_.link(LinkChange::State::down, 1);
    settle();
    EXPECT_EQ(form().message(), QStringLiteral("Number not shown: no server"));
    feed_.link(LinkChange::State::up);
    settle();
    EXPECT_EQ(asked().size(), 1U) << "nothing is asked again without a person";
}

TEST_F(RevealKeys, ACallWithoutANumberSaysThatNoneIsKnown) {
    askFor();
    answer(11, "", "");
    EXPECT_EQ(shown().text(), QStringLiteral("number not known　name not known"));
}

TEST_F(RevealKeys, WhatTheFormStoresHasNeitherNumberNorName) {
    open();
    type("Complaint", "fall from a roof");
    form().storeNow();
    form().leaveFields();
    CallDrafts stored{draft_};
    stored.load();
    ASSERT_TRUE(stored.edits().contains(11)) << "the change is kept until the centre has it";
    const CaseEdit& edit = stored.edits().at(11);
    EXPECT_EQ(edit.change.complaint(), "fall from a roof");
    const std::string kept = edit.change.SerializeAsString() + edit.base.SerializeAsString();
    EXPECT_EQ(kept.find("13912343462"), std::string::npos);
    EXPECT_EQ(kept.find("张三"), std::string::npos);
}

TEST_F(RevealKeys, TheCommandLineAsksForANamedCase) {
    QTest::keyClick(window_.get(), Qt::Key_F10);
    QTest::keyClicks(window_->focusWidget(), QStringLiteral("HM 34 1"));
    EXPECT_EQ(window_->commandBar().echo(), QStringLiteral("Show the caller's number of 0034（call back）"));
    QTest::keyClick(window_->focusWidget(), Qt::Key_Return);
    ASSERT_EQ(asked().size(), 1U);
    EXPECT_EQ(asked()[0].second.reveal_identity().reason(), "call back");
    answer();
    EXPECT_TRUE(form().showsIdentity());
}

TEST(PhoneText, AMobileNumberIsGroupedAndAnyOtherStandsAsItIs) {
    EXPECT_EQ(phone_text("13912343462"), "139 1234 3462");
    EXPECT_EQ(phone_text("0359-2022120"), "0359-2022120");
    EXPECT_EQ(phone_text(""), "");
}

class RevealPictures : public RevealKeys {
  protected:
    void SetUp() override {
        if (translator_.load(QStringLiteral(":/i18n/ems_console_zh_CN.qm"))) {
            QCoreApplication::installTranslator(&translator_);
            QLocale::setDefault(QLocale{QLocale::Chinese, QLocale::China});
        }
        RevealKeys::SetUp();
    }
    void TearDown() override {
        window_.reset();
        QCoreApplication::removeTranslator(&translator_);
        QLocale::setDefault(usual_);
    }
    QTranslator translator_;
    QLocale usual_;
};

TEST_F(RevealPictures, TheNumberInTheFormAndTheQuestionBefore) {
    save_picture(form().grab().toImage(), QStringLiteral("reveal-masked.png"));
    in_dialog([](QDialog& dialog) {
        save_picture(dialog.grab().toImage(), QStringLiteral("reveal-reason.png"));
        QTest::keyClick(dialog.focusWidget(), Qt::Key_1);
        QTest::keyClick(dialog.focusWidget(), Qt::Key_Return);
    });
    press();
    ASSERT_EQ(asked().size(), 1U);
    answer();
    pass(3);
    save_picture(form().grab().toImage(), QStringLiteral("reveal-form.png"));
    EXPECT_TRUE(form().showsIdentity());
}

TEST_F(RevealPictures, TheNumberInTheFormOfASmallScreen) {
    window_->resize(1280, 720);
    settle();
    in_dialog([](QDialog& dialog) {
        QTest::keyClick(dialog.focusWidget(), Qt::Key_1);
        QTest::keyClick(dialog.focusWidget(), Qt::Key_Return);
    });
    press();
    ASSERT_EQ(asked().size(), 1U);
    answer(11, "13912343462", "欧阳建国");
    pass(3);
    save_picture(form().grab().toImage(), QStringLiteral("reveal-form-narrow.png"));
    EXPECT_LT(form().width(), 400);
    EXPECT_EQ(cut_texts(shown()), QStringList{});
}

} // namespace
} // namespace ems::console
