// Writing a call by keys while the server goes on talking.
#include "tests/console/ui/desk_keys.h"

#include <QFile>

namespace ems::console {
namespace {

TEST_F(DeskKeys, NoEventOfTheServerTakesTheFocusOrTheTextOfTheForm) {
    connectAll();
    QTest::keyClick(window_.get(), Qt::Key_F2);
    auto* phone = field("Caller's telephone");
    ASSERT_NE(phone, nullptr);
    QTest::keyClicks(phone, QStringLiteral("13912343462"));
    feed_.recommendation(clock_.utc_us());
    feed_.alarm(4, "vf", ems::wire::Alarm::HIGH, clock_.utc_us());
    feed_.unit_state(1, ems::wire::UNIT_ASSIGNED, clock_.utc_us());
    feed_.snapshot(clock_.utc_us());
    settle();
    EXPECT_EQ(window_->focusWidget(), phone);
    EXPECT_EQ(phone->text(), QStringLiteral("13912343462"));
    QTest::keyClick(phone, Qt::Key_Escape);
    EXPECT_EQ(phone->text(), QStringLiteral("13912343462"));
}

TEST_F(DeskKeys, FieldsAreStoredAsTheyAreLeftAndComeBackAfterACrash) {
    connectAll();
    QTest::keyClick(window_.get(), Qt::Key_F2);
    auto* complaint = field("Complaint");
    complaint->setFocus();
    QTest::keyClicks(complaint, QStringLiteral("chest pain"));
    QTest::keyClick(complaint, Qt::Key_Tab);
    EXPECT_TRUE(QFile::exists(draft_));
    window_ = std::make_unique<MainWindow>(*desk_, nullptr, nullptr, draft_);
    window_->show();
    EXPECT_EQ(field("Complaint")->text(), QStringLiteral("chest pain"));
}

TEST_F(DeskKeys, FormSendsACallWithItsPlaceAndCompleteFields) {
    connectAll();
    QTest::keyClick(window_.get(), Qt::Key_F2);
    QTest::keyClicks(field("Complaint"), QStringLiteral("chest pain"));
    QTest::keyClicks(field("Address"), QStringLiteral("somewhere"));
    window_->callForm().submit();
    EXPECT_EQ(last_of(feed_, api::ClientFrame::kNewCall), nullptr) << "neither place nor level is known";
    window_->callForm().setPlace(35.1, 110.9);
    auto* level = window_->callForm().findChildren<SegmentField*>().last();
    level->setFocus();
    QTest::keyClick(level, Qt::Key_1);
    window_->callForm().submit();
    const auto* frame = last_of(feed_, api::ClientFrame::kNewCall);
    ASSERT_NE(frame, nullptr);
    EXPECT_EQ(frame->new_call().level(), 1U);
    EXPECT_EQ(frame->new_call().place().lat_e7(), 351'000'000);
    EXPECT_EQ(frame->new_call().complaint(), "chest pain");
}

} // namespace
} // namespace ems::console
