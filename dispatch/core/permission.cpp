#include "dispatch/core/permission.h"

#include <algorithm>
#include <array>

namespace ems::dispatch {
namespace {

using R = Request;

// Columns: dispatcher, physician, hospital viewer, admin, auditor, changes.
constexpr std::array<PermissionRow, 49> kPermissions{{
    {R::subscribe, "subscribe", true, true, true, false, true, false},
    {R::new_call, "new_call", true, false, false, false, false, true},
    {R::update_incident, "update_incident", true, false, false, false, false, true},
    {R::recommend, "recommend", true, false, false, false, false, false},
    {R::assign, "assign", true, false, false, false, false, true},
    {R::cancel_assignment, "cancel_assignment", true, false, false, false, false, true},
    {R::enter_unit_state, "enter_unit_state", true, false, false, false, false, true},
    {R::set_destination, "set_destination", true, false, false, false, false, true},
    {R::close_incident, "close_incident", true, false, false, false, false, true},
    {R::get_timeline, "get_timeline", true, true, true, false, true, false},
    {R::reveal_identity, "reveal_identity", true, true, false, false, false, false},
    {R::watch_vehicle, "watch_vehicle", true, true, true, false, false, false},
    {R::watch_video, "watch_video", true, true, true, false, false, false},
    {R::get_history, "get_history", true, true, true, false, false, false},
    {R::get_fleet_status, "get_fleet_status", true, false, false, true, true, false},
    {R::send_terminal_text, "send_terminal_text", true, false, false, false, false, true},
    {R::get_terminal_texts, "get_terminal_texts", true, false, false, false, true, false},
    {R::replay, "replay", true, true, true, false, false, false},
    {R::close_road, "close_road", true, false, false, false, false, true},
    {R::reopen_road, "reopen_road", true, false, false, false, false, true},
    {R::get_roads, "get_roads", true, true, true, false, true, false},
    {R::get_coverage, "get_coverage", true, true, false, false, true, false},
    {R::get_isochrones, "get_isochrones", true, true, false, false, true, false},
    {R::get_route, "get_route", true, true, true, false, false, false},
    {R::get_move_up, "get_move_up", true, false, false, false, true, false},
    {R::answer_move_up, "answer_move_up", true, false, false, false, false, true},
    {R::swap_unit, "swap_unit", true, false, false, false, false, true},
    {R::divert_unit, "divert_unit", true, false, false, false, false, true},
    {R::refuse_assignment, "refuse_assignment", true, false, false, false, false, true},
    {R::order_posting, "order_posting", true, false, false, false, false, true},
    {R::end_posting, "end_posting", true, false, false, false, false, true},
    {R::answer_proposal, "answer_proposal", true, false, false, false, false, true},
    {R::set_unit_facts, "set_unit_facts", true, false, false, false, false, true},
    {R::correct_stamp, "correct_stamp", true, false, false, false, false, true},
    {R::get_queue, "get_queue", true, false, false, false, true, false},
    {R::get_explanation, "get_explanation", true, false, false, false, true, false},
    {R::open_voice, "open_voice", true, true, false, false, false, false},
    {R::mark_alarm, "mark_alarm", true, true, false, false, false, true},
    {R::store_snapshot, "store_snapshot", true, true, false, false, false, true},
    {R::get_cameras, "get_cameras", true, true, true, false, false, false},
    {R::get_recordings, "get_recordings", true, true, true, false, false, false},
    {R::read_recording, "read_recording", true, true, true, false, false, false},
    {R::find_cases, "find_cases", true, true, true, false, false, false},
    {R::merge_incident, "merge_incident", true, false, false, false, false, true},
    {R::add_note, "add_note", true, true, false, false, false, true},
    {R::get_caller_history, "get_caller_history", true, false, false, false, false, false},
    {R::record_neighbour, "record_neighbour", true, false, false, false, false, true},
    {R::set_spo2_scale, "set_spo2_scale", false, true, false, false, false, true},
    {R::tell_editing, "tell_editing", true, true, false, false, false, false},
}};

constexpr std::array<std::string_view, 5> kRoles{"dispatcher", "physician", "hospital_viewer", "admin",
                                                 "auditor"};

} // namespace

std::span<const PermissionRow> permissions() { return kPermissions; }

bool permitted(Role role, Request request) {
    // In the order of Role.
    constexpr std::array<bool PermissionRow::*, 5> kColumns{&PermissionRow::dispatcher, &PermissionRow::physician,
                                                            &PermissionRow::hospital_viewer, &PermissionRow::admin,
                                                            &PermissionRow::auditor};
    return kPermissions[static_cast<std::size_t>(request)].*kColumns[static_cast<std::size_t>(role)];
}

bool changes_state(Request request) { return kPermissions[static_cast<std::size_t>(request)].changes; }

std::optional<Role> role_of(std::string_view text) {
    const auto found = std::find(kRoles.begin(), kRoles.end(), text);
    if (found == kRoles.end()) {
        return std::nullopt;
    }
    return static_cast<Role>(found - kRoles.begin());
}

std::string_view name(Role role) { return kRoles[static_cast<std::size_t>(role)]; }

} // namespace ems::dispatch
