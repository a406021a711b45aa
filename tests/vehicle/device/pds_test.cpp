#include "vehicle/device/pds.h"

#include <algorithm>
#include <array>

#include <gtest/gtest.h>

#include "tests/vehicle/device/mutate.h"
#include "vehicle/device/mllp.h"

namespace ems::vehicle {
namespace {

constexpr const char* kNumerics = "MSH|^~\\&|||||||ORU^R01|204|P|2.3.1|\r"
                                  "OBX||NM|101^HR|2101|60||||||F\r"
                                  "OBX||NM|151^RR|2102|20||||||F\r"
                                  "OBX||NM|160^SpO2|2103|98||||||F\r"
                                  "OBX||NM|161^PR|2103|61||||||F\r"
                                  "OBX||NM|200^T1|2104|37.25||||||F\r"
                                  "OBX||NM|250^EtCO2|2106|-100||||||F\r"
                                  "OBX||NM|106^ST-II|2101|-100.00||||||F\r";
constexpr const char* kCuff = "MSH|^~\\&|||||||ORU^R01|503|P|2.3.1|\r"
                              "OBX||NM|170^NIBP S|2105|120||||||F||APERIODIC|20260318104216\r"
                              "OBX||NM|171^Dia|2105|80||||||F||APERIODIC|20260318104216\r"
                              "OBX||NM|172^Mean|2105|-100||||||F||APERIODIC|00000000000000\r";
constexpr const char* kTechnical = "MSH|^~\\&|||||||ORU^R01|56|P|2.3.1|\r"
                                   "OBX||CE|4||205^SpO2 Sensor Off||||||F|\r"
                                   "OBX||CE|4||5^ECG Lead Off||||||F|\r"
                                   "OBX||CE|4||77^\xb5\xbc\xc1\xaa||||||F|\r";

TEST(Pds, ReadsNumericsByNumberAndMarksInvalid) {
    const auto message = parse_pds(kNumerics);
    ASSERT_TRUE(message);
    EXPECT_EQ(message->kind, PdsKind::numerics);
    EXPECT_EQ(message->values, (std::vector<VitalValue>{{VitalKind::hr, 60, ""},
                                                        {VitalKind::rr, 20, ""},
                                                        {VitalKind::spo2, 98, ""},
                                                        {VitalKind::pr, 61, ""},
                                                        {VitalKind::temp, 3'725, ""},
                                                        {VitalKind::etco2, std::nullopt, ""}}));
}

TEST(Pds, ReadsTheCuffWithItsTime) {
    const auto message = parse_pds(kCuff);
    ASSERT_TRUE(message);
    EXPECT_EQ(message->kind, PdsKind::aperiodic);
    EXPECT_EQ(message->values,
              (std::vector<VitalValue>{{VitalKind::nibp_sys, 120, "20260318104216"},
                                       {VitalKind::nibp_dia, 80, "20260318104216"},
                                       {VitalKind::nibp_mean, std::nullopt, ""}}));
}

// 脉搏 in UTF-8 and in GBK; 髙|: the second byte of a GBK character looks like a separator.
TEST(Pds, ReadsChineseTextsInTheCodeThatTheHeaderNamesOrTheBytesShow) {
    const auto text_of = [](const std::string& set, const std::string& text) -> std::string {
        const auto message = parse_pds("MSH|^~\\&|||||||ORU^R01|54|P|2.3.1||||||" + set +
                                       "\rOBX||CE|2||10^**" + text + "||||||F|\r");
        return message && message->alarms.size() == 1 ? message->alarms[0].text : "none";
    };
    const std::string utf8 = "\xe8\x84\x89\xe6\x90\x8f";
    const std::string gbk = "\xc2\xf6\xb2\xab";
    EXPECT_EQ(text_of("UNICODE UTF-8", utf8), utf8);
    EXPECT_EQ(text_of("", utf8), utf8);
    EXPECT_EQ(text_of("GBK", gbk), utf8);
    EXPECT_EQ(text_of("GB 18030-2000", gbk), utf8);
    EXPECT_EQ(text_of("", gbk), utf8);
    EXPECT_EQ(text_of("", "\x81\x7c\x81\x5e"), "\xe4\xba\x85\xe4\xb9\x9b")
        << "second bytes | and ^";
    EXPECT_EQ(text_of("", "\xff\xff"), "??") << "neither";
}

TEST(Pds, ReadsAlarmsOfBothKinds) {
    const auto technical = parse_pds(kTechnical);
    ASSERT_TRUE(technical);
    EXPECT_EQ(technical->alarms,
              (std::vector<MonitorAlarm>{{"spo2_sensor_off", AlarmLevel::low, "SpO2 Sensor Off"},
                                         {"ecg_lead_off", AlarmLevel::low, "ECG Lead Off"},
                                         {"monitor_77", AlarmLevel::low, "导联"}}));
    const auto body = parse_pds("MSH|^~\\&|||||||ORU^R01|54|P|2.3.1|\r"
                                "OBX||CE|2|1|10002^**HR TOO LOW||||||F|||20070106193145|\r"
                                "OBX||CE|2|1|10010^***VFIB||||||F|\r");
    ASSERT_TRUE(body);
    EXPECT_EQ(body->alarms,
              (std::vector<MonitorAlarm>{{"hr_low", AlarmLevel::medium, "HR TOO LOW"},
                                         {"monitor_10010", AlarmLevel::high, "VFIB"}}));
}

TEST(Pds, ATechnicalAlarmWhoseNumberIsNotKnownIsNamedByItsWords) {
    const auto code_of = [](const std::string& text) -> std::string {
        const auto message =
            parse_pds("MSH|^~\\&|||||||ORU^R01|56|P|2.3.1||||||UNICODE UTF-8\rOBX||CE|4||4711^*" +
                      text + "||||||F|\r");
        return message && message->alarms.size() == 1 ? message->alarms[0].code : "none";
    };
    for (const char* text : {"NIBP Cuff Leak", "NIBP LOOSE CUFF", "NIBP袖带漏气", "血压袖带松"}) {
        EXPECT_EQ(code_of(text), "nibp_cuff_leak") << text;
    }
    for (const char* text : {"NIBP Measurement Failed", "NIBP Excessive Motion", "NIBP测量超时"}) {
        EXPECT_EQ(code_of(text), "nibp_failed") << text;
    }
    for (const char* text : {"SpO2 Module Error", "NIBP Comm Stop", "CO2模块错", "ECG自检错"}) {
        EXPECT_EQ(code_of(text), "monitor_fault") << text;
    }
    for (const char* text : {"Low Battery", "Battery Depleted", "电池电量低"}) {
        EXPECT_EQ(code_of(text), "monitor_battery_low") << text;
    }
    for (const char* text : {"ECG Noisy", "Printer out of paper", "NIBP", "导联脱落"}) {
        EXPECT_EQ(code_of(text), "monitor_4711") << text;
    }
}

TEST(Pds, TwoModulesThatFailAreOneAlarmAsUrgentAsTheWorse) {
    const auto message = parse_pds("MSH|^~\\&|||||||ORU^R01|56|P|2.3.1|\r"
                                   "OBX||CE|4||1^*TEMP Module Error||||||F|\r"
                                   "OBX||CE|4||2^***ECG Module Error||||||F|\r"
                                   "OBX||CE|4||3^**CO2 Module Error||||||F|\r");
    ASSERT_TRUE(message);
    EXPECT_EQ(message->alarms, (std::vector<MonitorAlarm>{
                                   {"monitor_fault", AlarmLevel::high, "ECG Module Error"}}));
}

TEST(Pds, ANumberBeyondTheDisplayIsInvalidNotClamped) {
    for (const char* text : {"351", "-1", "1e2", "", "60x", "nan", "inf", "99999999999999999999"}) {
        const auto message =
            parse_pds("MSH|^~\\&|||||||ORU^R01|204|P|2.3.1|\rOBX||NM|101^HR|2101|" +
                      std::string{text} + "||||||F\r");
        ASSERT_TRUE(message);
        ASSERT_EQ(message->values.size(), 1U);
        EXPECT_EQ(message->values[0].value, std::nullopt) << text;
    }
}

TEST(Pds, RefusesWhatIsNoMessage) {
    EXPECT_FALSE(parse_pds(""));
    EXPECT_FALSE(parse_pds("OBX||NM|101^HR|2101|60\r"));
    std::string endless = kNumerics;
    for (int i = 0; i < 600; ++i) {
        endless += "OBX|\r";
    }
    EXPECT_FALSE(parse_pds(endless));
    EXPECT_EQ(parse_pds(pds_keep_alive())->kind, PdsKind::keep_alive);
}

TEST(Pds, OverAConnectionKeepAlivesAreSentBackAndAlarmsKeepTheirFamily) {
    const auto monitor = make_monitor(MonitorForm::pds);
    const auto heard =
        monitor->feed(mllp_frame(kCuff) + mllp_frame(pds_keep_alive()) + mllp_frame(kTechnical) +
                          mllp_frame("no message") + "garbage\x1c\r",
                      Ticks{});
    ASSERT_EQ(heard.messages.size(), 3U);
    EXPECT_EQ(heard.messages[0].values, parse_pds(kCuff)->values);
    EXPECT_FALSE(heard.messages[0].technical);
    EXPECT_EQ(heard.messages[2].technical, parse_pds(kTechnical)->alarms);
    EXPECT_FALSE(heard.messages[2].physiological);
    EXPECT_EQ(heard.send, std::vector<std::string>{mllp_frame(pds_keep_alive())});
    EXPECT_EQ(heard.refused, 2U);
}

TEST(Mllp, FindsMessagesAtEverySplit) {
    const std::string bytes = mllp_frame(kNumerics) + mllp_frame(kCuff) + std::string{kTechnical} +
                              "\x1c\r"; // the last one lost its first byte
    for (std::size_t split = 0; split <= bytes.size(); ++split) {
        MllpFramer framer;
        auto messages = framer.feed(bytes.substr(0, split));
        const auto rest = framer.feed(bytes.substr(split));
        messages.insert(messages.end(), rest.begin(), rest.end());
        ASSERT_EQ(messages, (std::vector<std::string>{kNumerics, kCuff, kTechnical})) << split;
    }
}

TEST(Mllp, ReadsLineFeedsForReturns) {
    std::string text = kNumerics;
    std::replace(text.begin(), text.end(), '\r', '\n');
    MllpFramer framer;
    const auto messages = framer.feed(mllp_frame(text));
    ASSERT_EQ(messages.size(), 1U);
    EXPECT_EQ(*parse_pds(messages[0]), *parse_pds(kNumerics));
}

TEST(Mllp, SkipsAnEndlessMessageAndReadsTheNext) {
    MllpFramer framer;
    EXPECT_TRUE(framer.feed("\x0b" + std::string(kMllpMessageSizeMax + 10, 'x')).empty());
    EXPECT_EQ(framer.oversize(), 1U);
    EXPECT_EQ(framer.feed("yy\x1c\r" + mllp_frame(kCuff)), std::vector<std::string>{kCuff});
    EXPECT_TRUE(framer.feed("garbage\x1c\r").empty());
    EXPECT_EQ(framer.unframed(), 1U);
}

TEST(Pds, SurvivesDamageAndStaysInRange) {
    constexpr std::array<std::int32_t, kVitalKinds> kMost{350, 350, 100, 200,  300,
                                                          300, 300, 150, 5'000};
    const std::string bytes = mllp_frame(kNumerics) + mllp_frame(kCuff) + mllp_frame(kTechnical);
    std::mt19937_64 random{3};
    std::size_t values = 0;
    for (int i = 0; i < 10'000; ++i) {
        MllpFramer framer;
        for (const std::string& text : framer.feed(test::mutate(bytes, random))) {
            const auto message = parse_pds(text);
            if (!message) {
                continue;
            }
            for (const VitalValue& value : message->values) {
                ASSERT_GE(value.value.value_or(0), 0);
                ASSERT_LE(value.value.value_or(0), kMost.at(static_cast<std::size_t>(value.kind)));
                ++values;
            }
            for (const MonitorAlarm& alarm : message->alarms) {
                ASSERT_LE(alarm.text.size(), 48U);
            }
        }
    }
    EXPECT_GT(values, 10'000U);
}

} // namespace
} // namespace ems::vehicle
