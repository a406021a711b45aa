// What a change of an open case says of its caller and its patient. A number and a name stand sealed at the centre: no desk can see
// in the case that it has them, so who sent them waits for the answer. Pure.
#pragma once

#include <string>

#include "console/model/age_text.h"
#include "dispatch/contract/api.pb.h"

namespace ems::console {

// Of the choices male and female, 0: none.
[[nodiscard]] std::string sex_code(int choice);
[[nodiscard]] int sex_choice(const std::string& code);

// As it is written; empty: not known, of a change also that it says nothing of it.
[[nodiscard]] std::string age_of(const api::Incident& incident);
[[nodiscard]] std::string age_of(const api::NewCall& call);
[[nodiscard]] std::string age_of(const api::UpdateIncident& change);
[[nodiscard]] bool has_age(const api::UpdateIncident& change);
void set_age(api::UpdateIncident& change, const WrittenAge& age);

[[nodiscard]] bool tells_identity(const api::UpdateIncident& change);
void clear_identity(api::UpdateIncident& change);
// As the centre shows a number.
[[nodiscard]] std::string masked_number(const std::string& number);
// Number, name, sex or age.
[[nodiscard]] bool corrects_anything(const api::UpdateIncident& change);
// What of it a case shows is so.
[[nodiscard]] bool shows_corrections(const api::Incident& incident, const api::UpdateIncident& change);
// Somebody else has made something else of it since the case was as in `base`.
[[nodiscard]] bool corrections_clash(const api::UpdateIncident& change, const api::Incident& base, const api::Incident& now);
// What a desk shows of caller and patient.
void copy_patient(const api::Incident& from, api::Incident& to);

} // namespace ems::console
