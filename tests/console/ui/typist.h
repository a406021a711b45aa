// A console in a process of its own that types into the call form, into the command line or into the record of an outage, and stays
// until it is killed.
#pragma once

namespace ems::console {

inline constexpr const char* kTypistDraft = "EMS_CONSOLE_TYPIST_DRAFT"; // environment: the draft file
inline constexpr const char* kTypistLine = "EMS_CONSOLE_TYPIST_LINE";   // environment: set, it types into the command line
inline constexpr const char* kTypistOutage = "EMS_CONSOLE_TYPIST_OUTAGE"; // environment: set, it records a case on paper
int typist();

} // namespace ems::console
