// Directed road graph in compressed rows, memory-mapped from `roads.graph` and never changed after
// it is built.
//
// Nodes are junctions and ends of roads; an arc is one direction of a piece of road between two
// nodes. Arcs of one tail are consecutive. A piece open both ways is two arcs, each the other's
// twin, that share one shape and name. Travel times are those of the ambulance profile that the
// graph was built with.
//
// Turn restrictions are pairs (arc, following arc) that may not be driven; every search labels
// arcs, not nodes, and asks turn_ms for each step. A turn onto the own twin (turning round) costs
// kTurnRoundMs.
//
// A restriction over ways binds only those who came by a certain way. Each of its arcs but the
// first and the last has a copy, which is entered by that way alone; so pairs say it too. A copy is
// an arc like its original, behind the originals of its tail, and its twin is that of its original.
// Places, vehicles and live weights are on originals; a place is reached over each of its copies.
//
// Reading is thread-safe. A graph from open() keeps the file mapped; replacing the file by rename
// leaves it untouched.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "map/geo/grid_index.h"
#include "map/geo/point.h"
#include "map/geo/road_class.h"
#include "telemetry/base/result.h"

namespace ems::map {

using NodeId = std::uint32_t;
using ArcId = std::uint32_t;
inline constexpr std::uint32_t kNoArc = 0xFFFFFFFF;
inline constexpr std::uint32_t kTurnRoundMs = 20'000;
inline constexpr std::uint32_t kForbiddenMs = 0xFFFFFFFF;
// One arc takes at most 10 h and every search is bounded below kSearchLimitMs, so sums fit in 32
// bits.
inline constexpr std::uint32_t kArcMsMax = 36'000'000;
inline constexpr std::uint32_t kSearchLimitMs = 2'000'000'000;

// Bits of flags(arc).
enum ArcFlag : std::uint8_t {
    kArcAgainstShape = 1, // the shape's points run from head to tail
    kArcRestricted = 2,   // private or for destination traffic; permitted, slower
    kArcMain = 4,         // in the largest part in which every arc reaches every other
    kArcReachesMain = 8,
    kArcFromMain = 16,
    kArcHasBans = 32,
    kArcRoundabout = 64,
    kArcIsCopy = 128,
};

// Bits of arc_class beside the class.
inline constexpr std::uint8_t kClassByLimit = 0x80; // its speed follows from a signed limit
inline constexpr std::uint8_t kClassTunnel = 0x40;
inline constexpr std::uint8_t kClassBits = kClassByLimit | kClassTunnel;

// A junction without a ring of its own that is driven round nevertheless.
enum class MiniRoundabout : std::uint8_t {
    none,
    anticlockwise, // where one drives on the right
    clockwise,
};

// The arrays of a graph, as the file stores them. n nodes, m arcs, s shapes, k names, b bans, c
// copies, r mini-roundabouts.
struct GraphArrays {
    std::span<const PointE7> node_point;        // n
    std::span<const std::uint32_t> first_out;   // n + 1
    std::span<const std::uint32_t> first_in;    // n + 1
    std::span<const std::uint32_t> in_arc;      // m, grouped by head
    std::span<const std::uint32_t> arc_tail;    // m
    std::span<const std::uint32_t> arc_head;    // m
    std::span<const std::uint32_t> arc_ms;      // m, 1..kArcMsMax
    std::span<const std::uint32_t> arc_dm;      // m, decimetres
    std::span<const std::uint32_t> arc_twin;    // m, kNoArc for one-way
    std::span<const std::uint32_t> arc_shape;   // m
    std::span<const std::uint32_t> arc_name;    // m
    std::span<const std::uint8_t> arc_class;    // m, a RoadClass and kClassBits
    std::span<const std::uint8_t> arc_flags;    // m
    std::span<const std::uint32_t> shape_first; // s + 1
    std::span<const PointE7> shape_point;       // at least two per shape
    std::span<const std::uint32_t> name_first;  // k + 1; name 0 is empty
    std::span<const char> name_bytes;           // UTF-8
    std::span<const std::uint32_t> ban_from;    // b, sorted by (from, to)
    std::span<const std::uint32_t> ban_to;      // b
    std::span<const std::uint32_t> copy_arc;    // c, rising
    std::span<const std::uint32_t> copy_of;     // c, never falling
    std::span<const std::uint32_t> round_node;  // r, rising
    std::span<const std::uint8_t> round_turn;   // r, a MiniRoundabout
};

class RoadGraph {
  public:
    static constexpr std::uint32_t kFormatVersion = 2;

    RoadGraph(RoadGraph&&) noexcept;
    RoadGraph& operator=(RoadGraph&&) noexcept;
    ~RoadGraph();

    // graph_file when the file is foreign, of another version, cut or damaged; io when it cannot be
    // read.
    static Result<RoadGraph> open(const std::string& path);
    // Packs arrays into an image of the file; the spans may be dropped afterwards. graph_file when
    // they are inconsistent.
    static Result<RoadGraph> from_arrays(const GraphArrays& arrays);
    // Writes the image beside `path` and renames it into place. Byte-identical for equal arrays.
    [[nodiscard]] Result<void> save(const std::string& path) const;

    [[nodiscard]] std::uint32_t node_count() const {
        return static_cast<std::uint32_t>(a_.node_point.size());
    }
    [[nodiscard]] std::uint32_t arc_count() const {
        return static_cast<std::uint32_t>(a_.arc_head.size());
    }
    [[nodiscard]] std::uint32_t ban_count() const {
        return static_cast<std::uint32_t>(a_.ban_from.size());
    }
    [[nodiscard]] Wgs84 node_at(NodeId n) const { return from_e7(a_.node_point[n]); }
    [[nodiscard]] NodeId tail(ArcId a) const { return a_.arc_tail[a]; }
    [[nodiscard]] NodeId head(ArcId a) const { return a_.arc_head[a]; }
    [[nodiscard]] std::uint32_t travel_ms(ArcId a) const { return a_.arc_ms[a]; }
    [[nodiscard]] std::uint32_t length_dm(ArcId a) const { return a_.arc_dm[a]; }
    [[nodiscard]] ArcId twin(ArcId a) const { return a_.arc_twin[a]; }
    [[nodiscard]] RoadClass road_class(ArcId a) const {
        return static_cast<RoadClass>(a_.arc_class[a] & ~kClassBits);
    }
    [[nodiscard]] bool is_tunnel(ArcId a) const { return (a_.arc_class[a] & kClassTunnel) != 0; }
    [[nodiscard]] bool is_by_limit(ArcId a) const { return (a_.arc_class[a] & kClassByLimit) != 0; }
    [[nodiscard]] std::uint8_t flags(ArcId a) const { return a_.arc_flags[a]; }
    // Of the road: also where only a copy of the arc is in the largest part.
    [[nodiscard]] bool is_main(ArcId a) const;
    [[nodiscard]] bool is_copy(ArcId a) const { return (flags(a) & kArcIsCopy) != 0; }
    // The arc itself when it is no copy.
    [[nodiscard]] ArcId original(ArcId a) const;
    // Of an original; empty for nearly all.
    [[nodiscard]] std::span<const ArcId> copies(ArcId original) const;
    [[nodiscard]] std::uint32_t copy_count() const {
        return static_cast<std::uint32_t>(a_.copy_arc.size());
    }
    [[nodiscard]] MiniRoundabout mini_roundabout(NodeId n) const;
    // Road number or street name, may be empty.
    [[nodiscard]] std::string_view name(ArcId a) const;
    // Points from tail to head, at least two.
    [[nodiscard]] std::vector<Wgs84> shape(ArcId a) const;
    // The stored points, which run from head to tail when kArcAgainstShape is set.
    [[nodiscard]] std::span<const PointE7> stored_shape(ArcId a) const;

    [[nodiscard]] auto out_arcs(NodeId n) const {
        return std::views::iota(a_.first_out[n], a_.first_out[n + 1]);
    }
    [[nodiscard]] std::span<const ArcId> in_arcs(NodeId n) const {
        return a_.in_arc.subspan(a_.first_in[n], a_.first_in[n + 1] - a_.first_in[n]);
    }
    // Cost of driving from the end of `from` into `to`, which starts there; kForbiddenMs when not
    // permitted.
    [[nodiscard]] std::uint32_t turn_ms(ArcId from, ArcId to) const {
        if ((a_.arc_flags[from] & kArcHasBans) != 0 && is_banned(from, to)) {
            return kForbiddenMs;
        }
        return a_.arc_twin[from] == to ? kTurnRoundMs : 0;
    }
    // Whether one may drive from one road into another, whichever way one came; both are originals.
    [[nodiscard]] bool may_follow(ArcId from, ArcId to) const;

    [[nodiscard]] BoxE7 bounds() const;
    [[nodiscard]] const GraphArrays& arrays() const { return a_; }
    // Of the whole image; equal graphs have equal checksums.
    [[nodiscard]] std::uint64_t checksum() const;

  private:
    struct Storage;
    RoadGraph();
    [[nodiscard]] bool is_banned(ArcId from, ArcId to) const;

    std::unique_ptr<Storage> storage_;
    GraphArrays a_;
};

} // namespace ems::map
