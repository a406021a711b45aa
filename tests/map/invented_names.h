// Tables of invented Chinese names, for the tests and the bench of the gazetteer.
#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "map/gazetteer/name_table.h"

namespace ems::test {

// `count` villages, schools, roads and others in townships of about 100 names each, over a square
// of 200 km about Yuncheng. The table has no readings yet. The same seed gives the same table.
[[nodiscard]] map::NameTable invented_names(std::size_t count, std::uint64_t seed);

// A name of the table as people type it, and with one typing error in it.
enum class Typing { characters, pinyin, spaced_pinyin, initials, mixed };
// Usual readings only; a character without one is typed as itself.
[[nodiscard]] std::string typed(const std::string& name, Typing typing, const map::HanTable& han);
// One symbol inserted, left out, replaced or exchanged with its neighbour.
[[nodiscard]] std::string with_error(const std::string& text, std::mt19937_64& random);

} // namespace ems::test
