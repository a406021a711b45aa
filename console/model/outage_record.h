// What a desk did by voice while no server took its orders: who was sent where, what crews said, cases on paper, notes. Read
// from what a person types, as the command line reads it; nothing of it is ever sent by itself. Pure and bounded.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "console/model/command_line.h"

namespace ems::console {

enum class OutageDeed : std::uint8_t { sent, state, new_case, note, count };

struct OutageEntry {
    std::int64_t id{0};
    OutageDeed deed{OutageDeed::note};
    std::int64_t at_us{0}; // by this machine's clock
    std::int64_t unit_id{0};
    std::string unit_name; // of a unit heard without a server it alone is still known afterwards
    std::int64_t incident_id{0}; // 0: none, or one on paper
    std::string incident_number;
    ems::wire::UnitState state{ems::wire::UNIT_UNSPECIFIED};
    std::string text;
    bool is_dropped{false}; // struck through until the list is closed
    bool operator==(const OutageEntry&) const = default;
};

inline constexpr std::size_t kOutageTextBytesMax = 2'000; // 500 characters
inline constexpr std::size_t kOutageNameBytesMax = 100;

class OutageRecord {
  public:
    static constexpr std::size_t kEntriesMax = 200;
    // Gives it its id, and cuts texts that are too long between two characters. False: there is no room; nothing older is
    // forgotten for it.
    bool add(OutageEntry entry);
    // What was done is done, or was never to be.
    void remove(std::int64_t id);
    // Struck through; once more: as it was.
    void toggleDropped(std::int64_t id);
    // The list was closed. True when some were dropped.
    bool forgetDropped();
    // Oldest first.
    [[nodiscard]] const std::vector<OutageEntry>& entries() const { return entries_; }
    [[nodiscard]] const OutageEntry* find(std::int64_t id) const;

  private:
    void take_case(OutageEntry& entry) const;

    std::vector<OutageEntry> entries_;
    std::int64_t last_id_{0};
};

// What stands for the newest case on paper, behind a unit that was sent.
inline constexpr char kOnPaper = '+';

struct OutageReading {
    std::optional<OutageEntry> entry; // without id and time
    std::optional<Missing> missing;
    std::vector<Completion> completions;
};

// sent: unit [case] [note], or unit + [which case on paper]; state: unit state [note]; note: [case] text; new_case: any text.
// Whether the server would take it now means nothing: it was done.
[[nodiscard]] OutageReading read_outage(OutageDeed deed, const std::string& typed, const CommandContext& context);

} // namespace ems::console
