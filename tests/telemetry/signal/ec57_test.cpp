#include "telemetry/signal/ec57/ec57.h"

#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace ems::signal {
namespace {

constexpr std::uint8_t kNormal = 1;
constexpr std::uint8_t kStarts = 32;
constexpr std::uint8_t kEnds = 33;

std::vector<WfdbAnnotation> marks(const std::vector<std::pair<std::int64_t, std::uint8_t>>& all) {
    std::vector<WfdbAnnotation> out;
    for (const auto& [sample, code] : all) {
        out.push_back({sample, code, 0, 0, 0, {}});
    }
    return out;
}

void expect_score(const BeatScore& score, std::int64_t hits, std::int64_t missed,
                  std::int64_t false_ones) {
    EXPECT_EQ(score.true_positives, hits);
    EXPECT_EQ(score.false_negatives, missed);
    EXPECT_EQ(score.false_positives, false_ones);
}

TEST(Ec57, TheWindowIsInclusiveAlsoWhereItIsNoWholeNumberOfSamples) {
    const auto beat = marks({{1'000, kNormal}});
    // 150 ms of 333 Hz are 49.95 samples, taken for 50 as strtim() does.
    for (const std::int64_t at : {950, 1'050}) {
        const std::vector<std::int64_t> detected{at};
        expect_score(score_beats(beat, detected, 333, 0), 1, 0, 0);
    }
    for (const std::int64_t at : {949, 1'051}) {
        const std::vector<std::int64_t> detected{at};
        expect_score(score_beats(beat, detected, 333, 0), 0, 1, 1);
    }
}

TEST(Ec57, OfTwoThatClaimABeatTheNearestHasIt) {
    const auto beats = marks({{1'000, kNormal}, {1'060, kNormal}});
    // 1020 is nearer to 1000 than 970 is; 970 reaches no other.
    const std::vector<std::int64_t> detected{970, 1'020};
    expect_score(score_beats(beats, detected, 360, 0), 1, 1, 1);
    const std::vector<std::int64_t> three{970, 1'020, 1'070};
    expect_score(score_beats(beats, three, 360, 0), 2, 0, 1);
}

TEST(Ec57, FibrillationThatDoesNotEndIsLeftOutToTheEnd) {
    const auto reference =
        marks({{100, kNormal}, {500, kStarts}, {600, kNormal}, {9'000, kNormal}});
    const std::vector<std::int64_t> detected{100, 700, 9'500};
    expect_score(score_beats(reference, detected, 360, 0), 1, 0, 0);
}

TEST(Ec57, FibrillationThatTheRecordBeginsInIsLeftOut) {
    const auto reference = marks({{100, kNormal}, {500, kEnds}, {900, kNormal}});
    const std::vector<std::int64_t> detected{300, 900};
    expect_score(score_beats(reference, detected, 360, 0), 1, 0, 0);
    ASSERT_EQ(fibrillation_spans(reference).size(), 1U);
    EXPECT_EQ(fibrillation_spans(reference)[0].from, 0);
    EXPECT_EQ(fibrillation_spans(reference)[0].to, 500);
}

} // namespace
} // namespace ems::signal
