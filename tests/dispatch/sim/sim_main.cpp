// ems-dispatch-sim: seeds of the simulated dispatch, one after another. Exit code 1 when a promise
// was broken; the failing seed is printed with what it drew, and shrunk.
#include <atomic>
#include <cstdio>
#include <fstream>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "telemetry/base/log.h"
#include "tests/dispatch/sim/simulation.h"

namespace {

using namespace ems::dispatch::sim;

struct Total {
    std::mutex mutex;
    std::uint64_t seeds{0};
    std::uint64_t violations{0};
    std::uint64_t events{0};
    std::uint64_t events_min{~0ULL};
    std::uint64_t commits{0};
    std::uint64_t terms{0};
    std::uint64_t executed{0};
    std::uint64_t simulated_us{0};
    std::vector<Scenario> failed;
};
constexpr std::size_t kFailedMax = 20;

void add(Total& total, const Scenario& scenario, const Outcome& outcome) {
    const std::lock_guard lock{total.mutex};
    ++total.seeds;
    total.events += outcome.events;
    total.events_min =
        outcome.violation.empty() ? std::min(total.events_min, outcome.events) : total.events_min;
    total.commits += outcome.commits;
    total.terms += outcome.terms;
    total.executed += outcome.executed;
    total.simulated_us += static_cast<std::uint64_t>(outcome.simulated_us);
    if (!outcome.violation.empty()) {
        ++total.violations;
        if (total.failed.size() < kFailedMax) {
            total.failed.push_back(scenario);
            fmt::print("violation, {}: {}\n", scenario.to_line(), outcome.violation);
        }
    }
}

void print(const Scenario& scenario, const Outcome& outcome) {
    fmt::print("{}\n  {}\n", scenario.to_line(), draw_dials(scenario.seed).to_line());
    fmt::print("  {} events, {} commits, {} terms, {} commands executed, {} acts, {:.1f} s "
               "simulated, trace {:016x}\n",
               outcome.events, outcome.commits, outcome.terms, outcome.executed, outcome.acts,
               static_cast<double>(outcome.simulated_us) / 1e6, outcome.trace);
    if (!outcome.violation.empty()) {
        fmt::print("  violation at {:.3f} s: {}\n", static_cast<double>(outcome.violated_us) / 1e6,
                   outcome.violation);
    }
}

void print_shrunk(const Scenario& failed, Bug bug) {
    const Scenario small = shrink(failed, bug);
    const Outcome outcome = simulate(small, bug);
    print(small, outcome);
    for (const FaultTaken& fault : outcome.faults) {
        fmt::print("  fault {} at {:.3f} s: {}\n", fault.number,
                   static_cast<double>(fault.at_us) / 1e6, name_of(fault.fault));
    }
}

// Seed at which each planted bug is found, 0 when it is not.
int find_bugs(std::uint64_t seeds_max, unsigned threads) {
    std::vector<std::uint64_t> found(kBugs, 0);
    std::vector<std::string> why(kBugs);
    std::atomic<std::size_t> next{1};
    const auto work = [&] {
        for (std::size_t i = next++; i < kBugs; i = next++) {
            for (std::uint64_t seed = 1; seed <= seeds_max && found[i] == 0; ++seed) {
                const Outcome outcome = simulate({seed, {}, {}, nullptr}, static_cast<Bug>(i));
                found[i] = outcome.violation.empty() ? 0 : seed;
                why[i] = outcome.violation;
            }
        }
    };
    std::vector<std::thread> workers;
    for (unsigned i = 0; i < threads; ++i) {
        workers.emplace_back(work);
    }
    for (std::thread& worker : workers) {
        worker.join();
    }
    std::size_t count = 0;
    for (std::size_t i = 1; i < kBugs; ++i) {
        count += found[i] != 0 ? 1U : 0U;
        fmt::print("{:24} {}\n", name_of(static_cast<Bug>(i)),
                   found[i] == 0 ? "not found" : fmt::format("seed {}: {}", found[i], why[i]));
    }
    fmt::print("figure planted_bugs_found {}\n", count);
    return count == kBugs - 1 ? 0 : 1;
}

// One line a seed: for comparing builds.
int print_traces(std::uint64_t first, std::uint64_t seeds) {
    for (std::uint64_t seed = first; seed < first + seeds; ++seed) {
        const Outcome outcome = simulate({seed, {}, {}, nullptr});
        fmt::print("{} {} {:016x}\n", seed, outcome.steps, outcome.trace);
    }
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app{"seeds of the simulated dispatch"};
    std::uint64_t seeds = 1'000;
    std::uint64_t first = 1;
    unsigned threads = 2;
    std::string scenario_line;
    std::string bug_name;
    bool story = false;
    bool traces = false;
    bool bugs = false;
    app.add_option("--seeds", seeds, "how many")->check(CLI::Range(1ULL, 100'000'000ULL));
    app.add_option("--seed", first, "the first one");
    app.add_option("--threads", threads, "a seed each")->check(CLI::Range(1, 64));
    app.add_option("--scenario", scenario_line,
                   "run this one alone, \"seed=17 acts=4 faults=3,9\"");
    app.add_option("--bug", bug_name, "plant it, \"lost update\"");
    app.add_flag("--story", story, "tell what happens in that --scenario");
    app.add_flag("--traces", traces, "print the trace hash of each seed");
    app.add_flag("--planted-bugs", bugs, "find each planted bug within --seeds");
    CLI11_PARSE(app, argc, argv);
    ems::log::set_level(ems::log::Level::error);
    Bug bug = Bug::none;
    for (std::size_t i = 1; i < kBugs; ++i) {
        bug = bug_name == name_of(static_cast<Bug>(i)) ? static_cast<Bug>(i) : bug;
    }
    if (!bug_name.empty() && bug == Bug::none) {
        fmt::print(stderr, "no bug is named \"{}\"\n", bug_name);
        return 2;
    }
    if (!scenario_line.empty()) {
        auto scenario = Scenario::parse(scenario_line);
        if (!scenario) {
            fmt::print(stderr, "not a scenario: {}\n", scenario_line);
            return 2;
        }
        scenario->story = story ? stdout : nullptr;
        const Outcome outcome = simulate(*scenario, bug);
        print(*scenario, outcome);
        return outcome.violation.empty() ? 0 : 1;
    }
    if (traces) {
        return print_traces(first, seeds);
    }
    if (bugs) {
        return find_bugs(seeds, threads);
    }
    Total total;
    std::atomic<std::uint64_t> next{first};
    const auto work = [&] {
        for (std::uint64_t seed = next++; seed < first + seeds; seed = next++) {
            const Scenario scenario{seed, {}, {}, nullptr};
            add(total, scenario, simulate(scenario, bug));
        }
    };
    std::vector<std::thread> workers;
    for (unsigned i = 0; i < threads; ++i) {
        workers.emplace_back(work);
    }
    for (std::thread& worker : workers) {
        worker.join();
    }
    if (!total.failed.empty()) {
        print_shrunk(total.failed.front(), bug);
    }
    fmt::print("{} seeds, {} events (at least {} a seed), {} commits, {} terms, {} commands "
               "executed, {:.0f} simulated hours\n",
               total.seeds, total.events, total.events_min, total.commits, total.terms,
               total.executed, static_cast<double>(total.simulated_us) / 3.6e9);
    fmt::print("figure sim_violations {}\n", total.violations);
    return total.violations == 0 ? 0 : 1;
}
