// What a kill -9 leaves of a call that is being typed, and of what was done by voice.
#include "tests/console/ui/typist.h"

#include "console/widgets/outage_list.h"
#include "tests/console/ui/desk_fixture.h"

#include <csignal>
#include <cstdio>

#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTimer>

namespace ems::console {

int typist() {
    test::FakeClock clock;
    Theme theme{ThemeMode::night};
    FakeFeed feed;
    Desk desk{feed, clock, theme};
    MainWindow window{desk, nullptr, nullptr, qEnvironmentVariable(kTypistDraft)};
    window.show();
    desk.start();
    if (!QTest::qWaitForWindowActive(&window)) {
        return 1;
    }
    const bool into_line = qEnvironmentVariableIsSet(kTypistLine);
    if (qEnvironmentVariableIsSet(kTypistOutage)) {
        QTest::keyClick(&window, Qt::Key_R, Qt::ControlModifier);
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_3);
        QTest::keyClicks(QApplication::focusWidget(), QStringLiteral("fire at the mill"));
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
        std::puts("recorded");
        std::fflush(stdout);
        return QApplication::exec();
    }
    QTest::keyClick(&window, into_line ? Qt::Key_F10 : Qt::Key_F2);
    if (!QTest::qWaitFor([] { return QApplication::focusWidget() != nullptr; })) {
        return 2;
    }
    const QString text = into_line ? QStringLiteral("B 34 son waits at the gate") : QStringLiteral("13900003462");
    QTest::keyClicks(QApplication::focusWidget(), text); // the field is never left
    QTimer::singleShot(1'000, &window, [] {
        std::puts("a second old");
        std::fflush(stdout);
    });
    return QApplication::exec();
}

namespace {

// Types in a process of its own and kills it a second later.
void type_and_kill(const QString& draft, const QStringList& set) {
    QProcess process;
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QString::fromLatin1(kTypistDraft), draft);
    for (const QString& name : set) {
        environment.insert(name, QStringLiteral("1"));
    }
    process.setProcessEnvironment(environment);
    process.start(QCoreApplication::applicationFilePath(), {});
    ASSERT_TRUE(process.waitForReadyRead(30'000));
    process.kill(); // SIGKILL: nothing of the program runs any more
    ASSERT_TRUE(process.waitForFinished(10'000));
    EXPECT_EQ(process.exitStatus(), QProcess::CrashExit);
}

class CommandLineAfterACrash : public DeskTest {
  protected:
    void SetUp() override {
        draft_ = folder_.filePath(QStringLiteral("draft.json"));
        type_and_kill(draft_, {QString::fromLatin1(kTypistLine)});
        DeskTest::SetUp();
        connectAll();
    }
    QTemporaryDir folder_;
};

TEST_F(CommandLineAfterACrash, StandsThereAgainAndIsDoneByAPersonAlone) {
    EXPECT_EQ(window_->commandBar().text(), QStringLiteral("B 34 son waits at the gate"));
    settle();
    for (const auto& frame : feed_.sent) {
        EXPECT_FALSE(frame.has_add_note());
    }
    QTest::keyClick(window_.get(), Qt::Key_F10);
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
    ASSERT_TRUE(feed_.sent.back().has_add_note());
    EXPECT_EQ(feed_.sent.back().add_note().text(), "son waits at the gate");
    QTRY_VERIFY(!QFile::exists(draft_ + QStringLiteral("-line"))); // it goes with the line
}

class OutageAfterACrash : public DeskTest {
  protected:
    void SetUp() override {
        draft_ = folder_.filePath(QStringLiteral("draft.json"));
        type_and_kill(draft_, {QString::fromLatin1(kTypistOutage)});
        DeskTest::SetUp();
        connectAll();
    }
    QTemporaryDir folder_;
};

TEST_F(OutageAfterACrash, WhatWasRecordedThatMomentIsShownWhenTheServerIsThere) {
    auto* list = window_->findChild<OutageList*>();
    ASSERT_TRUE(list->isVisible());
    QTest::keyClick(window_.get(), Qt::Key_R, Qt::ControlModifier);
    QTest::keyClick(list, Qt::Key_Return);
    EXPECT_TRUE(window_->callForm().holdsNewCall());
    EXPECT_TRUE(QFile::exists(draft_ + QStringLiteral("-outage"))) << "until a person says that it is done";
    QTest::keyClick(list, Qt::Key_Y);
    EXPECT_FALSE(QFile::exists(draft_ + QStringLiteral("-outage")));
}

TEST(Crash, KillLosesNoCharacterOlderThanASecond) {
    const QTemporaryDir folder;
    const QString draft = folder.filePath(QStringLiteral("draft.json"));
    type_and_kill(draft, {});
    QFile file{draft};
    ASSERT_TRUE(file.open(QIODevice::ReadOnly));
    EXPECT_TRUE(file.readAll().contains("13900003462"));
}

} // namespace
} // namespace ems::console
