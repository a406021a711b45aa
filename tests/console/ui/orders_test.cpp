// Orders by keyboard: the command line, the boards that begin its lines, one more unit, what the map asks for.
#include "console/model/place_search.h"
#include "console/theme/time_text.h"
#include "console/widgets/map_view.h"
#include "console/widgets/order_words.h"
#include "console/widgets/timeline_view.h"
#include "console/widgets/unit_board.h"
#include "console/widgets/words.h"
#include "map/gazetteer/gazetteer.h"
#include "telemetry/base/error.h"
#include "tests/console/ui/desk_fixture.h"
#include "tests/console/ui/text_probe.h"

#include <algorithm>

#include <QInputMethodEvent>

namespace ems::console {
namespace {

// Letters as keys, characters as an input method commits them.
void enter_text(QWidget* into, const QString& text) {
    for (const QChar c : text) {
        if (c.unicode() < 0x80) {
            QTest::keyClick(into, c.toLatin1());
        } else {
            QInputMethodEvent event;
            event.setCommitString(QString{c});
            QCoreApplication::sendEvent(into, &event);
        }
    }
}

class Orders : public DeskTest {
  protected:
    void SetUp() override {
        DeskTest::SetUp();
        connectAll();
        desk_->selectIncident(11);
        settle();
    }
    const api::ClientFrame* last(api::ClientFrame::BodyCase body) const {
        const auto found = std::find_if(feed_.sent.rbegin(), feed_.sent.rend(),
                                        [&](const api::ClientFrame& f) { return f.body_case() == body; });
        return found == feed_.sent.rend() ? nullptr : &*found;
    }
    QLineEdit* line() { return window_->findChild<QLineEdit*>(QStringLiteral("commandLine")); }
    CommandBar& bar() { return window_->commandBar(); }
    void write(const char* text) {
        QTest::keyClick(window_.get(), Qt::Key_F10);
        enter_text(line(), QString::fromUtf8(text));
    }
    void enter() {
        QTest::keyClick(line(), Qt::Key_Return);
        settle();
    }
    // Of the last request that was sent.
    void answer(api::ServerFrame frame) {
        frame.set_reply_to(feed_.sent.size());
        feed_.push(std::move(frame));
        settle();
    }
    void delta(const std::function<void(api::Delta&)>& fill) {
        api::ServerFrame frame;
        frame.mutable_delta()->set_seq(++feed_.seq);
        fill(*frame.mutable_delta());
        feed_.push(std::move(frame));
        settle();
    }
};

TEST_F(Orders, ALineSaysWhatItWillDoAndEnterSendsExactlyThat) {
    write("P zx01 34");
    ASSERT_TRUE(bar().parsed().can_run());
    EXPECT_EQ(bar().echo(), OrderWords::echo(desk_->state(), *bar().parsed().frame));
    enter();
    const auto* sent = last(api::ClientFrame::kAssign);
    ASSERT_NE(sent, nullptr);
    EXPECT_EQ(sent->assign().unit_id(), 1);
    EXPECT_EQ(sent->assign().incident_id(), 11);
    EXPECT_TRUE(line()->text().isEmpty());
}

TEST_F(Orders, ALineThatChangedUnderTheHandIsRefusedOnce) {
    feed_.recommendation(clock_.utc_us());
    settle();
    write("P zx01 34");
    api::ServerFrame renewed;
    *renewed.mutable_recommendation() = *desk_->state().recommendation(11);
    renewed.mutable_recommendation()->set_id(8);
    feed_.push(renewed);
    settle();
    enter();
    EXPECT_EQ(last(api::ClientFrame::kAssign), nullptr);
    enter();
    ASSERT_NE(last(api::ClientFrame::kAssign), nullptr);
    EXPECT_EQ(last(api::ClientFrame::kAssign)->assign().recommendation_id(), 8);
}

// While it cannot be done nobody reads what it would do; what comes back may be another order.
TEST_F(Orders, ALineThatCouldNotBeDoneInBetweenIsRefusedOnceWhenItComesBackChanged) {
    feed_.recommendation(clock_.utc_us());
    settle();
    write("P zx01 34");
    ASSERT_TRUE(bar().parsed().can_run());
    const auto turn = [&](ems::wire::UnitState state) {
        delta([&](api::Delta& d) {
            *d.add_units() = *desk_->state().unit(1);
            d.mutable_units(0)->set_state(state);
            d.mutable_units(0)->set_version(d.units(0).version() + 1);
        });
    };
    turn(ems::wire::UNIT_OUT_OF_SERVICE);
    ASSERT_FALSE(bar().parsed().can_run());
    api::ServerFrame renewed;
    *renewed.mutable_recommendation() = *desk_->state().recommendation(11);
    renewed.mutable_recommendation()->set_id(8);
    feed_.push(renewed);
    turn(ems::wire::UNIT_AVAILABLE);
    ASSERT_TRUE(bar().parsed().can_run());
    enter();
    EXPECT_EQ(last(api::ClientFrame::kAssign), nullptr);
    enter();
    EXPECT_NE(last(api::ClientFrame::kAssign), nullptr);
}

TEST_F(Orders, AnAlarmIsPutAwayByWhatItWasNotByTheNumberThatItsLineBears) {
    feed_.alarm(4, "gnss_lost", ems::wire::Alarm::MEDIUM, clock_.utc_us());
    settle();
    write("GQ 1 10 tunnel");
    ASSERT_TRUE(bar().parsed().can_run());
    clock_.advance(std::chrono::seconds{1});
    feed_.alarm(3, "spo2_low", ems::wire::Alarm::MEDIUM, clock_.utc_us()); // newer: it is number 1 now
    settle();
    ASSERT_EQ(desk_->state().alarms().entries().front().code, "spo2_low");
    enter();
    for (const AlarmEntry& alarm : desk_->state().alarms().entries()) {
        EXPECT_FALSE(AlarmList::is_shelved(alarm, desk_->shownUs())) << alarm.code;
    }
    write("GQ 2 10 tunnel");
    enter();
    EXPECT_TRUE(AlarmList::is_shelved(*desk_->state().alarms().find("u4:gnss_lost"), desk_->shownUs()));
}

TEST_F(Orders, ALineThatCannotBeSaysWhyAndSendsNothing) {
    const std::size_t before = feed_.sent.size();
    write("P fc01 34");
    EXPECT_TRUE(bar().echo().contains(QStringLiteral("0033")));
    enter();
    EXPECT_EQ(feed_.sent.size(), before);
    EXPECT_EQ(line()->text(), QStringLiteral("P fc01 34"));
}

TEST_F(Orders, TheServersRefusalIsToldWithTheOrder) {
    write("HZ xz01");
    const QString echo = bar().echo();
    enter();
    QString told;
    QObject::connect(desk_.get(), &Desk::orderRefused, desk_.get(),
                     [&](const QString& what, const QString& why) { told = what + why; });
    api::ServerFrame frame;
    frame.mutable_error()->set_code(610);
    frame.mutable_error()->set_text_en("The unit is not available");
    frame.mutable_error()->set_text_zh("The unit is not available");
    frame.mutable_error()->set_detail("at_scene");
    answer(frame);
    EXPECT_EQ(told, echo + QStringLiteral("The unit is not available · at_scene"));
}

TEST_F(Orders, InChineseARefusalIsToldWithoutEnglish) {
    const QLocale before;
    QLocale::setDefault(QLocale{QLocale::Chinese});
    write("HZ xz01");
    const QString echo = bar().echo();
    enter();
    QString told;
    QObject::connect(desk_.get(), &Desk::orderRefused, desk_.get(),
                     [&](const QString& what, const QString& why) { told = what + why; });
    api::ServerFrame frame;
    frame.mutable_error()->set_code(650);
    frame.mutable_error()->set_text_en("A reason is needed");
    frame.mutable_error()->set_text_zh("须填写原因");
    frame.mutable_error()->set_detail("reason");
    answer(frame);
    QLocale::setDefault(before);
    EXPECT_EQ(told, echo + QStringLiteral("须填写原因"));
}

TEST_F(Orders, TabCompletesAndUpBringsTheLineBack) {
    write("HZ 席");
    QTest::keyClick(line(), Qt::Key_Tab);
    EXPECT_EQ(line()->text(), QStringLiteral("HZ 席张01 "));
    enter();
    QTest::keyClick(line(), Qt::Key_Up);
    EXPECT_EQ(line()->text(), QStringLiteral("HZ 席张01 "));
}

TEST_F(Orders, EscapeLeavesTheLineAndKeepsItsText) {
    write("P zx");
    QTest::keyClick(line(), Qt::Key_Escape);
    EXPECT_EQ(line()->text(), QStringLiteral("P zx"));
}

TEST_F(Orders, ACaseThatWantsTwoUnitsIsGivenASecondWithF4) {
    feed_.recommendation(clock_.utc_us());
    feed_.unit_state(1, ems::wire::UNIT_ASSIGNED, clock_.utc_us());
    settle();
    EXPECT_FALSE(window_->canDispatch());
    delta([&](api::Delta& d) {
        auto* incident = feed_.world.mutable_incidents(1);
        incident->set_units_wanted(2);
        incident->set_version(incident->version() + 1);
        *d.add_incidents() = *incident;
    });
    QTest::keyClick(window_.get(), Qt::Key_2);
    EXPECT_TRUE(window_->canDispatch());
}

TEST_F(Orders, ShiftF4BeginsTheLineThatSendsOneMoreThanTheCaseWants) {
    feed_.recommendation(clock_.utc_us());
    feed_.unit_state(1, ems::wire::UNIT_ASSIGNED, clock_.utc_us());
    settle();
    QTest::keyClick(window_.get(), Qt::Key_2);
    QTest::keyClick(window_.get(), Qt::Key_F4, Qt::ShiftModifier);
    EXPECT_EQ(last(api::ClientFrame::kAssign), nullptr) << "nothing goes that nobody has read";
    EXPECT_TRUE(line()->text().startsWith(QStringLiteral("ZP ")));
    enter();
    const auto* sent = last(api::ClientFrame::kAssign);
    ASSERT_NE(sent, nullptr);
    EXPECT_TRUE(sent->assign().additional());
    EXPECT_EQ(sent->assign().unit_id(), 3);
}

TEST_F(Orders, ALetterOnTheUnitBoardBeginsTheLineOfThatUnit) {
    QTest::keyClick(window_.get(), Qt::Key_F7);
    auto* board = window_->findChild<UnitBoard*>();
    QTest::keyClick(board, Qt::Key_End); // on its task
    QTest::keyClick(board, Qt::Key_C);
    EXPECT_EQ(line()->text(), QStringLiteral("CX 冯村01 "));
    EXPECT_TRUE(line()->hasFocus());
    QTest::keyClicks(line(), QStringLiteral("1"));
    enter();
    const auto* sent = last(api::ClientFrame::kCancelAssignment);
    ASSERT_NE(sent, nullptr);
    EXPECT_EQ(sent->cancel_assignment().assignment_id(), 100);
    EXPECT_FALSE(sent->cancel_assignment().reason().empty());
}

TEST_F(Orders, YOnTheUnitBoardConfirmsWhatTheFenceSuggests) {
    delta([](api::Delta& d) {
        auto* p = d.add_proposals();
        p->set_id(5);
        p->set_unit_id(4);
        p->set_state(ems::wire::UNIT_TRANSPORTING);
        p->set_outcome("open");
    });
    QTest::keyClick(window_.get(), Qt::Key_F7);
    auto* board = window_->findChild<UnitBoard*>();
    QTest::keyClick(board, Qt::Key_End);
    QTest::keyClick(board, Qt::Key_Y);
    enter();
    const auto* sent = last(api::ClientFrame::kAnswerProposal);
    ASSERT_NE(sent, nullptr);
    EXPECT_EQ(sent->answer_proposal().proposal_id(), 5);
    EXPECT_TRUE(sent->answer_proposal().confirm());
}

// A board as wide as on a screen of 1920 pixels.
class UnitBoardAt1920 : public Orders {
  protected:
    QString painted(int width = 570) {
        UnitBoard board{*desk_};
        board.resize(width, 300);
        return painted_texts(board).join(QLatin1Char('|'));
    }
};

TEST_F(UnitBoardAt1920, WhatAFenceSuggestsStandsWholeWithItsTimeAndIsSpokenWithIt) {
    const std::int64_t at_us = clock_.utc_us() - 20'000'000;
    delta([&](api::Delta& d) {
        auto* p = d.add_proposals();
        p->set_id(5);
        p->set_unit_id(4);
        p->set_state(ems::wire::UNIT_TRANSPORTING);
        p->set_at_us(at_us);
        p->set_outcome("open");
    });
    const QString time = qs(clock_text(at_us)).left(5);
    EXPECT_TRUE(painted().contains(QLatin1Char('|') + Words::suggested(ems::wire::UNIT_TRANSPORTING) + QStringLiteral("? Y N|") + time))
        << painted().toStdString();
    auto* board = window_->findChild<UnitBoard*>();
    EXPECT_TRUE(board->spokenPart(board->spokenCount() - 1).text.contains(time + QStringLiteral("? Y N")));
}

TEST_F(UnitBoardAt1920, AnAddressThatHasNoRoomStandsWithoutItsTownship) {
    delta([&](api::Delta& d) {
        *d.add_incidents() = *desk_->state().incident(10);
        d.mutable_incidents(0)->set_address("解州镇 郊斜村 三组");
        d.mutable_incidents(0)->set_version(d.incidents(0).version() + 1);
    });
    EXPECT_TRUE(painted().contains(QStringLiteral("|郊斜村 三组|"))) << painted().toStdString();
    EXPECT_TRUE(painted(700).contains(QStringLiteral("解州镇 郊斜村 三组"))) << "where there is room";
}

TEST_F(Orders, EnterOnAStageBeginsItsCorrection) {
    QTest::keyClick(window_.get(), Qt::Key_F9);
    auto* timeline = window_->findChild<QWidget*>(QStringLiteral("dockTimeline"))->findChild<TimelineView*>();
    ASSERT_TRUE(timeline->hasFocus());
    QTest::keyClick(timeline, Qt::Key_Right);
    QTest::keyClick(timeline, Qt::Key_Right);
    QTest::keyClick(timeline, Qt::Key_Return);
    EXPECT_TRUE(line()->text().startsWith(QStringLiteral("GS 0034 ")));
    QTest::keyClicks(line(), QStringLiteral("1"));
    enter();
    const auto* sent = last(api::ClientFrame::kCorrectStamp);
    ASSERT_NE(sent, nullptr);
    EXPECT_EQ(sent->correct_stamp().event(), "answered");
    EXPECT_EQ(sent->correct_stamp().assignment_id(), 0);
}

TEST_F(Orders, TheMapAsksForTheShadingWhenTheCoverageChanges) {
    delta([this](api::Delta& d) { d.mutable_coverage()->set_computed_us(clock_.utc_us()); });
    const auto* asked = last(api::ClientFrame::kGetIsochrones);
    ASSERT_NE(asked, nullptr);
    EXPECT_EQ(asked->get_isochrones().from(), "fleet");
    api::ServerFrame frame;
    auto* area = frame.mutable_isochrones()->add_areas()->add_polygons()->mutable_outer();
    for (const auto& [lat, lon] : {std::pair{35.0, 110.9}, std::pair{35.0, 111.1}, std::pair{35.2, 111.0}}) {
        auto* p = area->add_points();
        p->set_lat_e7(static_cast<std::int32_t>(lat * 1e7));
        p->set_lon_e7(static_cast<std::int32_t>(lon * 1e7));
    }
    frame.mutable_isochrones()->set_computed_us(clock_.utc_us());
    answer(frame);
    EXPECT_EQ(window_->mapView().overlay().shade, Shade::uncovered);
    ASSERT_EQ(window_->mapView().overlay().covered.size(), 1U);
}

TEST_F(Orders, AQuestionThatIsRefusedLeavesTheShadingToBeAskedForAgainAndSaysNothing) {
    delta([this](api::Delta& d) { d.mutable_coverage()->set_computed_us(clock_.utc_us()); });
    ASSERT_NE(last(api::ClientFrame::kGetIsochrones), nullptr);
    write("P zx01 34");
    api::ServerFrame refused;
    refused.mutable_error()->set_code(static_cast<std::uint32_t>(Code::timeout));
    refused.mutable_error()->set_text_en("No answer in time");
    for (auto& frame : feed_.sent) {
        refused.set_reply_to(frame.has_get_isochrones() ? static_cast<std::uint64_t>(&frame - feed_.sent.data()) + 1
                                                        : refused.reply_to());
    }
    feed_.push(refused);
    settle();
    bar().grab();
    EXPECT_EQ(bar().painted(), bar().echo());
    const auto asked = [&] {
        return std::count_if(feed_.sent.begin(), feed_.sent.end(),
                             [](const api::ClientFrame& f) { return f.has_get_isochrones(); });
    };
    const auto before = asked();
    clock_.advance(std::chrono::seconds{6});
    emit desk_->stateChanged();
    EXPECT_EQ(asked(), before + 1);
}

TEST_F(Orders, AShadingThatIsOldAndOfAnotherCoverageIsNotShown) {
    delta([this](api::Delta& d) { d.mutable_coverage()->set_computed_us(clock_.utc_us()); });
    api::ServerFrame frame;
    frame.mutable_isochrones()->set_computed_us(clock_.utc_us());
    answer(frame);
    ASSERT_EQ(window_->mapView().overlay().shade, Shade::uncovered);
    clock_.advance(std::chrono::seconds{61});
    emit desk_->stateChanged();
    EXPECT_EQ(window_->mapView().overlay().shade, Shade::uncovered) << "nothing has changed since";
    delta([this](api::Delta& d) { d.mutable_coverage()->set_computed_us(clock_.utc_us()); });
    EXPECT_NE(window_->mapView().overlay().shade, Shade::uncovered);
}

TEST_F(Orders, ADoubleClickOnTheMapMovesARunningCaseOnlyByALine) {
    auto& map = window_->mapView();
    QTest::mouseDClick(&map, Qt::LeftButton, {}, QPoint{map.width() / 2, map.height() / 2});
    settle();
    EXPECT_EQ(last(api::ClientFrame::kUpdateIncident), nullptr);
    ASSERT_TRUE(bar().parsed().can_run()) << bar().echo().toStdString();
    enter();
    const auto* sent = last(api::ClientFrame::kUpdateIncident);
    ASSERT_NE(sent, nullptr);
    EXPECT_EQ(sent->update_incident().incident_id(), 11);
    EXPECT_TRUE(sent->update_incident().has_place());
    QTest::keyClick(window_.get(), Qt::Key_F2);
    QTest::mouseDClick(&map, Qt::LeftButton, {}, QPoint{map.width() / 3, map.height() / 3});
    EXPECT_TRUE(line()->text().isEmpty()) << "of a call that is being taken it is the place";
}

TEST_F(Orders, WhatEnterWillDoStandsThereWhateverWasSaid) {
    write("P zx01 34");
    ASSERT_TRUE(bar().parsed().can_run());
    bar().say(QStringLiteral("Refused: the one before"));
    bar().grab();
    EXPECT_EQ(bar().painted(), bar().echo());
}

TEST_F(Orders, ARoadDrawnByKeysIsClosedByItsLine) {
    auto& map = window_->mapView();
    map.setFocus();
    QTest::keyClick(&map, Qt::Key_L);
    QTest::keyClick(&map, Qt::Key_Space);
    QTest::keyClick(&map, Qt::Key_Right);
    QTest::keyClick(&map, Qt::Key_Space);
    QTest::keyClick(&map, Qt::Key_Return);
    EXPECT_TRUE(line()->hasFocus());
    QTest::keyClicks(line(), QStringLiteral("- 1"));
    enter();
    const auto* sent = last(api::ClientFrame::kCloseRoad);
    ASSERT_NE(sent, nullptr);
    EXPECT_EQ(sent->close_road().condition().points_size(), 2);
    EXPECT_EQ(sent->close_road().condition().place(), "stretch");
    EXPECT_EQ(sent->close_road().condition().until_us(), 0);
}

TEST_F(Orders, TheWayOfARunningUnitIsAskedForOnceItDrives) {
    feed_.unit_state(1, ems::wire::UNIT_ACKNOWLEDGED, clock_.utc_us());
    settle();
    EXPECT_EQ(last(api::ClientFrame::kGetRoute), nullptr);
    feed_.unit_state(1, ems::wire::UNIT_EN_ROUTE, clock_.utc_us());
    settle();
    const auto* asked = last(api::ClientFrame::kGetRoute);
    ASSERT_NE(asked, nullptr);
    EXPECT_EQ(asked->get_route().from_unit_id(), 1);
    EXPECT_EQ(asked->get_route().to_incident_id(), 11);
}

TEST_F(Orders, TheWayIsAskedForAnewAsSoonAsTheUnitHasAnother) {
    feed_.unit_state(1, ems::wire::UNIT_EN_ROUTE, clock_.utc_us());
    settle();
    const auto asked = [this] {
        return std::count_if(feed_.sent.begin(), feed_.sent.end(), [](const api::ClientFrame& f) {
            return f.body_case() == api::ClientFrame::kGetRoute;
        });
    };
    ASSERT_EQ(asked(), 1);
    const auto tell = [&](std::int64_t way_us) {
        delta([&](api::Delta& d) {
            *d.add_assignments() = *desk_->state().task_of(1);
            d.mutable_assignments(0)->set_way_since_us(way_us);
        });
    };
    tell(clock_.utc_us());
    EXPECT_EQ(asked(), 2);
    tell(clock_.utc_us());
    EXPECT_EQ(asked(), 2) << "the same way, expected at another time";
}

// From the ringing telephone to the order, with the keyboard alone: every key that is not text counts.
TEST_F(Orders, ACallIsDispatchedInFewKeystrokes) {
    map::NameTable table;
    for (const auto& [c, syllable] : {std::pair{U'张', "zhang"}, std::pair{U'庄', "zhuang"}}) {
        table.han.add_reading(c, syllable);
    }
    map::Feature village;
    village.kind = map::NameKind::village;
    village.name = "张庄";
    village.at = {351700000, 1109800000};
    table.features.push_back(village);
    const map::Gazetteer gazetteer{std::move(table)};
    const PlaceSearch search{gazetteer};
    window_->setPlaceSearch(&search);
    int keys = 0;
    const auto press = [&](Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
        ++keys;
        QWidget* focus = QApplication::focusWidget();
        QTest::keyClick(focus == nullptr ? window_.get() : focus, key, modifiers);
    };
    const auto text = [&](const char* what) { enter_text(QApplication::focusWidget(), QString::fromUtf8(what)); };
    const auto to = [&](const char* name) {
        for (int i = 0; i < 8 && QApplication::focusWidget()->accessibleName() != QLatin1String(name); ++i) {
            press(Qt::Key_Tab);
        }
    };
    press(Qt::Key_F2);
    text("13900003462");
    to("Address");
    text("zz");
    press(Qt::Key_Return); // the candidate
    to("Sex");
    press(Qt::Key_1);
    to("Age");
    text("58");
    to("Complaint");
    text("胸痛");
    to("Level");
    press(Qt::Key_1);
    press(Qt::Key_Return, Qt::ControlModifier);
    settle();
    const auto* call = last(api::ClientFrame::kNewCall);
    ASSERT_NE(call, nullptr);
    EXPECT_EQ(call->new_call().age_years(), 58U);
    api::ServerFrame opened;
    opened.set_reply_to(feed_.sent.size());
    opened.mutable_new_call_ok()->set_incident_id(12);
    opened.mutable_new_call_ok()->set_number("0035");
    auto* list = opened.mutable_new_call_ok()->mutable_recommendation();
    list->set_id(9);
    list->set_incident_id(12);
    list->add_candidates()->set_rank(1);
    list->mutable_candidates(0)->set_unit_id(1);
    delta([](api::Delta& d) {
        auto* i = d.add_incidents();
        i->set_id(12);
        i->set_number("0035");
        i->set_level(1);
        i->set_state("open");
    });
    feed_.push(opened);
    settle();
    press(Qt::Key_F4);
    settle();
    ASSERT_NE(last(api::ClientFrame::kAssign), nullptr);
    EXPECT_EQ(last(api::ClientFrame::kAssign)->assign().incident_id(), 12);
    std::printf("keystrokes_call_to_dispatch %d\n", keys);
    EXPECT_LE(keys, 25);
    window_.reset();
}

} // namespace
} // namespace ems::console
