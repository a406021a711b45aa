#include "map/gazetteer/han_table.h"

#include <algorithm>

#include "telemetry/base/assert.h"

namespace ems::map {

bool is_syllable(std::string_view text) {
    return !text.empty() && text.size() <= HanTable::kSyllableLettersMax &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

HanTable::Row* HanTable::row(char32_t c) {
    if (!covers(c)) {
        return nullptr;
    }
    if (rows_.empty()) {
        rows_.resize(kEnd - kFirst);
    }
    return &rows_[c - kFirst];
}

void HanTable::add_reading(char32_t c, std::string_view syllable) {
    Row* const r = row(c);
    if (r == nullptr || !is_syllable(syllable)) {
        return;
    }
    const std::uint16_t number = find_or_add(syllable);
    for (std::uint16_t& slot : r->readings) {
        if (slot == 0) {
            slot = number;
        }
        if (slot == number) {
            return;
        }
    }
}

void HanTable::set_simplified(char32_t c, char32_t simplified) {
    Row* const r = row(c);
    if (r != nullptr && covers(simplified) && simplified != c) {
        r->simplified = static_cast<std::uint16_t>(simplified);
    }
}

std::span<const std::uint16_t> HanTable::readings(char32_t c) const {
    if (!covers(c) || rows_.empty()) {
        return {};
    }
    const Readings& all = rows_[c - kFirst].readings;
    const auto end = std::find(all.begin(), all.end(), 0);
    return {all.begin(), end};
}

char32_t HanTable::simplified(char32_t c) const {
    if (!covers(c) || rows_.empty() || rows_[c - kFirst].simplified == 0) {
        return c;
    }
    return rows_[c - kFirst].simplified;
}

std::uint16_t HanTable::find(std::string_view syllable) const {
    const auto it = std::find(syllables_.begin() + 1, syllables_.end(), syllable);
    return it == syllables_.end() ? 0 : static_cast<std::uint16_t>(it - syllables_.begin());
}

std::uint16_t HanTable::find_or_add(std::string_view syllable) {
    EMS_ASSERT(is_syllable(syllable));
    if (const std::uint16_t number = find(syllable); number != 0) {
        return number;
    }
    if (syllables_.size() > kSyllablesMax) {
        return 0;
    }
    syllables_.emplace_back(syllable);
    return static_cast<std::uint16_t>(syllables_.size() - 1);
}

bool HanTable::assign(std::vector<std::string> syllables, std::vector<Row> rows) {
    const bool has_texts = !syllables.empty() && syllables.size() <= kSyllablesMax + 1 &&
                           syllables[0].empty() &&
                           std::all_of(syllables.begin() + 1, syllables.end(),
                                       [](const std::string& s) { return is_syllable(s); });
    if (!has_texts || (!rows.empty() && rows.size() != kEnd - kFirst)) {
        return false;
    }
    for (const Row& r : rows) {
        for (const std::uint16_t number : r.readings) {
            if (number >= syllables.size()) {
                return false;
            }
        }
        if (r.simplified != 0 && !covers(r.simplified)) {
            return false;
        }
    }
    syllables_ = std::move(syllables);
    rows_ = std::move(rows);
    return true;
}

} // namespace ems::map
