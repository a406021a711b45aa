#include "dispatch/core/queue.h"

#include <gtest/gtest.h>

#include "tests/dispatch/core/decide_world.h"

namespace ems::dispatch {
namespace {

TEST(Queue, EmergenciesByLevelThenDueTransfersThenThoseForLater) {
    World world;
    const auto add = [&](std::int64_t id, IncidentKind kind, std::uint32_t level, std::int64_t at) {
        IncidentRow row;
        row.id = {id};
        row.kind = kind;
        row.level = level;
        row.created_us = at;
        row.planned_us = kind == IncidentKind::transfer ? at : 0;
        world.incidents[row.id] = row;
    };
    const std::int64_t now = kStart;
    add(1, IncidentKind::transfer, 1, now + 2 * kTransferLeadUs);
    add(2, IncidentKind::transfer, 4, now + kTransferLeadUs);
    add(3, IncidentKind::emergency, 3, now - 60);
    add(4, IncidentKind::emergency, 2, now - 10);
    add(5, IncidentKind::emergency, 3, now - 90);
    add(6, IncidentKind::transfer, 4, now + 2 * kTransferLeadUs - 1);
    add(7, IncidentKind::emergency, 1, now);
    world.incidents.at({7}).state = IncidentState::closed;
    std::vector<std::int64_t> order;
    for (const QueueRow& row : waiting(world, now)) {
        order.push_back(row.incident.value);
        EXPECT_EQ(row.units_short, 1U);
    }
    EXPECT_EQ(order, (std::vector<std::int64_t>{4, 5, 3, 2, 6, 1}));
    EXPECT_EQ(name(waiting(world, now).back().queue), "transfer_planned");
}

class ShortOfUnits : public Decide {
  protected:
    std::uint32_t short_now(std::int64_t incident = 1) const {
        const auto found = short_of_units(world_, now_);
        const auto row = found.find({incident});
        return row == found.end() ? 0 : row->second.units;
    }
    bool escalated() const { return short_of_units(world_, now_).at({1}).grade == ShortGrade::escalated; }
};

TEST_F(ShortOfUnits, ACallThatNobodyWasSentToIsToldAfterAMinute) {
    now_ = kStart + kDispatchWithinUs - 1;
    EXPECT_EQ(short_now(), 0U);
    ++now_;
    EXPECT_EQ(short_now(), 1U);
    ASSERT_TRUE(assign(1, 7));
    EXPECT_EQ(short_now(), 0U);
}

TEST_F(ShortOfUnits, WhatStillLacksAUnitIsToldLouderTheMoreUrgentTheSooner) {
    const std::int64_t told_us = kStart + kDispatchWithinUs;
    now_ = told_us + kShortEscalatesUs - 1;
    EXPECT_FALSE(escalated());
    ++now_;
    EXPECT_TRUE(escalated());
    world_.incidents.at({1}).level = 3;
    EXPECT_FALSE(escalated());
    now_ = told_us + kShortEscalatesLaterUs;
    EXPECT_TRUE(escalated());
    EXPECT_EQ(name(ShortGrade::told), "short_of_units");
    EXPECT_EQ(name(ShortGrade::escalated), "units_overdue");
}

TEST_F(ShortOfUnits, ALostUnitIsToldLouderCountedFromItsLoss) {
    now_ = kStart + 3'600'000'000;
    ASSERT_TRUE(assign(1, 7));
    ASSERT_TRUE(assign(2, 8, 1, AssignIntent::additional));
    world_.assignments.at({7}).created_us = now_ - 1;
    ASSERT_TRUE(ack(7, Ack::refused));
    const std::int64_t lost_us = incident().stamp(StampEvent::cancelled, {7})->at_us;
    ASSERT_TRUE(ack(8, Ack::accepted));
    now_ = lost_us + kShortEscalatesUs - 1;
    EXPECT_FALSE(escalated());
    ++now_;
    EXPECT_TRUE(escalated());
    std::erase_if(world_.incidents.at({1}).stamps, [](const StampRow& s) { return s.event == StampEvent::cancelled; });
    world_.assignments.at({7}).created_us = now_;
    EXPECT_FALSE(escalated()) << "no earlier than it was sent";
    world_.assignments[{99}] = world_.assignments.at({7});
    world_.assignments.at({99}).incident = {98};
    EXPECT_EQ(short_now(), 1U) << "one of an incident that has left the memory says nothing";
}

TEST_F(ShortOfUnits, ARefusalIsToldAtOnceAndUntilAnotherUnitIsSent) {
    world_.incidents.at({1}).created_us = kStart + 3'600'000'000;
    ASSERT_TRUE(assign(1, 7));
    ASSERT_TRUE(ack(7, Ack::refused));
    EXPECT_EQ(short_now(), 1U);
    ASSERT_TRUE(assign(2, 8));
    EXPECT_EQ(short_now(), 0U);
}

TEST_F(ShortOfUnits, ABreakdownOfOneOfTwoIsToldThoughTheOtherIsStillOnIt) {
    world_.incidents.at({1}).created_us = kStart + 3'600'000'000;
    ASSERT_TRUE(assign(1, 7));
    ASSERT_TRUE(assign(2, 8, 1, AssignIntent::additional));
    ASSERT_TRUE(press(1, UnitState::out_of_service));
    EXPECT_EQ(incident().state, IncidentState::assigned);
    EXPECT_EQ(short_now(), 1U);
}

TEST_F(ShortOfUnits, AnIncidentThatLostItsUnitToAnotherIsToldAtOnce) {
    call(2);
    world_.incidents.at({1}).created_us = kStart + 3'600'000'000;
    world_.incidents.at({1}).level = 3;
    ASSERT_TRUE(assign(1, 7));
    AssignRequest to;
    to.incident = {2};
    to.unit = {1};
    to.assignment = {8};
    to.now_us = tick();
    ASSERT_EQ(take(decide_divert(world_, {to, "arrest"})), Code{});
    EXPECT_EQ(short_now(), 1U);
    EXPECT_EQ(short_now(2), 0U);
}

TEST_F(ShortOfUnits, WhatTheDispatcherCalledBackOrNobodyAnsweredInTimeIsHeldApart) {
    world_.incidents.at({1}).created_us = kStart + 3'600'000'000;
    ASSERT_TRUE(assign(1, 7));
    ASSERT_EQ(take(decide_cancel(world_, {{7}, "nobody there", tick(), "li"})), Code{});
    EXPECT_EQ(short_now(), 0U) << "the dispatcher knows";
    world_.assignments.at({7}).state = AssignmentState::timed_out;
    EXPECT_EQ(short_now(), 1U);
}

TEST_F(ShortOfUnits, ATransferIsToldOnceItIsDueAndNotBefore) {
    IncidentRow& row = world_.incidents.at({1});
    row.kind = IncidentKind::transfer;
    row.planned_us = now_ + 2 * kTransferLeadUs;
    ASSERT_TRUE(assign(1, 7));
    ASSERT_TRUE(ack(7, Ack::refused));
    now_ = row.planned_us - kTransferLeadUs - 1;
    EXPECT_EQ(short_now(), 0U) << "there is time";
    ++now_;
    EXPECT_EQ(short_now(), 1U) << "lost, and due";
    world_.assignments.clear();
    EXPECT_EQ(short_now(), 0U);
    now_ += kDispatchWithinUs;
    EXPECT_EQ(short_now(), 1U);
}

} // namespace
} // namespace ems::dispatch
