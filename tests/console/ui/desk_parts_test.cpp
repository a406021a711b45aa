// What does not work, as the strip and its page say it.
#include "console/widgets/bars.h"
#include "console/widgets/parts_view.h"
#include "tests/console/ui/desk_keys.h"

namespace ems::console {
namespace {

// The link asks by itself whether the server is there; a desk that asked too would wait in vain for each answer.
TEST_F(DeskKeys, TheDeskShowsTheLinksRoundTripAndDoesNotPing) {
    connectAll();
    auto* strip = window_->findChild<StatusStrip*>();
    ASSERT_NE(strip, nullptr);
    const auto shown = [&] { return strip->marks().empty() ? QString{} : strip->marks().front().value; };
    QTRY_COMPARE(shown(), QStringLiteral("—"));
    feed_.round_trip = 2'600;
    QTRY_COMPARE(shown(), QStringLiteral("3 ms"));
    feed_.round_trip = 340;
    QTRY_COMPARE(shown(), QStringLiteral("< 1 ms"));
    int ticks = 0;
    QObject::connect(desk_.get(), &Desk::ticked, desk_.get(), [&] { ++ticks; });
    QTRY_VERIFY(ticks >= 1);
    EXPECT_EQ(last_of(feed_, api::ClientFrame::kPing), nullptr);
}

TEST_F(DeskKeys, WhatDoesNotWorkIsCountedInTheStripAndReadFromThere) {
    connectAll();
    auto* strip = window_->findChild<StatusStrip*>();
    auto* page = window_->findChild<PartsView*>();
    window_->setSoundDevice(true);
    const int before = strip->degraded();
    window_->setSoundDevice(false);
    EXPECT_EQ(strip->degraded(), before + 1);
    auto* form = field("Address");
    form->setFocus();
    QTest::keyClick(window_.get(), Qt::Key_F1, Qt::ShiftModifier);
    EXPECT_TRUE(page->isVisible());
    EXPECT_TRUE(page->hasFocus());
    EXPECT_EQ(page->parts().row(Part::sound).state, PartState::lost);
    QTest::keyClick(page, Qt::Key_Escape);
    EXPECT_FALSE(page->isVisible());
    EXPECT_TRUE(form->hasFocus());
    strip->grab(); // the mark is where it was painted
    QTest::mouseClick(strip, Qt::LeftButton, {}, {20, strip->height() / 2});
    EXPECT_TRUE(page->isVisible());
}

TEST_F(DeskKeys, HowTheServersDoIsAskedByADispatcherAlone) {
    connectAll();
    desk_->ticked();
    const auto* asked = last_of(feed_, api::ClientFrame::kGetFleetStatus);
    ASSERT_NE(asked, nullptr);
    api::ServerFrame answer;
    answer.set_reply_to(feed_.sent.size());
    answer.mutable_fleet_status()->set_server_us(clock_.utc_us());
    feed_.push(answer);
    settle();
    auto* page = window_->findChild<PartsView*>();
    EXPECT_EQ(page->parts().row(Part::broker).state, PartState::lost);
    EXPECT_EQ(page->parts().row(Part::media).state, PartState::lost);
    feed_.sent.clear();
    feed_.log_in("physician");
    settle();
    clock_.advance(std::chrono::minutes{5});
    desk_->ticked();
    EXPECT_EQ(last_of(feed_, api::ClientFrame::kGetFleetStatus), nullptr);
}

} // namespace
} // namespace ems::console
