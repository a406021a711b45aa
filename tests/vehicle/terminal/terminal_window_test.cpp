// The crew's screen against a peer that speaks the crew socket, pressed as a finger presses it.
#include "console/theme/drill_marks.h"
#include "vehicle/terminal/terminal_words.h"

#include "tests/vehicle/terminal/crew_peer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include <QTest>

namespace ems::terminal {
namespace {

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

// Runs on an X display, too (vehicle_terminal_on_display).
TEST_F(TerminalTest, AnOrderIsDrivenToThePatientByTouchAndByKeys) {
    ASSERT_TRUE(QTest::qWaitForWindowExposed(window_.get()));
    auto* const fingers = QTest::createTouchDevice();
    const auto tap = [&](BigButton& button) {
        const QPoint at = button.mapTo(window_.get(), button.rect().center());
        QTest::touchEvent(window_.get(), fingers).press(0, at, window_.get());
        QTest::touchEvent(window_.get(), fingers).release(0, at, window_.get());
    };
    const auto state = [&] { return vehicle_->pressedStatus().state(); };
    give_order();
    reach([&] { return rings_ > 0; });
    tap(window_->mainButton());
    reach([&] { return vehicle_->status().order_accepted(); });
    reach([&] { // within 0.4 s it is a bump of the road
        tap(window_->mainButton());
        return state() == wire::UNIT_EN_ROUTE;
    });
    EXPECT_EQ(window_->page(), Page::way);
    int tabs = 0;
    while (window_->focusWidget() != &window_->mainButton()) {
        ASSERT_LT(++tabs, 40) << "the big button is reached with the tabulator";
        QTest::keyClick(window_->focusWidget(), Qt::Key_Tab);
    }
    reach([&] {
        QTest::keyClick(&window_->mainButton(), Qt::Key_Space);
        return state() == wire::UNIT_AT_SCENE;
    });
    reach([&] { return peer_->taken.size() >= 3; });
    EXPECT_TRUE(peer_->taken[0].answer().accept());
    EXPECT_EQ(peer_->taken[1].press().state(), wire::UNIT_EN_ROUTE);
    EXPECT_EQ(peer_->taken[2].press().state(), wire::UNIT_AT_SCENE);
    shoot(QStringLiteral("crew-32-by-keys.png"));
}

TEST_F(TerminalTest, TheScreenOfADrillIsFramedAndItsButtonsLieWithin) {
    console::DrillMarks marks{theme_};
    marks.begin();
    reach([&] { return vehicle_->everHeard(); });
    give_order();
    reach([&] { return window_->mainButton().isVisible(); });
    EXPECT_TRUE(window_->windowTitle().startsWith(console::drill_words()));
    const auto* frame = window_->findChild<QWidget*>(QStringLiteral("drillFrame"));
    ASSERT_NE(frame, nullptr);
    EXPECT_TRUE(frame->isVisible());
    EXPECT_EQ(frame->geometry(), window_->rect());
    const QPoint corner = window_->mainButton().mapTo(window_.get(), window_->mainButton().rect().bottomRight());
    EXPECT_TRUE(window_->contentsRect().contains(corner));
    shoot(QStringLiteral("crew-drill.png"));
}

TEST_F(TerminalTest, AnEcgIsSentWithOnePressAndTheScreenSaysWhatBecameOfIt) {
    give_order();
    peer_->status.set_order_accepted(true);
    reach([&] { return vehicle_->everHeard(); });
    window_->showPage(Page::patient);
    BigButton& send = window_->sendEcgButton();
    EXPECT_FALSE(send.isEnabled()) << "no ECG runs";
    shoot(QStringLiteral("crew-ecg-0-none.png"));
    peer_->status.set_ecg_leads(12);
    reach([&] { return send.isEnabled(); });
    peer_->stores = false;
    touch(send);
    EXPECT_TRUE(vehicle_->ecgWaits());
    reach([&] { return !peer_->taken.empty(); });
    shoot(QStringLiteral("crew-ecg-1-kept.png"));
    const vehicle::SendEcg first = peer_->taken.front().send_ecg();
    EXPECT_EQ(first.incident_id(), 34);
    EXPECT_FALSE(first.event_id().empty());
    peer_->stores = true;
    reach([&] { return !vehicle_->ecgWaits(); });
    EXPECT_EQ(peer_->taken.back().send_ecg().event_id(), first.event_id()) << "a repeat has its name";
    peer_->status.mutable_ecg_sent()->set_event_id(first.event_id());
    peer_->status.set_link_up(false);
    reach([&] { return vehicle_->status().has_ecg_sent() && !vehicle_->status().link_up(); });
    shoot(QStringLiteral("crew-ecg-2-no-link.png"));
    peer_->status.mutable_ecg_sent()->set_fate(vehicle::EcgSent::AT_CENTRE);
    peer_->status.set_link_up(true);
    reach([&] { return vehicle_->status().link_up(); });
    shoot(QStringLiteral("crew-ecg-3-there.png"));
}

// 06:02 UTC is 14:02 in China.
constexpr std::int64_t kTwoPastTwo = 1'773'830'520'000'000 / 86'400'000'000 * 86'400'000'000 + 21'720'000'000;

TEST_F(TerminalTest, TheButtonAsksWhatTheFenceSaysAndThePressCarriesItsTime) {
    peer_->status.set_state(wire::UNIT_EN_ROUTE);
    peer_->status.set_order_accepted(true);
    *peer_->status.mutable_order() = order();
    peer_->status.set_order_command_id("command-1");
    vehicle::FenceProposal& one = *peer_->status.add_proposals();
    one.set_state(wire::UNIT_AT_SCENE);
    one.set_since_us(kTwoPastTwo);
    reach([&] { return window_->mainButton().text().contains(QStringLiteral("14:02?")); });
    EXPECT_TRUE(window_->mainButton().text().startsWith(TerminalWords::step(Step::at_scene)));
    shoot(QStringLiteral("crew-fence-1-asked.png"));
    touch(window_->mainButton());
    EXPECT_EQ(vehicle_->pressedStatus().proposals_size(), 0) << "overtaken by the press";
    reach([&] { return !peer_->taken.empty(); });
    EXPECT_EQ(peer_->taken.front().press().state(), wire::UNIT_AT_SCENE);
    EXPECT_EQ(peer_->taken.front().press().fence_us(), kTwoPastTwo);
}

TEST_F(TerminalTest, WhereTheFenceRunsAheadTheUsualButtonStaysInItsPlaceBesideIt) {
    peer_->status.set_state(wire::UNIT_AT_SCENE);
    peer_->status.set_order_accepted(true);
    *peer_->status.mutable_order() = order();
    peer_->status.set_order_command_id("command-1");
    vehicle::FenceProposal& one = *peer_->status.add_proposals();
    one.set_state(wire::UNIT_TRANSPORTING);
    one.set_since_us(kTwoPastTwo);
    peer_->status.mutable_voice()->set_connected(true);
    reach([&] { return window_->mainButton().text().contains(QStringLiteral("14:02?")); });
    EXPECT_EQ(window_->otherButton(0).text(), TerminalWords::step(Step::at_patient));
    shoot(QStringLiteral("crew-fence-2-ahead.png"));
    touch(window_->otherButton(0));
    reach([&] { return !peer_->taken.empty(); });
    EXPECT_EQ(peer_->taken.front().press().state(), wire::UNIT_AT_PATIENT);
    EXPECT_EQ(peer_->taken.front().press().fence_us(), 0);
}

TEST_F(TerminalTest, APostingIsShownAnsweredAndReached) {
    reach([&] { return vehicle_->everHeard(); });
    window_->showPage(Page::patient);
    vehicle::PostedTo& posted = *peer_->status.mutable_posting();
    posted.set_command_id("posting-1");
    posted.mutable_posting()->set_kind(wire::Posting::STANDBY);
    posted.mutable_posting()->set_name("冯村路口");
    posted.mutable_posting()->mutable_place()->set_lat_e7(348'800'000);
    posted.mutable_posting()->mutable_place()->set_lon_e7(1'107'600'000);
    reach([&] { return rings_ > 0; });
    EXPECT_EQ(window_->page(), Page::task);
    shoot(QStringLiteral("crew-post-1-waits.png"));
    touch(window_->mainButton());
    reach([&] { return !peer_->taken.empty(); });
    EXPECT_EQ(peer_->taken.front().answer().command_id(), "posting-1");
    EXPECT_TRUE(peer_->taken.front().answer().accept());
    peer_->status.mutable_posting()->set_accepted(true);
    peer_->status.mutable_posting()->set_fence_us(kTwoPastTwo);
    reach([&] { return window_->mainButton().text().contains(QStringLiteral("14:02?")); });
    shoot(QStringLiteral("crew-post-2-there.png"));
    touch_again(window_->mainButton());
    reach([&] { return peer_->taken.size() == 2; });
    EXPECT_EQ(peer_->taken.back().reach().command_id(), "posting-1");
    EXPECT_EQ(peer_->taken.back().reach().fence_us(), kTwoPastTwo);
    EXPECT_EQ(rings_, 1);
}

TEST_F(TerminalTest, ACrewThatWillNotGoWhereItIsPostedSaysWhy) {
    peer_->status.mutable_posting()->set_command_id("posting-1");
    reach([&] { return window_->refuseButton().isVisible(); });
    touch(window_->refuseButton());
    touch(window_->reasonButton(1));
    EXPECT_FALSE(vehicle_->pressedStatus().has_posting());
    reach([&] { return !peer_->taken.empty(); });
    EXPECT_EQ(peer_->taken.front().answer().command_id(), "posting-1");
    EXPECT_FALSE(peer_->taken.front().answer().accept());
    EXPECT_EQ(QString::fromStdString(peer_->taken.front().answer().reason()), TerminalWords::refusals()[1]);
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
    close();
    open();
    peer_->open();
    reach([&] { return !peer_->taken.empty(); });
    EXPECT_EQ(peer_->taken.front().press().state(), wire::UNIT_AT_SCENE);
    reach([&] { return vehicle_->waiting() == 0; });
}

TEST_F(TerminalTest, APressThatCannotBeStoredIsSaidUntilItIs) {
    const auto said = [&] {
        const auto labels = window_->findChildren<QLabel*>();
        return std::any_of(labels.begin(), labels.end(), [](const QLabel* label) {
            return label->isVisible() && label->text().contains(QStringLiteral("未存盘"));
        });
    };
    peer_->status.set_state(wire::UNIT_EN_ROUTE);
    reach([&] { return window_->mainButton().isVisible(); });
    const auto in_its_place = dir_.path() / "presses";
    std::filesystem::create_directory(in_its_place);
    peer_->close();
    touch(window_->mainButton());
    EXPECT_TRUE(said());
    EXPECT_FALSE(vehicle_->keepsPresses());
    reach([&] { return vehicle_->isSilent(); });
    shoot(QStringLiteral("crew-33-press-not-stored.png"));
    std::filesystem::remove(in_its_place);
    reach([&] { return vehicle_->keepsPresses(); });
    close();
    open();
    EXPECT_EQ(vehicle_->waiting(), 1U) << "it outlives the terminal";
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
    shoot(QStringLiteral("crew-refused-press.png"));
    const auto labels = window_->findChildren<QLabel*>();
    EXPECT_TRUE(std::any_of(labels.begin(), labels.end(), [](const QLabel* label) {
        return label->text() == QStringLiteral("未受理：该状态不能按键上报");
    })) << "in the crew's language";
}

// Navigation and the big button under a finger that is on its way.
TEST_F(TerminalTest, WhateverIsSaidEveryButtonKeepsItsPlace) {
    reach([&] { return vehicle_->everHeard(); });
    const auto place = [&](QWidget& one) {
        return QRect{one.mapTo(window_.get(), QPoint{}), one.size()};
    };
    peer_->status.set_state(wire::UNIT_AT_PATIENT);
    reach([&] { return window_->mainButton().isVisible(); });
    const QRect main = place(window_->mainButton());
    const QRect out = place(window_->outOfServiceButton());
    EXPECT_LE(main.bottom(), 720) << "above the pages' names";
    EXPECT_EQ(main.height(), 150);
    peer_->status.mutable_voice()->set_connected(true);
    peer_->addAlarm("spo2_low", wire::Alarm::MEDIUM);
    window_->setSoundDevice(false);
    reach([&] { return window_->callButton().isVisible() && vehicle_->status().alarms_size() == 1; });
    peer_->refuses = "of this alarm only the sound can be paused";
    touch(window_->mainButton());
    EXPECT_TRUE(window_->undoButton().isVisible());
    shoot(QStringLiteral("crew-crowded.png"));
    EXPECT_EQ(place(window_->mainButton()), main);
    bool refused = false;
    QObject::connect(vehicle_.get(), &VehicleSocket::refused, [&] { refused = true; });
    reach([&] { return refused; });
    shoot(QStringLiteral("crew-crowded-refused.png"));
    EXPECT_EQ(place(window_->mainButton()), main);
    EXPECT_EQ(place(window_->outOfServiceButton()), out);
    for (const Page page : {Page::task, Page::way, Page::patient, Page::form, Page::orders, Page::alarms}) {
        window_->showPage(page);
        EXPECT_EQ(place(window_->mainButton()), main);
        EXPECT_TRUE(window_->mainButton().isVisible());
    }
}

TEST_F(TerminalTest, OutOfServiceBesideAPatientAsksWhyBeforeTheOrderGoes) {
    give_order();
    peer_->status.set_order_accepted(true);
    peer_->status.set_state(wire::UNIT_TRANSPORTING);
    reach([&] { return window_->outOfServiceButton().isVisible(); });
    touch(window_->outOfServiceButton());
    EXPECT_EQ(vehicle_->waiting(), 0U);
    EXPECT_EQ(vehicle_->pressedStatus().state(), wire::UNIT_TRANSPORTING);
    shoot(QStringLiteral("crew-22-breakdown.png"));
    touch(window_->breakdownButton(0));
    EXPECT_EQ(vehicle_->pressedStatus().state(), wire::UNIT_OUT_OF_SERVICE);
    reach([&] { return !peer_->taken.empty(); });
    EXPECT_EQ(peer_->taken.front().press().state(), wire::UNIT_OUT_OF_SERVICE);
    EXPECT_EQ(peer_->taken.front().press().reason(), "车辆故障");
}

TEST_F(TerminalTest, OutOfServiceWithoutAPatientIsOnePress) {
    peer_->status.set_state(wire::UNIT_RETURNING);
    reach([&] { return window_->outOfServiceButton().isVisible(); });
    touch(window_->outOfServiceButton());
    EXPECT_EQ(vehicle_->pressedStatus().state(), wire::UNIT_OUT_OF_SERVICE);
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

TEST_F(TerminalTest, WhatTheCentreChangedMeanwhileStandsInPlaceOfTheTaskUntilItIsRead) {
    reach([&] { return vehicle_->everHeard(); });
    window_->showPage(Page::patient);
    vehicle::AfterOutage& news = *peer_->status.mutable_after_outage();
    news.set_lasted_s(252);
    vehicle::CentreChange& cancelled = *news.add_changes();
    cancelled.set_what(vehicle::CentreChange::ORDER_CANCELLED);
    cancelled.set_shown("0034");
    cancelled.set_shown_state(wire::UNIT_AT_SCENE);
    cancelled.set_state(wire::UNIT_RETURNING);
    wire::StreamCount& events = *peer_->status.add_streams();
    events.set_stream(wire::STREAM_A);
    events.set_unacked(17);
    reach([&] { return window_->changesPage().isVisible(); });
    EXPECT_EQ(window_->page(), Page::task);
    const QString said = window_->changesPage().lines().join(QChar{u'\n'});
    for (const char* part : {"4:12", "0034", "17"}) {
        EXPECT_TRUE(said.contains(QLatin1String{part})) << part << ": " << said.toStdString();
    }
    EXPECT_TRUE(said.contains(TerminalWords::state(wire::UNIT_AT_SCENE)));
    EXPECT_TRUE(said.contains(TerminalWords::state(wire::UNIT_RETURNING)));
    shoot(QStringLiteral("crew-45-changes.png"));
    window_->showPage(Page::way);
    window_->showPage(Page::task);
    EXPECT_TRUE(window_->changesPage().isVisible()) << "until it is read";
    touch(window_->changesPage().seenButton());
    reach([&] { return !peer_->taken.empty(); });
    EXPECT_TRUE(peer_->taken.front().has_seen_changes());
    peer_->status.clear_after_outage();
    reach([&] { return window_->taskPage().isVisible(); });
}

TEST_F(TerminalTest, WhatTheCentreChangesOverALinkThatStandsSpeaksOfNoOutageAndSaysWhy) {
    reach([&] { return vehicle_->everHeard(); });
    vehicle::CentreChange& cancelled = *peer_->status.mutable_after_outage()->add_changes();
    cancelled.set_what(vehicle::CentreChange::ORDER_CANCELLED);
    cancelled.set_shown("0034");
    cancelled.set_shown_state(wire::UNIT_EN_ROUTE);
    cancelled.set_state(wire::UNIT_RETURNING);
    cancelled.set_reason("报警人称患者已自行就医");
    reach([&] { return window_->changesPage().isVisible(); });
    EXPECT_EQ(rings_, 1);
    const QStringList said = window_->changesPage().lines();
    ASSERT_EQ(said.size(), 2) << said.join(u'\n').toStdString();
    EXPECT_EQ(said[0], QStringLiteral("中心有变更："));
    EXPECT_TRUE(said[1].contains(QStringLiteral("报警人称患者已自行就医"))) << said[1].toStdString();
    EXPECT_TRUE(said[1].contains(TerminalWords::state(wire::UNIT_RETURNING))) << said[1].toStdString();
    shoot(QStringLiteral("crew-46-changes-link-up.png"));
}

TEST_F(TerminalTest, AChangeInThePlaceOfAnotherComesToTheFrontAgain) {
    reach([&] { return vehicle_->everHeard(); });
    vehicle::CentreChange& hospital = *peer_->status.mutable_after_outage()->add_changes();
    hospital.set_what(vehicle::CentreChange::DESTINATION_CHANGED);
    hospital.set_counts("市中心医院");
    reach([&] { return window_->changesPage().isVisible(); });
    window_->showPage(Page::way);
    hospital.set_counts("区医院"); // as many as before
    reach([&] { return window_->changesPage().isVisible(); });
    EXPECT_EQ(rings_, 2);
}

TEST_F(TerminalTest, AnOrderThatTookThePlaceOfChangesGivesItBack) {
    reach([&] { return vehicle_->everHeard(); });
    peer_->status.mutable_after_outage()->add_changes()->set_what(
        vehicle::CentreChange::POSTING_ENDED);
    reach([&] { return window_->changesPage().isVisible(); });
    give_order();
    reach([&] { return window_->taskPage().isVisible(); });
    touch(window_->mainButton());
    reach([&] { return window_->changesPage().isVisible(); });
}

TEST_F(TerminalTest, ANewOrderComesBeforeWhatChangedMeanwhile) {
    reach([&] { return vehicle_->everHeard(); });
    peer_->status.mutable_after_outage()->add_changes()->set_what(
        vehicle::CentreChange::POSTING_ENDED);
    give_order();
    reach([&] { return rings_ > 0; });
    EXPECT_TRUE(window_->taskPage().isVisible());
    touch(window_->mainButton());
    reach([&] { return window_->changesPage().isVisible(); });
}

TEST_F(TerminalTest, TheReasonsOfAPostingSpeakOfNoOrder) {
    vehicle::PostedTo& posting = *peer_->status.mutable_posting();
    posting.set_command_id("command-9");
    posting.mutable_posting()->set_kind(wire::Posting::STANDBY);
    posting.mutable_posting()->set_name("席张急救站");
    reach([&] { return window_->refuseButton().isVisible(); });
    touch(window_->refuseButton());
    shoot(QStringLiteral("crew-44-refuse-posting.png"));
    EXPECT_FALSE(window_->backButton().text().contains(QStringLiteral("任务")))
        << window_->backButton().text().toStdString();
    EXPECT_FALSE(window_->backButton().text().contains(QStringLiteral("命令")));
    give_order(); // more urgent than the posting, and it is that which waits now
    reach([&] { return window_->refuseButton().isVisible() && rings_ > 1; });
    touch(window_->refuseButton());
    EXPECT_EQ(window_->backButton().text(), TerminalWindow::tr("Back to the order"));
}

TEST_F(TerminalTest, AnOrderThatArrivesUnderTheFingerIsNotAcceptedByIt) {
    peer_->status.set_state(wire::UNIT_RETURNING);
    reach([&] { return window_->mainButton().isVisible(); });
    QTest::mousePress(&window_->mainButton(), Qt::LeftButton); // "available"
    give_order();
    reach([&] { return rings_ > 0; });
    QTest::mouseRelease(&window_->mainButton(), Qt::LeftButton);
    EXPECT_EQ(vehicle_->waiting(), 0U);
    touch_again(window_->mainButton());
    reach([&] { return !peer_->taken.empty(); });
    EXPECT_TRUE(peer_->taken.front().answer().accept());
}

TEST_F(TerminalTest, ARefusedOrderIsNotShownAsAcceptedWhileTheVehicleIsAway) {
    peer_->status.set_state(wire::UNIT_RETURNING);
    reach([&] { return vehicle_->everHeard(); });
    give_order();
    reach([&] { return window_->refuseButton().isVisible(); });
    peer_->close();
    touch(window_->refuseButton());
    touch(window_->reasonButton(0));
    EXPECT_EQ(vehicle_->waiting(), 1U);
    EXPECT_FALSE(vehicle_->pressedStatus().has_order());
    EXPECT_FALSE(order_waits(vehicle_->pressedStatus()));
    EXPECT_EQ(vehicle_->pressedStatus().state(), wire::UNIT_RETURNING);
    EXPECT_FALSE(window_->refuseButton().isVisible());
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

TEST_F(TerminalTest, TheCrewCallsItsDispatcherWithoutAnIntercom) {
    reach([&] { return window_->callDispatcherButton().isVisible(); });
    touch(window_->callDispatcherButton());
    reach([&] { return peer_->taken.size() == 1; });
    EXPECT_FALSE(peer_->taken[0].call_dispatcher().cancel());
    peer_->status.set_dispatcher_called(true);
    reach([&] { return vehicle_->status().dispatcher_called(); });
    shoot(QStringLiteral("crew-29-dispatcher-called.png"));
    reach([&] {
        touch(window_->callDispatcherButton());
        return peer_->taken.size() >= 2;
    });
    EXPECT_TRUE(peer_->taken[1].call_dispatcher().cancel());
}

// Counted on while nothing new is said, and while the vehicle's computer is away.
TEST_F(TerminalTest, AnOrderSaysSinceWhenItStandsAndUntilWhenItIsToBeAccepted) {
    give_order();
    peer_->status.set_order_age_ms(12'000);
    reach([&] { return vehicle_->orderAgeMs().has_value(); });
    EXPECT_GE(*vehicle_->orderAgeMs(), 12'000);
    EXPECT_TRUE(window_->mainButton().note().contains(QStringLiteral("18 s")))
        << window_->mainButton().note().toStdString();
    peer_->close();
    clock_.advance(std::chrono::seconds{20});
    EXPECT_GE(*vehicle_->orderAgeMs(), 32'000);
    reach([&] { return window_->mainButton().note().contains(QStringLiteral("超时")); });
    touch(window_->mainButton());
    EXPECT_EQ(window_->mainButton().note(), QString{}) << "it is answered";
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

TEST_F(TerminalTest, AVehicleWithoutAnIntercomOffersNone) {
    reach([&] { return vehicle_->everHeard(); });
    EXPECT_FALSE(window_->talkButton().isVisible());
    EXPECT_FALSE(window_->intercom().noLineText().isEmpty());
}

TEST_F(TerminalTest, APhysicianIsCalledWithoutAnIntercomAndToldOnlyOnceTheCentreHasIt) {
    peer_->status.set_link_up(false);
    reach([&] { return window_->callButton().isVisible(); });
    touch(window_->callButton());
    reach([&] { return peer_->taken.size() == 1; });
    EXPECT_FALSE(peer_->taken[0].call().cancel());
    peer_->status.set_physician_called(true);
    reach([&] { return vehicle_->status().physician_called() && !vehicle_->callWaits(); });
    const QString kept = window_->intercom().noLineText();
    shoot(QStringLiteral("crew-30-physician-kept.png"));
    peer_->status.set_link_up(true);
    reach([&] { return window_->intercom().noLineText() != kept; });
    shoot(QStringLiteral("crew-31-physician-told.png"));
    reach([&] {
        touch(window_->callButton());
        return peer_->taken.size() >= 2;
    });
    EXPECT_TRUE(peer_->taken[1].call().cancel());
}

TEST_F(TerminalTest, ACallForThePhysicianOutlivesTheTerminalAndTheVehiclesComputer) {
    reach([&] { return window_->callButton().isVisible(); });
    peer_->close();
    touch(window_->callButton());
    close();
    open();
    EXPECT_TRUE(vehicle_->callWaits());
    peer_->open();
    reach([&] { return peer_->taken.size() == 1; });
    EXPECT_FALSE(peer_->taken[0].call().event_id().empty());
}

TEST_F(TerminalTest, NumbersAlarmsAndSilenceAreShownAsTheyAre) {
    give_order();
    peer_->status.set_order_accepted(true);
    peer_->status.set_state(wire::UNIT_TRANSPORTING);
    peer_->status.set_limits_of(vehicle::ADULT);
    peer_->status.mutable_patient()->set_age_years(58);
    auto& vitals = *peer_->status.mutable_vitals();
    vitals.set_hr_bpm(104);
    vitals.set_spo2_pct(88);
    vitals.set_rr_bpm(24);
    vitals.set_nibp_sys_mmhg(104);
    vitals.set_nibp_dia_mmhg(68);
    vitals.set_nibp_age_ms(192'000);
    vitals.set_invalid_mask(1U << 7U);
    peer_->addAlarm("spo2_low", wire::Alarm::MEDIUM).mutable_alarm()->set_value("88 < 90");
    auto& second = peer_->addAlarm("ecg_noise", wire::Alarm::LOW);
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
    EXPECT_GT(pixelsOf(console::Token::al_med), 60'000) << "strip and tile are filled";
    peer_->close();
    clock_.advance(std::chrono::seconds{95});
    reach([&] { return vehicle_->silentMs() > 96'000; });
    EXPECT_TRUE(vehicle_->isSilent());
    shoot(QStringLiteral("crew-8-silent.png"));
    EXPECT_LT(pixelsOf(console::Token::al_med), 20'000) << "of then, and no alarm of now";
}

TEST_F(TerminalTest, ARhythmFillsTheHeartRateAndApnoeaTheRespiration) {
    peer_->status.set_limits_of(vehicle::ADULT);
    peer_->status.mutable_vitals()->set_hr_bpm(212);
    peer_->status.mutable_vitals()->set_rr_bpm(0);
    peer_->addAlarm("vf", wire::Alarm::HIGH);
    peer_->addAlarm("apnoea", wire::Alarm::HIGH).mutable_alarm()->set_value("0 < 1");
    reach([&] { return vehicle_->status().alarms_size() == 2; });
    window_->showPage(Page::patient);
    shoot(QStringLiteral("crew-34-rhythm.png"));
    constexpr int kStrip = 80'000;
    constexpr int kTile = 32'000;
    EXPECT_GT(pixelsOf(console::Token::al_high), kStrip * 8 / 10 + 2 * kTile * 8 / 10) << "beside what is written on them";
}

TEST_F(TerminalTest, AnAcknowledgedAlarmHasADarkEdgeByDay) {
    theme_.setMode(console::ThemeMode::day);
    peer_->addAlarm("spo2_low", wire::Alarm::MEDIUM).set_signal(vehicle::StandingAlarm::ACKNOWLEDGED);
    reach([&] { return vehicle_->status().alarms_size() == 1; });
    window_->showPage(Page::patient);
    shoot(QStringLiteral("crew-23-acknowledged-day.png"));
    const int strip = 2 * (1'280 + 60); // a line of one pixel about it
    EXPECT_GT(pixelsOf(console::Token::al_edge), 4 * strip) << "and about the tile";
    EXPECT_GT(pixelsOf(console::Token::al_med), 2 * strip);
}

} // namespace
} // namespace ems::terminal
