// One line of the command line read against what the desk knows: which order it is, or what is missing, or why it cannot
// be; and what may stand at its end. Reading never changes anything: `frame` is what Enter would send, and the echo is made
// of that object. Pure; a line is bounded.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "console/model/desk_state.h"
#include "console/model/name_match.h"
#include "console/model/order_check.h"
#include "console/model/place_search.h"
#include "console/model/verb_table.h"

namespace ems::console {

inline constexpr std::size_t kLineBytesMax = 2'400; // a note of 500 characters, each of four bytes at most, and what stands before it
inline constexpr std::size_t kCompletionsMax = 8;

// Words of the screen's language for codes: what a person types is what the screens say.
struct CommandWords {
    std::vector<std::pair<std::string, ems::wire::UnitState>> states;
    std::vector<std::pair<std::string, std::string>> stages;       // to the stamp's name
    std::vector<std::pair<std::string, std::string>> posting_ends; // to arrived, done, cancelled
    std::vector<std::pair<std::string, std::string>> sources;      // to fleet, stations
    std::vector<std::pair<std::string, std::string>> neighbour_said; // to asked, agreed, refused
    std::string drawn; // for what was drawn on the map
    std::string here;  // for the place pointed at
    std::function<std::vector<std::string>(Verb)> reasons;         // usual ones, chosen by digit
};

struct CommandContext {
    const DeskState& state;
    const NameMatch& names;
    const CommandWords& words;
    const PlaceSearch* places{nullptr};
    GeoPoint centre;                       // of the map, for places of one name
    std::optional<GeoPoint> here;          // last pointed at
    std::vector<GeoPoint> drawn;           // on the map; three or more and closed: an area
    bool drawn_is_area{false};
    std::int64_t local_us{0};
};

struct Completion {
    std::string text;   // takes the place of the word at the end of the line
    std::string detail; // beside it
    double cost{0};
};

enum class Lack : std::uint8_t {
    verb,       // nothing typed, or no verb begins so
    word,       // the next one is missing
    unknown,    // the word fits nothing
    ambiguous,  // it fits more than one
    not_a_time,
    not_a_number,
    count
};

struct Missing {
    Lack lack{Lack::verb};
    Word word{Word::none};
    std::string about; // the word as typed
};

// What is no order of the centre.
struct Deed {
    Verb verb{Verb::help};
    std::int64_t incident_id{0};
    std::int64_t unit_id{0};
    std::int64_t hospital_id{0};
    std::optional<GeoPoint> place;
    std::string text; // name of a place, source of an isochrone, reason
    std::uint32_t number{0};
    std::string alarm; // its key: the number it was read by means another one as soon as the list changes
    bool operator==(const Deed&) const = default;
};

struct ParsedLine {
    const VerbRow* verb{nullptr};
    std::optional<api::ClientFrame> frame;
    std::optional<Deed> deed;
    std::optional<Missing> missing;
    std::optional<Refused> refused; // of a whole order
    std::vector<Completion> completions;
    Word expects{Word::none};       // what the word at the end is
    [[nodiscard]] bool can_run() const { return (frame || deed) && !missing && !refused; }
};

[[nodiscard]] ParsedLine parse_line(const std::string& line, const CommandContext& context);
// The line with its last word replaced by the completion and a space behind it.
[[nodiscard]] std::string complete(const std::string& line, const Completion& completion);

// Lines that were run, newest last; the same line twice in a row counts once.
class CommandHistory {
  public:
    static constexpr std::size_t kLinesMax = 100;
    void add(const std::string& line);
    // Older and newer than what is shown; at the newer end what was being typed.
    [[nodiscard]] std::string older(const std::string& typed);
    [[nodiscard]] std::string newer();
    [[nodiscard]] const std::vector<std::string>& lines() const { return lines_; }

  private:
    std::vector<std::string> lines_;
    std::size_t back_{0}; // 0: at what is typed
    std::string typed_;
};

} // namespace ems::console
