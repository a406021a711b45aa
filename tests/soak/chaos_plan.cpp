#include "tests/soak/chaos_plan.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "tests/soak/splitmix.h"

namespace ems::soak {
namespace {

using std::chrono::milliseconds;

constexpr std::array kDeeds{Deed::kill_broker,  Deed::kill_ingest, Deed::kill_database,
                            Deed::kill_vehicle, Deed::black_hole,  Deed::hold,
                            Deed::refuse,       Deed::corrupt,     Deed::slow,
                            Deed::cut,          Deed::replay};

bool is_kill(Deed deed) {
    return deed <= Deed::kill_vehicle;
}
bool is_of_vehicle(Deed deed) {
    return deed >= Deed::kill_vehicle && deed != Deed::replay;
}

const char* name_of(Deed deed) {
    switch (deed) {
    case Deed::kill_broker:
        return "kill broker";
    case Deed::kill_ingest:
        return "kill ems-telemetryd";
    case Deed::kill_database:
        return "kill PostgreSQL";
    case Deed::kill_vehicle:
        return "kill ems-vehicled";
    case Deed::black_hole:
        return "half-open link";
    case Deed::hold:
        return "held link";
    case Deed::refuse:
        return "refused link";
    case Deed::corrupt:
        return "corrupting link";
    case Deed::slow:
        return "slow link";
    case Deed::cut:
        return "cut link";
    case Deed::replay:
        return "replay of messages";
    }
    return "";
}

// What two steps may not share at one time: a process, or a vehicle's link.
using Target = std::pair<int, std::size_t>;
Target target_of(const Step& step) {
    return is_kill(step.deed) || step.deed == Deed::replay
               ? Target{static_cast<int>(step.deed), step.vehicle}
               : Target{-1, step.vehicle};
}

Step draw(SplitMix& random, const PlanOptions& options) {
    Step step;
    step.deed = kDeeds.at(random.below(kDeeds.size()));
    step.vehicle = is_of_vehicle(step.deed) ? random.below(options.vehicles) : 0;
    // A killed process is back within 5 s, mostly at once, as its supervisor starts it again.
    const std::int64_t down_max = random.chance(0.3) ? 5'000 : 300;
    step.lasts =
        milliseconds{is_kill(step.deed) ? random.between(0, down_max)
                                        : random.between(1'000, options.outage_max.count())};
    switch (step.deed) {
    case Deed::slow:
        step.value = 8'000 + random.below(56'000);
        break;
    case Deed::cut:
        step.value = 500 + random.below(30'000);
        break;
    case Deed::corrupt:
        step.value = 20 + random.below(400);
        break;
    default:
        break;
    }
    return step;
}

} // namespace

std::vector<Step> make_plan(const PlanOptions& options) {
    SplitMix random{options.seed};
    std::vector<Step> plan;
    std::map<Target, milliseconds> busy_until;
    // A step each 1.5 s on average over all targets.
    const milliseconds end = options.length;
    for (milliseconds at{2'000};;) {
        at += milliseconds{random.between(200, 2'800)};
        Step step = draw(random, options);
        step.at = at;
        if (at + step.lasts + milliseconds{1'000} > end) {
            step.lasts = end - at - milliseconds{1'000};
        }
        if (step.lasts < milliseconds{0}) {
            return plan;
        }
        milliseconds& busy = busy_until[target_of(step)];
        if (at >= busy) {
            // Time to come up again before the next blow to the same target.
            busy = at + step.lasts + milliseconds{1'500};
            plan.push_back(step);
        }
    }
}

std::vector<Moment> moments_of(const std::vector<Step>& plan) {
    std::vector<Moment> moments;
    for (std::size_t i = 0; i < plan.size(); ++i) {
        moments.push_back({plan[i].at, true, i});
        moments.push_back({plan[i].at + plan[i].lasts, false, i});
    }
    std::stable_sort(moments.begin(), moments.end(),
                     [](const Moment& a, const Moment& b) { return a.at < b.at; });
    return moments;
}

std::string to_line(const Step& step) {
    const std::string whom =
        is_of_vehicle(step.deed) ? fmt::format(" of vehicle {}", step.vehicle + 1) : "";
    return fmt::format("{:7.1f} s  {}{} for {:.1f} s{}", static_cast<double>(step.at.count()) / 1e3,
                       name_of(step.deed), whom, static_cast<double>(step.lasts.count()) / 1e3,
                       step.value == 0 ? "" : fmt::format(" ({})", step.value));
}

} // namespace ems::soak
