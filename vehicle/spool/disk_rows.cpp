#include "vehicle/spool/disk_rows.h"

#include <string>

#include <fmt/format.h>
#include <zlib.h>

namespace ems::vehicle {

std::uint64_t row_bytes(std::size_t envelope_bytes) {
    constexpr std::uint64_t kIndexBytes = 48;
    constexpr std::uint64_t kOtherColumns = 26;
    constexpr std::uint64_t kPage = 4'096;
    constexpr std::uint64_t kPageRest = kPage - 4; // an overflow page names the next
    constexpr std::uint64_t kInTreeMax = (kPage - 12) * 64 / 255 - 23;
    constexpr std::uint64_t kInTreeMin = (kPage - 12) * 32 / 255 - 23;
    const std::uint64_t payload = envelope_bytes + kOtherColumns;
    if (payload <= kInTreeMax) {
        return payload + kIndexBytes;
    }
    const std::uint64_t fitting = kInTreeMin + (payload - kInTreeMin) % kPageRest;
    const std::uint64_t in_tree = fitting <= kInTreeMax ? fitting : kInTreeMin;
    return in_tree + (payload - in_tree + kPageRest - 1) / kPageRest * kPage + kIndexBytes;
}

std::int64_t crc_of(std::string_view bytes) {
    return static_cast<std::int64_t>(
        crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
}

std::int64_t crc_of(const StoredCommand& command) {
    return crc_of(fmt::format("{} {} {} {} {}{}", command.id, command.unit_seq,
                              static_cast<int>(command.result), command.ack.size(), command.ack,
                              command.body));
}

} // namespace ems::vehicle
