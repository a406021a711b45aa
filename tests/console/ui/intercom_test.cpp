// The intercom's key is open only while it is held, seen and meant for this crew; what the widget says is what is so.
#include "console/widgets/intercom.h"

#include <algorithm>
#include <string>
#include <vector>

#include "telemetry/base/error.h"
#include "tests/console/ui/desk_fixture.h"
#include "tests/console/ui/scripted_line.h"
#include "tests/support/child_process.h"

namespace ems::console {
namespace {

class IntercomTest : public DeskTest {
  protected:
    void SetUp() override {
        DeskTest::SetUp();
        window_.reset();
        window_ = std::make_unique<MainWindow>(*desk_, scene_, videoSources(), draft_, &line_);
        window_->resize(1920, 1080);
        window_->show();
        connectAll();
        desk_->selectIncident(10); // unit 4 is at its patient
        window_->showView(View::physician);
        settle();
        intercom_ = window_->findChild<Intercom*>();
        ASSERT_NE(intercom_, nullptr);
        line_.now.connected = true;
        line_.now.line.crew_present = true;
        api::ServerFrame frame;
        frame.mutable_voice_grant()->set_unit_id(4);
        frame.mutable_voice_grant()->set_grant_id("g1");
        frame.mutable_voice_grant()->set_expires_us(clock_.utc_us() + 3'600'000'000);
        feed_.push(frame);
        settle();
        ASSERT_EQ(line_.opened, std::vector<std::int64_t>{4});
    }
    void TearDown() override { window_.reset(); }

    ScriptedLine line_;
    Intercom* intercom_{nullptr};
};

TEST_F(IntercomTest, TheKeyIsOpenExactlyWhileItIsHeld) {
    QTest::keyPress(window_.get(), Qt::Key_F12);
    EXPECT_EQ(line_.key, video::Talk::normal);
    QTest::keyRelease(window_.get(), Qt::Key_F12);
    EXPECT_EQ(line_.key, video::Talk::none);
    intercom_->setFocus();
    QTest::keyPress(intercom_, Qt::Key_Space);
    EXPECT_EQ(line_.key, video::Talk::normal);
    QTest::keyRelease(intercom_, Qt::Key_Space);
    EXPECT_EQ(line_.key, video::Talk::none);
}

TEST_F(IntercomTest, WithAnotherKeyF12IsNotTheTalkKey) {
    QTest::keyPress(window_.get(), Qt::Key_F12, Qt::ShiftModifier);
    EXPECT_EQ(line_.key, video::Talk::none);
}

TEST_F(IntercomTest, AKeyThatCannotBeSeenToBeHeldIsLetGo) {
    const auto press = [this] {
        QTest::keyPress(window_.get(), Qt::Key_F12);
        ASSERT_EQ(line_.key, video::Talk::normal);
    };
    press();
    QEvent away{QEvent::WindowDeactivate};
    QCoreApplication::sendEvent(window_.get(), &away);
    EXPECT_EQ(line_.key, video::Talk::none);
    press();
    window_->showView(View::dispatcher);
    EXPECT_EQ(line_.key, video::Talk::none);
    window_->showView(View::physician);
}

TEST_F(IntercomTest, AKeyHeldBeforeTheLineStandsSpeaksAsSoonAsItDoes) {
    const auto looks_again = [this] {
        intercom_->hide();
        intercom_->show();
    };
    line_.now.connected = false;
    looks_again();
    QTest::keyPress(window_.get(), Qt::Key_F12);
    EXPECT_EQ(line_.key, video::Talk::none);
    line_.now.connected = true;
    EXPECT_TRUE(test::eventually([&] { settle(); return line_.key == video::Talk::normal; }, std::chrono::seconds{5}));
    QTest::keyRelease(window_.get(), Qt::Key_F12);
    EXPECT_EQ(line_.key, video::Talk::none);
}

TEST_F(IntercomTest, F12IsHeldWhenTheFocusGoesElsewhereAndSpaceIsNot) {
    auto* line = window_->findChild<QWidget*>(QStringLiteral("commandLine"));
    intercom_->setFocus();
    QTest::keyPress(intercom_, Qt::Key_F12);
    QTest::keyClick(window_.get(), Qt::Key_F10);
    ASSERT_TRUE(line->hasFocus());
    EXPECT_EQ(line_.key, video::Talk::normal);
    QTest::keyRelease(line, Qt::Key_F12);
    EXPECT_EQ(line_.key, video::Talk::none);
    intercom_->setFocus();
    QTest::keyPress(intercom_, Qt::Key_Space);
    ASSERT_EQ(line_.key, video::Talk::normal);
    QTest::keyClick(window_.get(), Qt::Key_F10);
    EXPECT_EQ(line_.key, video::Talk::none);
}

TEST_F(IntercomTest, ALineUnderWhichTheServerIsNotHeardIsAskedForAnewWithGrowingPauses) {
    const auto asked = [this] {
        intercom_->hide(); // looks at its line when it is shown
        intercom_->show();
        settle();
        return std::count_if(feed_.sent.begin(), feed_.sent.end(), [](const api::ClientFrame& frame) {
            return frame.has_open_voice() && !frame.open_voice().stop();
        });
    };
    const auto before = asked();
    line_.now.connected = false;
    clock_.advance(std::chrono::milliseconds{4'900});
    EXPECT_EQ(asked(), before);
    clock_.advance(std::chrono::milliseconds{200});
    EXPECT_EQ(asked(), before + 1);
    clock_.advance(std::chrono::milliseconds{9'000});
    EXPECT_EQ(asked(), before + 1);
    clock_.advance(std::chrono::milliseconds{1'100});
    EXPECT_EQ(asked(), before + 2);
    line_.now.connected = true;
    asked();
    line_.now.connected = false;
    clock_.advance(std::chrono::milliseconds{5'100});
    EXPECT_EQ(asked(), before + 3) << "heard in between";
}

TEST_F(IntercomTest, ALineInUseIsRenewedBeforeItsEndAndTheHeldKeyStaysHeld) {
    const auto asked = [this] {
        return std::count_if(feed_.sent.begin(), feed_.sent.end(), [](const api::ClientFrame& frame) {
            return frame.has_open_voice() && !frame.open_voice().stop();
        });
    };
    const auto grant = [this](const char* id) {
        api::ServerFrame frame;
        frame.mutable_voice_grant()->set_unit_id(4);
        frame.mutable_voice_grant()->set_grant_id(id);
        frame.mutable_voice_grant()->set_expires_us(clock_.utc_us() + 1'800'000'000);
        feed_.push(frame);
        settle();
    };
    grant("g2");
    QTest::keyPress(window_.get(), Qt::Key_F12);
    ASSERT_EQ(line_.key, video::Talk::normal);
    const auto before = asked();
    clock_.advance(std::chrono::seconds{1'796});
    EXPECT_TRUE(test::eventually([&] { settle(); return asked() > before; }, std::chrono::seconds{5}))
        << "4 s before its end";
    const auto opened = line_.opened.size();
    grant("g3");
    EXPECT_EQ(line_.opened.size(), opened + 1) << "under its new keys";
    EXPECT_EQ(line_.closed, 0);
    EXPECT_EQ(line_.key, video::Talk::normal) << "nobody let go";
    QTest::keyRelease(window_.get(), Qt::Key_F12);
    EXPECT_EQ(line_.key, video::Talk::none);
}

TEST_F(IntercomTest, ALineIsRenewedAMinuteBeforeItsEndAndSoonAgainWhenTheCentreCannot) {
    std::uint64_t last = 0; // request number of the last one
    const auto asked = [&] {
        long count = 0;
        for (std::size_t i = 0; i < feed_.sent.size(); ++i) {
            if (feed_.sent[i].has_open_voice() && !feed_.sent[i].open_voice().stop()) {
                last = i + 1;
                ++count;
            }
        }
        return count;
    };
    const auto comes_to = [&](long count) {
        return test::eventually([&] { settle(); return asked() >= count; }, std::chrono::seconds{5});
    };
    const auto before = asked();
    clock_.advance(std::chrono::seconds{3'541}); // of an hour
    ASSERT_TRUE(comes_to(before + 1));
    api::ServerFrame stalled;
    stalled.set_reply_to(last);
    stalled.mutable_error()->set_code(static_cast<std::uint32_t>(Code::db_down));
    feed_.push(std::move(stalled));
    settle();
    clock_.advance(std::chrono::seconds{4});
    EXPECT_TRUE(comes_to(before + 2)) << "not half a minute later: its end is near";
    EXPECT_EQ(line_.closed, 0);
}

TEST_F(IntercomTest, LeavingThePatientEndsTheLineAndTellsTheServer) {
    window_->showView(View::dispatcher);
    settle();
    EXPECT_EQ(line_.closed, 1);
    ASSERT_FALSE(feed_.sent.empty());
    const bool stopped = std::any_of(feed_.sent.begin(), feed_.sent.end(), [](const api::ClientFrame& frame) {
        return frame.has_open_voice() && frame.open_voice().stop() && frame.open_voice().unit_id() == 4;
    });
    EXPECT_TRUE(stopped);
}

TEST_F(IntercomTest, SaysWhoIsHeardAndWhyThisDeskIsNot) {
    // The widget looks every 50 ms.
    const auto says = [this](const char* part) {
        return test::eventually([&] { settle(); return intercom_->lineText().contains(QString::fromUtf8(part)); }, std::chrono::seconds{5});
    };
    line_.now.line.speaker = video::Speaker::crew;
    line_.now.line.urgency = video::Urgency::emergency;
    EXPECT_TRUE(says("EMERGENCY"));
    line_.now.line = {};
    line_.now.line.crew_present = true;
    line_.now.line.speaker = video::Speaker::console;
    line_.now.line.name = "王医生";
    EXPECT_TRUE(says("王医生"));
    line_.now.line.speaker_is_you = true;
    line_.now.line.left_ms = 12'400;
    EXPECT_TRUE(says("12"));
    line_.now.connected = false;
    EXPECT_TRUE(says("Not on the line"));
}

TEST_F(IntercomTest, MarksACallOfTheWatchedCrewAlone) {
    EXPECT_FALSE(intercom_->isCalled());
    feed_.alarm(1, "physician_call", ems::wire::Alarm::MEDIUM, clock_.utc_us());
    settle();
    EXPECT_FALSE(intercom_->isCalled());
    feed_.alarm(4, "physician_call", ems::wire::Alarm::MEDIUM, clock_.utc_us());
    settle();
    EXPECT_TRUE(intercom_->isCalled());
    const QImage shown = intercom_->grab().toImage();
    EXPECT_EQ(shown.pixelColor(shown.width() - 3, 6), theme_.color(Token::al_med));
}

TEST_F(IntercomTest, TheOpenLineFollowsWhatTheServerSays) {
    auto* open = intercom_->findChildren<KeyButton*>().at(1);
    ASSERT_TRUE(test::eventually([&] { settle(); return open->isEnabled(); }, std::chrono::seconds{5}));
    QTest::mouseClick(open, Qt::LeftButton);
    EXPECT_EQ(line_.wishes, std::vector{video::LineWish::open});
    EXPECT_TRUE(test::eventually([&] { settle(); return !open->isChecked(); }, std::chrono::seconds{5})) << "not yet granted";
    line_.now.line.mode = video::FloorMode::open_line;
    line_.now.line.speaker_is_you = true;
    EXPECT_TRUE(test::eventually([&] { settle(); return open->isChecked(); }, std::chrono::seconds{5}));
    QTest::mouseClick(open, Qt::LeftButton);
    EXPECT_EQ(line_.wishes.back(), video::LineWish::closed);
}

} // namespace
} // namespace ems::console
