// Orders and deeds of lines that were read whole. For command_line alone.
#pragma once

#include "console/model/command_words.h"

namespace ems::console {

// What the words of a line came to.
struct Read {
    std::optional<std::int64_t> incident;
    std::optional<std::int64_t> unit;
    std::optional<std::int64_t> other_unit;
    std::optional<std::int64_t> hospital;
    std::optional<std::int64_t> to_hospital;
    std::optional<Choice> station;
    std::optional<Choice> place;
    ems::wire::UnitState state{ems::wire::UNIT_UNSPECIFIED};
    std::string stage;
    std::string posting_end;
    std::string source;
    std::string road; // by name
    bool drawn{false};
    std::optional<std::int64_t> clock_us;
    std::optional<std::uint32_t> number;
    std::string alarm; // its key
    std::int64_t road_id{0};
    std::string neighbour;
    std::string neighbour_said;
    std::string neighbour_unit;
    std::string reason;
};

// Every word that is needed is there.
[[nodiscard]] api::ClientFrame make_frame(const VerbRow& row, const CommandContext& c, const Read& r);
[[nodiscard]] Deed make_deed(const VerbRow& row, const Read& r);

} // namespace ems::console
