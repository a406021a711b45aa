// A small world for the decisions and a store that applies write sets as the database does, versions checked.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dispatch/core/decide_orders.h"

namespace ems::dispatch {

inline constexpr std::int64_t kStart = 1'773'830'536'000'000;

// What the database promises at the end of a transaction (migration 0049).
inline void check_fits(const World& world) {
    for (const auto& [id, assignment] : world.assignments) {
        const bool held = world.units.at(assignment.unit).assignment == id;
        EXPECT_EQ(held, !ended(assignment.state)) << id.value;
    }
    for (const auto& [id, incident] : world.incidents) {
        EXPECT_EQ(incident.state == IncidentState::assigned, world.live_assignments(id) > 0) << id.value;
    }
}

inline void apply(World& world, const WriteSet& writes) {
    struct Visitor {
        World& world;
        void operator()(const ConsumeEvent&) const {}
        void operator()(const StoreKey&) const {}
        void operator()(const StoreRecommendation&) const {}
        void operator()(const AddAudit&) const {}
        void operator()(const LearnNumbers&) const {}
        void operator()(const OpenIncident& op) const {
            IncidentRow row = op.incident;
            row.version = 1;
            world.incidents[row.id] = row;
        }
        void operator()(const SetIncident& op) const {
            IncidentRow& known = world.incidents.at(op.row.id);
            ASSERT_EQ(known.version, op.row.version);
            ASSERT_TRUE(known.state == op.row.state || legal(known.state, op.row.state));
            const auto stamps = known.stamps;
            known = op.row;
            known.stamps = stamps;
            ++known.version;
        }
        void operator()(const SetAssignment& op) const {
            AssignmentRow& known = world.assignments.at(op.row.id);
            ASSERT_EQ(known.version, op.row.version);
            ASSERT_TRUE(legal(known.state, op.row.state));
            known = op.row;
            ++known.version;
        }
        void operator()(const SetUnit& op) const {
            UnitRow& known = world.units.at(op.row.id);
            ASSERT_EQ(known.version, op.row.version);
            ASSERT_EQ(op.row.assignment.is_set(), traits(op.row.state).on_task);
            known = op.row;
            ++known.version;
        }
        void operator()(const NewAssignment& op) const {
            AssignmentRow row = op.row;
            row.version = 1;
            ASSERT_TRUE(world.assignments.emplace(row.id, row).second);
        }
        void operator()(const QueueCommand& op) const { world.commands[op.row.id] = op.row; }
        void operator()(const SetCommand& op) const { world.commands.at(op.id).state = op.state; }
        void operator()(const AddStamp& op) const {
            IncidentRow& incident = world.incidents.at(op.incident);
            if (incident.stamp(op.row.event, op.row.assignment) == nullptr) {
                incident.stamps.push_back(op.row);
            }
        }
        void operator()(const CorrectStamp& op) const {
            for (StampRow& row : world.incidents.at(op.incident).stamps) {
                row = row.event == op.row.event && row.assignment == op.row.assignment ? op.row : row;
            }
        }
        void operator()(const NewPosting& op) const {
            ASSERT_EQ(world.posting_of(op.row.unit), nullptr);
            merge(world, {{}, {}, {}, {}, {op.row}, {}});
        }
        void operator()(const SetPosting& op) const {
            ASSERT_TRUE(legal(world.postings.at(op.row.id).state, op.row.state));
            PostingRow row = op.row;
            ++row.version;
            merge(world, {{}, {}, {}, {}, {row}, {}});
        }
        void operator()(const NewProposal& op) const {
            ProposalRow row = op.row;
            row.id = {static_cast<std::int64_t>(world.proposals.size()) + 1};
            merge(world, {{}, {}, {}, {}, {}, {row}});
        }
        void operator()(const SetProposal& op) const { ASSERT_EQ(world.proposals.erase(op.id), 1U); }
    };
    for (const Operation& op : writes.operations) {
        std::visit(Visitor{world}, op);
    }
    check_fits(world);
}

class Decide : public ::testing::Test {
  protected:
    Decide() {
        world_.units[{1}] = UnitRow{{1}, UnitState::available, 0, {}, {}, {}, {}, 1};
        world_.units[{2}] = UnitRow{{2}, UnitState::available, 0, {}, {}, {}, {}, 1};
        call(1);
    }
    void call(std::int64_t id) {
        CallRequest request;
        request.open.call = {id};
        request.open.incident.id = {id};
        request.open.incident.number = "0001";
        request.open.incident.level = 1;
        request.open.incident.place = {351'000'000, 1'109'000'000};
        request.open.incident.created_us = now_;
        request.open.ring_us = now_ - 9'000'000;
        request.open.answered_us = now_ - 4'000'000;
        request.now_us = now_;
        const auto writes = decide_call(request);
        ASSERT_TRUE(writes) << writes.error().message();
        apply(world_, *writes);
    }
    Result<void> assign(std::int64_t unit, std::int64_t assignment, std::int64_t incident = 1,
                        AssignIntent intent = AssignIntent::demanded) {
        AssignRequest request;
        request.intent = intent;
        request.incident = {incident};
        request.unit = {unit};
        request.assignment = {assignment};
        request.now_us = tick();
        const auto writes = decide_assign(world_, request);
        if (!writes) {
            return Failure{writes.error()};
        }
        apply(world_, *writes);
        order(unit, assignment);
        return {};
    }
    void order(std::int64_t unit, std::int64_t assignment) {
        CommandRow command;
        command.id = "command-" + std::to_string(assignment);
        command.unit = {unit};
        command.assignment = {assignment};
        command.kind = "dispatch";
        command.state = "queued";
        world_.commands[command.id] = command;
    }
    // Applies what was decided; the error's code, or Code{} when there is none.
    Code take(const Result<WriteSet>& writes) {
        if (!writes) {
            return writes.error().code;
        }
        apply(world_, *writes);
        return Code{};
    }
    Result<std::size_t> press(std::int64_t unit, UnitState state, std::int64_t assignment = 0) {
        StateRequest request;
        request.unit = {unit};
        request.state = state;
        request.assignment = {assignment};
        request.when = {tick(), now_ - 200'000, true};
        const auto writes = decide_state(world_, request);
        if (!writes) {
            return Failure{writes.error()};
        }
        apply(world_, *writes);
        return writes->operations.size();
    }
    Result<std::size_t> ack(std::int64_t assignment, Ack what) {
        const auto writes =
            decide_ack(world_, {"command-" + std::to_string(assignment), what, "", {tick(), now_, true}, ""});
        if (!writes) {
            return Failure{writes.error()};
        }
        apply(world_, *writes);
        return writes->operations.size();
    }
    std::int64_t tick() { return now_ += 30'000'000; }
    const UnitRow& unit(std::int64_t id) { return world_.units.at({id}); }
    const IncidentRow& incident(std::int64_t id = 1) { return world_.incidents.at({id}); }

    World world_;
    std::int64_t now_{kStart};
};

} // namespace ems::dispatch
