// The call form says who else has changed the case that stands in it.
#include "console/widgets/last_writer.h"
#include "tests/console/ui/desk_fixture.h"

#include <algorithm>

namespace ems::console {
namespace {

class LastWriterTest : public DeskTest {
  protected:
    void SetUp() override {
        DeskTest::SetUp();
        connectAll();
        desk_->selectIncident(11);
        settle();
        writer_ = window_->findChild<LastWriter*>();
        ASSERT_NE(writer_, nullptr);
    }
    // 0034 becomes another: what the dispatcher at the next desk made of it.
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
    long asked() const {
        return std::count_if(feed_.sent.begin(), feed_.sent.end(), [](const api::ClientFrame& f) { return f.has_get_timeline(); });
    }
    void audit(const std::string& who, const std::string& action, std::int64_t at_us) {
        api::ServerFrame frame;
        for (std::size_t i = 0; i < feed_.sent.size(); ++i) {
            if (feed_.sent[i].has_get_timeline()) {
                frame.set_reply_to(i + 1);
            }
        }
        auto* row = frame.mutable_timeline()->add_audit();
        row->set_who(who);
        row->set_action(action);
        row->set_at_us(at_us);
        feed_.push(std::move(frame));
        settle();
    }
    LastWriter* writer_{nullptr};
};

TEST_F(LastWriterTest, AnotherDesksEditIsSaidWithItsNameAndTime) {
    changed([](api::Incident& i) { i.set_complaint("胸痛，已昏迷"); });
    ASSERT_EQ(asked(), 1);
    audit("zhao", "update_incident", clock_.utc_us());
    EXPECT_TRUE(writer_->text().startsWith(QStringLiteral("edited by zhao "))) << writer_->text().toStdString();
    desk_->selectIncident(10);
    settle();
    EXPECT_TRUE(writer_->text().isEmpty()) << "of the case before";
}

TEST_F(LastWriterTest, AnAgeThatAnotherDeskPutsRightIsAnEdit) {
    changed([](api::Incident& i) { i.set_age_years(3); });
    ASSERT_EQ(asked(), 1);
    audit("zhao", "update_incident", clock_.utc_us());
    EXPECT_TRUE(writer_->text().startsWith(QStringLiteral("edited by zhao "))) << writer_->text().toStdString();
}

TEST_F(LastWriterTest, OnesOwnEditIsNoNews) {
    changed([](api::Incident& i) { i.set_level(2); });
    ASSERT_EQ(asked(), 1);
    audit("wang", "update_incident", clock_.utc_us());
    EXPECT_TRUE(writer_->text().isEmpty());
}

TEST_F(LastWriterTest, WhatGoesOnByItselfIsNoEdit) {
    feed_.unit_state(1, ems::wire::UNIT_ASSIGNED, clock_.utc_us());
    settle();
    EXPECT_EQ(asked(), 0);
}

TEST_F(LastWriterTest, AnEditOfBeforeTheCaseCameIntoTheFormIsNotSaid) {
    changed([](api::Incident& i) { i.set_address("x"); });
    audit("zhao", "update_incident", clock_.utc_us() - 60'000'000);
    EXPECT_TRUE(writer_->text().isEmpty());
}

} // namespace
} // namespace ems::console
