// The frozen record and its calipers.
#include <cmath>

#include <gtest/gtest.h>

#include "console/model/ecg_calipers.h"
#include "console/model/ecg_record.h"
#include "tests/console/fake_feed.h"

namespace ems::console {
namespace {

constexpr std::int64_t kUnit = 1;
constexpr std::int64_t kIncident = 11;
constexpr std::int64_t kStartUs = 1'773'830'536'000'000;
constexpr double kRateHz = 500;
constexpr double kBeatSamples = 290; // of FakeFeed::wave()

// Batches of 100 ms, each shown in its time.
void play(EcgFeed& ecg, int tenths, std::uint32_t lead_off_mask = 0) {
    for (int i = 0; i < tenths; ++i) {
        FakeFeed feed;
        feed.wave(kUnit, static_cast<std::uint64_t>(i) * 50, 50, kStartUs + i * 100'000, lead_off_mask);
        const auto events = feed.drain(1);
        ASSERT_TRUE(ecg.add(std::get<api::ServerFrame>(events.front()).live().waves(0), i * 0.1));
        ASSERT_LE(ecg.position(i * 0.1), static_cast<double>(ecg.end()));
    }
}

EcgRecord frozen(int tenths, std::uint32_t lead_off_mask = 0) {
    EcgFeed ecg;
    ecg.watch(kUnit, kIncident);
    play(ecg, tenths, lead_off_mask);
    return freeze(ecg).value();
}

TEST(EcgRecord, HoldsWhatWasOnTheScreenUpToNow) {
    EcgFeed ecg;
    ecg.watch(kUnit, kIncident);
    play(ecg, 150);
    const auto record = freeze(ecg);
    ASSERT_TRUE(record);
    EXPECT_EQ(record->unit_id, kUnit);
    EXPECT_EQ(record->incident_id, kIncident);
    EXPECT_TRUE(record->simulated);
    EXPECT_EQ(record->first_sample + record->ecg.samples(), ecg.shown_end());
    EXPECT_NEAR(page_length_s(*record), signal::kPageSeconds, 0.01);
}

TEST(EcgRecord, StaysAsItIsWhenMoreComes) {
    EcgFeed ecg;
    ecg.watch(kUnit, kIncident);
    play(ecg, 100);
    const auto record = freeze(ecg);
    ASSERT_TRUE(record);
    const auto before = record->ecg.mv;
    ecg.watch(kUnit, kIncident + 1);
    EXPECT_EQ(record->ecg.mv, before);
}

TEST(EcgRecord, ThereIsNoneBeforeAColumnOfThePageIsFull) {
    EcgFeed ecg;
    ecg.watch(kUnit, kIncident);
    EXPECT_FALSE(freeze(ecg));
    play(ecg, 20);
    EXPECT_FALSE(freeze(ecg));
}

TEST(EcgRecord, ItsTimeIsThatOfTheFirstSampleOfThePage) {
    const EcgRecord record = frozen(150);
    const auto first = record.first_sample + static_cast<std::uint64_t>(std::llround(record.from_s * kRateHz));
    // a batch is stamped 100 ms before it is sent, with the time of its first sample
    const std::int64_t expected = kStartUs - 100'000 + static_cast<std::int64_t>(static_cast<double>(first) / kRateHz * 1e6);
    EXPECT_NEAR(static_cast<double>(record.page_us), static_cast<double>(expected), 3'000);
}

TEST(EcgRecord, ALeadThatWasOffIsMissingOnThePage) {
    const EcgRecord record = frozen(120, signal::lead_bit(signal::Lead::V3));
    EXPECT_FALSE(record.ecg.has(signal::Lead::V3));
    EXPECT_TRUE(record.ecg.has(signal::Lead::V4));
}

TEST(EcgRecord, ThePageCarriesItsIdAndTheRateThatIsInIt) {
    const EcgRecord record = frozen(190);
    EcgPageWords words;
    words.patient_id = "0034";
    words.unit = "Z1";
    const auto page = page_of(record, signal::EcgBand::diagnostic, words);
    EXPECT_EQ(page.record, record_id(record) + "   Z1");
    EXPECT_EQ(page.patient_id, "0034");
    ASSERT_TRUE(page.analysis.intervals.rate_bpm);
    EXPECT_NEAR(*page.analysis.intervals.rate_bpm, 60 * kRateHz / kBeatSamples, 2);
}

class Calipers : public testing::Test {
  protected:
    Calipers() {
        ecg_.rate_hz = kRateHz;
        auto& lead = ecg_.mv.at(static_cast<std::size_t>(signal::Lead::II));
        for (int i = 0; i <= 5'000; ++i) {
            lead.push_back(static_cast<float>(i) / 1'000.0F);
        }
    }
    signal::AcquiredEcg ecg_;
};

TEST_F(Calipers, ReadTimeRateAndVoltageOffTheSamples) {
    EcgCalipers calipers{kRateHz, ecg_.samples()};
    const std::size_t a = calipers.sample(CaliperMark::a);
    calipers.move(static_cast<std::int64_t>(a) + 400 - static_cast<std::int64_t>(calipers.sample(CaliperMark::b)));
    const CaliperReading reading = read_calipers(ecg_, calipers);
    EXPECT_DOUBLE_EQ(reading.apart_s, 0.8);
    EXPECT_NEAR(reading.rate_bpm.value(), 75, 1e-9);
    EXPECT_NEAR(reading.apart_mv.value(), 0.4, 1e-6);
    EXPECT_EQ(caliper_text(reading), "Δt 800 ms   75/min   ΔU +0.40 mV");
}

TEST_F(Calipers, AMarkInAGapReadsNoVoltage) {
    EcgCalipers calipers{kRateHz, ecg_.samples()};
    ecg_.mv.at(static_cast<std::size_t>(signal::Lead::II)).at(calipers.sample(CaliperMark::b)) = std::nanf("");
    const CaliperReading reading = read_calipers(ecg_, calipers);
    EXPECT_FALSE(reading.b_mv);
    EXPECT_FALSE(reading.apart_mv);
    EXPECT_TRUE(reading.rate_bpm);
}

TEST_F(Calipers, TheReadingOfEveryTraceStandsWithinTheGrid) {
    constexpr double kDescentMm = 0.9; // of its letters below their base line
    constexpr double kClearMm = 1.5;   // of the rim
    EcgCalipers calipers{kRateHz, ecg_.samples()};
    for (std::size_t trace = 0; trace < signal::kEcgPageTraces; ++trace) {
        calipers.choose_trace(trace);
        signal::Page over;
        draw_calipers(over, ecg_, calipers);
        const auto* reading = std::get_if<signal::PageText>(&over.shapes.back());
        ASSERT_NE(reading, nullptr);
        EXPECT_LE(reading->at.y_mm + kDescentMm + kClearMm, signal::kEcgPageGridTopMm + signal::kEcgPageGridHeightMm) << trace;
    }
}

TEST_F(Calipers, MarksNeverLeaveTheStretchThatIsDrawn) {
    EcgCalipers calipers{kRateHz, ecg_.samples()};
    for (std::size_t trace = 0; trace < signal::kEcgPageTraces; ++trace) {
        calipers.choose_trace(trace);
        const auto& drawn = signal::ecg_page_traces().at(trace);
        for (const std::int64_t by : {-100'000, 200'000}) {
            calipers.move(by);
            for (const CaliperMark mark : {CaliperMark::a, CaliperMark::b}) {
                const double s = static_cast<double>(calipers.sample(mark)) / kRateHz;
                EXPECT_GE(s, drawn.from_s) << trace;
                EXPECT_LE(s, drawn.to_s) << trace;
            }
        }
    }
}

TEST_F(Calipers, AMarkGoesFromBeatToBeat) {
    const std::vector<std::int64_t> peaks{100, 520, 940};
    EcgCalipers calipers{kRateHz, ecg_.samples()};
    calipers.activate(CaliperMark::a);
    calipers.move_to_beat(-1, peaks);
    EXPECT_EQ(calipers.sample(CaliperMark::a), 100U) << "the start lies right of it or on it";
    calipers.move_to_beat(1, peaks);
    EXPECT_EQ(calipers.sample(CaliperMark::a), 520U);
    calipers.move_to_beat(1, peaks);
    calipers.move_to_beat(1, peaks);
    EXPECT_EQ(calipers.sample(CaliperMark::a), 940U) << "there is none behind it";
}

TEST_F(Calipers, APointOfThePageIsTheSampleThatIsDrawnThere) {
    EcgCalipers calipers{kRateHz, ecg_.samples()};
    const auto& v4 = signal::ecg_page_traces().at(3);
    ASSERT_EQ(v4.lead, signal::ShownLead::V4);
    ASSERT_TRUE(calipers.point_at({v4.left_mm + 25, v4.base_mm}));
    EXPECT_EQ(calipers.trace(), 3U);
    EXPECT_EQ(calipers.sample(calipers.active()), static_cast<std::size_t>((v4.from_s + 1) * kRateHz));
    EXPECT_FALSE(calipers.point_at({2, 2}));
}

} // namespace
} // namespace ems::console
