#include "vehicle/agent/video_budget.h"

#include <algorithm>
#include <utility>

#include "telemetry/base/assert.h"

namespace ems::vehicle {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr double kDecrease = 0.7;
constexpr double kIncreasePerSecond = 0.05;
constexpr double kIncreaseLeastKbit = 10; // a second
constexpr double kLossMost = 0.08;
constexpr double kDelayMostMs = 30;
// A key frame is a burst that queues for a moment on any link; a queue that stands through this
// many reports is more than that. One so long is not waited for.
constexpr double kQueueMostMs = 300;
constexpr int kExpectedLeast = 10; // packets, for a loss to mean anything
constexpr seconds kReportWithin{1};
constexpr double kAfterSilence = 0.5; // of what was allowed before
constexpr seconds kBetterFor{3};
constexpr double kBetterBy = 1.3;
constexpr double kAllPart = 0.99; // of what a camera wants: the rest is rounding
constexpr seconds kRoomAfter{5};
constexpr milliseconds kRestLeast{400};
constexpr milliseconds kRestMost{3000};
// RTP, SRTP, UDP and IP on packets of 1150 bytes, and retransmissions of a link with a little loss.
constexpr double kPayloadPart = 0.93;

double seconds_of(Ticks::duration span) {
    return std::chrono::duration<double>(span).count();
}

} // namespace

VideoBudget::VideoBudget(std::size_t cameras, Limits limits)
    : limits_(limits), cameras_(cameras), rate_kbit_(limits.start_kbit) {}

void VideoBudget::takes(std::size_t camera, const CameraPicture& picture) {
    cameras_.at(camera).ladder = VideoLadder{picture};
}

// So that a larger picture does not begin with the forms of a poor link.
double VideoBudget::start_kbit() const {
    static const double usual_least_kbit = VideoLadder{CameraPicture{}}.least_kbit(PictureForm::full);
    double times = 1;
    for (const Camera& camera : cameras_) {
        if (camera.wanted_kbit > 0) {
            times = std::max(times, camera.ladder.least_kbit(PictureForm::full) / usual_least_kbit);
        }
    }
    return times * limits_.start_kbit;
}

double VideoBudget::wanted_kbit() const {
    double sum = 0;
    for (const Camera& camera : cameras_) {
        sum += camera.wanted_kbit;
    }
    return sum;
}

double VideoBudget::received_kbit() const {
    double sum = 0;
    for (const Camera& camera : cameras_) {
        sum += camera.wanted_kbit > 0 ? camera.received_kbit : 0;
    }
    return sum;
}

double VideoBudget::standing_ms(const Camera& camera) {
    return *std::min_element(camera.queue_ms.begin(), camera.queue_ms.end());
}

double VideoBudget::received_now_kbit() const {
    double sum = 0;
    for (const Camera& camera : cameras_) {
        sum += camera.wanted_kbit > 0 ? camera.received_now_kbit : 0;
    }
    return sum;
}

void VideoBudget::wants(std::size_t at, std::uint32_t kbit, Ticks now) {
    Camera& camera = cameras_.at(at);
    if (camera.wanted_kbit == 0 && kbit > 0) {
        camera.received_kbit = 0; // the first report has its second, too
        heard_at_ = std::max(heard_at_, now);
    }
    if (camera.wanted_kbit != kbit) {
        camera.wanted_kbit = kbit;
        if (!reports_come_) {
            rate_kbit_ = std::max(rate_kbit_, wanted_kbit() / kPayloadPart);
        }
        divide(now);
    }
}

void VideoBudget::decrease(double from_kbit, milliseconds rest, Ticks now) {
    const auto sending = static_cast<double>(
        std::count_if(cameras_.begin(), cameras_.end(),
                      [](const Camera& camera) { return camera.wanted_kbit > 0; }));
    rate_kbit_ = std::max(kDecrease * from_kbit, limits_.least_kbit * std::max(sending, 1.0));
    rest_until_ = now + std::clamp(rest, kRestLeast, kRestMost);
    decreased_at_ = now;
    raised_at_ = now;
    divide(now);
}

void VideoBudget::report(std::size_t at, const video::LinkReport& report, Ticks now) {
    Camera& camera = cameras_.at(at);
    if (camera.number && camera.media_ssrc == report.media_ssrc &&
        static_cast<std::int16_t>(static_cast<std::uint16_t>(report.number - *camera.number)) <=
            0) {
        return;
    }
    camera.number = report.number;
    camera.media_ssrc = report.media_ssrc;
    heard_at_ = now;
    if (!reports_come_) {
        reports_come_ = true;
        rate_kbit_ = std::min(rate_kbit_, start_kbit());
    }
    if (before_silence_kbit_ > 0) {
        rate_kbit_ = std::max(rate_kbit_, kAfterSilence * before_silence_kbit_);
        before_silence_kbit_ = 0;
    }
    // Key frames come in bursts: the mean of about a second.
    camera.received_kbit += 0.25 * (report.rate_kbit - camera.received_kbit);
    camera.received_now_kbit = report.rate_kbit;
    std::rotate(camera.queue_ms.begin(), camera.queue_ms.begin() + 1, camera.queue_ms.end());
    camera.queue_ms.back() = std::chrono::duration<double, std::milli>(report.queue_delay).count();
    if (camera.wanted_kbit == 0 || now < rest_until_) {
        return;
    }
    const bool queued = standing_ms(camera) > kDelayMostMs || camera.queue_ms.back() > kQueueMostMs;
    const bool lossy = report.expected >= kExpectedLeast && report.loss() > kLossMost;
    if (!queued && !lossy) {
        return;
    }
    // While a queue stands, what came through is what the link carries.
    const double received = queued ? received_now_kbit() : received_kbit();
    const double from = received > 0 ? std::min(rate_kbit_, received) : rate_kbit_;
    // The queue drains with the part of the link that is given up, and the report of that is a
    // round trip late.
    const double drain_ms = camera.queue_ms.back() / (1 - kDecrease);
    const auto rtt = report.rtt.value_or(milliseconds{200});
    decrease(from,
             std::chrono::duration_cast<milliseconds>(rtt) +
                 milliseconds{static_cast<std::int64_t>(drain_ms)},
             now);
}

void VideoBudget::vitals_wait(Ticks now) {
    // What nobody sends gives no way, and it would begin with stills behind a day at rest.
    if (now >= rest_until_ && wanted_kbit() > 0) {
        decrease(rate_kbit_, seconds{1}, now);
    }
}

void VideoBudget::tick(Ticks now) {
    const double wanted = wanted_kbit();
    if (wanted == 0) {
        raised_at_ = now;
        return;
    }
    if (!reports_come_) {
        rate_kbit_ = wanted / kPayloadPart;
        divide(now);
        return;
    }
    if (now - heard_at_ > kReportWithin) {
        before_silence_kbit_ = std::max(before_silence_kbit_, rate_kbit_);
        if (now >= rest_until_) {
            decrease(rate_kbit_, kReportWithin, now);
        }
        return;
    }
    const double passed = std::min(seconds_of(now - raised_at_), 1.0);
    raised_at_ = now;
    // What is not used proves nothing: a quiet scene must not open the way for a burst later. Up to
    // the best form of what it wants it may, since stills of a dark cabin would never use their share.
    const bool reduced = std::any_of(cameras_.begin(), cameras_.end(), [](const Camera& camera) {
        return camera.wanted_kbit > 0 &&
               camera.share.form > camera.ladder.form_for(camera.wanted_kbit);
    });
    const bool used = reduced || received_kbit() > 0.6 * std::min(rate_kbit_, wanted);
    const bool delayed = std::any_of(cameras_.begin(), cameras_.end(), [](const Camera& camera) {
        return camera.wanted_kbit > 0 && standing_ms(camera) > kDelayMostMs;
    });
    if (now >= rest_until_ && used && !delayed) {
        rate_kbit_ += passed * std::max(kIncreasePerSecond * rate_kbit_, kIncreaseLeastKbit);
        rate_kbit_ = std::min(rate_kbit_, wanted / kPayloadPart);
    }
    divide(now);
}

bool VideoBudget::has_room(Ticks now) const {
    return wanted_kbit() == 0 ||
           (now - decreased_at_ > kRoomAfter && now - heard_at_ <= kReportWithin);
}

// Evenly; what one does not want is divided among those that want more.
void VideoBudget::divide(Ticks now) {
    std::vector<Camera*> open;
    for (Camera& camera : cameras_) {
        if (camera.wanted_kbit > 0) {
            open.push_back(&camera);
        }
    }
    std::sort(open.begin(), open.end(),
              [](const Camera* a, const Camera* b) { return a->wanted_kbit < b->wanted_kbit; });
    double left = rate_kbit_ * kPayloadPart;
    for (std::size_t i = 0; i < open.size(); ++i) {
        const double even = left / static_cast<double>(open.size() - i);
        const double kbit = std::min(even, open[i]->wanted_kbit);
        left -= kbit;
        choose_form(*open[i], kbit, now);
    }
}

void VideoBudget::choose_form(Camera& camera, double kbit, Ticks now) {
    camera.share.bitrate_kbit = static_cast<std::uint32_t>(std::max(kbit, 1.0));
    // Who has all it wants gets no more by waiting.
    const bool has_all = kbit >= kAllPart * camera.wanted_kbit;
    const PictureForm fits = camera.ladder.form_for(kbit);
    const PictureForm fits_well = has_all ? fits : camera.ladder.form_for(kbit / kBetterBy);
    if (fits >= camera.share.form) {
        camera.share.form = fits;
    }
    if (fits_well >= camera.share.form) {
        camera.better_since.reset();
        return;
    }
    if (!camera.better_since) {
        camera.better_since = now;
    } else if (now - *camera.better_since >= kBetterFor) {
        camera.share.form = fits_well;
        camera.better_since.reset();
    }
}

} // namespace ems::vehicle
