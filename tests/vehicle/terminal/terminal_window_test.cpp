// The crew's screen against a peer that speaks the crew socket, pressed as a finger presses it.
// Renders into <build>/console_pictures, to be looked at.
#include "vehicle/terminal/crew_sounder.h"
#include "vehicle/terminal/terminal_window.h"
#include "vehicle/terminal/terminal_words.h"

#include "console/theme/theme.h"
#include "tests/support/fake_clock.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

#include <memory>
#include <span>
#include <vector>

#include <QApplication>
#include <QDir>
#include <QLocalServer>
#include <QLocalSocket>
#include <QTest>
#include <QTranslator>

namespace ems::terminal {
namespace {

// As ems-vehicled answers, without a vehicle.
class Peer {
  public:
    explicit Peer(const QString& path) : path_(path) {
        QObject::connect(&server_, &QLocalServer::newConnection, &server_, [this] {
            socket_ = server_.nextPendingConnection();
            QObject::connect(socket_, &QLocalSocket::readyRead, socket_, [this] { read(); });
        });
        open();
    }
    void open() { ASSERT_TRUE(server_.listen(path_)) << server_.errorString().toStdString(); }
    void close() {
        if (socket_ != nullptr) {
            socket_->abort();
        }
        server_.close();
        in_.clear();
    }
    void push() {
        vehicle::CrewUpdate update;
        *update.mutable_status() = status;
        send(update);
    }

    vehicle::Status status;
    std::vector<vehicle::CrewRequest> taken; // presses and answers
    bool stores{true};
    std::string refuses;

  private:
    void read() {
        in_ += socket_->readAll();
        while (in_.size() >= 4) {
            qsizetype length = 0;
            for (int i = 0; i < 4; ++i) {
                length = length << 8 | static_cast<unsigned char>(in_[i]);
            }
            if (in_.size() < 4 + length) {
                return;
            }
            vehicle::CrewRequest request;
            ASSERT_TRUE(request.ParseFromArray(in_.constData() + 4, static_cast<int>(length)));
            in_.remove(0, 4 + length);
            answer(request);
        }
    }
    void answer(const vehicle::CrewRequest& request) {
        vehicle::CrewUpdate reply;
        reply.set_reply_to(request.request());
        if (request.has_press() || request.has_answer() || request.has_alarm() ||
            request.has_call() || request.has_talk() || request.has_patient_group()) {
            taken.push_back(request);
            if (!stores) {
                return;
            }
            if (!refuses.empty()) {
                reply.mutable_refused()->set_reason(refuses);
            } else {
                reply.mutable_stored();
                if (request.has_press()) {
                    status.set_state(request.press().state());
                } else if (request.has_answer()) {
                    status.set_order_accepted(request.answer().accept());
                    status.set_state(wire::UNIT_ACKNOWLEDGED);
                }
            }
        } else {
            *reply.mutable_status() = status;
        }
        send(reply);
    }
    void send(const vehicle::CrewUpdate& update) {
        const std::string body = update.SerializeAsString();
        QByteArray frame;
        for (int shift = 24; shift >= 0; shift -= 8) {
            frame.append(static_cast<char>(body.size() >> static_cast<unsigned>(shift) & 0xFFU));
        }
        socket_->write(frame + QByteArray::fromStdString(body));
        socket_->flush();
    }

    const QString path_;
    QLocalServer server_;
    QLocalSocket* socket_{nullptr};
    QByteArray in_;
};

wire::DispatchOrder order() {
    wire::DispatchOrder order;
    order.set_incident_id(34);
    order.set_assignment_id(7);
    order.set_incident_number("0034");
    order.set_level(1);
    order.set_complaint("胸痛 40 min，压榨感，出汗");
    order.set_address("解州镇 郊斜村 小学西 300 m，路北");
    order.set_lat_e7(348'910'000);
    order.set_lon_e7(1'108'310'000);
    order.set_sex("m");
    order.set_age_years(58);
    order.set_note("儿子在 G522 路口接车；高血压 10 年，阿司匹林不过敏");
    order.mutable_destination()->set_name("区医院");
    return order;
}

// Hears what is played.
class Ear : public console::SoundOut {
  public:
    bool play(std::span<const std::int16_t> samples) override {
        lengths.push_back(samples.size());
        return works;
    }
    void stop() override { ++stops; }
    std::vector<std::size_t> lengths;
    int stops{0};
    bool works{true};
};

std::size_t burst_of(console::Grade grade) {
    return console::synthesise(console::sound_of(grade)).size();
}

class TerminalTest : public testing::Test {
  protected:
    void SetUp() override {
        ASSERT_TRUE(translator_.load(QStringLiteral(":/i18n/ems_console_zh_CN.qm")));
        QCoreApplication::installTranslator(&translator_);
        const QString folder = QString::fromStdString(dir_.path().string());
        peer_ = std::make_unique<Peer>(folder + QStringLiteral("/crew.sock"));
        peer_->status.set_vid("140802-01");
        peer_->status.set_state(wire::UNIT_AVAILABLE);
        peer_->status.set_link_up(true);
        peer_->status.mutable_position()->set_lat_e7(348'700'000);
        peer_->status.mutable_position()->set_lon_e7(1'107'600'000);
        open();
    }
    void TearDown() override {
        window_.reset();
        vehicle_.reset();
        QCoreApplication::removeTranslator(&translator_);
    }
    void open() {
        const QString folder = QString::fromStdString(dir_.path().string());
        vehicle_ = std::make_unique<VehicleSocket>(clock_, folder + QStringLiteral("/crew.sock"),
                                                   folder + QStringLiteral("/presses"), "boot-1");
        window_ = std::make_unique<TerminalWindow>(theme_, *vehicle_, clock_,
                                                   QStringLiteral("席张01"), [this] { ++rings_; });
        window_->resize(1280, 800);
        window_->show();
        vehicle_->start();
    }
    void give_order() {
        *peer_->status.mutable_order() = order();
        peer_->status.set_order_command_id("command-1");
        peer_->status.set_order_accepted(false);
        peer_->status.set_state(wire::UNIT_ASSIGNED);
    }
    template <class Condition> void reach(Condition condition) {
        ASSERT_TRUE(QTest::qWaitFor(
            [&] {
                clock_.advance(std::chrono::milliseconds{100}); // each look is a tenth of a second
                return condition();
            },
            15'000));
    }
    void touch(BigButton& button) {
        ASSERT_TRUE(button.isVisible());
        QTest::mouseClick(&button, Qt::LeftButton);
    }
    void shoot(const QString& name) {
        const QString folder = QStringLiteral(EMS_BINARY_DIR "/console_pictures/");
        QDir{}.mkpath(folder);
        EXPECT_TRUE(window_->grab().save(folder + name));
    }

    test::TempDir dir_;
    test::FakeClock clock_;
    QTranslator translator_;
    console::Theme theme_{console::ThemeMode::night};
    std::unique_ptr<Peer> peer_;
    std::unique_ptr<VehicleSocket> vehicle_;
    std::unique_ptr<TerminalWindow> window_;
    int rings_{0};
};

TEST_F(TerminalTest, ANewOrderRingsShowsItselfAndIsAcceptedWithOnePress) {
    reach([&] { return vehicle_->everHeard(); });
    window_->showPage(Page::patient);
    give_order();
    reach([&] { return rings_ > 0; });
    EXPECT_EQ(window_->page(), Page::task);
    shoot(QStringLiteral("crew-1-order.png"));
    touch(window_->mainButton());
    reach([&] { return !peer_->taken.empty(); });
    EXPECT_EQ(peer_->taken.front().answer().command_id(), "command-1");
    EXPECT_TRUE(peer_->taken.front().answer().accept());
    reach([&] { return vehicle_->waiting() == 0 && vehicle_->status().order_accepted(); });
    shoot(QStringLiteral("crew-2-accepted.png"));
}

TEST_F(TerminalTest, APressCanBeTakenBackAndIsThenNeverSent) {
    peer_->status.set_state(wire::UNIT_ACKNOWLEDGED);
    reach([&] { return window_->mainButton().isVisible(); });
    touch(window_->mainButton());
    EXPECT_EQ(vehicle_->pressedStatus().state(), wire::UNIT_EN_ROUTE);
    shoot(QStringLiteral("crew-3-undo.png"));
    touch(window_->undoButton());
    EXPECT_EQ(vehicle_->pressedStatus().state(), wire::UNIT_ACKNOWLEDGED);
    const auto polled = clock_.ticks();
    reach([&] { return clock_.ticks() - polled > std::chrono::seconds{8}; });
    EXPECT_TRUE(peer_->taken.empty());
}

TEST_F(TerminalTest, APressOutlivesTheTerminalAndTheVehiclesComputer) {
    peer_->status.set_state(wire::UNIT_EN_ROUTE);
    reach([&] { return window_->mainButton().isVisible(); });
    peer_->close();
    touch(window_->mainButton());
    window_.reset();
    vehicle_.reset();
    open();
    peer_->open();
    reach([&] { return !peer_->taken.empty(); });
    EXPECT_EQ(peer_->taken.front().press().state(), wire::UNIT_AT_SCENE);
    reach([&] { return vehicle_->waiting() == 0; });
}

TEST_F(TerminalTest, APressWithoutAnAnswerIsRepeatedUnderTheSameName) {
    peer_->status.set_state(wire::UNIT_EN_ROUTE);
    reach([&] { return window_->mainButton().isVisible(); });
    peer_->stores = false;
    touch(window_->mainButton());
    reach([&] { return peer_->taken.size() >= 2; });
    EXPECT_EQ(peer_->taken[0].press().event_id(), peer_->taken[1].press().event_id());
    peer_->stores = true;
    reach([&] { return vehicle_->waiting() == 0; });
}

TEST_F(TerminalTest, ARefusedPressIsSaidAndDoesNotBlockTheNext) {
    peer_->status.set_state(wire::UNIT_EN_ROUTE);
    reach([&] { return window_->mainButton().isVisible(); });
    peer_->refuses = "this state has no button";
    QString said;
    QObject::connect(vehicle_.get(), &VehicleSocket::refused,
                     [&](const QString& why) { said = why; });
    touch(window_->mainButton());
    reach([&] { return !said.isEmpty(); });
    EXPECT_EQ(vehicle_->waiting(), 0U);
    EXPECT_EQ(vehicle_->pressedStatus().state(), wire::UNIT_EN_ROUTE);
}

TEST_F(TerminalTest, ACrewThatCannotGoSaysWhy) {
    give_order();
    reach([&] { return window_->refuseButton().isVisible(); });
    touch(window_->refuseButton());
    shoot(QStringLiteral("crew-4-refuse.png"));
    touch(window_->reasonButton(0));
    reach([&] { return !peer_->taken.empty(); });
    EXPECT_FALSE(peer_->taken.front().answer().accept());
    EXPECT_EQ(peer_->taken.front().answer().reason(),
              TerminalWords::refusals().front().toStdString());
}

TEST_F(TerminalTest, TheCrewCallsForThePhysicianAndTalksWhileTheButtonIsHeld) {
    peer_->status.mutable_voice()->set_connected(true);
    reach([&] { return window_->callButton().isVisible(); });
    touch(window_->callButton());
    reach([&] { return peer_->taken.size() == 1; });
    EXPECT_TRUE(peer_->taken[0].has_call());
    EXPECT_FALSE(peer_->taken[0].call().cancel());
    QTest::mousePress(&window_->talkButton(), Qt::LeftButton);
    reach([&] { return peer_->taken.size() == 2; });
    EXPECT_EQ(peer_->taken[1].talk().key(), vehicle::TalkKey::PRESSED);
    peer_->status.mutable_voice()->set_calling(true);
    peer_->status.mutable_voice()->set_speaker(vehicle::VoiceLine::CREW);
    reach([&] { return vehicle_->status().voice().calling(); });
    shoot(QStringLiteral("crew-9-talk.png"));
    QTest::mouseRelease(&window_->talkButton(), Qt::LeftButton);
    reach([&] { return peer_->taken.size() == 3; });
    EXPECT_EQ(peer_->taken[2].talk().key(), vehicle::TalkKey::RELEASED);
}

TEST_F(TerminalTest, TheCrewSaysThatItIsAnInfantAndTakesItBack) {
    peer_->status.set_limits_of(vehicle::ADULT);
    reach([&] { return vehicle_->everHeard(); });
    window_->showPage(Page::patient);
    const auto infant = [&]() -> BigButton* {
        for (auto* button : window_->findChildren<BigButton*>()) {
            if (button->text() == QStringLiteral("婴儿")) {
                return button;
            }
        }
        return nullptr;
    };
    ASSERT_NE(infant(), nullptr);
    touch(*infant());
    reach([&] { return peer_->taken.size() == 1; });
    EXPECT_EQ(peer_->taken[0].patient_group().group(), vehicle::INFANT);
    peer_->status.set_limits_of(vehicle::INFANT);
    peer_->status.mutable_patient()->set_group(vehicle::INFANT);
    reach([&] { return vehicle_->status().limits_of() == vehicle::INFANT; });
    shoot(QStringLiteral("crew-10-infant.png"));
    reach([&] { // a second press within 0.4 s is a bump of the road
        touch(*infant());
        return peer_->taken.size() >= 2;
    });
    EXPECT_EQ(peer_->taken[1].patient_group().group(), vehicle::BY_AGE);
}

TEST_F(TerminalTest, AnAlarmOfTheVehicleIsHeardAndHeardAgainUntilItIsQuietened) {
    Ear ear;
    const CrewSounder sounder{*vehicle_, clock_, ear};
    reach([&] { return vehicle_->everHeard(); });
    EXPECT_TRUE(ear.lengths.empty());
    peer_->status.set_sounding(wire::Alarm::HIGH);
    peer_->push();
    reach([&] { return ear.lengths.size() == 3; });
    EXPECT_EQ(ear.lengths, std::vector<std::size_t>(3, burst_of(console::Grade::high)));
    peer_->status.set_sounding(wire::Alarm::PRIORITY_UNSPECIFIED);
    reach([&] { return ear.stops == 1; });
    EXPECT_EQ(ear.lengths.size(), 3U);
}

TEST_F(TerminalTest, AVehicleThatIsHeardNoLongerIsHeardOf) {
    Ear ear;
    const CrewSounder sounder{*vehicle_, clock_, ear};
    reach([&] { return vehicle_->everHeard(); });
    peer_->close();
    reach([&] { return !ear.lengths.empty(); });
    EXPECT_EQ(ear.lengths.front(), burst_of(console::Grade::medium));
    EXPECT_TRUE(vehicle_->isSilent());
}

TEST_F(TerminalTest, ALoudspeakerThatFailsIsTold) {
    Ear ear;
    ear.works = false;
    CrewSounder sounder{*vehicle_, clock_, ear};
    QObject::connect(&sounder, &CrewSounder::deviceChanged, window_.get(),
                     &TerminalWindow::setSoundDevice);
    const auto told = [&] {
        for (const auto* label : window_->findChildren<QLabel*>()) {
            if (label->isVisible() && label->text() == QStringLiteral("扬声器无效，听不到报警音")) {
                return true;
            }
        }
        return false;
    };
    reach([&] { return vehicle_->everHeard(); });
    EXPECT_FALSE(told());
    peer_->status.set_sounding(wire::Alarm::LOW);
    reach([&] { return told(); });
}

TEST_F(TerminalTest, AVehicleWithoutAnIntercomOffersNone) {
    reach([&] { return vehicle_->everHeard(); });
    EXPECT_FALSE(window_->callButton().isVisible());
    EXPECT_FALSE(window_->talkButton().isVisible());
}

TEST_F(TerminalTest, NumbersAlarmsAndSilenceAreShownAsTheyAre) {
    give_order();
    peer_->status.set_order_accepted(true);
    peer_->status.set_state(wire::UNIT_TRANSPORTING);
    auto& vitals = *peer_->status.mutable_vitals();
    vitals.set_hr_bpm(104);
    vitals.set_spo2_pct(88);
    vitals.set_rr_bpm(24);
    vitals.set_nibp_sys_mmhg(104);
    vitals.set_nibp_dia_mmhg(68);
    vitals.set_nibp_age_ms(192'000);
    vitals.set_invalid_mask(1U << 7U);
    auto& alarm = *peer_->status.add_alarms();
    alarm.mutable_alarm()->set_code("spo2_low");
    alarm.mutable_alarm()->set_priority(wire::Alarm::MEDIUM);
    alarm.mutable_alarm()->set_active(true);
    alarm.mutable_alarm()->set_value("88 < 90");
    alarm.set_since_s(22);
    auto& second = *peer_->status.add_alarms();
    second.mutable_alarm()->set_code("ecg_noise");
    second.mutable_alarm()->set_priority(wire::Alarm::LOW);
    second.set_signal(vehicle::StandingAlarm::AUDIO_PAUSED);
    second.set_ends_in_s(80);
    second.set_since_s(40);
    reach([&] { return vehicle_->status().alarms_size() == 2; });
    window_->showPage(Page::patient);
    shoot(QStringLiteral("crew-5-patient.png"));
    window_->showPage(Page::alarms);
    shoot(QStringLiteral("crew-6-alarms.png"));
    theme_.setMode(console::ThemeMode::day);
    window_->showPage(Page::patient);
    shoot(QStringLiteral("crew-7-patient-day.png"));
    peer_->close();
    clock_.advance(std::chrono::seconds{95});
    reach([&] { return vehicle_->silentMs() > 96'000; });
    EXPECT_TRUE(vehicle_->isSilent());
    shoot(QStringLiteral("crew-8-silent.png"));
}

} // namespace
} // namespace ems::terminal
