// When a patient is at the hospital stands wherever somebody looks for it: timeline, unit board, worklist, patient's bar.
#include "console/theme/time_text.h"
#include "console/widgets/patient_views.h"
#include "console/widgets/timeline_view.h"
#include "console/widgets/unit_board.h"
#include "console/widgets/words.h"
#include "tests/console/ui/desk_fixture.h"
#include "tests/console/ui/picture_file.h"
#include "tests/console/ui/text_probe.h"

namespace ems::console {
namespace {

constexpr std::int64_t kS = 1'000'000;

class HospitalWayTest : public DeskTest {
  protected:
    void SetUp() override {
        DeskTest::SetUp();
        connectAll();
        desk_->selectIncident(11);
    }
    void drive(std::int64_t arrival_us) {
        feed_.unit_state(1, ems::wire::UNIT_TRANSPORTING, clock_.utc_us());
        api::ServerFrame frame;
        frame.mutable_delta()->set_seq(++feed_.seq);
        frame.mutable_delta()->set_server_us(clock_.utc_us());
        auto* task = frame.mutable_delta()->add_assignments();
        task->set_id(101);
        task->set_incident_id(11);
        task->set_unit_id(1);
        task->set_state("accepted");
        task->set_version(++version_);
        task->set_predicted_hospital_us(arrival_us);
        feed_.push(std::move(frame));
        settle();
    }
    // The way begins, and 20 s of it are over.
    std::int64_t driveFor(std::int64_t whole_us) {
        const std::int64_t arrival_us = clock_.utc_us() + whole_us;
        drive(arrival_us);
        clock_.advance(std::chrono::seconds{20});
        emit desk_->ticked();
        return arrival_us;
    }
    static QString painted(QWidget& widget) { return painted_texts(widget).join(QLatin1Char('\n')); }
    static QString minute(std::int64_t at_us) { return qs(clock_text(at_us)).left(5); }
    TimelineView& timeline() {
        return *window_->findChild<QWidget*>(QStringLiteral("dockTimeline"))->findChild<TimelineView*>();
    }
    std::uint64_t version_{1'000};
};

TEST_F(HospitalWayTest, NamesTheHospitalAndCountsDownToTheArrival) {
    EXPECT_FALSE(hospital_way(*desk_));
    const std::int64_t arrival_us = clock_.utc_us() + 1'090 * kS;
    drive(arrival_us);
    const auto way = hospital_way(*desk_);
    ASSERT_TRUE(way);
    EXPECT_TRUE(way->text.contains(QStringLiteral("盐湖区人民医院")));
    EXPECT_EQ(way->arrival_us, arrival_us);
}

TEST_F(HospitalWayTest, WithoutAPredictionItNamesTheHospitalAlone) {
    drive(0);
    const auto way = hospital_way(*desk_);
    ASSERT_TRUE(way);
    EXPECT_TRUE(way->text.contains(QStringLiteral("盐湖区人民医院")));
    EXPECT_EQ(way->arrival_us, 0);
}

TEST_F(HospitalWayTest, WithoutAPredictionTheBarSaysThatItCountsFromTheScene) {
    window_->showView(View::physician);
    settle();
    drive(0);
    auto* bar = window_->findChild<PatientBar*>();
    EXPECT_TRUE(painted(*bar).contains(QStringLiteral("arrival not known"))) << painted(*bar).toStdString();
    EXPECT_TRUE(painted(*bar).contains(QStringLiteral("since the scene")));
    drive(clock_.utc_us() + 900 * kS);
    EXPECT_FALSE(painted(*bar).contains(QStringLiteral("since the scene")));
}

TEST_F(HospitalWayTest, TheUnitBoardExpectsATransportToo) {
    const std::int64_t arrival_us = driveFor(900 * kS);
    EXPECT_TRUE(painted(*window_->findChild<UnitBoard*>()).contains(minute(arrival_us)));
}

TEST_F(HospitalWayTest, TheTimelineForecastsTheHospitalInItsStageAndInItsLane) {
    const std::int64_t arrival_us = driveFor(900 * kS);
    const QString all = painted(timeline());
    EXPECT_TRUE(all.contains(qs(clock_text(arrival_us)))) << all.toStdString();
    EXPECT_TRUE(all.contains(QStringLiteral("predicted transport")));
    save_picture(window_->grab().toImage(), QStringLiteral("hospital-forecast.png"));
    drive(0);
    EXPECT_FALSE(painted(timeline()).contains(QStringLiteral("predicted transport")));
}

TEST_F(HospitalWayTest, TheWorklistSaysWhenHeIsThere) {
    window_->showView(View::physician);
    settle();
    const std::int64_t arrival_us = driveFor(900 * kS);
    EXPECT_TRUE(painted(*window_->findChild<WorklistView*>()).contains(QStringLiteral("there ") + minute(arrival_us)));
    save_picture(window_->grab().toImage(), QStringLiteral("hospital-worklist.png"));
}

// The axis of a drill that runs faster has seconds in its times.
TEST_F(HospitalWayTest, NoTimeOfTheAxisIsCutAtTheRightEdge) {
    api::ServerFrame frame;
    auto* login = frame.mutable_log_in_ok();
    login->set_user("wang");
    login->set_role("dispatcher");
    login->set_time_scale(60);
    feed_.push(std::move(frame));
    settle();
    constexpr int kQuarters = 40; // of a second: as long as from one mark of the axis to the next
    for (int quarter = 0; quarter < kQuarters; ++quarter) {
        clock_.advance(std::chrono::milliseconds{250});
        TextProbe probe{timeline().size()};
        timeline().render(&probe);
        EXPECT_FALSE(probe.texts().isEmpty());
        EXPECT_EQ(probe.beyond(), QStringList{}) << probe.beyond().join(QLatin1Char(' ')).toStdString();
    }
}

} // namespace
} // namespace ems::console
