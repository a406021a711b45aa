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

} // namespace
} // namespace ems::soak
