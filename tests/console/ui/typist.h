// A console in a process of its own that types into one of its fields, and stays until it is killed.
#pragma once

namespace ems::console {

inline constexpr const char* kTypistDraft = "EMS_CONSOLE_TYPIST_DRAFT"; // environment: the draft file
inline constexpr const char* kTypistInto = "EMS_CONSOLE_TYPIST_INTO";   // environment: the field, by a word of crash_test.cpp
int typist();

} // namespace ems::console
