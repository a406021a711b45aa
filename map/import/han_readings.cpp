#include "map/import/han_readings.h"

#include <memory>

#include <fmt/format.h>
#include <unicode/translit.h>
#include <unicode/unistr.h>

#include "map/gazetteer/csv.h"
#include "map/gazetteer/symbols.h"
#include "map/import/reading_tables.h"

namespace ems::map {
namespace {

using Transliterator = std::unique_ptr<icu::Transliterator>;

Result<Transliterator> make(const char* id) {
    UErrorCode error = U_ZERO_ERROR;
    Transliterator made{icu::Transliterator::createInstance(id, UTRANS_FORWARD, error)};
    if (U_FAILURE(error) || made == nullptr) {
        return fail(Code::internal, fmt::format("ICU has no {}: {}", id, u_errorName(error)));
    }
    return made;
}

icu::UnicodeString apply(const icu::Transliterator& transliterator, char32_t c) {
    icu::UnicodeString text{static_cast<UChar32>(c)};
    transliterator.transliterate(text);
    return text;
}

// "fèng" as "feng"; empty when it is no syllable.
std::string syllable_of(const icu::UnicodeString& text) {
    std::string utf8;
    text.toUTF8String(utf8);
    const std::u32string folded = fold_text(utf8, HanTable::kSyllableLettersMax + 1);
    std::string syllable;
    for (const char32_t c : folded) {
        syllable += is_latin(c) ? static_cast<char>(c) : ' ';
    }
    return is_syllable(syllable) ? syllable : std::string{};
}

void add_polyphones(HanTable& table) {
    for (const auto& row : parse_csv(kPolyphonesCsv)) {
        const std::u32string character = fold_text(row[0], 2);
        const std::u32string readings = fold_text(row.size() > 1 ? row[1] : "", 64);
        std::string syllable;
        for (std::size_t i = 0; i <= readings.size(); ++i) {
            if (i < readings.size() && readings[i] != U' ') {
                syllable += static_cast<char>(readings[i]);
                continue;
            }
            table.add_reading(character[0], syllable);
            syllable.clear();
        }
    }
}

} // namespace

Result<HanTable> read_han_table() {
    const auto usual = make("Han-Latin");
    const auto surname = make("Han-Latin/Names");
    const auto simplify = make("Traditional-Simplified");
    if (!usual || !surname || !simplify) {
        return Failure{!usual ? usual.error() : !surname ? surname.error() : simplify.error()};
    }
    HanTable table;
    for (char32_t c = HanTable::kFirst; c < HanTable::kEnd; ++c) {
        table.add_reading(c, syllable_of(apply(**usual, c)));
        table.add_reading(c, syllable_of(apply(**surname, c)));
        const icu::UnicodeString simple = apply(**simplify, c);
        if (simple.countChar32() == 1) {
            table.set_simplified(c, static_cast<char32_t>(simple.char32At(0)));
        }
    }
    add_polyphones(table);
    return table;
}

} // namespace ems::map
