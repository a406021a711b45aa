#include "console/model/name_match.h"

#include <algorithm>

#include "map/gazetteer/matcher.h"
#include "map/gazetteer/symbols.h"

namespace ems::console {
namespace {

constexpr std::size_t kTypedMax = 64;
constexpr double kBeginning = 1;
constexpr double kSpelt = 2;  // and on, by the matcher's own cost of 0 to 8
constexpr double kInside = 12;
constexpr double kAlso = 13;
constexpr std::size_t kMaskedLettersMax = 63; // the bits of map::UnitMasks

} // namespace

void NameMatch::set_readings(const map::Gazetteer* gazetteer) {
    gazetteer_ = gazetteer;
    spelt_.clear();
}

const std::vector<map::Spelling>& NameMatch::spellings(const std::string& name) const {
    if (spelt_.size() > kSpeltMax) {
        spelt_.clear();
    }
    const auto [it, added] = spelt_.try_emplace(name);
    if (added) {
        it->second = map::Speller{gazetteer_->han(), gazetteer_->readings()}.spell({}, name);
    }
    return it->second;
}

std::optional<double> NameMatch::cost(std::string_view typed, const std::string& name, std::string_view also) const {
    const std::u32string folded = map::fold_text(typed, kTypedMax);
    const std::u32string whole = map::fold_text(name, kTypedMax);
    if (folded.empty() || folded == whole) {
        return 0;
    }
    if (whole.starts_with(folded)) {
        return kBeginning;
    }
    std::optional<double> best;
    const auto take = [&](double cost) { best = best ? std::min(*best, cost) : cost; };
    if (gazetteer_ != nullptr) {
        const map::Pattern pattern{folded, gazetteer_->han()};
        for (const map::Spelling& s : spellings(name)) {
            if (s.letters.size() >= kMaskedLettersMax) {
                continue;
            }
            const map::SpellingView view{s.letters, s.units.data(), static_cast<std::uint8_t>(s.units.size()),
                                         s.name_unit, map::unit_masks_of(s)};
            const map::Match match = map::match_exactly(pattern, view);
            if (match.kind != map::MatchKind::none) {
                take(kSpelt + match.cost);
            }
        }
    }
    if (whole.find(folded) != std::u32string::npos) {
        take(kInside);
    }
    if (!also.empty() && map::fold_text(also, kTypedMax).find(folded) != std::u32string::npos) {
        take(kAlso);
    }
    return best;
}

} // namespace ems::console
