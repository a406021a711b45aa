#include "telemetry/signal/sweep.h"

#include <random>
#include <set>

#include <gtest/gtest.h>

namespace ems::signal {
namespace {

std::vector<PixelSpan> list(const PixelSpans& spans) {
    return {spans.begin(), spans.end()};
}
using Spans = std::vector<PixelSpan>;

TEST(Sweep, MiddleOfTheScreenIsOneRectangleAndABar) {
    const SweepUpdate update = sweep_update(10, 14, 100, 8);
    EXPECT_EQ(list(update.draw), (Spans{{10, 5}}));
    EXPECT_EQ(list(update.erase), (Spans{{15, 8}}));
}

TEST(Sweep, WrapGivesTwoRectangles) {
    const SweepUpdate update = sweep_update(97, 102, 100, 8);
    EXPECT_EQ(list(update.draw), (Spans{{97, 3}, {0, 3}}));
    EXPECT_EQ(list(update.erase), (Spans{{3, 8}}));
}

TEST(Sweep, EraseBarWrapsBeforeTheTrace) {
    const SweepUpdate update = sweep_update(94, 95, 100, 8);
    EXPECT_EQ(list(update.draw), (Spans{{94, 2}}));
    EXPECT_EQ(list(update.erase), (Spans{{96, 4}, {0, 4}}));
}

TEST(Sweep, RightEdgeExactlyDrawsOneRectangle) {
    const SweepUpdate update = sweep_update(98, 99, 100, 8);
    EXPECT_EQ(list(update.draw), (Spans{{98, 2}}));
    EXPECT_EQ(list(update.erase), (Spans{{0, 8}}));
}

TEST(Sweep, FirstDrawAndNothingYet) {
    EXPECT_EQ(list(sweep_update(-1, 3, 100, 8).draw), (Spans{{0, 4}}));
    EXPECT_TRUE(list(sweep_update(-1, -1, 100, 8).draw).empty());
}

TEST(Sweep, StandingStillRedrawsThePartlyFilledColumn) {
    EXPECT_EQ(list(sweep_update(14, 14, 100, 8).draw), (Spans{{14, 1}}));
}

TEST(Sweep, LongStallRedrawsAllButTheBar) {
    const SweepUpdate update = sweep_update(10, 1'000'050, 100, 8);
    int drawn = 0;
    for (const PixelSpan& span : update.draw) {
        drawn += span.count_px;
    }
    EXPECT_EQ(drawn, 92);
}

// However the steps fall: drawing and erasing never overlap, and what is shown is always the newest
// sweep.
TEST(Sweep, AnyStepsLeaveTheNewestSweepOnScreen) {
    std::mt19937 random{20260318};
    for (int round = 0; round < 200; ++round) {
        const int width = 2 + static_cast<int>(random() % 60);
        const int erase = static_cast<int>(random() % static_cast<unsigned>(width));
        std::vector<std::int64_t> shown(static_cast<std::size_t>(width), -1);
        std::int64_t last = -1;
        for (int step = 0; step < 60; ++step) {
            const std::int64_t now =
                std::max<std::int64_t>(last, 0) + static_cast<std::int64_t>(random() % 90);
            const SweepUpdate update = sweep_update(last, now, width, erase);
            std::set<int> drawn;
            for (const PixelSpan& span : update.draw) {
                for (int px = span.from_px; px < span.from_px + span.count_px; ++px) {
                    ASSERT_TRUE(drawn.insert(px).second);
                    shown.at(static_cast<std::size_t>(px)) = column_at(px, now, width);
                }
            }
            for (const PixelSpan& span : update.erase) {
                for (int px = span.from_px; px < span.from_px + span.count_px; ++px) {
                    ASSERT_EQ(drawn.count(px), 0U);
                    shown.at(static_cast<std::size_t>(px)) = -1;
                }
            }
            last = now;
            for (std::int64_t c = std::max<std::int64_t>(0, now - (width - erase) + 1); c <= now;
                 ++c) {
                ASSERT_EQ(shown.at(static_cast<std::size_t>(c % width)), c);
            }
        }
    }
}

TEST(SampleRing, LateAndRepeatedBlocksFillTheirPlace) {
    SampleRing ring{100};
    const std::vector<std::int32_t> a{1, 2, 3};
    const std::vector<std::int32_t> b{4, 5};
    ring.write(13, b);
    ring.write(10, a);
    ring.write(10, a);
    EXPECT_EQ(ring.at(10), 1);
    EXPECT_EQ(ring.at(14), 5);
    EXPECT_FALSE(ring.at(15));
    EXPECT_FALSE(ring.at(9));
    EXPECT_EQ(ring.end(), 15U);
}

TEST(SampleRing, AJumpIsAGapAndOldSamplesAreForgotten) {
    SampleRing ring{10};
    const std::vector<std::int32_t> a{1, 2, 3, 4, 5, 6, 7, 8};
    ring.write(0, a);
    ring.write(12, std::span{a}.first(2));
    EXPECT_EQ(ring.at(7), 8);
    EXPECT_FALSE(ring.at(8)); // never written
    EXPECT_FALSE(ring.at(11));
    EXPECT_EQ(ring.at(13), 2);
    EXPECT_FALSE(ring.at(3)); // overwritten
    ring.write(0, a);         // too late: only what still fits may come back
    EXPECT_FALSE(ring.at(3));
    EXPECT_EQ(ring.at(4), 5);
    ring.write(1'000'000'000'000ULL, a);
    EXPECT_EQ(ring.at(1'000'000'000'003ULL), 4);
    EXPECT_FALSE(ring.at(13));
}

TEST(SampleRing, LeadOffIsAGap) {
    SampleRing ring{10};
    ring.write_gap(5, 3);
    EXPECT_EQ(ring.end(), 8U);
    EXPECT_FALSE(ring.at(6));
}

TEST(TraceExtent, TakesEverySampleOfAColumn) {
    SampleRing ring{100};
    ring.write(0, std::vector<std::int32_t>{0, 5, -9, 3, 1});
    const auto extent = trace_extent(ring, 0, 4);
    ASSERT_TRUE(extent);
    EXPECT_EQ(extent->least, -9);
    EXPECT_EQ(extent->most, 5);
}

TEST(TraceExtent, NeighbouringColumnsMeet) {
    SampleRing ring{100};
    ring.write(0, std::vector<std::int32_t>{0, 100, 200, 300});
    const auto left = trace_extent(ring, 0, 1.5);
    const auto right = trace_extent(ring, 1.5, 3);
    ASSERT_TRUE(left && right);
    EXPECT_EQ(left->most, 150);
    EXPECT_EQ(right->least, 150);
}

TEST(TraceExtent, ManyPixelsASampleFollowTheLine) {
    SampleRing ring{100};
    ring.write(0, std::vector<std::int32_t>{0, 100});
    const auto extent = trace_extent(ring, 0.25, 0.5);
    ASSERT_TRUE(extent);
    EXPECT_EQ(extent->least, 25);
    EXPECT_EQ(extent->most, 50);
}

TEST(TraceExtent, AGapIsNeverBridged) {
    SampleRing ring{100};
    ring.write(0, std::vector<std::int32_t>{0, 0, 0});
    ring.write(6, std::vector<std::int32_t>{100, 100});
    EXPECT_FALSE(trace_extent(ring, 3, 5));
    EXPECT_FALSE(trace_extent(ring, 2.1, 5.9));
    const auto edge = trace_extent(ring, 1.5, 4);
    ASSERT_TRUE(edge);
    EXPECT_EQ(edge->most, 0);
    EXPECT_FALSE(trace_extent(ring, 8, 20));
    EXPECT_FALSE(trace_extent(ring, -5, 2));
}

TEST(Playout, RunsEvenlyBehindArrivals) {
    Playout playout{500, 0.3};
    EXPECT_LT(playout.position(0), 0);
    double last = -1;
    double now = 0;
    for (int frame = 0; frame < 600; ++frame) {
        now = frame / 60.0;
        if (frame % 12 == 0) {
            // batches of 0.2 s, each up to 100 ms late
            const double late_s = frame % 24 == 0 ? 0.0 : 0.1;
            playout.arrived(static_cast<std::uint64_t>(500.0 * std::max(0.0, now - late_s)), now);
        }
        const double position = playout.position(now);
        if (frame > 60) {
            EXPECT_NEAR(position - last, 500.0 / 60, 0.4) << frame;
            EXPECT_FALSE(playout.starved()) << frame;
        }
        EXPECT_GE(position, last);
        last = position;
    }
    EXPECT_NEAR(last, (now - 0.3) * 500, 10);
}

TEST(Playout, NeverRunsBeyondWhatArrived) {
    Playout playout{500, 0.3};
    playout.arrived(500, 1.0);
    EXPECT_LE(playout.position(10), 500);
    EXPECT_TRUE(playout.starved());
}

TEST(Playout, JumpsAfterALongOutage) {
    Playout playout{500, 0.3};
    playout.arrived(500, 1.0);
    EXPECT_GT(playout.position(1.3), 0);
    playout.arrived(30'500, 61.0);
    EXPECT_NEAR(playout.position(61.0), (61.0 - 0.3) * 500, 50);
    // the link came back with a transit longer by 10 s: the position waits and goes on, never back
    playout.arrived(30'600, 71.2);
    const double position = playout.position(71.2);
    EXPECT_LE(position, 30'600);
    EXPECT_GE(position, 30'350);
}

} // namespace
} // namespace ems::signal
