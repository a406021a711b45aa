#include "vehicle/agent/camera_reach.h"

#include <utility>

#include "telemetry/base/log.h"

namespace ems::vehicle {

CameraReach::CameraReach(CameraSender& sender, const CameraOptions& options,
                         std::function<void()> wake)
    : sender_(sender), camera_(options.camera), certificates_(options.certificates),
      has_ring_(options.ring != nullptr), watch_(SystemClock{}.ticks()) {
    if (!certificates_.ca.empty()) {
        line_.emplace(std::move(wake));
    }
}

bool CameraReach::lets(const video::RtpView& packet) {
    const Room room = by_stream_ && !line_->has_room() ? Room::none : Room::there;
    return gate_.lets(packet, room);
}

void CameraReach::session(Ticks now) {
    watch_.session(now);
    path_.begin(now);
}

void CameraReach::stopped() {
    watch_.stopped();
}

void CameraReach::wake(Ticks now) {
    watch_.wake(now);
    path_.begin(now);
}

bool CameraReach::heard(const video::MediaSender::Heard& what, Way way, Ticks now) {
    path_.heard(way, now);
    if (!what.link && !what.answered) {
        return false;
    }
    const bool was_away = watch_.is_away();
    watch_.heard(now);
    if (was_away) {
        EMS_LOG(info, "camera", "camera={} is heard again", camera_);
        gate_.open();
    }
    return was_away;
}

void CameraReach::watch(Ticks now) {
    const bool was_away = watch_.is_away();
    watch_.tick(now);
    if (watch_.take_probe(now)) {
        sender_.probe();
    }
    if (watch_.take_key_frame(now)) {
        gate_.let_one_key_frame();
    }
    watch_.is_away() ? gate_.close() : gate_.open();
    if (watch_.is_away() && !was_away) {
        EMS_LOG(warn, "camera", "camera={} is not heard, its pictures are kept on board", camera_);
    }
}

void CameraReach::choose_way(Ticks now) {
    auto target = sender_.stream_target();
    if (!target) {
        line_->close();
        return;
    }
    line_->is_up() ? path_.stream_is_up(now) : path_.stream_is_down();
    path_.tick(now);
    if (path_.wants_stream()) {
        target->ca_file = certificates_.ca;
        target->certificate_file = certificates_.certificate;
        target->key_file = certificates_.key;
        line_->open(*target);
    } else {
        line_->close();
    }
    if (path_.take_udp_probe(now)) {
        sender_.probe_by_udp();
    }
    const bool by_stream = path_.way() == Way::stream;
    if (by_stream_.exchange(by_stream) != by_stream) {
        EMS_LOG(info, "camera", "camera={} leaves by {}", camera_, by_stream ? "TLS" : "UDP");
        sender_.leave_by(by_stream ? &*line_ : nullptr);
        key_frame_wanted_ = true;
    }
}

void CameraReach::tick(Ticks now) {
    if (line_) {
        choose_way(now);
    }
    if (has_ring_) {
        watch(now);
    }
}

std::optional<std::size_t> CameraReach::take(std::span<std::uint8_t> into) {
    return line_ ? line_->take(into) : std::nullopt;
}

} // namespace ems::vehicle
