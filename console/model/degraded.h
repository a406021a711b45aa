// What of the centre does not work at this desk, and since when: one row for each thing that can fail by itself. Values; no
// clock: times are handed in, and "since" is the source's own stamp where it has one, else when this desk first saw it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "console/model/desk_state.h"
#include "dispatch/contract/api.pb.h"

namespace ems::console {

// In the order in which a dispatcher would ask.
enum class Part {
    server,    // the link to the dispatch server
    orders,    // it takes orders: it leads and its database answers
    broker,    // it hears the vehicles
    vehicles,  // each of them is heard
    positions, // each position is fresh
    roads,     // times are those of the roads
    closures,  // the conditions of the roads are known
    coverage,  // who is reached in time is worked out
    archive,   // what vehicles send is stored
    media,     // pictures and speech
    sound,     // alarms can be heard here
    load,      // no more alarms come here than a person can answer
    map,       // this machine has a map
    clock,     // this machine's clock is right
};
inline constexpr std::size_t kParts = 14;

// unknown: this desk may not ask, or has not been told yet.
enum class PartState { works, degraded, lost, unknown };

struct PartRow {
    Part part{Part::server};
    PartState state{PartState::unknown};
    std::int64_t since_us{0}; // server time; 0: not known
    std::uint32_t count{0};   // of `total` that are lost; of the clock: milliseconds
    std::uint32_t total{0};
    std::vector<std::string> names; // of those that are lost, at most 8
};

struct PartsSeen {
    std::optional<api::FleetStatus> fleet; // the newest answer; none: not asked
    bool has_sound{true};
    bool has_map{false};
};

class DegradedParts {
  public:
    static constexpr std::size_t kNamesMax = 8;
    static constexpr std::int64_t kSilentUs = 15'000'000; // of a server that writes of itself each second or two
    static constexpr std::int64_t kClockMs = 2'000;

    void look(const DeskState& state, const PartsSeen& seen, std::int64_t local_us);
    [[nodiscard]] const std::array<PartRow, kParts>& rows() const { return rows_; }
    [[nodiscard]] const PartRow& row(Part part) const { return rows_.at(static_cast<std::size_t>(part)); }
    // Degraded or lost.
    [[nodiscard]] std::uint32_t count() const;

  private:
    void put(PartRow row, std::int64_t now_us);
    void look_at_server(const DeskState& state, const PartsSeen& seen, std::int64_t local_us);
    void look_at_vehicles(const DeskState& state, std::int64_t local_us);
    void look_at_roads(const DeskState& state, std::int64_t now_us);

    std::array<PartRow, kParts> rows_{};
};

} // namespace ems::console
