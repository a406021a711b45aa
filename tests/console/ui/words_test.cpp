// Every code that the centre and the vehicles can send has words in both languages. The lists are read from the sources
// that send them, so that a new code without words is noticed here.
#include "console/widgets/words.h"

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include <QTranslator>
#include <gtest/gtest.h>

#include "console/model/alarm_table.h"
#include "console/theme/map_note.h"
#include "telemetry/signal/alarm/alarm_table.h"
#include "tests/console/ui/desk_fixture.h"

namespace ems::console {
namespace {

std::string source(const std::string& path) {
    std::ifstream file{std::string{EMS_SOURCE_DIR "/"} + path};
    std::stringstream all;
    all << file.rdbuf();
    return all.str();
}

std::set<std::string> matches(const std::string& text, const std::string& pattern) {
    const std::regex expression{pattern};
    std::set<std::string> found;
    for (auto it = std::sregex_iterator{text.begin(), text.end(), expression}; it != std::sregex_iterator{}; ++it) {
        found.insert((*it)[1].str());
    }
    return found;
}

std::set<std::string> recommend_names(const std::string& enumeration) {
    const std::string text = source("dispatch/core/recommend.cpp");
    const std::size_t from = text.find("k" + enumeration + "Names{");
    return from == std::string::npos
               ? std::set<std::string>{}
               : matches(text.substr(from, text.find("};", from) - from), "\"([a-z_0-9]+)\"");
}

// What vehicle/agent, vehicle/device, the vehicle's table and telemetry/gateway put into Alarm.code.
std::set<std::string> alarm_codes() {
    std::set<std::string> codes;
    for (const char* folder : {"vehicle/agent", "vehicle/device"}) {
        for (const auto& entry :
             std::filesystem::recursive_directory_iterator{std::string{EMS_SOURCE_DIR "/"} + folder}) {
            if (entry.path().extension() != ".cpp") {
                continue;
            }
            const std::string text = source(std::filesystem::relative(entry.path(), EMS_SOURCE_DIR).string());
            codes.merge(matches(text, R"re(set_code\("([a-z_0-9]+)"\))re"));
            codes.merge(matches(text, R"re(AlarmName\{[0-9']+, "([a-z_0-9]+)"\})re"));
        }
    }
    for (const signal::AlarmRow& row : signal::alarm_rows()) {
        codes.emplace(row.code);
    }
    codes.merge(matches(source("telemetry/gateway/records.cpp"), R"re(AlarmKind\{alarm::k\w+, "([a-z_0-9]+)")re"));
    return codes;
}

class CodeWords : public testing::Test {
  protected:
    void SetUp() override { application(); }
    static void expectWords(const std::set<std::string>& codes, QString (*words)(const std::string&)) {
        QTranslator translator;
        ASSERT_TRUE(translator.load(QStringLiteral(":/i18n/ems_console_zh_CN.qm")));
        for (const std::string& code : codes) {
            const QString english = words(code);
            EXPECT_NE(english, QString::fromStdString(code)) << "no English words";
            QCoreApplication::installTranslator(&translator);
            const QString chinese = words(code);
            QCoreApplication::removeTranslator(&translator);
            EXPECT_NE(chinese, english) << code << ": no Chinese words";
            EXPECT_FALSE(chinese.isEmpty()) << code;
        }
    }
};

TEST_F(CodeWords, EveryReasonOfARecommendationHasWords) {
    const auto codes = recommend_names("Reason");
    EXPECT_TRUE(codes.contains("beyond_radius")) << "the list is not found where it was";
    EXPECT_GE(codes.size(), 10U);
    expectWords(codes, &Words::reason);
}

TEST_F(CodeWords, EveryExclusionAndShortfallHasWords) {
    const auto excluded = recommend_names("Exclusion");
    EXPECT_GE(excluded.size(), 5U);
    expectWords(excluded, &Words::excluded);
    const auto shortfalls = recommend_names("Shortfall");
    EXPECT_GE(shortfalls.size(), 2U);
    expectWords(shortfalls, &Words::shortfall);
}

TEST_F(CodeWords, EveryAlarmOfAVehicleHasWords) {
    auto codes = alarm_codes();
    for (const char* known : {"gnss_implausible", "spo2_sensor_off", "hr_low", "monitor_lost", "ecg_lost", "gnss_lost", "inputs_lost",
                              "vehicle_sos", "terminal_power_cut"}) {
        EXPECT_TRUE(codes.contains(known)) << known << " is not found where it was";
    }
    codes.insert("monitor_10017"); // an alarm the vehicle has no name for
    expectWords(codes, &Words::alarm);
    EXPECT_EQ(Words::alarm("never_heard_of"), QStringLiteral("never_heard_of"));
}

TEST_F(CodeWords, APlaceTheTerminalToldSaysSo) {
    api::UnitPosition own;
    EXPECT_TRUE(Words::positionBy(own).isEmpty());
    own.set_source("terminal");
    QTranslator translator;
    ASSERT_TRUE(translator.load(QStringLiteral(":/i18n/ems_console_zh_CN.qm")));
    QCoreApplication::installTranslator(&translator);
    EXPECT_EQ(Words::positionBy(own), QStringLiteral("终端"));
    QCoreApplication::removeTranslator(&translator);
}

TEST_F(CodeWords, HowFarOffAPlaceMayLieIsToldBeyond50M) {
    api::UnitPosition fix;
    EXPECT_TRUE(Words::accuracy(fix).isEmpty()) << "not known";
    fix.set_accuracy_m(50);
    EXPECT_TRUE(Words::accuracy(fix).isEmpty());
    fix.set_accuracy_m(51);
    EXPECT_EQ(Words::accuracy(fix), QStringLiteral("±51 m"));
}

TEST_F(CodeWords, TheNoteOfAMapIsReadInTheLanguageOfTheScreen) {
    const std::string both = "演示路网（示意） / demonstration network";
    EXPECT_EQ(map_note(both), QStringLiteral("demonstration network"));
    QTranslator translator;
    ASSERT_TRUE(translator.load(QStringLiteral(":/i18n/ems_console_zh_CN.qm")));
    QCoreApplication::installTranslator(&translator);
    EXPECT_EQ(map_note(both), QStringLiteral("演示路网（示意）"));
    EXPECT_EQ(map_note("G209 / S87"), QStringLiteral("G209 / S87")) << "of one language";
    QCoreApplication::removeTranslator(&translator);
}

TEST_F(CodeWords, ARefusedButtonSaysWhichAndWhy) {
    expectWords(matches(source("dispatch/service/console_live.cpp"), "set_code\\(\"([a-z_]+)\"\\)"), &Words::alarm);
    const QString why = QString::fromUtf8(code_text_en(Code::task_changed).data());
    const std::string number = std::to_string(static_cast<int>(Code::task_changed));
    EXPECT_EQ(Words::alarmValue("button_refused", "UNIT_OUT_OF_SERVICE " + number),
              Words::state(ems::wire::UNIT_OUT_OF_SERVICE) + QStringLiteral(" · ") + why);
    EXPECT_EQ(Words::alarmValue("button_refused", "UNIT_OF_TOMORROW 1"), QStringLiteral("UNIT_OF_TOMORROW 1"));
    EXPECT_EQ(Words::alarmValue("hr_high", "142 > 120"), QStringLiteral("142 > 120"));
}

TEST_F(CodeWords, WhatAMonitorSaysBesideACodeOfTheSameMeaningIsLeftOut) {
    EXPECT_EQ(Words::alarmValue("spo2_sensor_off", "SpO2 Sensor Off"), QString{});
    EXPECT_EQ(Words::alarmValue("ecg_lead_off", "ECG V3 Lead Off"), QStringLiteral("V3")) << "which one";
    EXPECT_EQ(Words::alarmValue("ecg_lead_off", "ECG Lead Off"), QString{});
    EXPECT_EQ(Words::alarmValue("monitor_battery_low", "Battery 12 %"), QStringLiteral("Battery 12 %")) << "how much";
    EXPECT_EQ(Words::alarmValue("monitor_4711", "Paper Jam"), QStringLiteral("Paper Jam")) << "nobody else says it";
    EXPECT_EQ(Words::alarmValue("monitor_fault", "CO Module Error"), QStringLiteral("CO Module Error")) << "which module";
    EXPECT_EQ(Words::alarmValue("vf", "VF"), QStringLiteral("VF"));
}

TEST_F(CodeWords, EveryRowOfTheAlarmTableHasWords) {
    std::set<std::string> codes;
    for (const AlarmReason* row : alarm_reasons()) {
        codes.insert(row->code == kMonitorAlarms ? std::string{"monitor_10017"} : std::string{row->code});
    }
    EXPECT_GE(codes.size(), 60U);
    expectWords(codes, &Words::alarm);
    expectWords(codes, &Words::alarmCause);
    expectWords(codes, &Words::alarmConsequence);
    expectWords(codes, &Words::alarmAction);
}

// What dispatch/service/orders puts into Assignment.alarm.
TEST_F(CodeWords, EveryAlarmOfAnOrderHasWords) {
    const auto codes = matches(source("dispatch/core/outbox.cpp"), "\"((?:crew|tell)_[a-z_]+)\"");
    EXPECT_EQ(codes.size(), 4U) << "the list is not found where it was";
    expectWords(codes, &Words::alarm);
}

} // namespace
} // namespace ems::console
