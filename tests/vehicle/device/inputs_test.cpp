#include "vehicle/device/inputs.h"

#include <gtest/gtest.h>

#include "tests/vehicle/device/mutate.h"

namespace ems::vehicle {
namespace {

using namespace std::chrono_literals;

constexpr const char* kLines = "ignition=on\r\ndoor=open\nsiren=on\nbeacon=off\nfuel_pct=63\n"
                               "speed_kmh=41\ndoor=unknown\n";
const std::vector<InputReading> kReadings{
    {Input::ignition, 1},  {Input::door, 1},       {Input::siren, 1},           {Input::beacon, 0},
    {Input::fuel_pct, 63}, {Input::speed_kmh, 41}, {Input::door, std::nullopt},
};

TEST(Inputs, ReadsLinesAtEverySplit) {
    const std::string bytes = kLines;
    for (std::size_t split = 0; split <= bytes.size(); ++split) {
        InputParser parser;
        auto readings = parser.feed(bytes.substr(0, split));
        const auto rest = parser.feed(bytes.substr(split));
        readings.insert(readings.end(), rest.begin(), rest.end());
        ASSERT_EQ(readings, kReadings) << "split at " << split;
        ASSERT_EQ(parser.refused() + parser.foreign(), 0U);
    }
}

TEST(Inputs, RefusesAValueThatIsNotOfItsKey) {
    for (const char* line : {"door=on",        "door=Open",     "door=",
                             "door",           "door = open",   "door=open ",
                             "ignition=1",     "siren=open",    "fuel_pct=101",
                             "fuel_pct=-1",    "fuel_pct=63.5", "fuel_pct=",
                             "fuel_pct=6x",    "speed_kmh=301", "speed_kmh=99999999999999999999",
                             "speed_kmh=0x10", "garbage",       "door=open\tdoor=open",
                             "door=unknown ",  "=open",         "=",
                             "Door=open"}) {
        InputParser parser;
        EXPECT_TRUE(parser.feed(std::string{line} + "\n").empty()) << line;
        EXPECT_EQ(parser.refused(), 1U) << line;
        EXPECT_EQ(parser.feed("door=open\n").size(), 1U) << "the next line is read";
    }
    InputParser parser;
    EXPECT_TRUE(parser.feed(std::string(1'000'000, 'd')).empty());
    EXPECT_EQ(parser.refused(), 1U);
}

TEST(Inputs, TakesTheBoundsOfItsRanges) {
    InputParser parser;
    EXPECT_EQ(parser.feed("fuel_pct=0\nfuel_pct=100\nspeed_kmh=0\nspeed_kmh=300\n"),
              (std::vector<InputReading>{{Input::fuel_pct, 0},
                                         {Input::fuel_pct, 100},
                                         {Input::speed_kmh, 0},
                                         {Input::speed_kmh, 300}}));
}

TEST(Inputs, AKeyOfANewerBoxIsSkippedNotRefused) {
    InputParser parser;
    EXPECT_EQ(parser.feed("tail_lift=half open\ndoor=closed\n"),
              (std::vector<InputReading>{{Input::door, 0}}));
    EXPECT_EQ(parser.foreign(), 1U);
    EXPECT_EQ(parser.refused(), 0U);
}

TEST(VehicleInputs, KnowsValuesWithTheirAgeUntilTheyAreOld) {
    VehicleInputs inputs;
    EXPECT_FALSE(inputs.get(Input::door, Ticks{1s})) << "never said is not closed";
    inputs.take({Input::door, 0}, Ticks{100s});
    EXPECT_EQ(inputs.get(Input::door, Ticks{104s}), (VehicleInputs::Known{0, 4s}));
    EXPECT_TRUE(inputs.get(Input::door, Ticks{109'999ms}));
    EXPECT_FALSE(inputs.get(Input::door, Ticks{110s}));
    EXPECT_FALSE(inputs.get(Input::siren, Ticks{104s})) << "of another input";
    inputs.take({Input::door, 1}, Ticks{111s});
    EXPECT_EQ(inputs.get(Input::door, Ticks{111s}), (VehicleInputs::Known{1, 0s}));
    inputs.take({Input::door, std::nullopt}, Ticks{112s});
    EXPECT_FALSE(inputs.get(Input::door, Ticks{112s})) << "the box cannot tell";
}

TEST(Inputs, SurvivesDamageAndStaysInRange) {
    std::mt19937_64 random{9};
    std::size_t values = 0;
    for (int i = 0; i < 20'000; ++i) {
        InputParser parser;
        for (const InputReading& reading : parser.feed(test::mutate(kLines, random) + "\n")) {
            const std::uint32_t most = reading.input == Input::fuel_pct    ? 100
                                       : reading.input == Input::speed_kmh ? 300
                                                                           : 1;
            ASSERT_LE(reading.value.value_or(0), most);
            ++values;
        }
    }
    EXPECT_GT(values, 20'000U) << "the mutations must reach the values";
}

} // namespace
} // namespace ems::vehicle
