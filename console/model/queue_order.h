// The order of the call queue, kept up to date by what has changed: with thousands of cases open, one that changes is moved and the
// others stay where they are. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <tuple>
#include <vector>

#include "console/model/change_mark.h"
#include "console/model/rows.h"

namespace ems::console {

// Of an open case what its place is made of.
struct QueueEntry {
    std::int64_t id{0};
    std::int64_t counted_since_us{0}; // by its timer
    std::int64_t created_us{0};
    std::int64_t planned_us{0};
    std::int64_t due_us{0}; // of a transfer; 0: an emergency
    std::uint32_t level{0};
    QueueGroup group{QueueGroup::waiting};
    bool ringing{false};
};

using QueueRank = std::tuple<QueueGroup, bool, std::uint8_t, std::uint32_t, std::int64_t, std::int64_t>;

[[nodiscard]] QueueGroup queue_group(const DeskState& state, const api::Incident& incident);
// Nothing: closed or cancelled.
[[nodiscard]] std::optional<QueueEntry> queue_entry(const DeskState& state, const api::Incident& incident, const QueueTimer& timer);
[[nodiscard]] QueueRank queue_rank(const QueueEntry& entry, std::int64_t now_us);
[[nodiscard]] QueueRow queue_row(const DeskState& state, const QueueEntry& entry, const api::Incident& incident,
                                 const QueueTimer& timer, std::int64_t now_us);

class QueueOrder {
  public:
    enum class Rows : std::uint8_t { stand, changed };
    // Brings it to what queue_rows(state, now_us) gives.
    Rows update(const DeskState& state, std::int64_t now_us);
    [[nodiscard]] std::span<const QueueEntry> entries() const { return entries_; }
    // As of the last update(); `state` must not have changed since.
    [[nodiscard]] QueueRow row(const DeskState& state, std::size_t index) const;
    [[nodiscard]] int count(QueueGroup group) const { return group_of(group).count; }
    [[nodiscard]] std::int64_t longest_us(QueueGroup group) const;

  private:
    struct Group {
        int count{0};
        std::int64_t since_us{0}; // the longest in it
    };
    [[nodiscard]] const Group& group_of(QueueGroup group) const { return groups_.at(static_cast<std::size_t>(group)); }
    void gather(const DeskState& state);
    void replace(const DeskState& state, std::vector<std::int64_t> ids);
    void settle();

    std::vector<QueueEntry> entries_;
    ChangeMark::Seen seen_;
    std::size_t changes_taken_{0};
    std::int64_t now_us_{0};
    // While time alone moves nothing: a transfer becomes due, a stage that begins later begins.
    std::int64_t holds_from_us_{0};
    std::int64_t holds_until_us_{0};
    std::array<Group, 2> groups_{};
};

} // namespace ems::console
