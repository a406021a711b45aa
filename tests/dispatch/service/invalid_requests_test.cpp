// A request that is refused changes nothing: not a row of any table. Every verb that may change something is asked for
// unknown ids, stale versions, illegal changes, absurd places, text too long and keys of other requests, and a digest of the
// tables is held against the one before.
#include <gtest/gtest.h>

#include <limits>
#include <set>
#include <string_view>

#include "dispatch/core/permission.h"
#include "tests/dispatch/service/invalid_requests.h"

namespace ems::dispatch {

void InvalidRequests::bad_calls() {
    const auto call = [&](const char* why, Code code, auto fill) {
        add(why, code, [&](api::ClientFrame& frame) {
            frame = call_frame("");
            frame.clear_idempotency_key();
            fill(*frame.mutable_new_call());
        });
    };
    call("no such level", Code::level_unknown, [](api::NewCall& c) { c.set_level(5); });
    call("the pole and beyond", Code::place_not_on_map, [](api::NewCall& c) { c.mutable_place()->set_lat_e7(900'000'001); });
    call("round the world", Code::place_not_on_map, [](api::NewCall& c) { c.mutable_place()->set_lon_e7(-1'800'000'001); });
    call("a digit less, in another sea", Code::place_too_far, [](api::NewCall& c) { c.mutable_place()->set_lat_e7(35'100'000); });
    call("the sea", Code::place_not_on_map, [](api::NewCall& c) { c.clear_place(); });
    call("a book for a complaint", Code::text_too_long, [](api::NewCall& c) { c.set_complaint(kHuge); });
    call("a book for an address", Code::text_too_long, [](api::NewCall& c) { c.set_address(kHuge); });
    call("a book for a number", Code::text_too_long, [](api::NewCall& c) { c.set_caller_phone(kHuge); });
    call("a book for a name", Code::text_too_long, [](api::NewCall& c) { c.set_patient_name(kHuge); });
    call("an age of 151", Code::age_range, [](api::NewCall& c) { c.set_age_years(151); });
    call("an age of 1812 months", Code::age_range, [](api::NewCall& c) { c.set_age_months(1812); });
    call("an unknown sex", Code::sex_unknown, [](api::NewCall& c) { c.set_sex("?"); });
    call("it rang after it was answered", Code::clock_order, [](api::NewCall& c) {
        c.set_ring_us(2'000'000);
        c.set_answered_us(1'000'000);
    });
    call("it rang before all time", Code::clock_order, [](api::NewCall& c) { c.set_ring_us(std::numeric_limits<std::int64_t>::min()); });
    call("an unknown kind", Code::choice_unknown, [](api::NewCall& c) { c.set_kind("party"); });
    call("an emergency for tomorrow", Code::emergency_is_now, [](api::NewCall& c) { c.set_planned_us(1'900'000'000'000'000); });
    call("a transfer to nowhere", Code::planned_time_range, [](api::NewCall& c) { c.set_kind("transfer"); });
    call("an army", Code::units_wanted_range, [](api::NewCall& c) { c.set_units_wanted(21); });
    call("an unknown class", Code::need_unknown, [](api::NewCall& c) { c.mutable_need()->set_vehicle_class("E"); });
    call("an unknown capability", Code::need_unknown, [](api::NewCall& c) { c.mutable_need()->set_capabilities("piano"); });
    call("an unknown isolation", Code::need_unknown, [](api::NewCall& c) { c.mutable_need()->set_isolation("moon"); });
    add("an unknown hospital", Code::no_such_hospital, [&](api::ClientFrame& frame) {
        frame = call_frame("");
        frame.clear_idempotency_key();
        api::NewCall& c = *frame.mutable_new_call();
        c.set_kind("transfer");
        c.set_planned_us(std::chrono::duration_cast<std::chrono::microseconds>(
                             std::chrono::system_clock::now().time_since_epoch())
                             .count());
        c.set_destination_hospital_id(kUnknown);
    });
}

void InvalidRequests::bad_incidents() {
    const auto update = [&](const char* why, Code code, std::int64_t id, auto fill) {
        add(why, code, [&](api::ClientFrame& frame) {
            frame.mutable_update_incident()->set_incident_id(id);
            frame.mutable_update_incident()->set_version(version_);
            fill(*frame.mutable_update_incident());
        });
    };
    update("unknown", Code::no_such_incident, kUnknown, [](api::UpdateIncident&) {});
    update("negative", Code::no_such_incident, -1, [](api::UpdateIncident&) {});
    update("ended", Code::incident_closed, closed_, [](api::UpdateIncident&) {});
    update("stale", Code::version_stale, incident_, [](api::UpdateIncident& u) { u.set_version(u.version() - 1); });
    update("from the future", Code::version_stale, incident_, [](api::UpdateIncident& u) { u.set_version(u.version() + 1); });
    update("no such level", Code::level_unknown, incident_, [](api::UpdateIncident& u) { u.set_level(9); });
    update("huge", Code::text_too_long, incident_, [](api::UpdateIncident& u) { u.set_address(kHuge); });
    update("in another province", Code::place_too_far, incident_, [](api::UpdateIncident& u) {
        u.mutable_place()->set_lat_e7(371'000'000);
        u.mutable_place()->set_lon_e7(1'109'000'000);
    });
    update("nowhere", Code::place_not_on_map, incident_, [](api::UpdateIncident& u) { u.mutable_place(); });
    update("planned", Code::emergency_is_now, incident_, [](api::UpdateIncident& u) { u.set_planned_us(1); });
    update("needs", Code::need_unknown, incident_, [](api::UpdateIncident& u) { u.mutable_need()->set_vehicle_class("Z"); });
    update("a book for a number", Code::text_too_long, incident_, [](api::UpdateIncident& u) { u.set_caller_phone(kHuge); });
    update("a book for a name", Code::text_too_long, incident_, [](api::UpdateIncident& u) { u.set_patient_name(kHuge); });
    update("an unknown sex", Code::sex_unknown, incident_, [](api::UpdateIncident& u) { u.set_sex("?"); });
    update("an age of 151", Code::age_range, incident_, [](api::UpdateIncident& u) { u.set_age_years(151); });
    update("an age of 1812 months", Code::age_range, incident_, [](api::UpdateIncident& u) { u.set_age_months(1812); });
    update("another number, seen late", Code::version_stale, incident_, [](api::UpdateIncident& u) {
        u.set_version(u.version() - 1);
        u.set_caller_phone("13912343463");
        u.set_patient_name("李");
    });
    update("another name of what has ended", Code::incident_closed, closed_, [](api::UpdateIncident& u) { u.set_patient_name("李"); });
    const auto close = [&](const char* why, Code code, std::int64_t id, const std::string& outcome, std::uint64_t version = 1) {
        add(why, code, [&](api::ClientFrame& frame) {
            frame.mutable_close_incident()->set_incident_id(id);
            frame.mutable_close_incident()->set_outcome(outcome);
            frame.mutable_close_incident()->set_version(version);
        });
    };
    close("unknown", Code::no_such_incident, kUnknown, "no need");
    close("twice", Code::incident_closed, closed_, "");
    close("a unit is on it", Code::unit_on_incident, incident_, "no need", version_);
    close("nobody served it, and nobody says why", Code::reason_needed, waiting_, "");
    add("nobody served it, and which version was seen is not said", Code::version_stale, [&](api::ClientFrame& frame) {
        frame.mutable_close_incident()->set_incident_id(waiting_);
        frame.mutable_close_incident()->set_outcome("no need");
    });
    const auto merge = [&](const char* why, Code code, std::int64_t id, std::uint64_t version, std::int64_t into) {
        add(why, code, [&](api::ClientFrame& frame) {
            frame.mutable_merge_incident()->set_incident_id(id);
            frame.mutable_merge_incident()->set_version(version);
            frame.mutable_merge_incident()->set_into_incident_id(into);
        });
    };
    merge("unknown", Code::no_such_incident, kUnknown, 1, incident_);
    merge("ended", Code::incident_closed, closed_, 1, incident_);
    merge("stale", Code::version_stale, incident_, version_ - 1, waiting_);
    merge("a unit is on it", Code::unit_on_incident, incident_, version_, waiting_);
    merge("into itself", Code::merge_needs_other, incident_, version_, incident_);
    merge("into what has ended", Code::incident_closed, incident_, version_, closed_);
    merge("into nothing", Code::no_such_incident, incident_, version_, kUnknown);
    merge("into a planned transfer", Code::merge_needs_other, waiting_, 1, transfer_);
    merge("a planned transfer into it", Code::merge_needs_other, transfer_, 1, waiting_);
    add("of an older version", Code::version_stale, [&](api::ClientFrame& frame) {
        frame.mutable_close_incident()->set_incident_id(waiting_);
        frame.mutable_close_incident()->set_version(0);
    });
    close("huge", Code::text_too_long, waiting_, kHuge);
}

void InvalidRequests::bad_orders() {
    const auto assign = [&](const char* why, Code code, std::int64_t incident, std::int64_t unit, const std::string& reason) {
        add(why, code, [&](api::ClientFrame& frame) {
            frame = assign_frame(incident, unit);
            frame.mutable_assign()->set_override_reason(reason);
        });
    };
    assign("unknown incident", Code::no_such_incident, kUnknown, free_unit_, "x");
    assign("unknown unit", Code::no_such_unit, waiting_, kUnknown, "x");
    assign("negative", Code::no_such_unit, -5, -7, "x");
    assign("ended incident", Code::incident_closed, closed_, free_unit_, "x");
    assign("busy unit", Code::unit_already_assigned, waiting_, busy_unit_, "x");
    assign("enough units", Code::incident_has_its_units, incident_, free_unit_, "x");
    assign("huge", Code::text_too_long, waiting_, free_unit_, kHuge);
    const auto swap = [&](const char* why, Code code, std::int64_t assignment, std::int64_t unit, const std::string& reason) {
        add(why, code, [&](api::ClientFrame& frame) {
            frame.mutable_swap_unit()->set_assignment_id(assignment);
            frame.mutable_swap_unit()->set_unit_id(unit);
            frame.mutable_swap_unit()->set_reason(reason);
            frame.mutable_swap_unit()->set_override_reason("x");
        });
    };
    swap("unknown", Code::no_such_assignment, kUnknown, free_unit_, "x");
    swap("unknown unit", Code::no_such_unit, assignment_, kUnknown, "x");
    swap("no reason", Code::reason_needed, assignment_, free_unit_, "");
    swap("huge", Code::text_too_long, assignment_, free_unit_, kHuge);
    swap("for itself", Code::unit_already_assigned, assignment_, busy_unit_, "x");
    swap("ended", Code::incident_closed, ended_, free_unit_, "x");
}

void InvalidRequests::bad_diversions() {
    const auto divert = [&](const char* why, Code code, std::int64_t unit, std::int64_t incident, const std::string& reason) {
        add(why, code, [&](api::ClientFrame& frame) {
            frame.mutable_divert_unit()->set_unit_id(unit);
            frame.mutable_divert_unit()->set_incident_id(incident);
            frame.mutable_divert_unit()->set_reason(reason);
        });
    };
    divert("unknown unit", Code::no_such_unit, kUnknown, waiting_, "x");
    divert("unknown incident", Code::no_such_incident, busy_unit_, kUnknown, "x");
    divert("not more urgent", Code::not_more_urgent, busy_unit_, waiting_, "x");
    divert("free", Code::unit_not_divertible, free_unit_, waiting_, "x");
    divert("ended", Code::incident_closed, busy_unit_, closed_, "x");
    divert("no reason", Code::reason_needed, busy_unit_, waiting_, "");
    divert("huge", Code::text_too_long, busy_unit_, waiting_, kHuge);
}

void InvalidRequests::bad_tasks() {
    const auto cancel = [&](const char* why, Code code, std::int64_t assignment, const std::string& reason) {
        add(why, code, [&](api::ClientFrame& frame) {
            frame.mutable_cancel_assignment()->set_assignment_id(assignment);
            frame.mutable_cancel_assignment()->set_reason(reason);
        });
        add(why, code, [&](api::ClientFrame& frame) {
            frame.mutable_refuse_assignment()->set_assignment_id(assignment);
            frame.mutable_refuse_assignment()->set_reason(reason);
        });
    };
    cancel("unknown", Code::no_such_assignment, kUnknown, "x");
    cancel("ended", Code::assignment_ended, ended_, "x");
    cancel("no reason", Code::reason_needed, assignment_, "");
    cancel("huge", Code::text_too_long, assignment_, kHuge);
    add("accepted", Code::crew_has_accepted, [&](api::ClientFrame& frame) {
        frame.mutable_refuse_assignment()->set_assignment_id(assignment_);
        frame.mutable_refuse_assignment()->set_reason("x");
    });
    const auto destination = [&](const char* why, Code code, std::int64_t assignment, std::int64_t hospital) {
        add(why, code, [&](api::ClientFrame& frame) {
            frame.mutable_set_destination()->set_assignment_id(assignment);
            frame.mutable_set_destination()->set_hospital_id(hospital);
        });
    };
    destination("unknown", Code::no_such_assignment, kUnknown, 1);
    destination("unknown hospital", Code::no_such_hospital, assignment_, kUnknown);
    destination("ended", Code::assignment_ended, ended_, 1);
    destination("at the hospital already", Code::illegal_transition, arrived_, 1);
}

void InvalidRequests::bad_units() {
    const auto state = [&](const char* why, Code code, std::int64_t unit, int number, const std::string& note) {
        add(why, code, [&](api::ClientFrame& frame) {
            frame.mutable_enter_unit_state()->set_unit_id(unit);
            frame.mutable_enter_unit_state()->set_state(static_cast<wire::UnitState>(number));
            frame.mutable_enter_unit_state()->set_note(note);
        });
    };
    state("unknown unit", Code::no_such_unit, kUnknown, wire::UNIT_AVAILABLE, "");
    state("no such state", Code::choice_unknown, free_unit_, 13, "");
    add("meant for another task", Code::task_changed, [&](api::ClientFrame& frame) {
        frame.mutable_enter_unit_state()->set_unit_id(busy_unit_);
        frame.mutable_enter_unit_state()->set_state(wire::UNIT_AT_SCENE);
        frame.mutable_enter_unit_state()->set_assignment_id(assignment_ + 1);
    });
    add("meant for a free unit", Code::task_changed, [&](api::ClientFrame& frame) {
        frame.mutable_enter_unit_state()->set_unit_id(busy_unit_);
        frame.mutable_enter_unit_state()->set_state(wire::UNIT_OUT_OF_SERVICE);
        frame.mutable_enter_unit_state()->set_assignment_id(0);
    });
    state("none", Code::choice_unknown, free_unit_, 0, "");
    state("from nowhere", Code::illegal_transition, free_unit_, wire::UNIT_HANDOVER, "");
    state("by no order", Code::illegal_transition, free_unit_, wire::UNIT_ASSIGNED, "");
    state("huge", Code::text_too_long, free_unit_, wire::UNIT_OUT_OF_SERVICE, kHuge);
    const auto post = [&](const char* why, Code code, auto fill) {
        add(why, code, [&](api::ClientFrame& frame) {
            api::OrderPosting& p = *frame.mutable_order_posting();
            p.set_unit_id(free_unit_);
            p.set_kind("standby");
            p.set_name("stadium");
            p.mutable_place()->set_lat_e7(351'000'000);
            p.mutable_place()->set_lon_e7(1'109'000'000);
            fill(p);
        });
    };
    post("unknown unit", Code::no_such_unit, [](api::OrderPosting& p) { p.set_unit_id(kUnknown); });
    post("unknown kind", Code::choice_unknown, [](api::OrderPosting& p) { p.set_kind("holiday"); });
    post("unknown station", Code::no_such_station, [](api::OrderPosting& p) {
        p.set_kind("relocation");
        p.set_station_id(kUnknown);
    });
    post("in another province", Code::place_too_far, [](api::OrderPosting& p) { p.mutable_place()->set_lat_e7(371'000'000); });
    post("nowhere", Code::place_not_on_map, [](api::OrderPosting& p) { p.clear_place(); });
    post("off the map", Code::place_not_on_map, [](api::OrderPosting& p) { p.mutable_place()->set_lat_e7(2'000'000'000); });
    post("no name", Code::place_name_range, [](api::OrderPosting& p) { p.clear_name(); });
    post("a book for a name", Code::place_name_range, [](api::OrderPosting& p) { p.set_name(kHuge); });
    post("a book for a reason", Code::text_too_long, [](api::OrderPosting& p) { p.set_reason(kHuge); });
    post("busy", Code::unit_not_available, [&](api::OrderPosting& p) { p.set_unit_id(busy_unit_); });
    const auto facts = [&](const char* why, Code code, auto fill) {
        add(why, code, [&](api::ClientFrame& frame) {
            frame.mutable_set_unit_facts()->set_unit_id(free_unit_);
            fill(*frame.mutable_set_unit_facts());
        });
    };
    facts("unknown", Code::no_such_unit, [](api::SetUnitFacts& f) { f.set_unit_id(kUnknown); });
    facts("a shift without end", Code::shift_end_range, [](api::SetUnitFacts& f) { f.set_crew_until_us(9'000'000'000'000'000); });
    facts("of an older version", Code::version_stale, [&](api::SetUnitFacts& f) {
        f.set_contaminated(true);
        f.set_version(0);
    });
    facts("of a version to come", Code::version_stale, [&](api::SetUnitFacts& f) { f.set_version(1'000'000); });
    facts("a place in the sea", Code::place_not_on_map, [](api::SetUnitFacts& f) { f.mutable_place(); });
    facts("a place in another province", Code::place_too_far, [](api::SetUnitFacts& f) {
        f.mutable_place()->set_lat_e7(371'000'000);
        f.mutable_place()->set_lon_e7(1'109'000'000);
    });
    facts("a place of last year", Code::place_time_range, [](api::SetUnitFacts& f) {
        f.mutable_place()->set_lat_e7(351'000'000);
        f.mutable_place()->set_lon_e7(1'109'000'000);
        f.set_place_at_us(1);
    });
    facts("a tank without bottom", Code::fuel_range, [](api::SetUnitFacts& f) { f.set_fuel_range_km(4'000'000'000U); });
}

void InvalidRequests::bad_desk() {
    const auto end = [&](const char* why, Code code, std::int64_t posting, const char* state) {
        add(why, code, [&](api::ClientFrame& frame) {
            frame.mutable_end_posting()->set_posting_id(posting);
            frame.mutable_end_posting()->set_state(state);
        });
    };
    end("unknown", Code::posting_over, kUnknown, "done");
    end("no such state", Code::choice_unknown, 1, "lost");
    end("the crew's to say", Code::choice_unknown, 1, "refused");
    for (const bool confirm : {false, true}) {
        add("unknown", Code::proposal_answered, [&](api::ClientFrame& frame) {
            frame.mutable_answer_proposal()->set_proposal_id(kUnknown);
            frame.mutable_answer_proposal()->set_confirm(confirm);
        });
    }
    const auto correct = [&](const char* why, Code code, auto fill) {
        add(why, code, [&](api::ClientFrame& frame) {
            api::CorrectStamp& c = *frame.mutable_correct_stamp();
            c.set_incident_id(incident_);
            c.set_event("answered");
            c.set_at_us(1);
            c.set_reason("x");
            fill(c);
        });
    };
    correct("years ago", Code::stamp_out_of_bounds, [](api::CorrectStamp&) {});
    correct("unknown", Code::no_such_incident, [](api::CorrectStamp& c) { c.set_incident_id(kUnknown); });
    correct("no such event", Code::choice_unknown, [](api::CorrectStamp& c) { c.set_event("lunch"); });
    correct("not stamped", Code::not_stamped, [](api::CorrectStamp& c) { c.set_event("handover"); });
    correct("no reason", Code::reason_needed, [](api::CorrectStamp& c) { c.clear_reason(); });
    correct("huge", Code::text_too_long, [](api::CorrectStamp& c) { c.set_reason(kHuge); });
    const auto text = [&](const char* why, Code code, std::int64_t unit, const std::string& words) {
        add(why, code, [&](api::ClientFrame& frame) {
            frame.mutable_send_terminal_text()->set_unit_id(unit);
            frame.mutable_send_terminal_text()->set_text(words);
        });
    };
    text("unknown", Code::no_vehicle, kUnknown, "x");
    text("no vehicle", Code::no_vehicle, free_unit_, "x");
    text("no terminal", Code::no_terminal, 1, "x");
    text("huge", Code::terminal_text_invalid, 1, kHuge);
    const auto picture = [&](const char* why, Code code, auto fill) {
        add(why, code, [&](api::ClientFrame& frame) {
            api::StoreSnapshot& s = *frame.mutable_store_snapshot();
            s.set_incident_id(incident_);
            s.set_unit_id(busy_unit_);
            s.set_camera("cabin");
            s.set_taken_us(std::chrono::duration_cast<std::chrono::microseconds>(
                               std::chrono::system_clock::now().time_since_epoch())
                               .count());
            s.set_jpeg("\xff\xd8\xff\xd9");
            s.set_width(640);
            s.set_height(360);
            fill(s);
        });
    };
    picture("of nobody", Code::not_found, [](api::StoreSnapshot& s) { s.set_unit_id(kUnknown); });
    picture("of a unit that never came", Code::not_found, [&](api::StoreSnapshot& s) { s.set_incident_id(closed_); });
    picture("no picture", Code::picture_invalid, [](api::StoreSnapshot& s) { s.set_jpeg("GIF8"); });
    picture("too large a picture", Code::picture_invalid,
            [](api::StoreSnapshot& s) { s.set_jpeg("\xff\xd8" + std::string(192 * 1024, 'x') + "\xff\xd9"); });
    picture("no camera", Code::picture_invalid, [](api::StoreSnapshot& s) { s.set_camera("Cabin 1"); });
    picture("of last year", Code::picture_time_range, [](api::StoreSnapshot& s) { s.set_taken_us(s.taken_us() - 31'536'000'000'000); });
    picture("without a size", Code::picture_invalid, [](api::StoreSnapshot& s) { s.set_width(0); });
}

// This server has no map; what is wrong with a road where there is one, road_desk_test asks.
void InvalidRequests::bad_roads() {
    add("no road graph", Code::no_road_graph, [](api::ClientFrame& frame) {
        frame.mutable_close_road()->mutable_condition()->set_kind("closure");
    });
    add("no road graph", Code::no_road_graph, [](api::ClientFrame& frame) {
        frame.mutable_reopen_road()->set_id(kUnknown);
        frame.mutable_reopen_road()->set_reason("x");
    });
    add("no road graph", Code::no_road_graph, [](api::ClientFrame& frame) {
        frame.mutable_answer_move_up()->set_id(kUnknown);
        frame.mutable_answer_move_up()->set_accept(true);
    });
}

void InvalidRequests::bad_alarms() {
    const auto mark = [&](const char* why, Code code, auto fill) {
        add(why, code, [&](api::ClientFrame& frame) {
            api::MarkAlarm& in = *frame.mutable_mark_alarm();
            in.set_about("unit");
            in.set_about_id(busy_unit_);
            in.set_code("spo2_low");
            in.set_kind("acknowledged");
            in.set_grade(2);
            fill(in);
        });
    };
    const auto shelve = [&](const char* why, Code code, auto fill) {
        mark(why, code, [&](api::MarkAlarm& in) {
            in.set_kind("shelved");
            in.set_minutes(10);
            in.set_reason("probe");
            fill(in);
        });
    };
    mark("an alarm of the weather", Code::choice_unknown, [](api::MarkAlarm& in) { in.set_about("weather"); });
    mark("of nobody", Code::choice_unknown, [](api::MarkAlarm& in) { in.set_about_id(0); });
    mark("of an unknown unit", Code::no_such_unit, [](api::MarkAlarm& in) { in.set_about_id(kUnknown); });
    mark("of an unknown case", Code::no_such_incident, [](api::MarkAlarm& in) {
        in.set_about("incident");
        in.set_about_id(kUnknown);
    });
    mark("without a code", Code::choice_unknown, [](api::MarkAlarm& in) { in.clear_code(); });
    mark("a book for a code", Code::choice_unknown, [](api::MarkAlarm& in) { in.set_code(kHuge); });
    mark("a code in capitals", Code::choice_unknown, [](api::MarkAlarm& in) { in.set_code("VF"); });
    mark("an unknown kind", Code::choice_unknown, [](api::MarkAlarm& in) { in.set_kind("silenced"); });
    mark("no grade", Code::choice_unknown, [](api::MarkAlarm& in) { in.clear_grade(); });
    mark("an unknown grade", Code::choice_unknown, [](api::MarkAlarm& in) { in.set_grade(4); });
    shelve("for no time", Code::choice_unknown, [](api::MarkAlarm& in) { in.clear_minutes(); });
    shelve("for more than an hour", Code::choice_unknown, [](api::MarkAlarm& in) { in.set_minutes(61); });
    shelve("without a reason", Code::reason_needed, [](api::MarkAlarm& in) { in.clear_reason(); });
    shelve("with a book for a reason", Code::text_too_long, [](api::MarkAlarm& in) { in.set_reason(kHuge); });
    shelve("a high one of a patient", Code::choice_unknown, [](api::MarkAlarm& in) { in.set_grade(1); });
    const auto off = [&](auto fill) {
        return [this, fill](api::ClientFrame& frame) {
            api::MarkAlarm& in = *frame.mutable_mark_alarm();
            in.set_about("assignment");
            in.set_about_id(assignment_);
            in.set_code("spo2");
            in.set_kind("off");
            in.set_grade(2);
            in.set_reason("probe");
            fill(in);
        };
    };
    add("alarms off by a dispatcher", Code::forbidden, off([](api::MarkAlarm&) {}));
    add("alarms on by a dispatcher", Code::forbidden, off([](api::MarkAlarm& in) { in.set_kind("on"); }));
    add("alarms off for no reason", Code::reason_needed, off([](api::MarkAlarm& in) { in.clear_reason(); }));
    add("alarms off with a book for a reason", Code::text_too_long, off([](api::MarkAlarm& in) { in.set_reason(kHuge); }));
    add("alarms of a unit off", Code::choice_unknown, off([this](api::MarkAlarm& in) {
            in.set_about("unit");
            in.set_about_id(busy_unit_);
        }));
    add("one alarm off for good", Code::choice_unknown, off([](api::MarkAlarm& in) { in.set_code("spo2_low"); }));
    add("high alarms off", Code::choice_unknown, off([](api::MarkAlarm& in) { in.set_grade(1); }));
    add("high alarms on", Code::choice_unknown, off([](api::MarkAlarm& in) {
            in.set_kind("on");
            in.set_grade(1);
        }));
    const auto of_physician = [&](const char* why, Code code, std::int64_t assignment) {
        Bad bad{why, {}, code};
        off([&](api::MarkAlarm& in) { in.set_about_id(assignment); })(bad.frame);
        bad_of_physician_.push_back(std::move(bad));
    };
    of_physician("alarms of an unknown task off", Code::no_such_assignment, kUnknown);
    of_physician("alarms of a task that has ended off", Code::assignment_ended, ended_);
}

TEST_F(InvalidRequests, ChangeNoRowOfAnyTable) {
    auto li = desk("dispatcher");
    auto yan = desk("physician");
    auto viewer = desk("hospital_viewer");
    ASSERT_TRUE(sees(*li, [&] { return !mirror_.units().empty(); }));
    busy_unit_ = fresh_unit(*li);
    free_unit_ = fresh_unit(*li);
    incident_ = open_call(*li, "invalid-1");
    waiting_ = open_call(*li, "invalid-2");
    closed_ = open_call(*li, "invalid-3");
    const auto was = ask(*li, assign_frame(closed_, free_unit_));
    ASSERT_TRUE(was) << was.error().message();
    ended_ = was->assign_ok().assignment_id();
    api::ClientFrame cancel;
    cancel.mutable_cancel_assignment()->set_assignment_id(ended_);
    cancel.mutable_cancel_assignment()->set_reason("hoax");
    ASSERT_TRUE(ask(*li, cancel));
    api::ClientFrame close;
    close.mutable_close_incident()->set_incident_id(closed_);
    close.mutable_close_incident()->set_outcome("hoax");
    close.mutable_close_incident()->set_version(
        std::stoull(postgres_->value("select version from dispatch.incident where id = " + std::to_string(closed_))));
    ASSERT_TRUE(ask(*li, close));
    api::ClientFrame transfer = call_frame("invalid-transfer");
    transfer.mutable_new_call()->set_kind("transfer");
    transfer.mutable_new_call()->set_planned_us(std::chrono::duration_cast<std::chrono::microseconds>(
                                                    std::chrono::system_clock::now().time_since_epoch() + 3h)
                                                    .count());
    transfer.mutable_new_call()->set_destination_hospital_id(1);
    const auto planned = ask(*li, transfer);
    ASSERT_TRUE(planned) << planned.error().message();
    transfer_ = planned->new_call_ok().incident_id();
    api::ClientFrame assign = assign_frame(incident_, busy_unit_);
    assign.set_idempotency_key("invalid-assign");
    const auto assigned = ask(*li, assign);
    ASSERT_TRUE(assigned) << assigned.error().message();
    assignment_ = assigned->assign_ok().assignment_id();
    api::ClientFrame go;
    go.mutable_enter_unit_state()->set_unit_id(busy_unit_);
    go.mutable_enter_unit_state()->set_state(wire::UNIT_EN_ROUTE);
    ASSERT_TRUE(ask(*li, go));
    ASSERT_TRUE(sees(*li, [&] { return unit_is(busy_unit_, wire::UNIT_EN_ROUTE); }));
    version_ = mirror_.incidents().at(incident_).version();
    const std::int64_t arrived_unit = fresh_unit(*li);
    const auto there = ask(*li, assign_frame(open_call(*li, "invalid-4"), arrived_unit));
    ASSERT_TRUE(there) << there.error().message();
    arrived_ = there->assign_ok().assignment_id();
    for (const wire::UnitState state : {wire::UNIT_AT_SCENE, wire::UNIT_TRANSPORTING, wire::UNIT_AT_HOSPITAL}) {
        go.mutable_enter_unit_state()->set_unit_id(arrived_unit);
        go.mutable_enter_unit_state()->set_state(state);
        ASSERT_TRUE(ask(*li, go));
    }

    bad_calls();
    bad_incidents();
    bad_orders();
    bad_diversions();
    bad_tasks();
    bad_units();
    bad_desk();
    bad_roads();
    bad_alarms();
    bad_notes();
    bad_neighbours();
    bad_scales();
    bad_texts();
    bad_views();
    std::set<std::string> verbs;
    for (const auto* all : {&bad_, &bad_of_physician_, &bad_without_key_}) {
        for (const Bad& bad : *all) {
            verbs.insert(verb_of(bad.frame));
        }
    }
    const std::set<std::string_view> writes_no_order{"reveal_identity", "watch_video", "open_voice"};
    for (const PermissionRow& row : permissions()) {
        EXPECT_TRUE((!row.changes && !writes_no_order.contains(row.name)) || verbs.contains(std::string{row.name})) << "no bad request of " << row.name;
    }
    // Whether the crew alarm of a unit without a vehicle comes or goes changes no row; the tables rest now.
    const std::string before = digest();
    for (const Bad& bad : bad_) {
        const auto refused = ask(*li, bad.frame);
        ASSERT_FALSE(refused) << verb_of(bad.frame) << ": " << bad.why;
        EXPECT_FALSE(code_text_zh(bad.code).empty()) << verb_of(bad.frame) << ": " << bad.why;
        EXPECT_EQ(refused.error().code, bad.code) << verb_of(bad.frame) << ": " << bad.why << ": " << refused.error().message();
        api::ClientFrame replayed = bad.frame;
        replayed.set_idempotency_key("invalid-assign");
        EXPECT_EQ(ask(*li, replayed).error().code, Code::key_reused) << verb_of(bad.frame) << ": a key of another request";
        ASSERT_EQ(digest(), before) << verb_of(bad.frame) << ": " << bad.why;
    }
    for (const Bad& bad : bad_without_key_) {
        const auto refused = ask(*li, bad.frame);
        ASSERT_FALSE(refused) << verb_of(bad.frame) << ": " << bad.why;
        EXPECT_EQ(refused.error().code, bad.code) << verb_of(bad.frame) << ": " << bad.why << ": " << refused.error().message();
        ASSERT_EQ(digest(), before) << verb_of(bad.frame) << ": " << bad.why;
    }
    for (const auto& [who, all] : {std::pair{yan.get(), &bad_of_physician_}, std::pair{viewer.get(), &bad_of_viewer_}}) {
        for (const Bad& bad : *all) {
            const auto refused = ask(*who, bad.frame);
            ASSERT_FALSE(refused) << verb_of(bad.frame) << ": " << bad.why;
            EXPECT_EQ(refused.error().code, bad.code) << verb_of(bad.frame) << ": " << bad.why << ": " << refused.error().message();
            ASSERT_EQ(digest(), before) << verb_of(bad.frame) << ": " << bad.why;
        }
    }
    ASSERT_TRUE(ask(*li, assign)) << "its own key";
    EXPECT_EQ(digest(), before);
}

} // namespace ems::dispatch
