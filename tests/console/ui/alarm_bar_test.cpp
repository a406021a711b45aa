// Which alarms a desk lets be heard, and which of them one key acknowledges.
#include "tests/console/ui/desk_fixture.h"

#include "console/widgets/alarm_list_view.h"
#include "console/widgets/alarm_sounder.h"
#include "console/widgets/bars.h"

#include <array>
#include <span>
#include <vector>

namespace ems::console {
namespace {

// Hears what is played.
class Ear final : public SoundOut {
  public:
    bool play(std::span<const std::int16_t> samples) override {
        lengths.push_back(samples.size());
        return true;
    }
    void stop() override {}
    std::vector<std::size_t> lengths;
};

class AlarmBarTest : public DeskTest {
  protected:
    void raise(const std::string& code, ems::wire::Alarm::Priority priority) {
        feed_.alarm(4, code, priority, clock_.utc_us());
        settle();
    }
    AlarmState stateOf(const std::string& code) { return desk_->state().alarms().find("u4:" + code)->state; }
    void pressF8() { QTest::keyClick(window_.get(), Qt::Key_F8); }
};

TEST_F(AlarmBarTest, AVentricularFibrillationIsHeardAtThePhysiciansDesk) {
    Ear ear;
    const AlarmSounder sounder{*desk_, ear};
    connectAll("physician");
    raise("vf", ems::wire::Alarm::HIGH);
    ASSERT_FALSE(ear.lengths.empty());
    EXPECT_EQ(ear.lengths.back(), synthesise(sound_of(Grade::high)).size());
}

TEST_F(AlarmBarTest, AVentricularFibrillationIsSilentAtTheDispatchersDesk) {
    Ear ear;
    const AlarmSounder sounder{*desk_, ear};
    connectAll();
    raise("vf", ems::wire::Alarm::HIGH);
    EXPECT_TRUE(ear.lengths.empty());
}

TEST_F(AlarmBarTest, ALostServerIsHeardAtThePhysiciansDeskToo) {
    Ear ear;
    const AlarmSounder sounder{*desk_, ear};
    connectAll("physician");
    feed_.link(LinkChange::State::down, 1);
    settle();
    clock_.advance(std::chrono::seconds{60});
    desk_->state().watch_targets(clock_.utc_us());
    emit desk_->ticked();
    ASSERT_NE(desk_->state().alarms().find("server_lost"), nullptr);
    EXPECT_FALSE(ear.lengths.empty());
}

TEST_F(AlarmBarTest, ASecondLowAlarmIsHeardWhileTheFirstStands) {
    Ear ear;
    const AlarmSounder sounder{*desk_, ear};
    connectAll();
    raise("gnss_lost", ems::wire::Alarm::LOW);
    ASSERT_EQ(ear.lengths.size(), 1U);
    clock_.advance(std::chrono::seconds{4});
    emit desk_->ticked();
    ASSERT_EQ(ear.lengths.size(), 1U) << "a low one is not repeated";
    raise("clock_unset", ems::wire::Alarm::LOW);
    EXPECT_EQ(ear.lengths.size(), 2U);
}

TEST_F(AlarmBarTest, F8AcknowledgesTheFirstAlarmOfThisDesk) {
    connectAll("physician");
    raise("spo2_low", ems::wire::Alarm::MEDIUM);
    readAlarms();
    pressF8();
    EXPECT_EQ(stateOf("spo2_low"), AlarmState::acknowledged);
    EXPECT_EQ(desk_->state().alarms().find("u4:spo2_low")->acknowledged_by, "王晓燕");
}

TEST_F(AlarmBarTest, F8OfTheDispatcherLeavesThePhysiciansAlarms) {
    connectAll("dispatcher");
    raise("spo2_low", ems::wire::Alarm::MEDIUM);
    readAlarms();
    pressF8();
    EXPECT_EQ(stateOf("spo2_low"), AlarmState::active);
}

TEST_F(AlarmBarTest, AnotherRolesAlarmIsAcknowledgedByHandFromTheList) {
    connectAll("dispatcher");
    raise("spo2_low", ems::wire::Alarm::MEDIUM);
    QTest::keyClick(window_.get(), Qt::Key_F8, Qt::ShiftModifier);
    QTest::keyClick(window_->findChild<AlarmListView*>(), Qt::Key_Home);
    QTest::keyClick(window_->findChild<AlarmListView*>(), Qt::Key_F8);
    EXPECT_EQ(stateOf("spo2_low"), AlarmState::acknowledged);
}

TEST_F(AlarmBarTest, F8AcknowledgesNothingThatNobodyHasHadTheTimeToRead) {
    connectAll("physician");
    raise("spo2_low", ems::wire::Alarm::MEDIUM);
    readAlarms();
    raise("vf", ems::wire::Alarm::HIGH); // painted, and the key falls for what stood there before
    window_->grab();
    clock_.advance(std::chrono::milliseconds{100});
    pressF8();
    EXPECT_EQ(stateOf("vf"), AlarmState::active);
    EXPECT_EQ(stateOf("spo2_low"), AlarmState::acknowledged);
    clock_.advance(std::chrono::milliseconds{600});
    pressF8();
    EXPECT_EQ(stateOf("vf"), AlarmState::acknowledged);
}

TEST_F(AlarmBarTest, AnAlarmThatRoseInGradeIsReadAnew) {
    connectAll("physician");
    raise("spo2_low", ems::wire::Alarm::MEDIUM);
    readAlarms();
    raise("spo2_low", ems::wire::Alarm::HIGH);
    pressF8();
    window_->grab();
    pressF8();
    EXPECT_EQ(stateOf("spo2_low"), AlarmState::active);
}

TEST_F(AlarmBarTest, AChipStaysWhereItIsWhileAButtonIsHeldDown) {
    connectAll("physician");
    raise("spo2_low", ems::wire::Alarm::MEDIUM);
    auto* bar = window_->findChild<AlarmBar*>();
    readAlarms();
    QTest::mousePress(window_.get(), Qt::LeftButton);
    raise("vf", ems::wire::Alarm::HIGH);
    window_->grab();
    EXPECT_EQ(bar->painted(), (std::vector<std::string>{"u4:spo2_low", "u4:vf"}));
    QTest::mouseRelease(window_.get(), Qt::LeftButton);
    window_->grab();
    EXPECT_EQ(bar->painted(), (std::vector<std::string>{"u4:vf", "u4:spo2_low"}));
}

TEST_F(AlarmBarTest, AKeyThatIsHeldDownForLongHidesNoAlarm) {
    connectAll("physician");
    raise("spo2_low", ems::wire::Alarm::MEDIUM);
    readAlarms();
    QTest::keyPress(window_.get(), Qt::Key_Shift);
    raise("vf", ems::wire::Alarm::HIGH);
    clock_.advance(std::chrono::seconds{2});
    window_->grab();
    EXPECT_EQ(window_->findChild<AlarmBar*>()->painted().front(), "u4:vf");
    QTest::keyRelease(window_.get(), Qt::Key_Shift);
}

} // namespace
} // namespace ems::console
