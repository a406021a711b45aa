#include "dispatch/service/road_thread.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <type_traits>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "map/reach/reach_field.h"
#include "map/route/alternatives.h"
#include "telemetry/base/log.h"

namespace ems::dispatch {
namespace {

// More closed at once is a slip of the hand: it would leave every unit without a way.
constexpr std::size_t kClosedShareMax = 5; // one arc in so many
constexpr std::size_t kClosedFreely = 200; // arcs; a small map is closed as one likes
constexpr double kWiderCell = 1.6;
constexpr double kSquareDeg = kSquareM / 110'000; // no more than that of latitude
constexpr int kDrawAttempts = 8;

template <class T, class Job> boost::asio::awaitable<T> perform(Job job) {
    co_return job();
}

bool closes(const map::RoadCondition& condition) {
    return condition.effect == map::RoadCondition::Effect::closed;
}

std::size_t point_count(const std::vector<Isochrone>& areas) {
    std::size_t count = 0;
    for (const Isochrone& isochrone : areas) {
        for (const map::Polygon& polygon : isochrone.area) {
            count += polygon.outer.size();
            for (const auto& hole : polygon.holes) {
                count += hole.size();
            }
        }
    }
    return count;
}

} // namespace

struct RoadThread::State {
    State(const Roads& roads, std::vector<map::Demand> demands)
        : graph(roads.graph()), index(roads.index()), conditions(graph, index, roads.profile()),
          live(roads.hierarchy()), coverer(graph, std::move(demands)), search(roads.hierarchy()) {}

    RoadMoment moment(std::int64_t now_us) {
        auto metric = conditions.at(now_us);
        if (metric != live.now().metric) {
            live.use(std::move(metric));
        }
        return {live.now(), conditions.next_change_us(now_us), {}};
    }
    Result<std::size_t> probe(map::RoadCondition condition) {
        map::RoadConditions trial{graph, index};
        const bool is_closure = closes(condition);
        auto arcs = trial.put(std::move(condition));
        if (arcs && is_closure &&
            *arcs > std::max(kClosedFreely, graph.arc_count() / kClosedShareMax)) {
            return fail(
                Code::closes_too_much,
                fmt::format("it would close {} of {} pieces of road", *arcs, graph.arc_count()));
        }
        return arcs;
    }
    Result<std::vector<Isochrone>> isochrones(const std::vector<map::ReachSource>& sources,
                                              const std::vector<std::uint32_t>& minutes) {
        const std::uint32_t limit_ms = minutes.front() * 60'000;
        const auto pieces = coverer.search().run(sources, *live.now().metric, limit_ms);
        map::FieldOptions options;
        std::vector<Isochrone> out;
        for (int attempt = 0; attempt < kDrawAttempts; ++attempt, options.cell_m *= kWiderCell) {
            const auto field = map::make_field(graph, coverer.search(), pieces, limit_ms, options);
            if (!field) {
                return Failure{field.error()};
            }
            out.clear();
            for (const std::uint32_t limit : minutes) {
                Isochrone isochrone{limit, 0, map::contour_within(*field, limit * 60'000)};
                for (const map::Polygon& polygon : isochrone.area) {
                    isochrone.area_km2 += map::area_m2(polygon) / 1e6;
                }
                out.push_back(std::move(isochrone));
            }
            if (point_count(out) <= kIsochronePointsMax) {
                return out;
            }
        }
        return fail(Code::out_of_range, "the area has too many corners to be drawn");
    }

    std::size_t learn(const std::vector<SquareCalls>& calls) {
        counts.clear();
        const auto& places = coverer.demands();
        for (const SquareCalls& square : calls) {
            double nearest_m = kSquareM;
            std::optional<std::uint32_t> nearest;
            const map::Wgs84 middle = to_wgs84(square.square);
            for (std::uint32_t i = 0; i < places.size(); ++i) {
                if (std::abs(places[i].at.lat - middle.lat) > kSquareDeg) {
                    continue;
                }
                if (const double m = map::distance_m(middle, places[i].at); m <= nearest_m) {
                    nearest_m = m;
                    nearest = i;
                }
            }
            if (nearest) {
                counts.push_back({*nearest, square.hour, square.calls});
            }
        }
        return counts.size();
    }
    Places covers_from(const map::RoadPosition& at, std::uint32_t lead_ms) {
        const map::Arrivals& arrivals = coverer.from(at, live.now().metric);
        Places out;
        for (std::uint32_t i = 0; i < arrivals.size(); ++i) {
            if (arrivals[i] != map::kNotReached && arrivals[i] + lead_ms <= kCoverS * 1000) {
                out.push_back(i);
            }
        }
        return out;
    }
    MoveUpAnswer move_up(const MoveUpFleet& fleet) {
        MoveUpProblem problem;
        std::vector<double> people;
        for (const map::Demand& place : coverer.demands()) {
            people.push_back(place.population);
        }
        problem.demand = demand_shares(people, counts, fleet.hour);
        problem.busy = fleet.busy;
        problem.limits = fleet.limits;
        for (const MoveUpFleet::Station& station : fleet.stations) {
            problem.places.push_back({station.station, covers_from(station.at, fleet.turnout_ms)});
        }
        for (const MoveUpUnit& unit : fleet.units) {
            problem.units.push_back(free_unit(fleet, problem, unit));
        }
        return best_move(problem);
    }
    FreeUnit free_unit(const MoveUpFleet& fleet, const MoveUpProblem& problem,
                       const MoveUpUnit& unit) {
        FreeUnit out{unit.unit, unit.waits_at, {}, unit.moves_today, {}};
        const auto waits =
            std::find_if(problem.places.begin(), problem.places.end(),
                         [&](const WaitingPlace& place) { return place.station == unit.waits_at; });
        out.covers =
            waits != problem.places.end() ? waits->covers : covers_from(unit.at, unit.lead_ms);
        for (const MoveUpFleet::Station& station : fleet.stations) {
            const bool barred = std::find(unit.not_to.begin(), unit.not_to.end(),
                                          station.station) != unit.not_to.end();
            const auto ms =
                barred ? std::nullopt : search.travel_ms(live.now(), unit.at, station.at);
            auto drive_s = ms ? std::optional{(*ms + 500) / 1000} : std::nullopt;
            if (drive_s && short_of_hours(unit.fitness, *drive_s + kRadiusS)) {
                drive_s.reset();
            }
            out.drive_s.push_back(drive_s);
        }
        return out;
    }

    const map::RoadGraph& graph;
    const map::SnapIndex& index;
    map::RoadConditions conditions;
    map::LiveRoads live;
    FleetCoverer coverer;
    map::RoadsSearch search;
    std::vector<CallCount> counts;
};

RoadThread::RoadThread(const Roads& roads, std::vector<map::Demand> demands)
    : state_(std::make_unique<State>(roads, std::move(demands))) {}

RoadThread::~RoadThread() {
    thread_.join();
}

template <class Job> auto RoadThread::run(Job job) {
    using T = std::invoke_result_t<Job>;
    return boost::asio::co_spawn(thread_, perform<T>(std::move(job)), boost::asio::use_awaitable);
}

boost::asio::awaitable<Result<std::size_t>> RoadThread::probe(map::RoadCondition condition) {
    auto job = [state = state_.get(), condition = std::move(condition)]() mutable {
        return state->probe(std::move(condition));
    };
    co_return co_await run(std::move(job));
}

boost::asio::awaitable<RoadMoment> RoadThread::replace(std::vector<map::RoadCondition> conditions,
                                                       std::int64_t now_us) {
    auto job = [state = state_.get(), conditions = std::move(conditions), now_us]() mutable {
        std::vector<std::int64_t> known;
        for (const map::RoadCondition& condition : state->conditions.conditions()) {
            known.push_back(condition.id);
        }
        for (const std::int64_t id : known) {
            state->conditions.remove(id);
        }
        std::vector<std::int64_t> without_effect;
        for (map::RoadCondition& condition : conditions) {
            const std::int64_t id = condition.id;
            if (auto put = state->conditions.put(std::move(condition)); !put) {
                EMS_LOG(error, "roads", "condition={} is left out: {}", id, put.error().message());
                without_effect.push_back(id);
            }
        }
        RoadMoment out = state->moment(now_us);
        out.without_effect = std::move(without_effect);
        return out;
    };
    co_return co_await run(std::move(job));
}

boost::asio::awaitable<Result<RoadMoment>> RoadThread::put(map::RoadCondition condition,
                                                           std::int64_t now_us) {
    auto job = [state = state_.get(), condition = std::move(condition),
                now_us]() mutable -> Result<RoadMoment> {
        auto put = state->conditions.put(std::move(condition));
        if (!put) {
            return Failure{put.error()};
        }
        return state->moment(now_us);
    };
    co_return co_await run(std::move(job));
}

boost::asio::awaitable<RoadMoment> RoadThread::remove(std::int64_t id, std::int64_t now_us) {
    auto job = [state = state_.get(), id, now_us] {
        state->conditions.remove(id);
        return state->moment(now_us);
    };
    co_return co_await run(std::move(job));
}

boost::asio::awaitable<RoadMoment> RoadThread::at(std::int64_t now_us) {
    auto job = [state = state_.get(), now_us] { return state->moment(now_us); };
    co_return co_await run(std::move(job));
}

boost::asio::awaitable<FleetCover> RoadThread::cover(std::vector<Standing> units) {
    auto job = [state = state_.get(), units = std::move(units)] {
        return state->coverer.cover(units, state->live.now().metric);
    };
    co_return co_await run(std::move(job));
}

boost::asio::awaitable<std::size_t> RoadThread::learn(std::vector<SquareCalls> calls) {
    auto job = [state = state_.get(), calls = std::move(calls)] { return state->learn(calls); };
    co_return co_await run(std::move(job));
}

boost::asio::awaitable<MoveUpAnswer> RoadThread::move_up(MoveUpFleet fleet) {
    auto job = [state = state_.get(), fleet = std::move(fleet)] { return state->move_up(fleet); };
    co_return co_await run(std::move(job));
}

boost::asio::awaitable<Result<std::vector<map::Route>>>
RoadThread::ways(map::RoadPosition from, map::RoadPosition to, std::uint32_t others) {
    auto job = [state = state_.get(), from, to, others] {
        map::AlternativeOptions options;
        options.count_max = others;
        return map::find_routes(*state->live.now().metric, from, to, options);
    };
    co_return co_await run(std::move(job));
}

boost::asio::awaitable<Result<std::vector<Isochrone>>>
RoadThread::isochrones(std::vector<map::ReachSource> sources, std::vector<std::uint32_t> minutes) {
    std::sort(minutes.begin(), minutes.end(), std::greater<>{});
    minutes.erase(std::unique(minutes.begin(), minutes.end()), minutes.end());
    if (minutes.empty() || minutes.size() > kIsochronesMax || minutes.back() == 0 ||
        minutes.front() > kIsochroneMinutesMax) {
        co_return fail(Code::out_of_range, fmt::format("1 to {} times of 1 to {} minutes",
                                                       kIsochronesMax, kIsochroneMinutesMax));
    }
    auto job = [state = state_.get(), sources = std::move(sources), minutes = std::move(minutes)] {
        return state->isochrones(sources, minutes);
    };
    co_return co_await run(std::move(job));
}

} // namespace ems::dispatch
