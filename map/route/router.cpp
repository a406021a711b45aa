#include "map/route/router.h"

#include "map/route/nearest_search.h"
#include "map/route/path_search.h"

namespace ems::map {
namespace {

class DijkstraRouter final : public Router {
  public:
    explicit DijkstraRouter(const RoadGraph& graph) : nearest_(graph), path_(graph) {}

    std::vector<RankedUnit> nearest(const NearestQuery& query) override {
        return nearest_.run(query);
    }
    Result<Route> route(const RoadPosition& from, const RoadPosition& to) override {
        return path_.run(from, to);
    }

  private:
    NearestSearch nearest_;
    PathSearch path_;
};

} // namespace

std::unique_ptr<Router> make_dijkstra_router(const RoadGraph& graph) {
    return std::make_unique<DijkstraRouter>(graph);
}

} // namespace ems::map
