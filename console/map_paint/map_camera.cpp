#include "console/map_paint/map_camera.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace ems::console {

void GeoBox::add(GeoPoint p) {
    south = std::min(south, p.lat);
    north = std::max(north, p.lat);
    west = std::min(west, p.lon);
    east = std::max(east, p.lon);
}

bool GeoBox::meets(const GeoBox& other) const {
    return south <= other.north && other.south <= north && west <= other.east && other.west <= east;
}

MapCamera::MapCamera(GeoPoint centre, double px_per_km, int width_px, int height_px)
    : centre_(centre), px_per_km_(std::clamp(px_per_km, kPxPerKmMin, kPxPerKmMax)),
      width_px_(std::max(1, width_px)), height_px_(std::max(1, height_px)) {}

double MapCamera::px_per_degree_lat() const {
    return px_per_km_ * kMetresPerDegree / 1'000.0;
}

double MapCamera::px_per_degree_lon() const {
    return px_per_degree_lat() * std::cos(centre_.lat * std::numbers::pi / 180.0);
}

void MapCamera::resize(int width_px, int height_px) {
    width_px_ = std::max(1, width_px);
    height_px_ = std::max(1, height_px);
}

void MapCamera::turn_up(double course_deg) {
    up_deg_ = course_deg;
    sin_up_ = std::sin(course_deg * std::numbers::pi / 180.0);
    cos_up_ = std::cos(course_deg * std::numbers::pi / 180.0);
}

void MapCamera::fit(const GeoBox& box, const Insets& insets) {
    if (box.is_empty()) {
        return;
    }
    centre_ = {(box.south + box.north) / 2, (box.west + box.east) / 2};
    const double cos_lat = std::cos(centre_.lat * std::numbers::pi / 180.0);
    const double km_high = std::max(0.2, (box.north - box.south) * kMetresPerDegree / 1'000.0);
    const double km_wide = std::max(0.2, (box.east - box.west) * cos_lat * kMetresPerDegree / 1'000.0);
    const double wide_px = std::max(1.0, width_px_ - insets.left - insets.right);
    const double high_px = std::max(1.0, height_px_ - insets.top - insets.bottom);
    px_per_km_ = std::clamp(std::min(wide_px / km_wide, high_px / km_high), kPxPerKmMin, kPxPerKmMax);
    pan_px((insets.left - insets.right) / 2, (insets.top - insets.bottom) / 2);
}

void MapCamera::pan_px(double dx, double dy) {
    const double east_px = dx * cos_up_ - dy * sin_up_;
    const double south_px = dx * sin_up_ + dy * cos_up_;
    centre_.lon -= east_px / px_per_degree_lon();
    centre_.lat = std::clamp(centre_.lat + south_px / px_per_degree_lat(), -85.0, 85.0);
}

void MapCamera::zoom_at(double factor, double x, double y) {
    const GeoPoint under = to_geo(x, y);
    px_per_km_ = std::clamp(px_per_km_ * factor, kPxPerKmMin, kPxPerKmMax);
    const ScreenPoint moved = to_screen(under);
    pan_px(x - moved.x, y - moved.y);
}

ScreenMapper MapCamera::mapper() const {
    ScreenMapper mapper;
    mapper.centre_ = centre_;
    mapper.middle_ = {width_px_ / 2.0, height_px_ / 2.0};
    mapper.px_per_degree_lat_ = px_per_degree_lat();
    mapper.px_per_degree_lon_ = px_per_degree_lon();
    mapper.sin_up_ = sin_up_;
    mapper.cos_up_ = cos_up_;
    return mapper;
}

GeoPoint MapCamera::to_geo(double x, double y) const {
    const double right = x - width_px_ / 2.0;
    const double down = y - height_px_ / 2.0;
    return {centre_.lat - (right * sin_up_ + down * cos_up_) / px_per_degree_lat(),
            centre_.lon + (right * cos_up_ - down * sin_up_) / px_per_degree_lon()};
}

GeoBox MapCamera::box() const {
    GeoBox b;
    for (const double x : {0.0, static_cast<double>(width_px_)}) {
        b.add(to_geo(x, 0));
        b.add(to_geo(x, height_px_));
    }
    return b;
}

MapCamera MapCamera::grown(int border_px) const {
    MapCamera big = *this;
    big.resize(width_px_ + 2 * border_px, height_px_ + 2 * border_px);
    return big;
}

ScaleBar scale_bar(double px_per_km, double px_max) {
    ScaleBar best{1, px_per_km / 1'000.0};
    for (double decade = 1; decade <= 1e6; decade *= 10) {
        for (const double step : {1.0, 2.0, 5.0}) {
            const double metres = step * decade;
            const double px = metres * px_per_km / 1'000.0;
            if (px <= px_max) {
                best = {metres, px};
            }
        }
    }
    return best;
}

} // namespace ems::console
