#include "console/map_paint/line_text.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace ems::console {
namespace {

constexpr double kSteepDeg = 58;
constexpr double kBendDeg = 28;      // between neighbouring characters
constexpr double kChordShare = 0.85; // of the way along the line

double folded_deg(double deg) {
    return std::remainder(deg, 360.0);
}

double apart_px(ScreenPoint a, ScreenPoint b) {
    return std::hypot(a.x - b.x, a.y - b.y);
}

} // namespace

ScreenLine::ScreenLine(std::span<const ScreenPoint> points) {
    for (const ScreenPoint p : points) {
        const double step = points_.empty() ? 0 : apart_px(points_.back(), p);
        if (points_.empty() || step > 1e-6) {
            from_start_.push_back(points_.empty() ? 0 : from_start_.back() + step);
            points_.push_back(p);
        }
    }
    if (points_.empty()) {
        points_.emplace_back();
        from_start_.push_back(0);
    }
}

ScreenPoint ScreenLine::at(double from_start) const {
    const auto next = std::upper_bound(from_start_.begin(), from_start_.end(), from_start);
    if (next == from_start_.begin()) {
        return points_.front();
    }
    if (next == from_start_.end()) {
        return points_.back();
    }
    const auto i = static_cast<std::size_t>(next - from_start_.begin());
    const double share = (from_start - from_start_[i - 1]) / (from_start_[i] - from_start_[i - 1]);
    const ScreenPoint a = points_[i - 1];
    const ScreenPoint b = points_[i];
    return {a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share};
}

// Clockwise from the x axis.
double ScreenLine::course_deg(double from, double to) const {
    const ScreenPoint a = at(from);
    const ScreenPoint b = at(to);
    return std::atan2(b.y - a.y, b.x - a.x) * 180 / std::numbers::pi;
}

std::optional<std::vector<CharacterPlace>> ScreenLine::write(double middle,
                                                             std::span<const double> widths,
                                                             double height, Script script) const {
    const double row = std::accumulate(widths.begin(), widths.end(), 0.0);
    const double row_deg = course_deg(middle - row / 2, middle + row / 2);
    const bool is_column =
        script == Script::han && std::abs(std::abs(row_deg) - 90) < 90 - kSteepDeg;
    const double whole = is_column ? height * static_cast<double>(widths.size()) : row;
    const double first = middle - whole / 2;
    const double last = middle + whole / 2;
    if (widths.empty() || first < 0 || last > length() ||
        apart_px(at(first), at(last)) < kChordShare * whole) {
        return std::nullopt;
    }
    const bool is_backward = is_column ? row_deg < 0 : std::abs(row_deg) > 90;
    std::vector<CharacterPlace> out;
    double gone = 0;
    double before_deg = 0;
    for (const double width : widths) {
        const double step = is_column ? height : width;
        const double here = is_backward ? last - gone - step / 2 : first + gone + step / 2;
        gone += step;
        const double side = step / 2 + 1;
        const double along_deg = is_backward ? course_deg(here + side, here - side)
                                             : course_deg(here - side, here + side);
        if (!out.empty() && std::abs(folded_deg(along_deg - before_deg)) > kBendDeg) {
            return std::nullopt;
        }
        before_deg = along_deg;
        const ScreenPoint p = at(here);
        out.push_back({p.x, p.y, folded_deg(is_column ? along_deg - 90 : along_deg)});
    }
    return out;
}

std::vector<double> repeats(double length, double width, double gap) {
    std::vector<double> out;
    if (length < width) {
        return out;
    }
    const auto count = static_cast<std::size_t>(std::max(1.0, std::floor(length / gap)));
    for (std::size_t i = 0; i < count; ++i) {
        out.push_back((static_cast<double>(i) + 0.5) * length / static_cast<double>(count));
    }
    return out;
}

} // namespace ems::console
