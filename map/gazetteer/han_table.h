// How Han characters are read and which simplified character a traditional one is. Made at import
// from ICU (map/import/han_readings.h) and stored with the names, so that searching needs no ICU.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ems::map {

class HanTable {
  public:
    static constexpr char32_t kFirst = 0x4E00; // CJK Unified Ideographs, the block of daily use
    static constexpr char32_t kEnd = 0xA000;
    static constexpr std::size_t kReadingsMax = 4;
    static constexpr std::size_t kSyllablesMax = 2'000; // Mandarin has some 410 without tones
    static constexpr std::size_t kSyllableLettersMax = 6;

    // Numbers of syllables, 0 for none; the usual reading first.
    using Readings = std::array<std::uint16_t, kReadingsMax>;

    [[nodiscard]] static bool covers(char32_t c) { return c >= kFirst && c < kEnd; }
    // A syllable must be 1 to 6 small letters; readings beyond kReadingsMax, repeated ones and
    // those of characters outside of the block are left out.
    void add_reading(char32_t c, std::string_view syllable);
    void set_simplified(char32_t c, char32_t simplified);

    [[nodiscard]] std::span<const std::uint16_t> readings(char32_t c) const;
    // c itself when it is no traditional form.
    [[nodiscard]] char32_t simplified(char32_t c) const;
    [[nodiscard]] std::string_view syllable(std::uint16_t number) const {
        return syllables_[number];
    }
    // 0 when no character is read so; find_or_add numbers it.
    [[nodiscard]] std::uint16_t find(std::string_view syllable) const;
    std::uint16_t find_or_add(std::string_view syllable);

    struct Row {
        Readings readings{};
        std::uint16_t simplified{0}; // 0: itself
        bool operator==(const Row&) const = default;
    };
    [[nodiscard]] const std::vector<std::string>& syllables() const { return syllables_; }
    [[nodiscard]] const std::vector<Row>& rows() const { return rows_; } // empty or one each
    // False, and nothing taken, when a number points nowhere or a syllable is none.
    [[nodiscard]] bool assign(std::vector<std::string> syllables, std::vector<Row> rows);

  private:
    Row* row(char32_t c);
    std::vector<std::string> syllables_{std::string{}}; // 0: none; the others sorted not at all
    std::vector<Row> rows_;
};

[[nodiscard]] bool is_syllable(std::string_view text);

} // namespace ems::map
