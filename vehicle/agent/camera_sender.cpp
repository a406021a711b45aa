#include "vehicle/agent/camera_sender.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "telemetry/seal/random.h"
#include "telemetry/video/rtp.h"
#include "telemetry/video/srtp.h"

namespace ems::vehicle {
namespace {

using video::Endpoint;
using video::MediaKey;

constexpr std::uint32_t kBitrateMinKbit = 100;
constexpr std::uint32_t kBitrateMaxKbit = 8000;
constexpr std::uint32_t kBitrateUsualKbit = 600;
// The server gives another session before; one that it never renews ends here.
constexpr std::uint64_t kSessionPacketsMax = (std::uint64_t{1} << 31) + (std::uint64_t{1} << 24);

} // namespace

Result<CameraSender::Sending> CameraSender::admit(const wire::MediaSession& session) {
    const auto server = Endpoint::parse(session.host(), session.port());
    const auto media = MediaKey::from_bytes(session.srtp_key());
    const auto feedback = MediaKey::from_bytes(session.srtcp_key());
    if (!server || !media || !feedback) {
        return Failure{!server ? server.error() : !media ? media.error() : feedback.error()};
    }
    if (session.ssrc() == 0 || (session.ssrc() & 1U) != 0 || session.payload_type() > 127) {
        return fail(Code::invalid_argument, "SSRC or payload type is not usable");
    }
    const std::uint32_t bitrate =
        session.bitrate_kbit() == 0
            ? kBitrateUsualKbit
            : std::clamp(session.bitrate_kbit(), kBitrateMinKbit, kBitrateMaxKbit);
    // Starting in the lower half: the receiver's first packet then tells the wrap count for certain
    // (RFC 3711 3.3.1).
    const std::string random = seal::random_bytes(2);
    const auto seq = static_cast<std::uint16_t>(
        ((static_cast<unsigned char>(random[0]) << 8) | static_cast<unsigned char>(random[1])) &
        0x7FFF);
    video::StreamTarget stream;
    stream.host = session.host();
    stream.port = static_cast<std::uint16_t>(session.tls_port() <= 65'535 ? session.tls_port() : 0);
    stream.name = session.tls_name();
    return Sending{session.session_id(),
                   *server,
                   std::move(stream),
                   bitrate,
                   0,
                   std::make_unique<video::MediaSender>(
                       *media, *feedback, session.ssrc(),
                       static_cast<std::uint8_t>(session.payload_type()), seq)};
}

video::MediaSender::Send CameraSender::to(const Endpoint& server) const {
    return [this, server](std::span<const std::uint8_t> packet) {
        video::StreamLine* const line = line_;
        return line != nullptr ? line->send(packet) : port_.send(server, packet);
    };
}

Result<bool> CameraSender::start(const wire::MediaSession& session) {
    {
        const std::lock_guard lock{mutex_};
        if (sending_ && sending_->session_id == session.session_id()) {
            return false;
        }
    }
    auto admitted = admit(session);
    if (!admitted) {
        return Failure{std::move(admitted).error()};
    }
    const std::lock_guard lock{mutex_};
    sending_ = std::move(*admitted);
    return true;
}

void CameraSender::stop() {
    const std::lock_guard lock{mutex_};
    sending_.reset();
}

std::optional<std::uint32_t> CameraSender::bitrate_kbit() const {
    const std::lock_guard lock{mutex_};
    return sending_ ? std::optional{sending_->bitrate_kbit} : std::nullopt;
}

void CameraSender::send(std::span<const std::uint8_t> packet,
                        const std::optional<video::CaptureMark>& mark) {
    const auto view = video::parse_rtp(packet);
    if (!view) {
        return;
    }
    const Ticks now = SystemClock{}.ticks();
    if (rebase_.exchange(false)) {
        // Go on from the last picture by the time that passed.
        const auto passed =
            std::chrono::duration_cast<std::chrono::microseconds>(now - timestamp_at_);
        const auto ticks = static_cast<std::uint32_t>(passed.count() * 9 / 100);
        timestamp_offset_ = timestamp_sent_ + std::max(ticks, 1U) - view->timestamp;
    }
    timestamp_sent_ = view->timestamp + timestamp_offset_;
    timestamp_at_ = now;

    const std::lock_guard lock{mutex_};
    if (!sending_ || sending_->packets >= kSessionPacketsMax) {
        return;
    }
    ++sending_->packets;
    const auto of_last = view->marker ? mark : std::nullopt;
    if (sending_->sender->send(packet, timestamp_sent_, now, to(sending_->server), of_last) &&
        view->marker) {
        ++frames_sent_;
    }
}

void CameraSender::probe() {
    const std::lock_guard lock{mutex_};
    if (sending_) {
        sending_->sender->probe(SystemClock{}.ticks(), to(sending_->server));
    }
}

void CameraSender::probe_by_udp() {
    const std::lock_guard lock{mutex_};
    if (sending_) {
        sending_->sender->probe(SystemClock{}.ticks(),
                                [this](std::span<const std::uint8_t> packet) {
                                    return port_.send(sending_->server, packet);
                                });
    }
}

void CameraSender::tell_rest() {
    const std::lock_guard lock{mutex_};
    if (sending_) {
        sending_->sender->probe(SystemClock{}.ticks(), to(sending_->server),
                                video::RecordingState::off);
    }
}

std::optional<video::StreamTarget> CameraSender::stream_target() const {
    const std::lock_guard lock{mutex_};
    return sending_ && sending_->stream.port != 0 ? std::optional{sending_->stream} : std::nullopt;
}

std::optional<video::MediaSender::Heard> CameraSender::hear(std::span<std::uint8_t> datagram) {
    const std::lock_guard lock{mutex_};
    if (!sending_) {
        return std::nullopt;
    }
    return sending_->sender->hear(datagram, SystemClock{}.ticks(), to(sending_->server));
}

} // namespace ems::vehicle
