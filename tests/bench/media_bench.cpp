// ems-bench-media: the relay of live video on loopback, behind the fault proxy of telemetry.
//   fanout     fanout_vs_sendmmsg, fanout_gso_vs_sendmmsg, full_cost_vs_sendmmsg
//   fleet      cameras_100x4_core_share
//   loss       bad_frames_5, _10, _20: worst of five seeds, loss in both directions of the uplink,
//              of the downlink, of both; also prints the loss table
//   table      the same losses on one hop by plain RTP and by SRT, no figure
//   join       first_picture_p95
//   outage     outage_recovery_max
//   latency    latency_over_floor_p99
//   drift      latency_drift, thirty minutes
//   kill       recording_loss_after_kill
// Prints "figure NAME VALUE" and what it is made of.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <poll.h>

#include "tests/bench/media_fanout.h"
#include "tests/bench/media_kill.h"
#include "tests/bench/media_loop.h"
#include "tests/bench/media_peers.h"
#include "tests/bench/statistics.h"

namespace {

using namespace ems;
using namespace std::chrono_literals;
using bench::LoopOptions;
using bench::MediaLoop;
using std::chrono::milliseconds;

constexpr unsigned kSeeds = 5;

void pause(milliseconds time) {
    poll(nullptr, 0, static_cast<int>(time.count()));
}

test::Faults way(double loss) {
    test::Faults faults;
    faults.delay = 30ms; // 60 ms of round trip on each hop
    faults.loss = loss;
    return faults;
}

void fanout() {
    constexpr std::size_t kRounds = 9;
    for (const std::size_t viewers : {1U, 2U, 4U}) {
        const bench::FanoutCost cost = bench::fanout_cost(viewers, 60, 45ms);
        std::printf("viewers %zu: sendmmsg %.0f ns, relay %.0f ns (%.2f), with UDP_SEGMENT %.0f ns "
                    "(%.2f) a packet\n",
                    viewers, cost.raw_ns, cost.plain_ns, cost.plain_ratio, cost.segmented_ns,
                    cost.segmented_ratio);
        if (viewers == 4) {
            std::printf("figure fanout_vs_sendmmsg %.3f\n", cost.plain_ratio);
            std::printf("figure fanout_gso_vs_sendmmsg %.3f\n", cost.segmented_ratio);
        }
    }
    const bench::FullCost full = bench::full_cost(4, kRounds, 600ms);
    std::printf("1500 packets/s to 4 viewers: sendmmsg %.0f ns, full relay %.0f ns a packet\n",
                full.raw_ns, full.full_ns);
    std::printf("figure full_cost_vs_sendmmsg %.3f\n", full.ratio);
}

void fleet() {
    const bench::FleetCost cost = bench::fleet_cost(100, 4, 8000ms);
    std::printf("100 cameras of 1 Mbit/s to 4 viewers each: %.0f KB kept a camera, %.1f KB a viewer, "
                "%.0f copies dropped\n",
                cost.memory_per_camera_kb, bench::viewer_bytes() / 1024, cost.dropped);
    std::printf("figure cameras_100x4_core_share %.1f\n", cost.core_percent);
}

// Share of pictures never shown intact.
double bad_share(const LoopOptions& options, milliseconds time, const char* name) {
    MediaLoop loop{options};
    loop.open_receiver();
    if (!loop.wait_shown(25, 15s)) {
        std::printf("%s seed %llu: no picture\n", name,
                    static_cast<unsigned long long>(options.seed));
        return 100;
    }
    pause(1s); // the round trip is known
    const Ticks from = SystemClock{}.ticks();
    pause(time);
    const Ticks until = SystemClock{}.ticks();
    pause(1s); // those on their way
    const auto result = loop.ledger().judge(from, until);
    const auto stats = loop.receiver();
    std::printf(
        "%s seed %llu: bad %.2f %% of %llu, repeated %llu, corrupted %llu, latency p50 %.0f "
        "p99 %.0f ms, buffer %lld ms, vehicle sent again %llu, viewer recovered %llu\n",
        name, static_cast<unsigned long long>(options.seed), result.bad_percent(),
        static_cast<unsigned long long>(result.made),
        static_cast<unsigned long long>(result.repeated),
        static_cast<unsigned long long>(result.corrupted), result.latency_p50_ms,
        result.latency_p99_ms, static_cast<long long>(stats.delay.count()),
        static_cast<unsigned long long>(loop.retransmitted()),
        static_cast<unsigned long long>(stats.packets_recovered));
    std::fflush(stdout);
    return result.bad_percent();
}

void loss(milliseconds time) {
    struct Case {
        const char* figure;
        double loss;
        milliseconds buffer;
    };
    for (const Case& it : {Case{"bad_frames_5", 0.05, 300ms}, Case{"bad_frames_10", 0.1, 300ms},
                           Case{"bad_frames_20", 0.2, 400ms}}) {
        double worst = 0;
        for (unsigned seed = 1; seed <= kSeeds; ++seed) {
            LoopOptions options;
            options.seed = seed;
            options.jitter = {150ms, it.buffer};
            options.uplink = way(it.loss);
            options.downlink = way(0);
            worst = std::max(
                worst, bad_share(options, time, (std::string{it.figure} + " uplink").c_str()));
            options.uplink = way(0);
            options.downlink = way(it.loss);
            worst = std::max(
                worst, bad_share(options, time, (std::string{it.figure} + " downlink").c_str()));
            options.uplink = way(it.loss);
            worst = std::max(worst,
                             bad_share(options, time, (std::string{it.figure} + " both").c_str()));
        }
        std::printf("figure %s %.3f\n", it.figure, worst);
        std::fflush(stdout);
    }
}

void table(milliseconds time) {
    struct Row {
        double loss;
        milliseconds buffer;
    };
    for (const Row& row : {Row{0.05, 300ms}, Row{0.1, 300ms}, Row{0.2, 400ms}}) {
        for (const auto& [peer, name] :
             {std::pair{bench::Peer::plain_rtp, "plain RTP"}, std::pair{bench::Peer::srt, "SRT"}}) {
            for (unsigned seed = 1; seed <= kSeeds; ++seed) {
                const double bad = bench::peer_bad_percent(peer, row.loss, row.buffer, seed, time);
                std::printf("%s, loss %.0f %%, buffer %lld ms, seed %u: bad %.2f %%\n", name,
                            100 * row.loss, static_cast<long long>(row.buffer.count()), seed, bad);
                std::fflush(stdout);
            }
        }
    }
}

// From the moment the viewer's first report can be at the server to the first picture shown.
void join() {
    LoopOptions options;
    options.uplink = options.downlink = way(0);
    MediaLoop loop{options};
    loop.open_receiver();
    if (!loop.wait_shown(25, 15s)) {
        std::printf("join: no picture\n");
        return;
    }
    std::vector<double> times;
    for (int i = 0; i < 40; ++i) {
        loop.close_receiver();
        pause(milliseconds{537 + i * 7}); // anywhere between two pictures; another request is due
        const std::size_t shown = loop.ledger().shown();
        loop.open_receiver();
        const Ticks opened = SystemClock{}.ticks();
        if (!loop.wait_shown(shown + 1, 5s)) {
            times.push_back(5000);
            continue;
        }
        const auto took = loop.ledger().last_shown_at() - opened;
        times.push_back(std::chrono::duration<double, std::milli>(took).count() - 30);
    }
    std::printf("first picture after the request reached the server: median %.0f ms\n",
                bench::quantile(times, 0.5));
    std::printf("figure first_picture_p95 %.1f\n", bench::quantile(times, 0.95));
}

void outage() {
    double worst = 0;
    for (const bool uplink : {true, false}) {
        for (unsigned seed = 1; seed <= kSeeds; ++seed) {
            LoopOptions options;
            options.seed = seed;
            options.uplink = options.downlink = way(0);
            MediaLoop loop{options};
            loop.open_receiver();
            if (!loop.wait_shown(50, 15s)) {
                std::printf("outage: no picture\n");
                return;
            }
            test::FaultProxy& link = uplink ? loop.uplink() : loop.downlink();
            link.black_hole();
            pause(5s);
            const std::size_t shown = loop.ledger().shown();
            link.pass(test::Passage::open);
            const Ticks healed = SystemClock{}.ticks();
            const bool back = loop.wait_shown(shown + 1, 10s);
            const double took =
                back ? std::chrono::duration<double>(loop.ledger().last_shown_at() - healed).count()
                     : 10;
            std::printf("outage of the %s, seed %u: picture back after %.3f s\n",
                        uplink ? "uplink" : "downlink", seed, took);
            worst = std::max(worst, took);
        }
    }
    std::printf("figure outage_recovery_max %.3f\n", worst);
}

void latency(milliseconds time, bool drift) {
    LoopOptions options;
    options.uplink = options.downlink = way(0);
    MediaLoop loop{options};
    loop.open_receiver();
    if (!loop.wait_shown(50, 15s)) {
        std::printf("latency: no picture\n");
        return;
    }
    pause(2s);
    const Ticks from = SystemClock{}.ticks();
    pause(time);
    const auto result = loop.ledger().judge(from, SystemClock{}.ticks() - 1s);
    const double floor_ms = 60 + static_cast<double>(loop.receiver().delay.count());
    std::printf("glass to glass p50 %.1f p99 %.1f ms, path and jitter buffer %.0f ms\n",
                result.latency_p50_ms, result.latency_p99_ms, floor_ms);
    if (!drift) {
        std::printf("figure latency_over_floor_p99 %.1f\n", result.latency_p99_ms - floor_ms);
        return;
    }
    std::vector<bench::Sample> samples;
    for (const auto& [made_at, ms] : loop.ledger().latencies()) {
        if (made_at >= from) {
            samples.push_back({std::chrono::duration<double>(made_at - from).count(), ms});
        }
    }
    std::printf("figure latency_drift %.2f\n", std::abs(bench::slope(samples)) * 1800);
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app{"Measures the relay of live video."};
    std::string only;
    std::string record;
    int seconds = 20;
    app.add_option("--only", only,
                   "fanout, fleet, loss, table, join, outage, latency, kill or drift");
    app.add_option("--record", record, "nothing but a recorder below this folder; for kill");
    app.add_option("--seconds", seconds, "of each run under loss")->check(CLI::Range(2, 3600));
    CLI11_PARSE(app, argc, argv);
    if (!record.empty()) {
        bench::record_until_killed(record);
        return 1;
    }
    const auto wanted = [&](const char* part) { return only.empty() || only == part; };
    if (wanted("fanout")) {
        fanout();
    }
    if (wanted("fleet")) {
        fleet();
    }
    if (wanted("loss")) {
        loss(std::chrono::seconds{seconds});
    }
    if (wanted("table")) {
        table(std::chrono::seconds{seconds});
    }
    if (wanted("join")) {
        join();
    }
    if (wanted("outage")) {
        outage();
    }
    if (wanted("latency")) {
        latency(30s, false);
    }
    if (wanted("kill")) {
        std::printf("figure recording_loss_after_kill %.2f\n", bench::groups_lost_by_kill());
    }
    if (only == "drift") {
        latency(30min, true);
    }
    return 0;
}
