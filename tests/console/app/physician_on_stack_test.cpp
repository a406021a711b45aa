// A physician's shift by keys alone, and a dispatcher who answers the crew: the vehicle with its ECG, the broker, ems-telemetryd, PostgreSQL and ems-dispatchd are the real
// programs, the floor of the intercom is the real relay's; the camera's picture is a test's.
#include "console/app/voice_source.h"
#include "console/model/client_feed.h"
#include "console/widgets/ecg_page_view.h"
#include "console/widgets/ecg_sweep.h"
#include "console/widgets/intercom.h"
#include "console/widgets/map_view.h"
#include "console/window/main_window.h"
#include "tests/dispatch/service/dispatchd_fixture.h"
#include "tests/telemetry/media/running_line.h"
#include "tests/vehicle/agent/played_ecg.h"
#include "tests/vehicle/device/peers.h"
#include "vehicle/terminal/vehicle_socket.h"

#include <algorithm>

#include <QApplication>
#include <QFileDialog>
#include <QLineEdit>
#include <QMessageBox>
#include <QPushButton>
#include <QTemporaryDir>
#include <QtTest>

namespace ems::console {
namespace {

constexpr int kPatienceMs = 60'000;

// A picture each time it is asked, under whatever grant the centre gave.
class StandingPicture final : public VideoSource {
  public:
    void open(const api::VideoGrant& grant) override { grant_ = grant.grant_id(); }
    void close() override { grant_.clear(); }
    std::optional<VideoPicture> take() override {
        if (grant_.empty()) {
            return std::nullopt;
        }
        QImage image{64, 36, QImage::Format_RGB32};
        image.fill(Qt::darkGreen);
        return VideoPicture{image, ++number_, SystemClock{}.utc_us(), {}};
    }
    [[nodiscard]] VideoFigures figures() const override {
        VideoFigures out;
        out.server_heard = true;
        return out;
    }

  private:
    std::string grant_;
    std::uint64_t number_{0};
};

// The desk's own endpoint with the keys that the centre granted, on a relay that knows them as ems-mediad would.
class GrantedLine final : public IntercomLine {
  public:
    void open(const api::VoiceGrant& grant) override {
        media::VoiceParty party;
        party.id = grant.grant_id();
        party.vid = "amb-zx01";
        party.rank = video::FloorRank::physician;
        party.name = "Dr Li";
        party.up_ssrc = grant.up_ssrc();
        party.down_ssrc = grant.down_ssrc();
        party.up_key = video::MediaKey::from_bytes(grant.up_key()).value();
        party.down_key = video::MediaKey::from_bytes(grant.down_key()).value();
        party.expires_us = INT64_MAX;
        relay_.admit(party);
        api::VoiceGrant here = grant;
        here.set_host("127.0.0.1");
        here.set_port(relay_.port());
        here.clear_tls_port();
        endpoint_.open(here);
    }
    void close() override { endpoint_.close(); }
    void press(video::Talk talk) override { endpoint_.press(talk); }
    void wish(video::LineWish line) override { endpoint_.wish(line); }
    [[nodiscard]] video::VoiceStatus status() const override { return endpoint_.status(); }

  private:
    test::RunningLine relay_;
    VoiceSource endpoint_{{"none", "none", video::EchoCancel::off}, {}};
};

class PhysicianOnStack : public dispatch::DispatchdTest {
  protected:
    PhysicianOnStack() {
        const std::string pki = broker_->pki_dir();
        std::ofstream{path("telemetryd.toml")}
            << "pg.conninfo = \"" << postgres_->conninfo("ems_telemetry") << "\"\nmqtt.port = " << broker_->port() << "\nmqtt.ca = \""
            << broker_->ca() << "\"\nmqtt.certificate = \"" << pki << "/srv-telemetry-a.crt\"\nmqtt.key = \"" << pki
            << "/srv-telemetry-a.key\"\n";
        std::ofstream{path("v.toml")} << "vid = \"amb-1\"\nmqtt.port = " << broker_->port() << "\npki.dir = \"" << pki
                                      << "\"\nspool.path = \"" << path("spool.db") << "\"\ncrew.socket = \"" << path("crew.sock")
                                      << "\"\ngnss.address = \"none\"\nmonitor.address = \"none\"\necg.address = \""
                                      << module_.address() << "\"\n";
        telemetryd_ = program("ems-telemetryd", "telemetryd.toml");
        vehicled_ = program("ems-vehicled", "v.toml");
        crew_ = std::make_unique<terminal::VehicleSocket>(clock_, QString::fromStdString(path("crew.sock")), QString{}, "boot-1");
        crew_->start();
        // As ems-mediad keeps them: a server that was seen, and a camera of the vehicle that sends.
        postgres_->execute("insert into media.server (name, host, port, seen_at) values ('srv-media-a', '127.0.0.1', 5000, "
                           "clock_timestamp() + interval '1 hour') on conflict do nothing;"
                           "insert into media.camera_session (session_id, vid, camera, server, ssrc, expires_at) values "
                           "('cabin-of-amb-1', 'amb-1', 'cabin', 'srv-media-a', 4096, clock_timestamp() + interval '1 hour') "
                           "on conflict do nothing");
    }
    ~PhysicianOnStack() override {
        for (const char* log : {"telemetryd.toml.log", "v.toml.log"}) {
            if (HasFailure()) {
                std::ifstream in{path(log)};
                std::cerr << in.rdbuf();
            }
        }
    }
    [[nodiscard]] std::string path(const std::string& name) const { return own_.filePath(QString::fromStdString(name)).toStdString(); }
    std::unique_ptr<test::ChildProcess> program(const char* name, const char* config) {
        return std::make_unique<test::ChildProcess>(std::vector<std::string>{test::program(name), "--config", path(config)},
                                                    test::ChildProcess::Options{path(config) + ".log", {}});
    }
    // As much of the heart as the time that has passed goes on meanwhile.
    template <class Holds> bool comes(Holds&& holds) {
        return QTest::qWaitFor(
            [&] {
                if (heart_began_ != Ticks{}) {
                    const double due_s = std::chrono::duration<double>(clock_.ticks() - heart_began_).count();
                    module_.say(heart_.bytes(due_s - heart_.seconds()));
                }
                return holds();
            },
            kPatienceMs);
    }
    // A case with the vehicle on it, whose ECG has begun.
    void serve_a_case() {
        ASSERT_TRUE(comes([&] { return crew_->everHeard() && crew_->status().link_up(); }));
        li_ = desk("dispatcher");
        incident_ = open_call(*li_, ::testing::UnitTest::GetInstance()->current_test_info()->name());
        const auto sent = ask(*li_, assign_frame(incident_, 1));
        ASSERT_TRUE(sent) << sent.error().message();
        assignment_ = sent->assign_ok().assignment_id();
        ASSERT_TRUE(comes([&] { return terminal::order_waits(crew_->status()); }));
        crew_->answerOrder(true, {});
        ASSERT_TRUE(comes([&] { return crew_->status().order_accepted() && module_.taken(); }));
        module_.say(vehicle::encode_ecg_header(heart_.header()));
        heart_began_ = clock_.ticks();
    }
    // The vehicle is free for the next test.
    void TearDown() override {
        if (assignment_ != 0) {
            api::ClientFrame cancel;
            cancel.mutable_cancel_assignment()->set_assignment_id(assignment_);
            cancel.mutable_cancel_assignment()->set_reason("the test has ended");
            EXPECT_TRUE(ask(*li_, cancel));
        }
    }
    void sit_down(const std::string& user = "physician") {
        client::ClientConfig link;
        link.servers = {"127.0.0.1:" + std::to_string(port_)};
        link.ca_file = broker_->ca();
        link.certificate_file = broker_->certificate("desk-1");
        link.key_file = broker_->key("desk-1");
        feed_ = std::make_unique<ClientFeed>(link, user, Secret<std::string>{"correct horse"});
        physician_ = std::make_unique<Desk>(*feed_, clock_, theme_);
        window_ = std::make_unique<MainWindow>(
            *physician_, nullptr, [this](std::size_t tile) { return tile == 0 ? &picture_ : nullptr; },
            own_.filePath(QStringLiteral("draft")), &line_);
        window_->offerUserChange();
        window_->show();
        physician_->start();
        window_->activateWindow();
        ASSERT_TRUE(QTest::qWaitForWindowActive(window_.get()));
        window_->setFocus();
        ASSERT_TRUE(comes([&] { return physician_->state().incident(incident_) != nullptr; }));
    }
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
        QWidget* focus = window_->focusWidget();
        QTest::keyClick(focus == nullptr ? window_.get() : focus, key, modifiers);
    }
    // F11 and F6 until the case is chosen.
    void choose_the_case() {
        press(Qt::Key_F11);
        ASSERT_EQ(window_->view(), View::physician);
        for (int i = 0; i < 20 && physician_->state().selected_incident() != incident_; ++i) {
            press(Qt::Key_F6);
        }
        ASSERT_EQ(physician_->state().selected_incident(), incident_);
    }
    // Into the dialog that asks where to, by its keys.
    static void answer_file_dialog(const QString& file) {
        auto* look = new QTimer{qApp};
        QObject::connect(look, &QTimer::timeout, look, [look, file] {
            auto* dialog = qobject_cast<QFileDialog*>(QApplication::activeModalWidget());
            if (dialog == nullptr) {
                return;
            }
            look->deleteLater();
            auto* name = dialog->findChild<QLineEdit*>(QStringLiteral("fileNameEdit"));
            name->setText(file);
            QTest::keyClick(name, Qt::Key_Return);
        });
        look->start(20);
    }
    std::string count(const std::string& from) { return postgres_->value("select count(*) from " + from); }

    const SystemClock clock_;
    QTemporaryDir own_;
    Theme theme_{ThemeMode::night};
    test::TcpDevice module_;
    test::PlayedEcg heart_{7};
    Ticks heart_began_{};
    std::unique_ptr<test::ChildProcess> telemetryd_;
    std::unique_ptr<test::ChildProcess> vehicled_;
    std::unique_ptr<terminal::VehicleSocket> crew_;
    std::unique_ptr<client::Client> li_;
    std::int64_t incident_{0};
    std::int64_t assignment_{0};
    StandingPicture picture_;
    GrantedLine line_;
    std::unique_ptr<ClientFeed> feed_;
    std::unique_ptr<Desk> physician_;
    std::unique_ptr<MainWindow> window_;
};

TEST_F(PhysicianOnStack, ACaseIsFollowedFromTheWorklistToTheNoteWithoutTheMouse) {
    QCoreApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
    serve_a_case();
    if (HasFatalFailure()) {
        return;
    }
    sit_down();
    choose_the_case();
    // The twelve leads, frozen and measured.
    ASSERT_TRUE(comes([&] { return physician_->ecg().received_s() > 6; }));
    press(Qt::Key_F, Qt::ControlModifier);
    ASSERT_TRUE(window_->isFrozen());
    EcgPageView& page = window_->ecgPage();
    press(Qt::Key_C);
    ASSERT_TRUE(page.calipers());
    const std::size_t before = page.calipers()->sample(CaliperMark::b);
    press(Qt::Key_Left, Qt::ControlModifier);
    press(Qt::Key_Right, Qt::ShiftModifier);
    EXPECT_NE(page.calipers()->sample(CaliperMark::b), before);
    EXPECT_FALSE(page.reading().isEmpty());
    press(Qt::Key_L);
    EXPECT_EQ(page.layout(), signal::EcgLayout::rows3x4_simultaneous);
    // On paper.
    const QString file = own_.filePath(QStringLiteral("ecg.pdf"));
    answer_file_dialog(file);
    press(Qt::Key_P, Qt::ControlModifier);
    ASSERT_TRUE(QFile::exists(file));
    EXPECT_GT(QFile{file}.size(), 10'000);
    press(Qt::Key_Escape);
    EXPECT_FALSE(window_->isFrozen());
    // The picture, kept.
    window_->activateWindow(); // as no window manager does after the dialog of the PDF
    ASSERT_TRUE(QTest::qWaitForWindowActive(window_.get()));
    press(Qt::Key_V, Qt::ControlModifier);
    auto* tile = window_->videoWall().tile(0);
    ASSERT_TRUE(comes([&] { return tile->hasPicture(); }));
    EXPECT_EQ(window_->focusWidget(), tile);
    press(Qt::Key_S);
    ASSERT_TRUE(comes([&] { return count("media.snapshot where taken_by = 'physician' and incident_id = " + std::to_string(incident_)) == "1"; }));
    // The floor, asked and given, and given back.
    ASSERT_TRUE(comes([&] { return line_.status().connected; }));
    QTest::keyPress(window_->focusWidget(), Qt::Key_F12);
    ASSERT_TRUE(comes([&] { return line_.status().line.yours.verdict == video::FloorVerdict::granted; }));
    QTest::keyRelease(window_->focusWidget(), Qt::Key_F12);
    ASSERT_TRUE(comes([&] { return line_.status().line.yours.verdict == video::FloorVerdict::idle; }));
    // A word for those who come after, while the crew is told and the patient looked at.
    QTest::keyPress(window_->focusWidget(), Qt::Key_F12);
    ASSERT_TRUE(comes([&] { return line_.status().line.yours.verdict == video::FloorVerdict::granted; }));
    press(Qt::Key_F9);
    const QWidget* stages = window_->focusWidget();
    press(Qt::Key_B);
    QTest::keyClicks(window_->focusWidget(), QStringLiteral("aspirin 300 mg by voice"));
    EXPECT_EQ(window_->view(), View::physician);
    EXPECT_TRUE(window_->sweep().isVisible());
    EXPECT_EQ(line_.status().line.yours.verdict, video::FloorVerdict::granted);
    press(Qt::Key_Return);
    ASSERT_TRUE(comes([&] { return physician_->state().incident(incident_)->newest_note().text() == "aspirin 300 mg by voice"; }));
    EXPECT_EQ(window_->view(), View::physician);
    EXPECT_EQ(window_->focusWidget(), stages);
    EXPECT_EQ(line_.status().line.yours.verdict, video::FloorVerdict::granted);
    QTest::keyRelease(window_->focusWidget(), Qt::Key_F12);
    EXPECT_TRUE(comes([&] { return line_.status().line.yours.verdict == video::FloorVerdict::idle; }));
}

TEST_F(PhysicianOnStack, ADispatcherAnswersTheCrewThatCallsWithoutLeavingTheView) {
    serve_a_case();
    if (HasFatalFailure()) {
        return;
    }
    sit_down("dispatcher");
    ASSERT_EQ(window_->view(), View::dispatcher);
    crew_->callDispatcher(false);
    ASSERT_TRUE(comes([&] {
        const auto& entries = physician_->state().alarms().entries();
        return std::any_of(entries.begin(), entries.end(), [&](const AlarmEntry& one) {
            return one.code == "dispatcher_call" && physician_->shownUs() - one.received_us > 700'000; // to be read
        });
    }));
    QTest::keyPress(window_.get(), Qt::Key_F12);
    ASSERT_TRUE(comes([&] { return line_.status().line.yours.verdict == video::FloorVerdict::granted; }));
    EXPECT_EQ(window_->view(), View::dispatcher);
    EXPECT_TRUE(window_->mapView().isVisible());
    const std::string live = "media.voice_grant where user_name = 'dispatcher' and role = 'dispatcher' and vid = 'amb-1' and revoked_at is null";
    EXPECT_EQ(count(live), "1");
    QTest::keyRelease(window_.get(), Qt::Key_F12);
    EXPECT_TRUE(comes([&] { return line_.status().line.yours.verdict == video::FloorVerdict::idle; }));
    press(Qt::Key_F12, Qt::ShiftModifier);
    EXPECT_TRUE(comes([&] { return count(live) == "0"; })) << "the centre has it back";
    EXPECT_FALSE(window_->findChild<Intercom*>()->isVisible());
}

TEST_F(PhysicianOnStack, TheScaleOfNews2IsSwitchedAndTheSessionEndedByKeys) {
    serve_a_case();
    if (HasFatalFailure()) {
        return;
    }
    sit_down();
    choose_the_case();
    press(Qt::Key_K, Qt::ControlModifier);
    auto* box = window_->findChild<QMessageBox*>(QStringLiteral("spo2ScaleBox"));
    ASSERT_NE(box, nullptr);
    box->findChild<QPushButton*>(QStringLiteral("switchScale"))->setFocus();
    QTest::keyClick(box->findChild<QPushButton*>(QStringLiteral("switchScale")), Qt::Key_Space);
    ASSERT_TRUE(comes([&] { return physician_->state().incident(incident_)->spo2_scale().scale() == 2; }));
    EXPECT_EQ(physician_->state().incident(incident_)->spo2_scale().who(), "physician");
    EXPECT_EQ(window_->findChild<QAbstractButton*>(QStringLiteral("spo2Scale"))->text(), QStringLiteral("SpO₂ scale 2"));
    const std::string live = "dispatch.session s join dispatch.app_user u on u.id = s.user_id where u.name = 'physician' and s.revoked_at is null";
    ASSERT_NE(count(live), "0");
    QSignalSpy off{window_.get(), &MainWindow::userChangeWanted};
    window_->activateWindow(); // no window manager gives the desk its keys back after the box
    ASSERT_TRUE(QTest::qWaitForWindowActive(window_.get()));
    press(Qt::Key_Q, Qt::ControlModifier);
    auto* ask_off = window_->findChild<QMessageBox*>(QStringLiteral("userChange"));
    ASSERT_NE(ask_off, nullptr);
    QTest::keyClick(ask_off->findChild<QPushButton*>(QStringLiteral("logOff")), Qt::Key_Space);
    ASSERT_TRUE(comes([&] { return off.count() == 1; }));
    // The desk does not wait for a centre that is slow to answer.
    EXPECT_TRUE(comes([&] { return count("dispatch.audit where actor = 'physician' and action = 'log_off'") != "0"; }))
        << "the centre has ended it";
}

} // namespace
} // namespace ems::console
