#include <set>

#include <gtest/gtest.h>

#include "tests/soak/chaos_plan.h"

namespace ems::soak {
namespace {

std::string text(const std::vector<Step>& plan) {
    std::string out;
    for (const Step& step : plan) {
        out += to_line(step) + "\n";
    }
    return out;
}

TEST(ChaosPlan, IsTheSameForASeedAndAnotherForTheNext) {
    EXPECT_EQ(text(make_plan({.seed = 7})), text(make_plan({.seed = 7})));
    EXPECT_NE(text(make_plan({.seed = 7})), text(make_plan({.seed = 8})));
}

TEST(ChaosPlan, DoesEveryDeedAndEndsInTime) {
    const PlanOptions options{.seed = 3};
    std::set<Deed> deeds;
    for (const Step& step : make_plan(options)) {
        deeds.insert(step.deed);
        EXPECT_LT(step.at + step.lasts, options.length);
        EXPECT_LT(step.vehicle, options.vehicles);
    }
    EXPECT_EQ(deeds.size(), 11U);
}

// The broker that is killed and started again at one instant would else be started first and stay
// dead.
TEST(ChaosPlan, AStepThatLastsNoTimeBeginsBeforeItEnds) {
    std::vector<Step> plan;
    for (int i = 0; i < 50; ++i) {
        plan.push_back({.at = std::chrono::milliseconds{i / 5 * 100}});
    }
    std::vector<bool> begun(plan.size());
    std::chrono::milliseconds before{0};
    const std::vector<Moment> moments = moments_of(plan);
    EXPECT_EQ(moments.size(), 2 * plan.size());
    for (const Moment& moment : moments) {
        EXPECT_GE(moment.at, before);
        before = moment.at;
        EXPECT_EQ(begun[moment.step], !moment.begins) << moment.step;
        begun[moment.step] = true;
    }
}

} // namespace
} // namespace ems::soak
