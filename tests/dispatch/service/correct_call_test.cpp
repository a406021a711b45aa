// A call that was written down wrong: its caller's number, its patient's name, sex and age are put right while it is open.
#include <gtest/gtest.h>

#include "tests/dispatch/service/dispatchd_fixture.h"

namespace ems::dispatch {
namespace {

class CorrectCallTest : public DispatchdTest {
  protected:
    const api::Incident& incident(std::int64_t id) const { return mirror_.incidents().at(id); }
    std::int64_t open_wrong(client::Client& desk, const std::string& key) {
        api::ClientFrame frame = call_frame(key);
        frame.mutable_new_call()->set_caller_phone("13900003462");
        frame.mutable_new_call()->set_patient_name("王建国");
        frame.mutable_new_call()->set_sex("m");
        frame.mutable_new_call()->set_age_years(30);
        const auto opened = ask(desk, frame);
        EXPECT_TRUE(opened) << opened.error().message();
        const std::int64_t id = opened ? opened->new_call_ok().incident_id() : 0;
        EXPECT_TRUE(sees(desk, [&] { return mirror_.incidents().contains(id); }));
        return id;
    }
    Result<api::ServerFrame> correct(client::Client& desk, std::int64_t id, const std::function<void(api::UpdateIncident&)>& set) {
        Result<api::ServerFrame> answer = fail(Code::internal);
        // A stamp that follows by itself makes a version too.
        static_cast<void>(test::eventually(
            [&] {
                api::ClientFrame frame;
                api::UpdateIncident& update = *frame.mutable_update_incident();
                update.set_incident_id(id);
                update.set_version(incident(id).version());
                set(update);
                answer = ask(desk, frame);
                return answer.has_value() || answer.error().code != Code::version_stale;
            },
            10s));
        return answer;
    }
    api::Identity identity(client::Client& desk, std::int64_t id) {
        api::ClientFrame frame;
        frame.mutable_reveal_identity()->set_incident_id(id);
        frame.mutable_reveal_identity()->set_reason("call back");
        const auto answer = ask(desk, frame);
        EXPECT_TRUE(answer) << answer.error().message();
        return answer ? answer->identity() : api::Identity{};
    }
    std::uint32_t calls_of(client::Client& desk, const std::string& phone) {
        api::ClientFrame frame;
        frame.mutable_get_caller_history()->set_caller_phone(phone);
        const auto answer = ask(desk, frame);
        EXPECT_TRUE(answer) << answer.error().message();
        return answer ? answer->caller_history().earlier() : 0;
    }
};

TEST_F(CorrectCallTest, EveryDeskHasTheCorrectedPatientAndSoHasWhoTakesOver) {
    auto li = desk("dispatcher");
    const std::int64_t id = open_wrong(*li, "correct-1");
    const auto corrected = correct(*li, id, [](api::UpdateIncident& u) {
        u.set_caller_phone("13811117777");
        u.set_patient_name("李小红");
        u.set_sex("f");
        u.set_age_months(3);
    });
    ASSERT_TRUE(corrected) << corrected.error().message();
    ASSERT_TRUE(sees(*li, [&] { return incident(id).sex() == "f"; }));
    const auto is_right = [&] {
        const api::Incident& now = incident(id);
        return now.sex() == "f" && now.age_years() == 0 && now.has_age_months() && now.age_months() == 3 &&
               now.caller_phone_masked() == "138****7777";
    };
    EXPECT_TRUE(is_right()) << incident(id).ShortDebugString();
    EXPECT_EQ(identity(*li, id).caller_phone(), "13811117777");
    EXPECT_EQ(identity(*li, id).patient_name(), "李小红");
    EXPECT_EQ(calls_of(*li, "13811117777"), 1U);
    EXPECT_EQ(calls_of(*li, "13900003462"), 0U) << "the wrong number is nobody's";
    kill_server();
    start();
    mirror_ = {};
    auto late = desk("dispatcher");
    ASSERT_TRUE(sees(*late, [&] { return mirror_.incidents().contains(id); }));
    EXPECT_TRUE(is_right()) << incident(id).ShortDebugString();
    EXPECT_EQ(identity(*late, id).patient_name(), "李小红");
}

TEST_F(CorrectCallTest, NeitherAuditNorLogNorDumpTellsWhoTheyAre) {
    auto li = desk("dispatcher");
    const std::int64_t id = open_wrong(*li, "correct-2");
    ASSERT_TRUE(correct(*li, id, [](api::UpdateIncident& u) {
        u.set_caller_phone("13822228888");
        u.set_patient_name("赵小蓝");
        u.set_age_years(87);
    }));
    const std::string audit = postgres_->value("select string_agg(actor || ' ' || detail, ';') from dispatch.audit where action = "
                                               "'update_incident' and incident_id = " + std::to_string(id));
    EXPECT_TRUE(audit.starts_with("dispatcher ")) << audit;
    EXPECT_TRUE(audit.ends_with(" corrected=caller_phone,patient_name,age")) << audit;
    EXPECT_EQ(postgres_->value("select count(*) from dispatch.patient_identity where incident_id = " + std::to_string(id) +
                               " and (position('赵小蓝'::bytea in name_sealed) > 0 or position('13822228888'::bytea in phone_sealed) > 0)"),
              "0");
    std::ifstream file{dir_.path() / "dispatchd.log"};
    const std::string log{std::istreambuf_iterator<char>{file}, {}};
    EXPECT_FALSE(log.empty());
    for (const std::string said : {"13822228888", "赵小蓝"}) {
        EXPECT_EQ(log.find(said), std::string::npos);
        EXPECT_EQ(audit.find(said), std::string::npos);
    }
}

TEST_F(CorrectCallTest, ACrewOnItsWayIsToldTheAge) {
    auto li = desk("dispatcher");
    Vehicle vehicle{*broker_, "amb-1"};
    const std::int64_t id = open_wrong(*li, "correct-3");
    const auto assigned = ask(*li, assign_frame(id, 1));
    ASSERT_TRUE(assigned) << assigned.error().message();
    ASSERT_TRUE(test::eventually([&] { return !vehicle.commands().empty(); }, 20s));
    wire::CommandBody order;
    ASSERT_TRUE(order.ParseFromString(vehicle.commands().front().payload()));
    acknowledge(order.id(), wire::CommandAck::STORED);
    const auto corrected = correct(*li, id, [](api::UpdateIncident& u) { u.set_age_years(3); });
    ASSERT_TRUE(corrected) << corrected.error().message();
    wire::PlaceCorrection heard;
    EXPECT_TRUE(test::eventually(
        [&] {
            for (const wire::Command& command : vehicle.commands()) {
                wire::CommandBody body;
                if (body.ParseFromString(command.payload()) && body.has_correction()) {
                    heard = body.correction();
                }
            }
            return heard.assignment_id() == assigned->assign_ok().assignment_id();
        },
        20s));
    EXPECT_EQ(heard.age_years(), 3U);
    EXPECT_FALSE(heard.has_age_months());
    EXPECT_EQ(heard.sex(), "m");
}

TEST_F(CorrectCallTest, TheCommandLineCorrectsAndTakesAway) {
    auto li = desk("dispatcher");
    const std::int64_t id = open_wrong(*li, "correct-4");
    const std::string which = "#" + std::to_string(id);
    std::string output;
    ASSERT_EQ(ctl({"update", which, "--age-months", "3", "--sex", "f", "--phone", "13811117777", "--name", "李小红"}, &output), 0) << output;
    EXPECT_EQ(identity(*li, id).caller_phone(), "13811117777");
    EXPECT_EQ(identity(*li, id).patient_name(), "李小红");
    ASSERT_EQ(ctl({"update", which, "--age", "0", "--sex", "none", "--phone", "none", "--name", "none"}, &output), 0) << output;
    EXPECT_EQ(identity(*li, id).caller_phone(), "");
    EXPECT_EQ(identity(*li, id).patient_name(), "");
    EXPECT_EQ(postgres_->value("select sex || age_years || coalesce(age_months, -1) || phone_masked from dispatch.incident where id = " +
                               std::to_string(id)),
              "0-1");
    EXPECT_NE(ctl({"update", which, "--age", "3", "--age-months", "36"}, &output), 0) << "one of the two";
}

} // namespace
} // namespace ems::dispatch
