// Finds what is not there between records of one stream that come in order of time, and says why as
// far as numbers tell. Pure; the declared gaps of the vehicle are handed in at the end.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "telemetry/replay/page.h"

namespace ems::replay {

// A record as far as gaps go. `end` is that of its samples, else its t.
struct Stand {
    DeviceTime t;
    DeviceTime end;
    std::uint64_t spool{0};
    std::uint64_t seq{0};
    // Waves: the samples follow those of the record before (then no time is missing), or do not.
    enum class Samples { none, follow, jump } samples{Samples::none};
};

struct DeclaredGap {
    std::uint64_t spool{0};
    std::uint64_t from_seq{0};
    std::uint64_t to_seq{0};
    std::string reason;
};

// Range of seq of one spool that no record here has.
struct Hole {
    std::uint64_t spool{0};
    std::uint64_t from_seq{0};
    std::uint64_t to_seq{0};
    DeviceTime from;
    DeviceTime to;
};

struct GapRules {
    // Without a record for longer than this something is missing. `numbered`: of a spool whose
    // numbers are dense; otherwise (a terminal's) only time tells.
    std::int64_t quiet_us{std::numeric_limits<std::int64_t>::max()};
    std::int64_t quiet_unnumbered_us{std::numeric_limits<std::int64_t>::max()};
    std::set<std::uint64_t> numbered;
};

class GapFinder {
  public:
    // `before`: the record before the first, when it is known; gaps are cut to [from, to).
    GapFinder(DeviceTime from, DeviceTime to, GapRules rules, std::optional<Stand> before);

    void add(const Stand& next);
    // The end of the range, with the record behind it when there is one.
    void finish(const std::optional<Stand>& after);
    // Gaps and holes so far.
    [[nodiscard]] std::size_t found() const { return holes_.size() + gaps_.size(); }
    // To be looked up among the declared gaps.
    [[nodiscard]] const std::vector<Hole>& holes() const { return holes_; }
    // In order of time.
    [[nodiscard]] std::vector<Gap> take(const std::vector<DeclaredGap>& declared);

  private:
    void between(const Stand& a, const Stand& b);
    void note(DeviceTime from, DeviceTime to, GapKind kind);
    [[nodiscard]] std::int64_t quiet_us(const Stand& a, const Stand& b) const;

    DeviceTime from_;
    DeviceTime to_;
    GapRules rules_;
    std::optional<Stand> last_;
    std::vector<Hole> holes_;
    std::vector<Gap> gaps_;
};

} // namespace ems::replay
