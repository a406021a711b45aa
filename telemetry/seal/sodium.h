// Inside telemetry/seal only: start of the library and its view of bytes.
#pragma once

#include <string>
#include <string_view>

namespace ems::seal {

// Safe from any thread, any number of times; asserts when the machine offers no randomness.
void start_sodium();

inline unsigned char* bytes_of(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}
inline const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

} // namespace ems::seal
