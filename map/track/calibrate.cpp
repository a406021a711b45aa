#include "map/track/calibrate.h"

#include <algorithm>
#include <charconv>
#include <map>

#include <fmt/format.h>

#include "map/gazetteer/csv.h"

namespace ems::map {
namespace {

constexpr double kFastestKmh = 180;
constexpr double kKmhLeast = 1;
constexpr double kKmhMost = 150;

// Until the year 2096: differences of such times never overflow.
constexpr std::int64_t kTimeUsMost = 4'000'000'000'000'000;

bool parse_us(const std::string& text, std::int64_t& us) {
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, us);
    return read.ec == std::errc{} && read.ptr == end && !text.empty() && us >= 0 &&
           us <= kTimeUsMost;
}

} // namespace

void observe(const RoadGraph& graph, const MatchedTrack& track, Calibration& into) {
    for (const MatchedStretch& stretch : track.stretches) {
        for (const Traversal& t : stretch.traversals) {
            const double observed_s = static_cast<double>(t.leave_us - t.enter_us) / 1e6;
            const double expected_s = static_cast<double>(graph.travel_ms(t.arc)) / 1e3;
            const double length_m = static_cast<double>(graph.length_dm(t.arc)) / 10;
            if (observed_s <= 0 || length_m / observed_s * 3.6 > kFastestKmh) {
                ++into.implausible;
                continue;
            }
            if (observed_s > kStandingRatio * expected_s && observed_s > kStandingS) {
                ++into.standing;
                continue;
            }
            ClassObservation& c =
                into.classes.at(static_cast<std::size_t>(graph.road_class(t.arc)));
            c.expected_s += expected_s;
            c.observed_s += observed_s;
            c.length_m += length_m;
            ++c.traversals;
        }
    }
}

AmbulanceProfile calibrated(const AmbulanceProfile& before, const Calibration& seen) {
    AmbulanceProfile out = before;
    for (std::size_t c = 0; c < seen.classes.size(); ++c) {
        const ClassObservation& o = seen.classes[c];
        const double slower = (o.observed_s + kPriorS) / (o.expected_s + kPriorS);
        out.kmh[c] = std::clamp(before.kmh[c] / slower, kKmhLeast, kKmhMost);
    }
    return out;
}

Result<std::vector<UnitTrack>> parse_tracks(std::string_view csv, const std::string& name) {
    const auto rows = parse_csv(csv);
    if (rows.empty() || rows[0] != std::vector<std::string>{"unit", "t_us", "lat", "lon"}) {
        return fail(Code::corrupt,
                    fmt::format("{}: the first row has to be unit,t_us,lat,lon", name));
    }
    if (rows.size() > kTrackPointsMax + 1) {
        return fail(Code::corrupt, fmt::format("{}: more than {} rows", name, kTrackPointsMax));
    }
    std::map<std::string, std::vector<TrackPoint>> units;
    for (std::size_t r = 1; r < rows.size(); ++r) {
        const auto& row = rows[r];
        TrackPoint point;
        const auto at = row.size() == 4 ? parse_lat_lon(row[2] + "," + row[3])
                                        : Result<Wgs84>{fail(Code::corrupt, "not four fields")};
        if (!at || row[0].empty() || !parse_us(row[1], point.t_us)) {
            return fail(Code::corrupt, fmt::format("{}: row {}: {}", name, r + 1,
                                                   !at ? at.error().detail : "no unit or no time"));
        }
        point.at = *at;
        auto& points = units[row[0]];
        if (!points.empty() && points.back().t_us > point.t_us) {
            return fail(Code::corrupt,
                        fmt::format("{}: row {} of {} is earlier than the one before", name, r + 1,
                                    row[0]));
        }
        points.push_back(point);
    }
    std::vector<UnitTrack> out;
    for (auto& [unit, points] : units) {
        out.push_back({unit, std::move(points)});
    }
    return out;
}

} // namespace ems::map
