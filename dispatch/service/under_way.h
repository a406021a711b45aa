// When each unit on its way to a scene or a hospital will be there: its way on the roads as they
// stand, followed from fix to fix. Another way is sought when the crew has left it
// (map/guide/progress.h), when roads change, when it goes elsewhere, and when it was not found.
// What is told follows by a threshold, so that a screen does not flicker. Single-threaded, no I/O;
// a way costs a fraction of a millisecond.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "dispatch/core/world.h"
#include "dispatch/service/fleet.h"
#include "dispatch/service/roads.h"
#include "dispatch/service/whereabouts.h"
#include "dispatch/store/store.h"
#include "map/guide/progress.h"

namespace ems::dispatch {

// Told anew when it shifts by this, of the road's time.
inline constexpr std::int64_t kTellShiftS = 15;
// A way that was not found, or that was left again at once, is sought again after this.
inline constexpr std::int64_t kSeekAgainUs = 5'000'000;
// At one look; the others are served by the next.
inline constexpr std::size_t kWaysPerLook = 32;

enum class WayCause : std::uint8_t { set_off, other_goal, left_way, roads_changed };
std::string_view name(WayCause cause); // "set_off" ...

// As it was told last.
struct ExpectedArrival {
    bool to_hospital{false}; // else the scene
    std::int64_t at_us{0};   // by the server's clock
    std::int64_t computed_us{0};
    std::uint32_t left_m{0};
    WayCause cause{WayCause::set_off}; // why the way is the one it is
    std::int64_t way_us{0};            // since when; another number means another way
};

class UnderWay {
  public:
    struct Now {
        const World& world;
        const Fleet& fleet;
        const Registry& registry;
        Roads& roads;
        std::uint64_t roads_revision{0};
        std::int64_t us{0};
    };

    // Once a second. The tasks whose arrival is another than was told, or is known no more.
    std::vector<AssignmentId> look(const Now& now);
    // Null when it is not known: not on its way, off the map, no open road.
    [[nodiscard]] const ExpectedArrival* of(AssignmentId task) const;
    void forget() { ways_.clear(); }

  private:
    struct Goal {
        bool to_hospital{false};
        PlaceE7 place;
        bool operator==(const Goal&) const = default;
    };
    struct Way {
        Goal goal;
        std::uint64_t roads_revision{0};
        std::int64_t sought_us{0};
        WayCause cause{WayCause::set_off};
        std::int64_t way_us{0};
        std::vector<map::ArcId> arcs;               // of the way
        std::optional<map::RouteProgress> progress; // none: no way is known
        std::optional<ExpectedArrival> told;
    };

    // A unit on its way that was seen at this look.
    struct Seen {
        const UnitRow* row{nullptr};
        const AssignmentRow* task{nullptr};
        const IncidentRow* incident{nullptr};
        const Track* track{nullptr};
        Whereabouts where;
        Goal goal;
        std::optional<WayCause> wants; // another way
    };
    using Looked = std::map<AssignmentId, Seen>;

    [[nodiscard]] static std::optional<Goal> goal_of(const Now& now, const UnitRow& row);
    [[nodiscard]] static std::optional<WayCause> wants_another(const Way& way, const Now& now,
                                                               const Goal& goal,
                                                               const Whereabouts& where);
    // Keeps the ways of those still under way and follows each along its own; the rest stays in
    // `before`.
    Looked follow(const Now& now, std::map<AssignmentId, Way>& before);
    void seek_ways(const Now& now, const Looked& looked);
    static void seek(Way& way, const Now& now, const Seen& at);
    // True when what is told changed.
    static bool tell(Way& way, const Now& now, const Seen& at);

    std::map<AssignmentId, Way> ways_;
    AssignmentId last_; // for whom a way was sought last
};

} // namespace ems::dispatch
