// What a dispatcher does besides sending the first of the list, on a real server and by keys alone.
#include <filesystem>
#include <fstream>

#include "console/theme/time_text.h"
#include "console/widgets/alarm_list_view.h"
#include "console/widgets/identity_shown.h"
#include "console/widgets/map_view.h"
#include "console/widgets/words.h"
#include "map/hierarchy/node_order.h"
#include "tests/console/app/desks_on_server.h"
#include "tests/console/ui/in_dialog.h"
#include "tests/map/ascii_map.h"

namespace ems::console {
namespace {

class OrdersOnServer : public DesksOnServer {
  protected:
    static void SetUpTestSuite() {
        DesksOnServer::SetUpTestSuite();
        postgres_->execute("insert into registry.hospital (region, name, place) values ('140802', 'Kaiyuan', "
                           "st_point(110.95, 35.05)::geography)");
    }
    static void write(Seat& li, const std::string& line) {
        li.press(Qt::Key_F10);
        li.text(line.c_str());
    }
    // The time of day so many hours from now, as it is written in a line.
    static std::string clockIn(int hours, std::int64_t now_us) {
        return clock_text(now_us + hours * 3'600'000'000LL).substr(0, 5);
    }
};

TEST_F(OrdersOnServer, AnotherThanTheFirstIsSentWithItsReason) {
    auto li = seat("dispatcher");
    const std::int64_t incident = openOne(*li);
    li->press(Qt::Key_2);
    ASSERT_NE(li->desk.state().selected_candidate(), nullptr);
    const std::int64_t unit = li->desk.state().selected_candidate()->unit_id();
    EXPECT_EQ(li->desk.state().selected_candidate()->rank(), 2U);
    bool stayed = false;
    in_dialog([&](QDialog& dialog) {
        QTest::keyClick(dialog.focusWidget(), Qt::Key_Return);
        stayed = dialog.isVisible();
        QTest::keyClick(dialog.focusWidget(), Qt::Key_5);
        QTest::keyClick(dialog.focusWidget(), Qt::Key_Return);
    });
    li->press(Qt::Key_F4);
    EXPECT_TRUE(stayed) << "without a reason";
    ASSERT_TRUE(comes([&] { return li->desk.state().unit_of(incident) != nullptr; }));
    EXPECT_EQ(postgres_->value("select unit_id || ' ' || override_reason from dispatch.assignment where incident_id = " +
                               std::to_string(incident)),
              std::to_string(unit) + " keeps a zone covered");
}

TEST_F(OrdersOnServer, ATransferIsPlannedAndPutOff) {
    auto li = seat("dispatcher");
    OtherDesk other{link(), "physician"};
    const std::int64_t now_us = SystemClock{}.utc_us();
    li->take();
    write(*li, "ZY H Kaiyuan " + clockIn(3, now_us) + " dialysis");
    ASSERT_TRUE(li->window.commandBar().parsed().can_run()) << li->window.commandBar().echo().toStdString();
    li->press(Qt::Key_Return);
    const auto transfer = [](const Desk& desk) -> const api::Incident* {
        for (const auto& [id, incident] : desk.state().incidents()) {
            if (incident.kind() == "transfer") {
                return &incident;
            }
        }
        return nullptr;
    };
    ASSERT_TRUE(comes([&] { return transfer(li->desk) != nullptr && transfer(other.desk) != nullptr; }));
    const std::int64_t first_us = transfer(li->desk)->planned_us();
    EXPECT_EQ(transfer(other.desk)->complaint(), "dialysis");
    write(*li, "GY " + transfer(li->desk)->number() + " " + clockIn(4, now_us));
    ASSERT_TRUE(li->window.commandBar().parsed().can_run()) << li->window.commandBar().echo().toStdString();
    li->press(Qt::Key_Return);
    ASSERT_TRUE(comes([&] { return transfer(other.desk)->planned_us() != first_us; }));
    EXPECT_EQ((transfer(other.desk)->planned_us() - first_us) / 60'000'000, 60);
}

TEST_F(OrdersOnServer, AnAlarmIsPutAwayBroughtBackAndAcknowledged) {
    auto li = seat("dispatcher");
    OtherDesk other{link(), "physician"};
    wire::Event body;
    body.mutable_alarm()->set_code("gnss_lost");
    body.mutable_alarm()->set_active(true);
    body.mutable_alarm()->set_technical(true);
    body.mutable_alarm()->set_priority(wire::Alarm::MEDIUM);
    event("amb-2", body, "orders-gnss-1");
    const std::string key = "u2:gnss_lost";
    const auto alarm = [&](const Desk& desk) { return desk.state().alarms().find(key); };
    const auto is_away = [&](const Desk& desk) { return alarm(desk) != nullptr && AlarmList::is_shelved(*alarm(desk), desk.shownUs()); };
    ASSERT_TRUE(comes([&] { return alarm(li->desk) != nullptr && alarm(other.desk) != nullptr; }));
    li->take();
    auto* list = li->window.findChild<AlarmListView*>();
    const auto choose = [&] {
        li->press(Qt::Key_F8, Qt::ShiftModifier);
        li->press(Qt::Key_Home);
        for (int i = 0; i < 20 && list->chosenKey() != key; ++i) {
            li->press(Qt::Key_Down);
        }
        return list->isVisible() && list->chosenKey() == key;
    };
    ASSERT_TRUE(choose());
    li->press(Qt::Key_G);
    li->text("5 known");
    li->press(Qt::Key_Return);
    ASSERT_TRUE(comes([&] { return is_away(li->desk) && is_away(other.desk); }));
    ASSERT_TRUE(choose());
    li->press(Qt::Key_Z);
    ASSERT_TRUE(comes([&] { return !is_away(li->desk) && !is_away(other.desk); }));
    li->press(Qt::Key_Return);
    ASSERT_TRUE(comes([&] { return alarm(other.desk)->state == AlarmState::acknowledged; }));
    EXPECT_EQ(alarm(other.desk)->acknowledged_by, "dispatcher");
    li->press(Qt::Key_Escape);
    EXPECT_FALSE(list->isVisible());
}

TEST_F(OrdersOnServer, TheAlarmsAPhysicianSwitchesOffAreOffAtTheDispatchersDeskWhoCannotSwitchThem) {
    auto li = seat("dispatcher");
    OtherDesk physician{link(), "physician"};
    const std::int64_t incident = sendOne(*li);
    ASSERT_TRUE(comes([&] { return physician.desk.state().unit_of(incident) != nullptr; }));
    const std::int64_t unit = li->desk.state().unit_of(incident)->id();
    const std::int64_t task = li->desk.state().task_of(unit)->id();
    const auto is_off = [&](const Desk& desk) { return desk.state().alarms().switched_off(unit, "spo2") != nullptr; };
    api::ClientFrame off;
    *off.mutable_mark_alarm() = switch_request(AlarmSwitch::off, task, "spo2", "COPD");
    const QSignalSpy refusals{&li->desk, &Desk::orderRefused};
    ASSERT_FALSE(li->desk.order(off, QStringLiteral("spo2")));
    ASSERT_TRUE(comes([&] { return refusals.size() == 1; }));
    EXPECT_FALSE(is_off(li->desk));
    ASSERT_FALSE(physician.desk.order(off, QStringLiteral("spo2")));
    ASSERT_TRUE(comes([&] { return is_off(li->desk) && is_off(physician.desk); }));
    EXPECT_EQ(li->desk.state().alarms().switched_off(unit, "spo2")->by, "physician");
    api::ClientFrame on;
    *on.mutable_mark_alarm() = switch_request(AlarmSwitch::on, task, "spo2", {});
    ASSERT_FALSE(physician.desk.order(on, QStringLiteral("spo2")));
    ASSERT_TRUE(comes([&] { return !is_off(li->desk); }));
}

TEST_F(OrdersOnServer, WhatANeighbourWasAskedIsWrittenFromTheTimelineAndSeenByOthers) {
    auto li = seat("dispatcher");
    OtherDesk other{link(), "physician"};
    const std::int64_t id = openOne(*li);
    ASSERT_TRUE(comes([&] { return other.desk.state().incident(id) != nullptr; }));
    li->press(Qt::Key_F9);
    li->press(Qt::Key_N);
    li->text("Linyi asked");
    ASSERT_TRUE(li->window.commandBar().parsed().can_run()) << li->window.commandBar().echo().toStdString();
    li->press(Qt::Key_Return);
    ASSERT_TRUE(comes([&] { return other.desk.state().incident(id)->neighbours_size() == 1; }));
    EXPECT_EQ(other.desk.state().incident(id)->neighbours(0).name() + " " + other.desk.state().incident(id)->neighbours(0).said(), "Linyi asked");
}

TEST_F(OrdersOnServer, TheCallersNumberIsReadWithAReasonThatTheCaseKeeps) {
    auto li = seat("dispatcher");
    const std::int64_t incident = openOne(*li);
    in_dialog([](QDialog& dialog) {
        QTest::keyClick(dialog.focusWidget(), Qt::Key_2);
        QTest::keyClick(dialog.focusWidget(), Qt::Key_Return);
    });
    li->press(Qt::Key_I, Qt::ControlModifier);
    auto* shown = li->window.findChild<IdentityShown*>();
    ASSERT_TRUE(comes([&] { return shown->isOpen(); })) << li->window.callForm().message().toStdString();
    EXPECT_TRUE(shown->text().startsWith(QStringLiteral("139 0000 3462"))) << shown->text().toStdString();
    EXPECT_EQ(postgres_->value("select actor || ' ' || detail from dispatch.audit where action = 'reveal_identity' and incident_id = " +
                               std::to_string(incident)),
              "dispatcher reason=find the place");
    li->take(); // no window manager gives the desk its keys back after the dialog
    li->press(Qt::Key_I, Qt::ControlModifier);
    EXPECT_FALSE(shown->isOpen());
}

TEST_F(OrdersOnServer, APastCaseIsReplayedMovedThroughAndLeft) {
    auto li = seat("dispatcher");
    sendOne(*li);
    li->press(Qt::Key_H, Qt::ControlModifier);
    ASSERT_TRUE(comes([&] { return li->window.replay() != nullptr && li->window.replay()->player() != nullptr; }));
    ReplayWindow* past = li->window.replay();
    const auto key = [&](Qt::Key which, Qt::KeyboardModifiers modifiers = Qt::NoModifier) { QTest::keyClick(past, which, modifiers); };
    key(Qt::Key_End);
    const std::int64_t end_us = past->player()->atUs();
    EXPECT_EQ(end_us, past->player()->past().to_us());
    key(Qt::Key_Left, Qt::ShiftModifier);
    EXPECT_LT(past->player()->atUs(), end_us);
    key(Qt::Key_Home, Qt::ControlModifier);
    EXPECT_EQ(past->player()->atUs(), past->player()->past().from_us());
    EXPECT_EQ(past->player()->desk().createCall({}, "past"), CallSent::not_connected) << "nothing is ordered in the past";
    key(Qt::Key_Escape);
    ASSERT_TRUE(comes([&] { return li->window.replay() == nullptr; }));
    EXPECT_TRUE(li->desk.takesOrders());
}

TEST_F(OrdersOnServer, ASilentCallIsInTheRecordAsOneThatNobodyServed) {
    auto li = seat("dispatcher");
    li->take();
    li->press(Qt::Key_F2);
    li->text("13900003999");
    in_dialog([](QDialog& dialog) {
        QTest::keyClick(dialog.focusWidget(), Qt::Key_2);
        QTest::keyClick(dialog.focusWidget(), Qt::Key_Return);
    });
    li->press(Qt::Key_N, Qt::ControlModifier);
    const std::string query = "select count(*) from dispatch.incident where state = 'cancelled' and complaint = 'nobody speaks'";
    ASSERT_TRUE(comes([&] { return postgres_->value(query) == "1"; }));
    EXPECT_FALSE(li->window.callForm().holdsNewCall());
    li->take(); // no window manager gives the desk its keys back after the dialog
    li->press(Qt::Key_F2);
    li->text("13900003999");
    li->press(Qt::Key_Tab);
    li->press(Qt::Key_J, Qt::ControlModifier);
    auto* callers = li->window.findChild<CallerList*>();
    ASSERT_TRUE(comes([&] { return callers->isVisible(); })) << "the number is known by then";
    EXPECT_EQ(callers->calls().front().complaint(), "nobody speaks");
}

// The county of the tests with one street, along which a closure is drawn.
class RoadsOnServer : public DesksOnServer {
  protected:
    void SetUp() override {
        const map::test::AsciiMap town{{"a-----b", "|     |", "c-----d"}};
        const map::RoadGraph graph = town.graph();
        const std::filesystem::path maps = dir_.path() / "map";
        std::filesystem::create_directories(maps);
        ASSERT_TRUE(graph.save((maps / "roads.graph").string()));
        ASSERT_TRUE(map::save_node_order(graph, map::find_node_order(graph), (maps / "roads.order").string()));
        const map::Wgs84 corner = town.at('a');
        std::ofstream{maps / "places.csv"} << "kind,name,lat,lon,population,within,aliases\nvillage,Corner,"
                                           << std::to_string(corner.lat) << "," << std::to_string(corner.lon) << ",700,,\n";
        std::ofstream{config_file(), std::ios::app} << "[map]\ndir = \"" << maps.string() << "\"\n";
        kill_server();
        start();
        map::NameTable table;
        map::Feature village;
        village.kind = map::NameKind::village;
        village.name = "Corner";
        village.at = {static_cast<std::int32_t>(corner.lat * 1e7), static_cast<std::int32_t>(corner.lon * 1e7)};
        table.features.push_back(village);
        streets_ = std::make_unique<map::Gazetteer>(std::move(table));
        corner_ = std::make_unique<PlaceSearch>(*streets_);
    }
    std::unique_ptr<map::Gazetteer> streets_;
    std::unique_ptr<PlaceSearch> corner_;
};

TEST_F(RoadsOnServer, AClosureIsDrawnWithItsReasonAndTakenBack) {
    auto li = seat("dispatcher");
    li->window.setPlaceSearch(corner_.get());
    OtherDesk other{link(), "physician"};
    li->take();
    li->press(Qt::Key_F10);
    li->text("Z Corner");
    li->press(Qt::Key_Return);
    MapView& map = li->window.mapView();
    li->press(Qt::Key_F10);
    li->text("HT");
    li->press(Qt::Key_Return); // the map has the focus, its middle is the pen
    ASSERT_TRUE(map.hasFocus());
    for (int i = 0; i < 8; ++i) {
        li->press(Qt::Key_Plus);
    }
    li->press(Qt::Key_Space);
    li->press(Qt::Key_Right);
    li->press(Qt::Key_Space);
    li->press(Qt::Key_Return);
    li->text("- landslide");
    ASSERT_TRUE(li->window.commandBar().parsed().can_run()) << li->window.commandBar().echo().toStdString();
    li->press(Qt::Key_Return);
    ASSERT_TRUE(comes([&] { return other.desk.state().centre().roads().size() == 1; }))
        << li->window.commandBar().painted().toStdString();
    const api::RoadCondition road = other.desk.state().centre().roads().begin()->second;
    EXPECT_EQ(road.kind(), "closure");
    EXPECT_EQ(road.reason(), "landslide");
    EXPECT_EQ(road.points_size(), 2);
    li->press(Qt::Key_F10);
    li->text(("KL " + std::to_string(road.id()) + " open again").c_str());
    li->press(Qt::Key_Return);
    ASSERT_TRUE(comes([&] {
        const auto& roads = other.desk.state().centre().roads();
        return roads.empty() || !CentreState::holds(roads.begin()->second, other.desk.shownUs());
    }));
    li->window.setPlaceSearch(nullptr);
}

} // namespace
} // namespace ems::console
