// The pages against text known to be right, and every page against a reader that allows nothing
// else.
#include "telemetry/base/metrics.h"

#include <cmath>
#include <limits>
#include <random>

#include <gtest/gtest.h>

#include "tests/support/prometheus_text.h"

namespace ems::metrics {
namespace {

TEST(Metrics, APageIsTheTextThatTheFormatPrescribes) {
    Exposition out{10};
    out.counter("ems_x_records_total", "Records accepted.").add(std::uint64_t{12});
    auto rings = out.gauge("ems_x_ring_messages", "Messages that wait.");
    rings.add(3.0, {{"ring", "events"}});
    rings.add(0.25, {{"ring", "waves"}, {"kind", "live"}});
    Histogram commit{0.01, 0.5};
    commit.observe(0.004);
    commit.observe(0.01);
    commit.observe(3);
    out.histogram("ems_x_commit_seconds", "One transaction.").add(commit, {{"lane", "events"}});
    EXPECT_EQ(out.take(), "# HELP ems_x_records_total Records accepted.\n"
                          "# TYPE ems_x_records_total counter\n"
                          "ems_x_records_total 12\n"
                          "# HELP ems_x_ring_messages Messages that wait.\n"
                          "# TYPE ems_x_ring_messages gauge\n"
                          "ems_x_ring_messages{ring=\"events\"} 3\n"
                          "ems_x_ring_messages{ring=\"waves\",kind=\"live\"} 0.25\n"
                          "# HELP ems_x_commit_seconds One transaction.\n"
                          "# TYPE ems_x_commit_seconds histogram\n"
                          "ems_x_commit_seconds_bucket{lane=\"events\",le=\"0.01\"} 2\n"
                          "ems_x_commit_seconds_bucket{lane=\"events\",le=\"0.5\"} 2\n"
                          "ems_x_commit_seconds_bucket{lane=\"events\",le=\"+Inf\"} 3\n"
                          "ems_x_commit_seconds_sum{lane=\"events\"} 3.014\n"
                          "ems_x_commit_seconds_count{lane=\"events\"} 3\n");
}

TEST(Metrics, BackslashQuoteAndLineEndAreEscapedInLabelsAndTheQuoteIsNotInHelp) {
    Exposition out{10};
    out.gauge("g", "a \\ b \" c\nd").add(1.0, {{"l", "a \\ b \" c\nd"}});
    EXPECT_EQ(out.take(), "# HELP g a \\\\ b \" c\\nd\n"
                          "# TYPE g gauge\n"
                          "g{l=\"a \\\\ b \\\" c\\nd\"} 1\n");
}

TEST(Metrics, WhatIsNoUtf8BecomesTheReplacementCharacter) {
    Exposition out{10};
    out.gauge("g", "").add(1.0, {{"l", "车\xe8\xbd|\xff\xc0\x80\xed\xa0\x80."}});
    const std::string r = "\xef\xbf\xbd";
    EXPECT_EQ(out.take(), "# HELP g \n# TYPE g gauge\ng{l=\"车" + r + r + "|" + r + r + r + r + r +
                              r + ".\"} 1\n");
}

TEST(Metrics, NumbersThatAreNoneAreWrittenByName) {
    Exposition out{10};
    auto family = out.gauge("g", "h");
    family.add(std::numeric_limits<double>::quiet_NaN(), {{"n", "a"}});
    family.add(HUGE_VAL, {{"n", "b"}});
    family.add(-HUGE_VAL, {{"n", "c"}});
    family.add(std::numeric_limits<std::uint64_t>::max(), {{"n", "d"}});
    EXPECT_EQ(out.take(), "# HELP g h\n# TYPE g gauge\ng{n=\"a\"} NaN\ng{n=\"b\"} +Inf\n"
                          "g{n=\"c\"} -Inf\ng{n=\"d\"} 18446744073709551615\n");
}

TEST(Metrics, OfAFamilyOnlyTheFirstSeriesAreWrittenAndTheRestIsCounted) {
    Exposition out{2};
    auto family = out.gauge("g", "h");
    for (const char* vid : {"a", "b", "c", "d"}) {
        family.add(1.0, {{"vid", vid}});
    }
    out.gauge("other", "h").add(1.0);
    EXPECT_EQ(out.left_out(), 2U);
    EXPECT_EQ(out.take(), "# HELP g h\n# TYPE g gauge\ng{vid=\"a\"} 1\ng{vid=\"b\"} 1\n"
                          "# HELP other h\n# TYPE other gauge\nother 1\n");
}

TEST(Metrics, AnyLabelComesBackFromTheStrictReader) {
    std::mt19937_64 random{7};
    for (int round = 0; round < 2000; ++round) {
        std::string value;
        for (std::size_t n = random() % 12; n > 0; --n) {
            static constexpr char kAlphabet[] = "ab\\\"\n{}=, \r\t";
            value += kAlphabet[random() % (sizeof kAlphabet - 1)];
        }
        Exposition out{10};
        out.gauge("g", value).add(1.5, {{"l", value}});
        const auto page = test::MetricsPage::parse(out.take());
        ASSERT_TRUE(page) << page.error().detail;
        EXPECT_EQ(page->families().at(0).samples.at(0).labels.at("l"), value);
    }
}

TEST(Metrics, AnyHistogramIsOneToTheStrictReader) {
    std::mt19937_64 random{11};
    std::uniform_real_distribution<double> pick{-1, 12};
    for (int round = 0; round < 200; ++round) {
        Histogram histogram = make_latency_histogram();
        for (std::size_t n = random() % 50; n > 0; --n) {
            histogram.observe(random() % 20 == 0 ? std::nan("") : pick(random));
        }
        Exposition out{10};
        out.histogram("h_seconds", "h").add(histogram);
        const auto page = test::MetricsPage::parse(out.take());
        ASSERT_TRUE(page) << page.error().detail;
        EXPECT_EQ(page->value("h_seconds_count"), static_cast<double>(histogram.count()));
    }
}

TEST(Histogram, AQuantileLiesInTheBucketOfItsRank) {
    Histogram histogram{1, 2, 4};
    EXPECT_EQ(histogram.quantile(0.5), 0);
    for (const double value : {0.5, 1.5, 1.5, 3.0}) {
        histogram.observe(value);
    }
    EXPECT_DOUBLE_EQ(histogram.quantile(0.25), 1);
    EXPECT_DOUBLE_EQ(histogram.quantile(0.5), 1.5);
    EXPECT_DOUBLE_EQ(histogram.quantile(1), 4);
    histogram.observe(100);
    EXPECT_DOUBLE_EQ(histogram.quantile(1), 4) << "the last bound stands for all beyond it";
}

TEST(Histogram, MergingAddsAndClearingForgets) {
    Histogram a{1, 2};
    Histogram b{1, 2};
    a.observe(0.5);
    b.observe(1.5);
    b.observe(5);
    a.merge(b);
    EXPECT_EQ(a.count(), 3U);
    EXPECT_EQ(a.up_to(0), 1U);
    EXPECT_EQ(a.up_to(1), 2U);
    EXPECT_DOUBLE_EQ(a.sum(), 7);
    a.clear();
    EXPECT_EQ(a.count(), 0U);
    EXPECT_EQ(a.quantile(0.5), 0);
}

} // namespace
} // namespace ems::metrics
