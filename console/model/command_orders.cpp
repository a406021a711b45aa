#include "console/model/command_orders.h"

namespace ems::console {
namespace {

std::int64_t assignment_of(const CommandContext& c, const Read& r) {
    const api::Assignment* a = c.state.task_of(r.unit.value_or(0));
    return a == nullptr ? 0 : a->id();
}

std::int64_t list_of(const CommandContext& c, std::int64_t incident) {
    const api::Recommendation* list = c.state.recommendation(incident);
    return list == nullptr ? 0 : list->id();
}

void make_posting(const VerbRow& row, const Read& r, api::OrderPosting& p) {
    p.set_unit_id(*r.unit);
    p.set_reason(r.reason);
    if (row.verb == Verb::standby) {
        p.set_kind("standby");
        p.set_name(r.place->text);
        p.mutable_place()->set_lat_e7(static_cast<std::int32_t>(r.place->place->lat * 1e7));
        p.mutable_place()->set_lon_e7(static_cast<std::int32_t>(r.place->place->lon * 1e7));
    } else if (row.verb == Verb::relocate) {
        p.set_kind("relocation");
        p.set_station_id(r.station->id);
    } else {
        p.set_kind("go_home");
    }
}

void make_road(const VerbRow& row, const CommandContext& c, const Read& r, api::RoadCondition& road) {
    road.set_kind(row.verb == Verb::close_road ? "closure" : row.verb == Verb::flood_road ? "flood" : "slow");
    road.set_value(row.verb == Verb::slow_road ? r.number.value_or(0) : 0);
    road.set_until_us(r.clock_us.value_or(0));
    road.set_reason(r.reason);
    road.set_place(!r.drawn ? "everywhere" : c.drawn_is_area ? "area" : "stretch");
    road.set_road(r.road);
    for (const GeoPoint& p : c.drawn) {
        if (r.drawn) {
            auto* point = road.add_points();
            point->set_lat_e7(static_cast<std::int32_t>(p.lat * 1e7));
            point->set_lon_e7(static_cast<std::int32_t>(p.lon * 1e7));
        }
    }
}

void make_transfer(const CommandContext& c, const Read& r, api::NewCall& call) {
    const auto from = c.state.hospitals().find(*r.hospital);
    call.set_kind("transfer");
    call.set_level(3);
    call.set_complaint(r.reason);
    call.set_address(from->second.name());
    *call.mutable_place() = from->second.place();
    call.set_place_source("dispatcher");
    call.set_planned_us(*r.clock_us);
    call.set_destination_hospital_id(*r.to_hospital);
}

void make_correction(const CommandContext& c, const Read& r, api::CorrectStamp& stamp) {
    const api::Unit* unit = c.state.unit(r.unit.value_or(0));
    const api::Assignment* task = c.state.task_of(r.unit.value_or(0));
    stamp.set_incident_id(unit != nullptr ? unit->incident_id() : r.incident.value_or(0));
    stamp.set_assignment_id(task == nullptr ? 0 : task->id());
    stamp.set_event(r.stage);
    stamp.set_at_us(*r.clock_us);
    stamp.set_reason(r.reason);
}

void make_facts(const VerbRow& row, const CommandContext& c, const Read& r, api::SetUnitFacts& facts) {
    facts.set_unit_id(*r.unit);
    if (const api::Unit* unit = c.state.unit(*r.unit)) {
        facts.set_version(unit->version());
    }
    if (row.verb == Verb::shift_end) {
        facts.set_crew_until_us(*r.clock_us);
    } else if (row.verb == Verb::fuel) {
        facts.set_fuel_range_km(*r.number);
    } else if (row.verb == Verb::told_place) {
        facts.mutable_place()->set_lat_e7(static_cast<std::int32_t>(r.place->place->lat * 1e7));
        facts.mutable_place()->set_lon_e7(static_cast<std::int32_t>(r.place->place->lon * 1e7));
    } else {
        facts.set_contaminated(row.verb == Verb::contaminated);
    }
}

void make_update(const VerbRow& row, const CommandContext& c, const Read& r, api::UpdateIncident& update) {
    const api::Incident* incident = c.state.incident(*r.incident);
    update.set_incident_id(*r.incident);
    update.set_version(incident == nullptr ? 0 : incident->version());
    if (row.verb == Verb::level) {
        update.set_level(*r.number == 0 ? 5 : *r.number); // 0 would mean: unchanged
    } else if (row.verb == Verb::case_place) {
        update.mutable_place()->set_lat_e7(static_cast<std::int32_t>(r.place->place->lat * 1e7));
        update.mutable_place()->set_lon_e7(static_cast<std::int32_t>(r.place->place->lon * 1e7));
    } else if (row.verb == Verb::planned) {
        update.set_planned_us(*r.clock_us);
    } else {
        update.set_units_wanted(*r.number == 0 ? 21 : *r.number);
    }
}

void make_neighbour(const CommandContext& c, const Read& r, api::RecordNeighbour& record) {
    const api::Incident* incident = c.state.incident(*r.incident);
    record.set_incident_id(*r.incident);
    record.set_version(incident == nullptr ? 0 : incident->version());
    record.mutable_word()->set_name(r.neighbour);
    record.mutable_word()->set_said(r.neighbour_said);
    record.mutable_word()->set_unit(r.neighbour_unit);
    record.mutable_word()->set_eta(r.reason);
}

} // namespace

api::ClientFrame make_frame(const VerbRow& row, const CommandContext& c, const Read& r) {
    api::ClientFrame f;
    switch (row.verb) {
    case Verb::send:
    case Verb::add:
        f.mutable_assign()->set_incident_id(*r.incident);
        f.mutable_assign()->set_unit_id(*r.unit);
        f.mutable_assign()->set_recommendation_id(list_of(c, *r.incident));
        f.mutable_assign()->set_override_reason(r.reason);
        f.mutable_assign()->set_additional(row.verb == Verb::add);
        break;
    case Verb::swap: {
        const api::Unit* out = c.state.unit(*r.unit);
        f.mutable_swap_unit()->set_assignment_id(assignment_of(c, r));
        f.mutable_swap_unit()->set_unit_id(*r.other_unit);
        f.mutable_swap_unit()->set_recommendation_id(list_of(c, out == nullptr ? 0 : out->incident_id()));
        f.mutable_swap_unit()->set_override_reason(r.reason);
        f.mutable_swap_unit()->set_reason(r.reason);
        break;
    }
    case Verb::divert:
        f.mutable_divert_unit()->set_unit_id(*r.unit);
        f.mutable_divert_unit()->set_incident_id(*r.incident);
        f.mutable_divert_unit()->set_recommendation_id(list_of(c, *r.incident));
        f.mutable_divert_unit()->set_reason(r.reason);
        break;
    case Verb::cancel:
        f.mutable_cancel_assignment()->set_assignment_id(assignment_of(c, r));
        f.mutable_cancel_assignment()->set_reason(r.reason);
        break;
    case Verb::refuse:
        f.mutable_refuse_assignment()->set_assignment_id(assignment_of(c, r));
        f.mutable_refuse_assignment()->set_reason(r.reason);
        break;
    case Verb::breakdown:
    case Verb::state:
        f.mutable_enter_unit_state()->set_unit_id(*r.unit);
        f.mutable_enter_unit_state()->set_state(row.verb == Verb::state ? r.state : ems::wire::UNIT_OUT_OF_SERVICE);
        f.mutable_enter_unit_state()->set_note(r.reason);
        if (const api::Unit* unit = c.state.unit(*r.unit)) {
            f.mutable_enter_unit_state()->set_assignment_id(unit->assignment_id());
        }
        break;
    case Verb::destination:
        f.mutable_set_destination()->set_assignment_id(assignment_of(c, r));
        f.mutable_set_destination()->set_hospital_id(*r.hospital);
        break;
    case Verb::standby:
    case Verb::relocate:
    case Verb::go_home:
        make_posting(row, r, *f.mutable_order_posting());
        break;
    case Verb::end_posting: {
        const api::Posting* posting = c.state.centre().posting_of(*r.unit);
        f.mutable_end_posting()->set_posting_id(posting == nullptr ? 0 : posting->id());
        f.mutable_end_posting()->set_state(r.posting_end);
        f.mutable_end_posting()->set_reason(r.reason);
        break;
    }
    case Verb::confirm:
    case Verb::dismiss: {
        const api::Proposal* proposal = c.state.centre().proposal_of(*r.unit);
        f.mutable_answer_proposal()->set_proposal_id(proposal == nullptr ? 0 : proposal->id());
        f.mutable_answer_proposal()->set_confirm(row.verb == Verb::confirm);
        break;
    }
    case Verb::correct:
        make_correction(c, r, *f.mutable_correct_stamp());
        break;
    case Verb::level:
    case Verb::units:
    case Verb::planned:
    case Verb::case_place:
        make_update(row, c, r, *f.mutable_update_incident());
        break;
    case Verb::close_case:
        f.mutable_close_incident()->set_incident_id(*r.incident);
        f.mutable_close_incident()->set_outcome(r.reason);
        if (const api::Incident* incident = c.state.incident(*r.incident)) {
            f.mutable_close_incident()->set_version(incident->version());
        }
        break;
    case Verb::merge:
    case Verb::keep_apart:
        f.mutable_merge_incident()->set_incident_id(*r.incident);
        f.mutable_merge_incident()->set_different(row.verb == Verb::keep_apart);
        if (const api::Incident* incident = c.state.incident(*r.incident)) {
            f.mutable_merge_incident()->set_version(incident->version());
            f.mutable_merge_incident()->set_into_incident_id(row.verb == Verb::merge ? incident->same_as_incident_id() : 0);
        }
        break;
    case Verb::note:
        f.mutable_add_note()->set_incident_id(*r.incident);
        f.mutable_add_note()->set_text(r.reason);
        break;
    case Verb::neighbour:
        make_neighbour(c, r, *f.mutable_record_neighbour());
        break;
    case Verb::transfer:
        make_transfer(c, r, *f.mutable_new_call());
        break;
    case Verb::close_road:
    case Verb::flood_road:
    case Verb::slow_road:
        make_road(row, c, r, *f.mutable_close_road()->mutable_condition());
        break;
    case Verb::reopen_road: {
        const api::RoadCondition* road = c.state.centre().road(r.road_id);
        f.mutable_reopen_road()->set_id(r.road_id);
        f.mutable_reopen_road()->set_version(road == nullptr ? 0 : road->version());
        f.mutable_reopen_road()->set_reason(r.reason);
        break;
    }
    case Verb::accept_move:
    case Verb::decline_move: {
        const api::MoveUpAdvice* advice = c.state.centre().move_up();
        f.mutable_answer_move_up()->set_id(advice == nullptr ? 0 : advice->id());
        f.mutable_answer_move_up()->set_version(advice == nullptr ? 0 : advice->version());
        f.mutable_answer_move_up()->set_accept(row.verb == Verb::accept_move);
        f.mutable_answer_move_up()->set_reason(r.reason);
        break;
    }
    case Verb::shift_end:
    case Verb::fuel:
    case Verb::contaminated:
    case Verb::cleaned:
    case Verb::told_place:
        make_facts(row, c, r, *f.mutable_set_unit_facts());
        break;
    default:
        break;
    }
    return f;
}

Deed make_deed(const VerbRow& row, const Read& r) {
    Deed d;
    d.verb = row.verb;
    d.incident_id = r.incident.value_or(0);
    d.unit_id = r.unit.value_or(0);
    d.hospital_id = r.hospital.value_or(0);
    d.number = r.number.value_or(row.verb == Verb::isochrone ? 15 : 0);
    d.alarm = r.alarm;
    d.text = row.verb == Verb::isochrone ? r.source : r.reason;
    if (row.verb == Verb::look && r.place) {
        d.incident_id = r.place->kind == Choice::Kind::incident ? r.place->id : 0;
        d.unit_id = r.place->kind == Choice::Kind::unit ? r.place->id : 0;
        d.place = r.place->place;
        d.text = r.place->text;
    }
    if (row.verb == Verb::route && r.hospital) {
        d.incident_id = 0;
    }
    return d;
}

} // namespace ems::console
