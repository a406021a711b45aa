// Packets of a camera and of its viewers: RTP, RTCP, both under a key that does not fit, and both
// under the right one: what a vehicle or a console gone wrong says.
#include <algorithm>
#include <cstring>
#include <span>
#include <vector>

#include "telemetry/base/assert.h"
#include "telemetry/media/hub.h"
#include "telemetry/video/media_receiver.h"
#include "telemetry/video/retransmit.h"
#include "telemetry/video/rtcp.h"
#include "telemetry/video/rtp.h"
#include "telemetry/video/srtp.h"
#include "tests/fuzz/fuzz_target.h"

namespace {

using namespace ems::video;
namespace media = ems::media;

void parse(std::span<const std::uint8_t> packet) {
    static_cast<void>(looks_like_rtcp(packet));
    static_cast<void>(packet_ssrc(packet));
    if (const auto rtp = parse_rtp(packet)) {
        EMS_ASSERT(rtp->payload.size() + kRtpHeaderSize <= packet.size());
        EMS_ASSERT(rtp->payload.empty() ||
                   (rtp->payload.data() >= packet.data() &&
                    rtp->payload.data() + rtp->payload.size() <= packet.data() + packet.size()));
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
}

void meet_a_foreign_key(std::span<const std::uint8_t> packet) {
    static const MediaKey key = MediaKey::from_bytes(std::string(kMediaKeySize, 'k')).value();
    // What is refused leaves no trace in a stream: one for all inputs.
    static SrtpStream stream{key, 256};
    std::vector<std::uint8_t> copy{packet.begin(), packet.end()};
    EMS_ASSERT(!stream.unprotect_rtp(copy).has_value());
    copy.assign(packet.begin(), packet.end());
    EMS_ASSERT(!stream.unprotect_rtcp(copy).has_value());
}

const MediaKey& key_of(char who) {
    static const MediaKey vehicle = MediaKey::from_bytes(std::string(kMediaKeySize, 'v')).value();
    static const MediaKey server = MediaKey::from_bytes(std::string(kMediaKeySize, 's')).value();
    static const MediaKey viewer = MediaKey::from_bytes(std::string(kMediaKeySize, 'w')).value();
    return who == 'v' ? vehicle : who == 's' ? server : viewer;
}

// One camera, its viewer and one who talks nonsense, and a receiver whose server does. What is given
// to them is encrypted with the key they believe.
class Line {
  public:
    Line()
        : hub_({}, [](const media::Hub::MediaPacket& packet) {
              EMS_ASSERT(packet.bytes.size() <= kPacketSizeMax);
          }) {
        EMS_ASSERT(hub_.open_session(kCamera, {"s", kVehicle, key_of('v'), key_of('v')}));
        media::ViewerRight right;
        right.camera = kCamera;
        right.grant.grant_id = "g";
        right.grant.ssrc = kServer;
        right.grant.viewer_ssrc = kViewer;
        right.grant.srtp_key = key_of('s');
        right.grant.srtcp_key = key_of('w');
        right.expires_us = INT64_MAX;
        EMS_ASSERT(hub_.open_viewer(right));
        right.grant.grant_id = "of one who talks nonsense";
        right.grant.ssrc = 2 * kServer;
        right.grant.viewer_ssrc = kOtherViewer;
        EMS_ASSERT(hub_.open_viewer(right));
        viewer_.tick(now_, collect());
        deliver();
    }
    enum class As { media, retransmission, vehicle_report, viewer_report, server_media, server_report };
    void say(As as, std::span<const std::uint8_t> plain) {
        now_ += std::chrono::milliseconds{7};
        std::vector<std::uint8_t> packet(plain.begin(), plain.end());
        packet.resize(plain.size() + kSrtpOverhead);
        SrtpStream& stream = stream_of(as);
        const bool control = as == As::vehicle_report || as == As::viewer_report || as == As::server_report;
        if (control) {
            write_u32(packet, 4, stream.ssrc());
        } else {
            set_ssrc(packet, stream.ssrc());
        }
        const auto size = control ? stream.protect_rtcp(packet, plain.size())
                                  : stream.protect_rtp(packet, plain.size());
        if (!size) {
            return;
        }
        const std::span<std::uint8_t> datagram = std::span{packet}.first(*size);
        if (as == As::server_media || as == As::server_report) {
            misled_.hear(datagram, now_, collect());
        } else {
            hub_.receive(datagram, as == As::viewer_report ? kOtherDesk : kAmbulance, now_, out_);
        }
        pass_on();
    }
    [[nodiscard]] const MediaReceiver::Figures& viewer() const { return viewer_.figures(); }
    [[nodiscard]] const MediaReceiver::Figures& misled() const { return misled_.figures(); }

    static constexpr std::size_t kKinds = 6;

  private:
    static constexpr std::uint32_t kVehicle = 0x100;
    static constexpr std::uint32_t kServer = 0x1000;
    static constexpr std::uint32_t kViewer = 0x4001;
    static constexpr std::uint32_t kOtherViewer = 0x4003;
    inline static const media::CameraKey kCamera{"amb-zx01", "cabin"};
    inline static const Endpoint kAmbulance{1, 1};
    inline static const Endpoint kDesk{2, 2};
    inline static const Endpoint kOtherDesk{3, 3};

    SrtpStream& stream_of(As as) { return streams_[static_cast<std::size_t>(as)]; }
    MediaReceiver::Send collect() {
        return [this](std::span<const std::uint8_t> packet) {
            if (said_.size() < 64) {
                said_.emplace_back(packet.begin(), packet.end());
            }
            return true;
        };
    }
    void deliver() {
        for (std::vector<std::uint8_t>& packet : said_) {
            hub_.receive(packet, kDesk, now_, out_);
        }
        said_.clear();
    }
    void pass_on() {
        hub_.tick(now_, out_);
        for (media::Outgoing& packet : out_.packets()) {
            if (packet.to == kDesk) {
                viewer_.hear(std::span{packet.bytes}.first(packet.size), now_, collect());
            }
        }
        out_.clear();
        viewer_.tick(now_, collect());
        deliver();
        misled_.tick(now_, [](std::span<const std::uint8_t>) { return true; });
        for (MediaReceiver* receiver : {&viewer_, &misled_}) {
            for (const auto& packet : receiver->take_picture(now_)) {
                static_cast<void>(packet);
            }
            static_cast<void>(receiver->take_restart());
        }
    }

    ems::Ticks now_{std::chrono::hours{1}};
    media::Hub hub_;
    media::Outbox out_{256};
    MediaReceiver viewer_{{kServer, kViewer, 96, key_of('s'), key_of('w')}, {}};
    MediaReceiver misled_{{kServer, kViewer, 96, key_of('s'), key_of('w')}, {}};
    std::vector<std::vector<std::uint8_t>> said_;
    // By As. A report of the vehicle's has the key and number of its media.
    std::vector<SrtpStream> streams_ = [] {
        std::vector<SrtpStream> out;
        out.emplace_back(key_of('v'), kVehicle);
        out.emplace_back(key_of('v'), vehicle_rtx_ssrc(kVehicle));
        out.emplace_back(key_of('v'), kVehicle);
        out.emplace_back(key_of('w'), kOtherViewer);
        out.emplace_back(key_of('s'), kServer);
        out.emplace_back(key_of('s'), kServer);
        return out;
    }();
};

// A list of packets, each behind two bytes: who says it and how long it is.
void meet_the_right_keys(std::span<const std::uint8_t> rest) {
    constexpr std::size_t kPacketsMax = 64;
    Line line;
    for (std::size_t i = 0; i < kPacketsMax && rest.size() > 2; ++i) {
        const auto as = static_cast<Line::As>((rest[0] >> 4U) % Line::kKinds);
        const std::size_t told = (rest[0] & 7U) * 256U + rest[1];
        rest = rest.subspan(2);
        const std::size_t size = std::min({told, rest.size(), kPacketSizeMax});
        if (size >= kRtpHeaderSize) {
            line.say(as, rest.first(size));
        }
        rest = rest.subspan(size);
    }
}

std::string text(const std::vector<std::uint8_t>& bytes) {
    return {bytes.begin(), bytes.end()};
}

std::string said(Line::As as, const std::vector<std::uint8_t>& packet) {
    const auto kind = static_cast<unsigned>(as) << 4U;
    const std::vector<std::uint8_t> head{static_cast<std::uint8_t>(kind | (packet.size() >> 8U)),
                                         static_cast<std::uint8_t>(packet.size())};
    return text(head) + text(packet);
}

// A camera's picture of one packet, and what follows it.
std::vector<std::uint8_t> picture(std::uint16_t seq, std::uint8_t nal) {
    std::vector<std::uint8_t> packet(60, 0x22);
    packet[0] = 0x80;
    packet[1] = 0xE0;
    packet[12] = nal;
    set_seq(packet, seq);
    return packet;
}

// The keys fit, or the rest of this target would test nothing.
bool the_line_works() {
    Line line;
    for (std::uint16_t seq = 1; seq < 60; ++seq) {
        line.say(Line::As::media, picture(seq, seq == 1 ? 0x65 : 0x41));
        line.say(Line::As::server_media, picture(seq, seq == 1 ? 0x65 : 0x41));
    }
    return line.viewer().packets > 50 && line.misled().packets > 50;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::span<const std::uint8_t> input{data, size};
    static const bool works = the_line_works();
    EMS_ASSERT(works);
    parse(input);
    meet_a_foreign_key(input);
    meet_the_right_keys(input);
    return 0;
}

std::vector<std::string> ems::test::fuzz_seeds() {
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
    const std::vector<std::uint8_t> words = video::make_feedback(feedback);
    std::string call = said(Line::As::media, picture(65'534, 0x65));
    call += said(Line::As::media, picture(1, 0x41));
    call += said(Line::As::retransmission, picture(5, 0x41));
    call += said(Line::As::vehicle_report, words);
    call += said(Line::As::viewer_report, words);
    call += said(Line::As::media, padded);
    call += said(Line::As::server_media, picture(7, 0x65));
    call += said(Line::As::server_media, rtp);
    call += said(Line::As::server_report, words);
    return {text(rtp), text(padded), text(words),
            text(video::make_receiver_report(2, video::ReceptionReport{256, 3, 9, 70'000, 5})),
            text(video::make_picture_loss(2, 256)), call};
}
