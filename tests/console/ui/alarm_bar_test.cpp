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

} // namespace
} // namespace ems::console
