#include "vehicle/device/nmea.h"

#include <gtest/gtest.h>

#include "tests/vehicle/device/mutate.h"

namespace ems::vehicle {
namespace {

constexpr const char* kGga = "GNGGA,024216.20,3502.3456,N,11059.1234,E,1,12,0.80,371.4,M,-18.0,M,,";
constexpr const char* kRmc = "GNRMC,024216.20,A,3502.3456,N,11059.1234,E,21.60,095.50,180326,,,A";

std::string epoch() {
    return nmea_sentence(kGga) + nmea_sentence(kRmc);
}

TEST(Nmea, ReadsAFixAtEverySplit) {
    const GnssReading expected{.fix_mode = 3,
                               .utc_us = 1'773'801'736'200'000,
                               .lat_e7 = 350'390'933,
                               .lon_e7 = 1'109'853'900,
                               .speed_cm_s = 1'111,
                               .course_cdeg = 9'550,
                               .altitude_dm = 3'714,
                               .hdop_centi = 80,
                               .satellites = 12};
    const std::string bytes = epoch();
    for (std::size_t split = 0; split <= bytes.size(); ++split) {
        NmeaParser parser;
        auto readings = parser.feed(bytes.substr(0, split));
        const auto rest = parser.feed(bytes.substr(split));
        readings.insert(readings.end(), rest.begin(), rest.end());
        ASSERT_EQ(readings, std::vector{expected}) << "split at " << split;
    }
}

std::string at_second(const char* sentence, int second) {
    std::string body = sentence;
    const std::size_t at = body.find("16.20");
    return nmea_sentence(body.replace(at, 2, std::to_string(second)));
}

TEST(Nmea, AReceiverThatSendsRmcFirstGivesWholeFixesFromItsSecondOn) {
    NmeaParser parser;
    std::vector<GnssReading> readings;
    for (int second = 16; second < 30; ++second) {
        // RMC, VTG, GGA, GSA: the order of the most common receivers.
        const auto got = parser.feed(
            at_second(kRmc, second) + nmea_sentence("GNVTG,095.50,T,,M,21.60,N,40.00,K,A") +
            at_second(kGga, second) + nmea_sentence("GNGSA,A,3,04,05,,,,,,,,,,,1.50,0.80,1.20"));
        ASSERT_EQ(got.size(), 1U) << "one a second, none later than its burst; second " << second;
        readings.push_back(got.front());
    }
    EXPECT_EQ(readings[0].fix_mode, 2U) << "not known yet that GGA follows";
    for (std::size_t i = 1; i < readings.size(); ++i) {
        EXPECT_EQ(readings[i].fix_mode, 3U);
        EXPECT_EQ(readings[i].altitude_dm, 3'714);
        EXPECT_EQ(readings[i].hdop_centi, 80U);
        EXPECT_EQ(readings[i].satellites, 12U);
        EXPECT_EQ(readings[i].utc_us - readings[i - 1].utc_us, 1'000'000);
    }
}

TEST(Nmea, TheGgaThatFollowsTellsTheLossOfTheFix) {
    NmeaParser parser;
    parser.feed(at_second(kRmc, 16) + at_second(kGga, 16));
    const auto lost =
        parser.feed(at_second(kRmc, 17) + nmea_sentence("GNGGA,024217.20,,,,,0,00,99.99,,M,,M,,"));
    ASSERT_EQ(lost.size(), 1U);
    EXPECT_EQ(lost[0].fix_mode, 0U);
}

TEST(Nmea, AnRmcWhoseGgaIsLostIsClosedByTheNextTime) {
    NmeaParser parser;
    parser.feed(at_second(kRmc, 16) + at_second(kGga, 16));
    EXPECT_TRUE(parser.feed(at_second(kRmc, 17)).empty()) << "GGA follows as a rule";
    const auto late = parser.feed(at_second(kRmc, 18));
    ASSERT_EQ(late.size(), 2U) << "and when it fails to, nothing is held back any more";
    EXPECT_EQ(late[1].utc_us - late[0].utc_us, 1'000'000);
    EXPECT_EQ(parser.feed(at_second(kRmc, 19)).size(), 1U);
    EXPECT_TRUE(parser.feed(at_second(kGga, 19)).empty()) << "that second is told";
    EXPECT_TRUE(parser.feed(at_second(kRmc, 20)).empty());
    const auto whole = parser.feed(at_second(kGga, 20));
    ASSERT_EQ(whole.size(), 1U);
    EXPECT_EQ(whole[0].fix_mode, 3U);
}

TEST(Nmea, TakesTheTalkersOfGpsAndBeidou) {
    for (const char* talker : {"GP", "GN", "BD", "GB"}) {
        NmeaParser parser;
        EXPECT_EQ(parser.feed(nmea_sentence(talker + std::string{kRmc + 2})).size(), 1U) << talker;
    }
    NmeaParser parser;
    EXPECT_TRUE(parser.feed(nmea_sentence("XX" + std::string{kRmc + 2})).empty());
}

TEST(Nmea, TellsNoFixFromAFix) {
    const std::string no_sky = "GNRMC,024216.20,V,,,,,,,180326,,,N";
    const std::string quality_0 =
        nmea_sentence("GNGGA,024216.20,,,,,0,00,99.99,,M,,M,,") + nmea_sentence(kRmc);
    const std::string gsa_1 = nmea_sentence("GNGSA,A,1,,,,,,,,,,,,,99,99,99") + nmea_sentence(kRmc);
    for (const std::string& text : {nmea_sentence(no_sky), quality_0, gsa_1}) {
        NmeaParser parser;
        const auto readings = parser.feed(text);
        ASSERT_EQ(readings.size(), 1U) << text;
        EXPECT_EQ(readings[0].fix_mode, 0U) << text;
    }
}

TEST(Nmea, AConstellationWithoutSatellitesTakesNoFixAway) {
    const std::string gps = nmea_sentence("GPGSA,A,3,04,05,,,,,,,,,,,1.50,0.80,1.20");
    const std::string beidou = nmea_sentence("BDGSA,A,1,,,,,,,,,,,,,99,99,99");
    const std::string rmc = nmea_sentence(kRmc);
    const std::string gga = nmea_sentence(kGga);
    for (const std::string& cycle : {gga + gps + beidou + rmc, gga + beidou + gps + rmc,
                                     rmc + gga + gps + beidou, gps + beidou + rmc + gga}) {
        NmeaParser parser;
        for (int second = 0; second < 3; ++second) {
            const auto readings = parser.feed(cycle);
            for (const GnssReading& reading : readings) {
                EXPECT_GE(reading.fix_mode, 2U) << cycle;
            }
        }
    }
    NmeaParser alone; // and without GGA, the mode of the other constellation counts
    const auto readings = alone.feed(gps + beidou + rmc);
    ASSERT_EQ(readings.size(), 1U);
    EXPECT_EQ(readings[0].fix_mode, 2U);
}

TEST(Nmea, CountsAltitudeOnlyOfTheSameEpoch) {
    NmeaParser parser;
    const auto readings = parser.feed(
        nmea_sentence("GNGGA,024216.00,3502.3456,N,11059.1234,E,1,12,0.80,371.4,M,-18.0,M,,") +
        nmea_sentence(kRmc));
    ASSERT_EQ(readings.size(), 1U);
    EXPECT_EQ(readings[0].fix_mode, 2U);
    EXPECT_EQ(readings[0].altitude_dm, 0);
}

TEST(Nmea, KeepsThePositionButNotTheDateOfAWeekRollOver) {
    NmeaParser parser;
    const auto readings =
        parser.feed(nmea_sentence("GNRMC,024216.20,A,3502.3456,N,11059.1234,E,0,0,020806,,,A"));
    ASSERT_EQ(readings.size(), 1U);
    EXPECT_EQ(readings[0].utc_us, 0);
    EXPECT_EQ(readings[0].fix_mode, 2U);
}

TEST(Nmea, DropsWhatHasNoRightChecksum) {
    std::string wrong = nmea_sentence(kRmc);
    wrong[20] = wrong[20] == '5' ? '6' : '5';
    std::string absent = "$" + std::string{kRmc} + "\r\n";
    for (const std::string& text :
         {wrong, absent, std::string(1'000, '$'), "$" + std::string(500, 'A') + "\n"}) {
        NmeaParser parser;
        EXPECT_TRUE(parser.feed(text).empty());
        EXPECT_EQ(parser.counters().sentences, 0U);
        EXPECT_EQ(parser.feed("\r\n" + epoch()).size(), 1U) << "the next epoch is read";
    }
}

TEST(Nmea, RefusesSenselessContent) {
    for (const char* body : {"GNRMC,024216.20,A,9102.3456,N,11059.1234,E,0,0,180326,,,A",
                             "GNRMC,024216.20,A,3560.0000,N,11059.1234,E,0,0,180326,,,A",
                             "GNRMC,024216.20,A,3502.3456,X,11059.1234,E,0,0,180326,,,A",
                             "GNRMC,024216.20,A,,,,,0,0,180326,,,A", "GNRMC,024216.20", "GNRMC"}) {
        NmeaParser parser;
        EXPECT_TRUE(parser.feed(nmea_sentence(body)).empty()) << body;
        EXPECT_EQ(parser.counters().malformed, 1U) << body;
    }
}

TEST(Nmea, SouthAndWestAreNegative) {
    NmeaParser parser;
    const auto readings =
        parser.feed(nmea_sentence("GPRMC,000000,A,0030.0000,S,17959.9999,W,,,010126,,,A"));
    ASSERT_EQ(readings.size(), 1U);
    EXPECT_EQ(readings[0].lat_e7, -5'000'000);
    EXPECT_EQ(readings[0].lon_e7, -1'799'999'983);
    EXPECT_EQ(readings[0].utc_us, kEarliestUtcUs);
}

// Damage behind a checksum made right again reaches the field parsers, where bare damage would not.
TEST(Nmea, SurvivesDamageAndStaysInRange) {
    std::mt19937_64 random{2};
    std::size_t fixes = 0;
    for (int i = 0; i < 20'000; ++i) {
        NmeaParser parser;
        const std::string text = i % 3 == 0   ? test::mutate(epoch(), random)
                                 : i % 3 == 1 ? nmea_sentence(test::mutate(kGga, random)) +
                                                    nmea_sentence(test::mutate(kRmc, random))
                                              : nmea_sentence(kRmc) + nmea_sentence(kGga) +
                                                    nmea_sentence(test::mutate(kRmc, random)) +
                                                    nmea_sentence(test::mutate(kGga, random));
        for (const GnssReading& r : parser.feed(text)) {
            ASSERT_TRUE(r.fix_mode == 0 || r.fix_mode == 2 || r.fix_mode == 3);
            ASSERT_LE(std::abs(r.lat_e7), 900'000'000);
            ASSERT_LE(std::abs(static_cast<std::int64_t>(r.lon_e7)), 1'800'000'000);
            ASSERT_LT(r.course_cdeg, 36'000U);
            ASSERT_LE(r.speed_cm_s, 102'889U);
            ASSERT_TRUE(r.utc_us == 0 || (r.utc_us >= kEarliestUtcUs && r.utc_us < kLatestUtcUs));
            fixes += r.fix_mode >= 2 ? 1 : 0;
        }
    }
    EXPECT_GT(fixes, 1'000U) << "the mutations must reach the field parsers";
}

} // namespace
} // namespace ems::vehicle
