// One pattern against one spelling, as a bit-parallel automaton (Shift-And after Baeza-Yates and
// Gonnet 1992, one error after Wu and Manber 1992). Bit j of a state says: the pattern so far may
// have used the spelling up to before letter j. Units let go of their last letters ("fc" for feng
// cun) by one addition for all of them: what is set inside a unit carries into its end.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "map/gazetteer/han_table.h"
#include "map/gazetteer/spelling.h"

namespace ems::map {

// What was typed, folded: letters and digits on their own, other characters with their readings.
class Pattern {
  public:
    static constexpr std::size_t kStepsMax = 48;

    // `text` as fold_text gives it; spaces part words, symbols beyond kStepsMax are left out.
    Pattern(std::u32string_view text, const HanTable& han);

    struct Step {
        char32_t symbol{0};
        std::uint8_t letter{0}; // 0..35, or kHan
        bool is_suffix{false};
        HanTable::Readings readings{};
    };
    static constexpr std::uint8_t kHan = 255;

    [[nodiscard]] const std::vector<Step>& steps() const { return steps_; }
    // Where words begin in steps(), 0 first.
    [[nodiscard]] const std::vector<std::size_t>& word_starts() const { return word_starts_; }
    [[nodiscard]] bool is_empty() const { return steps_.empty(); }
    [[nodiscard]] bool has_letters() const { return has_letters_; }
    [[nodiscard]] bool has_han() const { return has_han_; }
    // Long enough for an error to be told from another name: a letter counts 1, a character 1.5.
    [[nodiscard]] bool allows_error() const { return weight_ >= 4; }
    [[nodiscard]] bool allows_error_in_initials() const { return weight_ >= 5; }
    [[nodiscard]] bool allows_homophones() const { return has_han_ && steps_.size() >= 2; }

    // What the signature of a spelling must have, for the pattern as it is and as it sounds.
    [[nodiscard]] std::uint64_t signature() const { return signature_; }
    [[nodiscard]] std::uint64_t letter_signature() const { return letter_signature_; }
    [[nodiscard]] bool may_sound_like(std::uint64_t syllables) const {
        for (const std::uint64_t any : sounds_) {
            if ((syllables & any) == 0) {
                return false;
            }
        }
        return true;
    }

  private:
    std::vector<Step> steps_;
    std::vector<std::size_t> word_starts_;
    double weight_{0};
    bool has_letters_{false};
    bool has_han_{false};
    std::uint64_t signature_{0};
    std::uint64_t letter_signature_{0};
    std::vector<std::uint64_t> sounds_; // of characters: any of these syllables' bits
};

struct Signature {
    std::uint64_t symbols{0};   // letters, digits and (hashed) characters that it holds
    std::uint64_t syllables{0}; // (hashed) and characters without a reading
};
[[nodiscard]] Signature signature_of(const Spelling& spelling);

// Where the units of a spelling of less than 63 letters lie; see matcher.cpp.
struct UnitMasks {
    std::uint64_t begins{0};
    std::uint64_t interior{0};
    std::uint64_t optional{0};
};
[[nodiscard]] UnitMasks unit_masks_of(const Spelling& spelling);

enum class MatchKind : std::uint8_t {
    text,      // character by character, or whole syllables
    initials,  // first letters
    homophone, // other characters that sound the same
    typo,      // one typing error
    beginning, // only the beginning of what was typed is the name of anything
    none
};

struct Match {
    MatchKind kind{MatchKind::none};
    float cost{0}; // 0 for the whole name as it is, up to 8
};

// A spelling as the index keeps it.
struct SpellingView {
    std::string_view letters;
    const SpeltUnit* units{nullptr};
    std::uint8_t unit_count{0};
    std::uint8_t name_unit{0};
    UnitMasks masks;
};

// Matches that reach into the name, not only into its township.
[[nodiscard]] Match match_exactly(const Pattern& pattern, const SpellingView& spelling);
[[nodiscard]] Match match_homophones(const Pattern& pattern, const SpellingView& spelling);
[[nodiscard]] Match match_with_error(const Pattern& pattern, const SpellingView& spelling);

// What words may differ by: nothing; characters that sound the same; one error in all together.
enum class Tolerance : std::uint8_t { none, sounds, error };

// Every word somewhere in township or name in any order, one of them in the name.
[[nodiscard]] Match match_words(const Pattern& pattern, const SpellingView& spelling,
                                Tolerance tolerance);
// As match_words of a pattern cut in two words of two symbols or more, wherever that fits.
[[nodiscard]] Match match_split(const Pattern& pattern, const SpellingView& spelling,
                                Tolerance tolerance);

} // namespace ems::map
