// The crew's button, ems-vehicled, the broker, ems-telemetryd, PostgreSQL, ems-dispatchd and the
// physician's desk: an ECG that is sent is opened out of the record, and the crew hears that it is
// there.
#include "console/model/client_feed.h"
#include "console/widgets/ecg_page_view.h"
#include "console/widgets/ecg_sent_view.h"
#include "console/window/main_window.h"
#include "tests/dispatch/service/dispatchd_fixture.h"
#include "tests/vehicle/agent/played_ecg.h"
#include "tests/vehicle/device/peers.h"
#include "vehicle/terminal/vehicle_socket.h"

#include <QTemporaryDir>
#include <QtTest>

namespace ems::console {
namespace {

constexpr int kPatienceMs = 60'000;

class SentEcgOnStack : public dispatch::DispatchdTest {
  protected:
    SentEcgOnStack() {
        const std::string pki = broker_->pki_dir();
        std::ofstream{path("telemetryd.toml")}
            << "pg.conninfo = \"" << postgres_->conninfo("ems_telemetry")
            << "\"\nmqtt.port = " << broker_->port() << "\nmqtt.ca = \"" << broker_->ca()
            << "\"\nmqtt.certificate = \"" << pki << "/srv-telemetry-a.crt\"\nmqtt.key = \"" << pki
            << "/srv-telemetry-a.key\"\n";
        std::ofstream{path("v.toml")}
            << "vid = \"amb-1\"\nmqtt.port = " << broker_->port() << "\npki.dir = \"" << pki
            << "\"\nspool.path = \"" << path("spool.db") << "\"\ncrew.socket = \""
            << path("crew.sock") << "\"\ngnss.address = \"none\"\nmonitor.address = \"none\"\n"
            << "ecg.address = \"" << module_.address() << "\"\n";
        telemetryd_ = program("ems-telemetryd", "telemetryd.toml");
        vehicled_ = program("ems-vehicled", "v.toml");
        crew_ = std::make_unique<terminal::VehicleSocket>(
            clock_, QString::fromStdString(path("crew.sock")), QString{}, "boot-1");
        crew_->start();
    }
    ~SentEcgOnStack() override {
        for (const char* log : {"telemetryd.toml.log", "v.toml.log"}) {
            if (HasFailure()) {
                std::ifstream in{path(log)};
                std::cerr << in.rdbuf();
            }
        }
    }
    [[nodiscard]] std::string path(const std::string& name) const {
        return own_.filePath(QString::fromStdString(name)).toStdString();
    }
    std::unique_ptr<test::ChildProcess> program(const char* name, const char* config) {
        return std::make_unique<test::ChildProcess>(
            std::vector<std::string>{test::program(name), "--config", path(config)},
            test::ChildProcess::Options{path(config) + ".log", {}});
    }
    template <class Holds> static bool comes(Holds&& holds) {
        return QTest::qWaitFor(std::forward<Holds>(holds), kPatienceMs);
    }
    // As much of the heart as the time that has passed.
    double beat() {
        const double due_s = std::chrono::duration<double>(clock_.ticks() - heart_began_).count();
        module_.say(heart_.bytes(due_s - heart_.seconds()));
        return due_s;
    }

    const SystemClock clock_;
    QTemporaryDir own_;
    test::TcpDevice module_;
    test::PlayedEcg heart_{7};
    Ticks heart_began_{};
    std::unique_ptr<test::ChildProcess> telemetryd_;
    std::unique_ptr<test::ChildProcess> vehicled_;
    std::unique_ptr<terminal::VehicleSocket> crew_;
};

TEST_F(SentEcgOnStack, ThePhysicianOpensItOutOfTheRecordAndTheCrewHearsThatItIsThere) {
    ASSERT_TRUE(comes([&] { return crew_->everHeard() && crew_->status().link_up(); }));
    auto li = desk("dispatcher");
    const std::int64_t incident = open_call(*li, "sent-ecg");
    ASSERT_TRUE(ask(*li, assign_frame(incident, 1)));
    ASSERT_TRUE(comes([&] { return terminal::order_waits(crew_->status()); }));
    crew_->answerOrder(true, {});
    ASSERT_TRUE(comes([&] { return crew_->status().order_accepted() && module_.taken(); }));
    module_.say(vehicle::encode_ecg_header(heart_.header()));
    heart_began_ = clock_.ticks();
    ASSERT_TRUE(comes([&] { return beat() > 5 && crew_->status().ecg_leads() == 12; }));
    crew_->sendEcg();
    ASSERT_TRUE(comes([&] {
        beat();
        return crew_->status().ecg_sent().fate() == vehicle::EcgSent::AT_CENTRE;
    }));
    // A desk that opens now has none of it in its own buffer.
    client::ClientConfig link;
    link.servers = {"127.0.0.1:" + std::to_string(port_)};
    link.ca_file = broker_->ca();
    link.certificate_file = broker_->certificate("desk-1");
    link.key_file = broker_->key("desk-1");
    Theme theme{ThemeMode::night};
    ClientFeed feed{link, "physician", Secret<std::string>{"correct horse"}};
    Desk physician{feed, clock_, theme};
    MainWindow window{physician, nullptr, nullptr, own_.filePath(QStringLiteral("draft"))};
    window.show();
    physician.start();
    ASSERT_TRUE(comes([&] { return physician.state().incident(incident) != nullptr; }));
    physician.selectIncident(incident);
    auto* line = window.findChild<EcgSentView*>();
    ASSERT_TRUE(comes([&] { return line->mark() != nullptr; }));
    window.openSentEcg();
    ASSERT_TRUE(comes([&] {
        beat();
        return window.isFrozen();
    }));
    const EcgRecord& record = *window.ecgPage().record();
    EXPECT_EQ(record.unit_id, 1);
    EXPECT_NEAR(static_cast<double>(record.page_us),
                static_cast<double>(line->mark()->mark().from_us()), 1.5e6);
    EXPECT_GT(page_length_s(record), 3);
    EXPECT_TRUE(record.simulated);
}

} // namespace
} // namespace ems::console
