// Who may ask what: one table of roles and operations, checked on every request. What is not granted is denied. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace ems::dispatch {

enum class Role : std::uint8_t { dispatcher, physician, hospital_viewer, admin, auditor };

// The requests of dispatch/contract/api.proto that need a session; ping, log-in and log-off do not.
enum class Request : std::uint8_t {
    subscribe,
    new_call,
    update_incident,
    recommend,
    assign,
    cancel_assignment,
    enter_unit_state,
    set_destination,
    close_incident,
    get_timeline,
    reveal_identity,
    watch_vehicle,
    watch_video,
    get_history,
    get_fleet_status,
    send_terminal_text,
    get_terminal_texts,
    replay,
    close_road,
    reopen_road,
    get_roads,
    get_coverage,
    get_isochrones,
    get_route,
    get_move_up,
    answer_move_up,
    swap_unit,
    divert_unit,
    refuse_assignment,
    order_posting,
    end_posting,
    answer_proposal,
    set_unit_facts,
    correct_stamp,
    get_queue,
    get_explanation,
    open_voice,
    mark_alarm,
    store_snapshot,
    get_cameras,
    get_recordings,
    read_recording,
    find_cases,
    merge_incident,
    add_note,
    get_caller_history,
    record_neighbour,
    set_spo2_scale,
    tell_editing,
};

struct PermissionRow {
    Request request;
    std::string_view name;
    bool dispatcher;
    bool physician;
    bool hospital_viewer;
    bool admin;
    bool auditor;
    bool changes;      // needs an idempotency key
};
std::span<const PermissionRow> permissions();

bool permitted(Role role, Request request);
bool changes_state(Request request);
std::optional<Role> role_of(std::string_view name);
std::string_view name(Role role);

} // namespace ems::dispatch
