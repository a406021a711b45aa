#include "map/sites/sites.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "map/route/router.h"

namespace ems::map {
namespace {

constexpr double kOnRoadM = 400; // a site farther from the main roads is not used
constexpr double kApartM = 1500; // between two sites
constexpr std::uint32_t kLimitMs = 3'600'000;
constexpr std::size_t kCandidatesMax = 400;
// A story that fits a demonstration: the ambulance needs between five and fourteen minutes.
constexpr std::uint32_t kStoryLeastMs = 300'000;
constexpr std::uint32_t kStoryMostMs = 840'000;
constexpr std::uint32_t kStoryBestMs = 600'000;

class SiteChooser {
  public:
    SiteChooser(const RoadGraph& graph, const SnapIndex& index, const std::vector<Place>& places,
                const MapInfo& info)
        : graph_(graph), index_(index), places_(places), info_(info),
          router_(make_dijkstra_router(graph)) {}

    Result<SiteChoice> choose(std::uint32_t count) {
        if (count < 1 || count > 50) {
            return fail(Code::invalid_argument, "between 1 and 50 stations can be chosen");
        }
        sites_.push_back(choose_hospital());
        add_named(PlaceKind::station, count, "ambulance station named by the map");
        add_named(PlaceKind::clinic, count, "clinic named by the map");
        spread(count);
        if (sites_.size() < std::size_t{count} + 1) {
            return fail(Code::not_found, "the map is too small for that many stations");
        }
        for (const Site& site : sites_) {
            units_.push_back({index_.snap(site.at)->at, 0});
        }
        SiteChoice out{sites_.front(), {sites_.begin() + 1, sites_.end()}, {}};
        auto caller = choose_caller();
        if (!caller) {
            return Failure{std::move(caller).error()};
        }
        out.caller = std::move(*caller);
        return out;
    }

  private:
    [[nodiscard]] bool is_usable(Wgs84 p) const {
        const auto snap = index_.snap(p);
        return snap && snap->distance_m <= kOnRoadM && graph_.is_main(snap->at.arc);
    }

    [[nodiscard]] double least_apart_m(Wgs84 p) const {
        double least = std::numeric_limits<double>::infinity();
        for (const Site& site : sites_) {
            least = std::min(least, distance_m(site.at, p));
        }
        return least;
    }

    // Middle of the largest settlement, else of the map.
    [[nodiscard]] Wgs84 centre() const {
        const Place* best = nullptr;
        for (const Place& p : places_) {
            if (p.kind <= PlaceKind::village &&
                (best == nullptr || p.population > best->population ||
                 (p.population == best->population && p.kind < best->kind))) {
                best = &p;
            }
        }
        const BoxE7 box = graph_.bounds();
        const Wgs84 low = from_e7(box.low);
        const Wgs84 high = from_e7(box.high);
        return best != nullptr ? best->at
                               : Wgs84{(low.lat + high.lat) / 2, (low.lon + high.lon) / 2};
    }

    Site choose_hospital() {
        const Wgs84 middle = centre();
        const Place* best = nullptr;
        for (const Place& p : places_) {
            if (p.kind == PlaceKind::hospital && is_usable(p.at) &&
                (best == nullptr || distance_m(p.at, middle) < distance_m(best->at, middle))) {
                best = &p;
            }
        }
        if (best != nullptr) {
            return {best->name, best->at, "hospital named by the map"};
        }
        return {"Hospital", nearest_main(middle),
                "no hospital named: middle of the largest settlement"};
    }

    [[nodiscard]] Wgs84 nearest_main(Wgs84 p) const {
        Wgs84 best = p;
        double least = std::numeric_limits<double>::infinity();
        for (ArcId a = 0; a < graph_.arc_count(); ++a) {
            const Wgs84 at = graph_.node_at(graph_.head(a));
            if (graph_.is_main(a) && distance_m(at, p) < least) {
                least = distance_m(at, p);
                best = at;
            }
        }
        return best;
    }

    void add_named(PlaceKind kind, std::uint32_t count, const char* origin) {
        for (const Place& p : places_) {
            if (sites_.size() > count) {
                return;
            }
            if (p.kind == kind && least_apart_m(p.at) > kApartM && is_usable(p.at)) {
                sites_.push_back({p.name, p.at, origin});
            }
        }
    }

    // Farthest first: each next station lies as far as possible from all before.
    void spread(std::uint32_t count) {
        std::vector<double> apart(graph_.arc_count(), 0);
        for (ArcId a = 0; a < graph_.arc_count(); ++a) {
            apart[a] = graph_.is_main(a) ? least_apart_m(graph_.node_at(graph_.head(a))) : 0;
        }
        while (sites_.size() <= count && !apart.empty()) {
            const auto far = std::max_element(apart.begin(), apart.end());
            if (*far < 1) {
                return;
            }
            const Wgs84 at = graph_.node_at(graph_.head(static_cast<ArcId>(far - apart.begin())));
            sites_.push_back({fmt::format("Station {}", near_name(at)), at,
                              "no more stations named: farthest from the others"});
            for (ArcId a = 0; a < graph_.arc_count(); ++a) {
                apart[a] = std::min(apart[a], distance_m(graph_.node_at(graph_.head(a)), at));
            }
        }
    }

    [[nodiscard]] std::string near_name(Wgs84 at) const {
        std::string name = std::to_string(sites_.size());
        double least = 3000;
        for (const Place& p : places_) {
            if (p.kind <= PlaceKind::hamlet && distance_m(p.at, at) < least) {
                least = distance_m(p.at, at);
                name = p.name;
            }
        }
        return name;
    }

    [[nodiscard]] std::vector<SiteDistance> rank(const RoadPosition& target, Wgs84 at) {
        NearestQuery query;
        query.target = target;
        query.units = units_;
        query.count_max = static_cast<std::uint32_t>(units_.size());
        query.limit_ms = kLimitMs;
        std::vector<SiteDistance> out;
        for (const RankedUnit& u : router_->nearest(query)) {
            out.push_back({u.unit, u.reachability == Reachability::reached, u.travel_ms,
                           u.length_dm, distance_m(sites_[u.unit].at, at)});
        }
        return out;
    }

    // The story of a caller when the unit of `busy` is out.
    [[nodiscard]] CallerChoice story(const Site& place, std::vector<SiteDistance> ranking,
                                     std::uint32_t busy) const {
        CallerChoice out{place, busy, std::move(ranking), false};
        std::erase_if(out.ranking, [busy](const SiteDistance& d) { return d.site == busy; });
        const auto by_line = std::min_element(
            out.ranking.begin(), out.ranking.end(),
            [](const SiteDistance& a, const SiteDistance& b) { return a.line_m < b.line_m; });
        out.is_other_by_line = by_line != out.ranking.begin() && out.ranking.front().is_reached;
        return out;
    }

    // Less is better.
    [[nodiscard]] static double badness(const CallerChoice& c) {
        if (c.ranking.empty() || !c.ranking.front().is_reached) {
            return 1e12;
        }
        const std::uint32_t ms = c.ranking.front().travel_ms;
        double bad = std::abs(static_cast<double>(ms) - kStoryBestMs);
        bad += ms < kStoryLeastMs || ms > kStoryMostMs ? 1e6 : 0;
        bad += c.is_other_by_line ? 0 : 1e7;
        if (c.ranking.size() > 1 && c.ranking[1].is_reached) {
            bad -= std::min(300'000.0, static_cast<double>(c.ranking[1].travel_ms) - ms);
        }
        return bad;
    }

    Result<CallerChoice> choose_caller() {
        std::uint32_t named_busy = kNoArc;
        for (std::uint32_t i = 0; i < sites_.size(); ++i) {
            if (!info_.busy_station.empty() && sites_[i].name == info_.busy_station) {
                named_busy = i;
            }
        }
        CallerChoice best;
        double least = 1e12;
        for (const Site& candidate : candidates()) {
            const auto snap = index_.snap(candidate.at);
            if (!snap || snap->distance_m > kOnRoadM || !graph_.is_main(snap->at.arc)) {
                continue;
            }
            const auto ranking = rank(snap->at, candidate.at);
            if (candidate.name == info_.caller_place && named_busy != kNoArc) {
                CallerChoice told = story(candidate, ranking, named_busy);
                told.place.origin = "the map's own story";
                return told;
            }
            // whoever is nearest by road is out, as when a second call follows the first
            CallerChoice c = story(candidate, ranking, ranking.front().site);
            if (badness(c) < least) {
                least = badness(c);
                best = std::move(c);
            }
        }
        if (best.ranking.empty()) {
            return fail(Code::not_found, "no caller's place on this map can be reached by road");
        }
        return best;
    }

    // Villages first; where there are few, junctions spread over the map.
    [[nodiscard]] std::vector<Site> candidates() const {
        std::vector<Site> out;
        std::vector<const Place*> villages;
        for (const Place& p : places_) {
            if (p.name == info_.caller_place && !p.name.empty()) {
                out.insert(out.begin(), Site{p.name, p.at, ""});
            } else if (p.kind == PlaceKind::village || p.kind == PlaceKind::hamlet ||
                       p.kind == PlaceKind::suburb) {
                villages.push_back(&p);
            }
        }
        const std::size_t step = villages.size() / kCandidatesMax + 1;
        for (std::size_t i = 0; i < villages.size(); i += step) {
            out.push_back({villages[i]->name, villages[i]->at, "village of the map"});
        }
        const std::size_t more = out.size() < 40 ? kCandidatesMax - out.size() : 0;
        for (std::size_t i = 0; i < more; ++i) {
            const auto n = static_cast<NodeId>(i * graph_.node_count() / more);
            const Wgs84 at = graph_.node_at(n);
            out.push_back({fmt::format("Junction {}", near_name(at)), at, "junction of the map"});
        }
        return out;
    }

    const RoadGraph& graph_;
    const SnapIndex& index_;
    const std::vector<Place>& places_;
    const MapInfo& info_;
    std::unique_ptr<Router> router_;
    std::vector<Site> sites_; // the hospital first
    std::vector<NearestUnit> units_;
};

} // namespace

Result<SiteChoice> choose_sites(const RoadGraph& graph, const SnapIndex& index,
                                const std::vector<Place>& places, const MapInfo& info,
                                std::uint32_t count) {
    return SiteChooser{graph, index, places, info}.choose(count);
}

} // namespace ems::map
