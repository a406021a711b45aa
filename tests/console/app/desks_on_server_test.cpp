// The dispatcher's and the physician's desk on a real server with its database and broker, by keys alone, over the
// monitors of the platform under test.
#include <map>
#include <memory>

#include <gtest/gtest.h>

#include "console/app/mqtt_broker.h"
#include "console/model/editing.h"
#include "console/station/order_paper.h"
#include "console/station/station_window.h"
#include "console/widgets/alarm_list_view.h"
#include "console/widgets/bars.h"
#include "console/widgets/parts_view.h"
#include "console/window/wall_window.h"
#include "tests/console/app/desks_on_server.h"

#include <QScreen>

namespace ems::console {
namespace {

TEST_F(DesksOnServer, ACallIsTakenAndAUnitSentWithoutTheMouse) {
    auto li = seat("dispatcher");
    const std::int64_t incident = sendOne(*li);
    const api::Incident* opened = li->desk.state().incident(incident);
    ASSERT_NE(opened, nullptr);
    EXPECT_EQ(opened->complaint(), "chest pain");
    EXPECT_EQ(opened->level(), 1U);
    EXPECT_EQ(opened->place().lat_e7(), 351'100'000) << "of the village that was typed";
    const api::Unit* unit = li->desk.state().unit_of(incident);
    ASSERT_NE(unit, nullptr);
    const std::int64_t unit_id = unit->id();
    EXPECT_EQ(postgres_->value("select count(*) from dispatch.assignment where incident_id = " + std::to_string(incident) +
                               " and unit_id = " + std::to_string(unit_id)),
              "1");
}

TEST_F(DesksOnServer, TheDispatchersCaseIsOnThePhysiciansWorklist) {
    auto li = seat("dispatcher");
    const std::int64_t incident = sendOne(*li);
    li->press(Qt::Key_3, Qt::ControlModifier); // over the monitors there are
    EXPECT_EQ(li->window.spread(), QGuiApplication::screens().size() > 1 ? Spread::monitors : Spread::one_window);
    li->press(Qt::Key_4, Qt::ControlModifier);
    EXPECT_EQ(li->window.spread(), Spread::one_window);
    li.reset(); // keys are those of the whole program: one window at a time
    auto physician = seat("physician");
    physician->take();
    physician->press(Qt::Key_F11);
    EXPECT_EQ(physician->window.view(), View::physician);
    ASSERT_TRUE(comes([&] { return physician->desk.state().incident(incident) != nullptr; }));
    for (int i = 0; i < 20 && physician->desk.state().selected_incident() != incident; ++i) {
        physician->press(Qt::Key_F6);
    }
    EXPECT_EQ(physician->desk.state().selected_incident(), incident);
}

TEST_F(DesksOnServer, TheDispatcherWhoCorrectsACaseIsNamedAtThePhysicianUntilHeIsGone) {
    auto li = seat("dispatcher");
    const std::int64_t incident = openOne(*li);
    OtherDesk physician{link(), "physician"};
    const auto named = [&] {
        const auto others = others_editing(physician.desk.state(), incident, physician.desk.localUs());
        return others.empty() ? std::string{} : others.front()->user();
    };
    li->window.callForm().setFocus();
    ASSERT_TRUE(comes([&] { return physician.desk.state().incident(incident) != nullptr && named().empty(); }));
    EXPECT_TRUE(li->tabTo("Complaint"));
    ASSERT_TRUE(comes([&] { return named() == "dispatcher"; }));
    li.reset();
    ASSERT_TRUE(comes([&] { return named().empty(); }));
    EXPECT_TRUE(physician.desk.isLive());
}

TEST_F(DesksOnServer, AnAlarmThatTheDispatcherHasSeenBearsHisNameAtThePhysicianAndAtTheNextDesk) {
    auto li = seat("dispatcher");
    OtherDesk physician{link(), "physician"};
    wire::Event body;
    body.mutable_alarm()->set_code("gnss_lost");
    body.mutable_alarm()->set_active(true);
    body.mutable_alarm()->set_technical(true);
    body.mutable_alarm()->set_priority(wire::Alarm::MEDIUM);
    event("amb-2", body, "desks-gnss-1");
    const auto state_at = [](const Desk& desk) {
        const AlarmEntry* alarm = desk.state().alarms().find("u2:gnss_lost");
        return alarm == nullptr ? AlarmState::returned : alarm->state;
    };
    ASSERT_TRUE(comes([&] { return state_at(li->desk) == AlarmState::active && state_at(physician.desk) == AlarmState::active; }));
    li->take();
    ASSERT_TRUE(comes([&] { // it has to be read first, and others may stand before it
        li->window.grab();
        li->press(Qt::Key_F8);
        return state_at(li->desk) == AlarmState::acknowledged;
    }));
    ASSERT_TRUE(comes([&] { return state_at(physician.desk) == AlarmState::acknowledged; }));
    EXPECT_EQ(physician.desk.state().alarms().find("u2:gnss_lost")->acknowledged_by, "dispatcher");
    ASSERT_TRUE(comes([&] { return !li->desk.state().alarms().find("u2:gnss_lost")->marked_here_only; }));
    kill_server();
    start();
    OtherDesk next{link(), "physician"};
    ASSERT_TRUE(comes([&] { return state_at(next.desk) == AlarmState::acknowledged; }));
}

TEST_F(DesksOnServer, PositionsGoOnStraightFromTheVehiclesWhileNoServerAnswers) {
    BrokerConfig account;
    account.host = "127.0.0.1";
    account.port = broker_->port();
    account.region = RegionCode::parse("140802").value();
    account.client_id = "desk-1";
    account.ca_file = broker_->ca();
    account.certificate_file = broker_->certificate("desk-1");
    account.key_file = broker_->key("desk-1");
    const SystemClock clock;
    MqttBroker vehicles{account, clock}; // before the desk that listens to it
    auto li = seat("dispatcher");
    li->desk.setBroker(&vehicles);
    dispatch::Vehicle ambulance{*broker_, "amb-2"};
    wire::Position fix;
    fix.set_lon_e7(1'109'000'000);
    fix.set_fix_mode(3);
    fix.set_hdop_centi(2'400);
    wire::Envelope envelope;
    // As a vehicle does, again and again: nobody keeps what nobody heard.
    const auto drives_to = [&](std::int32_t lat_e7) {
        fix.set_lat_e7(lat_e7);
        return comes([&] {
            envelope.set_seq(envelope.seq() + 1);
            envelope.set_t_us(clock.utc_us());
            envelope.set_clk(wire::CLOCK_GNSS);
            envelope.set_body(fix.SerializeAsString());
            ambulance.publish("gps", envelope.SerializeAsString());
            const auto* position = li->desk.state().position(2);
            return position != nullptr && position->place().lat_e7() == lat_e7;
        });
    };
    ASSERT_TRUE(drives_to(351'000'000)) << "by the server";
    EXPECT_EQ(li->desk.state().direct(), Direct::off);
    kill_server();
    ASSERT_TRUE(drives_to(352'000'000)) << "by the broker";
    EXPECT_EQ(li->desk.state().position(2)->accuracy_m(), 120U);
    EXPECT_EQ(li->desk.state().direct(), Direct::heard);
    EXPECT_LT(*li->desk.state().position_age_ms(2, li->desk.localUs()), 5'000);
    EXPECT_TRUE(li->desk.isStale());
    EXPECT_FALSE(li->desk.takesOrders());
    EXPECT_FALSE(li->window.canDispatch());
    start();
    ASSERT_TRUE(comes([&] { return li->desk.takesOrders() && li->desk.state().direct() == Direct::off; }));
    ASSERT_TRUE(drives_to(353'000'000)) << "by the server again";
}

TEST_F(DesksOnServer, ALostServerIsSaidOnEveryPanelAndThePageAndTheDeskComesBackByItself) {
    auto li = seat("dispatcher");
    WallWindow wall{li->desk, nullptr};
    wall.show();
    kill_server();
    ASSERT_TRUE(comes([&] { return li->desk.isStale(); }));
    EXPECT_FALSE(li->window.canDispatch());
    li->take();
    li->press(Qt::Key_F1, Qt::ShiftModifier);
    auto* page = li->window.findChild<PartsView*>();
    EXPECT_TRUE(page->isVisible());
    EXPECT_EQ(page->parts().row(Part::server).state, PartState::lost);
    EXPECT_GE(li->window.findChild<StatusStrip*>()->degraded(), 1);
    li->press(Qt::Key_Escape);
    start();
    ASSERT_TRUE(comes([&] { return li->desk.takesOrders(); }));
    ASSERT_TRUE(comes([&] { return page->parts().row(Part::server).state == PartState::works; }));
}

TEST_F(DesksOnServer, AProgramThatIsClosedEndsItsSessionAndWaitsForNoServerThatStandsStill) {
    const std::string password = folder_.filePath(QStringLiteral("password")).toStdString();
    std::ofstream{password} << "correct horse";
    const std::string config = folder_.filePath(QStringLiteral("console.toml")).toStdString();
    const client::ClientConfig way = link();
    std::ofstream{config} << "server.addresses = [\"" << way.servers.front() << "\"]\npki.ca = \"" << way.ca_file
                          << "\"\npki.certificate = \"" << way.certificate_file << "\"\npki.key = \"" << way.key_file
                          << "\"\nseat = \"closed\"\nuser.name = \"physician\"\nuser.password_file = \"" << password
                          << "\"\nalarm.sound = \"off\"\n";
    const auto sessions = [](const char* which) {
        return postgres_->value(std::string{"select count(*) from dispatch.session where seat = 'closed' and revoked_at is "} + which);
    };
    const std::string stats = folder_.filePath(QStringLiteral("stats")).toStdString();
    const auto start_program = [&] {
        std::filesystem::remove(stats);
        auto out = std::make_unique<test::ChildProcess>(
            std::vector<std::string>{test::program("ems-console"), "--config", config, "--stats", stats},
            test::ChildProcess::Options{folder_.filePath(QStringLiteral("console.log")).toStdString(), {"QT_QPA_PLATFORM=offscreen"}});
        const auto is_live = [&] {
            std::ifstream in{stats};
            return std::string{std::istreambuf_iterator<char>{in}, {}}.find("\"up\"") != std::string::npos;
        };
        EXPECT_TRUE(test::eventually(is_live, std::chrono::milliseconds{kPatienceMs}));
        EXPECT_EQ(sessions("null"), "1");
        return out;
    };
    auto console = start_program();
    console->signal(SIGTERM);
    EXPECT_EQ(console->wait_exit(std::chrono::milliseconds{kPatienceMs}), 0);
    // The desk does not wait for a centre that is slow to answer.
    EXPECT_TRUE(test::eventually([&] { return sessions("null") == "0"; }, std::chrono::milliseconds{kPatienceMs}));
    EXPECT_EQ(sessions("not null"), "1");
    console = start_program();
    server_->signal(SIGSTOP);
    console->signal(SIGTERM);
    EXPECT_EQ(console->wait_exit(std::chrono::milliseconds{kPatienceMs}), 0);
    server_->signal(SIGCONT);
}

TEST_F(DesksOnServer, TheStationOfTheUnitHearsTheOrderAndPutsItOnPaperAndAKeySilencesIt) {
    auto li = seat("dispatcher");
    OtherDesk station{link(), "physician"};
    ASSERT_TRUE(comes([&] { return station.desk.state().stations().size() >= 2; }));
    OrderPaper paper{{folder_.path(), {}}};
    std::map<std::string, QStringList> printed;
    std::map<std::string, std::unique_ptr<StationWindow>> boards;
    for (const std::string name : {"S1", "S2"}) {
        boards[name] = std::make_unique<StationWindow>(
            station.desk, QString::fromStdString(name), nullptr, nullptr, [&, name](const OrderSheet& sheet) {
                printed[name] << sheet.fileName();
                paper.put(sheet);
            });
    }
    QSignalSpy told{&paper, &OrderPaper::told};
    // What was sent before this station began is heard and on paper first.
    ASSERT_TRUE(comes([&] {
        qsizetype sheets = 0;
        for (const auto& [name, board] : boards) {
            QTest::keyClick(board.get(), Qt::Key_Space);
            sheets += printed[name].size();
        }
        return told.count() == sheets && !boards.at("S1")->isLoud() && !boards.at("S2")->isLoud();
    }));
    printed.clear();
    told.clear();
    const std::int64_t incident = sendOne(*li);
    const std::string mine = li->desk.state().stations().at(li->desk.state().unit_of(incident)->station_id()).name();
    StationWindow& board = *boards.at(mine);
    ASSERT_TRUE(comes([&] { return board.isLoud(); }));
    EXPECT_FALSE(boards.at(mine == "S1" ? "S2" : "S1")->isLoud()) << "another station's order";
    ASSERT_EQ(printed[mine].size(), 1);
    EXPECT_EQ(printed.size(), 1U);
    ASSERT_TRUE(comes([&] { return told.count() == 1; }));
    EXPECT_EQ(told.at(0).at(0).toString(), QString{});
    EXPECT_TRUE(QFile::exists(folder_.filePath(printed[mine].front())));
    EXPECT_TRUE(comes([&] {
        QTest::keyClick(&board, Qt::Key_Space); // not heard until it was there for a second
        return !board.isLoud();
    }));
}

} // namespace
} // namespace ems::console
