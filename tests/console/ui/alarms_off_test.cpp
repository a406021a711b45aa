// The alarms of one number of a patient, switched off and on by a physician's keys; what every desk sees of it.
#include "console/widgets/alarm_list_view.h"
#include "console/widgets/bars.h"
#include "console/widgets/numerics_view.h"
#include "console/widgets/patient_views.h"
#include "tests/console/ui/desk_keys.h"

#include <QMenu>
#include <QMessageBox>

namespace ems::console {
namespace {

class AlarmsOffKeys : public DeskKeys {
  protected:
    void sit(const std::string& role) {
        connectAll(role);
        desk_->selectIncident(10);
        window_->showView(View::physician);
        settle();
    }
    // As the centre tells it to every desk.
    void told(const char* parameter, std::int64_t off_us) {
        api::ServerFrame frame;
        auto* delta = frame.mutable_delta();
        delta->set_seq(++feed_.seq);
        delta->set_server_us(clock_.utc_us());
        auto* mark = delta->add_alarm_marks();
        mark->set_about("assignment");
        mark->set_about_id(100);
        mark->set_code(parameter);
        mark->set_off_us(off_us);
        mark->set_off_by("赵敏");
        mark->set_off_reason("COPD");
        feed_.push(std::move(frame));
        settle();
    }
    // The menu of the saturation's tile; `in_menu` is done before its only line is chosen.
    void chooseInMenu(const std::function<void(QMenu&)>& in_menu) {
        auto* view = numbers();
        view->setFocus(Qt::TabFocusReason);
        QTest::keyClick(view, Qt::Key_Right);
        bool opened = false;
        QTimer::singleShot(0, qApp, [&] {
            auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
            opened = menu != nullptr;
            if (opened) {
                in_menu(*menu);
                QTest::keyClick(menu, Qt::Key_Return);
            }
        });
        QTest::keyClick(view, Qt::Key_Menu);
        settle();
        has_menu_ = opened;
        QTest::keyClick(view, Qt::Key_Left);
    }
    NumericsView* numbers() const { return window_->findChild<NumericsView*>(); }
    const api::MarkAlarm* sent() const {
        const auto* frame = last_of(feed_, api::ClientFrame::kMarkAlarm);
        return frame == nullptr ? nullptr : &frame->mark_alarm();
    }
    std::string said(int tile) const { return numbers()->spokenPart(tile).text.toStdString(); }
    bool has_menu_{false};
};

TEST_F(AlarmsOffKeys, ThePhysicianSwitchesTheAlarmsOfANumberOffByKeysWithAReasonAndOnWithout) {
    sit("physician");
    bool stayed = false;
    chooseInMenu([&](QMenu&) {
        in_dialog([&](QDialog& dialog) {
            QTest::keyClick(dialog.focusWidget(), Qt::Key_Return);
            stayed = dialog.isVisible();
            QTest::keyClicks(dialog.focusWidget(), QStringLiteral("COPD"));
            QTest::keyClick(dialog.focusWidget(), Qt::Key_Return);
        });
    });
    ASSERT_TRUE(has_menu_);
    EXPECT_TRUE(stayed) << "without a reason";
    ASSERT_NE(sent(), nullptr);
    EXPECT_EQ(sent()->kind(), "off");
    EXPECT_EQ(sent()->about(), "assignment");
    EXPECT_EQ(sent()->about_id(), 100);
    EXPECT_EQ(sent()->code(), "spo2");
    EXPECT_EQ(sent()->grade(), 2U);
    EXPECT_EQ(sent()->reason(), "COPD");
    EXPECT_EQ(desk_->state().alarms().switched_off(4, "spo2"), nullptr) << "before the centre has it";
    told("spo2", clock_.utc_us());
    chooseInMenu([](QMenu&) {});
    ASSERT_TRUE(has_menu_);
    EXPECT_EQ(sent()->kind(), "on");
    EXPECT_EQ(sent()->code(), "spo2");
}

TEST_F(AlarmsOffKeys, ADispatcherSeesThatTheyAreOffAndHasNoMenu) {
    sit("dispatcher");
    told("spo2", clock_.utc_us());
    chooseInMenu([](QMenu&) {});
    EXPECT_FALSE(has_menu_);
    EXPECT_NE(said(1).find("alarms off by 赵敏: COPD"), std::string::npos) << said(1);
    EXPECT_EQ(sent(), nullptr);
}

TEST_F(AlarmsOffKeys, TileAndPatientSaySoWhereverTheyAreRead) {
    sit("physician");
    feed_.vitals(4, clock_.utc_us());
    settle();
    const QImage before = numbers()->grab().toImage();
    told("spo2", clock_.utc_us());
    told("rr", clock_.utc_us());
    EXPECT_NE(said(1).find("alarms off by 赵敏: COPD"), std::string::npos) << said(1);
    EXPECT_EQ(said(0).find("alarms off"), std::string::npos) << said(0);
    const std::string patient = window_->findChild<PatientBar*>()->spokenText().toStdString();
    EXPECT_NE(patient.find("Alarms off: SpO₂, Resp"), std::string::npos) << patient;
    const QImage now = numbers()->grab().toImage();
    const QRect spo2 = numbers()->spokenPart(1).box;
    const QRect heart = numbers()->spokenPart(0).box;
    EXPECT_NE(before.copy(spo2), now.copy(spo2));
    EXPECT_EQ(before.copy(heart), now.copy(heart));
}

TEST_F(AlarmsOffKeys, AnAlarmThatIsOffColoursNoTileAndIsInNoBarButStandsInTheListWithWhoAndWhy) {
    sit("physician");
    told("spo2", clock_.utc_us());
    const QImage before = numbers()->grab().toImage().copy(numbers()->spokenPart(1).box);
    feed_.alarm(4, "spo2_low", ems::wire::Alarm::MEDIUM, clock_.utc_us());
    settle();
    EXPECT_EQ(before, numbers()->grab().toImage().copy(numbers()->spokenPart(1).box));
    window_->grab();
    EXPECT_TRUE(window_->findChild<AlarmBar*>()->painted().empty());
    QTest::keyClick(window_.get(), Qt::Key_F8, Qt::ShiftModifier);
    auto* list = window_->findChild<AlarmListView*>();
    ASSERT_EQ(list->spokenCount(), 1);
    const std::string row = list->spokenPart(0).text.toStdString();
    EXPECT_NE(row.find("alarms off by 赵敏: COPD"), std::string::npos) << row;
    feed_.alarm(4, "spo2_low", ems::wire::Alarm::HIGH, clock_.utc_us());
    settle();
    window_->grab();
    EXPECT_EQ(window_->findChild<AlarmBar*>()->painted().size(), 1U) << "high";
}

TEST_F(AlarmsOffKeys, FromTheListOSwitchesTheNumberOfTheChosenAlarm) {
    sit("physician");
    feed_.alarm(4, "hr_high", ems::wire::Alarm::MEDIUM, clock_.utc_us());
    settle();
    QTest::keyClick(window_.get(), Qt::Key_F8, Qt::ShiftModifier);
    auto* list = window_->findChild<AlarmListView*>();
    QTest::keyClick(list, Qt::Key_Home);
    in_dialog([&](QDialog& dialog) {
        QTest::keyClick(dialog.focusWidget(), Qt::Key_1);
        QTest::keyClick(dialog.focusWidget(), Qt::Key_Return);
    });
    QTest::keyClick(list, Qt::Key_O);
    ASSERT_NE(sent(), nullptr);
    EXPECT_EQ(sent()->kind(), "off");
    EXPECT_EQ(sent()->code(), "hr");
    EXPECT_EQ(sent()->reason(), "known of this patient");
}

TEST_F(AlarmsOffKeys, ARefusalOfTheCentreIsSeen) {
    sit("physician");
    told("spo2", clock_.utc_us());
    chooseInMenu([](QMenu&) {});
    api::ServerFrame refused;
    refused.set_reply_to(feed_.sent.size());
    refused.mutable_error()->set_code(602);
    refused.mutable_error()->set_text_en("not allowed");
    feed_.push(refused);
    settle();
    auto* box = window_->findChild<QMessageBox*>(QStringLiteral("switchRefused"));
    ASSERT_NE(box, nullptr);
    EXPECT_TRUE(box->text().contains(QStringLiteral("not allowed"))) << box->text().toStdString();
    box->close();
}

} // namespace
} // namespace ems::console
