// What a screen reader is told of the desks: names of all that can be operated, and sentences of all that is painted.
#include "console/widgets/alarm_list_view.h"
#include "console/widgets/bars.h"
#include "console/widgets/controls.h"
#include "console/widgets/ecg_sweep.h"
#include "console/widgets/news2_view.h"
#include "console/widgets/numerics_view.h"
#include "console/widgets/patient_views.h"
#include "console/widgets/queue_view.h"
#include "console/widgets/recommend_view.h"
#include "console/widgets/scores_view.h"
#include "console/widgets/timeline_view.h"
#include "console/widgets/unit_board.h"
#include "console/widgets/video_tile.h"
#include "console/window/login_dialog.h"
#include "console/window/wall_window.h"
#include "tests/console/ui/desk_fixture.h"

#include <QAccessible>

namespace ems::console {
namespace {

class SpokenTest : public DeskTest {
  protected:
    void SetUp() override {
        DeskTest::SetUp();
        connectAll();
        desk_->selectIncident(11);
        feed_.recommendation(clock_.utc_us());
        settle();
        window_->grab();
    }
    template <class View> View* view() { return window_->findChild<View*>(); }
    template <class View> QAccessibleInterface* spoken() { return QAccessible::queryAccessibleInterface(view<View>()); }
    static std::string said(const QAccessibleInterface* part) {
        return part == nullptr ? std::string{} : part->text(QAccessible::Name).toStdString();
    }
    // What of `words` a sentence lacks.
    static std::string lacks(const std::string& sentence, std::initializer_list<const char*> words) {
        std::string out;
        for (const char* word : words) {
            out += sentence.find(word) == std::string::npos ? std::string{word} + " is not in \"" + sentence + "\"; " : std::string{};
        }
        return out;
    }
};

TEST_F(SpokenTest, ARowOfTheQueueSaysNumberComplaintPlaceTimerAndUnit) {
    QAccessibleInterface* queue = spoken<QueueView>();
    ASSERT_NE(queue, nullptr);
    EXPECT_EQ(queue->role(), QAccessible::List);
    ASSERT_EQ(queue->childCount(), 2);
    EXPECT_EQ(queue->child(0)->role(), QAccessible::ListItem);
    EXPECT_EQ(lacks(said(queue->child(0)), {"case 0034", "to dispatch", "no unit yet"}), "");
    EXPECT_EQ(lacks(said(queue->child(1)), {"case 0033", "摔伤 腰痛", "泓芝驿镇 寨里村", "冯村01"}), "");
}

TEST_F(SpokenTest, TheChosenRowIsSelectedAndLiesWhereItIsPainted) {
    QAccessibleInterface* queue = spoken<QueueView>();
    EXPECT_TRUE(queue->child(0)->state().selected);
    EXPECT_FALSE(queue->child(1)->state().selected);
    const QRect first = queue->child(0)->rect();
    EXPECT_EQ(first.width(), view<QueueView>()->width());
    EXPECT_EQ(queue->childAt(first.center().x(), first.center().y()), queue->child(0));
    EXPECT_EQ(queue->child(1)->parent(), queue);
    EXPECT_EQ(queue->indexOfChild(queue->child(1)), 1);
}

TEST_F(SpokenTest, TheArrowKeysMoveTheFocusFromRowToRow) {
    auto* queue = view<QueueView>();
    queue->setFocus();
    QAccessibleInterface* list = spoken<QueueView>();
    EXPECT_EQ(list->focusChild(), list->child(0));
    QTest::keyClick(queue, Qt::Key_Down);
    EXPECT_EQ(list->focusChild(), list->child(1));
    EXPECT_TRUE(list->child(1)->state().focused);
}

TEST_F(SpokenTest, APressOnARowIsAClickOnIt) {
    QAccessibleInterface* row = spoken<QueueView>()->child(1);
    QAccessibleActionInterface* action = row->actionInterface();
    ASSERT_NE(action, nullptr);
    action->doAction(QAccessibleActionInterface::pressAction());
    EXPECT_EQ(desk_->state().selected_incident(), 10);
}

TEST_F(SpokenTest, ARowOfTheUnitsSaysStateTimeCasePlaceAndAgeOfPosition) {
    QAccessibleInterface* board = spoken<UnitBoard>();
    ASSERT_EQ(board->childCount(), 4);
    std::string all;
    for (int i = 0; i < 4; ++i) {
        all += said(board->child(i)) + "\n";
    }
    EXPECT_EQ(lacks(all, {"冯村01, pat., for 5:00, case 0033, 泓芝驿镇 寨里村, position 1 s old", "席张01"}), "");
}

TEST_F(SpokenTest, ARowOfTheUnitsSaysHowFarOffItsPlaceMayLie) {
    feed_.world.mutable_positions(3)->set_accuracy_m(120);
    feed_.positions(clock_.utc_us());
    settle();
    std::string all;
    for (int i = 0; i < 4; ++i) {
        all += said(spoken<UnitBoard>()->child(i)) + "\n";
    }
    EXPECT_EQ(lacks(all, {" old, ±120 m\n"}), "");
}

TEST_F(SpokenTest, ACandidateSaysRankUnitAndArrival) {
    QAccessibleInterface* list = spoken<RecommendView>();
    ASSERT_GE(list->childCount(), 2);
    EXPECT_EQ(lacks(said(list->child(0)), {"choice 1", "there in ", "turnout ", "drive "}), "");
    EXPECT_TRUE(list->child(0)->state().selected);
}

TEST_F(SpokenTest, AChipSaysItsAlarm) {
    feed_.alarm(4, "spo2_low", ems::wire::Alarm::HIGH, clock_.utc_us());
    settle();
    window_->grab();
    auto* bar = view<AlarmBar>();
    QAccessibleInterface* spoken = QAccessible::queryAccessibleInterface(bar);
    ASSERT_FALSE(bar->painted().empty());
    EXPECT_EQ(spoken->childCount(), static_cast<int>(bar->painted().size()) + 2);
    EXPECT_EQ(spoken->child(0)->role(), QAccessible::AlertMessage);
    EXPECT_EQ(lacks(said(spoken->child(0)), {"high alarm", "0033", "not acknowledged"}), "");
}

TEST_F(SpokenTest, TheButtonsPaintedIntoTheAlarmBarCanBePressed) {
    QAccessibleInterface* bar = spoken<AlarmBar>();
    QAccessibleInterface* pause = bar->child(bar->childCount() - 2);
    EXPECT_EQ(pause->role(), QAccessible::Button);
    EXPECT_EQ(said(pause), "Pause audio Ctrl+M");
    pause->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
    EXPECT_GT(desk_->audioPauseLeftUs(), 0);
}

TEST_F(SpokenTest, AllAlarmsAreReadInTheirList) {
    feed_.alarm(4, "spo2_low", ems::wire::Alarm::HIGH, clock_.utc_us());
    settle();
    QTest::keyClick(window_.get(), Qt::Key_F8, Qt::ShiftModifier);
    QAccessibleInterface* list = spoken<AlarmListView>();
    ASSERT_GE(list->childCount(), 1);
    EXPECT_EQ(lacks(said(list->child(0)), {"alarm", "not acknowledged"}), "");
}

TEST_F(SpokenTest, AStageOfTheTimelineSaysItsTimeOrThatItIsNext) {
    desk_->selectIncident(10);
    settle();
    QAccessibleInterface* timeline = spoken<TimelineView>();
    ASSERT_GE(timeline->childCount(), static_cast<int>(kStageCount));
    EXPECT_EQ(lacks(said(timeline->child(static_cast<int>(Stage::at_scene))), {"At scene", "at ", "after the one before"}), "");
    EXPECT_EQ(lacks(said(timeline->child(static_cast<int>(Stage::left_scene))), {"Left scene", "comes next"}), "");
}

TEST_F(SpokenTest, ANumberSaysItsUnitLimitsAndAge) {
    desk_->selectIncident(10);
    window_->showView(View::physician);
    feed_.vitals(4, clock_.utc_us());
    settle();
    QAccessibleInterface* numbers = spoken<NumericsView>();
    ASSERT_EQ(numbers->childCount(), 7);
    EXPECT_EQ(lacks(said(numbers->child(0)), {"Heart rate", "/min", "limits ", " old"}), "");
    EXPECT_EQ(numbers->child(0)->role(), QAccessible::StaticText);
}

TEST_F(SpokenTest, PatientAndScoresAreReadFromTheirPanels) {
    desk_->selectIncident(10);
    window_->showView(View::physician);
    feed_.vitals(4, clock_.utc_us());
    settle();
    EXPECT_EQ(lacks(spoken<PatientBar>()->text(QAccessible::Description).toStdString(), {"case 0033", "冯村01"}), "");
    EXPECT_EQ(lacks(spoken<News2View>()->text(QAccessible::Description).toStdString(), {"missing"}), "");
    EXPECT_EQ(lacks(spoken<ScoresView>()->text(QAccessible::Description).toStdString(), {"qSOFA"}), "");
}

TEST_F(SpokenTest, AChoiceOfAFieldSaysThatItIsTaken) {
    for (SegmentField* field : window_->findChildren<SegmentField*>()) {
        field->setValue(2);
        QAccessibleInterface* spoken = QAccessible::queryAccessibleInterface(field);
        ASSERT_GE(spoken->childCount(), 2);
        EXPECT_EQ(spoken->child(1)->role(), QAccessible::RadioButton);
        EXPECT_TRUE(spoken->child(1)->state().checked);
        EXPECT_FALSE(spoken->child(0)->state().checked);
    }
}

TEST_F(SpokenTest, PicturesSayWhetherTheyRun) {
    window_->showView(View::physician);
    settle();
    for (QAccessibleInterface* picture : {spoken<EcgSweep>(), spoken<VideoTile>()}) {
        EXPECT_EQ(picture->role(), QAccessible::Graphic);
        EXPECT_FALSE(picture->text(QAccessible::Description).isEmpty());
    }
}

TEST_F(SpokenTest, AKeyButtonIsAButtonWithItsKeyInItsName) {
    const auto buttons = window_->findChildren<KeyButton*>();
    ASSERT_FALSE(buttons.isEmpty());
    for (KeyButton* button : buttons) {
        EXPECT_EQ(QAccessible::queryAccessibleInterface(button)->role(),
                  button->isCheckable() ? QAccessible::CheckBox : QAccessible::Button)
            << button->text().toStdString();
    }
}

TEST_F(SpokenTest, TheDefaultActionSaysWhatItWillDoAndWhyItCannot) {
    KeyButton* send = nullptr;
    for (KeyButton* button : window_->findChildren<KeyButton*>()) {
        send = button->accessibleName().endsWith(QStringLiteral(" F4")) ? button : send;
    }
    ASSERT_NE(send, nullptr);
    EXPECT_EQ(lacks(send->accessibleName().toStdString(), {"中心01", "F4"}), "");
    feed_.link(LinkChange::State::down);
    settle();
    clock_.advance(std::chrono::seconds{3});
    desk_->ticked();
    EXPECT_NE(send->accessibleDescription(), QString{});
}

TEST_F(SpokenTest, ARowThatIsGoneIsNoPartAnyMore) {
    QAccessibleInterface* queue = spoken<QueueView>();
    QAccessibleInterface* last = queue->child(queue->childCount() - 1);
    ASSERT_TRUE(last->isValid());
    auto world = feed_.world;
    feed_.world.mutable_incidents()->DeleteSubrange(0, feed_.world.incidents_size() - 1);
    api::ServerFrame frame;
    *frame.mutable_snapshot() = feed_.world;
    frame.mutable_snapshot()->set_seq(++feed_.seq);
    feed_.push(frame);
    settle();
    EXPECT_EQ(queue->childCount(), 1);
    EXPECT_FALSE(last->isValid());
    feed_.world = world;
}

// Of what takes keys or the pointer, those without a name.
QStringList nameless(const QWidget& desk) {
    QStringList out;
    QList<QWidget*> all = desk.findChildren<QWidget*>();
    for (const QWidget* widget : all) {
        const bool is_operated = widget->focusPolicy() != Qt::NoFocus || qobject_cast<const QAbstractButton*>(widget) != nullptr;
        const bool is_qts_own = widget->objectName().startsWith(QStringLiteral("qt_"));
        if (is_operated && !is_qts_own && widget->accessibleName().isEmpty()) {
            out << QString::fromLatin1(widget->metaObject()->className()) + QStringLiteral(" ") + widget->objectName();
        }
    }
    return out;
}

TEST_F(SpokenTest, AllThatIsOperatedOnADeskHasAName) {
    EXPECT_EQ(nameless(*window_).join(QStringLiteral("; ")).toStdString(), "");
    const WallWindow wall{*desk_, nullptr};
    EXPECT_EQ(nameless(wall).join(QStringLiteral("; ")).toStdString(), "");
    const LoginDialog log_in{theme_, QStringLiteral("10.0.0.5:8443"), QString{},
                             [](const std::string&, const std::string&, std::string) { return std::make_unique<FakeFeed>(); }};
    EXPECT_EQ(nameless(log_in).join(QStringLiteral("; ")).toStdString(), "");
}

} // namespace
} // namespace ems::console
