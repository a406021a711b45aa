#include "map/gazetteer/spelling.h"

#include <algorithm>

#include "map/gazetteer/symbols.h"

namespace ems::map {
namespace {

constexpr std::u32string_view kSuffixes = U"省市区县乡镇街道村社路口与和";
constexpr std::size_t kNone = SIZE_MAX;

bool starts_here(const std::u32string& text, std::size_t at, const std::u32string& part) {
    return text.compare(at, part.size(), part) == 0;
}

} // namespace

bool is_suffix(char32_t c) {
    return kSuffixes.find(c) != std::u32string_view::npos;
}

Speller::Speller(const HanTable& han, const std::vector<LocalReading>& readings) : han_(han) {
    for (const LocalReading& r : readings) {
        Local local{fold_text(r.text, kNameBytesMax), {}, r.within};
        for (std::size_t at = 0; at < r.reading.size();) {
            const std::size_t end = std::min(r.reading.find(' ', at), r.reading.size());
            local.syllables.push_back(han.find(std::string_view{r.reading}.substr(at, end - at)));
            at = end + 1;
        }
        const bool is_known =
            std::find(local.syllables.begin(), local.syllables.end(), 0) == local.syllables.end();
        if (!local.text.empty() && local.text.size() == local.syllables.size() && is_known) {
            local_.push_back(std::move(local));
        }
    }
    std::stable_sort(local_.begin(), local_.end(), [](const Local& a, const Local& b) {
        const bool is_a_narrow = !a.within.empty();
        const bool is_b_narrow = !b.within.empty();
        return is_a_narrow != is_b_narrow ? is_a_narrow : a.text.size() > b.text.size();
    });
}

std::vector<Speller::Draft> Speller::draft(std::string_view within, std::string_view name) const {
    std::u32string text = fold_text(name, kNameBytesMax);
    for (char32_t& c : text) {
        c = han_.simplified(c);
    }
    std::vector<Draft> out;
    const auto kind = [](char32_t c) { return is_latin(c) ? 1 : is_digit(c) ? 2 : 3; };
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char32_t c = text[i];
        if (c == U' ') {
            continue;
        }
        if (kind(c) != 3) {
            const bool goes_on = i > 0 && kind(text[i - 1]) == kind(c) && text[i - 1] != U' ';
            if (!goes_on) {
                out.emplace_back();
            }
            out.back().word += static_cast<char>(c);
            continue;
        }
        Draft unit;
        unit.symbol = c;
        const auto readings = han_.readings(c);
        unit.syllables.assign(readings.begin(), readings.end());
        // a name is never left out altogether
        unit.is_optional = is_suffix(c) && i > 0;
        out.push_back(std::move(unit));
    }
    // local readings stand before the usual ones
    std::vector<std::size_t> unit_of(text.size(), kNone);
    std::size_t unit = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool is_word = text[i] == U' ' || kind(text[i]) != 3;
        if (is_word) {
            const bool is_start = text[i] != U' ' && (i == 0 || kind(text[i - 1]) != kind(text[i]));
            unit += is_start ? 1 : 0;
            continue;
        }
        unit_of[i] = unit++;
    }
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto it = std::find_if(local_.begin(), local_.end(), [&](const Local& l) {
            return starts_here(text, i, l.text) && (l.within.empty() || l.within == within);
        });
        if (it == local_.end()) {
            continue;
        }
        for (std::size_t j = 0; j < it->syllables.size(); ++j) {
            if (unit_of[i + j] != kNone) {
                auto& all = out[unit_of[i + j]].syllables;
                std::erase(all, it->syllables[j]);
                all.insert(all.begin(), it->syllables[j]);
            }
        }
        i += it->text.size() - 1;
    }
    return out;
}

Spelling Speller::build(const std::vector<Draft>& drafts, std::size_t name_unit, std::size_t other,
                        std::size_t reading) const {
    Spelling s;
    s.name_unit = static_cast<std::uint8_t>(name_unit);
    for (std::size_t i = 0; i < drafts.size(); ++i) {
        const Draft& d = drafts[i];
        SpeltUnit unit;
        unit.symbol = d.symbol;
        unit.is_optional = d.is_optional;
        std::string word = d.word;
        if (d.symbol != 0) {
            unit.syllable =
                d.syllables.empty() ? std::uint16_t{0} : d.syllables[i == other ? reading : 0];
            word = unit.syllable == 0 ? std::string(1, kUnread)
                                      : std::string{han_.syllable(unit.syllable)};
        }
        const std::size_t room = kSpeltLettersMax - s.letters.size();
        if (word.size() > room) {
            break;
        }
        unit.letter_first = static_cast<std::uint8_t>(s.letters.size());
        unit.letter_count = static_cast<std::uint8_t>(word.size());
        s.letters += word;
        s.units.push_back(unit);
    }
    return s;
}

std::vector<Spelling> Speller::spell(std::string_view within, std::string_view name) const {
    std::vector<Draft> own = draft(within, name);
    std::vector<Spelling> out;
    if (own.empty()) {
        return out;
    }
    std::vector<Draft> all = within == name ? std::vector<Draft>{} : draft(within, within);
    std::size_t letters = 0;
    for (const Draft& d : own) {
        letters += d.symbol != 0 ? HanTable::kSyllableLettersMax : d.word.size();
    }
    for (const Draft& d : all) {
        letters += d.symbol != 0 ? HanTable::kSyllableLettersMax : d.word.size();
    }
    if (letters > kSpeltLettersMax) {
        all.clear(); // the name itself comes first
    }
    const std::size_t name_unit = all.size();
    all.insert(all.end(), std::make_move_iterator(own.begin()), std::make_move_iterator(own.end()));
    out.push_back(build(all, name_unit, kNone, 0));
    if (out.front().units.size() <= name_unit) {
        return {}; // one word longer than anything that is searched
    }
    for (std::size_t step = 0; step < all.size(); ++step) {
        const std::size_t i = (name_unit + step) % all.size(); // the name's own characters first
        for (std::size_t r = 1; r < all[i].syllables.size(); ++r) {
            if (out.size() == kSpellingsMax) {
                return out;
            }
            out.push_back(build(all, name_unit, i, r));
        }
    }
    return out;
}

std::string Speller::reading_of(const Spelling& spelling) {
    std::string out;
    for (std::size_t i = spelling.name_unit; i < spelling.units.size(); ++i) {
        const SpeltUnit& unit = spelling.units[i];
        const std::string_view word =
            std::string_view{spelling.letters}.substr(unit.letter_first, unit.letter_count);
        if (word.front() == kUnread) {
            continue;
        }
        out += out.empty() ? "" : " ";
        out += word;
    }
    return out;
}

} // namespace ems::map
