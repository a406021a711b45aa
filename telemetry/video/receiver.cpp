#include "telemetry/video/receiver.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <gst/app/gstappsrc.h>
#include <gst/gst.h>
#include <gst/video/video.h>

#include "telemetry/base/log.h"
#include "telemetry/video/decoder_watch.h"
#include "telemetry/video/grants.h"
#include "telemetry/video/media_receiver.h"
#include "telemetry/video/path_choice.h"
#include "telemetry/video/pipeline.h"
#include "telemetry/video/rtp.h"
#include "telemetry/video/srtp.h"
#include "telemetry/video/udp_port.h"

namespace ems::video {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kRebuildPause{1000};
constexpr milliseconds kSilenceAfterExpiry{3000};
constexpr milliseconds kWaitMax{200};
constexpr milliseconds kLookInterval{200};
// As many pictures as wait before a decoder that stands, at the usual rate.
constexpr std::size_t kDecodingMax = 512;

// A picture on its way through the decoder.
struct Pushed {
    GstClockTime at{0}; // its time stamp there
    std::int64_t received_us{0};
    std::optional<CaptureMark> mark;
};

void push_at(GstElement* source, std::span<const std::uint8_t> packet, GstClockTime at) {
    GstBuffer* buffer = gst_buffer_new_memdup(packet.data(), packet.size());
    GST_BUFFER_PTS(buffer) = at;
    static_cast<void>(gst_app_src_push_buffer(GST_APP_SRC(source), buffer));
}

// Packets come in order and in pictures: MediaReceiver has waited for them already.
std::string description(std::uint32_t payload_type) {
    return fmt::format(
        "appsrc name=in is-live=true format=time max-bytes=2000000 "
        "leaky-type=downstream caps=\"{}\" ! "
        "rtph264depay name=depay request-keyframe=true wait-for-keyframe=true ! "
        "avdec_h264 max-threads=1 output-corrupt=false ! videoconvert n-threads=1 ! "
        "video/x-raw,format=BGRx ! appsink name=out sync=false max-buffers=1 drop=true",
        rtp_caps(payload_type));
}

class Receiver final : public VideoReceiver {
  public:
    Receiver(const VideoTicket& ticket, Endpoint server, const ReceiverGrant& grant, UdpPort port,
             OnPicture on_picture, JitterLimits jitter)
        : ticket_(ticket), server_(server), port_(std::move(port)),
          on_picture_(std::move(on_picture)), media_(grant, jitter) {
        if (ticket_.stream.port != 0) {
            line_.emplace([this] { port_.wake(); });
        }
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
    void tell();
    void look_after_path(Ticks now);
    void hear(std::span<std::uint8_t> datagram, PathChoice::Way way);
    bool send(std::span<const std::uint8_t> packet);
    void decode(Ticks now);
    void look_after_decoder(Ticks now);
    void start_over(const std::string& reason, Ticks now);
    Result<void> build();
    GstClockTime note_pushed(const std::vector<JitterBuffer::Packet>& picture, Ticks now);
    std::optional<Pushed> take_pushed(GstClockTime at);
    void show(GstSample* sample);

    const VideoTicket ticket_;
    const Endpoint server_;
    const UdpPort port_;
    std::optional<StreamLine> line_;
    const OnPicture on_picture_;

    // Of the receiver's own thread.
    MediaReceiver media_;
    PathChoice path_;
    DecoderWatch watch_;
    Ticks built_at_{};
    GstClockTime pushed_at_{0}; // time stamp of the newest picture
    std::optional<Ticks> rebuild_at_;

    std::atomic<bool> stopping_{false};
    std::atomic<bool> key_frame_wanted_{false};
    mutable std::mutex mutex_;
    ReceiverStats stats_;
    std::deque<Pushed> pushed_; // the oldest first

    // Last: its threads end before anything they use.
    std::unique_ptr<Pipeline> pipeline_;
    GstElement* input_{nullptr}; // of pipeline_
    std::thread thread_;
};

Result<void> Receiver::build() {
    pipeline_.reset();
    pushed_at_ = 0;
    {
        const std::lock_guard lock{mutex_};
        pushed_.clear();
    }
    auto made = Pipeline::parse(description(ticket_.payload_type));
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

// The decoder's thread is some pictures behind: what is known of one travels under its time stamp.
GstClockTime Receiver::note_pushed(const std::vector<JitterBuffer::Packet>& picture, Ticks now) {
    const Ticks arrived =
        std::max_element(picture.begin(), picture.end(), [](const auto& a, const auto& b) {
            return a.arrived_at < b.arrived_at;
        })->arrived_at;
    const auto ago = std::chrono::duration_cast<std::chrono::microseconds>(now - arrived);
    // `now` may be of before the decoder was built.
    const auto since = std::chrono::duration_cast<std::chrono::nanoseconds>(std::max(now, built_at_) - built_at_);
    pushed_at_ = std::max(static_cast<GstClockTime>(since.count()), pushed_at_ + 1);
    const std::lock_guard lock{mutex_};
    pushed_.push_back({pushed_at_, SystemClock{}.utc_us() - ago.count(), read_capture_mark(picture.back().bytes)});
    if (pushed_.size() > kDecodingMax) {
        pushed_.pop_front();
    }
    return pushed_at_;
}

// Those before it were not shown.
std::optional<Pushed> Receiver::take_pushed(GstClockTime at) {
    const std::lock_guard lock{mutex_};
    while (!pushed_.empty() && pushed_.front().at < at) {
        pushed_.pop_front();
    }
    return pushed_.empty() || pushed_.front().at != at ? std::nullopt : std::optional{pushed_.front()};
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
    const auto pushed = take_pushed(GST_BUFFER_PTS(gst_sample_get_buffer(sample)));
    picture.received_us = pushed ? pushed->received_us : SystemClock{}.utc_us();
    picture.mark = pushed ? pushed->mark : std::nullopt;
    {
        const std::lock_guard lock{mutex_};
        picture.number = ++stats_.pictures;
        stats_.last_picture_at = SystemClock{}.ticks();
    }
    on_picture_(picture);
    gst_video_frame_unmap(&frame);
}

void Receiver::tell() {
    const MediaReceiver::Figures& figures = media_.figures();
    const std::lock_guard lock{mutex_};
    stats_.packets = figures.packets;
    stats_.packets_lost = figures.packets_lost;
    stats_.packets_refused = figures.refused;
    stats_.packets_recovered = figures.recovered;
    stats_.packets_asked = figures.asked;
    stats_.bytes = figures.bytes;
    stats_.last_packet_at = figures.last_packet_at;
    stats_.heard_at = figures.heard_at;
    stats_.delay = figures.delay;
    stats_.round_trip = figures.round_trip;
    stats_.loss = figures.loss;
    stats_.uplink = figures.uplink;
    stats_.refused_encoding = figures.refused_encoding;
    stats_.recording = figures.recording;
}

void Receiver::look_after_path(Ticks now) {
    if (!line_) {
        return;
    }
    line_->is_up() ? path_.stream_is_up(now) : path_.stream_is_down();
    path_.tick(now);
    path_.wants_stream() ? line_->open(ticket_.stream) : line_->close();
    const std::lock_guard lock{mutex_};
    stats_.by_stream = path_.way() == PathChoice::Way::stream;
}

bool Receiver::send(std::span<const std::uint8_t> packet) {
    return path_.way() == PathChoice::Way::stream ? line_->send(packet)
                                                  : port_.send(server_, packet);
}

void Receiver::hear(std::span<std::uint8_t> datagram, PathChoice::Way way) {
    const Ticks now = SystemClock{}.ticks();
    media_.hear(datagram, now,
                [this](std::span<const std::uint8_t> packet) { return send(packet); });
    if (media_.figures().heard_at == now) {
        path_.heard(way, now);
    }
}

void Receiver::decode(Ticks now) {
    for (;;) {
        const std::vector<JitterBuffer::Packet> picture = media_.take_picture(now);
        if (picture.empty()) {
            return;
        }
        if (!pipeline_) {
            continue;
        }
        const GstClockTime at = note_pushed(picture, now);
        for (const JitterBuffer::Packet& packet : picture) {
            push_at(input_, packet.bytes, at);
        }
    }
}

void Receiver::start_over(const std::string& reason, Ticks now) {
    EMS_LOG(warn, "video", "decoder starts over ssrc={:08x} reason={}", ticket_.ssrc, reason);
    pipeline_.reset();
    rebuild_at_ = now + kRebuildPause;
}

void Receiver::look_after_decoder(Ticks now) {
    std::optional<std::string> error;
    if (pipeline_) {
        const Pipeline::Words words = pipeline_->poll();
        error = words.ended ? std::optional<std::string>{"end of stream"} : words.error;
    }
    const ReceiverStats seen = stats();
    const auto once = [](Ticks at) { return at == Ticks{} ? std::nullopt : std::optional{at}; };
    const bool stalled =
        watch_.is_stalled(built_at_, once(seen.last_packet_at), once(seen.last_picture_at), now);
    if (!error && pipeline_ && stalled) {
        error = "packets but no picture";
    }
    if (error) {
        start_over(*error, now);
    } else if (media_.take_restart()) { // numbers and time stamps begin anew
        EMS_LOG(info, "video", "stream ssrc={:08x} comes from another server process",
                ticket_.ssrc);
        rebuild_at_ = now;
    }
    if (rebuild_at_ && now >= *rebuild_at_) {
        rebuild_at_.reset();
        media_.want_key_frame();
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
    const MediaReceiver::Send to_server = [this](std::span<const std::uint8_t> packet) {
        return send(packet);
    };
    Ticks look_at{};
    path_.begin(SystemClock{}.ticks());
    bool ended = false;
    while (!stopping_) {
        const Ticks now = SystemClock{}.ticks();
        if (now >= look_at) {
            look_after_decoder(now);
            look_after_path(now);
            ended = stats().ended;
            look_at = now + kLookInterval;
        }
        if (key_frame_wanted_.exchange(false)) {
            media_.want_key_frame();
        }
        if (!ended) {
            media_.tick(now, to_server);
        }
        decode(now);
        tell();
        const auto wait =
            ended ? kWaitMax : std::chrono::ceil<milliseconds>(media_.next_due() - now);
        if (const auto size = port_.receive(buffer, std::clamp(wait, milliseconds{1}, kWaitMax))) {
            hear(std::span{buffer}.first(*size), PathChoice::Way::udp);
        }
        while (const auto size = line_ ? line_->take(buffer) : std::nullopt) {
            hear(std::span{buffer}.first(*size), PathChoice::Way::stream);
        }
        if (media_.restarted()) {
            look_at = SystemClock{}.ticks(); // before its first picture is decoded
        }
    }
    pipeline_.reset();
}

} // namespace

Result<void> VideoReceiver::prepare() {
    constexpr std::uint32_t kAnyPayloadType = 96;
    auto made = Pipeline::parse(description(kAnyPayloadType));
    if (!made) {
        return Failure{std::move(made).error()};
    }
    return {};
}

Result<std::unique_ptr<VideoReceiver>>
VideoReceiver::open(const VideoTicket& ticket, OnPicture on_picture, JitterLimits jitter) {
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
    const ReceiverGrant grant{ticket.ssrc, ticket.viewer_ssrc,
                              static_cast<std::uint8_t>(ticket.payload_type), *srtp, *srtcp};
    auto receiver = std::make_unique<Receiver>(ticket, *server, grant, std::move(*port),
                                               std::move(on_picture), jitter);
    EMS_TRY(receiver->begin());
    return receiver;
}

} // namespace ems::video
