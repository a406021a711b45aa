// What the crew hears: alarms of the vehicle, an order that waits, and a vehicle that is away.
#include "vehicle/terminal/crew_sounder.h"

#include "tests/vehicle/terminal/crew_peer.h"

#include <gtest/gtest.h>

#include <span>
#include <vector>

#include <QLabel>
#include <QTest>

namespace ems::terminal {
namespace {

class CrewSounderTest : public TerminalTest {};

// Hears what is played.
class Ear : public console::SoundOut {
  public:
    bool play(std::span<const std::int16_t> samples) override {
        lengths.push_back(samples.size());
        return works;
    }
    bool probe() override { return works; }
    void stop() override { ++stops; }
    std::vector<std::size_t> lengths;
    int stops{0};
    bool works{true};
};

std::size_t burst_of(console::Grade grade) {
    return console::synthesise(console::sound_of(grade)).size();
}

TEST_F(CrewSounderTest, AnAlarmOfTheVehicleIsHeardAndHeardAgainUntilItIsQuietened) {
    Ear ear;
    const CrewSounder sounder{*vehicle_, clock_, ear};
    reach([&] { return vehicle_->everHeard(); });
    EXPECT_TRUE(ear.lengths.empty());
    peer_->status.set_sounding(wire::Alarm::HIGH);
    peer_->push();
    reach([&] { return ear.lengths.size() == 3; });
    EXPECT_EQ(ear.lengths, std::vector<std::size_t>(3, burst_of(console::Grade::high)));
    peer_->status.set_sounding(wire::Alarm::PRIORITY_UNSPECIFIED);
    reach([&] { return ear.stops == 1; });
    EXPECT_EQ(ear.lengths.size(), 3U);
}

TEST_F(CrewSounderTest, ASecondLowAlarmIsHeardWhileTheFirstStands) {
    Ear ear;
    const CrewSounder sounder{*vehicle_, clock_, ear};
    reach([&] { return vehicle_->everHeard(); });
    peer_->status.set_sounding(wire::Alarm::LOW);
    for (const char* code : {"gnss_lost", "inputs_lost"}) {
        const std::size_t before = ear.lengths.size();
        auto* alarm = peer_->status.add_alarms()->mutable_alarm();
        alarm->set_code(code);
        alarm->set_priority(wire::Alarm::LOW);
        peer_->push();
        reach([&] { return ear.lengths.size() == before + 1; });
    }
    EXPECT_EQ(ear.lengths, std::vector<std::size_t>(2, burst_of(console::Grade::low)));
}

TEST_F(CrewSounderTest, ANewOrderIsHeardUntilItIsAnsweredAndSofterBesideAPatient) {
    Ear ear;
    const CrewSounder sounder{*vehicle_, clock_, ear};
    give_order();
    reach([&] { return !ear.lengths.empty(); });
    EXPECT_EQ(ear.lengths.back(), burst_of(console::Grade::high));
    peer_->status.mutable_patient()->set_attended(true);
    reach([&] { return ear.lengths.back() == burst_of(console::Grade::medium); });
    touch(window_->mainButton());
    reach([&] { return ear.stops > 0; });
}

TEST_F(CrewSounderTest, WhatTheCentreChangedIsHeardUntilItIsRead) {
    Ear ear;
    const CrewSounder sounder{*vehicle_, clock_, ear};
    reach([&] { return vehicle_->everHeard(); });
    peer_->status.mutable_after_outage()->add_changes()->set_what(
        vehicle::CentreChange::DESTINATION_CHANGED);
    reach([&] { return ear.lengths.size() == 2; });
    EXPECT_EQ(ear.lengths, std::vector<std::size_t>(2, burst_of(console::Grade::medium)));
    peer_->status.clear_after_outage();
    reach([&] { return ear.stops == 1; });
}

TEST_F(CrewSounderTest, APostingIsHeardUntilItIsAnswered) {
    Ear ear;
    const CrewSounder sounder{*vehicle_, clock_, ear};
    reach([&] { return vehicle_->everHeard(); });
    peer_->status.mutable_posting()->set_command_id("command-9");
    reach([&] { return ear.lengths.size() == 2; });
    EXPECT_EQ(ear.lengths, std::vector<std::size_t>(2, burst_of(console::Grade::medium)));
    touch(window_->mainButton());
    reach([&] { return ear.stops == 1; });
}

TEST_F(CrewSounderTest, AVehicleThatIsHeardNoLongerIsHeardOf) {
    Ear ear;
    const CrewSounder sounder{*vehicle_, clock_, ear};
    reach([&] { return vehicle_->everHeard(); });
    peer_->close();
    reach([&] { return !ear.lengths.empty(); });
    EXPECT_EQ(ear.lengths.front(), burst_of(console::Grade::medium));
    EXPECT_TRUE(vehicle_->isSilent());
}

TEST_F(CrewSounderTest, AnOrderThatWaitsStaysAsUrgentWhileTheVehicleIsAway) {
    Ear ear;
    const CrewSounder sounder{*vehicle_, clock_, ear};
    give_order();
    reach([&] { return !ear.lengths.empty(); });
    peer_->close();
    reach([&] { return vehicle_->isSilent(); });
    const std::size_t before = ear.lengths.size();
    reach([&] { return ear.lengths.size() >= before + 2; });
    EXPECT_EQ(ear.lengths, std::vector<std::size_t>(ear.lengths.size(), burst_of(console::Grade::high)));
}

TEST_F(CrewSounderTest, ALoudspeakerThatFailsIsTold) {
    Ear ear;
    ear.works = false;
    CrewSounder sounder{*vehicle_, clock_, ear};
    QObject::connect(&sounder, &CrewSounder::deviceChanged, window_.get(),
                     &TerminalWindow::setSoundDevice);
    const auto told = [&] {
        for (const auto* label : window_->findChildren<QLabel*>()) {
            if (label->isVisible() && label->text() == QStringLiteral("扬声器无效，听不到报警音")) {
                return true;
            }
        }
        return false;
    };
    reach([&] { return told(); }); // before an alarm needs it
    ear.works = true;
    peer_->status.set_sounding(wire::Alarm::LOW);
    reach([&] { return !told(); });
}

} // namespace
} // namespace ems::terminal
