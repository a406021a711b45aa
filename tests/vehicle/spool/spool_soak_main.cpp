// ems-bench-spool [SECONDS [SEED]]: lives of a spool with random power cuts, also while it recovers
// from one, and random failures of its disk, for that long. Prints what was checked as NAME VALUE a
// line; exit code 1 and the seed when anything was lost, doubled or given a wrong name.
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "telemetry/base/log.h"
#include "tests/vehicle/spool/spool_story.h"

namespace {

using namespace ems::test;

struct Totals {
    std::uint64_t lives{0};
    std::uint64_t cuts{0};
    std::uint64_t failures{0};
    SpoolStory::Counts counts;
};

SpoolStory::Options options_of(std::uint64_t seed) {
    switch (seed % 3) {
    case 0: // large: the log is moved into the file while the vehicle lives
        return {.seed = seed, .quota_bytes = 3'000'000, .wave_bytes_max = 40'000};
    case 1:
        return {.seed = seed, .quota_bytes = 200'000, .wave_bytes_max = 6'000};
    default:
        return {.seed = seed};
    }
}

void cut_repeatedly(PowerDisk& disk, SpoolStory& story, std::mt19937_64& random, Totals& totals) {
    for (int cut = 0; cut < 8 && story.faults().empty(); ++cut) {
        // Every third while the spool is being opened again.
        const std::uint64_t within = random() % 3 == 0 ? 12 : 1'500;
        disk.begin_plan({.fault = DiskFault::power_cut, .at = 1 + random() % within});
        story.open();
        for (int i = 0; i < 300 && !disk.is_off(); ++i) {
            story.act();
        }
        story.end();
        disk.restore_power(static_cast<Survival>(random() % 3));
        ++totals.cuts;
    }
    story.open();
    story.check();
    story.end();
}

void fail_repeatedly(PowerDisk& disk, SpoolStory& story, std::mt19937_64& random, Totals& totals) {
    story.open();
    for (int failure = 0; failure < 8 && story.faults().empty(); ++failure) {
        disk.begin_plan({.fault = random() % 2 == 0 ? DiskFault::io_error : DiskFault::full,
                         .at = 1 + random() % 600,
                         .count = 1 + random() % 40,
                         .with_reads = random() % 2 == 0});
        for (int i = 0; i < 200 && !disk.has_failed(); ++i) {
            story.act();
        }
        totals.failures += disk.has_failed() ? 1U : 0U;
        for (std::uint64_t i = random() % 20; i > 0; --i) {
            story.act();
        }
        disk.begin_plan({});
        story.recover();
    }
    story.end();
    disk.restore_power(Survival::nothing_unsynced);
    story.open();
    story.check();
    story.end();
}

} // namespace

int main(int argc, char** argv) {
    const double seconds = argc > 1 ? std::atof(argv[1]) : 10;
    std::uint64_t seed = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
    // Every failure is logged, as it should be.
    if (std::freopen("/dev/null", "w", stderr) == nullptr) {
        return 1;
    }
    Totals totals;
    const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
    for (; std::chrono::steady_clock::now() < end; ++seed) {
        std::mt19937_64 random{seed};
        PowerDisk disk{seed, seed % 2 == 0 ? 512U : 4'096U};
        SpoolStory story{disk, options_of(seed)};
        if (seed % 2 == 0) {
            cut_repeatedly(disk, story, random, totals);
        } else {
            fail_repeatedly(disk, story, random, totals);
        }
        ++totals.lives;
        totals.counts.groups += story.counts().groups;
        totals.counts.records += story.counts().records;
        totals.counts.gaps += story.counts().gaps;
        totals.counts.thinned += story.counts().thinned;
        totals.counts.in_memory += story.counts().in_memory;
        if (!story.faults().empty()) {
            std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
            for (const std::string& fault : story.faults()) {
                std::printf("%s\n", fault.c_str());
            }
            return 1;
        }
    }
    const auto print = [](const char* name, std::uint64_t value) {
        std::printf("%s %llu\n", name, static_cast<unsigned long long>(value));
    };
    print("lives", totals.lives);
    print("power_cuts", totals.cuts);
    print("disk_failures", totals.failures);
    print("groups", totals.counts.groups);
    print("records", totals.counts.records);
    print("records_in_memory", totals.counts.in_memory);
    print("gap_records", totals.counts.gaps);
    print("lost_or_double", 0);
    return 0;
}
