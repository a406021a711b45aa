// What a kill -9 leaves of what is being typed: a call, a change of an open case, the command line, a reason, the record of an
// outage.
#include "tests/console/ui/typist.h"

#include "console/widgets/outage_form.h"
#include "console/widgets/outage_list.h"
#include "console/widgets/words.h"
#include "console/window/reason_drafts.h"
#include "tests/console/ui/desk_keys.h"
#include "tests/console/ui/picture_file.h"

#include <cstdio>
#include <functional>
#include <map>

#include <QFile>
#include <QProcess>
#include <QTimer>

namespace ems::console {
namespace {

// Words of kTypistInto.
constexpr const char* kCall = "call";
constexpr const char* kOpenCase = "open case";
constexpr const char* kLine = "command line";
constexpr const char* kReason = "reason of an order";
constexpr const char* kDropReason = "reason of a call without a case";
constexpr const char* kOutage = "record of an outage";
constexpr const char* kOutageLine = "unfinished record of an outage";

const QString kPhone = QStringLiteral("13900003462");
const QString kOrderReason = QStringLiteral("its tyre is flat");
const QString kNoCase = QStringLiteral("a child at play");
const QString kGate = QStringLiteral(" gate 3");
const QString kVoice = QStringLiteral("34 the son waits");

class Typist {
  public:
    bool start() {
        window_.show();
        desk_.start();
        return QTest::qWaitForWindowActive(&window_);
    }
    void typeInto(const QString& field) {
        const std::map<QString, std::function<void()>> fields{
            {QString::fromLatin1(kCall), [this] { intoCall(); }},
            {QString::fromLatin1(kOpenCase), [this] { intoOpenCase(); }},
            {QString::fromLatin1(kLine), [this] { intoLine(); }},
            {QString::fromLatin1(kReason), [this] { intoReason(); }},
            {QString::fromLatin1(kDropReason), [this] { intoDropReason(); }},
            {QString::fromLatin1(kOutage), [this] { intoOutage(QStringLiteral("fire at the mill"), Qt::Key_3); }},
            {QString::fromLatin1(kOutageLine), [this] { intoOutage(kVoice, Qt::Key_4); }}};
        fields.at(field)();
        if (field == QLatin1String(kOutage)) {
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
            say(); // what is recorded is stored that moment
        }
    }

  private:
    static void say() {
        std::puts("typed");
        std::fflush(stdout);
    }
    static void sayASecondLater() { QTimer::singleShot(1'000, qApp, &Typist::say); }
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) { QTest::keyClick(&window_, key, modifiers); }
    void connectDesk() {
        feed_.link(LinkChange::State::up);
        feed_.log_in();
        feed_.snapshot(clock_.utc_us());
        QCoreApplication::processEvents();
        desk_.selectIncident(11);
        feed_.recommendation(clock_.utc_us());
        QCoreApplication::processEvents();
    }
    // Into the field that has the focus, which is never left.
    static void type(const QString& text) {
        QTest::keyClicks(QApplication::focusWidget(), text);
        sayASecondLater();
    }
    // Into the dialog that the next key opens, which is never answered.
    static void typeInDialog(const QString& text) {
        QTimer::singleShot(0, qApp, [text] {
            QTest::keyClicks(QApplication::activeModalWidget()->focusWidget(), text);
            sayASecondLater();
        });
    }
    void intoCall() {
        press(Qt::Key_F2);
        type(kPhone);
    }
    void intoOpenCase() {
        connectDesk();
        for (auto* field : window_.findChildren<TextField*>()) {
            if (field->accessibleName() == QLatin1String("Address")) {
                field->setFocus();
            }
        }
        type(kGate);
    }
    void intoLine() {
        press(Qt::Key_F10);
        type(QStringLiteral("B 34 son waits at the gate"));
    }
    void intoReason() {
        connectDesk();
        press(Qt::Key_2);
        typeInDialog(kOrderReason);
        press(Qt::Key_F4);
    }
    void intoDropReason() {
        press(Qt::Key_F2);
        QTest::keyClicks(QApplication::focusWidget(), kPhone);
        typeInDialog(kNoCase);
        press(Qt::Key_N, Qt::ControlModifier);
    }
    void intoOutage(const QString& text, Qt::Key deed) {
        press(Qt::Key_R, Qt::ControlModifier);
        QTest::keyClick(QApplication::focusWidget(), deed);
        type(text);
    }

    test::FakeClock clock_;
    Theme theme_{ThemeMode::night};
    FakeFeed feed_;
    Desk desk_{feed_, clock_, theme_};
    MainWindow window_{desk_, nullptr, nullptr, qEnvironmentVariable(kTypistDraft)};
};

// Types in a process of its own and kills it a second later.
void type_and_kill(const QString& draft, const char* into) {
    QProcess process;
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QString::fromLatin1(kTypistDraft), draft);
    environment.insert(QString::fromLatin1(kTypistInto), QString::fromLatin1(into));
    process.setProcessEnvironment(environment);
    process.start(QCoreApplication::applicationFilePath(), {});
    ASSERT_TRUE(process.waitForReadyRead(30'000));
    process.kill(); // SIGKILL: nothing of the program runs any more
    ASSERT_TRUE(process.waitForFinished(10'000));
    EXPECT_EQ(process.exitStatus(), QProcess::CrashExit);
}

} // namespace

int typist() {
    Typist one;
    if (!one.start()) {
        return 1;
    }
    one.typeInto(qEnvironmentVariable(kTypistInto));
    return QApplication::exec();
}

namespace {

// The desk that is started after it.
class AfterACrash : public DeskKeys {
  protected:
    explicit AfterACrash(const char* into) : into_(into) {}
    void SetUp() override {
        type_and_kill(folder_.filePath(QStringLiteral("draft.json")), into_);
        DeskKeys::SetUp();
        ASSERT_TRUE(QTest::qWaitForWindowActive(window_.get())) << "no key comes to it before";
    }
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
        QTest::keyClick(window_.get(), key, modifiers);
        settle();
    }
    // What stands in the dialog that the key opens; it is given up then, unless `act` answers it.
    QString offered(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier,
                    const std::function<void(QDialog&)>& act = [](QDialog& /*dialog*/) {}) {
        QString text;
        in_dialog([&](QDialog& dialog) {
            text = dialog.findChild<TextField*>()->text();
            act(dialog);
        });
        press(key, modifiers);
        window_->activateWindow(); // no window manager gives the desk its keys back after the dialog
        EXPECT_TRUE(QTest::qWaitForWindowActive(window_.get()));
        return text;
    }
    bool isKept(const char* what) const { return QFile::exists(draft_ + QLatin1Char('-') + QLatin1String(what)); }

  private:
    const char* into_;
};

class CallAfterACrash : public AfterACrash {
  protected:
    CallAfterACrash() : AfterACrash(kCall) {}
};

TEST_F(CallAfterACrash, StandsInTheFormToItsLastCharacter) {
    EXPECT_EQ(field("Caller's telephone")->text(), kPhone);
}

class OpenCaseAfterACrash : public AfterACrash {
  protected:
    OpenCaseAfterACrash() : AfterACrash(kOpenCase) {}
};

TEST_F(OpenCaseAfterACrash, StandsInItsFieldToTheLastCharacter) {
    connectAll();
    desk_->selectIncident(11);
    settle();
    EXPECT_TRUE(field("Address")->text().contains(kGate)) << field("Address")->text().toStdString();
}

class CommandLineAfterACrash : public AfterACrash {
  protected:
    CommandLineAfterACrash() : AfterACrash(kLine) {}
};

TEST_F(CommandLineAfterACrash, StandsThereAgainAndIsDoneByAPersonAlone) {
    connectAll();
    EXPECT_EQ(window_->commandBar().text(), QStringLiteral("B 34 son waits at the gate"));
    settle();
    for (const auto& frame : feed_.sent) {
        EXPECT_FALSE(frame.has_add_note());
    }
    press(Qt::Key_F10);
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
    const auto* sent = last_of(feed_, api::ClientFrame::kAddNote);
    ASSERT_NE(sent, nullptr);
    EXPECT_EQ(sent->add_note().text(), "son waits at the gate");
    EXPECT_FALSE(isKept("line")) << "else after a crash one Enter sends it twice";
}

class ReasonAfterACrash : public AfterACrash {
  protected:
    ReasonAfterACrash() : AfterACrash(kReason) {}
    void SetUp() override {
        AfterACrash::SetUp();
        connectAll();
        desk_->selectIncident(11);
        feed_.recommendation(clock_.utc_us());
        settle();
    }
};

TEST_F(ReasonAfterACrash, IsOfferedAgainForItsOwnOrderAlone) {
    press(Qt::Key_3);
    EXPECT_EQ(offered(Qt::Key_F4), QString{}) << "another unit";
    press(Qt::Key_2);
    EXPECT_EQ(offered(Qt::Key_F4), kOrderReason);
}

TEST_F(ReasonAfterACrash, IsGoneWhenItIsGivenUp) {
    press(Qt::Key_2);
    offered(Qt::Key_F4);
    EXPECT_FALSE(isKept("reason"));
    EXPECT_EQ(offered(Qt::Key_F4), QString{});
}

TEST_F(ReasonAfterACrash, GoesWithItsOrderByEnterAndIsGone) {
    press(Qt::Key_2);
    offered(Qt::Key_F4, Qt::NoModifier, [](QDialog& dialog) {
        QCoreApplication::processEvents();
        EXPECT_FALSE(dialog.findChild<TextField*>()->hasSelectedText()) << "the next key would take it";
        save_picture(dialog.grab().toImage(), QStringLiteral("reason_after_crash.png"));
        QTest::keyClick(dialog.focusWidget(), Qt::Key_Return);
    });
    const auto* sent = last_of(feed_, api::ClientFrame::kAssign);
    ASSERT_NE(sent, nullptr);
    EXPECT_EQ(qs(sent->assign().override_reason()), kOrderReason);
    EXPECT_FALSE(isKept("reason"));
}

TEST_F(ReasonAfterACrash, ADigitOfTheListTakesItsPlace) {
    press(Qt::Key_2);
    offered(Qt::Key_F4, Qt::NoModifier, [](QDialog& dialog) {
        QCoreApplication::processEvents();
        QTest::keyClick(dialog.focusWidget(), Qt::Key_2);
        EXPECT_EQ(dialog.findChild<TextField*>()->text(), QStringLiteral("2"));
    });
}

TEST_F(ReasonAfterACrash, ADigitIsOneOfItsWordsWhenItWasWrittenOn) {
    press(Qt::Key_2);
    offered(Qt::Key_F4, Qt::NoModifier, [](QDialog& dialog) {
        QCoreApplication::processEvents();
        QTest::keyClicks(dialog.focusWidget(), QStringLiteral(" 2"));
        EXPECT_EQ(dialog.findChild<TextField*>()->text(), kOrderReason + QStringLiteral(" 2"));
    });
}

class DropReasonAfterACrash : public AfterACrash {
  protected:
    DropReasonAfterACrash() : AfterACrash(kDropReason) {}
};

TEST_F(DropReasonAfterACrash, IsOfferedAgainForItsOwnCallAlone) {
    clock_.advance(std::chrono::seconds{1});
    press(Qt::Key_F2); // that one is put aside
    EXPECT_EQ(offered(Qt::Key_N, Qt::ControlModifier), QString{}) << "another call";
    press(Qt::Key_F2, Qt::ShiftModifier);
    ASSERT_EQ(field("Caller's telephone")->text(), kPhone);
    EXPECT_EQ(offered(Qt::Key_N, Qt::ControlModifier), kNoCase);
    EXPECT_FALSE(isKept("reason")) << "it was given up";
}

class OutageAfterACrash : public AfterACrash {
  protected:
    OutageAfterACrash() : AfterACrash(kOutage) {}
};

TEST_F(OutageAfterACrash, WhatWasRecordedThatMomentIsShownWhenTheServerIsThere) {
    connectAll();
    auto* list = window_->findChild<OutageList*>();
    ASSERT_TRUE(list->isVisible());
    press(Qt::Key_R, Qt::ControlModifier);
    QTest::keyClick(list, Qt::Key_Return);
    EXPECT_TRUE(window_->callForm().holdsNewCall());
    EXPECT_TRUE(isKept("outage")) << "until a person says that it is done";
    QTest::keyClick(list, Qt::Key_Y);
    EXPECT_FALSE(isKept("outage"));
}

class OutageLineAfterACrash : public AfterACrash {
  protected:
    OutageLineAfterACrash() : AfterACrash(kOutageLine) {}
    OutageForm& form() { return *window_->findChild<OutageForm*>(); }
    void expectLine() {
        ASSERT_TRUE(form().isVisible());
        EXPECT_EQ(form().findChild<TextField*>()->text(), kVoice);
        EXPECT_EQ(form().findChild<SegmentField*>()->value(), 4);
    }
};

TEST_F(OutageLineAfterACrash, StandsInTheFormWithWhatItIsOf) {
    press(Qt::Key_R, Qt::ControlModifier);
    expectLine();
}

TEST_F(OutageLineAfterACrash, IsReachedWhenTheServerIsThereAgain) {
    connectAll();
    EXPECT_TRUE(window_->findChild<KeyButton*>(QStringLiteral("recordOutage"))->isVisible());
    press(Qt::Key_R, Qt::ControlModifier);
    expectLine();
}

TEST_F(OutageLineAfterACrash, GoesFromTheDiskWhenItIsRecorded) {
    connectAll(); // which knows the case that it names
    press(Qt::Key_R, Qt::ControlModifier);
    QTest::keyClick(form().findChild<TextField*>(), Qt::Key_Return);
    EXPECT_TRUE(isKept("outage"));
    EXPECT_FALSE(isKept("outage-line")) << "else it would be recorded twice";
}

// What is kept of reasons is bounded.
class KeptReasons : public DeskTest {
  protected:
    QString path() const { return folder_.filePath(QStringLiteral("reasons")); }
    static QString of(std::size_t order) { return QStringLiteral("order %1").arg(order); }
    QTemporaryDir folder_;
};

TEST_F(KeptReasons, OneOfHalfAnHourAgoIsOfferedNoMoreAndGoesFromTheDisk) {
    ReasonDrafts before{*desk_, path()};
    ASSERT_TRUE(before.keep(of(1), kOrderReason));
    clock_.advance(std::chrono::minutes{31});
    EXPECT_EQ(before.textFor(of(1)), QString{});
    const ReasonDrafts after{*desk_, path()};
    EXPECT_FALSE(QFile::exists(path()));
}

TEST_F(KeptReasons, TheOldestGoesWhenThereAreMoreThanAFew) {
    ReasonDrafts before{*desk_, path()};
    for (std::size_t order = 0; order <= ReasonDrafts::kMost; ++order) {
        ASSERT_TRUE(before.keep(of(order), kOrderReason));
    }
    const ReasonDrafts after{*desk_, path()};
    EXPECT_EQ(after.textFor(of(0)), QString{});
    EXPECT_EQ(after.textFor(of(1)), kOrderReason);
    EXPECT_EQ(after.textFor(of(ReasonDrafts::kMost)), kOrderReason);
}

TEST_F(KeptReasons, OnlyTheirOwnerReadsThem) {
    ReasonDrafts reasons{*desk_, path()};
    ASSERT_TRUE(reasons.keep(of(1), kOrderReason));
    constexpr auto kOthers = QFileDevice::ReadGroup | QFileDevice::WriteGroup | QFileDevice::ReadOther | QFileDevice::WriteOther;
    EXPECT_TRUE((QFile::permissions(path()) & kOthers) == QFileDevice::Permissions{});
}

} // namespace
} // namespace ems::console
