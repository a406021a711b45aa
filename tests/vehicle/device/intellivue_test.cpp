// Against the documented layout only: no capture of a monitor was at hand.
#include "vehicle/device/intellivue.h"

#include <algorithm>
#include <array>

#include <gtest/gtest.h>

#include "tests/vehicle/device/intellivue_monitor.h"
#include "tests/vehicle/device/mutate.h"

namespace ems::vehicle {
namespace {

using namespace std::chrono_literals;
using test::unhex;

const std::string kHeartRate = test::iv_value(0x4182, 0, 2'720, 0x0000'0048);
const std::string kInvalidSaturation = test::iv_value(0x4bb8, 0x8000, 544, 0x007f'ffff);

std::vector<std::string> numerics() {
    const std::string cuff =
        test::be(0x2222, 2) +
        test::iv_list(
            {test::iv_attribute(0x094b, test::iv_list({test::iv_value(18'949, 0, 3'872, 120),
                                                       test::iv_value(18'950, 0, 3'872, 80),
                                                       test::iv_value(18'951, 0, 3'872, 93)})),
             test::iv_attribute(0x0990, unhex("2026031810415000"))});
    return {test::iv_numeric(kHeartRate),
            test::iv_numeric(kInvalidSaturation),
            cuff,
            test::iv_numeric(test::iv_value(19'272, 0, 6'048, 0xff00'0174)), // 37.2
            test::iv_numeric(test::iv_value(20'656, 0, 3'843, 0xff00'0033)), // 5.1 kPa
            test::iv_numeric(test::iv_value(0xf0e5, 0, 2'720, 72))};         // of the cuff's pulse
}

// ------------------------------------------------------------------------------------- bytes

TEST(IntellivuePdu, AsksForAnAssociationInTheDocumentedBytes) {
    EXPECT_EQ(intellivue_association_request(1s),
              unhex("0dec0508130100160102800014020002c1dc"
                    "3180a0808001010000a280a003000001a4803080020101060452010001308006"
                    "025101000000003080020102060c2a8648ce14020100000001013080060c2a86"
                    "48ce140201000000020100000000000061803080020101a0806080a180060c2a"
                    "8648ce14020100000003010000be802880060c2a8648ce140201000000010102"
                    "010281"
                    "48" // length of what follows but the trailer
                    "80000000400000000000000080000000200000000000000000"
                    "01002c00010028"   // one profile: poll
                    "8000000000001f40" // revision, 1 s of 1/8 ms
                    "000003e8000003e8ffffffff60000000"
                    "0001000cf00100088000000000000000"
                    "00000000000000000000000000000000"));
}

TEST(IntellivuePdu, PollsNumericsInTheDocumentedBytes) {
    EXPECT_EQ(intellivue_poll_request(0x0102),
              unhex("e100000200010"
                    "01c010200070016002100000000000000000c16000801020001000608"
                    "03"));
}

TEST(IntellivuePdu, AnswersTheIntroductionInTheDocumentedBytes) {
    const auto created = parse_intellivue(test::iv_mds_created(1));
    ASSERT_TRUE(created) << created.error().message();
    ASSERT_EQ(created->kind, IntellivueKind::mds_created);
    EXPECT_EQ(intellivue_mds_create_result(*created), unhex("e1000002000200140001000"
                                                            "1000e002100000000000012670d060000"));
}

TEST(IntellivuePdu, EndsAnAssociationInTheDocumentedBytes) {
    EXPECT_EQ(intellivue_release_request(),
              unhex("0918c11661803080020101a08062808001000000000000000000"));
    EXPECT_EQ(intellivue_release_response(),
              unhex("0a18c11661803080020101a08063808001000000000000000000"));
}

TEST(IntellivuePdu, TellsControlMessagesByTheirFirstByte) {
    const struct {
        const char* bytes;
        IntellivueKind kind;
    } cases[] = {{"0c020000", IntellivueKind::refuse},
                 {"0918c1", IntellivueKind::release_request},
                 {"0a18c1", IntellivueKind::release_response},
                 {"192e1101", IntellivueKind::abort},
                 {"0e", IntellivueKind::accept}};
    for (const auto& one : cases) {
        const auto message = parse_intellivue(unhex(one.bytes));
        ASSERT_TRUE(message) << one.bytes;
        EXPECT_EQ(message->kind, one.kind) << one.bytes;
        EXPECT_FALSE(message->min_poll_period) << one.bytes;
    }
    EXPECT_EQ(parse_intellivue(test::iv_accept(20'000))->min_poll_period, 2'500ms);
}

TEST(IntellivuePdu, ReadsNumericsInTheDocumentedBytes) {
    // One object, heart rate 72 /min, by hand.
    const std::string bytes = unhex("e1000002"
                                    "0002"
                                    "0042" // a result
                                    "0001"
                                    "0007"
                                    "003c" // invoke id, action
                                    "002100000000"
                                    "0c16"
                                    "0032" // of the MDS: poll
                                    "0001"
                                    "000ed900"
                                    "ffffffffffffffff"
                                    "0001"
                                    "0006"
                                    "0803"
                                    "0001"
                                    "001a"
                                    "0000" // one context
                                    "0001"
                                    "0014"
                                    "1234" // one object
                                    "0001"
                                    "000e" // one attribute
                                    "0950"
                                    "000a"
                                    "4182"
                                    "0000"
                                    "0aa0"
                                    "00000048");
    EXPECT_EQ(test::iv_result(1, {test::iv_numeric(kHeartRate)}), bytes);
    const auto message = parse_intellivue(bytes);
    ASSERT_TRUE(message) << message.error().message();
    EXPECT_EQ(message->kind, IntellivueKind::poll_result);
    EXPECT_TRUE(message->last);
    EXPECT_EQ(message->observations,
              (std::vector<IntellivueObservation>{{0x4182, 0, 2'720, 72.0, ""}}));
}

TEST(IntellivuePdu, ReadsFloats) {
    EXPECT_EQ(intellivue_float(0x0000'0048), 72);
    EXPECT_DOUBLE_EQ(*intellivue_float(0xff00'0174), 37.2);
    EXPECT_DOUBLE_EQ(*intellivue_float(0xfeff'fb2e), -12.34);
    EXPECT_EQ(intellivue_float(0x0200'0001), 100);
    for (const std::uint32_t special :
         {0x7f'ffffU, 0x7f'fffeU, 0x80'0000U, 0x80'0001U, 0x80'0002U, 0xff7f'ffffU}) {
        EXPECT_FALSE(intellivue_float(special)) << std::hex << special;
    }
    EXPECT_TRUE(intellivue_float(0x7f'fffd));
    EXPECT_TRUE(intellivue_float(0x80'0003));
}

TEST(IntellivuePdu, ATornMessageIsRefusedAtEveryByte) {
    for (const std::string& whole :
         {test::iv_result(1, numerics()), test::iv_linked_result(1, 1, 1, numerics()),
          test::iv_mds_created(1)}) {
        ASSERT_TRUE(parse_intellivue(whole));
        for (std::size_t size = 0; size < whole.size(); ++size) {
            ASSERT_FALSE(parse_intellivue(whole.substr(0, size))) << size;
        }
        EXPECT_FALSE(parse_intellivue(whole + '\0'));
    }
    EXPECT_FALSE(parse_intellivue(std::string(kIntellivueDatagramMax + 1, '\x0e')));
}

TEST(IntellivuePdu, RefusesListsWhoseCountAndLengthDisagree) {
    const std::string object = test::iv_numeric(kHeartRate);
    for (const std::string& value : {kHeartRate + "x", kHeartRate.substr(1), std::string{}}) {
        EXPECT_FALSE(parse_intellivue(test::iv_result(1, {test::iv_numeric(value)})));
    }
    std::string more_objects = test::iv_result(1, {object});
    const std::size_t at = more_objects.rfind(object) - 4;
    more_objects[at + 1] = 2;
    EXPECT_FALSE(parse_intellivue(more_objects));
    std::string fewer_objects = test::iv_result(1, {object, object});
    fewer_objects[fewer_objects.find(object) - 3] = 1;
    EXPECT_FALSE(parse_intellivue(fewer_objects));
    const std::vector<std::string> many(kIntellivueObservationsMax + 1,
                                        test::be(1, 2) + test::iv_list({}));
    EXPECT_TRUE(parse_intellivue(test::iv_result(1, many))) << "objects without values";
    const std::string values = test::iv_list(std::vector<std::string>(300, kHeartRate));
    EXPECT_FALSE(parse_intellivue(test::iv_result(
        1, {test::be(1, 2) + test::iv_list({test::iv_attribute(0x094b, values)})})));
}

TEST(IntellivuePdu, SkipsWhatIsOfNoUse) {
    std::string other_object = test::iv_result(1, numerics());
    other_object[4 + 4 + 6 + 10 + 2 + 4 + 8 + 3] = 9; // waves
    const auto waves = parse_intellivue(other_object);
    ASSERT_TRUE(waves);
    EXPECT_EQ(waves->kind, IntellivueKind::other);
    EXPECT_TRUE(waves->observations.empty());
    const auto refused = parse_intellivue(unhex("e1000002000300060001000a0000"));
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->kind, IntellivueKind::poll_error);
}

// ----------------------------------------------------------------------------------- protocol

class IntellivueTest : public testing::Test {
  protected:
    MonitorProtocol::Heard say(const std::string& bytes) { return monitor_.feed(bytes, now_); }
    std::vector<std::string> after(std::chrono::milliseconds by) {
        now_ += by;
        return monitor_.due(now_);
    }
    void associate() {
        ASSERT_EQ(after(0ms), std::vector{intellivue_association_request(1s)});
        ASSERT_TRUE(say(test::iv_accept(2'500)).send.empty());
        ASSERT_EQ(
            say(test::iv_mds_created(1)).send,
            std::vector{intellivue_mds_create_result(*parse_intellivue(test::iv_mds_created(1)))});
        ASSERT_EQ(monitor_.state(), IntellivueMonitor::State::operating);
    }
    IntellivueMonitor monitor_;
    Ticks now_{100s};
};

TEST_F(IntellivueTest, AssociatesAnswersTheIntroductionAndPollsEachSecond) {
    associate();
    EXPECT_EQ(after(0ms), std::vector{intellivue_poll_request(1)});
    EXPECT_TRUE(after(250ms).empty());
    EXPECT_TRUE(after(250ms).empty());
    const auto heard = say(test::iv_result(1, numerics()));
    ASSERT_EQ(heard.messages.size(), 1U);
    EXPECT_EQ(heard.messages[0].values,
              (std::vector<VitalValue>{{VitalKind::hr, 72, ""},
                                       {VitalKind::spo2, std::nullopt, ""},
                                       {VitalKind::nibp_sys, 120, "20260318104150"},
                                       {VitalKind::nibp_dia, 80, "20260318104150"},
                                       {VitalKind::nibp_mean, 93, "20260318104150"},
                                       {VitalKind::etco2, 38, ""},
                                       {VitalKind::temp, 3'720, ""}}));
    EXPECT_FALSE(heard.messages[0].physiological);
    EXPECT_EQ(after(500ms), std::vector{intellivue_poll_request(2)});
}

TEST_F(IntellivueTest, ResultsInSeveralDatagramsCountWhenTheLastIsThere) {
    associate();
    after(0ms);
    const auto all = numerics();
    EXPECT_TRUE(say(test::iv_linked_result(1, 1, 1, {all[0], all[1]})).messages.empty());
    EXPECT_TRUE(say(test::iv_linked_result(1, 3, 2, {all[2], all[3], all[4]})).messages.empty());
    const auto heard = say(test::iv_result(1, {}));
    ASSERT_EQ(heard.messages.size(), 1U);
    EXPECT_EQ(heard.messages[0].values.size(), 7U);
}

TEST_F(IntellivueTest, AResultOfAnEarlierPollDoesNotCount) {
    associate();
    after(0ms);
    EXPECT_TRUE(say(test::iv_linked_result(1, 1, 1, numerics())).messages.empty());
    EXPECT_EQ(after(1s), std::vector{intellivue_poll_request(2)});
    EXPECT_TRUE(say(test::iv_result(1, numerics())).messages.empty());
    const auto heard = say(test::iv_result(2, {test::iv_numeric(kHeartRate)}));
    ASSERT_EQ(heard.messages.size(), 1U);
    EXPECT_EQ(heard.messages[0].values.size(), 1U) << "nothing of the first poll is left";
}

TEST_F(IntellivueTest, AStateThatIsNotValidAForeignUnitOrNoNumberIsInvalid) {
    associate();
    for (const std::string& value :
         {test::iv_value(0x4182, 0x8000, 2'720, 72), test::iv_value(0x4182, 0x4000, 2'720, 72),
          test::iv_value(0x4182, 0x2000, 2'720, 72), test::iv_value(0x4182, 0x0800, 2'720, 72),
          test::iv_value(0x4182, 0x0400, 2'720, 72), test::iv_value(0x4182, 0x0100, 2'720, 72),
          test::iv_value(0x4182, 0, 3'872, 72), test::iv_value(0x4182, 0, 0, 72),
          test::iv_value(0x4182, 0, 2'720, 0x007f'ffff),
          test::iv_value(0x4182, 0, 2'720, 0x0000'015f), // 351
          test::iv_value(0x4182, 0, 2'720, 0x00ff'ffff)}) {
        const auto request = after(1s);
        ASSERT_EQ(request.size(), 1U);
        const auto id = static_cast<std::uint16_t>(static_cast<std::uint8_t>(request[0][8]) << 8U |
                                                   static_cast<std::uint8_t>(request[0][9]));
        const auto heard = say(test::iv_result(id, {test::iv_numeric(value)}));
        ASSERT_EQ(heard.messages.size(), 1U);
        EXPECT_EQ(heard.messages[0].values,
                  (std::vector<VitalValue>{{VitalKind::hr, std::nullopt, ""}}));
    }
}

TEST_F(IntellivueTest, InAlarmBeingMeasuredOrValidatedIsStillValid) {
    associate();
    after(0ms);
    const auto heard =
        say(test::iv_result(1, {test::iv_numeric(test::iv_value(0x4182, 0x00e3, 2'720, 72))}));
    ASSERT_EQ(heard.messages.size(), 1U);
    EXPECT_EQ(heard.messages[0].values[0].value, 72);
}

TEST_F(IntellivueTest, AsksAgainUntilItIsAcceptedAndWaitsAfterARefusal) {
    EXPECT_EQ(after(0ms).size(), 1U);
    EXPECT_TRUE(after(2'900ms).empty());
    EXPECT_EQ(after(100ms), std::vector{intellivue_association_request(1s)});
    EXPECT_EQ(say(unhex("0c020000")).trouble, "the monitor refuses the association");
    EXPECT_TRUE(after(9'900ms).empty());
    EXPECT_EQ(after(100ms), std::vector{intellivue_association_request(1s)});
}

TEST_F(IntellivueTest, ARefusalOfARepeatedRequestDoesNotEndTheAssociation) {
    associate();
    EXPECT_EQ(say(unhex("0c020000")).trouble, "");
    EXPECT_EQ(monitor_.state(), IntellivueMonitor::State::operating);
}

TEST_F(IntellivueTest, WithoutAnIntroductionItStartsAgain) {
    after(0ms);
    say(test::iv_accept(2'500));
    EXPECT_TRUE(after(4'900ms).empty());
    EXPECT_EQ(after(100ms), std::vector{intellivue_release_request()});
    EXPECT_TRUE(after(1'900ms).empty());
    EXPECT_EQ(after(100ms), std::vector{intellivue_association_request(1s)});
}

TEST_F(IntellivueTest, AnIntroductionThatOvertookTheAcceptanceIsAnswered) {
    after(0ms);
    EXPECT_EQ(say(test::iv_mds_created(3)).send.size(), 1U);
    EXPECT_EQ(monitor_.state(), IntellivueMonitor::State::operating);
    say(test::iv_accept(2'500));
    EXPECT_EQ(monitor_.state(), IntellivueMonitor::State::operating);
}

TEST_F(IntellivueTest, ARepeatedIntroductionIsAnsweredAgain) {
    associate();
    after(0ms);
    EXPECT_EQ(say(test::iv_mds_created(1)).send.size(), 1U);
    EXPECT_TRUE(after(250ms).empty()) << "the poll under way goes on";
    EXPECT_EQ(say(test::iv_result(1, numerics())).messages.size(), 1U);
}

TEST_F(IntellivueTest, WithoutResultsItReleasesAndStartsAgain) {
    associate();
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(after(i == 0 ? 0ms : 1s).size(), 1U);
    }
    EXPECT_EQ(say(unhex("e1000002000300060001000a0000")).trouble,
              "the monitor refuses to be polled");
    EXPECT_EQ(after(1s), std::vector{intellivue_release_request()});
    EXPECT_EQ(monitor_.state(), IntellivueMonitor::State::associating);
    EXPECT_EQ(after(2s), std::vector{intellivue_association_request(1s)});
}

TEST_F(IntellivueTest, WhenTheMonitorEndsTheAssociationItStartsAgain) {
    associate();
    EXPECT_EQ(say(unhex("192e1101")).trouble, "the monitor ended the association");
    EXPECT_EQ(monitor_.state(), IntellivueMonitor::State::associating);
    EXPECT_TRUE(say(test::iv_result(1, numerics())).messages.empty());
    after(2s);
    say(test::iv_accept(2'500));
    say(test::iv_mds_created(1));
    EXPECT_EQ(say(intellivue_release_request()).send, std::vector{intellivue_release_response()});
    EXPECT_EQ(monitor_.state(), IntellivueMonitor::State::associating);
}

TEST_F(IntellivueTest, PollsAsRarelyAsTheMonitorDemands) {
    after(0ms);
    say(test::iv_accept(24'000)); // 3 s
    say(test::iv_mds_created(1));
    EXPECT_EQ(after(0ms), std::vector{intellivue_poll_request(1)});
    EXPECT_TRUE(after(2'900ms).empty());
    EXPECT_EQ(after(100ms), std::vector{intellivue_poll_request(2)});
}

TEST_F(IntellivueTest, SaysFarewellOnlyWhereThereIsAnAssociation) {
    EXPECT_TRUE(monitor_.farewell().empty());
    associate();
    EXPECT_EQ(monitor_.farewell(), std::vector{intellivue_release_request()});
}

TEST_F(IntellivueTest, SurvivesDamageAndStaysInRange) {
    constexpr std::array<std::int32_t, kVitalKinds> kMost{350, 350, 100, 200,  300,
                                                          300, 300, 150, 5'000};
    std::mt19937_64 random{7};
    const std::array<std::string, 4> whole{test::iv_accept(2'500), test::iv_mds_created(1),
                                           test::iv_linked_result(1, 1, 1, numerics()),
                                           test::iv_result(1, numerics())};
    std::size_t values = 0;
    for (int i = 0; i < 20'000; ++i) {
        IntellivueMonitor monitor;
        monitor.due(now_);
        monitor.feed(whole[1], now_);
        monitor.due(now_);
        for (const std::string& datagram :
             {whole.at(random() % 4), whole.at(2 + random() % 2), whole.at(3)}) {
            for (const MonitorMessage& message :
                 monitor.feed(test::mutate(datagram, random), now_).messages) {
                for (const VitalValue& value : message.values) {
                    ASSERT_GE(value.value.value_or(0), 0);
                    ASSERT_LE(value.value.value_or(0),
                              kMost.at(static_cast<std::size_t>(value.kind)));
                    ASSERT_TRUE(value.measured_at.empty() || value.measured_at.size() == 14);
                    ++values;
                }
            }
        }
        (void)monitor.due(now_ + 6s);
    }
    EXPECT_GT(values, 20'000U) << "the mutations must reach the numerics";
}

// Fields changed in place keep all lengths right and so reach the values.
TEST_F(IntellivueTest, AChangedStateIsNeverReadAsValid) {
    const std::string bytes = test::iv_result(1, {test::iv_numeric(kInvalidSaturation)});
    const std::size_t at = bytes.find(kInvalidSaturation);
    std::mt19937_64 random{8};
    for (int i = 0; i < 10'000; ++i) {
        std::string text = bytes;
        const std::size_t where = at + random() % kInvalidSaturation.size();
        text[where] = static_cast<char>(random());
        IntellivueMonitor monitor;
        monitor.feed(test::iv_mds_created(1), now_);
        monitor.due(now_);
        for (const MonitorMessage& message : monitor.feed(text, now_).messages) {
            for (const VitalValue& value : message.values) {
                // Invalid by its state and by its NaN: one byte cannot undo both.
                ASSERT_FALSE(value.value) << where - at;
            }
        }
    }
}

} // namespace
} // namespace ems::vehicle
