// The verbs of the command line: what a person writes (letters of its pinyin, Chinese, or the word ems-ctl has for it), and
// the words that follow. The one list from which lines are read, completed and explained. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace ems::console {

enum class Verb : std::uint8_t {
    send,
    add,
    swap,
    divert,
    cancel,
    refuse,
    breakdown,
    state,
    destination,
    standby,
    relocate,
    go_home,
    end_posting,
    confirm,
    dismiss,
    correct,
    level,
    units,
    planned,
    case_place,
    close_case,
    transfer,
    close_road,
    flood_road,
    slow_road,
    reopen_road,
    accept_move,
    decline_move,
    shift_end,
    fuel,
    contaminated,
    cleaned,
    told_place,
    merge,
    keep_apart,
    note,
    neighbour,
    // those below change nothing at the centre
    look,
    recommend,
    isochrone,
    route,
    follow,
    measure,
    draw,
    explain,
    reveal,
    shelve,
    pause,
    help,
    count
};
inline constexpr std::size_t kVerbCount = static_cast<std::size_t>(Verb::count);

// What stands at one place behind a verb.
enum class Word : std::uint8_t {
    none,
    incident,
    unit,
    other_unit,   // of a swap: who goes instead
    task,         // a unit on a task, or an incident by its number for stamps of the call
    unit_state,
    hospital,
    to_hospital,
    station,
    place,        // by name, or the one pointed at on the map
    stage,
    clock,        // hh:mm or hh:mm:ss of today
    until,        // the same, or - for until somebody ends it
    number,
    posting_end,
    drawn_or_road,// what was drawn on the map, or a road's name or number
    road_id,
    source,       // of an isochrone: all units, stations, one unit
    target,       // of a route: an incident or a hospital
    anything,     // an incident, a unit or a place
    alarm,        // its number in the list of alarms
    reason,       // the rest of the line
    neighbour,    // a neighbour region, by the list of the centre or by any other name
    neighbour_said,
    neighbour_unit, // of one that agrees; may be missing
    neighbour_eta,  // the rest of the line, may be missing
    note,         // the rest of the line, may be missing
    text,         // the rest of the line as it stands: no digit means a usual reason
};

enum class Changes : std::uint8_t { nothing, centre };

struct VerbRow {
    Verb verb;
    std::string_view letters;
    std::string_view chinese;
    std::string_view english; // as in ems-ctl where that has it
    Changes changes;
    std::array<Word, 5> words; // none behind the last
};

[[nodiscard]] std::span<const VerbRow> verb_rows();
[[nodiscard]] const VerbRow& row_of(Verb verb);
// By letters (any case), Chinese or English, whole; null when there is none.
[[nodiscard]] const VerbRow* find_verb(std::string_view word);
[[nodiscard]] std::size_t word_count(const VerbRow& row);
// May be left out at the end of a line.
[[nodiscard]] bool is_optional(const VerbRow& row, std::size_t index);

} // namespace ems::console
