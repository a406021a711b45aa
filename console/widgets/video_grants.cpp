#include "console/widgets/video_grants.h"

#include "console/widgets/words.h"

#include <algorithm>

#include <QLocale>

namespace ems::console {
namespace {

constexpr std::int64_t kSecondUs = 1'000'000;
constexpr std::int64_t kRetryUs = 3 * kSecondUs;
constexpr std::int64_t kRenewBeforeUs = 5 * kSecondUs;
constexpr std::int64_t kCamerasAgainUs = 5 * kSecondUs;

} // namespace

VideoGrants::VideoGrants(Desk& desk, QObject* parent) : QObject(parent), desk_(desk) {
    connect(&desk_, &Desk::ticked, this, &VideoGrants::keep);
    connect(&desk_, &Desk::answeredBehind, this, &VideoGrants::take);
}

void VideoGrants::setWatching(bool looked_at) {
    if (watching_ != looked_at) {
        watching_ = looked_at;
        keep();
    }
}

void VideoGrants::want(const std::vector<CameraChannel>& channels) {
    std::erase_if(held_, [&](const auto& held) {
        return std::find(channels.begin(), channels.end(), held.first) == channels.end();
    });
    for (const CameraChannel& channel : channels) {
        if (held_.size() < kTilesMax) {
            held_.try_emplace(channel);
        }
    }
    keep();
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
    if (!watching_ || !desk_.isLive()) {
        return;
    }
    const std::int64_t now = desk_.localUs();
    if (now - cameras_asked_us_ >= kCamerasAgainUs) {
        api::ClientFrame which;
        which.mutable_get_cameras();
        cameras_request_ = desk_.askBehind(std::move(which));
        cameras_asked_us_ = now;
    }
    for (auto& [channel, held] : held_) {
        const bool ends = held.grant && desk_.state().server_us(now) > held.grant->expires_us() - kRenewBeforeUs;
        if ((held.grant && !ends) || now - held.asked_us < kRetryUs) {
            continue;
        }
        api::ClientFrame frame;
        frame.mutable_watch_video()->set_unit_id(channel.unit_id);
        frame.mutable_watch_video()->set_camera(channel.camera);
        held.request = desk_.askBehind(std::move(frame));
        held.asked_us = now;
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
