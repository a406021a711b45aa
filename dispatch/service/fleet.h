// What is known live of each unit beside its state: newest position, place on the road, link. Fed by the broker's messages,
// also at a server that stands by, and when the lead is taken by what telemetry stored last, with its age: nothing here is
// truth, and a unit in a dead zone does not come back within a second. Single-threaded.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dispatch/contract/api.pb.h"
#include "dispatch/service/roads.h"
#include "dispatch/store/store.h"
#include "dispatch/store/terminals.h"
#include "map/track/track_match.h"
#include "telemetry/base/clock.h"
#include "telemetry/base/clock_offset.h"
#include "telemetry/wire/ems.pb.h"

namespace ems::dispatch {

inline constexpr std::chrono::seconds kLostAfter{4};      // no packet for so long: the link is lost, told within 5 s
inline constexpr std::chrono::seconds kOfflineAfter{60};

// The same of a vehicle known by its JT/T 808 terminal alone: one and three heartbeat periods of the usual 60 s, as
// ems-telemetryd has them (telemetry/ingest/limits.h).
inline constexpr std::chrono::seconds kTerminalLostAfter{75};
inline constexpr std::chrono::seconds kTerminalOfflineAfter{180};

enum class Link : std::uint8_t { never, up, lost, offline };
std::string_view name(Link link);

// Where a record stands among those of its vehicle: within a spool its number decides, between two
// spools the vehicle's clock.
struct RecordPlace {
    std::uint64_t spool{0};
    std::uint64_t seq{0};
    std::int64_t device_us{0};
    std::int64_t received_us{0};
};

// Whose position: of the vehicle's own receiver, over the broker, or of its JT/T 808 terminal, by way of the archive.
enum class PositionSource : std::uint8_t { vehicle, terminal };
// The terminal's shows only when the vehicle has told none of its own for so long.
inline constexpr std::chrono::seconds kTerminalYields{10};

struct Track {
    UnitInfo info;
    std::optional<api::UnitPosition> position;   // the one shown
    PositionSource position_source{PositionSource::vehicle};
    std::optional<RecordPlace> own;              // newest position that the vehicle itself told, shown or not
    std::optional<RecordPlace> vitals; // of the newest record
    ClockOffset clock_offset;
    ClockOffset terminal_offset;
    map::FollowedVehicle followed;
    std::optional<RoadStart> on_road;            // none: it is off the map
    std::optional<map::RoadPosition> station_on_road;
    std::optional<PlaceE7> station;
    std::optional<Ticks> heard;
    std::optional<Ticks> heard_by_terminal;
    Link link{Link::never};
    std::uint64_t birth_counter{0};
};

class Fleet {
  public:
    // `roads` may be null and must outlive the fleet.
    Fleet(const Registry& registry, const Roads* roads);

    // The registry as it now is. A unit that still drives the same vehicle keeps what is known live of it; a Track that a
    // caller held is gone when its unit is.
    void adopt(const Registry& registry);

    // Null for a vehicle that no unit of this region drives.
    [[nodiscard]] const Track* by_vid(std::string_view vid) const;
    [[nodiscard]] const Track* by_unit(UnitId unit) const;
    [[nodiscard]] const std::map<UnitId, Track>& tracks() const { return tracks_; }

    // Where the registry's stations stand, in its order; kNoArc: on no road.
    [[nodiscard]] const std::vector<map::RoadPosition>& stations_on_road() const { return stations_on_road_; }

    // What was stored of a vehicle, as of `now`. It fills in what was not heard live, or later; nothing newer goes for it.
    void recall(const LastKnown& known, std::int64_t now_us, Ticks now);

    // A packet came. True when the link's state changed.
    bool heard(UnitId unit, Ticks now);
    // The will of the connection with this birth counter, or of an unknown one. True when the link's state changed.
    bool offline(UnitId unit, std::uint64_t birth_counter);
    void born(UnitId unit, std::uint64_t birth_counter);
    // Its terminal was heard at `at`. It speaks for the link only of a vehicle that has not been heard itself; age() says what
    // has become of that.
    void heard_by_terminal(UnitId unit, Ticks at);
    // A live message told the vehicle's clock, and what the vehicle believed to be the server's (0: nothing).
    void told_time(UnitId unit, std::int64_t device_us, std::int64_t received_us, std::int64_t server_us = 0);
    // True when it is shown from now on: an older one never replaces a newer. Of one source its own order decides; between
    // the two, when each was measured by the server's clock, and the vehicle's own goes first (kTerminalYields). Of a
    // terminal the age is told by its clock, which is the satellites': its first report may be hours old.
    // Errors: malformed (not a place on earth, no fix).
    Result<bool> moved(UnitId unit, const wire::Envelope& envelope, const wire::Position& position,
                       std::int64_t received_us, PositionSource source = PositionSource::vehicle);
    // How old a record of vital signs was when it came; nothing when a newer one came before it.
    std::optional<std::uint32_t> measured(UnitId unit, const wire::Envelope& envelope, std::int64_t received_us);
    // How old what the vehicle stamped `device_us` was when it came, by what is known of its clock.
    [[nodiscard]] std::uint32_t age_at_receipt_ms(UnitId unit, std::int64_t device_us, std::int64_t received_us) const;
    // Units whose link has aged into another state.
    std::vector<UnitId> age(Ticks now);

  private:
    void put_on_road(Track& track) const;

    std::map<UnitId, Track> tracks_;
    std::map<std::string, UnitId, std::less<>> by_vid_;
    std::vector<map::RoadPosition> stations_on_road_;
    const Roads* roads_;
    std::unique_ptr<map::TrackMatcher> matcher_;  // null without roads; shared by all, 36 bytes an arc
};

} // namespace ems::dispatch
