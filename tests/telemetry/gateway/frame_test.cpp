#include "telemetry/gateway/frame.h"

#include <gtest/gtest.h>
#include <random>

#include "tests/telemetry/gateway/terminal.h"
#include "tests/vehicle/device/mutate.h"

namespace ems::gateway {
namespace {

using test::from_hex;

TEST(Jt808Frame, EveryCapturedFrameIsReadAndWrittenByteForByte) {
    for (const test::Golden& golden : test::kGolden) {
        const std::string bytes = from_hex(golden.hex);
        const auto frame = decode_frame(test::inside(bytes));
        ASSERT_TRUE(frame) << golden.name << ": " << frame.error().message();
        EXPECT_EQ(frame->header.id, golden.id) << golden.name;
        EXPECT_EQ(encode_frame(frame->header, frame->body), bytes) << golden.name;
    }
}

TEST(Jt808Frame, TellsTheVersionsApartByBit14) {
    const Frame old = test::decoded_frame(from_hex(test::kRegister2013Hex));
    EXPECT_EQ(old.header.version, Version::v2013);
    EXPECT_EQ(old.header.phone.str(), "013511221122");
    EXPECT_EQ(old.header.serial, 5);
    const Frame fresh = test::decoded_frame(from_hex(test::kRegister2019Hex));
    EXPECT_EQ(fresh.header.version, Version::v2019);
    EXPECT_EQ(fresh.header.protocol, 1);
    EXPECT_EQ(fresh.header.phone.str(), "00000000000223456789");
    EXPECT_EQ(fresh.header.serial, 0);
}

TEST(Jt808Frame, EscapesAsThePublishedExample) {
    const std::string plain = from_hex("307E087D55");
    const std::string sent = from_hex("307D02087D0155");
    EXPECT_EQ(escape(plain), sent);
    EXPECT_EQ(unescape(sent).value(), plain);
}

TEST(Jt808Frame, RefusesEveryOtherEscape) {
    for (int next = 0; next < 256; ++next) {
        std::string bytes{0x7d, static_cast<char>(next)};
        EXPECT_EQ(unescape(bytes).has_value(), next == 1 || next == 2) << next;
    }
    EXPECT_FALSE(unescape("\x30\x7d"));
    EXPECT_FALSE(unescape("\x30\x7e\x31"));
}

TEST(Jt808Frame, AnyBodyComesBackWhateverItHolds) {
    std::mt19937_64 random{1};
    for (int i = 0; i < 500; ++i) {
        Header header =
            test::header(static_cast<std::uint16_t>(random()), static_cast<std::uint16_t>(random()),
                         i % 2 == 0 ? Version::v2013 : Version::v2019);
        header.encryption = static_cast<std::uint8_t>(random() % 8);
        if (i % 3 == 0) {
            header.part = Part{7, static_cast<std::uint16_t>(1 + random() % 7)};
        }
        std::string body(random() % (kBodySizeMax + 1), '\0');
        for (char& byte : body) {
            byte = static_cast<char>(0x7c + random() % 4); // mostly what needs an escape
        }
        const std::string bytes = encode_frame(header, body);
        ASSERT_LE(bytes.size(), kFrameSizeEscapedMax + 2);
        EXPECT_EQ(bytes.find('\x7e', 1), bytes.size() - 1);
        const auto frame = decode_frame(test::inside(bytes));
        ASSERT_TRUE(frame) << frame.error().message();
        EXPECT_EQ(*frame, (Frame{header, body}));
    }
}

TEST(Jt808Frame, RefusesALengthThatIsNotItsOwn) {
    const std::string good = test::inside(from_hex(test::kHeartbeatHex));
    for (const char length : {'\x01', '\x02', '\x64'}) {
        std::string bytes = good;
        bytes[3] = static_cast<char>(bytes[3] ^ length);
        bytes.back() = static_cast<char>(bytes.back() ^ length); // the checksum is right
        EXPECT_FALSE(decode_frame(bytes)) << int{length};
    }
}

TEST(Jt808Frame, RefusesAPartOutsideItsMessage) {
    for (const Part part : {Part{0, 0}, Part{0, 1}, Part{3, 0}, Part{3, 4}}) {
        Header header = test::header(id::kLocationBatch, 1);
        header.part = part;
        EXPECT_FALSE(decode_frame(test::inside(encode_frame(header, "x"))))
            << part.index << " of " << part.total;
    }
}

TEST(Jt808Frame, PhoneIsOpaqueAndItsNumberTheSameInBothVersions) {
    EXPECT_EQ(test::phone("013511221122").number(), test::phone("00000000013511221122").number());
    EXPECT_EQ(test::phone("02453031334A").str(), "02453031334a");
    EXPECT_EQ(Phone{}.number(), "0");
    EXPECT_FALSE(Phone::parse("13511221122"));
    EXPECT_FALSE(Phone::parse("01351122112g"));
}

TEST(Jt808FrameStream, FindsTheFramesAtEverySplit) {
    std::string stream;
    std::vector<std::string> expected;
    for (const test::Golden& golden : test::kGolden) {
        stream += from_hex(golden.hex);
        expected.push_back(test::inside(from_hex(golden.hex)));
    }
    for (std::size_t split = 0; split <= stream.size(); ++split) {
        FrameStream frames;
        auto found = frames.feed(std::string_view{stream}.substr(0, split));
        const auto rest = frames.feed(std::string_view{stream}.substr(split));
        found.insert(found.end(), rest.begin(), rest.end());
        ASSERT_EQ(found, expected) << "split at " << split;
    }
    FrameStream frames;
    std::vector<std::string> found;
    for (const char byte : stream) {
        const auto some = frames.feed({&byte, 1});
        found.insert(found.end(), some.begin(), some.end());
    }
    EXPECT_EQ(found, expected);
}

TEST(Jt808FrameStream, TakesOneFlagBetweenTwoFramesAndSkipsNoise) {
    const std::string a = from_hex(test::kHeartbeatHex);
    FrameStream frames;
    const auto found = frames.feed("noise" + a + test::inside(a) + "\x7e\x7e\x7e" + a);
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found, std::vector(3, test::inside(a)));
    EXPECT_EQ(frames.counters().noise_bytes, 5U);
}

TEST(Jt808FrameStream, AnEndlessFrameIsSkippedAndTheNextIsRead) {
    FrameStream frames;
    EXPECT_TRUE(frames.feed("\x7e").empty());
    for (int i = 0; i < 1000; ++i) {
        EXPECT_TRUE(frames.feed(std::string(1000, 'x')).empty());
    }
    EXPECT_EQ(frames.counters().oversize, 1U);
    EXPECT_EQ(frames.feed(from_hex(test::kHeartbeatHex)).size(), 1U);
}

// The oracle counts by hand: whatever is accepted has a right checksum and its own length.
TEST(Jt808Frame, DamageIsNeverAcceptedWithAWrongChecksum) {
    std::mt19937_64 random{3};
    std::size_t accepted = 0;
    for (int i = 0; i < 30'000; ++i) {
        const test::Golden& golden = test::kGolden[random() % test::kGolden.size()];
        const std::string damaged = test::mutate(from_hex(golden.hex), random);
        FrameStream frames;
        for (const std::string& escaped : frames.feed(damaged)) {
            const auto frame = decode_frame(escaped);
            if (!frame) {
                continue;
            }
            ++accepted;
            char sum = 0;
            std::size_t size = 0;
            for (std::size_t at = 0; at < escaped.size(); ++at, ++size) {
                char byte = escaped[at];
                if (byte == 0x7d) {
                    byte = escaped[++at] == 1 ? '\x7d' : '\x7e';
                }
                sum = static_cast<char>(sum ^ byte);
            }
            ASSERT_EQ(sum, 0); // what equals its own XOR cancels it
            const std::size_t head = (frame->header.version == Version::v2019 ? 17 : 12) +
                                     (frame->header.part ? 4U : 0U);
            ASSERT_EQ(size, head + frame->body.size() + 1);
        }
    }
    EXPECT_GT(accepted, 100U) << "some damage lies outside the frame and must be survived";
}

} // namespace
} // namespace ems::gateway
