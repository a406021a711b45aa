// The crew's screen with a real ems-vehicled under it, a real broker and a scripted centre.
#include "vehicle/terminal/terminal_window.h"

#include "console/theme/theme.h"
#include "telemetry/base/clock.h"
#include "tests/support/child_process.h"
#include "tests/support/temp_dir.h"
#include "tests/vehicle/agent/played_ecg.h"
#include "tests/vehicle/agent/scripted_centre.h"
#include "tests/vehicle/device/peers.h"

#include <algorithm>
#include <csignal>
#include <fstream>
#include <memory>
#include <optional>

#include <gtest/gtest.h>

#include <QTest>

namespace ems::terminal {
namespace {

using namespace std::chrono_literals;

constexpr int kPatienceMs = 60'000;

class TerminalVehicleTest : public testing::Test {
  protected:
    void SetUp() override {
        broker_ = std::make_unique<test::TempBroker>(
            std::vector<std::string>{"srv-telemetry-a", "srv-dispatch-a", "amb-zx01"});
        centre_ = std::make_unique<test::ScriptedCentre>(*broker_, "amb-zx01");
        ASSERT_TRUE(test::eventually([&] { return centre_->ready(); }, 10s));
        std::ofstream{path("v.toml")}
            << "vid = \"amb-zx01\"\n[mqtt]\nport = " << broker_->port() << "\n[pki]\ndir = \""
            << broker_->pki_dir() << "\"\n[spool]\npath = \"" << path("spool.db")
            << "\"\n[crew]\nsocket = \"" << path("crew.sock")
            << "\"\n[gnss]\naddress = \"none\"\n[monitor]\naddress = \"none\"\n[ecg]\naddress = \""
            << module_.address() << "\"\n";
        start_vehicle();
        vehicle_socket_ =
            std::make_unique<VehicleSocket>(clock_, QString::fromStdString(path("crew.sock")),
                                            QString::fromStdString(path("presses")), "boot-1");
        window_ = std::make_unique<TerminalWindow>(theme_, *vehicle_socket_, way_, clock_, QString{},
                                                   std::function<void()>{}, text_);
        window_->resize(1280, 800);
        window_->show();
        vehicle_socket_->start();
        reach([&] { return vehicle_socket_->everHeard() && vehicle_socket_->status().link_up(); });
    }
    void TearDown() override {
        window_.reset();
        vehicle_socket_.reset();
    }
    [[nodiscard]] std::string path(const std::string& name) const {
        return (dir_.path() / name).string();
    }
    void start_vehicle() {
        vehicle_ = std::make_unique<test::ChildProcess>(
            std::vector<std::string>{test::program("ems-vehicled"), "--config", path("v.toml")},
            test::ChildProcess::Options{path("v.log"), {}});
    }
    template <class Condition> void reach(Condition condition) {
        ASSERT_TRUE(QTest::qWaitFor(condition, kPatienceMs));
    }
    void give_order() {
        wire::CommandBody body;
        body.set_id("cmd-1");
        body.set_vid("amb-zx01");
        body.set_term(5);
        body.set_unit_seq(1);
        body.set_issued_us(clock_.utc_us());
        body.set_expires_us(body.issued_us() + 120'000'000);
        body.mutable_dispatch()->set_incident_id(34);
        body.mutable_dispatch()->set_assignment_id(17);
        body.mutable_dispatch()->set_address("Fengcun");
        centre_->send_command(body);
    }
    // Records of one state that the centre got, without their repeats.
    std::vector<wire::Envelope> reports(wire::UnitState state) {
        std::vector<wire::Envelope> out;
        std::vector<std::string> ids;
        for (const auto& one : centre_->arrivals()) {
            wire::Event event;
            if (one.envelope.stream() == wire::STREAM_A &&
                event.ParseFromString(one.envelope.body()) && event.has_state() &&
                event.state().state() == state &&
                std::find(ids.begin(), ids.end(), event.event_id()) == ids.end()) {
                ids.push_back(event.event_id());
                out.push_back(one.envelope);
            }
        }
        return out;
    }
    void accept_order() {
        give_order();
        reach([&] { return window_->refuseButton().isVisible(); });
        QTest::mouseClick(&window_->mainButton(), Qt::LeftButton);
        reach([&] { return vehicle_socket_->status().order_accepted(); });
    }

    // A second press right after the first is taken for a bump of the road: pressed until it counts.
    void press_depart() {
        reach([&] {
            QTest::mouseClick(&window_->mainButton(), Qt::LeftButton);
            return vehicle_socket_->pressedStatus().state() == wire::UNIT_EN_ROUTE;
        });
    }

    SystemClock clock_;
    test::TempDir dir_;
    test::TcpDevice module_; // of the ECG; says nothing by itself
    console::Theme theme_{console::ThemeMode::night};
    std::unique_ptr<test::TempBroker> broker_;
    std::unique_ptr<test::ScriptedCentre> centre_;
    std::unique_ptr<test::ChildProcess> vehicle_;
    std::unique_ptr<VehicleSocket> vehicle_socket_;
    WayWorker way_{""};
    TextChoice text_{QString{}, 1};
    std::unique_ptr<TerminalWindow> window_;
};

TEST_F(TerminalVehicleTest, AFingerOnTheButtonReachesTheCentreWithTheFingersTime) {
    accept_order();
    reach([&] {
        const auto events = centre_->events();
        return std::any_of(events.begin(), events.end(), [](const wire::Event& one) {
            return one.has_command_ack() &&
                   one.command_ack().result() == wire::CommandAck::ACCEPTED;
        });
    });
    press_depart();
    const std::int64_t pressed_us = clock_.utc_us();
    reach([&] { return reports(wire::UNIT_EN_ROUTE).size() == 1; });
    ASSERT_EQ(reports(wire::UNIT_EN_ROUTE).size(), 1U);
    // The undo's 5 s are not counted as the crew's.
    EXPECT_LT(reports(wire::UNIT_EN_ROUTE).front().t_us() - pressed_us, 4'000'000);
}

TEST_F(TerminalVehicleTest, APressOutlivesTheDeathOfTheVehiclesComputer) {
    accept_order();
    press_depart();
    vehicle_->signal(SIGKILL);
    ASSERT_TRUE(vehicle_->wait_exit(5s));
    reach([&] { return vehicle_socket_->isSilent() && vehicle_socket_->undoLeftMs() == 0; });
    EXPECT_EQ(vehicle_socket_->waiting(), 1U);
    start_vehicle();
    reach([&] {
        return reports(wire::UNIT_EN_ROUTE).size() == 1 && vehicle_socket_->waiting() == 0 &&
               vehicle_socket_->status().state() == wire::UNIT_EN_ROUTE;
    });
    EXPECT_EQ(reports(wire::UNIT_EN_ROUTE).size(), 1U);
}

TEST_F(TerminalVehicleTest, AnEcgIsSentWithOnePressAndTheScreenSaysWhenTheCentreHasIt) {
    accept_order();
    reach([&] { return module_.taken(); });
    test::PlayedEcg heart{7};
    module_.say(encode_ecg_header(heart.header()));
    const Ticks began = clock_.ticks();
    const auto play = [&] { // as much as the time that has passed
        const double due_s = std::chrono::duration<double>(clock_.ticks() - began).count();
        module_.say(heart.bytes(due_s - heart.seconds()));
        return due_s;
    };
    reach([&] { return play() > 2 && vehicle_socket_->status().ecg_leads() == 12; });
    int traced = 0;
    QObject::connect(vehicle_socket_.get(), &VehicleSocket::traced, window_.get(), [&] { ++traced; });
    window_->showPage(Page::patient);
    reach([&] {
        play();
        return traced >= 5;
    });
    EXPECT_EQ(window_->patientPage().trace().note(), QString{}) << "the trace of the module runs";
    centre_->acknowledge_all(false);
    QTest::mouseClick(&window_->sendEcgButton(), Qt::LeftButton);
    const auto fate = [&] { return vehicle_socket_->status().ecg_sent().fate(); };
    const auto sent = [&]() -> std::optional<wire::Event> {
        for (const wire::Event& one : centre_->events()) {
            if (one.has_ecg_mark()) {
                return one;
            }
        }
        return std::nullopt;
    };
    reach([&] {
        play();
        return vehicle_socket_->status().has_ecg_sent() && sent();
    });
    EXPECT_EQ(fate(), vehicle::EcgSent::ON_ITS_WAY);
    EXPECT_EQ(sent()->incident_id(), 34);
    EXPECT_EQ(sent()->ecg_mark().leads(), 12U);
    EXPECT_GE(sent()->ecg_mark().duration_ms(), 1'000U);
    centre_->acknowledge_all(true);
    reach([&] { return fate() == vehicle::EcgSent::AT_CENTRE; });
}

} // namespace
} // namespace ems::terminal
