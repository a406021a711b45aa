// Move-up through the real ems-dispatchd, PostgreSQL and broker: what is advised, ordered and
// counted, and whom coverage does not count on.
#include "tests/dispatch/service/road_desk_fixture.h"

namespace ems::dispatch {
namespace {

class MoveUpTest : public RoadDeskTest {};

TEST_F(MoveUpTest, AMoveUpIsAdvisedStoredAndAnsweredOnce) {
    // Both reach c, U2 alone the village by g: two at S2 reach both.
    ASSERT_TRUE(sees([&] { return mirror_.move_up() != nullptr; }));
    const api::MoveUpAdvice advice = *mirror_.move_up();
    EXPECT_EQ(advice.unit_id(), kU1);
    EXPECT_EQ(advice.station_id(), 2);
    const double busy = advice.busy_share();
    // Where people live, and c a little more for the calls of the tests before.
    EXPECT_GE(advice.expected_before(), 0.7 * (1 - busy * busy) + 0.3 * (1 - busy) - 1e-6);
    EXPECT_LT(advice.expected_before(), advice.expected_after());
    EXPECT_NEAR(advice.expected_after(), 1 - busy * busy, 1e-6);

    api::ClientFrame answer;
    answer.mutable_answer_move_up()->set_id(advice.id());
    answer.mutable_answer_move_up()->set_version(advice.version() + 1);
    answer.mutable_answer_move_up()->set_accept(true);
    EXPECT_EQ(ask(answer).error().code, Code::version_stale);
    answer.mutable_answer_move_up()->set_version(advice.version());
    answer.mutable_answer_move_up()->set_accept(false);
    EXPECT_EQ(ask(answer).error().code, Code::reason_needed) << "no reason";
    answer.mutable_answer_move_up()->set_accept(true);
    answer.set_idempotency_key("accept-" + std::to_string(advice.id()));
    const auto accepted = ask(answer);
    ASSERT_TRUE(accepted) << accepted.error().message();
    EXPECT_GT(accepted->posting_ok().posting_id(), 0);
    EXPECT_TRUE(sees([&] { return mirror_.move_up() == nullptr; }));
    EXPECT_EQ(count("dispatch.move_up where state = 'accepted' and answered_by = 'dispatcher'"),
              "1");
    EXPECT_EQ(count("dispatch.audit where action = 'accept_move_up'"), "1");
    const auto again = ask(answer);
    ASSERT_TRUE(again) << again.error().message();
    EXPECT_EQ(again->posting_ok().posting_id(), accepted->posting_ok().posting_id())
        << "a repeat gets the first answer";
    EXPECT_EQ(count("dispatch.posting"), "1");
    answer.set_idempotency_key("other-" + std::to_string(advice.id()));
    EXPECT_EQ(ask(answer).error().code, Code::advice_over) << "answered";
    EXPECT_EQ(count("dispatch.posting"), "1");
    api::ClientFrame frame;
    frame.mutable_get_move_up();
    ASSERT_TRUE(sees([&] {
        return std::abs(ask(frame)->move_up().expected_share() - (1 - busy * busy)) < 1e-6;
    })) << "the unit counts where it was sent to";
    EXPECT_FALSE(ask(frame)->move_up().has_advice());
}

TEST_F(MoveUpTest, AnAcceptedMoveUpIsOrderedAndCountsWhileItsPostingLives) {
    ASSERT_TRUE(sees([&] { return mirror_.move_up() != nullptr; }));
    const api::MoveUpAdvice advice = *mirror_.move_up();
    const json accepted = ctl({"answer-move-up", std::to_string(advice.id()), "--accept"});
    const std::int64_t id = accepted.value("posting_id", std::int64_t{0});
    ASSERT_TRUE(sees([&] { return mirror_.postings().contains(id); }));
    EXPECT_EQ(mirror_.postings().at(id).kind(), "relocation");
    EXPECT_EQ(mirror_.postings().at(id).unit_id(), kU1);
    EXPECT_EQ(mirror_.postings().at(id).station_id(), 2);
    EXPECT_EQ(count("dispatch.outbox o join dispatch.posting p on p.command_id = o.id "
                    "where o.vid = 'amb-1'"),
              "1")
        << "the vehicle is told";
    api::ClientFrame frame;
    frame.mutable_get_move_up();
    const auto share = [&] { return ask(frame)->move_up().expected_share(); };
    ASSERT_TRUE(sees([&] { return std::abs(share() - advice.expected_after()) < 1e-6; }));

    // Called off: the unit counts at home again, and is not asked to go there again at once.
    api::ClientFrame end;
    end.mutable_end_posting()->set_posting_id(id);
    end.mutable_end_posting()->set_state("cancelled");
    end.mutable_end_posting()->set_reason("no fuel");
    ASSERT_TRUE(ask(end));
    ASSERT_TRUE(sees([&] { return std::abs(share() - advice.expected_before()) < 1e-6; }));
    EXPECT_FALSE(ask(frame)->move_up().has_advice());
}

TEST_F(MoveUpTest, AMoveUpOfAUnitThatWasSentToACallChangesNothing) {
    ASSERT_TRUE(sees([&] { return mirror_.move_up() != nullptr; }));
    const api::MoveUpAdvice advice = *mirror_.move_up();
    api::ClientFrame assign;
    assign.mutable_assign()->set_incident_id(incident());
    assign.mutable_assign()->set_unit_id(kU1);
    assign.mutable_assign()->set_override_reason("test");
    const auto assigned = ask(assign);
    ASSERT_TRUE(assigned) << assigned.error().message();
    api::ClientFrame answer;
    answer.mutable_answer_move_up()->set_id(advice.id());
    answer.mutable_answer_move_up()->set_version(advice.version());
    answer.mutable_answer_move_up()->set_accept(true);
    const auto refused = ask(answer);
    ASSERT_FALSE(refused);
    // Or the advice went first.
    EXPECT_TRUE(refused.error().code == Code::unit_not_available ||
                refused.error().code == Code::advice_over)
        << refused.error().message();
    EXPECT_EQ(count("dispatch.posting"), "0");
    EXPECT_EQ(count("dispatch.move_up where state = 'accepted'"), "0");
    api::ClientFrame cancel;
    cancel.mutable_cancel_assignment()->set_assignment_id(assigned->assign_ok().assignment_id());
    cancel.mutable_cancel_assignment()->set_reason("test");
    ASSERT_TRUE(ask(cancel));
}

TEST_F(MoveUpTest, ACrewAtTheEndOfItsShiftCoversNothingAndIsNotMoved) {
    ASSERT_TRUE(
        sees([&] { return mirror_.coverage() != nullptr && mirror_.move_up() != nullptr; }));
    ASSERT_EQ(mirror_.coverage()->gaps_size(), 0);
    ctl({"facts", "U1", "--crew-hours", "0.5"});
    EXPECT_TRUE(sees([&] { return mirror_.move_up() == nullptr; })) << "U1 would be moved";
    ctl({"facts", "U2", "--contaminated"});
    EXPECT_TRUE(sees([&] { return mirror_.coverage()->whole().population_covered() == 0; }));
    ctl({"facts", "U2", "--clean"});
    EXPECT_TRUE(sees([&] { return mirror_.coverage()->gaps_size() == 0; })) << "U2 reaches both";
    EXPECT_EQ(ranked(incident()).candidates_size(), 2) << "both may be sent";
}

} // namespace
} // namespace ems::dispatch
