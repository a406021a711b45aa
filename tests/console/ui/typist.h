// A console in a process of its own that types into the call form, or into the command line, and stays until it is killed.
#pragma once

namespace ems::console {

inline constexpr const char* kTypistDraft = "EMS_CONSOLE_TYPIST_DRAFT"; // environment: the draft file
inline constexpr const char* kTypistLine = "EMS_CONSOLE_TYPIST_LINE";   // environment: set, it types into the command line
int typist();

} // namespace ems::console
