// Output of ems-ctl: JSON for scripts, lines for people.
#pragma once

#include <string>

#include <google/protobuf/message.h>

#include "dispatch/app/ctl/session.h"

namespace ems::ctl {

// One JSON object: every field under its name in api.proto, whole numbers as numbers, enumerations by name, bytes as
// hex, messages that are not there as null.
std::string json_text(const google::protobuf::Message& message);

// The same, each candidate of a recommendation with its unit's name under "unit".
std::string json_text(const Session& session, const api::Recommendation& recommendation);
std::string json_text(const Session& session, const api::NewCallOk& opened);

std::string state_name(ems::wire::UnitState state, Language language);
// "10:42:16" of local time; "-" for 0.
std::string clock_text(std::int64_t us);

// Heart rate, saturation, breathing and pressure; "--" for what was not measured or is invalid: never 0.
std::string vitals_text(const wire::Vitals& vitals);
// Place and speed.
std::string position_text(const api::UnitPosition& position);

inline constexpr const char* kTimeForm = "YYYY-MM-DDTHH:MM:SS of local time, or with Z of UTC";
// Microseconds of UTC; 0 for an empty text. Throws Stop.
std::int64_t time_of(const std::string& text);

void print_incident(const api::Incident& incident);
void print_unit(const Session& session, const api::Unit& unit);
void print_recommendation(const Session& session, const api::Recommendation& recommendation);
// Every list that was shown and what was chosen from it.
void print_explanation(const Session& session, const api::Explanation& explanation);
void print_timeline(const api::Timeline& timeline, const Session& session);
// One line for each thing that happened.
void print_event(const Session& session, const client::Event& event);

} // namespace ems::ctl
