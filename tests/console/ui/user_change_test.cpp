// One user logs off and another sits down at the same desk.
#include "console/window/user_draft.h"
#include "tests/console/ui/desk_fixture.h"
#include "tests/support/temp_dir.h"

#include <QFile>
#include <QLineEdit>
#include <QMessageBox>
#include <QPushButton>
#include <QSignalSpy>

namespace ems::console {
namespace {

class UserChange : public DeskTest {
  protected:
    void SetUp() override {
        base_ = QString::fromStdString((folder_.path() / "draft").string());
        draft_ = draft_of_user(base_, QStringLiteral("wang"));
        DeskTest::SetUp();
        window_->offerUserChange();
        connectAll();
        desk_->selectIncident(10);
        window_->showView(View::physician);
        settle();
    }
    QMessageBox* ask() {
        QTest::keyClick(window_.get(), Qt::Key_Q, Qt::ControlModifier);
        settle();
        return window_->findChild<QMessageBox*>(QStringLiteral("userChange"));
    }
    void logOff() {
        auto* box = ask();
        ASSERT_NE(box, nullptr);
        box->findChild<QPushButton*>(QStringLiteral("logOff"))->click();
    }
    void answerAll() {
        for (std::size_t i = 1; i <= feed_.sent.size(); ++i) {
            api::ServerFrame frame;
            frame.set_reply_to(i);
            frame.mutable_done();
            feed_.push(std::move(frame));
        }
        settle();
        settle(); // the timer that has come due
    }
    QLineEdit* address() const {
        for (auto* field : window_->callForm().findChildren<QLineEdit*>()) {
            if (field->accessibleName() == QStringLiteral("Address")) {
                return field;
            }
        }
        return nullptr;
    }
    test::TempDir folder_;
    QString base_;
};

TEST_F(UserChange, IsAskedForByAKeyAndEnterOutOfHabitStays) {
    QSignalSpy off{window_.get(), &MainWindow::userChangeWanted};
    auto* box = ask();
    ASSERT_NE(box, nullptr);
    QTest::keyClick(box, Qt::Key_Return);
    answerAll();
    EXPECT_EQ(off.count(), 0);
    EXPECT_TRUE(window_->isEnabled());
}

TEST_F(UserChange, TheCentreIsToldWhatEndsAndItsAnswerEndsTheSitting) {
    QSignalSpy off{window_.get(), &MainWindow::userChangeWanted};
    const std::size_t before = feed_.sent.size();
    logOff();
    EXPECT_FALSE(window_->isEnabled());
    bool watch_ended = false;
    for (std::size_t i = before; i < feed_.sent.size(); ++i) {
        const auto& frame = feed_.sent[i];
        watch_ended = watch_ended || (frame.has_watch_vehicle() && frame.watch_vehicle().unit_id() == 4 &&
                                      !frame.watch_vehicle().vitals() && !frame.watch_vehicle().wave());
    }
    EXPECT_TRUE(watch_ended);
    EXPECT_TRUE(feed_.sent.back().has_log_off()) << "behind what it still has to be told";
    EXPECT_FALSE(desk_->isWatching());
    EXPECT_EQ(off.count(), 0) << "before it has answered";
    answerAll();
    EXPECT_EQ(off.count(), 1);
}

// The link remembers what is watched by itself and answers it to nobody: only the log-off is waited for.
TEST_F(UserChange, TheAnswerToTheLogOffAloneEndsTheSitting) {
    QSignalSpy off{window_.get(), &MainWindow::userChangeWanted};
    logOff();
    api::ServerFrame done;
    done.set_reply_to(feed_.sent.size());
    done.mutable_done();
    feed_.push(std::move(done));
    settle();
    settle();
    EXPECT_EQ(off.count(), 1);
}

TEST_F(UserChange, ALostServerHoldsNobody) {
    QSignalSpy off{window_.get(), &MainWindow::userChangeWanted};
    logOff();
    feed_.link(LinkChange::State::down, 1);
    settle();
    settle();
    EXPECT_EQ(off.count(), 1);
}

TEST_F(UserChange, AnUnfinishedCallStaysForItsWriterAndIsShownToNobodyElse) {
    window_->showView(View::dispatcher);
    window_->callForm().startCall();
    ASSERT_NE(address(), nullptr);
    QTest::keyClicks(address(), QStringLiteral("Yangjiazhuo"));
    auto* box = ask();
    ASSERT_NE(box, nullptr);
    EXPECT_FALSE(box->informativeText().isEmpty());
    box->findChild<QPushButton*>(QStringLiteral("logOff"))->click();
    answerAll();
    ASSERT_TRUE(QFile::exists(draft_)) << "without waiting for the pause in typing";
    window_.reset();
    draft_ = draft_of_user(base_, QStringLiteral("zhao"));
    window_ = std::make_unique<MainWindow>(*desk_, scene_, videoSources(), draft_);
    EXPECT_TRUE(address()->text().isEmpty());
    window_.reset();
    draft_ = draft_of_user(base_, QStringLiteral("wang"));
    window_ = std::make_unique<MainWindow>(*desk_, scene_, videoSources(), draft_);
    EXPECT_EQ(address()->text(), QStringLiteral("Yangjiazhuo"));
}

TEST_F(UserChange, AlarmsThatNobodyHasAcknowledgedAreCounted) {
    feed_.alarm(4, "spo2_low", ems::wire::Alarm::MEDIUM, clock_.utc_us());
    feed_.log_in("physician");
    settle();
    const auto* box = ask();
    ASSERT_NE(box, nullptr);
    EXPECT_TRUE(box->informativeText().contains(QLatin1Char('1')));
}

TEST(UserDraft, OneOfBeforeGoesToTheFirstWhoLogsIn) {
    const test::TempDir folder;
    const QString base = QString::fromStdString((folder.path() / "draft").string());
    QFile old{base};
    ASSERT_TRUE(old.open(QIODevice::WriteOnly));
    old.write("{}");
    old.close();
    const QString wang = draft_of_user(base, QStringLiteral("wang"));
    EXPECT_TRUE(QFile::exists(wang));
    EXPECT_FALSE(QFile::exists(base));
    EXPECT_FALSE(QFile::exists(draft_of_user(base, QStringLiteral("zhao/.."))));
    EXPECT_TRUE(draft_of_user({}, QStringLiteral("wang")).isEmpty());
}

} // namespace
} // namespace ems::console
