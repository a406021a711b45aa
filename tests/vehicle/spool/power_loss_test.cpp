// The spool on a disk whose power goes, or which fails, at each of its operations in turn.
#include <gtest/gtest.h>

#include "telemetry/base/log.h"
#include "tests/vehicle/spool/spool_story.h"

namespace ems::test {
namespace {

// Each of some thousand lives would tell what it drops.
class Quiet : public testing::Environment {
  public:
    void SetUp() override { log::set_level(log::Level::error); }
};
[[maybe_unused]] const auto* const kQuiet = testing::AddGlobalTestEnvironment(new Quiet);

constexpr int kSteps = 60;
constexpr int kStepsOfFailure = 44; // 11 s: the spool tries the disk again within them

std::string all(const std::vector<std::string>& faults) {
    std::string out;
    for (const std::string& one : faults) {
        out += one + "\n";
    }
    return out;
}

// With two orderly restarts: then the log moves into the file. Ends early with the power.
void live(SpoolStory& story, const PowerDisk& disk) {
    story.open();
    for (int i = 1; i <= kSteps && !disk.is_off(); ++i) {
        story.act();
        if (i % 25 == 0 && !disk.is_off()) {
            story.end();
            story.open();
        }
    }
}

// Operations of the whole story without a fault.
std::uint64_t operations(std::uint64_t seed) {
    PowerDisk disk{seed};
    SpoolStory story{disk, {.seed = seed}};
    live(story, disk);
    story.check();
    story.end();
    EXPECT_TRUE(story.faults().empty()) << all(story.faults());
    EXPECT_GT(story.counts().thinned, 5U) << "the quota is met, and waves of a case are thinned";
    return disk.operations();
}

void cut_at(std::uint64_t at, std::uint64_t seed, Survival survival, std::size_t sector_bytes) {
    PowerDisk disk{seed * 7'919 + at, sector_bytes};
    disk.begin_plan({.fault = DiskFault::power_cut, .at = at});
    SpoolStory story{disk, {.seed = seed}};
    live(story, disk);
    story.end();
    disk.restore_power(survival);
    story.open();
    for (int i = 0; i < 3; ++i) {
        story.act();
    }
    story.check();
    story.end();
    ASSERT_TRUE(story.faults().empty())
        << "operation " << at << " seed " << seed << " survival " << static_cast<int>(survival)
        << " sector " << sector_bytes << "\n"
        << all(story.faults());
}

class PowerLoss : public testing::TestWithParam<std::pair<Survival, std::size_t>> {};

TEST_P(PowerLoss, AtEachOperationCostsNothingThatWasReportedKept) {
    constexpr std::uint64_t kSeed = 3;
    const std::uint64_t count = operations(kSeed);
    ASSERT_GT(count, 300U);
    RecordProperty("operations", static_cast<int>(count));
    for (std::uint64_t at = 1; at < count && !HasFatalFailure(); ++at) {
        cut_at(at, kSeed, GetParam().first, GetParam().second);
    }
}

INSTANTIATE_TEST_SUITE_P(Survivals, PowerLoss,
                         testing::Values(std::pair{Survival::nothing_unsynced, 512},
                                         std::pair{Survival::everything, 512},
                                         std::pair{Survival::random, 512},
                                         std::pair{Survival::random, 4'096}));

// The disk fails, the process lives on, the disk works again; at the end the power goes.
// False: there is no such operation.
bool fail_at(std::uint64_t seed, const DiskPlan& plan) {
    PowerDisk disk{seed * 104'729 + plan.at};
    disk.begin_plan(plan);
    SpoolStory story{disk, {.seed = seed}};
    story.open();
    for (int i = 0; i < kStepsOfFailure; ++i) {
        story.act();
    }
    const bool met = disk.has_failed();
    disk.begin_plan({});
    story.recover();
    story.end();
    disk.restore_power(Survival::nothing_unsynced);
    story.open();
    story.check();
    story.end();
    EXPECT_TRUE(story.faults().empty())
        << "operation " << plan.at << " seed " << seed << " fault " << static_cast<int>(plan.fault)
        << " count " << plan.count << "\n"
        << all(story.faults());
    return met;
}

class DiskFailure : public testing::TestWithParam<DiskPlan> {};

TEST_P(DiskFailure, AtEachOperationLosesNothingAndKeepsNothingTwice) {
    constexpr std::uint64_t kSeed = 4;
    DiskPlan plan = GetParam();
    plan.at = 1;
    while (fail_at(kSeed, plan) && !HasFailure()) {
        ++plan.at;
    }
    EXPECT_GT(plan.at, 300U);
    RecordProperty("operations", static_cast<int>(plan.at));
}

INSTANTIATE_TEST_SUITE_P(Faults, DiskFailure,
                         testing::Values(DiskPlan{DiskFault::io_error, 0, 1, false},
                                         DiskPlan{DiskFault::io_error, 0, 25, false},
                                         DiskPlan{DiskFault::full, 0, 1, false},
                                         DiskPlan{DiskFault::full, 0, 25, false},
                                         DiskPlan{DiskFault::io_error, 0, 1, true}));

} // namespace
} // namespace ems::test
