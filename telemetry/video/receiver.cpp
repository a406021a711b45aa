#include "telemetry/video/receiver.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <gst/gst.h>
#include <gst/video/video.h>

#include "telemetry/base/log.h"
#include "telemetry/video/grants.h"
#include "telemetry/video/pipeline.h"
#include "telemetry/video/relay.h"
#include "telemetry/video/rtcp.h"
#include "telemetry/video/rtp.h"
#include "telemetry/video/srtp.h"
#include "telemetry/video/udp_port.h"

namespace ems::video {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kReportInterval{1000};
// With packets coming in and no picture for this long, the decoder is made anew.
constexpr milliseconds kStallLimit{5000};
constexpr milliseconds kRebuildPause{1000};
constexpr milliseconds kSilenceAfterExpiry{3000};

std::string description(std::uint32_t payload_type, milliseconds jitter) {
    return fmt::format(
        "appsrc name=in is-live=true format=time do-timestamp=true max-bytes=2000000 "
        "leaky-type=downstream caps=\"{}\" ! rtpjitterbuffer latency={} drop-on-latency=true "
        "do-lost=true ! rtph264depay name=depay request-keyframe=true wait-for-keyframe=true ! "
        "avdec_h264 max-threads=1 output-corrupt=false ! videoconvert n-threads=1 ! "
        "video/x-raw,format=BGRx ! appsink name=out sync=false max-buffers=1 drop=true",
        rtp_caps(payload_type), jitter.count());
}

class Receiver final : public VideoReceiver {
  public:
    Receiver(const VideoTicket& ticket, Endpoint server, const MediaKey& srtp,
             const MediaKey& srtcp, UdpPort port, OnPicture on_picture, milliseconds jitter)
        : ticket_(ticket), server_(server), srtp_key_(srtp), port_(std::move(port)),
          on_picture_(std::move(on_picture)), jitter_(jitter), reports_(srtcp, ticket.viewer_ssrc) {
    }

    ~Receiver() override {
        stopping_ = true;
        port_.wake();
        if (thread_.joinable()) {
            thread_.join();
        }
    }

    Result<void> begin() {
        EMS_TRY(build());
        thread_ = std::thread{[this] { run(); }};
        return {};
    }

    [[nodiscard]] ReceiverStats stats() const override {
        const std::lock_guard lock{mutex_};
        return stats_;
    }

  private:
    void run();
    void take(std::span<std::uint8_t> packet, Ticks now);
    SrtpStream* stream_for(std::uint32_t ssrc);
    void adopt(std::uint32_t ssrc);
    void report();
    void look_after_decoder(Ticks now);
    Result<void> build();
    void show(GstSample* sample);

    const VideoTicket ticket_;
    const Endpoint server_;
    const MediaKey srtp_key_;
    const UdpPort port_;
    const OnPicture on_picture_;
    const milliseconds jitter_;

    // Of the receiver's own thread.
    SrtpStream reports_;
    std::optional<SrtpStream> stream_;
    std::optional<SrtpStream> next_stream_; // of a later generation, until a packet proves it
    ReceptionCounter reception_;
    std::uint64_t lost_before_{0};
    std::uint64_t expected_before_{0};
    Ticks built_at_{};
    Ticks asked_key_frame_at_{};
    std::optional<Ticks> rebuild_at_;

    std::atomic<bool> stopping_{false};
    std::atomic<bool> key_frame_wanted_{false};
    std::atomic<std::int64_t> last_packet_us_{0};
    mutable std::mutex mutex_;
    ReceiverStats stats_;

    // Last: its threads end before anything they use.
    std::unique_ptr<Pipeline> pipeline_;
    GstElement* input_{nullptr}; // of pipeline_
    std::thread thread_;
};

Result<void> Receiver::build() {
    pipeline_.reset();
    auto made = Pipeline::parse(description(ticket_.payload_type, jitter_));
    if (!made) {
        return Failure{std::move(made).error()};
    }
    pipeline_ = std::move(*made);
    pipeline_->on_sample("out", [this](GstSample* sample) { show(sample); });
    pipeline_->on_key_frame_request("in", "src", [this] {
        key_frame_wanted_ = true;
        port_.wake();
    });
    input_ = pipeline_->element("in");
    built_at_ = SystemClock{}.ticks();
    return pipeline_->play();
}

void Receiver::show(GstSample* sample) {
    GstVideoInfo info;
    GstVideoFrame frame;
    if (gst_video_info_from_caps(&info, gst_sample_get_caps(sample)) == FALSE ||
        gst_video_frame_map(&frame, &info, gst_sample_get_buffer(sample), GST_MAP_READ) == FALSE) {
        return;
    }
    Picture picture;
    picture.width = GST_VIDEO_FRAME_WIDTH(&frame);
    picture.height = GST_VIDEO_FRAME_HEIGHT(&frame);
    picture.stride = GST_VIDEO_FRAME_PLANE_STRIDE(&frame, 0);
    picture.pixels = static_cast<const std::uint8_t*>(GST_VIDEO_FRAME_PLANE_DATA(&frame, 0));
    picture.received_us = last_packet_us_;
    {
        const std::lock_guard lock{mutex_};
        picture.number = ++stats_.pictures;
        stats_.last_picture_at = SystemClock{}.ticks();
    }
    on_picture_(picture);
    gst_video_frame_unmap(&frame);
}

// The stream an SSRC belongs to, making one for a later generation than the present.
SrtpStream* Receiver::stream_for(std::uint32_t ssrc) {
    if ((ssrc & ~kGenerationMask) != ticket_.ssrc) {
        return nullptr;
    }
    if (stream_ && stream_->ssrc() == ssrc) {
        return &*stream_;
    }
    if (stream_ && ssrc < stream_->ssrc()) {
        return nullptr; // of a server process that is gone
    }
    if (!next_stream_ || next_stream_->ssrc() != ssrc) {
        next_stream_.emplace(srtp_key_, ssrc);
    }
    return &*next_stream_;
}

void Receiver::adopt(std::uint32_t ssrc) {
    const bool first = !stream_;
    stream_ = std::move(next_stream_);
    next_stream_.reset();
    if (!first) {
        reception_.start_over();
        rebuild_at_ = SystemClock{}.ticks(); // numbers and time stamps begin anew
    }
    EMS_LOG(info, "video", "stream ssrc={:08x} generation={}", ticket_.ssrc,
            ssrc & kGenerationMask);
}

void Receiver::take(std::span<std::uint8_t> packet, Ticks now) {
    const auto ssrc = packet_ssrc(packet);
    SrtpStream* stream = ssrc && !looks_like_rtcp(packet) ? stream_for(*ssrc) : nullptr;
    const auto size =
        stream != nullptr ? stream->unprotect_rtp(packet) : Result<std::size_t>{fail(Code::srtp)};
    const auto view = size ? parse_rtp(packet.first(*size)) : std::optional<RtpView>{};
    if (!view) {
        const std::lock_guard lock{mutex_};
        ++stats_.packets_refused;
        return;
    }
    if (next_stream_ && stream == &*next_stream_) {
        adopt(*ssrc);
        if (rebuild_at_) {
            look_after_decoder(now);
        }
    }
    reception_.received(view->seq);
    last_packet_us_ = SystemClock{}.utc_us();
    {
        const std::lock_guard lock{mutex_};
        stats_.packets = reception_.packets();
        stats_.packets_lost = reception_.lost();
        stats_.bytes += *size;
        stats_.last_packet_at = now;
    }
    if (pipeline_) {
        push_packet(input_, packet.first(*size));
    }
}

void Receiver::report() {
    std::optional<ReceptionReport> content;
    if (stream_) {
        const std::uint64_t expected = reception_.packets() + reception_.lost();
        const std::uint64_t lost = reception_.lost();
        const std::uint64_t expected_now = expected - std::min(expected, expected_before_);
        const std::uint64_t lost_now = lost - std::min(lost, lost_before_);
        expected_before_ = expected;
        lost_before_ = lost;
        content.emplace();
        content->ssrc = stream_->ssrc();
        content->lost = static_cast<std::uint32_t>(std::min<std::uint64_t>(lost, 0x7F'FFFF));
        content->highest_seq = reception_.highest_extended();
        if (expected_now > 0) {
            content->fraction_lost = static_cast<std::uint8_t>(
                std::min<std::uint64_t>(255, lost_now * 256 / expected_now));
        }
    }
    std::vector<std::uint8_t> packet = make_receiver_report(ticket_.viewer_ssrc, content);
    const Ticks now = SystemClock{}.ticks();
    if (key_frame_wanted_ && now - asked_key_frame_at_ >= kKeyFrameInterval && stream_) {
        key_frame_wanted_ = false;
        asked_key_frame_at_ = now;
        packet = make_picture_loss(ticket_.viewer_ssrc, stream_->ssrc());
    }
    const std::size_t size = packet.size();
    packet.resize(size + kSrtpOverhead);
    if (const auto sealed = reports_.protect_rtcp(packet, size)) {
        port_.send(server_, std::span{packet}.first(*sealed));
    }
}

void Receiver::look_after_decoder(Ticks now) {
    std::optional<std::string> error;
    if (pipeline_) {
        const Pipeline::Words words = pipeline_->poll();
        error = words.ended ? std::optional<std::string>{"end of stream"} : words.error;
    }
    ReceiverStats seen = stats();
    const Ticks alive_since = std::max(built_at_, seen.last_picture_at);
    const bool fed = seen.last_packet_at.time_since_epoch().count() != 0 &&
                     now - seen.last_packet_at < kReportInterval;
    if (!error && pipeline_ && fed && now - alive_since > kStallLimit) {
        error = "packets but no picture";
    }
    if (error) {
        EMS_LOG(warn, "video", "decoder starts over ssrc={:08x} reason={}", ticket_.ssrc, *error);
        pipeline_.reset();
        rebuild_at_ = now + kRebuildPause;
    }
    if (rebuild_at_ && now >= *rebuild_at_) {
        rebuild_at_.reset();
        key_frame_wanted_ = true;
        if (const auto built = build(); !built) {
            pipeline_.reset();
            rebuild_at_ = now + kRebuildPause;
        }
        const std::lock_guard lock{mutex_};
        ++stats_.restarts;
    }
    if (ticket_.expires_us != 0 && SystemClock{}.utc_us() > ticket_.expires_us &&
        now - seen.last_packet_at > kSilenceAfterExpiry) {
        const std::lock_guard lock{mutex_};
        stats_.ended = true;
    }
}

void Receiver::run() {
    std::array<std::uint8_t, kPacketSizeMax + kSrtpOverhead> buffer{};
    Ticks report_at = SystemClock{}.ticks();
    while (!stopping_) {
        Ticks now = SystemClock{}.ticks();
        const bool asks = key_frame_wanted_ && now - asked_key_frame_at_ >= kKeyFrameInterval;
        if (now >= report_at || asks) {
            look_after_decoder(now);
            if (!stats().ended) {
                report();
            }
            report_at = now + kReportInterval;
        }
        const auto wait = std::chrono::ceil<milliseconds>(report_at - now);
        if (const auto size = port_.receive(buffer, std::min(wait, milliseconds{200}))) {
            now = SystemClock{}.ticks();
            take(std::span{buffer}.first(*size), now);
        }
    }
    pipeline_.reset();
}

} // namespace

Result<void> VideoReceiver::prepare() {
    constexpr std::uint32_t kAnyPayloadType = 96;
    auto made = Pipeline::parse(description(kAnyPayloadType, milliseconds{60}));
    if (!made) {
        return Failure{std::move(made).error()};
    }
    return {};
}

Result<std::unique_ptr<VideoReceiver>>
VideoReceiver::open(const VideoTicket& ticket, OnPicture on_picture, milliseconds jitter) {
    const auto server = Endpoint::parse(ticket.host, ticket.port);
    const auto srtp = MediaKey::from_bytes(ticket.srtp_key);
    const auto srtcp = MediaKey::from_bytes(ticket.srtcp_key);
    if (!server || !srtp || !srtcp) {
        return Failure{!server ? server.error() : !srtp ? srtp.error() : srtcp.error()};
    }
    if ((ticket.ssrc & kGenerationMask) != 0 || ticket.payload_type > 127) {
        return fail(Code::invalid_argument, "the ticket's SSRC or payload type is not ours");
    }
    auto port = UdpPort::open();
    if (!port) {
        return Failure{std::move(port).error()};
    }
    auto receiver = std::make_unique<Receiver>(ticket, *server, *srtp, *srtcp, std::move(*port),
                                               std::move(on_picture), jitter);
    EMS_TRY(receiver->begin());
    return receiver;
}

} // namespace ems::video
