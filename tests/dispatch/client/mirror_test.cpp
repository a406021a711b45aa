#include <gtest/gtest.h>

#include "dispatch/client/mirror.h"

namespace ems::client {
namespace {

api::Snapshot snapshot() {
    api::Snapshot out;
    out.set_seq(10);
    api::Unit* const unit = out.add_units();
    unit->set_id(3);
    unit->set_name("席张01");
    for (const std::int64_t id : {17, 18}) {
        api::Incident* const incident = out.add_incidents();
        incident->set_id(id);
        incident->set_number("0034");
    }
    api::UnitPosition* const position = out.add_positions();
    position->set_unit_id(3);
    position->set_device_us(1000);
    position->set_seq(5);
    return out;
}

TEST(MirrorTest, AppliesDeltasInOrderAndChangesNothingAtAGap) {
    Mirror mirror;
    api::Delta delta;
    delta.set_seq(11);
    delta.add_units()->set_id(3);
    delta.mutable_units(0)->set_name("席张02");
    EXPECT_EQ(mirror.apply(delta), Applied::before_snapshot);
    mirror.apply(snapshot());
    EXPECT_EQ(mirror.apply(delta), Applied::yes);
    EXPECT_EQ(mirror.find_unit("席张02")->id(), 3);
    delta.set_seq(13);
    delta.mutable_units(0)->set_name("席张03");
    EXPECT_EQ(mirror.apply(delta), Applied::gap);
    EXPECT_EQ(mirror.seq(), 11U);
    EXPECT_EQ(mirror.find_unit("席张03"), nullptr);
}

TEST(MirrorTest, AConditionOfARoadIsGoneWhenItEndedOrItsTimeHasPassed) {
    Mirror mirror;
    api::Snapshot state = snapshot();
    for (const std::int64_t id : {1, 2, 3}) {
        api::RoadCondition& road = *state.add_roads();
        road.set_id(id);
        road.set_until_us(id == 2 ? 5'000 : 0);
    }
    mirror.apply(state);
    EXPECT_EQ(mirror.roads().size(), 3U);
    api::Delta delta;
    delta.set_seq(11);
    delta.set_server_us(5'000);
    *delta.add_roads() = state.roads(0);
    delta.mutable_roads(0)->set_ended_us(4'000);
    EXPECT_EQ(mirror.apply(delta), Applied::yes);
    ASSERT_EQ(mirror.roads().size(), 1U);
    EXPECT_TRUE(mirror.roads().contains(3));
}

TEST(MirrorTest, KeepsTheNewestCoverageAndAnAdviceWhileItIsOpen) {
    Mirror mirror;
    mirror.apply(snapshot());
    EXPECT_EQ(mirror.coverage(), nullptr);
    EXPECT_EQ(mirror.move_up(), nullptr);
    api::Delta delta;
    delta.set_seq(11);
    delta.mutable_coverage()->set_gap_count(4);
    delta.mutable_move_up()->set_state("open");
    mirror.apply(delta);
    EXPECT_EQ(mirror.coverage()->gap_count(), 4U);
    EXPECT_NE(mirror.move_up(), nullptr);
    delta.set_seq(12);
    delta.clear_coverage();
    delta.mutable_move_up()->set_state("accepted");
    mirror.apply(delta);
    EXPECT_EQ(mirror.coverage()->gap_count(), 4U) << "not told: unchanged";
    EXPECT_EQ(mirror.move_up(), nullptr);
}

TEST(MirrorTest, ASnapshotReplacesEverything) {
    Mirror mirror;
    mirror.apply(snapshot());
    api::Snapshot empty;
    empty.set_seq(99);
    mirror.apply(empty);
    EXPECT_TRUE(mirror.ready());
    EXPECT_TRUE(mirror.units().empty());
    EXPECT_TRUE(mirror.positions().empty());
}

TEST(MirrorTest, KeepsTheNewestPositionOnly) {
    Mirror mirror;
    mirror.apply(snapshot());
    const auto apply = [&](std::int64_t device_us, std::uint64_t seq) {
        api::Live live;
        live.add_positions()->set_unit_id(3);
        live.mutable_positions(0)->set_device_us(device_us);
        live.mutable_positions(0)->set_seq(seq);
        mirror.apply(live);
        return mirror.positions().at(3).seq();
    };
    EXPECT_EQ(apply(2000, 6), 6U);
    EXPECT_EQ(apply(1500, 9), 6U) << "an older fix must not look current";
    EXPECT_EQ(apply(2000, 6), 6U);
    EXPECT_EQ(apply(3000, 1), 1U) << "a new spool counts from one again";
}

TEST(MirrorTest, FindsByNameNumberAndId) {
    Mirror mirror;
    mirror.apply(snapshot());
    EXPECT_EQ(mirror.find_unit("席张01")->id(), 3);
    EXPECT_EQ(mirror.find_unit("3")->id(), 3);
    EXPECT_EQ(mirror.find_unit("4"), nullptr);
    EXPECT_EQ(mirror.find_unit("3x"), nullptr);
    EXPECT_EQ(mirror.find_incident("0034")->id(), 18) << "the newest of the number";
    EXPECT_EQ(mirror.find_incident("#17")->id(), 17);
    EXPECT_EQ(mirror.find_incident("#"), nullptr);
}

} // namespace
} // namespace ems::client
