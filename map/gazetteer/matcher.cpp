#include "map/gazetteer/matcher.h"

#include <algorithm>

namespace ems::map {
namespace {

constexpr std::size_t kLetters = 36;
constexpr std::size_t kWordLettersMax = 62; // of a spelling whose states fit in 64 bits

std::uint8_t letter_number(char32_t c) {
    return static_cast<std::uint8_t>(c >= U'a' ? c - U'a' : 26 + (c - U'0'));
}

std::uint64_t letter_bit(char32_t c) {
    return std::uint64_t{1} << letter_number(c);
}

// One of the 28 bits above the letters' and digits'.
std::uint64_t han_bit(char32_t c) {
    return std::uint64_t{1} << (kLetters + (c * 2654435761U >> 16U) % 28);
}

std::uint64_t syllable_bit(char32_t number) {
    return std::uint64_t{1} << (number * 2654435761U >> 16U) % 64;
}

bool is_letter_symbol(char32_t c) {
    return (c >= U'a' && c <= U'z') || (c >= U'0' && c <= U'9');
}

__extension__ using Bits128 = unsigned __int128;

enum Flag : unsigned {
    kStrict = 0,
    kInitials = 1, // a unit may end after any of its letters
    kLoose = 2,    // suffixes may be missing or added
    kSounds = 4,   // characters of the same sound
};

// Steps of a pattern.
struct Word {
    std::size_t first{0};
    std::size_t end{0};
};

// The bits behind a unit's first letter and before its end.
template <class Bits> Bits interior_of(const SpeltUnit& unit) {
    return (Bits{1} << (unit.letter_first + unit.letter_count)) -
           (Bits{1} << (unit.letter_first + 1U));
}

enum class Hears { characters, sounds };

// Bits holds one more bit than the spelling has letters.
template <class Bits> class Automaton {
  public:
    Automaton(const Pattern& pattern, const SpellingView& s, Hears hears) : pattern_(pattern) {
        if (pattern.has_letters()) {
            letter_.fill(0);
            for (std::size_t j = 0; j < s.letters.size(); ++j) {
                const char c = s.letters[j];
                if (c != kUnread) {
                    letter_[letter_number(static_cast<unsigned char>(c))] |= bit(j);
                }
            }
        }
        set_units(s);
        const std::size_t n = s.letters.size();
        end_ = bit(n);
        valid_ = (end_ << 1U) - 1U;
        starts_ = begins_;
        begins_ |= end_;
        name_start_ = bit(s.units[s.name_unit].letter_first);
        into_name_ = valid_ & ~((name_start_ << 1U) - 1U);
        name_starts_ = starts_ & (into_name_ | name_start_);
        if (pattern.has_han()) {
            set_characters(s, hears);
        }
    }

    [[nodiscard]] Bits run(Bits start, unsigned flags) const {
        return run(start, flags, {0, pattern_.steps().size()});
    }
    [[nodiscard]] Bits run(Bits start, unsigned flags, Word word) const {
        Bits d = start;
        for (std::size_t i = word.first; i < word.end && d != 0; ++i) {
            d = advance(d, i, flags, word.first);
        }
        return d;
    }

    // Whether a match with one error is possible at all: wherever the error lies, the steps before
    // the middle or those behind it are as they should be. Leaves out the middle step, so that two
    // exchanged there hurt one side only.
    [[nodiscard]] bool may_have_error(unsigned flags) const {
        const std::size_t n = pattern_.steps().size();
        const std::size_t middle = n / 2;
        Bits front = starts_;
        for (std::size_t i = 0; i < middle && front != 0; ++i) {
            front = advance(front, i, flags, 0);
        }
        Bits back = valid_;
        for (std::size_t i = middle + 1; i < n && back != 0 && front == 0; ++i) {
            back = advance(back, i, flags, 0);
        }
        return (front | back) != 0;
    }

    // As run(), with exactly one error more than run() or none.
    [[nodiscard]] Bits run_with_error(Bits start, unsigned flags) const {
        return run_with_error(start, flags, {0, pattern_.steps().size()});
    }
    [[nodiscard]] Bits run_with_error(Bits start, unsigned flags, Word word) const {
        const auto& steps = pattern_.steps();
        const std::size_t first = word.first;
        Bits before = 0; // without an error, before the previous step
        Bits d0 = start;
        Bits d1 = omit(start, flags);
        for (std::size_t i = first; i < word.end && (d0 | d1) != 0; ++i) {
            const bool is_letter = steps[i].letter != Pattern::kHan;
            Bits n1 = advance(d1, i, flags, first) | d0; // d0: typed too much
            const bool is_last = i + 1 == word.end;
            if (!is_last) { // of the last one, typed too much says the same
                n1 |= is_letter ? (d0 << 1U) & valid_ : over_unit(d0 & starts_); // another one
            }
            const bool has_previous = i > first && before != 0;
            if (has_previous && is_letter == (steps[i - 1].letter != Pattern::kHan)) {
                n1 |= advance(advance(before, i, flags, first), i - 1, flags,
                              first); // the two exchanged
            }
            const Bits n0 = advance(d0, i, flags, first);
            if (i + 1 <
                word.end) { // what is missing behind the last symbol is simply not typed yet
                n1 |= omit(n0, flags);
            }
            before = d0;
            d0 = n0;
            d1 = close(n1 & valid_, flags);
        }
        return d0 | d1;
    }

    [[nodiscard]] Bits starts() const { return starts_; }
    [[nodiscard]] Bits name_starts() const { return name_starts_; }
    [[nodiscard]] Bits name_start() const { return name_start_; }
    [[nodiscard]] Bits first_start() const { return Bits{1}; }
    [[nodiscard]] Bits into_name() const { return into_name_; }
    // The states include the end of the name, or only suffixes are missing to it.
    [[nodiscard]] bool is_at_end(Bits d) const { return (d & end_) != 0; }
    [[nodiscard]] bool is_at_end_but_suffix(Bits d) const {
        return (close(d & begins_, kLoose) & end_) != 0;
    }

  private:
    void set_units(const SpellingView& s) {
        if constexpr (sizeof(Bits) == sizeof(std::uint64_t)) {
            begins_ = s.masks.begins;
            interior_ = s.masks.interior;
            optional_ = s.masks.optional;
        } else {
            for (std::size_t u = 0; u < s.unit_count; ++u) {
                const SpeltUnit& unit = s.units[u];
                begins_ |= bit(unit.letter_first);
                interior_ |= interior_of<Bits>(unit);
                optional_ |= unit.is_optional ? bit(unit.letter_first) : Bits{0};
            }
        }
    }

    void set_characters(const SpellingView& s, Hears hears) {
        const auto& steps = pattern_.steps();
        for (std::size_t i = 0; i < steps.size(); ++i) {
            if (steps[i].letter != Pattern::kHan) {
                continue;
            }
            Bits same = 0;
            Bits sound = 0;
            for (std::size_t u = 0; u < s.unit_count; ++u) {
                const SpeltUnit& unit = s.units[u];
                if (unit.symbol == steps[i].symbol) {
                    same |= bit(unit.letter_first);
                } else if (hears == Hears::sounds && sounds_like(steps[i], unit)) {
                    sound |= bit(unit.letter_first);
                }
            }
            same_[i] = same;
            sound_[i] = sound;
        }
    }

    static Bits bit(std::size_t j) { return Bits{1} << j; }

    static bool sounds_like(const Pattern::Step& step, const SpeltUnit& unit) {
        return unit.syllable != 0 && std::find(step.readings.begin(), step.readings.end(),
                                               unit.syllable) != step.readings.end();
    }

    // From the begins of units to their ends.
    [[nodiscard]] Bits over_unit(Bits at) const {
        const Bits x = at << 1U;
        return (x | ((x & interior_) + interior_)) & begins_;
    }

    [[nodiscard]] Bits close(Bits d, unsigned flags) const {
        if ((flags & kInitials) != 0) {
            d |= ((d & interior_) + interior_) & begins_;
        }
        if ((flags & kLoose) != 0 && (d & optional_) != 0) {
            d |= over_unit(d & optional_);
            d |= over_unit(d & optional_); // 街道 is two
        }
        return d;
    }

    // A letter or a character of the name that was not typed.
    [[nodiscard]] Bits omit(Bits d, unsigned flags) const {
        Bits out = 0;
        if (pattern_.has_letters()) {
            out |= (d << 1U) & valid_;
        }
        if (pattern_.has_han()) {
            out |= over_unit(d & starts_);
        }
        return close(out, flags);
    }

    [[nodiscard]] Bits advance(Bits d, std::size_t i, unsigned flags, std::size_t first) const {
        const Pattern::Step& step = pattern_.steps()[i];
        Bits next = 0;
        if (step.letter != Pattern::kHan) {
            next = (d & letter_[step.letter]) << 1U;
        } else {
            next = over_unit(d & ((flags & kSounds) != 0 ? same_[i] | sound_[i] : same_[i]));
            if ((flags & kLoose) != 0 && step.is_suffix && i > first) {
                next |= d;
            }
        }
        return close(next, flags);
    }

    const Pattern& pattern_;
    // letters when the pattern has any, and steps that are characters; the others are never read,
    // and clearing all would cost more than matching
    std::array<Bits, kLetters> letter_;
    std::array<Bits, Pattern::kStepsMax> same_;
    std::array<Bits, Pattern::kStepsMax> sound_;
    Bits begins_{0};   // of units, and the end
    Bits starts_{0};   // of units
    Bits interior_{0}; // behind the first letter of a unit, before its last
    Bits optional_{0};
    Bits end_{0};
    Bits valid_{0};
    Bits name_start_{0};
    Bits name_starts_{0};
    Bits into_name_{0};
};

// From the strictest reading to the loosest: the first that fits says how good the match is.
template <class Bits> Match grade_exact(const Automaton<Bits>& a) {
    if ((a.run(a.starts(), kInitials | kLoose) & a.into_name()) == 0) {
        return {};
    }
    if (const Bits d = a.run(a.name_start(), kStrict); d != 0) {
        return {MatchKind::text, a.is_at_end(d) ? 0.0F : a.is_at_end_but_suffix(d) ? 0.4F : 1.0F};
    }
    if (const Bits d = a.run(a.first_start(), kStrict) & a.into_name(); d != 0) {
        return {MatchKind::text, a.is_at_end(d) ? 0.3F : 1.2F};
    }
    if (const Bits d = a.run(a.first_start(), kLoose) & a.into_name(); d != 0) {
        return {MatchKind::text, a.is_at_end_but_suffix(d) ? 0.5F : 1.3F};
    }
    if (const Bits d = a.run(a.name_starts(), kStrict); d != 0) {
        return {MatchKind::text, a.is_at_end_but_suffix(d) ? 1.6F : 2.0F};
    }
    if (const Bits d = a.run(a.starts(), kLoose) & a.into_name(); d != 0) {
        return {MatchKind::text, a.is_at_end_but_suffix(d) ? 1.8F : 2.2F};
    }
    if (const Bits d = a.run(a.name_start(), kInitials); d != 0) {
        return {MatchKind::initials, a.is_at_end(d) ? 2.4F : 3.0F};
    }
    if (const Bits d = a.run(a.first_start(), kInitials | kLoose) & a.into_name(); d != 0) {
        return {MatchKind::initials, a.is_at_end_but_suffix(d) ? 2.8F : 3.4F};
    }
    const bool is_in_name = a.run(a.name_starts(), kInitials) != 0;
    return {MatchKind::initials, is_in_name ? 4.0F : 4.6F};
}

template <class Bits> Match grade_homophones(const Automaton<Bits>& a) {
    const unsigned flags = kSounds | kLoose;
    if ((a.run(a.starts(), flags | kInitials) & a.into_name()) == 0) {
        return {};
    }
    if (const Bits d = a.run(a.name_start(), flags); d != 0) {
        return {MatchKind::homophone, a.is_at_end_but_suffix(d) ? 5.0F : 5.4F};
    }
    return {MatchKind::homophone, 6.0F};
}

// The loosest first: it rules out nearly all.
template <class Bits> Match grade_error(const Pattern& pattern, const Automaton<Bits>& a) {
    const bool may_be_initials = pattern.allows_error_in_initials() && pattern.has_letters();
    const unsigned loosest = kLoose | (may_be_initials ? kInitials : kStrict);
    if (!a.may_have_error(loosest) ||
        (a.run_with_error(a.starts(), loosest) & a.into_name()) == 0) {
        return {};
    }
    if (const Bits d = a.run_with_error(a.name_start(), kStrict) & a.into_name(); d != 0) {
        return {MatchKind::typo, a.is_at_end(d) ? 6.0F : 6.4F};
    }
    const bool is_strict =
        !may_be_initials || (a.run_with_error(a.starts(), kLoose) & a.into_name()) != 0;
    return {MatchKind::typo, is_strict ? 7.0F : 8.0F};
}

template <class Bits>
Match grade_words(const Pattern& pattern, const Automaton<Bits>& a, const std::vector<Word>& words,
                  Tolerance tolerance) {
    bool is_in_name = false;
    bool is_exact = true;
    for (const Word word : words) {
        Bits d = a.run(a.starts(), kInitials | kLoose, word);
        const bool is_long = word.end - word.first >= (pattern.has_letters() ? 4U : 3U);
        if (d == 0 && tolerance == Tolerance::sounds) {
            d = a.run(a.starts(), kInitials | kLoose | kSounds, word);
            is_exact = false;
        } else if (d == 0 && tolerance == Tolerance::error && is_exact && is_long) {
            d = a.run_with_error(a.starts(), kLoose, word);
            is_exact = false;
        }
        if (d == 0) {
            return {};
        }
        is_in_name = is_in_name || (d & a.into_name()) != 0;
    }
    if (!is_in_name) {
        return {};
    }
    return is_exact                         ? Match{MatchKind::text, 4.8F}
           : tolerance == Tolerance::sounds ? Match{MatchKind::homophone, 6.2F}
                                            : Match{MatchKind::typo, 7.5F};
}

std::vector<Word> words_of(const Pattern& pattern) {
    std::vector<Word> words;
    for (const std::size_t start : pattern.word_starts()) {
        if (!words.empty()) {
            words.back().end = start;
        }
        words.push_back({start, pattern.steps().size()});
    }
    return words;
}

template <class Bits>
Match grade_split(const Pattern& pattern, const Automaton<Bits>& a, Tolerance tolerance) {
    const std::size_t n = pattern.steps().size();
    const unsigned flags = kLoose | (tolerance == Tolerance::sounds ? kSounds : kStrict);
    for (std::size_t cut = 2; cut + 2 <= n; ++cut) {
        const Bits front = a.run(a.starts(), flags, {0, cut});
        if (front == 0) {
            break; // nor will more of it fit
        }
        const Bits back = a.run(a.starts(), flags, {cut, n});
        if (back != 0 && ((front | back) & a.into_name()) != 0) {
            return tolerance == Tolerance::sounds ? Match{MatchKind::homophone, 6.2F}
                                                  : Match{MatchKind::text, 4.8F};
        }
    }
    return {};
}

Hears hears(Tolerance tolerance) {
    return tolerance == Tolerance::sounds ? Hears::sounds : Hears::characters;
}

// Spellings below 64 letters, nearly all of them, work in one machine word.
template <class Grade> Match with_width(const SpellingView& s, Grade grade) {
    return s.letters.size() <= kWordLettersMax ? grade(std::uint64_t{}) : grade(Bits128{});
}

} // namespace

Pattern::Pattern(std::u32string_view text, const HanTable& han) {
    bool is_new_word = true;
    for (const char32_t raw : text) {
        if (raw == U' ') {
            is_new_word = true;
            continue;
        }
        if (steps_.size() == kStepsMax) {
            break;
        }
        if (is_new_word) {
            word_starts_.push_back(steps_.size());
            is_new_word = false;
        }
        Step step;
        step.symbol = han.simplified(raw);
        if (is_letter_symbol(step.symbol)) {
            step.letter = letter_number(step.symbol);
            has_letters_ = true;
            weight_ += 1;
            signature_ |= letter_bit(step.symbol);
            letter_signature_ |= letter_bit(step.symbol);
            steps_.push_back(step);
            continue;
        }
        step.letter = kHan;
        step.is_suffix = !steps_.empty() && is_suffix(step.symbol);
        const auto readings = han.readings(step.symbol);
        std::copy(readings.begin(), readings.end(), step.readings.begin());
        has_han_ = true;
        weight_ += 1.5;
        if (!step.is_suffix) {
            signature_ |= han_bit(step.symbol);
            std::uint64_t any = readings.empty() ? syllable_bit(step.symbol) : 0;
            for (const std::uint16_t number : readings) {
                any |= syllable_bit(number);
            }
            sounds_.push_back(any);
        }
        steps_.push_back(step);
    }
}

Signature signature_of(const Spelling& spelling) {
    Signature out;
    for (const char c : spelling.letters) {
        out.symbols |= c == kUnread ? 0 : letter_bit(static_cast<unsigned char>(c));
    }
    for (const SpeltUnit& unit : spelling.units) {
        if (unit.symbol != 0) {
            out.symbols |= han_bit(unit.symbol);
            out.syllables |= syllable_bit(unit.syllable != 0 ? unit.syllable : unit.symbol);
        }
    }
    return out;
}

UnitMasks unit_masks_of(const Spelling& spelling) {
    UnitMasks masks;
    if (spelling.letters.size() > kWordLettersMax) {
        return masks;
    }
    for (const SpeltUnit& unit : spelling.units) {
        const std::uint64_t begin = std::uint64_t{1} << unit.letter_first;
        masks.begins |= begin;
        masks.interior |= interior_of<std::uint64_t>(unit);
        masks.optional |= unit.is_optional ? begin : 0;
    }
    return masks;
}

Match match_exactly(const Pattern& pattern, const SpellingView& spelling) {
    return with_width(spelling, [&](auto bits) {
        return grade_exact(Automaton<decltype(bits)>{pattern, spelling, Hears::characters});
    });
}

Match match_homophones(const Pattern& pattern, const SpellingView& spelling) {
    return with_width(spelling, [&](auto bits) {
        return grade_homophones(Automaton<decltype(bits)>{pattern, spelling, Hears::sounds});
    });
}

Match match_with_error(const Pattern& pattern, const SpellingView& spelling) {
    return with_width(spelling, [&](auto bits) {
        return grade_error(pattern,
                           Automaton<decltype(bits)>{pattern, spelling, Hears::characters});
    });
}

Match match_words(const Pattern& pattern, const SpellingView& spelling, Tolerance tolerance) {
    const std::vector<Word> words = words_of(pattern);
    return with_width(spelling, [&](auto bits) {
        return grade_words(pattern, Automaton<decltype(bits)>{pattern, spelling, hears(tolerance)},
                           words, tolerance);
    });
}

Match match_split(const Pattern& pattern, const SpellingView& spelling, Tolerance tolerance) {
    return with_width(spelling, [&](auto bits) {
        return grade_split(pattern, Automaton<decltype(bits)>{pattern, spelling, hears(tolerance)},
                           tolerance);
    });
}

} // namespace ems::map
