// Sound for a microphone of a test.
#pragma once

#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

namespace ems::test {

// 16-bit mono at 48 kHz.
inline void write_wav(const std::string& path, const std::vector<std::int16_t>& samples) {
    std::string head = "RIFF";
    const auto put = [&head](std::uint32_t value, int bytes) {
        for (int n = 0; n < bytes; ++n) {
            head.push_back(static_cast<char>((value >> (8 * n)) & 0xFFU));
        }
    };
    const auto size = static_cast<std::uint32_t>(samples.size() * 2);
    put(36 + size, 4);
    head += "WAVEfmt ";
    put(16, 4);
    put(1, 2);
    put(1, 2);
    put(48'000, 4);
    put(96'000, 4);
    put(2, 2);
    put(16, 2);
    head += "data";
    put(size, 4);
    std::ofstream out{path, std::ios::binary};
    out << head;
    out.write(reinterpret_cast<const char*>(samples.data()), static_cast<std::streamsize>(size));
}

} // namespace ems::test
