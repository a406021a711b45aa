// What the tests of the crew's screen share: a peer that answers as ems-vehicled does, an order,
// and the window between both. Renders into <build>/console_pictures, to be looked at.
#pragma once

#include "console/theme/theme.h"
#include "tests/support/fake_clock.h"
#include "tests/support/temp_dir.h"
#include "vehicle/terminal/terminal_window.h"
#include "vehicle/terminal/text_choice.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <QApplication>
#include <QLocalServer>
#include <QLocalSocket>
#include <QSize>
#include <QTest>
#include <QTranslator>

namespace ems::terminal {

// As ems-vehicled answers, without a vehicle.
class Peer {
  public:
    explicit Peer(const QString& path);
    void open();
    void close();
    void push();
    void push_levels(int spoken_dbfs, int heard_dbfs);
    void pushTrace(const wire::WaveBatch& batch);
    // One that stands, and is heard.
    vehicle::StandingAlarm& addAlarm(const std::string& code, wire::Alarm::Priority priority);

    vehicle::Status status;
    std::vector<vehicle::CrewRequest> taken; // presses and answers
    bool trace_asked{false};                 // by the newest poll
    bool stores{true};
    std::string refuses;

  private:
    void read();
    void answer(const vehicle::CrewRequest& request);
    void send(const vehicle::CrewUpdate& update);

    const QString path_;
    QLocalServer server_;
    QLocalSocket* socket_{nullptr};
    QByteArray in_;
};

wire::DispatchOrder order();

// Of the 10-inch terminal.
inline constexpr QSize kScreen{1'280, 800};

class TerminalTest : public testing::Test {
  protected:
    void SetUp() override {
        ASSERT_TRUE(translator_.load(QStringLiteral(":/i18n/ems_console_zh_CN.qm")));
        QCoreApplication::installTranslator(&translator_);
        theme_.applyTo(*qApp);
        QObject::connect(&theme_, &console::Theme::changed, qApp,
                         [this] { qApp->setPalette(theme_.palette()); });
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
        close();
        QCoreApplication::removeTranslator(&translator_);
    }
    void close() {
        window_.reset();
        text_.reset();
        way_.reset();
        vehicle_.reset();
    }
    void open() {
        const QString folder = QString::fromStdString(dir_.path().string());
        vehicle_ = std::make_unique<VehicleSocket>(clock_, folder + QStringLiteral("/crew.sock"),
                                                   folder + QStringLiteral("/presses"), "boot-1");
        way_ = std::make_unique<WayWorker>(map_dir_);
        if (text_file_.isEmpty()) {
            text_file_ = folder + QStringLiteral("/text");
        }
        text_.emplace(text_file_, text_scale_);
        window_ = std::make_unique<TerminalWindow>(theme_, *vehicle_, *way_, clock_,
                                                   QStringLiteral("席张01"), [this] { ++rings_; }, *text_);
        window_->resize(kScreen);
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
    // Once it takes another press: one within 0.4 s is a bump of the road.
    void touch_again(BigButton& button) {
        reach([&] {
            touch(button);
            return vehicle_->waiting() > 0;
        });
    }
    void shoot(const QString& name);
    // How many pixels of the screen have exactly this colour.
    int pixelsOf(console::Token token);

    test::TempDir dir_;
    test::FakeClock clock_;
    QTranslator translator_;
    console::Theme theme_{console::ThemeMode::night};
    std::unique_ptr<Peer> peer_;
    std::unique_ptr<VehicleSocket> vehicle_;
    std::unique_ptr<WayWorker> way_;
    std::optional<TextChoice> text_;
    std::unique_ptr<TerminalWindow> window_;
    std::string map_dir_; // before open(); empty: no map
    double text_scale_{1}; // before open(), as the configuration says it
    QString text_file_;    // before open(), where the crew's choice is kept; empty: in the test's own folder
    int rings_{0};
};

} // namespace ems::terminal
