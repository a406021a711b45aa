// Alarms of a desk: order, acknowledgement, latching. An alarm needs an action of a person; the vehicle or this desk
// raises it. What somebody at another desk has seen or put away is so here too, with his name. Pure; bounded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "console/model/alarm_marks.h"
#include "console/theme/alarm_burst.h"

namespace ems::console {

enum class AlarmState : std::uint8_t { active, acknowledged, returned }; // returned: latched until acknowledged
// unwatched: nobody measures any more what it is about, so it is not known to have ended.
enum class Ending : std::uint8_t { recovered, unwatched };

struct AlarmEntry {
    std::string key;     // what it is about; a repeat renews it
    Grade grade{Grade::low};
    std::string subject; // "0034", "冯村01"
    std::string code;    // "spo2_low", "unit_lost", "server_lost", "dispatch_overdue"
    std::string value;   // as the source shows it, e.g. "88 < 90"
    std::int64_t since_us{0};
    std::int64_t age_at_receipt_us{0};
    std::int64_t received_us{0};
    // A mark made before is not about it; 0: as since_us. Later than the onset where somebody else is meant meanwhile.
    std::int64_t marks_from_us{0};
    bool technical{false};
    AlarmState state{AlarmState::active};
    Ending ending{Ending::recovered}; // of a returned one
    std::string acknowledged_by;
    std::int64_t acknowledged_us{0};
    std::int64_t shelved_until_us{0};
    std::string shelved_by;
    std::string shelved_reason;
    bool marked_here_only{false}; // the server has not confirmed what was done to it at this desk
};

class AlarmList {
  public:
    static constexpr std::size_t kCountMax = 64;
    static constexpr std::uint32_t kShelfMinutesMax = 60;
    static constexpr std::size_t kMarksMax = 4'096;

    // New, or renewed: an acknowledged one stays acknowledged unless its grade rose, and the onset stays the first. One that
    // had ended begins anew.
    void raise(AlarmEntry entry);
    // The condition ended: an acknowledged one goes, another stays latched.
    void clear(const std::string& key, Ending ending = Ending::recovered);
    // It never was one: nothing stays latched.
    void withdraw(const std::string& key);
    // Acknowledges the first one that is not, of those whose keys a person is `shown`, and gives it as it was; nothing when
    // there is none.
    std::optional<AlarmEntry> acknowledge_first(std::span<const std::string> shown, const std::string& who,
                                                std::int64_t now_us);
    // What is marked of the alarm `key`, here or not raised here yet: kept, and held against it whenever it is raised.
    void mark(const std::string& key, AlarmMark mark);

    // Puts one away for a time: it comes back by itself, and when it rises in grade. A high one that is clinical stays.
    // False: no such key, not allowed, no reason, or too long.
    bool shelve(const std::string& key, std::uint32_t minutes, const std::string& reason, const std::string& who,
                std::int64_t now_us);
    // Back on the screen before its time. False when it is not put away.
    bool take_back(const std::string& key, std::int64_t now_us);
    [[nodiscard]] const AlarmEntry* find(const std::string& key) const;
    [[nodiscard]] static bool is_shelved(const AlarmEntry& entry, std::int64_t now_us) {
        return now_us < entry.shelved_until_us;
    }
    // Those to be seen first when only `count` have room, in the order of entries(): what nobody has acknowledged is never
    // left out for what somebody has. Shelved ones are none of them.
    [[nodiscard]] std::vector<const AlarmEntry*> most_urgent(std::size_t count, std::int64_t now_us) const;

    // Numbered from 1 in this order for the command line. By grade, unacknowledged before acknowledged, then newest.
    [[nodiscard]] const std::vector<AlarmEntry>& entries() const { return entries_; }
    [[nodiscard]] std::size_t dropped() const { return dropped_; }

  private:
    void sort();
    void spend_mark(const std::string& key);
    // False: it had ended and somebody has seen it, so it goes.
    [[nodiscard]] bool hold_against_marks(AlarmEntry& entry) const;
    std::vector<AlarmEntry> entries_;
    std::map<std::string, AlarmMark> marks_;
    std::size_t dropped_{0};
};

} // namespace ems::console
