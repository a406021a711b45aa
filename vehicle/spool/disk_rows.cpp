#include "vehicle/spool/disk_rows.h"

#include <string>

#include <fmt/format.h>
#include <zlib.h>

namespace ems::vehicle {

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
