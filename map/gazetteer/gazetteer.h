// Finds what a caller names: by characters (any part of a name), pinyin whole or in part, first
// letters, both mixed, with homophones, one typing error, several words, or the township in front.
// And says where a point is, in a caller's words.
//
// Every spelling is tried (a 64-bit signature rules nearly all out in a nanosecond each), so
// nothing that matches is missed. Reading is thread-safe; a search keeps nothing for the next one.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "map/gazetteer/matcher.h"
#include "map/gazetteer/name_table.h"
#include "telemetry/base/result.h"

namespace ems::map {

struct NameQuery {
    std::string_view text;     // UTF-8; the first kQuerySymbolsMax symbols count
    std::optional<Wgs84> near; // caller's cell, a unit, the middle of the screen; invalid: ignored
    std::uint32_t count_max{10}; // at most kNamesFoundMax
};
inline constexpr std::size_t kQuerySymbolsMax = Pattern::kStepsMax + 16; // with spaces
inline constexpr std::uint32_t kNamesFoundMax = 100;

struct FoundName {
    std::uint32_t feature{0}; // into Gazetteer::features()
    MatchKind kind{MatchKind::text};
    float cost{0};       // of match, distance and importance together; the list is sorted by it
    std::string reading; // in which the name was found, "hai zhou zhen"; empty without any
    std::optional<double> distance_m;
    std::optional<double> course_deg; // from `near` to it, clockwise from north
};

// A named place and the way from it: "冯村乡 西张耿村 北 300 米".
struct Whereabouts {
    std::optional<std::uint32_t> settlement; // nearest, within kSettlementMaxM
    double distance_m{0};
    double course_deg{0};              // from the settlement to the point
    std::optional<std::uint32_t> road; // named road within kRoadMaxM
    double road_distance_m{0};
    std::optional<std::uint32_t> landmark; // within kLandmarkMaxM
    double landmark_distance_m{0};
};
inline constexpr double kSettlementMaxM = 20'000;
inline constexpr double kRoadMaxM = 60; // half a wide road, the error of a phone, a village street
inline constexpr double kLandmarkMaxM = 150;

enum class Language { zh, en };

struct GazetteerIndex;

class Gazetteer {
  public:
    // The index is built from the table, about 0.2 s for 50,000 names.
    explicit Gazetteer(NameTable table);
    static Result<Gazetteer> open(const std::string& path);
    Gazetteer(Gazetteer&&) noexcept;
    Gazetteer& operator=(Gazetteer&&) noexcept;
    ~Gazetteer();

    [[nodiscard]] const std::vector<Feature>& features() const;
    // How characters are read, and names that are read otherwise here.
    [[nodiscard]] const HanTable& han() const;
    [[nodiscard]] const std::vector<LocalReading>& readings() const;

    // Best first: matches without an error, then homophones, then typing errors; within these by
    // quality, distance and importance. Equal ones stay in the order of names, then numbers.
    [[nodiscard]] std::vector<FoundName> search(const NameQuery& query) const;

    // The place that a free address names, such as "冯村乡西张耿村三组村委会旁": the longest name
    // that stands in it (at least two characters), rather in a township that stands in it too,
    // rather nearer. 村 and the like may be missing in the address.
    [[nodiscard]] std::optional<std::uint32_t> named_in(std::string_view address,
                                                        std::optional<Wgs84> near) const;

    // invalid_argument when the point is none on the earth.
    [[nodiscard]] Result<Whereabouts> where(Wgs84 point) const;
    // "X818 县道，冯村乡 西张耿村 北 300 米"; in English "X818 county road, 300 m north of ...".
    [[nodiscard]] std::string describe(const Whereabouts& where, Language language) const;

    // Bytes of memory that the table and the index take.
    [[nodiscard]] std::size_t memory_bytes() const;

  private:
    std::unique_ptr<GazetteerIndex> index_;
};

// 0 north, 1 north-east and so on clockwise; 北, 东北 ...; north, north-east ...
[[nodiscard]] int compass_sector(double course_deg);
[[nodiscard]] std::string_view compass_name(int sector, Language language);
// To 10 m below 100 m, 50 m below 1 km, 100 m below 10 km, else 1 km: "300 米", "1.2 公里".
[[nodiscard]] std::string distance_text(double metres, Language language);
// What stands behind a road's number: 县道, county road.
[[nodiscard]] std::string_view road_class_text(RoadClass road_class, Language language);

} // namespace ems::map
