#include "dispatch/service/road_parts.h"

#include <utility>

#include "map/gazetteer/place.h"
#include "map/geo/file_bytes.h"
#include "telemetry/base/log.h"

namespace ems::dispatch {
namespace {

constexpr std::size_t kUnmatchedSaid = 20; // rows in the log one by one

} // namespace

RoadParts::RoadParts(boost::asio::io_context& io, Roads& roads, std::vector<map::Demand> places,
                     pg::Pool& pool, const Clock& clock, std::string region, CoverDesk::Units units,
                     std::function<std::uint64_t()> term, MoveUpDesk::Fleet fleet)
    : has_places(!places.empty()), thread(roads, std::move(places)),
      desk(io, {roads, thread, pool, clock, region}), cover(io, thread, clock, std::move(units)),
      move_up(io,
              {[this](std::vector<SquareCalls> calls) { return thread.learn(std::move(calls)); },
               [this](MoveUpFleet fleet_now) { return thread.move_up(std::move(fleet_now)); }, pool, clock,
               std::move(region), std::move(term)},
              std::move(fleet)) {}

void RoadParts::stop() {
    desk.stop();
    cover.stop();
    move_up.stop();
}

Result<std::vector<map::Demand>> read_demands(const std::string& dir, const std::string& population,
                                              const map::SnapIndex& index) {
    const auto places = map::load_places(dir + "/places.csv");
    if (!places) {
        return Failure{places.error()};
    }
    std::vector<map::Demand> demands = map::demands_of(*places, index);
    if (!population.empty()) {
        const auto file = map::MappedFile::open(population);
        if (!file) {
            return Failure{file.error()};
        }
        const std::string_view csv{reinterpret_cast<const char*>(file->bytes().data()),
                                   file->bytes().size()};
        const auto unmatched = map::apply_population(csv, demands);
        if (!unmatched) {
            return Failure{unmatched.error()};
        }
        for (std::size_t i = 0; i < unmatched->size() && i < kUnmatchedSaid; ++i) {
            EMS_LOG(warn, "roads", "population file: {}", map::describe((*unmatched)[i]));
        }
        if (!unmatched->empty()) {
            EMS_LOG(warn, "roads", "population file: {} rows fit no place of the map, or several",
                    unmatched->size());
        }
    }
    return demands;
}

} // namespace ems::dispatch
