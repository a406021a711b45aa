#include "console/widgets/video_grants.h"

#include "console/widgets/words.h"

#include <algorithm>

#include <QLocale>

namespace ems::console {
namespace {

constexpr std::int64_t kSecondUs = 1'000'000;
constexpr std::int64_t kRetryUs = 3 * kSecondUs;
// Longer than a fail-over or a stall of the database, with tries to spare.
constexpr std::int64_t kRenewBeforeUs = 60 * kSecondUs;
constexpr std::int64_t kCamerasAgainUs = 5 * kSecondUs;

} // namespace

VideoGrants::VideoGrants(Desk& desk, QObject* parent) : QObject(parent), desk_(desk) {
    connect(&desk_, &Desk::ticked, this, &VideoGrants::keep);
    connect(&desk_, &Desk::answeredBehind, this, &VideoGrants::take);
}

void VideoGrants::setWatching(bool looked_at) {
    if (watching_ != looked_at) {
        watching_ = looked_at;
        left_us_ = desk_.localUs();
        keep();
    }
}

void VideoGrants::end(const CameraChannel& channel) {
    if (ended_.size() < kEndedMax) { // beyond: it ends by its time
        ended_.push_back(channel);
    }
}

void VideoGrants::tellEnd(const CameraChannel& channel) {
    api::ClientFrame frame;
    frame.mutable_watch_video()->set_unit_id(channel.unit_id);
    frame.mutable_watch_video()->set_camera(channel.camera);
    frame.mutable_watch_video()->set_stop(true);
    desk_.askBehind(std::move(frame));
}

void VideoGrants::leave() {
    bool held_any = false;
    for (auto& [channel, held] : held_) {
        if (held.asked_us != 0) {
            tellEnd(channel);
            held = {};
            held_any = true;
        }
    }
    if (held_any) {
        emit changed();
    }
}

void VideoGrants::want(const std::vector<CameraChannel>& channels) {
    std::erase_if(held_, [&](const auto& held) {
        const bool wanted = std::find(channels.begin(), channels.end(), held.first) != channels.end();
        if (!wanted && held.second.asked_us != 0) {
            end(held.first);
        }
        return !wanted;
    });
    for (const CameraChannel& channel : channels) {
        if (held_.size() < kTilesMax) {
            held_.try_emplace(channel);
        }
    }
    keep();
}

void VideoGrants::tell(const CameraChannel& channel, MediaServer server) {
    const auto it = held_.find(channel);
    if (it == held_.end() || !it->second.grant || !desk_.isLive()) {
        return;
    }
    if (server == MediaServer::heard) {
        it->second.patience.heard(desk_.localUs());
    } else if (it->second.patience.silent(desk_.localUs())) {
        it->second.is_dead = true;
    }
}

const api::VideoGrant* VideoGrants::grant(const CameraChannel& channel) const {
    const auto it = held_.find(channel);
    return it == held_.end() || !it->second.grant ? nullptr : &*it->second.grant;
}

QString VideoGrants::refusal(const CameraChannel& channel) const {
    const auto it = held_.find(channel);
    return it == held_.end() ? QString{} : it->second.refusal;
}

void VideoGrants::keep() {
    if (!desk_.isLive()) {
        return;
    }
    // Before what is asked for anew: the centre takes one after the other.
    for (const CameraChannel& channel : ended_) {
        tellEnd(channel);
    }
    ended_.clear();
    const std::int64_t now = desk_.localUs();
    if (!watching_) {
        if (now - left_us_ >= kLeftUs) {
            leave();
        }
        return;
    }
    if (now - cameras_asked_us_ >= kCamerasAgainUs) {
        api::ClientFrame which;
        which.mutable_get_cameras();
        cameras_request_ = desk_.askBehind(std::move(which));
        cameras_asked_us_ = now;
    }
    for (auto& [channel, held] : held_) {
        const bool ends = held.grant && desk_.state().server_us(now) > held.grant->expires_us() - kRenewBeforeUs;
        if ((held.grant && !ends && !held.is_dead) || now - held.asked_us < kRetryUs) {
            continue;
        }
        if (held.is_dead) {
            tellEnd(channel); // its place is another's
        }
        api::ClientFrame frame;
        frame.mutable_watch_video()->set_unit_id(channel.unit_id);
        frame.mutable_watch_video()->set_camera(channel.camera);
        held.request = desk_.askBehind(std::move(frame));
        held.asked_us = now;
        held.is_dead = false;
    }
}

void VideoGrants::take(const api::ServerFrame& frame) {
    if (frame.has_cameras() && frame.reply_to() == cameras_request_) {
        sending_ = frame.cameras();
        emit camerasChanged();
        return;
    }
    for (auto& [channel, held] : held_) {
        const bool answers = frame.has_video_grant() && frame.video_grant().unit_id() == channel.unit_id &&
                             frame.video_grant().camera() == channel.camera;
        if (answers) {
            held.grant = frame.video_grant();
            held.patience.begin(desk_.localUs());
            held.refusal.clear();
            emit changed();
            return;
        }
        if (frame.has_error() && held.request != 0 && frame.reply_to() == held.request) {
            const bool zh = QLocale().language() == QLocale::Chinese;
            held.refusal = qs(zh ? frame.error().text_zh() : frame.error().text_en());
            held.request = 0;
            emit changed();
            return;
        }
    }
}

} // namespace ems::console
