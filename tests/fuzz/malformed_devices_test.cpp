// Texts and blocks of devices that a rule written here a second time knows to be wrong: 10,000 of
// each form, and none is taken.
#include <regex>

#include <gtest/gtest.h>

#include "tests/vehicle/device/mutate.h"
#include "vehicle/device/ecg_box.h"
#include "vehicle/device/gpsd.h"
#include "vehicle/device/inputs.h"
#include "vehicle/device/mllp.h"
#include "vehicle/device/pds.h"

namespace ems::vehicle {
namespace {

constexpr int kFrames = 10'000;

template <class Right, class Frame>
void each_wrong(const std::string& good, Right is_right, Frame frame) {
    ASSERT_TRUE(is_right(good));
    std::mt19937_64 random{1};
    for (int wrong = 0; wrong < kFrames;) {
        const std::string bytes = test::mutate(good, random);
        if (!is_right(bytes)) {
            ++wrong;
            frame(bytes);
        }
        ASSERT_FALSE(testing::Test::HasFailure());
    }
}

const std::string kPds = "MSH|^~\\&|||||||ORU^R01|204|P|2.3.1|\r"
                         "OBX||NM|101^HR|2101|60||||||F\r"
                         "OBX||NM|160^SpO2|2103|98||||||F\r";

bool begins_with_header(const std::string& message) {
    const std::size_t at = message.find_first_not_of("\r\n");
    return at != std::string::npos && message.compare(at, 3, "MSH") == 0 &&
           (at + 3 == message.size() || std::string{"|\r\n"}.find(message[at + 3]) !=
                                            std::string::npos);
}

TEST(MalformedDevices, OfPdsWithoutItsHeaderAreRefused) {
    each_wrong(kPds, begins_with_header, [](const std::string& message) {
        EXPECT_FALSE(parse_pds(message).has_value()) << message;
    });
}

// Not the header is damaged, but a number: no value comes that the text does not hold as a number.
TEST(MalformedDevices, OfPdsNumbersBecomeNoValues) {
    static const std::regex heart_rate{
        R"([\r\n]OBX\|[^|\r\n]*\|[^|\r\n]*\|0*101(\^[^|\r\n]*)?\|[^|\r\n]*\|([0-9]+\.?[0-9]*|\.[0-9]+)(\||[\r\n]|$))"};
    const auto has_rate = [](const std::string& message) {
        return std::regex_search(message, heart_rate);
    };
    each_wrong(kPds, has_rate, [](const std::string& message) {
        const auto parsed = parse_pds(message);
        if (!parsed) {
            return;
        }
        for (const VitalValue& value : parsed->values) {
            EXPECT_FALSE(value.kind == VitalKind::hr && value.value) << message;
        }
    });
}

TEST(MalformedDevices, OfMllpWithoutAFrameAreNoMessages) {
    const auto is_framed = [](const std::string& bytes) {
        for (std::size_t end = bytes.find('\x1c'); end != std::string::npos;
             end = bytes.find('\x1c', end + 1)) {
            const std::string before = bytes.substr(0, end);
            if (before.find('\x0b') != std::string::npos ||
                before.find("MSH|") != std::string::npos) {
                return true;
            }
        }
        return false;
    };
    each_wrong(mllp_frame("MSH|^~\\&|1\r"), is_framed, [](const std::string& bytes) {
        MllpFramer framer;
        EXPECT_TRUE(framer.feed(bytes).empty()) << bytes;
    });
}

// One object whose brackets and quotation marks pair: what any JSON has to be at least.
bool may_be_json(const std::string& line) {
    std::string open;
    bool in_string = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (in_string) {
            i += c == '\\' ? 1U : 0U;
            in_string = c != '"';
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            open.push_back(c);
        } else if (c == '}' || c == ']') {
            if (open.empty() || (open.back() == '{') != (c == '}')) {
                return false;
            }
            open.pop_back();
        }
    }
    return !in_string && open.empty() && line.find('{') != std::string::npos;
}

TEST(MalformedDevices, OfGpsdWithoutPairedBracketsAreNoFixes) {
    const std::string good =
        R"({"class":"TPV","mode":3,"time":"2026-03-18T02:42:16.000Z","lat":35.03,"lon":110.98,)"
        R"("altMSL":371.4,"speed":11.1,"track":95.5})";
    ASSERT_EQ(GpsdParser{}.feed(good + "\n").size(), 1U);
    const auto is_right = [](const std::string& bytes) {
        for (std::size_t at = 0; at <= bytes.size();) {
            const std::size_t end = std::min(bytes.find_first_of("\r\n", at), bytes.size());
            if (may_be_json(bytes.substr(at, end - at))) {
                return true;
            }
            at = end + 1;
        }
        return false;
    };
    each_wrong(good, is_right, [](const std::string& line) {
        GpsdParser parser;
        EXPECT_TRUE(parser.feed(line + "\n").empty()) << line;
    });
}

TEST(MalformedDevices, OfInputsThatAreNotOfTheirKeyAreNoReadings) {
    static const std::regex form{"(ignition|siren|beacon)=(on|off|unknown)|"
                                 "door=(open|closed|unknown)|fuel_pct=(0*[0-9]{1,2}|0*100|unknown)|"
                                 "speed_kmh=(0*[0-2]?[0-9]{1,2}|0*300|unknown)"};
    const auto is_right = [](const std::string& bytes) {
        for (std::size_t at = 0; at <= bytes.size();) {
            const std::size_t end = std::min(bytes.find_first_of("\r\n", at), bytes.size());
            if (std::regex_match(bytes.substr(at, end - at), form)) {
                return true;
            }
            at = end + 1;
        }
        return false;
    };
    for (const char* good : {"ignition=on", "door=closed", "fuel_pct=57", "speed_kmh=118"}) {
        each_wrong(good, is_right, [](const std::string& line) {
            InputParser parser;
            EXPECT_TRUE(parser.feed(line + "\n").empty()) << line;
        });
    }
}

std::uint64_t number(const std::string& bytes, std::size_t at, std::size_t size) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < size; ++i) {
        value = value * 256 + static_cast<unsigned char>(bytes[at + i]);
    }
    return value;
}

TEST(MalformedDevices, OfEcgBlocksWhoseSizesDoNotAgreeAreRefused) {
    const EcgBoxHeader header{.lead_mask = 0x3, .pleth_hz = 125};
    EcgBlock block{.first_sample = 1'000, .count = 5};
    block.samples.assign(10, 7);
    block.pleth_first = 250;
    block.pleth.assign(3, 9);
    const auto sizes_agree = [](const std::string& bytes) {
        constexpr std::size_t kLeads = 2;
        if (bytes.size() < 16) {
            return false;
        }
        const std::uint64_t size = number(bytes, 0, 4);
        const std::uint64_t samples = number(bytes, 12, 2) * kLeads * 2;
        if (bytes.size() < 4 + size || size < 12 + samples + 10) {
            return false;
        }
        const std::uint64_t pleth = number(bytes, 4 + 12 + samples + 8, 2) * 2;
        return size == 12 + samples + 10 + pleth;
    };
    each_wrong(encode_ecg_block(header, block), sizes_agree, [&](const std::string& bytes) {
        EcgBoxParser parser;
        ASSERT_TRUE(parser.feed(encode_ecg_header(header)));
        const auto blocks = parser.feed(bytes);
        EXPECT_TRUE(!blocks || blocks->empty()) << bytes.size();
    });
}

} // namespace
} // namespace ems::vehicle
