#include "telemetry/video/srtp.h"

#include <gtest/gtest.h>

#include <iterator>
#include <span>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "telemetry/video/barcode.h"
#include "telemetry/video/grants.h"
#include "telemetry/video/rtcp.h"
#include "telemetry/video/rtp.h"
#include "tests/support/temp_dir.h"

namespace ems::video {
namespace {

constexpr std::uint32_t kSsrc = 0x01020300;

std::vector<std::uint8_t> plain(std::uint16_t seq) {
    std::vector<std::uint8_t> packet(200, 0x41);
    packet[0] = 0x80;
    packet[1] = 96;
    set_seq(packet, seq);
    set_ssrc(packet, kSsrc);
    return packet;
}

std::string hex(std::span<const std::uint8_t> bytes) {
    std::string text;
    for (const std::uint8_t byte : bytes) {
        fmt::format_to(std::back_inserter(text), "{:02x}", byte);
    }
    return text;
}

std::vector<std::uint8_t> sealed(SrtpStream& stream, std::uint16_t seq) {
    auto packet = plain(seq);
    const std::size_t size = packet.size();
    packet.resize(size + kSrtpOverhead);
    packet.resize(stream.protect_rtp(packet, size).value());
    return packet;
}

TEST(Srtp, RoundTripAcrossTheWrap) {
    const MediaKey key = MediaKey::random();
    SrtpStream sender{key, kSsrc};
    SrtpStream receiver{key, kSsrc};
    for (std::uint32_t i = 65'000; i < 66'500; ++i) {
        auto packet = sealed(sender, static_cast<std::uint16_t>(i));
        const auto size = receiver.unprotect_rtp(packet);
        ASSERT_TRUE(size);
        packet.resize(*size);
        ASSERT_EQ(packet, plain(static_cast<std::uint16_t>(i)));
    }
}

TEST(Srtp, NeverProtectsANumberTwice) {
    SrtpStream sender{MediaKey::random(), kSsrc};
    sealed(sender, 7);
    auto packet = plain(7);
    packet.resize(packet.size() + kSrtpOverhead);
    const auto again = sender.protect_rtp(packet, packet.size() - kSrtpOverhead);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, Code::srtp);
}

TEST(Srtp, RefusesForgedRepeatedAndForeignPackets) {
    const MediaKey key = MediaKey::random();
    SrtpStream sender{key, kSsrc};
    SrtpStream receiver{key, kSsrc};
    const auto good = sealed(sender, 1);
    auto forged = good;
    forged[50] ^= 1;
    EXPECT_FALSE(receiver.unprotect_rtp(forged));
    auto first = good;
    EXPECT_TRUE(receiver.unprotect_rtp(first));
    auto repeated = good;
    EXPECT_FALSE(receiver.unprotect_rtp(repeated));
    SrtpStream other{MediaKey::random(), kSsrc};
    auto foreign = sealed(other, 2);
    EXPECT_FALSE(receiver.unprotect_rtp(foreign));
}

TEST(Srtp, ControlPacketsRoundTrip) {
    const MediaKey key = MediaKey::random();
    SrtpStream sender{key, kSsrc};
    SrtpStream receiver{key, kSsrc};
    for (int i = 0; i < 3; ++i) {
        auto packet = make_picture_loss(kSsrc, 9);
        const std::size_t size = packet.size();
        packet.resize(size + kSrtpOverhead);
        packet.resize(sender.protect_rtcp(packet, size).value());
        const auto back = receiver.unprotect_rtcp(packet);
        ASSERT_TRUE(back);
        EXPECT_TRUE(parse_rtcp(std::span{packet}.first(*back))->key_frame_wanted);
    }
}

// As libsrtp 2.5 seals them with the cipher it comes with (NSS): keys 0 to 27, the SSRC above.
TEST(Srtp, SealsTheBytesThatLibsrtpsOwnCipherSeals) {
    std::string key;
    for (char byte = 0; byte < static_cast<char>(kMediaKeySize); ++byte) {
        key.push_back(byte);
    }
    SrtpStream sender{MediaKey::from_bytes(key).value(), kSsrc};
    auto media = plain(0x1234);
    for (std::size_t i = 4; i < 8; ++i) {
        media[i] = 0x41;
    }
    media.resize(60 + kSrtpOverhead);
    media.resize(sender.protect_rtp(media, 60).value());
    EXPECT_EQ(hex(media), "806012344141414101020300c3600139556868f95c949ca10e7505a2b1aa8b545ec1ec4b"
                          "81d750c48b463694e95fcdfb998461a6b04432eac1aacd7a56b9a64372369e0c91f5dde0"
                          "25269144");
    std::vector<std::uint8_t> control{0x81, 206, 0, 2, 1, 2, 3, 0, 0, 0, 0, 9}; // picture loss
    control.resize(12 + kSrtpOverhead);
    control.resize(sender.protect_rtcp(control, 12).value());
    EXPECT_EQ(hex(control), "81ce000201020300bc112fafb548269dfc926e87bc8a2e2c6fb1025d80000001");
}

TEST(Grant, KeysOpenOnlyWithTheirOwnRow) {
    const test::TempDir dir;
    const std::string path = (dir.path() / "data.key").string();
    ASSERT_TRUE(seal::DataKey::make_file(path));
    const auto key = seal::DataKey::load(path);
    ASSERT_TRUE(key);
    const ViewerGrant grant = ViewerGrant::make();
    EXPECT_EQ(grant.ssrc & kGenerationMask, 0U);
    const auto sealed_keys = seal_grant(grant, *key);
    ASSERT_TRUE(sealed_keys);
    ViewerGrant back;
    back.grant_id = grant.grant_id;
    ASSERT_TRUE(open_grant(back, *sealed_keys, *key));
    EXPECT_EQ(back.srtp_key.reveal(), grant.srtp_key.reveal());
    EXPECT_EQ(back.srtcp_key.reveal(), grant.srtcp_key.reveal());
    back.grant_id = "another";
    EXPECT_FALSE(open_grant(back, *sealed_keys, *key));
}

TEST(Barcode, IsReadBackAndNotGuessed) {
    std::vector<std::uint8_t> luma(640 * 360, 90);
    const Plane plane{luma, 640, 360, 640, 1};
    const ConstPlane view{luma, 640, 360, 640, 1};
    EXPECT_FALSE(read_barcode(view));
    for (const std::uint32_t number : {0U, 1U, 0xABCDEFU, 0xFFFFFFU, 123'456U}) {
        draw_barcode(plane, number);
        draw_text(plane, 8, 40, 2, "amb-zx01 10:42:16");
        EXPECT_EQ(read_barcode(view), number);
    }
    draw_text(plane, 630, 355, 3, "CLIPPED");
    for (int x = 0; x < 16; ++x) {
        for (int y = 0; y < 32; ++y) {
            luma[static_cast<std::size_t>(y * 640 + x)] = 90;
        }
    }
    EXPECT_FALSE(read_barcode(view));
}

} // namespace
} // namespace ems::video
