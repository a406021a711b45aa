// A choice against the list is made with a reason: also against a list of the past, and also of a unit that no list ranks.
#include <gtest/gtest.h>

#include "tests/dispatch/service/dispatchd_fixture.h"

namespace ems::dispatch {
namespace {

class Choices : public DispatchdTest {
  protected:
    Choices() : li_(desk("dispatcher")) {
        EXPECT_TRUE(sees(*li_, [&] { return !mirror_.units().empty(); }));
    }
    // Stored as shown so long ago, by a server that led before: these units in this order.
    static std::int64_t shown(std::int64_t incident, std::chrono::seconds ago, const std::vector<std::int64_t>& units) {
        static std::int64_t id = 900'000'000;
        api::Recommendation list;
        list.set_id(++id);
        list.set_incident_id(incident);
        list.set_computed_us(std::chrono::duration_cast<std::chrono::microseconds>(
                                 (std::chrono::system_clock::now() - ago).time_since_epoch())
                                 .count());
        for (const std::int64_t unit : units) {
            api::Candidate& candidate = *list.add_candidates();
            candidate.set_unit_id(unit);
            candidate.set_rank(static_cast<std::uint32_t>(list.candidates_size()));
            candidate.set_total_s(300);
        }
        postgres_->execute("insert into dispatch.recommendation (id, incident_id, computed_for, shown) values (" +
                           std::to_string(id) + ", " + std::to_string(incident) + ", 'dispatcher', '\\x" +
                           hex(list.SerializeAsString()) + "')");
        return id;
    }
    Result<api::ServerFrame> assign(std::int64_t incident, std::int64_t unit, std::int64_t list, const std::string& reason) {
        api::ClientFrame frame = assign_frame(incident, unit);
        frame.mutable_assign()->set_recommendation_id(list);
        frame.mutable_assign()->set_override_reason(reason);
        return ask(*li_, frame);
    }
    Result<api::ServerFrame> stop(std::int64_t unit) {
        api::ClientFrame frame;
        frame.mutable_enter_unit_state()->set_unit_id(unit);
        frame.mutable_enter_unit_state()->set_state(wire::UNIT_OUT_OF_SERVICE);
        frame.mutable_enter_unit_state()->set_note("probe");
        return ask(*li_, frame);
    }
    std::unique_ptr<client::Client> li_;
};

TEST_F(Choices, AListOfThePastExcusesNoChoiceAgainstThePresentOne) {
    const std::int64_t first = open_call(*li_, "seen-now");
    ASSERT_TRUE(assign(first, 3, shown(first, 10s, {3, 1, 2}), "")) << "the list that was seen counts, the first for once not the nearest";
    const std::int64_t second = open_call(*li_, "seen-long-ago");
    const std::int64_t old = shown(second, 3600s, {2, 1});
    const auto refused = assign(second, 2, old, "");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::not_first_in_list) << refused.error().message();
    const auto sent = assign(second, 2, old, "knows the farm");
    ASSERT_TRUE(sent) << sent.error().message();
    EXPECT_EQ(postgres_->value("select recommendation_id from dispatch.assignment where id = " +
                               std::to_string(sent->assign_ok().assignment_id())),
              std::to_string(old))
        << "what was seen is what is remembered";
    const std::int64_t third = open_call(*li_, "still-first");
    EXPECT_TRUE(assign(third, 1, shown(third, 3600s, {1}), "")) << "it is first now as well";
}

TEST_F(Choices, AUnitThatNoListRanksGoesOnlyWithAReason) {
    const std::int64_t incident = open_call(*li_, "nobody-ranked");
    for (const std::int64_t unit : {2, 3}) {
        ASSERT_TRUE(stop(unit));
    }
    const std::int64_t dry = fresh_unit(*li_);
    ASSERT_TRUE(stop(1));
    api::ClientFrame facts;
    facts.mutable_set_unit_facts()->set_unit_id(dry);
    facts.mutable_set_unit_facts()->set_fuel_range_km(1);
    ASSERT_TRUE(ask(*li_, facts));
    api::ClientFrame asked;
    asked.mutable_recommend()->set_incident_id(incident);
    const auto list = ask(*li_, asked);
    ASSERT_TRUE(list);
    ASSERT_EQ(list->recommendation().shortfall(), "no_unit");
    for (const std::int64_t id : {list->recommendation().id(), std::int64_t{0}}) {
        const auto refused = assign(incident, dry, id, "");
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, Code::not_first_in_list) << refused.error().message();
    }
    EXPECT_TRUE(assign(incident, dry, list->recommendation().id(), "it fills up on the way"));
}

} // namespace
} // namespace ems::dispatch
