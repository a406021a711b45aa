#include "telemetry/gateway/frame.h"

#include <gtest/gtest.h>
#include <random>
#include <vector>

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

// The rules of the standard once more, written from its text and not from the decoder: escapes, XOR, the length that the
// header states, the place of a part within its message.
bool is_frame(std::string_view escaped) {
    std::vector<unsigned> bytes;
    for (std::size_t at = 0; at < escaped.size(); ++at) {
        const auto byte = static_cast<unsigned char>(escaped[at]);
        if (byte == 0x7e) {
            return false;
        }
        if (byte != 0x7d) {
            bytes.push_back(byte);
            continue;
        }
        ++at;
        if (at == escaped.size() || (escaped[at] != 1 && escaped[at] != 2)) {
            return false;
        }
        bytes.push_back(escaped[at] == 1 ? 0x7d : 0x7e);
    }
    unsigned sum = 0;
    for (const unsigned byte : bytes) {
        sum ^= byte;
    }
    if (bytes.size() < 13 || sum != 0) { // what equals its own XOR cancels it
        return false;
    }
    const auto u16 = [&bytes](std::size_t at) { return bytes[at] << 8U | bytes[at + 1]; };
    const unsigned attributes = u16(2);
    std::size_t head = (attributes & 0x4000U) != 0 ? 17 : 12;
    if ((attributes & 0x2000U) != 0) {
        if (bytes.size() < head + 5) {
            return false;
        }
        const unsigned total = u16(head);
        const unsigned index = u16(head + 2);
        if (index < 1 || index > total) {
            return false;
        }
        head += 4;
    }
    return bytes.size() == head + (attributes & 0x3ffU) + 1;
}

TEST(Jt808Frame, OfDamagedFramesNoneIsTakenThatTheStandardForbids) {
    std::mt19937_64 random{3};
    std::size_t refused = 0;
    std::size_t accepted = 0;
    for (int i = 0; i < 40'000; ++i) {
        const test::Golden& golden = test::kGolden[random() % test::kGolden.size()];
        const std::string good = from_hex(golden.hex);
        ASSERT_TRUE(is_frame(test::inside(good))) << golden.name;
        // Every other one is damaged between its flags alone, so that it reaches the decoder as one.
        const std::string damaged = i % 2 == 0 ? test::mutate(good, random)
                                               : "\x7e" + test::mutate(test::inside(good), random) + "\x7e";
        FrameStream frames;
        for (const std::string& escaped : frames.feed(damaged)) {
            const bool taken = decode_frame(escaped).has_value();
            ASSERT_EQ(taken, is_frame(escaped)) << golden.name << " " << i;
            ++(taken ? accepted : refused);
        }
    }
    EXPECT_GT(refused, 20'000U);
    EXPECT_GT(accepted, 100U) << "some damage lies outside the frame and must be survived";
}

// One changed byte always shows: the XOR of a frame that is otherwise right can not be right too.
TEST(Jt808Frame, EverySingleDamagedByteOfEveryCapturedFrameIsRefused) {
    std::mt19937_64 random{4};
    std::size_t tried = 0;
    for (const test::Golden& golden : test::kGolden) {
        const std::string good = test::inside(from_hex(golden.hex));
        for (std::size_t at = 0; at < good.size(); ++at) {
            for (int i = 0; i < 12; ++i) {
                std::string bad = good;
                bad[at] = static_cast<char>(bad[at] ^ static_cast<char>(1 + random() % 255));
                const bool escape = good[at] == 0x7d || bad[at] == 0x7d || (at > 0 && good[at - 1] == 0x7d);
                ASSERT_FALSE(!escape && decode_frame(bad).has_value()) << golden.name << " " << at;
                ++tried;
            }
        }
    }
    EXPECT_GT(tried, 10'000U);
}

} // namespace
} // namespace ems::gateway
