// What becomes of a posting at the real server: a refusal is told also by the next one, and its own fence asks whether a unit is there.
#include <gtest/gtest.h>

#include "tests/dispatch/service/dispatchd_fixture.h"

namespace ems::dispatch {
namespace {

class PostingsTest : public DispatchdTest {
  protected:
    static api::ClientFrame posting_frame(std::int64_t unit, std::int64_t station) {
        api::ClientFrame frame;
        frame.mutable_order_posting()->set_unit_id(unit);
        frame.mutable_order_posting()->set_kind("relocation");
        frame.mutable_order_posting()->set_station_id(station);
        return frame;
    }
    std::int64_t post(client::Client& desk, std::int64_t unit, std::int64_t station) {
        const auto posted = ask(desk, posting_frame(unit, station));
        EXPECT_TRUE(posted) << posted.error().message();
        return posted ? posted->posting_ok().posting_id() : 0;
    }
    void answers(std::int64_t posting, wire::CommandAck::Result result) {
        wire::Event body;
        body.set_source(wire::SOURCE_CREW_BUTTON);
        body.mutable_command_ack()->set_command_id(
            postgres_->value("select command_id from dispatch.posting where id = " + std::to_string(posting)));
        body.mutable_command_ack()->set_result(result);
        body.mutable_command_ack()->set_note("no fuel");
        event("amb-2", body, "posting-" + std::to_string(posting) + "-" + std::to_string(result));
    }
    // What the desk was last told of the posting's alarm; nothing: never of the posting.
    bool tells(client::Client& desk, std::int64_t posting, const std::optional<std::string>& alarm) {
        std::optional<std::string> told;
        const auto look = [&](const auto& rows) {
            for (const api::Posting& row : rows) {
                told = row.id() == posting ? std::optional{row.alarm()} : told;
            }
        };
        return test::eventually(
            [&] {
                for (const client::Event& event : desk.drain()) {
                    take(event);
                    if (const auto* state = std::get_if<client::StateArrived>(&event)) {
                        std::visit([&](const auto& message) { look(message.postings()); }, state->state);
                    }
                }
                return mirror_.ready() && told == alarm;
            },
            20s);
    }
};

TEST_F(PostingsTest, ARefusedPostingIsToldByTheNextServerUntilItsUnitHasSomethingElseToDo) {
    auto li = desk("dispatcher");
    ASSERT_TRUE(sees(*li, [&] { return unit(2) != nullptr; }));
    const std::int64_t id = post(*li, 2, 1);
    answers(id, wire::CommandAck::REFUSED);
    ASSERT_TRUE(tells(*li, id, "posting_refused"));
    kill_server();
    mirror_ = {};
    start();
    li = desk("dispatcher");
    ASSERT_TRUE(tells(*li, id, "posting_refused")) << "under another leader";
    li->send(posting_frame(2, 2), 20s); // its answer may come behind what is told
    ASSERT_TRUE(tells(*li, id, ""));
    EXPECT_EQ(postgres_->value("select state from dispatch.posting where unit_id = 2 and station_id = 2"), "ordered");
    kill_server();
    mirror_ = {};
    start();
    li = desk("dispatcher");
    EXPECT_TRUE(tells(*li, id, std::nullopt)) << "it has something else to do";
}

TEST_F(PostingsTest, TheCentresFenceAsksWhetherAUnitIsWhereItWasPostedAndTheDeskSaysSo) {
    postgres_->execute("update registry.region set time_scale = 8");   // it waits for 2.5 s
    kill_server();
    start();
    auto li = desk("dispatcher");
    ASSERT_TRUE(sees(*li, [&] { return unit(2) != nullptr; }));
    Vehicle vehicle{*broker_, "amb-2"};
    wire::Envelope envelope;
    wire::Position position;
    position.set_lat_e7(351'000'000);
    position.set_lon_e7(1'109'000'000);
    position.set_fix_mode(3);
    envelope.set_body(position.SerializeAsString());
    const std::int64_t id = post(*li, 2, 1);
    const auto proposal = [&]() -> const api::Proposal* {
        for (const auto& [number, row] : mirror_.proposals()) {
            if (row.unit_id() == 2) {
                return &row;
            }
        }
        return nullptr;
    };
    ASSERT_TRUE(sees(*li, [&] {
        envelope.set_seq(envelope.seq() + 1);
        envelope.set_t_us(std::chrono::duration_cast<std::chrono::microseconds>(
                              std::chrono::system_clock::now().time_since_epoch())
                              .count());
        vehicle.publish("gps", envelope.SerializeAsString());
        return proposal() != nullptr;
    }));
    EXPECT_EQ(proposal()->state(), wire::UNIT_UNSPECIFIED) << "it stands where it was posted";
    EXPECT_EQ(proposal()->source(), "geofence");
    EXPECT_NE(mirror_.postings().at(id).state(), "arrived") << "nobody has said so";
    std::string output;
    ASSERT_EQ(ctl({"proposals"}, &output), 0) << output;
    EXPECT_NE(output.find("at its post"), std::string::npos) << output;
    api::ClientFrame answer;
    answer.mutable_answer_proposal()->set_proposal_id(proposal()->id());
    answer.mutable_answer_proposal()->set_confirm(true);
    ASSERT_TRUE(ask(*li, answer));
    EXPECT_TRUE(sees(*li, [&] { return mirror_.postings().at(id).state() == "arrived" && proposal() == nullptr; }));
    EXPECT_EQ(postgres_->value("select outcome from dispatch.proposal where posting_id = " + std::to_string(id)), "confirmed");
    EXPECT_EQ(postgres_->value("select detail like '%posting=" + std::to_string(id) +
                               " at_us=%' from dispatch.audit where action = 'posting_arrived'"),
              "t");
}

} // namespace
} // namespace ems::dispatch
