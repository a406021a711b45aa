// What alarms cost the person at one seat: how many asked for him, against the targets of EEMUA 191 / ISA-18.2 (long-term one to
// two in 10 min; more than ten in 10 min are a flood, which ends below five; 5 % high, 15 % medium, 80 % low). Counted are those
// that this seat owes an answer, when they began or rose in grade after its log-in; consequences, held ones and those that
// another desk had seen already asked for nobody. Values; times are handed in.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>

#include "console/model/alarm_list.h"
#include "console/model/alarm_sound.h"

namespace ems::console {

struct LoadFigures {
    std::int64_t since_us{0};  // the log-in, server time; 0: nobody is
    std::uint64_t total{0};    // annunciated since
    std::array<std::uint64_t, 3> by_grade{}; // of total: high, medium, low
    std::uint32_t window{0};   // of the last 10 min
    double mean{0};            // in 10 min, since the log-in; a shift shorter than 10 min counts as one of 10 min
    std::uint32_t peak{0};     // the most in any 10 min
    std::int64_t peak_us{0};   // when
    std::uint32_t floods{0};
    std::int64_t flood_since_us{0}; // 0: there is none
    std::int64_t flood_us{0};  // in floods, since the log-in
    // Of the list, whoever owes them: standing ones, and of these
    std::uint32_t standing{0};
    std::uint32_t unseen{0};   // nobody has acknowledged
    std::uint32_t shelved{0};
    std::uint32_t off{0};      // of a parameter that a physician switched off
    std::uint32_t stale{0};    // for more than 24 h
    std::uint32_t chattering{0};
    std::uint32_t consequences{0};
};
// Percent of `figures.total`, rounded; 0 of none.
[[nodiscard]] std::uint32_t share_percent(const LoadFigures& figures, Grade grade);
[[nodiscard]] std::string load_json(const LoadFigures& figures);

inline constexpr std::array<std::uint32_t, 3> kShareTargets{5, 15, 80}; // percent: high, medium, low
inline constexpr double kMeanTarget = 2;

class AlarmLoad {
  public:
    static constexpr std::int64_t kWindowUs = 10LL * 60 * 1'000'000;
    static constexpr std::uint32_t kFloodAbove = 10;
    static constexpr std::uint32_t kFloodEndsBelow = 5;
    static constexpr std::size_t kKeptMax = 4'096; // of one window; beyond, the oldest go first

    // Somebody logs in: all counts from here.
    void begin(std::int64_t now_us);
    void note(Grade grade, std::int64_t now_us);
    // At least each few seconds: a flood ends by itself.
    void pass(std::int64_t now_us);
    [[nodiscard]] std::int64_t since_us() const { return figures_.since_us; }
    [[nodiscard]] bool is_flood() const { return figures_.flood_since_us != 0; }
    [[nodiscard]] std::int64_t flood_since_us() const { return figures_.flood_since_us; }
    [[nodiscard]] LoadFigures figures(const AlarmList& alarms, std::int64_t now_us) const;

  private:
    std::deque<std::int64_t> recent_; // of the last 10 min
    LoadFigures figures_;
};

} // namespace ems::console
