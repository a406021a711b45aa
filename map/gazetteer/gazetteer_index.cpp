#include "map/gazetteer/gazetteer_index.h"

#include <algorithm>
#include <cmath>

namespace ems::map {
namespace {

constexpr double kPlaceCellM = 1000;
constexpr double kSegmentCellM = 300;

BoxE7 box_of(PointE7 p) {
    BoxE7 box;
    box.add(p);
    return box;
}

// How rarely a kind is meant, in units of a match's cost.
float rareness(NameKind kind) {
    switch (kind) {
    case NameKind::city:
        return 0;
    case NameKind::town:
        return 0.2F;
    case NameKind::hospital:
    case NameKind::station:
        return 0.3F;
    case NameKind::village:
    case NameKind::suburb:
        return 0.6F;
    case NameKind::road:
        return 0.7F;
    case NameKind::hamlet:
    case NameKind::railway_station:
    case NameKind::estate:
        return 0.8F;
    case NameKind::clinic:
    case NameKind::school:
    case NameKind::bus_station:
    case NameKind::service_area:
        return 0.9F;
    case NameKind::bridge:
    case NameKind::tunnel:
    case NameKind::factory:
    case NameKind::temple:
    case NameKind::office:
    case NameKind::landmark:
        return 1.0F;
    case NameKind::market:
    case NameKind::fuel:
        return 1.1F;
    case NameKind::junction:
        return 1.4F;
    }
    return 1.4F;
}

} // namespace

GazetteerIndex::GazetteerIndex(NameTable names) : table(std::move(names)) {
    const Speller speller{table.han, table.readings};
    for (std::uint32_t f = 0; f < table.features.size(); ++f) {
        add_spellings(speller, f);
    }
    add_places();
    add_roads();
}

void GazetteerIndex::add_spellings(const Speller& speller, std::uint32_t feature) {
    const Feature& f = table.features[feature];
    const auto add = [&](const std::string& name) {
        for (const Spelling& s : speller.spell(f.within, name)) {
            signatures.push_back(signature_of(s));
            entries.push_back({feature, static_cast<std::uint32_t>(letters.size()),
                               static_cast<std::uint32_t>(units.size()),
                               static_cast<std::uint8_t>(s.letters.size()),
                               static_cast<std::uint8_t>(s.units.size()), s.name_unit,
                               unit_masks_of(s)});
            letters += s.letters;
            units.insert(units.end(), s.units.begin(), s.units.end());
        }
    };
    add(f.name);
    for (const std::string& alias : f.aliases) {
        add(alias);
    }
}

void GazetteerIndex::add_places() {
    std::vector<BoxE7> settlement_boxes;
    std::vector<BoxE7> landmark_boxes;
    for (std::uint32_t i = 0; i < table.features.size(); ++i) {
        const Feature& f = table.features[i];
        if (f.kind == NameKind::city || f.kind == NameKind::road || f.kind == NameKind::junction) {
            continue; // a city is a point on paper only: "北 3 公里 of 运城" finds nobody
        }
        auto& list = is_settlement(f.kind) ? settlements : landmarks;
        list.push_back(i);
        (is_settlement(f.kind) ? settlement_boxes : landmark_boxes).push_back(box_of(f.at));
    }
    settlement_grid = GridIndex{settlement_boxes, kPlaceCellM};
    landmark_grid = GridIndex{landmark_boxes, kPlaceCellM};
}

void GazetteerIndex::add_roads() {
    std::vector<BoxE7> boxes;
    for (std::uint32_t l = 0; l < table.lines.size(); ++l) {
        const RoadLine& line = table.lines[l];
        for (std::uint32_t i = 0; i + 1 < line.point_count; ++i) {
            BoxE7 box;
            box.add(table.points[line.point_first + i]);
            box.add(table.points[line.point_first + i + 1]);
            segments.push_back({l, line.point_first + i});
            boxes.push_back(box);
        }
    }
    segment_grid = GridIndex{boxes, kSegmentCellM};
}

std::string GazetteerIndex::reading(std::size_t entry) const {
    const Entry& e = entries[entry];
    Spelling s;
    s.letters = letters.substr(e.letter_first, e.letter_count);
    s.units.assign(units.begin() + e.unit_first, units.begin() + e.unit_first + e.unit_count);
    s.name_unit = e.name_unit;
    return Speller::reading_of(s);
}

float GazetteerIndex::importance(const Feature& f) const {
    float cost = rareness(f.kind);
    if (f.kind == NameKind::road) {
        cost += 0.05F * static_cast<float>(f.road_class);
    }
    if (f.population > 0) {
        cost -= 0.15F * std::clamp(std::log10(static_cast<float>(f.population)) - 3, -1.0F, 2.0F);
    }
    return cost;
}

} // namespace ems::map
