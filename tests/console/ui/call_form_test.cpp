// What the call form does with a call until the server has it, and with an incident afterwards.
#include "tests/console/ui/desk_fixture.h"

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

TEST_F(CallFormKeys, TheFormUnderWayIsNotLeftBeforeItsAnswer) {
    writeCall();
    window_->callForm().submit();
    QTest::keyClick(window_.get(), Qt::Key_F2);
    EXPECT_EQ(field("Complaint")->text(), QStringLiteral("chest pain"));
}

// Another desk, or the crew, changed incident 11.
class IncidentForm : public CallFormKeys {
  protected:
    void SetUp() override {
        CallFormKeys::SetUp();
        desk_->selectIncident(11);
        settle();
    }
    void change(const std::function<void(api::Incident&)>& how) {
        auto* incident = feed_.world.mutable_incidents(1);
        how(*incident);
        incident->set_version(incident->version() + 1);
        api::ServerFrame frame;
        frame.mutable_delta()->set_seq(++feed_.seq);
        *frame.mutable_delta()->add_incidents() = *incident;
        feed_.push(frame);
        settle();
    }
    std::vector<api::UpdateIncident> updates() const {
        std::vector<api::UpdateIncident> out;
        for (const auto& [request, frame] : sent(api::ClientFrame::kUpdateIncident)) {
            out.push_back(frame.update_incident());
        }
        return out;
    }
    void leaveFields() { window_->callForm().setFocus(); }
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

TEST_F(IncidentForm, SexAndAgeCannotBeChanged) {
    EXPECT_TRUE(field("Age")->isReadOnly());
    choose("Sex", Qt::Key_2);
    for (auto* s : window_->findChildren<SegmentField*>()) {
        EXPECT_TRUE(s->accessibleName() != QStringLiteral("Sex") || s->value() == 1);
    }
    QTest::keyClick(window_.get(), Qt::Key_F2);
    EXPECT_FALSE(field("Age")->isReadOnly());
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

// A county of three names under the window.
class CallFormPlaces : public CallFormKeys {
  protected:
    void SetUp() override {
        CallFormKeys::SetUp();
        map::NameTable table;
        for (const auto& [c, syllable] : {std::pair{U'冯', "feng"}, std::pair{U'封', "feng"}, std::pair{U'村', "cun"},
                                          std::pair{U'乡', "xiang"}, std::pair{U'张', "zhang"}, std::pair{U'庄', "zhuang"}}) {
            table.han.add_reading(c, syllable);
        }
        add(table, map::NameKind::town, "冯村乡", "盐湖区", 351650000);
        add(table, map::NameKind::village, "张庄", "冯村乡", 351700000);
        add(table, map::NameKind::village, "张庄", "解州镇", 349000000);
        gazetteer_ = std::make_unique<map::Gazetteer>(std::move(table));
        search_ = std::make_unique<PlaceSearch>(*gazetteer_);
        window_->setPlaceSearch(search_.get());
        QTest::keyClick(window_.get(), Qt::Key_F2);
    }
    void TearDown() override { window_.reset(); }
    static void add(map::NameTable& table, map::NameKind kind, const char* name, const char* within, std::int32_t lat_e7) {
        map::Feature f;
        f.kind = kind;
        f.name = name;
        f.within = within;
        f.at = {lat_e7, 1109800000};
        table.features.push_back(std::move(f));
    }
    // As an input method commits it.
    void compose(const char* text) {
        field("Address")->setFocus();
        QInputMethodEvent event;
        event.setCommitString(QString::fromUtf8(text));
        QCoreApplication::sendEvent(field("Address"), &event);
    }
    PlaceList* list() { return window_->findChild<PlaceList*>(); }
    // What the form would send as the call's place.
    std::int32_t latOfCall() {
        type("Complaint", "chest pain");
        choose("Level", Qt::Key_1);
        window_->callForm().submit();
        return calls().empty() ? 0 : calls().back().second.new_call().place().lat_e7();
    }
    std::unique_ptr<map::Gazetteer> gazetteer_;
    std::unique_ptr<PlaceSearch> search_;
};

TEST_F(CallFormPlaces, TypingShowsCandidatesAndEnterTakesTheChosenOne) {
    type("Address", "zz");
    ASSERT_TRUE(list()->isVisible());
    ASSERT_EQ(list()->candidates().size(), 2U);
    QTest::keyClick(field("Address"), Qt::Key_Down);
    const std::string chosen = address_of(*list()->chosen());
    QTest::keyClick(field("Address"), Qt::Key_Return);
    EXPECT_FALSE(list()->isVisible());
    EXPECT_EQ(field("Address")->text().toStdString(), chosen);
    EXPECT_TRUE(field("Address")->hasFocus());
    EXPECT_EQ(latOfCall(), chosen == "冯村乡张庄" ? 351700000 : 349000000);
}

TEST_F(CallFormPlaces, AChosenPlaceStaysWhateverFollowsItsName) {
    type("Address", "zhangzhuang");
    if (list()->chosen()->within != "解州镇") {
        QTest::keyClick(field("Address"), Qt::Key_Down);
    }
    ASSERT_EQ(list()->chosen()->within, "解州镇");
    QTest::keyClick(field("Address"), Qt::Key_Enter);
    compose("三组，冯村乡人");
    EXPECT_EQ(latOfCall(), 349000000);
}

TEST_F(CallFormPlaces, AVillageBehindAChosenTownshipIsTheCallsPlace) {
    compose("冯村乡");
    ASSERT_EQ(list()->chosen()->name, "冯村乡");
    QTest::keyClick(field("Address"), Qt::Key_Return);
    compose("张庄三组");
    EXPECT_EQ(field("Address")->text(), QStringLiteral("冯村乡张庄三组"));
    EXPECT_EQ(latOfCall(), 351700000);
}

TEST_F(CallFormPlaces, TakingAPlaceKeepsWhatWasTypedBehindItsName) {
    compose("张庄小学东门");
    ASSERT_TRUE(list()->isVisible());
    const std::string chosen = address_of(*list()->chosen());
    QTest::keyClick(field("Address"), Qt::Key_Return);
    EXPECT_EQ(field("Address")->text().toStdString(), chosen + "小学东门");
}

TEST_F(CallFormPlaces, EscapeClosesTheListAndKeepsTextAndFocus) {
    type("Address", "fengcun");
    ASSERT_TRUE(list()->isVisible());
    QTest::keyClick(field("Address"), Qt::Key_Escape);
    EXPECT_FALSE(list()->isVisible());
    EXPECT_TRUE(field("Address")->hasFocus());
    EXPECT_EQ(field("Address")->text(), QStringLiteral("fengcun"));
}

TEST_F(CallFormPlaces, TheListGoesWithTheFocusAndNeverHasIt) {
    compose("封村");
    ASSERT_TRUE(list()->isVisible());
    EXPECT_FALSE(list()->hasFocus());
    EXPECT_NE(PlaceList::rowText(*list()->chosen()).indexOf(QStringLiteral("sounds alike")), -1);
    field("Complaint")->setFocus();
    EXPECT_FALSE(list()->isVisible());
}

TEST_F(CallFormPlaces, AVillageWrittenBehindItsTownshipIsFoundAndNotTheSeat) {
    compose("冯村乡张庄三组");
    EXPECT_EQ(latOfCall(), 351700000);
}

TEST_F(CallFormPlaces, AnAddressWrittenOutIsFoundAsItsFieldIsLeft) {
    compose("解州镇张庄三组");
    EXPECT_EQ(latOfCall(), 349000000);
}

} // namespace
} // namespace ems::console
