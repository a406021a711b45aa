// What the call form does with an open case: edits go, what others change comes in.
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

// Another desk, or the crew, changed incident 11.
class IncidentForm : public CallFormKeys {
  protected:
    void SetUp() override {
        CallFormKeys::SetUp();
        desk_->selectIncident(11);
        settle();
    }
};

TEST_F(IncidentForm, AnotherVillageIsSentWithItsPlace) {
    map::NameTable table;
    table.features.emplace_back().name = "Zhaili";
    table.features.back().at = {351'720'000, 1'109'000'000};
    const map::Gazetteer gazetteer{std::move(table)};
    const PlaceSearch search{gazetteer};
    window_->setPlaceSearch(&search);
    type("Address", "Zhaili");
    leaveFields();
    ASSERT_EQ(updates().size(), 1U);
    EXPECT_EQ(updates()[0].address(), "Zhaili");
    EXPECT_EQ(updates()[0].place().lat_e7(), 351'720'000);
    EXPECT_EQ(updates()[0].version(), 1U);
    window_->setPlaceSearch(nullptr);
}

TEST_F(IncidentForm, OnlyWhatWasEditedIsSentAndAnotherDesksWordsStay) {
    field("Address")->setFocus();
    change([](api::Incident& i) { i.set_complaint("胸痛 晕厥"); });
    type("Address", "east of the school");
    leaveFields();
    ASSERT_EQ(updates().size(), 1U);
    EXPECT_EQ(updates()[0].complaint(), "");
    EXPECT_EQ(updates()[0].level(), 0U);
    EXPECT_FALSE(updates()[0].has_place());
    EXPECT_EQ(updates()[0].version(), 2U);
}

TEST_F(IncidentForm, AnEditOfWhatAnotherDeskChangedMeanwhileGoesUnderTheVersionSeen) {
    type("Complaint", "fall");
    change([](api::Incident& i) { i.set_complaint("胸痛 晕厥"); });
    leaveFields();
    ASSERT_EQ(updates().size(), 1U);
    EXPECT_EQ(updates()[0].version(), 1U) << "the server refuses it";
}

TEST_F(IncidentForm, ASecondEditWaitsForTheFirst) {
    type("Complaint", "fall");
    leaveFields();
    choose("Level", Qt::Key_3);
    EXPECT_EQ(updates().size(), 1U);
    change([](api::Incident& i) { i.set_complaint("fall"); });
    ASSERT_EQ(updates().size(), 2U);
    EXPECT_EQ(updates()[1].level(), 3U);
    EXPECT_EQ(updates()[1].complaint(), "");
    EXPECT_EQ(updates()[1].version(), 2U);
}

TEST_F(IncidentForm, AnEditMadeWithoutALinkStaysAndGoesWhenTheLinkIsThere) {
    feed_.link(LinkChange::State::down, 1);
    settle();
    type("Address", "east of the school");
    leaveFields();
    emit desk_->stateChanged();
    EXPECT_EQ(field("Address")->text(), QStringLiteral("east of the school"));
    EXPECT_TRUE(updates().empty());
    feed_.link(LinkChange::State::up);
    settle();
    ASSERT_EQ(updates().size(), 1U);
    EXPECT_EQ(updates()[0].address(), "east of the school");
    change([](api::Incident& i) { i.set_address("east of the school"); });
    emit desk_->ticked();
    EXPECT_EQ(updates().size(), 1U);
    EXPECT_FALSE(QFile::exists(draft_));
}

TEST_F(IncidentForm, AnEditThatIsRefusedStaysAndGoesAgainWhenAPersonSendsIt) {
    type("Address", "east of the school");
    leaveFields();
    refuse(sent(api::ClientFrame::kUpdateIncident).at(0).first, Code::version_stale);
    change([](api::Incident& i) { i.set_address("west of the school"); });
    emit desk_->ticked();
    EXPECT_EQ(field("Address")->text(), QStringLiteral("east of the school"));
    EXPECT_EQ(updates().size(), 1U) << "he has not read what the centre has";
    field("Address")->setFocus();
    leaveFields();
    ASSERT_EQ(updates().size(), 2U);
    EXPECT_EQ(updates()[1].address(), "east of the school");
    EXPECT_EQ(updates()[1].version(), 2U);
}

TEST_F(IncidentForm, AnAddressThatIsLongerThanItsFieldIsNotSentBackCut) {
    change([](api::Incident& i) { i.set_address(std::string(300, 'a')); });
    leaveFields();
    choose("Level", Qt::Key_3);
    emit desk_->ticked();
    ASSERT_EQ(updates().size(), 1U);
    EXPECT_EQ(updates()[0].address(), "");
}

TEST_F(IncidentForm, AFieldThatIsEmptiedTakesWhatTheCentreHas) {
    type("Address", "east of the school");
    leaveFields();
    refuse(sent(api::ClientFrame::kUpdateIncident).at(0).first, Code::version_stale);
    change([](api::Incident& i) { i.set_address("west of the school"); });
    type("Address", "");
    leaveFields();
    emit desk_->stateChanged();
    EXPECT_EQ(field("Address")->text(), QStringLiteral("west of the school"));
    EXPECT_EQ(updates().size(), 1U);
}

TEST_F(IncidentForm, ARequestWithoutAnAnswerIsNotRepeatedAtOnce) {
    type("Address", "east of the school");
    leaveFields();
    refuse(sent(api::ClientFrame::kUpdateIncident).at(0).first, Code::timeout);
    emit desk_->ticked();
    EXPECT_EQ(updates().size(), 1U);
    clock_.advance(std::chrono::seconds{5});
    emit desk_->ticked();
    EXPECT_EQ(updates().size(), 2U);
    EXPECT_EQ(field("Address")->text(), QStringLiteral("east of the school"));
}

TEST_F(IncidentForm, AnUnsentEditIsKeptWhileAnotherCaseIsShownAndSentFromThere) {
    feed_.link(LinkChange::State::down, 1);
    settle();
    type("Address", "east of the school");
    leaveFields();
    desk_->selectIncident(10);
    EXPECT_EQ(field("Address")->text(), QStringLiteral("泓芝驿镇 寨里村"));
    desk_->selectIncident(11);
    EXPECT_EQ(field("Address")->text(), QStringLiteral("east of the school"));
    QTest::keyClick(window_.get(), Qt::Key_F2);
    EXPECT_EQ(field("Address")->text(), QString{});
    feed_.link(LinkChange::State::up);
    settle();
    emit desk_->ticked();
    ASSERT_EQ(updates().size(), 1U);
    EXPECT_EQ(updates()[0].incident_id(), 11);
    EXPECT_EQ(updates()[0].address(), "east of the school");
}

TEST_F(IncidentForm, F6SendsWhatIsBeingWrittenAndTheFormFollows) {
    desk_->selectIncident(10);
    type("Complaint", "fall, back pain");
    QTest::keyClick(window_.get(), Qt::Key_F6);
    settle();
    ASSERT_EQ(desk_->state().selected_incident(), 11);
    EXPECT_EQ(window_->callForm().shownCase(), 11);
    EXPECT_EQ(field("Address")->text(), QStringLiteral("冯村乡 杨家卓村 小学西 300 m 路北"));
    emit desk_->ticked();
    ASSERT_EQ(updates().size(), 1U) << "once";
    EXPECT_EQ(updates()[0].incident_id(), 10);
    EXPECT_EQ(updates()[0].complaint(), "fall, back pain");
}

// Half of a word may stand there: nobody but a person sends it.
TEST_F(IncidentForm, AnEditOutlivesACrashAndIsSentByAPerson) {
    type("Address", "east of the sch");
    ASSERT_TRUE(QTest::qWaitFor([&] {
        QFile file{draft_};
        return file.open(QIODevice::ReadOnly) && file.readAll().contains("edits");
    }));
    field("Address")->blockSignals(true); // killed: it leaves no field
    window_ = std::make_unique<MainWindow>(*desk_, nullptr, nullptr, draft_);
    window_->show();
    ASSERT_TRUE(QTest::qWaitForWindowActive(window_.get()));
    emit desk_->ticked();
    emit desk_->stateChanged();
    EXPECT_EQ(field("Address")->text(), QStringLiteral("east of the sch"));
    EXPECT_TRUE(updates().empty());
    type("Address", "east of the school");
    leaveFields();
    ASSERT_EQ(updates().size(), 1U);
    EXPECT_EQ(updates()[0].address(), "east of the school");
}

TEST_F(IncidentForm, WhatIsWrittenBeforeTheAnswerIsAChangeOfTheCase) {
    writeCall();
    window_->callForm().submit();
    type("Complaint", "chest pain, cold sweat");
    leaveFields();
    open(calls().at(0).first, 35);
    EXPECT_TRUE(updates().empty());
    api::ServerFrame frame;
    frame.mutable_delta()->set_seq(++feed_.seq);
    auto* i = frame.mutable_delta()->add_incidents();
    i->set_id(35);
    i->set_version(1);
    i->set_state("open");
    i->set_level(1);
    i->set_complaint("chest pain");
    i->set_address("somewhere");
    *i->mutable_place() = calls()[0].second.new_call().place();
    feed_.push(frame);
    settle();
    ASSERT_EQ(updates().size(), 1U);
    EXPECT_EQ(updates()[0].complaint(), "chest pain, cold sweat");
    EXPECT_EQ(updates()[0].address(), "");
}

} // namespace
} // namespace ems::console
