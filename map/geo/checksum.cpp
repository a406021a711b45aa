#include "map/geo/checksum.h"

#include <bit>
#include <cstring>

namespace ems::map {
namespace {

constexpr std::uint64_t kPrime1 = 0x9E3779B185EBCA87ULL;
constexpr std::uint64_t kPrime2 = 0xC2B2AE3D27D4EB4FULL;
constexpr std::uint64_t kPrime3 = 0x165667B19E3779F9ULL;
constexpr std::uint64_t kPrime4 = 0x85EBCA77C2B2AE63ULL;
constexpr std::uint64_t kPrime5 = 0x27D4EB2F165667C5ULL;

static_assert(std::endian::native == std::endian::little, "map files are little-endian");

template <class T> std::uint64_t read(const std::byte* at) {
    T value;
    std::memcpy(&value, at, sizeof value);
    return value;
}

std::uint64_t round(std::uint64_t sum, std::uint64_t lane) {
    return std::rotl(sum + lane * kPrime2, 31) * kPrime1;
}

std::uint64_t merge(std::uint64_t sum, std::uint64_t lane) {
    return (sum ^ round(0, lane)) * kPrime1 + kPrime4;
}

} // namespace

std::uint64_t checksum64(std::span<const std::byte> bytes) {
    const std::byte* p = bytes.data();
    const std::byte* const end = p + bytes.size();
    std::uint64_t sum = kPrime5;
    if (bytes.size() >= 32) {
        std::uint64_t a = kPrime1 + kPrime2;
        std::uint64_t b = kPrime2;
        std::uint64_t c = 0;
        std::uint64_t d = 0 - kPrime1;
        for (; end - p >= 32; p += 32) {
            a = round(a, read<std::uint64_t>(p));
            b = round(b, read<std::uint64_t>(p + 8));
            c = round(c, read<std::uint64_t>(p + 16));
            d = round(d, read<std::uint64_t>(p + 24));
        }
        sum = std::rotl(a, 1) + std::rotl(b, 7) + std::rotl(c, 12) + std::rotl(d, 18);
        sum = merge(merge(merge(merge(sum, a), b), c), d);
    }
    sum += bytes.size();
    for (; end - p >= 8; p += 8) {
        sum = std::rotl(sum ^ round(0, read<std::uint64_t>(p)), 27) * kPrime1 + kPrime4;
    }
    if (end - p >= 4) {
        sum = std::rotl(sum ^ (read<std::uint32_t>(p) * kPrime1), 23) * kPrime2 + kPrime3;
        p += 4;
    }
    for (; p != end; ++p) {
        sum = std::rotl(sum ^ (static_cast<std::uint64_t>(*p) * kPrime5), 11) * kPrime1;
    }
    sum = (sum ^ (sum >> 33)) * kPrime2;
    sum = (sum ^ (sum >> 29)) * kPrime3;
    return sum ^ (sum >> 32);
}

} // namespace ems::map
