#include "map/track/calibrate.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <map>

#include <fmt/format.h>

#include "map/gazetteer/csv.h"

namespace ems::map {
namespace {

constexpr double kFastestKmh = 180;
constexpr double kKmhLeast = 1;
constexpr double kKmhMost = 150;
constexpr double kFactorLeast = 0.05; // as in a profile
constexpr double kFactorMost = 1.5;

// Until the year 2096: differences of such times never overflow.
constexpr std::int64_t kTimeUsMost = 4'000'000'000'000'000;

bool parse_us(const std::string& text, std::int64_t& us) {
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, us);
    return read.ec == std::errc{} && read.ptr == end && !text.empty() && us >= 0 &&
           us <= kTimeUsMost;
}

} // namespace

void observe(const RoadGraph& graph, const MatchedTrack& track, Siren siren, Calibration& into) {
    SpeedObservation& speeds = siren == Siren::off ? into.without_siren : into.siren;
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
                graph.is_by_limit(t.arc)
                    ? speeds.by_limit
                    : speeds.classes.at(static_cast<std::size_t>(graph.road_class(t.arc)));
            c.expected_s += expected_s;
            c.observed_s += observed_s;
            c.length_m += length_m;
            ++c.traversals;
        }
    }
}

AmbulanceProfile calibrated(const AmbulanceProfile& before, const Calibration& seen) {
    AmbulanceProfile out = before;
    const auto slower = [](const ClassObservation& o) {
        return (o.observed_s + kPriorS) / (o.expected_s + kPriorS);
    };
    // Without siren: against what the speeds now learnt would take.
    double expected_s = 0;
    double observed_s = 0;
    const auto add = [&](const ClassObservation& o, double by) {
        expected_s += o.expected_s * by;
        observed_s += o.observed_s;
    };
    for (std::size_t c = 0; c < seen.siren.classes.size(); ++c) {
        const double by = slower(seen.siren.classes[c]);
        out.kmh[c] = std::clamp(before.kmh[c] / by, kKmhLeast, kKmhMost);
        add(seen.without_siren.classes[c], by);
    }
    const double by = slower(seen.siren.by_limit);
    out.limit = std::clamp(before.limit / by, kFactorLeast, kFactorMost);
    add(seen.without_siren.by_limit, by);
    out.without_siren =
        std::clamp((expected_s + kPriorS) / (observed_s + kPriorS / before.without_siren),
                   kFactorLeast, kFactorMost);
    return out;
}

Result<std::vector<UnitTrack>> parse_tracks(std::string_view csv, const std::string& name) {
    const auto rows = parse_csv(csv);
    std::vector<std::string> header{"unit", "t_us", "lat", "lon"};
    const bool is_plain = !rows.empty() && rows[0] == header;
    header.emplace_back("siren");
    if (!is_plain && (rows.empty() || rows[0] != header)) {
        return fail(Code::corrupt, fmt::format("{}: the first row has to be unit,t_us,lat,lon or "
                                               "unit,t_us,lat,lon,siren",
                                               name));
    }
    if (rows.size() > kTrackPointsMax + 1) {
        return fail(Code::corrupt, fmt::format("{}: more than {} rows", name, kTrackPointsMax));
    }
    const std::size_t fields = is_plain ? 4 : 5;
    std::map<std::string, std::vector<UnitTrack>> units;
    for (std::size_t r = 1; r < rows.size(); ++r) {
        const auto& row = rows[r];
        const auto wrong = [&](std::string_view why) {
            return fail(Code::corrupt, fmt::format("{}: row {}: {}", name, r + 1, why));
        };
        if (row.size() != fields) {
            return wrong(fmt::format("not {} fields", fields));
        }
        TrackPoint point;
        const auto at = parse_lat_lon(row[2] + "," + row[3]);
        if (!at) {
            return wrong(at.error().detail);
        }
        if (row[0].empty() || !parse_us(row[1], point.t_us)) {
            return wrong("no unit or no time");
        }
        point.at = *at;
        Siren siren = Siren::untold;
        if (!is_plain) {
            if (row[4] != "0" && row[4] != "1") {
                return wrong("the siren is 1 or 0");
            }
            siren = row[4] == "1" ? Siren::on : Siren::off;
        }
        auto& tracks = units[row[0]];
        if (!tracks.empty() && tracks.back().points.back().t_us > point.t_us) {
            return fail(Code::corrupt,
                        fmt::format("{}: row {} of {} is earlier than the one before", name, r + 1,
                                    row[0]));
        }
        if (tracks.empty() || tracks.back().siren != siren) {
            tracks.push_back({row[0], {}, siren});
        }
        tracks.back().points.push_back(point);
    }
    std::vector<UnitTrack> out;
    for (auto& [unit, tracks] : units) {
        std::move(tracks.begin(), tracks.end(), std::back_inserter(out));
    }
    return out;
}

} // namespace ems::map
