// What a dispatcher puts right of the caller and the patient of an open incident. Pure: who they are comes sealed, for this part
// holds no key.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "dispatch/core/write_set.h"

namespace ems::dispatch {

// 0 years without months: not known. Where the months are known, the years are their whole years.
struct PatientAge {
    std::uint32_t years{0};
    std::optional<std::uint32_t> months{};
};
// The caller's number as it is kept, found again and shown. Of an unknown one only `sealed` holds something.
struct CallerNumber {
    std::string sealed;
    std::string index;
    std::string hash;                 // the index as IncidentRow.caller has it
    std::string masked;
};
// Nothing: unchanged.
struct Correction {
    std::optional<std::string> sex{}; // empty: not known
    std::optional<PatientAge> age{};
    std::optional<std::string> name_sealed{};
    std::optional<CallerNumber> caller{};
};

// A second call is suggested when it is taken (merge.h): a corrected number suggests none and withdraws none.
void correct(IncidentRow& row, const Correction& correction);
IdentityChange identity_of(const Correction& correction);
// For the audit: by name, never what they say. A name or a number that was told counts, for nobody here can say whether the sealed
// one before it was another. Empty, or begins with a blank.
std::string corrected_fields(const IncidentRow& before, const IncidentRow& after, const Correction& correction);

} // namespace ems::dispatch
