#include "console/model/day_figures.h"

#include <gtest/gtest.h>

namespace ems::console {
namespace {

constexpr std::int64_t kS = 1'000'000;
constexpr std::int64_t kNow = 1'773'830'482 * kS;

// A day of calls as a desk knows them.
class DayFiguresTest : public testing::Test {
  protected:
    api::Incident& call(std::int64_t opened_s_ago, const char* state = "closed") {
        api::Incident& i = *snapshot_.add_incidents();
        i.set_id(snapshot_.incidents_size());
        i.set_created_us(kNow - opened_s_ago * kS);
        i.set_state(state);
        stamp(i, "case_opened", 0);
        return i;
    }
    static void stamp(api::Incident& i, const char* event, std::int64_t after_opening_s) {
        auto* s = i.add_stamps();
        s->set_event(event);
        s->set_at_us(i.created_us() + after_opening_s * kS);
    }
    [[nodiscard]] DayFigures figures() {
        DeskState state;
        snapshot_.set_server_us(kNow);
        state.apply_snapshot(snapshot_, kNow);
        return day_figures(state, kNow);
    }

    api::Snapshot snapshot_;
};

TEST_F(DayFiguresTest, SaysNothingOfADayWithoutCalls) {
    const DayFigures day = figures();
    EXPECT_EQ(day.calls, 0);
    EXPECT_FALSE(day.response_s || day.response_p90_s || day.answered_in_10_s || day.wheels_in_3_min || day.within_15_min ||
                 day.given_a_unit);
}

TEST_F(DayFiguresTest, QuantilesAreValuesThatHappened) {
    for (int i = 1; i <= 10; ++i) {
        stamp(call(20'000 - i * 60), "unit_assigned", i * 10);
    }
    const DayFigures day = figures();
    EXPECT_EQ(day.to_dispatch_s, 50.0);
    EXPECT_EQ(day.to_dispatch_p90_s, 90.0);
}

TEST_F(DayFiguresTest, SharesCountTheLimitItselfAsInTime) {
    for (const int after_ring_s : {9, 10, 11}) {
        api::Incident& i = call(5'000);
        stamp(i, "ring_start", -after_ring_s - 5);
        stamp(i, "answered", -5);
        stamp(i, "unit_assigned", 30);
        stamp(i, "wheels", 30 + 170 + after_ring_s);
        stamp(i, "at_scene", 885 + after_ring_s);
    }
    const DayFigures day = figures();
    EXPECT_NEAR(*day.answered_in_10_s, 2.0 / 3, 1e-9);
    EXPECT_NEAR(*day.wheels_in_3_min, 2.0 / 3, 1e-9);
    EXPECT_NEAR(*day.within_15_min, 2.0 / 3, 1e-9);
}

TEST_F(DayFiguresTest, ACallWithoutAUnitCountsOnceItHasWaitedTenMinutesAndACancelledOneNever) {
    stamp(call(3'000), "unit_assigned", 40);
    call(599, "open");
    call(3'000, "cancelled");
    EXPECT_EQ(figures().given_a_unit, 1.0);
    call(600, "open");
    EXPECT_EQ(figures().given_a_unit, 0.5);
}

TEST_F(DayFiguresTest, TransfersSecondCallsAndYesterdayAreNotCounted) {
    call(3'000).set_kind("transfer");
    call(3'000).set_merged_into_incident_id(7);
    call(24 * 3600 + 1);
    EXPECT_EQ(figures().calls, 0);
}

// A county of one township with four villages, one of which is reached in time.
api::Coverage one_township() {
    api::Coverage coverage;
    coverage.set_within_s(900);
    auto* township = coverage.add_townships();
    township->set_name("三路里镇");
    township->set_villages(4);
    township->set_villages_covered(1);
    township->set_population(8'000);
    township->set_population_covered(2'000);
    return coverage;
}

void add_gap(api::Coverage& coverage, const char* within, std::uint32_t first_s) {
    auto* gap = coverage.add_gaps();
    gap->set_within(within);
    gap->set_first_s(first_s);
}

SlowestHelp slowest_of(const api::Coverage& coverage) {
    return township_rows(coverage).at(0).slowest;
}

TEST(SlowestHelpTest, IsThatOfTheWorstPlaceOfTheTownshipItself) {
    api::Coverage coverage = one_township();
    for (const std::uint32_t first_s : {1'000U, 1'210U, 960U}) {
        add_gap(coverage, "三路里镇", first_s);
    }
    add_gap(coverage, "东郭镇", 1'700);
    EXPECT_EQ(slowest_of(coverage).known, HelpKnown::exactly);
    EXPECT_EQ(slowest_of(coverage).s, 1'210U);
}

TEST(SlowestHelpTest, IsALeastWhereNotEachPlaceWasTold) {
    api::Coverage coverage = one_township();
    add_gap(coverage, "三路里镇", 1'000);
    EXPECT_EQ(slowest_of(coverage).known, HelpKnown::at_least);
}

TEST(SlowestHelpTest, IsNobodysWhereNobodyComes) {
    api::Coverage coverage = one_township();
    add_gap(coverage, "三路里镇", 1'000);
    add_gap(coverage, "三路里镇", 0);
    EXPECT_EQ(slowest_of(coverage).known, HelpKnown::nobody);
}

TEST(SlowestHelpTest, IsTheBoundWhereAllAreReachedAndUnknownWhereNothingWasTold) {
    api::Coverage coverage = one_township();
    EXPECT_EQ(slowest_of(coverage).known, HelpKnown::untold);
    coverage.mutable_townships(0)->set_villages_covered(4);
    EXPECT_EQ(slowest_of(coverage).known, HelpKnown::within);
    EXPECT_EQ(slowest_of(coverage).s, 900U);
}

} // namespace
} // namespace ems::console
