#include "telemetry/base/bounded_queue.h"

#include <gtest/gtest.h>

namespace ems {
namespace {

TEST(BoundedQueue, RefusesTheNewestWhenToldTo) {
    BoundedQueue<int> queue{2, WhenFull::refuse_newest};
    EXPECT_TRUE(queue.push(1));
    EXPECT_TRUE(queue.push(2));
    EXPECT_FALSE(queue.push(3));
    EXPECT_EQ(queue.try_pop(), 1);
    EXPECT_EQ(queue.dropped(), 1U);
}

TEST(BoundedQueue, DropsTheOldestWhenToldTo) {
    BoundedQueue<int> queue{2, WhenFull::drop_oldest};
    for (int i = 1; i <= 3; ++i) {
        EXPECT_TRUE(queue.push(i));
    }
    EXPECT_EQ(queue.drain(10), (std::vector<int>{2, 3}));
    EXPECT_EQ(queue.dropped(), 1U);
}

TEST(BoundedQueue, GivesWhatIsLeftAfterClosing) {
    BoundedQueue<int> queue{2, WhenFull::refuse_newest};
    queue.push(1);
    queue.close();
    EXPECT_FALSE(queue.push(2));
    EXPECT_EQ(queue.pop_for(std::chrono::milliseconds{0}), 1);
    EXPECT_FALSE(queue.pop_for(std::chrono::milliseconds{0}).has_value());
}

} // namespace
} // namespace ems
