// What was recorded by voice during an outage beside what the server says now, and the line of the command line that would
// bring the one to the other. A person reads it and presses Enter; nothing is sent from here. Pure.
#pragma once

#include <cstdint>
#include <string>

#include "console/model/outage_record.h"

namespace ems::console {

enum class Standing : std::uint8_t {
    missing,    // the server has nothing of it
    other_time, // it has it, at another time
    same,
    look,       // nothing here can tell: a person compares
    count
};

// Words that a prepared line says.
struct OutageSaying {
    std::string reason; // told by radio
    std::string what;   // the entry, as a note has it
    const CommandWords& words;
};

struct OutageRow {
    Standing standing{Standing::look};
    const api::Unit* unit{nullptr};         // as the server has it; lives as long as the state is not changed
    const api::Incident* incident{nullptr}; // the entry's, likewise
    std::int64_t server_at_us{0};           // when it happened by the server's word; 0: it has no such time
    std::string line;                       // empty: there is nothing to send, or a call is to be taken
};

inline constexpr std::int64_t kSameTimeUs = 60'000'000; // told and written down within a minute is the same moment

[[nodiscard]] OutageRow compare_outage(const OutageEntry& entry, const DeskState& state, const OutageSaying& saying,
                                       std::int64_t local_us);

} // namespace ems::console
