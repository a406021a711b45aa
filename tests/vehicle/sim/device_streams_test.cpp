#include "vehicle/sim/device_streams.h"

#include <cmath>
#include <sstream>

#include <gtest/gtest.h>

#include "vehicle/device/ecg_box.h"
#include "vehicle/device/mllp.h"
#include "vehicle/device/nmea.h"
#include "vehicle/device/pds.h"

namespace ems::sim {
namespace {

constexpr std::int64_t kUtcUs = 1'773'830'536'250'000; // 2026-03-18T10:42:16.25Z
const map::Wgs84 kPlace{35.0264, 111.0075};

// Checks a sentence by the standard alone, without the product's parser: "$" text "*" two hex
// digits CR LF, at most 82 characters, XOR of the text.
::testing::AssertionResult is_sound(const std::string& sentence) {
    if (sentence.size() > 82 || sentence.size() < 9 || sentence.front() != '$' ||
        sentence.substr(sentence.size() - 2) != "\r\n") {
        return ::testing::AssertionFailure() << "bad frame: " << sentence;
    }
    const std::size_t star = sentence.size() - 5;
    int sum = 0;
    for (std::size_t i = 1; i < star; ++i) {
        sum ^= static_cast<unsigned char>(sentence[i]);
    }
    if (sentence[star] != '*' || std::stoi(sentence.substr(star + 1, 2), nullptr, 16) != sum) {
        return ::testing::AssertionFailure() << "bad checksum: " << sentence;
    }
    return ::testing::AssertionSuccess();
}

std::vector<std::string> sentences(const std::string& text) {
    std::vector<std::string> out;
    std::istringstream in{text};
    for (std::string line; std::getline(in, line);) {
        out.push_back(line + "\n");
    }
    return out;
}

std::vector<vehicle::PdsMessage> parse(const std::string& bytes) {
    vehicle::MllpFramer framer;
    std::vector<vehicle::PdsMessage> out;
    for (const std::string& message : framer.feed(bytes)) {
        out.push_back(*vehicle::parse_pds(message));
    }
    return out;
}

TEST(GnssStream, SentencesAreSoundByTheStandard) {
    for (const map::Wgs84 at : {kPlace, map::Wgs84{-0.0001, -179.99999999},
                                map::Wgs84{59.9999999, 9.5}, map::Wgs84{0, 0}}) {
        const auto list = sentences(gnss_sentences(at, 500, 359.99, kUtcUs));
        ASSERT_EQ(list.size(), 2U);
        EXPECT_TRUE(is_sound(list[0]));
        EXPECT_TRUE(is_sound(list[1]));
        EXPECT_EQ(list[0].find("60.00000"), std::string::npos); // minutes carry into degrees
    }
}

TEST(GnssStream, GoldenSentences) {
    EXPECT_EQ(gnss_sentences(kPlace, 13.889, 88.04, kUtcUs),
              "$GPGGA,104216.25,3501.58400,N,11100.45000,E,1,12,0.8,370.0,M,-28.0,M,,*4D\r\n"
              "$GPRMC,104216.25,A,3501.58400,N,11100.45000,E,27.00,88.0,180326,,,A*6C\r\n");
}

TEST(GnssStream, TheVehicleReadsBackPlaceSpeedAndTime) {
    vehicle::NmeaParser parser;
    const auto readings = parser.feed(gnss_sentences(kPlace, 20, 123.4, kUtcUs));
    ASSERT_EQ(readings.size(), 1U);
    EXPECT_EQ(readings[0].utc_us, kUtcUs);
    EXPECT_NEAR(readings[0].lat_e7, 350264000, 2);
    EXPECT_NEAR(readings[0].lon_e7, 1110075000, 2);
    EXPECT_NEAR(readings[0].speed_cm_s, 2000, 1);
    EXPECT_EQ(readings[0].course_cdeg, 12340U);
    EXPECT_EQ(readings[0].fix_mode, 3U);
    EXPECT_EQ(parser.counters().bad_checksum, 0U);
}

TEST(GnssStream, ErrorIsOfAFewMetresAndSmooth) {
    GnssError error{42};
    double square = 0;
    double step_most = 0;
    map::Wgs84 last = error.apply(kPlace, 100);
    constexpr int kFixes = 20'000;
    for (int i = 0; i < kFixes; ++i) {
        const map::Wgs84 at = error.apply(kPlace, 0.2);
        const double off = map::distance_m(kPlace, at);
        square += off * off;
        step_most = std::max(step_most, map::distance_m(last, at));
        last = at;
    }
    EXPECT_NEAR(std::sqrt(square / kFixes), 3, 0.7);
    EXPECT_LT(step_most, 4);
}

TEST(MonitorStream, GoldenNumerics) {
    MonitorNumbers numbers;
    numbers.hr_bpm = 104;
    numbers.pr_bpm = 103;
    numbers.spo2_pct = 93;
    numbers.rr_bpm = 21;
    numbers.temp_c = 36.7;
    EXPECT_EQ(pds_numerics(&numbers), "\x0BMSH|^~\\&|||||||ORU^R01|204|P|2.3.1|\r"
                                      "OBX||NM|101^HR|2101|104||||||F\r"
                                      "OBX||NM|151^RR|2102|21||||||F\r"
                                      "OBX||NM|160^SpO2|2103|93||||||F\r"
                                      "OBX||NM|161^PR|2103|103||||||F\r"
                                      "OBX||NM|200^T1|2104|36.70||||||F\r"
                                      "OBX||NM|250^EtCO2|2106|-100||||||F\r"
                                      "\x1C\r");
}

TEST(MonitorStream, NobodyAttachedIsInvalidEverywhere) {
    const auto messages = parse(pds_numerics(nullptr) + pds_cuff(nullptr));
    ASSERT_EQ(messages.size(), 2U);
    EXPECT_EQ(messages[0].kind, vehicle::PdsKind::numerics);
    EXPECT_EQ(messages[0].values.size(), 6U);
    EXPECT_EQ(messages[1].kind, vehicle::PdsKind::aperiodic);
    for (const vehicle::PdsMessage& message : messages) {
        for (const vehicle::VitalValue& value : message.values) {
            EXPECT_FALSE(value.value);
            EXPECT_EQ(value.measured_at, "");
        }
    }
}

TEST(MonitorStream, CuffHasItsOwnTimeOnTheMonitorsClock) {
    Patient patient = new_patient(*built_in_scenarios().find("chest_pain"));
    patient.nibp_sys = 104;
    patient.nibp_dia = 68;
    patient.nibp_utc_us = kUtcUs;
    const auto messages = parse(pds_cuff(&patient));
    ASSERT_EQ(messages.at(0).values.size(), 3U);
    EXPECT_EQ(messages[0].values[0].value, 104);
    EXPECT_EQ(messages[0].values[1].value, 68);
    EXPECT_EQ(messages[0].values[2].value, 80);
    EXPECT_EQ(messages[0].values[0].measured_at, "20260318184216");
}

TEST(MonitorStream, AlarmsNameWhatIsActive) {
    const auto off = parse(pds_technical_alarms(false));
    ASSERT_EQ(off.at(0).alarms.size(), 2U);
    EXPECT_EQ(off[0].alarms[0].code, "spo2_sensor_off");
    EXPECT_EQ(off[0].alarms[1].code, "ecg_lead_off");
    EXPECT_TRUE(parse(pds_technical_alarms(true)).at(0).alarms.empty());
    MonitorNumbers numbers;
    numbers.hr_bpm = 131;
    const auto high = parse(pds_physiological_alarms(numbers, kUtcUs));
    EXPECT_EQ(high.at(0).kind, vehicle::PdsKind::physiological_alarms);
    EXPECT_EQ(high[0].alarms.at(0).code, "hr_high");
    numbers.hr_bpm = 80;
    EXPECT_TRUE(parse(pds_physiological_alarms(numbers, kUtcUs)).at(0).alarms.empty());
    EXPECT_EQ(parse(pds_alive()).at(0).kind, vehicle::PdsKind::keep_alive);
}

TEST(EcgStream, BlocksJoinWithoutAHole) {
    vehicle::EcgBoxParser parser;
    EcgModel heart{5};
    std::string bytes = ecg_greeting();
    for (std::uint64_t i = 0; i < 50; ++i) {
        bytes += ecg_block(heart, 1000 + i * kEcgBlockSamples);
    }
    const auto blocks = parser.feed(bytes);
    ASSERT_TRUE(blocks) << blocks.error().message();
    ASSERT_EQ(blocks->size(), 50U);
    EXPECT_TRUE(parser.header().simulated);
    EXPECT_EQ(parser.header().lead_mask, 0xFFU);
    std::uint64_t sample = 1000;
    std::uint64_t pleth = 250;
    std::int16_t most = 0;
    for (const vehicle::EcgBlock& block : *blocks) {
        EXPECT_EQ(block.first_sample, sample);
        EXPECT_EQ(block.pleth_first, pleth);
        EXPECT_EQ(block.lead_off_mask, 0);
        sample += block.count;
        pleth += block.pleth.size();
        for (std::size_t i = 1; i < block.samples.size(); i += 8) {
            most = std::max(most, block.samples[i]);
        }
    }
    EXPECT_EQ(sample, 2000U);
    EXPECT_EQ(pleth, 500U);
    EXPECT_NEAR(most * 2440e-6, 1.1, 0.1); // R of lead II in mV
}

TEST(EcgStream, UnattachedMeansEveryLeadOffAndNoPleth) {
    vehicle::EcgBoxParser parser;
    const auto blocks = parser.feed(ecg_greeting() + ecg_block_unattached(40));
    ASSERT_TRUE(blocks) << blocks.error().message();
    EXPECT_EQ(blocks->at(0).lead_off_mask, 0xFF);
    EXPECT_TRUE(blocks->at(0).pleth.empty());
    EXPECT_EQ(blocks->at(0).count, kEcgBlockSamples);
}

} // namespace
} // namespace ems::sim
