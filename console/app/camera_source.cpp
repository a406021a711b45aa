#include "console/app/camera_source.h"

#include "telemetry/base/log.h"

#include <chrono>
#include <utility>

#include <QLocale>

namespace ems::console {
namespace {

constexpr std::chrono::seconds kHeardFor{3};

video::VideoTicket ticket_of(const api::VideoGrant& grant, const video::StreamFiles& files) {
    video::VideoTicket ticket;
    ticket.host = grant.host();
    ticket.port = static_cast<std::uint16_t>(grant.port());
    ticket.ssrc = grant.ssrc();
    ticket.viewer_ssrc = grant.viewer_ssrc();
    ticket.payload_type = grant.payload_type();
    ticket.srtp_key = grant.srtp_key();
    ticket.srtcp_key = grant.srtcp_key();
    ticket.expires_us = grant.expires_us();
    ticket.stream = video::stream_target(grant.host(), grant.tls_port(), grant.tls_name(), files);
    return ticket;
}

QString problem_text(const Error& error) {
    const bool zh = QLocale().language() == QLocale::Chinese;
    const std::string_view text = zh ? code_text_zh(error.code) : code_text_en(error.code);
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

// Halves of both round trips, what waits in the vehicle's uplink beyond its fastest packet, and the jitter buffer.
std::optional<std::int64_t> delay_us(const video::ReceiverStats& stats) {
    if (!stats.round_trip) {
        return std::nullopt;
    }
    std::int64_t us = stats.round_trip->count() / 2 + std::chrono::microseconds{stats.delay}.count();
    if (stats.uplink && stats.uplink->rtt) {
        us += stats.uplink->rtt->count() / 2 + std::chrono::microseconds{stats.uplink->queue_delay}.count();
    }
    return us;
}

} // namespace

CameraSource::CameraSource(video::StreamFiles files)
    : CameraSource(std::move(files),
                   Maker{&video::VideoReceiver::prepare,
                         [](const video::VideoTicket& ticket, video::VideoReceiver::OnPicture on_picture) {
                             return video::VideoReceiver::open(ticket, std::move(on_picture));
                         }}) {}

CameraSource::CameraSource(video::StreamFiles files, Maker maker)
    : files_(std::move(files)), maker_(std::move(maker)), thread_([this] { run(); }) {}

CameraSource::~CameraSource() {
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    ordered_.notify_one();
    thread_.join();
}

void CameraSource::order(std::optional<video::VideoTicket> ticket) {
    {
        const std::lock_guard lock{mutex_};
        ++order_;
        ticket_ = std::move(ticket);
        newest_.reset();
        problem_.clear();
    }
    ordered_.notify_one();
}

void CameraSource::open(const api::VideoGrant& grant) {
    order(ticket_of(grant, files_));
}

void CameraSource::close() {
    order(std::nullopt);
}

void CameraSource::show(const video::Picture& picture, std::uint64_t order) {
    // copied: the pixels are the receiver's only for the length of this call
    QImage image = QImage{picture.pixels, picture.width, picture.height, picture.stride, QImage::Format_RGB32}.copy();
    const std::lock_guard lock{mutex_};
    if (order == order_) { // never a picture of the vehicle watched before
        newest_ = VideoPicture{std::move(image), picture.number, picture.received_us, picture.mark};
    }
}

void CameraSource::replace(std::unique_lock<std::mutex>& lock, const std::optional<video::VideoTicket>& ticket,
                           std::uint64_t order) {
    auto old = std::move(receiver_);
    lock.unlock();
    old.reset();
    std::unique_ptr<video::VideoReceiver> made;
    QString problem;
    if (ticket) {
        auto opened = maker_.open(*ticket, [this, order](const video::Picture& picture) { show(picture, order); });
        if (opened) {
            made = std::move(*opened);
        } else {
            EMS_LOG(warn, "video", "receiver not opened: {}", opened.error().message());
            problem = problem_text(opened.error());
        }
    }
    lock.lock();
    receiver_ = std::move(made);
    receiver_order_ = order;
    if (order == order_) {
        problem_ = std::move(problem);
    }
}

void CameraSource::run() {
    if (const auto ready = maker_.prepare(); !ready) {
        EMS_LOG(warn, "video", "no pictures can be shown: {}", ready.error().message());
    }
    std::unique_lock lock{mutex_};
    std::uint64_t done = 0;
    while (!stopping_) {
        if (done == order_) {
            ordered_.wait(lock);
            continue;
        }
        done = order_;
        const std::optional<video::VideoTicket> ticket = ticket_;
        replace(lock, ticket, done);
    }
    auto last = std::move(receiver_);
    lock.unlock();
}

std::optional<VideoPicture> CameraSource::take() {
    const std::lock_guard lock{mutex_};
    return std::exchange(newest_, std::nullopt);
}

VideoFigures CameraSource::figures() const {
    const std::lock_guard lock{mutex_};
    VideoFigures figures;
    figures.problem = problem_;
    if (receiver_) {
        const video::ReceiverStats stats = receiver_->stats();
        figures.packets = stats.packets;
        figures.lost = stats.packets_lost;
        figures.bytes = stats.bytes;
        figures.delay_us = delay_us(stats);
        figures.ended = stats.ended;
        figures.server_heard = stats.heard_at != Ticks{} && SystemClock{}.ticks() - stats.heard_at < kHeardFor;
        figures.by_tls = stats.by_stream;
        figures.refused_encoding = QString::fromStdString(stats.refused_encoding);
        if (receiver_order_ == order_) { // never the state of the camera watched before
            figures.recording = stats.recording;
        }
    }
    return figures;
}

} // namespace ems::console
