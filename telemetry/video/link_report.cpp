#include "telemetry/video/link_report.h"

#include <algorithm>
#include <limits>

namespace ems::video {
namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr std::uint8_t kFirstByte = 0x81;
constexpr std::uint8_t kApplication = 204;
constexpr std::uint32_t kName = 0x454D'534C; // "EMSL"
constexpr std::uint32_t kUnknown = 0xFFFF'FFFF;

template <class To> To clamped(std::int64_t value) {
    return static_cast<To>(std::clamp<std::int64_t>(value, std::numeric_limits<To>::min(),
                                                    std::numeric_limits<To>::max()));
}

std::uint16_t clamped16(std::uint64_t value) {
    return static_cast<std::uint16_t>(std::min<std::uint64_t>(value, 0xFFFF));
}

} // namespace

std::array<std::uint8_t, kLinkReportSize> make_link_report(std::uint32_t sender_ssrc,
                                                           const LinkReport& report) {
    std::array<std::uint8_t, kLinkReportSize> out{};
    out[0] = kFirstByte;
    out[1] = kApplication;
    write_u16(out, 2, kLinkReportSize / 4 - 1);
    write_u32(out, 4, sender_ssrc);
    write_u32(out, 8, kName);
    write_u32(out, 12, report.media_ssrc);
    write_u16(out, 16, report.number);
    write_u16(out, 18, clamped<std::uint16_t>(report.interval.count()));
    write_u16(out, 20, report.expected);
    write_u16(out, 22, report.lost);
    write_u16(out, 24, report.recovered);
    write_u16(out, 26, report.given_up);
    write_u32(out, 28, report.rate_kbit);
    write_u32(out, 32,
              report.rtt ? std::min(clamped<std::uint32_t>(report.rtt->count()), kUnknown - 1)
                         : kUnknown);
    write_u32(out, 36, clamped<std::uint32_t>(report.queue_delay.count()));
    write_u32(out, 40, static_cast<std::uint32_t>(report.queue_gradient_us_per_s));
    return out;
}

std::optional<LinkReport> parse_link_report(std::span<const std::uint8_t> packet) {
    if (packet.size() < kLinkReportSize || packet[0] != kFirstByte || packet[1] != kApplication ||
        read_u32(packet, 8) != kName || 4 + 4U * read_u16(packet, 2) != packet.size()) {
        return std::nullopt;
    }
    LinkReport report;
    report.media_ssrc = read_u32(packet, 12);
    report.number = read_u16(packet, 16);
    report.interval = milliseconds{read_u16(packet, 18)};
    report.expected = read_u16(packet, 20);
    report.lost = read_u16(packet, 22);
    report.recovered = read_u16(packet, 24);
    report.given_up = read_u16(packet, 26);
    report.rate_kbit = read_u32(packet, 28);
    if (const std::uint32_t rtt_us = read_u32(packet, 32); rtt_us != kUnknown) {
        report.rtt = microseconds{rtt_us};
    }
    report.queue_delay = microseconds{read_u32(packet, 36)};
    report.queue_gradient_us_per_s = static_cast<std::int32_t>(read_u32(packet, 40));
    if (report.lost > report.expected) {
        return std::nullopt;
    }
    return report;
}

void LinkMeter::received(const RtpView& packet, std::size_t bytes, Ticks now) {
    bytes_ += bytes;
    ++received_;
    if (!highest_) {
        highest_ = packet.seq;
        highest_reported_ = *highest_ - 1U; // this one is expected
        sample(packet.timestamp, now);
        return;
    }
    const std::int32_t ahead = seq_distance(packet.seq, static_cast<std::uint16_t>(*highest_));
    if (ahead <= 0) {
        return;
    }
    *highest_ += static_cast<std::uint32_t>(ahead);
    // Only the first packet of a picture: those behind it wait for each other, not for the link.
    if (packet.timestamp != *timestamp_) {
        sample(packet.timestamp, now);
    }
}

void LinkMeter::retransmitted(std::size_t bytes, Copy copy) {
    bytes_ += bytes;
    recovered_ += copy == Copy::first ? 1U : 0U;
}

void LinkMeter::sample(std::uint32_t timestamp, Ticks now) {
    const Transit::Sample sample = transit_.sample(timestamp, now);
    if (sample.restarted) {
        sampled_ = reported_sample_ = 0;
    }
    timestamp_ = timestamp;
    samples_[sampled_ % kSamplesMax] = {now, sample.us};
    ++sampled_;
}

std::int32_t LinkMeter::gradient(Ticks now) const {
    const std::size_t first = sampled_ > kSamplesMax ? sampled_ - kSamplesMax : 0;
    double count = 0;
    double x_mean = 0;
    double y_mean = 0;
    const auto each = [&](auto&& take) {
        for (std::size_t i = first; i < sampled_; ++i) {
            const Sample& it = samples_[i % kSamplesMax];
            if (now - it.at <= kGradientWindow) {
                take(std::chrono::duration<double>(it.at - now).count(),
                     static_cast<double>(it.transit_us - transit_.fastest_us()));
            }
        }
    };
    each([&](double x, double y) {
        ++count;
        x_mean += x;
        y_mean += y;
    });
    if (count < 3) {
        return 0;
    }
    x_mean /= count;
    y_mean /= count;
    double above = 0;
    double below = 0;
    each([&](double x, double y) {
        above += (x - x_mean) * (y - y_mean);
        below += (x - x_mean) * (x - x_mean);
    });
    // Samples of a burst after a hold lie on one spot and tell no slope.
    return below < 1e-4 ? 0
                        : clamped<std::int32_t>(
                              static_cast<std::int64_t>(std::clamp(above / below, -1e9, 1e9)));
}

LinkReport LinkMeter::report(std::optional<microseconds> rtt, Ticks now) {
    LinkReport out;
    out.media_ssrc = media_ssrc_;
    out.number = number_++;
    const auto interval =
        duration_cast<milliseconds>(reported_at_ ? now - *reported_at_ : kLinkReportInterval);
    out.interval = std::clamp(interval, milliseconds{1}, milliseconds{0xFFFF});
    const std::uint32_t expected = highest_ ? *highest_ - highest_reported_ : 0;
    out.expected = clamped16(expected);
    out.lost = clamped16(
        std::min<std::uint64_t>(out.expected, expected > received_ ? expected - received_ : 0));
    out.recovered = clamped16(recovered_);
    out.given_up = clamped16(given_up_);
    out.rate_kbit =
        clamped<std::uint32_t>(static_cast<std::int64_t>(bytes_ * 8) / out.interval.count());
    out.rtt = rtt;
    if (sampled_ > reported_sample_) {
        const std::size_t first =
            std::max(reported_sample_, sampled_ > kSamplesMax ? sampled_ - kSamplesMax : 0);
        std::int64_t sum = 0;
        for (std::size_t i = first; i < sampled_; ++i) {
            sum += samples_[i % kSamplesMax].transit_us - transit_.fastest_us();
        }
        queue_delay_us_ = sum / static_cast<std::int64_t>(sampled_ - first);
    }
    out.queue_delay = microseconds{clamped<std::uint32_t>(queue_delay_us_)};
    out.queue_gradient_us_per_s = sampled_ > 0 ? gradient(now) : 0;
    reported_at_ = now;
    highest_reported_ = highest_.value_or(0);
    received_ = recovered_ = given_up_ = bytes_ = 0;
    reported_sample_ = sampled_;
    return out;
}

} // namespace ems::video
