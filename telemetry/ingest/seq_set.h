// The sequence numbers of one stream that are done (committed, closed by a gap, or rejected):
// everything up to upto(), and ranges beyond it. Bounded: at most kRangesMax ranges beyond upto; a
// number that would need one more is not remembered, so it is not acknowledged, is sent again, and
// finds room once holes are filled. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "telemetry/base/result.h"

namespace ems::ingest {

struct SeqSpan {
    std::uint64_t from{0};
    std::uint64_t to{0}; // inclusive
    auto operator<=>(const SeqSpan&) const = default;
};

class SeqSet {
  public:
    static constexpr std::size_t kRangesMax = 512;
    static constexpr std::uint64_t kSeqMax = 1ULL << 62U;

    // False when there is no room for a further range. from >= 1, from <= to <= kSeqMax.
    bool add(SeqSpan span);
    bool add(std::uint64_t seq) { return add(SeqSpan{seq, seq}); }
    void merge(const SeqSet& other);

    [[nodiscard]] bool contains(std::uint64_t seq) const;
    [[nodiscard]] std::uint64_t upto() const;
    // The lowest number from `from` on that is not in the set.
    [[nodiscard]] std::uint64_t first_missing(std::uint64_t from) const;
    // Ranges beyond upto, ascending, the lowest `count_max` of them.
    [[nodiscard]] std::vector<SeqSpan> beyond(std::size_t count_max) const;
    [[nodiscard]] bool empty() const { return spans_.empty(); }

    // PostgreSQL's int8multirange: "{[1,8),[10,12)}".
    [[nodiscard]] std::string to_multirange() const;
    static Result<SeqSet> from_multirange(std::string_view text);

    bool operator==(const SeqSet&) const = default;

  private:
    std::map<std::uint64_t, std::uint64_t> spans_; // from -> to, disjoint and not adjacent
};

} // namespace ems::ingest
