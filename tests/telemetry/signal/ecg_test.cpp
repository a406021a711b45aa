#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "telemetry/signal/ec57/ec57.h"
#include "telemetry/signal/ecg/ecg_monitor.h"
#include "telemetry/signal/ecg/qrs_detector.h"
#include "telemetry/signal/wfdb_write.h"

namespace ems::signal {
namespace {

// A train of P-QRS-T sums of Gaussians, R peaks every `rr_s` from 0.5 s on, with 10 microvolt of
// noise.
float heart(double t_s, double rr_s) {
    const double phase = std::fmod(t_s - 0.5 + 100 * rr_s, rr_s);
    const auto wave = [phase, rr_s](double at, double width, double mv) {
        const double d = phase - at;
        const double wrapped = d > rr_s / 2 ? d - rr_s : d < -rr_s / 2 ? d + rr_s : d;
        return mv * std::exp(-wrapped * wrapped / (2 * width * width));
    };
    return static_cast<float>(wave(-0.16, 0.025, 0.15) + wave(-0.03, 0.01, -0.05) + wave(0, 0.01, 1.1) +
                              wave(0.03, 0.01, -0.15) + wave(0.28, 0.045, 0.3));
}

std::vector<float> sinus(double seconds, double rate_hz, double rr_s) {
    std::mt19937 random{7};
    std::normal_distribution<float> noise{0, 0.01F};
    std::vector<float> out(static_cast<std::size_t>(seconds * rate_hz));
    for (std::size_t i = 0; i < out.size(); ++i) {
        out[i] = heart(static_cast<double>(i) / rate_hz, rr_s) + noise(random);
    }
    return out;
}

class QrsDetectorRates : public testing::TestWithParam<double> {};

TEST_P(QrsDetectorRates, FindsEveryBeatOnceAndInTime) {
    const double rate = GetParam();
    QrsDetector detector{rate};
    std::vector<Beat> beats;
    for (const float mv : sinus(60, rate, 0.8)) {
        if (const auto beat = detector.push(mv)) {
            beats.push_back(*beat);
        }
    }
    while (const auto beat = detector.finish()) {
        beats.push_back(*beat);
    }
    ASSERT_GE(beats.size(), 73U);
    ASSERT_LE(beats.size(), 75U);
    for (const Beat& beat : beats) {
        const double t = static_cast<double>(beat.r_sample) / rate;
        EXPECT_LT(std::fabs(std::remainder(t - 0.5, 0.8)), 0.04) << t;
        EXPECT_LE(static_cast<double>(beat.decided_sample - beat.r_sample), kBeatDecisionMaxS * rate);
    }
}
INSTANTIATE_TEST_SUITE_P(Ecg, QrsDetectorRates, testing::Values(125, 128, 200, 250, 257, 360, 500, 1000));

EcgMonitor monitor_of_one(double rate_hz) { return EcgMonitor{{.rate_hz = rate_hz, .leads = 1}}; }

TEST(EcgMonitor, ShowsTheRateOfACleanLead) {
    EcgMonitor monitor = monitor_of_one(250);
    for (const float mv : sinus(30, 250, 0.8)) {
        monitor.push({&mv, 1});
    }
    ASSERT_TRUE(monitor.heart_rate());
    EXPECT_NEAR(monitor.heart_rate()->bpm, 75, 1);
    EXPECT_NEAR(monitor.statistics().rr_mean_s, 0.8, 0.01);
    EXPECT_EQ(monitor.lead(0).fault, LeadFault::none);
}

TEST(EcgMonitor, LeadOffHidesTheRateAndIsNoAsystole) {
    EcgMonitor monitor = monitor_of_one(250);
    for (const float mv : sinus(30, 250, 0.8)) {
        monitor.push({&mv, 1});
    }
    const float off = std::numeric_limits<float>::quiet_NaN();
    for (int i = 0; i < 250 * 12; ++i) {
        monitor.push({&off, 1});
    }
    EXPECT_FALSE(monitor.heart_rate());
    EXPECT_EQ(monitor.lead(0).fault, LeadFault::no_signal);
    EXPECT_FALSE(monitor.active(RhythmAlarm::asystole));
}

TEST(EcgMonitor, StandstillOnALiveLineIsAsystoleWithinTenSeconds) {
    EcgMonitor monitor = monitor_of_one(250);
    for (const float mv : sinus(30, 250, 0.8)) {
        monitor.push({&mv, 1});
    }
    std::mt19937 random{3};
    std::normal_distribution<float> noise{0, 0.01F};
    int at = 0;
    for (; at < 2500 && !monitor.active(RhythmAlarm::asystole); ++at) {
        const float mv = noise(random);
        monitor.push({&mv, 1});
    }
    EXPECT_GT(at, 3 * 250);
    EXPECT_LT(at, 2500);
}

TEST(EcgMonitor, FlutterWavesAreFibrillationWithinTenSeconds) {
    EcgMonitor monitor = monitor_of_one(250);
    for (const float mv : sinus(30, 250, 0.8)) {
        monitor.push({&mv, 1});
    }
    int at = 0;
    for (; at < 2500 && !monitor.active(RhythmAlarm::ventricular_fibrillation); ++at) {
        const float mv = 0.6F * static_cast<float>(std::sin(2 * M_PI * 4.5 * at / 250.0));
        monitor.push({&mv, 1});
    }
    EXPECT_LT(at, 2500);
    EXPECT_FALSE(monitor.heart_rate());
}

std::vector<WfdbAnnotation> beats_at(std::initializer_list<int> samples) {
    std::vector<WfdbAnnotation> out;
    for (const int sample : samples) {
        out.push_back({sample, 1, 0, 0, 0, {}});
    }
    return out;
}

TEST(Ec57, PairsTheNearestWithin150Milliseconds) {
    const std::vector<std::int64_t> detected{115, 116, 230};
    const BeatScore score = score_beats(beats_at({100, 200}), detected, 100, 0);
    EXPECT_EQ(score.true_positives, 1);
    EXPECT_EQ(score.false_negatives, 1); // 230 is 300 ms away
    EXPECT_EQ(score.false_positives, 2);
}

TEST(Ec57, LearningTimeAndFibrillationAreNotScored) {
    auto reference = beats_at({29'999, 30'000});
    reference.push_back({31'000, 32, 0, 0, 0, {}});
    reference.push_back({31'500, 1, 0, 0, 0, {}});
    reference.push_back({32'000, 33, 0, 0, 0, {}});
    const std::vector<std::int64_t> detected{31'200};
    const BeatScore score = score_beats(reference, detected, 100);
    EXPECT_EQ(score.false_negatives, 1);
    EXPECT_EQ(score.false_positives, 0);
}

TEST(WfdbWrite, ARecordReadsBackAsItWas) {
    WfdbRecord record;
    record.header.name = "r1";
    record.header.rate_hz = 500;
    record.header.signals.resize(2);
    record.header.signals[0].description = "II";
    record.header.signals[1].gain = 409.6;
    record.samples = {{1, -2, 32767}, {-32768, 5, 6}};
    const auto files = write_wfdb_record(record);
    ASSERT_TRUE(files) << files.error().message();
    const auto header = parse_wfdb_header(files->header);
    ASSERT_TRUE(header) << header.error().message();
    EXPECT_EQ(header->signals[1].gain, 409.6);
    const auto samples = decode_wfdb_file(*header, "r1.dat", files->data);
    ASSERT_TRUE(samples) << samples.error().message();
    EXPECT_EQ(*samples, record.samples);
}

TEST(WfdbWrite, AnnotationsReadBackOverLongGaps) {
    const std::vector<WfdbAnnotation> list{{18, 28, 0, 0, 0, "(N"}, {77, 1, 0, 0, 0, {}},
                                           {70'000, 5, 3, 1, 2, {}}, {70'001, 1, 0, 1, 2, {}}};
    const auto bytes = write_wfdb_annotations(list);
    ASSERT_TRUE(bytes);
    const auto back = parse_wfdb_annotations(*bytes);
    ASSERT_TRUE(back) << back.error().message();
    ASSERT_EQ(back->size(), list.size());
    for (std::size_t i = 0; i < list.size(); ++i) {
        EXPECT_EQ((*back)[i].sample, list[i].sample);
        EXPECT_EQ((*back)[i].code, list[i].code);
        EXPECT_EQ((*back)[i].sub, list[i].sub);
        EXPECT_EQ((*back)[i].channel, list[i].channel);
        EXPECT_EQ((*back)[i].number, list[i].number);
        EXPECT_EQ((*back)[i].aux, list[i].aux);
    }
}

TEST(WfdbWrite, RefusesWhatTheFormatCannotHold) {
    WfdbRecord record;
    record.header.name = "../x";
    record.header.signals.resize(1);
    record.samples = {{1}};
    EXPECT_FALSE(write_wfdb_record(record));
    record.header.name = "x";
    record.samples = {{40'000}};
    EXPECT_FALSE(write_wfdb_record(record));
    const std::vector<WfdbAnnotation> back_in_time{{5, 1, 0, 0, 0, {}}, {4, 1, 0, 0, 0, {}}};
    EXPECT_FALSE(write_wfdb_annotations(back_in_time));
}

} // namespace
} // namespace ems::signal
