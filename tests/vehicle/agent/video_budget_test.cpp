// The bit rate controller on a simulated link: a queue that drains at the link's rate, key frames
// that come in bursts, reports a round trip old.
#include "vehicle/agent/video_budget.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <functional>
#include <random>

#include <gtest/gtest.h>

namespace ems::vehicle {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kStep{10};
constexpr double kOverhead = 1.07;

class Link {
  public:
    explicit Link(std::size_t cameras) : budget(cameras), meters_(cameras), numbers_(cameras) {
        now += seconds{1000};
    }
    // Runs for `span`; `each_step` sees every 10 ms.
    void run(
        seconds span, const std::function<void()>& each_step = [] {}) {
        for (const Ticks end = now + span; now < end; now += kStep, ++steps_) {
            send();
            drain();
            report();
            if (steps_ % 20 == 0) {
                budget.tick(now);
            }
            each_step();
        }
    }
    [[nodiscard]] double queue_ms() const { return queue_kbit_ / link_kbit * 1000; }
    [[nodiscard]] double carried_kbit() const { return carried_kbit_; } // ever, in kbit
    [[nodiscard]] double sent_kbit(std::size_t camera) const { return meters_[camera].sent_ever; }

    VideoBudget budget;
    Ticks now{};
    double link_kbit{1000};
    double wanted_kbit{4000}; // of each camera
    double scene_kbit{1e9};   // more than this the picture does not need
    double other_kbit{0};     // vitals and all else that goes the same way
    double random_loss{0};
    double buffer_ms{1500}; // what the link queues at most
    bool reports_come{true};

  private:
    struct Meter {
        double sent_ever{0};
        double arrived{0}; // kbit since the last report
        double lost{0};
        double sent{0};
    };
    struct Under {
        Ticks due;
        std::size_t camera;
        video::LinkReport report;
    };

    void send() {
        const double step_s = std::chrono::duration<double>(kStep).count();
        for (std::size_t i = 0; i < meters_.size(); ++i) {
            budget.wants(i, static_cast<std::uint32_t>(wanted_kbit), now);
            const VideoShare share = budget.share(i);
            // A key frame each 2 s takes a fifth of them, within 100 ms.
            const bool key = (steps_ + 37 * static_cast<int>(i)) % 200 < 10;
            const double of_step = std::min<double>(share.bitrate_kbit, scene_kbit) * kOverhead *
                                   step_s * (key ? 0.2 * 20 + 0.8 : 0.8);
            meters_[i].sent_ever += of_step;
            meters_[i].sent += of_step;
            const double room = buffer_ms / 1000 * link_kbit - queue_kbit_;
            const double lost = std::max(of_step - std::max(room, 0.0), random_loss * of_step);
            meters_[i].lost += lost;
            queue_kbit_ += of_step - lost;
            in_queue_.push_back({i, of_step - lost});
        }
        queue_kbit_ += other_kbit * step_s;
        in_queue_.push_back({meters_.size(), other_kbit * step_s});
    }
    void drain() {
        double room = link_kbit * std::chrono::duration<double>(kStep).count();
        while (room > 1e-9 && !in_queue_.empty()) {
            auto& [camera, kbit] = in_queue_.front();
            const double taken = std::min(room, kbit);
            room -= taken;
            kbit -= taken;
            queue_kbit_ = std::max(queue_kbit_ - taken, 0.0);
            if (camera < meters_.size()) {
                meters_[camera].arrived += taken;
                carried_kbit_ += taken;
            }
            if (kbit <= 1e-9) {
                in_queue_.pop_front();
            }
        }
    }
    void report() {
        if (steps_ % 20 == 10) {
            queue_was_ms_.push_back(queue_ms());
            if (queue_was_ms_.size() > 5) {
                queue_was_ms_.pop_front();
            }
            for (std::size_t i = 0; i < meters_.size(); ++i) {
                Meter& meter = meters_[i];
                video::LinkReport report;
                report.media_ssrc = static_cast<std::uint32_t>(256 * (i + 1));
                report.number = ++numbers_[i];
                report.interval = milliseconds{200};
                report.expected = static_cast<std::uint16_t>(meter.sent / 9.2 + 10);
                report.lost = static_cast<std::uint16_t>(
                    meter.sent > 0 ? report.expected * meter.lost / meter.sent : 0);
                report.rate_kbit = static_cast<std::uint32_t>(meter.arrived / 0.2);
                report.rtt = milliseconds{60};
                report.queue_delay = milliseconds{static_cast<int>(queue_ms())};
                report.queue_gradient_us_per_s = static_cast<std::int32_t>(
                    1000 * (queue_was_ms_.back() - queue_was_ms_.front()));
                meter.arrived = meter.lost = meter.sent = 0;
                if (reports_come) {
                    reports_.push_back({now + milliseconds{60}, i, report});
                }
            }
        }
        while (!reports_.empty() && reports_.front().due <= now) {
            budget.report(reports_.front().camera, reports_.front().report, now);
            reports_.pop_front();
        }
    }

    std::mt19937 random_;
    std::vector<Meter> meters_;
    std::vector<std::uint16_t> numbers_;
    double queue_kbit_{0};
    double carried_kbit_{0};
    std::deque<std::pair<std::size_t, double>> in_queue_;
    std::deque<double> queue_was_ms_;
    std::deque<Under> reports_;
    int steps_{0};
};

TEST(VideoBudget, UsesMostOfASteadyLinkAndQueuesLittle) {
    for (const double kbit : {100.0, 160.0, 250.0, 400.0, 700.0, 1200.0, 2500.0, 5000.0}) {
        Link link{1};
        link.link_kbit = kbit;
        link.wanted_kbit = 6000;
        link.run(seconds{90});
        const double before = link.carried_kbit();
        int long_for = 0;
        int longest = 0;
        link.run(seconds{60}, [&] {
            long_for = link.queue_ms() > 300 ? long_for + 1 : 0;
            longest = std::max(longest, long_for);
        });
        EXPECT_GE((link.carried_kbit() - before) / 60, 0.6 * kbit) << kbit;
        EXPECT_LE(longest * kStep, seconds{1}) << kbit << " kbit/s: more than 300 ms of queue";
    }
}

TEST(VideoBudget, ALinkThatFallsIsLeftToDrainAndOneThatComesBackIsUsed) {
    for (std::uint32_t seed = 1; seed <= 20; ++seed) {
        std::mt19937 random{seed};
        std::uniform_real_distribution<double> exponent{std::log(200.0), std::log(5000.0)};
        Link link{1};
        link.link_kbit = std::exp(exponent(random));
        link.run(seconds{80});
        const double low = std::max(100.0, link.link_kbit / 4);
        const double high = link.link_kbit;
        link.link_kbit = low;
        link.run(seconds{8});
        int long_for = 0;
        int longest = 0;
        link.run(seconds{30}, [&] {
            long_for = link.queue_ms() > 300 ? long_for + 1 : 0;
            longest = std::max(longest, long_for);
        });
        EXPECT_LE(longest * kStep, seconds{1}) << "seed " << seed << " " << high << "->" << low;
        link.link_kbit = high;
        link.run(seconds{80});
        const double before = link.carried_kbit();
        link.run(seconds{30});
        EXPECT_GE((link.carried_kbit() - before) / 30, 0.6 * std::min(high, 4000.0))
            << "seed " << seed;
    }
}

TEST(VideoBudget, CamerasOfAVehicleShareItEvenly) {
    Link link{3};
    link.link_kbit = 1500;
    link.run(seconds{60});
    const double before[] = {link.sent_kbit(0), link.sent_kbit(1), link.sent_kbit(2)};
    link.run(seconds{60});
    const double first = link.sent_kbit(0) - before[0];
    for (std::size_t i = 1; i < 3; ++i) {
        EXPECT_NEAR((link.sent_kbit(i) - before[i]) / first, 1.0, 0.05);
    }
    EXPECT_GE(3 * first / 60, 0.6 * 1500);
}

TEST(VideoBudget, WhatOneCameraDoesNotWantGoesToTheOther) {
    VideoBudget budget{2, {.start_kbit = 1000}};
    const Ticks now = Ticks{} + seconds{100};
    budget.report(0, {}, now);
    budget.wants(0, 100, now);
    budget.wants(1, 2000, now);
    EXPECT_EQ(budget.share(0).bitrate_kbit, 100U);
    EXPECT_NEAR(budget.share(1).bitrate_kbit, 830, 10);
    budget.wants(0, 0, now);
    EXPECT_NEAR(budget.share(1).bitrate_kbit, 930, 10);
}

TEST(VideoBudget, TakesWhatVitalsLeave) {
    Link link{1};
    link.link_kbit = 600;
    link.other_kbit = 350;
    link.run(seconds{60});
    double worst_ms = 0;
    link.run(seconds{60}, [&] { worst_ms = std::max(worst_ms, link.queue_ms()); });
    EXPECT_LE(worst_ms, 500);
    const double rate = link.budget.rate_kbit();
    link.budget.vitals_wait(link.now + seconds{4});
    EXPECT_LE(link.budget.rate_kbit(), 0.71 * rate);
}

TEST(VideoBudget, WhatWaitsWhileNoCameraSendsTakesNothingFromThePicturesOfTheNextCase) {
    Link link{1};
    link.run(seconds{60});
    const double rate = link.budget.rate_kbit();
    const VideoShare share = link.budget.share(0);
    link.budget.wants(0, 0, link.now);
    for (int hour = 0; hour < 12; ++hour) {
        link.now += std::chrono::hours{1};
        link.budget.vitals_wait(link.now);
        link.budget.tick(link.now);
    }
    link.budget.wants(0, 4000, link.now);
    EXPECT_EQ(link.budget.rate_kbit(), rate);
    EXPECT_EQ(link.budget.share(0), share);
}

TEST(VideoBudget, RandomLossBelowEightPercentIsNoReasonToShrink) {
    Link link{1};
    link.link_kbit = 2000;
    link.random_loss = 0.05;
    link.run(seconds{60});
    EXPECT_GE(link.budget.rate_kbit(), 1000);
    link.random_loss = 0.15;
    link.run(seconds{10});
    EXPECT_LE(link.budget.rate_kbit(), 500);
}

TEST(VideoBudget, AQuietSceneComesBackFromStillPicturesAndNoFurther) {
    Link link{1};
    link.run(seconds{20});
    link.random_loss = 0.3;
    link.run(seconds{30});
    ASSERT_EQ(link.budget.share(0).form, PictureForm::still);
    link.random_loss = 0;
    link.scene_kbit = 5;
    link.run(seconds{90});
    EXPECT_EQ(link.budget.share(0).form, PictureForm::full);
    EXPECT_LE(link.budget.rate_kbit(), 350) << "what was not used proves nothing";
}

TEST(VideoBudget, FallsThroughFormsToStillPicturesAndClimbsBackSlowly) {
    VideoBudget budget{1, {.start_kbit = 300}};
    Ticks now = Ticks{} + seconds{100};
    budget.wants(0, 1000, now);
    budget.report(0, {}, now);
    EXPECT_EQ(budget.share(0).form, PictureForm::full);
    std::vector<PictureForm> seen;
    for (int i = 0; i < 200; ++i) { // no other report comes
        now += milliseconds{200};
        budget.tick(now);
        if (seen.empty() || seen.back() != budget.share(0).form) {
            seen.push_back(budget.share(0).form);
        }
    }
    EXPECT_EQ(seen, (std::vector{PictureForm::full, PictureForm::frames_12, PictureForm::frames_5,
                                 PictureForm::small, PictureForm::still}));
    EXPECT_GE(budget.rate_kbit(), 24) << "a still picture always goes out";
    Link link{1};
    link.link_kbit = 60;
    link.run(seconds{30});
    EXPECT_GE(link.budget.share(0).form, PictureForm::small);
    link.link_kbit = 3000;
    int changes = 0;
    PictureForm form = link.budget.share(0).form;
    link.run(seconds{60}, [&] {
        changes += link.budget.share(0).form != form ? 1 : 0;
        form = link.budget.share(0).form;
    });
    EXPECT_EQ(form, PictureForm::full);
    EXPECT_LE(changes, 4) << "each step once";
}

TEST(VideoBudget, AThresholdDoesNotMakeThePictureJump) {
    Link link{1};
    link.link_kbit = 230;
    link.run(seconds{60});
    int changes = 0;
    PictureForm form = link.budget.share(0).form;
    link.run(seconds{60}, [&] {
        changes += link.budget.share(0).form != form ? 1 : 0;
        form = link.budget.share(0).form;
    });
    EXPECT_LE(changes, 8) << "in a minute";
}

TEST(VideoBudget, AServerThatSendsNoReportsGetsWhatItAskedFor) {
    VideoBudget budget{1};
    Ticks now = Ticks{} + seconds{100};
    for (int i = 0; i < 100; ++i) {
        now += milliseconds{200};
        budget.wants(0, 1500, now);
        budget.tick(now);
    }
    EXPECT_NEAR(budget.share(0).bitrate_kbit, 1500, 1);
}

TEST(VideoBudget, AfterAnOutageThePictureIsBackWithinSeconds) {
    Link link{1};
    link.link_kbit = 2000;
    link.run(seconds{60});
    const double before = link.budget.rate_kbit();
    link.reports_come = false;
    link.run(seconds{30});
    EXPECT_EQ(link.budget.share(0).form, PictureForm::still);
    link.reports_come = true;
    link.run(seconds{5});
    EXPECT_GE(link.budget.rate_kbit(), 0.45 * before);
    EXPECT_EQ(link.budget.share(0).form, PictureForm::full);
}

TEST(VideoBudget, AnOldReportIsNoNews) {
    VideoBudget budget{1};
    const Ticks now = Ticks{} + seconds{100};
    budget.wants(0, 1000, now);
    video::LinkReport report;
    report.number = 7;
    report.rate_kbit = 600;
    budget.report(0, report, now);
    const double rate = budget.rate_kbit();
    report.expected = 100;
    report.lost = 50;
    budget.report(0, report, now);
    report.number = 6;
    budget.report(0, report, now);
    EXPECT_EQ(budget.rate_kbit(), rate);
    report.number = 8;
    budget.report(0, report, now);
    EXPECT_LT(budget.rate_kbit(), rate);
}

} // namespace
} // namespace ems::vehicle
