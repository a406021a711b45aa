#include "dispatch/service/messages.h"

namespace ems::dispatch {

api::Place to_message(PlaceE7 place) {
    api::Place out;
    out.set_lat_e7(place.lat_e7);
    out.set_lon_e7(place.lon_e7);
    return out;
}

api::Stamp to_message(const StampRow& row) {
    api::Stamp out;
    out.set_event(std::string{name(row.event)});
    out.set_at_us(row.at_us);
    out.set_device_us(row.device_us);
    out.set_received_us(row.received_us);
    out.set_source(std::string{name(row.source)});
    out.set_unit_id(row.unit.value);
    out.set_assignment_id(row.assignment.value);
    out.set_not_applicable(row.not_applicable);
    return out;
}

api::Need to_message(const Need& need) {
    api::Need out;
    if (need.vehicle_class) {
        out.set_vehicle_class(std::string{name(*need.vehicle_class)});
    }
    out.set_capabilities(text_of(need.capabilities));
    out.set_isolation(need.isolation == Isolation::infectious ? "infectious" : "none");
    return out;
}

Result<Need> from_message(const api::Need& need) {
    Need out;
    if (!need.vehicle_class().empty()) {
        out.vehicle_class = vehicle_class_of(need.vehicle_class());
        if (!out.vehicle_class) {
            return fail(Code::need_unknown, "vehicle class is A, B, C or D");
        }
    }
    const auto capabilities = capabilities_of(need.capabilities());
    if (!capabilities) {
        return fail(Code::need_unknown, "unknown capability");
    }
    out.capabilities = *capabilities;
    if (need.isolation() == "infectious") {
        out.isolation = Isolation::infectious;
    } else if (!need.isolation().empty() && need.isolation() != "none") {
        return fail(Code::need_unknown, "isolation is none or infectious");
    }
    return out;
}

api::Posting to_message(const PostingRow& row) {
    api::Posting out;
    out.set_id(row.id.value);
    out.set_unit_id(row.unit.value);
    out.set_kind(std::string{name(row.kind)});
    out.set_state(std::string{name(row.state)});
    out.set_station_id(row.station.value);
    *out.mutable_place() = to_message(row.place);
    out.set_name(row.name);
    out.set_created_us(row.created_us);
    out.set_end_reason(row.end_reason);
    return out;
}

api::Proposal to_message(const ProposalRow& row) {
    api::Proposal out;
    out.set_id(row.id.value);
    out.set_unit_id(row.unit.value);
    out.set_assignment_id(row.assignment.value);
    out.set_incident_id(row.incident.value);
    out.set_state(row.posting.is_set() ? wire::UNIT_UNSPECIFIED : static_cast<wire::UnitState>(row.state));
    out.set_source(std::string{name(row.source)});
    out.set_at_us(row.at_us);
    out.set_outcome(std::string{name(row.outcome)});
    return out;
}

api::Partner to_message(const Partner& partner) {
    api::Partner out;
    out.set_name(partner.name);
    out.set_phone(partner.phone);
    *out.mutable_place() = to_message(partner.place);
    return out;
}

api::Note to_message(const NoteRow& row) {
    api::Note out;
    out.set_id(row.id);
    out.set_at_us(row.at_us);
    out.set_who(row.who);
    out.set_text(row.text);
    return out;
}

api::NeighbourWord to_message(const NeighbourWord& word) {
    api::NeighbourWord out;
    out.set_at_us(word.at_us);
    out.set_who(word.who);
    out.set_name(word.name);
    out.set_said(std::string{name(word.said)});
    out.set_unit(word.unit);
    out.set_eta(word.eta);
    return out;
}

api::Incident to_message(const IncidentRow& row) {
    api::Incident out;
    out.set_id(row.id.value);
    out.set_number(row.number);
    out.set_level(row.level);
    out.set_complaint(row.complaint);
    out.set_address(row.address);
    *out.mutable_place() = to_message(row.place);
    out.set_place_source(row.place_source);
    out.set_sex(row.sex);
    out.set_age_years(row.age_years);
    if (row.age_months) {
        out.set_age_months(*row.age_months);
    }
    out.set_state(std::string{name(row.state)});
    out.set_created_us(row.created_us);
    out.set_version(row.version);
    out.set_caller_phone_masked(row.phone_masked);
    out.set_same_as_incident_id(row.same_as.value);
    out.set_merged_into_incident_id(row.merged_into.value);
    out.set_kind(std::string{name(row.kind)});
    out.set_planned_us(row.planned_us);
    out.set_destination_hospital_id(row.destination.value);
    out.set_units_wanted(row.units_wanted);
    *out.mutable_need() = to_message(row.need);
    for (const StampRow& stamp : row.stamps) {
        *out.add_stamps() = to_message(stamp);
    }
    out.set_notes(row.notes);
    if (row.newest_note.id != 0) {
        *out.mutable_newest_note() = to_message(row.newest_note);
    }
    for (const NeighbourWord& word : row.neighbours) {
        *out.add_neighbours() = to_message(word);
    }
    if (row.spo2_scale.version != 0) {
        api::Spo2Scale& scale = *out.mutable_spo2_scale();
        scale.set_scale(row.spo2_scale.scale);
        scale.set_at_us(row.spo2_scale.at_us);
        scale.set_who(row.spo2_scale.who);
        scale.set_version(row.spo2_scale.version);
    }
    return out;
}

api::Assignment to_message(const AssignmentRow& row, const std::string& alarm) {
    api::Assignment out;
    out.set_id(row.id.value);
    out.set_incident_id(row.incident.value);
    out.set_unit_id(row.unit.value);
    out.set_state(std::string{name(row.state)});
    out.set_created_us(row.created_us);
    out.set_command_state(row.command_state);
    out.set_version(row.version);
    out.set_predicted_scene_us(row.predicted_scene_us);
    out.set_predicted_at_us(row.predicted_at_us);
    out.set_alarm(alarm);
    out.set_end_reason(row.end_reason);
    out.set_end_note(row.end_note);
    return out;
}

api::Unit to_message(const UnitRow& row, const UnitInfo& info, const std::string& link) {
    api::Unit out;
    out.set_id(row.id.value);
    out.set_name(info.name);
    out.set_vid(info.vid);
    out.set_station_id(info.station.value);
    out.set_state(static_cast<wire::UnitState>(row.state));
    out.set_dispatchable(traits(row.state).dispatchable);
    out.set_state_since_us(row.since_us);
    out.set_incident_id(row.incident.value);
    out.set_assignment_id(row.assignment.value);
    out.set_link(link);
    out.set_destination_hospital_id(row.hospital.value);
    out.set_version(row.version);
    if (info.vehicle_class) {
        out.set_vehicle_class(std::string{name(*info.vehicle_class)});
    }
    out.set_capabilities(text_of(info.capabilities));
    out.set_crew_until_us(row.crew_until_us);
    out.set_fuel_range_km(row.fuel_range_km);
    out.set_contaminated(row.contaminated);
    out.set_phone(info.phone);
    out.set_radio_call(info.radio_call);
    if (row.told_place) {
        *out.mutable_told_place() = to_message(*row.told_place);
        out.set_told_us(row.told_us);
    }
    return out;
}

api::Candidate to_message(const Candidate& candidate) {
    api::Candidate out;
    out.set_rank(candidate.rank);
    out.set_unit_id(candidate.unit.value);
    out.set_turnout_s(candidate.turnout_s);
    out.set_drive_s(candidate.drive_s);
    out.set_total_s(candidate.total_s);
    out.set_access_s(candidate.access_s);
    out.set_widen_s(candidate.widen_s);
    out.set_distance_m(candidate.distance_m);
    out.set_within_radius(candidate.within_radius);
    for (const Reason reason : candidate.reasons) {
        out.add_reasons(std::string{name(reason)});
    }
    out.set_excluded(std::string{name(candidate.excluded)});
    out.set_straight_m(candidate.straight_m);
    out.set_straight_rank(candidate.straight_rank);
    out.set_fix_age_s(candidate.fix_age_s);
    if (candidate.release) {
        out.set_free_in_s(candidate.release->median_s);
        out.set_free_early_s(candidate.release->early_s);
        out.set_free_late_s(candidate.release->late_s);
        out.set_free_samples(candidate.release->samples);
    }
    for (const std::string& lack : candidate.lacks) {
        out.add_lacks(lack);
    }
    return out;
}

api::ErrorReply to_message(const Error& error) {
    api::ErrorReply out;
    out.set_code(static_cast<std::uint32_t>(error.code));
    out.set_name(std::string{code_name(error.code)});
    out.set_text_zh(std::string{code_text_zh(error.code)});
    out.set_text_en(std::string{code_text_en(error.code)});
    out.set_detail(error.detail);
    return out;
}

} // namespace ems::dispatch
