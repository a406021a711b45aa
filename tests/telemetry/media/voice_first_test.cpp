// Speech overtakes the video that came before it in the same batch.
#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "telemetry/video/rtcp.h"
#include "telemetry/video/udp_port.h"
#include "tests/telemetry/media/running_line.h"

namespace ems::media {
namespace {

using std::chrono::milliseconds;

std::vector<std::uint8_t> speech_or_picture(video::SrtpStream& stream, std::uint8_t payload_type,
                                            std::uint16_t seq) {
    std::vector<std::uint8_t> packet(100 + video::kSrtpOverhead, 0);
    packet[0] = 0x80;
    packet[1] = static_cast<std::uint8_t>(0x80 | payload_type);
    packet[12] = 0x65; // of a camera: a key frame
    video::set_seq(packet, seq);
    video::set_ssrc(packet, stream.ssrc());
    packet.resize(stream.protect_rtp(packet, 100).value());
    return packet;
}

std::vector<std::uint8_t> sealed(video::SrtpStream& stream, std::vector<std::uint8_t> plain) {
    const std::size_t size = plain.size();
    plain.resize(size + video::kSrtpOverhead);
    plain.resize(stream.protect_rtcp(plain, size).value());
    return plain;
}

TEST(VoiceFirst, SpeechOvertakesPicturesOfItsBatch) {
    test::RunningLine line;
    const CameraKey cabin{"amb-zx01", "cabin"};
    const CameraSession session{"s", video::random_ssrc(), video::MediaKey::random(),
                                video::MediaKey::random()};
    ViewerRight right;
    right.camera = cabin;
    right.grant = video::ViewerGrant::make();
    right.expires_us = INT64_MAX;
    line.on_thread([&] {
        EMS_ASSERT(line.hub().open_session(cabin, session));
        EMS_ASSERT(line.hub().open_viewer(right));
    });
    const video::VoiceTicket crew = line.crew();
    const video::VoiceTicket desk = line.ticket(video::FloorRank::physician, line.port(), 0);
    const auto key = [](const std::string& bytes) { return video::MediaKey::from_bytes(bytes).value(); };
    video::SrtpStream camera{session.srtp_key, session.ssrc};
    video::SrtpStream viewer{right.grant.srtcp_key, right.grant.viewer_ssrc};
    video::SrtpStream crew_reports{key(crew.up_key), crew.up_ssrc};
    video::SrtpStream crew_speech{key(crew.up_key), crew.up_ssrc};
    video::SrtpStream desk_reports{key(desk.up_key), desk.up_ssrc};
    const auto vehicle = video::UdpPort::open();
    const auto console = video::UdpPort::open(); // for the pictures and the speech
    ASSERT_TRUE(vehicle);
    ASSERT_TRUE(console);
    const auto relay = video::Endpoint::parse("127.0.0.1", line.port()).value();
    console->send(relay, sealed(viewer, video::make_receiver_report(right.grant.viewer_ssrc, {})));
    console->send(relay, sealed(desk_reports, video::make_voice_report(desk.up_ssrc, {}, {})));
    video::VoiceReport pressed;
    pressed.talk = video::Talk::normal;
    pressed.press = 1;
    vehicle->send(relay, sealed(crew_reports, video::make_voice_report(crew.up_ssrc, {}, pressed)));
    // While this runs the relay reads nothing: all of it is one batch.
    line.on_thread([&] {
        for (std::uint16_t n = 1; n <= 5; ++n) {
            vehicle->send(relay, speech_or_picture(camera, video::kPayloadTypeH264, n));
        }
        vehicle->send(relay, speech_or_picture(crew_speech, video::kPayloadTypeOpus, 1));
    });
    std::array<std::uint8_t, video::kPacketSizeMax> buffer{};
    std::vector<std::uint8_t> order;
    while (order.size() < 6) {
        const auto size = console->receive(buffer, milliseconds{5'000});
        ASSERT_TRUE(size) << order.size() << " came";
        if (!video::looks_like_rtcp(std::span{buffer}.first(*size))) {
            order.push_back(buffer[1] & 0x7F);
        }
    }
    EXPECT_EQ(order.front(), video::kPayloadTypeOpus);
}

} // namespace
} // namespace ems::media
