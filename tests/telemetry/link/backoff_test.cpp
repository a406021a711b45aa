#include <gtest/gtest.h>

#include "telemetry/link/backoff.h"

namespace ems::link {
namespace {

using std::chrono::milliseconds;

TEST(BackoffTest, DoublesToItsLimitWithinTheJitter) {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        Backoff backoff{{milliseconds{1000}, milliseconds{30'000}}, seed};
        for (const double base : {1000.0, 2000.0, 4000.0, 8000.0, 16000.0, 30000.0, 30000.0}) {
            const auto delay = static_cast<double>(backoff.next().count());
            ASSERT_GE(delay, base * 0.7 - 1) << "seed " << seed;
            ASSERT_LE(delay, base * 1.3) << "seed " << seed;
        }
        backoff.reset();
        ASSERT_LE(backoff.next().count(), 1300);
    }
}

TEST(BackoffTest, TwoVehiclesDoNotWaitAlike) {
    Backoff one{{}, 1};
    Backoff two{{}, 2};
    EXPECT_NE(one.next(), two.next());
}

} // namespace
} // namespace ems::link
