// The road a recorded track was driven on: a hidden Markov model over the roads near each fix,
// solved by Viterbi's algorithm (Newson and Krumm 2009, "Hidden Markov map matching through noise
// and sparseness"). Whole tracks for replay and for learning speeds; a unit on the desk fix by fix.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "map/graph/road_graph.h"
#include "map/match/snap.h"
#include "map/route/search_space.h"
#include "telemetry/base/result.h"

namespace ems::map {

struct TrackPoint {
    Wgs84 at;
    std::int64_t t_us{0};
};

struct MatchOptions {
    double sigma_m{8};   // standard deviation of a fix across the road; 1..100
    double radius_m{60}; // roads farther from a fix are not considered; 5..500
    // How much the way by road may differ from the straight line: mean of the exponential, metres.
    double beta_m{15};
    std::uint32_t roads_max{8}; // per fix; 1..32
};

// A fix and where it was on the road.
struct MatchedFix {
    std::uint32_t point{0}; // index into the track
    RoadPosition at;        // facing along its arc: the direction that was driven
    double off_m{0};
};

// An arc driven from tail to head without a break.
struct Traversal {
    ArcId arc{kNoArc};
    std::int64_t enter_us{0};
    std::int64_t leave_us{0};
};

// A stretch without a break: between two of them the track left the road or the recording stopped.
struct MatchedStretch {
    std::vector<MatchedFix> fixes;
    std::vector<ArcId> arcs;           // in order, the first and the last driven in part
    std::vector<Traversal> traversals; // of the arcs between
};

struct MatchedTrack {
    std::vector<MatchedStretch> stretches;
    std::uint32_t fixes_off_road{0}; // no road within the radius
    std::uint32_t fixes_close{0};    // too near the one before to say anything, left out
};

// A way of a vehicle as it may have been, ending at a place.
struct MatchState {
    RoadPosition at;
    double off_m{0};
    double score{0}; // log of the likelihood of the best way here
    std::uint32_t before{0};
};

// One vehicle on the road, followed while its fixes come: the places where it may be, each with the
// likelihood of the best way there, at most twice MatchOptions::roads_max of them. Values only.
struct FollowedVehicle {
    std::vector<MatchState> states; // at `fix`; empty: not on a road
    Wgs84 fix;
    std::int64_t t_us{0};
};
struct LiveFix {
    Wgs84 at;
    std::int64_t t_us{0};
    double speed_kmh{0};
    double course_deg{0}; // NaN: not known
};

inline constexpr std::size_t kTrackPointsMax = 1'000'000;

// Not thread-safe: keeps working arrays (28 bytes an arc). Both must outlive it.
class TrackMatcher {
  public:
    TrackMatcher(const RoadGraph& graph, const SnapIndex& index);

    // Points in the order of time. invalid_argument: options out of range, too many points, a point
    // that is none, time that runs backwards.
    [[nodiscard]] Result<MatchedTrack> match(std::span<const TrackPoint> track,
                                             const MatchOptions& options);

    // Where the vehicle most likely is after one more fix, by the roads it can have come by: the
    // same model, without the fixes that are still to come. One that has hardly moved stays where
    // it was; away from all roads, or on one that leads nowhere, it is put on the nearest that
    // leads on within kAccessMaxM (access_ms says what the way there costs). Below 8 km/h it may
    // set off either way. not_found: it is off the map, invalid_argument: no point. A bounded
    // search from each place it may be at.
    Result<Snap> follow(FollowedVehicle& vehicle, const LiveFix& fix);

  private:
    using State = MatchState;
    struct Step {
        std::uint32_t point{0};
        std::vector<State> states;
    };

    [[nodiscard]] Snap place_of(const FollowedVehicle& vehicle, const LiveFix& fix) const;
    [[nodiscard]] std::vector<State> states_near(Wgs84 p, const MatchOptions& options) const;
    // Scores `next` from `last`; false when no road leads from any of the one to any of the other.
    bool advance(const Step& last, Step& next, std::span<const TrackPoint> track,
                 const MatchOptions& options);
    [[nodiscard]] MatchedStretch finish(std::span<const Step> steps,
                                        std::span<const TrackPoint> track);
    void reach(const RoadPosition& from, std::uint32_t limit_dm);
    // Way by road in decimetres after reach(); kForbiddenMs beyond its limit.
    [[nodiscard]] std::uint32_t way_dm(const RoadPosition& from, const RoadPosition& to) const;
    // The arc or that copy of it which the search reached first; kNoArc when none.
    [[nodiscard]] ArcId settled_arc(ArcId arc) const;
    void append_way(const RoadPosition& from, const RoadPosition& to, std::uint32_t limit_dm,
                    std::vector<ArcId>& arcs);

    const RoadGraph& graph_;
    const SnapIndex& index_;
    SearchSpace space_;
    std::vector<std::uint32_t> settled_round_;
    std::vector<std::uint32_t> settled_dm_;
    std::uint32_t round_{0};
};

} // namespace ems::map
