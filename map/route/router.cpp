#include "map/route/router.h"

#include "map/route/nearest_search.h"
#include "map/route/path_search.h"
#include "map/route/route_drawing.h"

namespace ems::map {
namespace {

class DijkstraRouter final : public Router {
  public:
    explicit DijkstraRouter(const RoadGraph& graph)
        : metric_(std::make_shared<Metric>(graph)), nearest_(graph), path_(graph) {}

    void use(std::shared_ptr<const Metric> metric) override { metric_ = std::move(metric); }

    std::vector<RankedUnit> nearest(const NearestQuery& query) override {
        return nearest_.run(*metric_, query);
    }
    Result<Route> route(const RoadPosition& from, const RoadPosition& to) override {
        const auto drive = path_.run(*metric_, from, to);
        if (!drive) {
            return Failure{drive.error()};
        }
        return draw_route(*metric_, *drive);
    }

  private:
    std::shared_ptr<const Metric> metric_;
    NearestSearch nearest_;
    PathSearch path_;
};

} // namespace

std::unique_ptr<Router> make_dijkstra_router(const RoadGraph& graph) {
    return std::make_unique<DijkstraRouter>(graph);
}

} // namespace ems::map
