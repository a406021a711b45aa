#include "dispatch/app/ctl/print.h"

#include <array>
#include <cstdio>
#include <ctime>

#include <nlohmann/json.hpp>

#include "telemetry/seal/key_file.h"

namespace ems::ctl {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using nlohmann::ordered_json;

ordered_json json_of(const Message& message);

// One value of a field; `index` -1 for a field that is not repeated.
ordered_json value_of(const Message& message, const FieldDescriptor* field, int index) {
    const Reflection* const r = message.GetReflection();
    const bool one = index < 0;
    switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
        return one ? r->GetInt32(message, field) : r->GetRepeatedInt32(message, field, index);
    case FieldDescriptor::CPPTYPE_INT64:
        return one ? r->GetInt64(message, field) : r->GetRepeatedInt64(message, field, index);
    case FieldDescriptor::CPPTYPE_UINT32:
        return one ? r->GetUInt32(message, field) : r->GetRepeatedUInt32(message, field, index);
    case FieldDescriptor::CPPTYPE_UINT64:
        return one ? r->GetUInt64(message, field) : r->GetRepeatedUInt64(message, field, index);
    case FieldDescriptor::CPPTYPE_DOUBLE:
        return one ? r->GetDouble(message, field) : r->GetRepeatedDouble(message, field, index);
    case FieldDescriptor::CPPTYPE_FLOAT:
        return one ? r->GetFloat(message, field) : r->GetRepeatedFloat(message, field, index);
    case FieldDescriptor::CPPTYPE_BOOL:
        return one ? r->GetBool(message, field) : r->GetRepeatedBool(message, field, index);
    case FieldDescriptor::CPPTYPE_ENUM:
        return (one ? r->GetEnum(message, field) : r->GetRepeatedEnum(message, field, index))->name();
    case FieldDescriptor::CPPTYPE_STRING: {
        const std::string text =
            one ? r->GetString(message, field) : r->GetRepeatedString(message, field, index);
        return field->type() == FieldDescriptor::TYPE_BYTES ? seal::to_hex(text) : text;
    }
    case FieldDescriptor::CPPTYPE_MESSAGE:
        return json_of(one ? r->GetMessage(message, field)
                           : r->GetRepeatedMessage(message, field, index));
    }
    return nullptr;
}

ordered_json json_of(const Message& message) {
    ordered_json out = ordered_json::object();
    const Reflection* const r = message.GetReflection();
    for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
        const FieldDescriptor* const field = message.GetDescriptor()->field(i);
        if (field->is_repeated()) {
            ordered_json& list = out[field->name()] = ordered_json::array();
            for (int item = 0; item < r->FieldSize(message, field); ++item) {
                list.push_back(value_of(message, field, item));
            }
        } else if (field->has_presence() && !r->HasField(message, field)) {
            if (field->real_containing_oneof() == nullptr) {
                out[field->name()] = nullptr;
            }
        } else {
            out[field->name()] = value_of(message, field, -1);
        }
    }
    return out;
}

struct StateName {
    wire::UnitState state;
    const char* chinese;
};
constexpr std::uint32_t kSceneRoadFarM = 300; // Recommendation.scene_road_m
constexpr std::array kStateNames{StateName{wire::UNIT_AVAILABLE, "待命"},
                                 StateName{wire::UNIT_ASSIGNED, "派车"},
                                 StateName{wire::UNIT_ACKNOWLEDGED, "接令"},
                                 StateName{wire::UNIT_EN_ROUTE, "出车"},
                                 StateName{wire::UNIT_AT_SCENE, "到达现场"},
                                 StateName{wire::UNIT_AT_PATIENT, "接触患者"},
                                 StateName{wire::UNIT_TRANSPORTING, "离开现场"},
                                 StateName{wire::UNIT_AT_HOSPITAL, "到达医院"},
                                 StateName{wire::UNIT_HANDOVER, "交接"},
                                 StateName{wire::UNIT_CLEARING, "离院"},
                                 StateName{wire::UNIT_RETURNING, "返站"},
                                 StateName{wire::UNIT_OUT_OF_SERVICE, "停用"}};

std::string unit_name(const Session& session, std::int64_t id) {
    const auto found = session.state().units().find(id);
    return found == session.state().units().end() ? "#" + std::to_string(id) : found->second.name();
}

void print_live(const Session& session, const api::Live& live) {
    for (const api::UnitPosition& p : live.positions()) {
        std::printf("%s position %s %s%s\n", clock_text(p.received_us()).c_str(),
                    unit_name(session, p.unit_id()).c_str(), position_text(p).c_str(),
                    p.source().empty() ? "" : (" by " + p.source()).c_str());
    }
    for (const api::LiveVitals& v : live.vitals()) {
        std::printf("%s vitals %s %s\n", clock_text(v.received_us()).c_str(),
                    unit_name(session, v.unit_id()).c_str(), vitals_text(v.vitals()).c_str());
    }
    for (const api::LiveWave& w : live.waves()) {
        std::printf("%s wave %s first=%llu count=%u\n", clock_text(w.received_us()).c_str(),
                    unit_name(session, w.unit_id()).c_str(),
                    static_cast<unsigned long long>(w.batch().first_sample()), w.batch().count());
    }
    for (const api::LiveAlarm& a : live.alarms()) {
        std::printf("%s alarm %s %s %s %s\n", clock_text(a.received_us()).c_str(),
                    unit_name(session, a.unit_id()).c_str(), a.alarm().code().c_str(),
                    a.alarm().active() ? "on" : "off", a.alarm().value().c_str());
    }
}

void name_candidates(const Session& session, ordered_json& recommendation) {
    if (!recommendation.is_object()) {
        return;
    }
    for (ordered_json& candidate : recommendation["candidates"]) {
        candidate["unit"] = unit_name(session, candidate["unit_id"].get<std::int64_t>());
    }
}

std::string dump(const ordered_json& json) {
    return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

} // namespace

std::string json_text(const Message& message) { return dump(json_of(message)); }

std::string json_text(const Session& session, const api::Recommendation& recommendation) {
    ordered_json json = json_of(recommendation);
    name_candidates(session, json);
    return dump(json);
}

std::string json_text(const Session& session, const api::NewCallOk& opened) {
    ordered_json json = json_of(opened);
    name_candidates(session, json["recommendation"]);
    return dump(json);
}

std::string state_name(wire::UnitState state, Language language) {
    if (language == Language::chinese) {
        for (const StateName& entry : kStateNames) {
            if (entry.state == state) {
                return entry.chinese;
            }
        }
    }
    std::string out = wire::UnitState_Name(state);
    out.erase(0, out.starts_with("UNIT_") ? 5 : 0);
    for (char& c : out) {
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    return out;
}

std::string clock_text(std::int64_t us) {
    if (us == 0) {
        return "-";
    }
    const std::time_t seconds = us / 1'000'000;
    std::tm local{};
    localtime_r(&seconds, &local);
    char out[16];
    std::snprintf(out, sizeof out, "%02d:%02d:%02d", local.tm_hour, local.tm_min, local.tm_sec);
    return out;
}

std::string vitals_text(const wire::Vitals& vitals) {
    const auto shown = [](bool has, std::int32_t value) { return has ? std::to_string(value) : std::string{"--"}; };
    return "hr=" + shown(vitals.has_hr_bpm(), vitals.hr_bpm()) + " spo2=" + shown(vitals.has_spo2_pct(), vitals.spo2_pct()) +
           " rr=" + shown(vitals.has_rr_bpm(), vitals.rr_bpm()) +
           " nibp=" + shown(vitals.has_nibp_sys_mmhg(), vitals.nibp_sys_mmhg()) + "/" +
           shown(vitals.has_nibp_dia_mmhg(), vitals.nibp_dia_mmhg());
}

std::string position_text(const api::UnitPosition& position) {
    char out[80];
    std::snprintf(out, sizeof out, "%.5f %.5f %.0f km/h", position.place().lat_e7() / 1e7, position.place().lon_e7() / 1e7,
                  position.speed_cm_s() * 0.036);
    return out;
}

std::int64_t time_of(const std::string& text) {
    if (text.empty()) {
        return 0;
    }
    std::tm parts{};
    const char* const rest = strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
    if (rest == nullptr || (*rest != '\0' && std::string_view{rest} != "Z")) {
        throw Stop{2, "\"" + text + "\" is no time: " + kTimeForm};
    }
    parts.tm_isdst = -1;
    const std::time_t seconds = *rest == 'Z' ? timegm(&parts) : std::mktime(&parts);
    return static_cast<std::int64_t>(seconds) * 1'000'000;
}

void print_incident(const api::Incident& incident) {
    std::printf("%s  #%lld  %u  %-9s  %s  %s  %s", incident.number().c_str(),
                static_cast<long long>(incident.id()), incident.level(), incident.state().c_str(),
                clock_text(incident.created_us()).c_str(), incident.complaint().c_str(),
                incident.address().c_str());
    if (incident.kind() == "transfer") {
        std::printf("  transfer planned=%s", clock_text(incident.planned_us()).c_str());
    }
    if (incident.units_wanted() > 1) {
        std::printf("  units=%u", incident.units_wanted());
    }
    if (incident.same_as_incident_id() != 0) {
        std::printf("  maybe_same_as=#%lld", static_cast<long long>(incident.same_as_incident_id()));
    }
    if (incident.merged_into_incident_id() != 0) {
        std::printf("  merged_into=#%lld", static_cast<long long>(incident.merged_into_incident_id()));
    }
    if (incident.has_newest_note()) {
        std::printf("  note(%u)=%s %s", incident.notes(), clock_text(incident.newest_note().at_us()).c_str(),
                    incident.newest_note().text().c_str());
    }
    for (const api::NeighbourWord& word : incident.neighbours()) {
        std::printf("  neighbour=%s %s %s%s%s%s%s", word.name().c_str(), word.said().c_str(), clock_text(word.at_us()).c_str(),
                    word.unit().empty() ? "" : " unit=", word.unit().c_str(), word.eta().empty() ? "" : " eta=",
                    word.eta().c_str());
    }
    if (incident.has_spo2_scale()) {
        std::printf("  spo2_scale=%u %s %s", incident.spo2_scale().scale(), clock_text(incident.spo2_scale().at_us()).c_str(),
                    incident.spo2_scale().who().c_str());
    }
    if (!incident.alarm().empty()) {
        std::printf("  %s=%u", incident.alarm().c_str(), incident.units_short());
    }
    std::printf("\n");
}

void print_unit(const Session& session, const api::Unit& unit) {
    std::printf("%s  #%lld  %s  %s  link=%s", unit.name().c_str(), static_cast<long long>(unit.id()),
                state_name(unit.state(), session.language()).c_str(),
                clock_text(unit.state_since_us()).c_str(), unit.link().c_str());
    const auto incident = session.state().incidents().find(unit.incident_id());
    if (incident != session.state().incidents().end()) {
        std::printf("  incident=%s", incident->second.number().c_str());
    }
    if (!unit.phone().empty()) {
        std::printf("  phone=%s", unit.phone().c_str());
    }
    if (!unit.radio_call().empty()) {
        std::printf("  radio=%s", unit.radio_call().c_str());
    }
    std::printf("\n");
}

namespace {

void print_candidate(const Session& session, const api::Candidate& c) {
    const std::string name = unit_name(session, c.unit_id());
    if (!c.excluded().empty()) {
        std::printf(" -  %s  %s", name.c_str(), c.excluded().c_str());
        if (c.free_in_s() > 0) {
            std::printf("  free in %u s (%u to %u, %u tasks) + drive %u = %u s", c.free_in_s(), c.free_early_s(),
                        c.free_late_s(), c.free_samples(), c.drive_s(), c.total_s());
        } else if (c.total_s() > 0) {
            std::printf("  %u s", c.total_s());
        }
    } else {
        std::printf("%2u  %s  %u s (turnout %u + drive %u)  %.1f km  line %.1f km rank %u%s", c.rank(), name.c_str(),
                    c.total_s(), c.turnout_s(), c.drive_s(), c.distance_m() / 1000.0, c.straight_m() / 1000.0,
                    c.straight_rank(), c.within_radius() ? "  within 15 min" : "");
    }
    for (const std::string& reason : c.reasons()) {
        std::printf("  %s", reason.c_str());
    }
    for (const std::string& lack : c.lacks()) {
        std::printf("  lacks:%s", lack.c_str());
    }
    if (c.has_loss()) {
        std::printf("  uncovers %u villages, %.1f %% of people; next %s", c.loss().villages(),
                    c.loss().share() * 100,
                    c.loss().next_unit_id() == 0 ? "-" : unit_name(session, c.loss().next_unit_id()).c_str());
    }
    std::printf("\n");
}

} // namespace

void print_recommendation(const Session& session, const api::Recommendation& recommendation) {
    std::printf("recommendation %lld  computed in %.1f ms%s%s\n",
                static_cast<long long>(recommendation.id()), recommendation.compute_us() / 1000.0,
                recommendation.degraded().empty() ? "" : "  degraded: ",
                recommendation.degraded().c_str());
    if (recommendation.closures_unknown()) {
        std::printf("closed roads were not read yet: usual times\n");
    }
    if (recommendation.scene_road_m() > kSceneRoadFarM) {
        std::printf("the scene lies %u m from the nearest road%s%s: look whether the map lacks one\n",
                    recommendation.scene_road_m(), recommendation.scene_road().empty() ? "" : ", ",
                    recommendation.scene_road().c_str());
    } else if (!recommendation.scene_road().empty()) {
        std::printf("scene at %s, %u m\n", recommendation.scene_road().c_str(),
                    recommendation.scene_road_m());
    }
    for (const std::string& shortfall : recommendation.shortfalls()) {
        std::printf("    %s within 15 min\n", shortfall.c_str());
    }
    for (const api::Candidate& c : recommendation.candidates()) {
        print_candidate(session, c);
    }
    for (const api::Partner& partner : recommendation.partners()) {
        std::printf(" >  %s  %s  about %u s  line %.1f km\n", partner.name().c_str(), partner.phone().c_str(),
                    partner.estimate_s(), partner.straight_m() / 1000.0);
    }
}

void print_explanation(const Session& session, const api::Explanation& explanation) {
    for (const api::ExplainedList& list : explanation.lists()) {
        std::printf("shown %s to %s\n", clock_text(list.shown_us()).c_str(), list.shown_to().c_str());
        print_recommendation(session, list.shown());
        for (const api::Choice& choice : list.choices()) {
            std::printf("chosen %s by %s: %s rank %u  assignment %lld%s%s%s%s\n", clock_text(choice.at_us()).c_str(),
                        choice.chosen_by().c_str(), unit_name(session, choice.unit_id()).c_str(), choice.rank(),
                        static_cast<long long>(choice.assignment_id()),
                        choice.override_reason().empty() ? "" : "  because: ", choice.override_reason().c_str(),
                        choice.end_reason().empty() ? "" : "  ended: ", choice.end_reason().c_str());
        }
    }
}

void print_timeline(const api::Timeline& timeline, const Session& session) {
    for (const api::Stamp& stamp : timeline.stamps()) {
        const std::string when =
            stamp.not_applicable().empty() ? clock_text(stamp.at_us()) : "n/a (" + stamp.not_applicable() + ")";
        std::printf("%-14s %s  %s  %s\n", stamp.event().c_str(), when.c_str(), stamp.source().c_str(),
                    stamp.unit_id() > 0 ? unit_name(session, stamp.unit_id()).c_str() : "");
    }
    for (const api::Note& note : timeline.notes()) {
        std::printf("note  %s  %s  %s\n", clock_text(note.at_us()).c_str(), note.who().c_str(), note.text().c_str());
    }
    for (const api::AuditRow& row : timeline.audit()) {
        std::printf("audit %s  %s  %s  %s\n", clock_text(row.at_us()).c_str(), row.who().c_str(),
                    row.action().c_str(), row.detail().c_str());
    }
}

void print_event(const Session& session, const client::Event& event) {
    const bool json = session.options().json;
    if (const auto* const state = std::get_if<client::StateArrived>(&event)) {
        const auto* const delta = std::get_if<api::Delta>(&state->state);
        if (json) {
            std::visit([](const auto& message) { std::puts(json_text(message).c_str()); }, state->state);
        } else if (delta != nullptr) {
            for (const api::Unit& unit : delta->units()) {
                print_unit(session, unit);
            }
            for (const api::Incident& incident : delta->incidents()) {
                print_incident(incident);
            }
            for (const api::Posting& posting : delta->postings()) {
                if (!posting.alarm().empty()) {
                    std::printf("posting %lld  %s  %s\n", static_cast<long long>(posting.id()),
                                unit_name(session, posting.unit_id()).c_str(), posting.alarm().c_str());
                }
            }
        }
    } else if (const auto* const live = std::get_if<client::LiveArrived>(&event)) {
        if (json) {
            std::puts(json_text(live->live).c_str());
        } else {
            print_live(session, live->live);
        }
    }
    std::fflush(stdout);
}

} // namespace ems::ctl
