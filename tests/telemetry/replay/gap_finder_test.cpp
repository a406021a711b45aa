#include "telemetry/replay/gap_finder.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace ems::replay {
namespace {

constexpr std::int64_t kSecond = 1'000'000;

Stand at(std::int64_t second, std::uint64_t seq, std::uint64_t spool = 7) {
    Stand out;
    out.t = {second * kSecond};
    out.end = out.t;
    out.spool = spool;
    out.seq = seq;
    return out;
}

GapRules rules() {
    GapRules out;
    out.quiet_us = 5 * kSecond;
    out.quiet_unnumbered_us = 75 * kSecond;
    out.numbered = {7};
    return out;
}

// "10-20 missing 3" for each.
std::vector<std::string> words(const std::vector<Gap>& gaps) {
    std::vector<std::string> out;
    for (const Gap& gap : gaps) {
        const char* kind = gap.kind == GapKind::not_recorded ? "not_recorded"
                           : gap.kind == GapKind::not_kept   ? "not_kept"
                           : gap.kind == GapKind::missing    ? "missing"
                                                             : "unknown";
        out.push_back(fmt::format("{}-{} {} {}{}", gap.from.us / kSecond, gap.to.us / kSecond, kind,
                                  gap.records, gap.reason.empty() ? "" : " " + gap.reason));
    }
    return out;
}
using Words = std::vector<std::string>;

// The range is 100 s to 200 s.
Words find(const std::vector<Stand>& stands, const std::optional<Stand>& before,
           const std::optional<Stand>& after, const std::vector<DeclaredGap>& declared = {}) {
    GapFinder finder{{100 * kSecond}, {200 * kSecond}, rules(), before};
    for (const Stand& stand : stands) {
        finder.add(stand);
    }
    finder.finish(after);
    return words(finder.take(declared));
}

std::vector<Stand> steady(std::int64_t from, std::int64_t to, std::uint64_t seq,
                          std::uint64_t spool = 7) {
    std::vector<Stand> out;
    for (std::int64_t t = from; t < to; ++t) {
        out.push_back(at(t, seq++, spool));
    }
    return out;
}

TEST(GapFinderTest, RecordsEverySecondHaveNoGap) {
    EXPECT_EQ(find(steady(100, 200, 11), at(99, 10), at(200, 111)), Words{});
}

TEST(GapFinderTest, NumbersThatFollowWithTimeBetweenWereNotRecorded) {
    EXPECT_EQ(find({at(100, 1), at(130, 2), at(199, 3)}, at(99, 0), std::nullopt),
              (Words{"100-130 not_recorded 0", "130-199 not_recorded 0"}));
}

TEST(GapFinderTest, NumbersThatAreNotHereAreMissingOrDeclared) {
    auto stands = steady(100, 120, 11); // to 30
    const auto later = steady(150, 200, 61);
    stands.insert(stands.end(), later.begin(), later.end());
    EXPECT_EQ(find(stands, at(99, 10), at(200, 111)), (Words{"119-150 missing 30"}));
    EXPECT_EQ(find(stands, at(99, 10), at(200, 111), {{7, 20, 60, "quota"}}),
              (Words{"119-150 not_kept 30 quota"}));
    EXPECT_EQ(find(stands, at(99, 10), at(200, 111), {{7, 31, 40, "quota"}, {7, 35, 45, "disk"}}),
              (Words{"119-150 not_kept 15 quota", "119-150 missing 15"}));
    EXPECT_EQ(find(stands, at(99, 10), at(200, 111), {{8, 31, 60, "another spool"}}),
              (Words{"119-150 missing 30"}));
}

TEST(GapFinderTest, OneLostRecordIsAGapHoweverShort) {
    EXPECT_EQ(find({at(100, 1), at(101, 2), at(103, 4), at(199, 100)}, std::nullopt, std::nullopt,
                   {{7, 5, 99, "quota"}}),
              (Words{"101-103 missing 1", "103-199 not_kept 95 quota"}));
}

TEST(GapFinderTest, AGapOverTheEdgeIsCutToTheRange) {
    EXPECT_EQ(find(steady(150, 180, 60), at(40, 10), at(260, 200)),
              (Words{"100-150 missing 49", "179-200 missing 110"}));
}

TEST(GapFinderTest, WhatLiesBeforeTheRangeIsNotTold) {
    EXPECT_EQ(find({at(60, 5), at(90, 20), at(100, 21), at(103, 22)}, at(50, 1), at(260, 23)),
              (Words{"103-200 not_recorded 0"}));
}

TEST(GapFinderTest, NothingAtAllIsUnknown) {
    EXPECT_EQ(find({}, std::nullopt, std::nullopt), (Words{"100-200 unknown 0"}));
    EXPECT_EQ(find(steady(150, 160, 1), std::nullopt, std::nullopt),
              (Words{"100-150 unknown 0", "159-200 unknown 0"}));
    EXPECT_EQ(find({}, at(50, 1), at(300, 500)), (Words{"100-200 missing 498"}));
}

TEST(GapFinderTest, ATerminalReportsSeldomAndItsNumbersTellNothing) {
    EXPECT_EQ(find({at(110, 5000, 9), at(170, 900'000, 9)}, at(60, 1, 9), std::nullopt), Words{});
}

TEST(GapFinderTest, ANewSpoolHasNoHoleToTheOld) {
    GapRules both = rules();
    both.numbered.insert(8);
    GapFinder finder{{100 * kSecond}, {200 * kSecond}, both, std::nullopt};
    finder.add(at(100, 500));
    finder.add(at(140, 1, 8));
    finder.finish(at(204, 2, 8));
    EXPECT_EQ(words(finder.take({})), (Words{"100-140 not_recorded 0", "140-200 not_recorded 0"}));
}

TEST(GapFinderTest, WavesHaveAGapWhereSamplesDoNotFollow) {
    GapRules waves = rules();
    waves.quiet_us = 0;
    GapFinder finder{{100 * kSecond}, {200 * kSecond}, waves, std::nullopt};
    Stand first = at(100, 1);
    first.samples = Stand::Samples::jump;
    first.end = {101 * kSecond};
    Stand second = at(102, 2); // late by its clock, but its samples follow
    second.samples = Stand::Samples::follow;
    second.end = {103 * kSecond};
    Stand third = at(110, 3);
    third.samples = Stand::Samples::jump;
    third.end = {200 * kSecond};
    finder.add(first);
    finder.add(second);
    finder.add(third);
    finder.finish(std::nullopt);
    EXPECT_EQ(words(finder.take({})), (Words{"103-110 not_recorded 0"}));
}

} // namespace
} // namespace ems::replay
