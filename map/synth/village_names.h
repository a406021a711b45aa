// Invented names in the manner of southern Shanxi.
#pragma once

#include <set>
#include <string>

#include "map/synth/seeded_random.h"

namespace ems::map {

class VillageNames {
  public:
    // Names that exist already are never given out.
    void reserve(const std::string& name) { used_.insert(name); }
    [[nodiscard]] std::string rural(SeededRandom& random);
    [[nodiscard]] std::string urban(SeededRandom& random);

  private:
    std::set<std::string> used_;
};

} // namespace ems::map
