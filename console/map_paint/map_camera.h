// What part of the world a map shows: a centre, a scale, a size, and the course that points up. Equirectangular about the
// centre's latitude, which is true to a few metres over a county. Pure.
#pragma once

#include <cstdint>
#include <vector>

namespace ems::console {

struct GeoPoint {
    double lat{0};
    double lon{0};
    bool operator==(const GeoPoint&) const = default;
};
constexpr GeoPoint geo_point(std::int32_t lat_e7, std::int32_t lon_e7) {
    return {static_cast<double>(lat_e7) / 1e7, static_cast<double>(lon_e7) / 1e7};
}

struct ScreenPoint {
    double x{0};
    double y{0};
};

struct GeoBox {
    double south{90};
    double west{180};
    double north{-90};
    double east{-180};
    void add(GeoPoint p);
    [[nodiscard]] bool is_empty() const { return north < south; }
    [[nodiscard]] bool meets(const GeoBox& other) const;
};

// Pixels at the four edges of a view that are covered or kept free.
struct Insets {
    double left{0};
    double top{0};
    double right{0};
    double bottom{0};
};

class ScreenMapper {
  public:
    [[nodiscard]] ScreenPoint operator()(GeoPoint p) const {
        const double east_px = (p.lon - centre_.lon) * px_per_degree_lon_;
        const double south_px = (centre_.lat - p.lat) * px_per_degree_lat_;
        return {middle_.x + east_px * cos_up_ + south_px * sin_up_, middle_.y + south_px * cos_up_ - east_px * sin_up_};
    }

  private:
    friend class MapCamera;
    ScreenMapper() = default;

    GeoPoint centre_;
    ScreenPoint middle_;
    double px_per_degree_lat_{0};
    double px_per_degree_lon_{0};
    double sin_up_{0};
    double cos_up_{1};
};

class MapCamera {
  public:
    static constexpr double kMetresPerDegree = 111'194.93; // R = 6 371 008.8 m
    static constexpr double kPxPerKmMin = 0.5;
    static constexpr double kPxPerKmMax = 400.0;

    MapCamera() = default;
    MapCamera(GeoPoint centre, double px_per_km, int width_px, int height_px);

    void resize(int width_px, int height_px);
    // Degrees clockwise from north, any finite number; 0: north up. The centre stays in the middle.
    void turn_up(double course_deg);
    // North up shows the whole box with a margin; turned, its middle at the same scale.
    void fit(const GeoBox& box, double margin_px) { fit(box, {margin_px, margin_px, margin_px, margin_px}); }
    // Shows the whole box inside the insets.
    void fit(const GeoBox& box, const Insets& insets);
    void pan_px(double dx, double dy);
    // Zooms keeping the world under (x, y) in place; factor > 1 enlarges. Bounded.
    void zoom_at(double factor, double x, double y);
    void centre_on(GeoPoint p) { centre_ = p; }

    [[nodiscard]] ScreenPoint to_screen(GeoPoint p) const { return mapper()(p); }
    // For thousands of points: what they share is worked out once.
    [[nodiscard]] ScreenMapper mapper() const;
    [[nodiscard]] GeoPoint to_geo(double x, double y) const;
    // What surrounds all that is shown.
    [[nodiscard]] GeoBox box() const;
    // The part shown with a border of `border_px` around it.
    [[nodiscard]] MapCamera grown(int border_px) const;

    [[nodiscard]] GeoPoint centre() const { return centre_; }
    [[nodiscard]] double px_per_km() const { return px_per_km_; }
    [[nodiscard]] double up_deg() const { return up_deg_; }
    [[nodiscard]] int width() const { return width_px_; }
    [[nodiscard]] int height() const { return height_px_; }

  private:
    [[nodiscard]] double px_per_degree_lat() const;
    [[nodiscard]] double px_per_degree_lon() const;

    GeoPoint centre_{35.04, 110.96};
    double px_per_km_{20};
    double up_deg_{0};
    double sin_up_{0}; // of up_deg_
    double cos_up_{1};
    int width_px_{900};
    int height_px_{670};
};

// A round length for the scale bar: 1, 2, 5 x 10^n metres, at most `px_max` long.
struct ScaleBar {
    double metres{0};
    double px{0};
};
ScaleBar scale_bar(double px_per_km, double px_max);

} // namespace ems::console
