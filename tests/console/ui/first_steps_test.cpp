// Log-in with its assistant, the connection's window, the walk around the desk.
#include "console/widgets/connection_view.h"
#include "console/widgets/connection_words.h"
#include "console/window/connection_window.h"
#include "console/window/login_dialog.h"
#include "console/window/tour.h"
#include "console/theme/screen_program.h"
#include "tests/console/ui/desk_fixture.h"

#include <QDialog>
#include <QDir>
#include <QTranslator>

namespace ems::console {
namespace {

using client::ConnectCause;
using client::ConnectStep;
using client::ConnectTrial;
using client::TrialState;

ConnectTrial trial(TrialState state, ConnectStep step, ConnectCause cause = ConnectCause::none, Code code = {}) {
    ConnectTrial out;
    out.server = "10.0.0.5:8443";
    out.state = state;
    out.step = step;
    out.cause = cause;
    out.error = Error{code, ""};
    return out;
}

// What a try of the dialog is made with, and the feed it got.
class LoginTest : public testing::Test {
  protected:
    LoginTest() {
        theme_.applyTo(application());
        dialog_ = std::make_unique<LoginDialog>(
            theme_, QStringLiteral("10.0.0.5:8443"), QString{},
            [this](const std::string& server, const std::string& user, std::string password) {
                ++tries_;
                asked_ = server + " " + user + " " + password;
                auto feed = std::make_unique<FakeFeed>();
                feed_ = feed.get();
                feed_->tried = {trial(TrialState::running, ConnectStep::tcp)};
                return feed;
            });
        dialog_->show();
    }
    void type(const QString& user, const QString& password) {
        QTest::keyClicks(field("User"), user);
        QTest::keyClicks(field("Password"), password);
        QTest::keyClick(field("Password"), Qt::Key_Return);
    }
    QWidget* field(const char* name) {
        for (auto* one : dialog_->findChildren<TextField*>()) {
            if (one->accessibleName() == QString::fromLatin1(name)) {
                return one;
            }
        }
        return nullptr;
    }
    void becomes(const ConnectTrial& now) {
        feed_->tried = {now};
        dialog_->look();
    }
    QString shown() { return dialog_->findChild<ConnectionView*>()->text(); }

    Theme theme_{ThemeMode::night};
    std::unique_ptr<LoginDialog> dialog_;
    FakeFeed* feed_{nullptr};
    int tries_{0};
    std::string asked_;
};

TEST_F(LoginTest, AnEmptyPasswordIsNotTried) {
    type(QStringLiteral("wang"), QString{});
    EXPECT_EQ(tries_, 0);
}

TEST_F(LoginTest, ClosesWhenTheCentreLetsIn) {
    type(QStringLiteral("wang"), QStringLiteral("secret"));
    EXPECT_EQ(asked_, "10.0.0.5:8443 wang secret");
    EXPECT_TRUE(feed_->started);
    EXPECT_TRUE(dialog_->isVisible());
    becomes(trial(TrialState::live, ConnectStep::state));
    EXPECT_EQ(dialog_->result(), QDialog::Accepted);
    EXPECT_EQ(dialog_->takeFeed().get(), feed_);
}

TEST_F(LoginTest, AWrongPasswordIsSaidAndCanBeTypedAgain) {
    type(QStringLiteral("wang"), QStringLiteral("wrong"));
    becomes(trial(TrialState::failed, ConnectStep::log_in, ConnectCause::answered, Code::bad_credentials));
    EXPECT_TRUE(dialog_->isVisible());
    EXPECT_TRUE(shown().contains(QString::fromStdString(std::string{code_text_en(Code::bad_credentials)})) ||
                shown().contains(QString::fromStdString(std::string{code_text_zh(Code::bad_credentials)})))
        << shown().toStdString();
    EXPECT_EQ(dialog_->focusWidget(), field("Password"));
    QTest::keyClicks(field("Password"), QStringLiteral("right")); // over what was there
    QTest::keyClick(field("Password"), Qt::Key_Return);
    EXPECT_EQ(tries_, 2);
    EXPECT_EQ(asked_, "10.0.0.5:8443 wang right");
}

TEST_F(LoginTest, PositionsAloneAreOfferedWhereNoServerAnswersAndNotToAWrongPassword) {
    type(QStringLiteral("wang"), QStringLiteral("secret"));
    becomes(trial(TrialState::failed, ConnectStep::tcp, ConnectCause::nobody_listens));
    EXPECT_FALSE(dialog_->positionsButton().isVisible()) << "this desk has no account at the broker";
    dialog_->offerPositions();
    dialog_->look();
    EXPECT_TRUE(dialog_->positionsButton().isVisible());
    becomes(trial(TrialState::failed, ConnectStep::log_in, ConnectCause::answered, Code::bad_credentials));
    EXPECT_FALSE(dialog_->positionsButton().isVisible());
    becomes(trial(TrialState::failed, ConnectStep::tcp, ConnectCause::nobody_listens));
    ASSERT_TRUE(QTest::qWaitForWindowActive(dialog_.get()));
    QTest::keyClick(dialog_.get(), Qt::Key_F2);
    QTRY_VERIFY(dialog_->result() == QDialog::Accepted); // a button's key is seen going down first
    EXPECT_EQ(dialog_->takeFeed().get(), feed_) << "and it goes on trying";
}

TEST_F(LoginTest, WhatIsTypedWhileItTriesIsLeftAlone) {
    type(QStringLiteral("wang"), QStringLiteral("secret"));
    becomes(trial(TrialState::failed, ConnectStep::tcp, ConnectCause::nobody_listens));
    field("Server")->setFocus();
    becomes(trial(TrialState::running, ConnectStep::tcp));
    becomes(trial(TrialState::failed, ConnectStep::tcp, ConnectCause::nobody_listens));
    EXPECT_EQ(dialog_->focusWidget(), field("Server"));
}

TEST(ConnectionWords, EveryCauseHasWordsAndAllButTheServersOwnAnswerHaveAdvice) {
    for (int i = 1; i <= static_cast<int>(ConnectCause::silent); ++i) {
        const auto cause = static_cast<ConnectCause>(i);
        ConnectTrial one = trial(TrialState::failed, ConnectStep::state, cause, Code::not_leader);
        one.error.detail = "cannot use desk.key";
        EXPECT_FALSE(ConnectionWords::cause(one).isEmpty()) << i;
        EXPECT_FALSE(ConnectionWords::advice(one).isEmpty()) << i;
    }
    for (int i = 0; i < client::kConnectSteps; ++i) {
        EXPECT_FALSE(ConnectionWords::step(static_cast<ConnectStep>(i)).isEmpty()) << i;
    }
}

TEST(ConnectionView, StepsBeforeTheFailureArePassedAndThoseBehindItAreAhead) {
    const Theme theme{ThemeMode::night};
    ConnectionView view{theme};
    view.setTrials({trial(TrialState::failed, ConnectStep::tls, ConnectCause::server_expired)});
    EXPECT_EQ(view.text().count(QStringLiteral("✓")), 3);
    EXPECT_EQ(view.text().count(QStringLiteral("×")), 1);
    EXPECT_EQ(view.text().count(QStringLiteral("·")), 3);
}

class FirstStepsTest : public DeskTest {};

TEST_F(FirstStepsTest, TheConnectionsWindowFollowsTheAttempts) {
    connectAll();
    QTest::keyClick(window_.get(), Qt::Key_F1, Qt::ControlModifier);
    auto* shown = window_->findChild<ConnectionWindow*>();
    ASSERT_NE(shown, nullptr);
    feed_.tried = {trial(TrialState::failed, ConnectStep::tcp, ConnectCause::unreachable)};
    feed_.link(LinkChange::State::down);
    settle();
    EXPECT_TRUE(shown->findChild<ConnectionView*>()->text().contains(QStringLiteral("10.0.0.5")));
}

TEST_F(FirstStepsTest, TheWalkGoesAroundBothViewsAndEnds) {
    connectAll();
    window_->startTour();
    QPointer<Tour> tour = window_->findChild<Tour*>();
    ASSERT_TRUE(tour);
    bool physician = false;
    for (int i = 0; i < 40 && tour && tour->isVisible(); ++i) {
        physician = physician || window_->view() == View::physician;
        QTest::keyClick(tour, Qt::Key_Return);
    }
    EXPECT_TRUE(physician);
    EXPECT_FALSE(tour && tour->isVisible());
    EXPECT_EQ(window_->view(), View::dispatcher);
}

TEST_F(FirstStepsTest, ADigitOnTheWalkChoosesNoUnit) {
    connectAll();
    feed_.recommendation(clock_.utc_us());
    settle();
    const auto before = desk_->choices();
    window_->startTour();
    QTest::keyClick(window_->findChild<Tour*>(), Qt::Key_2);
    EXPECT_EQ(desk_->choices(), before);
}

TEST_F(FirstStepsTest, EscEndsTheWalkAndTheFieldHasTheFocusAgain) {
    connectAll();
    QTest::keyClick(window_.get(), Qt::Key_F2);
    QWidget* const field = QApplication::focusWidget();
    ASSERT_NE(field, nullptr);
    window_->startTour();
    QPointer<Tour> tour = window_->findChild<Tour*>();
    QTest::keyClick(tour, Qt::Key_Escape);
    EXPECT_EQ(QApplication::focusWidget(), field);
}

class FirstStepsPictures : public DeskTest {
  protected:
    void SetUp() override {
        application();
        if (translator_.load(QStringLiteral(":/i18n/ems_console_zh_CN.qm"))) {
            QCoreApplication::installTranslator(&translator_);
        }
        QDir{}.mkpath(folder_);
        DeskTest::SetUp();
    }
    void TearDown() override {
        window_.reset();
        QCoreApplication::removeTranslator(&translator_);
    }
    QTranslator translator_;
    QString folder_{QStringLiteral(EMS_BINARY_DIR "/console_pictures/")};
};

TEST_F(FirstStepsPictures, LogInAndWalk) {
    LoginDialog dialog{theme_, QStringLiteral("10.0.0.5:8443"), QStringLiteral("wang"),
                       [](const std::string&, const std::string&, const std::string&) {
                           auto feed = std::make_unique<FakeFeed>();
                           ConnectTrial second = trial(TrialState::failed, ConnectStep::tls, ConnectCause::we_expired);
                           second.server = "10.0.0.6:8443";
                           feed->tried = {trial(TrialState::failed, ConnectStep::tcp, ConnectCause::nobody_listens), second};
                           return feed;
                       }};
    dialog.show();
    QTest::keyClicks(dialog.focusWidget(), QStringLiteral("secret"));
    QTest::keyClick(dialog.focusWidget(), Qt::Key_Return);
    settle();
    EXPECT_TRUE(dialog.grab().save(folder_ + QStringLiteral("log_in_failed.png")));
    dialog.close();
    connectAll();
    feed_.recommendation(clock_.utc_us());
    settle();
    window_->startTour();
    auto* tour = window_->findChild<Tour*>();
    for (int i = 0; i < 4; ++i) {
        QTest::keyClick(tour, Qt::Key_Return);
    }
    settle();
    EXPECT_TRUE(window_->grab().save(folder_ + QStringLiteral("tour.png")));
}

TEST(ThemeChoice, FollowsTheHoursUntilAPersonHasChosenAndAgainWhenAsked) {
    Theme theme{ThemeMode::day};
    theme.followHours(ThemeMode::night);
    EXPECT_EQ(theme.mode(), ThemeMode::night);
    theme.chooseNext(); // Ctrl+L
    EXPECT_TRUE(theme.isByHand());
    theme.followHours(ThemeMode::night);
    EXPECT_EQ(theme.mode(), ThemeMode::day);
    theme.chooseNext();
    EXPECT_EQ(theme.mode(), ThemeMode::night);
    EXPECT_TRUE(theme.isByHand());
    theme.chooseNext();
    EXPECT_FALSE(theme.isByHand());
    theme.followHours(ThemeMode::day);
    EXPECT_EQ(theme.mode(), ThemeMode::day);
}

} // namespace
} // namespace ems::console
