// Beside the timeline of a case: what neighbour regions were asked and said of it, among what desks wrote.
#include "console/widgets/notes_view.h"
#include "tests/console/ui/desk_fixture.h"
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

TEST_F(NotesViewTest, AnotherCaseHasNoneOfThem) {
    said("临猗", "asked", 120'000'000);
    ASSERT_FALSE(view_->isHidden());
    desk_->selectIncident(10);
    settle();
    EXPECT_TRUE(view_->isHidden());
}

} // namespace
} // namespace ems::console
