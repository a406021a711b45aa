#include "vehicle/device/hl7.h"

#include <array>

#include <gtest/gtest.h>

#include "tests/vehicle/device/mutate.h"
#include "vehicle/device/mdc.h"
#include "vehicle/device/mllp.h"
#include "vehicle/device/pds.h"

namespace ems::vehicle {
namespace {

constexpr const char* kHeader =
    "MSH|^~\\&|MONITOR^00A037009B000000^EUI-64|WARD|||20260318104216+0800||ORU^R01^ORU_R01|41|P|2.6"
    "|||AL|NE||UNICODE UTF-8|||IHE_PCD_001^IHE PCD^1.3.6.1.4.1.19376.1.6.1.1.1^ISO\r";
// The shape of IHE PCD-01: containment, then numbers.
constexpr const char* kBody =
    "PID|||99999^^^Hospital^PI||^^^^^^L\r"
    "PV1||I\r"
    "OBR|1|41^MONITOR|41^MONITOR|182777000^monitoring of patient^SCT|||20260318104216\r"
    "OBX|1||69965^MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS^MDC|1.0.0.0|||||||X\r"
    "OBX|2|NM|147842^MDC_ECG_HEART_RATE^MDC|1.7.4.147842|88|264864^MDC_DIM_BEAT_PER_MIN^MDC|||||R\r"
    "OBX|3|NM|149530^MDC_PULS_OXIM_PULS_RATE^MDC|1.3.1.149530|87.6|264864^x^MDC|60-100|N|||F\r"
    "OBX|4|NM|150456^MDC_PULS_OXIM_SAT_O2^MDC|1.3.1.150456|98|262688^MDC_DIM_PERCENT^MDC|||||R\r"
    "OBX|5|NM|150488^MDC_BLD_PERF_INDEX^MDC|1.3.1.150488|1.76|262688^MDC_DIM_PERCENT^MDC|||||R\r"
    "OBX|6|NM|151578^MDC_TTHOR_RESP_RATE^MDC|1.7.1.1|17|264928^MDC_DIM_RESP_PER_MIN^MDC|||||R\r"
    "OBX|7|NM|150344^MDC_TEMP^MDC|1.2.1.150344|37.25|268192^MDC_DIM_DEGC^MDC|||||R\r"
    "OBX|8|NM|150344^MDC_TEMP^MDC|1.2.2.150344|384.5|268192^MDC_DIM_DEGC^MDC|||||R\r"
    "OBX|9|NM|151708^MDC_CONC_AWAY_CO2_ET^MDC|1.6.1.1|38|266016^MDC_DIM_MMHG^MDC|||||R\r"
    "OBX|10|NM|150301^MDC_PRESS_CUFF_SYS^MDC|1.1.9.150301|120|266016^MDC_DIM_MMHG^MDC||H|||R|||"
    "20260318104150|||^APERIODIC\r"
    "OBX|11|NM|150303^MDC_PRESS_CUFF_MEAN^MDC|1.1.9.150303|-100|266016^MDC_DIM_MMHG^MDC|||||R|||"
    "00000000000000|||^APERIODIC\r"
    "OBX|12|NM|150302^MDC_PRESS_CUFF_DIA^MDC|1.1.9.150302|80|266016^MDC_DIM_MMHG^MDC|||||R|||"
    "20260318104150+0800|||^APERIODIC\r";

std::string whole() {
    return std::string{kHeader} + kBody;
}

// The value of the one observation whose fields from OBX-2 on are given; nothing twice over when it
// is no vital sign of ours.
std::optional<VitalValue> read(const std::string& fields) {
    const auto message = parse_hl7(std::string{kHeader} + "OBX|1|" + fields + "\r");
    EXPECT_TRUE(message) << fields;
    return message && message->values.size() == 1 ? std::optional{message->values[0]}
                                                  : std::nullopt;
}

std::string heart_rate(const std::string& value, const std::string& unit,
                       const std::string& flags = "", const std::string& status = "R") {
    return "NM|147842^MDC_ECG_HEART_RATE^MDC|1.1.1.1|" + value + "|" + unit + "||" + flags + "|||" +
           status;
}
constexpr const char* kBpm = "264864^MDC_DIM_BEAT_PER_MIN^MDC";

TEST(Hl7, ReadsAMessageOfAMonitor) {
    const auto message = parse_hl7(whole());
    ASSERT_TRUE(message) << message.error().message();
    EXPECT_EQ(message->values,
              (std::vector<VitalValue>{{VitalKind::hr, 88, ""},
                                       {VitalKind::pr, 88, ""},
                                       {VitalKind::spo2, 98, ""},
                                       {VitalKind::rr, 17, ""},
                                       {VitalKind::nibp_sys, 120, "20260318104150"},
                                       {VitalKind::nibp_dia, 80, "20260318104150+0800"},
                                       {VitalKind::nibp_mean, std::nullopt, ""},
                                       {VitalKind::etco2, 38, ""},
                                       {VitalKind::temp, 3'725, ""}}));
}

TEST(Hl7, NumbersOfTrainingAndDebuggingAreInvalid) {
    const auto in_mode = [](const std::string& mode) {
        const auto message = parse_hl7("MSH|^~\\&|||||||ORU^R01|41|" + mode + "|2.6\rOBX|1|" +
                                       heart_rate("88", kBpm) + "\r");
        return message->values.at(0).value;
    };
    EXPECT_EQ(in_mode("P"), 88);
    EXPECT_EQ(in_mode("P^T"), 88);
    EXPECT_EQ(in_mode(""), 88);
    EXPECT_EQ(in_mode("T"), std::nullopt);
    EXPECT_EQ(in_mode("D"), std::nullopt);
}

TEST(Hl7, GivesTheValuesPdsGivesForTheSameNumbers) {
    const auto pds = parse_pds("MSH|^~\\&|||||||ORU^R01|204|P|2.3.1|\r"
                               "OBX||NM|101^HR|2101|88||||||F\r"
                               "OBX||NM|160^SpO2|2103|-100||||||F\r"
                               "OBX||NM|170^Sys|2105|120||||||F||APERIODIC|20260318104150\r"
                               "OBX||NM|200^T1|2104|37.25||||||F\r");
    const auto hl7 = parse_hl7(std::string{kHeader} + "OBX|1|" + heart_rate("88", kBpm) + "\r" +
                               "OBX|2|NM|150456^x^MDC|1|-100|262688^x^MDC|||||R\r"
                               "OBX|3|NM|150021^x^MDC|1|120|266016^x^MDC|||||R|||20260318104150\r"
                               "OBX|4|NM|150364^x^MDC|1|37.25|268192^x^MDC|||||R\r");
    ASSERT_TRUE(pds);
    ASSERT_TRUE(hl7);
    EXPECT_EQ(hl7->values, pds->values);
}

TEST(Hl7, KnowsAVitalSignByItsNumberInEitherCoding) {
    EXPECT_EQ(read("NM|147842^Herzfrequenz^MDC|1|88|264864^x^MDC|||||R")->value, 88);
    EXPECT_EQ(read("NM|8867-4^Heart rate^LN^147842^x^MDC|1|88|264864^x^MDC|||||R")->value, 88);
    EXPECT_EQ(read("NM|147842|1|88|264864|||||R")->value, 88);
    for (const char* foreign :
         {"16770^MDC_ECG_HEART_RATE^MDC", "1^MDC_ECG_HEART_RATE^MDC", "147842^HR^99MNDRY",
          "8867-4^Heart rate^LN", "MDC_ECG_HEART_RATE", "278914^x^MDC", "147842x^x^MDC",
          "-147842^x^MDC", "4295115138^x^MDC", ""}) {
        EXPECT_FALSE(read("NM|" + std::string{foreign} + "|1|88|264864^x^MDC|||||R")) << foreign;
    }
}

TEST(Hl7, ConvertsUnitsOfBothNomenclatures) {
    EXPECT_EQ(read(heart_rate("88", "/min^/min^UCUM"))->value, 88);
    EXPECT_EQ(read(heart_rate("88", "{beats}/min^beats per minute^UCUM"))->value, 88);
    EXPECT_EQ(read(heart_rate("88", "bpm^bpm^L^264864^x^MDC"))->value, 88);
    EXPECT_EQ(read(heart_rate("88", "264672^MDC_DIM_PER_MIN^MDC"))->value, 88);
    const std::string systolic = "NM|150021^MDC_PRESS_BLD_NONINV_SYS^MDC|1|";
    EXPECT_EQ(read(systolic + "16|265987^MDC_DIM_KILO_PASCAL^MDC|||||R")->value, 120);
    EXPECT_EQ(read(systolic + "16.0|kPa^kPa^UCUM|||||R")->value, 120);
    EXPECT_EQ(read(systolic + "120|mm[Hg]|||||R")->value, 120);
    const std::string temperature = "NM|150344^MDC_TEMP^MDC|1|";
    EXPECT_EQ(read(temperature + "98.6|266560^MDC_DIM_FAHR^MDC|||||R")->value, 3'700);
    EXPECT_EQ(read(temperature + "98.6|[degF]^F^UCUM|||||R")->value, 3'700);
    EXPECT_EQ(read(temperature + "37.0|Cel|||||R")->value, 3'700);
}

TEST(Hl7, AForeignOrMissingUnitIsInvalidNotAssumed) {
    for (const char* unit :
         {"", "266016^MDC_DIM_MMHG^MDC", "264928^MDC_DIM_RESP_PER_MIN^MDC", "bpm", "{beats}",
          "{beats/min", "kPa", "2720^MDC_DIM_BEAT_PER_MIN^MDC", "264864^x^LN", "147842^x^MDC"}) {
        const auto value = read(heart_rate("88", unit));
        ASSERT_TRUE(value) << unit;
        EXPECT_EQ(value->value, std::nullopt) << unit;
    }
    for (const char* unit : {"262688^MDC_DIM_PERCENT^MDC", "%", "268192^MDC_DIM_DEGC^MDC", "Pa"}) {
        const auto value = read("NM|151708^x^MDC|1|38|" + std::string{unit} + "|||||R");
        ASSERT_TRUE(value) << unit;
        EXPECT_EQ(value->value, std::nullopt) << unit;
    }
}

TEST(Hl7, AFlagOrStatusThatDoesNotLetItStandMakesItInvalid) {
    for (const char* flag : {"N", "L", "HH", "ALACT", "ALINH", "EARLY", "BUSY", "H~ALACT",
                             "H^Above high normal^HL70078"}) {
        EXPECT_EQ(read(heart_rate("88", kBpm, flag))->value, 88) << flag;
    }
    for (const char* flag : {"INV", "QUES", "NAV", "CAL", "TEST", "DEMO", "NI", "OFF", "<", ">",
                             "H~DEMO", "DEMO~H", "inv", "?", "N~N~N~N~N~N~N~N~N"}) {
        const auto value = read(heart_rate("88", kBpm, flag));
        ASSERT_TRUE(value) << flag;
        EXPECT_EQ(value->value, std::nullopt) << flag;
    }
    for (const char* status : {"F", "R", "P", "C", "U", "V", ""}) {
        EXPECT_EQ(read(heart_rate("88", kBpm, "", status))->value, 88) << status;
    }
    for (const char* status : {"X", "D", "W", "I", "N", "O", "S", "f", "FF"}) {
        const auto value = read(heart_rate("88", kBpm, "", status));
        ASSERT_TRUE(value) << status;
        EXPECT_EQ(value->value, std::nullopt) << status;
    }
}

TEST(Hl7, ANumberBeyondTheDisplayIsInvalidNotClamped) {
    for (const char* text : {"351", "-1", "-100", "-999", "1e2", "", "60x", "nan", "inf", "--",
                             "99999999999999999999", "60 ", "\"\""}) {
        const auto value = read(heart_rate(text, kBpm));
        ASSERT_TRUE(value) << text;
        EXPECT_EQ(value->value, std::nullopt) << text;
    }
    EXPECT_EQ(read(heart_rate("0", kBpm))->value, 0) << "asystole is a number";
    const auto torn = read("NM|147842^x^MDC|1|88|" + std::string{kBpm} + "||||");
    ASSERT_TRUE(torn);
    EXPECT_EQ(torn->value, std::nullopt) << "the segment ends before its status";
    for (const char* type : {"ST", "SN", "TX", ""}) {
        const auto value =
            read(std::string{type} + "|147842^x^MDC|1|88|" + std::string{kBpm} + "|||||R");
        ASSERT_TRUE(value) << type;
        EXPECT_EQ(value->value, std::nullopt) << type;
    }
}

TEST(Hl7, OfSeveralOfAKindTheValidAndThenTheBetterOneCounts) {
    const std::string co2 = "OBX|1|NM|151594^MDC_CO2_RESP_RATE^MDC|1|15|264928^x^MDC|||||R\r";
    const std::string thorax = "OBX|2|NM|151578^MDC_TTHOR_RESP_RATE^MDC|1|17|264928^x^MDC|||||R\r";
    const std::string general = "OBX|3|NM|151562^MDC_RESP_RATE^MDC|1|16|264928^x^MDC||INV|||X\r";
    for (const std::string& body : {co2 + thorax + general, general + thorax + co2}) {
        const auto message = parse_hl7(kHeader + body);
        ASSERT_TRUE(message);
        EXPECT_EQ(message->values, (std::vector<VitalValue>{{VitalKind::rr, 17, ""}}));
    }
}

TEST(Hl7, RefusesWhatIsNoMessageOfOnePatient) {
    for (const std::string& text :
         {std::string{}, std::string{"OBX|1|NM\r"}, std::string{"MSH|#!\\&|a\r"},
          std::string{kHeader} + kHeader, whole() + "PID|||88888\r",
          std::string{"ABC|^~\\&\r"} + whole()}) {
        EXPECT_FALSE(parse_hl7(text)) << text.substr(0, 60);
    }
    std::string endless = whole();
    for (int i = 0; i < 600; ++i) {
        endless += "NTE|\r";
    }
    EXPECT_FALSE(parse_hl7(endless));
}

std::string header(const std::string& type, const std::string& accept,
                   const std::string& application) {
    return "MSH|^~\\&|M||||20260318104216||" + type + "|41|P|2.6|||" + accept + "|" + application +
           "\r";
}

TEST(Hl7, AcknowledgesAsTheHeaderAsks) {
    EXPECT_EQ(parse_hl7(whole())->acknowledgement,
              "MSH|^~\\&|||||||ACK^R01^ACK|41|P|2.6\rMSA|CA|41\r");
    const struct {
        const char* type;
        const char* accept;
        const char* application;
        const char* code;
    } cases[] = {
        {"ORU^R01", "", "", "AA"},   {"ORU^R01", "NE", "AL", "AA"}, {"ORU^R01", "SU", "NE", "CA"},
        {"ORU^R01", "ER", "NE", ""}, {"ORU^R01", "NE", "NE", ""},   {"ORU^W01", "AL", "NE", "CA"},
        {"ADT^A01", "", "", "AR"},   {"QRY^A19", "AL", "NE", "CR"}, {"ADT^A01", "NE", "NE", ""}};
    for (const auto& one : cases) {
        const auto message = parse_hl7(header(one.type, one.accept, one.application));
        ASSERT_TRUE(message);
        const std::string expected =
            *one.code == '\0' ? "" : "\rMSA|" + std::string{one.code} + "|41\r";
        EXPECT_TRUE(message->acknowledgement.ends_with(expected)) << message->acknowledgement;
        EXPECT_EQ(message->acknowledgement.empty(), expected.empty()) << one.type << one.accept;
    }
    EXPECT_EQ(parse_hl7("MSH|^~\\&|M||||||ORU^R01||P|2.6\r")->acknowledgement, "")
        << "nothing to refer to";
}

TEST(Hl7, ReadsNoValuesOfOtherMessages) {
    const auto waves =
        parse_hl7(header("ORU^W01", "AL", "NE") + "OBX|1|" + heart_rate("88", kBpm) + "\r");
    ASSERT_TRUE(waves);
    EXPECT_TRUE(waves->values.empty());
}

TEST(Hl7, OverAConnectionEveryMessageIsAcknowledgedAtEverySplit) {
    const std::string bytes = mllp_frame(whole()) + mllp_frame(whole());
    for (std::size_t split = 0; split <= bytes.size(); ++split) {
        const auto monitor = make_monitor(MonitorForm::hl7);
        auto heard = monitor->feed(bytes.substr(0, split), Ticks{});
        const auto rest = monitor->feed(bytes.substr(split), Ticks{});
        heard.messages.insert(heard.messages.end(), rest.messages.begin(), rest.messages.end());
        heard.send.insert(heard.send.end(), rest.send.begin(), rest.send.end());
        ASSERT_EQ(heard.messages.size(), 2U) << "split at " << split;
        ASSERT_EQ(heard.messages[0].values, parse_hl7(whole())->values);
        ASSERT_FALSE(heard.messages[0].technical);
        ASSERT_EQ(heard.send,
                  std::vector<std::string>(2, mllp_frame(parse_hl7(whole())->acknowledgement)));
        ASSERT_EQ(heard.refused + rest.refused, 0U);
    }
    const auto monitor = make_monitor(MonitorForm::hl7);
    EXPECT_EQ(monitor->feed(mllp_frame("no message"), Ticks{}).refused, 1U);
}

TEST(Hl7, SurvivesDamageAndStaysInRange) {
    constexpr std::array<std::int32_t, kVitalKinds> kMost{350, 350, 100, 200,  300,
                                                          300, 300, 150, 5'000};
    const std::string bytes = mllp_frame(whole()) + mllp_frame(whole());
    std::mt19937_64 random{5};
    std::size_t values = 0;
    for (int i = 0; i < 20'000; ++i) {
        const auto monitor = make_monitor(MonitorForm::hl7);
        for (const MonitorMessage& message :
             monitor->feed(test::mutate(bytes, random), Ticks{}).messages) {
            ASSERT_LE(message.values.size(), kVitalKinds);
            for (const VitalValue& value : message.values) {
                ASSERT_GE(value.value.value_or(0), 0);
                ASSERT_LE(value.value.value_or(0), kMost.at(static_cast<std::size_t>(value.kind)));
                ASSERT_LE(value.measured_at.size(), 24U);
                values += value.value ? 1U : 0U;
            }
        }
    }
    EXPECT_GT(values, 100'000U) << "the mutations must reach the field parsers";
}

// Damage to the part that qualifies a number must never turn an invalid one into a valid one.
TEST(Hl7, DamageDoesNotMakeAnInvalidValueValid) {
    const std::string demo = "OBX|1|" + heart_rate("88", kBpm, "DEMO") + "\r";
    std::mt19937_64 random{6};
    for (int i = 0; i < 20'000; ++i) {
        std::string text = demo;
        const std::size_t at = random() % text.size();
        text[at] = static_cast<char>(random());
        const auto message = parse_hl7(kHeader + text);
        if (message && !message->values.empty() && message->values[0].value) {
            // Only where the flag itself went away.
            ASSERT_EQ(text.find("|DEMO|"), std::string::npos) << text;
        }
    }
}

} // namespace
} // namespace ems::vehicle
