// What one desk writes to a case every desk reads, now and after a restart; and who calls again is known.
#include <gtest/gtest.h>

#include "tests/dispatch/service/dispatchd_fixture.h"

namespace ems::dispatch {
namespace {

class NotesTest : public DispatchdTest {
  protected:
    static api::ClientFrame note(std::int64_t incident, const std::string& text) {
        api::ClientFrame frame;
        frame.mutable_add_note()->set_incident_id(incident);
        frame.mutable_add_note()->set_text(text);
        return frame;
    }
    const api::Incident& incident(std::int64_t id) const { return mirror_.incidents().at(id); }
    bool has_notes(client::Client& desk, std::int64_t id, std::uint32_t count) {
        return sees(desk, [&] { return mirror_.incidents().contains(id) && incident(id).notes() == count; });
    }
    api::CallerHistory history(client::Client& desk, const std::string& phone) {
        api::ClientFrame frame;
        frame.mutable_get_caller_history()->set_caller_phone(phone);
        const auto answer = ask(desk, frame);
        EXPECT_TRUE(answer) << answer.error().message();
        return answer ? answer->caller_history() : api::CallerHistory{};
    }
    std::string audit_of(const std::string& action, std::int64_t incident) {
        return postgres_->value("select string_agg(actor || ' ' || detail, ';' order by n) from dispatch.audit where action = '" +
                                action + "' and coalesce(incident_id, 0) = " + std::to_string(incident));
    }
};

TEST_F(NotesTest, ANoteReachesEveryDeskAndIsThereAfterARestart) {
    auto li = desk("dispatcher");
    const std::int64_t id = open_call(*li, "notes-1");
    ASSERT_TRUE(has_notes(*li, id, 0));
    const std::uint64_t version = incident(id).version();
    ASSERT_TRUE(ask(*li, note(id, "患者对青霉素过敏")));
    ASSERT_TRUE(has_notes(*li, id, 1));
    EXPECT_EQ(incident(id).newest_note().text(), "患者对青霉素过敏");
    EXPECT_EQ(incident(id).newest_note().who(), "dispatcher");
    EXPECT_EQ(incident(id).version(), version) << "who is about to send a unit must not be refused for a note";
    auto doctor = desk("physician");
    ASSERT_TRUE(ask(*doctor, note(id, "先给氧")));
    ASSERT_TRUE(has_notes(*li, id, 2));
    EXPECT_EQ(incident(id).newest_note().who(), "physician");
    kill_server();
    start();
    mirror_ = {};
    auto late = desk("dispatcher");
    ASSERT_TRUE(has_notes(*late, id, 2));
    EXPECT_EQ(incident(id).newest_note().text(), "先给氧");
    api::ClientFrame frame;
    frame.mutable_get_timeline()->set_incident_id(id);
    const auto told = ask(*late, frame);
    ASSERT_TRUE(told) << told.error().message();
    ASSERT_EQ(told->timeline().notes_size(), 2);
    EXPECT_EQ(told->timeline().notes(0).text(), "患者对青霉素过敏");
    EXPECT_EQ(audit_of("add_note", id), "dispatcher bytes=24;physician bytes=9") << "who and when, not what";
}

TEST_F(NotesTest, ARepeatUnderTheSameKeyWritesOneNote) {
    auto li = desk("dispatcher");
    const std::int64_t id = open_call(*li, "notes-2");
    api::ClientFrame frame = note(id, "家属在村口");
    frame.set_idempotency_key("notes-2-key");
    ASSERT_TRUE(ask(*li, frame));
    ASSERT_TRUE(ask(*li, frame));
    frame.mutable_add_note()->set_text("另一条");
    EXPECT_EQ(ask(*li, frame).error().code, Code::key_reused);
    ASSERT_TRUE(has_notes(*li, id, 1));
}

TEST_F(NotesTest, AnAuditorWritesNoneAndReadsThem) {
    auto li = desk("dispatcher");
    const std::int64_t id = open_call(*li, "notes-3");
    ASSERT_TRUE(ask(*li, note(id, "x")));
    auto auditor = desk("auditor");
    EXPECT_EQ(ask(*auditor, note(id, "y")).error().code, Code::forbidden);
    api::ClientFrame frame;
    frame.mutable_get_caller_history()->set_caller_phone("13912343462");
    EXPECT_EQ(ask(*auditor, frame).error().code, Code::forbidden);
    frame.mutable_get_timeline()->set_incident_id(id);
    const auto told = ask(*auditor, frame);
    ASSERT_TRUE(told) << told.error().message();
    EXPECT_EQ(told->timeline().notes_size(), 1);
}

TEST_F(NotesTest, ACaseThatEndedLongAgoTakesANoteAndDoesNotComeBackToTheScreens) {
    auto li = desk("dispatcher");
    const std::int64_t id = open_call(*li, "notes-4");
    api::ClientFrame close;
    ASSERT_TRUE(sees(*li, [&] { return mirror_.incidents().contains(id); }));
    close.mutable_close_incident()->set_incident_id(id);
    close.mutable_close_incident()->set_version(incident(id).version());
    close.mutable_close_incident()->set_outcome("nobody was there");
    ASSERT_TRUE(ask(*li, close));
    postgres_->execute("update dispatch.incident set ended_at = ended_at - interval '3 days' where id = " + std::to_string(id));
    kill_server();
    start();
    mirror_ = {};
    auto late = desk("dispatcher");
    ASSERT_TRUE(sees(*late, [&] { return unit(1) != nullptr; }));
    ASSERT_FALSE(mirror_.incidents().contains(id));
    ASSERT_TRUE(ask(*late, note(id, "家属来电致谢")));
    api::ClientFrame frame;
    frame.mutable_get_timeline()->set_incident_id(id);
    const auto told = ask(*late, frame);
    ASSERT_TRUE(told) << told.error().message();
    EXPECT_EQ(told->timeline().notes_size(), 1);
    EXPECT_FALSE(mirror_.incidents().contains(id));
}

TEST_F(NotesTest, TheEarlierCallsOfANumberAreFoundAndTheReadingIsAudited) {
    auto li = desk("dispatcher");
    EXPECT_EQ(history(*li, "13900007777").earlier(), 0U);
    api::ClientFrame call = call_frame("notes-5");
    call.mutable_new_call()->set_caller_phone("13900007777");
    call.mutable_new_call()->set_address("东街 12 号");
    ASSERT_TRUE(ask(*li, call));
    const api::CallerHistory found = history(*li, "13900007777");
    ASSERT_EQ(found.incidents_size(), 1);
    EXPECT_EQ(found.earlier(), 1U);
    EXPECT_EQ(found.incidents(0).address(), "东街 12 号");
    EXPECT_EQ(found.incidents(0).caller_phone_masked(), "139****7777");
    EXPECT_EQ(history(*li, "+86 139-0000-7777").earlier(), 1U) << "the same telephone";
    EXPECT_EQ(history(*li, "").earlier(), 0U) << "no number is not the number of all who gave none";
    const std::string audit = audit_of("get_caller_history", 0);
    EXPECT_TRUE(audit.ends_with("dispatcher earlier=0;dispatcher earlier=1;dispatcher earlier=1")) << audit;
    api::ClientFrame huge;
    huge.mutable_get_caller_history()->set_caller_phone(std::string(33, '1'));
    EXPECT_EQ(ask(*li, huge).error().code, Code::text_too_long);
}

TEST_F(NotesTest, TheCommandLineWritesNotesAndFindsEarlierCalls) {
    auto li = desk("dispatcher");
    const std::int64_t id = open_call(*li, "notes-6");
    std::string output;
    ASSERT_EQ(ctl({"note", "#" + std::to_string(id), "钥匙在邻居家"}, &output), 0) << output;
    ASSERT_TRUE(has_notes(*li, id, 1));
    ASSERT_EQ(ctl({"timeline", "#" + std::to_string(id)}, &output), 0) << output;
    EXPECT_NE(output.find("钥匙在邻居家"), std::string::npos) << output;
    ASSERT_EQ(ctl({"caller", "13912343462"}, &output), 0) << output;
    EXPECT_NE(output.find("calls in the past year"), std::string::npos) << output;
}

} // namespace
} // namespace ems::dispatch
