// The crew's half of the intercom: what it believes about being heard is what is so, and a key is
// open exactly while a finger lies on it.
#include "tests/vehicle/terminal/crew_peer.h"

#include <gtest/gtest.h>

#include <QImage>
#include <QTest>

namespace ems::terminal {
namespace {

using vehicle::TalkKey;
using vehicle::VoiceLine;

class IntercomPanelTest : public TerminalTest {
  protected:
    void SetUp() override {
        TerminalTest::SetUp();
        line().set_connected(true);
        line().set_consoles(1);
        line().set_spoken_dbfs(-24);
        line().set_heard_dbfs(-50);
        reach([&] { return panel().callButton().isVisible(); });
    }
    VoiceLine& line() { return *peer_->status.mutable_voice(); }
    IntercomPanel& panel() { return window_->intercom(); }
    void press(BigButton& button) { QTest::mousePress(&button, Qt::LeftButton); }
    void release(BigButton& button) { QTest::mouseRelease(&button, Qt::LeftButton); }
    void picture(const QString& name) {
        QCoreApplication::processEvents(); // what was hidden gives its place to others
        shoot(name);
    }
    std::vector<TalkKey::Key> keys() {
        std::vector<TalkKey::Key> out;
        for (const vehicle::CrewRequest& request : peer_->taken) {
            if (request.has_talk()) {
                out.push_back(request.talk().key());
            }
        }
        return out;
    }
    void open_line() {
        line().set_open_line(true);
        line().set_speaker(VoiceLine::CONSOLE);
        line().set_speaker_name("王敏");
        line().set_speaker_role(VoiceLine::PHYSICIAN);
    }
};

TEST_F(IntercomPanelTest, ACrewWhoseFloorIsRevokedIsToldUnderItsFinger) {
    press(panel().talkButton());
    reach([&] { return keys().size() == 1; });
    line().set_speaker(VoiceLine::CREW);
    line().set_verdict(VoiceLine::GRANTED);
    line().set_left_ms(9'000);
    reach([&] { return vehicle_->status().voice().speaker() == VoiceLine::CREW; });
    EXPECT_EQ(panel().notHeard(), QString{});
    picture(QStringLiteral("crew-voice-1-heard.png"));
    line().set_speaker(VoiceLine::NOBODY);
    line().set_verdict(VoiceLine::REVOKED);
    line().set_reason("timed_out");
    reach([&] { return !panel().notHeard().isEmpty(); });
    picture(QStringLiteral("crew-voice-2-revoked.png"));
    const QImage shown = panel().talkButton().grab().toImage();
    EXPECT_EQ(shown.pixelColor(12, shown.height() / 2), theme_.color(console::Token::al_med));
    release(panel().talkButton());
    EXPECT_EQ(panel().notHeard(), QString{});
}

TEST_F(IntercomPanelTest, APressThatNobodyAnswersIsNotHeard) {
    press(panel().talkButton());
    EXPECT_EQ(panel().notHeard(), QString{});
    reach([&] { return !panel().notHeard().isEmpty(); });
    release(panel().talkButton());
}

TEST_F(IntercomPanelTest, ABrokenLoudspeakerSilencesNoCrew) {
    line().set_problem("loudspeaker: device lost");
    line().set_no_loudspeaker(true);
    reach([&] { return vehicle_->status().voice().no_loudspeaker(); });
    EXPECT_TRUE(panel().talkButton().isEnabled());
    picture(QStringLiteral("crew-voice-3-no-loudspeaker.png"));
    press(panel().talkButton());
    reach([&] { return keys() == std::vector{TalkKey::PRESSED}; });
    release(panel().talkButton());
}

TEST_F(IntercomPanelTest, ABrokenMicrophoneRefusesTheKeys) {
    line().set_no_microphone(true);
    reach([&] { return !panel().talkButton().isEnabled(); });
    EXPECT_FALSE(panel().emergencyButton().isEnabled());
    EXPECT_TRUE(panel().callButton().isEnabled()) << "a call needs no microphone";
}

TEST_F(IntercomPanelTest, AnOpenLineIsMarkedAndTheCrewEndsIt) {
    EXPECT_EQ(panel().liveText(), QString{});
    EXPECT_FALSE(panel().endButton().isVisible());
    open_line();
    reach([&] { return panel().endButton().isVisible(); });
    EXPECT_TRUE(panel().liveText().contains(QStringLiteral("王敏")));
    EXPECT_FALSE(panel().talkButton().isVisible()) << "it is heard without a key";
    picture(QStringLiteral("crew-voice-4-open.png"));
    reach([&] { // what comes at once was meant for another key
        touch(panel().endButton());
        return !peer_->taken.empty();
    });
    EXPECT_TRUE(peer_->taken.back().talk().close_line());
    EXPECT_EQ(peer_->taken.back().talk().key(), TalkKey::RELEASED);
    line().set_open_line(false);
    reach([&] { return panel().talkButton().isVisible(); });
    EXPECT_EQ(panel().liveText(), QString{});
}

TEST_F(IntercomPanelTest, OnlyAFingerThatStaysTakesTheFloorFromEverybody) {
    press(panel().emergencyButton());
    release(panel().emergencyButton());
    press(panel().emergencyButton());
    reach([&] { return !keys().empty(); });
    EXPECT_EQ(keys(), std::vector{TalkKey::EMERGENCY}) << "the short press asked for nothing";
    line().set_speaker(VoiceLine::CREW);
    line().set_emergency(true);
    reach([&] { return vehicle_->status().voice().emergency(); });
    picture(QStringLiteral("crew-voice-5-emergency.png"));
    release(panel().emergencyButton());
    reach([&] { return keys().size() == 2; });
    EXPECT_EQ(keys().back(), TalkKey::RELEASED);
}

TEST_F(IntercomPanelTest, AKeyThatIsRefusedUnderTheFingerIsLetGo) {
    press(panel().talkButton());
    reach([&] { return keys().size() == 1; });
    line().set_connected(false);
    reach([&] { return keys().size() == 2; });
    EXPECT_EQ(keys().back(), TalkKey::RELEASED) << "when the line is back nobody holds the key";
}

TEST_F(IntercomPanelTest, LevelsMoveBetweenTwoWordsOfTheVehicle) {
    const auto lit = [&] {
        const QImage shown = panel().grab().toImage();
        int count = 0;
        for (int x = 0; x < shown.width(); ++x) {
            count +=
                shown.pixelColor(x, shown.height() - 9) == theme_.color(console::Token::text_1);
        }
        return count;
    };
    line().set_spoken_dbfs(-96);
    line().set_heard_dbfs(-96);
    reach([&] { return vehicle_->status().voice().heard_dbfs() == -96; });
    const int silent = lit();
    peer_->push_levels(-20, -30);
    reach([&] { return vehicle_->status().voice().heard_dbfs() == -30; });
    EXPECT_GT(lit(), silent + 100);
}

} // namespace
} // namespace ems::terminal
