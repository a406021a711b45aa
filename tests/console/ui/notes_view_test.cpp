// Beside the timeline of a case: what neighbour regions were asked and said of it, among what desks wrote.
#include "console/widgets/notes_view.h"
#include "console/widgets/queue_view.h"
#include "tests/console/ui/desk_keys.h"
#include "tests/console/ui/picture_file.h"

namespace ems::console {
namespace {

class NotesViewTest : public DeskTest {
  protected:
    void SetUp() override {
        DeskTest::SetUp();
        connectAll();
        desk_->selectIncident(11);
        QTest::keyClick(window_.get(), Qt::Key_F9);
        settle();
        view_ = window_->findChild<QWidget*>(QStringLiteral("dockTimeline"))->findChild<NotesView*>();
        ASSERT_NE(view_, nullptr);
    }
    template <class Change> void changed(Change change) {
        api::ServerFrame frame;
        auto* delta = frame.mutable_delta();
        delta->set_seq(++feed_.seq);
        delta->set_server_us(clock_.utc_us());
        auto* incident = feed_.world.mutable_incidents(1);
        change(*incident);
        incident->set_version(incident->version() + 1);
        *delta->add_incidents() = *incident;
        feed_.push(std::move(frame));
        settle();
    }
    void said(const std::string& name, const std::string& what, std::int64_t ago_us, const std::string& unit = {},
              const std::string& eta = {}) {
        changed([&](api::Incident& incident) {
            auto* word = incident.add_neighbours();
            word->set_name(name);
            word->set_said(what);
            word->set_who("wang");
            word->set_at_us(clock_.utc_us() - ago_us);
            word->set_unit(unit);
            word->set_eta(eta);
        });
    }
    NotesView* view_{nullptr};
};

TEST_F(NotesViewTest, ANeighboursWordsAreShownWithoutANoteOfADesk) {
    EXPECT_TRUE(view_->isHidden());
    said("临猗", "asked", 120'000'000);
    ASSERT_FALSE(view_->isHidden());
    said("临猗", "agreed", 60'000'000, "临猗03", "14:25");
    window_->grab();
    EXPECT_EQ(view_->rowCount(), 3) << "the head and two words";
}

TEST_F(NotesViewTest, NeighboursWordsAndNotesStandTogether) {
    said("临猗", "asked", 180'000'000);
    said("临猗", "agreed", 60'000'000, "临猗03", "14:25 到达");
    said("芮城", "refused", 30'000'000);
    changed([&](api::Incident& incident) {
        incident.set_notes(1);
        incident.mutable_newest_note()->set_id(1);
        incident.mutable_newest_note()->set_who("li");
        incident.mutable_newest_note()->set_at_us(clock_.utc_us() - 90'000'000);
        incident.mutable_newest_note()->set_text("家属在村口等");
    });
    save_picture(window_->grab().toImage(), QStringLiteral("neighbours.png"));
    EXPECT_EQ(view_->rowCount(), 5);
}

TEST_F(NotesViewTest, ItIsWrittenByKeysFromTheChosenCase) {
    const std::uint64_t version = desk_->state().incident(11)->version();
    const auto press = [&](Qt::Key key) { QTest::keyClick(window_->focusWidget(), key); };
    press(Qt::Key_N);
    EXPECT_EQ(window_->focusWidget()->objectName(), QStringLiteral("commandLine"));
    QTest::keyClicks(window_->focusWidget(), QStringLiteral("Linyi agr"));
    press(Qt::Key_Tab);
    QTest::keyClicks(window_->focusWidget(), QStringLiteral("L3 14:25"));
    const QString echo = window_->commandBar().echo();
    EXPECT_TRUE(echo.endsWith(QStringLiteral("Linyi agrees · L3 · 14:25 (not in the list of neighbours)"))) << echo.toStdString();
    press(Qt::Key_Return);
    const auto* frame = last_of(feed_, api::ClientFrame::kRecordNeighbour);
    ASSERT_NE(frame, nullptr);
    const api::RecordNeighbour& said = frame->record_neighbour();
    EXPECT_EQ(said.incident_id(), 11);
    EXPECT_EQ(said.version(), version);
    EXPECT_EQ(said.word().name() + " " + said.word().said() + " " + said.word().unit() + " " + said.word().eta(), "Linyi agreed L3 14:25");
}

TEST_F(NotesViewTest, WhatTheCentreRefusesIsToldWithTheWord) {
    QTest::keyClick(window_->focusWidget(), Qt::Key_N);
    QTest::keyClicks(window_->focusWidget(), QStringLiteral("Linyi asked"));
    QTest::keyClick(window_->focusWidget(), Qt::Key_Return);
    QString told;
    QObject::connect(desk_.get(), &Desk::orderRefused, desk_.get(), [&](const QString& what, const QString& why) { told = what + why; });
    api::ServerFrame answer;
    answer.set_reply_to(feed_.sent.size());
    answer.mutable_error()->set_code(660);
    answer.mutable_error()->set_text_en("It has changed meanwhile");
    feed_.push(std::move(answer));
    settle();
    EXPECT_TRUE(told.contains(QStringLiteral("Linyi asked for a unit"))) << told.toStdString();
    EXPECT_TRUE(told.contains(QStringLiteral("It has changed meanwhile"))) << told.toStdString();
}

TEST_F(NotesViewTest, TheRowOfTheQueueSaysWhatMattersMost) {
    const auto row = [&] {
        auto* queue = window_->findChild<QueueView*>();
        for (int i = 0; i < queue->spokenCount(); ++i) {
            const QString text = queue->spokenPart(i).text;
            if (text.contains(QStringLiteral("0034"))) {
                return text;
            }
        }
        return QString{};
    };
    said("临猗", "asked", 180'000'000);
    EXPECT_TRUE(row().contains(QStringLiteral("临猗 asked for a unit"))) << row().toStdString();
    said("芮城", "asked", 150'000'000);
    said("芮城", "agreed", 120'000'000, "芮城02");
    said("临猗", "refused", 60'000'000);
    EXPECT_TRUE(row().contains(QStringLiteral("芮城 agrees"))) << row().toStdString();
    save_picture(window_->grab().toImage(), QStringLiteral("neighbour-queue.png"));
    said("芮城", "refused", 30'000'000);
    EXPECT_TRUE(row().contains(QStringLiteral("芮城 refuses"))) << row().toStdString();
}

TEST_F(NotesViewTest, AnotherCaseHasNoneOfThem) {
    said("临猗", "asked", 120'000'000);
    ASSERT_FALSE(view_->isHidden());
    desk_->selectIncident(10);
    settle();
    EXPECT_TRUE(view_->isHidden());
}

} // namespace
} // namespace ems::console
