// An application under the offscreen platform, a desk on a scripted feed and a clock that stands still.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "console/theme/theme.h"
#include "console/widgets/desk.h"
#include "console/window/main_window.h"
#include "map/scene/scene.h"
#include "tests/console/fake_feed.h"
#include "tests/console/ui/in_dialog.h"
#include "tests/support/fake_clock.h"

#include <QApplication>
#include <QtTest>
#include <gtest/gtest.h>

namespace ems::console {

// The one application of a test program, made by its main: Qt's own globals must outlive it.
inline QApplication& application() {
    return *qApp;
}

class DeskTest : public testing::Test {
  protected:
    void SetUp() override {
        application();
        theme_.applyTo(application());
        desk_ = std::make_unique<Desk>(feed_, clock_, theme_);
        window_ = std::make_unique<MainWindow>(*desk_, scene_, videoSources(), draft_);
        window_->resize(1920, 1080);
        window_->show();
        desk_->start();
    }
    void connectAll(const std::string& role = "dispatcher") {
        feed_.link(LinkChange::State::up);
        feed_.log_in(role);
        feed_.snapshot(clock_.utc_us());
        settle();
    }
    // The first tile's; others have none.
    VideoSources videoSources() {
        return [this](std::size_t tile) { return tile == 0 ? video_ : nullptr; };
    }
    void settle() { QCoreApplication::processEvents(); }
    // The alarms are painted, and somebody has had the time to read them.
    void readAlarms() {
        window_->grab();
        clock_.advance(std::chrono::milliseconds{700});
    }

    test::FakeClock clock_;
    Theme theme_{ThemeMode::night};
    FakeFeed feed_;
    const map::Scene* scene_{nullptr};
    VideoSource* video_{nullptr};
    QString draft_;
    std::unique_ptr<Desk> desk_;
    std::unique_ptr<MainWindow> window_;
};

} // namespace ems::console
