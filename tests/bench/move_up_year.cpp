#include "tests/bench/move_up_year.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <functional>
#include <numeric>
#include <optional>
#include <queue>
#include <tuple>
#include <utility>

#include "telemetry/base/assert.h"
#include "tests/soak/splitmix.h"

namespace ems::bench {
namespace {

using dispatch::FreeUnit;
using dispatch::MoveUpProblem;
using dispatch::Places;

constexpr double kLateS = 900;
constexpr double kDayS = 86'400;
constexpr double kHourS = 3'600;
constexpr double kAcceptS = 30;
// Quiet nights, a morning and an evening; of a mean hour.
constexpr std::array<double, 24> kHourWeights{0.6, 0.5, 0.5, 0.5, 0.5, 0.6, 0.8, 1.1, 1.4, 1.5, 1.4, 1.3,
                                              1.2, 1.1, 1.2, 1.2, 1.1, 1.1, 1.2, 1.3, 1.3, 1.1, 0.9, 0.7};

struct Call {
    double at_s{0};
    std::size_t place{0};
    bool first_level{false};
    double scene_s{0};
    bool transported{false};
    double handover_s{0};
};

std::vector<Call> calls_of(const County& county, const YearOptions& options, std::uint64_t seed) {
    soak::SplitMix random{seed};
    std::vector<double> up_to(county.people.size());
    std::partial_sum(county.people.begin(), county.people.end(), up_to.begin());
    const double mean = std::accumulate(kHourWeights.begin(), kHourWeights.end(), 0.0) /
                        static_cast<double>(kHourWeights.size());
    const double most = *std::max_element(kHourWeights.begin(), kHourWeights.end());
    const double rate = options.calls_a_day / kDayS * most / mean;
    std::vector<Call> out;
    for (double at_s = 0;;) {
        at_s -= std::log(1 - random.share()) / rate;
        if (at_s >= options.days * kDayS) {
            return out;
        }
        if (!random.chance(kHourWeights[static_cast<std::size_t>(at_s / kHourS) % 24] / most)) {
            continue;
        }
        Call call;
        call.at_s = at_s;
        const auto place = std::upper_bound(up_to.begin(), up_to.end(), random.share() * up_to.back());
        call.place = std::min<std::size_t>(static_cast<std::size_t>(place - up_to.begin()), up_to.size() - 1);
        call.first_level = random.chance(1.0 / 3);
        call.scene_s = 480 + random.share() * 1'020;
        call.transported = random.chance(0.8);
        call.handover_s = 600 + random.share() * 900;
        out.push_back(call);
    }
}

// A drive; over, it is where it led.
struct Leg {
    std::size_t from{0};     // it set out `share` of the way between these two
    std::size_t from_to{0};
    double share{0};
    std::size_t to{0};
    double began_s{0};
    double ends_s{0};
};

struct Unit {
    std::size_t home{0};     // station
    std::size_t waits_at{0}; // station, there or on the way
    bool is_free{true};
    bool is_moved{false};    // on its way to another station
    Leg leg;
    std::uint64_t turn{0};   // what was planned before the last change of its course is void
    std::deque<double> moves;
};

enum class Kind { call, freed, arrived, accepted };
struct Event {
    double at_s{0};
    std::uint64_t order{0};
    Kind kind{Kind::call};
    std::size_t which{0};    // call, unit
    std::uint64_t turn{0};
    bool operator>(const Event& other) const {
        return std::tie(at_s, order) > std::tie(other.at_s, other.order);
    }
};

class Year {
  public:
    Year(const County& county, const YearOptions& options, std::uint64_t seed, MoveUps moves)
        : county_(county), options_(options), moves_(moves), calls_(calls_of(county, options, seed)),
          counts_(county.people.size() * kHourWeights.size(), 0) {
        for (std::size_t s = 0; s < county.stations.size(); ++s) {
            Places covers;
            for (std::uint32_t p = 0; p < county.people.size(); ++p) {
                if (options.turnout_s + county.drive_s[county.stations[s]][p] <= kLateS) {
                    covers.push_back(p);
                }
            }
            problem_.places.push_back({id_of(s), std::move(covers)});
            Unit unit;
            unit.home = unit.waits_at = s;
            unit.leg.from = unit.leg.from_to = unit.leg.to = county.stations[s];
            units_.push_back(std::move(unit));
        }
        problem_.limits = options.limits;
    }

    YearResult run() {
        for (std::size_t i = 0; i < calls_.size(); ++i) {
            plan(calls_[i].at_s, Kind::call, i, 0);
        }
        while (!events_.empty()) {
            const Event event = events_.top();
            events_.pop();
            now_s_ = event.at_s;
            take(event);
            if (moves_ == MoveUps::advised && now_s_ < options_.days * kDayS) {
                advise();
            }
        }
        out_.busy_share = busy_s_ / (options_.days * kDayS * static_cast<double>(units_.size()));
        return out_;
    }

  private:
    static StationId id_of(std::size_t station) { return {static_cast<std::int64_t>(station) + 1}; }
    void plan(double at_s, Kind kind, std::size_t which, std::uint64_t turn) {
        events_.push({at_s, ++order_, kind, which, turn});
    }
    [[nodiscard]] bool rolls(const Unit& unit) const { return now_s_ < unit.leg.ends_s; }

    [[nodiscard]] double drive_s(const Unit& unit, std::size_t place) const {
        const Leg& leg = unit.leg;
        const double there = county_.drive_s[leg.to][place];
        if (!rolls(unit)) {
            return there;
        }
        const double start = (1 - leg.share) * county_.drive_s[leg.from][place] +
                             leg.share * county_.drive_s[leg.from_to][place];
        const double done = (now_s_ - leg.began_s) / (leg.ends_s - leg.began_s);
        return (1 - done) * start + done * there;
    }
    void send(Unit& unit, std::size_t station, double ends_s) {
        Leg leg{unit.leg.to, unit.leg.to, 0, county_.stations[station], now_s_, ends_s};
        if (rolls(unit)) {
            leg.from = unit.leg.from;
            leg.from_to = unit.leg.to;
            leg.share = (now_s_ - unit.leg.began_s) / (unit.leg.ends_s - unit.leg.began_s);
        }
        unit.leg = leg;
        unit.waits_at = station;
        ++unit.turn;
        plan(ends_s, Kind::arrived, static_cast<std::size_t>(&unit - units_.data()), unit.turn);
    }

    void take(const Event& event) {
        switch (event.kind) {
        case Kind::call:
            count(calls_[event.which]);
            waiting_.push_back(event.which);
            serve();
            return;
        case Kind::freed:
            free(units_[event.which]);
            return;
        case Kind::arrived:
            if (units_[event.which].turn == event.turn) {
                units_[event.which].is_moved = false;
            }
            return;
        case Kind::accepted:
            advice_is_open_ = false;
            if (Unit& unit = units_[event.which]; unit.turn == event.turn) {
                relocate(unit);
            }
            return;
        }
    }
    void count(const Call& call) {
        ++out_.calls;
        out_.first_calls += call.first_level ? 1 : 0;
        counts_[call.place * kHourWeights.size() + hour()] += 1;
    }
    [[nodiscard]] std::uint32_t hour() const { return static_cast<std::uint32_t>(now_s_ / kHourS) % 24; }

    // The most urgent that waits, while somebody is free.
    void serve() {
        while (!waiting_.empty()) {
            const auto next = std::min_element(waiting_.begin(), waiting_.end(), [this](std::size_t a, std::size_t b) {
                return std::pair{!calls_[a].first_level, a} < std::pair{!calls_[b].first_level, b};
            });
            const Call& call = calls_[*next];
            Unit* best = nullptr;
            double best_s = 0;
            for (Unit& unit : units_) {
                const double total_s = drive_s(unit, call.place) + (rolls(unit) ? 0U : options_.turnout_s);
                if (unit.is_free && (best == nullptr || total_s < best_s)) {
                    best = &unit;
                    best_s = total_s;
                }
            }
            if (best == nullptr) {
                return;
            }
            waiting_.erase(next);
            order(*best, call, best_s);
        }
    }
    void order(Unit& unit, const Call& call, double total_s) {
        const bool is_late = now_s_ + total_s - call.at_s > kLateS;
        out_.late += is_late ? 1 : 0;
        out_.first_late += is_late && call.first_level ? 1 : 0;
        double busy_s = total_s + call.scene_s;
        std::size_t ends_at = call.place;
        if (call.transported) {
            busy_s += county_.drive_s[call.place][county_.hospital] + call.handover_s;
            ends_at = county_.hospital;
        }
        unit.is_free = unit.is_moved = false;
        ++unit.turn;
        unit.leg = {ends_at, ends_at, 0, ends_at, now_s_, now_s_};
        busy_s_ += busy_s;
        plan(now_s_ + busy_s, Kind::freed, static_cast<std::size_t>(&unit - units_.data()), unit.turn);
    }
    void free(Unit& unit) {
        unit.is_free = true;
        send(unit, unit.home, now_s_ + county_.drive_s[unit.leg.to][county_.stations[unit.home]]);
        serve();
    }

    void advise() {
        if (advice_is_open_) {
            return;
        }
        if (const auto whole = static_cast<std::uint64_t>(now_s_ / kHourS); whole != demand_hour_) {
            demand_hour_ = whole;
            learn();
        }
        problem_.units.clear();
        for (std::size_t u = 0; u < units_.size(); ++u) {
            if (units_[u].is_free) {
                problem_.units.push_back(free_unit(u));
            }
        }
        const auto answer = dispatch::best_move(problem_);
        if (answer.move) {
            const auto unit = static_cast<std::size_t>(answer.move->unit.value) - 1;
            advice_is_open_ = true;
            advised_station_ = static_cast<std::size_t>(answer.move->station.value) - 1;
            plan(now_s_ + kAcceptS, Kind::accepted, unit, units_[unit].turn);
        }
    }
    void learn() {
        std::vector<dispatch::CallCount> counts;
        for (std::size_t i = 0; i < counts_.size(); ++i) {
            if (counts_[i] > 0) {
                counts.push_back({static_cast<std::uint32_t>(i / kHourWeights.size()),
                                  static_cast<std::uint32_t>(i % kHourWeights.size()), counts_[i]});
            }
        }
        problem_.demand = dispatch::demand_shares(county_.people, counts, hour());
        problem_.busy = dispatch::busy_share(
            {busy_s_ / kHourS, now_s_ / kHourS * static_cast<double>(units_.size())});
    }
    FreeUnit free_unit(std::size_t u) {
        Unit& unit = units_[u];
        while (!unit.moves.empty() && now_s_ - unit.moves.front() >= kDayS) {
            unit.moves.pop_front();
        }
        FreeUnit out{{static_cast<std::int64_t>(u) + 1}, id_of(unit.waits_at), problem_.places[unit.waits_at].covers,
                     static_cast<std::uint32_t>(unit.moves.size()), {}};
        for (const std::size_t place : county_.stations) {
            out.drive_s.push_back(unit.is_moved ? std::nullopt
                                                : std::optional{static_cast<std::uint32_t>(drive_s(unit, place))});
        }
        return out;
    }
    void relocate(Unit& unit) {
        EMS_ASSERT(unit.is_free);
        const double ends_s = now_s_ + drive_s(unit, county_.stations[advised_station_]);
        send(unit, advised_station_, ends_s);
        unit.is_moved = true;
        unit.moves.push_back(now_s_);
        ++out_.moves;
        out_.moves_most = std::max(out_.moves_most, static_cast<std::uint32_t>(unit.moves.size()));
    }

    const County& county_;
    const YearOptions& options_;
    MoveUps moves_;
    std::vector<Call> calls_;
    std::vector<Unit> units_;
    std::vector<std::size_t> waiting_; // calls, at most as many as come while nobody is free
    std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
    std::vector<double> counts_;       // by place and hour
    MoveUpProblem problem_;
    std::optional<std::uint64_t> demand_hour_;
    std::size_t advised_station_{0};
    bool advice_is_open_{false};
    std::uint64_t order_{0};
    double now_s_{0};
    double busy_s_{0};
    YearResult out_;
};

} // namespace

YearResult run_year(const County& county, const YearOptions& options, std::uint64_t seed, MoveUps moves) {
    return Year{county, options, seed, moves}.run();
}

} // namespace ems::bench
