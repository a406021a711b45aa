#include "console/model/patient_change.h"

namespace ems::console {
namespace {

template <class Message> std::string age_in(const Message& message) {
    return written_age(message.has_age_months() ? WrittenAge{message.age_months(), AgeUnit::months}
                                                : WrittenAge{message.age_years(), AgeUnit::years});
}

template <class Value> bool clash(const Value& written, const Value& base, const Value& now) {
    return now != base && now != written;
}

} // namespace

std::string sex_code(int choice) { return choice == 1 ? "m" : choice == 2 ? "f" : ""; }
int sex_choice(const std::string& code) { return code == "m" ? 1 : code == "f" ? 2 : 0; }

std::string age_of(const api::Incident& incident) { return age_in(incident); }
std::string age_of(const api::NewCall& call) { return age_in(call); }
std::string age_of(const api::UpdateIncident& change) { return age_in(change); }

bool has_age(const api::UpdateIncident& change) { return change.has_age_years() || change.has_age_months(); }

void set_age(api::UpdateIncident& change, const WrittenAge& age) {
    change.clear_age_years();
    change.clear_age_months();
    if (age.unit == AgeUnit::months) {
        change.set_age_months(age.number);
    } else {
        change.set_age_years(age.number);
    }
}

bool tells_identity(const api::UpdateIncident& change) { return change.has_caller_phone() || change.has_patient_name(); }

void clear_identity(api::UpdateIncident& change) {
    change.clear_caller_phone();
    change.clear_patient_name();
}

std::string masked_number(const std::string& number) {
    constexpr std::size_t kMaskedMin = 8; // of a shorter one nothing is shown
    return number.empty()               ? std::string{}
           : number.size() < kMaskedMin ? std::string{"****"}
                                        : number.substr(0, 3) + "****" + number.substr(number.size() - 4);
}

bool corrects_anything(const api::UpdateIncident& change) {
    return tells_identity(change) || change.has_sex() || has_age(change);
}

bool shows_corrections(const api::Incident& incident, const api::UpdateIncident& change) {
    return (!change.has_sex() || change.sex() == incident.sex()) && (!has_age(change) || age_of(change) == age_of(incident));
}

bool corrections_clash(const api::UpdateIncident& change, const api::Incident& base, const api::Incident& now) {
    const bool number = change.has_caller_phone() &&
                        clash(masked_number(change.caller_phone()), base.caller_phone_masked(), now.caller_phone_masked());
    return number || (change.has_sex() && clash(change.sex(), base.sex(), now.sex())) ||
           (has_age(change) && clash(age_of(change), age_of(base), age_of(now)));
}

void copy_patient(const api::Incident& from, api::Incident& to) {
    to.set_caller_phone_masked(from.caller_phone_masked());
    to.set_sex(from.sex());
    to.set_age_years(from.age_years());
    to.clear_age_months();
    if (from.has_age_months()) {
        to.set_age_months(from.age_months());
    }
}

} // namespace ems::console
