// Packets of a camera and of its viewers: RTP, RTCP, and both under a key that does not fit.
#include <span>

#include "telemetry/base/assert.h"
#include "telemetry/video/rtcp.h"
#include "telemetry/video/rtp.h"
#include "telemetry/video/srtp.h"
#include "tests/fuzz/fuzz_target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ems::video;
    const std::span<const std::uint8_t> packet{data, size};
    static_cast<void>(looks_like_rtcp(packet));
    static_cast<void>(packet_ssrc(packet));
    if (const auto rtp = parse_rtp(packet)) {
        EMS_ASSERT(rtp->payload.size() + kRtpHeaderSize <= size);
        EMS_ASSERT(rtp->payload.empty() ||
                   (rtp->payload.data() >= data &&
                    rtp->payload.data() + rtp->payload.size() <= data + size));
        static_cast<void>(starts_key_frame(rtp->payload));
    }
    if (const auto rtcp = parse_rtcp(packet)) {
        EMS_ASSERT(!rtcp->report || rtcp->report->lost < 1U << 24U);
        EMS_ASSERT(rtcp->missing.size() <= kMissingMax);
        EMS_ASSERT(!rtcp->link || rtcp->link->lost <= rtcp->link->expected);
        // What was read can be said again in the same words.
        if (rtcp->link) {
            EMS_ASSERT(parse_link_report(make_link_report(1, *rtcp->link)) == rtcp->link);
        }
    }
    static const MediaKey key = MediaKey::from_bytes(std::string(kMediaKeySize, 'k')).value();
    // What is refused leaves no trace in a stream: one for all inputs.
    static SrtpStream stream{key, 256};
    std::vector<std::uint8_t> copy{packet.begin(), packet.end()};
    EMS_ASSERT(!stream.unprotect_rtp(copy).has_value());
    copy.assign(packet.begin(), packet.end());
    EMS_ASSERT(!stream.unprotect_rtcp(copy).has_value());
    return 0;
}

std::vector<std::string> ems::test::fuzz_seeds() {
    const auto text = [](const std::vector<std::uint8_t>& bytes) {
        return std::string{bytes.begin(), bytes.end()};
    };
    std::vector<std::uint8_t> rtp{0x80, 0xE0, 0x00, 0x07, 0,    0,    0,    90,   0,
                                  0,    1,    0,    0x7C, 0x85, 0x11, 0x22, 0x33, 0x44};
    std::vector<std::uint8_t> padded = rtp;
    padded[0] = 0xB1; // padding, extension, one source
    padded.insert(padded.begin() + 12, {0, 0, 0, 9, 0xBE, 0xDE, 0, 1, 1, 2, 3, 4});
    padded.back() = 2;
    video::Feedback feedback;
    feedback.sender_ssrc = 257;
    feedback.media_ssrc = 256;
    feedback.reference = 0x1234'5678;
    feedback.echo = video::TimeEcho{256, 7, 8};
    feedback.link = video::LinkReport{};
    const std::vector<std::uint16_t> missing{65'535, 3, 40};
    feedback.missing = missing;
    return {text(rtp), text(padded), text(video::make_feedback(feedback)),
            text(video::make_receiver_report(2, video::ReceptionReport{256, 3, 9, 70'000, 5})),
            text(video::make_picture_loss(2, 256))};
}
