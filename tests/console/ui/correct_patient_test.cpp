// What the call form does with the caller and the patient of an open case: written down wrong at night, put right by keys.
#include "tests/console/ui/call_form_keys.h"
#include "tests/console/ui/picture_file.h"

#include "console/model/patient_change.h"
#include "console/widgets/call_drafts.h"
#include "telemetry/base/error.h"

#include <functional>
#include <string_view>

#include <QFile>
#include <QLocale>
#include <QTranslator>

namespace ems::console {
namespace {

class CorrectPatient : public CallFormKeys {
  protected:
    void SetUp() override {
        CallFormKeys::SetUp();
        change([](api::Incident& i) {
            i.set_sex("m");
            i.set_age_years(30);
            i.set_caller_phone_masked("139****3462");
        });
        desk_->selectIncident(11);
        settle();
    }
    std::uint64_t version() const { return feed_.world.incidents(1).version(); }
    // The centre has stored the n-th change.
    void take(std::size_t n) {
        api::ServerFrame frame;
        frame.set_reply_to(sent(api::ClientFrame::kUpdateIncident).at(n).first);
        frame.mutable_done();
        feed_.push(frame);
        settle();
    }
    SegmentField* sex() {
        for (auto* s : window_->findChildren<SegmentField*>()) {
            if (s->accessibleName() == QStringLiteral("Sex")) {
                return s;
            }
        }
        return nullptr;
    }
    QByteArray draft() const {
        QFile file{draft_};
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray{};
    }
};

TEST_F(CorrectPatient, AWrongAgeIsPutRightWhenItsFieldIsLeft) {
    type("Age", "3");
    EXPECT_TRUE(updates().empty());
    leaveFields();
    ASSERT_EQ(updates().size(), 1U);
    EXPECT_TRUE(updates()[0].has_age_years());
    EXPECT_EQ(updates()[0].age_years(), 3U);
    EXPECT_FALSE(updates()[0].has_age_months());
    EXPECT_FALSE(updates()[0].has_sex());
    EXPECT_FALSE(updates()[0].has_caller_phone());
    EXPECT_EQ(updates()[0].version(), version());
}

TEST_F(CorrectPatient, AnInfantsAgeGoesInMonthsAndANoughtSaysThatItIsNotKnown) {
    type("Age", "8m");
    leaveFields();
    ASSERT_EQ(updates().size(), 1U);
    EXPECT_EQ(updates()[0].age_months(), 8U);
    EXPECT_FALSE(updates()[0].has_age_years());
    change([](api::Incident& i) {
        i.set_age_years(0);
        i.set_age_months(8);
    });
    type("Age", "0");
    leaveFields();
    ASSERT_EQ(updates().size(), 2U);
    EXPECT_TRUE(updates()[1].has_age_years());
    EXPECT_EQ(updates()[1].age_years(), 0U);
}

TEST_F(CorrectPatient, AnotherSexGoesAsItIsChosen) {
    choose("Sex", Qt::Key_2);
    ASSERT_EQ(updates().size(), 1U);
    EXPECT_EQ(updates()[0].sex(), "f");
    EXPECT_FALSE(updates()[0].has_age_years());
}

TEST_F(CorrectPatient, AnEmptiedAgeIsNoChange) {
    type("Age", "");
    leaveFields();
    emit desk_->stateChanged();
    EXPECT_TRUE(updates().empty());
    EXPECT_EQ(field("Age")->text(), QStringLiteral("30"));
}

TEST_F(CorrectPatient, ANumberIsWrittenAnewAndLeavesTheDeskWhenTheCentreHasIt) {
    EXPECT_EQ(field("Caller's telephone")->text(), QString{});
    EXPECT_EQ(field("Caller's telephone")->placeholderText(), QStringLiteral("139****3462"));
    type("Caller's telephone", "13900007777");
    leaveFields();
    ASSERT_EQ(updates().size(), 1U);
    EXPECT_EQ(updates()[0].caller_phone(), "13900007777");
    EXPECT_FALSE(updates()[0].has_patient_name());
    EXPECT_TRUE(QFile::exists(draft_)) << "until the centre has it";
    change([](api::Incident& i) { i.set_caller_phone_masked("139****7777"); });
    EXPECT_EQ(updates().size(), 1U) << "it is under way";
    EXPECT_TRUE(QFile::exists(draft_)) << "a mask does not say that it is this number";
    take(0);
    EXPECT_EQ(field("Caller's telephone")->text(), QString{});
    EXPECT_EQ(field("Caller's telephone")->placeholderText(), QStringLiteral("139****7777"));
    EXPECT_FALSE(QFile::exists(draft_));
    emit desk_->ticked();
    EXPECT_EQ(updates().size(), 1U);
}

// 139 0000 3462 for 139 9999 3462: the mask is the same.
TEST_F(CorrectPatient, ANumberThatLooksTheSameBehindItsMaskIsSentAllTheSame) {
    type("Caller's telephone", "13999993462");
    leaveFields();
    ASSERT_EQ(updates().size(), 1U);
    EXPECT_EQ(updates()[0].caller_phone(), "13999993462");
    take(0);
    change([](api::Incident&) {});
    emit desk_->ticked();
    EXPECT_EQ(updates().size(), 1U);
    EXPECT_FALSE(QFile::exists(draft_));
}

TEST_F(CorrectPatient, ANameIsKeptUntilTheCentreAnswersAndGoesAgainWhenItDoesNot) {
    type("Patient's name", "Wang");
    leaveFields();
    ASSERT_EQ(updates().size(), 1U);
    EXPECT_EQ(updates()[0].patient_name(), "Wang");
    refuse(sent(api::ClientFrame::kUpdateIncident).at(0).first, Code::timeout);
    emit desk_->ticked();
    EXPECT_EQ(updates().size(), 1U);
    clock_.advance(std::chrono::seconds{5});
    emit desk_->ticked();
    ASSERT_EQ(updates().size(), 2U);
    EXPECT_EQ(updates()[1].patient_name(), "Wang");
    take(1);
    EXPECT_EQ(field("Patient's name")->text(), QString{});
    EXPECT_FALSE(QFile::exists(draft_));
}

TEST_F(CorrectPatient, WhatAnotherDeskPutsRightStandsThereAtOnce) {
    field("Address")->setFocus();
    change([](api::Incident& i) {
        i.set_sex("f");
        i.set_age_years(3);
        i.set_caller_phone_masked("138****1111");
    });
    EXPECT_EQ(field("Age")->text(), QStringLiteral("3"));
    EXPECT_EQ(sex()->value(), 2);
    EXPECT_EQ(field("Caller's telephone")->placeholderText(), QStringLiteral("138****1111"));
    leaveFields();
    EXPECT_TRUE(updates().empty());
}

TEST_F(CorrectPatient, AnAgeThatAnotherDeskMadeAnotherMeanwhileGoesUnderTheVersionSeenAndIsHeld) {
    const std::uint64_t seen = version();
    type("Age", "3");
    change([](api::Incident& i) { i.set_age_years(13); });
    leaveFields();
    ASSERT_EQ(updates().size(), 1U);
    EXPECT_EQ(updates()[0].version(), seen) << "the server refuses it";
    refuse(sent(api::ClientFrame::kUpdateIncident).at(0).first, Code::version_stale);
    emit desk_->ticked();
    EXPECT_EQ(updates().size(), 1U) << "he has not read what the centre has";
    EXPECT_EQ(field("Age")->text(), QStringLiteral("3"));
    EXPECT_TRUE(window_->callForm().message().contains(QStringLiteral("male 13"))) << window_->callForm().message().toStdString();
    field("Age")->setFocus();
    leaveFields();
    ASSERT_EQ(updates().size(), 2U);
    EXPECT_EQ(updates()[1].age_years(), 3U);
    EXPECT_EQ(updates()[1].version(), version());
}

TEST_F(CorrectPatient, ACorrectionOutlivesACrashAndIsSentByAPerson) {
    type("Caller's telephone", "13900007777");
    type("Age", "3");
    ASSERT_TRUE(QTest::qWaitFor([&] { return draft().contains("edits"); }));
    const std::size_t before = updates().size();
    field("Age")->blockSignals(true); // killed: it leaves no field
    window_ = std::make_unique<MainWindow>(*desk_, nullptr, nullptr, draft_);
    window_->show();
    ASSERT_TRUE(QTest::qWaitForWindowActive(window_.get()));
    emit desk_->ticked();
    emit desk_->stateChanged();
    EXPECT_EQ(field("Caller's telephone")->text(), QStringLiteral("13900007777"));
    EXPECT_EQ(updates().size(), before);
    type("Age", "3");
    leaveFields();
    ASSERT_EQ(updates().size(), before + 1);
    EXPECT_EQ(updates().back().age_years(), 3U);
}

TEST_F(CorrectPatient, ANumberThatWasNotSentGoesWhileAnotherCaseStandsThereAndThenLeavesTheDesk) {
    feed_.link(LinkChange::State::down, 1);
    settle();
    type("Caller's telephone", "13900007777");
    leaveFields();
    desk_->selectIncident(10);
    EXPECT_EQ(field("Caller's telephone")->text(), QString{}) << "of another case";
    EXPECT_TRUE(updates().empty());
    feed_.link(LinkChange::State::up);
    settle();
    emit desk_->ticked();
    ASSERT_EQ(updates().size(), 1U);
    EXPECT_EQ(updates()[0].incident_id(), 11);
    EXPECT_EQ(updates()[0].caller_phone(), "13900007777");
    change([](api::Incident& i) { i.set_caller_phone_masked("139****7777"); });
    emit desk_->ticked();
    EXPECT_EQ(updates().size(), 1U);
    EXPECT_TRUE(QFile::exists(draft_));
    take(0);
    EXPECT_FALSE(QFile::exists(draft_));
    emit desk_->ticked();
    EXPECT_EQ(updates().size(), 1U);
}

TEST_F(CorrectPatient, WhatIsWrittenOfThePatientBeforeTheCallsAnswerIsACorrectionOfTheCase) {
    writeCall();
    type("Caller's telephone", "13900003462");
    type("Patient's name", "Wang");
    type("Age", "30");
    window_->callForm().submit();
    type("Age", "3");
    type("Caller's telephone", "13900007777");
    leaveFields();
    open(calls().at(0).first, 35);
    api::ServerFrame frame;
    frame.mutable_delta()->set_seq(++feed_.seq);
    auto* i = frame.mutable_delta()->add_incidents();
    i->set_id(35);
    i->set_version(1);
    i->set_state("open");
    i->set_level(1);
    i->set_complaint("chest pain");
    i->set_address("somewhere");
    i->set_age_years(30);
    i->set_caller_phone_masked("139****3462");
    *i->mutable_place() = calls()[0].second.new_call().place();
    feed_.push(frame);
    settle();
    ASSERT_EQ(updates().size(), 1U);
    EXPECT_EQ(updates()[0].age_years(), 3U);
    EXPECT_EQ(updates()[0].caller_phone(), "13900007777");
    EXPECT_FALSE(updates()[0].has_patient_name()) << "it stands there as it was sent";
}

TEST_F(CorrectPatient, AnUnsentNumberOfAnEndedCaseLeavesTheDiskAndTheRestStays) {
    feed_.link(LinkChange::State::down, 1);
    settle();
    type("Complaint", "fall");
    type("Caller's telephone", "13900007777");
    leaveFields();
    desk_->selectIncident(10);
    change([](api::Incident& i) { i.set_state("closed"); });
    CallDrafts stored{draft_};
    stored.load();
    ASSERT_TRUE(stored.edits().contains(11));
    EXPECT_FALSE(tells_identity(stored.edits().at(11).change));
    EXPECT_EQ(stored.edits().at(11).change.complaint(), "fall");
    EXPECT_EQ(window_->callForm().message(), QStringLiteral("Case 0034 ended: unsent number or name deleted"));
}

TEST_F(CorrectPatient, ANumberBeingTypedWhenItsCaseEndsLeavesTheDiskAtOnceAndItsFieldWhenThatIsLeft) {
    type("Caller's telephone", "13900007777");
    window_->callForm().storeNow();
    ASSERT_TRUE(QFile::exists(draft_));
    change([](api::Incident& i) { i.set_state("closed"); });
    EXPECT_FALSE(QFile::exists(draft_));
    EXPECT_EQ(field("Caller's telephone")->text(), QStringLiteral("13900007777")) << "nothing goes under the hands";
    leaveFields();
    refuse(sent(api::ClientFrame::kUpdateIncident).back().first, Code::incident_closed);
    emit desk_->ticked();
    EXPECT_EQ(field("Caller's telephone")->text(), QString{});
    EXPECT_FALSE(QFile::exists(draft_));
}

TEST_F(CorrectPatient, ANumberOfACaseThatTheCentreNoLongerHasLeavesTheDisk) {
    feed_.link(LinkChange::State::down, 1);
    settle();
    type("Caller's telephone", "13900007777");
    leaveFields();
    desk_->selectIncident(10);
    ASSERT_TRUE(draft().contains("edits"));
    feed_.world.mutable_incidents()->RemoveLast();
    feed_.world.set_seq(++feed_.seq);
    api::ServerFrame frame;
    *frame.mutable_snapshot() = feed_.world;
    feed_.push(frame);
    settle();
    EXPECT_FALSE(QFile::exists(draft_));
    EXPECT_EQ(window_->callForm().message(), QStringLiteral("A case ended: unsent number or name deleted"));
}

TEST_F(CorrectPatient, ANumberOfACaseThatIsNotToldHereYetIsKept) {
    writeCall();
    type("Caller's telephone", "13900003462");
    window_->callForm().submit();
    type("Caller's telephone", "13900007777");
    leaveFields();
    open(calls().at(0).first, 35);
    emit desk_->ticked();
    CallDrafts stored{draft_};
    stored.load();
    ASSERT_TRUE(stored.edits().contains(35));
    EXPECT_EQ(stored.edits().at(35).change.caller_phone(), "13900007777");
}

// Put right under the hands of a person while another desk changes the age too, in both languages.
class CorrectPatientPictures : public CorrectPatient, public ::testing::WithParamInterface<const char*> {
  protected:
    void SetUp() override {
        if (is_chinese() && translator_.load(QStringLiteral(":/i18n/ems_console_zh_CN.qm"))) {
            QCoreApplication::installTranslator(&translator_);
            QLocale::setDefault(QLocale{QLocale::Chinese, QLocale::China});
        }
        CorrectPatient::SetUp();
    }
    void TearDown() override {
        window_.reset();
        QCoreApplication::removeTranslator(&translator_);
        QLocale::setDefault(usual_);
    }
    static bool is_chinese() { return std::string_view{GetParam()} == "zh"; }
    void write(const char* name, const char* text) {
        const QString translated = QCoreApplication::translate("ems::console::CallForm", name);
        for (auto* field : window_->findChildren<TextField*>()) {
            if (field->accessibleName() == translated) {
                field->setFocus();
                field->clear();
                field->insert(QString::fromUtf8(text)); // no key of this keyboard is a Chinese character
            }
        }
    }
    void shoot(const char* name) {
        save_picture(window_->callForm().grab().toImage(), QStringLiteral("correct-%1-%2.png").arg(QLatin1String(name), QLatin1String(GetParam())));
    }
    QTranslator translator_;
    QLocale usual_;
};

TEST_P(CorrectPatientPictures, TheFormSaysWhatTheCentreHasWhereTwoDesksPutTheAgeRight) {
    shoot("before");
    write("Caller's telephone", "13900007777");
    write("Patient's name", "王小红");
    write("Age", "3");
    shoot("writing");
    change([](api::Incident& i) { i.set_age_years(13); });
    leaveFields();
    ASSERT_FALSE(updates().empty());
    refuse(sent(api::ClientFrame::kUpdateIncident).back().first, Code::version_stale);
    shoot("clash");
    EXPECT_TRUE(window_->callForm().message().contains(QStringLiteral(" 13 · "))) << window_->callForm().message().toStdString();
}
INSTANTIATE_TEST_SUITE_P(Languages, CorrectPatientPictures, ::testing::Values("en", "zh"));

} // namespace
} // namespace ems::console
