#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "map/gazetteer/gazetteer_index.h"
#include "map/gazetteer/symbols.h"
#include "map/geo/projection.h"

namespace ems::map {
namespace {

constexpr float kFar = 0.8F; // cost of each doubling of 1 + distance / kNearKm
constexpr double kNearKm = 3;
constexpr float kLonger = 0.04F; // of each unit of a name, so that shorter names come first

// Matches without an error, by sound, with an error: whatever else counts, they come in this order.
int tier(MatchKind kind) {
    switch (kind) {
    case MatchKind::text:
    case MatchKind::initials:
        return 0;
    case MatchKind::homophone:
        return 1;
    case MatchKind::typo:
        return 2;
    case MatchKind::beginning:
    case MatchKind::none:
        return 3;
    }
    return 3;
}

// Tone numbers, "yun4cheng2": digits of their own behind a letter.
std::u32string without_tones(const std::u32string& text) {
    std::u32string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool is_tone = text[i] >= U'1' && text[i] <= U'5' && i > 0 && is_latin(text[i - 1]) &&
                             (i + 1 == text.size() || !is_digit(text[i + 1]));
        if (!is_tone) {
            out += text[i];
        }
    }
    return out;
}

// Whether a spelling has the symbols of the pattern, all but `missing_max`.
struct AsWritten {
    const Pattern& pattern;
    int missing_max{0};
    bool operator()(const Signature& s) const {
        const std::uint64_t missing = pattern.signature() & ~s.symbols;
        return missing == 0 || (missing_max > 0 && std::popcount(missing) <= missing_max);
    }
};

class Search {
  public:
    using Index = GazetteerIndex;
    Search(const Index& index, const NameQuery& query)
        : index_(index), count_(std::min(query.count_max, kNamesFoundMax)),
          near_(query.near && is_valid(*query.near) ? query.near : std::nullopt),
          best_(index.table.features.size(), Best{}) {}

    std::vector<FoundName> run(const std::u32string& text) {
        look(text);
        if (const std::u32string toneless = without_tones(text); !is_full() && toneless != text) {
            look(toneless);
        }
        if (found_.empty()) {
            look_for_beginning(text);
        }
        return ranked();
    }

  private:
    struct Best {
        std::uint32_t entry{0};
        Match match;
    };

    [[nodiscard]] bool is_full() const { return found_.size() >= count_; }

    // From the plainest meaning on, until the list is full.
    void look(const std::u32string& text) {
        const Pattern pattern{text, index_.table.han};
        if (pattern.is_empty()) {
            return;
        }
        visit(AsWritten{pattern, 0},
              [&](const SpellingView& s) { return match_exactly(pattern, s); });
        const bool has_words = pattern.word_starts().size() > 1;
        // 盐湖医院 for 盐湖区人民医院
        const bool may_split = !has_words && !pattern.has_letters() && pattern.steps().size() >= 4;
        const auto look_apart = [&](auto may_be, Tolerance tolerance) {
            if (!is_full() && has_words) {
                visit(may_be,
                      [&](const SpellingView& s) { return match_words(pattern, s, tolerance); });
            }
            if (!is_full() && may_split && tolerance != Tolerance::error) {
                visit(may_be,
                      [&](const SpellingView& s) { return match_split(pattern, s, tolerance); });
            }
        };
        look_apart(AsWritten{pattern, 0}, Tolerance::none);
        if (!is_full() && pattern.allows_homophones()) {
            const auto sounds = [&pattern](const Signature& s) {
                return (pattern.letter_signature() & ~s.symbols) == 0 &&
                       pattern.may_sound_like(s.syllables);
            };
            visit(sounds, [&](const SpellingView& s) { return match_homophones(pattern, s); });
            look_apart(sounds, Tolerance::sounds);
        }
        if (!is_full() && pattern.allows_error()) {
            visit(AsWritten{pattern, 1},
                  [&](const SpellingView& s) { return match_with_error(pattern, s); });
            look_apart(AsWritten{pattern, 1}, Tolerance::error);
        }
    }

    // 杨家沟村 for 杨家沟村小学, which is not on the map: better than an empty list. The longest
    // beginning that finds anything is found by halving.
    void look_for_beginning(const std::u32string& text) {
        std::size_t fits = 0;
        std::size_t fails = text.size();
        while (fails - fits > 1) {
            const std::size_t middle = (fits + fails) / 2;
            const Pattern pattern{text.substr(0, middle), index_.table.han};
            (is_anywhere(pattern) ? fits : fails) = middle;
        }
        if (fits == 0) {
            return;
        }
        const Pattern pattern{text.substr(0, fits), index_.table.han};
        visit(AsWritten{pattern, 0}, [&](const SpellingView& s) {
            Match match = match_exactly(pattern, s);
            match.kind = match.kind == MatchKind::none ? match.kind : MatchKind::beginning;
            return match;
        });
    }

    [[nodiscard]] bool is_anywhere(const Pattern& pattern) const {
        const AsWritten may_be{pattern, 0};
        for (std::size_t e = 0; e < index_.signatures.size(); ++e) {
            if (may_be(index_.signatures[e]) &&
                match_exactly(pattern, index_.spelling(e)).kind != MatchKind::none) {
                return true;
            }
        }
        return false;
    }

    template <class MayBe, class Grade> void visit(MayBe may_be, Grade grade) {
        for (std::size_t e = 0; e < index_.signatures.size(); ++e) {
            if (!may_be(index_.signatures[e])) {
                continue;
            }
            const Match match = grade(index_.spelling(e));
            if (match.kind == MatchKind::none) {
                continue;
            }
            const std::uint32_t feature = index_.entries[e].feature;
            Best& best = best_[feature];
            if (best.match.kind == MatchKind::none) {
                found_.push_back(feature);
                best = {static_cast<std::uint32_t>(e), match};
            } else if (std::pair{tier(match.kind), match.cost} <
                       std::pair{tier(best.match.kind), best.match.cost}) {
                best = {static_cast<std::uint32_t>(e), match};
            }
        }
    }

    std::vector<FoundName> ranked() {
        struct Ranked {
            int tier;
            float cost;
            std::uint32_t feature;
        };
        std::vector<Ranked> all;
        all.reserve(found_.size());
        const LocalProjection flat{near_.value_or(Wgs84{})};
        for (const std::uint32_t f : found_) {
            const Feature& feature = index_.table.features[f];
            const Best& best = best_[f];
            float cost = best.match.cost + index_.importance(feature);
            const Index::Entry& entry = index_.entries[best.entry];
            cost += kLonger * static_cast<float>(entry.unit_count - entry.name_unit);
            if (near_) {
                const Metres2 m = flat.to_metres(from_e7(feature.at));
                cost += kFar *
                        static_cast<float>(std::log2(1 + std::hypot(m.x, m.y) / (1000 * kNearKm)));
            }
            all.push_back({tier(best.match.kind), cost, f});
        }
        const auto before = [this](const Ranked& a, const Ranked& b) {
            if (a.tier != b.tier || a.cost != b.cost) {
                return a.tier != b.tier ? a.tier < b.tier : a.cost < b.cost;
            }
            const std::string& name_a = index_.table.features[a.feature].name;
            const std::string& name_b = index_.table.features[b.feature].name;
            return name_a != name_b ? name_a < name_b : a.feature < b.feature;
        };
        const std::size_t count = std::min<std::size_t>(count_, all.size());
        std::partial_sort(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count), all.end(),
                          before);
        std::vector<FoundName> out;
        for (std::size_t i = 0; i < count; ++i) {
            const Best& best = best_[all[i].feature];
            FoundName found{all[i].feature, best.match.kind,
                            all[i].cost,    index_.reading(best.entry),
                            std::nullopt,   std::nullopt};
            if (near_) {
                const Wgs84 at = from_e7(index_.table.features[all[i].feature].at);
                found.distance_m = distance_m(*near_, at);
                found.course_deg = course_deg(*near_, at);
            }
            out.push_back(std::move(found));
        }
        return out;
    }

    const Index& index_;
    std::size_t count_;
    std::optional<Wgs84> near_;
    std::vector<Best> best_;           // of features
    std::vector<std::uint32_t> found_; // features, each once
};

// A name in an address, and what it is worth.
struct Named {
    std::size_t symbols{0}; // of the name, and of its township, that stand in the address
    bool is_whole{false};   // nothing is missing
    bool has_township{false};
    double distance_m{std::numeric_limits<double>::infinity()};
    std::uint32_t feature{0};

    [[nodiscard]] bool is_better_than(const Named& o) const {
        if (symbols != o.symbols) {
            return symbols > o.symbols;
        }
        if (is_whole != o.is_whole || has_township != o.has_township) {
            return has_township != o.has_township ? has_township : is_whole;
        }
        return distance_m != o.distance_m ? distance_m < o.distance_m : feature < o.feature;
    }
};

// 冯村乡 is called 冯村, and never 冯.
std::u32string_view without_rank(std::u32string_view township) {
    if (township.size() > 2 && is_suffix(township.back())) {
        township.remove_suffix(1);
    }
    return township;
}

std::u32string_view without_suffix(std::u32string_view name) {
    while (!name.empty() && is_suffix(name.back())) {
        name.remove_suffix(1);
    }
    return name;
}

std::u32string simplified(std::string_view text, std::size_t symbols_max, const HanTable& han) {
    std::u32string out = fold_text(text, symbols_max);
    std::transform(out.begin(), out.end(), out.begin(),
                   [&han](char32_t c) { return han.simplified(c); });
    return out;
}

} // namespace

std::vector<FoundName> Gazetteer::search(const NameQuery& query) const {
    const std::u32string text = fold_text(query.text, kQuerySymbolsMax);
    if (text.empty() || query.count_max == 0) {
        return {};
    }
    return Search{*index_, query}.run(text);
}

std::optional<std::uint32_t> Gazetteer::named_in(std::string_view address,
                                                 std::optional<Wgs84> near) const {
    constexpr std::size_t kAddressSymbolsMax = 256;
    const HanTable& han = index_->table.han;
    const std::u32string text = simplified(address, kAddressSymbolsMax, han);
    std::optional<Named> best;
    const auto consider = [&](std::uint32_t f, const std::string& name) {
        const Feature& feature = index_->table.features[f];
        const std::u32string whole = simplified(name, kNameBytesMax, han);
        const std::u32string_view core = without_suffix(whole);
        Named named{whole.size(), true, false, 0, f};
        if (whole.size() < 2 || text.find(whole) == std::u32string::npos) {
            if (core.size() < 2 || text.find(core) == std::u32string::npos) {
                return;
            }
            named.symbols = core.size();
            named.is_whole = false;
        }
        const std::u32string within = simplified(feature.within, kNameBytesMax, han);
        const std::u32string_view seat = without_rank(within);
        // 张庄 of 冯村乡 means more than 冯村乡; of a seat the district in front says nothing
        named.has_township = feature.kind != NameKind::town && seat.size() >= 2 &&
                             text.find(seat) != std::u32string::npos;
        named.symbols += named.has_township ? seat.size() : 0;
        named.distance_m = near && is_valid(*near) ? distance_m(*near, from_e7(feature.at)) : 0;
        if (!best || named.is_better_than(*best)) {
            best = named;
        }
    };
    std::optional<std::uint32_t> last;
    for (const GazetteerIndex::Entry& entry : index_->entries) {
        const std::uint32_t f = entry.feature;
        const char32_t begin = index_->units[entry.unit_first + entry.name_unit].symbol;
        if (f == last || (begin != 0 && text.find(begin) == std::u32string::npos)) {
            continue;
        }
        last = f;
        const Feature& feature = index_->table.features[f];
        if (feature.kind == NameKind::road) {
            continue; // too long to be a place
        }
        consider(f, feature.name);
        for (const std::string& alias : feature.aliases) {
            consider(f, alias);
        }
    }
    return best ? std::optional{best->feature} : std::nullopt;
}

} // namespace ems::map
