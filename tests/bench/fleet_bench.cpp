// ems-bench-fleet: a thousand vehicles against ems-telemetryd and ems-dispatchd for minutes. Does
// the age at which records are committed grow, and does memory? Prints "name value unit".
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <poll.h>

#include "telemetry/base/log.h"
#include "tests/bench/bench_centre.h"
#include "tests/bench/light_fleet.h"
#include "tests/bench/statistics.h"

namespace {

using namespace ems;
using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

// Resident memory of a process in MiB.
double resident_mib(pid_t pid) {
    std::ifstream in{"/proc/" + std::to_string(pid) + "/status"};
    std::string word;
    while (in >> word) {
        double kib = 0;
        if (word == "VmRSS:" && in >> kib) {
            return kib / 1'024;
        }
    }
    return 0;
}

[[noreturn]] void end(const char* sentence) {
    std::fprintf(stderr, "ems-bench-fleet: %s\n", sentence);
    std::exit(1);
}

struct Watch {
    std::vector<bench::Sample> lag; // minutes, seconds
    std::vector<bench::Sample> telemetryd;
    std::vector<bench::Sample> dispatchd;
    std::vector<double> ages;

    // Once a second; the first minute fills caches, partitions and tables.
    void look(double minute, bench::BenchCentre& centre, bench::LightFleet& fleet) {
        const std::vector<double> fresh = fleet.take_ages();
        if (minute < 1) {
            return;
        }
        if (!fresh.empty()) {
            lag.push_back({minute, bench::mean(fresh)});
            ages.insert(ages.end(), fresh.begin(), fresh.end());
        }
        telemetryd.push_back({minute, resident_mib(centre.telemetryd())});
        dispatchd.push_back({minute, resident_mib(centre.dispatchd())});
    }
};

// Slots at their time; one that comes late is made up for.
Watch play(bench::BenchCentre& centre, bench::LightFleet& fleet, std::chrono::seconds length) {
    Watch watch;
    const auto start = Steady::now();
    auto slot_at = start;
    auto look_at = start + 1s;
    while (Steady::now() - start < length) {
        for (; slot_at <= Steady::now(); slot_at += bench::LightFleet::kSlot) {
            fleet.play_slot();
        }
        if (Steady::now() >= look_at) {
            const double minute =
                std::chrono::duration<double, std::ratio<60>>(Steady::now() - start).count();
            watch.look(minute, centre, fleet);
            look_at += 1s;
            if (static_cast<int>(minute * 60) % 30 == 0) {
                std::fprintf(stderr, "ems-bench-fleet: %.1f of %.1f min\n", minute,
                             static_cast<double>(length.count()) / 60);
            }
        }
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(slot_at - Steady::now());
        poll(nullptr, 0, static_cast<int>(std::max<std::int64_t>(0, left.count())));
    }
    return watch;
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app{"a fleet against ems-telemetryd and ems-dispatchd: does lag or memory grow"};
    std::size_t vehicles = 1'000;
    std::size_t with_ecg = 50;
    std::int64_t seconds = 300;
    app.add_option("--vehicles", vehicles)->check(CLI::Range(10, 9'999));
    app.add_option("--with-ecg", with_ecg)->check(CLI::Range(0, 9'999));
    app.add_option("--seconds", seconds)->check(CLI::Range(70, 86'400));
    CLI11_PARSE(app, argc, argv);
    log::set_level(log::Level::error);
    bench::BenchCentre centre{vehicles, 0};
    bench::LightFleet fleet{
        centre.broker(),
        {bench::BenchCentre::kFleet, bench::vehicle_names(vehicles), std::min(with_ecg, vehicles)}};
    if (!test::eventually([&] { return fleet.connected(); }, 30s)) {
        end("the broker does not answer");
    }
    fleet.say_births();
    const auto desk = centre.desk();
    const Watch watch = play(centre, fleet, std::chrono::seconds{seconds});
    if (!centre.healthy()) {
        end("a server ended");
    }
    std::printf("fleet_published %llu messages\nfleet_refused %llu messages\n"
                "fleet_resent %llu records\n",
                static_cast<unsigned long long>(fleet.published()),
                static_cast<unsigned long long>(fleet.refused()),
                static_cast<unsigned long long>(fleet.resent()));
    std::printf("fleet_archived %s positions\n",
                centre.database().value("select count(*) from telemetry.position").c_str());
    if (watch.lag.size() < 5) {
        end("nothing was acknowledged");
    }
    std::printf("fleet_lag_p50 %.3f s\nfleet_lag_p99 %.3f s\n", bench::quantile(watch.ages, 0.5),
                bench::quantile(watch.ages, 0.99));
    std::printf("telemetryd_rss %.1f MiB\ndispatchd_rss %.1f MiB\n", watch.telemetryd.back().y,
                watch.dispatchd.back().y);
    std::printf("telemetryd_rss_slope %.3f MiB/min\ndispatchd_rss_slope %.3f MiB/min\n",
                bench::slope(watch.telemetryd), bench::slope(watch.dispatchd));
    std::printf("fleet_1000_lag_slope %.4f s/min\n", bench::slope(watch.lag));
    std::printf("fleet_1000_rss_slope %.3f MiB/min\n",
                std::max(bench::slope(watch.telemetryd), bench::slope(watch.dispatchd)));
    return 0;
}
