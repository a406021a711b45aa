#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "map/gazetteer/gazetteer_index.h"
#include "map/geo/polyline.h"

namespace ems::map {
namespace {

// As near as this to the mark of a settlement one is in it: half the width of a village, of a town.
double inside_m(NameKind kind) {
    return kind == NameKind::town || kind == NameKind::suburb ? 300 : 150;
}

struct Nearest {
    std::optional<std::uint32_t> item;
    double distance_m{0};
    void offer(std::uint32_t other, double m) {
        if (!item || m < distance_m || (m == distance_m && other < *item)) {
            item = other;
            distance_m = m;
        }
    }
};

Nearest nearest_of(const GridIndex& grid, const std::vector<std::uint32_t>& features,
                   const std::vector<Feature>& all, Wgs84 point, double max_m) {
    Nearest nearest;
    // widening rings: nearly always the first holds one
    for (double radius_m = std::min(2000.0, max_m);; radius_m = std::min(radius_m * 3, max_m)) {
        grid.visit(box_about(point, radius_m), [&](std::uint32_t i) {
            const double m = distance_m(point, from_e7(all[features[i]].at));
            if (m <= radius_m) {
                nearest.offer(features[i], m);
            }
        });
        if (nearest.item || radius_m >= max_m) {
            return nearest;
        }
    }
}

constexpr std::array<std::string_view, 8> kSectorsZh{"北", "东北", "东", "东南",
                                                     "南", "西南", "西", "西北"};
constexpr std::array<std::string_view, 8> kSectorsEn{"north", "north-east", "east", "south-east",
                                                     "south", "south-west", "west", "north-west"};

std::string settlement_name(const Feature& f, Language language) {
    if (f.within.empty() || f.within == f.name || f.within_source == WithinSource::nearest) {
        return f.name; // a township that is only guessed is not told as an address
    }
    return language == Language::zh ? f.within + " " + f.name : f.name + ", " + f.within;
}

} // namespace

int compass_sector(double course_deg) {
    return static_cast<int>(std::lround(course_deg / 45)) % 8;
}

std::string_view compass_name(int sector, Language language) {
    const auto i = static_cast<std::size_t>(sector) % 8;
    return language == Language::zh ? kSectorsZh[i] : kSectorsEn[i];
}

std::string distance_text(double metres, Language language) {
    const double step = metres < 100 ? 10 : metres < 1000 ? 50 : metres < 10'000 ? 100 : 1000;
    const double rounded = std::round(metres / step) * step;
    const bool is_zh = language == Language::zh;
    if (rounded < 1000) {
        return fmt::format("{:.0f} {}", rounded, is_zh ? "米" : "m");
    }
    return fmt::format("{:.{}f} {}", rounded / 1000, rounded < 10'000 ? 1 : 0,
                       is_zh ? "公里" : "km");
}

std::string_view road_class_text(RoadClass road_class, Language language) {
    constexpr std::array<std::string_view, kRoadClassCount> kZh{
        "高速公路", "国道", "省道", "县道", "乡道", "村道", "街道", "便道", "渡口"};
    constexpr std::array<std::string_view, kRoadClassCount> kEn{
        "expressway",  "national road", "provincial road",
        "county road", "township road", "village road",
        "street",      "lane",          "ferry"};
    const auto i = static_cast<std::size_t>(road_class) % kRoadClassCount;
    return language == Language::zh ? kZh[i] : kEn[i];
}

Result<Whereabouts> Gazetteer::where(Wgs84 point) const {
    if (!is_valid(point)) {
        return fail(Code::invalid_argument, "this is not a point on the earth");
    }
    const std::vector<Feature>& all = index_->table.features;
    Whereabouts out;
    const Nearest settlement =
        nearest_of(index_->settlement_grid, index_->settlements, all, point, kSettlementMaxM);
    if (settlement.item) {
        out.settlement = settlement.item;
        out.distance_m = settlement.distance_m;
        out.course_deg = course_deg(from_e7(all[*settlement.item].at), point);
    }
    const Nearest landmark =
        nearest_of(index_->landmark_grid, index_->landmarks, all, point, kLandmarkMaxM);
    out.landmark = landmark.item;
    out.landmark_distance_m = landmark.distance_m;
    Nearest road;
    const LocalProjection flat{point};
    index_->segment_grid.visit(box_about(point, kRoadMaxM), [&](std::uint32_t i) {
        const GazetteerIndex::Segment& segment = index_->segments[i];
        const Foot foot =
            foot_on_segment({0, 0}, flat.to_metres(from_e7(index_->table.points[segment.point])),
                            flat.to_metres(from_e7(index_->table.points[segment.point + 1])));
        if (foot.distance_m <= kRoadMaxM) {
            road.offer(index_->table.lines[segment.line].feature, foot.distance_m);
        }
    });
    out.road = road.item;
    out.road_distance_m = road.distance_m;
    return out;
}

std::string Gazetteer::describe(const Whereabouts& where, Language language) const {
    const bool is_zh = language == Language::zh;
    std::vector<std::string> parts;
    if (where.road) {
        const Feature& road = index_->table.features[*where.road];
        // 禹都大道 says itself what it is; X818 does not
        const bool is_number = std::all_of(road.name.begin(), road.name.end(),
                                           [](unsigned char c) { return c < 0x80; });
        parts.push_back(
            is_number || !is_zh
                ? fmt::format("{} {}", road.name, road_class_text(road.road_class, language))
                : road.name);
    }
    if (where.landmark) {
        const std::string& name = index_->table.features[*where.landmark].name;
        if (!where.road || index_->table.features[*where.road].name != name) {
            parts.push_back(is_zh ? name + "旁" : "by " + name);
        }
    }
    if (where.settlement) {
        const Feature& f = index_->table.features[*where.settlement];
        const std::string name = settlement_name(f, language);
        if (where.distance_m <= inside_m(f.kind)) {
            parts.push_back(is_zh ? name : "in " + name);
        } else {
            const auto side = compass_name(compass_sector(where.course_deg), language);
            const std::string far = distance_text(where.distance_m, language);
            parts.push_back(is_zh ? fmt::format("{} {} {}", name, side, far)
                                  : fmt::format("{} {} of {}", far, side, name));
        }
    }
    return fmt::format("{}", fmt::join(parts, is_zh ? "，" : ", "));
}

} // namespace ems::map
