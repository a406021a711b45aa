// How much of the uplink the cameras of one vehicle may use, and in what form each may send: the
// bit rate controller of video. One budget for the vehicle, since its cameras share one link: the
// rate is found once, from the reports on all of them, and divided evenly, so that no camera
// starves another. What a camera has no use for goes to the others.
//
// The rate (video.md section 3.3; a report comes each 200 ms):
//     a queue of more than 30 ms that stands through four reports, or of more than 300 ms, or
//     loss > 8 %                             x 0.7, then at rest until the queue had time to drain
//     else, when what was allowed is used or
//     a camera does not send all pictures    + 5 %/s, and 10 kbit/s a second where that is more
//     no report for a second while sending   x 0.7 each second
// After a silence it goes on from half of what was allowed before. A server that never sent a
// report is one that sends none: each camera then gets what it wants. Loss is loss before
// retransmission. A decrease starts from what the server really received where that is less than
// what was allowed. Vitals, alarms and positions are never held back for video: they queue in the
// same link, so their delay is this delay, and the budget leaves them what it gives up; the agent
// says so as well when they wait (vitals_wait()).
//
// The form of a camera follows its share, by the ladder of its picture (video_ladder.h). A better
// form is taken only when the share was 1.3 times its threshold, or all the camera wants, for 3 s,
// so that a link at a threshold does not make the picture jump; a worse one at once.
//
// Pure: time and reports are handed in. One thread at a time.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "telemetry/base/clock.h"
#include "telemetry/video/link_report.h"
#include "vehicle/agent/video_ladder.h"

namespace ems::vehicle {

struct VideoShare {
    std::uint32_t bitrate_kbit{0}; // of the encoder's output, without packet overhead
    PictureForm form{PictureForm::full};
    bool operator==(const VideoShare&) const = default;
};

class VideoBudget {
  public:
    struct Limits {
        double start_kbit{600}; // at 640 x 360; more with the largest picture that is wanted
        double least_kbit{24}; // of one camera: stills of 9 kB
    };
    explicit VideoBudget(std::size_t cameras) : VideoBudget(cameras, Limits{}) {}
    VideoBudget(std::size_t cameras, Limits limits);

    // What the camera takes, once, before it sends; 640 x 360 at 15 a second where nothing is said.
    void takes(std::size_t camera, const CameraPicture& picture);
    // The camera has a session and wants at most this much; 0: it sends nothing.
    void wants(std::size_t camera, std::uint32_t kbit, Ticks now);
    // On the camera's session. One that is not newer than the last is ignored.
    void report(std::size_t camera, const video::LinkReport& report, Ticks now);
    // Records that go before video waited for the link.
    void vitals_wait(Ticks now);
    // Every 200 ms or so.
    void tick(Ticks now);

    [[nodiscard]] VideoShare share(std::size_t camera) const { return cameras_.at(camera).share; }
    [[nodiscard]] double rate_kbit() const { return rate_kbit_; }
    // Nothing spoke against more for a while: who comes behind video may use the link, too.
    [[nodiscard]] bool has_room(Ticks now) const;

  private:
    static constexpr std::size_t kStandingReports = 4;
    struct Camera {
        double wanted_kbit{0};
        std::optional<std::uint16_t> number; // of the last report
        std::uint32_t media_ssrc{0};
        double received_kbit{0}; // mean of about a second
        double received_now_kbit{0};
        std::array<double, kStandingReports> queue_ms{}; // of the last reports, the newest last
        VideoShare share;
        VideoLadder ladder{CameraPicture{}};
        std::optional<Ticks> better_since;
    };
    void decrease(double from_kbit, std::chrono::milliseconds rest, Ticks now);
    void divide(Ticks now);
    void choose_form(Camera& camera, double kbit, Ticks now);
    [[nodiscard]] double start_kbit() const;
    [[nodiscard]] double wanted_kbit() const;
    [[nodiscard]] double received_kbit() const;
    [[nodiscard]] double received_now_kbit() const;
    static double standing_ms(const Camera& camera);

    const Limits limits_;
    std::vector<Camera> cameras_;
    double rate_kbit_;
    Ticks rest_until_{};
    Ticks raised_at_{};
    Ticks decreased_at_{};
    Ticks heard_at_{};
    bool reports_come_{false};
    double before_silence_kbit_{0};
};

} // namespace ems::vehicle
