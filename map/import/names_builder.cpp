#include "map/import/names_builder.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "map/geo/grid_index.h"
#include "map/import/han_readings.h"
#include "map/import/reading_tables.h"
#include "map/import/road_names.h"

namespace ems::map {
namespace {

constexpr double kSeatMaxM = 16'000;
constexpr double kSameLandmarkM = 300;

Feature feature_of(const Place& place) {
    Feature f;
    f.kind = name_kind_of(place.kind);
    f.name = place.name;
    f.at = to_e7(place.at);
    f.population = place.population;
    f.within = place.within;
    for (const std::string& alias : place.aliases) {
        if (!alias.empty() && alias.size() <= kNameBytesMax && f.aliases.size() < kAliasesMax) {
            f.aliases.push_back(alias);
        }
    }
    return f;
}

bool is_nameable(const Feature& f) {
    return !f.name.empty() && f.name.size() <= kNameBytesMax && f.within.size() <= kNameBytesMax;
}

// Landmarks by kind and name, those close to a former one of the same left out.
std::vector<Feature> without_repeats(std::vector<Feature> landmarks) {
    std::stable_sort(landmarks.begin(), landmarks.end(), [](const Feature& a, const Feature& b) {
        return std::tie(a.kind, a.name, a.at) < std::tie(b.kind, b.name, b.at);
    });
    std::vector<Feature> out;
    std::size_t group = 0; // first of the same kind and name in out
    for (Feature& f : landmarks) {
        if (!is_nameable(f)) {
            continue;
        }
        if (group < out.size() && (out[group].kind != f.kind || out[group].name != f.name)) {
            group = out.size();
        }
        // a common name of a large map has thousands: only the last ones, sorted by latitude, are
        // near
        bool is_repeated = false;
        for (std::size_t i = out.size(); i > group && !is_repeated; --i) {
            const Feature& other = out[i - 1];
            if (from_e7(f.at).lat - from_e7(other.at).lat > 0.01) {
                break;
            }
            is_repeated = distance_m(from_e7(f.at), from_e7(other.at)) < kSameLandmarkM;
        }
        if (!is_repeated) {
            out.push_back(std::move(f));
        }
    }
    return out;
}

// A township as known near its seat or one of its villages.
struct Known {
    PointE7 at;
    std::string name;
};

std::vector<Known> known_townships(const std::vector<Feature>& features) {
    std::set<std::string_view> seats;
    for (const Feature& f : features) {
        if (f.kind == NameKind::town || f.kind == NameKind::suburb) {
            seats.insert(f.name);
        }
    }
    std::vector<Known> known;
    for (const Feature& f : features) {
        if (f.kind == NameKind::town) {
            known.push_back({f.at, f.name});
        } else if (is_settlement(f.kind) && seats.contains(f.within)) {
            known.push_back({f.at, f.within});
        }
    }
    return known;
}

// A long road is of no township.
bool may_have_township(const Feature& f) {
    return f.within.empty() && f.kind != NameKind::city && f.kind != NameKind::town &&
           (f.kind != NameKind::road || f.road_class >= RoadClass::county);
}

// Names without a township get the nearest one.
void assign_townships(std::vector<Feature>& features) {
    const std::vector<Known> known = known_townships(features);
    std::vector<BoxE7> boxes;
    for (const Known& k : known) {
        boxes.emplace_back().add(k.at);
    }
    const GridIndex grid{boxes, 2000};
    for (Feature& f : features) {
        if (!may_have_township(f)) {
            continue;
        }
        const Wgs84 at = from_e7(f.at);
        for (double radius_m = 2000; f.within.empty() && radius_m <= kSeatMaxM; radius_m *= 2) {
            double least_m = radius_m;
            const Known* nearest = nullptr;
            grid.visit(box_about(at, radius_m), [&](std::uint32_t i) {
                const double m = distance_m(at, from_e7(known[i].at));
                if (m < least_m ||
                    (m == least_m && nearest != nullptr && known[i].name < nearest->name)) {
                    least_m = m;
                    nearest = &known[i];
                }
            });
            if (nearest != nullptr) {
                f.within = nearest->name;
                f.within_source = WithinSource::nearest;
            }
        }
    }
}

} // namespace

Result<NameTable> build_names(const RoadGraph& graph, const std::vector<Place>& places,
                              const std::vector<Feature>& landmarks,
                              std::vector<LocalReading> readings) {
    auto han = read_han_table();
    const auto known = parse_readings(kReadingsCsv, "readings.csv");
    if (!han || !known) {
        return Failure{!han ? han.error() : known.error()};
    }
    NameTable table;
    table.han = std::move(*han);
    table.readings = std::move(readings);
    table.readings.insert(table.readings.end(), known->begin(), known->end());
    table.readings.resize(std::min(table.readings.size(), kLocalReadingsMax));
    for (const LocalReading& r : table.readings) {
        for (std::size_t at = 0; at < r.reading.size();) {
            const std::size_t end = std::min(r.reading.find(' ', at), r.reading.size());
            table.han.find_or_add(std::string_view{r.reading}.substr(at, end - at));
            at = end + 1;
        }
    }
    for (const Place& place : places) {
        Feature f = feature_of(place);
        if (is_nameable(f)) {
            table.features.push_back(std::move(f));
        }
    }
    for (Feature& f : without_repeats(landmarks)) {
        table.features.push_back(std::move(f));
    }
    table.features.resize(std::min(table.features.size(), kFeaturesMax));
    add_roads(graph, table);
    assign_townships(table.features);
    return table;
}

} // namespace ems::map
