#include "telemetry/gateway/line_decoder.h"

#include <fstream>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <random>
#include <sstream>

#include <fmt/format.h>

#include "tests/support/child_process.h"
#include "tests/support/temp_dir.h"
#include "tests/telemetry/gateway/terminal.h"
#include "tests/vehicle/device/mutate.h"

namespace ems::gateway {
namespace {

using nlohmann::json;

std::string to_hex(std::string_view bytes) {
    std::string out;
    for (const char byte : bytes) {
        out += fmt::format("{:02X}", static_cast<std::uint8_t>(byte));
    }
    return out;
}

json decoded_line(std::string_view line) {
    return json::parse(LineDecoder{}.decode(line));
}

TEST(Jt808Lines, ReadsEveryCapturedFrame) {
    for (const test::Golden& golden : test::kGolden) {
        const json out = decoded_line(golden.hex);
        EXPECT_EQ(out["id"], fmt::format("0x{:04x}", golden.id)) << golden.name;
        EXPECT_FALSE(out.contains("error")) << golden.name << ": " << out;
        EXPECT_TRUE(out["phone"].is_string()) << golden.name;
        EXPECT_TRUE(out["serial"].is_number()) << golden.name;
    }
}

TEST(Jt808Lines, SaysAPositionInUnits) {
    EXPECT_EQ(decoded_line(test::kLocationVendorItemHex), json::parse(R"({
        "id": "0x0200", "message": "location", "version": 2013, "phone": "013578888888",
        "serial": 182, "alarm_bits": 0, "alarms": [], "status_bits": 3, "acc_on": true,
        "fix_valid": true, "time_utc": "2016-06-13T09:57:13.000000Z", "lat_deg": 22.639284,
        "lon_deg": 114.030264, "datum": "wgs84", "sent_as": "wgs84", "altitude_m": 547,
        "speed_km_h": 0.0, "course_deg": 1, "mileage_km": 0.0, "recorder_speed_km_h": 0.0,
        "extra_items": [{"id": "0xeb", "hex": "00050001016708"}]})"));
    EXPECT_EQ(decoded_line(test::kRegister2013Hex)["plate"], "苏BA6860");
    EXPECT_EQ(decoded_line(test::kBatchOfFiveHex)["locations"].size(), 5U);
}

TEST(Jt808Lines, WithoutAFixThereAreNoCoordinates) {
    test::RawLocation raw;
    raw.status = status::kAccOn;
    raw.alarms = alarm::kSos | 1U << 3U;
    const json out =
        decoded_line(to_hex(encode_frame(test::header(id::kLocation, 1), test::body(raw))));
    EXPECT_FALSE(out["fix_valid"]);
    EXPECT_FALSE(out.contains("lat_deg"));
    EXPECT_FALSE(out.contains("speed_km_h"));
    EXPECT_EQ(out["alarms"], json({"sos", "bit_3"}));
}

TEST(Jt808Lines, ABadLineSaysWhatIsWrongAndAsMuchAsIsKnown) {
    EXPECT_EQ(decoded_line("xyz"), json({{"error", "malformed: line is not hex"}}));
    EXPECT_EQ(decoded_line("7e0"),
              json({{"error", "malformed: line has an odd number of hex digits"}}));
    EXPECT_TRUE(decoded_line("").contains("error"));
    std::string wrong{test::kHeartbeatHex};
    wrong[wrong.size() - 3] = 'b';
    EXPECT_EQ(decoded_line(wrong), json({{"error", "malformed: frame: checksum"}}));

    test::RawLocation raw;
    raw.lat = 91'000'000;
    const json out =
        decoded_line(to_hex(encode_frame(test::header(id::kLocation, 7), test::body(raw))));
    EXPECT_EQ(out["id"], "0x0200");
    EXPECT_EQ(out["serial"], 7);
    EXPECT_EQ(out["error"], "out_of_range: location.latitude");
    EXPECT_FALSE(out.contains("lat_deg"));

    const json unknown = decoded_line(to_hex(encode_frame(test::header(0x0f0f, 7), "")));
    EXPECT_EQ(unknown["id"], "0x0f0f");
    EXPECT_TRUE(unknown.contains("error"));
}

TEST(Jt808Lines, PartsBecomeAMessageWithTheirLastLine) {
    const std::string body =
        test::batch_body({test::body(test::RawLocation{}), test::body(test::RawLocation{})});
    LineDecoder decoder;
    json last;
    for (std::uint16_t index = 1; index <= 3; ++index) {
        Header header = test::header(id::kLocationBatch, static_cast<std::uint16_t>(40 + index));
        header.part = Part{3, index};
        const std::size_t from = (index - 1U) * 20U;
        const std::string piece = index < 3 ? body.substr(from, 20) : body.substr(from);
        last = json::parse(decoder.decode(to_hex(encode_frame(header, piece))));
        EXPECT_EQ(last["part"], json({{"index", index}, {"total", 3}}));
        EXPECT_EQ(last.contains("locations"), index == 3);
    }
    EXPECT_EQ(last["locations"].size(), 2U);
}

TEST(Jt808Lines, EveryLineIsAnsweredAndAnEndlessOneDoesNotGrow) {
    std::istringstream in{"nonsense\n\n" + std::string(3 * kLineSizeMax, '7') + "\n" +
                          std::string{test::kHeartbeatHex} + "\r\n" +
                          std::string{test::kReplyHex}}; // the last has no end of line
    std::ostringstream out;
    EXPECT_EQ(decode_lines(in, out), 0);
    std::istringstream lines{out.str()};
    std::vector<json> answers;
    for (std::string line; std::getline(lines, line);) {
        answers.push_back(json::parse(line));
    }
    ASSERT_EQ(answers.size(), 5U);
    EXPECT_EQ(answers[2], json({{"error", "out_of_range: line is longer than 8192 characters"}}));
    EXPECT_EQ(answers[3]["message"], "heartbeat");
    EXPECT_EQ(answers[4]["message"], "platform_reply");
}

TEST(Jt808Lines, DamagedLinesGiveAnObjectEach) {
    std::mt19937_64 random{11};
    LineDecoder decoder;
    std::size_t errors = 0;
    for (int i = 0; i < 12'000; ++i) {
        const test::Golden& golden = test::kGolden[random() % test::kGolden.size()];
        const std::string bytes = test::mutate(test::from_hex(golden.hex), random);
        const std::string text =
            i % 2 == 0 ? test::mutate(std::string{golden.hex}, random) : to_hex(bytes);
        const std::string answer = decoder.decode(text);
        ASSERT_EQ(answer.find('\n'), std::string::npos);
        const json out = json::parse(answer);
        ASSERT_TRUE(out.contains("error") || out.contains("message") || out.contains("part"));
        errors += out.contains("error") ? 1U : 0U;
    }
    EXPECT_GT(errors, 9'000U);
}

TEST(Jt808Lines, TheProgramReadsStandardInputToItsEnd) {
    const std::string script = fmt::format("printf 'no\\n{}\\n' | {} decode-jt808",
                                           test::kHeartbeatHex, test::program("ems-telemetryd"));
    std::string output;
    EXPECT_EQ(test::run({"/bin/sh", "-c", script}, &output), 0);
    EXPECT_EQ(output, "{\"error\":\"malformed: line is not hex\"}\n"
                      "{\"id\":\"0x0002\",\"message\":\"heartbeat\",\"version\":2013,"
                      "\"phone\":\"043048325465\",\"serial\":183}\n");
}

// Lines to the program, and its answers.
std::vector<json> through_the_program(const std::vector<std::string>& lines) {
    const test::TempDir dir;
    const std::string file = (dir.path() / "frames").string();
    {
        std::ofstream out{file};
        for (const std::string& line : lines) {
            out << line << "\n";
        }
    }
    std::string output;
    const std::string script = test::program("ems-telemetryd") + " decode-jt808 < " + file;
    EXPECT_EQ(test::run({"/bin/sh", "-c", script}, &output), 0);
    std::vector<json> answers;
    std::istringstream in{output};
    for (std::string line; std::getline(in, line);) {
        answers.push_back(json::parse(line));
    }
    return answers;
}

TEST(Jt808Lines, TheProgramReadsEveryCapturedFrameAndRefusesEachWithAnotherChecksum) {
    std::vector<std::string> lines;
    for (const test::Golden& golden : test::kGolden) {
        const std::string good = test::from_hex(golden.hex);
        std::string bad = good;
        bad[bad.size() - 2] = static_cast<char>(bad[bad.size() - 2] ^ 1);
        lines.emplace_back(golden.hex);
        lines.push_back(to_hex(bad));
    }
    const std::vector<json> answers = through_the_program(lines);
    ASSERT_EQ(answers.size(), lines.size());
    for (std::size_t i = 0; i < test::kGolden.size(); ++i) {
        const json& good = answers[2 * i];
        const json& bad = answers[2 * i + 1];
        EXPECT_EQ(good.value("id", ""), fmt::format("0x{:04x}", test::kGolden[i].id)) << test::kGolden[i].name;
        EXPECT_FALSE(good.contains("error")) << good;
        EXPECT_TRUE(bad.contains("error")) << test::kGolden[i].name << ": " << bad;
        EXPECT_FALSE(bad.contains("message")) << bad;
    }
}

// As some published captures were edited: the header states 50 bytes, 40 follow, and the checksum is of something else.
TEST(Jt808Lines, TheProgramRefusesAnEditedCapture) {
    const std::string head = test::from_hex("020000320135112211220007");
    const std::string body = test::body(test::RawLocation{}) + test::item(1, std::string(4, '\0')) + test::item(0x30, "x") +
                             test::item(0x31, "y");
    ASSERT_EQ(body.size(), 40U);
    std::string plain = head + body;
    char sum = 0;
    for (const char byte : plain) {
        sum = static_cast<char>(sum ^ byte);
    }
    std::string stated = plain;
    stated[3] = 40;
    const auto line = [](const std::string& bytes, char check) {
        return "7e" + to_hex(escape(bytes + check)) + "7e";
    };
    const auto answers = through_the_program({line(plain, sum), line(plain, static_cast<char>(sum ^ 0x11)),
                                              line(stated, static_cast<char>(sum ^ 0x32 ^ 40)),
                                              line(stated, sum)});
    ASSERT_EQ(answers.size(), 4U);
    EXPECT_TRUE(answers[0].contains("error")) << "a right checksum of a wrong length";
    EXPECT_TRUE(answers[1].contains("error")) << "both wrong";
    EXPECT_EQ(answers[2].value("message", ""), "location") << answers[2];
    EXPECT_TRUE(answers[3].contains("error")) << "a right length with a wrong checksum";
}

} // namespace
} // namespace ems::gateway
