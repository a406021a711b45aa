// The order of the queue that is kept up to date against the one made anew, and what units the map goes by.
#include "console/model/queue_order.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace ems::console {
namespace {

constexpr std::int64_t kS = 1'000'000;
constexpr std::int64_t kNow = 1'773'830'536 * kS;
constexpr int kUnits = 12;

class Queue : public testing::Test {
  protected:
    Queue() {
        state_.apply_link({LinkChange::State::up, "", 0, 0}, kNow);
        api::Snapshot s;
        s.set_seq(1);
        s.set_server_us(kNow);
        for (std::int64_t id = 1; id <= 60; ++id) {
            fill(*s.add_incidents(), id);
        }
        for (int id = 1; id <= kUnits; ++id) {
            auto* u = s.add_units();
            u->set_id(id);
            u->set_version(1);
        }
        state_.apply_snapshot(s, kNow);
    }
    void fill(api::Incident& i, std::int64_t id) {
        const std::int64_t created_us = kNow - some(0, 600) * kS;
        i.set_id(id);
        i.set_version(++version_);
        i.set_level(static_cast<std::uint32_t>(some(1, 4)));
        i.set_state(some(0, 5) == 0 ? "closed" : some(0, 2) == 0 ? "assigned" : "open");
        i.set_created_us(created_us);
        if (some(0, 4) == 0) {
            i.set_kind("transfer");
            i.set_planned_us(kNow + some(-900, 3'600) * kS);
        }
        for (const char* event : {"ring_start", "answered", "case_opened"}) {
            auto* stamp = i.add_stamps();
            stamp->set_event(event);
            stamp->set_at_us(created_us + some(0, 20) * kS);
            if (some(0, 3) == 0) {
                break;
            }
        }
    }
    std::int64_t some(std::int64_t least, std::int64_t most) {
        return std::uniform_int_distribution<std::int64_t>{least, most}(random_);
    }
    void apply(api::Delta delta) {
        delta.set_seq(++seq_);
        ASSERT_TRUE(state_.apply_delta(delta, kNow));
    }
    api::Delta anyChange() {
        api::Delta delta;
        switch (some(0, 3)) {
        case 0:
            fill(*delta.add_incidents(), some(1, 70));
            break;
        case 1: {
            auto* a = delta.add_assignments();
            a->set_id(some(1, 30));
            a->set_incident_id(some(1, 60));
            a->set_unit_id(some(1, kUnits + 2)); // also of one that is not known
            a->set_state(some(0, 1) == 0 ? "accepted" : some(0, 1) == 0 ? "done" : "refused");
            a->set_version(++version_);
            break;
        }
        case 2: {
            auto* u = delta.add_units();
            u->set_id(some(1, kUnits + 2));
            u->set_incident_id(some(0, 1) * some(1, 60));
            u->set_version(++version_);
            break;
        }
        default:
            for (int i = 0; i < 100; ++i) {
                fill(*delta.add_incidents(), some(1, 70));
            }
            break;
        }
        return delta;
    }
    void expectAsMadeAnew(std::int64_t now_us) {
        order_.update(state_, now_us);
        const auto rows = queue_rows(state_, now_us);
        ASSERT_EQ(order_.entries().size(), rows.size());
        std::int64_t longest_us = 0;
        int waiting = 0;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const QueueRow row = order_.row(state_, i);
            ASSERT_EQ(row.incident, rows[i].incident) << i;
            ASSERT_EQ(row.group, rows[i].group) << i;
            ASSERT_EQ(row.elapsed_us, rows[i].elapsed_us) << i;
            if (row.group == QueueGroup::waiting) {
                longest_us = std::max(longest_us, row.elapsed_us);
                ++waiting;
            }
        }
        EXPECT_EQ(order_.longest_us(QueueGroup::waiting), longest_us);
        EXPECT_EQ(order_.count(QueueGroup::waiting), waiting);
    }

    std::mt19937 random_{11};
    std::uint64_t version_{1};
    std::uint64_t seq_{1};
    DeskState state_;
    QueueOrder order_;
};

TEST_F(Queue, KeptUpToDateIsTheOneMadeAnew) {
    std::int64_t now_us = kNow;
    for (int step = 0; step < 2'000 && !HasFatalFailure(); ++step) {
        for (std::int64_t changes = some(0, 3); changes > 0; --changes) {
            apply(anyChange());
        }
        if (some(0, 9) == 0) {
            state_.select_unit(some(0, kUnits));
        }
        now_us += some(-2, 20) * kS;
        expectAsMadeAnew(now_us);
    }
}

TEST_F(Queue, StandsWhileNothingChanges) {
    order_.update(state_, kNow);
    EXPECT_EQ(order_.update(state_, kNow), QueueOrder::Rows::stand);
    api::Delta delta;
    fill(*delta.add_incidents(), 7);
    apply(delta);
    EXPECT_EQ(order_.update(state_, kNow), QueueOrder::Rows::changed);
    EXPECT_EQ(order_.update(state_, kNow), QueueOrder::Rows::stand);
}

TEST_F(Queue, OfAnotherStateWithTheSameChangesIsNotTakenOver) {
    expectAsMadeAnew(kNow);
    state_ = DeskState{};
    expectAsMadeAnew(kNow);
    EXPECT_TRUE(order_.entries().empty());
}

TEST(PlacedUnits, FollowPositionsThatComeAndTheirAges) {
    DeskState state;
    api::Snapshot s;
    s.set_seq(1);
    s.set_server_us(kNow);
    for (int id = 1; id <= 2; ++id) {
        s.add_units()->set_id(id);
    }
    auto* p = s.add_positions();
    p->set_unit_id(2);
    p->set_received_us(kNow - kS);
    state.apply_snapshot(s, kNow);
    PlacedUnits placed;
    ASSERT_EQ(placed.of(state, kNow).size(), 1U);
    EXPECT_EQ(placed.of(state, kNow + 4 * kS).front().age_ms, 5'000);
    api::Live live;
    auto* first = live.add_positions();
    first->set_unit_id(1);
    first->set_received_us(kNow);
    state.apply_live(live, kNow);
    ASSERT_EQ(placed.of(state, kNow).size(), 2U);
    EXPECT_EQ(placed.of(state, kNow).front().unit->id(), 1);
    api::Delta delta; // a unit that is new stands among those there are
    delta.set_seq(2);
    delta.add_units()->set_id(3);
    ASSERT_TRUE(state.apply_delta(delta, kNow));
    first->set_unit_id(3);
    state.apply_live(live, kNow);
    EXPECT_EQ(placed.of(state, kNow).size(), 3U);
    state.apply_snapshot(s, kNow);
    for (const PlacedUnit& one : placed.of(state, kNow)) {
        EXPECT_EQ(one.unit, state.unit(one.unit->id()));
        EXPECT_EQ(one.position, state.position(one.unit->id()));
    }
}

} // namespace
} // namespace ems::console
