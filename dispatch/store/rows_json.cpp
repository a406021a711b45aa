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
json encode(const OpenIncident& op) {
    const IncidentRow& row = op.incident;
    return {{"op", "open"},
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
            {"phone_index", hex(op.phone_index)}};
}
json encode(const SetIncident& op) {
    return {{"op", "incident"},
            {"id", op.row.id.value},
            {"version", op.row.version},
            {"state", name(op.row.state)},
            {"level", op.row.level},
            {"complaint", op.row.complaint},
            {"address", op.row.address},
            {"lat_e7", op.row.place.lat_e7},
            {"lon_e7", op.row.place.lon_e7},
            {"outcome", op.outcome}};
}
json encode(const SetAssignment& op) {
    return {{"op", "assignment"},
            {"id", op.row.id.value},
            {"version", op.row.version},
            {"state", name(op.row.state)},
            {"end_reason", op.row.end_reason}};
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
json encode(const AddStamp& op) {
    return {{"op", "stamp"},
            {"incident", op.incident.value},
            {"assignment", op.row.assignment.value},
            {"unit", op.row.unit.value},
            {"event", name(op.row.event)},
            {"at", op.row.at_us},
            {"device", op.row.device_us},
            {"received", op.row.received_us},
            {"source", name(op.row.source)},
            {"na", op.row.not_applicable}};
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
    return {{number<std::int64_t>(row, "id")},
            must(unit_state_of(number<int>(row, "state"))),
            number<std::int64_t>(row, "since"),
            {number<std::int64_t>(row, "incident")},
            {number<std::int64_t>(row, "assignment")},
            {number<std::int64_t>(row, "stamp_assignment")},
            {number<std::int64_t>(row, "hospital")},
            number<std::uint64_t>(row, "version")};
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
            number<std::uint64_t>(row, "version")};
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
    out.phone_masked = text(row, "phone");
    out.state = must(incident_state_of(text(row, "state")));
    out.created_us = number<std::int64_t>(row, "created");
    out.version = number<std::uint64_t>(row, "version");
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
        return rows;
    } catch (const json::exception& error) {
        return fail(Code::corrupt, error.what());
    }
}

} // namespace ems::dispatch
