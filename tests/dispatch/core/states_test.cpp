#include "dispatch/core/states.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>

#include "dispatch/core/permission.h"

namespace ems::dispatch {
namespace {

TEST(UnitStates, CarryTheNumbersOfTheWire) {
    int number = 1;
    for (const UnitStateRow& row : unit_states()) {
        EXPECT_EQ(static_cast<int>(row.state), number++);
        EXPECT_EQ(unit_state_of(static_cast<int>(row.state)), row.state);
    }
    EXPECT_FALSE(unit_state_of(0));
    EXPECT_FALSE(unit_state_of(13));
}

TEST(UnitStates, OnlyDispatchableOnesTakeAnOrder) {
    for (const UnitStateRow& row : unit_states()) {
        EXPECT_EQ(legal(row.state, UnitState::assigned, Cause::order), row.dispatchable) << row.name;
        EXPECT_FALSE(row.dispatchable && row.on_task) << row.name;
    }
}

TEST(UnitStates, OneWithoutAPatientMayBeDivertedAndNoOther) {
    for (const UnitStateRow& row : unit_states()) {
        const bool before_scene = row.state == UnitState::assigned || row.state == UnitState::acknowledged ||
                                  row.state == UnitState::en_route;
        EXPECT_EQ(row.divertible, before_scene) << row.name;
        EXPECT_EQ(row.divertible, row.state == UnitState::assigned ||
                                      legal(row.state, UnitState::assigned, Cause::divert))
            << row.name;
    }
}

TEST(UnitStates, NoTransitionStandsTwiceOrLeadsToItself) {
    std::set<std::pair<UnitState, UnitState>> seen;
    for (const UnitTransition& t : unit_transitions()) {
        EXPECT_NE(t.from, t.to);
        EXPECT_TRUE(seen.emplace(t.from, t.to).second) << name(t.from) << " " << name(t.to);
    }
}

TEST(UnitStates, ATaskIsLeftFromEveryStateAndOnlyAnOrderStartsOne) {
    for (const UnitStateRow& row : unit_states()) {
        bool leaves = false;
        for (const UnitTransition& t : unit_transitions()) {
            if (t.from == row.state && row.on_task && !traits(t.to).on_task) {
                leaves = true;
            }
            if (!traits(t.from).on_task && traits(t.to).on_task) {
                EXPECT_EQ(t.cause, Cause::order) << name(t.from);
            }
        }
        EXPECT_EQ(leaves, row.on_task) << row.name;
    }
}

TEST(AssignmentStates, EndedOnesAreFinal) {
    for (const AssignmentTransition& t : assignment_transitions()) {
        EXPECT_FALSE(ended(t.from)) << name(t.from);
    }
    for (const IncidentTransition& t : incident_transitions()) {
        EXPECT_FALSE(ended(t.from)) << name(t.from);
    }
}

TEST(Names, AreReadBack) {
    for (std::size_t i = 0; i < kStampEvents; ++i) {
        const auto event = static_cast<StampEvent>(i);
        EXPECT_EQ(stamp_event_of(name(event)), event);
    }
    EXPECT_EQ(assignment_state_of("timed_out"), AssignmentState::timed_out);
    EXPECT_EQ(incident_state_of("closed"), IncidentState::closed);
    EXPECT_EQ(stamp_source_of("geofence"), StampSource::geofence);
    EXPECT_FALSE(stamp_event_of("lunch"));
    EXPECT_FALSE(stamp_source_of("lunch"));
    EXPECT_FALSE(assignment_state_of("lunch"));
    EXPECT_FALSE(incident_state_of("lunch"));
    EXPECT_FALSE(incident_kind_of("lunch"));
    EXPECT_FALSE(posting_kind_of("lunch"));
    EXPECT_FALSE(posting_state_of("lunch"));
    EXPECT_FALSE(proposal_outcome_of("lunch"));
    EXPECT_EQ(incident_kind_of(name(IncidentKind::transfer)), IncidentKind::transfer);
    EXPECT_EQ(posting_kind_of(name(PostingKind::go_home)), PostingKind::go_home);
    EXPECT_EQ(posting_state_of(name(PostingState::cancelled)), PostingState::cancelled);
    EXPECT_EQ(proposal_outcome_of(name(ProposalOutcome::superseded)), ProposalOutcome::superseded);
}

// The whole matrix, written out a second time: a change of a right must be made twice.
TEST(Permission, EveryCellIsAsWrittenHere) {
    struct Row {
        Request request;
        const char* allowed; // d p h a u
    };
    const Row rows[] = {
        {Request::subscribe, "dphu"},        {Request::new_call, "d"},
        {Request::update_incident, "d"},     {Request::recommend, "d"},
        {Request::assign, "d"},              {Request::cancel_assignment, "d"},
        {Request::enter_unit_state, "d"},    {Request::set_destination, "d"},
        {Request::close_incident, "d"},      {Request::get_timeline, "dphu"},
        {Request::reveal_identity, "dp"},    {Request::watch_vehicle, "dph"},
        {Request::watch_video, "dph"},       {Request::get_history, "dph"},
        {Request::get_fleet_status, "dau"},
        {Request::send_terminal_text, "d"},  {Request::get_terminal_texts, "du"},
        {Request::replay, "dph"},            {Request::close_road, "d"},
        {Request::reopen_road, "d"},         {Request::get_roads, "dphu"},
        {Request::get_coverage, "dpu"},      {Request::get_isochrones, "dpu"},
        {Request::get_route, "dph"},         {Request::get_move_up, "du"},
        {Request::answer_move_up, "d"},
        {Request::swap_unit, "d"},           {Request::divert_unit, "d"},
        {Request::refuse_assignment, "d"},   {Request::order_posting, "d"},
        {Request::end_posting, "d"},         {Request::answer_proposal, "d"},
        {Request::set_unit_facts, "d"},      {Request::correct_stamp, "d"},
        {Request::get_queue, "du"},          {Request::get_explanation, "du"},
        {Request::open_voice, "dp"},         {Request::mark_alarm, "dp"},
        {Request::store_snapshot, "dp"},
        {Request::get_cameras, "dph"},       {Request::get_recordings, "dph"},
        {Request::read_recording, "dph"},    {Request::find_cases, "dph"},
        {Request::merge_incident, "d"},      {Request::add_note, "dp"},
        {Request::get_caller_history, "d"},  {Request::record_neighbour, "d"},
        {Request::set_spo2_scale, "p"},      {Request::tell_editing, "dp"},
    };
    ASSERT_EQ(std::size(rows), permissions().size());
    const std::pair<Role, char> roles[] = {{Role::dispatcher, 'd'},
                                           {Role::physician, 'p'},
                                           {Role::hospital_viewer, 'h'},
                                           {Role::admin, 'a'},
                                           {Role::auditor, 'u'}};
    for (const Row& row : rows) {
        for (const auto& [role, letter] : roles) {
            const bool expected = std::string{row.allowed}.find(letter) != std::string::npos;
            EXPECT_EQ(permitted(role, row.request), expected) << name(role);
            EXPECT_EQ(role_of(name(role)), role);
        }
    }
    std::size_t index = 0;
    for (const PermissionRow& row : permissions()) {
        EXPECT_EQ(static_cast<std::size_t>(row.request), index++) << row.name;
    }
    EXPECT_FALSE(role_of("root"));
}

} // namespace
} // namespace ems::dispatch
