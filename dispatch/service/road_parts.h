// What a server has about roads that needs a road graph: who is reached, what is closed. Absent
// without one.
#pragma once

#include <string>
#include <vector>

#include "dispatch/service/cover_desk.h"
#include "dispatch/service/move_up_desk.h"
#include "dispatch/service/road_desk.h"
#include "dispatch/service/road_thread.h"
#include "dispatch/service/under_way.h"

namespace ems::dispatch {

struct RoadParts {
    RoadParts(boost::asio::io_context& io, Roads& roads, std::vector<map::Demand> places,
              pg::Pool& pool, const Clock& clock, std::string region, CoverDesk::Units units,
              std::function<std::uint64_t()> term, MoveUpDesk::Fleet fleet);
    void stop();

    bool has_places; // that people live at; without them there is no coverage
    RoadThread thread;
    RoadDesk desk;
    CoverDesk cover;
    MoveUpDesk move_up;
    UnderWay under_way;
};

// Where people live, from places.csv of the map folder `dir`, with the census of an operator over
// it (`population`, a CSV name,within,population; may be empty). Errors: those of map::load_places
// and map::apply_population.
Result<std::vector<map::Demand>> read_demands(const std::string& dir, const std::string& population,
                                              const map::SnapIndex& index);

} // namespace ems::dispatch
