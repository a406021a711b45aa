// A console in a process of its own that types into the call form and stays until it is killed.
#pragma once

namespace ems::console {

inline constexpr const char* kTypistDraft = "EMS_CONSOLE_TYPIST_DRAFT"; // environment: the draft file
int typist();

} // namespace ems::console
