#include "tests/support/fault_plan.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace ems::test {
namespace {

using namespace std::chrono_literals;
using Fate = FaultPlan::Fate;

constexpr std::uint64_t kSeed = 20260318;
constexpr Ticks kStart{1h};

std::vector<FaultPlan::Verdict> verdicts(const Faults& faults, std::size_t count,
                                         std::uint64_t seed = kSeed,
                                         std::chrono::microseconds apart = 1ms) {
    FaultPlan plan{seed};
    std::vector<FaultPlan::Verdict> out;
    for (std::size_t i = 0; i < count; ++i) {
        out.push_back(plan.packet(100, kStart + i * apart, faults));
    }
    return out;
}

double share(const std::vector<FaultPlan::Verdict>& all,
             const std::function<bool(const FaultPlan::Verdict&)>& is) {
    return static_cast<double>(std::count_if(all.begin(), all.end(), is)) /
           static_cast<double>(all.size());
}

// Four standard deviations of a share of n trials: a right program fails once in 16,000 seeds, and
// the seed is fixed.
double tolerance(double p, std::size_t n) {
    return 4 * std::sqrt(p * (1 - p) / static_cast<double>(n));
}

TEST(FaultPlan, WithNothingSetEveryPacketPassesAtOnceAndUntouched) {
    FaultPlan plan{kSeed};
    for (int i = 0; i < 1'000; ++i) {
        const Ticks now = kStart + i * 1ms;
        const auto verdict = plan.packet(1'200, now, {});
        EXPECT_EQ(verdict.fate, Fate::delivered);
        EXPECT_EQ(verdict.at, now);
        EXPECT_EQ(verdict.copies, 1U);
        EXPECT_FALSE(verdict.held_back || verdict.flip);
    }
}

TEST(FaultPlan, TheSameSeedChoosesTheSameAndAnotherSeedNot) {
    const Faults faults{
        .jitter = 5ms, .loss = 0.2, .duplicate = 0.2, .reorder = 0.2, .corrupt = 0.2};
    const auto text = [](const std::vector<FaultPlan::Verdict>& all) {
        std::string out;
        for (const auto& one : all) {
            out += std::to_string(static_cast<int>(one.fate)) + std::to_string(one.copies) +
                   std::to_string(one.at.time_since_epoch().count()) +
                   (one.flip ? std::to_string(one.flip->at) : "-");
        }
        return out;
    };
    EXPECT_EQ(text(verdicts(faults, 1'000, 1)), text(verdicts(faults, 1'000, 1)));
    EXPECT_NE(text(verdicts(faults, 1'000, 1)), text(verdicts(faults, 1'000, 2)));
}

TEST(FaultPlan, TheFirstChoicesOfASeedAreTheSameOnEveryMachine) {
    std::string lost;
    for (const auto& verdict : verdicts({.loss = 0.5}, 32, 1)) {
        lost += verdict.fate == Fate::lost ? 'x' : '.';
    }
    EXPECT_EQ(lost, "xx.xx....xx....xx.xx.......xx.xx");
}

TEST(FaultPlan, OneSettingDoesNotChangeWhatAnotherChooses) {
    const auto lost = [](const Faults& faults) {
        std::vector<bool> out;
        for (const auto& verdict : verdicts(faults, 2'000)) {
            out.push_back(verdict.fate == Fate::lost);
        }
        return out;
    };
    EXPECT_EQ(lost({.loss = 0.1}), lost({.delay = 60ms,
                                         .jitter = 20ms,
                                         .loss = 0.1,
                                         .duplicate = 0.3,
                                         .reorder = 0.3,
                                         .corrupt = 0.5}));
}

TEST(FaultPlan, DelayIsExact) {
    for (const auto& verdict : verdicts({.delay = 60ms}, 1)) {
        EXPECT_EQ(verdict.at, kStart + 60ms);
    }
}

TEST(FaultPlan, JitterIsUniformBetweenNothingAndItsMaximum) {
    constexpr std::size_t kCount = 20'000;
    const auto all = verdicts({.delay = 30ms, .jitter = 10ms}, kCount, kSeed, 20ms);
    std::vector<std::size_t> tenths(10);
    for (std::size_t i = 0; i < kCount; ++i) {
        const double extra_ms =
            std::chrono::duration<double, std::milli>(all[i].at - (kStart + i * 20ms) - 30ms)
                .count();
        ASSERT_GE(extra_ms, 0);
        ASSERT_LT(extra_ms, 10);
        ++tenths[static_cast<std::size_t>(extra_ms)];
    }
    for (const std::size_t count : tenths) {
        EXPECT_NEAR(static_cast<double>(count) / kCount, 0.1, tolerance(0.1, kCount));
    }
}

TEST(FaultPlan, OrderIsKeptWhateverTheJitterUnlessReorderingIsSet) {
    for (const auto apart : {0us, 100us, 3'000us}) {
        const auto all = verdicts({.delay = 5ms, .jitter = 50ms, .loss = 0.1, .duplicate = 0.1},
                                  5'000, kSeed, apart);
        Ticks last{};
        for (const auto& verdict : all) {
            if (verdict.fate == Fate::delivered) {
                EXPECT_GE(verdict.at, last);
                last = verdict.at;
            }
        }
    }
}

TEST(FaultPlan, OrderIsKeptWhenTheDelayIsTakenAway) {
    FaultPlan plan{kSeed};
    const Ticks slow = plan.packet(100, kStart, {.delay = 500ms}).at;
    EXPECT_GE(plan.packet(100, kStart + 1ms, {}).at, slow);
    plan.forget_order();
    EXPECT_EQ(plan.packet(100, kStart + 2ms, {}).at, kStart + 2ms);
}

TEST(FaultPlan, SharesAreWhatIsSetAndPacketsIndependent) {
    constexpr std::size_t kCount = 100'000;
    for (const double p : {0.01, 0.05, 0.2, 0.5}) {
        const double slack = tolerance(p, kCount);
        const auto lost = verdicts({.loss = p}, kCount);
        const auto is_lost = [](const auto& v) { return v.fate == Fate::lost; };
        EXPECT_NEAR(share(lost, is_lost), p, slack);
        std::size_t pairs = 0;
        for (std::size_t i = 1; i < kCount; ++i) {
            pairs += is_lost(lost[i - 1]) && is_lost(lost[i]) ? 1U : 0U;
        }
        EXPECT_NEAR(static_cast<double>(pairs) / kCount, p * p, 2 * tolerance(p * p, kCount));
        EXPECT_NEAR(
            share(verdicts({.duplicate = p}, kCount), [](auto& v) { return v.copies == 2; }), p,
            slack);
        EXPECT_NEAR(share(verdicts({.reorder = p}, kCount), [](auto& v) { return v.held_back; }), p,
                    slack);
        EXPECT_NEAR(share(verdicts({.corrupt = p}, kCount), [](auto& v) { return bool{v.flip}; }),
                    p, slack);
    }
    EXPECT_EQ(share(verdicts({.loss = 1}, 1'000), [](auto& v) { return v.fate == Fate::lost; }), 1);
}

TEST(FaultPlan, AHeldBackPacketComesLaterAndHoldsNobodyUp) {
    const auto all = verdicts({.reorder = 0.2, .reorder_by = 5ms}, 1'000);
    std::size_t held = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
        EXPECT_EQ(all[i].at, kStart + i * 1ms + (all[i].held_back ? 5ms : 0ms));
        held += all[i].held_back ? 1U : 0U;
    }
    EXPECT_GT(held, 100U);
}

TEST(FaultPlan, AFlipIsOneBitAnywhereInThePacket) {
    FaultPlan plan{kSeed};
    std::set<std::size_t> places;
    std::set<int> masks;
    for (int i = 0; i < 5'000; ++i) {
        const auto verdict = plan.packet(50, kStart, {.corrupt = 1});
        ASSERT_TRUE(verdict.flip);
        ASSERT_LT(verdict.flip->at, 50U);
        ASSERT_EQ(std::popcount(verdict.flip->mask), 1);
        places.insert(verdict.flip->at);
        masks.insert(verdict.flip->mask);
    }
    EXPECT_EQ(places.size(), 50U);
    EXPECT_EQ(masks.size(), 8U);
    EXPECT_FALSE(plan.packet(0, kStart, {.corrupt = 1}).flip) << "an empty one has no bit";
}

TEST(FaultPlan, ABlackHoleSwallowsAndTheDrawsGoOn) {
    const Faults lossy{.loss = 0.3};
    Faults dark = lossy;
    dark.passage = Passage::black_hole;
    FaultPlan with{kSeed};
    FaultPlan without{kSeed};
    for (int i = 0; i < 100; ++i) {
        EXPECT_EQ(with.packet(100, kStart, dark).fate, Fate::swallowed);
        (void)without.packet(100, kStart, lossy);
    }
    for (int i = 0; i < 100; ++i) {
        EXPECT_EQ(with.packet(100, kStart, lossy).fate, without.packet(100, kStart, lossy).fate);
    }
}

// ---------------------------------------------------------------------------------------- token
// bucket

struct Arrival {
    Ticks at;
    std::size_t size{0};
};

// Bursts, pauses and packets of every size.
std::vector<Arrival> traffic(std::uint64_t seed, std::size_t count) {
    std::mt19937_64 random{seed};
    std::vector<Arrival> out;
    Ticks at = kStart;
    for (std::size_t i = 0; i < count; ++i) {
        at += random() % 10 == 0 ? std::chrono::microseconds{random() % 200'000}
                                 : std::chrono::microseconds{random() % 2'000};
        out.push_back({at, 1 + random() % 1'500});
    }
    return out;
}

double seconds(Ticks::duration time) {
    return std::chrono::duration<double>(time).count();
}

TEST(TokenBucket, LeavesWhenTheDefinitionSays) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        const Faults faults{.rate_bytes_per_s = 50'000 * seed,
                            .burst_bytes = 500 * seed,
                            .queue_bytes = 64U << 20U};
        const auto arrivals = traffic(seed, 400);
        FaultPlan plan{seed};
        for (std::size_t k = 0; k < arrivals.size(); ++k) {
            const Ticks at = plan.packet(arrivals[k].size, arrivals[k].at, faults).at;
            // Slow and obvious: for every start j of a busy period, what came since, less the full
            // bucket, at the rate.
            double expected = seconds(arrivals[k].at - kStart);
            double bytes = 0;
            for (std::size_t j = k + 1; j-- > 0;) {
                bytes += static_cast<double>(arrivals[j].size);
                expected =
                    std::max(expected, seconds(arrivals[j].at - kStart) +
                                           (bytes - static_cast<double>(faults.burst_bytes)) /
                                               static_cast<double>(faults.rate_bytes_per_s));
            }
            ASSERT_NEAR(seconds(at - kStart), expected, 1e-6) << "seed " << seed << " packet " << k;
        }
    }
}

TEST(TokenBucket, NoSpanOfTimeCarriesMoreThanTheRateAndOneBucket) {
    const Faults faults{
        .rate_bytes_per_s = 100'000, .burst_bytes = 3'000, .queue_bytes = 64U << 20U};
    FaultPlan plan{kSeed};
    std::vector<Arrival> left;
    for (const Arrival& arrival : traffic(7, 800)) {
        left.push_back({plan.packet(arrival.size, arrival.at, faults).at, arrival.size});
    }
    for (std::size_t i = 0; i < left.size(); ++i) {
        double bytes = 0;
        for (std::size_t j = i; j < left.size(); ++j) {
            bytes += static_cast<double>(left[j].size);
            // The last byte of packet i leaves at its time; its first ones may have left before.
            ASSERT_LE(bytes, 3'000 + 1'500 + seconds(left[j].at - left[i].at) * 100'000 + 1);
        }
    }
}

TEST(TokenBucket, ABusyLinkIsUsedToTheFull) {
    const Faults faults{.rate_bytes_per_s = 64'000, .burst_bytes = 1'500, .queue_bytes = 1U << 20U};
    FaultPlan plan{kSeed};
    Ticks last{};
    for (int i = 0; i < 1'000; ++i) {
        last = plan.packet(640, kStart, faults).at;
    }
    EXPECT_NEAR(seconds(last - kStart), (640'000.0 - 1'500) / 64'000, 1e-6);
}

TEST(TokenBucket, AFullQueueDropsAndAnEmptiedOneTakesAgain) {
    const Faults faults{.rate_bytes_per_s = 10'000, .burst_bytes = 1'000, .queue_bytes = 5'000};
    FaultPlan plan{kSeed};
    int taken = 0;
    while (plan.packet(1'000, kStart, faults).fate == Fate::delivered) {
        ++taken;
    }
    EXPECT_EQ(taken, 6) << "one bucket and one queue";
    EXPECT_EQ(plan.packet(1'000, kStart + 99ms, faults).fate, Fate::overflowed);
    EXPECT_EQ(plan.packet(1'000, kStart + 101ms, faults).fate, Fate::delivered);
}

TEST(TokenBucket, APacketLargerThanTheQueuePassesAnEmptyLink) {
    FaultPlan plan{kSeed};
    const Faults faults{.rate_bytes_per_s = 10'000, .burst_bytes = 1, .queue_bytes = 100};
    EXPECT_EQ(plan.packet(1'000, kStart, faults).fate, Fate::delivered);
    EXPECT_EQ(plan.packet(10, kStart, faults).fate, Fate::overflowed);
}

TEST(TokenBucket, WhatWasPaidForIsNotAskedAgainWhenTheRateChanges) {
    FaultPlan plan{kSeed};
    const Faults slow{.rate_bytes_per_s = 1'000, .burst_bytes = 1'000};
    const Ticks first = plan.packet(2'000, kStart, slow).at;
    EXPECT_EQ(first, kStart + 1s);
    EXPECT_EQ(plan.packet(100, kStart, {}).at, first) << "behind what is in front of it";
    EXPECT_EQ(plan.packet(1'000, kStart + 2s, slow).at, kStart + 2s) << "a full bucket again";
}

TEST(StreamPlan, SegmentsAreDelayedLikePackets) {
    FaultPlan stream{kSeed};
    FaultPlan packets{kSeed};
    const Faults faults{
        .delay = 20ms, .jitter = 1ms, .rate_bytes_per_s = 100'000, .queue_bytes = 64U << 20U};
    for (const Arrival& arrival : traffic(5, 500)) {
        packets.forget_order();
        EXPECT_EQ(stream.segment(arrival.size, arrival.at, faults),
                  packets.packet(arrival.size, arrival.at, faults).at);
    }
}

TEST(StreamPlan, RoomIsWhatTheQueueHasLeftAndComesBackWhenItSays) {
    const Faults faults{.rate_bytes_per_s = 10'000, .burst_bytes = 1'000, .queue_bytes = 4'000};
    FaultPlan plan{kSeed};
    EXPECT_EQ(plan.room(kStart, {}), std::numeric_limits<std::size_t>::max());
    EXPECT_EQ(plan.room(kStart, faults), 4'000U);
    (void)plan.segment(2'000, kStart, faults); // 1,000 wait
    EXPECT_EQ(plan.room(kStart, faults), 3'000U);
    (void)plan.segment(3'000, kStart, faults);
    EXPECT_EQ(plan.room(kStart, faults), 0U);
    const Ticks again = plan.room_at(kStart, faults);
    EXPECT_GT(again, kStart);
    EXPECT_EQ(plan.room(again - 50us, faults), 0U);
    EXPECT_GT(plan.room(again, faults), 0U);
    EXPECT_LE(again, kStart + 1ms);
}

// ---------------------------------------------------------------------------------------- streams,
// the line, checks

TEST(StreamCorruption, DoesNotDependOnHowTheStreamIsCut) {
    std::vector<std::uint8_t> whole(200'000);
    std::vector<std::uint8_t> pieces = whole;
    StreamCorruption one{kSeed};
    const std::size_t flips = one.apply(whole, 0.3);
    StreamCorruption other{kSeed};
    std::mt19937_64 random{3};
    std::size_t flips_of_pieces = 0;
    for (std::size_t at = 0; at < pieces.size();) {
        const std::size_t part = std::min<std::size_t>(1 + random() % 3'000, pieces.size() - at);
        flips_of_pieces += other.apply(std::span{pieces}.subspan(at, part), 0.3);
        at += part;
    }
    EXPECT_EQ(whole, pieces);
    EXPECT_EQ(flips, flips_of_pieces);
    EXPECT_GT(flips, 0U);
}

TEST(StreamCorruption, FlipsOneBitInItsShareOfBlocks) {
    constexpr std::size_t kBlocks = 10'000;
    std::vector<std::uint8_t> bytes(kBlocks * StreamCorruption::kBlock);
    const std::size_t flips = StreamCorruption{kSeed}.apply(bytes, 0.25);
    std::size_t bits = 0;
    for (std::size_t block = 0; block < kBlocks; ++block) {
        const auto first =
            bytes.begin() + static_cast<std::ptrdiff_t>(block * StreamCorruption::kBlock);
        const int in_block =
            std::accumulate(first, first + StreamCorruption::kBlock, 0,
                            [](int sum, std::uint8_t byte) { return sum + std::popcount(byte); });
        ASSERT_LE(in_block, 1);
        bits += static_cast<std::size_t>(in_block);
    }
    EXPECT_EQ(bits, flips);
    EXPECT_NEAR(static_cast<double>(flips) / kBlocks, 0.25, tolerance(0.25, kBlocks));
}

TEST(DelayLine, GivesWhatIsDueByTimeAndEqualTimesInOrder) {
    DelayLine<int> line;
    line.push(kStart + 2ms, 3);
    line.push(kStart + 1ms, 1);
    line.push(kStart + 1ms, 2);
    line.push(kStart + 9ms, 4);
    EXPECT_EQ(line.next(), kStart + 1ms);
    EXPECT_FALSE(line.pop(kStart));
    std::vector<int> out;
    while (const auto value = line.pop(kStart + 5ms)) {
        out.push_back(*value);
    }
    EXPECT_EQ(out, (std::vector<int>{1, 2, 3}));
    EXPECT_EQ(line.size(), 1U);
}

TEST(FaultCheck, NamesWhatIsOutOfRange) {
    EXPECT_TRUE(check({}, Transport::tcp));
    EXPECT_TRUE(check({.loss = 1, .duplicate = 1, .reorder = 1, .corrupt = 1}, Transport::udp));
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const std::vector<std::pair<Faults, std::string>> wrong{
        {{.loss = 1.01}, "loss"},
        {{.loss = -0.01}, "loss"},
        {{.duplicate = nan}, "duplicate"},
        {{.reorder = 2}, "reorder"},
        {{.corrupt = -1}, "corrupt"},
        {{.delay = -1us}, "delay"},
        {{.jitter = 11min}, "jitter"},
        {{.reorder_by = -1us}, "reorder_by"},
        {{.rate_bytes_per_s = 10'000'000'001}, "rate_bytes_per_s"},
        {{.burst_bytes = 0}, "burst_bytes"},
        {{.queue_bytes = 0}, "queue_bytes"},
        {{.queue_bytes = 1ULL << 40U}, "queue_bytes"}};
    for (const auto& [faults, name] : wrong) {
        const auto result = check(faults, Transport::udp);
        ASSERT_FALSE(result) << name;
        EXPECT_EQ(result.error().code, Code::out_of_range);
        EXPECT_TRUE(result.error().detail.starts_with(name)) << result.error().detail;
    }
    for (const Faults& faults :
         {Faults{.loss = 0.1}, Faults{.duplicate = 0.1}, Faults{.reorder = 0.1}}) {
        EXPECT_EQ(check(faults, Transport::tcp).error().code, Code::invalid_argument);
    }
}

} // namespace
} // namespace ems::test
