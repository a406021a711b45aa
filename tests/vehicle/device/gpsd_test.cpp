#include "vehicle/device/gpsd.h"

#include <gtest/gtest.h>

#include "tests/vehicle/device/mutate.h"
#include "vehicle/device/nmea.h"

namespace ems::vehicle {
namespace {

constexpr const char* kSky =
    R"({"class":"SKY","device":"/dev/ttyACM0","time":"2026-03-18T02:42:16.200Z","xdop":0.41,)"
    R"("hdop":0.80,"pdop":1.20,"nSat":3,"uSat":12,"satellites":[{"PRN":1,"el":30.0,"az":120.0,)"
    R"("ss":42.0,"used":true},{"PRN":201,"gnssid":3,"used":false},{"PRN":7,"used":true}]})";
constexpr const char* kFix =
    R"({"class":"TPV","device":"/dev/ttyACM0","status":1,"mode":3,)"
    R"("time":"2026-03-18T02:42:16.200Z","leapseconds":18,"ept":0.005,"lat":35.03909333,)"
    R"("lon":110.98539,"altHAE":353.400,"altMSL":371.400,"alt":371.400,"epx":2.1,"epy":2.3,)"
    R"("track":95.50,"speed":11.112,"climb":0.000,"eph":3.100,"ecefx":-1.0e6})";
constexpr const char* kVersion =
    R"({"class":"VERSION","release":"3.22","rev":"3.22","proto_major":3,"proto_minor":14})";

std::string fix_with(const std::string& members) {
    return R"({"class":"TPV",)" + members + "}\r\n";
}

TEST(Gpsd, GivesTheReadingNmeaGivesForTheSameFixAtEverySplit) {
    NmeaParser nmea;
    const auto expected = nmea.feed(
        nmea_sentence("GNGGA,024216.20,3502.3456,N,11059.1234,E,1,12,0.80,371.4,M,-18.0,M,,") +
        nmea_sentence("GNRMC,024216.20,A,3502.3456,N,11059.1234,E,21.60,095.50,180326,,,A"));
    ASSERT_EQ(expected.size(), 1U);
    const std::string bytes = std::string{kVersion} + "\r\n" + kSky + "\r\n" + kFix + "\r\n";
    for (std::size_t split = 0; split <= bytes.size(); ++split) {
        GpsdParser parser;
        auto readings = parser.feed(bytes.substr(0, split));
        const auto rest = parser.feed(bytes.substr(split));
        readings.insert(readings.end(), rest.begin(), rest.end());
        ASSERT_EQ(readings, expected) << "split at " << split;
        ASSERT_EQ(parser.refused(), 0U);
    }
}

TEST(Gpsd, AsksToBeTold) {
    EXPECT_EQ(make_gnss_parser(GnssForm::gpsd)->greeting(),
              "?WATCH={\"enable\":true,\"json\":true};\n");
    EXPECT_EQ(make_gnss_parser(GnssForm::nmea)->greeting(), "");
}

TEST(Gpsd, TellsNoFixFromAFix) {
    for (const char* mode : {"0", "1"}) {
        GpsdParser parser;
        const auto readings = parser.feed(
            fix_with(R"("time":"2026-03-18T02:42:16.000Z","lat":1.0,"lon":2.0,"mode":)" +
                     std::string{mode}));
        ASSERT_EQ(readings.size(), 1U) << mode;
        EXPECT_EQ(readings[0], (GnssReading{.fix_mode = 0, .utc_us = 1'773'801'736'000'000}));
    }
}

TEST(Gpsd, AFixWithoutHeightAboveTheSeaIsOfTwoDimensions) {
    GpsdParser parser;
    const auto readings =
        parser.feed(fix_with(R"("mode":3,"lat":35.0,"lon":111.0,"altHAE":353.4)") +
                    fix_with(R"("mode":2,"lat":35.0,"lon":111.0,"altMSL":9.0)"));
    ASSERT_EQ(readings.size(), 2U);
    for (const GnssReading& reading : readings) {
        EXPECT_EQ(reading.fix_mode, 2U);
        EXPECT_EQ(reading.altitude_dm, 0);
    }
}

TEST(Gpsd, CountsMarkedSatellitesWhereNoNumberIsGiven) {
    GpsdParser parser;
    parser.feed(R"({"class":"SKY","satellites":[{"used":true},{"used":false},{"used":true,)"
                R"("more":{"used":true}}],"x":[{"used":true}]})"
                "\n"
                R"({"class":"SKY","hdop":1.24})"
                "\n");
    const auto readings = parser.feed(fix_with(R"("mode":2,"lat":35.0,"lon":111.0)"));
    ASSERT_EQ(readings.size(), 1U);
    EXPECT_EQ(readings[0].satellites, 2U);
    EXPECT_EQ(readings[0].hdop_centi, 124U);
}

TEST(Gpsd, AnOldSkyNoLongerCounts) {
    GpsdParser parser;
    parser.feed(std::string{kSky}.append("\n"));
    std::uint32_t last = 0;
    for (int i = 0; i < 21; ++i) {
        last = parser.feed(fix_with(R"("mode":2,"lat":35.0,"lon":111.0)")).at(0).satellites;
        EXPECT_EQ(last, i < 20 ? 12U : 0U) << i;
    }
}

TEST(Gpsd, KeepsThePositionButNotTheDateOfAWeekRollOver) {
    for (const char* time :
         {"2006-08-02T02:42:16.000Z", "2026-02-30T02:42:16.000Z", "2026-03-18 02:42:16.000Z",
          "2026-03-18T02:42:16.000+08:00", "2026-03-18T24:42:16.000Z", "", "2026-03-18T02:42:Z"}) {
        GpsdParser parser;
        const auto readings = parser.feed(
            fix_with(R"("mode":2,"lat":35.0,"lon":111.0,"time":")" + std::string{time} + "\""));
        ASSERT_EQ(readings.size(), 1U) << time;
        EXPECT_EQ(readings[0].utc_us, 0) << time;
        EXPECT_EQ(readings[0].fix_mode, 2U) << time;
    }
}

TEST(Gpsd, RefusesAFixThatMakesNoSense) {
    for (const char* members :
         {R"("lat":35.0,"lon":111.0)", R"("mode":"3","lat":35.0,"lon":111.0)",
          R"("mode":4,"lat":35.0,"lon":111.0)", R"("mode":-1,"lat":35.0,"lon":111.0)",
          R"("mode":2.5,"lat":35.0,"lon":111.0)", R"("mode":3,"lat":35.0)",
          R"("mode":3,"lon":111.0)", R"("mode":3,"lat":90.1,"lon":111.0)",
          R"("mode":3,"lat":35.0,"lon":-180.1)", R"("mode":3,"lat":null,"lon":111.0)",
          R"("mode":3,"lat":"35.0","lon":111.0)", R"("mode":3,"x":{"lat":35.0,"lon":111.0})",
          R"("mode":3,"lat":NaN,"lon":111.0)", R"("mode":3,"lat":1e999,"lon":111.0)"}) {
        GpsdParser parser;
        EXPECT_TRUE(parser.feed(fix_with(members)).empty()) << members;
        EXPECT_EQ(parser.refused(), 1U) << members;
        EXPECT_EQ(parser.feed(std::string{kFix}.append("\n")).size(), 1U) << "the next fix is read";
    }
}

TEST(Gpsd, AValueOutOfRangeIsAbsentNotClamped) {
    GpsdParser parser;
    const auto readings = parser.feed(
        R"({"class":"SKY","hdop":1000,"uSat":-3})"
        "\n" +
        fix_with(R"("mode":3,"lat":-35.0,"lon":-111.0,"altMSL":1e9,"speed":-1,"track":361)"));
    ASSERT_EQ(readings.size(), 1U);
    EXPECT_EQ(readings[0],
              (GnssReading{.fix_mode = 2, .lat_e7 = -350'000'000, .lon_e7 = -1'110'000'000}));
}

TEST(Gpsd, RefusesWhatIsNotOneObjectALine) {
    const std::string deep = R"({"class":"TPV","mode":2,"lat":35.0,"lon":111.0,"a":)" +
                             std::string(100, '[') + std::string(100, ']') + "}";
    for (const std::string& text :
         {std::string{"{}"}, std::string{"[]"}, std::string{"5"}, std::string{"\"TPV\""},
          std::string{"true"}, std::string{"{\"class\":5}"}, std::string{kFix} + kFix,
          std::string{kFix}.substr(0, 200), std::string{"$GNRMC,024216.20,A"}, deep,
          std::string{"{\"class\":\"\xff\"}"},
          "{\"class\":\"TPV\",\"x\":\"" + std::string(kGpsdLineSizeMax, 'x') + "\"}"}) {
        GpsdParser parser;
        EXPECT_TRUE(parser.feed(text + "\n").empty()) << text.substr(0, 80);
        EXPECT_EQ(parser.refused(), 1U) << text.substr(0, 80);
        EXPECT_EQ(parser.feed(std::string{kFix}.append("\n")).size(), 1U) << "the next fix is read";
    }
}

TEST(Gpsd, SurvivesDamageAndStaysInRange) {
    const std::string bytes = std::string{kVersion} + "\n" + kSky + "\n" + kFix + "\n";
    std::mt19937_64 random{4};
    std::size_t fixes = 0;
    for (int i = 0; i < 20'000; ++i) {
        GpsdParser parser;
        // Half of the damage falls on the fix, whose line feed keeps what follows apart.
        const std::string text = i % 2 == 0
                                     ? test::mutate(bytes, random)
                                     : std::string{kSky}.append("\n") + test::mutate(kFix, random) + "\n";
        for (const GnssReading& r : parser.feed(text)) {
            ASSERT_TRUE(r.fix_mode == 0 || r.fix_mode == 2 || r.fix_mode == 3);
            ASSERT_LE(std::abs(r.lat_e7), 900'000'000);
            ASSERT_LE(std::abs(static_cast<std::int64_t>(r.lon_e7)), 1'800'000'000);
            ASSERT_LT(r.course_cdeg, 36'000U);
            ASSERT_LE(r.speed_cm_s, 102'889U);
            ASSERT_GE(r.altitude_dm, -5'000);
            ASSERT_LE(r.altitude_dm, 200'000);
            ASSERT_LE(r.hdop_centi, 9'999U);
            ASSERT_LE(r.satellites, 99U);
            ASSERT_TRUE(r.utc_us == 0 || (r.utc_us >= kEarliestUtcUs && r.utc_us < kLatestUtcUs));
            fixes += r.fix_mode >= 2 ? 1 : 0;
        }
    }
    EXPECT_GT(fixes, 1'000U) << "the mutations must reach the field parsers";
}

} // namespace
} // namespace ems::vehicle
