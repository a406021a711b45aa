// What a kill -9 leaves of a call that is being typed.
#include "tests/console/ui/typist.h"

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
    QTest::keyClick(&window, Qt::Key_F2);
    if (!QTest::qWaitFor([] { return QApplication::focusWidget() != nullptr; })) {
        return 2;
    }
    QTest::keyClicks(QApplication::focusWidget(), QStringLiteral("13900003462")); // the field is never left
    QTimer::singleShot(1'000, &window, [] {
        std::puts("a second old");
        std::fflush(stdout);
    });
    return QApplication::exec();
}

namespace {

TEST(Crash, KillLosesNoCharacterOlderThanASecond) {
    const QTemporaryDir folder;
    const QString draft = folder.filePath(QStringLiteral("draft.json"));
    QProcess process;
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QString::fromLatin1(kTypistDraft), draft);
    process.setProcessEnvironment(environment);
    process.start(QCoreApplication::applicationFilePath(), {});
    ASSERT_TRUE(process.waitForReadyRead(30'000));
    process.kill(); // SIGKILL: nothing of the program runs any more
    ASSERT_TRUE(process.waitForFinished(10'000));
    EXPECT_EQ(process.exitStatus(), QProcess::CrashExit);
    QFile file{draft};
    ASSERT_TRUE(file.open(QIODevice::ReadOnly));
    EXPECT_TRUE(file.readAll().contains("13900003462"));
}

} // namespace
} // namespace ems::console
