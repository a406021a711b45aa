#include "telemetry/ingest/seq_set.h"

#include <gtest/gtest.h>
#include <random>
#include <set>

namespace ems::ingest {
namespace {

std::uint64_t naive_upto(const std::set<std::uint64_t>& done) {
    std::uint64_t upto = 0;
    while (done.contains(upto + 1)) {
        ++upto;
    }
    return upto;
}

TEST(SeqSet, AgreesWithANaiveSetWhateverTheOrder) {
    for (std::uint32_t seed = 1; seed <= 200; ++seed) {
        std::mt19937 random{seed};
        SeqSet set;
        std::set<std::uint64_t> naive;
        for (int step = 0; step < 120; ++step) {
            const std::uint64_t from = random() % 150 + 1;
            const std::uint64_t to = from + (random() % 4 == 0 ? random() % 12 : 0);
            ASSERT_TRUE(set.add(SeqSpan{from, to}));
            for (std::uint64_t seq = from; seq <= to; ++seq) {
                naive.insert(seq);
            }
        }
        ASSERT_EQ(set.upto(), naive_upto(naive)) << "seed " << seed;
        for (std::uint64_t seq = 1; seq <= 170; ++seq) {
            ASSERT_EQ(set.contains(seq), naive.contains(seq)) << "seed " << seed << " seq " << seq;
        }
        std::uint64_t before = set.upto();
        for (const SeqSpan& span : set.beyond(1000)) {
            ASSERT_GT(span.from, before + 1) << "seed " << seed;
            before = span.to;
        }
        const auto again = SeqSet::from_multirange(set.to_multirange());
        ASSERT_TRUE(again.has_value());
        ASSERT_EQ(*again, set) << "seed " << seed;
    }
}

TEST(SeqSet, RemembersNoMoreRangesThanItsBoundAndRecoversWhenHolesFill) {
    SeqSet set;
    for (std::uint64_t i = 1; i <= SeqSet::kRangesMax; ++i) {
        ASSERT_TRUE(set.add(i * 2));
    }
    EXPECT_FALSE(set.add(SeqSet::kRangesMax * 2 + 10));
    EXPECT_TRUE(set.add(1));
    EXPECT_EQ(set.upto(), 2U);
    EXPECT_TRUE(set.add(3));
    EXPECT_TRUE(set.add(SeqSet::kRangesMax * 2 + 10));
}

TEST(SeqSet, RefusesTextThatIsNotAMultirange) {
    for (const char* text :
         {"", "{", "[1,2)", "{[1,2]}", "{[0,2)}", "{[3,2)}", "{[1,2)", "{[1,x)}", "{}x"}) {
        EXPECT_FALSE(SeqSet::from_multirange(text).has_value()) << text;
    }
    EXPECT_TRUE(SeqSet::from_multirange("{}").value().empty());
}

} // namespace
} // namespace ems::ingest
