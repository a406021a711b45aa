// Desks on a real server with its database and broker, under keys alone.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "console/model/client_feed.h"
#include "console/model/place_search.h"
#include "console/window/main_window.h"
#include "map/gazetteer/gazetteer.h"
#include "tests/dispatch/service/dispatchd_fixture.h"

#include <QApplication>
#include <QInputMethodEvent>
#include <QTemporaryDir>
#include <QtTest>

namespace ems::console {

inline constexpr int kPatienceMs = 30'000;

// One person's desk.
struct Seat {
    Seat(client::ClientConfig link, const std::string& user, const QString& draft)
        : feed(std::move(link), user, Secret<std::string>{"correct horse"}), desk(feed, clock, theme),
          window(desk, nullptr, nullptr, draft) {
        window.show();
        desk.start();
    }
    void take() {
        window.activateWindow();
        EXPECT_TRUE(QTest::qWaitForWindowActive(&window));
        window.setFocus();
    }
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
        QWidget* focus = window.focusWidget();
        QTest::keyClick(focus == nullptr ? &window : focus, key, modifiers);
    }
    // Letters by their keys, the rest as an input method commits it.
    void text(const char* what) {
        for (const QChar c : QString::fromUtf8(what)) {
            QWidget* focus = window.focusWidget();
            if (c.unicode() < 0x80) {
                QTest::keyClick(focus, c.toLatin1());
                continue;
            }
            QInputMethodEvent commit;
            commit.setCommitString(QString{c});
            QCoreApplication::sendEvent(focus, &commit);
        }
    }
    [[nodiscard]] bool tabTo(const char* name) {
        for (int i = 0; i < 12; ++i) {
            if (window.focusWidget() != nullptr && window.focusWidget()->accessibleName() == QLatin1String(name)) {
                return true;
            }
            press(Qt::Key_Tab);
        }
        return false;
    }
    const SystemClock clock;
    Theme theme{ThemeMode::night};
    ClientFeed feed;
    Desk desk;
    MainWindow window;
};

// Somebody else's, of which nothing is looked at but what it knows.
struct OtherDesk {
    OtherDesk(client::ClientConfig link, const std::string& user)
        : feed(std::move(link), user, Secret<std::string>{"correct horse"}), desk(feed, clock, theme) {
        desk.start();
    }
    const SystemClock clock;
    Theme theme{ThemeMode::night};
    ClientFeed feed;
    Desk desk;
};

class DesksOnServer : public dispatch::DispatchdTest {
  protected:
    static map::NameTable names() {
        map::NameTable table;
        for (const auto& [c, syllable] : {std::pair{U'张', "zhang"}, std::pair{U'庄', "zhuang"}}) {
            table.han.add_reading(c, syllable);
        }
        map::Feature village;
        village.kind = map::NameKind::village;
        village.name = "张庄";
        village.at = {351'100'000, 1'109'100'000};
        table.features.push_back(village);
        return table;
    }
    client::ClientConfig link() const {
        client::ClientConfig out;
        out.servers = {"127.0.0.1:" + std::to_string(port_)};
        out.ca_file = broker_->ca();
        out.certificate_file = broker_->certificate("desk-1");
        out.key_file = broker_->key("desk-1");
        return out;
    }
    std::unique_ptr<Seat> seat(const std::string& user) {
        auto out = std::make_unique<Seat>(link(), user, folder_.filePath(QString::fromStdString(user)));
        out->window.setPlaceSearch(&search_);
        EXPECT_TRUE(QTest::qWaitFor([&] { return out->desk.takesOrders() && !out->desk.state().units().empty(); }, kPatienceMs))
            << "no state for the " << user;
        return out;
    }
    template <class Holds> static bool comes(Holds&& holds) { return QTest::qWaitFor(std::forward<Holds>(holds), kPatienceMs); }
    // From the telephone to the list of units; gives the case.
    std::int64_t openOne(Seat& li) {
        li.take();
        li.press(Qt::Key_F2);
        li.text("13900003462");
        EXPECT_TRUE(li.tabTo("Address"));
        li.text("zz");
        li.press(Qt::Key_Return);
        EXPECT_TRUE(li.tabTo("Complaint"));
        li.text("chest pain");
        EXPECT_TRUE(li.tabTo("Level"));
        li.press(Qt::Key_1);
        li.press(Qt::Key_Return, Qt::ControlModifier);
        EXPECT_TRUE(comes([&] { return li.window.canDispatch(); }));
        return li.desk.state().selected_incident();
    }
    // And to the order.
    std::int64_t sendOne(Seat& li) {
        const std::int64_t incident = openOne(li);
        li.press(Qt::Key_F4);
        EXPECT_TRUE(comes([&] { return li.desk.state().unit_of(incident) != nullptr; }));
        return incident;
    }
    QTemporaryDir folder_;
    map::Gazetteer gazetteer_{names()};
    PlaceSearch search_{gazetteer_};
};

} // namespace ems::console
