#include "console/app/voice_source.h"

#include "telemetry/base/log.h"

#include <utility>

namespace ems::console {

VoiceSource::VoiceSource(video::VoiceDevices devices, video::StreamFiles files)
    : devices_(std::move(devices)), files_(std::move(files)), thread_([this] { run(); }) {}

VoiceSource::~VoiceSource() {
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    wanted_.notify_one();
    thread_.join();
}

void VoiceSource::run() {
    {
        std::unique_lock lock{mutex_};
        wanted_.wait(lock, [this] { return stopping_ || asked_for_; });
        if (stopping_) {
            return;
        }
    }
    video::VoiceOptions options;
    options.side = video::Side::console;
    options.devices = devices_;
    auto made = video::VoiceEndpoint::make(std::move(options));
    const std::lock_guard lock{mutex_};
    if (!made) {
        EMS_LOG(warn, "voice", "no intercom at this desk: {}", made.error().message());
        problem_ = made.error().detail;
        return;
    }
    endpoint_ = std::move(*made);
    endpoint_->tell_clock(clock_);
    follow();
}

// With the mutex held.
void VoiceSource::follow() {
    if (!endpoint_) {
        return;
    }
    if (!ticket_) {
        endpoint_->leave();
    } else if (const auto joined = endpoint_->join(*ticket_); !joined) {
        EMS_LOG(warn, "voice", "line not joined: {}", joined.error().message());
        problem_ = joined.error().detail;
    }
}

void VoiceSource::open(const api::VoiceGrant& grant) {
    {
        const std::lock_guard lock{mutex_};
        ticket_ = video::VoiceTicket{grant.grant_id(),
                                     grant.host(),
                                     static_cast<std::uint16_t>(grant.port()),
                                     grant.up_ssrc(),
                                     grant.down_ssrc(),
                                     grant.up_key(),
                                     grant.down_key(),
                                     grant.expires_us(),
                                     video::stream_target(grant.host(), grant.tls_port(), grant.tls_name(), files_)};
        asked_for_ = true;
        follow();
    }
    wanted_.notify_one();
}

void VoiceSource::close() {
    const std::lock_guard lock{mutex_};
    ticket_.reset();
    follow();
}

void VoiceSource::press(video::Talk talk) {
    const std::lock_guard lock{mutex_};
    if (endpoint_) {
        endpoint_->press(talk);
    }
}

void VoiceSource::wish(video::LineWish line) {
    const std::lock_guard lock{mutex_};
    if (endpoint_) {
        endpoint_->wish(line);
    }
}

void VoiceSource::tell_clock(const video::MarkClock& clock) {
    const std::lock_guard lock{mutex_};
    clock_ = clock;
    if (endpoint_) {
        endpoint_->tell_clock(clock_);
    }
}

video::VoiceStatus VoiceSource::status() const {
    const std::lock_guard lock{mutex_};
    video::VoiceStatus status = endpoint_ ? endpoint_->status() : video::VoiceStatus{};
    if (!problem_.empty() && status.problem.empty()) {
        status.problem = problem_;
    }
    return status;
}

} // namespace ems::console
