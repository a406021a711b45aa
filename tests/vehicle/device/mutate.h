// Damaged copies of a valid input, the same for a seed.
#pragma once

#include <random>
#include <string>

namespace ems::test {

inline std::string mutate(std::string bytes, std::mt19937_64& random) {
    const auto below = [&random](std::size_t n) { return static_cast<std::size_t>(random() % n); };
    for (std::size_t changes = 1 + below(4); changes > 0 && !bytes.empty(); --changes) {
        const std::size_t at = below(bytes.size());
        switch (below(5)) {
        case 0:
            bytes[at] = static_cast<char>(random());
            break;
        case 1:
            bytes[at] = static_cast<char>(bytes[at] ^ (1 << below(8)));
            break;
        case 2:
            bytes.erase(at, 1 + below(8));
            break;
        case 3:
            bytes.insert(at, bytes.substr(below(bytes.size()), 1 + below(16)));
            break;
        default:
            bytes.resize(at + 1);
            break;
        }
    }
    return bytes;
}

} // namespace ems::test
