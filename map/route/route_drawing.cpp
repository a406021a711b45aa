#include "map/route/route_drawing.h"

#include "map/geo/polyline.h"

namespace ems::map {
namespace {

// Draws a route piece by piece.
class RouteDrawing {
  public:
    explicit RouteDrawing(const Metric& metric) : metric_(metric), graph_(metric.graph()) {}

    // The share first..last of an arc, after waiting wait_ms before it (a turn).
    void add(ArcId arc, double first, double last, std::uint32_t wait_ms) {
        route_.travel_ms += wait_ms;
        const std::uint32_t ms = part_ms(metric_, arc, last) - part_ms(metric_, arc, first);
        const std::uint32_t dm = part_dm(graph_, arc, last) - part_dm(graph_, arc, first);
        open_leg(arc);
        RouteLeg& leg = route_.legs.back();
        leg.travel_ms += ms + wait_ms;
        leg.length_dm += dm;
        draw(arc, first, last, ms);
        route_.travel_ms += ms;
        route_.length_dm += dm;
        leg.point_count = static_cast<std::uint32_t>(route_.points.size()) - leg.point_first;
        route_.arcs.push_back(graph_.original(arc));
    }

    void end_on(ArcId last) { route_.ends_on_closed_road = metric_.is_closed(last); }

    [[nodiscard]] Route take() { return std::move(route_); }

  private:
    void open_leg(ArcId arc) {
        const auto name = graph_.name(arc);
        const RoadClass c = graph_.road_class(arc);
        if (!route_.legs.empty() && route_.legs.back().name == name &&
            route_.legs.back().road_class == c) {
            return;
        }
        const auto at = static_cast<std::uint32_t>(route_.points.size());
        route_.legs.push_back({std::string{name}, c, 0, 0, at == 0 ? 0 : at - 1, 0});
    }

    void put(Wgs84 p, std::uint32_t ms) {
        if (route_.points.empty() || !(route_.points.back() == p)) {
            route_.points.push_back(p);
            route_.point_ms.push_back(ms);
        } else {
            route_.point_ms.back() = ms; // a wait at a turn
        }
    }

    void draw(ArcId arc, double first, double last, std::uint32_t ms) {
        const std::vector<Wgs84> shape = graph_.shape(arc);
        const double whole_m = length_m(shape);
        const double span = last - first;
        put(point_of(graph_, {arc, first, Facing::along}), route_.travel_ms);
        double gone_m = 0;
        for (std::size_t i = 1; i < shape.size(); ++i) {
            gone_m += distance_m(shape[i - 1], shape[i]);
            const double at = whole_m > 0 ? gone_m / whole_m : 1;
            if (at > first && at < last) {
                put(shape[i],
                    route_.travel_ms +
                        static_cast<std::uint32_t>((at - first) / span * static_cast<double>(ms)));
            }
        }
        const Wgs84 end = point_of(graph_, {arc, last, Facing::along});
        if (route_.points.size() == 1 || !(route_.points.back() == end)) {
            route_.points.push_back(end); // a way of no length still has two points
            route_.point_ms.push_back(route_.travel_ms + ms);
        }
    }

    const Metric& metric_;
    const RoadGraph& graph_;
    Route route_;
};

} // namespace

Route draw_route(const Metric& metric, const Drive& drive) {
    RouteDrawing drawing{metric};
    drawing.end_on(drive.arcs.back());
    const Foothold& start = drive.start;
    if (drive.arcs.size() == 1) {
        drawing.add(start.arc, start.fraction, drive.goal_fraction, start.extra_ms);
        return drawing.take();
    }
    drawing.add(start.arc, start.fraction, 1.0, start.extra_ms);
    for (std::size_t i = 1; i < drive.arcs.size(); ++i) {
        const double last = i + 1 == drive.arcs.size() ? drive.goal_fraction : 1.0;
        drawing.add(drive.arcs[i], 0.0, last,
                    metric.graph().turn_ms(drive.arcs[i - 1], drive.arcs[i]));
    }
    return drawing.take();
}

} // namespace ems::map
