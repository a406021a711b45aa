// ems-soak-sim: simulated hours on the pure parts, one seed after another. Exit code 1 at the first
// violation; --seed N --hours 0 repeats that one alone.
#include <chrono>
#include <cstdio>

#include <CLI/CLI.hpp>

#include "telemetry/base/log.h"
#include "tests/soak/pure_sim.h"

namespace {

using namespace ems::soak;

struct Total {
    std::int64_t simulated_ms{0};
    std::uint64_t steps{0};
    std::uint64_t records{0};
    std::uint64_t violations{0};
    std::uint64_t seeds{0};
};

// False at a violation.
bool run_seed(std::uint64_t seed, std::chrono::minutes length, Total& total) {
    const SimOutcome outcome = simulate(seed, length);
    total.simulated_ms += outcome.simulated_ms;
    total.steps += outcome.steps;
    total.records += outcome.records;
    ++total.seeds;
    if (outcome.violation.empty()) {
        return true;
    }
    ++total.violations;
    std::printf("violation, seed %llu: %s\n  %s\n", static_cast<unsigned long long>(seed),
                outcome.violation.c_str(), draw_dials(seed).to_line().c_str());
    return false;
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app{"simulated hours of the pure parts between spool and archive"};
    double hours = 1'000;
    std::uint64_t seed = 1;
    std::int64_t minutes = 60;
    bool dials = false;
    app.add_option("--hours", hours, "simulated, of all seeds together; 0: one seed")
        ->check(CLI::Range(0.0, 1e6));
    app.add_option("--seed", seed, "the first one");
    app.add_option("--minutes", minutes, "of faults a seed, healing on top")
        ->check(CLI::Range(1, 10'000));
    app.add_flag("--dials", dials, "print what was drawn from each seed");
    CLI11_PARSE(app, argc, argv);
    ems::log::set_level(ems::log::Level::error);
    Total total;
    const auto start = std::chrono::steady_clock::now();
    auto next_word = start + std::chrono::seconds{10};
    const auto hours_done = [&] { return static_cast<double>(total.simulated_ms) / 3.6e6; };
    do {
        if (dials) {
            std::printf("seed %llu: %s\n", static_cast<unsigned long long>(seed),
                        draw_dials(seed).to_line().c_str());
        }
        if (!run_seed(seed, std::chrono::minutes{minutes}, total)) {
            break;
        }
        ++seed;
        if (std::chrono::steady_clock::now() >= next_word) {
            next_word += std::chrono::seconds{10};
            std::printf("%.0f of %.0f simulated hours\n", hours_done(), hours);
            std::fflush(stdout);
        }
    } while (hours_done() < hours);
    const double took =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    std::printf("%llu seeds, %.1f simulated hours, %llu records, %llu steps in %.1f s\n",
                static_cast<unsigned long long>(total.seeds), hours_done(),
                static_cast<unsigned long long>(total.records),
                static_cast<unsigned long long>(total.steps), took);
    std::printf("figure sim_violations %llu\n", static_cast<unsigned long long>(total.violations));
    return total.violations == 0 ? 0 : 1;
}
