// What the centre knows beside calls and units: roads as they stand, who is reached in time, where a unit should wait, who
// waits elsewhere, what fences suggest, who helps from outside, who has a case open. A snapshot replaces it, deltas change it. Values; no clock.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "dispatch/contract/api.pb.h"

namespace ems::console {

class CentreState {
  public:
    static constexpr std::size_t kRowsMax = 4'096; // of each kind; more than any county has at a time

    void apply(const api::Snapshot& snapshot);
    void apply(const api::Delta& delta);

    // Those that hold or will hold; one whose end has passed by `now_us` (server time) is left out by `holds`.
    [[nodiscard]] const std::map<std::int64_t, api::RoadCondition>& roads() const { return roads_; }
    [[nodiscard]] static bool holds(const api::RoadCondition& road, std::int64_t now_us);
    [[nodiscard]] const api::RoadCondition* road(std::int64_t id) const;
    // Which roads hold now; a list of another revision is out of date.
    [[nodiscard]] const api::RoadsState& roads_state() const { return roads_state_; }
    // Null: not worked out yet.
    [[nodiscard]] const api::Coverage* coverage() const { return coverage_ ? &*coverage_ : nullptr; }
    // What a unit covers now; null when it covers nothing or may not be sent.
    [[nodiscard]] const api::UnitCover* cover_of(std::int64_t unit_id) const;
    // The open advice; null when none stands.
    [[nodiscard]] const api::MoveUpAdvice* move_up() const { return move_up_ ? &*move_up_ : nullptr; }
    // Postings that have not ended and proposals nobody has answered.
    [[nodiscard]] const std::map<std::int64_t, api::Posting>& postings() const { return postings_; }
    [[nodiscard]] const std::map<std::int64_t, api::Proposal>& proposals() const { return proposals_; }
    [[nodiscard]] const api::Posting* posting_of(std::int64_t unit_id) const;
    [[nodiscard]] const api::Proposal* proposal_of(std::int64_t unit_id) const;
    [[nodiscard]] const std::vector<api::Partner>& partners() const { return partners_; }
    // What each station answers for; empty: nobody drew it.
    [[nodiscard]] const std::vector<api::Zone>& zones() const { return zones_; }
    // Who has a case open to change, this desk too, as the server last said (console/model/editing.h).
    [[nodiscard]] const std::vector<api::Editor>& editors() const { return editors_; }

  private:
    void put_editors(const api::Editors& editors);
    void put_road(const api::RoadCondition& road);
    void put_posting(const api::Posting& posting);
    void put_proposal(const api::Proposal& proposal);
    void put_move_up(const api::MoveUpAdvice& advice);

    std::map<std::int64_t, api::RoadCondition> roads_;
    api::RoadsState roads_state_;
    std::optional<api::Coverage> coverage_;
    std::optional<api::MoveUpAdvice> move_up_;
    std::map<std::int64_t, api::Posting> postings_;
    std::map<std::int64_t, api::Proposal> proposals_;
    std::vector<api::Partner> partners_;
    std::vector<api::Zone> zones_;
    std::vector<api::Editor> editors_;
};

} // namespace ems::console
