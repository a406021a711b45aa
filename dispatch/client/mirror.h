// The client's copy of the centre's state: one Snapshot, then Deltas without a gap, and the newest positions.
// Plain values; owned and used by one thread (a screen's), fed with what Client::drain() hands out.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "dispatch/contract/api.pb.h"

namespace ems::client {

enum class Applied { yes, gap, before_snapshot };

class Mirror {
  public:
    void apply(const api::Snapshot& snapshot);
    // gap: the delta does not follow and nothing was changed; ask for a new snapshot (Client::resync).
    Applied apply(const api::Delta& delta);
    // Newest positions only (a lower or equal seq of the same device time is ignored).
    void apply(const api::Live& live);
    void clear();

    [[nodiscard]] bool ready() const { return ready_; }
    [[nodiscard]] std::uint64_t seq() const { return seq_; }
    [[nodiscard]] const std::map<std::int64_t, api::Unit>& units() const { return units_; }
    [[nodiscard]] const std::map<std::int64_t, api::Incident>& incidents() const { return incidents_; }
    [[nodiscard]] const std::map<std::int64_t, api::Assignment>& assignments() const {
        return assignments_;
    }
    [[nodiscard]] const std::map<std::int64_t, api::Station>& stations() const { return stations_; }
    [[nodiscard]] const std::map<std::int64_t, api::Hospital>& hospitals() const { return hospitals_; }
    // Those that have not ended, and those that nobody answered yet.
    [[nodiscard]] const std::map<std::int64_t, api::Posting>& postings() const { return postings_; }
    [[nodiscard]] const std::map<std::int64_t, api::Proposal>& proposals() const { return proposals_; }
    [[nodiscard]] const std::vector<api::Partner>& partners() const { return partners_; }
    // By unit.
    [[nodiscard]] const std::map<std::int64_t, api::UnitPosition>& positions() const {
        return positions_;
    }
    // Conditions of roads that hold or will; one whose until_us has passed holds no longer.
    [[nodiscard]] const std::map<std::int64_t, api::RoadCondition>& roads() const { return roads_; }
    // A recommendation of another revision follows roads that hold no longer.
    [[nodiscard]] const api::RoadsState& roads_state() const { return roads_state_; }
    // Null until the centre has worked it out.
    [[nodiscard]] const api::Coverage* coverage() const { return coverage_ ? &*coverage_ : nullptr; }
    // Null when nothing is advised.
    [[nodiscard]] const api::MoveUpAdvice* move_up() const { return move_up_ ? &*move_up_ : nullptr; }
    // How many more units the incident demands than are on it or have served it; 0 once it ended.
    [[nodiscard]] std::uint32_t units_short(const api::Incident& incident) const;
    // By name, "席张01", or by id, "3". Null when there is none.
    [[nodiscard]] const api::Unit* find_unit(std::string_view name_or_id) const;
    // By number as shown, "0034" (the newest of that number), or by id with a leading '#', "#17".
    [[nodiscard]] const api::Incident* find_incident(std::string_view number_or_id) const;
    [[nodiscard]] const api::Hospital* find_hospital(std::string_view name_or_id) const;
    [[nodiscard]] const api::Station* find_station(std::string_view name_or_id) const;

  private:
    bool ready_{false};
    std::uint64_t seq_{0};
    std::map<std::int64_t, api::Unit> units_;
    std::map<std::int64_t, api::Incident> incidents_;
    std::map<std::int64_t, api::Assignment> assignments_;
    std::map<std::int64_t, api::Station> stations_;
    std::map<std::int64_t, api::Hospital> hospitals_;
    std::map<std::int64_t, api::UnitPosition> positions_;
    std::map<std::int64_t, api::RoadCondition> roads_;
    api::RoadsState roads_state_;
    std::optional<api::Coverage> coverage_;
    std::optional<api::MoveUpAdvice> move_up_;
    std::map<std::int64_t, api::Posting> postings_;
    std::map<std::int64_t, api::Proposal> proposals_;
    std::vector<api::Partner> partners_;
};

} // namespace ems::client
