#include "dispatch/store/rows_json.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "telemetry/seal/key_file.h"

namespace ems::dispatch {
namespace {

using nlohmann::json;

std::string hex(const std::string& bytes) { return seal::to_hex(bytes); }

json encode(const ConsumeEvent& op) {
    return {{"op", "consume"}, {"id", op.inbox_id}, {"outcome", op.outcome}};
}
json encode(const StoreKey& op) {
    return {{"op", "key"},
            {"user", op.user},
            {"key", op.key},
            {"hash", hex(op.request_hash)},
            {"response", hex(op.response)}};
}
// What an incident says of its demand, beside its place and complaint.
void add_demand(json& out, const IncidentRow& row) {
    out["planned"] = row.planned_us;
    out["units_wanted"] = row.units_wanted;
    out["need_class"] = row.need.vehicle_class ? name(*row.need.vehicle_class) : "";
    out["need_capabilities"] = text_of(row.need.capabilities);
    out["need_isolation"] = row.need.isolation == Isolation::infectious ? "infectious" : "none";
}

json encode(const OpenIncident& op) {
    const IncidentRow& row = op.incident;
    json out = {{"op", "open"},
            {"call", op.call.value},
            {"incident", row.id.value},
            {"region", op.region},
            {"number", row.number},
            {"day", op.day},
            {"level", row.level},
            {"complaint", row.complaint},
            {"address", row.address},
            {"lat_e7", row.place.lat_e7},
            {"lon_e7", row.place.lon_e7},
            {"place_source", row.place_source},
            {"sex", row.sex},
            {"age", row.age_years},
            {"phone_masked", row.phone_masked},
            {"ring", op.ring_us},
            {"answered", op.answered_us},
            {"name_sealed", hex(op.name_sealed)},
            {"phone_sealed", hex(op.phone_sealed)},
            {"phone_index", hex(op.phone_index)},
            {"kind", name(row.kind)},
            {"destination", row.destination.value}};
    out["age_months"] = row.age_months ? json(*row.age_months) : json();
    out["same_as"] = row.same_as.value;
    add_demand(out, row);
    return out;
}
json encode(const SetIncident& op) {
    json out = {{"op", "incident"},
            {"id", op.row.id.value},
            {"version", op.row.version},
            {"state", name(op.row.state)},
            {"level", op.row.level},
            {"complaint", op.row.complaint},
            {"address", op.row.address},
            {"lat_e7", op.row.place.lat_e7},
            {"lon_e7", op.row.place.lon_e7},
            {"place_source", op.row.place_source},
            {"outcome", op.outcome},
            {"same_as", op.row.same_as.value},
            {"merged_into", op.row.merged_into.value},
            {"sex", op.row.sex},
            {"age", op.row.age_years},
            {"phone_masked", op.row.phone_masked}};
    out["age_months"] = op.row.age_months ? json(*op.row.age_months) : json();
    add_demand(out, op.row);
    if (op.identity.name_sealed) {
        out["name_sealed"] = hex(*op.identity.name_sealed);
    }
    if (op.identity.phone_sealed) {
        out["phone_sealed"] = hex(*op.identity.phone_sealed);
        out["phone_index"] = hex(op.identity.phone_index);
    }
    return out;
}
json encode(const SetAssignment& op) {
    return {{"op", "assignment"},
            {"id", op.row.id.value},
            {"version", op.row.version},
            {"state", name(op.row.state)},
            {"end_reason", op.row.end_reason},
            {"end_note", op.row.end_note}};
}
json encode(const SetUnit& op) {
    return {{"op", "unit"},
            {"id", op.row.id.value},
            {"version", op.row.version},
            {"state", static_cast<int>(op.row.state)},
            {"incident", op.row.incident.value},
            {"assignment", op.row.assignment.value},
            {"stamp_assignment", op.row.stamp_assignment.value},
            {"hospital", op.row.hospital.value},
            {"crew_until", op.row.crew_until_us},
            {"fuel_range_km", op.row.fuel_range_km},
            {"contaminated", op.row.contaminated},
            {"fuel_at", op.row.fuel_at_us},
            {"told_lat_e7", op.row.told_place.value_or(PlaceE7{}).lat_e7},
            {"told_lon_e7", op.row.told_place.value_or(PlaceE7{}).lon_e7},
            {"told_at", op.row.told_place ? op.row.told_us : 0},
            {"entered_at", op.row.entered_us},
            {"source", name(op.source)}};
}
json encode(const StoreRecommendation& op) {
    return {{"op", "recommendation"}, {"id", op.id}, {"incident", op.incident.value}, {"shown", hex(op.shown)}};
}
json encode(const NewAssignment& op) {
    return {{"op", "assign"},
            {"id", op.row.id.value},
            {"incident", op.row.incident.value},
            {"unit", op.row.unit.value},
            {"recommendation", op.recommendation},
            {"override_reason", op.override_reason},
            {"predicted_scene", op.row.predicted_scene_us},
            {"predicted_at", op.row.predicted_at_us}};
}
json encode(const QueueCommand& op) {
    return {{"op", "command"},
            {"id", op.row.id},
            {"unit", op.row.unit.value},
            {"vid", op.row.vid},
            {"assignment", op.row.assignment.value},
            {"kind", op.row.kind},
            {"body", hex(op.row.body)},
            {"issued", op.row.issued_us},
            {"expires", op.row.expires_us}};
}
json encode(const SetCommand& op) {
    return {{"op", "command_state"},
            {"id", op.id},
            {"assignment", op.assignment.value},
            {"state", op.state},
            {"attempts", op.attempts},
            {"note", op.note}};
}
json stamp_json(const char* kind, const IncidentId incident, const StampRow& row) {
    return {{"op", kind},
            {"incident", incident.value},
            {"assignment", row.assignment.value},
            {"unit", row.unit.value},
            {"event", name(row.event)},
            {"at", row.at_us},
            {"device", row.device_us},
            {"received", row.received_us},
            {"source", name(row.source)},
            {"na", row.not_applicable}};
}
json encode(const AddStamp& op) { return stamp_json("stamp", op.incident, op.row); }
json encode(const CorrectStamp& op) { return stamp_json("correct", op.incident, op.row); }
json encode(const NewPosting& op) {
    const PostingRow& row = op.row;
    return {{"op", "new_posting"},
            {"id", row.id.value},
            {"unit", row.unit.value},
            {"kind", name(row.kind)},
            {"station", row.station.value},
            {"lat_e7", row.place.lat_e7},
            {"lon_e7", row.place.lon_e7},
            {"name", row.name},
            {"command", row.command}};
}
json encode(const SetPosting& op) {
    return {{"op", "posting"},
            {"id", op.row.id.value},
            {"version", op.row.version},
            {"state", name(op.row.state)},
            {"end_reason", op.row.end_reason}};
}
json encode(const NewProposal& op) {
    const ProposalRow& row = op.row;
    return {{"op", "new_proposal"},
            {"unit", row.unit.value},
            {"assignment", row.assignment.value},
            {"incident", row.incident.value},
            {"state", row.posting.is_set() ? 0 : static_cast<int>(row.state)},
            {"posting", row.posting.value},
            {"source", name(row.source)},
            {"at", row.at_us}};
}
json encode(const SetProposal& op) {
    return {{"op", "proposal"}, {"id", op.id.value}, {"outcome", name(op.outcome)}};
}
json encode(const LearnNumbers& op) {
    return {{"op", "numbers"}, {"vid", op.vid}, {"term", op.term}, {"unit_seq", op.unit_seq}};
}
json encode(const AddAudit& op) {
    return {{"op", "audit"}, {"action", op.action}, {"incident", op.incident.value}, {"detail", op.detail}};
}

template <class T> T number(const json& row, const char* key) { return row.at(key).get<T>(); }
std::string text(const json& row, const char* key) { return row.at(key).get<std::string>(); }

template <class T> T must(std::optional<T> value) {
    if (!value) {
        throw json::other_error::create(501, "unknown state", nullptr);
    }
    return *value;
}

UnitRow unit_row(const json& row) {
    UnitRow out{{number<std::int64_t>(row, "id")},
            must(unit_state_of(number<int>(row, "state"))),
            number<std::int64_t>(row, "since"),
            {number<std::int64_t>(row, "incident")},
            {number<std::int64_t>(row, "assignment")},
            {number<std::int64_t>(row, "stamp_assignment")},
            {number<std::int64_t>(row, "hospital")},
            number<std::uint64_t>(row, "version"),
            number<std::int64_t>(row, "crew_until"),
            number<std::uint32_t>(row, "fuel_range_km"),
            number<bool>(row, "contaminated"),
            number<std::int64_t>(row, "fuel_at")};
    out.told_us = number<std::int64_t>(row, "told_at");
    if (out.told_us != 0) {
        out.told_place = PlaceE7{number<std::int32_t>(row, "told_lat_e7"), number<std::int32_t>(row, "told_lon_e7")};
    }
    out.entered_us = number<std::int64_t>(row, "entered_at");
    return out;
}

AssignmentRow assignment_row(const json& row) {
    return {{number<std::int64_t>(row, "id")},
            {number<std::int64_t>(row, "incident")},
            {number<std::int64_t>(row, "unit")},
            must(assignment_state_of(text(row, "state"))),
            number<std::int64_t>(row, "created"),
            text(row, "command_state"),
            number<std::int64_t>(row, "predicted_scene"),
            number<std::int64_t>(row, "predicted_at"),
            text(row, "end_reason"),
            number<std::uint64_t>(row, "version"),
            text(row, "end_note")};
}

StampRow stamp_row(const json& row) {
    return {must(stamp_event_of(text(row, "event"))),
            number<std::int64_t>(row, "at"),
            number<std::int64_t>(row, "device"),
            number<std::int64_t>(row, "received"),
            must(stamp_source_of(text(row, "source"))),
            {number<std::int64_t>(row, "unit")},
            {number<std::int64_t>(row, "assignment")},
            text(row, "na")};
}

Need need_of(const json& row) {
    Need out;
    if (const std::string letter = text(row, "need_class"); !letter.empty()) {
        out.vehicle_class = must(vehicle_class_of(letter));
    }
    out.capabilities = must(capabilities_of(text(row, "need_capabilities")));
    out.isolation = text(row, "need_isolation") == "infectious" ? Isolation::infectious : Isolation::none;
    return out;
}

NoteRow note_row(const json& row) {
    return {number<std::int64_t>(row, "id"), number<std::int64_t>(row, "at"), text(row, "who"), text(row, "text")};
}

NeighbourWord neighbour_word(const json& row) {
    return {number<std::int64_t>(row, "at"), text(row, "who"), text(row, "name"), must(neighbour_said_of(text(row, "said"))),
            text(row, "unit"), text(row, "eta")};
}

Spo2ScaleRow spo2_scale_row(const json& row) {
    return {number<std::uint32_t>(row, "scale"), number<std::int64_t>(row, "at"), text(row, "who"), number<std::uint64_t>(row, "version")};
}

IncidentRow incident_row(const json& row) {
    IncidentRow out;
    out.id = {number<std::int64_t>(row, "id")};
    out.number = text(row, "number");
    out.level = number<std::uint32_t>(row, "level");
    out.complaint = text(row, "complaint");
    out.address = text(row, "address");
    out.place = {number<std::int32_t>(row, "lat_e7"), number<std::int32_t>(row, "lon_e7")};
    out.place_source = text(row, "place_source");
    out.sex = text(row, "sex");
    out.age_years = number<std::uint32_t>(row, "age");
    if (!row.at("age_months").is_null()) {
        out.age_months = number<std::uint32_t>(row, "age_months");
    }
    out.phone_masked = text(row, "phone");
    out.state = must(incident_state_of(text(row, "state")));
    out.created_us = number<std::int64_t>(row, "created");
    out.version = number<std::uint64_t>(row, "version");
    out.kind = must(incident_kind_of(text(row, "kind")));
    out.planned_us = number<std::int64_t>(row, "planned");
    out.destination = {number<std::int64_t>(row, "destination")};
    out.units_wanted = number<std::uint32_t>(row, "units_wanted");
    out.ended_us = number<std::int64_t>(row, "ended");
    out.need = need_of(row);
    out.caller = text(row, "caller");
    out.same_as = {number<std::int64_t>(row, "same_as")};
    out.merged_into = {number<std::int64_t>(row, "merged_into")};
    out.notes = number<std::uint32_t>(row, "notes");
    for (const json& note : row.at("newest_note")) {
        out.newest_note = note_row(note);
    }
    for (const json& word : row.at("neighbours")) {
        out.neighbours.push_back(neighbour_word(word));
    }
    for (const json& scale : row.at("spo2_scale")) {
        out.spo2_scale = spo2_scale_row(scale);
    }
    for (const json& stamp : row.at("stamps")) {
        out.stamps.push_back(stamp_row(stamp));
    }
    return out;
}

CommandRow command_row(const json& row) {
    const std::string body = text(row, "body");
    auto bytes = seal::from_hex(body, body.size() / 2);
    return {text(row, "id"),
            {number<std::int64_t>(row, "unit")},
            text(row, "vid"),
            {number<std::int64_t>(row, "assignment")},
            text(row, "kind"),
            text(row, "state"),
            number<std::uint64_t>(row, "unit_seq"),
            number<std::int64_t>(row, "issued"),
            number<std::int64_t>(row, "expires"),
            number<std::uint32_t>(row, "attempts"),
            bytes ? std::move(*bytes) : std::string{}};
}

PostingRow posting_row(const json& row) {
    PostingRow out;
    out.id = {number<std::int64_t>(row, "id")};
    out.unit = {number<std::int64_t>(row, "unit")};
    out.kind = must(posting_kind_of(text(row, "kind")));
    out.state = must(posting_state_of(text(row, "state")));
    out.station = {number<std::int64_t>(row, "station")};
    out.place = {number<std::int32_t>(row, "lat_e7"), number<std::int32_t>(row, "lon_e7")};
    out.name = text(row, "name");
    out.command = text(row, "command");
    out.created_us = number<std::int64_t>(row, "created");
    out.end_reason = text(row, "end_reason");
    out.version = number<std::uint64_t>(row, "version");
    out.ended_us = number<std::int64_t>(row, "ended");
    return out;
}

ProposalRow proposal_row(const json& row) {
    ProposalRow out;
    out.id = {number<std::int64_t>(row, "id")};
    out.unit = {number<std::int64_t>(row, "unit")};
    out.assignment = {number<std::int64_t>(row, "assignment")};
    out.incident = {number<std::int64_t>(row, "incident")};
    out.posting = {number<std::int64_t>(row, "posting")};
    if (!out.posting.is_set()) {
        out.state = must(unit_state_of(number<int>(row, "state")));
    }
    out.source = must(stamp_source_of(text(row, "source")));
    out.at_us = number<std::int64_t>(row, "at");
    out.received_us = number<std::int64_t>(row, "received");
    out.outcome = must(proposal_outcome_of(text(row, "outcome")));
    return out;
}

} // namespace

std::string to_json(const WriteSet& writes) {
    json out = json::array();
    for (const Operation& operation : writes.operations) {
        out.push_back(std::visit([](const auto& op) { return encode(op); }, operation));
    }
    // Text of callers may hold bytes that are no UTF-8: they are replaced, never fatal.
    return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<Rows> rows_from_json(std::string_view text_json) {
    try {
        const json parsed = json::parse(text_json);
        Rows rows;
        for (const json& row : parsed.at("units")) {
            rows.units.push_back(unit_row(row));
        }
        for (const json& row : parsed.at("incidents")) {
            rows.incidents.push_back(incident_row(row));
        }
        for (const json& row : parsed.at("assignments")) {
            rows.assignments.push_back(assignment_row(row));
        }
        for (const json& row : parsed.at("commands")) {
            rows.commands.push_back(command_row(row));
        }
        for (const json& row : parsed.at("postings")) {
            rows.postings.push_back(posting_row(row));
        }
        for (const json& row : parsed.at("proposals")) {
            rows.proposals.push_back(proposal_row(row));
        }
        return rows;
    } catch (const json::exception& error) {
        return fail(Code::corrupt, error.what());
    }
}

Result<std::vector<NoteRow>> notes_from_json(std::string_view text_json) {
    try {
        std::vector<NoteRow> out;
        for (const json& row : json::parse(text_json)) {
            out.push_back(note_row(row));
        }
        return out;
    } catch (const json::exception& error) {
        return fail(Code::corrupt, error.what());
    }
}

} // namespace ems::dispatch
