// Finds units, hospitals, stations and words by what a person types in one go: the name itself, the beginning of it, its
// pinyin whole or in part, or its first letters ("xz01" for 席张01). Readings come from the gazetteer's table; without one
// only characters and the letters of `also` (a vehicle's identifier) are compared. One thread; bounded.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "map/gazetteer/gazetteer.h"
#include "map/gazetteer/spelling.h"

namespace ems::console {

class NameMatch {
  public:
    // May be null: no pinyin. Must outlive it.
    void set_readings(const map::Gazetteer* gazetteer);

    // How badly `typed` fits: 0 the name itself; nothing when it does not. An empty `typed` fits everything.
    [[nodiscard]] std::optional<double> cost(std::string_view typed, const std::string& name,
                                             std::string_view also = {}) const;

  private:
    static constexpr std::size_t kSpeltMax = 4'096;
    [[nodiscard]] const std::vector<map::Spelling>& spellings(const std::string& name) const;

    const map::Gazetteer* gazetteer_{nullptr};
    mutable std::map<std::string, std::vector<map::Spelling>> spelt_;
};

} // namespace ems::console
