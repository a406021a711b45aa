// Inside of Gazetteer: the spellings of all names, side by side.
#pragma once

#include "map/gazetteer/gazetteer.h"
#include "map/gazetteer/spelling.h"
#include "map/geo/grid_index.h"

namespace ems::map {

struct GazetteerIndex {
    explicit GazetteerIndex(NameTable names);

    struct Entry {
        std::uint32_t feature{0};
        std::uint32_t letter_first{0};
        std::uint32_t unit_first{0};
        std::uint8_t letter_count{0};
        std::uint8_t unit_count{0};
        std::uint8_t name_unit{0};
        UnitMasks masks;
    };
    [[nodiscard]] SpellingView spelling(std::size_t entry) const {
        const Entry& e = entries[entry];
        return {std::string_view{letters}.substr(e.letter_first, e.letter_count),
                units.data() + e.unit_first, e.unit_count, e.name_unit, e.masks};
    }
    [[nodiscard]] std::string reading(std::size_t entry) const;
    // Added to the cost of a match: what is far off, small or rarely asked for comes later.
    [[nodiscard]] float importance(const Feature& f) const;

    NameTable table;
    std::vector<Signature> signatures; // of entries
    std::vector<Entry> entries;        // by feature
    std::string letters;
    std::vector<SpeltUnit> units;

    std::vector<std::uint32_t> settlements; // features
    GridIndex settlement_grid;              // over settlements
    std::vector<std::uint32_t> landmarks;
    GridIndex landmark_grid;
    struct Segment {
        std::uint32_t line{0};
        std::uint32_t point{0}; // first of two
    };
    std::vector<Segment> segments; // of named roads
    GridIndex segment_grid;

  private:
    void add_spellings(const Speller& speller, std::uint32_t feature);
    void add_places();
    void add_roads();
};

} // namespace ems::map
