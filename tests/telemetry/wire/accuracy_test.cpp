#include "telemetry/wire/accuracy.h"

#include <limits>

#include <gtest/gtest.h>

namespace ems::wire {
namespace {

TEST(HorizontalAccuracy, IsFiveMetresForEachOfTheDilutionRoundedUp) {
    EXPECT_EQ(horizontal_accuracy_m(80), 4U);
    EXPECT_EQ(horizontal_accuracy_m(1'000), 50U);
    EXPECT_EQ(horizontal_accuracy_m(1'001), 51U) << "never told smaller than it is";
    EXPECT_EQ(horizontal_accuracy_m(2'400), 120U);
}

TEST(HorizontalAccuracy, OfNoDilutionIsNotKnown) {
    EXPECT_EQ(horizontal_accuracy_m(0), 0U);
}

TEST(HorizontalAccuracy, HasABoundWhateverAVehicleSays) {
    EXPECT_EQ(horizontal_accuracy_m(9'999), 500U);
    EXPECT_EQ(horizontal_accuracy_m(std::numeric_limits<std::uint32_t>::max()), 500U);
}

} // namespace
} // namespace ems::wire
