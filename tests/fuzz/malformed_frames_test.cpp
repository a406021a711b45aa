// Frames that something other than the parser knows to be wrong: 10,000 and more of each kind, and
// none is taken. What is right is judged here by the rule of the form (checksum, signature,
// letters), written a second time.
#include <cstring>
#include <regex>
#include <span>

#include <gtest/gtest.h>

#include "map/graph/graph_file.h"
#include "map/scene/scene.h"
#include "telemetry/base/log.h"
#include "telemetry/gateway/frame.h"
#include "telemetry/seal/signature.h"
#include "telemetry/signal/wfdb.h"
#include "telemetry/video/srtp.h"
#include "telemetry/wire/topics.h"
#include "tests/map/ascii_map.h"
#include "tests/support/fake_clock.h"
#include "tests/support/temp_dir.h"
#include "tests/telemetry/gateway/golden.h"
#include "tests/vehicle/device/mutate.h"
#include "vehicle/agent/crew_desk.h"
#include "vehicle/device/nmea.h"

namespace ems {
namespace {

constexpr int kFrames = 10'000;

// Calls `frame` with damaged copies until so many of them were wrong by `is_right`'s rule.
template <class Right, class Frame>
void each_wrong(const std::vector<std::string>& good, Right is_right, Frame frame) {
    std::mt19937_64 random{1};
    for (int wrong = 0; wrong < kFrames;) {
        const std::string bytes = test::mutate(good[random() % good.size()], random);
        if (!is_right(bytes)) {
            ++wrong;
            frame(bytes);
        }
        ASSERT_FALSE(testing::Test::HasFailure());
    }
}

// Somewhere "$" body "*" and two hex digits of the exclusive or of the body, up to an end of line.
bool holds_nmea(const std::string& bytes) {
    static const std::regex form{R"(\$([^$\r\n]*)\*([0-9A-Fa-f]{2})[\r\n])"};
    for (auto at = std::sregex_iterator{bytes.begin(), bytes.end(), form};
         at != std::sregex_iterator{}; ++at) {
        unsigned sum = 0;
        for (const char c : (*at)[1].str()) {
            sum ^= static_cast<unsigned char>(c);
        }
        if (sum == static_cast<unsigned>(std::stoi((*at)[2].str(), nullptr, 16))) {
            return true;
        }
    }
    return false;
}

TEST(MalformedFrames, OfNmeaWithAWrongSumAreNoSentences) {
    const std::vector<std::string> good{
        vehicle::nmea_sentence("GNRMC,024216.20,A,3502.3456,N,11059.1234,E,21.60,95.50,180326,,,A"),
        vehicle::nmea_sentence("GNGGA,024216.20,3502.3456,N,11059.1234,E,1,12,0.80,371.4,M,,M,,")};
    each_wrong(good, holds_nmea, [](const std::string& line) {
        vehicle::NmeaParser parser;
        EXPECT_TRUE(parser.feed(line).empty()) << line;
        EXPECT_EQ(parser.counters().sentences, 0U) << line;
    });
}

// Unescaped: 7d 02 is 7e, 7d 01 is 7d; the last byte is the exclusive or of all before it.
bool is_jt808(const std::string& escaped) {
    std::string bytes;
    for (std::size_t i = 0; i < escaped.size(); ++i) {
        if (escaped[i] == 0x7e) {
            return false;
        }
        if (escaped[i] != 0x7d) {
            bytes.push_back(escaped[i]);
        } else if (i + 1 < escaped.size() && (escaped[i + 1] == 1 || escaped[i + 1] == 2)) {
            bytes.push_back(escaped[++i] == 2 ? '\x7e' : '\x7d');
        } else {
            return false;
        }
    }
    char sum = 0;
    for (const char c : bytes) {
        sum = static_cast<char>(sum ^ c);
    }
    return bytes.size() > 12 && sum == 0;
}

TEST(MalformedFrames, OfJt808WithAWrongSumAreRefused) {
    std::vector<std::string> good;
    for (const test::Golden& golden : test::kGolden) {
        const std::string bytes = test::from_hex(golden.hex);
        good.push_back(bytes.substr(1, bytes.size() - 2));
        ASSERT_TRUE(is_jt808(good.back())) << golden.name;
    }
    each_wrong(good, is_jt808, [](const std::string& frame) {
        EXPECT_FALSE(gateway::decode_frame(frame).has_value()) << frame.size();
    });
}

TEST(MalformedFrames, OfTopicsAreNone) {
    static const std::regex form{
        "ems/v1/[0-9]{6}/([a-z0-9-]{1,32}/(u/(birth|state|evt|gps|vit|wav|gap|bf|hb)|"
        "d/(ack|cmd|cfg|watch|time|media|hb))|srv/state)"};
    const auto is_right = [](const std::string& topic) { return std::regex_match(topic, form); };
    each_wrong(
        {"ems/v1/140802/amb-xz01/u/gps", "ems/v1/140802/amb-1/d/cmd", "ems/v1/140802/srv/state"},
        is_right, [](const std::string& topic) {
            EXPECT_FALSE(wire::parse_topic(topic).has_value()) << topic;
        });
}

// ------------------------------------------------------------------------------------------------
// checksums over a whole file: any change is one

// ... but one in what the header keeps free.
template <class Taken> void every_change(const std::string& good, Taken is_taken) {
    constexpr std::size_t kFreeAt = 12;
    ASSERT_TRUE(is_taken(good));
    const auto is_right = [&](std::string bytes) {
        if (bytes.size() == good.size()) {
            bytes.replace(kFreeAt, 4, good, kFreeAt, 4);
        }
        return bytes == good;
    };
    each_wrong({good}, is_right,
               [&](const std::string& bytes) { EXPECT_FALSE(is_taken(bytes)) << bytes.size(); });
}

TEST(MalformedFrames, OfARoadGraphAreRefused) {
    const map::RoadGraph graph = map::test::AsciiMap{{"a--b", "|  |", "c--d"}}.graph();
    const auto packed = map::graph_file::pack(graph.arrays());
    const std::string good{reinterpret_cast<const char*>(packed.data()),
                           packed.size() * sizeof packed[0]};
    every_change(good, [](const std::string& bytes) {
        std::vector<std::uint64_t> words((bytes.size() + 7) / 8);
        std::memcpy(words.data(), bytes.data(), bytes.size());
        return map::graph_file::view(std::as_bytes(std::span{words}).first(bytes.size()), "test")
            .has_value();
    });
}

TEST(MalformedFrames, OfASceneAreRefused) {
    map::Scene scene;
    scene.note = "demo";
    scene.bounds = {{350'000'000, 1'110'000'000}, {351'000'000, 1'111'000'000}};
    scene.bands.emplace_back();
    scene.labels.push_back({map::SceneSymbol::village, 1, 50, {350'500'000, 1'110'500'000}, "a"});
    const auto packed = map::print_scene(scene);
    every_change({reinterpret_cast<const char*>(packed.data()), packed.size()},
                 [](const std::string& bytes) {
                     return map::parse_scene(std::as_bytes(std::span{bytes}), "test").has_value();
                 });
}

// The low 16 bits of the sum of all samples, and their number.
TEST(MalformedFrames, OfAWfdbSignalAreRefused) {
    const auto header = signal::parse_wfdb_header("r 1 250 8\nr.dat 16 200 12 0 5 36\n").value();
    const std::string good{"\x01\0\x02\0\x03\0\x04\0\x05\0\x06\0\x07\0\x08\0", 16};
    const auto is_right = [](const std::string& bytes) {
        unsigned sum = 0;
        for (std::size_t i = 0; i + 1 < bytes.size() && i < 16; i += 2) {
            sum += static_cast<unsigned char>(bytes[i]) +
                   256U * static_cast<unsigned char>(bytes[i + 1]);
        }
        return bytes.size() >= 16 && (sum & 0xFFFFU) == 36;
    };
    ASSERT_TRUE(is_right(good));
    each_wrong({good}, is_right, [&](const std::string& bytes) {
        const std::vector<std::uint8_t> raw{bytes.begin(), bytes.end()};
        EXPECT_FALSE(signal::decode_wfdb_file(header, "r.dat", raw).has_value()) << bytes.size();
    });
}

// ------------------------------------------------------------------------------------------------
// keys

class SignedCommands : public testing::Test {
  protected:
    void SetUp() override { log::set_level(log::Level::error); }
    void TearDown() override { log::set_level(log::Level::info); }
};

TEST_F(SignedCommands, ThatWereTouchedReachNoCrew) {
    const test::TempDir dir;
    const std::string secret = (dir.path() / "command.key").string();
    const std::string open = (dir.path() / "command.pub").string();
    ASSERT_TRUE(seal::SigningKey::make_files(secret, open));
    const auto key = seal::SigningKey::load(secret).value();
    const auto verify = seal::VerifyKey::load(open).value();
    test::FakeClock clock;
    wire::CommandBody body;
    body.set_id("00010203-0405-4607-8809-0a0b0c0d0e0f");
    body.set_vid("amb-1");
    body.set_term(1);
    body.set_unit_seq(1);
    body.set_issued_us(clock.utc_us());
    body.set_expires_us(clock.utc_us() + 60'000'000);
    body.mutable_dispatch()->set_incident_id(34);
    body.mutable_dispatch()->set_assignment_id(5);
    wire::Command good;
    good.set_payload(body.SerializeAsString());
    good.set_signature(key.sign(good.payload()));
    const auto spool = vehicle::Spool::open({.path = ":memory:"}, clock).value();
    vehicle::CrewDesk desk{*spool, VehicleId::parse("amb-1").value(),
                           [&](std::string_view payload, std::string_view signature) {
                               return verify.verify(payload, signature);
                           }};
    const vehicle::Moment now{clock.device_now(), wire::CLOCK_GNSS, clock.server_now(),
                              clock.ticks()};
    // Only the payload and its signature count: protobuf may say the same in other bytes.
    const auto is_right = [&](const std::string& bytes) {
        wire::Command command;
        return command.ParseFromString(bytes) && command.payload() == good.payload() &&
               command.signature() == good.signature();
    };
    each_wrong({good.SerializeAsString()}, is_right, [&](const std::string& bytes) {
        desk.take_command(bytes, now);
        spool->commit();
        EXPECT_FALSE(desk.status().has_order());
        EXPECT_TRUE(spool->commands().empty());
    });
    desk.take_command(good.SerializeAsString(), now);
    EXPECT_TRUE(desk.status().has_order());
}

TEST(MalformedFrames, OfSrtpAreRefused) {
    const auto key = video::MediaKey::from_bytes(std::string(video::kMediaKeySize, 'k')).value();
    std::vector<std::uint8_t> packet{0x80, 0xE0, 0, 7, 0, 0, 0, 90, 0, 0, 1, 0, 1, 2, 3, 4};
    const std::size_t size = packet.size();
    packet.resize(size + video::kSrtpOverhead);
    video::SrtpStream sender{key, 256};
    packet.resize(sender.protect_rtp(packet, size).value());
    const std::string good{packet.begin(), packet.end()};
    video::SrtpStream receiver{key, 256};
    each_wrong(
        {good}, [&](const std::string& bytes) { return bytes == good; },
        [&](const std::string& bytes) {
            std::vector<std::uint8_t> copy{bytes.begin(), bytes.end()};
            EXPECT_FALSE(receiver.unprotect_rtp(copy).has_value()) << bytes.size();
        });
    EXPECT_TRUE(receiver.unprotect_rtp(packet).has_value());
}

} // namespace
} // namespace ems
