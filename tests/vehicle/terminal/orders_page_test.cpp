// The place of the physician's orders: reached like every page, and of use before an order can stand there.
#include "tests/vehicle/terminal/crew_peer.h"

#include <gtest/gtest.h>

#include <QTest>

namespace ems::terminal {
namespace {

using Findings = wire::PatientFindings;

class OrdersPageTest : public TerminalTest {
  protected:
    OrdersPage& page() { return window_->ordersPage(); }
    QString said() { return page().lines().join(QChar{u'\n'}); }
    void show_page() {
        reach([&] { return vehicle_->everHeard(); });
        window_->showPage(Page::orders);
    }
};

// Runs on an X display, too (vehicle_terminal_on_display).
TEST_F(OrdersPageTest, ItsPlaceIsReachedByTouchAndByKeys) {
    ASSERT_TRUE(QTest::qWaitForWindowExposed(window_.get()));
    reach([&] { return vehicle_->everHeard(); });
    BigButton& tab = window_->pageButton(Page::orders);
    const QPoint at = tab.mapTo(window_.get(), tab.rect().center());
    auto* const fingers = QTest::createTouchDevice();
    QTest::touchEvent(window_.get(), fingers).press(0, at, window_.get());
    QTest::touchEvent(window_.get(), fingers).release(0, at, window_.get());
    EXPECT_EQ(window_->page(), Page::orders);
    EXPECT_TRUE(page().isVisible());
    window_->showPage(Page::task);
    int tabs = 0;
    while (window_->focusWidget() != &tab) {
        ASSERT_LT(++tabs, 40) << "the page's button is reached with the tabulator";
        QTest::keyClick(window_->focusWidget(), Qt::Key_Tab);
    }
    reach([&] { // within 0.4 s it is a bump of the road
        QTest::keyClick(&tab, Qt::Key_Space);
        return window_->page() == Page::orders;
    });
    EXPECT_EQ(page().accessibleDescription(), page().lines().join(QChar{u' '})) << "spoken as it stands";
}

TEST_F(OrdersPageTest, EveryTabAndKeyIsAsLargeAsAGloveNeeds) {
    show_page();
    for (const Page each : {Page::task, Page::way, Page::patient, Page::form, Page::orders, Page::alarms}) {
        EXPECT_GE(window_->pageButton(each).height(), 72);
        EXPECT_GE(window_->pageButton(each).width(), 200);
    }
    for (const BigButton* key : {&page().callButton(), &page().noteButton()}) {
        EXPECT_TRUE(page().rect().contains(key->geometry()));
        EXPECT_GE(key->height(), 72);
        EXPECT_GE(key->width(), 300);
    }
    EXPECT_GE(page().noteButton().x() - page().callButton().geometry().right(), 8);
}

TEST_F(OrdersPageTest, ItSaysWhatWillStandThereAndHowAnOrderIsTakenToday) {
    show_page();
    EXPECT_EQ(page().lines().front(), QStringLiteral("医师的医嘱（须复述）和核对单将显示在此处。"));
    EXPECT_TRUE(said().contains(QStringLiteral("大声复述")));
    shoot(QStringLiteral("crew-50-orders.png"));
    theme_.setMode(console::ThemeMode::day);
    QCoreApplication::processEvents(); // labels take the inks of the day
    EXPECT_EQ(page().findChild<QLabel*>()->palette().color(QPalette::WindowText), theme_.color(console::Token::text_1));
    shoot(QStringLiteral("crew-51-orders-day.png"));
}

TEST_F(OrdersPageTest, OnlyACrewThatCanBeHeardIsToldToHoldTheTalkKey) {
    show_page();
    EXPECT_TRUE(said().contains(QStringLiteral("回电")));
    peer_->status.mutable_voice()->set_connected(true);
    reach([&] { return said().contains(QStringLiteral("按住")); });
    EXPECT_FALSE(said().contains(QStringLiteral("回电")));
    peer_->status.mutable_voice()->set_no_microphone(true);
    reach([&] { return said().contains(QStringLiteral("回电")); });
}

TEST_F(OrdersPageTest, ACallFromThePageIsMadeOnceAndSaysWhatBecameOfIt) {
    show_page();
    EXPECT_TRUE(page().callButton().isEnabled());
    peer_->stores = false;
    touch(page().callButton());
    EXPECT_FALSE(page().callButton().isEnabled()) << "pressed again it would end the call";
    reach([&] { return !peer_->taken.empty(); });
    EXPECT_TRUE(peer_->taken.front().has_call());
    EXPECT_FALSE(peer_->taken.front().call().cancel());
    peer_->status.set_physician_called(true);
    peer_->stores = true;
    reach([&] { return vehicle_->status().physician_called() && !vehicle_->callWaits(); });
    shoot(QStringLiteral("crew-52-orders-called.png"));
    emit page().callButton().pressedWhole(); // of a press that was under way when the call came to stand
    EXPECT_FALSE(vehicle_->callWaits());
    peer_->status.set_physician_called(false);
    reach([&] { return page().callButton().isEnabled(); });
}

TEST_F(OrdersPageTest, BeforeTheVehicleIsHeardNobodyIsCalled) {
    close();
    peer_->close();
    open();
    window_->showPage(Page::orders);
    EXPECT_FALSE(page().callButton().isEnabled());
}

TEST_F(OrdersPageTest, ANoteIsEnteredFromThePageAndStandsThere) {
    show_page();
    peer_->stores = false; // as entered, before the vehicle's word
    touch(page().noteButton());
    EXPECT_EQ(window_->page(), Page::form);
    touch(window_->formPage().choice(1)); // no allergy known
    touch(window_->formPage().doneButton());
    window_->showPage(Page::orders);
    EXPECT_TRUE(page().lines().back().contains(QStringLiteral("无过敏史"))) << page().lines().back().toStdString();
}

TEST_F(OrdersPageTest, AnEntryThatWasBegunGoesBeforeTheNote) {
    show_page();
    window_->showPage(Page::form);
    touch(window_->formPage().field(Findings::kComplaintsFieldNumber));
    touch(window_->formPage().choice(0));
    window_->showPage(Page::orders);
    touch(page().noteButton());
    touch(window_->formPage().doneButton());
    reach([&] { return !peer_->taken.empty(); });
    EXPECT_EQ(peer_->taken.front().findings().findings().complaints().code_size(), 1);
}

TEST_F(OrdersPageTest, ThePhysicianIsToldTheAgeThatTheCrewFoundAndItsEstimateOfTheWeight) {
    give_order(); // male, 58
    peer_->status.set_order_accepted(true);
    show_page();
    reach([&] { return said().contains(QStringLiteral("58")); });
    wire::PatientChart& chart = *peer_->status.mutable_chart();
    chart.mutable_findings()->set_age_months(61 * 12);
    chart.mutable_findings()->set_weight_kg(72);
    for (const int field : {Findings::kAgeMonthsFieldNumber, Findings::kWeightKgFieldNumber}) {
        (*chart.mutable_found_us())[static_cast<std::uint32_t>(field)] = clock_.utc_us();
    }
    reach([&] { return said().contains(QStringLiteral("72 kg")); });
    EXPECT_TRUE(said().contains(QStringLiteral("61")));
    EXPECT_FALSE(said().contains(QStringLiteral("58")));
    shoot(QStringLiteral("crew-53-orders-patient.png"));
}

} // namespace
} // namespace ems::terminal
