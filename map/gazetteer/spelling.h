// Names spelt for searching: units in a row, each a Han character with one reading, a Latin word or
// a number. What is typed may name a unit by its character, its letters or its first letters.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "map/gazetteer/han_table.h"
#include "map/gazetteer/name_table.h"

namespace ems::map {

struct SpeltUnit {
    char32_t symbol{0};        // 0 for a Latin word or a number
    std::uint16_t syllable{0}; // number in the HanTable, 0 for none
    std::uint8_t letter_first{0};
    std::uint8_t letter_count{0}; // at least 1
    bool is_optional{false};      // 乡, 镇, 村, 街道 and the like: often left out
};

// A township (may be empty) and a name in it, in one reading.
struct Spelling {
    std::vector<SpeltUnit> units;
    std::string letters;       // a-z, 0-9, kUnread for a character nobody can type
    std::uint8_t name_unit{0}; // first unit that is not the township
};
inline constexpr char kUnread = '\x01';
inline constexpr std::size_t kSpeltLettersMax = 126; // what follows is not searched
inline constexpr std::size_t kSpellingsMax = 8;

// Characters that people add to names or leave out: 省市区县乡镇街道村社路口与和.
[[nodiscard]] bool is_suffix(char32_t c);

class Speller {
  public:
    // Both must outlive the speller.
    Speller(const HanTable& han, const std::vector<LocalReading>& readings);

    // The usual one first (a local reading where there is one), then one for every other reading of
    // a character, at most kSpellingsMax. Empty when the name holds no letter at all.
    [[nodiscard]] std::vector<Spelling> spell(std::string_view within, std::string_view name) const;
    // "hai zhou zhen", of the name's part.
    [[nodiscard]] static std::string reading_of(const Spelling& spelling);

  private:
    struct Draft {
        char32_t symbol{0};
        std::string word;                     // of Latin words and numbers
        std::vector<std::uint16_t> syllables; // readings, the first is used
        bool is_optional{false};
    };
    struct Local {
        std::u32string text;
        std::vector<std::uint16_t> syllables;
        std::string_view within;
    };
    [[nodiscard]] std::vector<Draft> draft(std::string_view within, std::string_view text) const;
    [[nodiscard]] Spelling build(const std::vector<Draft>& drafts, std::size_t name_unit,
                                 std::size_t other, std::size_t reading) const;

    const HanTable& han_;
    std::vector<Local> local_; // longest text first
};

} // namespace ems::map
