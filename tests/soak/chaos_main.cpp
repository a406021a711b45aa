// ems-chaos: kills and bad networks against the whole way from spool to archive, and the count of
// what was lost or doubled. Prints its plan, progress and figures; exit code 1 when anything was,
// and then the folder with spools and logs stays. The same --seed makes the same plan.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <poll.h>
#include <random>

#include <CLI/CLI.hpp>

#include "telemetry/base/log.h"
#include "tests/soak/chaos_plan.h"
#include "tests/soak/chaos_world.h"

namespace {

using namespace ems::soak;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

struct Usage {
    std::int64_t seconds{600};
    std::uint64_t seed{0};
    std::size_t vehicles{4};
    std::uint64_t backlog{20'000};
    std::int64_t outage_max_s{60};
    std::int64_t drain_max_s{600};
    std::string state;
};

void wait_until(std::chrono::steady_clock::time_point when) {
    const auto left =
        std::chrono::ceil<milliseconds>(when - std::chrono::steady_clock::now()).count();
    poll(nullptr, 0, static_cast<int>(std::max<std::int64_t>(0, left)));
}

void play(ChaosWorld& world, const std::vector<Step>& plan) {
    const std::vector<Moment> moments = moments_of(plan);
    const auto start = std::chrono::steady_clock::now();
    auto next_press = start + 1s;
    for (auto moment = moments.begin(); moment != moments.end();) {
        const auto due = start + moment->at;
        if (next_press < due) {
            wait_until(next_press);
            world.press();
            next_press = std::chrono::steady_clock::now() + 700ms;
            continue;
        }
        wait_until(due);
        const Step& step = plan[moment->step];
        if (moment->begins) {
            std::printf("%s\n", to_line(step).c_str());
            std::fflush(stdout);
            world.begin(step);
        } else {
            world.end(step);
        }
        ++moment;
    }
}

// Until the centre has acknowledged everything that was made before the devices had been silent for
// 12 s (silence itself raises alarms after 10 s); false after `limit`.
bool drain(ChaosWorld& world, std::chrono::seconds limit) {
    const auto begin = std::chrono::steady_clock::now();
    auto next_word = begin + 10s;
    std::vector<std::uint64_t> asked_for; // last_seq
    for (;; wait_until(std::chrono::steady_clock::now() + 200ms)) {
        const auto now = std::chrono::steady_clock::now();
        const auto holding = world.holding();
        if (holding && asked_for.empty() && now - begin >= 12s) {
            asked_for = holding->last_seq;
        }
        bool drained = holding && !asked_for.empty();
        for (std::size_t i = 0; drained && i < asked_for.size(); ++i) {
            const std::uint64_t first = holding->first_unacked.at(i);
            drained = first == 0 || first > asked_for[i];
        }
        if (drained) {
            return true;
        }
        if (now - begin >= limit) {
            std::printf("not drained, %s\n",
                        holding ? (std::to_string(holding->waiting) + " records wait").c_str()
                                : "a vehicle does not answer");
            return false;
        }
        if (holding && now >= next_word) {
            std::printf("draining, %llu records wait\n",
                        static_cast<unsigned long long>(holding->waiting));
            std::fflush(stdout);
            next_word = now + 10s;
        }
    }
}

void say(const char* what, std::uint64_t value) {
    std::printf("%-24s %llu\n", what, static_cast<unsigned long long>(value));
}

bool report(const ChaosWorld& world, const Verdict& verdict) {
    for (const std::string& example : verdict.examples) {
        std::printf("fault: %s\n", example.c_str());
    }
    say("kills", world.kills());
    say("links_broken", world.links_broken());
    say("bits_flipped", world.bits_flipped());
    say("messages_replayed", world.replayed());
    say("presses_stored", world.presses());
    say("records", verdict.all.records);
    say("events", verdict.events.records);
    say("given_up_by_gaps", verdict.given_up);
    say("still_in_spools", verdict.held);
    say("lost", verdict.all.lost);
    say("doubled", verdict.all.doubled);
    say("altered", verdict.all.altered);
    say("invented", verdict.all.invented);
    std::printf("figure lost_or_double %llu\n",
                static_cast<unsigned long long>(verdict.lost_or_double()));
    std::printf("figure lost_alarms %llu\n",
                static_cast<unsigned long long>(verdict.lost_alarms()));
    return verdict.lost_or_double() == 0 && verdict.lost_alarms() == 0 && verdict.all.records > 0 &&
           verdict.events.records > 0;
}

bool run(const Usage& usage, const std::filesystem::path& dir) {
    const auto plan = make_plan({.seed = usage.seed,
                                 .length = std::chrono::seconds{usage.seconds},
                                 .vehicles = usage.vehicles,
                                 .outage_max = milliseconds{usage.outage_max_s * 1'000}});
    ChaosWorld world{{.dir = dir,
                      .vehicles = usage.vehicles,
                      .seed = usage.seed,
                      .backlog = {usage.backlog, usage.backlog}}};
    play(world, plan);
    world.heal();
    const bool drained = drain(world, std::chrono::seconds{usage.drain_max_s});
    const auto history = world.history();
    if (!history) {
        std::printf("fault: %s\n", history.error().message().c_str());
        return false;
    }
    return report(world, judge(*history)) && drained;
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app{
        "kills and bad networks between spool and archive; counts what is lost or doubled"};
    Usage usage;
    app.add_option("--seconds", usage.seconds, "of chaos; healing and draining come on top")
        ->check(CLI::Range(10, 86'400));
    app.add_option("--seed", usage.seed, "of the plan; absent: a random one");
    app.add_option("--vehicles", usage.vehicles)->check(CLI::Range(1, 16));
    app.add_option("--backlog", usage.backlog, "positions and as many vitals in the first spool");
    app.add_option("--outage-max", usage.outage_max_s, "seconds")->check(CLI::Range(1, 600));
    app.add_option("--drain-max", usage.drain_max_s, "seconds until all must be archived");
    app.add_option("--state", usage.state, "folder for spools and logs; absent: a temporary one");
    CLI11_PARSE(app, argc, argv);
    if (usage.seed == 0) {
        usage.seed = std::random_device{}();
    }
    std::filesystem::path dir = usage.state;
    if (dir.empty()) {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "ems-chaos-XXXXXX").string();
        if (mkdtemp(pattern.data()) == nullptr) {
            std::fprintf(stderr, "ems-chaos: no temporary folder can be made\n");
            return 1;
        }
        dir = pattern;
    }
    std::filesystem::create_directories(dir);
    std::printf("seed %llu, %lld s, %zu vehicles\n", static_cast<unsigned long long>(usage.seed),
                static_cast<long long>(usage.seconds), usage.vehicles);
    ems::log::set_level(ems::log::Level::error); // those of our own ends of the devices' lines
    const bool held = run(usage, dir);
    if (held) {
        std::filesystem::remove_all(dir);
        return 0;
    }
    std::printf("failed; repeat with --seed %llu, spools and logs are in %s\n",
                static_cast<unsigned long long>(usage.seed), dir.c_str());
    return 1;
}
