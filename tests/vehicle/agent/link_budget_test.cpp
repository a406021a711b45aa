// The backlog's budget on a model of the uplink: one queue that is served at a rate, a way back,
// losses that hold up what follows them, outages.
#include "vehicle/agent/link_budget.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>
#include <queue>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace ems::vehicle {
namespace {

using namespace std::chrono_literals;
using Rate = std::function<double(double now_s)>; // bytes/s; 0: nothing gets through

struct Link {
    Rate rate;
    double way_s{0.03}; // each way
    double loss{0};     // of 1,400 byte packets; each holds the queue up for 200 ms
    std::uint64_t seed{1};
};

struct Outcome {
    double live_p50_s{0};
    double live_p95_s{0};
    double backlog_bytes{0};
    double in_queue_most{0}; // bytes of the backlog
    double estimate{0};
};

// Positions and vitals each second, ECG five times a second: 5 kB/s, as a watched vehicle sends it.
class Simulation {
  public:
    Simulation(Link link, double seconds, std::optional<LinkBudget::Limits> backlog)
        : link_(std::move(link)), random_(link_.seed), seconds_(seconds) {
        if (backlog) {
            budget_.emplace(*backlog);
            budget_->link_up(at(0));
        }
    }

    Outcome run(double from_s) {
        for (long step = 0; now_ < seconds_; ++step) {
            now_ = static_cast<double>(step) * kStepS;
            serve();
            const auto phase = static_cast<long>(37 * link_.seed); // to the bursts
            if ((step + phase) % 1'000 == 0) {
                push({.bytes = 120, .live = true, .sent = now_});
                push({.bytes = 150, .live = true, .sent = now_});
            }
            if ((step + phase) % 200 == 0) {
                push({.bytes = 950, .live = true, .sent = now_});
            }
            if (budget_ && (step % 100 == 0 || receipt_now_)) {
                burst();
            }
            receipt_now_ = false;
        }
        Outcome out;
        std::vector<double> delays;
        for (const auto& [sent, delay] : live_) {
            if (sent >= from_s) {
                delays.push_back(delay);
            }
        }
        std::sort(delays.begin(), delays.end());
        out.live_p50_s = delays.at(delays.size() / 2);
        out.live_p95_s = delays.at(delays.size() * 95 / 100);
        for (const auto& [sent, bytes] : carried_) {
            out.backlog_bytes += sent >= from_s ? bytes : 0;
        }
        out.in_queue_most = in_queue_most_;
        out.estimate = budget_ ? budget_->link_bytes_per_s() : 0;
        return out;
    }

  private:
    static constexpr double kStepS = 0.001;
    struct Packet {
        double bytes{0};
        bool live{false};
        double sent{0};
    };
    static Ticks at(double seconds) {
        return Ticks{
            std::chrono::duration_cast<Ticks::duration>(std::chrono::duration<double>{seconds})};
    }
    void push(Packet packet) {
        queue_.push(packet);
        in_queue_ += packet.live ? 0 : packet.bytes;
        in_queue_most_ = std::max(in_queue_most_, in_queue_);
    }
    void serve() {
        while (!receipts_.empty() && receipts_.front() <= now_) {
            receipts_.pop();
            receipt_now_ = true;
            budget_->received(at(now_));
        }
        double bytes = now_ < held_until_ ? 0 : link_.rate(now_) * kStepS;
        while (bytes > 0 && !queue_.empty()) {
            Packet& packet = queue_.front();
            const double taken = std::min(bytes, packet.bytes - served_);
            bytes -= taken;
            served_ += taken;
            if (served_ + 1e-9 < packet.bytes) {
                return;
            }
            served_ = 0;
            const double packets = std::ceil(packet.bytes / 1'400);
            if (std::uniform_real_distribution<double>{0, 1}(random_) < link_.loss * packets) {
                held_until_ = now_ + 0.2;
                bytes = 0;
            }
            const double arrived = std::max(now_, held_until_) + link_.way_s;
            if (packet.live) {
                live_.emplace_back(packet.sent, arrived - packet.sent);
            } else {
                carried_.emplace_back(packet.sent, packet.bytes);
                in_queue_ -= packet.bytes;
                receipts_.push(arrived + link_.way_s);
            }
            queue_.pop();
        }
    }
    void burst() {
        while (budget_->may_send(at(now_))) {
            const std::size_t bytes = budget_->message_bytes_max();
            push({.bytes = static_cast<double>(bytes), .live = false, .sent = now_});
            budget_->sent(bytes, LinkBudget::Receipt::expected, at(now_));
        }
        budget_->end_burst();
    }

    const Link link_;
    std::mt19937_64 random_;
    const double seconds_;
    std::optional<LinkBudget> budget_;
    double now_{0};
    double served_{0};
    double held_until_{0};
    double in_queue_{0};
    double in_queue_most_{0};
    bool receipt_now_{false};
    std::queue<Packet> queue_;
    std::queue<double> receipts_;
    std::vector<std::pair<double, double>> live_;
    std::vector<std::pair<double, double>> carried_;
};

constexpr double kWarmS = 15;
constexpr double kRunS = 75;

Outcome with_backlog(const Link& link, double from_s = kWarmS, double run_s = kRunS) {
    return Simulation{link, run_s, LinkBudget::Limits{.most = 4e6}}.run(from_s);
}
Outcome without(const Link& link, double from_s = kWarmS, double run_s = kRunS) {
    return Simulation{link, run_s, std::nullopt}.run(from_s);
}
Rate constant(double bytes_per_s) {
    return [bytes_per_s](double /*now_s*/) { return bytes_per_s; };
}

class SteadyLink : public testing::TestWithParam<std::pair<double, double>> {}; // bytes/s, loss

TEST_P(SteadyLink, TheBacklogTakesAThirdAndTheLiveLaneHardlyFeelsIt) {
    const auto [rate, loss] = GetParam();
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        const Link link{constant(rate), 0.03, loss, seed};
        const Outcome busy = with_backlog(link);
        const Outcome idle = without(link);
        EXPECT_LE(busy.live_p50_s, 1.5 * idle.live_p50_s) << "seed " << seed;
        const double share = busy.backlog_bytes / (kRunS - kWarmS) / rate;
        const double least = std::max(0.3, 8'000 / rate); // 8 kB/s are more of a slow link
        EXPECT_GE(share, 0.25) << "seed " << seed << " estimate " << busy.estimate;
        EXPECT_LE(share, 1.1 * least) << "seed " << seed << " estimate " << busy.estimate;
    }
}

INSTANTIATE_TEST_SUITE_P(Rates, SteadyLink,
                         testing::Values(std::pair{20e3, 0.0}, std::pair{200e3, 0.0},
                                         std::pair{2e6, 0.0}));

// What a lost packet holds up is time in which the link carries nothing, too.
class LossyLink : public testing::TestWithParam<std::pair<double, double>> {};

TEST_P(LossyLink, TheBudgetShrinksWithTheLinkAndNeverStops) {
    const auto [rate, loss] = GetParam();
    const Link link{constant(rate), 0.03, loss, 5};
    const Outcome busy = with_backlog(link);
    const Outcome idle = without(link);
    EXPECT_LE(busy.live_p50_s, 1.5 * idle.live_p50_s);
    const double share = busy.backlog_bytes / (kRunS - kWarmS) / rate;
    EXPECT_LE(share, std::max(0.33, 1.1 * 8'000 / rate));
    EXPECT_GE(busy.backlog_bytes / (kRunS - kWarmS), std::min(5'000.0, 0.1 * rate));
}

INSTANTIATE_TEST_SUITE_P(Rates, LossyLink,
                         testing::Values(std::pair{20e3, 0.01}, std::pair{200e3, 0.01},
                                         std::pair{200e3, 0.03}, std::pair{2e6, 0.01}));

TEST(LinkBudget, ALinkThatGrowsSlowIsNeverGivenMoreThanOneBurst) {
    const Link link{[](double now_s) { return now_s < 30 ? 2e6 : 20e3; }};
    const Outcome busy = with_backlog(link, 36, 90);
    const Outcome idle = without(link, 36, 90);
    EXPECT_LE(busy.in_queue_most, 65'536 + 32'768) << "no standing queue before the live lane";
    EXPECT_LE(busy.live_p50_s, 1.5 * idle.live_p50_s);
    EXPECT_NEAR(busy.estimate, 20e3, 8e3);
}

TEST(LinkBudget, ALinkThatGrowsFastIsFoundByProbing) {
    const Link link{[](double now_s) { return now_s < 30 ? 20e3 : 2e6; }};
    const Outcome busy = with_backlog(link, 45, 90);
    EXPECT_GE(busy.backlog_bytes / 45, 0.25 * 2e6);
}

TEST(LinkBudget, AVaryingLinkKeepsItsLiveLane) {
    const Link link{[](double now_s) { return 30e3 + 270e3 * std::pow(std::sin(now_s / 9), 2); }};
    const Outcome busy = with_backlog(link);
    const Outcome idle = without(link);
    EXPECT_LE(busy.live_p50_s, 1.5 * idle.live_p50_s);
    EXPECT_GE(busy.backlog_bytes / (kRunS - kWarmS), 0.2 * 165e3) << "of the mean";
}

TEST(LinkBudget, AfterAnOutageWithinTheLinkTheBacklogGoesOn) {
    const Link link{[](double now_s) { return now_s > 30 && now_s < 50 ? 0 : 200e3; }};
    const Outcome busy = with_backlog(link, 55, 90);
    const Outcome idle = without(link, 55, 90);
    EXPECT_LE(busy.in_queue_most, 65'536 + 32'768);
    EXPECT_LE(busy.live_p50_s, 1.5 * idle.live_p50_s);
    EXPECT_GE(busy.backlog_bytes / 35, 0.2 * 200e3);
}

TEST(LinkBudget, AVerySlowLinkIsNotGivenTheLeastBudgetWhole) {
    const Link link{constant(12e3)}; // 5 of them live
    const Outcome busy = with_backlog(link);
    EXPECT_LE(busy.backlog_bytes / (kRunS - kWarmS), 0.52 * 12e3);
}

TEST(LinkBudget, TheCeilingHolds) {
    const Link link{constant(2e6)};
    const Outcome busy = Simulation{link, kRunS, LinkBudget::Limits{.most = 64'000}}.run(kWarmS);
    EXPECT_LE(busy.backlog_bytes / (kRunS - kWarmS), 66'000);
    EXPECT_GE(busy.backlog_bytes / (kRunS - kWarmS), 58'000);
}

Ticks at_ms(std::int64_t ms) {
    return Ticks{std::chrono::milliseconds{ms}};
}

// One burst of four messages whose receipts come `spread_ms` apart.
void one_burst(LinkBudget& budget, std::int64_t& now_ms, std::int64_t spread_ms) {
    while (!budget.may_send(at_ms(now_ms))) {
        now_ms += 10;
    }
    int messages = 0;
    do {
        budget.sent(1'000, LinkBudget::Receipt::expected, at_ms(now_ms));
        ++messages;
    } while (budget.may_send(at_ms(now_ms)));
    budget.end_burst();
    now_ms += 60;
    for (; messages > 0; --messages) {
        budget.received(at_ms(now_ms));
        now_ms += spread_ms;
    }
}

TEST(LinkBudget, BacksOffWhenHeartbeatsAreReceiptedLaterAndRecovers) {
    LinkBudget budget{{}};
    budget.link_up(at_ms(0));
    std::int64_t now_ms = 0;
    for (int i = 0; i < 30; ++i) {
        one_burst(budget, now_ms, 5); // 200 kB/s
        budget.beat_delay(400ms, at_ms(now_ms));
    }
    const double before = budget.bytes_per_s();
    EXPECT_NEAR(before, 60e3, 10e3);
    for (int i = 0; i < 5; ++i) {
        now_ms += 1'000;
        budget.beat_delay(2s, at_ms(now_ms));
    }
    EXPECT_LT(budget.bytes_per_s(), 0.3 * before);
    for (int i = 0; i < 30; ++i) {
        one_burst(budget, now_ms, 5);
        budget.beat_delay(400ms, at_ms(now_ms));
    }
    EXPECT_NEAR(budget.bytes_per_s(), before, 0.2 * before);
}

// What makes them late is not the backlog, and nothing but a burst could raise the estimate again.
TEST(LinkBudget, SlowReceiptsWithoutABacklogCostItNothing) {
    LinkBudget budget{{}};
    budget.link_up(at_ms(0));
    std::int64_t now_ms = 0;
    for (int i = 0; i < 30; ++i) {
        one_burst(budget, now_ms, 5);
        budget.beat_delay(400ms, at_ms(now_ms));
    }
    const double before = budget.link_bytes_per_s();
    now_ms += 5'000;
    for (int i = 0; i < 120; ++i) {
        now_ms += 1'000;
        budget.beat_delay(2s, at_ms(now_ms));
    }
    EXPECT_EQ(budget.link_bytes_per_s(), before);
}

TEST(LinkBudget, HoweverSlowABurstWasTheNextGoesOutWithinSeconds) {
    LinkBudget budget{{}};
    budget.link_up(at_ms(0));
    std::int64_t now_ms = 0;
    for (int i = 0; i < 10; ++i) {
        one_burst(budget, now_ms, 9'000);
    }
    const std::int64_t free_ms = now_ms;
    while (!budget.may_send(at_ms(now_ms)) && now_ms < free_ms + 60'000) {
        now_ms += 10;
    }
    EXPECT_LE(now_ms - free_ms, 3'000);
}

TEST(LinkBudget, AMessageBeyondTheBurstDoesNotMakeTheLinkSeemSlow) {
    LinkBudget budget{{}};
    budget.link_up(at_ms(0));
    std::int64_t now_ms = 0;
    for (int i = 0; i < 30; ++i) {
        one_burst(budget, now_ms, 5);
    }
    const double before = budget.link_bytes_per_s();
    for (int i = 0; i < 30; ++i) {
        one_burst(budget, now_ms, 5);
        now_ms += 900;
        budget.sent(200, LinkBudget::Receipt::expected, at_ms(now_ms));
        now_ms += 60;
        budget.received(at_ms(now_ms));
    }
    EXPECT_NEAR(budget.link_bytes_per_s(), before, 0.05 * before);
}

TEST(LinkBudget, BacksOffWhenTheFirstReceiptComesLate) {
    LinkBudget budget{{}};
    budget.link_up(at_ms(0));
    std::int64_t now_ms = 0;
    for (int i = 0; i < 30; ++i) {
        one_burst(budget, now_ms, 5);
    }
    const double before = budget.link_bytes_per_s();
    while (!budget.may_send(at_ms(now_ms))) {
        now_ms += 10;
    }
    budget.sent(1'000, LinkBudget::Receipt::expected, at_ms(now_ms));
    budget.end_burst();
    budget.received(at_ms(now_ms + 1'500));
    EXPECT_LT(budget.link_bytes_per_s(), 0.8 * before);
}

TEST(LinkBudget, ReceiptsThatNeverComeStopTheBacklogForHalfAMinuteOnly) {
    LinkBudget budget{{}};
    budget.link_up(at_ms(0));
    EXPECT_FALSE(budget.may_send(at_ms(0))) << "nothing is earned yet";
    ASSERT_TRUE(budget.may_send(at_ms(100)));
    budget.sent(1'000, LinkBudget::Receipt::expected, at_ms(100));
    budget.end_burst();
    EXPECT_FALSE(budget.may_send(at_ms(20'000)));
    EXPECT_TRUE(budget.may_send(at_ms(31'000)));
}

// Receipts have no names: those of a burst that was given up are told from later ones by their
// number alone.
TEST(LinkBudget, ReceiptsThatNeverComeCostOneBurstMoreAndNotEveryLaterOne) {
    LinkBudget budget{{}};
    budget.link_up(at_ms(0));
    std::int64_t now_ms = 0;
    for (int i = 0; i < 10; ++i) {
        one_burst(budget, now_ms, 5);
    }
    while (!budget.may_send(at_ms(now_ms))) {
        now_ms += 10;
    }
    for (int i = 0; i < 2; ++i) { // without receipts for ever
        budget.sent(1'000, LinkBudget::Receipt::expected, at_ms(now_ms));
    }
    budget.end_burst();
    one_burst(budget, now_ms, 5);
    const std::int64_t second_ms = now_ms;
    for (int i = 0; i < 10; ++i) {
        one_burst(budget, now_ms, 5);
    }
    EXPECT_LE(now_ms - second_ms, 40'000);
    EXPECT_GE(budget.link_bytes_per_s(), 50e3);
}

TEST(LinkBudget, ReceiptsThatComeAfterAllDoNotMeasureALaterBurst) {
    LinkBudget budget{{}};
    budget.link_up(at_ms(0));
    ASSERT_TRUE(budget.may_send(at_ms(100)));
    for (int i = 0; i < 2; ++i) {
        budget.sent(1'000, LinkBudget::Receipt::expected, at_ms(100));
    }
    budget.end_burst();
    ASSERT_TRUE(budget.may_send(at_ms(31'000)));
    const double before = budget.link_bytes_per_s();
    for (int i = 0; i < 2; ++i) {
        budget.sent(1'000, LinkBudget::Receipt::expected, at_ms(31'000));
    }
    budget.end_burst();
    budget.received(at_ms(31'010));
    budget.received(at_ms(31'010));
    EXPECT_EQ(budget.link_bytes_per_s(), before);
    EXPECT_FALSE(budget.may_send(at_ms(31'020))) << "its own are still under way";
    budget.received(at_ms(31'060));
    budget.received(at_ms(31'070));
    EXPECT_GT(budget.link_bytes_per_s(), before);
}

} // namespace
} // namespace ems::vehicle
