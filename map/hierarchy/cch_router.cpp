#include "map/hierarchy/cch_router.h"

#include <utility>

#include "map/hierarchy/live_roads.h"
#include "map/hierarchy/roads_search.h"

namespace ems::map {
namespace {

class CchRouter final : public Router {
  public:
    explicit CchRouter(const Hierarchy& hierarchy) : roads_(hierarchy), search_(hierarchy) {}

    void use(std::shared_ptr<const Metric> metric) override { roads_.use(std::move(metric)); }

    std::vector<RankedUnit> nearest(const NearestQuery& query) override {
        return search_.nearest(roads_.now(), query);
    }

    Result<Route> route(const RoadPosition& from, const RoadPosition& to) override {
        return search_.route(roads_.now(), from, to);
    }

  private:
    LiveRoads roads_;
    RoadsSearch search_;
};

} // namespace

std::unique_ptr<Router> make_cch_router(const Hierarchy& hierarchy) {
    return std::make_unique<CchRouter>(hierarchy);
}

} // namespace ems::map
