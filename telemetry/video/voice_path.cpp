#include "telemetry/video/voice_path.h"

namespace ems::video {
namespace {

constexpr std::chrono::milliseconds kOver{1};

} // namespace

void VoicePath::join(const Endpoint& server, const StreamTarget& stream, Ticks now) {
    server_ = server;
    stream_ = stream;
    if (stream_.port != 0 && !line_) {
        line_.emplace([this] { port_.wake(); }, StreamLine::Carries::speech);
    }
    // Where UDP was silent a moment ago nobody waits for it again.
    const bool at_once = !joined_ && udp_was_silent_;
    choice_.begin(at_once ? now - PathChoice::kSilence - kOver : now);
    joined_ = true;
    follow(now);
}

void VoicePath::leave() {
    udp_was_silent_ = returns_ == Returns::never && by_stream();
    joined_ = false;
    choice_ = {};
    way_ = Way::udp;
    line_.reset();
}

bool VoicePath::follow(Ticks now) {
    if (!joined_ || !line_) {
        return false;
    }
    if (stream_.port == 0) {
        choice_ = {};
        line_->close();
    } else {
        line_->is_up() ? choice_.stream_is_up(now) : choice_.stream_is_down();
        choice_.tick(now);
        choice_.wants_stream() ? line_->open(stream_) : line_->close();
    }
    const bool changed = way_ != choice_.way();
    way_ = choice_.way();
    return changed;
}

bool VoicePath::take_udp_probe(Ticks now) {
    return returns_ == Returns::to_udp && choice_.take_udp_probe(now);
}

bool VoicePath::send(std::span<const std::uint8_t> packet) {
    return by_stream() ? line_->has_room_for_speech() && line_->send(packet) : send_by_udp(packet);
}

std::optional<std::size_t> VoicePath::take(std::span<std::uint8_t> into) {
    return line_ ? line_->take(into) : std::nullopt;
}

} // namespace ems::video
