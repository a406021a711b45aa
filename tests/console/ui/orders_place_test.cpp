// The place that is left for orders and pre-alert on the physician's desk.
#include "console/widgets/orders_place.h"
#include "tests/console/ui/desk_fixture.h"

#include <QDockWidget>

namespace ems::console {
namespace {

class OrdersPlaceTest : public DeskTest {
  protected:
    void SetUp() override {
        DeskTest::SetUp();
        connectAll("physician");
        window_->showView(View::physician);
        settle();
    }
    QDockWidget* dock() { return window_->findChild<QDockWidget*>(QStringLiteral("dockOrders")); }
};

TEST_F(OrdersPlaceTest, KeepsItsSizeWhateverCaseIsChosen) {
    ASSERT_NE(dock(), nullptr);
    EXPECT_TRUE(dock()->isVisible());
    const QRect before = dock()->geometry();
    EXPECT_GE(before.width(), 400);
    for (const std::int64_t id : {10, 11, 0}) {
        desk_->selectIncident(id);
        settle();
        EXPECT_EQ(dock()->geometry(), before) << id;
    }
}

TEST_F(OrdersPlaceTest, AKeyLeadsToItFromTheOtherView) {
    window_->showView(View::dispatcher);
    QTest::keyClick(window_.get(), Qt::Key_O, Qt::ControlModifier);
    settle();
    EXPECT_EQ(window_->view(), View::physician);
    EXPECT_EQ(window_->focusWidget(), window_->findChild<OrdersPlace*>());
}

// Where the place sends who wants to write a note.
TEST_F(OrdersPlaceTest, F9LeadsToTheTimelineBesideIt) {
    QTest::keyClick(window_.get(), Qt::Key_F9);
    settle();
    ASSERT_NE(window_->focusWidget(), nullptr);
    EXPECT_TRUE(window_->findChild<QDockWidget*>(QStringLiteral("dockStages"))->isAncestorOf(window_->focusWidget()));
}

TEST_F(OrdersPlaceTest, BothSentencesHaveRoomAndAreSpoken) {
    const auto* place = window_->findChild<OrdersPlace*>();
    EXPECT_TRUE(place->accessibleDescription().contains(OrdersPlace::whatToDo()));
    EXPECT_LE(place->textHeight(place->minimumSizeHint().width()), place->minimumSizeHint().height());
}

} // namespace
} // namespace ems::console
