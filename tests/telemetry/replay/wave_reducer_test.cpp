#include "telemetry/replay/wave_reducer.h"

#include <algorithm>
#include <map>
#include <random>

#include <gtest/gtest.h>

namespace ems::replay {
namespace {

constexpr std::int64_t kStartUs = 1'741'600'000'000'000;

struct Batch {
    DeviceTime t;
    wire::WaveBlock block;
};
using MinMax = std::pair<std::int32_t, std::int32_t>;
using Buckets = std::map<std::int64_t, MinMax>;

void widen(Buckets& buckets, std::int64_t bucket, std::int32_t low, std::int32_t high) {
    const auto [at, fresh] = buckets.try_emplace(bucket, low, high);
    if (!fresh) {
        at->second.first = std::min(at->second.first, low);
        at->second.second = std::max(at->second.second, high);
    }
}

// A drive of a monitor: batches that follow each other, with holes, electrodes that come off, new
// recordings and clocks that are set; periods are whole microseconds, so that there is one true
// bucket for each sample.
class Drive {
  public:
    explicit Drive(std::uint64_t seed) : random_(seed) {}

    std::vector<Batch> make(int count) {
        std::vector<Batch> out;
        renew();
        for (int n = 0; n < count; ++n) {
            if (one_in(9)) {
                const std::uint32_t lost = 4 * pick(1, 225); // samples that never came
                index_ += lost;
                pleth_index_ += lost / 4;
                t_ += lost * period_us_;
            }
            if (one_in(25)) {
                renew();
            }
            if (one_in(15)) {
                off_ = pick(0, 3);
            }
            if (one_in(30)) {
                t_ += kStepUs + pick(1, 5'000'000); // the clock was set
            }
            out.push_back(next());
        }
        return out;
    }

  private:
    std::uint32_t pick(std::uint32_t low, std::uint32_t high) {
        return std::uniform_int_distribution<std::uint32_t>{low, high}(random_);
    }
    bool one_in(std::uint32_t n) { return pick(1, n) == 1; }
    void renew() {
        recording_ = random_() | 1U;
        period_us_ = one_in(2) ? 2000 : 4000;
        mask_ = one_in(3) ? 0b10U : 0b111U;
        index_ = pick(0, 1'000'000);
        pleth_index_ = pick(0, 1000);
        gain_nv_ = pick(1000, 2500);
    }
    Batch next() {
        Batch out{{t_}, {}};
        wire::WaveBlock& block = out.block;
        block.recording = recording_;
        block.rate_mhz = static_cast<std::uint32_t>(1'000'000'000 / period_us_);
        block.lead_mask = mask_;
        block.lead_off_mask = off_ & mask_;
        block.first_sample = index_;
        block.count = 4 * pick(5, 60);
        block.gain_nv = gain_nv_;
        for (std::size_t i = 0; i < block.lead_count() * block.count; ++i) {
            block.samples.push_back(static_cast<std::int32_t>(pick(0, 200'000)) - 100'000);
        }
        if (!one_in(6)) {
            block.pleth_rate_mhz = static_cast<std::uint32_t>(1'000'000'000 / (4 * period_us_));
            block.pleth_first_sample = pleth_index_;
            for (std::uint32_t i = 0; i < block.count / 4; ++i) {
                block.pleth.push_back(static_cast<std::int32_t>(pick(0, 4000)));
            }
        }
        index_ += block.count;
        pleth_index_ += block.count / 4;
        t_ += block.count * period_us_;
        return out;
    }

    std::mt19937_64 random_;
    std::int64_t t_{kStartUs};
    std::int64_t period_us_{2000};
    std::uint64_t recording_{1};
    std::uint32_t mask_{1};
    std::uint32_t off_{0};
    std::uint64_t index_{0};
    std::uint64_t pleth_index_{0};
    std::uint32_t gain_nv_{1000};
};

// Sample by sample: for each lead its unbroken runs, each with its buckets. Knows nothing of
// traces.
std::vector<std::vector<Buckets>> slow_oracle(const std::vector<Batch>& batches,
                                              const BucketScale& scale) {
    struct Sample {
        std::uint64_t recording;
        std::uint64_t index;
        std::int64_t t;
        std::int32_t value;
    };
    std::vector<std::vector<Buckets>> out(kPlethLead + 1);
    for (std::uint32_t lead = 0; lead <= kPlethLead; ++lead) {
        std::vector<Sample> samples;
        for (const auto& [t, block] : batches) {
            const bool pleth = lead == kPlethLead;
            const bool off = !pleth && (block.lead_off_mask >> lead & 1U) != 0;
            const std::span<const std::int32_t> values =
                pleth ? std::span{block.pleth} : block.lead(lead);
            const std::uint32_t rate = pleth ? block.pleth_rate_mhz : block.rate_mhz;
            const std::uint64_t first = pleth ? block.pleth_first_sample : block.first_sample;
            for (std::size_t i = 0; i < values.size() && !off; ++i) {
                samples.push_back({block.recording, first + i,
                                   t.us + static_cast<std::int64_t>(i) * (1'000'000'000 / rate),
                                   values[i]});
            }
        }
        bool run_open = false;
        for (std::size_t i = 0; i < samples.size(); ++i) {
            const Sample& s = samples[i];
            if (i > 0 &&
                (samples[i - 1].recording != s.recording || samples[i - 1].index + 1 != s.index)) {
                run_open = false;
            }
            if (s.t < scale.from.us || s.t >= scale.to.us) {
                continue;
            }
            if (!run_open) {
                out[lead].emplace_back();
                run_open = true;
            }
            const std::int64_t bucket =
                (s.t - scale.from.us) * scale.buckets / (scale.to.us - scale.from.us);
            widen(out[lead].back(), bucket, s.value, s.value);
        }
    }
    return out;
}

// Traces put together again where they are joined.
std::vector<std::vector<Buckets>> runs_of(const std::vector<WaveTrace>& traces) {
    std::vector<std::vector<Buckets>> out(kPlethLead + 1);
    for (const WaveTrace& trace : traces) {
        auto& runs = out[trace.lead];
        if (!trace.joined || runs.empty()) {
            runs.emplace_back();
        }
        EXPECT_EQ(trace.least.size(), trace.most.size());
        for (std::size_t i = 0; i < trace.least.size(); ++i) {
            widen(runs.back(), trace.first_bucket + static_cast<std::int64_t>(i), trace.least[i],
                  trace.most[i]);
        }
    }
    return out;
}

std::vector<WaveTrace> reduce(const std::vector<Batch>& batches, const BucketScale& scale) {
    WaveReducer reducer{scale, std::nullopt};
    for (const auto& [t, block] : batches) {
        reducer.add(t, block);
    }
    return reducer.take();
}

BucketScale scale_for(const std::vector<Batch>& batches, std::mt19937_64& random) {
    const std::int64_t length = batches.back().t.us + 1'000'000 - kStartUs;
    std::uniform_int_distribution<std::int64_t> edge{-length / 4, length / 4};
    BucketScale scale;
    scale.from = {kStartUs + edge(random)};
    scale.to = {kStartUs + length + edge(random)};
    scale.buckets = std::uniform_int_distribution<std::uint32_t>{1, 2000}(random);
    return scale;
}

TEST(WaveReducerTest, LosesNoExtremeAndBridgesNoGapAgainstASlowOracle) {
    for (std::uint64_t seed = 1; seed <= 120; ++seed) {
        std::mt19937_64 random{seed};
        const std::vector<Batch> batches = Drive{seed}.make(80);
        const BucketScale scale = scale_for(batches, random);
        ASSERT_TRUE(runs_of(reduce(batches, scale)) == slow_oracle(batches, scale))
            << "seed " << seed;
    }
}

TEST(WaveReducerTest, PagesPutTogetherAreTheWhole) {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        std::mt19937_64 random{seed};
        const std::vector<Batch> batches = Drive{seed}.make(80);
        const BucketScale scale = scale_for(batches, random);
        std::vector<WaveTrace> traces;
        std::optional<Cursor> cursor;
        for (std::size_t i = 0; i < batches.size();) {
            const std::size_t end = std::min(batches.size(), i + 1 + random() % 20);
            WaveReducer page{scale, cursor};
            for (; i < end; ++i) {
                page.add(batches[i].t, batches[i].block);
            }
            cursor.emplace();
            note_samples(batches[end - 1].block, *cursor);
            const std::vector<WaveTrace> more = page.take();
            traces.insert(traces.end(), more.begin(), more.end());
        }
        ASSERT_TRUE(runs_of(traces) == slow_oracle(batches, scale)) << "seed " << seed;
    }
}

Batch flat(std::int64_t t_us, std::uint64_t first, std::int32_t value, std::uint32_t count = 100) {
    Batch out{{kStartUs + t_us}, {}};
    out.block.recording = 7;
    out.block.rate_mhz = 500'000;
    out.block.lead_mask = 0b1;
    out.block.first_sample = first;
    out.block.count = count;
    out.block.gain_nv = 2440;
    out.block.samples.assign(count, value);
    return out;
}
constexpr BucketScale kTwoSeconds{{kStartUs}, {kStartUs + 2'000'000}, 4};

TEST(WaveReducerTest, ABucketWithAGapInsideBelongsToTwoTraces) {
    const auto traces = reduce({flat(0, 0, 5), flat(300'000, 150, -5)}, kTwoSeconds);
    ASSERT_EQ(traces.size(), 2U);
    EXPECT_EQ(traces[0].first_bucket, 0U);
    EXPECT_EQ(traces[0].most, std::vector<std::int32_t>{5});
    EXPECT_EQ(traces[1].first_bucket, 0U);
    EXPECT_FALSE(traces[1].joined);
    EXPECT_EQ(traces[1].least, std::vector<std::int32_t>{-5});
}

TEST(WaveReducerTest, AClockThatWasSetMovesTheTraceWithoutAGap) {
    const auto traces = reduce({flat(0, 0, 5), flat(1'200'000, 100, 6)}, kTwoSeconds);
    ASSERT_EQ(traces.size(), 2U);
    EXPECT_TRUE(traces[1].joined);
    EXPECT_EQ(traces[1].first_bucket, 2U);
    EXPECT_EQ(traces[1].t.us, kStartUs + 1'200'000);
}

TEST(WaveReducerTest, JitterOfTheBatchesTimesDoesNotBreakATrace) {
    const auto traces =
        reduce({flat(0, 0, 5), flat(250'000, 100, 6), flat(380'000, 200, 7)}, kTwoSeconds);
    ASSERT_EQ(traces.size(), 1U);
    EXPECT_EQ(traces[0].most, (std::vector<std::int32_t>{7, 7}));
}

TEST(WaveReducerTest, AnElectrodeThatIsOffHasNoTrace) {
    Batch off = flat(200'000, 100, 9999);
    off.block.lead_off_mask = 0b1;
    const auto traces = reduce({flat(0, 0, 5), off, flat(400'000, 200, 6)}, kTwoSeconds);
    ASSERT_EQ(traces.size(), 2U);
    EXPECT_EQ(traces[0].most, std::vector<std::int32_t>{5});
    EXPECT_FALSE(traces[1].joined);
    EXPECT_EQ(traces[1].most, (std::vector<std::int32_t>{6, 6}));
}

TEST(WaveReducerTest, AnotherScaleBeginsAnotherTrace) {
    Batch coarse = flat(200'000, 100, 50);
    coarse.block.gain_nv = 5000;
    const auto traces = reduce({flat(0, 0, 5), coarse}, kTwoSeconds);
    ASSERT_EQ(traces.size(), 2U);
    EXPECT_EQ(traces[1].gain_nv, 5000U);
}

} // namespace
} // namespace ems::replay
