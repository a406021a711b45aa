// Alarms of a desk: order, groups, acknowledgement, latching, repeats. An alarm needs an action of a person; the vehicle or this
// desk raises it. What somebody at another desk has seen or put away is so here too, with his name. Pure; bounded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "console/model/alarm_marks.h"
#include "console/model/alarm_parameters.h"
#include "console/model/alarm_table.h"
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
    std::string group; // "u4", "i34": the unit or the incident it is about; those of one stand together. Empty: by itself
    AlarmState state{AlarmState::active};
    Ending ending{Ending::recovered}; // of a returned one
    std::string acknowledged_by;
    std::int64_t acknowledged_us{0};
    std::int64_t shelved_until_us{0};
    std::string shelved_by;
    std::string shelved_reason;
    bool marked_here_only{false}; // the server has not confirmed what was done to it at this desk
    // Kept by the list:
    const AlarmReason* reason{nullptr}; // its row; null: a code without one
    std::uint32_t repeats{1};     // how often it began within kChatterUs; of one that chatters, since that began
    std::int64_t first_us{0};     // of them, when the first began
    std::int64_t last_us{0};      // and the last
    std::uint64_t onset{0};       // counts on whenever one asks for somebody anew: a higher number asked later
    std::int64_t settles_us{0};   // its condition ended, and it is kept until then; 0: it stands
    bool is_consequence{false};   // another alarm of the same unit stands for it
    AlarmOff off;                 // of its parameter, whatever its grade
};

// An alarm that asked for somebody anew: it began, or rose in grade.
struct Annunciation {
    std::string key;
    Grade grade{Grade::low};
};

class AlarmList {
  public:
    static constexpr std::size_t kCountMax = 512; // a county's vehicles at once; none is left out in a flood
    static constexpr std::uint32_t kShelfMinutesMax = 60;
    static constexpr std::size_t kMarksMax = 4'096;
    // More than kChatterCount beginnings within kChatterUs: it chatters (EEMUA 191). It is one line with a count then, and but
    // for a high clinical one it does not end before it has been quiet for kChatterUs.
    static constexpr std::uint32_t kChatterCount = 3;
    static constexpr std::int64_t kChatterUs = 60'000'000;
    static constexpr std::int64_t kStaleUs = 24LL * 3'600 * 1'000'000; // standing for longer: nobody acts on it
    static constexpr std::size_t kFreshMax = 1'024;

    // New, or renewed: an acknowledged one stays acknowledged unless its grade rose, and the onset stays the first. One that
    // had ended begins anew.
    void raise(AlarmEntry entry);
    // The list's clock: when what is raised began for this desk. Ends what has been over for long enough.
    void pass(std::int64_t now_us);
    // What asked for somebody since the last call, oldest first; at most kFreshMax.
    [[nodiscard]] std::vector<Annunciation> take_fresh();
    // The condition ended: an acknowledged one goes, when the time of its row (console/model/alarm_table.h) is over; another
    // stays latched.
    void clear(const std::string& key, Ending ending = Ending::recovered);
    // It never was one: nothing stays latched.
    void withdraw(const std::string& key);
    // Acknowledges the most urgent one that is not, of those whose keys a person is `shown`, and gives it as it was; nothing
    // when there is none.
    std::optional<AlarmEntry> acknowledge_first(std::span<const std::string> shown, const std::string& who,
                                                std::int64_t now_us);
    // What is marked of the alarm `key`, here or not raised here yet: kept, and held against it whenever it is raised.
    void mark(const std::string& key, AlarmMark mark);

    // Puts one away for a time: it comes back by itself, and when it rises in grade. A high one that is clinical stays.
    // False: no such key, not allowed, no reason, or too long.
    bool shelve(const std::string& key, std::uint32_t minutes, const std::string& reason, const std::string& who,
                std::int64_t now_us);
    // The parameters that are off now, by unit ("u4:spo2"): their alarms are held until they rise to high or are on again. One
    // that ends meanwhile goes: it asked for nobody.
    void switch_off(std::map<std::string, AlarmOff> parameters);
    // Of a unit's parameter; null: its alarms are on.
    [[nodiscard]] const AlarmOff* switched_off(std::int64_t unit_id, std::string_view parameter) const;
    // Back on the screen before its time. False when it is not put away.
    bool take_back(const std::string& key, std::int64_t now_us);
    [[nodiscard]] const AlarmEntry* find(const std::string& key) const;
    [[nodiscard]] static bool is_shelved(const AlarmEntry& entry, std::int64_t now_us) {
        return now_us < entry.shelved_until_us;
    }
    [[nodiscard]] static bool is_off(const AlarmEntry& entry) {
        return entry.off.since_us != 0 && entry.grade != Grade::high;
    }
    // It asks for nobody now: a person has put it away, or has switched the alarms of its parameter off.
    [[nodiscard]] static bool is_held(const AlarmEntry& entry, std::int64_t now_us) {
        return is_shelved(entry, now_us) || is_off(entry);
    }
    [[nodiscard]] static bool is_chattering(const AlarmEntry& entry) { return entry.repeats > kChatterCount; }
    // Those to be seen first when only `count` have room, by grade, then the newest. What nobody has acknowledged is not left out
    // for what somebody has, but for half of the room, which acknowledged high ones keep. Of a group with room for one its most
    // urgent stands there, and each high one in any case. Held ones and consequences are none of them.
    [[nodiscard]] std::vector<const AlarmEntry*> most_urgent(std::size_t count, std::int64_t now_us) const;

    // How many of the group of `entry` are not among `shown`: consequences too, held ones not.
    [[nodiscard]] std::size_t behind(const AlarmEntry& entry, std::span<const AlarmEntry* const> shown,
                                     std::int64_t now_us) const;

    // Numbered from 1 in this order for the command line. Groups by their most urgent, and each group's by grade, unacknowledged
    // before acknowledged, then newest; consequences last in theirs.
    [[nodiscard]] const std::vector<AlarmEntry>& entries() const { return entries_; }
    [[nodiscard]] std::size_t dropped() const { return dropped_.size(); } // that stand and have no room

  private:
    struct Onsets { // of one key
        std::deque<std::int64_t> recent; // at most kChatterCount + 1
        std::uint32_t count{0};
        std::int64_t first_us{0};
    };
    void arrange();
    void find_consequences();
    void note_onset(AlarmEntry& entry);
    void spend_mark(const std::string& key);
    void note_switch(AlarmEntry& entry) const;
    // False: it had ended and somebody has seen it, so it goes.
    [[nodiscard]] bool hold_against_marks(AlarmEntry& entry) const;
    std::vector<AlarmEntry> entries_;
    std::map<std::string, AlarmMark> marks_;
    std::map<std::string, AlarmOff> off_; // "u4:spo2"
    std::map<std::string, Onsets> onsets_;
    std::set<std::string> dropped_;
    void announce(AlarmEntry& entry);
    std::vector<Annunciation> fresh_;
    std::uint64_t announced_{0};
    std::int64_t now_us_{0};
};

} // namespace ems::console
